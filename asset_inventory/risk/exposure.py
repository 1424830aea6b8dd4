"""Exposure of assets and people: shares, and counts of assets by state, each asset once.

The state of an asset is, in this order: unusable (without measurable geometry); exposed (the
intensity reaches the hazard's threshold on a share of it); no data (a map has none on a share of it);
not exposed. No data does not mean safe.

People are counted by hazard class: residents, displaced and fatalities under every map with rates.
The residents of a district are spread over the classes by its dwellings: each dwelling has one
weight, spread by its shares in the classes. A district without dwellings is spread by its area. So
each person counts once, at home, at night: a person with two flooded assets is one person, and
pupils are at home. By day schools and offices hold people that no census of residents shows.

Rates are the declared ones of the class, not of the mean within it: InaSAFE's displacement rates by
class, and its fatality models by MMI (ITB, ITB Bayesian, PAGER for Indonesia). InaSAFE warns that
the ITB models rest on four fatal events and predict too many fatalities above VIII. The displaced
are not reduced by the fatalities. People without data on the map are in the class «unknown», never
in the mildest; their displaced and fatalities are not known.

Sources: InaSAFE safe/definitions/hazard_classifications.py and earthquake.py; Perka BNPB 7/2008 for
needs (library).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.hazards.intersections import Cuts, OpenHazard, in_parts, intersections
from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.city import City
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.library.rates import needs
from asset_inventory.model.tables import (
    TABLES,
    FindingRow,
    at_period,
    empty,
    finding,
    known_sum,
    repeated_word,
    rows_at,
)
from asset_inventory.vulnerability.classes import UNKNOWN, PeopleClasses, people_classes

# Shares of one asset sum to 1 up to rounding; a share below this is none.
SHARE_NOISE = 1e-9
STATES = ("not_exposed", "exposed", "no_data", "unusable")


def reached(intensity: np.ndarray, hazard: Hazard) -> Flags:
    """Return which intensities (metre for lengths) expose: from the threshold on, or above 0.

    Examples
    --------
    >>> from asset_inventory.model.hazards import Intensity
    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood(intensity=Intensity(measure="depth", unit="cm"), exposed_from=10)
    >>> reached(np.array([0.05, 0.1, np.nan]), hazard).tolist()
    [False, True, False]
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(hazard.exposes(intensity), dtype=bool)


def expose(
    intersections: pd.DataFrame, hazard: Hazard, rows: np.ndarray, ids: pd.CategoricalDtype[Any]
) -> pd.DataFrame:
    """Return EXPOSURE of one hazard map: a row per asset exposed or without data on a share.

    `intersections` are INTERSECTIONS of the map, and `rows` has the row in ASSETS for each asset
    number in them; the ids of ASSETS are the categories of `ids`. Shares are 0-1 of the asset; the
    mean intensity is over the exposed share, NaN without one.

    Examples
    --------
    A house has 0.3 in 1 m, 0.1 in 2 m of water and 0.2 without data: the mean over the exposed 0.4
    is (0.3 × 1 + 0.1 × 2) / 0.4 = 1.25 m.

    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood()
    >>> pieces = pd.DataFrame({
    ...     "asset": [0] * 4, "return_period": 100.0, "share": [0.3, 0.1, 0.2, 0.4],
    ...     "intensity": [1.0, 2.0, np.nan, 0.0],
    ... })
    >>> table = expose(pieces, hazard, np.array([0]), pd.CategoricalDtype(["house"]))
    >>> table[["exposed_fraction", "no_data_fraction", "intensity_mean", "intensity_max"]].round(9).iloc[0].tolist()
    [0.4, 0.2, 1.25, 2.0]
    """
    asset, share = intersections["asset"].to_numpy(), intersections["share"].to_numpy()
    intensity, size = intersections["intensity"].to_numpy(), len(rows)
    wet, no_data = np.flatnonzero(reached(intensity, hazard)), np.flatnonzero(np.isnan(intensity))
    exposed = _total(asset[wet], share[wet], size)
    unknown = _total(asset[no_data], share[no_data], size)
    total = _total(asset[wet], share[wet] * intensity[wet], size)
    highest = np.full(size, -np.inf)
    np.maximum.at(highest, asset[wet], intensity[wet])
    kept = np.flatnonzero((exposed > 0) | (unknown > SHARE_NOISE))
    touched = exposed[kept] > 0
    mean = np.full(len(kept), np.nan)
    mean[touched] = total[kept][touched] / exposed[kept][touched]
    period = intersections["return_period"].iloc[0] if len(intersections) else np.nan
    return pd.DataFrame(
        {
            "asset_id": pd.Categorical.from_codes(rows[kept], dtype=ids),
            "hazard": repeated_word(hazard.name, len(kept)),
            "return_period": np.full(len(kept), period),
            "exposed_fraction": np.minimum(exposed[kept], 1.0),
            "no_data_fraction": np.where(
                unknown[kept] > SHARE_NOISE, np.minimum(unknown[kept], 1.0), 0.0
            ),
            "intensity_mean": mean,
            "intensity_max": np.where(touched, highest[kept], np.nan),
        }
    )


def states(
    usable: np.ndarray, row: np.ndarray, exposed: np.ndarray, unknown: np.ndarray
) -> np.ndarray:
    """Return the state of each asset, as its place in STATES, on one map or on several together.

    `usable` is of every asset; `row`, `exposed` and `unknown` are of rows of EXPOSURE: the asset,
    its exposed share and its share without data (0-1).

    Examples
    --------
    >>> usable = np.array([True, True, True, False])
    >>> places = states(usable, np.array([0, 1]), np.array([0.5, 0.0]), np.array([0.5, 0.1]))
    >>> [STATES[place] for place in places]
    ['exposed', 'no_data', 'not_exposed', 'unusable']
    """
    state = np.zeros(len(usable), dtype=np.uint8)
    state[row[unknown > 0]] = STATES.index("no_data")
    state[row[exposed > 0]] = STATES.index("exposed")
    state[~usable] = STATES.index("unusable")
    return state


def exposure_counts(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, maps: Iterable[tuple[str, float]]
) -> pd.DataFrame:
    """Return EXPOSURE_COUNTS: assets by state for each type, district and map (hazard, period).

    Exposed + not exposed + unknown + unusable = assets, in every row.

    Examples
    --------
    >>> assets = gpd.GeoDataFrame({
    ...     "asset_type": pd.Categorical(["house"] * 2), "district": pd.Categorical(["Bandarharjo"] * 2),
    ...     "usable": [True, True],
    ... })
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"], categories=["a", "b"]), "hazard": ["flood"], "return_period": [100.0],
    ...     "exposed_fraction": [0.5], "no_data_fraction": [0.0],
    ... })
    >>> exposure_counts(assets, exposure, [("flood", 100.0)])[["assets", *STATES]].to_dict("records")
    [{'assets': 2, 'not_exposed': 1, 'exposed': 1, 'no_data': 0, 'unusable': 0}]
    """
    types, districts = assets["asset_type"].cat, assets["district"].cat
    group = (
        types.codes.to_numpy().astype(np.int64) * len(districts.categories)
        + districts.codes.to_numpy()
    )
    present, group = np.unique(group, return_inverse=True)
    usable = assets["usable"].to_numpy()
    # The ids' categories are those of ASSETS in its order, so a code is a row number.
    row = exposure["asset_id"].cat.codes.to_numpy()
    exposed, unknown = (
        exposure[name].to_numpy() for name in ("exposed_fraction", "no_data_fraction")
    )
    parts = []
    for hazard, period in maps:
        of_map = rows_at(exposure, hazard, period)
        state = states(usable, row[of_map], exposed[of_map], unknown[of_map])
        counts = np.bincount(group * 4 + state, minlength=4 * len(present)).reshape(-1, 4)
        part = pd.DataFrame(counts, columns=list(STATES))
        part.insert(0, "assets", counts.sum(axis=1))
        part.insert(0, "district", districts.categories[present % len(districts.categories)])
        part.insert(0, "return_period", period)
        part.insert(0, "hazard", hazard)
        part.insert(0, "asset_type", types.categories[present // len(districts.categories)])
        parts.append(part)
    names = [column.name for column in TABLES["EXPOSURE_COUNTS"].columns]
    table = pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)
    return table.astype(dict.fromkeys(("asset_type", "hazard", "district"), "category"))


def under_rarest_map(counts: pd.DataFrame, hazard: str) -> tuple[float, pd.DataFrame]:
    """Return a hazard's rarest return period (NaN: a scenario) and its EXPOSURE_COUNTS.

    Examples
    --------
    >>> counts = pd.DataFrame({"hazard": "flood", "return_period": [10.0, 100.0], "assets": [2, 2], "exposed": [0, 1]})
    >>> period, rows = under_rarest_map(counts, "flood")
    >>> period, rows["exposed"].tolist()
    (100.0, [1])
    """
    rows = counts[(counts["hazard"] == hazard).to_numpy()]
    period = float(rows["return_period"].max())
    return period, rows[at_period(rows, period)]


def _total(asset: np.ndarray, weights: Floats, size: int) -> Floats:
    return np.bincount(asset, weights=weights, minlength=size)


@dataclass(frozen=True)
class Share:
    """The greatest exposed share of each asset over all maps (0-1), NaN if unknown, and limits."""

    known: Floats
    least: Floats
    most: Floats


def exposed_share(assets: pd.DataFrame, exposure: pd.DataFrame) -> Share:
    """Return the greatest exposed share of each asset over all maps, in ASSETS' order.

    It is known where every map has data on the whole asset, or a map exposes the whole asset;
    otherwise it is between the exposed share and that with the share without data. For an unusable
    asset it is not known.

    Examples
    --------
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a", "a", "b"]), "exposed_fraction": [0.2, 0.6, 0.1],
    ...     "no_data_fraction": [0.0, 0.0, 0.5],
    ... })
    >>> share = exposed_share(pd.DataFrame({"usable": [True, True]}), exposure)
    >>> share.known.tolist(), share.least.tolist(), share.most.tolist()
    ([0.6, nan], [0.6, 0.1], [0.6, 0.6])
    """
    least, most = np.zeros(len(assets)), np.zeros(len(assets))
    row = exposure["asset_id"].cat.codes.to_numpy()
    exposed, unknown = (
        exposure[name].to_numpy() for name in ("exposed_fraction", "no_data_fraction")
    )
    np.maximum.at(least, row, exposed)
    np.maximum.at(most, row, np.minimum(exposed + unknown, 1.0))
    unusable = ~assets["usable"].to_numpy()
    least[unusable], most[unusable] = 0.0, 1.0
    return Share(np.where(most - least > SHARE_NOISE, np.nan, least), least, most)


BY_DWELLINGS, BY_AREA, NOT_KNOWN = "share of dwellings", "share of area", "not known"
_WHOLE = 1e-9  # a share below this is rounding


def shares_in_classes(intersections: pd.DataFrame, classes: PeopleClasses, size: int) -> Floats:
    """Return the share (0-1) of each of `size` geometries in each class; rows add up to 1.

    `intersections` are INTERSECTIONS of one map. A geometry without any is wholly «unknown».

    Examples
    --------
    >>> classes = PeopleClasses(
    ...     names=("not exposed", "wet", "unknown"), displaced=np.array([0, 0.1, np.nan]),
    ...     fatality=np.full(3, np.nan), bounds=(0.0,), places=np.array([0, 1]),
    ... )
    >>> pieces = pd.DataFrame({"asset": [0, 0], "share": [0.75, 0.25], "intensity": [0.0, 1.0]})
    >>> shares_in_classes(pieces, classes, 2).tolist()
    [[0.75, 0.25, 0.0], [0.0, 0.0, 1.0]]
    """
    width = len(classes.names)
    asset, intensity = (
        intersections["asset"].to_numpy(dtype=np.int64),
        intersections["intensity"].to_numpy(dtype=float),
    )
    cell = asset * width + classes.of(intensity)
    weights = intersections["share"].to_numpy(dtype=float)
    shares = np.bincount(cell, weights=weights, minlength=size * width).reshape(size, width)
    total = shares.sum(axis=1, keepdims=True)
    unknown = np.zeros(width)
    unknown[-1] = 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > _WHOLE, shares / total, unknown)


def people_by_class(
    residents: np.ndarray,
    homes: np.ndarray,
    in_homes: np.ndarray,
    in_area: np.ndarray,
    classes: PeopleClasses,
) -> pd.DataFrame:
    """Return the districts' people by class: `place`, `class`, `people`, `displaced`, ...

    `residents` may be NaN. `homes` counts the dwellings of each district, `in_homes` sums their
    shares by class (districts × classes), and `in_area` has the shares of the districts' area. A
    district without residents has one row, «unknown», of NaN.

    Examples
    --------
    1,000 residents in 4 dwellings, one of them in water with a displacement rate of 10 %: 250
    exposed, 25 displaced.

    >>> classes = PeopleClasses(
    ...     names=("not exposed", "wet", "unknown"), displaced=np.array([0, 0.1, np.nan]),
    ...     fatality=np.full(3, np.nan), bounds=(0.0,), places=np.array([0, 1]),
    ... )
    >>> table = people_by_class(
    ...     np.array([1000.0]), np.array([4]), np.array([[3.0, 1.0, 0.0]]), np.zeros((1, 3)), classes)
    >>> table["people"].tolist(), table["displaced"].tolist()
    ([750.0, 250.0, 0.0], [0.0, 25.0, nan])
    """
    has_homes = homes > 0
    shares = np.where(has_homes[:, None], in_homes / np.maximum(homes, 1)[:, None], in_area)
    people = residents[:, None] * shares
    rule = np.where(has_homes, BY_DWELLINGS, BY_AREA)
    place, of_class = np.divmod(np.arange(people.size), people.shape[1])
    known = ~np.isnan(residents)[place]
    kept = known | (of_class == people.shape[1] - 1)
    place, of_class, known = place[kept], of_class[kept], known[kept]
    people = people.ravel()[kept]
    return pd.DataFrame(
        {
            "place": place,
            "class": np.array(classes.names, dtype=object)[of_class],
            "people": people,
            "displaced": _times(people, classes.displaced[of_class]),
            "fatalities": _times(people, classes.fatality[of_class]),
            "people_rule": np.where(known, rule[place], NOT_KNOWN),
        }
    )


def _times(people: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Return people × rate; 0 people give 0 with any known rate."""
    return np.where((people == 0) & ~np.isnan(rate), 0.0, people * rate)


def people_table(
    parts: Iterable[tuple[str, float, pd.DataFrame]],
    districts: Sequence[str],
) -> pd.DataFrame:
    """Return PEOPLE of maps (hazard, return period, rows by class) without `data_status`.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "place": [0], "class": "wet", "people": 200.0, "displaced": 20.0, "fatalities": np.nan,
    ...     "people_rule": "share of area",
    ... })
    >>> people = people_table([("flood", 100.0, table)], ["west"])
    >>> people[["district", "class", "people"]].values.tolist()
    [['west', 'wet', 200.0]]
    """
    ids = np.asarray(districts, dtype=object)
    tables = [
        table.assign(
            district=ids[table["place"].to_numpy()],
            hazard=hazard,
            return_period=period,
        )
        for hazard, period, table in parts
    ]
    people = pd.concat(tables, ignore_index=True)[empty("PEOPLE").columns.drop("data_status")]
    return people.astype(dict.fromkeys(("district", "hazard", "class", "people_rule"), "category"))


def totals_by_class(people: pd.DataFrame, districts: int) -> pd.DataFrame:
    """Return sums of known people (PEOPLE) by hazard, return period and class, in order.

    `districts_not_known` counts those of `districts` without a known number in the class. A sum of
    nothing is NaN, not 0.

    Examples
    --------
    >>> people = pd.DataFrame({
    ...     "hazard": "flood", "return_period": 100.0, "class": "wet", "people": [200.0, np.nan],
    ...     "displaced": [20.0, np.nan], "fatalities": np.nan,
    ... })
    >>> totals_by_class(people, 2)[["people", "displaced", "fatalities", "districts_not_known"]].iloc[0].tolist()
    [200.0, 20.0, nan, 1.0]
    """
    keys, counted = ["hazard", "return_period", "class"], ["people", "displaced", "fatalities"]
    group = people.groupby(keys, sort=False, dropna=False, observed=True).ngroup().to_numpy()
    first = people[keys].iloc[np.unique(group, return_index=True)[1]].reset_index(drop=True)
    first = first.astype({"hazard": "str", "class": "str"})
    figures = people[counted].to_numpy(dtype=float)
    parts = [figures[group == number] for number in range(len(first))]
    sums = pd.DataFrame(
        [[known_sum(column) for column in part.T] for part in parts], columns=counted, dtype=float
    )
    missing = [districts - int((~np.isnan(part[:, 0])).sum()) for part in parts]
    return first.join(sums).assign(districts_not_known=np.array(missing, dtype=np.int64))


def displaced_of_districts(people: pd.DataFrame) -> pd.DataFrame:
    """Return the `displaced` of each district on each map (PEOPLE), NaN if a class is not known.

    A class with a rate of 0 displaces nobody, whoever is in it. People without data on the map
    («unknown») are left out; a district in which all people are without data is not known.

    Examples
    --------
    >>> people = pd.DataFrame({
    ...     "district": ["west"] * 2 + ["east"] * 2 + ["hill"] * 2, "hazard": "flood", "return_period": 100.0,
    ...     "class": ["not exposed", "wet"] * 2 + ["wet", "unknown"],
    ...     "people": [50.0, 200.0, np.nan, np.nan, 0.0, 90.0],
    ...     "displaced": [0.0, 20.0, np.nan, np.nan, 0.0, np.nan], "people_rule": BY_AREA,
    ... })
    >>> displaced_of_districts(people)["displaced"].tolist()
    [20.0, nan, nan]
    """
    keys, of_class = ["hazard", "return_period", "district"], people["class"].astype(str)
    without = people["displaced"].eq(0) & people["people"].gt(0)
    nobody = without.groupby([people["hazard"].astype(str), of_class]).transform("any")
    unseen = of_class.eq(UNKNOWN) & people["people_rule"].astype(str).ne(NOT_KNOWN)
    nobody |= unseen
    table = people[keys].astype({"hazard": str, "district": str})
    table["displaced"] = people["displaced"].mask(nobody, 0.0)
    table["is_known"] = table["displaced"].notna()
    table["seen"], table["unseen"] = people["people"].mask(unseen), people["people"].where(unseen)
    table = table.groupby(keys, sort=False, dropna=False).agg(
        displaced=("displaced", "sum"),
        is_known=("is_known", "all"),
        seen=("seen", "sum"),
        unseen=("unseen", "sum"),
    )
    beyond = table["seen"].eq(0) & table["unseen"].gt(0)
    return table["displaced"].where(table["is_known"] & ~beyond).reset_index()


def displaced_by_map(of_districts: pd.DataFrame, districts: int) -> pd.DataFrame:
    """Return sums of the known `displaced_of_districts` by hazard and return period, in order.

    `districts_not_known` counts those of `districts` that a sum leaves out.

    Examples
    --------
    >>> table = pd.DataFrame({"hazard": "flood", "return_period": 100.0, "displaced": [20.0, np.nan]})
    >>> displaced_by_map(table, 2)[["displaced", "districts_not_known"]].values.tolist()
    [[20.0, 1.0]]
    """
    maps = of_districts.groupby(["hazard", "return_period"], sort=False, dropna=False)["displaced"]
    table = maps.agg(displaced=known_sum, districts_not_known="count").reset_index()
    return table.assign(districts_not_known=districts - table["districts_not_known"])


def needs_of(displaced: float) -> list[tuple[str, float, str, str]]:
    """Return displaced people's minimum needs (name, amount, unit, each week or once).

    Notes
    -----
    Amounts per person: Perka BNPB 7/2008 (`model/library/people/needs.csv`).

    Examples
    --------
    2.8 kg of rice per person and week:

    >>> [round(amount, 6) for name, amount, unit, every in needs_of(10) if name == "rice"]
    [28.0]
    """
    return [(need.name, displaced * need.amount, need.unit, need.every) for need in needs()]


def rounded_up(amount: float) -> float:
    """Return an amount rounded up for print, since half a toilet serves nobody; NaN stays NaN.

    Examples
    --------
    >>> rounded_up(30 * 0.2), rounded_up(6.1)
    (6.0, 7.0)
    """
    # 30 x 0.2 must not become 7 because of the last bit of a product
    return amount if math.isnan(amount) else float(math.ceil(amount - 1e-9 * max(1.0, abs(amount))))


@dataclass(frozen=True)
class DistrictPeople:
    """PEOPLE of districts, and EXPOSURE of those without dwellings (`asset_id`: district)."""

    people: pd.DataFrame
    areas: pd.DataFrame


def people_of_districts(
    city: City, districts: gpd.GeoDataFrame, assets: gpd.GeoDataFrame, opened: Iterable[OpenHazard]
) -> DistrictPeople:
    """Return PEOPLE under every map with rates, and EXPOSURE of districts without dwellings.

    Both need the areas of these districts under every map, and each map is intersected once.
    No rows without declared residents.

    Examples
    --------
    Half of the only district, without dwellings, lies in 1 m of water:

    >>> import shapely
    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import SOURCE, city, flood
    >>> residents = {"path": "people.csv", "id": "id", "field": "people", "source": SOURCE}
    >>> declared = city(districts={"path": "d.gpkg", "id": "id", "source": SOURCE, "population": residents})
    >>> districts = gpd.GeoDataFrame(
    ...     {"district": ["west"], "population": [100.0]}, geometry=[shapely.box(0, 0, 10, 10)], crs="EPSG:32749"
    ... )
    >>> homes = gpd.GeoDataFrame({"asset_type": [], "usable": np.array([], dtype=bool), "district": []}, geometry=[])
    >>> wet = flood(people={"displacement": "flood-petabencana"})
    >>> people = people_of_districts(declared, districts, homes, [opened(wet)]).people
    >>> of_map = people[(people["return_period"] == 100) & (people["people"] > 0)]
    >>> of_map[["class", "people", "displaced"]].values.tolist()
    [['not exposed', 50.0, 0.0], ['medium', 50.0, 1.5]]
    """
    ids = pd.CategoricalDtype(districts["district"])
    no_areas = empty("EXPOSURE").astype({"asset_id": ids})
    if city.districts is None or city.districts.population is None:
        return DistrictPeople(empty("PEOPLE"), no_areas)
    declared = city.districts.population
    homes = assets[(assets["asset_type"].isin(declared.dwellings) & assets["usable"]).to_numpy()]
    dwellings = _dwellings_of(homes, districts)
    parts: list[tuple[str, float, pd.DataFrame]] = []
    areas: list[pd.DataFrame] = []
    cuts: Cuts = []
    for hazard in opened:
        classes = people_classes(hazard.hazard)
        sums = (
            _dwellings_in_classes(dwellings, hazard, classes, len(districts))
            if classes is not None
            else []
        )
        rows = np.flatnonzero(dwellings.count == 0)
        if classes is None and not len(rows):
            continue
        tables = intersections(districts.geometry.to_numpy()[rows], hazard, cuts=cuts)
        for place, table in enumerate(tables):
            if len(rows):
                areas.append(expose(table, hazard.hazard, rows, ids))
            if classes is not None:
                in_area = np.zeros_like(sums[place])
                in_area[rows] = shares_in_classes(table, classes, len(rows))
                residents = districts["population"].to_numpy(dtype=float)
                counted = people_by_class(residents, dwellings.count, sums[place], in_area, classes)
                parts.append((hazard.hazard.name, hazard.periods[place], counted))
    names = districts["district"].astype(str).tolist()
    return DistrictPeople(
        people=people_table(parts, names) if parts else empty("PEOPLE"),
        areas=pd.concat(areas, ignore_index=True) if areas else no_areas,
    )


def people_not_counted(city: City, opened: Iterable[OpenHazard]) -> list[FindingRow]:
    """Return FINDINGS on hazards with rates for people in a city without residents.

    Examples
    --------
    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import city, flood
    >>> people_not_counted(city(), [opened(flood())])
    []
    """
    if city.districts and city.districts.population:
        return []
    return [
        finding("people_not_counted", source=hazard.hazard.name)
        for hazard in opened
        if hazard.hazard.people
    ]


@dataclass(frozen=True)
class _Dwellings:
    """The dwellings in districts, the place of each one's district, and their number."""

    homes: gpd.GeoDataFrame
    district: np.ndarray
    count: np.ndarray


def _dwellings_of(homes: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> _Dwellings:
    """Return the dwellings of each district; those outside all districts do not count."""
    district = pd.Index(districts["district"].astype(str)).get_indexer(
        pd.Index(homes["district"].astype(str))
    )
    homes, district = homes[district >= 0], district[district >= 0]
    return _Dwellings(homes, district, np.bincount(district, minlength=len(districts)))


def _dwellings_in_classes(
    dwellings: _Dwellings, opened: OpenHazard, classes: PeopleClasses, size: int
) -> list[Floats]:
    """Return dwellings' summed shares by district and class under each map of a hazard."""
    sums = [np.zeros((size, len(classes.names))) for _ in opened.periods]
    geometry = dwellings.homes.geometry.to_numpy()
    for rows in in_parts(dwellings.homes, [opened]) if len(dwellings.homes) else ():
        named = dwellings.homes["asset_id"].iloc[rows]
        for place, table in enumerate(intersections(geometry[rows], opened, ids=named)):
            np.add.at(
                sums[place], dwellings.district[rows], shares_in_classes(table, classes, len(rows))
            )
    return sums
