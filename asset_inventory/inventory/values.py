"""What an asset is worth: its own value, else a price of the city, else not known."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.sources.prices import Price
from asset_inventory.tables import EXERCISE, finding, findings

OWN, NOT_KNOWN = "field", "not known"
MOST_NAMED = 12  # types that a finding names
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # categories of signs that nobody sees, and that may turn a line around


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
    rows += _without_value(assets[np.isnan(value)])
    priced_assets = assets.assign(
        value=value, value_rule=pd.Categorical(rule_of), data_status=status.astype("category")
    )
    return priced_assets, findings(rows)


def _without_value(assets: pd.DataFrame) -> list[dict]:
    """Return a row of FINDINGS for each layer with assets whose value is not known, with their types, many first."""
    rows = []
    for layer, types in assets.groupby(assets["layer"].astype("str"), sort=False)["asset_type"]:
        counts = types.astype("str").value_counts()
        code = "value_not_known" if len(counts) <= MOST_NAMED else "value_not_known_many"
        rows.append(finding(code, source=str(layer), severity="warning", count=len(types),
                            types=", ".join(counts.index[:MOST_NAMED]), more=len(counts) - MOST_NAMED))  # fmt: skip
    return rows


def price_lines(assets: gpd.GeoDataFrame, prices: Mapping[str, Price]) -> list[str]:
    """Return lines to paste under [values] of city.toml for the types whose values are not known; none without any.

    A line a type, by metre where its assets are lines, by square metre where they have an area, else by piece; amount
    and source are gaps to fill in. Types that have a price which lacks an area or levels are not among them.
    """
    if "*" in prices:
        return []
    unknown = assets[assets["value"].isna() & assets["usable"] & ~assets["asset_type"].astype("str").isin(list(prices))]
    if not len(unknown):
        return []
    measures = measures_of(unknown)
    by = pd.DataFrame({"m": ~np.isnan(measures["m"]), "m2": ~np.isnan(measures["m2"])})
    measured = by.groupby(unknown["asset_type"].astype("str").to_numpy()).all()
    order = unknown["asset_type"].astype("str").value_counts().index
    per = {kind: next((one for one in ("m", "m2") if measured.at[kind, one]), "piece") for kind in order}
    heading = [] if prices else ["[values]"]
    return heading + [f'{_key(kind)} = {{ per = "{per[kind]}", amount = "...", source = "..." }}' for kind in order]


def _key(name: str) -> str:
    """Return a word as a key of TOML: bare where it may be, else as a basic string."""
    if re.fullmatch(r"[A-Za-z0-9_-]+", name):
        return name
    signs = (f"\\U{ord(sign):08X}" if unicodedata.category(sign) in _HIDDEN
             else json.dumps(sign, ensure_ascii=False)[1:-1] for sign in name)  # fmt: skip
    return f'"{"".join(signs)}"'


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
