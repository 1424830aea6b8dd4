"""What the prices of city.toml come to, in the city's money and price year, with every factor on the way.

JRC's rule: Huizinga, De Moel, Szewczyk 2017, Global flood depth-damage functions (doi 10.2760/16510). Construction
cost = a x GDP per person ^ b; structure = cost x depreciated share x (1 - undamageable share) x material; content =
factor x structure. It assumes that the world's relation of cost and GDP holds for the city. Its GDP is in USD of 2010
and its costs in EUR of 2010, so exchange rate and inflation change what comes out, never the GDP that goes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from asset_inventory.library import greatest_damage
from asset_inventory.sources.city.models import City, JrcRule, UnitPrice

CONTENT, STRUCTURE = "content", "structure"


@dataclass(frozen=True)
class Factor:
    """A number that went into a price; `source` is empty where city.toml declares it, else whose default it is."""

    name: str
    value: float
    source: str = ""


@dataclass(frozen=True)
class Price:
    """What is paid per m2, metre or piece of an asset: `structure` and `content` in the city's currency.

    `rule` is how it is applied (`m2 x levels`, `jrc`), `stated_year` the year of the prices that it was made from and
    `price_year` that of the amounts, None where nobody says; `sector` is JRC's, empty for a price that is stated.
    """

    rule: str
    per: str
    times: str | None
    structure: float
    content: float
    stated_year: int | None
    price_year: int | None
    factors: tuple[Factor, ...]
    source: str
    exercise: bool
    sector: str = ""

    @property
    def amount(self) -> float:
        """Return the whole price: structure and content."""
        return self.structure + self.content

    @property
    def content_share(self) -> float:
        """Return which share of the price is content (0-1)."""
        return self.content / self.amount if self.content > 0 else 0.0

    def factor(self, name: str) -> Factor | None:
        """Return a factor by its name, or None where it has no part in the price."""
        return next((one for one in self.factors if one.name == name), None)


def prices_of(city: City) -> dict[str, Price]:
    """Return the price of each asset type that the city declares (`*`: of all others), in its order."""
    return {kind: price_of(rule, city) for kind, rule in city.values.items()}


def price_for(prices: Mapping[str, Price], asset_type: str) -> Price | None:
    """Return the price that serves an asset type, or None."""
    return prices.get(asset_type) or prices.get("*")


def price_of(rule: UnitPrice | JrcRule, city: City) -> Price:
    """Return what one price of a city comes to. Raises KeyError for a sector that JRC's rule does not know."""
    return _by_jrc(rule, city) if isinstance(rule, JrcRule) else _stated(rule, city)


def applied(per: str, times: str | None) -> str:
    """Return how a price is applied, as `value_rule` says it: `m2`, `m2 x levels`, `jrc`."""
    return f"{per} x {times}" if times else per


def _stated(rule: UnitPrice, city: City) -> Price:
    inflation = [Factor("inflation", rule.inflation)] if rule.inflation is not None else []
    content = [Factor(CONTENT, rule.content)] if rule.content else []
    structure = rule.amount * (rule.inflation or 1.0)
    return Price(
        applied(rule.per, rule.times), rule.per, rule.times, structure, structure * rule.content,
        rule.price_year, city.price_year if inflation else rule.price_year or city.price_year,
        (Factor("amount", rule.amount), *content, *inflation), rule.source, rule.exercise)  # fmt: skip


def _by_jrc(rule: JrcRule, city: City) -> Price:
    shipped = greatest_damage()
    sector = shipped.sectors[rule.sector]
    chosen = {}
    for name, default in {**shipped.defaults, CONTENT: sector.content}.items():
        declared = getattr(rule, name)
        chosen[name] = Factor(name, default.value, default.source) if declared is None else Factor(name, declared)
    cost = sector.a * rule.gdp_per_capita**sector.b
    kept = chosen["depreciated"].value * (1 - chosen["undamageable"].value) * chosen["material"].value
    structure = cost * kept * (rule.exchange_rate or 1.0) * (rule.inflation or 1.0)
    money = [Factor(name, value) for name, value in
             (("exchange_rate", rule.exchange_rate), ("inflation", rule.inflation)) if value is not None]  # fmt: skip
    of_cost = (("a", sector.a), ("b", sector.b), ("construction_cost", cost), ("structure_cost", cost * kept))
    factors = (Factor("gdp_per_capita", rule.gdp_per_capita), *(Factor(*one, "JRC") for one in of_cost),
               *chosen.values(), *money)  # fmt: skip
    return Price(
        applied("jrc", rule.times), "m2", rule.times, structure, structure * chosen[CONTENT].value, shipped.price_year,
        shipped.price_year if rule.inflation is None else city.price_year, factors, rule.source, rule.exercise,
        rule.sector)  # fmt: skip
