"""Shapes as a layer of one kind takes them, and held against what a written layer gives back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from asset_inventory.errors import SourceError
from asset_inventory.sources.faults import Fault

MULTI = ("MultiPoint", "MultiLineString", "MultiPolygon")


def shape_faults(shapes: np.ndarray, fitting: tuple[str, ...], kind: str, *, heights: bool | None) -> list[Fault]:
    """Return the shapes that a layer of this kind does not take; all must have `heights`, or none (None: either)."""
    there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    wrong = there & ~np.isin(shapely.get_type_id(shapes), [shapely.GeometryType[one.upper()] for one in fitting])
    if heights is not None:
        wrong |= there & (shapely.has_z(shapes) != heights)
    first = shapes[np.argmax(wrong)] if wrong.any() else None
    found = f"{first.geom_type}{' Z' * first.has_z}" if first else ""
    rows = np.flatnonzero(wrong)
    return [Fault("export_shape_kind", rows=rows, arguments={"kind": kind, "found": found})] if len(rows) else []


def as_kind(shapes: np.ndarray, kind: str | None) -> np.ndarray:
    """Return shapes as a layer of one kind has them: single ones as multi of one part, or such multi ones as single."""
    if kind is None:
        return shapes
    shapes, types = shapes.copy(), shapely.get_type_id(shapes)
    for multi in MULTI:
        single = types == shapely.GeometryType[multi.removeprefix("Multi").upper()]
        alone = (types == shapely.GeometryType[multi.upper()]) & (shapely.get_num_geometries(shapes) == 1)
        if multi == kind:
            gathered = getattr(shapely, f"multi{multi.removeprefix('Multi').lower()}s")
            shapes[single] = gathered(shapes[single].reshape(-1, 1)) if single.any() else None
        elif multi == f"Multi{kind}":
            shapes[alone] = shapely.get_geometry(shapes[alone], 0)
    return shapes


def demand_same_shapes(wanted: np.ndarray, blobs: np.ndarray, made: Path) -> None:
    """Raise SourceError where the shapes that were read again (WKB) are not those that were to be written."""
    found = shapely.from_wkb(blobs) if blobs is not None else np.full(len(wanted), None, dtype=object)
    alike = len(found) == len(wanted)
    if alike:
        nothing = [shapely.is_missing(one) | shapely.is_empty(one) for one in (wanted, found)]
        first, second = (shapely.normalize(_alone(one)) for one in (wanted, found))
        alike = bool((np.logical_and(*nothing) | shapely.equals_identical(first, second)).all())
    demand_same(alike, made, "geometry")


def demand_same(alike: bool, made: Path, what: str) -> None:
    """Raise SourceError where a part of a written file, a field or its shapes, is not what was to be written."""
    if not alike:
        raise SourceError("error.export_differs", path=made.name, field=what)


def _alone(shapes: np.ndarray) -> np.ndarray:
    """Return the shapes, each as the set of its parts: whether one part is single or multi is the file's affair."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    made = shapes.copy()
    made[~shapely.is_missing(shapes)] = None
    if len(parts):
        shapely.geometrycollections(parts, indices=owner, out=made)
    return made
