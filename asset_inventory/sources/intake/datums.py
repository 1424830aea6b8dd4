"""How a layer comes to WGS 84's datum where it lies, and what that says about its places."""

from __future__ import annotations

import numpy as np
import pyproj

from asset_inventory.sources.faults import WARNING, Fault
from asset_inventory.sources.projections import ACCURACY_LIMIT, Shift, datum_shift, only_ballpark

USE_MARGIN = 5.0  # degree
_SPREAD = (0.05, 0.5, 0.95)  # of the places in order, along each axis


def no_sure_way(crs: pyproj.CRS) -> Fault | None:
    """Return why coordinates in a system cannot be brought to WGS 84: no way leads there, or only a ballpark one."""
    ballpark = only_ballpark(crs)
    if ballpark is False:
        return None
    return Fault("crs_ballpark" if ballpark else "crs_unusable", arguments={"crs": crs.name})


def within_use(degrees: np.ndarray, crs: pyproj.CRS) -> bool:
    """Tell whether bounds, taken as longitude and latitude, have their middle where a system is meant to be used."""
    use = crs.area_of_use
    if use is None:
        return True
    x, y = (degrees[0] + degrees[2]) / 2, (degrees[1] + degrees[3]) / 2
    west, east = use.west - USE_MARGIN, use.east + USE_MARGIN + (360 if use.east < use.west else 0)
    return use.south - USE_MARGIN <= y <= use.north + USE_MARGIN and (west <= x <= east or west <= x + 360 <= east)


def shifted(crs: pyproj.CRS, places: np.ndarray) -> tuple[Shift | None, list[Fault]]:
    """Return how places (n × 2, finite) come to WGS 84 (None if nothing shifts), and what is to be said of it.

    Six places spread over all of them are looked at; the system is one for which `no_sure_way` has nothing to say.
    """
    if not len(places):
        return None, []
    orders = (np.argsort(places[:, axis], kind="stable") for axis in (0, 1))
    chosen = {int(order[int(share * (len(order) - 1))]) for order in orders for share in _SPREAD}
    shift = datum_shift(crs, places[sorted(chosen)])
    if shift is None:
        return None, []
    way = {"crs": crs.name, "operation": shift.operation[:120]}
    faults = []
    if shift.outside:
        faults.append(Fault("datum_outside", WARNING, arguments=way))
    if shift.accuracy is None:
        faults.append(Fault("datum_accuracy_unknown", WARNING, arguments=way))
    elif shift.accuracy > ACCURACY_LIMIT:
        faults.append(Fault("datum_unsure", WARNING, arguments=way | {"accuracy": shift.accuracy}))
    if shift.better is not None:
        accuracy = "?" if shift.better_accuracy is None else shift.better_accuracy
        better = {"crs": crs.name, "operation": shift.better[:120], "accuracy": accuracy, "grid": shift.grid}
        faults.append(Fault("datum_grid_missing", WARNING, arguments=better))
    return shift, faults
