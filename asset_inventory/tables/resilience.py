"""The tables of the preliminary resilience assessment: what people raise, rank, know, do and decide."""

from __future__ import annotations

from asset_inventory.tables.columns import PERIOD, STATUS, Column, Table, count, number, word

_ONE = {"most": 1.0}
# What a group may say of a district: DECISIONS, `choice`.
CHOSEN, NOT_CHOSEN, WITHDRAWN = "chosen", "not chosen", "withdrawn"
CHOICES = (CHOSEN, NOT_CHOSEN, WITHDRAWN)

# fmt: off
TABLES = (
    Table("STATEMENTS", "thing that a group raised", (
        count("row"), word("group", missing=True), word("statement", missing=True), word("place", missing=True),
        word("district", missing=True), word("kind"), word("pressure", missing=True), word("merged_by", missing=True),
        word("reason", missing=True)), ("row",)),
    Table("VOTES", "row of a ballot", (
        count("row"), word("group", missing=True), word("voter", missing=True), word("item", missing=True),
        word("pressure", missing=True), number("rank", "1 = the most pressing", least=1.0),
        Column("counted", "flag")), ("row",)),
    Table("GROUP_RANKS", "group that is shown, pressure", (
        word("group"), word("pressure"), number("mean_rank", "1 = the most pressing", least=1.0), count("voters")),
        ("group", "pressure")),
    Table("AGREEMENT", "group that is shown; without a name: the groups with each other", (
        word("group", missing=True), count("voters"), number("w", "0-1, Kendall's W", **_ONE)), ("group",)),
    Table("PRESSURES", "shock or stress, in the order in which it is felt", (
        word("pressure"), word("kind"), word("hazard", missing=True), word("indicator", missing=True),
        number("mean_rank", "1 = the most pressing", least=1.0),
        number("felt_rank", "1 = the most pressing", least=1.0), count("groups"),
        number("statements", "statements merged into it"),
        number("cost", "currency/year"),
        number("cost_rank", "1 = the costliest hazard", least=1.0), word("mismatch", missing=True)), ("pressure",)),
    Table("INFLUENCES", "stress that worsens a shock", (
        word("stress"), word("shock"), number("year", "calendar year", least=1900.0),
        number("ead_mapped", "currency/year"), number("ead", "currency/year, in that year"),
        number("share", "of the growth that is due to it", least=None), Column("at_least", "flag")),
        ("stress", "shock")),
    Table("DISTRICT_INDICATORS", "row that an office filled in", (
        count("row"), word("place", missing=True), word("district", missing=True), word("indicator", missing=True),
        number("value", "the row's unit", least=None), word("unit", missing=True), number("year", "calendar year"),
        word("source", missing=True), word("better", missing=True), Column("counted", "flag")), ("row",)),
    Table("CRITERIA", "district and criterion", (
        word("district"), word("criterion"), number("value", "the criterion's unit", least=None),
        number("value_least", "the least need that may be", least=None),
        number("value_most", "the greatest need that may be", least=None), number("score", "0-1", **_ONE),
        number("score_low", "0-1", **_ONE), number("score_high", "0-1", **_ONE)), ("district", "criterion")),
    Table("STANDINGS", "district, the neediest first", (
        word("district"), count("criteria"), count("criteria_known"), number("score", "0-1", **_ONE),
        number("score_low", "0-1", **_ONE), number("score_high", "0-1", **_ONE),
        number("linear", "0-1", **_ONE), number("linear_low", "0-1", **_ONE), number("linear_high", "0-1", **_ONE),
        number("rank", "1 = look here first", least=1.0), number("linear_rank", "1 = look here first", least=1.0),
        number("top_share", "0-1 of the draws", **_ONE), number("top_share_low", "0-1, Wilson", **_ONE),
        number("top_share_high", "0-1, Wilson", **_ONE), word("sureness", missing=True), Column("on_front", "flag"),
        count("beaten_by"), word("beaten_by_whom", missing=True), STATUS), ("district",)),
    Table("RANK_SHARES", "district and rank", (
        word("district"), count("rank"), number("share", "0-1 of the draws", **_ONE)), ("district", "rank")),
    Table("RANK_SHIFTS", "another way to compare districts", (
        word("choice"), word("criterion", missing=True), number("mean_shift", "ranks"),
        number("largest_shift", "ranks"), word("district", missing=True)), ("choice", "criterion")),
    Table("CORRELATIONS", "pair of criteria", (
        word("criterion"), word("other"), number("correlation", "-1 to 1, Spearman", least=-1.0, **_ONE),
        count("districts")), ("criterion", "other")),
    Table("FLOOD_CLASSES", "district, map of water depth, class by depth, class by index", (
        word("district"), word("hazard"), PERIOD, word("class_by_depth"), word("class_by_index"), number("area", "m2"),
        STATUS), ("district", "hazard", "return_period", "class_by_depth", "class_by_index")),
    Table("DISTRICT_FLOODS", "district, map of water depth", (
        word("district"), word("hazard"), PERIOD, number("area", "m2"), number("area_unknown", "m2"),
        number("area_differing", "m2, in another class by index than by depth"),
        *(word(f"{rule}_by_{by}", missing=True) for rule in ("worst", "largest") for by in ("depth", "index")),
        Column("at_least", "flag"), number("index_mean", "0-1, over what is known", **_ONE),
        number("index_most", "0-1", **_ONE), STATUS), ("district", "hazard", "return_period")),
    Table("VULNERABILITY", "district, part of BNPB's vulnerability; whole: all of it", (
        word("district"), word("part"), count("classes_known"), count("classes"),
        number("score", "0-1, 1 the worst", **_ONE), number("score_low", "0-1", **_ONE),
        number("score_high", "0-1", **_ONE), STATUS), ("district", "part")),
    Table("CAPACITY", "district with a capacity index (IKD), cut into classes", (
        word("district"), number("capacity", "0-1", **_ONE), number("low_upto", "0-1", **_ONE),
        number("medium_upto", "0-1", **_ONE), word("class"), word("source"), STATUS),
        ("district", "low_upto", "medium_upto")),
    Table("PRODUCTS", "district, map of water depth, product of BNPB's indices, none of which is a risk", (
        word("district"), word("hazard"), PERIOD, word("product"), number("index_low", "0-1", **_ONE),
        number("index_high", "0-1", **_ONE), number("vulnerability_low", "0-1", **_ONE),
        number("vulnerability_high", "0-1", **_ONE), number("capacity", "0-1", **_ONE), number("value", "no unit"),
        number("value_low", "no unit"), number("value_high", "no unit"), STATUS),
        ("district", "hazard", "return_period", "product")),
    Table("BURDENS", "indicator of wealth", (
        word("indicator"), word("burden"), number("concentration", "-1 to 1", least=-1.0, **_ONE), count("districts"),
        count("districts_without_figure")), ("indicator", "burden")),
    Table("DISTRICT_PEOPLE", "district, what is told of its people and what the displaced need", (
        word("district"), word("item"), number("amount", "the item's unit"), number("amount_low", "the item's unit"),
        number("amount_high", "the item's unit"), word("unit"), word("every", missing=True), word("rule"),
        word("source", missing=True), Column("assumed", "flag"), STATUS), ("district", "item")),
    Table("ACTIONS", "programme or measure", (
        count("row"), word("action", missing=True), word("owner", missing=True), Column("districts", "any"),
        Column("pressures", "any"), Column("drivers", "any"), number("budget", "currency"),
        word("fund", missing=True), number("first_year", "calendar year"), number("last_year", "calendar year"),
        word("status", missing=True), word("partner", missing=True), word("programme", missing=True),
        word("activity", missing=True), word("sub_activity", missing=True), Column("whole_city", "flag")), ("row",)),
    Table("DECISIONS", "decision on a district, in the order in which they were taken", (
        count("decision"), word("day"), word("group"), word("district"), word("choice"), word("reason"),
        number("rank", "1 = look here first, at that time", least=1.0),
        number("top", "districts to look at first, at that time", least=1.0),
        number("top_share", "0-1 of the draws, at that time", **_ONE), word("sureness", missing=True),
        Column("on_front", "flag"), word("figures", missing=True), word("recorded_at"), Column("stands", "flag")),
        ("decision",)),
)
# fmt: on
