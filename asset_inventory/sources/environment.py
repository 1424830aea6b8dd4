"""What GDAL and PROJ may do in a process of our own, set before they load.

Called by the command line, which owns its process; importing the package sets nothing, so that an
analyst's notebook keeps its drivers and its network.
"""

from __future__ import annotations

from collections.abc import MutableMapping

# Drivers that follow a file's text to other files or hosts. None of the formats we read needs them.
_SKIPPED = (
    "VRT",
    "OGR_VRT",
    "GDALG",
    "GTI",
    "WMS",
    "WFS",
    "OAPIF",
    "OGCAPI",
    "HTTP",
    "WCS",
    "WMTS",
    "PLSCENES",
    "PLMOSAIC",
    "EEDA",
    "EEDAI",
    "NGW",
    "CSW",
    "Carto",
    "AmigoCloud",
    "Elasticsearch",
    "DAAS",
    "STACTA",
    "STACIT",
    "ADBC",
)
# Nothing listens on this port: what still asks the network is refused at once.
_DEAD_PROXY = "http://127.0.0.1:9"


def close(environment: MutableMapping[str, str]) -> None:
    """Close an environment before GDAL is imported in it: no drivers that follow links, no network, a small cache.

    `PROJ_DATA` of another installation hides every EPSG code from the wheels' own PROJ, so it goes.
    """
    environment.pop("PROJ_DATA", None)
    environment.pop("PROJ_LIB", None)
    environment["GDAL_SKIP"] = " ".join(_SKIPPED)
    environment["GDAL_HTTP_PROXY"] = _DEAD_PROXY
    environment["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = ".none"
    environment["GML_DOWNLOAD_SCHEMA"] = "NO"
    environment["PROJ_NETWORK"] = "OFF"
    # Otherwise the cache is 5 % of the machine's memory: 1 GB more for no gain in speed.
    environment["GDAL_CACHEMAX"] = "32"
