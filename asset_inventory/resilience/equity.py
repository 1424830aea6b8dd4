"""Equity: the concentration of damage over districts by wealth, and the people of each district.

C = 2 cov(burden per head, rank)/mean (Wagstaff, Paci and van Doorslaer 1991, doi
10.1016/0277-9536(91)90212-U), with the covariance over the whole population. The rank is that of a
person: the share of people poorer than this person. C lies between -1 and 1. Negative: the poor
bear more; 0: all bear the same. Assumption: all people of a district bear the same and are equally
poor.

Counts, no weights. The displaced are those of the district's worst map (each person counts once on
a map, and maps are not added up). Their needs are amounts per displaced person of Perka BNPB 7/2008
(`model/library/people/needs.csv`); only printing rounds them up. A group has the count of an
indicator of the districts; without one it has InaSAFE's default share
(`model/library/people/ratios.csv`), an assumption on a district that is marked as such. The poor
have no default share. Without residents nothing is known. Assumption: residents at night, as
`risk.exposure` counts them.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from asset_inventory.inventory.districts import HIGHER, by_district
from asset_inventory.model.library.rates import group_names, needs, ratios, wealth_words
from asset_inventory.model.tables import TABLES, FindingRow, empty, finding
from asset_inventory.model.texts import folded
from asset_inventory.resilience.criteria import displaced_limits

EAD = "ead"
_WITHOUT = {"indicators": "burden_without_wealth", "population": "burden_without_people"}


def concentration_index(burden: np.ndarray, wealth: np.ndarray, people: np.ndarray) -> float:
    """Return the concentration index of a burden per head over districts (-1 to 1).

    `wealth` is any number that is greater where people are richer; districts of equal wealth share
    a rank. A district with NaN, or without people, does not count. The index is NaN without two
    districts of different wealth, or without a burden.

    Notes
    -----
    C = 2 cov(burden per head, rank) / mean burden per head: Wagstaff, Paci and van Doorslaer 1991,
    doi 10.1016/0277-9536(91)90212-U.

    Examples
    --------
    Two districts of the same size, ranks 0.25 and 0.75; only the poorer one bears a burden of 2,
    the mean is 1: cov = (2 × 0.25 + 0 × 0.75)/2 − 1 × 0.5 = −0.25, so C = −0.5.

    >>> concentration_index(np.array([2.0, 0.0]), np.array([1.0, 2.0]), np.array([100, 100]))
    -0.5
    """
    burden, wealth, people = (np.asarray(given, dtype=float) for given in (burden, wealth, people))
    known = ~np.isnan(burden + wealth + people) & (people > 0)
    burden, wealth, people = burden[known], wealth[known], people[known]
    if len(burden) < 2:
        return float("nan")
    share = people / people.sum()
    mean = float(share @ burden)
    if mean == 0:
        return float("nan")
    levels, place = np.unique(wealth, return_inverse=True)
    if len(levels) < 2:  # all are equally rich
        return float("nan")
    width = np.bincount(place, weights=share, minlength=len(levels))
    rank = (np.cumsum(width) - width / 2)[place]
    return 2 * float(share @ (burden * rank) - mean * (share @ rank)) / mean


def loss_distribution(
    indicators: pd.DataFrame, burden: Mapping[str, pd.Series], people: pd.Series
) -> tuple[pd.DataFrame, list[FindingRow]]:
    """Return LOSS_DISTRIBUTION, a row for each indicator that orders districts from poor to rich
    and each burden, and FINDINGS.

    `indicators` are DISTRICT_INDICATORS; those with a word of wealth or poverty in their name
    count. If the lower end is better, the lower value is the richer. `burden` has sums of each
    district (currency/year, people), `people` its residents. An index that is not known is NaN, and
    a finding gives the reason.

    Examples
    --------
    The poorest of three districts bears most of the damage per head, so the index is below 0:

    >>> indicators = pd.DataFrame({
    ...     "district": ["a", "b", "c"], "indicator": "poor people", "value": [30.0, 20.0, 10.0],
    ...     "better": "lower", "counted": True})
    >>> people, ead = (pd.Series(values, index=["a", "b", "c"]) for values in ([100.0] * 3, [60.0, 20.0, 10.0]))
    >>> table, _ = loss_distribution(indicators, {"ead": ead}, people)
    >>> table[["indicator", "loss", "concentration"]].round(3).values.tolist()
    [['poor people', 'ead', -0.37]]
    """
    counted = indicators[indicators["counted"]]
    better = counted.drop_duplicates("indicator").set_index("indicator")["better"]
    if not len(better):
        return empty("LOSS_DISTRIBUTION"), []
    better = better[[tells_wealth(name) for name in better.index]]
    for is_known, column in (
        (len(better) > 0, "indicators"),
        (bool(people.notna().any()), "population"),
    ):
        if not is_known:
            return empty("LOSS_DISTRIBUTION"), [
                finding(_WITHOUT[column], source="city.toml", column=column)
            ]
    table, rows, findings = by_district(indicators).reindex(people.index), [], []
    for name, end in better.items():
        wealth = (table[name] if end == HIGHER else -table[name]).astype(float)
        for what, borne in burden.items():
            per_head = borne.reindex(people.index) / people.where(people > 0)
            known = int((per_head.notna() & wealth.notna()).sum())
            index = concentration_index(per_head.to_numpy(), wealth.to_numpy(), people.to_numpy())
            rows.append(
                {
                    "indicator": name,
                    "loss": what,
                    "concentration": index,
                    "districts": known,
                    "districts_without_figure": len(people) - known,
                }
            )
            if np.isnan(index):
                findings.append(
                    finding("burden_not_known", source=str(name), column=what, districts=known)
                )
    return pd.DataFrame(rows), findings


def tells_wealth(indicator: str) -> bool:
    """Return whether the name of an indicator has words of wealth or poverty only, and none of a
    coarse class.

    Examples
    --------
    >>> tells_wealth("poor people"), tells_wealth("class of poverty"), tells_wealth("schools")
    (True, False, False)
    """
    words = wealth_words()
    known = [
        words[word] for word in re.findall(r"[^\W\d_]+", indicator.casefold()) if word in words
    ]
    return bool(known) and all(known)


PEOPLE, EXPOSED, DISPLACED, EAD_PER_HEAD = "people", "exposed", "displaced", "ead per head"
GROUPS = ("under 5", "over 60", "disabled", "poor")
# How an amount is known: `rule` of DISTRICT_PEOPLE, in addition to the rules of people exposed.
COUNTED, WORST_MAP, BY_NEED, BY_INDICATOR, BY_DEFAULT, NOT_KNOWN = (
    "counted",
    "worst map",
    "per displaced",
    "indicator",
    "default share",
    "not known",
)
_PERCENT = ("%", "persen", "percent")
_PERSONS = ("orang", "jiwa", "people", "persons", "penduduk")
_PEOPLE_COLUMNS = "people"


def district_people(
    areas: pd.DataFrame,
    population: pd.Series,
    people: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    currency: str,
) -> pd.DataFrame:
    """Return DISTRICT_PEOPLE without `data_status`, in the order of `population`, which is by
    district.

    `areas` are DISTRICT_DAMAGE, `people` is PEOPLE, `indicators` are DISTRICT_INDICATORS. An amount
    that is not known lies within its limits; NaN means no limit.

    Examples
    --------
    >>> areas = pd.DataFrame({
    ...     "district": ["west"], "people_exposed": [40.0], "people_rule": ["share of area"],
    ...     "ead": [500.0], "ead_low": [400.0],
    ...     "ead_high": [600.0]})
    >>> table = district_people(
    ...     areas, pd.Series({"west": 100.0}), empty("PEOPLE"), empty("DISTRICT_INDICATORS").astype({"counted": bool}),
    ...     currency="IDR")
    >>> table[["item", "amount", "unit"]].head(2).values.tolist()
    [['people', 100.0, 'people'], ['exposed', 40.0, 'people']]
    """
    if not population.notna().any():
        return empty("DISTRICT_PEOPLE")
    ids = population.index
    own = areas.set_index(areas["district"].astype(str)).reindex(ids)
    displaced = displaced_limits(people, ids)
    head = population.where(population > 0)

    def of_displaced(name: str, each: float, *about: Any, **more: Any) -> pd.DataFrame:
        known, low, high = (displaced[limit] * each for limit in ("known", "low", "high"))
        return _item(name, known, *about, limits=(low, high), **more)

    rule, per_head = own["people_rule"].fillna(NOT_KNOWN), own["ead"] / head
    limits = own["ead_low"] / head, own["ead_high"] / head
    parts = [
        _item(PEOPLE, population, _PEOPLE_COLUMNS, COUNTED),
        _item(EXPOSED, own["people_exposed"], _PEOPLE_COLUMNS, rule),
        of_displaced(DISPLACED, 1.0, _PEOPLE_COLUMNS, WORST_MAP),
        _item(EAD_PER_HEAD, per_head, f"{currency}/year", COUNTED, limits=limits),
        *(
            of_displaced(
                need.name, need.amount, need.unit, BY_NEED, source=need.source, every=need.every
            )
            for need in needs()
        ),
        *_groups(population, indicators),
    ]
    table = pd.concat(parts, ignore_index=True)
    nothing = table["amount_low"].isna() & table["amount_high"].isna()
    table["rule"] = table["rule"].mask(nothing, NOT_KNOWN)
    table["assumed"] &= ~nothing
    order = ids.get_indexer(pd.Index(table["district"])).argsort(kind="stable")
    kinds = {
        column.name: "str"
        for column in TABLES["DISTRICT_PEOPLE"].columns
        if column.kind == "word" and column.name in table
    }
    ordered: pd.DataFrame = table.iloc[order].reset_index(drop=True)
    return ordered.astype(kinds)


def group_findings(indicators: pd.DataFrame, *, source: str) -> Iterator[FindingRow]:
    """Yield rows of FINDINGS on indicators of a group of people in a unit that is neither people
    nor percent.

    Examples
    --------
    >>> indicators = pd.DataFrame({"indicator": ["disabled"], "unit": ["families"], "counted": [True]})
    >>> [(row["code"], row["arguments"]["given"]) for row in group_findings(indicators, source="indicators.csv")]
    [('people_group_unit', 'families')]
    """
    counted = indicators[indicators["counted"]]
    for group in GROUPS:
        rows = counted[
            _called(counted, group) & ~counted["unit"].map(_unit).isin((*_PERCENT, *_PERSONS))
        ]
        if len(rows):
            yield finding(
                "people_group_unit",
                source=source,
                column=str(rows["indicator"].iloc[0]),
                count=len(rows),
                given=str(rows["unit"].fillna("-").iloc[0]),
            )


def _groups(population: pd.Series, indicators: pd.DataFrame) -> Iterator[pd.DataFrame]:
    counted, shares = indicators[indicators["counted"]], {ratio.group: ratio for ratio in ratios()}
    for group in GROUPS:
        rows = counted[_called(counted, group)]
        given = (
            by_district(rows).reindex(population.index)
            if len(rows)
            else pd.DataFrame(index=population.index)
        )
        first = rows.drop_duplicates("indicator")
        units = dict(zip(first["indicator"].astype(str), first["unit"].map(_unit), strict=True))
        amounts = [
            given[name] * population / 100 if units[name] in _PERCENT else given[name]
            for name in map(str, given)
            if units[name] in (*_PERCENT, *_PERSONS)
        ]
        amount = (
            pd.concat(amounts, axis=1).bfill(axis=1).iloc[:, 0] if amounts else population * np.nan
        )
        own, share = amount.notna() & population.notna(), shares.get(group)
        by_default = population * (np.nan if share is None else share.share)
        sources = (
            rows.drop_duplicates("district")
            .set_index("district")["source"]
            .reindex(population.index)
        )
        yield _item(
            group,
            amount.where(own, by_default).clip(upper=population),
            _PEOPLE_COLUMNS,
            pd.Series(np.where(own, BY_INDICATOR, BY_DEFAULT), index=population.index),
            source=sources.where(own, None if share is None else share.source),
            assumed=~own,
        )


def _item(
    name: str,
    amount: pd.Series,
    unit: str,
    rule: pd.Series | str,
    *,
    source: pd.Series | str | None = None,
    every: str | None = None,
    assumed: pd.Series | bool = False,
    limits: tuple[pd.Series, pd.Series] | None = None,
) -> pd.DataFrame:
    low, high = (amount, amount) if limits is None else limits
    return pd.DataFrame(
        {
            "district": amount.index,
            "item": name,
            "amount": amount,
            "amount_low": low,
            "amount_high": high,
            "unit": unit,
            "every": every,
            "rule": rule,
            "source": source,
            "assumed": assumed,
        }
    )


def _called(indicators: pd.DataFrame, group: str) -> np.ndarray:
    names = [*map(folded, group_names()[group])]
    return indicators["indicator"].map(folded, na_action="ignore").isin(names).to_numpy(dtype=bool)


def _unit(unit: object) -> str:
    return unit.strip().casefold() if isinstance(unit, str) else ""
