"""Programs outside Python that some tests ask for."""

from __future__ import annotations

import functools
import shutil
import subprocess


def find_chromium() -> str | None:
    """The path of a browser that Playwright can drive, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


def find_firefox() -> str | None:
    """The path of a Firefox, or None."""
    return next((path for path in map(shutil.which, ("firefox-esr", "firefox")) if path), None)


@functools.cache
def find_gdal() -> str | None:
    """The Python that Debian's GDAL comes with, if its checker of GeoPackages is there, or None."""
    python = "/usr/bin/python3"
    try:
        ran = subprocess.run(
            [python, "-c", "from osgeo_utils.samples import validate_gpkg"], capture_output=True
        )
    except OSError:
        return None
    return python if ran.returncode == 0 else None
