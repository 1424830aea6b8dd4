"""What an asset is worth: its own value, else a price of the city, else not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.library import greatest_damage
from asset_inventory.sources.prices import Price
from asset_inventory.tables import EXERCISE, finding, findings
from asset_inventory.words import number, say

OWN, NOT_KNOWN = "field", "not known"


def priced(
    assets: gpd.GeoDataFrame, prices: Mapping[str, Price], *, price_year: int | None = None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return ASSETS with `value` and `value_rule` filled, and FINDINGS.

    A value of its own stands. Else the price of its type (or of `*`) per piece, per metre of length, or
    per square metre of area, times levels on request. Where area, length or levels are not known the
    value is not known (NaN); a price from an exercise makes the asset's figures exercise figures. A price of another
    year than `price_year`, the city's, is a finding.
    """
    types = assets["asset_type"]
    chosen = types.map({name: name if name in prices else "*" for name in types.cat.categories}).astype("str")
    value, rule_of = assets["value"].to_numpy(dtype=float, copy=True), np.full(len(assets), NOT_KNOWN, dtype=object)
    rule_of[~np.isnan(value)] = OWN
    status = assets["data_status"].astype("str")
    open_ = np.isnan(value)
    measures = measures_of(assets)
    rows: list[dict] = []
    for name, price in prices.items():
        mine = open_ & (chosen == name).to_numpy()
        amount = price.amount * measures[price.per]
        if price.times:
            amount = amount * assets["levels"].to_numpy(dtype=float)
        mine &= ~np.isnan(amount)
        value[mine], rule_of[mine] = amount[mine], price.rule
        rows += _of_another_year(name, price, price_year, int(mine.sum()))
        if price.exercise:
            status = status.mask(mine, EXERCISE)
    unknown = np.isnan(value)
    if unknown.any():
        kinds = types[unknown].value_counts()
        rows += [
            finding("value_not_known", source=str(kind), severity="warning", count=int(count))
            for kind, count in kinds.items()
            if count
        ]
    priced_assets = assets.assign(
        value=value, value_rule=pd.Categorical(rule_of), data_status=status.astype("category")
    )
    return priced_assets, findings(rows)


def measures_of(assets: gpd.GeoDataFrame) -> dict[str, np.ndarray]:
    """Return by what a price of each asset is multiplied, per `piece`, `m` and `m2`; NaN where that is not known.

    A length has what is a line.
    """
    shapes = assets.geometry.to_numpy()
    return {
        "piece": np.ones(len(assets)),
        "m": np.where(shapely.get_dimensions(shapes) == 1, shapely.length(shapes), np.nan),
        "m2": assets["area"].to_numpy(dtype=float),
    }


def _of_another_year(name: str, price: Price, price_year: int | None, count: int) -> Iterator[dict]:
    """Yield a finding where a price is not in the prices of the city's year."""
    if not count or price.stated_year is None or price.price_year == price_year:
        return
    said, year = {"source": name, "severity": "warning", "count": count}, str(price.price_year)
    if price_year is None:
        yield finding("price_year_not_said", year=year, **said)
    else:
        yield finding("price_year_differs", year=year, city_year=str(price_year), **said)


def steps_of(price: Price, currency: str, language: str) -> list[str]:
    """Return how a price comes about, step by step with factors and whose they are; nothing where it is as stated."""
    return list(_steps(price, currency, language))


def _steps(price: Price, currency: str, language: str) -> Iterator[str]:
    shipped, known = greatest_damage(), {one.name: _said(one.value, language) for one in price.factors}
    told = {one.name: say("price.default", language, value=known[one.name], source=one.source) if one.source
            else known[one.name] for one in price.factors}  # fmt: skip
    if price.sector:
        base = {"base": shipped.currency, "year": str(shipped.price_year)}
        yield say("price.jrc", language, sector=price.sector, gdp=known["gdp_per_capita"], a=known["a"], b=known["b"],
                  cost=number(price.factor("construction_cost").value, language, decimals=2), **base)  # fmt: skip
        kept = number(price.factor("structure_cost").value, language, decimals=2)
        yield say("price.structure", language, cost=kept, **base, **{name: told[name] for name in shipped.defaults})
    if "exchange_rate" in known:
        yield say("price.exchange", language, rate=known["exchange_rate"], currency=currency, base=shipped.currency)
    if "inflation" in known:
        yield say("price.inflation", language, inflation=known["inflation"], before=str(price.stated_year),
                  after=str(price.price_year))  # fmt: skip
    elif price.stated_year is not None:
        yield say("price.year", language, year=str(price.stated_year))
    if price.content:
        yield say("price.content", language, content=told["content"], structure=_money(price.structure, language),
                  amount=_money(price.content, language), whole=_money(price.amount, language), currency=currency)
    if price.sector:
        yield say("price.source", language, citation=shipped.citation, doi=shipped.doi, licence=shipped.licence)


def _said(value: float, language: str) -> str:
    """Return a factor with all its digits."""
    digits = f"{value:.10f}".rstrip("0").partition(".")[2]
    return number(value, language, decimals=len(digits))


def _money(value: float, language: str) -> str:
    return number(value, language, decimals=2)
