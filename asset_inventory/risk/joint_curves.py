"""Several hazards in one event: their damages joined at every frequency, then integrated; and the bounds of that.

Harms to one asset join as D = 1 − Π(1 − dᵢ), in whatever order they come (Ordaz 2015, doi 10.1007/s11069-014-1495-7).
Assumed is that they are independent once the events are known: what one has harmed the others can harm no more, and
none makes another worse. Of maps that show the same water the greatest damage counts, d = max dᵢ.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.city import Hazard
from asset_inventory.risk.exceedance import (
    Exceedance,
    damage_at,
    damage_beyond,
    exceedance,
    rarer_share,
    relied_on,
    steps_at,
)

Waters = Sequence[Sequence[str]]  # the hazards of one event, by the water that they show


@dataclass(frozen=True)
class Steps:
    """The least and the most damage (currency, assets × points) from each of falling frequencies (1/year) on.

    `begins` is the frequency from which on there can be damage, None where nothing says so.
    """

    frequency: np.ndarray
    least: np.ndarray
    most: np.ndarray
    begins: float | None


def joint_damage_ratio(harms: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """Return the share (0-1) of assets that several harms (0-1, harms × assets) destroy together: 1 − Π(1 − d).

    It is no less than the greatest harm, at most 1, and the same to the last bit in whatever order they come.
    """
    harms = np.sort(np.asarray(harms, dtype=float), axis=0)
    joint = np.zeros(harms.shape[1:])
    for harm in harms[::-1]:
        joint = joint + harm * (1.0 - joint)  # 1 − (1 − joint)(1 − harm), which keeps small harms whole
    return np.minimum(np.maximum(joint, harms[-1]), 1.0)


def damaged_together(parts: Sequence[np.ndarray], value: np.ndarray) -> np.ndarray:
    """Return money lost by several harms that find the same asset (currency, a year's or an event's): V(1 − Π(1 − d)).

    Never above the value. Where the value is not known they are added up, to which the rule comes for a great value.
    NaN where a part is. One part alone stays as it is.
    """
    parts = np.asarray(parts, dtype=float)
    whole = parts.sum(axis=0)
    if len(parts) > 1:
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            joint = value * joint_damage_ratio(np.minimum(parts / value, 1.0))
        several = (parts != 0).sum(axis=0) > 1
        whole = np.where(several & (value > 0), np.maximum(joint, parts.max(axis=0)), whole)
    return np.where(whole > value, value, whole)


def joint_damage(damage: Mapping[str, np.ndarray], waters: Waters, value: np.ndarray) -> np.ndarray:
    """Return the damage of one event (currency): the greatest of each water, and the waters joined."""
    return damaged_together([np.max([damage[name] for name in water], axis=0) for water in waters], value)


def curve_of(hazard: Hazard, periods: np.ndarray, damage: np.ndarray, value: np.ndarray, rule: EadRule) -> Exceedance:
    """Return the exceedance curves of one hazard as its own EAD has them."""
    return exceedance(
        periods, damage, value=value, rule=rule, no_damage_period=hazard.no_damage_return_period,
        protection=hazard.protected_to,
    )  # fmt: skip


def steps_of(hazard: Hazard, periods: np.ndarray, least: np.ndarray, most: np.ndarray, rule: EadRule) -> Steps:
    """Return the steps of one hazard as the bounds of its own EAD have them."""
    order = relied_on(periods, hazard.protected_to)
    frequency, begins = steps_at(
        periods[order], rule, no_damage_period=hazard.no_damage_return_period, protection=hazard.protected_to
    )
    return Steps(frequency, least[:, order], most[:, order], begins)


def joint_annual_damage(
    curves: Mapping[str, Exceedance], waters: Waters, value: np.ndarray, rule: EadRule
) -> np.ndarray:
    """Return EAD of one event's hazards (currency/year): joined at every frequency at which one of their curves bends.

    Between these the city's rule runs; a curve that has not begun, or that the rule does not count any more, is 0.
    """
    points = np.unique(np.concatenate([curves[name].frequency for water in waters for name in water]))[::-1]
    total = np.zeros(len(value))
    for before, after in itertools.pairwise(points):
        ends = {name: _ends(curve, before, after) for name, curve in curves.items()}
        less, more = (joint_damage({name: both[at] for name, both in ends.items()}, waters, value) for at in (0, 1))
        share = 0.5 if rule.between == "trapezoid" else float(rarer_share(before, after))
        total += (before - after) * ((1 - share) * less + share * more)
    return total + _joint_tail(curves, waters, value, float(points[-1]), rule)


def joint_points(
    curves: Mapping[str, Exceedance], waters: Waters, value: np.ndarray
) -> list[tuple[float, dict[str, np.ndarray], np.ndarray]]:
    """Return each frequency (1/year, falling) at which a curve bends, each hazard's damage there, and that of all."""
    points = np.unique(np.concatenate([curves[name].frequency for water in waters for name in water]))[::-1]
    damages = [{name: damage_at(curve, point) for name, curve in curves.items()} for point in points.tolist()]
    return [(point, one, joint_damage(one, waters, value)) for point, one in zip(points.tolist(), damages, strict=True)]


def _ends(curve: Exceedance, before: float, after: float) -> tuple[np.ndarray, np.ndarray]:
    """Return damage just rarer than one frequency and just more frequent than another: between them nothing bends."""
    if after >= curve.frequency[0]:
        return np.zeros(len(curve.value)), np.zeros(len(curve.value))
    at: Callable[[Exceedance, float], np.ndarray] = damage_beyond if before <= curve.frequency[-1] else damage_at
    return at(curve, before), at(curve, after)


def _joint_tail(
    curves: Mapping[str, Exceedance], waters: Waters, value: np.ndarray, rarest: float, rule: EadRule
) -> np.ndarray:
    """Return what lies beyond the rarest point of all curves (currency/year), by the rule's tail.

    A log tail reaches the value where the first of the hazards does: until there it is b·p·(1 − e^(−t)) above the flat
    one, t the logarithm of the frequencies between and b the growth that leads there.
    """
    if rule.tail == "none":
        return np.zeros(len(value))
    last = {name: damage_beyond(curve, rarest) for name, curve in curves.items()}
    level = joint_damage(last, waters, value)
    if rule.tail == "flat":
        return rarest * level
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        spans = [np.where(curve.growth > 0, (np.maximum(curve.value, last[name]) - last[name]) / curve.growth, np.inf)
                 for name, curve in curves.items()]  # fmt: skip
        span = np.min(spans, axis=0)
        growth = np.where(span > 0, (np.maximum(value, level) - level) / span, 0.0)
    return rarest * (level - np.where(np.isfinite(span), growth * np.expm1(-span), 0.0))


def joint_bounds(
    steps: Mapping[str, Steps], waters: Waters, value: np.ndarray, *, counts_tail: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the most that EAD of one event's hazards can be (currency/year), whatever their shapes.

    Between two steps of any hazard the harms are joined as each last step has it, and as each next one has; beyond a
    hazard's rarest map all can be lost. NaN where damage has begun before the first map and nothing says when.
    """
    starts = [one.begins for one in steps.values() if one.begins is not None]
    points = np.unique(np.concatenate([*(one.frequency for one in steps.values()), starts]))[::-1]
    low, high = np.zeros(len(value)), np.zeros(len(value))
    for before, after in itertools.pairwise([*points.tolist(), 0.0]):
        pairs = {name: _step(one, before, value, counts_tail=counts_tail) for name, one in steps.items()}
        least, most = (joint_damage({name: pair[at] for name, pair in pairs.items()}, waters, value) for at in (0, 1))
        low += (before - after) * least
        high += (before - after) * most
    endless = [one.most[:, 0] > 0 for one in steps.values() if one.begins is None]
    return low, np.where(np.any(endless, axis=0), np.nan, high) if endless else high


def _step(one: Steps, before: float, value: np.ndarray, *, counts_tail: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the most damage of a hazard just rarer than a frequency."""
    passed, none = int((one.frequency >= before).sum()), np.zeros(len(value))
    if not passed:
        return none, one.most[:, 0] if one.begins is not None and before <= one.begins else none
    if passed < len(one.frequency):
        return one.least[:, passed - 1], one.most[:, passed]
    return one.least[:, -1] if counts_tail else none, value
