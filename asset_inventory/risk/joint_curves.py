"""Dependence of hazards in one event: damages joined at every frequency, then integrated.

Damage ratios of one asset join as D = 1 − Π(1 − dᵢ), in any order (Ordaz 2015, doi
10.1007/s11069-014-1495-7). The rule assumes independence once the events are known: a damaged part
is not damaged again, and no hazard makes another worse. Of maps of the same water the greatest
damage counts, d = max dᵢ.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.arrays import Floats
from asset_inventory.model.hazards import Hazard
from asset_inventory.risk.exceedance import (
    Exceedance,
    damage_at,
    damage_beyond,
    exceedance,
    rarer_share,
    relied_on,
    steps_at,
)

Waters = Sequence[Sequence[str]]  # the hazards of one event, by their water


@dataclass(frozen=True)
class Steps:
    """Least and most damage (currency, assets × points) from falling frequencies (1/year) on.

    `begins` is the frequency at which damage begins, None where it is not known.
    """

    frequency: Floats
    least: Floats
    most: Floats
    begins: float | None


def joint_damage_ratio(ratios: Sequence[np.ndarray] | np.ndarray) -> Floats:
    """Return the joint damage ratio (0-1) of ratios (0-1, hazards × assets): 1 − Π(1 − d).

    It is at least the greatest ratio, at most 1, and the same to the last bit in any order.

    Notes
    -----
    Ordaz 2015, doi 10.1007/s11069-014-1495-7.

    Examples
    --------
    1 − (1 − 0.5)(1 − 0.25) = 0.625:

    >>> joint_damage_ratio([np.array([0.5]), np.array([0.25])]).tolist()
    [0.625]
    """
    rising = np.sort(np.asarray(ratios, dtype=float), axis=0)
    joint: Floats = np.zeros(rising.shape[1:])
    for ratio in rising[::-1]:
        # 1 − (1 − joint)(1 − ratio), which keeps small ratios exact
        joint = joint + ratio * (1.0 - joint)
    joint = np.maximum(joint, rising[-1])
    return np.minimum(joint, 1.0)


def damaged_together(parts: Sequence[np.ndarray], value: np.ndarray) -> Floats:
    """Return several hazards' joint damage (currency, of a year or an event): V(1 − Π(1 − d)).

    It is never above the value. Without a known value the damages are summed, the limit of the rule
    for a great value. NaN where a part is NaN. A single part stays as it is.

    Examples
    --------
    500 and 250 of an asset of 1,000 are 1,000 × (1 − 0.5 × 0.75) = 625 together, and 750 without a
    value:

    >>> damaged_together([np.array([500.0, 500.0]), np.array([250.0, 250.0])], np.array([1000.0, np.nan])).tolist()
    [625.0, 750.0]
    """
    damages = np.asarray(parts, dtype=float)
    total: Floats = damages.sum(axis=0)
    if len(damages) > 1:
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            joint = value * joint_damage_ratio(np.minimum(damages / value, 1.0))
        several = (damages != 0).sum(axis=0) > 1
        total = np.where(several & (value > 0), np.maximum(joint, damages.max(axis=0)), total)
    return np.where(total > value, value, total)


def _joint_damage(damage: Mapping[str, np.ndarray], waters: Waters, value: np.ndarray) -> Floats:
    """Return the damage of one event (currency): the greatest per water, waters joined."""
    of_waters = [np.max([damage[name] for name in water], axis=0) for water in waters]
    return damaged_together(of_waters, value)


def curve_of(
    hazard: Hazard, periods: np.ndarray, damage: np.ndarray, value: np.ndarray, rule: EadRule
) -> Exceedance:
    """Return the exceedance curves of one hazard as in its own EAD; see `exceedance`.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> damage, periods = np.array([[200.0, 200.0, 200.0]]), np.array([10.0, 50.0, 100.0])
    >>> curve_of(flood(), periods, damage, np.array([1000.0]), EadRule()).frequency.tolist()
    [0.1, 0.02, 0.01]
    """
    return exceedance(
        periods,
        damage,
        value=value,
        rule=rule,
        no_damage_period=hazard.no_damage_return_period,
        protection=hazard.protected_to,
    )


def steps_of(
    hazard: Hazard, periods: np.ndarray, lower: np.ndarray, upper: np.ndarray, rule: EadRule
) -> Steps:
    """Return the steps of one hazard as in the bounds of its own EAD.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> damage, periods = np.array([[100.0, 200.0]]), np.array([10.0, 100.0])
    >>> steps_of(flood(), periods, damage, damage, EadRule()).least.tolist()
    [[100.0, 200.0]]
    """
    order = relied_on(periods, hazard.protected_to)
    frequency, begins = steps_at(
        periods[order],
        rule,
        no_damage_period=hazard.no_damage_return_period,
        protection=hazard.protected_to,
    )
    return Steps(frequency, lower[:, order], upper[:, order], begins)


def _points(curves: Mapping[str, Exceedance], waters: Waters) -> Floats:
    """Return the frequencies (1/year, falling) of all points of the curves of some hazards."""
    of_curves = [curves[name].frequency for water in waters for name in water]
    return np.unique(np.concatenate(of_curves))[::-1]


def joint_annual_damage(
    curves: Mapping[str, Exceedance], waters: Waters, value: np.ndarray, rule: EadRule
) -> Floats:
    """Return one event's EAD (currency/year), hazards joined at every frequency of a curve's point.

    Between these points the city's rule holds. A curve is 0 before its first point, and beyond its
    last point where the rule has no tail.

    Examples
    --------
    Surge and rain, each with a damage of 500 of 1,000 once in 10 years and a flat tail: 0.1 × 750 =
    75 a year together.

    >>> rule, value = EadRule(), np.array([1000.0])
    >>> curve = exceedance(np.array([10.0]), np.array([[500.0]]), value=value, rule=rule)
    >>> joint_annual_damage({"surge": curve, "rain": curve}, [["surge"], ["rain"]], value, rule).tolist()
    [75.0]
    """
    points = _points(curves, waters)
    total: Floats = np.zeros(len(value))
    for before, after in itertools.pairwise(points):
        ends = {name: _ends(curve, before, after) for name, curve in curves.items()}
        less, more = (
            _joint_damage({name: both[at] for name, both in ends.items()}, waters, value)
            for at in (0, 1)
        )
        share = 0.5 if rule.between == "trapezoid" else float(rarer_share(before, after))
        total += (before - after) * ((1 - share) * less + share * more)
    return total + _joint_tail(curves, waters, value, float(points[-1]), rule)


def joint_points(
    curves: Mapping[str, Exceedance], waters: Waters, value: np.ndarray
) -> list[tuple[float, dict[str, np.ndarray], np.ndarray]]:
    """Return each point's frequency (1/year, falling), the hazards' and the joint damage there.

    Examples
    --------
    >>> rule, value = EadRule(), np.array([1000.0])
    >>> curve = exceedance(np.array([10.0]), np.array([[500.0]]), value=value, rule=rule)
    >>> (frequency, damages, joint), = joint_points({"surge": curve, "rain": curve}, [["surge"], ["rain"]], value)
    >>> frequency, damages["surge"].tolist(), joint.tolist()
    (0.1, [500.0], [750.0])
    """
    points = _points(curves, waters)
    joined = []
    for point in points.tolist():
        damages = {name: damage_at(curve, point) for name, curve in curves.items()}
        joined.append((point, damages, _joint_damage(damages, waters, value)))
    return joined


def _ends(curve: Exceedance, before: float, after: float) -> tuple[np.ndarray, np.ndarray]:
    """Return damage just rarer than one frequency and just more frequent than the next."""
    if after >= curve.frequency[0]:
        return np.zeros(len(curve.value)), np.zeros(len(curve.value))
    at = damage_beyond if before <= curve.frequency[-1] else damage_at
    return at(curve, before), at(curve, after)


def _joint_tail(
    curves: Mapping[str, Exceedance],
    waters: Waters,
    value: np.ndarray,
    rarest: float,
    rule: EadRule,
) -> Floats:
    """Return the area beyond the rarest point of all curves (currency/year), by the rule's tail.

    A log tail reaches the value with the first of the hazards: up to there it is b·p·(1 − e^(−t))
    above the flat one, t the logarithm of the ratio of frequencies and b the growth.
    """
    if rule.tail == "none":
        return np.zeros(len(value))
    last = {name: damage_beyond(curve, rarest) for name, curve in curves.items()}
    level = _joint_damage(last, waters, value)
    if rule.tail == "flat":
        return rarest * level
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        spans = []
        for name, curve in curves.items():
            left = np.maximum(curve.value, last[name]) - last[name]
            spans.append(np.where(curve.growth > 0, left / curve.growth, np.inf))
        span = np.min(spans, axis=0)
        growth = np.where(span > 0, (np.maximum(value, level) - level) / span, 0.0)
    return rarest * (level - np.where(np.isfinite(span), growth * np.expm1(-span), 0.0))


def joint_bounds(
    steps: Mapping[str, Steps], waters: Waters, value: np.ndarray, *, counts_tail: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return bounds of one event's EAD (currency/year), whatever the shapes of the curves.

    Between two steps of any hazard the lower bound joins the damages of each last step, the upper
    one those of each next step; beyond a hazard's rarest map the whole value can be lost. NaN where
    damage begins before the first map and its start is not known.

    Examples
    --------
    Surge and rain, each with 500 of 1,000 once in 10 years, damage beginning there: 0.1 × 750 at
    least, 0.1 × 1,000 at most.

    >>> steps = Steps(frequency=np.array([0.1]), least=np.array([[500.0]]), most=np.array([[500.0]]), begins=0.1)
    >>> low, high = joint_bounds(
    ...     {"surge": steps, "rain": steps}, [["surge"], ["rain"]], np.array([1000.0]), counts_tail=True)
    >>> low.tolist(), high.tolist()
    ([75.0], [100.0])
    """
    starts = [of_hazard.begins for of_hazard in steps.values() if of_hazard.begins is not None]
    frequencies = [*(of_hazard.frequency for of_hazard in steps.values()), np.array(starts)]
    points = np.unique(np.concatenate(frequencies))[::-1]
    low, high = np.zeros(len(value)), np.zeros(len(value))
    for before, after in itertools.pairwise([*points.tolist(), 0.0]):
        least, most = {}, {}
        for name, of_hazard in steps.items():
            least[name], most[name] = _step(of_hazard, before, value, counts_tail=counts_tail)
        low += (before - after) * _joint_damage(least, waters, value)
        high += (before - after) * _joint_damage(most, waters, value)
    endless = [of_hazard.most[:, 0] > 0 for of_hazard in steps.values() if of_hazard.begins is None]
    return low, np.where(np.any(endless, axis=0), np.nan, high) if endless else high


def _step(
    steps: Steps, before: float, value: np.ndarray, *, counts_tail: bool
) -> tuple[Floats, Floats]:
    """Return the least and the most damage of a hazard just rarer than a frequency."""
    passed, none = int((steps.frequency >= before).sum()), np.zeros(len(value))
    if not passed:
        begun = steps.begins is not None and before <= steps.begins
        return none, steps.most[:, 0] if begun else none
    if passed < len(steps.frequency):
        return steps.least[:, passed - 1], steps.most[:, passed]
    return steps.least[:, -1] if counts_tail else none, value
