"""The tables of an assessment and of the register, in the order in which they arise."""

from __future__ import annotations

from asset_inventory.tables.columns import (
    GEOMETRY,
    PERIOD,
    SIDES,
    STATUS,
    Column,
    Table,
    before_and_after,
    count,
    number,
    share,
    word,
)

# fmt: off
TABLES = (
    Table("ASSETS", "asset", (
        word("asset_id"), word("layer"), word("name", missing=True), word("asset_type"),
        word("owner", missing=True), word("district"), number("value", "currency"), word("value_rule"),
        number("floor_height", "metre", least=None), number("area", "m2"), number("levels", "1"),
        number("condition", "0-1", most=1.0), number("criticality", "0-1", most=1.0), word("source"),
        STATUS, Column("usable", "flag"), GEOMETRY), ("asset_id",)),
    Table("DISTRICTS", "district", (
        word("district"), word("name", missing=True), word("parent", missing=True),
        number("population", "people"), GEOMETRY), ("district",)),
    Table("FINDINGS", "thing to mend", (
        word("source"), word("feature", missing=True), word("column", missing=True), word("severity"),
        word("code"), Column("arguments", "any"), count("count"))),
    Table("CHANGES", "changed cell; asset added or removed (no column, all of it in one)", (
        count("delivery"), word("asset_id"), word("change"), word("column", missing=True),
        word("before", missing=True), word("after", missing=True)), ("delivery", "asset_id", "column")),
    Table("MERGED", "cell, or whole asset, changed on either side since the base", (
        word("asset_id"), word("column", missing=True), word("base", missing=True), word("ours", missing=True),
        word("theirs", missing=True), word("outcome")), ("asset_id", "column")),
    Table("DOUBTS", "pair of a feature and an asset that may be one", (
        word("feature", missing=True), word("asset_id"), word("doubt"), number("distance", "metre"),
        number("overlap", "0-1"), number("similarity", "0-1"), number("score", "0-1"),
        word("name", missing=True), word("asset_name", missing=True))),
    Table("PIECES", "asset, hazard map, piece of it", (
        count("asset"), word("hazard"), PERIOD, share("share"),
        number("intensity", "hazard's unit; NaN = the map does not say", least=None))),
    Table("EXPOSURE", "asset, hazard, return period, where touched or unknown", (
        word("asset_id"), word("hazard"), PERIOD, share("exposed_fraction"), share("unknown_fraction"),
        number("intensity_mean", "hazard's unit", least=None),
        number("intensity_max", "hazard's unit", least=None), STATUS), ("asset_id", "hazard", "return_period")),
    Table("DAMAGE", "asset, hazard, return period, where touched", (
        word("asset_id"), word("hazard"), PERIOD, number("damage_fraction", "0-1", most=1.0),
        number("damage", "currency"), STATUS), ("asset_id", "hazard", "return_period")),
    Table("EAD", "asset, hazard", (
        word("asset_id"), word("hazard"), number("ead", "currency/year"),
        number("ead_low", "currency/year"), number("ead_high", "currency/year"), word("rule"),
        count("maps"), STATUS), ("asset_id", "hazard")),
    Table("JOINT_EAD", "asset: all hazards together, by how they hang together", (
        word("asset_id"), number("ead", "currency/year"), number("ead_least", "currency/year"),
        number("ead_most", "currency/year"), number("ead_low", "currency/year"),
        number("ead_high", "currency/year"), number("ead_scored", "currency/year"), word("relation"),
        word("hazards", missing=True), STATUS), ("asset_id",)),
    Table("STRESS", "asset and stress, where its map of what is reached touches or leaves unknown", (
        word("asset_id"), word("hazard"), share("exposed_fraction"), share("unknown_fraction"),
        number("days_lost", "day/year"), number("yearly_fraction", "0-1 of the value", most=1.0),
        number("yearly_damage", "currency/year"), STATUS), ("asset_id", "hazard")),
    Table("FUTURE_EAD", "usable asset, hazard that is raised, year", (
        word("asset_id"), word("hazard"), count("year"), number("added_depth", "metre", least=None),
        number("ead", "currency/year"), number("ead_low", "currency/year"), number("ead_high", "currency/year"),
        number("ead_sea", "currency/year"), Column("at_least", "flag"), word("rule"), STATUS),
        ("asset_id", "hazard", "year")),
    Table("DAMAGE_SUMS", "the city, or a type, district or department of it, hazard, return period", (
        word("by"), word("part", missing=True), word("hazard"), PERIOD, count("assets"), count("exposed"),
        count("not_exposed"), count("unknown"), count("unusable"), number("damage", "currency"),
        number("damage_low", "currency"), number("damage_high", "currency"), count("without_figure")),
        ("by", "part", "hazard", "return_period")),
    Table("EAD_SUMS", "the city, or a type, district or department of it, hazard, maps left out", (
        word("by"), word("part", missing=True), word("hazard"), count("assets"),
        number("ead", "currency/year"), number("ead_low", "currency/year"),
        number("ead_high", "currency/year"), count("without_figure"), word("rule"), count("maps"),
        word("left_out", missing=True)), ("by", "part", "hazard", "left_out")),
    Table("NOT_NESTED", "square of grid cells where a rarer map is lower", (
        word("hazard"), Column("frequent", "number", "year", least=0.0),
        Column("rarer", "number", "year", least=0.0), count("cells"), count("dry"),
        number("lower_by", "hazard's unit, at most"), STATUS, GEOMETRY)),
    Table("LEDGER", "asset type, hazard, return period, district", (
        word("asset_type"), word("hazard"), PERIOD, word("district"), count("assets"), count("exposed"),
        count("not_exposed"), count("unknown"), count("unusable")),
        ("asset_type", "hazard", "return_period", "district")),
    Table("EXPOSURE_DELTA", "changed assets of the city, a district or a type, hazard, return period", (
        word("by"), word("part", missing=True), word("hazard", missing=True), PERIOD,
        *before_and_after("assets", "exposed", "not_exposed", "unknown", "unusable")),
        ("by", "part", "hazard", "return_period")),
    Table("EAD_DELTA", "changed assets of the city, a district or a type", (
        word("by"), word("part", missing=True), *before_and_after("assets", "without_figure"),
        *(number(f"{name}_{side}", "currency/year") for name in ("ead", "ead_low", "ead_high")
          for side in SIDES),
        *(number(name, "currency/year", least=None) for name in
          ("difference", "difference_low", "difference_high")), count("not_compared")), ("by", "part")),
    Table("SCORES", "asset (and a column per indicator, 0-1)", (
        word("asset_id"), number("score", "0-1", most=1.0), number("score_low", "0-1", most=1.0),
        number("score_high", "0-1", most=1.0)), ("asset_id",)),
    Table("FOCUS_AREAS", "district", (
        word("district"), word("name", missing=True), word("parent", missing=True),
        number("ead", "currency/year"), number("ead_low", "currency/year"),
        number("ead_high", "currency/year"), count("assets"), count("assets_exposed"),
        count("assets_counted"), count("assets_without_figure"), number("people_exposed", "people"),
        word("people_rule"), number("score", "0-1", most=1.0), number("score_low", "0-1", most=1.0),
        number("score_high", "0-1", most=1.0), number("rank", "1 = look here first", least=1.0), STATUS,
        GEOMETRY), ("district",)),
    Table("PEOPLE", "district, hazard, return period, class of its intensity, where residents are declared", (
        word("district"), word("hazard"), PERIOD, word("class"), number("people", "people"),
        number("displaced", "people"), number("fatalities", "people"), word("people_rule"), STATUS),
        ("district", "hazard", "return_period", "class")),
    Table("OWNERSHIP", "department and layer", (
        word("owner", missing=True), word("layer"), count("assets"), word("data_date", missing=True),
        number("age", "day; NaN = not known", least=None), word("missing_counted"),
        number("missing_share", "0-1 of the values of the columns counted", most=1.0),
        count("assets_without_figure"), number("ead", "currency/year"),
        number("ead_share", "0-1 of the city's", most=1.0)), ("owner", "layer")),
)
# fmt: on
