"""What one or two hazard maps tell of an asset's expected annual damage: its hard bounds, how they add up, and no more.

The bounds are those of `risk.annual_damage`: between two maps at least what the more frequent one says and at most what
the rarer one does, beyond the rarest at least the same and at most all of the value. Most of the width lies before the
first map (Rosbjerg 2024, doi 10.5194/piahs-385-25-2024: the most frequent event that damages matters most).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from asset_inventory.risk.annual_damage import frequencies, rests_on
from asset_inventory.sources.city import City, EadRule, Hazard
from asset_inventory.words import amount, number, say


def few_maps_lines(
    row: Mapping[str, object],
    harm: Mapping[float, tuple[float, float]],
    value: float,
    hazard: Hazard,
    city: City,
    language: str,
) -> Iterator[str]:
    """Yield the bounds of one row of EAD with their arithmetic, and what their width means.

    `harm` has the least and the most damage (currency) by return period (year), `value` all that can be lost.
    """
    count, open_ended = int(row["maps"]), math.isnan(row["ead_high"])
    low, high = (amount(row[name], city.currency, language) for name in ("ead_low", "ead_high"))
    key = "explain.ead_at_least" if open_ended else "explain.ead_between"
    yield say(key, language, low=low, high=high, count=count)
    least, most = _terms(sorted(harm.items()), value, hazard, city.ead)
    for key, terms in (("explain.least", least), ("explain.most", [] if open_ended else most)):
        if terms:
            yield _added_up(key, terms, city, language)
    yield "    " + say("map.few_maps", language, count=count)
    if open_ended:
        yield "    " + say("map.no_upper_bound", language)


Term = tuple[tuple[float, ...], float]  # the return periods whose frequencies are told apart, and the damage there


def _terms(
    harm: Sequence[tuple[float, tuple[float, float]]], value: float, hazard: Hazard, rule: EadRule
) -> tuple[list[Term], list[Term]]:
    """Return what the lower and the upper bound are the sums of."""
    used = rests_on(np.array([period for period, _ in harm]), hazard.protected_to)
    told = [one for one, counts in zip(harm, used, strict=True) if counts]
    points = [max(period, hazard.protected_to or 0.0) for period, _ in told]
    steps = list(itertools.pairwise(points))
    least = [(step, less) for step, (_, (less, _)) in zip(steps, told[:-1], strict=True)]
    if rule.tail != "none":
        least.append(((points[-1],), told[-1][1][0]))
    most = [(step, more) for step, (_, (_, more)) in zip(steps, told[1:], strict=True)] + [((points[-1],), value)]
    starts = [one for one in (hazard.no_damage_return_period, hazard.protected_to) if one is not None]
    if starts and max(starts) < points[0]:
        most.insert(0, ((max(starts), points[0]), told[0][1][1]))
    return least, most


def _added_up(key: str, terms: Sequence[Term], city: City, language: str) -> str:
    """Return a sum as it is written: «(1/10 − 1/100) × Rp188 + 1/100 × Rp750 = Rp24»."""
    written, total = [], 0.0
    for periods, damage in terms:
        often = [float(frequencies(period, city.ead)) for period in periods]
        width = often[0] - often[1] if len(often) == 2 else often[0]
        said = " − ".join(_frequency(period, city.ead, language) for period in periods)
        written.append(f"{f'({said})' if len(often) == 2 else said} × {amount(damage, city.currency, language)}")
        total += width * damage
    return say(key, language, terms=" + ".join(written), sum=amount(total, city.currency, language))


def _frequency(period: float, rule: EadRule, language: str) -> str:
    if rule.frequency == "1/T":
        return f"1/{number(period, language)}"
    return number(float(frequencies(period, rule)), language, decimals=6)
