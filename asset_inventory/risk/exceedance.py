"""Expected annual damage (EAD) by a declared rule from several return periods; its bounds.

EAD is the integral of damage over annual frequency. Between two maps damage is a straight line over
frequency (trapezoid) or over its logarithm (log-linear: Olsen et al. 2015, doi 10.3390/w7010255;
Rosbjerg 2024, doi 10.5194/piahs-385-25-2024, who shows that a·ln(T / T₀) then costs a / T₀ a year).
Beyond the rarest map it stays level (flat), does not count (none), or grows on with the logarithm
up to the value of the asset (log). A protection level cuts off more frequent events (Ward et al.
2013, doi 10.1088/1748-9326/8/4/044019). The bounds assume only that rarer events do not damage
less.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.arrays import Flags, Floats

# Damages from the same depth differ in their last bits; a smaller fall is none.
FALL = 1e-9
# Below this logarithm of two frequencies the share of the rarer one comes from its series, which
# keeps more digits.
_NEAR = 1e-3


@dataclass(frozen=True)
class Annual:
    """EAD of many assets by the declared rule; bounds (currency/year) void where damage `falls`."""

    ead: Floats
    low: Floats
    high: Floats
    falls: Flags


@dataclass(frozen=True)
class Exceedance:
    """Exceedance curves: damage (currency, assets × points) at falling `frequency` (1/year).

    The first `begun` points (0 or 1) are no maps: damage begins there at 0. Beyond the last point
    damage grows by `growth` (currency) whenever frequency falls by a factor e, up to `value`.
    """

    rule: EadRule
    frequency: Floats
    damage: Floats
    begun: int
    growth: Floats
    value: Floats


def frequencies(periods: np.ndarray | float, rule: EadRule) -> Floats:
    """Return return periods' (year) annual exceedance frequency (1/year) by the city's convention.

    Examples
    --------
    >>> frequencies(np.array([10.0, 100.0]), EadRule()).tolist()
    [0.1, 0.01]
    """
    rate: Floats = 1.0 / np.asarray(periods, dtype=float)
    return rate if rule.frequency == "1/T" else -np.expm1(-rate)


def rests_on(periods: np.ndarray, protection: float | None) -> Flags:
    """Return which maps EAD rests on: rarer than the protection level, and the rarest of the rest.

    Examples
    --------
    >>> rests_on(np.array([10.0, 25.0, 100.0]), 50.0).tolist()
    [False, True, True]
    """
    years = np.asarray(periods, dtype=float)
    protected = years[years <= (0.0 if protection is None else protection)]
    return years >= float(protected.max(initial=0.0))


def annual_damage(
    periods: np.ndarray,
    damage: np.ndarray,
    *,
    value: np.ndarray,
    rule: EadRule,
    upper: np.ndarray | None = None,
    no_damage_period: float | None = None,
    protection: float | None = None,
) -> Annual:
    """Return EAD and its hard bounds from the damage of assets × return periods.

    Parameters
    ----------
    periods
        Return periods (year), in any order.
    damage
        Damage (currency), a row per asset and a column per return period; NaN is not known.
    value
        Value of each asset (currency), the most that it can lose.
    rule
        The city's rule between maps and beyond the rarest.
    upper
        Damage with the share without data wholly lost, by default `damage`.
    no_damage_period
        Return period (year) at which damage is 0, and from which it grows.
    protection
        Return period (year) of a protection level, up to which there is no damage.

    Returns
    -------
    Annual
        EAD and bounds (currency/year). The upper bound is NaN without a value, and where the most
        frequent event already damages and no start of damage is known.

    Raises
    ------
    ValueError
        A return period occurs twice.

    Notes
    -----
    EAD = ∫ D dp over the annual frequency p = 1/T. Trapezoid and flat tail: Σ (pᵢ − pᵢ₊₁)(Dᵢ +
    Dᵢ₊₁)/2 + pₙDₙ. Bounds: each damage holds from the next map on (upper), or up to it (lower).

    Examples
    --------
    100 once in 10 years and 300 once in 100 years: (0.1 − 0.01) × (100 + 300)/2 + 0.01 × 300 = 18 +
    3 = 21 a year. At least 0.09 × 100 + 0.01 × 300 = 12.

    >>> annual = annual_damage(
    ...     np.array([10.0, 100.0]), np.array([[100.0, 300.0]]), value=np.array([1000.0]), rule=EadRule())
    >>> annual.ead.round(9).tolist(), annual.low.round(9).tolist()
    ([21.0], [12.0])

    Without damage up to 5 years the upper bound is known: 0.1 × 100 + 0.09 × 300 + 0.01 × 1,000 =
    47.

    >>> annual = annual_damage(
    ...     np.array([10.0, 100.0]), np.array([[100.0, 300.0]]), value=np.array([1000.0]), rule=EadRule(),
    ...     no_damage_period=5.0)
    >>> annual.high.round(9).tolist()
    [47.0]
    """
    upper = damage if upper is None else upper
    curve = exceedance(
        periods,
        damage,
        value=value,
        rule=rule,
        no_damage_period=no_damage_period,
        protection=protection,
    )
    order = relied_on(periods, protection)
    periods, damage, upper = (
        np.asarray(given, dtype=float)[..., order] for given in (periods, damage, upper)
    )
    between = areas(curve)
    ead = (
        between[:, curve.begun :].sum(axis=1)
        + beyond(curve)
        + between[:, : curve.begun].sum(axis=1)
    )
    frequency, begins = steps_at(
        periods, rule, no_damage_period=no_damage_period, protection=protection
    )
    low, high = _bounds(
        frequency, damage, upper, value, begins=begins, counts_tail=rule.tail != "none"
    )
    with np.errstate(invalid="ignore"):
        falls = (damage[:, :-1] > upper[:, 1:] * (1 + FALL)).any(axis=1)
    return Annual(ead=ead, low=low, high=high, falls=falls)


def steps_at(
    periods: np.ndarray,
    rule: EadRule,
    *,
    no_damage_period: float | None = None,
    protection: float | None = None,
) -> tuple[Floats, float | None]:
    """Return the frequencies (1/year, falling) of the bounds' steps, and where damage begins.

    `periods` (year, rising) are those of `rests_on`. The start is None where it is not known.

    Examples
    --------
    >>> frequency, begins = steps_at(np.array([10.0, 100.0]), EadRule(), no_damage_period=5.0)
    >>> frequency.tolist(), begins
    ([0.1, 0.01], 0.2)
    """
    frequency, cut = (
        frequencies(periods, rule),
        np.inf if protection is None else float(frequencies(protection, rule)),
    )
    starts = [
        cut,
        np.inf if no_damage_period is None else float(frequencies(no_damage_period, rule)),
    ]
    # a map of once a year or more is the start of damage
    begins = (
        min(starts)
        if min(starts) < np.inf
        else float(frequency[0])
        if frequency[0] >= 1.0
        else None
    )
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
    """Return exceedance curves of damage (currency), assets × periods; see `annual_damage`.

    EAD is the area under the curve. A protection level is its first point, with the damage of an
    event just rarer.

    Examples
    --------
    >>> curve = exceedance(
    ...     np.array([10.0, 100.0]), np.array([[100.0, 300.0]]), value=np.array([1000.0]), rule=EadRule())
    >>> curve.frequency.tolist(), curve.damage.tolist()
    ([0.1, 0.01], [[100.0, 300.0]])
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
            growth = np.maximum(
                (damage[:, -1] - damage[:, -2]) / np.log(frequency[-2] / frequency[-1]), 0.0
            )
    curve = Exceedance(
        rule=rule,
        frequency=frequency,
        damage=damage,
        begun=int(no_damage_period is not None),
        growth=growth,
        value=np.asarray(value, float),
    )
    return curve if protection is None else _cut_off(curve, float(frequencies(protection, rule)))


def damage_at(curve: Exceedance, frequency: float) -> Floats:
    """Return each asset's damage (currency) at an annual frequency (1/year), by the rule.

    The damage is 0 at frequencies above the first point of the curve.

    Examples
    --------
    Half way between 0.1 (100) and 0.02 (300) a year the trapezoid has 200:

    >>> curve = exceedance(
    ...     np.array([10.0, 50.0]), np.array([[100.0, 300.0]]), value=np.array([1000.0]), rule=EadRule())
    >>> [damage_at(curve, frequency).round(9).tolist() for frequency in (0.5, 0.06, 0.001)]
    [[0.0], [200.0], [300.0]]
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
    share = float((before - frequency) / (before - after))
    if curve.rule.between == "log-linear":
        share = float(np.log(before / frequency) / np.log(before / after))
    return (1 - share) * damage[:, place - 1] + share * damage[:, place]


def areas(curve: Exceedance) -> Floats:
    """Return the areas between points of curves (currency/year), assets × (points - 1).

    Examples
    --------
    (0.1 − 0.01) × (100 + 300)/2 = 18:

    >>> curve = exceedance(
    ...     np.array([10.0, 100.0]), np.array([[100.0, 300.0]]), value=np.array([1000.0]), rule=EadRule())
    >>> areas(curve).round(9).tolist()
    [[18.0]]
    """
    before, after = curve.frequency[:-1], curve.frequency[1:]
    less, more = curve.damage[:, :-1], curve.damage[:, 1:]
    width = before - after
    if curve.rule.between == "trapezoid":
        return width * (less + more) / 2
    share = rarer_share(before, after)
    return width * ((1 - share) * less + share * more)


def rarer_share(before: np.ndarray | float, after: np.ndarray | float) -> Floats:
    """Return the rarer damage's weight (0-1) in the log-linear mean of two frequencies (1/year).

    Notes
    -----
    1 / L − 1 / (e^L − 1) with L = ln(before / after): D₁(p₁ − p₂) + (D₂ − D₁)/L·[(p₁ − p₂) − p₂L]
    written as a mean (Olsen et al. 2015, doi 10.3390/w7010255).

    Examples
    --------
    With before / after = e the weight is 1 − 1 / (e − 1):

    >>> round(float(rarer_share(np.e, 1.0)), 6), round(1 - 1 / (np.e - 1), 6)
    (0.418023, 0.418023)
    """
    span = np.log(before / after)
    near = 0.5 - span / 12
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(span < _NEAR, near, 1 / span - 1 / np.expm1(span))


def beyond(curve: Exceedance) -> Floats:
    """Return the area beyond the last point of the curves (currency/year), by the rule's tail.

    Notes
    -----
    A log tail adds b·p·(1 − e^(−(V − D)/b)) to the flat one, b the growth: it ends at the value V.

    Examples
    --------
    A flat tail of 300 beyond once in 100 years:

    >>> curve = exceedance(
    ...     np.array([10.0, 100.0]), np.array([[100.0, 300.0]]), value=np.array([1000.0]), rule=EadRule())
    >>> beyond(curve).tolist()
    [3.0]
    """
    last, frequency = curve.damage[:, -1], curve.frequency[-1]
    if curve.rule.tail == "none":
        return np.zeros(len(last))
    level: Floats = frequency * last
    if curve.rule.tail == "flat":
        return level
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        more = curve.growth * frequency * -np.expm1(-(_most(curve) - last) / curve.growth)
    return np.where(curve.growth == 0, level, level + more)


def relied_on(periods: np.ndarray, protection: float | None) -> np.ndarray:
    """Return the places of the return periods of `rests_on`, in rising order of return period.

    Raises
    ------
    ValueError
        A return period occurs twice.

    Examples
    --------
    >>> relied_on(np.array([100.0, 10.0, 25.0]), 50.0).tolist()
    [2, 0]
    """
    order = np.argsort(periods)
    ordered = np.asarray(periods, dtype=float)[order]
    if (ordered[1:] == ordered[:-1]).any():
        raise ValueError(f"a return period is given twice: {periods}")
    return order[rests_on(ordered, protection)]


def _cut_off(curve: Exceedance, frequency: float) -> Exceedance:
    """Return the curves from a frequency on, without more frequent events."""
    rarer = curve.frequency < frequency
    if rarer.all():
        return curve
    damage = np.column_stack([damage_at(curve, frequency), curve.damage[:, rarer]])
    return replace(
        curve, frequency=np.append(frequency, curve.frequency[rarer]), damage=damage, begun=0
    )


def damage_beyond(curve: Exceedance, frequency: float) -> Floats:
    """Return each asset's damage (currency) by the tail, at a frequency (1/year) beyond the curve.

    Examples
    --------
    Damage grows by 100 from once in 10 to once in 100 years, so by 100 more to once in 1,000 years:

    >>> curve = exceedance(
    ...     np.array([10.0, 100.0]), np.array([[100.0, 200.0]]), value=np.array([1000.0]), rule=EadRule(tail="log"))
    >>> damage_beyond(curve, 0.001).round(9).tolist()
    [300.0]
    """
    last = curve.damage[:, -1]
    if curve.rule.tail == "none":
        return np.zeros(len(last))
    grown = np.minimum(last + curve.growth * np.log(curve.frequency[-1] / frequency), _most(curve))
    return np.where(curve.growth == 0, last, grown)


def _most(curve: Exceedance) -> Floats:
    """Return the upper limit of damage: the value, or the last damage where that is above it."""
    return np.maximum(curve.value, curve.damage[:, -1])


def _bounds(
    frequency: Floats,
    damage: Floats,
    upper: Floats,
    value: np.ndarray,
    *,
    begins: float | None,
    counts_tail: bool,
) -> tuple[Floats, Floats]:
    """Return the bounds of EAD where a rarer event does not damage less.

    `begins` is the frequency at which damage begins, None where it is not known. Beyond the rarest
    map the upper bound is the whole value, whatever the tail; the lower bound counts the tail only
    where EAD does.
    """
    width, tail = frequency[:-1] - frequency[1:], frequency[-1]
    low = (width * damage[:, :-1]).sum(axis=1)
    if counts_tail:
        low = low + tail * damage[:, -1]
    high = (width * upper[:, 1:]).sum(axis=1) + tail * value
    if begins is None:
        return low, np.where(upper[:, 0] > 0, np.nan, high)
    return low, high + (begins - frequency[0]) * upper[:, 0]
