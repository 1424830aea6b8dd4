"""Intersections of geometries with a hazard's maps: one table per map, whatever kind it is.

A hazard is opened once for all assets. A hazard with an unusable file is left out, and a finding
names it. A city is divided into parts, so that memory grows neither with the city nor with the
grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.hazards import raster_intersections, zone_intersections
from asset_inventory.hazards.asset_values import read_values
from asset_inventory.hazards.raster_intersections import Cut
from asset_inventory.hazards.zone_intersections import OUTSIDE, ZoneCut, Zones, read_zones
from asset_inventory.io.geometries import AnyCrs, to_city
from asset_inventory.io.rasters import Grid, Sample, open_grid, sample
from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.errors import Arguments, CityError, RequestError, SourceError
from asset_inventory.model.hazards import Hazard, HazardMap
from asset_inventory.model.tables import (
    FindingRow,
    at_period,
    finding,
    findings,
    join_findings,
    repeated_word,
    rows_of,
)

# Every part of the city decodes a larger text grid again, which takes seconds.
LARGE_TEXT_GRID = 2**22
# Less than 1 mm of a length or 1 mm² of an area is a touch: exposed shares and shares without data
# count from there on. A third of an asset is no touch, however small the asset is, so that each
# asset counts somewhere.
TOUCH_LENGTH, TOUCH_AREA, TOUCH_SHARE = 1e-3, 1e-6, 1 / 3
# The finding that voids the bounds: they assume that a rarer map covers all that a more frequent one
# covers.
COVERS_LESS = "rarer_map_covers_less"
SHOWS_LESS = "rarer_map_smaller"
# How files write the units that city.toml knows.
_UNIT_ALIASES = {
    "m": ("m", "metre", "metres", "meter", "meters"),
    "cm": ("cm", "centimetre", "centimeter"),
    "mm": ("mm", "millimetre", "millimeter"),
    "ft": ("ft", "foot", "feet", "us survey foot"),
}


@dataclass(frozen=True)
class GridMap:
    """A grid's header; a scenario has return period NaN (year). A `group` shares its cells."""

    return_period: float
    grid: Grid
    group: int


@dataclass(frozen=True)
class ZoneMap:
    """Prepared zones; a scenario has the return period NaN (year)."""

    return_period: float
    zones: Zones


@dataclass(frozen=True)
class TableMap:
    """Intensities (metre for lengths; NaN = no data) by asset; a scenario has period NaN (year).

    `row` is the place of each in its file.
    """

    return_period: float
    ids: pd.Index
    intensity: Floats
    row: np.ndarray


OpenMap = GridMap | ZoneMap | TableMap


@dataclass(frozen=True)
class OpenHazard:
    """A hazard with its opened maps, in rising order of return period, and the findings on them."""

    hazard: Hazard
    city_crs: AnyCrs
    maps: tuple[OpenMap, ...]
    findings: pd.DataFrame

    @property
    def periods(self) -> tuple[float, ...]:
        """Return the return periods (year) in rising order; a scenario has NaN.

        Examples
        --------
        >>> from asset_inventory.hazards.examples import opened
        >>> from asset_inventory.model.examples import flood
        >>> opened(flood()).periods
        (10.0, 50.0, 100.0)
        """
        return tuple(a_map.return_period for a_map in self.maps)

    @property
    def nested(self) -> bool:
        """Return whether no rarer map covers less ground than a more frequent one, by grids.

        Examples
        --------
        >>> from asset_inventory.hazards.examples import opened
        >>> from asset_inventory.model.examples import flood
        >>> opened(flood()).nested
        True
        """
        return not (self.findings["code"] == COVERS_LESS).any()


def open_hazard(hazard: Hazard, city_crs: AnyCrs, *, checked: bool = True) -> OpenHazard:
    """Return a hazard with its grids' headers read and its zones prepared, once for all assets.

    Without `checked`, for a hazard that was opened before, no cell of a grid is read, and findings
    are on zones only. Findings name zones without a readable intensity or return period,
    and rarer maps with lower intensities than more frequent ones (in a sample of at most a million
    cells of each grid).

    Raises
    ------
    SourceError
        A map cannot be read, or all maps are empty.
    CityError
        A grid needs a word of `city.toml`, two maps have one return period, damage starts after the
        most frequent map, or water below ground counts and a grid of depths has none.

    Examples
    --------
    >>> import tempfile
    >>> from asset_inventory.model.examples import flood
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "zones.gpkg"
    >>> gpd.GeoDataFrame({"depth": [1.5]}, geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:32749").to_file(path)
    >>> zones = {"path": path, "intensity_field": "depth", "return_period": 100}
    >>> (a_map,) = open_hazard(flood(maps=[zones]), "EPSG:32749").maps
    >>> a_map.return_period, a_map.zones.intensity.tolist()
    (100.0, [1.5])
    >>> folder.cleanup()
    """
    grids: list[GridMap] = []
    of_maps: list[pd.DataFrame] = []
    tables: list[gpd.GeoDataFrame] = []
    values: list[pd.DataFrame] = []
    samples: dict[tuple[Path, int], Sample] = {}
    nodata, outside = (
        intensity_without_data(word, hazard) for word in (hazard.nodata_means, hazard.outside)
    )
    for declared in hazard.maps:
        if declared.is_table:
            of_assets, of_table = read_values(hazard, declared)
            values.append(of_assets)
            of_maps.append(of_table)
            continue
        if not declared.is_grid:
            table, of_table = read_zones(hazard, declared, city_crs)
            tables.append(table)
            of_maps.append(of_table)
            continue
        _demand_grid_words(hazard)
        grid = open_grid(
            declared.path,
            band=declared.band,
            crs=declared.crs,
            terrain=declared.terrain,
            below_ground=hazard.counts_below_ground,
        )
        same = [known.group for known in grids if known.grid.shares_cells(grid)]
        if checked:
            if not same:  # grids of the same cells are in the same place
                of_maps.append(_placing(grid, hazard, city_crs))
            grid_sample = sample(grid, nodata=nodata, outside=outside)
            samples[grid.path, grid.band] = grid_sample
            _demand_depths_below_ground(hazard, grid, grid_sample)
            of_maps.append(findings(_grid_findings(grid, hazard, grid_sample)))
        period = np.nan if declared.return_period is None else declared.return_period
        grids.append(GridMap(period, grid, group=same[0] if same else len(grids)))
    maps: list[OpenMap] = [*grids, *_prepared(hazard, tables), *_by_asset(hazard, values)]
    if all(isinstance(a_map, ZoneMap) and not len(a_map.zones.parts) for a_map in maps):
        raise SourceError(
            "error.hazard_maps_empty",
            source=hazard.name,
            path=str(hazard.maps[0].path),
            rows=tuple(rows_of(join_findings(of_maps))),
        )
    maps.sort(key=lambda a_map: a_map.return_period)
    for before, after in zip(maps, maps[1:], strict=False):
        if before.return_period == after.return_period:
            repeated = f"{after.return_period:g}"
            raise CityError("error.hazard_map_twice", hazard=hazard.name, period=repeated)
    start = hazard.no_damage_return_period
    first = float(maps[0].return_period)
    if start is not None and start > first:
        raise CityError("error.damage_starts_late", hazard=hazard.name, given=start, period=first)
    if checked:
        of_maps.append(findings(_lower_grids(hazard, maps, samples)))
    return OpenHazard(hazard, city_crs, tuple(maps), join_findings(of_maps))


# The cuts of the same geometries by the cells of grids, for later hazards with grids of the same
# cells.
Cuts = list[tuple[Grid, Cut]]


def intersections(
    geometries: np.ndarray,
    opened: OpenHazard,
    *,
    ids: pd.Series | None = None,
    cells: bool = False,
    cuts: Cuts | None = None,
) -> Iterator[pd.DataFrame]:
    """Yield INTERSECTIONS of geometries with a hazard, one table per map by rising return period.

    `geometries` are points, lines and polygons (Multi types too), valid and in the city's
    coordinate system; `asset` is the place among them, `share` (0-1) the share of the geometry. A
    table of intensities by asset needs their `ids`; without them they lie outside of it. The
    intensity is NaN where a map has no data (nodata, outside), or 0 if the city declares that
    this means «not exposed». Exposed shares and shares without data up to a touch (`touches`) have
    no rows: except for touches, the shares of each geometry add up to 1. With `cells` the tables also
    have `row` and `col` of a grid (-1 outside), or the row in the file of a `zone` or an asset
    (`record`), missing outside. `cuts` are those of the hazard before, for the same geometries, and become those of
    this one.

    Examples
    --------
    A house of 10 m × 10 m has 3 m in a zone with 0.5 m of water, and 7 m outside all zones:

    >>> from asset_inventory.model.hazards import HazardMap
    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood(
    ...     maps=(HazardMap(path=Path("zones.gpkg"), intensity=0.5, return_period=100),),
    ...     outside="not exposed")
    >>> zones = zone_intersections.prepare_zones(
    ...     np.array([shapely.box(7, 0, 50, 50)]), np.array([0.5]), np.array([0]))
    >>> opened = OpenHazard(hazard, "EPSG:32749", (ZoneMap(100.0, zones),), findings([]))
    >>> table, = intersections(np.array([shapely.box(0, 0, 10, 10)]), opened)
    >>> table[["asset", "share", "intensity"]].round(6).to_dict("list")
    {'asset': [0, 0], 'share': [0.3, 0.7], 'intensity': [0.5, 0.0]}
    """
    geometries = np.asarray(geometries, dtype=object)
    of_group: dict[int, Cut] = {}
    after: Cuts = []
    maps = [*enumerate(opened.maps)]
    last = {a_map.group: place for place, a_map in maps if isinstance(a_map, GridMap)}
    for place, a_map in maps:
        if isinstance(a_map, TableMap):
            places = _places_in(a_map, len(geometries), ids)
            table = _values(places, a_map, opened.hazard, cells)
        elif isinstance(a_map, ZoneMap):
            table = _zone_intersections(geometries, a_map, opened.hazard, cells)
        else:
            if a_map.group not in of_group:
                known = (cut for grid, cut in cuts or () if grid.shares_cells(a_map.grid))
                cut = next(known, None)
                if cut is None:
                    cut = raster_intersections.cut(geometries, a_map.grid, opened.city_crs)
                of_group[a_map.group] = cut
                if cuts is not None:
                    after.append((a_map.grid, cut))
            table = _raster_intersections(of_group[a_map.group], a_map, opened.hazard, cells)
            if last[a_map.group] == place:
                del of_group[a_map.group]
        yield _without_touches(table, geometries, opened.hazard)
    if cuts is not None:
        cuts[:] = after


def touches(geometries: np.ndarray) -> Floats:
    """Return each geometry's share (0-1) that is only a touch: 1 mm or 1 mm², at most a third.

    Examples
    --------
    The touch is 1 mm of a line of 100 m, 1 mm² of 1 m², and a third of a point:

    >>> line, square = shapely.LineString([(0, 0), (100, 0)]), shapely.box(0, 0, 1, 1)
    >>> touches(np.array([line, square, shapely.Point(0, 0)])).tolist()
    [1e-05, 1e-06, 0.3333333333333333]
    """
    dimension = shapely.get_dimensions(geometries)
    extent = np.where(dimension == 2, shapely.area(geometries), shapely.length(geometries))
    touch = np.where(dimension == 2, TOUCH_AREA, np.where(dimension == 1, TOUCH_LENGTH, 0.0))
    share: Floats = np.full(len(extent), TOUCH_SHARE)
    np.divide(touch, extent, out=share, where=extent > 0)
    return np.minimum(share, TOUCH_SHARE)


def expected_intersections(geometries: np.ndarray, opened: OpenHazard) -> Floats:
    """Return each geometry's expected number of intersections with a hazard's finest grid, or 1.

    Notes
    -----
    A convex shape of area A and perimeter P at a random place on cells of side c meets 1 + 2 P /
    (pi c) + A / c² of them on average (Buffon); the perimeter of a line is twice its length.

    Examples
    --------
    A square of 10 m × 10 m on cells of 10 m meets 1 + 8 / pi + 1 = 4.5 of them on average:

    >>> from affine import Affine
    >>> import pyproj
    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood()
    >>> grid = Grid(
    ...     path=Path("depth.tif"), band=1, crs=pyproj.CRS("EPSG:32749"), transform=Affine(10, 0, 0, 0, -10, 0),
    ...     width=9, height=9, nodata=None, scale=1, offset=0, unit="m", crs_in_file=None, tile=(9, 9),
    ... )
    >>> opened = OpenHazard(hazard, "EPSG:32749", (GridMap(100.0, grid, group=0),), findings([]))
    >>> expected_intersections(np.array([shapely.box(0, 0, 10, 10)]), opened).round(1).tolist()
    [4.5]
    """
    grids = [a_map.grid for a_map in opened.maps if isinstance(a_map, GridMap)]
    sides = [raster_intersections.cell_side(grid, opened.city_crs) for grid in grids]
    sides = [side for side in sides if side > 0]
    if not sides:
        return np.ones(len(geometries))
    area: Floats = shapely.area(geometries)
    length: Floats = shapely.length(geometries)
    perimeter = np.where(shapely.get_dimensions(geometries) == 1, 2 * length, length)
    return 1 + 2 / np.pi * perimeter / min(sides) + area / min(sides) ** 2


def _prepared(hazard: Hazard, tables: list[gpd.GeoDataFrame]) -> list[ZoneMap]:
    """Return the prepared zones of each return period, from all files together."""
    declared = [a_map for a_map in hazard.maps if not (a_map.is_grid or a_map.is_table)]
    maps = []
    for period, part in _by_period(hazard, declared, tables):
        cells = (part[name].to_numpy() for name in ("geometry", "intensity", "zone"))
        maps.append(ZoneMap(period, zone_intersections.prepare_zones(*cells)))
    return maps


def _by_asset(hazard: Hazard, tables: list[pd.DataFrame]) -> list[TableMap]:
    """Return the intensities by asset of each return period, from all files together."""
    declared = [a_map for a_map in hazard.maps if a_map.is_table]
    maps = []
    for period, part in _by_period(hazard, declared, tables):
        # the highest first, NaN last
        highest = part.sort_values("intensity", ascending=False, kind="stable")
        highest = highest.drop_duplicates("asset_id")
        cells = (highest[name].to_numpy() for name in ("intensity", "row"))
        maps.append(TableMap(period, pd.Index(highest["asset_id"]), *cells))
    return maps


def _by_period(
    hazard: Hazard, declared: list[HazardMap], tables: Sequence[pd.DataFrame]
) -> Iterator[tuple[float, pd.DataFrame]]:
    """Yield each return period of the declared maps, and its rows of their tables."""
    if not tables:
        return
    together = pd.concat(tables, ignore_index=True)
    of_one = (a_map for a_map in declared if a_map.return_period_field is None)
    periods = {np.nan if a_map.return_period is None else a_map.return_period for a_map in of_one}
    periods |= set(together["return_period"].dropna().tolist())
    if not periods:
        raise CityError("error.hazard_without_period", hazard=hazard.name)
    for period in periods:
        yield float(period), together[at_period(together, period)]


def _demand_grid_words(hazard: Hazard) -> None:
    for key in ("exposed_from", "nodata_means"):
        if getattr(hazard, key) is None:
            raise CityError("error.grid_must_say", hazard=hazard.name, key=key)


def _demand_depths_below_ground(hazard: Hazard, grid: Grid, grid_sample: Sample) -> None:
    """Refuse depths of 0 on dry ground if groundwater counts: all dry land would count."""
    if not hazard.counts_below_ground or grid.water is not None:
        return
    known = grid_sample.values[np.isfinite(grid_sample.values)]
    if len(known) and known.min() == 0:
        raise CityError(
            "error.no_depth_below_ground",
            hazard=hazard.name,
            path=str(grid.path),
            given=hazard.exposed_from,
        )


def intensity_without_data(word: str | None, hazard: Hazard) -> float:
    """Return the intensity where a map has no data: NaN, or unexposed for «not exposed».

    The latter is 0, or -inf for a hazard that counts water below ground: 0 is water at ground level
    there.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> intensity_without_data("unknown", flood()), intensity_without_data("not exposed", flood())
    (nan, 0.0)
    """
    if word != "not exposed":
        return np.nan
    return -np.inf if hazard.counts_below_ground else 0.0


def _raster_intersections(cut: Cut, a_map: GridMap, hazard: Hazard, cells: bool) -> pd.DataFrame:
    nodata, outside = (
        intensity_without_data(word, hazard) for word in (hazard.nodata_means, hazard.outside)
    )
    intensity = raster_intersections.intensities(
        cut, a_map.grid, factor=hazard.factor, nodata=nodata, outside=outside
    )
    table = _table(cut, intensity, a_map, hazard)
    return table.assign(row=cut.row, col=cut.column) if cells else table


def _zone_intersections(
    geometries: np.ndarray, a_map: ZoneMap, hazard: Hazard, cells: bool
) -> pd.DataFrame:
    cut, zones = zone_intersections.cut_by_zones(geometries, a_map.zones), a_map.zones
    # the last entry is for the zone -1, outside all zones
    intensity = np.append(zones.intensity, intensity_without_data(hazard.outside, hazard))[cut.zone]
    table = _table(cut, intensity, a_map, hazard)
    return table.assign(zone=_labels(zones.label, cut.zone)) if cells else table


def _places_in(a_map: TableMap, count: int, ids: pd.Series | None) -> np.ndarray:
    """Return the place of each asset in a table of intensities, -1 where it has none."""
    if ids is None:
        return np.full(count, OUTSIDE)
    return a_map.ids.get_indexer(pd.Index(ids.astype(str)))


def _values(places: np.ndarray, a_map: TableMap, hazard: Hazard, cells: bool) -> pd.DataFrame:
    cut = ZoneCut(np.arange(len(places)), places, np.ones(len(places)))
    # the last entry is for the place -1, not in the table
    beyond = intensity_without_data(hazard.outside, hazard)
    table = _table(cut, np.append(a_map.intensity, beyond)[places], a_map, hazard)
    return table.assign(record=_labels(a_map.row, places)) if cells else table


def _labels(labels: np.ndarray, places: np.ndarray) -> pd.Series:
    """Return the label of each place as a whole number, missing outside."""
    return pd.Series(np.append(labels, 0)[places], dtype="Int64").mask(places == OUTSIDE)


def _table(cut: Cut | ZoneCut, intensity: Floats, a_map: OpenMap, hazard: Hazard) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "asset": cut.asset,
            "hazard": repeated_word(hazard.name, len(cut.asset)),
            "return_period": np.full(len(cut.asset), a_map.return_period),
            "share": cut.share,
            "intensity": intensity,
        },
        copy=False,
    )


def _without_touches(table: pd.DataFrame, geometries: np.ndarray, hazard: Hazard) -> pd.DataFrame:
    """Return INTERSECTIONS without exposed shares, and the shares without data, up to a touch."""
    asset, share, intensity = (table[name].to_numpy() for name in ("asset", "share", "intensity"))
    unknown = np.isnan(intensity)
    counts = unknown | hazard.exposes(intensity)
    is_few = np.zeros(len(geometries), dtype=bool)
    is_few[asset[counts & (share < TOUCH_SHARE)]] = True  # a touch has no larger share
    rows = np.flatnonzero(counts & is_few[asset])
    group = 2 * (np.cumsum(is_few) - 1)[asset[rows]] + unknown[rows]
    least = np.repeat(touches(geometries[is_few]), 2)
    total = np.bincount(group, weights=share[rows], minlength=len(least))
    lost = rows[(total < least)[group]]
    return table.drop(index=lost).reset_index(drop=True) if len(lost) else table


def _placing(grid: Grid, hazard: Hazard, city_crs: AnyCrs) -> pd.DataFrame:
    """Return FINDINGS on the transformation between the grid's system and the city's."""
    x0, y0, x1, y1 = grid.bounds
    middle = shapely.Point((x0 + x1) / 2, (y0 + y1) / 2)
    table = gpd.GeoDataFrame(geometry=[middle], crs=grid.crs)
    return to_city(table, city_crs, source=f"{hazard.name} ({grid.path.name})")[1]


def _grid_findings(grid: Grid, hazard: Hazard, grid_sample: Sample) -> list[FindingRow]:
    rows = []
    for part in (grid.water, grid.terrain) if grid.water and grid.terrain else (grid,):
        source = f"{hazard.name} ({part.path.name})"
        if part.crs_in_file is not None and part.crs_in_file != part.crs:
            systems: Arguments = {"found": part.crs_in_file.name, "stated": part.crs.to_string()}
            rows.append(finding("grid_crs_overridden", source=source, **systems))
        declared = hazard.intensity.unit
        if part.unit and part.unit.lower() not in _UNIT_ALIASES.get(declared, (declared.lower(),)):
            units: Arguments = {"unit": part.unit, "declared": declared}
            rows.append(finding("grid_unit_differs", source=source, **units))
        of_part = grid_sample if part is grid else sample(part)
        if of_part.undeclared:
            rows.append(finding("grid_nodata_undeclared", source=source, count=of_part.undeclared))
        if of_part.endless:
            rows.append(finding("grid_endless", source=source, count=of_part.endless))
        if part.is_text and part.width * part.height > LARGE_TEXT_GRID:
            rows.append(finding("grid_is_text", source=source, count=part.width * part.height))
    return rows


def _lower_grids(
    hazard: Hazard, maps: list[OpenMap], samples: dict[tuple[Path, int], Sample]
) -> list[FindingRow]:
    """Return a finding for each grid that is lower somewhere than a more frequent map."""
    rows = []
    depths: dict[float, Floats] = {}

    def depth_of(a_map: GridMap) -> Floats:
        if a_map.return_period not in depths:
            values = samples[a_map.grid.path, a_map.grid.band].values
            depths[a_map.return_period] = values if hazard.factor == 1.0 else values * hazard.factor
        return depths[a_map.return_period]

    for before, after in same_cells(maps):
        frequent, rarer = depth_of(before), depth_of(after)
        depths = {after.return_period: rarer}
        reached, still = (hazard.exposes(depth) for depth in (frequent, rarer))
        dry, lower = lowered(frequent, rarer, hazard)
        of_map: Arguments = {"source": f"{hazard.name} ({after.grid.path.name})"}
        of_map["rarer"] = f"{after.return_period:g}"
        of_map["frequent"] = f"{before.return_period:g}"
        if dry.any() or lower.any():
            count = int(dry.sum() + lower.sum())
            shares: Arguments = {"cells": len(rarer), "percent": 100 * count / int(reached.sum())}
            rows.append(finding(SHOWS_LESS, **of_map, **shares, count=count, dry=int(dry.sum())))
        if still.sum() < (reached & ~np.isnan(rarer)).sum():
            cells: Arguments = {"cells": int(still.sum()), "before": int(reached.sum())}
            rows.append(finding(COVERS_LESS, **of_map, **cells))
    return rows


def same_cells(maps: Sequence[OpenMap]) -> Iterator[tuple[GridMap, GridMap]]:
    """Yield each grid, in the given order, with the next rarer one of the same cells.

    Examples
    --------
    >>> from asset_inventory.hazards.examples import grid
    >>> maps = [GridMap(period, grid(), group) for period, group in ((10.0, 0), (50.0, 1), (100.0, 0))]
    >>> [(frequent.return_period, rarer.return_period) for frequent, rarer in same_cells(maps)]
    [(10.0, 100.0)]
    """
    last: dict[int, GridMap] = {}
    for a_map in maps:
        if not isinstance(a_map, GridMap):
            continue
        if a_map.group in last:
            yield last[a_map.group], a_map
        last[a_map.group] = a_map


def lowered(frequent: Floats, rarer: Floats, hazard: Hazard) -> tuple[Flags, Flags]:
    """Return the cells where a rarer map is dry and a more frequent one wet, and those where it is lower.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood()
    >>> dry, lower = lowered(np.array([0.5, 0.5, 0.5]), np.array([0.0, 0.4, 0.6]), hazard)
    >>> dry.tolist(), lower.tolist()
    ([True, False, False], [False, True, False])
    """
    reached, still = hazard.exposes(frequent), hazard.exposes(rarer)
    return reached & ~still, reached & still & (rarer < frequent)


def open_hazards(
    hazards: Iterable[Hazard], city_crs: AnyCrs, *, checked: bool = True
) -> tuple[list[OpenHazard], list[FindingRow]]:
    """Return the opened hazards, and rows of FINDINGS on those with unusable files; see
    `open_hazard`.

    Raises
    ------
    SourceError, CityError
        As `open_hazard`, if `city.toml` has to change and not the file.

    Examples
    --------
    >>> import tempfile
    >>> from asset_inventory.model.examples import flood
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "zones.gpkg"
    >>> path.write_text("no zones") and None
    >>> opened, rows = open_hazards([flood(maps=[{"path": path, "intensity": 1.0}])], "EPSG:32749")
    >>> opened, rows[-1]["code"]
    ([], 'hazard_refused')
    >>> folder.cleanup()
    """
    opened: list[OpenHazard] = []
    rows: list[FindingRow] = []
    for hazard in hazards:
        try:
            opened.append(open_hazard(hazard, city_crs, checked=checked))
        except SourceError as fault:
            rows += unusable_hazards(hazard, fault)
    return opened, rows


def unusable_hazards(hazard: Hazard, fault: SourceError) -> list[FindingRow]:
    """Return rows of FINDINGS on a hazard that is left out because of its file.

    Raises
    ------
    SourceError
        The fault again, if `city.toml` has to change and not the file.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> fault = SourceError("error.grid_damaged", path="depth_10.tif")
    >>> [row["code"] for row in unusable_hazards(flood(), fault)]
    ['error.grid_damaged', 'hazard_refused']
    """
    if isinstance(fault, RequestError):
        raise fault
    plain = ((name, str(value)) for name, value in fault.arguments.items())
    arguments: Arguments = {name: text for name, text in plain if name != "source"}
    source = f"{hazard.name} ({Path(_path(fault)).name})"
    return [
        *fault.rows,
        finding(fault.key, source=source, severity="error", **arguments),
        finding("hazard_refused", source=hazard.name, severity="error"),
    ]


def is_of(fault: SourceError, hazard: Hazard) -> bool:
    """Return whether a fault is in one of the files of a hazard.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> is_of(SourceError("error.grid_damaged", path="depth_10.tif"), flood())
    True
    """
    files = (path for declared in hazard.maps for path in (declared.path, declared.terrain) if path)
    return _path(fault) in map(str, files)


def _path(fault: SourceError) -> str:
    return str(fault.arguments.get("path", fault.arguments.get("source", "")))


# The intersections of a part, approximately.
INTERSECTIONS = 250_000
PART = 50_000  # assets of a part with few intersections


def in_parts(assets: gpd.GeoDataFrame, opened: Iterable[OpenHazard]) -> list[np.ndarray]:
    """Return the rows of usable assets in parts of neighbours, which need few grid windows.

    Examples
    --------
    >>> points = gpd.points_from_xy([0, 1, 2], [0, 0, 0])
    >>> assets = gpd.GeoDataFrame({"usable": [True, False, True]}, geometry=points)
    >>> [rows.tolist() for rows in in_parts(assets, [])]
    [[0, 2]]
    """
    rows = np.flatnonzero(assets["usable"].to_numpy())
    geometry = assets.geometry.to_numpy()[rows]
    load = np.full(len(rows), 1 / PART)
    for hazard in opened:
        load = np.maximum(load, expected_intersections(geometry, hazard) / INTERSECTIONS)
    count = max(1, int(np.ceil(load.sum() * (1 - 1e-9))))
    if count == 1:
        return [rows]
    order = np.argsort(gpd.GeoSeries(geometry).hilbert_distance().to_numpy(), kind="stable")
    done = np.cumsum(load[order])
    ends = np.searchsorted(done, done[-1] / count * np.arange(1, count))
    return [np.sort(part) for part in np.split(rows[order], ends) if len(part)]
