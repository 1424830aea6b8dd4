"""Ground that sinks and a sea that rises: how much deeper water gets, and how often it then comes.

Depth is added for money: d' = max(0, d + (s + r) t), s the sinking of the ground and r the rise of the sea (m/year), t
the years since the terrain was surveyed that the depths rest on. It is added where there is water today, and on dry
ground only where its freeboard is known and the water gets there over every sill on the way (`risk/flood_spread.py`),
so that neither a dry hill nor a basin behind a dike is flooded by a rate. Where maps have depths alone, their extent
stays as mapped: what the water would reach beside it is not reckoned, so that a figure is «at least». Floor heights are
subtracted once, by the damage curves. Where water below ground counts, there is water from that depth on, freeboards
and sills are counted down to it, and the ground does not end d'. Water that the sea does not hold up deepens only by
what the ground sinks more than the channels it comes from. That sinking outruns the sea in Semarang: Abidin et al.
2013, doi 10.1080/19475705.2012.692336.

How often a level comes is a sentence and never money, which would count the same rise twice: where the highest levels
of the years follow a Gumbel law of scale l, a rise multiplies frequencies by e^(rise / l), and a rise of standard
deviation u asks for u² / (2 l) more than itself (Hunter 2012, doi 10.1007/s10584-011-0332-1; Howard 2022,
doi 10.5194/os-18-905-2022).

What is to come for assets by water that sinking ground and a rising sea deepen: FUTURE_EAD, part by part.

Everything is reckoned over the pieces of today's assessment, which are cut and read once. Where these tell when water
gets to dry ground (`spreading.py`), that ground is flooded from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.hazards.intersections import OpenHazard, intersections, open_hazard, touches
from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.city import City, Hazard, HazardMap, Intensity, Source
from asset_inventory.model.errors import SourceError
from asset_inventory.model.projection import ConditionFactor, Future, RateLayer
from asset_inventory.model.tables import finding, known_sum
from asset_inventory.risk.annual_damage import RULES, annual_figures
from asset_inventory.risk.exceedance import FALL, frequencies
from asset_inventory.risk.exposure import SHARE_NOISE, reached
from asset_inventory.vulnerability.curves import DamageCurve
from asset_inventory.vulnerability.damage import condition_factor, money_lost

_AT_A_SILL = 1e-6  # of the years: the last bits of grids and rates
_OTHER = ("share", "assets_counted", "assets_without_figure", "at_least", "unsure", "deepened")
_SUMS = ("ead", "ead_low", "ead_high", "ead_sea", "mapped")


def raised(
    pieces: pd.DataFrame, added: np.ndarray, got_to: np.ndarray | None = None, *, water_from: float = 0.0
) -> np.ndarray:
    """Return the intensity (metre) of PIECES where water stands `added` (of each asset) deeper; NaN stays not known.

    Where the ground rises out of the water it is dry. Dry ground stays dry but for the pieces that water has `got_to`:
    they stand as deep as what is added passes their `freeboard`. With `water_from` (metre) below 0 there is water from
    that depth below ground on, and freeboards are counted down to it.
    """
    intensity, more = pieces["intensity"].to_numpy(), added[pieces["asset"].to_numpy()]
    with np.errstate(invalid="ignore"):
        below_ground = water_from < 0
        wet = intensity >= water_from if below_ground else intensity > 0
        deeper = np.where(wet, np.maximum(intensity + more, -np.inf if below_ground else 0.0), intensity)
        if got_to is None:
            return deeper
        passed = np.maximum(more - pieces["freeboard"].to_numpy(), 0.0) + water_from
        return np.where(~wet & ~np.isnan(intensity) & got_to, passed, deeper)


def got_to(after: np.ndarray | float, years: float) -> np.ndarray | bool:
    """Tell where water has got to that gets there `after` so many years; as high as a sill it does not pass it."""
    return after * (1 + _AT_A_SILL) < years


def frequency_factor(rise: float, scale: float) -> float:
    """Return by how much more often a level comes after a rise (metre), by a Gumbel law of this scale (metre)."""
    return float(np.exp(rise / scale))


def return_period_then(period: float, rise: float, scale: float) -> float:
    """Return how rare (year) an event is after a rise that comes once in `period` years before it."""
    return period / frequency_factor(rise, scale)


def allowance(rise: float, scale: float, uncertainty: float) -> float:
    """Return by how much (metre) a defence is raised so that water tops it no more often, the rise being uncertain."""
    return rise + uncertainty**2 / (2 * scale)


def share_of_sinking(ead: float, sea: float, mapped: float) -> float:
    """Return the share of what damage grew by that the sinking of the ground has; NaN where it did not grow.

    `ead` is by ground and sea, `sea` by the sea alone, `mapped` by neither (currency/year). It is below 0 where the
    ground rises against the sea, and above 1 where the sea falls.
    """
    grown = ead - mapped
    return (ead - sea) / grown if grown > 0 else float("nan")


def by_year(future: pd.DataFrame, ead: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of FUTURE_EAD by hazard and year, beside that of EAD as mapped.

    `ead` and `ead_low` (currency/year) are over what is known of each, `ead_high` NaN where any asset has no upper
    bound; `ead_sea` and `mapped` over the assets of which `ead` is known, so that they compare with it; `share` (0-1,
    see `share_of_sinking`) over the assets of which all three are known; `assets_counted` have an EAD and
    `assets_without_figure` none; `at_least` tells that some asset's is, `unsure` of how many, `deepened` over how many
    water rises.
    """
    return sums_by_year(with_mapped(future, ead))


def with_mapped(future: pd.DataFrame, ead: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of FUTURE_EAD, each with the EAD of its asset and hazard as mapped (`mapped`, currency/year)."""
    key = ["asset_id", "hazard"]
    mapped = ead[[*key, "ead"]].rename(columns={"ead": "mapped"}).astype(dict.fromkeys(key, str))
    return future.astype(dict.fromkeys(key, str)).merge(mapped, on=key, how="left", sort=False)


def sums_by_year(table: pd.DataFrame) -> pd.DataFrame:
    """Return what `by_year` does, of some rows of `with_mapped`."""
    if not len(table):
        return pd.DataFrame(columns=["hazard", "year", "added_depth", *_SUMS, *_OTHER])
    rows = []
    for (hazard, year), whole in table.groupby(["hazard", "year"], sort=False):
        part = whole.copy()
        part[["ead_sea", "mapped"]] = part[["ead_sea", "mapped"]].where(part["ead"].notna())
        sums = {name: known_sum(part[name]) for name in _SUMS}
        if part["ead_high"].isna().any():
            sums["ead_high"] = np.nan
        known = part[part[["ead", "ead_sea", "mapped"]].notna().all(axis=1)]
        share = share_of_sinking(*(float(known[name].sum()) for name in ("ead", "ead_sea", "mapped")))
        counted = int(part["ead"].notna().sum())
        rows.append({"hazard": hazard, "year": int(year), "added_depth": float(part["added_depth"].mean()), **sums,
                     "share": share, "assets_counted": counted, "assets_without_figure": len(part) - counted,
                     "at_least": bool(part["at_least"].any()), "unsure": int(part["at_least"].sum()),
                     "deepened": int((part["added_depth"] > 0).sum())})  # fmt: skip
    return pd.DataFrame(rows)


RATES = "subsidence_rate"  # what the layer of rates is called in findings
SEA_ALONE = "_sea"  # ends the columns that tell when water gets somewhere if only the sea rises
_NOTHING = 1e-6  # metre of water: less is the last bits of rates that cancel, and voids no bound


@dataclass(frozen=True)
class Projection:
    """What is to come: the city's word on it, and its layer of rates made ready, if it is one."""

    future: Future
    rule: EadRule
    condition: ConditionFactor | None
    of_the_mean: bool
    rates: OpenHazard | None


@dataclass(frozen=True)
class Variant:
    """A year, and how much deeper water then stands at each asset (metre): by ground and sea, and by the sea alone.

    `years` have passed since the terrain was surveyed.
    """

    year: int
    years: int
    added: np.ndarray
    sea: np.ndarray


def project(city: City) -> tuple[Projection | None, list[dict]]:
    """Return what is to come and rows of FINDINGS; None where the city asks for nothing, or its layer is unfit."""
    if city.future is None:
        return None, []
    layer, rates, rows = city.future.subsidence_rate, None, []
    if isinstance(layer, RateLayer):
        try:
            rates = open_hazard(_as_hazard(layer), city.crs)
        except SourceError as fault:
            if not fault.of_the_file:
                raise
            told = {name: str(value) for name, value in fault.arguments.items() if name != "source"}
            source = f"{RATES} ({layer.path.name})"
            return None, [
                *fault.rows,
                finding(fault.key, source=source, severity="error", **told),
                finding("future_refused", source=source, severity="error"),
            ]
        rows = rates.findings.to_dict("records")
    return Projection(city.future, city.ead, city.condition, city.damage_rule == "damage of the mean", rates), rows


def is_raised(hazard: Hazard, ahead: Projection | None) -> bool:
    """Tell whether a hazard's water gets deeper; a stress is priced by the year, which no depth changes here."""
    return ahead is not None and hazard.water is not None and hazard.occurrence is None


def sinking(geometry: np.ndarray, ahead: Projection) -> np.ndarray:
    """Return how fast the ground sinks under each geometry (m/year), the mean by exact shares of a layer of rates.

    NaN where the layer does not say it of all of a geometry; 0 where the city says nothing of the ground.
    """
    rate = ahead.future.subsidence_rate
    if ahead.rates is None:
        return np.full(len(geometry), rate.rate if rate else 0.0)
    (table,) = intersections(geometry, ahead.rates)
    asset, share = table["asset"].to_numpy(), table["share"].to_numpy()
    said = table["intensity"].to_numpy() * (1.0 if rate.positive == "sinking" else -1.0)
    known = ~np.isnan(said)
    covered, untold, total = (
        np.bincount(asset, weights=weights, minlength=len(geometry))
        for weights in (np.where(known, share, 0.0), np.where(known, 0.0, share), np.where(known, said * share, 0.0))
    )
    return np.where((untold <= SHARE_NOISE) & (covered > 0), total / np.maximum(covered, SHARE_NOISE), np.nan)


def variants(hazard: Hazard, ahead: Projection, rates: np.ndarray) -> Iterator[Variant]:
    """Yield the years to look at, with what is added to the water at assets whose ground sinks at `rates` (m/year)."""
    future = ahead.future
    rise = future.sea_level_rise.rate if future.sea_level_rise and hazard.water == "sea" else 0.0
    channel = future.channel_subsidence_rate.rate if hazard.water == "inland" else 0.0
    for year in future.calendar:
        years = year - hazard.surveyed
        added = (rates - channel + rise) * years
        added[np.abs(added) < _NOTHING] = 0.0
        yield Variant(year, years, added, np.full(len(rates), rise * years))


def future_damage(
    tables: list[pd.DataFrame], part: gpd.GeoDataFrame, one: OpenHazard, curves: Mapping[str, DamageCurve],
    ahead: Projection, rates: np.ndarray,
) -> pd.DataFrame:
    """Return FUTURE_EAD of one part of the city, but for `hazard` and `data_status`; `asset_id` holds row numbers.

    `tables` are PIECES of the hazard's maps, at least all that are not dry and may not get wet, `rates` how fast the
    ground sinks under each asset of `part` (m/year, NaN = not known). Where all of them tell when water gets to what is
    dry, only an asset is `at_least` of which that is not sure; where one does not, all whose water deepens.
    """
    part = part.reset_index(drop=True)
    worn, unknown, least = (
        condition_factor(part, ahead.condition),
        _unknown(tables, len(part)),
        touches(part.geometry.to_numpy()),
    )
    mapped: list[pd.DataFrame] = []  # reckoned once, where anything is as mapped

    def annual(added: np.ndarray, years: int, alone: str) -> pd.DataFrame:
        if added.any():  # NaN is something
            flooded = [_got_to(table, "after", years, alone) for table in tables]
            return _annual(tables, np.nan_to_num(added), flooded, unknown, least, part, one, curves, ahead, worn)
        none = [None] * len(tables)
        mapped.extend([] if mapped else [_annual(tables, added, none, unknown, least, part, one, curves, ahead, worn)])
        return mapped[0]

    found = []
    for variant in variants(one.hazard, ahead, rates):
        ead = annual(variant.added, variant.years, "")
        sea = ead if np.array_equal(variant.added, variant.sea) else annual(variant.sea, variant.years, SEA_ALONE)
        untold, at_least = np.isnan(variant.added), _at_least(tables, variant, one.hazard, least)
        unbounded = untold | at_least | _begins_earlier(ead, variant.added, one, ahead)
        rule = np.where(untold, RULES.index("not known"), ead["rule"].cat.codes)
        found.append(pd.DataFrame({
            "asset_id": np.arange(len(part)),
            "year": np.full(len(part), variant.year, dtype=np.int16),
            "added_depth": variant.added,
            "ead": np.where(untold, np.nan, ead["ead"]),
            "ead_low": np.where(untold, np.nan, ead["ead_low"]),
            "ead_high": np.where(unbounded, np.nan, ead["ead_high"]),
            "ead_sea": sea["ead"].to_numpy(),
            "at_least": at_least,
            "rule": pd.Categorical.from_codes(rule, categories=list(RULES)),
        }))  # fmt: skip
    return pd.concat(found, ignore_index=True)


def future_findings(ahead: Projection | None, opened: Iterable[OpenHazard], ead: pd.DataFrame, future: pd.DataFrame
) -> list[dict]:
    """Return rows of FINDINGS on what was asked of the future and could not be reckoned."""
    rows: list[dict] = []
    for one in opened:
        if not is_raised(one.hazard, ahead):
            continue
        of_hazard = future[(future["hazard"] == one.hazard.name).to_numpy()]
        last = of_hazard[of_hazard["year"] == of_hazard["year"].max()]
        unknown = int(last["added_depth"].isna().sum())
        if unknown:
            rows.append(finding("rate_not_known", source=one.hazard.name, severity="warning", count=unknown))
        mapped = ead[(ead["hazard"] == one.hazard.name).to_numpy()]["ead_low"]
        if not len(of_hazard) or not _differs(last["ead_low"], mapped):
            rows.append(finding("future_adds_nothing", source=one.hazard.name, severity="warning"))
    return rows


def _differs(future: pd.Series, mapped: pd.Series) -> bool:
    """Tell whether any known figure of the last year is not what the maps say today; the order is that of ASSETS."""
    return bool(future.notna().any()) and not np.isclose(known_sum(future), known_sum(mapped), rtol=1e-12, atol=0)


def _unknown(tables: list[pd.DataFrame], size: int) -> np.ndarray:
    """Return the share of each asset of which each map says nothing (0-1), assets × maps."""
    found = np.zeros((size, len(tables)))
    for column, table in enumerate(tables):
        untold = np.isnan(table["intensity"].to_numpy())
        asset, share = (table[name].to_numpy()[untold] for name in ("asset", "share"))
        found[:, column] = np.minimum(np.bincount(asset, weights=share, minlength=size), 1.0)
    found[found <= SHARE_NOISE] = 0.0
    return found


def _got_to(table: pd.DataFrame, when: str, years: int, alone: str) -> np.ndarray | None:
    """Tell to which dry pieces water gets within some years, after (for sure) or perhaps; None where that is not told.
    """
    if when not in table.columns:
        return None
    return got_to(table[f"{when}{alone}"].to_numpy(), years)


def _at_least(tables: list[pd.DataFrame], variant: Variant, hazard: Hazard, least: np.ndarray) -> np.ndarray:
    """Tell of which assets water may reach more than is reckoned: of all that it deepens at, where nothing tells.

    What it may reach by less than their share `least` is a touch.
    """
    deepens, unsure = variant.added > 0, np.zeros(len(variant.added), dtype=bool)
    for table in tables:
        sure, perhaps = (_got_to(table, when, variant.years, "") for when in ("after", "perhaps"))
        if sure is None:
            return deepens
        asset = table["asset"].to_numpy()
        open_to_it = ~(table["freeboard"].to_numpy() >= variant.added[asset])  # NaN is open
        dry = (table["intensity"].notna() & ~hazard.has_water(table["intensity"])).to_numpy()
        rows = dry & ~sure & perhaps & open_to_it
        unsure |= _touched(asset[rows], table["share"].to_numpy()[rows], least)
    return deepens & unsure


def _touched(asset: np.ndarray, share: np.ndarray, least: np.ndarray) -> np.ndarray:
    """Tell which assets these pieces are more of than a touch."""
    total = np.bincount(asset, weights=share, minlength=len(least))
    return (total > 0) & (total >= least)


def _begins_earlier(ead: pd.DataFrame, added: np.ndarray, one: OpenHazard, ahead: Projection) -> np.ndarray:
    """Tell of which assets damage may then begin with more frequent events than any bound counts.

    From when on there is damage, and up to when a defence holds, is said of the water of today.
    """
    earlier = ead["often"].to_numpy() & (frequencies(min(one.periods), ahead.rule) < 1.0)
    return (added > 0) & (earlier | ((ead["ead_high"] > 0).to_numpy() & (one.hazard.protected_to is not None)))


def _annual(
    tables: list[pd.DataFrame], added: np.ndarray, flooded: list[np.ndarray | None], unknown: np.ndarray,
    least: np.ndarray, part: gpd.GeoDataFrame, one: OpenHazard, curves: Mapping[str, DamageCurve], ahead: Projection,
    worn: np.ndarray | None,
) -> pd.DataFrame:
    """Return the figures of EAD of the assets of a part where water stands `added` (metre, of each) deeper.

    `flooded` tells to which pieces of each table that are dry on the map water has got; what is wet of an asset by less
    than its share `least` is a touch. `often` tells that the most frequent event harms an asset, or may.
    """
    lost, blind = np.zeros(unknown.shape), unknown >= 1 - FALL
    for column, table in enumerate(tables):
        intensity = raised(table, added, flooded[column], water_from=one.hazard.water_from)
        there = reached(intensity, one.hazard)
        asset, share = (table[name].to_numpy()[there] for name in ("asset", "share"))
        counts = _touched(asset, share, least)[asset]
        asset, share, intensity = asset[counts], share[counts], intensity[there][counts]
        lost[:, column] = money_lost(
            asset, share, intensity, part, one.hazard, curves=curves, of_the_mean=ahead.of_the_mean, factor=worn
        )
        blind[asset, column] = False
    lost[blind], whole = np.nan, np.where(blind, 1.0, unknown)
    figures = annual_figures(
        lost, whole, part["value"].to_numpy(dtype=float), one.hazard, np.asarray(one.periods), rule=ahead.rule,
        nested=one.nested,
    )  # fmt: skip
    return figures.assign(often=~(lost[:, 0] == 0) | (whole[:, 0] > 0))


def _as_hazard(layer: RateLayer) -> Hazard:
    """Return a layer of rates as a map that can be laid under assets; what it does not say is not known."""
    return Hazard(
        name=RATES,
        kind="stress",
        intensity=Intensity(measure=RATES, unit=layer.unit),
        exposed_from=0.0,
        nodata_means="unknown",
        outside="unknown",
        maps=(HazardMap(path=layer.path, layer=layer.layer, crs=layer.crs, band=layer.band,
                        intensity_field=layer.field),),
        source=Source(**layer.source.model_dump()),
    )  # fmt: skip
