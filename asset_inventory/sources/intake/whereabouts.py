"""Where a layer lies as against its city: features far outside, on the wrong side of the equator, or with x for y."""

from __future__ import annotations

import numpy as np
import pyproj
import shapely

from asset_inventory.errors import SourceError
from asset_inventory.sources.faults import WARNING, Fault
from asset_inventory.sources.intake.records import Records
from asset_inventory.sources.projections import WGS84, carry, carry_bounds, proposals

MARGIN = 0.1  # degree, about 11 km: a waterworks or a landfill may lie beyond the city's border
MOST_FAR = 0.5  # of the features far outside, from which on the system of the whole layer is doubted


def look_around(
    records: Records, box: tuple[float, ...], city_crs: str, chosen: np.ndarray, *, lost: bool
) -> list[Fault]:
    """Return what lies where the city is not; `box` is the city in degrees, `lost` says that the system is wrong.

    Only rows that are `chosen` are looked at. Where most of them would lie in the city in another system, the layer
    is refused and that system proposed.
    """
    bounds = shapely.bounds(records.geometry)
    rows = np.flatnonzero(chosen & np.isfinite(bounds).all(axis=1))
    if not len(rows):
        return []
    if not box:
        return [Fault("city_place_unknown", WARNING)]
    bounds, city = bounds[rows], np.array(box)
    degrees = None if lost or records.crs is None else _in_degrees(bounds, records.crs)
    if degrees is None:
        return _proposed(bounds, records.crs, city, city_crs)
    outside = np.isfinite(degrees).all(axis=1) & ~_meets(degrees, city)
    if not outside.any():
        return []
    faults, far = [], outside
    for code, mended in (
        ("latitude_unsigned", degrees * [1, -1, 1, -1]),
        ("longitude_unsigned", degrees * [-1, 1, -1, 1]),
        ("coordinates_swapped", _in_degrees(bounds[:, [1, 0, 3, 2]], records.crs)),
    ):
        so = far & _meets(mended, city)
        faults.append(Fault(code, rows=rows[so]))
        far = far & ~so
    if not far.any():
        return faults
    proposed = _proposed(bounds[far], records.crs, city, city_crs) if far.sum() > MOST_FAR * len(rows) else []
    if proposed or far.all():
        return [*faults, Fault("layer_far_outside", count=int(far.sum()), arguments=_place(degrees[far])), *proposed]
    return [*faults, Fault("far_outside", rows=rows[far], arguments=_place(degrees[far][:1]))]


def _in_degrees(bounds: np.ndarray, crs: pyproj.CRS) -> np.ndarray | None:
    """Return the bounds of features (n × 4) in longitude and latitude by two of their corners; None without a way."""
    try:
        corners = [carry(bounds[:, side : side + 2], crs, WGS84) for side in (0, 2)]
    except SourceError:
        return None
    return np.column_stack([np.minimum(*corners), np.maximum(*corners)])


def _meets(degrees: np.ndarray, city: np.ndarray) -> np.ndarray:
    """Tell which bounds reach into the city or its margin, whichever of two corners comes first; NaN never does."""
    x, y = degrees[:, ::2], degrees[:, 1::2]
    west, south, east, north = city + np.array([-MARGIN, -MARGIN, MARGIN, MARGIN])
    across = (x.min(axis=1) <= east) & (x.max(axis=1) >= west)
    return across & (y.min(axis=1) <= north) & (y.max(axis=1) >= south)


def _proposed(bounds: np.ndarray, crs: pyproj.CRS | None, city: np.ndarray, city_crs: str) -> list[Fault]:
    """Return the system in which most of these features would lie in the city, as a warning, or nothing."""
    # a few features that went astray do not move the middle
    whole = np.concatenate([np.quantile(bounds[:, :2], 0.05, axis=0), np.quantile(bounds[:, 2:], 0.95, axis=0)])
    for name in proposals(whole, city_crs, carry_bounds(city, WGS84, city_crs)):
        if crs is not None and pyproj.CRS.from_user_input(name).equals(crs, ignore_axis_order=True):
            continue
        if _meets(carry_bounds(whole, name, WGS84)[None, :], city)[0]:
            return [Fault("crs_would_fit", WARNING, arguments={"proposal": name})]
    return []


def _place(degrees: np.ndarray) -> dict[str, object]:
    """Return longitude and latitude of the middle of these bounds, as a sentence shows them."""
    x, y = (float(np.median((degrees[:, side] + degrees[:, side + 2]) / 2)) for side in (0, 1))
    return {"x": round(x, 3), "y": round(y, 3)}
