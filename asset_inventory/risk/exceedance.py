"""Expected annual damage (EAD) of damages under several return periods, by a declared rule, and its hard bounds.

EAD is the integral of damage over annual frequency. Between two maps damage is a straight line over frequency
(trapezoid) or over its logarithm (log-linear: Olsen et al. 2015, doi 10.3390/w7010255; Rosbjerg 2024, doi
10.5194/piahs-385-25-2024, who shows that a·ln(T / T₀) then costs a / T₀ a year). Beyond the rarest map it stays level
(flat), is not counted (none), or grows on with the logarithm until all of the asset's value is lost (log). A protection
level cuts off what is more frequent than it (Ward et al. 2013, doi 10.1088/1748-9326/8/4/044019). The bounds assume
nothing on the shape but that rarer events do not damage less.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from asset_inventory.model.annual_damage import EadRule

# Damages from the same depth differ in their last bits; a fall smaller than this is none.
FALL = 1e-9
# Below this logarithm of two frequencies the share of the rarer one is taken from its series, which keeps more digits.
_NEAR = 1e-3


@dataclass(frozen=True)
class Annual:
    """EAD of many assets by the declared rule and its bounds (currency/year), and which of them void the bounds."""

    ead: np.ndarray
    low: np.ndarray
    high: np.ndarray
    falls: np.ndarray


@dataclass(frozen=True)
class Exceedance:
    """The exceedance curves of many assets: damage (currency, assets × points) at falling `frequency` (1/year).

    The first `begun` points, 0 or 1, are no map but where damage begins at 0. Beyond the last point damage grows by
    `growth` (currency) whenever frequency falls by a factor e, up to `value`.
    """

    rule: EadRule
    frequency: np.ndarray
    damage: np.ndarray
    begun: int
    growth: np.ndarray
    value: np.ndarray


def frequencies(periods: np.ndarray, rule: EadRule) -> np.ndarray:
    """Return the annual frequency (1/year) of return periods (year), by the city's convention."""
    rate = 1.0 / np.asarray(periods, dtype=float)
    return rate if rule.frequency == "1/T" else -np.expm1(-rate)


def rests_on(periods: np.ndarray, protection: float | None) -> np.ndarray:
    """Tell on which maps EAD rests: those rarer than the protection level, and the rarest of the others."""
    periods = np.asarray(periods, dtype=float)
    held = periods[periods <= (0.0 if protection is None else protection)]
    return periods >= held.max(initial=0.0)


def annual_damage(
    periods: np.ndarray,
    damage: np.ndarray,
    *,
    value: np.ndarray,
    rule: EadRule,
    most: np.ndarray | None = None,
    no_damage_period: float | None = None,
    protection: float | None = None,
) -> Annual:
    """Return EAD and its hard bounds, of assets × return periods.

    `periods` (years) may stand in any order, `damage` has a column for each (currency, NaN = not
    known); `value` is what each asset can lose. `most` is the damage with the unknown share taken as
    wholly lost, by default the damage itself. Damage begins at 0 at `no_damage_period` and grows from there; up to
    `protection` there is none, and beyond it what the maps say. The upper bound is NaN where it is not known:
    without a value, and where the most frequent event already damages and nothing says from when on. Raises
    ValueError for a return period given twice.
    """
    most = damage if most is None else most
    curve = exceedance(
        periods, damage, value=value, rule=rule, no_damage_period=no_damage_period, protection=protection
    )
    order = relied_on(periods, protection)
    periods, damage, most = (np.asarray(one, dtype=float)[..., order] for one in (periods, damage, most))
    between = areas(curve)
    ead = between[:, curve.begun :].sum(axis=1) + beyond(curve) + between[:, : curve.begun].sum(axis=1)
    frequency, begins = steps_at(periods, rule, no_damage_period=no_damage_period, protection=protection)
    low, high = _bounds(frequency, damage, most, value, begins=begins, counts_tail=rule.tail != "none")
    with np.errstate(invalid="ignore"):
        falls = (damage[:, :-1] > most[:, 1:] * (1 + FALL)).any(axis=1)
    return Annual(ead, low, high, falls)


def steps_at(
    periods: np.ndarray, rule: EadRule, *, no_damage_period: float | None = None, protection: float | None = None
) -> tuple[np.ndarray, float | None]:
    """Return where damage takes a step as the bounds have it (1/year, falling), and from which frequency on it can be.

    `periods` (years, rising) are those that EAD rests on. None where nothing says from when on there is damage.
    """
    frequency, cut = frequencies(periods, rule), np.inf if protection is None else float(frequencies(protection, rule))
    starts = [cut, np.inf if no_damage_period is None else float(frequencies(no_damage_period, rule))]
    # what happens once a year or more is not looked for between the years
    begins = min(starts) if min(starts) < np.inf else float(frequency[0]) if frequency[0] >= 1.0 else None
    return np.minimum(frequency, cut), begins


def exceedance(
    periods: np.ndarray,
    damage: np.ndarray,
    *,
    value: np.ndarray,
    rule: EadRule,
    no_damage_period: float | None = None,
    protection: float | None = None,
) -> Exceedance:
    """Return the curves that EAD is the area under, of assets × return periods; see `annual_damage`.

    A protection level is their first point, with the damage there by the rule: an event just rarer than it.
    """
    order = np.argsort(periods)
    frequency = frequencies(np.asarray(periods, dtype=float)[order], rule)
    damage = np.asarray(damage, dtype=float)[:, order]
    if no_damage_period is not None:
        frequency = np.append(frequencies(no_damage_period, rule), frequency)
        damage = np.column_stack([np.zeros(len(damage)), damage])
    growth = np.zeros(len(damage))
    if rule.tail == "log" and len(frequency) > 1 and frequency[-2] > frequency[-1]:
        with np.errstate(invalid="ignore"):
            growth = np.maximum((damage[:, -1] - damage[:, -2]) / np.log(frequency[-2] / frequency[-1]), 0.0)
    curve = Exceedance(rule, frequency, damage, int(no_damage_period is not None), growth, np.asarray(value, float))
    return curve if protection is None else _cut_off(curve, float(frequencies(protection, rule)))


def damage_at(curve: Exceedance, frequency: float) -> np.ndarray:
    """Return each asset's damage (currency) that is exceeded so often a year (1/year), by the rule.

    0 where events are more frequent than the first point of the curve.
    """
    points, damage = curve.frequency, curve.damage
    same = np.flatnonzero(points == frequency)
    if len(same):
        return damage[:, same[-1]]
    place = int((points > frequency).sum())
    if place == 0:
        return np.zeros(len(damage))
    if place == len(points):
        return damage_beyond(curve, frequency)
    before, after = points[place - 1], points[place]
    share = (before - frequency) / (before - after)
    if curve.rule.between == "log-linear":
        share = np.log(before / frequency) / np.log(before / after)
    return (1 - share) * damage[:, place - 1] + share * damage[:, place]


def areas(curve: Exceedance) -> np.ndarray:
    """Return what lies between each two points of the curves (currency/year), assets × one less than points."""
    before, after = curve.frequency[:-1], curve.frequency[1:]
    less, more = curve.damage[:, :-1], curve.damage[:, 1:]
    width = before - after
    if curve.rule.between == "trapezoid":
        return width * (less + more) / 2
    share = rarer_share(before, after)
    return width * ((1 - share) * less + share * more)


def rarer_share(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return the weight (0-1) of the rarer of two damages in their mean between two frequencies, log-linear.

    1 / L − 1 / (e^L − 1) with L = ln(before / after): D₁(p₁ − p₂) + (D₂ − D₁)/L·[(p₁ − p₂) − p₂L] written as a mean.
    """
    span = np.log(before / after)
    near = 0.5 - span / 12
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(span < _NEAR, near, 1 / span - 1 / np.expm1(span))


def beyond(curve: Exceedance) -> np.ndarray:
    """Return what lies beyond the last point of the curves (currency/year), by the rule's tail.

    A log tail adds b·p·(1 − e^(−(V − D)/b)) to the flat one, b the growth: it reaches the value V and no more.
    """
    last, frequency = curve.damage[:, -1], curve.frequency[-1]
    if curve.rule.tail == "none":
        return np.zeros(len(last))
    level = frequency * last
    if curve.rule.tail == "flat":
        return level
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        more = curve.growth * frequency * -np.expm1(-(_most(curve) - last) / curve.growth)
    return np.where(curve.growth == 0, level, level + more)


def relied_on(periods: np.ndarray, protection: float | None) -> np.ndarray:
    """Return the places of the return periods that EAD rests on, rising; raises ValueError for one given twice."""
    order = np.argsort(periods)
    ordered = np.asarray(periods, dtype=float)[order]
    if (ordered[1:] == ordered[:-1]).any():
        raise ValueError(f"a return period is given twice: {periods}")
    return order[rests_on(ordered, protection)]


def _cut_off(curve: Exceedance, frequency: float) -> Exceedance:
    """Return the curves without what is as frequent as a frequency or more."""
    rarer = curve.frequency < frequency
    if rarer.all():
        return curve
    damage = np.column_stack([damage_at(curve, frequency), curve.damage[:, rarer]])
    return replace(curve, frequency=np.append(frequency, curve.frequency[rarer]), damage=damage, begun=0)


def damage_beyond(curve: Exceedance, frequency: float) -> np.ndarray:
    """Return each asset's damage (currency) by the rule's tail, at a frequency beyond the last point of the curve."""
    last = curve.damage[:, -1]
    if curve.rule.tail == "none":
        return np.zeros(len(last))
    grown = np.minimum(last + curve.growth * np.log(curve.frequency[-1] / frequency), _most(curve))
    return np.where(curve.growth == 0, last, grown)


def _most(curve: Exceedance) -> np.ndarray:
    """Return up to where damage can grow: the value, or the last damage where that is above it."""
    return np.maximum(curve.value, curve.damage[:, -1])


def _bounds(
    frequency: np.ndarray,
    damage: np.ndarray,
    most: np.ndarray,
    value: np.ndarray,
    *,
    begins: float | None,
    counts_tail: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the most that EAD can be where a rarer event does not damage less.

    `begins` is the frequency from which on there can be damage, None where nothing says so. What lies beyond the rarest
    map can all be lost, whatever the tail; it counts for the lower bound only where it counts for the EAD.
    """
    width, tail = frequency[:-1] - frequency[1:], frequency[-1]
    low = (width * damage[:, :-1]).sum(axis=1)
    if counts_tail:
        low = low + tail * damage[:, -1]
    high = (width * most[:, 1:]).sum(axis=1) + tail * value
    if begins is None:
        return low, np.where(most[:, 0] > 0, np.nan, high)
    return low, high + (begins - frequency[0]) * most[:, 0]
