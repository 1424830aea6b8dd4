"""BNPB's hazard index, flood classes, vulnerability (V) and capacity index (C) of districts.

Maps and reports show them next to our own figures, no score includes them, and none is «the BNPB
risk». The numbers and their sources, mostly second-hand, are in `model/library/bnpb/*.toml`;
README.md there lists what could not be found.

Index: h = 1/(1 + (depth/midpoint)^-spread), «Fuzzy Large», in three classes (module «KRB Banjir» of
BNPB). Classes by depth have breaks at 0.75 and 1.5 m, classes by index at about 0.76 and 1.669 m:
between 1.5 and 1.669 m depth is high and the index medium, so both are shown. Assumption: the depth
is that of the map, in metres above the ground.

Class of a district: the module's text takes the worst class in the district, its spreadsheet the
class with the largest area (for a kecamatan then the worst of its kelurahan), so areas come first
and both rules have their name. Assumptions: a place is dry below the hazard's `exposed_from`; if
that lies below ground, water below ground is in the lowest class; the largest area is that among
the classes of water, the worse of two equal ones; an area without data is neither dry nor in a
class, and makes the worst class a lower bound. A district lies in one part of the computation, so
no sums pass from part to part.

Vulnerability: a city fills in classes (1 low, 2 medium, 3 high) as indicators of its districts; a
class counts as class/3, a part is the weighted mean of its components, V the weighted mean of its
four parts (Perka BNPB 2/2012). A class that nobody filled in may be any, so its part and V lie
between limits; a part without any class is not known. The slides with R = H·V/C add that it must
not be equated with a mathematical formula; so H, V, C and each product keep their names.
Assumption: H of a district is the mean of the index over its area, dry land as 0; an area without
data may have any index.

Not offered, because no source was found: the rupiah and hectare classes of houses, facilities,
land, product and forests; the components of environment for a flood; the combinations for other
hazards; the 71 questions of the IKD and their weights; the class tables of chapter V, and the cuts
of IRBI.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from asset_inventory.inventory.districts import LOWER
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.library import FOLDER, flood_index_rule
from asset_inventory.model.tables import FindingRow, categorical, empty, on_rows
from asset_inventory.model.texts import folded
from asset_inventory.risk.exposure import SHARE_NOISE, reached

FILE = FOLDER / "bnpb" / "vulnerability.toml"
PARTS = ("social", "physical", "economic", "environment")


@dataclass(frozen=True)
class Component:
    """A part of the vulnerability: forms call it one of `names`, `weight` is its share (0-1)."""

    part: str
    name: str
    names: tuple[str, ...]
    weight: float
    source: str
    second_hand: bool


@dataclass(frozen=True)
class Cuts:
    """The bounds of low, medium and high capacity; each class includes its upper bound."""

    upto: tuple[float, float]
    source: str
    second_hand: bool


@dataclass(frozen=True)
class Product:
    """A product of hazard, vulnerability and capacity by its formula, and the formula's source."""

    name: str
    source: str
    second_hand: bool


@dataclass(frozen=True)
class VulnerabilityRules:
    """The weights and components of vulnerability to floods; classes of capacity and products."""

    classes: int
    weights: Mapping[str, float]
    weights_source: str
    components: tuple[Component, ...]
    capacity_names: tuple[str, ...]
    cuts: tuple[Cuts, ...]
    products: tuple[Product, ...]


@lru_cache
def vulnerability_rules() -> VulnerabilityRules:
    """Return the rules of BNPB's vulnerability and capacity.

    Examples
    --------
    >>> rules = vulnerability_rules()
    >>> rules.classes, dict(rules.weights)
    (3, {'social': 0.4, 'physical': 0.25, 'economic': 0.25, 'environment': 0.1})
    """
    document = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return VulnerabilityRules(
        classes=document["classes"],
        weights=MappingProxyType({part: document["flood"][part] for part in PARTS}),
        weights_source=document["flood"]["source"],
        components=tuple(
            Component(**{**component, "names": tuple(component["names"])})
            for component in document["components"]
        ),
        capacity_names=tuple(document["capacity"]["names"]),
        cuts=tuple(
            Cuts(**{**cut, "upto": tuple(cut["upto"])}) for cut in document["capacity"]["cuts"]
        ),
        products=tuple(Product(**product) for product in document["products"]),
    )


CLASSES = ("low", "medium", "high")


def hazard_index(depth: np.ndarray) -> np.ndarray:
    """Return BNPB's flood hazard index (0-1) of depths (m); 0 on dry ground, NaN without data.

    Notes
    -----
    1/(1 + (depth/midpoint)^-spread), the numbers of `model/library/bnpb/index.toml`.

    Examples
    --------
    At the midpoint the index is a half:

    >>> hazard_index(np.array([flood_index_rule().midpoint, 0.0, np.nan])).tolist()
    [0.5, 0.0, nan]
    """
    rule, depth = flood_index_rule(), np.asarray(depth, dtype=float)
    index, wet = np.where(np.isnan(depth), np.nan, 0.0), depth > 0
    with np.errstate(divide="ignore", over="ignore"):
        index[wet] = 1.0 / (1.0 + (depth[wet] / rule.midpoint) ** -rule.spread)
    return index


def class_by_depth(depth: np.ndarray) -> np.ndarray:
    """Return the place in CLASSES of depths (m): low up to the first break, high above the last;
    -1 without data.

    Examples
    --------
    >>> class_by_depth(np.array([0.75, 1.0, 1.6, np.nan])).tolist()
    [0, 1, 2, -1]
    """
    return _classes(depth, flood_index_rule().depths)


def class_by_index(index: np.ndarray) -> np.ndarray:
    """Return the place in CLASSES of indices (0-1); -1 without data.

    Examples
    --------
    Between 1.5 and 1.669 m the class by depth is high, and the class by index medium:

    >>> class_by_index(hazard_index(np.array([0.5, 1.6, 2.0]))).tolist()
    [0, 1, 2]
    """
    return _classes(index, flood_index_rule().classes)


def _classes(values: np.ndarray, breaks: tuple[float, ...]) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    return np.where(np.isnan(values), -1, np.searchsorted(breaks, values, side="left"))


DRY, UNKNOWN = "dry", "unknown"
LEVELS = (DRY, *CLASSES, UNKNOWN)  # of FLOOD_CLASSES
_WET = slice(1, 1 + len(CLASSES))
_RULES = ("worst", "largest")


@dataclass(frozen=True)
class Floods:
    """FLOOD_CLASSES and DISTRICT_FLOODS, or parts of them, without `data_status`."""

    classes: pd.DataFrame
    districts: pd.DataFrame


def flood_classes(
    pieces: pd.DataFrame, districts: pd.DataFrame, hazard: Hazard, return_period: float
) -> Floods:
    """Return flood classes from INTERSECTIONS of one map of water depth (m) with districts
    (`district`, and `area` in m2).

    The areas of a district's rows in `classes` add up to its area.

    Examples
    --------
    A quarter of a district of 100 m² lies under 1 m of water, the rest is dry:

    >>> hazard = Hazard(
    ...     name="flood", kind="shock", intensity={"measure": "depth", "unit": "m"}, maps=[{"path": "depth.tif"}],
    ...     nodata_means="unknown", source={"title": "A model", "licence": "CC0"})
    >>> pieces = pd.DataFrame({"asset": [0, 0], "share": [0.25, 0.75], "intensity": [1.0, 0.0]})
    >>> floods = flood_classes(pieces, pd.DataFrame({"district": ["west"], "area": [100.0]}), hazard, 100)
    >>> floods.classes[["class_by_depth", "class_by_index", "area"]].values.tolist()
    [['dry', 'dry', 75.0], ['medium', 'medium', 25.0]]
    >>> floods.districts[["worst_by_depth", "largest_by_index", "area_differing"]].values.tolist()
    [['medium', 'medium', 0.0]]
    """
    size, width = len(districts), len(LEVELS)
    row, share = pieces["asset"].to_numpy(dtype=np.int64), pieces["share"].to_numpy(dtype=float)
    depth = pieces["intensity"].to_numpy(dtype=float)
    index = hazard_index(depth)
    wet = reached(depth, hazard)
    by_depth, by_index = (
        _level(level, wet, depth) for level in (class_by_depth(depth), class_by_index(index))
    )
    cell = (row * width + by_depth) * width + by_index
    shares = np.bincount(cell, weights=share, minlength=size * width**2).reshape(size, width, width)
    total = shares.sum(axis=(1, 2), keepdims=True)
    nothing = np.zeros((width, width))
    nothing[-1, -1] = 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        # a district without a piece is wholly unknown
        shares = np.where(total > SHARE_NOISE, shares / total, nothing)
    period = float(return_period)
    indices = _indices(row, share, np.where(wet, index, 0.0), depth, size)
    return Floods(
        _classes_of_district(shares, districts).assign(hazard=hazard.name, return_period=period),
        _districts(shares, districts).assign(hazard=hazard.name, return_period=period, **indices),
    )


def worst_by_parent(floods: pd.DataFrame, parents: pd.Series) -> pd.DataFrame:
    """Return the worst class of the districts of each parent (kecamatan), by every rule, hazard and
    map.

    `parents` is by district; districts without a parent are left out. The class of a parent with a
    district that is not wholly known is a lower bound (`at_least`).

    Examples
    --------
    >>> floods = pd.DataFrame({
    ...     "district": ["a", "b"], "hazard": "flood", "return_period": 100.0, "area": 10.0, "area_no_data": [0.0, 2.0],
    ...     "area_differing": 0.0, "at_least": [False, True],
    ...     **dict.fromkeys(("worst_by_depth", "worst_by_index", "largest_by_depth",
    ...     "largest_by_index"), ["low", "high"])})
    >>> table = worst_by_parent(floods, pd.Series({"a": "North", "b": "North"}))
    >>> table[["parent", "worst_by_depth", "area", "at_least"]].values.tolist()
    [['North', 'high', 20.0, True]]
    """
    columns = [f"{rule}_by_{by}" for rule in _RULES for by in ("depth", "index")]
    codes = {
        name: pd.Categorical(floods[name], categories=LEVELS[:-1], ordered=True).codes
        for name in columns
    }
    table = floods[
        ["hazard", "return_period", "area", "area_no_data", "area_differing", "at_least"]
    ].assign(parent=floods["district"].astype(str).map(parents).to_numpy(), **codes)
    grouped = table.dropna(subset=["parent"]).groupby(
        ["parent", "hazard", "return_period"], dropna=False, sort=False
    )
    sums = {name: (name, "sum") for name in ("area", "area_no_data", "area_differing")}
    worst = grouped.agg(
        **sums, at_least=("at_least", "any"), **{name: (name, "max") for name in columns}
    ).reset_index()
    return worst.assign(
        **{name: categorical(worst[name].to_numpy(), LEVELS[:-1]).astype("str") for name in columns}
    )


def _level(classes: np.ndarray, wet: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Return the place in LEVELS of each piece."""
    return np.where(np.isnan(depth), len(LEVELS) - 1, np.where(wet, np.maximum(classes, 0) + 1, 0))


def _classes_of_district(shares: np.ndarray, districts: pd.DataFrame) -> pd.DataFrame:
    place, by_depth, by_index = np.nonzero(shares > 0)
    names = np.array(LEVELS, dtype=object)
    return pd.DataFrame(
        {
            "district": districts["district"].astype(str).to_numpy()[place],
            "class_by_depth": names[by_depth],
            "class_by_index": names[by_index],
            "area": shares[place, by_depth, by_index]
            * districts["area"].to_numpy(dtype=float)[place],
        }
    )


def _districts(shares: np.ndarray, districts: pd.DataFrame) -> pd.DataFrame:
    area = districts["area"].to_numpy(dtype=float)
    unknown = shares[:, -1, -1]
    by_class = {"depth": shares.sum(axis=2), "index": shares.sum(axis=1)}
    alike = np.trace(shares[:, _WET, _WET], axis1=1, axis2=2)
    # both classes are of the same water
    differing = np.maximum(shares[:, _WET, _WET].sum(axis=(1, 2)) - alike, 0.0)
    classes = {
        f"{rule}_by_{by}": _class_of(table, rule)
        for rule in _RULES
        for by, table in by_class.items()
    }
    return pd.DataFrame(
        {
            "district": districts["district"].astype(str).to_numpy(),
            "area": area,
            "area_no_data": area * unknown,
            "area_differing": area * differing,
            **classes,
            "at_least": unknown > SHARE_NOISE,
        }
    )


def _class_of(shares: np.ndarray, rule: str) -> pd.Series:
    """Return the class of each district by a rule; missing where nothing is known."""
    wet = shares[:, _WET][:, ::-1]  # the worst first: it also wins among equal ones
    place = len(CLASSES) - np.argmax(wet > 0 if rule == "worst" else wet, axis=1)
    place = np.where((wet > 0).any(axis=1), place, 0)
    named = pd.Series(np.array(LEVELS, dtype=object)[place], dtype="str")
    return named.mask(shares[:, -1] >= 1 - SHARE_NOISE)


def _indices(
    row: np.ndarray, share: np.ndarray, index: np.ndarray, depth: np.ndarray, size: int
) -> dict[str, np.ndarray]:
    """Return the mean of the index over each district's known area (dry: 0), and its maximum."""
    known = ~np.isnan(depth)
    weight = np.bincount(row[known], weights=share[known], minlength=size)
    total = np.bincount(row[known], weights=(share * index)[known], minlength=size)
    highest = np.full(size, -np.inf)
    np.maximum.at(highest, row[known], index[known])
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(weight > SHARE_NOISE, total / weight, np.nan)
    return {
        "index_mean": np.clip(mean, 0.0, 1.0),
        "index_max": np.where(np.isfinite(highest), highest, np.nan),
    }


WHOLE = "whole"  # V itself, in addition to its parts
_ONE_CLASS = 1.0  # the mildest


def vulnerability(indicators: pd.DataFrame, districts: pd.Series) -> pd.DataFrame:
    """Return VULNERABILITY without `data_status`: four parts and the whole for each district; no
    rows for a city without any class.

    `indicators` are DISTRICT_INDICATORS. A score is known if every class is; else it lies within
    its limits, and without any class the limits are not known either.

    Examples
    --------
    Only a class of population density is known for one district, so V lies within wide limits:

    >>> indicators = pd.DataFrame({
    ...     "row": [2], "district": ["west"], "indicator": ["class of population density"], "value": [3.0],
    ...     "unit": ["class"], "better": ["lower"], "counted": [True]})
    >>> table = vulnerability(indicators, pd.Series(["west"]))
    >>> table[table["part"] == "whole"][["classes_known", "score_low", "score_high"]].round(3).values.tolist()
    [[1.0, 0.493, 1.0]]
    """
    rules = vulnerability_rules()
    ids = districts.astype(str).tolist()
    known = {
        component: _classes_of(indicators, component).reindex(ids).to_numpy(dtype=float)
        for component in rules.components
    }
    if all(np.isnan(column).all() for column in known.values()):
        return empty("VULNERABILITY")
    rows, total = [], np.zeros((2, len(ids)))
    counts = np.zeros((2, len(ids)), dtype=np.int64)
    for part in PARTS:
        of_part = {
            component: column for component, column in known.items() if component.part == part
        }
        table = _part(of_part, rules.classes)
        rows.append(table.assign(district=ids, part=part))
        # a part without any class still leaves limits for the whole
        lower, upper = (
            table["score_low"].fillna(_ONE_CLASS / rules.classes),
            table["score_high"].fillna(1.0),
        )
        total += rules.weights[part] * np.array([lower, upper])
        counts += table[["classes_known", "classes"]].to_numpy().T
    nothing = counts[0] == 0
    rows.append(_limits(total, counts, nothing).assign(district=ids, part=WHOLE))
    return pd.concat(rows, ignore_index=True)


def capacity(indicators: pd.DataFrame) -> pd.DataFrame:
    """Return CAPACITY without `data_status`: the index of each district that has one, and its
    class by each cut.

    Examples
    --------
    >>> indicators = pd.DataFrame({
    ...     "row": [2], "district": ["west"], "indicator": ["IKD"], "value": [0.5], "unit": ["-"], "better": ["higher"],
    ...     "counted": [True]})
    >>> capacity(indicators)[["capacity", "low_through", "medium_through", "class"]].values.tolist()
    [[0.5, 0.4, 0.8, 'medium'], [0.5, 0.33, 0.66, 'medium']]
    """
    rules, given = vulnerability_rules(), _named(indicators, vulnerability_rules().capacity_names)
    given = given[(given >= 0) & (given <= 1)]
    parts = [
        pd.DataFrame(
            {
                "district": given.index.astype(str),
                "capacity": given.to_numpy(),
                "low_through": cut.upto[0],
                "medium_through": cut.upto[1],
                "source": cut.source,
                "class": np.array(CLASSES, dtype=object)[
                    np.searchsorted(cut.upto, given.to_numpy())
                ],
            }
        )
        for cut in rules.cuts
    ]
    return pd.concat(parts, ignore_index=True)


def products(floods: pd.DataFrame, table: pd.DataFrame, capacities: pd.DataFrame) -> pd.DataFrame:
    """Return PRODUCTS of DISTRICT_FLOODS, VULNERABILITY and CAPACITY without `data_status`: each
    with its formula.

    Districts without V have no products. H, V and the products have limits where H or V is not
    wholly known; products with C are not known without it, and H·V/C is not known where C is 0.

    Examples
    --------
    H of 0.5 and V of 0.6 multiply to 0.3; without a capacity index the other products are not known:

    >>> floods = pd.DataFrame({
    ...     "district": ["west"], "hazard": "flood", "return_period": 100.0, "area": 10.0,
    ...     "area_no_data": 0.0, "index_mean": 0.5})
    >>> table = pd.DataFrame({"district": ["west"], "part": WHOLE, "score_low": 0.6, "score_high": 0.6})
    >>> products(floods, table, empty("CAPACITY"))[["product", "value"]].values.tolist()
    [['H·V', 0.3], ['H·V/C', nan], ['(H·V·(1−C))^⅓', nan]]
    """
    known = table[table["part"] == WHOLE].dropna(subset=["score_low"]).set_index("district")
    rows = floods[
        (floods["district"].astype(str).isin(known.index) & (floods["area"] > 0)).to_numpy()
    ]
    district = rows["district"].astype(str)
    unknown = rows["area_no_data"].to_numpy() / rows["area"].to_numpy()
    unknown = np.where(unknown > SHARE_NOISE, unknown, 0.0)
    mean = rows["index_mean"].fillna(0.0).to_numpy() * (1 - unknown)
    limits = [
        np.array([mean, mean + unknown]),
        known[["score_low", "score_high"]].loc[district.tolist()].to_numpy(dtype=float).T,
    ]
    c = district.map(
        capacities.drop_duplicates("district").set_index("district")["capacity"]
    ).to_numpy(dtype=float)
    hv = limits[0] * limits[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        values = (hv, np.where(c > 0, hv / c, np.nan), np.cbrt(hv * (1 - c)))
    about = pd.DataFrame(
        {
            "district": district.to_numpy(),
            "hazard": rows["hazard"].astype(str).to_numpy(),
            "return_period": rows["return_period"].to_numpy(),
            "index_low": limits[0][0],
            "index_high": limits[0][1],
            "vulnerability_low": limits[1][0],
            "vulnerability_high": limits[1][1],
            "capacity": c,
        }
    )
    parts = [
        about.assign(
            product=product.name,
            value=np.where(low == high, low, np.nan),
            value_low=low,
            value_high=high,
        )
        for product, (low, high) in zip(vulnerability_rules().products, values, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def class_findings(indicators: pd.DataFrame, *, source: str) -> Iterator[FindingRow]:
    """Yield rows of FINDINGS on classes and capacities that do not count.

    There is no such class, the wrong end is called better, or a district has a class under two
    names.

    Examples
    --------
    >>> indicators = pd.DataFrame({
    ...     "row": [2], "district": ["west"], "indicator": ["class of population density"], "value": [7.0],
    ...     "unit": ["class"], "better": ["lower"], "counted": [True]})
    >>> [(row["code"], row["arguments"]["given"]) for row in class_findings(indicators, source="indicators.csv")]
    [('bnpb_class_unknown', 7.0)]
    """
    rules = vulnerability_rules()
    for component in rules.components:
        rows = _rows_of(indicators, component.names)
        yield from _on_rows(
            "bnpb_class_unknown",
            rows[~rows["value"].isin(range(1, rules.classes + 1))],
            source,
            most=rules.classes,
        )
        yield from _on_rows("bnpb_class_turns", rows[rows["better"] != LOWER], source)
        yield from _on_rows(
            "bnpb_class_twice", rows[rows["district"].duplicated(keep=False)], source
        )
    rows = _rows_of(indicators, rules.capacity_names)
    yield from _on_rows("bnpb_capacity_unknown", rows[~rows["value"].between(0, 1)], source)
    yield from _on_rows("bnpb_class_twice", rows[rows["district"].duplicated(keep=False)], source)


def _on_rows(code: str, rows: pd.DataFrame, source: str, **more: Any) -> Iterator[FindingRow]:
    if len(rows):
        column, given = str(rows["indicator"].iloc[0]), float(rows["value"].iloc[0])
        yield from on_rows(code, rows["row"], source=source, column=column, given=given, **more)


def _part(of_part: dict[Component, np.ndarray], highest: int) -> pd.DataFrame:
    """Return a part of V for each district: its score if every class is known, and its limits."""
    weight = np.array([component.weight for component in of_part])
    given = np.array([*of_part.values()])
    lower, upper = (
        np.where(np.isnan(given), _ONE_CLASS, given),
        np.where(np.isnan(given), highest, given),
    )
    counts = np.array([(~np.isnan(given)).sum(axis=0), np.full(given.shape[1], len(given))])
    return _limits(np.array([weight @ lower, weight @ upper]) / highest, counts, counts[0] == 0)


def _limits(limits: np.ndarray, counts: np.ndarray, nothing: np.ndarray) -> pd.DataFrame:
    low, high = np.where(nothing, np.nan, np.minimum(limits, 1.0))
    known = counts[0] == counts[1]
    return pd.DataFrame(
        {
            "classes_known": counts[0],
            "classes": counts[1],
            "score": np.where(known, low, np.nan),
            "score_low": low,
            "score_high": np.maximum(low, high),
        }
    )


def _classes_of(indicators: pd.DataFrame, component: Component) -> pd.Series:
    """Return the classes of a component that count, by district."""
    lower = indicators[indicators["better"] == LOWER]
    given = _named(lower, component.names)
    return given[given.isin(range(1, vulnerability_rules().classes + 1))]


def _named(indicators: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Return the value under one of these names, by district; none for values under two names."""
    rows = _rows_of(indicators, names)
    return rows[~rows["district"].duplicated(keep=False)].set_index("district")["value"]


def _rows_of(indicators: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    meant = set(map(folded, names))
    called = [
        isinstance(indicator, str) and folded(indicator) in meant
        for indicator in indicators["indicator"]
    ]
    counted: np.ndarray = indicators["counted"].to_numpy(dtype=bool)
    rows: pd.DataFrame = indicators.loc[counted & np.array(called, dtype=bool)]
    return rows
