"""One figure back to its pieces, cells, curve, value and rule."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.errors import CityError, SourceError
from asset_inventory.explanation import joining
from asset_inventory.explanation.conventions import arithmetic, below_ground
from asset_inventory.explanation.conventions_ahead import future_lines, wear_lines
from asset_inventory.explanation.few_maps import few_maps_lines
from asset_inventory.explanation.stress_words import declared_lines, joined_line, reckoned_lines, steps_of
from asset_inventory.hazards.pieces import OpenHazard, open_hazard, pieces
from asset_inventory.inventory.districts import read_districts
from asset_inventory.inventory.holdings import read_assets, standing_layers
from asset_inventory.inventory.values import NOT_KNOWN, OWN
from asset_inventory.overlay.future import Ahead, future_damage, is_raised, look_ahead, sinking
from asset_inventory.overlay.spreading import beside_dry, may_get_wet, spreads
from asset_inventory.risk.exceedance import expected_annual_damage, least_and_most
from asset_inventory.risk.exposure import SHARE_NOISE, expose, reached
from asset_inventory.risk.stresses import (
    Yearly,
    as_events,
    is_priced,
    of_events,
    rarer_maps,
    yearly,
    yearly_ead,
    yearly_prices,
)
from asset_inventory.risk.vulnerability import damages
from asset_inventory.sources.city import City, Hazard, YearlyPrice, city_meant
from asset_inventory.sources.curves import FRACTION, DamageCurve, curves_for, damage_at
from asset_inventory.sources.prices import CONTENT, STRUCTURE, Price, price_for, prices_of
from asset_inventory.tables import REAL
from asset_inventory.words import amount, number, say

_MOST_PIECES = 20  # lines shown a map; the table in `Explanation` has all
_PARTS = {STRUCTURE: "explain.structure", CONTENT: "explain.content"}


@dataclass(frozen=True)
class HazardExplanation:
    """What one hazard does to one asset: PIECES with their place and damage, and the tables made from them.

    `of_parts` has DAMAGE of structure and of content, where these have curves of their own; it is empty elsewhere.
    `future` is FUTURE_EAD where the city looks ahead, `rate` how fast the ground sinks there (m/year), NaN elsewhere.
    """

    hazard: Hazard
    curve: DamageCurve | None
    pieces: pd.DataFrame
    exposure: pd.DataFrame
    damage: pd.DataFrame
    ead: pd.DataFrame
    of_parts: Mapping[str, pd.DataFrame]
    future: pd.DataFrame
    rate: float
    stress: StressExplanation | None = None


@dataclass(frozen=True)
class StressExplanation:
    """What a stress does to one asset a year, its type's price (None without one), and EAD of its rarer maps' events.

    `periods` (year) are those of its maps; `events` is None where no curve prices them.
    """

    told: Yearly
    price: YearlyPrice | None
    periods: np.ndarray
    events: pd.DataFrame | None


@dataclass(frozen=True)
class Explanation:
    """One asset's figures and all that they rest on."""

    city: City
    asset: pd.Series
    district: str  # its name, or empty
    hazards: tuple[HazardExplanation, ...]
    joined: joining.Joined | None = None  # of all hazards that have EAD, where there is one

    def lines(self, language: str) -> list[str]:
        """Return the explanation as lines to read."""
        return list(_lines(self, language))


def explain(city: City | str | Path, asset_id: str) -> Explanation:
    """Return how the figures of one asset come about, calculated again from its geometry.

    `city` may be its folder or `city.toml` too. Raises CityError for an asset that the city does not have, SourceError
    for what cannot be read, RegisterError for a register that cannot.
    """
    city = city_meant(city)
    stands = standing_layers(city, audit=False)
    districts, _ = read_districts(city)
    assets = read_assets(city, districts, stands=stands).assets
    place = np.flatnonzero((assets["asset_id"] == asset_id).to_numpy())
    if not len(place):
        near = difflib.get_close_matches(asset_id, assets["asset_id"].tolist(), n=1)
        raise CityError(
            "error.no_such_asset_near" if near else "error.no_such_asset", given=asset_id, near=near[0] if near else ""
        )
    asset = assets.iloc[place].reset_index(drop=True)
    curves, _ = curves_for(city, assets["asset_type"].cat.categories)
    explained = _explained(asset, curves, city) if asset["usable"].iloc[0] else ()
    district = _district_name(asset["district"].iloc[0], districts)
    return Explanation(city, asset.iloc[0], district, explained, _joined(asset, explained, city))


def _explained(
    asset: gpd.GeoDataFrame, curves: Mapping[tuple[str, str], DamageCurve], city: City
) -> tuple[HazardExplanation, ...]:
    """Return what each hazard means for the asset; one whose files are not fit to be used has no part in any figure."""
    kind, found = str(asset["asset_type"].iloc[0]), []
    ahead, _ = look_ahead(city)
    for hazard in city.hazards:
        try:
            opened, curved = open_hazard(hazard, city.crs), any(name == hazard.name for name, _ in curves)
            found.append(_under(asset, opened, curves.get((hazard.name, kind)), city, ahead, curved=curved))
        except SourceError as fault:
            if not fault.of_the_file:
                raise
    return tuple(found)


def _joined(
    asset: gpd.GeoDataFrame, explained: tuple[HazardExplanation, ...], city: City
) -> joining.Joined | None:
    """Return what the hazards that have EAD do to the asset together; None without any."""
    priced = [one for one in explained if len(one.ead)]
    if not priced:
        return None
    exposure, damage, ead = (
        pd.concat([table.astype({"hazard": object}) for one in priced if len(table := getattr(one, name))])
        if any(len(getattr(one, name)) for one in priced) else getattr(priced[0], name)
        for name in ("exposure", "damage", "ead"))  # fmt: skip
    hazards = [(one.hazard, np.sort(one.pieces["return_period"].unique())) for one in priced]
    return joining.joined(asset, exposure, damage, ead.assign(data_status=REAL), hazards, city)


def _district_name(district: str, districts: gpd.GeoDataFrame | None) -> str:
    names = {} if districts is None else dict(zip(districts["district"], districts["name"], strict=True))
    return f"{names[district]} ({district})" if names.get(district, district) != district else district


def _under(
    asset: gpd.GeoDataFrame, opened: OpenHazard, curve: DamageCurve | None, city: City, ahead: Ahead | None,
    *, curved: bool,
) -> HazardExplanation:  # fmt: skip
    """Return what one hazard means for the asset; where it is `curved`, for other types at least, it has figures."""
    hazard, kind = opened.hazard, str(asset["asset_type"].iloc[0])
    rows, ids = np.array([0]), pd.CategoricalDtype(asset["asset_id"])
    tables = list(pieces(asset.geometry.to_numpy(), opened, cells=True))
    exposures = [expose(table, hazard, rows, ids) for table in tables]
    exposure = pd.concat(exposures, ignore_index=True)

    def harm(worth: gpd.GeoDataFrame, by: DamageCurve | None) -> pd.DataFrame:
        if not curved:
            return pd.DataFrame(columns=["return_period", "damage"])
        of_the_mean = city.damage_rule == "damage of the mean"
        return pd.concat([damages(table, exposed, worth, hazard, {kind: by} if by else {}, of_the_mean=of_the_mean,
                                  condition=city.condition)
                          for table, exposed in zip(tables, exposures, strict=True)], ignore_index=True)  # fmt: skip

    damage = harm(asset, curve)
    of_parts = {one.part: harm(asset.assign(value=asset["value"] * one.weight), one.curve)
                for one in (curve.parts if curve else ())}  # fmt: skip
    ead, stress, periods = pd.DataFrame(), None, np.asarray(opened.periods)
    future, rate = pd.DataFrame(), float("nan")
    how = {"rule": city.ead, "nested": opened.nested}
    if hazard.occurrence is not None:
        stress = _stress(asset, exposure, damage, opened, curve, city)
        if is_priced(city, hazard):
            prices = {} if stress.price is None else {kind: stress.price}
            curved = frozenset([kind] if curve else [])
            ead = yearly_ead(asset, exposure, damage, hazard, periods, prices, curved=curved, **how)
    elif curved and not np.isnan(periods).any():
        ead = expected_annual_damage(asset, exposure, damage, hazard, periods, **how)
        if is_raised(hazard, ahead):
            rates = sinking(asset.geometry.to_numpy(), ahead)
            further = spreads(opened, ahead)
            wet = [may_get_wet(*one, hazard) for one in zip(tables, further, strict=True)]
            future = future_damage(wet, asset, opened, {kind: curve} if curve else {}, ahead, rates)
            rate = rates[0]
            tables = [beside_dry(*one, opened) for one in zip(tables, opened.maps, further, strict=True)]
    laid = pd.concat(tables, ignore_index=True)
    floor = asset["floor_height"].fillna(0.0).iloc[0] if hazard.unit == "m" else 0.0
    counts = reached(laid["intensity"].to_numpy(), hazard)
    said = damage_at(curve, laid["intensity"].to_numpy() - floor) if curve else np.full(len(laid), np.nan)
    laid = laid.assign(exposed=counts, curve=np.where(counts, said, np.where(laid["intensity"].isna(), np.nan, 0.0)))
    return HazardExplanation(hazard, curve, laid, exposure, damage, ead, of_parts, future, float(rate), stress)


def _stress(
    asset: gpd.GeoDataFrame, exposure: pd.DataFrame, damage: pd.DataFrame, opened: OpenHazard,
    curve: DamageCurve | None, city: City,
) -> StressExplanation:  # fmt: skip
    periods, hazard = np.asarray(opened.periods), opened.hazard
    prices = yearly_prices(city, hazard, asset["asset_type"].astype(str).unique())
    events = None
    if curve is not None:
        events = of_events(asset, exposure, damage, hazard, periods, rule=city.ead, nested=opened.nested)
    told = yearly(asset, exposure, hazard, periods, prices)
    return StressExplanation(told, prices.get(str(asset["asset_type"].iloc[0])), periods, events)


def _lines(explanation: Explanation, language: str) -> Iterator[str]:
    asset, city = explanation.asset, explanation.city
    name = asset["name"] if pd.notna(asset["name"]) else say("explain.nameless", language)
    key = "explain.asset" if explanation.district else "explain.asset_without_district"
    yield say(
        key,
        language,
        asset_id=asset["asset_id"],
        name=name,
        asset_type=asset["asset_type"],
        district=explanation.district,
    )
    yield say(
        "explain.value",
        language,
        value=amount(asset["value"], city.currency, language),
        rule=_value_rule(explanation, language),
    )
    price = _price(explanation)
    for step in steps_of(price, city.currency, language) if price else ():
        yield f"  {step}"
    if not asset["usable"]:
        yield say("explain.unusable", language)
    for one in explanation.hazards:
        yield ""
        yield from _hazard_lines(one, asset, city, language)
    if explanation.joined and (told := list(joining.lines(explanation.joined, asset["value"], city, language))):
        yield from ("", *told)


def _hazard_lines(one: HazardExplanation, asset: pd.Series, city: City, language: str) -> Iterator[str]:
    hazard = one.hazard
    yield say(
        "explain.hazard",
        language,
        hazard=hazard.name,
        kind=say(f"kind.{hazard.kind}", language),
        threshold=number(hazard.threshold, language),
        unit=hazard.unit,
    )
    for told in below_ground([hazard]):
        yield f"  {say(told['word'], language, **told['values'])}"
    if one.stress is not None:
        yield from declared_lines(hazard, one.stress.periods, one.stress.price, city, language)
    yield from _curve_lines(one, asset, city, language)
    for period, table in one.pieces.groupby("return_period", dropna=False):
        yield from _map_lines(one, period, table, city, language)
    if one.stress is not None:
        whole = gpd.GeoDataFrame([asset], geometry="geometry")
        yield from reckoned_lines(hazard, one.stress.told, one.stress.price, whole, city, language)
    for row in one.ead.to_dict("records"):
        if row["rule"] == "bounds only" and one.stress is None:
            value = float(asset["value"])
            told = _least_and_most(one, sorted(one.pieces["return_period"].unique()), value)
            yield from few_maps_lines(row, told, value, hazard, city, language)
            continue
        yield say(
            "explain.ead",
            language,
            ead=amount(row["ead"], city.currency, language),
            low=amount(row["ead_low"], city.currency, language),
            high=amount(row["ead_high"], city.currency, language),
            rule=say(f"ead_rule.{row['rule'].replace(' ', '_')}", language),
            count=int(row["maps"]),
        )
        yield from _sum_lines(one, asset, city, language)
    if len(one.future):
        yield from future_lines(one.future, one.rate, one.pieces, hazard, city, language)


def _least_and_most(one: HazardExplanation, periods: Sequence[float], value: float) -> dict[float, tuple[float, float]]:
    """Return the damage by return period with what the map does not say taken as unharmed, and as wholly lost."""
    reckoned = dict(zip(one.damage["return_period"], one.damage["damage"], strict=True))
    unknown = dict(zip(one.exposure["return_period"], one.exposure["unknown_fraction"], strict=True))
    harm = np.array([[float(reckoned.get(period, 0.0)) for period in periods]])
    shares = np.array([[float(unknown.get(period, 0.0)) for period in periods]])
    least, most = least_and_most(harm, np.where(shares >= 1 - SHARE_NOISE, 1.0, shares), np.array([value]))
    return {float(period): (float(least[0, place]), float(most[0, place])) for place, period in enumerate(periods)}


def _curve_lines(one: HazardExplanation, asset: pd.Series, city: City, language: str) -> Iterator[str]:
    if one.curve is None:
        if one.hazard.kind == "shock":
            yield say("explain.no_curve", language, asset_type=asset["asset_type"])
        elif one.stress is None or one.stress.price is None:
            yield say("explain.stress", language, asset_type=asset["asset_type"])
        return
    if one.curve.parts:
        yield from _part_lines(one.curve, language)
    else:
        key = "explain.classes" if one.curve.steps else "explain.curve"
        yield say(key, language, **_curve_said(one.curve, language))
    if one.curve.unit_of_damage != "fraction":
        yield say("explain.per_m2", language, currency=city.currency, area=float(asset["area"]))
    if one.hazard.unit == "m" and asset["floor_height"] == asset["floor_height"] and asset["floor_height"]:
        yield say("explain.floor", language, floor=float(asset["floor_height"]))
    yield from wear_lines(asset, city, language)


def _part_lines(curve: DamageCurve, language: str) -> Iterator[str]:
    key = "explain.curve_of_share" if curve.unit_of_damage == FRACTION else "explain.curve_of_part"
    for one in curve.parts:
        yield say(key, language, part=say(_PARTS[one.part], language), share=one.weight,
                  **_curve_said(one.curve, language))  # fmt: skip


def _curve_said(curve: DamageCurve, language: str) -> dict[str, str]:
    above = "> " if curve.steps else ""
    points = "; ".join(
        f"{word or above + number(x, language)}→{number(y, language)}" for x, y, word in curve.points()
    )
    cited = f"{curve.citation}; {say('map.exercise', language)}" if curve.exercise else curve.citation
    return {"curve": curve.hazard if curve.steps else curve.id, "citation": cited, "points": points}


def _map_lines(one: HazardExplanation, period: float, table: pd.DataFrame, city: City, language: str) -> Iterator[str]:
    same = one.exposure["return_period"].isna() if np.isnan(period) else one.exposure["return_period"] == period
    exposed, unknown = (float(one.exposure.loc[same, name].sum()) for name in ("exposed_fraction", "unknown_fraction"))
    title = (
        say("explain.scenario", language) if np.isnan(period) else say("explain.period", language, period=float(period))
    )
    yield say(
        "explain.map",
        language,
        title=title,
        count=len(table),
        exposed=number(exposed, language),
        unknown=number(unknown, language),
    )
    ordered = table.sort_values(["intensity", "share"], ascending=False)
    for row in ordered.head(_MOST_PIECES).to_dict("records"):
        key = (
            "explain.piece_unknown"
            if np.isnan(row["intensity"])
            else "explain.piece_not_there"
            if np.isinf(row["intensity"])
            else "explain.piece_dry"
            if not row["exposed"]
            else ("explain.piece" if one.curve else "explain.piece_bare")
        )
        yield say(
            key,
            language,
            place=_place(row, language),
            share=number(row["share"], language, decimals=6),
            **_intensity_said(row["intensity"], one.hazard, language),
            curve=number(row["curve"], language),
        )
    if len(table) > _MOST_PIECES:
        yield say("explain.more_pieces", language, count=len(table) - _MOST_PIECES)
    harmed = one.damage[
        one.damage["return_period"].isna() if np.isnan(period) else one.damage["return_period"] == period
    ]
    if one.curve is None:
        return
    if len(harmed) and city.damage_rule == "damage of the mean":
        mean = float(one.exposure.loc[same, "intensity_mean"].iloc[0])
        yield say("explain.of_the_mean", language, mean=number(mean, language), unit=one.hazard.unit)
    for row in harmed.to_dict("records"):
        yield say(
            "explain.damage",
            language,
            fraction=number(row["damage_fraction"], language),
            damage=amount(row["damage"], city.currency, language),
        )
        yield from _damage_of_parts(one, row["return_period"], city, language)


def _damage_of_parts(one: HazardExplanation, period: float, city: City, language: str) -> Iterator[str]:
    by_share = one.curve is not None and one.curve.unit_of_damage == FRACTION
    key = "explain.damage_of_share" if by_share else "explain.damage_of_part"
    for part, table in one.of_parts.items():
        same = table["return_period"].isna() if np.isnan(period) else table["return_period"] == period
        for row in table[same].to_dict("records"):
            yield say(
                key,
                language,
                part=say(_PARTS[part], language),
                fraction=number(row["damage_fraction"], language),
                damage=amount(row["damage"], city.currency, language),
            )


def _sum_lines(one: HazardExplanation, asset: pd.Series, city: City, language: str) -> Iterator[str]:
    """Yield the parts that add up to the EAD, where it is known."""
    if one.ead["ead"].isna().any():
        return
    hazard, periods = one.hazard, sorted(one.pieces["return_period"].unique())
    if one.stress is not None:
        if one.stress.events is None:
            return
        periods, hazard = rarer_maps(hazard, one.stress.periods), as_events(hazard, one.stress.periods)
    harm = [least for least, _ in _least_and_most(one, periods, float(asset["value"])).values()]
    yield from arithmetic(periods, harm, float(asset["value"]), hazard, city, language)
    if one.stress is not None:
        yield joined_line(float(one.stress.told.damage[0]), float(one.stress.events["ead"].iloc[0]),
                          float(asset["value"]), float(one.ead["ead"].iloc[0]), city, language)  # fmt: skip


def _intensity_said(intensity: float, hazard: Hazard, language: str) -> dict[str, str]:
    """Return an intensity and its unit, or the map's own word for it where the map has words."""
    word = next((one for one, its in hazard.words.items() if its == intensity), None)
    if word is None:
        return {"intensity": number(intensity, language), "unit": hazard.unit}
    return {"intensity": f"«{word}»", "unit": f"({hazard.unit} {number(intensity, language)})"}


def _place(row: dict, language: str) -> str:
    if "zone" in row and pd.notna(row["zone"]):
        return say("explain.zone", language, zone=str(row["zone"]))
    if "row" in row and pd.notna(row["row"]) and row["row"] >= 0:
        return say("explain.cell", language, row=str(int(row["row"])), column=str(int(row["col"])))
    return say("explain.outside", language)


def _price(explanation: Explanation) -> Price | None:
    """Return the price by which the asset is valued, or None where it is not by one."""
    if str(explanation.asset["value_rule"]) in (OWN, NOT_KNOWN):
        return None
    return price_for(prices_of(explanation.city), str(explanation.asset["asset_type"]))


def _value_rule(explanation: Explanation, language: str) -> str:
    name, price = str(explanation.asset["value_rule"]), _price(explanation)
    key = f"value_rule.{name.replace(' ', '_')}"
    if price is None:
        return say(key, language)
    return say(
        "explain.value_rule",
        language,
        rule=say(key, language),
        source=price.source,
        amount=amount(price.amount, explanation.city.currency, language),
    )
