"""Every table: its columns, units, ranges and keys, the function that checks it, and findings.

Tables are long: a new hazard or return period is more rows, never a new column. Words that repeat
(hazard, asset type, district, the asset's id) are categoricals, so that a million assets fit.
A `Fault` has the rows of one source with the same fault, for one row of FINDINGS.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from asset_inventory.model.arrays import Flags
from asset_inventory.model.errors import TableError
from asset_inventory.model.texts import listed_rows

if TYPE_CHECKING:
    import pandera.pandas as pandera

FindingRow = dict[str, object]  # a row of FINDINGS, as `finding` makes it
AnyTable = TypeVar("AnyTable", bound=pd.DataFrame)

SIDES = ("before", "after")  # of a delivery


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds, its unit, whether a row may lack it, and its range."""

    name: str
    kind: str  # "word", "number", "count", "flag", "geometry", "any"
    unit: str = ""
    missing: bool = False
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its columns, and the columns that together name a row."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()


def word(name: str, *, missing: bool = False) -> Column:
    """Return a column of words."""
    return Column(name, "word", missing=missing)


def number(name: str, unit: str, *, least: float | None = 0.0, most: float | None = None) -> Column:
    """Return a column of numbers that may be NaN: not known."""
    return Column(name, "number", unit, True, least, most)


def share(name: str) -> Column:
    """Return a column of shares, every one known."""
    return Column(name, "number", "0-1", False, 0.0, 1.0)


def count(name: str) -> Column:
    """Return a column of whole numbers."""
    return Column(name, "count", "", False, 0.0)


def before_and_after(*names: str) -> tuple[Column, ...]:
    """Return two columns of counts for each name: before and after a delivery."""
    return tuple(count(f"{name}_{side}") for name in names for side in SIDES)


STATUS = word("data_status")
PERIOD = Column("return_period", "number", "year; NaN = scenario", True, 0.0)
GEOMETRY = Column("geometry", "geometry", "metre", True)


# fmt: off
ASSESSMENT_TABLES = (
    Table("ASSETS", "asset", (
        word("asset_id"), word("layer"), word("name", missing=True), word("asset_type"),
        word("owner", missing=True), word("district"), number("value", "currency"), word("value_rule"),
        number("floor_height", "metre", least=None), number("area", "m2"), number("levels", "1"),
        number("condition", "0-1", most=1.0), number("criticality", "0-1", most=1.0), word("source"),
        STATUS, Column("usable", "flag"), GEOMETRY), ("asset_id",)),
    Table("DISTRICTS", "district", (
        word("district"), word("name", missing=True), word("parent", missing=True),
        number("population", "people"), GEOMETRY), ("district",)),
    Table("FINDINGS", "data quality issue", (
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
        word("name", missing=True), word("asset_name", missing=True), word("feature_id", missing=True))),
    Table("INTERSECTIONS", "asset, hazard map, piece of it", (
        count("asset"), word("hazard"), PERIOD, share("share"),
        number("intensity", "hazard's unit; NaN = no data", least=None))),
    Table("EXPOSURE", "asset, hazard, return period, where the map reaches the asset or has no data", (
        word("asset_id"), word("hazard"), PERIOD, share("exposed_fraction"), share("no_data_fraction"),
        number("intensity_mean", "hazard's unit", least=None),
        number("intensity_max", "hazard's unit", least=None), STATUS), ("asset_id", "hazard", "return_period")),
    Table("DAMAGE", "asset, hazard, return period, where the map reaches the asset", (
        word("asset_id"), word("hazard"), PERIOD, number("damage_ratio", "0-1", most=1.0),
        number("damage", "currency"), STATUS), ("asset_id", "hazard", "return_period")),
    Table("EAD", "asset, hazard", (
        word("asset_id"), word("hazard"), number("ead", "currency/year"),
        number("ead_low", "currency/year"), number("ead_high", "currency/year"), word("rule"),
        count("maps"), STATUS), ("asset_id", "hazard")),
    Table("JOINT_EAD", "asset: all hazards together, by their relations", (
        word("asset_id"), number("ead", "currency/year"), number("ead_least", "currency/year"),
        number("ead_most", "currency/year"), number("ead_low", "currency/year"),
        number("ead_high", "currency/year"), number("ead_scored", "currency/year"), word("relation"),
        word("hazards", missing=True), STATUS), ("asset_id",)),
    Table("CHRONIC_HAZARDS", "asset and stress, where its map of what is reached touches or leaves unknown", (
        word("asset_id"), word("hazard"), share("exposed_fraction"), share("no_data_fraction"),
        number("disruption_days", "day/year"), number("annual_damage_ratio", "0-1 of the value", most=1.0),
        number("annual_damage", "currency/year"), STATUS), ("asset_id", "hazard")),
    Table("FUTURE_EAD", "usable asset, hazard that land subsidence or sea level rise changes, year", (
        word("asset_id"), word("hazard"), count("year"), number("added_depth", "metre", least=None),
        number("ead", "currency/year"), number("ead_low", "currency/year"), number("ead_high", "currency/year"),
        number("ead_sea", "currency/year"), Column("at_least", "flag"), word("rule"), STATUS),
        ("asset_id", "hazard", "year")),
    Table("DAMAGE_SUMMARY", "the city, or a type, district or department of it, hazard, return period", (
        word("by"), word("part", missing=True), word("hazard"), PERIOD, count("assets"), count("exposed"),
        count("not_exposed"), count("no_data"), count("unusable"), number("damage", "currency"),
        number("damage_low", "currency"), number("damage_high", "currency"), count("without_figure")),
        ("by", "part", "hazard", "return_period")),
    Table("EAD_SUMMARY", "the city, or a type, district or department of it, hazard, maps left out", (
        word("by"), word("part", missing=True), word("hazard"), count("assets"),
        number("ead", "currency/year"), number("ead_low", "currency/year"),
        number("ead_high", "currency/year"), count("without_figure"), word("rule"), count("maps"),
        word("left_out", missing=True)), ("by", "part", "hazard", "left_out")),
    Table("NON_MONOTONIC", "square of grid cells where a rarer map is lower", (
        word("hazard"), Column("frequent", "number", "year", least=0.0),
        Column("rarer", "number", "year", least=0.0), count("cells"), count("dry"),
        number("lower_by", "hazard's unit, at most"), STATUS, GEOMETRY)),
    Table("EXPOSURE_COUNTS", "asset type, hazard, return period, district", (
        word("asset_type"), word("hazard"), PERIOD, word("district"), count("assets"), count("exposed"),
        count("not_exposed"), count("no_data"), count("unusable")),
        ("asset_type", "hazard", "return_period", "district")),
    Table("EXPOSURE_DELTA", "changed assets of the city, a district or a type, hazard, return period", (
        word("by"), word("part", missing=True), word("hazard", missing=True), PERIOD,
        *before_and_after("assets", "exposed", "not_exposed", "no_data", "unusable")),
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
    Table("DISTRICT_DAMAGE", "district", (
        word("district"), word("name", missing=True), word("parent", missing=True),
        number("ead", "currency/year"), number("ead_low", "currency/year"),
        number("ead_high", "currency/year"), number("ead_per_value", "1/year"),
        count("assets"), count("assets_exposed"),
        count("assets_counted"), count("assets_without_figure"), number("people_exposed", "people"),
        word("people_rule"), number("score", "0-1", most=1.0), number("score_low", "0-1", most=1.0),
        number("score_high", "0-1", most=1.0), number("rank", "1 = the highest damage relative to value", least=1.0),
        word("not_ranked", missing=True), STATUS, GEOMETRY), ("district",)),
    Table("PEOPLE", "district, hazard, return period, class of its intensity, where residents are declared", (
        word("district"), word("hazard"), PERIOD, word("class"), number("people", "people"),
        number("displaced", "people"), number("fatalities", "people"), word("people_rule"), STATUS),
        ("district", "hazard", "return_period", "class")),
    Table("PEOPLE_EXPOSED", "district, hazard, return period, where residents are declared", (
        word("district"), word("hazard"), PERIOD, number("people_exposed", "people"), word("people_rule"), STATUS),
        ("district", "hazard", "return_period")),
    Table("OWNERSHIP", "department and layer", (
        word("owner", missing=True), word("layer"), count("assets"), word("data_date", missing=True),
        number("age", "day; NaN = not known", least=None), word("missing_counted"),
        number("missing_share", "0-1 of the values of the columns counted", most=1.0),
        count("assets_without_figure"), number("ead", "currency/year"),
        number("ead_share", "0-1 of the city's", most=1.0)), ("owner", "layer")),
)
# fmt: on


_ONE = {"most": 1.0}
# The choices of a group on a district: DECISIONS, `choice`.
CHOSEN, NOT_CHOSEN, WITHDRAWN = "chosen", "not chosen", "withdrawn"
CHOICES = (CHOSEN, NOT_CHOSEN, WITHDRAWN)

# fmt: off
RESILIENCE_TABLES = (
    Table("STATEMENTS", "issue raised by a group", (
        count("row"), word("group", missing=True), word("statement", missing=True), word("place", missing=True),
        word("district", missing=True), word("kind"), word("pressure", missing=True), word("merged_by", missing=True),
        word("reason", missing=True)), ("row",)),
    Table("VOTES", "row of a voting form", (
        count("row"), word("group", missing=True), word("voter", missing=True), word("item", missing=True),
        word("pressure", missing=True), number("rank", "1 = the most pressing", least=1.0),
        Column("counted", "flag")), ("row",)),
    Table("GROUP_RANKS", "group that is shown, pressure", (
        word("group"), word("pressure"), number("mean_rank", "1 = the most pressing", least=1.0), count("voters")),
        ("group", "pressure")),
    Table("AGREEMENT", "group that is shown; without a name: the groups with each other", (
        word("group", missing=True), count("voters"), number("w", "0-1, Kendall's W", **_ONE)), ("group",)),
    Table("SHOCKS_AND_STRESSES", "shock or stress, in the perceived order", (
        word("pressure"), word("kind"), word("hazard", missing=True), word("indicator", missing=True),
        number("mean_rank", "1 = the most pressing", least=1.0),
        number("perceived_rank", "1 = the most pressing", least=1.0), count("groups"),
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
    Table("DISTRICT_RANKING", "district, in the order of rank", (
        word("district"), count("criteria"), count("criteria_known"), number("score", "0-1", **_ONE),
        number("score_low", "0-1", **_ONE), number("score_high", "0-1", **_ONE),
        number("linear", "0-1", **_ONE), number("linear_low", "0-1", **_ONE), number("linear_high", "0-1", **_ONE),
        number("rank", "1 = the greatest need", least=1.0), number("linear_rank", "1 = the greatest need", least=1.0),
        count("assets"), word("not_ranked", missing=True),
        number("top_share", "0-1 of the simulations", **_ONE), number("top_share_low", "0-1, Wilson", **_ONE),
        number("top_share_high", "0-1, Wilson", **_ONE), word("robustness", missing=True),
        Column("non_dominated", "flag"),
        count("dominated_by"), word("dominating_districts", missing=True), STATUS), ("district",)),
    Table("RANK_ACCEPTABILITY", "district and rank", (
        word("district"), count("rank"), number("share", "0-1 of the simulations", **_ONE)), ("district", "rank")),
    Table("RANK_SENSITIVITY", "another way to compare districts", (
        word("choice"), word("criterion", missing=True), number("mean_shift", "ranks"),
        number("largest_shift", "ranks"), word("district", missing=True)), ("choice", "criterion")),
    Table("CORRELATIONS", "pair of criteria", (
        word("criterion"), word("other"), number("correlation", "-1 to 1, Spearman", least=-1.0, **_ONE),
        count("districts")), ("criterion", "other")),
    Table("FLOOD_CLASSES", "district, map of water depth, class by depth, class by index", (
        word("district"), word("hazard"), PERIOD, word("class_by_depth"), word("class_by_index"), number("area", "m2"),
        STATUS), ("district", "hazard", "return_period", "class_by_depth", "class_by_index")),
    Table("DISTRICT_FLOODS", "district, map of water depth", (
        word("district"), word("hazard"), PERIOD, number("area", "m2"), number("area_no_data", "m2"),
        number("area_differing", "m2, in another class by index than by depth"),
        *(word(f"{rule}_by_{by}", missing=True) for rule in ("worst", "largest") for by in ("depth", "index")),
        Column("at_least", "flag"), number("index_mean", "0-1, over what is known", **_ONE),
        number("index_max", "0-1", **_ONE), STATUS), ("district", "hazard", "return_period")),
    Table("VULNERABILITY", "district, part of BNPB's vulnerability; whole: all of it", (
        word("district"), word("part"), count("classes_known"), count("classes"),
        number("score", "0-1, 1 the worst", **_ONE), number("score_low", "0-1", **_ONE),
        number("score_high", "0-1", **_ONE), STATUS), ("district", "part")),
    Table("CAPACITY", "district with a capacity index (IKD), cut into classes", (
        word("district"), number("capacity", "0-1", **_ONE), number("low_through", "0-1", **_ONE),
        number("medium_through", "0-1", **_ONE), word("class"), word("source"), STATUS),
        ("district", "low_through", "medium_through")),
    Table("PRODUCTS", "district, map of water depth, product of BNPB's indices, none of which is a risk", (
        word("district"), word("hazard"), PERIOD, word("product"), number("index_low", "0-1", **_ONE),
        number("index_high", "0-1", **_ONE), number("vulnerability_low", "0-1", **_ONE),
        number("vulnerability_high", "0-1", **_ONE), number("capacity", "0-1", **_ONE), number("value", "no unit"),
        number("value_low", "no unit"), number("value_high", "no unit"), STATUS),
        ("district", "hazard", "return_period", "product")),
    Table("LOSS_DISTRIBUTION", "indicator of wealth", (
        word("indicator"), word("loss"), number("concentration", "-1 to 1", least=-1.0, **_ONE), count("districts"),
        count("districts_without_figure")), ("indicator", "loss")),
    Table("DISTRICT_PEOPLE", "district, figure of its people or of the minimum needs of the displaced", (
        word("district"), word("item"), number("amount", "the item's unit"), number("amount_low", "the item's unit"),
        number("amount_high", "the item's unit"), word("unit"), word("every", missing=True), word("rule"),
        word("source", missing=True), Column("assumed", "flag"), STATUS), ("district", "item")),
    Table("PROGRAMMES", "programme or measure", (
        count("row"), word("action", missing=True), word("owner", missing=True), Column("districts", "any"),
        Column("pressures", "any"), Column("drivers", "any"), number("budget", "currency"),
        word("fund", missing=True), number("first_year", "calendar year"), number("last_year", "calendar year"),
        word("status", missing=True), word("partner", missing=True), word("programme", missing=True),
        word("activity", missing=True), word("sub_activity", missing=True), Column("whole_city", "flag")), ("row",)),
    Table("THEMES", "focus area (theme): declared by the city, else a driver; those with most reasons first", (
        word("theme"), Column("pressures", "any"), Column("drivers", "any"), Column("reasons", "any"),
        number("perceived_rank", "1 = the most pressing, the best of its shocks and stresses", least=1.0),
        number("statements", "issues raised on its shocks and stresses"),
        number("cost", "currency/year, EAD of the costliest of its hazards"),
        number("programmes", "programmes that serve it"), Column("pressures_without_programme", "any"),
        Column("drivers_without_programme", "any")), ("theme",)),
    Table("DECISIONS", "decision on a district or a theme, in the order in which they were taken", (
        count("decision"), word("day"), word("group"), word("district", missing=True), word("theme", missing=True),
        word("choice"), word("reason"),
        number("rank", "1 = the greatest need, at that time", least=1.0),
        number("top", "districts that are proposed, at that time", least=1.0),
        number("top_share", "0-1 of the simulations, at that time", **_ONE), word("robustness", missing=True),
        Column("non_dominated", "flag"), word("figures", missing=True), word("recorded_at"), Column("stands", "flag")),
        ("decision",)),
)
# fmt: on


REAL, EXERCISE = "real", "exercise"
OUTSIDE_DISTRICTS = "outside districts"
# Why a district has no rank: DISTRICT_DAMAGE and DISTRICT_RANKING, `not_ranked`.
FEW_ASSETS, INCOMPLETE_LAYERS, NO_FIGURE = "few assets", "incomplete layers", "no figure"
SEVERITIES = ("error", "warning", "repaired")
# Sums of shares are inexact in their last bits.
_ROUNDED = 1 + 1e-9
TABLES = {table.name: table for table in (*ASSESSMENT_TABLES, *RESILIENCE_TABLES)}

# The names of tables and columns in the files of earlier versions, which are still read.
# fmt: off
EARLIER_TABLES = {
    "ledger": "exposure_counts", "stress": "chronic_hazards", "future": "future_ead", "not_nested": "non_monotonic",
    "damage_sums": "damage_summary", "ead_sums": "ead_summary", "pressures": "shocks_and_stresses",
    "standings": "district_ranking", "rank_shares": "rank_acceptability", "rank_shifts": "rank_sensitivity",
    "burdens": "loss_distribution", "actions": "programmes", "district_needs": "district_comparison",
    "focus_areas": "district_damage", "focus_areas_by_parent": "district_damage_by_parent",
}
EARLIER_WORDS = {
    "state": {"unknown": "no_data"}, "robustness": {"firm": "high", "likely": "medium", "contested": "low"},
}
EARLIER_COLUMNS = {
    "unknown": "no_data", "unknown_fraction": "no_data_fraction", "unknown_before": "no_data_before",
    "unknown_after": "no_data_after", "damage_fraction": "damage_ratio", "days_lost": "disruption_days",
    "yearly_fraction": "annual_damage_ratio", "yearly_damage": "annual_damage", "felt_rank": "perceived_rank",
    "sureness": "robustness", "on_front": "non_dominated", "beaten_by": "dominated_by",
    "beaten_by_whom": "dominating_districts", "burden": "loss", "index_most": "index_max",
    "area_unknown": "area_no_data", "low_upto": "low_through", "medium_upto": "medium_through",
    "focus_area": "priority_district",
}
# fmt: on


def with_present_names(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of an earlier version with the present names of its columns and words.

    Examples
    --------
    >>> with_present_names(pd.DataFrame({"assets": [3], "unknown": [1]})).columns.to_list()
    ['assets', 'no_data']
    """
    present = table.rename(
        columns={old: new for old, new in EARLIER_COLUMNS.items() if new not in table}
    )
    return present.replace(
        {column: EARLIER_WORDS[column] for column in EARLIER_WORDS if column in present}
    )


def _adds_up(counts: pd.DataFrame) -> pd.Series:
    return counts[["exposed", "not_exposed", "no_data", "unusable"]].sum(axis=1) == counts["assets"]


def _in_bounds(ead: pd.DataFrame) -> pd.Series:
    low, middle, high = (ead[name] for name in ("ead_low", "ead", "ead_high"))
    return ~((low > middle * _ROUNDED) | (middle > high * _ROUNDED) | (low > high * _ROUNDED))


def _in_range(joint: pd.DataFrame) -> pd.Series:
    least, middle, most, low, high = (
        joint[name] for name in ("ead_least", "ead", "ead_most", "ead_low", "ead_high")
    )
    return ~((least > middle * _ROUNDED) | (middle > most * _ROUNDED) | (low > high * _ROUNDED))


# What holds in every row of a table, in addition to the ranges of its columns.
# fmt: off
_LAWS = {"EXPOSURE_COUNTS": _adds_up, "DAMAGE_SUMMARY": _adds_up, "EAD": _in_bounds, "JOINT_EAD": _in_range,
         "FUTURE_EAD": _in_bounds}
# fmt: on


def numbers_of(name: str) -> tuple[Column, ...]:
    """Return the columns of a table that hold numbers, with their ranges."""
    return tuple(column for column in TABLES[name].columns if column.kind == "number")


def check(table: AnyTable, name: str) -> AnyTable:
    """Return the table unchanged when it keeps its contract.

    Raises TableError with the first faults (column, check, row) and their number.
    """
    if _keeps(table, TABLES[name]):
        return table
    import pandera.errors

    try:
        _schema(name).validate(table.reset_index(drop=True), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        first = "; ".join(
            f"{case['column']} {case['check']} {case['failure_case']!s:.40} (row {case['index']})"
            for case in cases.head(3).to_dict("records")
        )
        raise TableError(
            "error.table_contract", table=name, count=len(cases), faults=first
        ) from None
    return table


def _keeps(table: pd.DataFrame, contract: Table) -> bool:
    """Return whether a table keeps its contract: a quick look; pandera names the faults."""
    for column in contract.columns:
        if column.name not in table.columns:
            return False
        given = table[column.name]
        if not column.missing and given.isna().any():
            return False
        if column.least is None and column.most is None:
            continue
        if not pd.api.types.is_numeric_dtype(given.dtype):
            return False
        values = given.to_numpy(dtype=float, na_value=np.nan)
        # no number is less or more than NaN
        if column.least is not None and (values < column.least).any():
            return False
        if column.most is not None and (values > column.most * _ROUNDED).any():
            return False
    if contract.name in _LAWS and not _LAWS[contract.name](table).all():
        return False
    key = list(contract.key)
    return not key or not (table[key[0]] if len(key) == 1 else table[key]).duplicated().any()


@lru_cache
def _schema(name: str) -> pandera.DataFrameSchema:
    import pandera.pandas as pandera  # late: it takes a third of a second

    table = TABLES[name]
    columns = {}
    for column in table.columns:
        checks = []
        if column.least is not None:
            checks.append(pandera.Check.ge(column.least))
        if column.most is not None:
            checks.append(pandera.Check.le(column.most * _ROUNDED))
        columns[column.name] = pandera.Column(
            None, checks=checks, nullable=column.missing, metadata={"unit": column.unit}
        )
    unique = list(table.key) or None
    laws = [pandera.Check(_LAWS[name], name="law")] if name in _LAWS else None
    return pandera.DataFrameSchema(columns, unique=unique, checks=laws, strict=False)


def empty(name: str) -> pd.DataFrame:
    """Return the table without rows, its columns in order and typed."""
    return _empty(name).copy()


@lru_cache
def _empty(name: str) -> pd.DataFrame:
    types = {
        "word": "str",
        "number": "float64",
        "count": "int64",
        "flag": "bool",
        "geometry": "object",
        "any": "object",
    }
    return pd.DataFrame(
        {column.name: pd.Series(dtype=types[column.kind]) for column in TABLES[name].columns}
    )


def finding(
    code: str,
    *,
    source: str,
    severity: str = "warning",
    feature: str | None = None,
    column: str | None = None,
    count: int = 1,
    **arguments: Any,
) -> FindingRow:
    """Return one row of FINDINGS; `finding.<code>` in the catalogues is its sentence."""
    assert severity in SEVERITIES, severity
    return {
        "source": source,
        "feature": feature,
        "column": column,
        "severity": severity,
        "code": code,
        "arguments": arguments,
        "count": count,
    }


def rows_of(findings: pd.DataFrame) -> list[FindingRow]:
    """Return the rows of a FINDINGS table as `finding` makes them."""
    return [
        {str(name): value for name, value in row.items()} for row in findings.to_dict("records")
    ]


def findings(rows: Iterable[FindingRow]) -> pd.DataFrame:
    """Return a FINDINGS table from rows made by `finding`."""
    rows = list(rows)
    if not rows:
        return empty("FINDINGS")
    names = [column.name for column in TABLES["FINDINGS"].columns]
    table = pd.DataFrame(rows, columns=names).astype({"arguments": object, "count": "int64"})
    return table.astype(dict.fromkeys(("source", "feature", "column", "severity", "code"), "str"))


def join_findings(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return several FINDINGS tables as one, errors first, else in the order given."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return findings([])
    joined = pd.concat(parts, ignore_index=True)
    order = joined["severity"].map({severity: place for place, severity in enumerate(SEVERITIES)})
    return joined.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)


def categorical(codes: np.ndarray, categories: Iterable[object]) -> pd.Categorical[Any]:
    """Return words by their places among the categories; -1 is a missing one."""
    return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(pd.Index(categories)))


def repeated_word(word: str, count: int) -> pd.Categorical[Any]:
    """Return one word `count` times, the only category."""
    return categorical(np.zeros(count, dtype=np.int8), [word])


def at_period(table: pd.DataFrame, period: float) -> Flags:
    """Return which rows have a return period (year); NaN is a scenario.

    Examples
    --------
    >>> table = pd.DataFrame({"return_period": [10.0, np.nan]})
    >>> at_period(table, 10.0).tolist(), at_period(table, np.nan).tolist()
    ([True, False], [False, True])
    """
    periods = table["return_period"].to_numpy(dtype=float)
    return np.isnan(periods) if np.isnan(period) else periods == period


def rows_at(table: pd.DataFrame, hazard: str, period: float) -> Flags:
    """Return which rows are of one map: a hazard and a return period (year; NaN: a scenario).

    Examples
    --------
    >>> table = pd.DataFrame({"hazard": ["flood", "rob"], "return_period": 10.0})
    >>> rows_at(table, "flood", 10.0).tolist()
    [True, False]
    """
    return (table["hazard"] == hazard).to_numpy(dtype=bool) & at_period(table, period)


def known_sum(values: pd.Series | np.ndarray) -> float:
    """Return the sum of the known values; a sum of nothing is NaN, not 0."""
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    return float(known.sum()) if len(known) else float("nan")


def describe() -> str:
    """Return all tables as a Markdown list: row, columns, units, key."""
    lines = ["| table | one row per | columns (unit) | key |", "|---|---|---|---|"]
    for table in TABLES.values():
        columns = ", ".join(
            f"`{c.name}`" + (f" ({c.unit})" if c.unit else "") for c in table.columns
        )
        lines.append(
            f"| `{table.name}` | {table.row} | {columns} | {', '.join(f'`{k}`' for k in table.key)} |"
        )
    return "\n".join(lines) + "\n"


ERROR, WARNING, REPAIRED = "error", "warning", "repaired"


def on_rows(
    code: str, rows: Iterable[object], *, source: str, column: str | None = None, **more: Any
) -> list[FindingRow]:
    """Return a row of FINDINGS on rows of a file, with their count and numbers; none without rows.

    Examples
    --------
    >>> [row] = on_rows("ballot_row_empty", [4, 7], source="ballots.xlsx")
    >>> row["count"], row["arguments"]["rows"]
    (2, '4, 7')
    >>> on_rows("ballot_row_empty", [], source="ballots.xlsx")
    []
    """
    listed = list(rows)
    if not listed:
        return []
    count, numbers = len(listed), listed_rows(listed)
    return [finding(code, source=source, column=column, count=count, rows=numbers, **more)]


@dataclass(frozen=True)
class Fault:
    """One kind of fault: code, severity, rows (None: the whole source), column.

    An error of rows puts them in quarantine, an error of the whole source refuses it.
    """

    code: str
    severity: str = ERROR
    rows: np.ndarray | None = None
    column: str | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)
    count: int = 1  # of things that are not rows: columns, members
    feature: str | None = None  # what a finding names, by default the first row

    @classmethod
    def of_rows(
        cls,
        code: str,
        chosen: pd.Series | np.ndarray | Sequence[bool],
        column: str | None = None,
        *,
        given: pd.Series | None = None,
    ) -> Fault:
        """Return the error of the chosen rows; its sentence quotes the first of the `given`."""
        rows = np.flatnonzero(chosen)
        if given is None or not len(rows):
            return cls(code, ERROR, rows, column)
        return cls(code, ERROR, rows, column, {"given": str(given.iloc[rows[0]])[:40]})

    @property
    def applies(self) -> bool:
        """Return whether anything has the fault."""
        return self.rows is None or len(self.rows) > 0

    @property
    def refuses(self) -> bool:
        """Return whether the fault refuses the whole source."""
        return self.severity == ERROR and self.rows is None


def as_findings(
    faults: Iterable[Fault], *, source: str, labels: np.ndarray | None = None
) -> list[dict[str, object]]:
    """Return rows of FINDINGS: one line for each kind of fault, naming the first row that has it.

    `labels` are the names of the rows in their file; without them a row is its number.
    """
    lines = []
    for fault in faults:
        rows = fault.rows
        if not fault.applies:
            continue
        first = fault.feature
        if first is None and rows is not None:
            first = str(rows[0] if labels is None else labels[rows[0]])
        lines.append(
            finding(
                fault.code,
                source=source,
                severity=fault.severity,
                feature=first,
                column=fault.column,
                count=fault.count if rows is None else len(rows),
                **fault.arguments,
            )
        )
    return lines
