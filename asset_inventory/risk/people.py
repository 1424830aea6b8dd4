"""People by class of hazard: how many live where it is how severe, are displaced, and die in an earthquake.

Residents of a district are spread over classes as its dwellings are: each dwelling counts alike, each by the shares of
it that lie in each class. A district without dwellings is spread by its area. So everybody counts once, where he lives:
a person with two flooded assets is one person, and pupils are at home. That is the night; by day schools and offices
hold people whom no census of residents shows.

Rates are those of the class, as declared, not of the mean within it: InaSAFE's displacement rates by class, and its
models of deaths by MMI (ITB, ITB Bayesian, PAGER for Indonesia). InaSAFE itself warns that the ITB models rest on four
fatal events and predict too many deaths above VIII. The displaced are not reduced by the dead. What the map does not
say is the class «unknown», never the mildest; its displaced and dead are not known.

Sources: InaSAFE safe/definitions/hazard_classifications.py and earthquake.py; Perka BNPB 7/2008 for needs (library).

People laid over: residents of districts become PEOPLE, by class under every map of hazards with declared rates.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.hazards.intersections import OpenHazard, in_parts, intersections
from asset_inventory.model.city import City
from asset_inventory.model.library.rates import needs
from asset_inventory.model.tables import EXERCISE, REAL, TABLES, empty, finding, known_sum
from asset_inventory.vulnerability.classes import PeopleClasses, people_classes

BY_DWELLINGS, BY_AREA, NOT_KNOWN = "share of dwellings", "share of area", "not known"
_WHOLE = 1e-9  # of a share: less than this is the last bits of its parts


def shares_in_classes(pieces: pd.DataFrame, classes: PeopleClasses, size: int) -> np.ndarray:
    """Return which share of each of `size` geometries lies in each class (size × classes); each row adds up to 1.

    `pieces` are PIECES of one map. What has no piece at all is wholly «unknown».
    """
    width = len(classes.names)
    cell = pieces["asset"].to_numpy(dtype=np.int64) * width + classes.of(pieces["intensity"].to_numpy(dtype=float))
    shares = np.bincount(cell, weights=pieces["share"].to_numpy(dtype=float), minlength=size * width)
    shares = shares.reshape(size, width)
    total = shares.sum(axis=1, keepdims=True)
    unknown = np.zeros(width)
    unknown[-1] = 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > _WHOLE, shares / total, unknown)


def people_by_class(
    residents: np.ndarray, homes: np.ndarray, in_homes: np.ndarray, in_area: np.ndarray, classes: PeopleClasses
) -> pd.DataFrame:
    """Return the people of each district in each class: `place` of the district, `class`, `people`, `displaced` …

    `residents` may be NaN. `homes` counts the dwellings of each district, `in_homes` adds up their shares by class
    (districts × classes), and `in_area` has the shares of the districts' area. Where residents are not known there is
    one row, «unknown», with nothing known.
    """
    has_homes = homes > 0
    shares = np.where(has_homes[:, None], in_homes / np.maximum(homes, 1)[:, None], in_area)
    people = residents[:, None] * shares
    rule = np.where(has_homes, BY_DWELLINGS, BY_AREA)
    place, kind = np.divmod(np.arange(people.size), people.shape[1])
    known = ~np.isnan(residents)[place]
    kept = known | (kind == people.shape[1] - 1)
    place, kind, known = place[kept], kind[kept], known[kept]
    people = people.ravel()[kept]
    return pd.DataFrame({
        "place": place, "class": np.array(classes.names, dtype=object)[kind], "people": people,
        "displaced": _times(people, classes.displaced[kind]), "fatalities": _times(people, classes.fatality[kind]),
        "people_rule": np.where(known, rule[place], NOT_KNOWN)})  # fmt: skip


def _times(people: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Return people × rate; of nobody nobody, whatever the rate, unless there is no rate at all."""
    return np.where((people == 0) & ~np.isnan(rate), 0.0, people * rate)


def people_table(parts: Iterable[tuple[str, float, pd.DataFrame]], districts: Sequence[str],
                 exercise: Iterable[str]) -> pd.DataFrame:  # fmt: skip
    """Return PEOPLE of maps (hazard, return period, rows of `people_by_class`); `exercise` names invented hazards."""
    invented, ids = set(exercise), np.asarray(districts, dtype=object)
    tables = [
        table.assign(district=ids[table["place"].to_numpy()], hazard=hazard, return_period=period,
                     data_status=EXERCISE if hazard in invented else REAL)
        for hazard, period, table in parts
    ]  # fmt: skip
    names = [column.name for column in TABLES["PEOPLE"].columns]
    whole = pd.concat(tables, ignore_index=True)[names]
    return whole.astype(dict.fromkeys(("district", "hazard", "class", "people_rule", "data_status"), "category"))


def totals_by_class(people: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of PEOPLE by hazard, return period and class, in its order; what is not known is in none.

    `districts_not_known` counts the districts of which nobody can tell how many are in the class. A sum of nothing is
    NaN, not 0.
    """
    keys, counted = ["hazard", "return_period", "class"], ["people", "displaced", "fatalities"]
    group = people.groupby(keys, sort=False, dropna=False, observed=True).ngroup().to_numpy()
    first = people[keys].iloc[np.unique(group, return_index=True)[1]].reset_index(drop=True)
    first = first.astype({"hazard": "str", "class": "str"})
    figures = people[counted].to_numpy(dtype=float)
    parts = [figures[group == one] for one in range(len(first))]
    sums = pd.DataFrame([[known_sum(column) for column in part.T] for part in parts], columns=counted, dtype=float)
    missing = [int(np.isnan(part[:, 0]).sum()) for part in parts]
    return first.join(sums).assign(districts_not_known=np.array(missing, dtype=np.int64))


def needs_of(displaced: float) -> list[tuple[str, float, str, str]]:
    """Return what so many displaced people need (name, amount, unit, every week or once); of NaN people NaN."""
    return [(one.name, displaced * one.amount, one.unit, one.every) for one in needs()]


def rounded_up(amount: float) -> float:
    """Return an amount as it is printed: the next whole one, since half a toilet serves nobody; NaN stays NaN."""
    # 30 x 0.2 must not become 7 for the last bit of a product
    return amount if math.isnan(amount) else float(math.ceil(amount - 1e-9 * max(1.0, abs(amount))))


def people_in_classes(
    city: City, districts: gpd.GeoDataFrame, assets: gpd.GeoDataFrame, opened: Iterable[OpenHazard]
) -> pd.DataFrame:
    """Return PEOPLE under every map of the hazards that declare rates; without rows where no residents are declared."""
    declared = city.districts.population if city.districts else None
    counted = [(one, classes) for one in opened if (classes := people_classes(one.hazard)) is not None]
    if declared is None or not counted:
        return empty("PEOPLE")
    homes = assets[(assets["asset_type"].isin(declared.dwellings) & assets["usable"]).to_numpy()]
    invented = city.districts.source.exercise or declared.source.exercise
    exercise = [one.hazard.name for one, _ in counted if invented or one.hazard.source.exercise]
    parts = [part for one, classes in counted for part in _under(one, classes, homes, districts)]
    return people_table(parts, districts["district"].astype(str).tolist(), exercise)


def people_not_counted(city: City, opened: Iterable[OpenHazard]) -> list[dict]:
    """Return rows of FINDINGS on hazards that declare rates for people in a city that declares none."""
    if city.districts and city.districts.population:
        return []
    return [finding("people_not_counted", source=one.hazard.name, severity="warning")
            for one in opened if one.hazard.people]  # fmt: skip


def _under(
    opened: OpenHazard, classes: PeopleClasses, homes: gpd.GeoDataFrame, districts: gpd.GeoDataFrame
) -> Iterator[tuple[str, float, pd.DataFrame]]:
    """Yield the people of the districts under each map of a hazard, its dwellings laid over part by part."""
    district = pd.Index(districts["district"].astype(str)).get_indexer(homes["district"].astype(str))
    homes, district = homes[district >= 0], district[district >= 0]  # outside all districts nobody is counted
    count = np.bincount(district, minlength=len(districts))
    sums = [np.zeros((len(districts), len(classes.names))) for _ in opened.periods]
    geometry = homes.geometry.to_numpy()
    for rows in in_parts(homes, [opened]) if len(homes) else ():
        for place, table in enumerate(intersections(geometry[rows], opened)):
            np.add.at(sums[place], district[rows], shares_in_classes(table, classes, len(rows)))
    without = np.flatnonzero(count == 0)
    areas = intersections(districts.geometry.to_numpy()[without], opened)
    for total, period, table in zip(sums, opened.periods, areas, strict=True):
        in_area = np.zeros_like(total)
        in_area[without] = shares_in_classes(table, classes, len(without))
        residents = districts["population"].to_numpy(dtype=float)
        yield opened.hazard.name, period, people_by_class(residents, count, total, in_area, classes)
