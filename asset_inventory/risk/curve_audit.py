"""The audit of a city's damage curves: against the curves that ship, and against the hazard that they serve.

A table that circulates may bear one continent's name and hold another's values, or print a set ten times too high; both
are seen where its points stand beside those of the source. Sources of such slips: library/README.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from asset_inventory.library import ShippedCurve, meant_by, shipped_curves
from asset_inventory.sources.city import City, Hazard
from asset_inventory.sources.curves import FRACTION, DamageCurve, check_curves, constituents, damage_at, library_points
from asset_inventory.tables import finding, findings, join_findings

SAME = 0.005  # fraction: half of the last digit of a table in two decimals, as those that circulate are
TENFOLD = 0.01  # of the ratio, or as much as the same rounding was before the point shifted
_FEWEST = 3  # points that two curves share: two lie on a straight line of any curve
_TELLING = 0.1  # fraction: a curve that rises by less over them is told from another by rounding only
_MOST_POINTS = 5  # of those that are not reached, named
_AT = 0.001  # of an intensity: a table in feet is rounded there


def audit_curves(curves: Mapping[tuple[str, str], DamageCurve], city: City) -> pd.DataFrame:
    """Return FINDINGS on the curves by (hazard, asset type): each curve once for each hazard that it serves.

    `curve_is_another` (an error where the right row ships too, else a warning): the numbers of the city's own curve are
    those of another continent or class of assets than its file, title or comments say. `curve_tenfold` (an error where
    the class is the same, else a warning): they are ten times, or a tenth of, a curve that ships. `curve_above_zero` (a
    warning): damage at intensity 0 where the hazard counts from above 0. `curve_falls` (a warning): not monotone. A
    curve outside 0-1 or in another unit than the hazard is not read at all (`sources.curves`). A curve made of others
    is looked at in these.
    """
    types: dict[DamageCurve, list[str]] = {}
    for (_, asset_type), whole in curves.items():
        for curve in constituents(whole):
            types.setdefault(curve, []).append(asset_type)
    rows: list[dict] = []
    for curve, served in types.items():
        hazard = city.hazard(curve.hazard)
        if curve.id not in shipped_curves() and curve.unit_of_damage == FRACTION and not curve.steps:
            rows += _against_the_library(curve, hazard, served)
        if hazard.threshold == 0 and curve.intensities[0] <= 0 < (least := float(damage_at(curve, np.zeros(1))[0])):
            rows.append(finding("curve_above_zero", source=curve.id, severity="warning", column="damage",
                                hazard=hazard.name, damage=least, unit=curve.unit))  # fmt: skip
    return join_findings([findings(rows), check_curves(types)])


def unreached_points(
    curves: Mapping[tuple[str, str], DamageCurve], city: City, assets: pd.DataFrame
) -> pd.DataFrame:
    """Return FINDINGS, a warning each, on curves with damage below ground that their hazard never reaches.

    Water counts from the hazard's threshold on, and a curve is asked for it at the height above the floor: what it says
    below that of the highest floor among the assets that it serves (`assets` of ASSETS) is in no figure. A point counts
    where it says damage and lies below ground and below all that is reached.
    """
    floors = assets["floor_height"].fillna(0.0).groupby(assets["asset_type"].astype(str)).max()
    served: dict[DamageCurve, list[str]] = {}
    for (_, asset_type), whole in curves.items():
        for curve in constituents(whole):
            served.setdefault(curve, []).append(asset_type)
    rows = []
    for curve, types in served.items():
        hazard = city.hazard(curve.hazard)
        highest = float(floors.reindex(types).max()) if hazard.unit == "m" else 0.0
        at, damage = np.asarray(curve.intensities), np.asarray(curve.damage)
        lost = at[(at < hazard.threshold - highest) & (at < 0) & (damage > 0)]
        if len(lost):
            points = ", ".join(f"{one:g}" for one in lost[:_MOST_POINTS]) + (", …" if len(lost) > _MOST_POINTS else "")
            rows.append(finding("curve_points_not_reached", source=curve.id, severity="warning", column="damage",
                                count=len(lost), hazard=hazard.name, points=points, unit=curve.unit,
                                start=hazard.threshold, first=_damage_begins(at, damage)))  # fmt: skip
    return findings(rows)


def _damage_begins(at: np.ndarray, damage: np.ndarray) -> float:
    """Return the intensity above which a curve says damage: its last point without, or its first one."""
    return float(at[max(int(np.argmax(damage > 0)) - 1, 0)])


def _against_the_library(curve: DamageCurve, hazard: Hazard, types: list[str]) -> list[dict]:
    """Return what the curves that ship say of one of the city's own."""
    same, factors = _likeness(curve)
    kinds = meant_by(f"{hazard.name} {hazard.intensity.measure}", "hazards")
    of_hazard = [about for about in same if not kinds or about.hazard in kinds]
    if of_hazard:
        return _of_another(curve, of_hazard)
    told = set(meant_by(_title(curve), "classes")) | {name for one in types for name in meant_by(one, "classes")}
    tenfold = [(about, factor) for about, factor in factors.items() if not kinds or about.hazard in kinds]
    tenfold.sort(key=lambda one: told.isdisjoint(one[0].classes))
    return [
        finding("curve_tenfold" if factor > 1 else "curve_tenth", source=curve.id, column="damage", cited=about.id,
                severity="warning" if told.isdisjoint(about.classes) else "error")
        for about, factor in tenfold[:1]
    ]  # fmt: skip


def _likeness(curve: DamageCurve) -> tuple[list[ShippedCurve], dict[ShippedCurve, float]]:
    """Return the shipped curves that a curve equals at the intensities both have, and those it is 10 or 0.1 times."""
    points = library_points(curve.unit)
    number, ids = pd.factorize(points["id"])
    asked, cited = (points[name].to_numpy(dtype=float) for name in ("intensity", "damage"))
    at, own = np.asarray(curve.intensities), np.asarray(curve.damage)
    right = np.clip(np.searchsorted(at, asked), 1, len(at) - 1)
    nearest = np.where(asked - at[right - 1] < at[right] - asked, right - 1, right)
    shared = np.abs(at[nearest] - asked) <= _AT * np.abs(asked)
    number, cited, own = number[shared], cited[shared], own[nearest[shared]]

    def counted(which: np.ndarray) -> np.ndarray:
        return np.bincount(number[which], minlength=len(ids))

    least, most = np.ones(len(ids)), np.zeros(len(ids))
    np.minimum.at(least, number, cited)
    np.maximum.at(most, number, cited)
    between = (cited > 0) & (cited < 1)
    differs = counted(np.abs(own - cited) > SAME) > 0
    telling = most - least >= _TELLING
    same = (counted(between) >= _FEWEST) & ~differs & telling
    inside = between & (own > 0) & (own < 1)
    slack = np.maximum(TENFOLD * cited, SAME * telling[number])
    factors = {}
    for factor in (10.0, 0.1):
        alike = counted(inside & (np.abs(own / factor - cited) <= slack))
        factors |= dict.fromkeys(ids[(alike >= _FEWEST) & (alike == counted(inside))], factor)
    about = shipped_curves()
    return [about[name] for name in ids[same]], {about[name]: factor for name, factor in factors.items()}


def _title(curve: DamageCurve) -> str:
    return f"{PurePosixPath(curve.id).stem} {curve.source}"


def _of_another(curve: DamageCurve, same: list[ShippedCurve]) -> list[dict]:
    """Return a finding where a curve has the numbers of these, and its own words speak of another row."""
    regions = set(meant_by(f"{_title(curve)} {curve.notes}", "regions"))
    classes = set(meant_by(_title(curve), "classes"))  # comments speak of much: «components with backup power»
    found = same[0]
    row = [
        about for about in shipped_curves().values()
        if (about.set_name, about.hazard) == (found.set_name, found.hazard)
        and about.region in (regions or {found.region})
    ]  # fmt: skip
    meant = [about for about in row if not classes.isdisjoint(about.classes)]
    elsewhere = bool(regions) and regions.isdisjoint(about.region for about in same)
    for_others = bool(meant) and all(classes.isdisjoint(about.classes) for about in same)
    if not elsewhere and not for_others:
        return []
    meant = meant or [about for about in row if not set(found.classes).isdisjoint(about.classes)]
    return [finding("curve_is_another", source=curve.id, severity="error" if meant else "warning", column="damage",
                    label=meant[0].id if meant else ", ".join(sorted(regions)), cited=found.id)]  # fmt: skip
