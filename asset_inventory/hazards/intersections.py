"""The pieces of any hazard map at given geometries: grids and zones alike, one table per map.

Which hazards are fit to be used; one whose file is at fault is left out, and that is said.

Parts of a city that are worked on at one time, so that memory grows with neither city nor grid.
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
from asset_inventory.hazards.raster_intersections import Cut
from asset_inventory.hazards.zone_intersections import ZoneCut, Zones, read_zones
from asset_inventory.io.crs import to_city
from asset_inventory.io.rasters import Grid, Sample, open_grid, sample
from asset_inventory.model.city import Hazard
from asset_inventory.model.errors import CityError, SourceError
from asset_inventory.model.tables import finding, findings, join_findings

# A text grid of more cells is decoded anew for every part of the city, which takes seconds each time.
LARGE_TEXT_GRID = 2**22
# Less than 1 mm of a length or 1 mm² of an area is a touch: what a map exposes of an asset, and what it does not say,
# counts from there on. A third of an asset is no touch however small the asset is, so that each counts somewhere.
TOUCH_LENGTH, TOUCH_AREA, TOUCH_SHARE = 1e-3, 1e-6, 1 / 3
# The finding after which no bounds hold: maps that are not nested refute what the bounds assume.
COVERS_LESS = "rarer_map_covers_less"
SHOWS_LESS = "rarer_map_smaller"
# How files write the units that city.toml knows.
_UNIT_ALIASES = {
    "m": ("m", "metre", "metres", "meter", "meters"), "cm": ("cm", "centimetre", "centimeter"),
    "mm": ("mm", "millimetre", "millimeter"), "ft": ("ft", "foot", "feet", "us survey foot"),
}


@dataclass(frozen=True)
class OpenMap:
    """One map made ready: a grid, or zones. Grids of one `group` have the same cells. NaN years: a scenario."""

    return_period: float
    grid: Grid | None = None
    zones: Zones | None = None
    group: int = -1


@dataclass(frozen=True)
class OpenHazard:
    """A hazard whose maps are made ready, in rising order of return period, and what was found in them."""

    hazard: Hazard
    city_crs: object
    maps: tuple[OpenMap, ...]
    findings: pd.DataFrame

    @property
    def periods(self) -> tuple[float, ...]:
        """Return the return periods (year) in rising order; NaN is a scenario."""
        return tuple(one.return_period for one in self.maps)

    @property
    def nested(self) -> bool:
        """Tell whether no rarer map covers less ground than a more frequent one, as far as grids show it."""
        return not (self.findings["code"] == COVERS_LESS).any()


def open_hazard(hazard: Hazard, city_crs: object) -> OpenHazard:
    """Return a hazard with the headers of its grids read and its zones prepared, once for all assets.

    Findings tell of zones whose intensity or return period cannot be told, and of rarer maps that are
    lower than more frequent ones (looked for in a sample of at most a million cells of each grid).
    Raises SourceError for a map that cannot be read and for maps that all hold nothing, CityError where a grid needs a
    word of city.toml, two maps have one return period, damage is said to start after the most frequent map, or water
    below ground counts and a grid of depths has none.
    """
    maps: list[OpenMap] = []
    found: list[pd.DataFrame] = []
    tables: list[gpd.GeoDataFrame] = []
    seen: dict[tuple[Path, int], Sample] = {}
    for one in hazard.maps:
        if not one.is_grid:
            table, of_table = read_zones(hazard, one, city_crs)
            tables.append(table)
            found.append(of_table)
            continue
        _demand_grid_words(hazard)
        grid = open_grid(one.path, band=one.band, crs=one.crs, terrain=one.terrain,
                         below_ground=hazard.counts_below_ground)  # fmt: skip
        same = [known.group for known in maps if known.grid.shares_cells(grid)]
        if not same:  # grids of the same cells have the same place
            found.append(_placing(grid, hazard, city_crs))
        seen[grid.path, grid.band] = sample(
            grid, nodata=unspecified_words(hazard.nodata_means, hazard), outside=unspecified_words(hazard.outside, hazard))
        _demand_depths_below_ground(hazard, grid, seen[grid.path, grid.band])
        found.append(findings(_grid_findings(grid, hazard, seen[grid.path, grid.band])))
        period = np.nan if one.return_period is None else one.return_period
        maps.append(OpenMap(period, grid=grid, group=same[0] if same else len(maps)))
    maps += _prepared(hazard, tables)
    if not any(one.grid or len(one.zones.parts) for one in maps):
        raise SourceError("error.hazard_maps_empty", source=hazard.name, path=str(hazard.maps[0].path),
                          rows=tuple(join_findings(found).to_dict("records")))  # fmt: skip
    maps.sort(key=lambda one: one.return_period)
    for before, after in zip(maps, maps[1:], strict=False):
        if before.return_period == after.return_period:
            raise CityError("error.hazard_map_twice", hazard=hazard.name, period=f"{after.return_period:g}")
    start = hazard.no_damage_return_period
    if start is not None and maps and start > maps[0].return_period:
        raise CityError(
            "error.damage_starts_late", hazard=hazard.name, given=start, period=float(maps[0].return_period))
    found.append(findings(_smaller(hazard, maps, seen)))
    return OpenHazard(hazard, city_crs, tuple(maps), join_findings(found))


def intersections(geometries: np.ndarray, opened: OpenHazard, *, cells: bool = False) -> Iterator[pd.DataFrame]:
    """Yield PIECES of the geometries, one table per map in rising order of return period.

    `geometries` are points, lines and polygons (Multi kinds too), valid and in the city's system; `asset`
    is the place in them. What a map does not say (nodata, outside) has intensity NaN, or 0 where
    the city declares that it means «not exposed». What exposes a geometry, or is not known of it, by no more than a
    touch (`touches`) has no pieces: but for touches the shares of each geometry add up to 1. With `cells` each piece
    also tells where it lies: `row` and `col` of a grid (-1 outside), or `zone`, the zone's row in its file (missing
    outside).
    """
    geometries = np.asarray(geometries, dtype=object)
    cuts: dict[int, Cut] = {}
    for place, one in enumerate(opened.maps):
        if one.zones is not None:
            table = _zone_intersections(zone_intersections.cut_by_zones(geometries, one.zones), one, opened.hazard, cells)
            yield _without_touches(table, geometries, opened.hazard)
            continue
        if one.group not in cuts:
            cuts[one.group] = raster_intersections.cut(geometries, one.grid, opened.city_crs)
        yield _without_touches(_raster_intersections(cuts[one.group], one, opened.hazard, cells), geometries, opened.hazard)
        if all(later.group != one.group for later in opened.maps[place + 1 :]):
            del cuts[one.group]


def touches(geometries: np.ndarray) -> np.ndarray:
    """Return the share of each geometry below which something only touches it: 1 mm or 1 mm², a third at most."""
    dimension = shapely.get_dimensions(geometries)
    extent = np.where(dimension == 2, shapely.area(geometries), shapely.length(geometries))
    least = np.where(dimension == 2, TOUCH_AREA, np.where(dimension == 1, TOUCH_LENGTH, 0.0))
    return np.minimum(np.divide(least, extent, out=np.full(len(extent), TOUCH_SHARE), where=extent > 0), TOUCH_SHARE)


def expected_intersections(geometries: np.ndarray, opened: OpenHazard) -> np.ndarray:
    """Return about how many pieces each geometry has on the finest grid of a hazard; 1 where it has no grid.

    A shape of area A and outline P, thrown anywhere on cells of side c, meets 1 + 2 P / (pi c) + A / c2 of
    them on the mean when it is convex (Buffon); a line is a shape whose outline is twice its length.
    """
    sides = [raster_intersections.cell_side(one.grid, opened.city_crs) for one in opened.maps if one.grid is not None]
    sides = [side for side in sides if side > 0]
    if not sides:
        return np.ones(len(geometries))
    area, length = shapely.area(geometries), shapely.length(geometries)
    around = np.where(shapely.get_dimensions(geometries) == 1, 2 * length, length)
    return 1 + 2 / np.pi * around / min(sides) + area / min(sides) ** 2


def _prepared(hazard: Hazard, tables: list[gpd.GeoDataFrame]) -> list[OpenMap]:
    """Return the zones of each return period made ready, whatever files they come from."""
    if not tables:
        return []
    whole = pd.concat(tables, ignore_index=True)
    declared = [m.return_period for m in hazard.maps if not m.is_grid and m.return_period_field is None]
    periods = {np.nan if period is None else period for period in declared}
    periods |= set(whole["return_period"].dropna())
    if not periods:
        raise CityError("error.hazard_without_period", hazard=hazard.name)
    maps = []
    for period in periods:
        part = whole[whole["return_period"].isna() if np.isnan(period) else whole["return_period"] == period]
        ready = zone_intersections.prepare_zones(
            part.geometry.to_numpy(), part["intensity"].to_numpy(), part["zone"].to_numpy())
        maps.append(OpenMap(float(period), zones=ready))
    return maps


def _demand_grid_words(hazard: Hazard) -> None:
    for key in ("exposed_from", "nodata_means"):
        if getattr(hazard, key) is None:
            raise CityError("error.grid_must_say", hazard=hazard.name, key=key)


def _demand_depths_below_ground(hazard: Hazard, grid: Grid, seen: Sample) -> None:
    """Refuse depths that are 0 on dry ground where the hazard counts water below ground: all dry land would count."""
    known = seen.values[np.isfinite(seen.values)]
    if hazard.counts_below_ground and grid.water is None and len(known) and known.min() == 0:
        raise CityError("error.no_depth_below_ground", hazard=hazard.name, path=str(grid.path),
                        given=hazard.exposed_from)  # fmt: skip


def unspecified_words(word: str | None, hazard: Hazard) -> float:
    """Return the intensity where a map says nothing: NaN, unknown, or what exposes nothing where it is «not exposed».

    That is 0, but for a hazard that counts water below ground, to which 0 is water as high as the ground.
    """
    if word != "not exposed":
        return np.nan
    return -np.inf if hazard.counts_below_ground else 0.0


def _raster_intersections(cut: Cut, one: OpenMap, hazard: Hazard, cells: bool) -> pd.DataFrame:
    intensity = raster_intersections.intensities(
        cut, one.grid, factor=hazard.factor, nodata=unspecified_words(hazard.nodata_means, hazard),
        outside=unspecified_words(hazard.outside, hazard))
    table = _table(cut, intensity, one, hazard)
    return table.assign(row=cut.row, col=cut.column) if cells else table


def _zone_intersections(cut: ZoneCut, one: OpenMap, hazard: Hazard, cells: bool) -> pd.DataFrame:
    # the last entry is for the zone -1, outside all
    intensity = np.append(one.zones.intensity, unspecified_words(hazard.outside, hazard))[cut.zone]
    table = _table(cut, intensity, one, hazard)
    if not cells:
        return table
    label = pd.array(np.append(one.zones.label, 0)[cut.zone], dtype="Int64")
    label[cut.zone == zone_intersections.OUTSIDE] = pd.NA
    return table.assign(zone=label)


def _table(cut: Cut | ZoneCut, intensity: np.ndarray, one: OpenMap, hazard: Hazard) -> pd.DataFrame:
    return pd.DataFrame({
        "asset": cut.asset,
        "hazard": pd.Categorical.from_codes(np.zeros(len(cut.asset), dtype=np.int8), categories=[hazard.name]),
        "return_period": np.full(len(cut.asset), one.return_period),
        "share": cut.share,
        "intensity": intensity,
    })


def _without_touches(table: pd.DataFrame, geometries: np.ndarray, hazard: Hazard) -> pd.DataFrame:
    """Return PIECES without what exposes an asset, or is not known of it, by no more than a touch."""
    asset, share, intensity = (table[name].to_numpy() for name in ("asset", "share", "intensity"))
    unknown = np.isnan(intensity)
    counts = unknown | hazard.exposes(intensity)
    few = np.unique(asset[counts & (share < TOUCH_SHARE)])  # a touch has no larger piece
    place = np.full(len(geometries), len(few))
    place[few] = np.arange(len(few))
    group = 2 * place[asset] + unknown
    least = np.append(np.repeat(touches(geometries[few]), 2), [0.0, 0.0])
    total = np.bincount(group[counts], weights=share[counts], minlength=len(least))
    lost = counts & (total < least)[group]
    return table[~lost].reset_index(drop=True) if lost.any() else table


def _placing(grid: Grid, hazard: Hazard, city_crs: object) -> pd.DataFrame:
    """Return what is found on the way between the grid's system and the city's, tried on its middle."""
    x0, y0, x1, y1 = grid.bounds
    middle = gpd.GeoDataFrame(geometry=gpd.points_from_xy([(x0 + x1) / 2], [(y0 + y1) / 2]), crs=grid.crs)
    return to_city(middle, city_crs, source=f"{hazard.name} ({grid.path.name})")[1]


def _grid_findings(grid: Grid, hazard: Hazard, seen: Sample) -> list[dict]:
    rows = []
    for part in (grid.water, grid.terrain) if grid.water and grid.terrain else (grid,):
        source = f"{hazard.name} ({part.path.name})"
        if part.crs_in_file is not None and part.crs_in_file != part.crs:
            rows.append(finding("grid_crs_overridden", source=source, severity="warning",
                                found=part.crs_in_file.name, stated=part.crs.to_string()))
        declared = hazard.intensity.unit
        if part.unit and part.unit.lower() not in _UNIT_ALIASES.get(declared, (declared.lower(),)):
            rows.append(finding("grid_unit_differs", source=source, severity="warning",
                                unit=part.unit, declared=declared))
        looked = seen if part is grid else sample(part)
        if looked.undeclared:
            rows.append(finding("grid_nodata_undeclared", source=source, severity="warning", count=looked.undeclared))
        if looked.endless:
            rows.append(finding("grid_endless", source=source, severity="warning", count=looked.endless))
        if part.is_text and part.width * part.height > LARGE_TEXT_GRID:
            rows.append(finding("grid_is_text", source=source, severity="warning", count=part.width * part.height))
    return rows


def _smaller(hazard: Hazard, maps: list[OpenMap], seen: dict[tuple[Path, int], Sample]) -> list[dict]:
    """Return a finding for each grid that is lower somewhere than the more frequent map of the same cells."""
    rows = []
    for before, after in same_cells(maps):
        frequent, said = (seen[one.grid.path, one.grid.band].values * hazard.factor for one in (before, after))
        reached, still = (hazard.exposes(depth) for depth in (frequent, said))
        dry, lower = lowered(frequent, said, hazard)
        told = {"rarer": f"{after.return_period:g}", "frequent": f"{before.return_period:g}"}
        source = f"{hazard.name} ({after.grid.path.name})"
        if dry.any() or lower.any():
            count = int(dry.sum() + lower.sum())
            rows.append(finding(
                SHOWS_LESS, source=source, severity="warning", count=count, dry=int(dry.sum()), cells=len(said),
                percent=100 * count / int(reached.sum()), **told))
        if still.sum() < (reached & ~np.isnan(said)).sum():
            rows.append(finding(
                COVERS_LESS, source=source, severity="warning", cells=int(still.sum()), before=int(reached.sum()),
                **told))
    return rows


def same_cells(maps: Sequence[OpenMap]) -> Iterator[tuple[OpenMap, OpenMap]]:
    """Yield each grid, in the given order of return periods, with the next rarer one of the same cells."""
    last: dict[int, OpenMap] = {}
    for one in maps:
        if one.grid is None:
            continue
        if one.group in last:
            yield last[one.group], one
        last[one.group] = one


def lowered(frequent: np.ndarray, rarer: np.ndarray, hazard: Hazard) -> tuple[np.ndarray, np.ndarray]:
    """Tell in which cells a rarer map shows no hazard where the more frequent one does, and where it is lower."""
    reached, still = hazard.exposes(frequent), hazard.exposes(rarer)
    return reached & ~still, reached & still & (rarer < frequent)


def open_hazards(hazards: Iterable[Hazard], city_crs: object) -> tuple[list[OpenHazard], list[dict]]:
    """Return the hazards made ready, and rows of FINDINGS on those whose files are not fit to be used.

    Raises what `open_hazard` raises where city.toml is to be mended and not the file.
    """
    opened, rows = [], []
    for hazard in hazards:
        try:
            opened.append(open_hazard(hazard, city_crs))
        except SourceError as fault:
            rows += unusable_hazards(hazard, fault)
    return opened, rows


def unusable_hazards(hazard: Hazard, fault: SourceError) -> list[dict]:
    """Return rows of FINDINGS on a hazard that is left out; raises the fault again where city.toml is to be mended."""
    if not fault.of_the_file:
        raise fault
    arguments = {name: str(value) for name, value in fault.arguments.items() if name != "source"}
    source = f"{hazard.name} ({Path(_path(fault)).name})"
    return [
        *fault.rows,
        finding(fault.key, source=source, severity="error", **arguments),
        finding("hazard_refused", source=hazard.name, severity="error"),
    ]


def is_of(fault: SourceError, hazard: Hazard) -> bool:
    """Tell whether a fault is one of a hazard's files."""
    files = (path for one in hazard.maps for path in (one.path, one.terrain) if path)
    return _path(fault) in map(str, files)


def _path(fault: SourceError) -> str:
    return str(fault.arguments.get("path", fault.arguments.get("source", "")))


# A part has about so many pieces.
PIECES = 250_000
PART = 50_000  # assets, where they have few pieces


def in_parts(assets: gpd.GeoDataFrame, opened: list[OpenHazard]) -> list[np.ndarray]:
    """Return the rows of the usable assets in parts of neighbours, so that a part needs few windows of a grid."""
    rows = np.flatnonzero(assets["usable"].to_numpy())
    geometry = assets.geometry.to_numpy()[rows]
    load = np.full(len(rows), 1 / PART)
    for one in opened:
        load = np.maximum(load, expected_intersections(geometry, one) / PIECES)
    count = max(1, int(np.ceil(load.sum() * (1 - 1e-9))))
    if count == 1:
        return [rows]
    order = np.argsort(assets.geometry.iloc[rows].hilbert_distance().to_numpy(), kind="stable")
    done = np.cumsum(load[order])
    ends = np.searchsorted(done, done[-1] / count * np.arange(1, count))
    return [np.sort(part) for part in np.split(rows[order], ends) if len(part)]
