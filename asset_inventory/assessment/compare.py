"""Two hazard maps of a city, or two assessments, compared: counts of assets, and damage.

An asset of one assessment is that of another when both have the same `asset_id`. A difference of
money is over the assets with a figure on both sides; what is not known on a side never counts as 0.
"""

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.breakdowns import assessed_maps
from asset_inventory.assessment.run import Assessment
from asset_inventory.io.geometries import carry
from asset_inventory.messages import NO_CURRENCY
from asset_inventory.model.annual_damage import Pair, declared_pairs
from asset_inventory.model.city import City
from asset_inventory.model.errors import CityError
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.tables import known_sum, rows_at
from asset_inventory.risk.exposure import STATES, states

MapName = tuple[str, float]  # hazard and return period (year; NaN: a scenario)
Choice = MapName | None  # None: all hazard maps together
NOT_EXPOSED, EXPOSED = STATES.index("not_exposed"), STATES.index("exposed")
ABSENT = len(STATES)  # an asset that this side does not have
TOLERANCE = 0.01  # metre, by which a shape may differ and still be the same
MOST_NAMES = 8  # of files or maps in one sentence


@dataclass(frozen=True)
class Amount:
    """A sum of money: its total (NaN if unknown), its assets, and the assets without a figure."""

    total: float
    counted: int
    missing: int


@dataclass(frozen=True)
class Amounts:
    """Money on both sides (currency), and right less left over the assets with a figure on both."""

    left: Amount
    right: Amount
    difference: Amount


@dataclass(frozen=True)
class ComparisonFinding:
    """Why two sides differ in kind: a sentence and its values; `forbids` is the void difference.

    It is "assets" (where nothing can be compared one by one), "counts" or "money"; where it is
    empty, the figures are shown with the sentence.
    """

    key: str
    values: dict[str, object] = field(default_factory=dict)
    forbids: str = ""


def maps_of(assessment: Assessment) -> list[MapName]:
    """Return the maps of an assessment: hazards as declared, return periods rising."""
    maps = assessed_maps(assessment)
    return [(hazard.name, period) for hazard, periods in maps for period in periods]


def declared_maps(city: City) -> list[MapName] | None:
    """Return the hazard maps that a city declares; None where only a file has the periods."""
    if any(a_map.return_period_field for hazard in city.hazards for a_map in hazard.maps):
        return None
    return [
        (hazard.name, math.nan if a_map.return_period is None else a_map.return_period)
        for hazard in city.hazards
        for a_map in sorted(hazard.maps, key=lambda a_map: a_map.return_period or math.inf)
    ]


def spelled(map_name: MapName) -> str:
    """Return a hazard map as it is typed: `flood:100`, or the hazard alone for a scenario."""
    hazard, period = map_name
    return hazard if math.isnan(period) else f"{hazard}:{period:g}"


def map_term(map_name: MapName, word: str) -> dict[str, object]:
    """Return a hazard map as a page writes it: `word` (a key) with the hazard and return period."""
    hazard, period = map_name
    years = int(period) if period.is_integer() else period
    written = {"word": "map.years", "values": {"count": years, "years": years}}
    of = {"word": "map.scenario"} if math.isnan(period) else written
    return {"word": word, "values": {"hazard": hazard, "period": of}}


def chosen_maps(maps: Sequence[MapName], left: str, right: str) -> tuple[MapName, MapName]:
    """Return the two hazard maps that `10`, `flood:10` or `landslide` mean.

    Both are maps of one hazard where that is possible; two hazards have to be named. Raises
    CityError for a map that does not exist, for a word that can mean several, and for the same map
    twice.
    """
    if not maps:
        raise CityError("error.compare_no_maps")
    if left == right:
        raise CityError("error.compare_same", given=left)
    meant = [_meant(word, maps) for word in (left, right)]
    pairs = [
        (left_map, right_map)
        for left_map in meant[0]
        for right_map in meant[1]
        if spelled(left_map) != spelled(right_map)
    ]
    if not pairs:
        raise CityError("error.compare_same", given=left)
    alike = [pair for pair in pairs if pair[0][0] == pair[1][0]]
    chosen = alike or pairs
    named = bool(alike) or all(_years(word) is None for word in (left, right))
    if len(chosen) > 1 or not named:
        examples = [" ".join(map(spelled, pair)) for pair in chosen]
        raise CityError("error.compare_ambiguous", given=f"{left} {right}", names=_listed(examples))
    return chosen[0]


def _meant(word: str, maps: Sequence[MapName]) -> list[MapName]:
    """Return the maps that a word can mean; raises CityError where there is none."""
    hazard, _, period = word.rpartition(":")
    years = _years(period)
    meant = [a_map for a_map in maps if word in (a_map[0], spelled(a_map))]
    meant = meant or [a_map for a_map in maps if years == a_map[1] and hazard in ("", a_map[0])]
    if meant:
        return meant
    names = [spelled(a_map) for a_map in maps]
    near = [] if years is not None and not hazard else difflib.get_close_matches(word, names, n=1)
    raise CityError(
        "error.compare_near" if near else "error.compare_unknown",
        given=word,
        near=near[0] if near else "",
        names=", ".join(names),
    )


def _years(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def partners(left: Assessment, right: Assessment) -> np.ndarray:
    """Return the row of the same asset in the right ASSETS for each left row, -1 without one."""
    if left is right:
        return np.arange(len(left.assets))
    return pd.Index(right.assets["asset_id"].astype(str)).get_indexer(
        left.assets["asset_id"].astype(str)
    )


def changed(left: Assessment, right: Assessment, partner: np.ndarray) -> np.ndarray:
    """Return which left rows have another type, value or shape on the right side."""
    rows = np.flatnonzero(partner >= 0)
    left_rows, right_rows = left.assets.iloc[rows], right.assets.iloc[partner[rows]]
    values = left_rows["value"].to_numpy(dtype=float), right_rows["value"].to_numpy(dtype=float)
    same = np.isclose(*values, rtol=0.0, atol=0.0, equal_nan=True)
    same &= (
        left_rows["asset_type"].astype(str).to_numpy()
        == right_rows["asset_type"].astype(str).to_numpy()
    )
    shapes, others = left_rows.geometry.to_numpy(), right_rows.geometry.to_numpy()
    if left_rows.crs != right_rows.crs:
        others = shapely.transform(
            others, lambda places: carry(places, right_rows.crs, left_rows.crs)
        )
    gone = shapely.is_missing(shapes) & shapely.is_missing(others)
    same &= shapely.equals_exact(shapes, others, tolerance=TOLERANCE) | gone
    is_changed = np.zeros(len(partner), dtype=bool)
    is_changed[rows[~same]] = True
    return is_changed


def states_of(assessment: Assessment, choice: Choice) -> np.ndarray:
    """Return how every asset is counted on a map, or on all together: a place in STATES."""
    exposure = assessment.exposure[_of(assessment.exposure, choice)]
    row = exposure["asset_id"].cat.codes.to_numpy()
    shares = (exposure[name].to_numpy() for name in ("exposed_fraction", "no_data_fraction"))
    return states(assessment.assets["usable"].to_numpy(dtype=bool), row, *shares)


def transitions(left: np.ndarray, right: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """Return how many assets move from each state on the left (rows) to each on the right.

    All assets of both sides are in it once; `partner` is that of `partners`.
    """
    size = ABSENT + 1
    right_states = np.append(right, ABSENT)[partner]  # -1 is the last: absent
    both = np.bincount(left.astype(np.int64) * size + right_states, minlength=size * size).reshape(
        size, size
    )
    alone = np.ones(len(right), dtype=bool)
    alone[partner[partner >= 0]] = False
    both[ABSENT] += np.bincount(right[alone], minlength=size)
    return both


def damages_of(assessment: Assessment, choice: MapName, state: np.ndarray) -> np.ndarray:
    """Return each asset's damage (currency) under a map: 0 if not exposed, NaN if not known."""
    damage = assessment.damage[_of(assessment.damage, choice)]
    figures = np.where(state == NOT_EXPOSED, 0.0, np.nan)
    row = damage["asset_id"].cat.codes.to_numpy()
    # what is damaged for a part and unknown for another is counted exposed
    exposed = state[row] == EXPOSED
    figures[row[exposed]] = damage["damage"].to_numpy()[exposed]
    return figures


def annual_damages(assessment: Assessment) -> pd.DataFrame:
    """Return `ead`, `ead_low`, `ead_high` of assets over all hazards (currency/year), or NaN."""
    return assessment.joint_ead[["ead", "ead_low", "ead_high"]]


def amounts(left: np.ndarray, right: np.ndarray, partner: np.ndarray) -> Amounts:
    """Return the sums of both sides' figures of each asset, and of their differences."""
    right_figures = np.append(right, np.nan)[partner]
    difference = _amount(right_figures - left)
    alone = len(right) - int((partner >= 0).sum())
    return Amounts(
        _amount(left),
        _amount(right),
        Amount(difference.total, difference.counted, difference.missing + alone),
    )


def _amount(figures: np.ndarray) -> Amount:
    missing = int(np.isnan(figures).sum())
    return Amount(known_sum(figures), len(figures) - missing, missing)


def _of(table: pd.DataFrame, choice: Choice) -> np.ndarray:
    if choice is None:
        return np.ones(len(table), dtype=bool)
    return rows_at(table, *choice)


def map_findings(left: Hazard, right: Hazard) -> list[ComparisonFinding]:
    """Return why exposure to two hazards is not the same thing; empty where it is."""
    findings = []
    if left.name != right.name:
        findings.append(
            ComparisonFinding("compare.note.hazards", {"first": left.name, "second": right.name})
        )
    if (left.intensity.measure, left.unit) != (right.intensity.measure, right.unit):
        values = {
            side: {
                "word": "compare.intensity",
                "values": {"measure": hazard.intensity.measure, "unit": hazard.unit},
            }
            for side, hazard in (("left", left), ("right", right))
        }
        findings.append(ComparisonFinding("compare.note.intensity", values, "counts"))
    elif left.threshold != right.threshold:
        values = {"left": left.threshold, "right": right.threshold, "unit": left.unit}
        findings.append(ComparisonFinding("compare.note.threshold", values, "counts"))
    if (left.outside, left.nodata_means) != (right.outside, right.nodata_means):
        findings.append(ComparisonFinding("compare.note.silence"))
    return findings


def comparison_findings(left: Assessment, right: Assessment) -> list[ComparisonFinding]:
    """Return why two assessments are not alike, whichever of their maps are looked at."""
    city, other = left.city, right.city
    findings = []
    if len({city.currency, other.currency} - {NO_CURRENCY}) > 1:
        findings.append(
            ComparisonFinding(
                "compare.note.currency", {"left": city.currency, "right": other.currency}, "money"
            )
        )
    elif city.currency == other.currency and city.price_year != other.price_year:
        findings.append(
            ComparisonFinding(
                "compare.note.price_year",
                {
                    side: {"word": "number.not_known"} if year is None else str(year)
                    for side, year in (("left", city.price_year), ("right", other.price_year))
                },
                "money",
            )
        )
    elif city.price_year is None:
        findings.append(ComparisonFinding("compare.note.no_price_year"))
    if city.damage_rule != other.damage_rule:
        findings.append(ComparisonFinding("compare.note.damage_rule"))
    if (city.ead, _protections(city)) != (other.ead, _protections(other)):
        findings.append(ComparisonFinding("compare.note.ead_rule"))
    if _relations(city) != _relations(other):
        findings.append(ComparisonFinding("compare.note.relations"))
    if not (partners(left, right) >= 0).any():
        findings.append(ComparisonFinding("compare.note.no_match", forbids="assets"))
    inputs, others = left.provenance.get("inputs", {}), right.provenance.get("inputs", {})
    files = sorted(name for name in {*inputs, *others} if inputs.get(name) != others.get(name))
    if files:
        findings.append(
            ComparisonFinding("compare.note.inputs", {"count": len(files), "names": _listed(files)})
        )
    return findings


def _protections(city: City) -> dict[str, float]:
    return {hazard.name: hazard.protected_to for hazard in city.hazards if hazard.protection}


def _relations(city: City) -> dict[Pair, str]:
    return {pair: relation.relation for pair, relation in declared_pairs(city.relations).items()}


def all_map_findings(left: Assessment, right: Assessment) -> list[ComparisonFinding]:
    """Return why all hazard maps together are not the same on both sides; empty where they are."""
    maps = [{spelled(map_name): map_name for map_name in maps_of(side)} for side in (left, right)]
    findings = []
    for side, key in enumerate(("compare.note.only_left", "compare.note.only_right")):
        only = [maps[side][name] for name in maps[side] if name not in maps[1 - side]]
        names = [map_term(a_map, "compare.map_in_list") for a_map in only[:MOST_NAMES]]
        more = ["…"] if len(only) > MOST_NAMES else []
        if only:
            findings.append(ComparisonFinding(key, {"names": [*names, *more]}, "counts"))
    hazards = {hazard.name: hazard for hazard in right.city.hazards}
    for hazard in left.city.hazards:
        if hazard.name in hazards:
            findings += map_findings(hazard, hazards[hazard.name])
    return list({(finding.key, str(finding.values)): finding for finding in findings}.values())


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")
