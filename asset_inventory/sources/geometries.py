"""Geometries made fit to be measured: flat, of one dimension, valid; what was changed is a finding."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from asset_inventory.tables import finding, findings

_COLLECTION = int(shapely.GeometryType.GEOMETRYCOLLECTION)
_POLYGONS = (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON))


def mended(geometry: np.ndarray, names: pd.Index, *, source: str) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the geometries, flat and valid, and FINDINGS, in which `names` names the features.

    An invalid polygon is rebuilt from its rings (`make_valid`, structure method), a collection is
    reduced to its members of the highest dimension; both are recorded with how many and how much area
    they changed. What is missing, empty or without length or area stays and is a finding: such an asset
    is unusable.
    """
    geometry = shapely.force_2d(geometry) if shapely.has_z(geometry).any() else geometry.copy()
    rows: list[dict] = []
    kinds = shapely.get_type_id(geometry)
    collections = (kinds == _COLLECTION) & ~shapely.is_empty(geometry)
    if collections.any():
        geometry[collections] = [_highest(one) for one in geometry[collections]]
        rows.append(
            finding(
                "collection_reduced",
                source=source,
                severity="repaired",
                count=int(collections.sum()),
                feature=_first(names, collections),
            )
        )
    invalid = np.isin(kinds, _POLYGONS) & ~shapely.is_valid(geometry)
    if invalid.any():
        before = shapely.area(geometry[invalid])
        repaired = shapely.make_valid(geometry[invalid], method="structure", keep_collapsed=False)
        geometry[invalid] = repaired
        with np.errstate(invalid="ignore", divide="ignore"):
            change = np.abs(shapely.area(repaired) - before) / before
        most = float(np.nanmax(np.where(np.isfinite(change), change, 1.0)))
        rows.append(
            finding(
                "geometry_repaired",
                source=source,
                severity="repaired",
                count=int(invalid.sum()),
                feature=_first(names, invalid),
                percent=100 * most,
            )
        )
    unmeasurable = ~measurable(geometry)
    if unmeasurable.any():
        rows.append(
            finding(
                "geometry_unusable",
                source=source,
                severity="error",
                count=int(unmeasurable.sum()),
                feature=_first(names, unmeasurable),
            )
        )
    return geometry, findings(rows)


def measurable(geometry: np.ndarray) -> np.ndarray:
    """Tell which geometries have a place and, as lines or polygons, a length or area above 0."""
    there = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    dimension = shapely.get_dimensions(geometry)
    extent = np.where(dimension == 2, shapely.area(geometry), np.where(dimension == 1, shapely.length(geometry), 1.0))
    return there & (extent > 0) & np.isfinite(shapely.bounds(geometry)).all(axis=1)


def _highest(collection: shapely.Geometry) -> shapely.Geometry:
    """Return the members of the highest dimension as one geometry."""
    parts = shapely.get_parts(shapely.get_parts(collection))
    dimension = shapely.get_dimensions(parts)
    kept = parts[dimension == dimension.max()]
    gather = {0: shapely.multipoints, 1: shapely.multilinestrings, 2: shapely.multipolygons}[int(dimension.max())]
    return kept[0] if len(kept) == 1 else gather(kept)


def _first(names: pd.Index, chosen: np.ndarray) -> str:
    return str(names[np.flatnonzero(chosen)[0]])
