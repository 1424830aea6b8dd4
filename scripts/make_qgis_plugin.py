"""Write build/asset_inventory.zip, the QGIS plugin: the same bytes for the same sources."""

from __future__ import annotations

import zipfile
from pathlib import Path

PROJECT = Path(__file__).parents[1]
SOURCE = PROJECT / "qgis" / "asset_inventory"
FILES = {".py", ".txt", ".svg", ""}  # no caches; "" is LICENSE


def make(path: Path) -> Path:
    """Write the plugin to a zip, and return its path."""
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(SOURCE.iterdir()):
            if file.is_file() and file.suffix in FILES and not file.name.startswith("."):
                entry = zipfile.ZipInfo(f"{SOURCE.name}/{file.name}")
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes())
    return path


if __name__ == "__main__":
    print(make(PROJECT / "build" / "asset_inventory.zip"))
