"""What GDAL and PROJ may do in a process of our own, set before they load.

Called by the command line, which owns its process; importing the package sets nothing, so that an
analyst's notebook keeps its drivers and its network.
"""

from __future__ import annotations

import platform
from collections.abc import MutableMapping
from functools import cache
from importlib import metadata

_PACKAGES = (
    "asset_inventory geopandas pandas numpy shapely pyproj pyogrio rasterio folium pydantic pandera"
).split()
# Drivers that follow a file's text to other files or hosts. None of the formats we read needs them.
_SKIPPED = (
    "VRT OGR_VRT GDALG GTI WMS WFS OAPIF OGCAPI HTTP WCS WMTS PLSCENES PLMOSAIC EEDA EEDAI NGW CSW "
    "Carto AmigoCloud Elasticsearch DAAS STACTA STACIT ADBC"
)
# Nothing listens on this port: what still asks the network is refused at once.
_DEAD_PROXY = "http://127.0.0.1:9"


def close(environment: MutableMapping[str, str]) -> None:
    """Close an environment before GDAL's import: no linking drivers, no network, less cache.

    `PROJ_DATA` of another installation hides every EPSG code from the wheels' own PROJ, so it goes.
    """
    environment.pop("PROJ_DATA", None)
    environment.pop("PROJ_LIB", None)
    environment["GDAL_SKIP"] = _SKIPPED
    environment["GDAL_HTTP_PROXY"] = _DEAD_PROXY
    environment["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = ".none"
    environment["GML_DOWNLOAD_SCHEMA"] = "NO"
    environment["PROJ_NETWORK"] = "OFF"
    # Otherwise the cache is 5 % of the machine's memory: 1 GB more for no gain in speed.
    environment["GDAL_CACHEMAX"] = "32"
    # Otherwise OpenBLAS starts a thread for each core when numpy is imported, and their waiting
    # counts as processor time; no matrix here is large enough for two threads.
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    # pydantic would search the metadata of every installed package for plugins.
    environment.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def versions() -> dict[str, str]:
    """Return the versions of Python, the packages behind the figures, GDAL, PROJ and GEOS."""
    import pyogrio
    import pyproj
    import rasterio
    import shapely

    gdal = ".".join(map(str, pyogrio.__gdal_version__))
    libraries = {"gdal (layers)": gdal, "gdal (grids)": rasterio.__gdal_version__}
    libraries |= {"proj": pyproj.proj_version_str, "geos": shapely.geos_version_string}
    return {"python": platform.python_version()} | _installed() | libraries


@cache  # a search of the disk for each of them, and none is exchanged while we run
def _installed() -> dict[str, str]:
    installed = {}
    for name in _PACKAGES:
        try:
            installed[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            installed[name] = "not installed"
    return installed
