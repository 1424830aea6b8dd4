"""One figure back to its pieces, cells, curve, value and rule."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.assessment import ead_sentences, price_sentences
from asset_inventory.assessment import ead_sentences as sentences
from asset_inventory.assessment.read import current_layers, read_assets
from asset_inventory.hazards.intersections import OpenHazard, open_hazards
from asset_inventory.inventory.districts import read_districts
from asset_inventory.messages import amount, number, say, with_city_words
from asset_inventory.model.city import City
from asset_inventory.model.errors import CityError
from asset_inventory.model.hazards import Hazard, YearlyPrice
from asset_inventory.model.reading import city_meant
from asset_inventory.model.tables import at_period
from asset_inventory.risk import chronic_hazards
from asset_inventory.risk.annual_damage import least_and_most
from asset_inventory.risk.exposure import SHARE_NOISE, expose, reached
from asset_inventory.risk.pipeline import RiskSettings, RiskTables, run_readable
from asset_inventory.risk.projection import Projection, project, sinking
from asset_inventory.vulnerability import prices as annual_costs
from asset_inventory.vulnerability.curves import FRACTION, DamageCurve, curves_for, damage_at
from asset_inventory.vulnerability.damage import damages

_MOST_INTERSECTIONS = 20  # lines shown a map; the table in `Explanation` has all
_PARTS = {annual_costs.STRUCTURE: "explain.structure", annual_costs.CONTENT: "explain.content"}


@dataclass(frozen=True)
class HazardExplanation:
    """What one hazard does to one asset: INTERSECTIONS with their place and damage, and the tables
    made from them.

    `of_parts` has DAMAGE of structure and of content, where these have curves of their own; it is
    empty elsewhere. `future` is FUTURE_EAD where the city looks ahead, `rate` how fast the ground
    sinks there (m/year), NaN elsewhere.
    """

    hazard: Hazard
    curve: DamageCurve | None
    pieces: pd.DataFrame
    exposure: pd.DataFrame
    damage: pd.DataFrame
    ead: pd.DataFrame
    of_parts: Mapping[str, pd.DataFrame]
    future_ead: pd.DataFrame
    rate: float
    stress: "ChronicHazardExplanation | None" = None


@dataclass(frozen=True)
class ChronicHazardExplanation:
    """A stress and one asset: yearly damage, its type's price (or None), EAD of rarer maps.

    `periods` (year) are those of its maps; `events` is None where no curve prices them.
    """

    yearly: chronic_hazards.Yearly
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
    joined: ead_sentences.DependenceExplanation | None = (
        None  # of all hazards that have EAD, where there is one
    )

    @property
    def price(self) -> annual_costs.Price | None:
        """Return the price by which the asset is valued, or None where it is not by one."""
        if str(self.asset["value_rule"]) in (annual_costs.OWN, annual_costs.NOT_KNOWN):
            return None
        return annual_costs.price_for(
            annual_costs.prices_of(self.city), str(self.asset["asset_type"])
        )

    def lines(self, language: str) -> list[str]:
        """Return the explanation as lines to read, in the city's words."""
        with with_city_words(self.city.words):
            return list(_lines(self, language))


def explain(city: City | str | Path, asset_id: str) -> Explanation:
    """Return how the figures of one asset come about, calculated again from its geometry.

    `city` may be its folder or `city.toml` too. Raises CityError for an asset that the city does
    not have, SourceError for what cannot be read, RegisterError for a register that cannot.
    """
    city = city_meant(city)
    layer_states = current_layers(city, audit=False)
    districts, _ = read_districts(city)
    assets = read_assets(city, districts, layer_states=layer_states).assets
    place = np.flatnonzero((assets["asset_id"] == asset_id).to_numpy())
    if not len(place):
        near = difflib.get_close_matches(asset_id, assets["asset_id"].tolist(), n=1)
        raise CityError(
            "error.no_such_asset_near" if near else "error.no_such_asset",
            given=asset_id,
            near=near[0] if near else "",
        )
    asset = assets.iloc[place].reset_index(drop=True)
    curves, _ = curves_for(city, assets["asset_type"].cat.categories)
    district = _district_name(asset["district"].iloc[0], districts)
    if not asset["usable"].iloc[0]:
        return Explanation(city, asset.iloc[0], district, ())
    ahead, _ = project(city)
    opened, _ = open_hazards(city.hazards, city.crs)
    risk = run_readable(
        asset, opened, curves, RiskSettings.of(city), projection=ahead, keep_intersections=True
    ).with_data_status(asset, city, curves)
    hazards = tuple(_of_hazard(hazard, asset, risk, curves, city, ahead) for hazard in risk.hazards)
    return Explanation(
        city=city,
        asset=asset.iloc[0],
        district=district,
        hazards=hazards,
        joined=ead_sentences.explain_dependence(asset, risk, city),
    )


def _district_name(district: str, districts: gpd.GeoDataFrame | None) -> str:
    names = (
        {}
        if districts is None
        else dict(zip(districts["district"], districts["name"], strict=True))
    )
    return (
        f"{names[district]} ({district})" if names.get(district, district) != district else district
    )


def _of_hazard(
    opened: OpenHazard,
    asset: gpd.GeoDataFrame,
    risk: RiskTables,
    curves: Mapping[tuple[str, str], DamageCurve],
    city: City,
    ahead: Projection | None,
) -> HazardExplanation:
    """Return what one hazard means for the asset: its rows of the tables, and their inputs."""
    hazard, asset_type = opened.hazard, str(asset["asset_type"].iloc[0])
    exposure, damage, ead, future = (
        table[(table["hazard"] == hazard.name).to_numpy()].reset_index(drop=True)
        for table in (risk.exposure, risk.damage, risk.ead, risk.future_ead)
    )
    curve, tables = curves.get((hazard.name, asset_type)), risk.intersections[hazard.name]
    laid = pd.concat(tables, ignore_index=True)
    floor = asset["floor_height"].fillna(0.0).iloc[0] if hazard.unit == "m" else 0.0
    counts = reached(laid["intensity"].to_numpy(), hazard)
    ratio = np.full(len(laid), np.nan)
    if curve:
        ratio = damage_at(curve, laid["intensity"].to_numpy() - floor)
    harmed = np.where(counts, ratio, np.where(laid["intensity"].isna(), np.nan, 0.0))
    of_parts = {}
    for part in curve.parts if curve else ():
        worth = asset.assign(value=asset["value"] * part.weight)
        of_parts[part.part] = _damage_by(part.curve, worth, hazard, tables, city)
    stress = None
    if hazard.occurrence is not None:
        stress = _chronic_hazard(asset, exposure, damage, opened, curve, city)
    return HazardExplanation(
        hazard=hazard,
        curve=curve,
        pieces=laid.assign(exposed=counts, curve=harmed),
        exposure=exposure,
        damage=damage,
        ead=ead,
        of_parts=of_parts,
        future_ead=future,
        rate=float(sinking(asset.geometry.to_numpy(), ahead)[0]) if len(future) else float("nan"),
        stress=stress,
    )


def _damage_by(
    curve: DamageCurve,
    asset: gpd.GeoDataFrame,
    hazard: Hazard,
    tables: Sequence[pd.DataFrame],
    city: City,
) -> pd.DataFrame:
    """Return DAMAGE of an asset under every map of a hazard by one curve."""
    rows, ids = np.array([0]), pd.CategoricalDtype(asset["asset_id"])
    curves, of_the_mean = (
        {str(asset["asset_type"].iloc[0]): curve},
        city.damage_rule == "damage of the mean",
    )
    rule: dict[str, Any] = {"of_the_mean": of_the_mean, "condition": city.condition}
    by_map = []
    for table in tables:
        exposed = expose(table, hazard, rows, ids)
        by_map.append(damages(table, exposed, asset, hazard, curves, **rule))
    return pd.concat(by_map, ignore_index=True)


def _chronic_hazard(
    asset: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    opened: OpenHazard,
    curve: DamageCurve | None,
    city: City,
) -> ChronicHazardExplanation:
    periods, hazard = np.asarray(opened.periods), opened.hazard
    prices = chronic_hazards.yearly_prices(
        city.yearly, hazard, asset["asset_type"].astype(str).unique()
    )
    events = None
    if curve is not None:
        events = chronic_hazards.of_events(
            asset, exposure, damage, hazard, periods, rule=city.ead, nested=opened.nested
        )
    yearly = chronic_hazards.yearly(asset, exposure, hazard, periods, prices)
    return ChronicHazardExplanation(
        yearly, prices.get(str(asset["asset_type"].iloc[0])), periods, events
    )


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
    price = explanation.price
    for step in price_sentences.steps_of(price, city.currency, language) if price else ():
        yield f"  {step}"
    if not asset["usable"]:
        yield say("explain.unusable", language)
    for hazard in explanation.hazards:
        yield ""
        yield from _hazard_lines(hazard, asset, city, language)
    if explanation.joined and (
        lines := list(
            ead_sentences.dependence_lines(explanation.joined, asset["value"], city, language)
        )
    ):
        yield from ("", *lines)


def _hazard_lines(
    effect: HazardExplanation, asset: pd.Series, city: City, language: str
) -> Iterator[str]:
    hazard = effect.hazard
    yield say(
        "explain.hazard",
        language,
        hazard=hazard.name,
        kind=say(f"kind.{hazard.kind}", language),
        threshold=number(hazard.threshold, language),
        unit=hazard.unit,
    )
    for sentence in sentences.below_ground([hazard]):
        yield f"  {say(sentence['word'], language, **sentence['values'])}"
    if effect.stress is not None:
        yield from price_sentences.declared_lines(
            hazard, effect.stress.periods, effect.stress.price, city, language
        )
    yield from _curve_lines(effect, asset, city, language)
    for period, table in effect.pieces.groupby("return_period", dropna=False):
        yield from _map_lines(effect, period, table, city, language)
    if effect.stress is not None:
        asset_row = gpd.GeoDataFrame([asset], geometry="geometry")
        yield from price_sentences.computation_lines(
            hazard, effect.stress.yearly, effect.stress.price, asset_row, city, language
        )
    for row in effect.ead.to_dict("records"):
        if row["rule"] == "bounds only" and effect.stress is None:
            value = float(asset["value"])
            bounds = _least_and_most(effect, sorted(effect.pieces["return_period"].unique()), value)
            yield from sentences.few_maps_lines(row, bounds, value, hazard, city, language)
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
        yield from _sum_lines(effect, asset, city, language)
    if len(effect.future_ead):
        yield from sentences.future_lines(
            effect.future_ead, effect.rate, effect.pieces, hazard, city, language
        )


def _least_and_most(
    effect: HazardExplanation, periods: Sequence[float], value: float
) -> dict[float, tuple[float, float]]:
    """Return damage by return period where unmapped parts count as unharmed, and as lost."""
    computed = dict(zip(effect.damage["return_period"], effect.damage["damage"], strict=True))
    unknown = dict(
        zip(effect.exposure["return_period"], effect.exposure["no_data_fraction"], strict=True)
    )
    harm = np.array([[float(computed.get(period, 0.0)) for period in periods]])
    shares = np.array([[float(unknown.get(period, 0.0)) for period in periods]])
    lower, upper = least_and_most(
        harm, np.where(shares >= 1 - SHARE_NOISE, 1.0, shares), np.array([value])
    )
    return {
        float(period): (float(lower[0, place]), float(upper[0, place]))
        for place, period in enumerate(periods)
    }


def _curve_lines(
    effect: HazardExplanation, asset: pd.Series, city: City, language: str
) -> Iterator[str]:
    if effect.curve is None:
        if effect.hazard.kind == "shock":
            yield say("explain.no_curve", language, asset_type=asset["asset_type"])
        elif effect.stress is None or effect.stress.price is None:
            yield say("explain.stress", language, asset_type=asset["asset_type"])
        return
    if effect.curve.parts:
        yield from _part_lines(effect.curve, language)
    else:
        key = "explain.classes" if effect.curve.steps else "explain.curve"
        yield say(key, language, **_describe_curve(effect.curve, language))
    if effect.curve.unit_of_damage != "fraction":
        yield say("explain.per_m2", language, currency=city.currency, area=float(asset["area"]))
    if (
        effect.hazard.unit == "m"
        and asset["floor_height"] == asset["floor_height"]
        and asset["floor_height"]
    ):
        yield say("explain.floor", language, floor=float(asset["floor_height"]))
    yield from sentences.condition_lines(asset, city, language)


def _part_lines(curve: DamageCurve, language: str) -> Iterator[str]:
    key = "explain.curve_of_share" if curve.unit_of_damage == FRACTION else "explain.curve_of_part"
    for part in curve.parts:
        yield say(
            key,
            language,
            part=say(_PARTS[part.part], language),
            share=part.weight,
            **_describe_curve(part.curve, language),
        )


def _describe_curve(curve: DamageCurve, language: str) -> dict[str, str]:
    above = "> " if curve.steps else ""
    points = "; ".join(
        f"{word or above + number(x, language)}→{number(y, language)}"
        for x, y, word in curve.points()
    )
    cited = (
        f"{curve.citation}; {say('map.exercise', language)}" if curve.exercise else curve.citation
    )
    return {"curve": curve.hazard if curve.steps else curve.id, "citation": cited, "points": points}


def _map_lines(
    effect: HazardExplanation, period: float, table: pd.DataFrame, city: City, language: str
) -> Iterator[str]:
    same = at_period(effect.exposure, period)
    exposed, unknown = (
        float(effect.exposure.loc[same, name].sum())
        for name in ("exposed_fraction", "no_data_fraction")
    )
    title = (
        say("explain.scenario", language)
        if np.isnan(period)
        else say("explain.period", language, period=float(period))
    )
    yield say(
        "explain.map",
        language,
        title=title,
        count=len(table),
        exposed=number(exposed, language),
        no_data=number(unknown, language),
    )
    ordered = table.sort_values(["intensity", "share"], ascending=False)
    for row in ordered.head(_MOST_INTERSECTIONS).to_dict("records"):
        key = (
            "explain.piece_unknown"
            if np.isnan(row["intensity"])
            else "explain.piece_not_there"
            if np.isinf(row["intensity"])
            else "explain.piece_dry"
            if not row["exposed"]
            else ("explain.piece" if effect.curve else "explain.piece_bare")
        )
        yield say(
            key,
            language,
            place=_place(row, language),
            share=number(row["share"], language, decimals=6),
            **_format_intensity(row["intensity"], effect.hazard, language),
            curve=number(row["curve"], language),
        )
    if len(table) > _MOST_INTERSECTIONS:
        yield say("explain.more_pieces", language, count=len(table) - _MOST_INTERSECTIONS)
    harmed = effect.damage[at_period(effect.damage, period)]
    if effect.curve is None:
        return
    if len(harmed) and city.damage_rule == "damage of the mean":
        mean = float(effect.exposure.loc[same, "intensity_mean"].iloc[0])
        yield say(
            "explain.of_the_mean", language, mean=number(mean, language), unit=effect.hazard.unit
        )
    for row in harmed.to_dict("records"):
        yield say(
            "explain.damage",
            language,
            fraction=number(row["damage_ratio"], language),
            damage=amount(row["damage"], city.currency, language),
        )
        yield from _damage_of_parts(effect, row["return_period"], city, language)


def _damage_of_parts(
    effect: HazardExplanation, period: float, city: City, language: str
) -> Iterator[str]:
    by_share = effect.curve is not None and effect.curve.unit_of_damage == FRACTION
    key = "explain.damage_of_share" if by_share else "explain.damage_of_part"
    for part, table in effect.of_parts.items():
        for row in table[at_period(table, period)].to_dict("records"):
            yield say(
                key,
                language,
                part=say(_PARTS[part], language),
                fraction=number(row["damage_ratio"], language),
                damage=amount(row["damage"], city.currency, language),
            )


def _sum_lines(
    effect: HazardExplanation, asset: pd.Series, city: City, language: str
) -> Iterator[str]:
    """Yield the parts that add up to the EAD, where it is known."""
    if effect.ead["ead"].isna().any():
        return
    hazard, periods = effect.hazard, sorted(effect.pieces["return_period"].unique())
    if effect.stress is not None:
        if effect.stress.events is None:
            return
        periods, hazard = (
            chronic_hazards.rarer_maps(hazard, effect.stress.periods),
            chronic_hazards.as_events(hazard, effect.stress.periods),
        )
    harm = [lower for lower, _ in _least_and_most(effect, periods, float(asset["value"])).values()]
    yield from sentences.arithmetic(periods, harm, float(asset["value"]), hazard, city, language)
    if effect.stress is not None:
        yield price_sentences.joined_line(
            float(effect.stress.yearly.damage[0]),
            float(effect.stress.events["ead"].iloc[0]),
            float(asset["value"]),
            float(effect.ead["ead"].iloc[0]),
            city,
            language,
        )


def _format_intensity(intensity: float, hazard: Hazard, language: str) -> dict[str, str]:
    """Return an intensity and its unit, or the map's own word for it where the map has words."""
    word = next((word for word, level in hazard.words.items() if level == intensity), None)
    if word is None:
        return {"intensity": number(intensity, language), "unit": hazard.unit}
    return {"intensity": f"«{word}»", "unit": f"({hazard.unit} {number(intensity, language)})"}


def _place(row: dict, language: str) -> str:
    if "zone" in row and pd.notna(row["zone"]):
        return say("explain.zone", language, zone=str(row["zone"]))
    if "record" in row and pd.notna(row["record"]):
        return say("explain.record", language, record=str(row["record"]))
    if "row" in row and pd.notna(row["row"]) and row["row"] >= 0:
        return say("explain.cell", language, row=row["row"], column=row["col"])
    return say("explain.outside", language)


def _value_rule(explanation: Explanation, language: str) -> str:
    name, price = str(explanation.asset["value_rule"]), explanation.price
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
