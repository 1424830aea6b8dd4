"""People of each district: how many, of whom exposed and displaced, of which groups, what they bear and would need.

Counts, no weights. The displaced are those of the district's worst map (everybody once on a map, no two maps added up),
and needs are theirs: amounts per displaced person of Perka BNPB 7/2008 (`library/people/needs.csv`), rounded up when
printed and not before. Groups are counted where an indicator of the districts does; else InaSAFE's default share
stands in (`library/people/ratios.csv`), which is an assumption on a district and marked so; of the poor there is none.
Without residents nothing is known. Assumption: residents at night, as `risk.people` counts them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from asset_inventory.inventory.district_indicators import by_district
from asset_inventory.library.rates import group_names, needs, ratios
from asset_inventory.resilience.criteria import displaced_limits
from asset_inventory.sources.texts import folded
from asset_inventory.tables import TABLES, empty, finding

PEOPLE, EXPOSED, DISPLACED, EAD_PER_HEAD = "people", "exposed", "displaced", "ead per head"
GROUPS = ("under 5", "over 60", "disabled", "poor")
# How an amount was told: `rule` of DISTRICT_PEOPLE, beside the rules of people exposed.
COUNTED, WORST_MAP, BY_NEED, BY_INDICATOR, BY_DEFAULT, NOT_KNOWN = (
    "counted", "worst map", "per displaced", "indicator", "default share", "not known")
_PERCENT = ("%", "persen", "percent")
_PERSONS = ("orang", "jiwa", "people", "persons", "penduduk")
_TOLD_OF_PEOPLE = "people"


def district_people(
    areas: pd.DataFrame, population: pd.Series, people: pd.DataFrame, indicators: pd.DataFrame, *, currency: str
) -> pd.DataFrame:
    """Return DISTRICT_PEOPLE without `data_status`, in the order of `population`, which is by district.

    `areas` are FOCUS_AREAS, `people` is PEOPLE, `indicators` are DISTRICT_INDICATORS. An amount that is not known lies
    within its limits; NaN in these means that nothing bounds it.
    """
    if not population.notna().any():
        return empty("DISTRICT_PEOPLE")
    ids = population.index
    own = areas.set_index(areas["district"].astype(str)).reindex(ids)
    displaced = displaced_limits(people, ids)
    head = population.where(population > 0)
    parts = [
        _item(PEOPLE, population, _TOLD_OF_PEOPLE, COUNTED),
        _item(EXPOSED, own["people_exposed"], _TOLD_OF_PEOPLE, own["people_rule"].fillna(NOT_KNOWN)),
        _item(DISPLACED, displaced["known"], _TOLD_OF_PEOPLE, WORST_MAP, limits=(displaced["low"], displaced["high"])),
        _item(EAD_PER_HEAD, own["ead"] / head, f"{currency}/year", COUNTED,
              limits=(own["ead_low"] / head, own["ead_high"] / head)),
        *(_item(one.name, displaced["known"] * one.amount, one.unit, BY_NEED, source=one.source, every=one.every,
                limits=(displaced["low"] * one.amount, displaced["high"] * one.amount)) for one in needs()),
        *_groups(population, indicators),
    ]  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    nothing = table["amount_low"].isna() & table["amount_high"].isna()
    table["rule"] = table["rule"].mask(nothing, NOT_KNOWN)
    table["assumed"] &= ~nothing
    order = np.argsort(ids.get_indexer(table["district"]), kind="stable")
    kinds = {one.name: "str" for one in TABLES["DISTRICT_PEOPLE"].columns if one.kind == "word" and one.name in table}
    return table.iloc[order].reset_index(drop=True).astype(kinds)


def group_findings(indicators: pd.DataFrame, *, source: str) -> Iterator[dict]:
    """Yield rows of FINDINGS on indicators of a group of people in a unit that is neither people nor percent."""
    counted = indicators[indicators["counted"]]
    for group in GROUPS:
        rows = counted[_called(counted, group) & ~counted["unit"].map(_unit).isin((*_PERCENT, *_PERSONS))]
        if len(rows):
            yield finding("people_group_unit", source=source, severity="warning", column=str(rows["indicator"].iloc[0]),
                          count=len(rows), given=str(rows["unit"].fillna("-").iloc[0]))  # fmt: skip


def _groups(population: pd.Series, indicators: pd.DataFrame) -> Iterator[pd.DataFrame]:
    counted, shares = indicators[indicators["counted"]], {one.group: one for one in ratios()}
    for group in GROUPS:
        rows = counted[_called(counted, group)]
        given = by_district(rows).reindex(population.index) if len(rows) else pd.DataFrame(index=population.index)
        units = rows.drop_duplicates("indicator").set_index("indicator")["unit"].map(_unit)
        amounts = [given[name] * population / 100 if units[name] in _PERCENT else given[name]
                   for name in given if units[name] in (*_PERCENT, *_PERSONS)]  # fmt: skip
        told = pd.concat(amounts, axis=1).bfill(axis=1).iloc[:, 0] if amounts else population * np.nan
        own, share = told.notna() & population.notna(), shares.get(group)
        by_default = population * (np.nan if share is None else share.share)
        said = rows.drop_duplicates("district").set_index("district")["source"].reindex(population.index)
        yield _item(
            group, told.where(own, by_default).clip(upper=population), _TOLD_OF_PEOPLE,
            pd.Series(np.where(own, BY_INDICATOR, BY_DEFAULT), index=population.index),
            source=said.where(own, None if share is None else share.source), assumed=~own,
        )  # fmt: skip


def _item(
    name: str, amount: pd.Series, unit: str, rule: pd.Series | str, *, source: pd.Series | str | None = None,
    every: str | None = None, assumed: pd.Series | bool = False, limits: tuple[pd.Series, pd.Series] | None = None,
) -> pd.DataFrame:  # fmt: skip
    low, high = (amount, amount) if limits is None else limits
    return pd.DataFrame({
        "district": amount.index, "item": name, "amount": amount, "amount_low": low, "amount_high": high, "unit": unit,
        "every": every, "rule": rule, "source": source, "assumed": assumed,
    })  # fmt: skip


def _called(indicators: pd.DataFrame, group: str) -> np.ndarray:
    names = [*map(folded, group_names()[group])]
    return indicators["indicator"].map(folded, na_action="ignore").isin(names).to_numpy(dtype=bool)


def _unit(unit: object) -> str:
    return unit.strip().casefold() if isinstance(unit, str) else ""
