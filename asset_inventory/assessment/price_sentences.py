"""How a stress is priced, in words: what the city declares, and the arithmetic of an asset."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from asset_inventory.messages import amount, labelled, money, number, say
from asset_inventory.model.city import City
from asset_inventory.model.hazards import Hazard, Occurrence, YearlyPrice
from asset_inventory.model.library import greatest_damage
from asset_inventory.model.tables import known_sum
from asset_inventory.risk.chronic_hazards import Yearly, reach_of
from asset_inventory.risk.exposure import under_rarest_map
from asset_inventory.vulnerability.curves import ANY_TYPE
from asset_inventory.vulnerability.prices import Price, measures_of


def how_often(occurrence: Occurrence, language: str) -> str:
    """Return how often a stress comes: «40 days a year», «24 times a year, each 0.5 days»."""
    if occurrence.events_per_year is None:
        return say("stress.days", language, days=occurrence.days_per_year)
    if occurrence.days_per_event is None:
        return say("stress.events", language, events=occurrence.events_per_year)
    return say(
        "stress.events_of_days",
        language,
        events=occurrence.events_per_year,
        each=occurrence.days_per_event,
        days=occurrence.days,
    )


def chronic_hazard_sentences(
    city: City, stress: pd.DataFrame, language: str, *, counts: pd.DataFrame | None = None
) -> list[str]:
    """Return what each stress of CHRONIC_HAZARDS reaches, its damage and days of service disruption.

    With `counts` (EXPOSURE_COUNTS), where a rarer map of a stress exposes assets and no curve gives
    their damage, a sentence states that this is not included. A figure that is known for no asset
    is left out, as is money for readers who may not see values.
    """
    sentences = []
    for hazard in city.hazards:
        if hazard.occurrence is not None:
            rows = stress[(stress["hazard"] == hazard.name).to_numpy()]
            sentences += _sentences_of(hazard, rows, city, language)
            if counts is not None:
                sentences += _rarer_events(hazard, counts, city, language)
    return sentences


def _sentences_of(hazard: Hazard, rows: pd.DataFrame, city: City, language: str) -> Iterator[str]:
    reached = rows[(rows["exposed_fraction"] > 0).to_numpy()]
    often, perhaps = how_often(hazard.occurrence, language), len(rows) - len(reached)
    key = "stress.reaches_perhaps" if perhaps else "stress.reaches"
    yield say(key, language, hazard=hazard.name, often=often, count=len(reached), perhaps=perhaps)
    damage, days = reached["annual_damage"], reached["disruption_days"]
    if damage.notna().any():
        missing = int(damage.isna().sum())
        yield say(
            "stress.costs_partly" if missing else "stress.costs",
            language,
            reached=len(reached),
            count=missing,
            damage=money(known_sum(damage), city.currency, language),
        )
    if days.notna().any():
        yield say(
            "stress.disruption_days",
            language,
            days=_rounded(days.sum(), language),
            most=_rounded(days.max(), language),
        )


def _rarer_events(hazard: Hazard, counts: pd.DataFrame, city: City, language: str) -> Iterator[str]:
    """Yield how many assets the rarest map exposes, where only a more frequent one is costed."""
    by_price = {rule.hazard for rule in city.yearly} - {rule.hazard for rule in city.curves}
    period, rows = under_rarest_map(counts, hazard.name)
    if hazard.name not in by_price or not len(rows):
        return
    periods = counts["return_period"][(counts["hazard"] == hazard.name).to_numpy()]
    if period > reach_of(hazard, periods.to_numpy(dtype=float)):
        yield say("stress.rarer", language, period=period, count=int(rows["exposed"].sum()))


def _rounded(days: float, language: str) -> str:
    return number(round(float(days), 0 if days >= 10 else 1), language)


def about(city: City, language: str) -> list[tuple[str, str, bool]]:
    """Return what a city declares of its stresses: name, statement, and if it is an exercise."""
    statements = []
    for hazard in city.hazards:
        if hazard.occurrence is not None:
            reach = (
                say("explain.period", language, period=hazard.reach)
                if hazard.reach
                else say("stress.most_frequent", language)
            )
            statements.append(
                (
                    labelled("hazard", hazard.name, language),
                    say(
                        "stress.about",
                        language,
                        often=how_often(hazard.occurrence, language),
                        map=reach,
                        source=hazard.occurrence.source,
                    ),
                    hazard.occurrence.exercise,
                )
            )
            statements += [
                _about_price(hazard, rule, city, language)
                for rule in city.yearly
                if rule.hazard == hazard.name
            ]
    return statements


def _about_price(
    hazard: Hazard, rule: YearlyPrice, city: City, language: str
) -> tuple[str, str, bool]:
    share = _service_line(hazard, rule)
    service = (
        say("stress.service_not_known", language)
        if share is None
        else say("stress.service", language, share=_exact(share, language))
    )
    types = ", ".join(
        say("stress.other_types", language)
        if asset_type == ANY_TYPE
        else labelled("asset_type", asset_type, language)
        for asset_type in rule.asset_types
    )
    statement = say(
        "stress.about_price",
        language,
        price=format_annual_price(rule, city, language),
        service=service,
        source=rule.source,
    )
    return f"{labelled('hazard', hazard.name, language)}, {types}", statement, rule.exercise


def declared_lines(
    hazard: Hazard, periods: np.ndarray, price: YearlyPrice | None, city: City, language: str
) -> Iterator[str]:
    """Yield what the city declares of a stress and of a type's price, each with its source."""
    occurrence = hazard.occurrence
    if occurrence is None:
        return
    reach = reach_of(hazard, periods)
    shown = (
        say("explain.scenario", language)
        if np.isnan(reach)
        else say("explain.period", language, period=reach)
    )
    yield say(
        "explain.occurrence",
        language,
        often=how_often(occurrence, language),
        map=shown,
        source=_source(occurrence, language),
    )
    if price is not None:
        yield say(
            "explain.yearly_price",
            language,
            price=format_annual_price(price, city, language),
            source=_source(price, language),
        )
    if _service_line(hazard, price) is None:
        yield say("explain.service_not_said", language)


def format_annual_price(price: YearlyPrice, city: City, language: str) -> str:
    """Return what a stress costs by a yearly price, in words."""
    each = say(f"stress.each.{price.each}", language)
    if price.fraction is not None:
        return say(
            "stress.fraction", language, fraction=_exact(price.fraction, language), each=each
        )
    return say(
        "stress.cost",
        language,
        cost=amount(price.cost, city.currency, language),
        per=say(f"stress.per.{price.per}", language),
        each=each,
    )


def computation_lines(
    hazard: Hazard,
    yearly: Yearly,
    price: YearlyPrice | None,
    asset: pd.DataFrame,
    city: City,
    language: str,
) -> Iterator[str]:
    """Yield the yearly damage and the days of service lost of an asset, with the arithmetic."""
    if hazard.occurrence is None:
        return
    exposed = number(float(yearly.exposed[0]), language)
    if price is not None:
        yield from _damage_lines(hazard, yearly, price, asset, exposed, city, language)
    days, share = hazard.occurrence.days, _service_line(hazard, price)
    if days is not None and share is not None and not np.isnan(yearly.disruption_days[0]):
        yield say(
            "explain.disruption_days",
            language,
            days=_exact(days, language),
            share=_exact(share, language),
            exposed=exposed,
            lost=number(float(yearly.disruption_days[0]), language),
        )
    else:
        yield say("explain.days_not_known", language)


def _damage_lines(
    hazard: Hazard,
    yearly: Yearly,
    price: YearlyPrice,
    asset: pd.DataFrame,
    exposed: str,
    city: City,
    language: str,
) -> Iterator[str]:
    damage = amount(float(yearly.damage[0]), city.currency, language)
    value, factor = float(asset["value"].iloc[0]), price.fraction
    base, unit = amount(value, city.currency, language), ""
    if price.cost is not None:
        measure = float(measures_of(asset)[price.per][0])
        base, unit = number(measure, language), f" {say(f'stress.per.{price.per}', language)}"
        factor = amount(price.cost, city.currency, language)
    times = ""
    if price.each == "event":
        times = " × " + number(hazard.occurrence.events_per_year, language)
    rate = factor if isinstance(factor, str) else _exact(factor, language)
    yield say(
        "explain.annual_damage",
        language,
        base=f"{base}{unit}",
        rate=f"{rate}{times}",
        exposed=exposed,
        damage=damage,
    )
    if yearly.declared[0] > value:
        yield say("explain.yearly_at_most", language)


def joined_line(
    yearly: float, events: float, value: float, ead: float, city: City, language: str
) -> str:
    """Return how the yearly price and rarer events make one EAD: a shock takes what is left."""
    figures = {"yearly": yearly, "events": events, "value": value, "ead": ead}
    return say(
        "explain.then_events",
        language,
        **{name: amount(figure, city.currency, language) for name, figure in figures.items()},
    )


def _service_line(hazard: Hazard, price: YearlyPrice | None) -> float | None:
    own = price.service_lost if price is not None else None
    return hazard.occurrence.service_lost if own is None else own


def _source(declared: Occurrence | YearlyPrice, language: str) -> str:
    mark = f"; {say('data_status.exercise', language)}" if declared.exercise else ""
    return labelled("source", declared.source, language) + mark


def _exact(value: float, language: str) -> str:
    """Return a declared number with all its digits."""
    digits = f"{value:.10f}".rstrip("0").partition(".")[2]
    return number(value, language, decimals=len(digits))


def steps_of(price: Price, currency: str, language: str) -> list[str]:
    """Return the steps of a computed price, with factors and their sources; nothing if stated."""
    return list(_steps(price, currency, language))


def _steps(price: Price, currency: str, language: str) -> Iterator[str]:
    shipped, known = (
        greatest_damage(),
        {factor.name: _all_digits(factor.value, language) for factor in price.factors},
    )
    factors = {
        factor.name: say("price.default", language, value=known[factor.name], source=factor.source)
        if factor.source
        else known[factor.name]
        for factor in price.factors
    }
    if price.sector:
        base = {"base": shipped.currency, "year": str(shipped.price_year)}
        yield say(
            "price.jrc",
            language,
            sector=price.sector,
            gdp=known["gdp_per_capita"],
            a=known["a"],
            b=known["b"],
            cost=number(price.factor("construction_cost").value, language, decimals=2),
            **base,
        )
        kept = number(price.factor("structure_cost").value, language, decimals=2)
        yield say(
            "price.structure",
            language,
            cost=kept,
            **base,
            **{name: factors[name] for name in shipped.defaults},
        )
    if "exchange_rate" in known:
        yield say(
            "price.exchange",
            language,
            rate=known["exchange_rate"],
            currency=currency,
            base=shipped.currency,
        )
    if "inflation" in known:
        yield say(
            "price.inflation",
            language,
            inflation=known["inflation"],
            before=str(price.stated_year),
            after=str(price.price_year),
        )
    elif price.stated_year is not None:
        yield say("price.year", language, year=price.stated_year)
    if price.content:
        yield say(
            "price.content",
            language,
            content=factors["content"],
            structure=_decimals(price.structure, language),
            amount=_decimals(price.content, language),
            whole=_decimals(price.amount, language),
            currency=currency,
        )
    if price.sector:
        yield say(
            "price.source",
            language,
            citation=shipped.citation,
            doi=shipped.doi,
            licence=shipped.licence,
        )


def _all_digits(value: float, language: str) -> str:
    """Return a factor with all its digits."""
    digits = f"{value:.10f}".rstrip("0").partition(".")[2]
    return number(value, language, decimals=len(digits))


def _decimals(value: float, language: str) -> str:
    return number(value, language, decimals=2)
