"""The figures of a map page's tiles: damage, EAD, years and people by district, for each hazard map.

Every column has one figure per district in the page's order, and last that of the whole city. They
come from the tables of the edition that is shown, so a figure that is withheld there is in no sum.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import WITHHELD
from asset_inventory.model.city import City
from asset_inventory.model.tables import rows_at
from asset_inventory.outputs.views.city import numbers

Maps = Sequence[tuple[str, Sequence[float]]]
# The sums by district with the city last, and how many assets each sum has.
Sums = dict[str, Any]


def tile_figures(assessment: Assessment, maps: Maps, districts: Sequence[str]) -> dict[str, object]:
    """Return the figures of all tiles; `maps` and `districts` are in the order of the page.

    `damage`, `exposed` and `people` have a list for each hazard with an entry for each of its maps,
    `ead` an entry for each hazard, `joint` is that of all hazards together, `years` has by the hazard's
    place and by the year, and `mapped` there the EAD as mapped of the same assets. An entry is None
    where no asset (or no district) has a figure. The damage is 0 where no asset is exposed and
    some are known not to be.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from asset_inventory.model.tables import empty
    >>> tables = {name: empty(name.upper()) for name in (
    ...     "ead", "joint_ead", "future_ead", "people_exposed", "exposure_counts")}
    >>> assets = pd.DataFrame({"asset_id": ["a", "b"], "district": ["west", "east"]})
    >>> damage = pd.DataFrame({
    ...     "asset_id": ["a", "b"], "hazard": "flood", "return_period": 10.0, "damage": [5.0, np.nan]})
    >>> assessment = SimpleNamespace(assets=assets, damage=damage, **tables)
    >>> tile_figures(assessment, [("flood", [10.0])], ["west", "east"])["damage"]
    [[{'sum': [5.0, None, 5.0], 'assets': [1, 0, 1]}]]
    """
    place = pd.Index(districts)
    of_asset = place.get_indexer(pd.Index(assessment.assets["district"].astype(str)))
    ids = pd.Index(assessment.assets["asset_id"].astype(str))

    def sums(table: pd.DataFrame, figures: pd.Series) -> Sums | None:
        row = ids.get_indexer(pd.Index(table["asset_id"].astype(str)))
        places = np.where(row < 0, -1, of_asset[row])  # a page of one district has only its assets
        found = sums_by_place(figures.to_numpy(dtype=float), places, len(districts))
        return found if found["assets"][-1] else None

    def damages(hazard: str, period: float) -> Sums | None:
        rows = damage[rows_at(damage, hazard, period)]
        found = sums(rows, rows["damage"])
        if found is None:
            return None
        exposed, spared = (
            counted_by_place(counts, state, hazard, period, districts)
            for state in ("exposed", "not_exposed")
        )
        figures = zip(found["sum"], exposed, spared, strict=True)
        none = [0 if reached == 0 < left else figure for figure, reached, left in figures]
        return found | {"sum": none}

    damage, ead, future = assessment.damage, assessment.ead, assessment.future_ead
    people, counts = assessment.people_exposed, assessment.exposure_counts
    names = [name for name, _ in maps]
    years: dict[str, dict[str, object]] = {}
    for (hazard, year), rows in future.groupby(["hazard", "year"], observed=True):
        found = sums(rows, rows["ead"])
        if str(hazard) in names and found is not None:
            mapped = ead[(ead["hazard"] == hazard).to_numpy()].set_index("asset_id")["ead"]
            mapped = rows["asset_id"].map(mapped).astype(float).where(rows["ead"].notna())
            years.setdefault(str(names.index(str(hazard))), {})[str(year)] = found | {
                "at_least": bool(rows["at_least"].any()),
                "mapped": sums(rows, mapped),
            }
    return {
        "damage": [[damages(name, period) for period in periods] for name, periods in maps],
        "exposed": [
            [counted_by_place(counts, "exposed", name, period, districts) for period in periods]
            for name, periods in maps
        ],
        "ead": [
            sums(rows, rows["ead"])
            for rows in (ead[(ead["hazard"] == name).to_numpy()] for name in names)
        ],
        "joint": sums(assessment.joint_ead, assessment.joint_ead["ead"]),
        "years": years,
        "people": [
            [people_in_zones(people, name, period, districts) for period in periods]
            for name, periods in maps
        ],
    }


def sums_by_place(values: np.ndarray, place: np.ndarray, count: int) -> Sums:
    """Return the known sum at each of `count` places and over all, and how many values each has.

    A place without a known value has no sum (None).

    Examples
    --------
    >>> sums_by_place(np.array([5.0, np.nan, 2.0]), np.array([0, 0, 1]), 3)
    {'sum': [5.0, 2.0, None, 7.0], 'assets': [1, 1, 0, 2]}
    """
    known = np.isfinite(values) & (place >= 0)
    assets = np.bincount(place[known], minlength=count)
    sums = np.bincount(place[known], weights=values[known], minlength=count)
    assets, sums = np.append(assets, assets.sum()), np.append(sums, sums.sum())
    return {
        "sum": numbers(pd.Series(np.where(assets > 0, sums, np.nan))),
        "assets": assets.tolist(),
    }


def counted_by_place(
    counts: pd.DataFrame, state: str, hazard: str, period: float, districts: Sequence[str]
) -> list[int]:
    """Return the assets in a state on one map by district and in all, of EXPOSURE_COUNTS.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "district": ["a", "a", "b"], "hazard": "flood", "return_period": 100.0, "exposed": [3, 2, 1]})
    >>> counted_by_place(table, "exposed", "flood", 100.0, ["a", "b", "c"])
    [5, 1, 0, 6]
    """
    rows = counts[rows_at(counts, hazard, period)]
    by_district = rows[state].groupby(rows["district"].astype(str)).sum()
    return [
        *by_district.reindex(list(districts), fill_value=0).tolist(),
        int(rows[state].sum()),
    ]


def people_in_zones(
    people: pd.DataFrame, hazard: str, period: float, districts: Sequence[str]
) -> dict[str, Any] | None:
    """Return the people in the zones of one map by district and in all, of PEOPLE_EXPOSED
    (`people_of_places`).

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "district": ["a", "b"], "hazard": "flood", "return_period": 100.0,
    ...     "people_exposed": [20.0, np.nan], "people_rule": ["share of area", "fewer than 10"]})
    >>> people_in_zones(table, "flood", 100.0, ["a", "b", "c"])
    {'people': [20.0, None, None, 20.0], 'districts': 1, 'withheld': {1: 'fewer than 10'}}
    """
    rows = people[rows_at(people, hazard, period)]
    rows = rows.set_index(rows["district"].astype(str)).reindex(list(districts))
    return people_of_places(rows["people_exposed"], rows["people_rule"])


def people_of_places(people: pd.Series, rules: pd.Series) -> dict[str, Any] | None:
    """Return the people of each place and in all, and the rule of each place whose count is withheld;
    None where no count is known.

    The city's sum is that of the districts that are known (`districts` says how many), so that no
    difference of two figures gives a withheld count back.

    Examples
    --------
    >>> people_of_places(pd.Series([20.0, np.nan]), pd.Series(["share of area", "withheld"]))
    {'people': [20.0, None, 20.0], 'districts': 1, 'withheld': {1: 'withheld'}}
    """
    if not people.notna().any():
        return None
    withheld = np.flatnonzero(rules.isin(WITHHELD))
    return {
        "people": numbers(pd.Series([*people, people.sum()]), decimals=0),
        "districts": int(people.notna().sum()),
        "withheld": {int(place): str(rules.iloc[place]) for place in withheld},
    }


# The icons of types that are services
SERVICES = {"health": ("hospital", "doctor"), "education": ("school", "college")}


def services(city: City, asset_types: Iterable[str]) -> dict[str, list[str]]:
    """Return the asset types that are health and education services, by the icons that the city
    declares or that their names suggest.

    Examples
    --------
    >>> from asset_inventory.model.examples import city
    >>> services(city(), ["rumah sakit", "jalan utama", "SCHOOL"])
    {'health': ['rumah sakit'], 'education': ['SCHOOL']}
    """
    icons = {name: city.icon_of(name) for name in sorted(set(asset_types))}
    return {
        service: [name for name, icon in icons.items() if icon in of]
        for service, of in SERVICES.items()
    }
