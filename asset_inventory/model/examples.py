"""A small city and its hazards, for the examples in docstrings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asset_inventory.model.city import AssetLayer, City, Districts
from asset_inventory.model.declarations import Source
from asset_inventory.model.hazards import Hazard, HazardMap, Intensity

SOURCE = Source(title="A map", licence="CC0")


def flood(**declared: Any) -> Hazard:
    """Return a flood with maps of water depth (metre) for 10, 50 and 100 years.

    Examples
    --------
    >>> [a_map.return_period for a_map in flood().maps]
    [10.0, 50.0, 100.0]
    """
    maps = tuple(
        HazardMap(path=Path(f"depth_{years}.tif"), return_period=years) for years in (10, 50, 100)
    )
    usual: dict[str, Any] = {
        "name": "flood",
        "kind": "shock",
        "intensity": Intensity(measure="depth", unit="m"),
        "exposed_from": 0.0,
        "nodata_means": "unknown",
        "outside": "not exposed",
        "maps": maps,
        "source": SOURCE,
    }
    return Hazard(**usual | declared)


def tidal_flooding(**declared: Any) -> Hazard:
    """Return a stress with a map of its reach and one of a rarer event.

    Examples
    --------
    >>> tidal_flooding().kind
    'stress'
    """
    maps = tuple(HazardMap(path=Path(f"rob_{years}.tif"), return_period=years) for years in (1, 50))
    occurrence = {"days_per_year": 100, "service_lost": 0.5, "source": "A survey"}
    usual: dict[str, Any] = {
        "name": "rob",
        "kind": "stress",
        "maps": maps,
        "occurrence": occurrence,
    }
    return flood(**usual | declared)


def districts(**declared: Any) -> Districts:
    """Return districts with an id.

    Examples
    --------
    >>> districts().id
    'id'
    """
    usual: dict[str, Any] = {"path": Path("districts.gpkg"), "id": "id", "source": SOURCE}
    return Districts(**usual | declared)


def city(**declared: Any) -> City:
    """Return a city with a layer of houses and a flood.

    Examples
    --------
    >>> city().hazard("flood").unit
    'm'
    """
    houses = AssetLayer(name="houses", path=Path("houses.gpkg"), asset_type="house", source=SOURCE)
    usual: dict[str, Any] = {
        "name": "A city",
        "crs": "EPSG:32749",
        "currency": "IDR",
        "assets": (houses,),
        "hazards": (flood(),),
    }
    return City(**usual | declared)
