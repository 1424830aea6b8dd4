"""When two shapes are the same, and each as bytes that do not depend on how it was written down.

Programs that write a layer again turn its shapes round. So these are the same:

- a shape that is missing, that is empty, and of which no coordinate is known: nothing is there;
- polygons whose rings begin elsewhere or run the other way, a vertex that stands twice in a row and once (programs that
  write a layer again drop the second, but not of shapes with heights), parts in another order, a single shape and the
  multi shape that holds it alone, and coordinates closer than a tolerance.

A line the other way round is another line (a one-way street). Heights (Z) count, measures (M) are kept but not
compared.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import shapely

# Below this a coordinate that went through another system and back has not moved. Metre.
GRID = 0.001
_LINES = (int(shapely.GeometryType.LINESTRING), int(shapely.GeometryType.MULTILINESTRING))
_MULTI = tuple(int(shapely.GeometryType[f"MULTI{kind}"]) for kind in ("POINT", "LINESTRING", "POLYGON"))
# Vertices of a shape up to which each of them is held against all of another shape's, which is quick for few.
_MANY_VERTICES = 2_000


def shapes_differ(before: np.ndarray, after: np.ndarray, *, tolerance: float) -> np.ndarray:
    """Tell which geometries, place by place, are not the same within a tolerance (in their own unit)."""
    before, after = single(before), single(after)
    nothing, nothing_now = _nothing(before), _nothing(after)
    different = nothing != nothing_now
    rows = np.flatnonzero(~nothing & ~nothing_now & ~shapely.equals_identical(before, after))
    for alike in (_vertices_close, _forms_equal, _outlines_close):  # each is asked about what is left by the last
        if len(rows):
            rows = rows[~alike(before[rows], after[rows], tolerance)]
    different[rows] = True
    return different


def normal_form(geometry: np.ndarray, *, grid: float = GRID) -> np.ndarray:
    """Return each geometry as bytes that do not depend on how it was written down; b"" for nothing.

    Coordinates are set on a grid; rings begin at their least vertex and run one way; parts are in order.
    """
    geometry = single(geometry)
    form = np.full(len(geometry), b"", dtype=object)
    there, high = ~_nothing(geometry), shapely.has_z(geometry)
    for has_z in (False, True):
        rows = there & (high == has_z)
        if not rows.any():
            continue
        placed = shapely.transform(geometry[rows], lambda xy: _on_grid(xy, grid), include_z=has_z)
        placed = placed if has_z else _once(placed)
        form[rows] = shapely.to_wkb(shapely.normalize(placed), byte_order=1, include_srid=False)
    return form


def single(geometry: np.ndarray) -> np.ndarray:
    """Return the geometries, a multi shape of one part as that part."""
    alone = np.isin(shapely.get_type_id(geometry), _MULTI) & (shapely.get_num_geometries(geometry) == 1)
    if not alone.any():
        return geometry
    geometry = geometry.copy()
    geometry[alone] = shapely.get_geometry(geometry[alone], 0)
    return geometry


def drawn_form(geometry: np.ndarray, *, grid: float = GRID) -> np.ndarray:
    """Return the same as `normal_form`, of lines with the direction too in which each part was drawn."""
    forms, shapes = normal_form(geometry, grid=grid), single(geometry)
    lines = np.isin(shapely.get_type_id(shapes), _LINES) & (forms != b"")
    forms[lines] += _as_drawn(shapes[lines], grid)
    return forms


def _nothing(geometry: np.ndarray) -> np.ndarray:
    # a shape whose coordinates are not known becomes an empty one when it is written
    return np.isnan(shapely.bounds(geometry)).all(axis=-1)


def _on_grid(coordinates: np.ndarray, grid: float) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.rint(coordinates / grid) + 0.0  # -0.0 is 0.0, whose bytes are others


def _once(geometry: np.ndarray) -> np.ndarray:
    """Return flat lines and areas with each of several vertices in one place, one after the other, only once."""
    drawn = shapely.get_dimensions(geometry) > 0
    geometry = geometry.copy()
    geometry[drawn] = shapely.remove_repeated_points(geometry[drawn])
    return geometry


def _vertices_close(before: np.ndarray, after: np.ndarray, tolerance: float) -> np.ndarray:
    """Tell which pairs are built alike and have each vertex near its like, in the order as written."""
    alike = np.ones(len(before), dtype=bool)
    structure: tuple[Callable, ...] = (
        shapely.get_type_id,
        shapely.get_num_geometries,
        shapely.get_num_coordinates,
        shapely.has_z,
        _rings,
    )
    for count in structure:
        alike &= count(before) == count(after)
    rows = np.flatnonzero(alike)
    first, owner = shapely.get_coordinates(before[rows], include_z=True, return_index=True)
    second = shapely.get_coordinates(after[rows], include_z=True)
    equal = (first == second) | (np.isnan(first) & np.isnan(second))
    with np.errstate(invalid="ignore"):  # infinity less infinity
        steps = np.where(equal, 0.0, np.abs(first - second))
    near = (np.hypot(steps[:, 0], steps[:, 1]) <= tolerance) & (steps[:, 2] <= tolerance)
    alike[rows[owner[~near]]] = False
    return alike


def _rings(geometry: np.ndarray) -> np.ndarray:
    parts, owner = shapely.get_parts(geometry, return_index=True)
    return np.bincount(owner[shapely.get_rings(parts, return_index=True)[1]], minlength=len(geometry))


def _forms_equal(before: np.ndarray, after: np.ndarray, tolerance: float) -> np.ndarray:
    grid = tolerance / 10
    return drawn_form(before, grid=grid) == drawn_form(after, grid=grid)


def _as_drawn(lines: np.ndarray, grid: float) -> np.ndarray:
    """Return lines as bytes: their parts in any order, but each in the direction in which it was drawn."""
    parts, owner = shapely.get_parts(lines, return_index=True)
    drawn, high = np.empty(len(parts), dtype=object), shapely.has_z(parts)
    for has_z in (False, True):
        placed = shapely.transform(parts[high == has_z], lambda xy: _on_grid(xy, grid), include_z=has_z)
        drawn[high == has_z] = shapely.to_wkb(placed if has_z else _once(placed), byte_order=1, include_srid=False)
    if len(parts) == len(lines):
        return drawn
    written = pd.DataFrame({"owner": owner, "part": drawn})
    return written.sort_values(["owner", "part"]).groupby("owner")["part"].agg(b"".join).to_numpy(dtype=object)


def _outlines_close(before: np.ndarray, after: np.ndarray, tolerance: float) -> np.ndarray:
    """Tell which polygons and sets of points have as many vertices and rings, each vertex near one of the other's.

    For rings that begin elsewhere while their coordinates lie at the edges of grid cells.
    """
    vertices, high = shapely.get_num_coordinates(before), shapely.has_z(before)
    alike = (vertices == shapely.get_num_coordinates(after)) & (high == shapely.has_z(after))
    alike &= shapely.get_dimensions(before) == shapely.get_dimensions(after)
    alike &= (shapely.get_dimensions(before) != 1) & (_rings(before) == _rings(after))
    with np.errstate(invalid="ignore"):
        moved = np.abs(shapely.bounds(before) - shapely.bounds(after)).max(axis=1, initial=0.0)
    alike &= moved <= tolerance  # quick, and true of nearly all that were drawn anew
    single_out = high | (vertices > _MANY_VERTICES)
    rows = np.flatnonzero(alike & ~single_out)
    alike[rows] = shapely.hausdorff_distance(_vertices(before[rows]), _vertices(after[rows])) <= tolerance
    for row in np.flatnonzero(alike & single_out):
        alike[row] = _each_near_another(before[row], after[row], tolerance)
    return alike


def _each_near_another(first: shapely.Geometry, second: shapely.Geometry, tolerance: float) -> bool:
    """Tell whether each vertex of either shape has one of the other near it, in height too."""
    sides = [shapely.get_coordinates(shape, include_z=True) for shape in (first, second)]
    if not all(np.isfinite(side[:, :2]).all() for side in sides):
        return False
    for own, other in (sides, sides[::-1]):
        tree = shapely.STRtree(shapely.points(other[:, :2]))
        row, near = tree.query_nearest(shapely.points(own[:, :2]), max_distance=tolerance, all_matches=False)
        step = np.abs(own[row, 2] - other[near, 2])
        same = (step <= tolerance) | (np.isnan(own[row, 2]) & np.isnan(other[near, 2]))
        if len(row) < len(own) or not same.all():
            return False
    return True


def _vertices(geometry: np.ndarray) -> np.ndarray:
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    return np.asarray(shapely.multipoints(xy, indices=owner), dtype=object)
