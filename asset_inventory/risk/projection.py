"""Projection of damage under land subsidence and sea level rise: depth and frequency.

Damage is that of a greater depth: d' = max(0, d + (s + r) t), s the subsidence and r the sea level
rise (m/year), t the years since the survey of the terrain under the depths. The depth grows where
there is water today, and on dry ground only if its freeboard is known and the water passes every
sill on the way (`risk/flood_spread.py`): a rate floods neither a dry hill nor a basin behind a
dike. Maps with depths alone keep their extent; the newly inundated area is not computed,
so a figure is «at least». The damage curves subtract floor heights once. Where water below ground
counts, water begins at that depth, freeboards and sills count down to it, and d' may be below 0.
Inland water deepens only by the subsidence beyond that of its channels. Subsidence outruns the sea
in Semarang: Abidin et al. 2013, doi 10.1080/19475705.2012.692336.

The frequency of a level is a sentence and never money, which would count the same rise twice: where
annual maxima follow a Gumbel law of scale l, a rise multiplies frequencies by e^(rise / l), and a
rise with standard deviation u needs an allowance of u² / (2 l) more than itself (Hunter 2012, doi
10.1007/s10584-011-0332-1; Howard 2022, doi 10.5194/os-18-905-2022).

The projection (FUTURE_EAD) rests on today's intersections, which are cut and read once. Where they
have the time at which water reaches dry ground (`risk/flood_spread.py`), that ground is flooded
from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.hazards.intersections import OpenHazard, intersections, open_hazard, touches
from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.city import City
from asset_inventory.model.declarations import Source
from asset_inventory.model.errors import Arguments, RequestError, SourceError
from asset_inventory.model.hazards import Hazard, HazardMap, Intensity
from asset_inventory.model.projection import ConditionFactor, Future, Rate, RateLayer
from asset_inventory.model.tables import FindingRow, categorical, finding, known_sum, rows_of
from asset_inventory.risk.annual_damage import RULES, annual_figures
from asset_inventory.risk.exceedance import FALL, frequencies
from asset_inventory.risk.exposure import SHARE_NOISE, reached
from asset_inventory.vulnerability.curves import DamageCurve
from asset_inventory.vulnerability.damage import condition_factor, money_lost

_AT_A_SILL = 1e-6  # relative to the years: rounding of grids and rates
_OTHER = ("share", "assets_counted", "assets_without_figure", "at_least", "unsure", "deepened")
_SUMS = ("ead", "ead_low", "ead_high", "ead_sea", "mapped")


def raised(
    table: pd.DataFrame, added: Floats, got_to: Flags | None = None, *, water_from: float = 0.0
) -> Floats:
    """Return the depth (metre) of intersections in `table` with water `added` (metre) deeper.

    NaN stays NaN. Ground that rises out of the water is dry. Dry ground stays dry except where
    water has `got_to`: it has the depth by which the water passes its `freeboard`. With
    `water_from` (metre) below 0 water begins at that depth below ground, and freeboards count down
    to it.

    Examples
    --------
    0.5 m of water becomes 0.8 m deep. A dry cell with a freeboard of 0.1 m has 0.2 m once water
    gets there:

    >>> pieces = pd.DataFrame({"asset": [0, 0, 0], "intensity": [0.5, 0.0, 0.0], "freeboard": [np.nan, 0.1, 0.1]})
    >>> raised(pieces, np.array([0.3]), np.array([False, True, False])).round(9).tolist()
    [0.8, 0.2, 0.0]
    """
    intensity, more = table["intensity"].to_numpy(), added[table["asset"].to_numpy()]
    with np.errstate(invalid="ignore"):
        below_ground = water_from < 0
        wet = intensity >= water_from if below_ground else intensity > 0
        deeper = np.where(
            wet, np.maximum(intensity + more, -np.inf if below_ground else 0.0), intensity
        )
        if got_to is None:
            return deeper
        passed = np.maximum(more - table["freeboard"].to_numpy(), 0.0) + water_from
        return np.where(~wet & ~np.isnan(intensity) & got_to, passed, deeper)


def got_to(after: np.ndarray | float, years: float) -> Flags:
    """Return where water is within `years` if it arrives `after`; at a sill's height it stops.

    Examples
    --------
    >>> got_to(np.array([5.0, 10.0, np.inf]), 10.0).tolist()
    [True, False, False]
    """
    return np.asarray(after * (1 + _AT_A_SILL) < years, dtype=bool)


def frequency_factor(rise: float, scale: float) -> float:
    """Return the factor on a level's frequency after a rise (metre), by a Gumbel scale (metre).

    Notes
    -----
    e^(rise / scale): Hunter 2012, doi 10.1007/s10584-011-0332-1.

    Examples
    --------
    >>> round(frequency_factor(0.2, 0.2), 3)
    2.718
    """
    return float(np.exp(rise / scale))


def return_period_then(period: float, rise: float, scale: float) -> float:
    """Return the return period (year) after a rise (metre) of an event of once in `period`.

    Examples
    --------
    Once in 100 years becomes once in 100 / e years:

    >>> round(return_period_then(100.0, 0.2, 0.2), 2)
    36.79
    """
    return period / frequency_factor(rise, scale)


def allowance(rise: float, scale: float, uncertainty: float) -> float:
    """Return the allowance (metre): the raise of a defence that keeps overtopping as frequent.

    `rise` is the expected rise and `uncertainty` its standard deviation (metre), `scale` that of
    the Gumbel law (metre).

    Notes
    -----
    rise + uncertainty² / (2 scale): Hunter 2012, doi 10.1007/s10584-011-0332-1.

    Examples
    --------
    0.3 + 0.1² / (2 × 0.1) = 0.35:

    >>> round(allowance(0.3, 0.1, 0.1), 9)
    0.35
    """
    return rise + uncertainty**2 / (2 * scale)


def share_of_sinking(ead: float, sea: float, mapped: float) -> float:
    """Return the share of land subsidence in the growth of EAD; NaN without growth.

    `ead` is by ground and sea, `sea` by the sea alone, `mapped` by neither (currency/year). The
    share is below 0 where the ground rises against the sea, and above 1 where the sea falls.

    Examples
    --------
    40 of a growth from 100 to 200 is due to the sea alone:

    >>> share_of_sinking(200.0, 140.0, 100.0)
    0.6
    """
    grown = ead - mapped
    return (ead - sea) / grown if grown > 0 else float("nan")


def by_year(future: pd.DataFrame, ead: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of FUTURE_EAD by hazard and year, with the EAD as mapped.

    `ead` and `ead_low` (currency/year) sum the known figures, `ead_high` is NaN if an asset has no
    upper bound; `ead_sea` and `mapped` sum the assets with a known `ead`, so that they compare with
    it; `share` (0-1, see `share_of_sinking`) is of the assets with all three. `assets_counted` have
    an EAD and `assets_without_figure` none; `unsure` counts the assets with an EAD of «at least»,
    `at_least` states whether there are any, and `deepened` counts the assets with deeper water.

    Examples
    --------
    EAD of two assets grows from 20 and 10 to 30 and 15; 12 of the growth of 15 is without subsidence:

    >>> future = pd.DataFrame({
    ...     "asset_id": ["a", "b"], "hazard": "flood", "year": 2035, "added_depth": 0.5,
    ...     "ead": [30.0, 15.0], "ead_low": [25.0, 10.0],
    ...     "ead_high": [40.0, np.nan], "ead_sea": [28.0, 14.0], "at_least": False,
    ... })
    >>> ead = pd.DataFrame({"asset_id": ["a", "b"], "hazard": "flood", "ead": [20.0, 10.0]})
    >>> by_year(future, ead)[["year", "ead", "ead_high", "mapped", "share"]].round(6).values.tolist()
    [[2035.0, 45.0, nan, 30.0, 0.2]]
    """
    return sums_by_year(with_mapped(future, ead))


def with_mapped(future: pd.DataFrame, ead: pd.DataFrame) -> pd.DataFrame:
    """Return FUTURE_EAD, each row with today's EAD of its asset and hazard (`mapped`).

    Examples
    --------
    >>> future = pd.DataFrame({"asset_id": ["a"], "hazard": "flood", "year": 2035, "ead": 30.0})
    >>> with_mapped(future, pd.DataFrame({"asset_id": ["a"], "hazard": "flood", "ead": 20.0}))["mapped"].tolist()
    [20.0]
    """
    key = ["asset_id", "hazard"]
    mapped = ead[[*key, "ead"]].rename(columns={"ead": "mapped"}).astype(dict.fromkeys(key, str))
    return future.astype(dict.fromkeys(key, str)).merge(mapped, on=key, how="left", sort=False)


def sums_by_year(table: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of `by_year` from some rows of `with_mapped`.

    Examples
    --------
    >>> future = pd.DataFrame({
    ...     "asset_id": ["a"], "hazard": "flood", "year": 2035, "added_depth": 0.5, "ead": 30.0,
    ...     "ead_low": 25.0, "ead_high": 40.0,
    ...     "ead_sea": 28.0, "at_least": True, "mapped": 20.0,
    ... })
    >>> sums_by_year(future)[["ead", "at_least", "deepened"]].values.tolist()
    [[30.0, True, 1]]
    """
    if not len(table):
        return pd.DataFrame(columns=["hazard", "year", "added_depth", *_SUMS, *_OTHER])
    groups = table.groupby(["hazard", "year"], sort=False)
    of_row, first = groups.ngroup().to_numpy(), groups.nth(0)
    figures = {name: table[name].to_numpy(dtype=float) for name in (*_SUMS, "added_depth")}
    at_least = table["at_least"].to_numpy(dtype=bool)
    rows = []
    for group, (hazard, year) in enumerate(zip(first["hazard"], first["year"], strict=True)):
        chosen = np.flatnonzero(of_row == group)
        part = {name: values[chosen] for name, values in figures.items()}
        with_ead = ~np.isnan(part["ead"])
        for name in ("ead_sea", "mapped"):
            part[name] = np.where(with_ead, part[name], np.nan)
        sums = {name: known_sum(part[name]) for name in _SUMS}
        if np.isnan(part["ead_high"]).any():
            sums["ead_high"] = np.nan
        known = with_ead & ~np.isnan(part["ead_sea"]) & ~np.isnan(part["mapped"])
        share = share_of_sinking(
            *(float(part[name][known].sum()) for name in ("ead", "ead_sea", "mapped"))
        )
        counted, unsure = int(with_ead.sum()), int(at_least[chosen].sum())
        depth = part["added_depth"][~np.isnan(part["added_depth"])]
        rows.append(
            {
                "hazard": hazard,
                "year": int(year),
                "added_depth": float(depth.sum() / len(depth)) if len(depth) else np.nan,
                **sums,
                "share": share,
                "assets_counted": counted,
                "assets_without_figure": len(chosen) - counted,
                "at_least": unsure > 0,
                "unsure": unsure,
                "deepened": int((depth > 0).sum()),
            }
        )
    return pd.DataFrame(rows)


RATES = "subsidence_rate"  # the name of the layer of rates in findings
SEA_ALONE = "_sea"  # ends the columns for the sea alone, without subsidence
_NOTHING = 1e-6  # metre of water: less is rounding of rates that cancel, and voids no bound


@dataclass(frozen=True)
class Projection:
    """The city's projection, the rules of damage, and the opened layer of rates, if any."""

    future: Future
    rule: EadRule
    condition: ConditionFactor | None
    of_the_mean: bool
    rates: OpenHazard | None


@dataclass(frozen=True)
class Variant:
    """A year, and the depth added at each asset (metre): by ground and sea, and by the sea alone.

    `years` have passed since the survey of the terrain.
    """

    year: int
    years: int
    added: Floats
    sea: Floats


def project(city: City) -> tuple[Projection | None, list[FindingRow]]:
    """Return the declared projection, if usable, and rows of FINDINGS.

    Raises
    ------
    SourceError
        The layer of rates cannot be read because of `city.toml`.

    Examples
    --------
    >>> from asset_inventory.model.examples import city
    >>> project(city())
    (None, [])
    """
    if city.future is None:
        return None, []
    layer = city.future.subsidence_rate
    rates: OpenHazard | None = None
    rows: list[FindingRow] = []
    if isinstance(layer, RateLayer):
        try:
            rates = open_hazard(_as_hazard(layer), city.crs)
        except RequestError:
            raise
        except SourceError as fault:
            arguments: Arguments = {
                name: str(value) for name, value in fault.arguments.items() if name != "source"
            }
            source = f"{RATES} ({layer.path.name})"
            return None, [
                *fault.rows,
                finding(fault.key, source=source, severity="error", **arguments),
                finding("future_refused", source=source, severity="error"),
            ]
        rows = rows_of(rates.findings)
    projection = Projection(
        future=city.future,
        rule=city.ead,
        condition=city.condition,
        of_the_mean=city.damage_rule == "damage of the mean",
        rates=rates,
    )
    return projection, rows


def is_raised(hazard: Hazard, projection: Projection | None) -> bool:
    """Return whether a projection deepens a hazard; a stress has a cost rate at any depth.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> future = Future(today=2025, subsidence_rate=0.05, source="A study")
    >>> projection = Projection(future=future, rule=EadRule(), condition=None, of_the_mean=False, rates=None)
    >>> is_raised(flood(water="inland", surveyed=2020), projection), is_raised(flood(), projection)
    (True, False)
    """
    return projection is not None and hazard.water is not None and hazard.occurrence is None


def sinking(geometry: np.ndarray, projection: Projection) -> Floats:
    """Return the subsidence under each geometry (m/year), the mean of rates by exact shares.

    NaN where the layer has no data on a share of a geometry; 0 where the city declares no rate.

    Examples
    --------
    >>> import shapely
    >>> future = Future(today=2025, subsidence_rate=0.05, source="A study")
    >>> projection = Projection(future=future, rule=EadRule(), condition=None, of_the_mean=False, rates=None)
    >>> sinking(np.array([shapely.Point(0, 0)]), projection).tolist()
    [0.05]
    """
    declared = projection.future.subsidence_rate
    if projection.rates is None:
        return np.full(len(geometry), declared.rate if isinstance(declared, Rate) else 0.0)
    (table,) = intersections(geometry, projection.rates)
    asset, share = table["asset"].to_numpy(), table["share"].to_numpy()
    upwards = isinstance(declared, RateLayer) and declared.positive == "rising"
    rate = table["intensity"].to_numpy() * (-1.0 if upwards else 1.0)
    known = ~np.isnan(rate)
    covered, no_data, total = (
        np.bincount(asset, weights=weights, minlength=len(geometry))
        for weights in (
            np.where(known, share, 0.0),
            np.where(known, 0.0, share),
            np.where(known, rate * share, 0.0),
        )
    )
    return np.where(
        (no_data <= SHARE_NOISE) & (covered > 0), total / np.maximum(covered, SHARE_NOISE), np.nan
    )


def survey_year(hazard: Hazard) -> int:
    """Return the year of the terrain under the depths of a hazard that a projection deepens.

    Raises
    ------
    ValueError
        The hazard has no year of survey.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> survey_year(flood(water="inland", surveyed=2020))
    2020
    """
    if hazard.surveyed is None:
        raise ValueError(f"{hazard.name} has no year of survey")
    return hazard.surveyed


def variants(hazard: Hazard, projection: Projection, rates: Floats) -> Iterator[Variant]:
    """Yield a projection's years, with the depth added at assets that sink at `rates` (m/year).

    Examples
    --------
    A terrain of 2020, a subsidence of 5 cm and a sea level rise of 1 cm a year: 5 × 6 cm = 0.3 m in
    2025, 0.9 m in 2035.

    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood(name="rob", water="sea", surveyed=2020)
    >>> future = Future(today=2025, years=(10,), subsidence_rate=0.05, sea_level_rise=0.01, source="A study")
    >>> projection = Projection(future=future, rule=EadRule(), condition=None, of_the_mean=False, rates=None)
    >>> [(variant.year, variant.added.round(9).tolist()) for variant in variants(hazard, projection, np.array([0.05]))]
    [(2025, [0.3]), (2035, [0.9])]
    """
    future = projection.future
    rise = future.sea_level_rise.rate if future.sea_level_rise and hazard.water == "sea" else 0.0
    of_channels = future.channel_subsidence_rate
    channel = of_channels.rate if of_channels and hazard.water == "inland" else 0.0
    for year in future.calendar:
        years = year - survey_year(hazard)
        added = (rates - channel + rise) * years
        added[np.abs(added) < _NOTHING] = 0.0
        yield Variant(year=year, years=years, added=added, sea=np.full(len(rates), rise * years))


def future_damage(
    tables: list[pd.DataFrame],
    assets: gpd.GeoDataFrame,
    opened: OpenHazard,
    curves: Mapping[str, DamageCurve],
    *,
    projection: Projection,
    rates: Floats,
) -> pd.DataFrame:
    """Return FUTURE_EAD of assets by row number, without `hazard` and `data_status`.

    `tables` are INTERSECTIONS of the hazard's maps, at least all that are not dry or may get wet;
    `rates` is the subsidence under each asset (m/year, NaN = not known). If all tables have the
    time at which water reaches dry ground, only assets with an uncertain time are `at_least`;
    otherwise all assets with deeper water.

    Examples
    --------
    Half of a house of 1,000 stands in 0.5 m of water; the ground sinks by 5 cm a year, so 0.5 m are added until 2030:

    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import flood
    >>> from asset_inventory.vulnerability.examples import curve, house
    >>> hazard = opened(flood(water="inland", surveyed=2020), depth=0.5)
    >>> future = Future(today=2025, years=(5,), subsidence_rate=0.05, source="A study")
    >>> projection = Projection(future=future, rule=EadRule(), condition=None, of_the_mean=False, rates=None)
    >>> tables = list(intersections(house().geometry.to_numpy(), hazard))
    >>> rates = np.array([0.05])
    >>> table = future_damage(tables, house(), hazard, {"house": curve()}, projection=projection, rates=rates)
    >>> table[["year", "added_depth", "ead"]].round(6).values.tolist()
    [[2025.0, 0.25, 15.0], [2030.0, 0.5, 20.0]]
    """
    assets = assets.reset_index(drop=True)
    part = _Part(
        tables=tables,
        assets=assets,
        opened=opened,
        curves=curves,
        projection=projection,
        factor=condition_factor(assets, projection.condition),
        unknown=_unknown(tables, len(assets)),
        touch=touches(assets.geometry.to_numpy()),
    )
    mapped: list[pd.DataFrame] = []  # computed once, for all years as mapped

    def annual(added: Floats, years: int, alone: str) -> pd.DataFrame:
        if added.any():  # NaN is something
            return part.annual(
                np.nan_to_num(added), [_got_to(table, "after", years, alone) for table in tables]
            )
        if not mapped:
            mapped.append(part.annual(added, [None for _ in tables]))
        return mapped[0]

    years = []
    for variant in variants(opened.hazard, projection, rates):
        ead = annual(variant.added, variant.years, "")
        sea = (
            ead
            if np.array_equal(variant.added, variant.sea)
            else annual(variant.sea, variant.years, SEA_ALONE)
        )
        not_known, at_least = (
            np.isnan(variant.added),
            _at_least(tables, variant, opened.hazard, part.touch),
        )
        unbounded = not_known | at_least | _begins_earlier(ead, variant.added, opened, projection)
        rule = np.where(not_known, RULES.index("not known"), ead["rule"].cat.codes)
        years.append(
            pd.DataFrame(
                {
                    "asset_id": np.arange(len(assets)),
                    "year": np.full(len(assets), variant.year, dtype=np.int16),
                    "added_depth": variant.added,
                    "ead": np.where(not_known, np.nan, ead["ead"]),
                    "ead_low": np.where(not_known, np.nan, ead["ead_low"]),
                    "ead_high": np.where(unbounded, np.nan, ead["ead_high"]),
                    "ead_sea": sea["ead"].to_numpy(),
                    "at_least": at_least,
                    "rule": categorical(rule, RULES),
                }
            )
        )
    return pd.concat(years, ignore_index=True)


def future_findings(
    projection: Projection | None,
    opened: Iterable[OpenHazard],
    ead: pd.DataFrame,
    future: pd.DataFrame,
) -> list[FindingRow]:
    """Return FINDINGS on hazards not projected for some assets, or not changed by it.

    Examples
    --------
    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import flood
    >>> projection = Projection(
    ...     future=Future(today=2025, subsidence_rate=0.05, source="A study"), rule=EadRule(),
    ...     condition=None, of_the_mean=False,
    ...     rates=None,
    ... )
    >>> future = pd.DataFrame({"hazard": ["flood"], "year": [2035], "added_depth": [np.nan], "ead_low": [np.nan]})
    >>> ead = pd.DataFrame({"hazard": ["flood"], "ead_low": [10.0]})
    >>> rows = future_findings(projection, [opened(flood(water="inland", surveyed=2020))], ead, future)
    >>> [row["code"] for row in rows]
    ['rate_not_known', 'future_adds_nothing']
    """
    rows: list[FindingRow] = []
    for hazard in opened:
        if not is_raised(hazard.hazard, projection):
            continue
        of_hazard = future[(future["hazard"] == hazard.hazard.name).to_numpy()]
        last = of_hazard[of_hazard["year"] == of_hazard["year"].max()]
        unknown = int(last["added_depth"].isna().sum())
        if unknown:
            rows.append(finding("rate_not_known", source=hazard.hazard.name, count=unknown))
        mapped = ead[(ead["hazard"] == hazard.hazard.name).to_numpy()]["ead_low"]
        if not len(of_hazard) or not _differs(last["ead_low"], mapped):
            rows.append(finding("future_adds_nothing", source=hazard.hazard.name))
    return rows


def _differs(future: pd.Series, mapped: pd.Series) -> bool:
    """Return whether a known figure of the last year differs from today's; ASSETS in order."""
    return bool(future.notna().any()) and not np.isclose(
        known_sum(future), known_sum(mapped), rtol=1e-12, atol=0
    )


def _unknown(tables: list[pd.DataFrame], size: int) -> Floats:
    """Return the share of each asset without data on each map (0-1), assets × maps."""
    shares = np.zeros((size, len(tables)))
    for column, table in enumerate(tables):
        no_data = np.isnan(table["intensity"].to_numpy())
        asset, share = (table[name].to_numpy()[no_data] for name in ("asset", "share"))
        shares[:, column] = np.minimum(np.bincount(asset, weights=share, minlength=size), 1.0)
    shares[shares <= SHARE_NOISE] = 0.0
    return shares


def _got_to(table: pd.DataFrame, when: str, years: int, alone: str) -> Flags | None:
    """Return which dry intersections water reaches (`after`) or may (`perhaps`); None if unknown."""
    if when not in table.columns:
        return None
    return got_to(table[f"{when}{alone}"].to_numpy(), years)


def _at_least(tables: list[pd.DataFrame], variant: Variant, hazard: Hazard, touch: Floats) -> Flags:
    """Return where water may get further than computed: at deeper water, if the time is unknown.

    A share below `touch` of an asset is only a touch.
    """
    deepens, unsure = variant.added > 0, np.zeros(len(variant.added), dtype=bool)
    for table in tables:
        sure, perhaps = (_got_to(table, when, variant.years, "") for when in ("after", "perhaps"))
        if sure is None or perhaps is None:
            return deepens
        asset = table["asset"].to_numpy()
        open_to_it = ~(table["freeboard"].to_numpy() >= variant.added[asset])  # NaN is open
        dry = (table["intensity"].notna() & ~hazard.has_water(table["intensity"])).to_numpy()
        rows = dry & ~sure & perhaps & open_to_it
        unsure |= _touched(asset[rows], table["share"].to_numpy()[rows], touch)
    return deepens & unsure


def _touched(asset: np.ndarray, share: np.ndarray, touch: Floats) -> Flags:
    """Return the assets with a sum of these shares above a touch."""
    total = np.bincount(asset, weights=share, minlength=len(touch))
    return (total > 0) & (total >= touch)


def _begins_earlier(
    ead: pd.DataFrame, added: Floats, opened: OpenHazard, projection: Projection
) -> Flags:
    """Return the assets with damage that may begin at more frequent events than any bound counts.

    The declared start of damage and the declared protection level are those of today's water.
    """
    is_rare = bool(frequencies(min(opened.periods), projection.rule) < 1.0)
    is_protected = opened.hazard.protected_to is not None
    earlier = ead["often"].to_numpy(dtype=bool) & is_rare
    return (added > 0) & (earlier | ((ead["ead_high"] > 0).to_numpy() & is_protected))


@dataclass(frozen=True)
class _Part:
    """Some assets with the intersections of one hazard, and what the figures of every year share.

    `factor` is their `condition_factor`, `unknown` their share without data (0-1, assets × maps),
    `touch` the share up to which a map only touches them.
    """

    tables: list[pd.DataFrame]
    assets: gpd.GeoDataFrame
    opened: OpenHazard
    curves: Mapping[str, DamageCurve]
    projection: Projection
    factor: Floats | None
    unknown: Floats
    touch: Floats

    def annual(self, added: Floats, flooded: list[Flags | None]) -> pd.DataFrame:
        """Return the figures of EAD with water `added` (metre, of each asset) deeper.

        `flooded` marks the dry intersections of each table that water reaches. `often` marks the
        assets that the most frequent event damages, or may damage.
        """
        hazard = self.opened.hazard
        damage, blind = np.zeros(self.unknown.shape), self.unknown >= 1 - FALL
        for column, table in enumerate(self.tables):
            intensity = raised(table, added, flooded[column], water_from=hazard.water_from)
            is_exposed = reached(intensity, hazard)
            asset, share = (table[name].to_numpy()[is_exposed] for name in ("asset", "share"))
            counts = _touched(asset, share, self.touch)[asset]
            asset, share, intensity = asset[counts], share[counts], intensity[is_exposed][counts]
            damage[:, column] = money_lost(
                asset,
                share,
                intensity,
                self.assets,
                hazard,
                curves=self.curves,
                of_the_mean=self.projection.of_the_mean,
                factor=self.factor,
            )
            blind[asset, column] = False
        damage[blind], unknown = np.nan, np.where(blind, 1.0, self.unknown)
        figures = annual_figures(
            damage,
            unknown,
            self.assets["value"].to_numpy(dtype=float),
            hazard,
            np.asarray(self.opened.periods),
            rule=self.projection.rule,
            nested=self.opened.nested,
        )
        return figures.assign(often=~(damage[:, 0] == 0) | (unknown[:, 0] > 0))


def _as_hazard(layer: RateLayer) -> Hazard:
    """Return a layer of rates as a hazard with one map, with no data outside it."""
    return Hazard(
        name=RATES,
        kind="stress",
        intensity=Intensity(measure=RATES, unit=layer.unit),
        exposed_from=0.0,
        nodata_means="unknown",
        outside="unknown",
        maps=(
            HazardMap(
                path=layer.path,
                layer=layer.layer,
                crs=layer.crs,
                band=layer.band,
                intensity_field=layer.field,
            ),
        ),
        source=Source(**layer.source.model_dump()),
    )
