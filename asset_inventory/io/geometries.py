"""Geometries made fit to be measured: flat, of one dimension, valid; changes are findings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from asset_inventory.model.findings import ERROR, REPAIRED, Fault, as_findings
from asset_inventory.model.tables import findings

_COLLECTION = int(shapely.GeometryType.GEOMETRYCOLLECTION)
_GATHERED = (4, 5, 6, _COLLECTION)  # shapely's numbers of Multi types and collections
_POLYGONS = (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON))
# A repair that changes the area an outline covers by more than this share is a guess, and an error
# to correct.
MUCH = 0.1


@dataclass(frozen=True)
class Repaired:
    """Geometries made fit, the changed ones, and `much`: repaired by more than `MUCH` of the area.

    `percent` is by how much the area of the others changed at the most; `unusable` has no length or
    area.
    """

    geometry: np.ndarray
    reduced: np.ndarray
    repaired: np.ndarray
    much: np.ndarray
    unusable: np.ndarray
    percent: float


def repair(geometry: np.ndarray) -> Repaired:
    """Return the geometries flat, of one dimension each and valid, and which were changed.

    An invalid polygon is rebuilt from its rings (`make_valid`, structure method), a collection is
    reduced to its members of the highest dimension. The area before is what the rings cover
    (`covered_area`).
    """
    geometry = shapely.force_2d(geometry) if shapely.has_z(geometry).any() else geometry.copy()
    collections = (shapely.get_type_id(geometry) == _COLLECTION) & ~shapely.is_empty(geometry)
    if collections.any():
        geometry[collections] = [_highest(one) for one in geometry[collections]]
    invalid = np.isin(shapely.get_type_id(geometry), _POLYGONS) & ~shapely.is_valid(geometry)
    change = np.zeros(len(geometry))
    if invalid.any():
        before = covered_area(geometry[invalid])
        found = geometry[invalid]
        geometry[invalid] = shapely.make_valid(found, method="structure", keep_collapsed=False)
        with np.errstate(invalid="ignore", divide="ignore"):
            change[invalid] = np.abs(shapely.area(geometry[invalid]) - before) / before
    much = invalid & ~(change <= MUCH)  # also where there was no area before
    percent = 100 * float(change[invalid & ~much].max(initial=0.0))
    return Repaired(geometry, collections, invalid, much, ~measurable(geometry), percent)


def covered_area(polygons: np.ndarray) -> np.ndarray:
    """Return the area that the rings of polygons cover without holes, also if they cross.

    The signed area of a ring does not say it: in a bowtie one half cancels the other, and a ring
    drawn twice counts twice. A ring covers what lies inside it by the even-odd rule. The structure
    method fills all that a ring winds around, so it changes the area of a ring that overlaps
    itself: nobody can tell what was meant. Of rings that overlap each other each counts, and a
    repair changes their area too.
    """
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    # the first ring of a part is its outer one
    sign = np.where(np.diff(part, prepend=-1) == 0, -1.0, 1.0)
    areas = shapely.area(shapely.make_valid(shapely.polygons(rings)))
    return np.bincount(owner[part], sign * areas, minlength=len(polygons))


def repaired_with_findings(
    geometry: np.ndarray, names: pd.Index, *, source: str
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the geometries, flat and valid, and FINDINGS by their `names`; see `mend`.

    What was repaired is recorded with how many and how much area they changed. What is missing,
    empty or without length or area stays and is a finding: such an asset is unusable.
    """
    made = repair(geometry)
    little = np.flatnonzero(made.repaired & ~made.much)
    much = {"percent": 100 * MUCH}
    faults = [
        Fault("collection_reduced", REPAIRED, np.flatnonzero(made.reduced)),
        Fault("geometry_repaired", REPAIRED, little, arguments={"percent": made.percent}),
        Fault("geometry_repaired_much", ERROR, np.flatnonzero(made.much), arguments=much),
        Fault.of_rows("geometry_unusable", made.unusable),
    ]
    return made.geometry, findings(as_findings(faults, source=source, labels=names.to_numpy()))


def measurable(geometry: np.ndarray) -> np.ndarray:
    """Tell which geometries have a place and, as lines or polygons, a length or area above 0."""
    there = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    dimension = shapely.get_dimensions(geometry)
    length = np.where(dimension == 1, shapely.length(geometry), 1.0)
    extent = np.where(dimension == 2, shapely.area(geometry), length)
    return there & (extent > 0) & np.isfinite(shapely.bounds(geometry)).all(axis=1)


def _highest(collection: shapely.Geometry) -> shapely.Geometry:
    """Return the members of the highest dimension, however deep they lie, as one geometry."""
    parts = shapely.get_parts(collection)
    while np.isin(shapely.get_type_id(parts), _GATHERED).any():
        parts = shapely.get_parts(parts)
    dimension = shapely.get_dimensions(parts)
    kept = parts[dimension == dimension.max()]
    gather = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    return kept[0] if len(kept) == 1 else gather[int(dimension.max())](kept)
