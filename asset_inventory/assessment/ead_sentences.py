"""Expected annual damage in words: the city's convention, dependence of hazards, and projections.

Bounds are those of `risk.annual_damage`: between two maps at least the damage of the more frequent
one and at most that of the rarer one, beyond the rarest at least the same and at most all of the
value. Most of the width lies before the first map (Rosbjerg 2024, doi 10.5194/piahs-385-25-2024:
the most frequent event that damages matters most).
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.messages import amount, number, precise, say
from asset_inventory.model.annual_damage import EadRule, among, pairs_of
from asset_inventory.model.city import City
from asset_inventory.model.hazards import Hazard
from asset_inventory.risk import dependence
from asset_inventory.risk import exceedance as eads
from asset_inventory.risk.pipeline import RiskTables
from asset_inventory.risk.projection import got_to
from asset_inventory.vulnerability.damage import condition_factor

# Relations without anything to join.
ALONE = (dependence.NO_HAZARD, dependence.ONE_HAZARD, dependence.NOT_KNOWN)


@dataclass(frozen=True)
class DependenceExplanation:
    """What all hazards do to one asset together: its row of JOINT_EAD, and each event that harms
    it.

    An event has its waters, its EAD (currency/year), and, where several hazards make it, the damage
    (currency) of each of them and of all at each frequency (1/year). Hazards that give
    `bounds_only` are in no event.
    """

    row: Mapping[str, object]
    events: tuple[tuple[Sequence[Sequence[str]], float, pd.DataFrame], ...]
    bounds_only: tuple[str, ...]


def dependence_sentences(city: City) -> list[dict[str, object]]:
    """Return the dependence of a city's hazards: keys of `words` (`word`) and their `values`.

    They are on shocks with return periods and curves, and only where there are several.
    """
    curved = {rule.hazard for rule in city.curves}
    priced = [
        hazard
        for hazard in city.hazards
        if hazard.kind == "shock"
        and hazard.name in curved
        and any(each.return_period or each.return_period_field for each in hazard.maps)
    ]
    if len(priced) < 2:
        return []
    names = [hazard.name for hazard in priced]
    sentences: list[dict[str, object]] = [{"word": "map.joint.rule", "values": {}}]
    for relation in among(city.relations, names):
        key = f"map.joint.{relation.relation.replace(' ', '_')}"
        sentences.append({"word": key, "values": {"hazards": relation.hazards}})
        if relation.reason:
            sentences.append({"word": "map.joint.reason", "values": {"reason": relation.reason}})
    arrangements = dependence.possible_events(priced, city.relations)
    unsaid = [
        pair
        for pair in pairs_of(names)
        if dependence.relation_of(pair, arrangements) == dependence.NOT_DECLARED
    ]
    if unsaid:
        pairs = [
            {
                "word": "map.joint.pair",
                "values": dict(
                    zip(("first", "second"), sorted(pair, key=names.index), strict=True)
                ),
            }
            for pair in unsaid
        ]
        sentences.append({"word": "map.joint.undeclared", "values": {"hazards": pairs}})
    return sentences


def explain_dependence(
    asset: gpd.GeoDataFrame, risk: RiskTables, city: City
) -> DependenceExplanation | None:
    """Return the joint EAD of one asset, None without any; `risk` has the tables of it alone."""
    exposure, damage, ead = risk.exposure, risk.damage, risk.ead
    priced = set(ead["hazard"].astype(str))
    hazards = [
        (hazard.hazard, hazard.periods) for hazard in risk.hazards if hazard.hazard.name in priced
    ]
    if not hazards:
        return None
    parts = dependence.losses_of(exposure, ead, hazards, 1)
    few = dict(zip(parts.names, parts.few.tolist(), strict=True))
    harmed = {
        name
        for name, is_damaged in zip(parts.names, parts.damaged[:, 0], strict=True)
        if is_damaged
    }
    bounds_only = tuple(name for name in parts.names if name in harmed and few[name])
    events = []
    for event in dependence.possible_events(parts.hazards, city.relations)[0]:
        waters = [
            kept
            for water in event
            if (kept := [name for name in water if name in harmed and not few[name]])
        ]
        names = [name for water in waters for name in water]
        if not names:
            continue
        of_event = [(hazard, periods) for hazard, periods in hazards if hazard.name in names]
        laid = ead[ead["hazard"].isin(names).to_numpy()]
        alone = dependence.joint_ead(
            asset, exposure, damage, laid, of_event, rule=city.ead, relations=city.relations
        )
        points = pd.DataFrame()
        if len(names) > 1:
            points = dependence.event_points(waters, parts, asset, exposure, damage, rule=city.ead)
        events.append((waters, float(alone["ead"].iloc[0]), points))
    return DependenceExplanation(risk.joint_ead.iloc[0].to_dict(), tuple(events), bounds_only)


def dependence_lines(
    explanation: DependenceExplanation, value: float, city: City, language: str
) -> Iterator[str]:
    """Yield how the hazards of one asset combine: their relation, its reason, the arithmetic."""
    row, currency = explanation.row, city.currency
    if row["relation"] in ALONE:
        return
    yield say(
        "explain.joint",
        language,
        hazards=row["hazards"],
        relation=format_relation(str(row["relation"]), language),
    )
    named = [name for waters, _, _ in explanation.events for water in waters for name in water]
    for relation in among(city.relations, [*named, *explanation.bounds_only]):
        yield say(
            "explain.joint_declared",
            language,
            hazards=relation.hazards,
            relation=format_relation(relation.relation, language),
            reason=relation.reason,
        )
    for waters, ead, points in explanation.events:
        for point in points.to_dict("records"):
            yield _point(point, waters, value, language)
        if len(points):
            yield say("explain.joint_event", language, ead=amount(ead, currency, language))
    parts = [ead for _, ead, _ in explanation.events]
    if len(parts) > 1 and not np.isnan(parts).any():
        yield _product(parts, value, float(row["ead"]), language)
    if explanation.bounds_only and named:
        yield say("explain.joint_bounds_only", language, hazards=explanation.bounds_only)
    ead, low, high = (
        amount(float(row[name]), currency, language) for name in ("ead", "ead_low", "ead_high")
    )
    yield say("explain.joint_ead", language, ead=ead, low=low, high=high)
    if row["relation"] == dependence.NOT_DECLARED:
        yield say(
            "explain.joint_range",
            language,
            least=amount(float(row["ead_least"]), currency, language),
            most=amount(float(row["ead_most"]), currency, language),
        )


def format_relation(relation: str, language: str) -> str:
    """Return how hazards hang together, a word of RELATIONS, in a language."""
    return say(f"map.relation.{relation.replace(' ', '_')}", language)


def _point(
    point: Mapping[str, float], waters: Sequence[Sequence[str]], value: float, language: str
) -> str:
    """Return how damages at one frequency combine, as shares of the value where it is known."""
    unit = value if value > 0 else 1.0
    shares = {name: precise(point[name] / unit, language) for water in waters for name in water}
    terms = [
        "max(" + "; ".join(shares[name] for name in water) + ")"
        if len(water) > 1
        else shares[water[0]]
        for water in waters
    ]
    if len(terms) > 1:
        terms = [
            "1 − " + "".join(f"(1 − {term})" for term in terms) if value > 0 else " + ".join(terms)
        ]
    return say(
        "explain.joint_point",
        language,
        frequency=precise(point["frequency"], language),
        harms=terms[0],
        joint=precise(point["joint"] / unit, language),
    )


def _product(parts: Sequence[float], value: float, ead: float, language: str) -> str:
    if not value > 0:
        terms = " + ".join(precise(part, language) for part in parts)
        return say("explain.joint_sum", language, parts=terms, ead=precise(ead, language))
    factors = "".join(f"(1 − {precise(part / value, language)})" for part in parts)
    return say(
        "explain.joint_product",
        language,
        value=precise(value, language),
        factors=factors,
        ead=precise(ead, language),
    )


_FREQUENCIES = {"1/T": "map.ead.per_period", "1 - exp(-1/T)": "map.ead.peaks"}


def ead_sentences(city: City) -> list[dict[str, object]]:
    """Return the sentences on a city's convention: keys of `words` (`word`) and the values that
    fill them (`values`).

    A value can be a word itself, as {"word": key}. Where all prices are by the year, no sentence
    states a rule over return periods. A sentence follows on each hazard that counts water below
    ground and on each protection level, then on how several hazards are joined and on how damage in
    years to come is computed.
    """
    rule = city.ead
    words = {
        "frequency": _FREQUENCIES[rule.frequency],
        "between": f"map.ead.{rule.between.replace('-', '_')}",
        "tail": f"map.ead.tail_{rule.tail}",
    }
    convention = {
        "word": "map.ead.convention",
        "values": {name: {"word": key} for name, key in words.items()},
    }
    if city.yearly and not city.curves:  # nothing is integrated over events
        convention = {"word": "map.ead.yearly_only", "values": {}}
    protected = (_protected(hazard) for hazard in city.hazards if hazard.protection)
    return [
        convention,
        *below_ground(city.hazards),
        *protected,
        *dependence_sentences(city),
        *_to_come(city),
    ]


def below_ground(hazards: Iterable[Hazard]) -> list[dict[str, object]]:
    """Return a sentence (see `sentences`) on each hazard that counts water below ground."""
    return [
        {
            "word": "map.ead.below_ground",
            "values": {"hazard": hazard.name, "depth": -hazard.threshold},
        }
        for hazard in hazards
        if hazard.counts_below_ground
    ]


def ead_sentence(city: City, language: str) -> str:
    """Return a city's convention in a language."""
    parts = []
    for sentence in ead_sentences(city):
        values = {name: _filled(value, language) for name, value in sentence["values"].items()}
        parts.append(say(sentence["word"], language, **values))
    return " ".join(parts)


def arithmetic(
    periods: Sequence[float],
    damage: Sequence[float],
    value: float,
    hazard: Hazard,
    city: City,
    language: str,
) -> Iterator[str]:
    """Yield how the EAD of one asset adds up: between the points of its curve, and beyond.

    `damage` (currency) is that of each return period (years, rising), 0 where the map leaves the
    asset dry.
    """
    start, protected_to = hazard.no_damage_return_period, hazard.protected_to
    curve = eads.exceedance(
        np.array(periods),
        np.array([damage]),
        value=np.array([value]),
        rule=city.ead,
        no_damage_period=start,
        protection=protected_to,
    )
    known = [float(period) for period in (start, protected_to, *periods) if period is not None]
    years = {float(eads.frequencies(period, city.ead)): period for period in known}
    points = [years[float(frequency)] for frequency in curve.frequency]
    if city.ead.frequency != "1/T":
        yield say("explain.frequency", language)
    if protected_to is not None and points[0] == protected_to:
        yield say(
            "explain.protection",
            language,
            period=protected_to,
            damage=amount(curve.damage[0, 0], city.currency, language),
        )
    for place, part in enumerate(eads.areas(curve)[0]):
        yield _between(curve, points, place, part, city, language)
    yield _beyond(curve, points[-1], city, language)


def _between(
    curve: eads.Exceedance, points: list[float], place: int, part: float, city: City, language: str
) -> str:
    before, after = curve.frequency[place : place + 2]
    values = {
        "before": _frequency(points[place], city.ead, language),
        "after": _frequency(points[place + 1], city.ead, language),
        "less": amount(curve.damage[0, place], city.currency, language),
        "more": amount(curve.damage[0, place + 1], city.currency, language),
        "part": amount(part, city.currency, language),
    }
    if city.ead.between == "trapezoid":
        return say("explain.trapezoid", language, **values)
    return say(
        "explain.log_linear",
        language,
        span=number(np.log(before / after), language, decimals=4),
        **values,
    )


def _beyond(curve: eads.Exceedance, period: float, city: City, language: str) -> str:
    if city.ead.tail == "none":
        return say("explain.tail_none", language, period=period)
    values = {
        "period": period,
        "frequency": _frequency(period, city.ead, language),
        "damage": amount(curve.damage[0, -1], city.currency, language),
        "part": amount(eads.beyond(curve)[0], city.currency, language),
    }
    growth = float(curve.growth[0])
    if city.ead.tail == "log" and growth > 0:
        figures = {"value": curve.value[0], "growth": growth}
        return say(
            "explain.tail_log",
            language,
            **values,
            **{name: amount(figure, city.currency, language) for name, figure in figures.items()},
        )
    return say(
        "explain.tail" if city.ead.frequency == "1/T" else "explain.tail_flat", language, **values
    )


def _frequency(period: float, rule: EadRule, language: str) -> str:
    if rule.frequency == "1/T":
        return f"1/{number(period, language)}"
    return number(float(eads.frequencies(period, rule)), language, decimals=6)


def _protected(hazard: Hazard) -> dict[str, object]:
    values = {"hazard": hazard.name, "period": hazard.protection.return_period}
    if hazard.protection.source is None:
        return {"word": "map.ead.protection", "values": values}
    return {
        "word": "map.ead.protection_by",
        "values": values | {"source": hazard.protection.source},
    }


def _to_come(city: City) -> list[dict[str, object]]:
    surveyed = [
        {
            "word": "map.future.surveyed",
            "values": {"hazard": hazard.name, "year": str(hazard.surveyed)},
        }
        for hazard in city.hazards
        if hazard.water
    ]
    method = (
        [{"word": "map.future.method", "values": {"surveyed": surveyed}}]
        if city.future and surveyed
        else []
    )
    worn = city.condition if city.condition and city.condition.beta else None
    values = {"beta": worn.beta, "source": worn.source} if worn else {}
    return [*method, *([{"word": "map.ead.worn", "values": values}] if worn else [])]


def _filled(value: object, language: str) -> object:
    if isinstance(value, list):
        return ", ".join(str(_filled(part, language)) for part in value)
    if not isinstance(value, Mapping):
        return value
    return say(value["word"], language, **value.get("values", {}))


def few_maps_lines(
    row: Mapping[str, object],
    harm: Mapping[float, tuple[float, float]],
    value: float,
    hazard: Hazard,
    city: City,
    language: str,
) -> Iterator[str]:
    """Yield the bounds of one row of EAD with their arithmetic, and what their width means.

    `harm` has the least and the most damage (currency) by return period (year), `value` all that
    can be lost.
    """
    count, open_ended = int(row["maps"]), math.isnan(row["ead_high"])
    low, high = (amount(row[name], city.currency, language) for name in ("ead_low", "ead_high"))
    key = "explain.ead_at_least" if open_ended else "explain.ead_between"
    yield say(key, language, low=low, high=high, count=count)
    lower, upper = _terms(sorted(harm.items()), value, hazard, city.ead)
    for key, terms in (("explain.least", lower), ("explain.most", [] if open_ended else upper)):
        if terms:
            yield _added_up(key, terms, city, language)
    yield "    " + say("map.few_maps", language, count=count)
    if open_ended:
        yield "    " + say("map.no_upper_bound", language)


# The return periods of the frequencies that a width lies between, and the damage there
Term = tuple[tuple[float, ...], float]


def _terms(
    harm: Sequence[tuple[float, tuple[float, float]]], value: float, hazard: Hazard, rule: EadRule
) -> tuple[list[Term], list[Term]]:
    """Return what the lower and the upper bound are the sums of."""
    used = eads.rests_on(np.array([period for period, _ in harm]), hazard.protected_to)
    counted = [pair for pair, counts in zip(harm, used, strict=True) if counts]
    points = [max(period, hazard.protected_to or 0.0) for period, _ in counted]
    steps = list(itertools.pairwise(points))
    lower = [(step, less) for step, (_, (less, _)) in zip(steps, counted[:-1], strict=True)]
    if rule.tail != "none":
        lower.append(((points[-1],), counted[-1][1][0]))
    upper = [(step, more) for step, (_, (_, more)) in zip(steps, counted[1:], strict=True)] + [
        ((points[-1],), value)
    ]
    starts = [
        period
        for period in (hazard.no_damage_return_period, hazard.protected_to)
        if period is not None
    ]
    if starts and max(starts) < points[0]:
        upper.insert(0, ((max(starts), points[0]), counted[0][1][1]))
    return lower, upper


def _added_up(key: str, terms: Sequence[Term], city: City, language: str) -> str:
    """Return a sum as it is written: «(1/10 − 1/100) × Rp188 + 1/100 × Rp750 = Rp24»."""
    written, total = [], 0.0
    for periods, damage in terms:
        often = [float(eads.frequencies(period, city.ead)) for period in periods]
        width = often[0] - often[1] if len(often) == 2 else often[0]
        step = " − ".join(_frequency_of_map(period, city.ead, language) for period in periods)
        written.append(
            f"{f'({step})' if len(often) == 2 else step} × {amount(damage, city.currency, language)}"
        )
        total += width * damage
    return say(key, language, terms=" + ".join(written), sum=amount(total, city.currency, language))


def _frequency_of_map(period: float, rule: EadRule, language: str) -> str:
    if rule.frequency == "1/T":
        return f"1/{number(period, language)}"
    return number(float(eads.frequencies(period, rule)), language, decimals=6)


def future_lines(
    future: pd.DataFrame,
    rate: float,
    pieces: pd.DataFrame,
    hazard: Hazard,
    city: City,
    language: str,
) -> Iterator[str]:
    """Yield how FUTURE_EAD of one asset comes about: years, rates, added depth, its deepest piece,
    EAD, sources.

    `rate` is how fast the ground sinks under it (m/year), `pieces` has its INTERSECTIONS under the
    hazard's maps. Where these have the year in which water gets to dry ground, a line gives it for
    the piece that water gets to first.
    """
    projection = city.future
    other = (
        projection.sea_level_rise if hazard.water == "sea" else projection.channel_subsidence_rate
    )
    key = "future.rates" if hazard.water == "sea" else "future.rates_inland"
    deepest = pieces.loc[pieces["intensity"].fillna(-np.inf).idxmax()]
    for row in future.to_dict("records"):
        yield say(
            key,
            language,
            year=row["year"],
            years=int(row["year"] - hazard.surveyed),
            surveyed=hazard.surveyed,
            added=number(row["added_depth"], language),
            sinking=number(rate, language),
            rise=number(other.rate if other else 0.0, language),
        )
        if hazard.has_water(deepest["intensity"]) and not np.isnan(row["added_depth"]):
            deeper = max(
                deepest["intensity"] + row["added_depth"],
                -np.inf if hazard.counts_below_ground else 0.0,
            )
            yield say(
                "future.deepest",
                language,
                period=float(deepest["return_period"]),
                mapped=number(deepest["intensity"], language),
                deeper=number(deeper, language),
            )
        if "after" in pieces.columns and row["added_depth"] > 0:
            yield from _dry_lines(
                pieces, row["added_depth"], int(row["year"] - hazard.surveyed), hazard, language
            )
        amounts = {
            name: amount(row[column], city.currency, language)
            for name, column in (
                ("ead", "ead"),
                ("low", "ead_low"),
                ("high", "ead_high"),
                ("sea", "ead_sea"),
            )
        }
        open_above = np.isnan(row["ead_high"]) and not np.isnan(row["ead_low"])
        at_least = row["at_least"] and not np.isnan(row["ead"])
        figure = (
            "future.figure_least"
            if at_least
            else "future.figure_open"
            if open_above
            else "future.figure"
        )
        yield say(figure, language, **amounts)
    for name, stated in projection.rates.items():
        what = say(f"future.what.{name}", language)
        yield say("future.source", language, what=what, source=projection.source_of(stated))
    deepens, unsure = (
        (future["added_depth"] > 0).to_numpy(),
        future["at_least"].to_numpy(dtype=bool),
    )
    yield from flood_spread_lines(hazard, int(unsure.any()), int(deepens.any()), language)
    if (
        deepens & ~unsure & (future["ead_high"].isna() & future["ead_low"].notna()).to_numpy()
    ).any():
        yield say("future.no_upper", language)


def flood_spread_lines(hazard: Hazard, unsure: int, deepened: int, language: str) -> Iterator[str]:
    """Yield how a hazard's water spreads to dry ground, and why figures are at least that.

    Water rises over `deepened` assets; how far it spreads is not known for `unsure` of them.
    """
    if hazard.spreads and unsure < deepened:
        yield say("future.spreads", language)
    if unsure:
        yield say(
            "future.why_at_least_of" if hazard.spreads else "future.why_at_least",
            language,
            count=unsure,
        )


def _dry_lines(
    pieces: pd.DataFrame, added: float, years: int, hazard: Hazard, language: str
) -> Iterator[str]:
    """Yield what becomes of the dry piece that water gets to first, where any is dry."""
    is_dry = pieces["intensity"].notna() & ~hazard.has_water(pieces["intensity"])
    dry = pieces[(is_dry & pieces["after"].notna()).to_numpy()]
    if not len(dry):
        return
    first = dry.sort_values(["after", "perhaps", "freeboard"]).iloc[0]
    if hazard.counts_below_ground:
        yield say("future.freeboards_below_ground", language, depth=-hazard.water_from)
    arguments = {
        "period": float(first["return_period"]),
        "freeboard": number(first["freeboard"], language),
    }
    if np.isnan(first["freeboard"]):
        yield say("future.dry_unknown", language, **arguments)
        return
    sill = {
        "sill": number(first["sill"], language),
        "after": number(first["after"], language, decimals=1),
    }
    deep = number(max(added - first["freeboard"], 0.0) + hazard.water_from, language)
    if got_to(first["after"], years):
        yield say("future.dry_reached", language, **arguments, **sill, deep=deep)
    elif got_to(first["perhaps"], years) and first["freeboard"] < added:
        yield say("future.dry_perhaps", language, **arguments)
    elif np.isfinite(first["after"]):
        yield say("future.dry_stays", language, **arguments, **sill)
    else:
        yield say("future.dry_no_way", language, **arguments)


def condition_lines(asset: pd.Series, city: City, language: str) -> Iterator[str]:
    """Yield by how much wear raises an asset's damage, where the city declares a rule for it."""
    factor = condition_factor(pd.DataFrame([asset]), city.condition)
    if factor is not None:
        yield say(
            "future.worn",
            language,
            condition=number(asset["condition"], language),
            factor=number(factor[0], language),
            beta=number(city.condition.beta, language),
            source=city.condition.source,
        )
