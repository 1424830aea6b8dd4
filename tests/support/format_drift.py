"""What other programs do to a layer's file without changing what it says, and what the register
then says of it.

The programs are the real ones: pyogrio and geopandas, fiona and GDAL's own ogr2ogr (through
Debian's python3-gdal) where they are installed. The rest is what people do on the way: fields of
other widths, rows in another order, shapes begun elsewhere, another coordinate system, text for
numbers.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from asset_inventory.cli import main
from tests.support.paths import DATA, SHARED

DRIVERS = {".shp": "ESRI Shapefile", ".gpkg": "GPKG", ".geojson": "GeoJSON"}
# Python with GDAL's own bindings.
SYSTEM_PYTHON = "/usr/bin/python3"
# A field that nobody knew.
ADDED = "CATATAN"
Change = Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]


@dataclass(frozen=True)
class Drift:
    """One drift: `make` takes a file, an empty folder and the city's system; `needs` is a
    program; `ends` are files.
    """

    make: Callable[[Path, Path, str], Path]
    needs: str = ""
    ends: tuple[str, ...] = (".shp", ".gpkg", ".geojson")


@lru_cache
def missing(program: str) -> str:
    """Why a program cannot be used here; empty where it can."""
    if program == "fiona" and importlib.util.find_spec("fiona") is None:
        return "fiona is not installed (it is in the extra «test»)"
    if program == "gdal":
        asked = [SYSTEM_PYTHON, "-c", "from osgeo import gdal"]
        if (
            shutil.which(SYSTEM_PYTHON) is None
            or subprocess.run(asked, capture_output=True).returncode
        ):
            return "GDAL's own Python is not here (Debian: sudo apt install python3-gdal)"
    return ""


def read(path: Path) -> gpd.GeoDataFrame:
    """A layer as pyogrio reads it."""
    return pyogrio.read_dataframe(path)


def write(table: gpd.GeoDataFrame, to: Path, **options: object) -> Path:
    """Write a layer as pyogrio does, which cuts and renames what a shapefile does not take."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(table, to, driver=DRIVERS[to.suffix], **options)
    return to


# By programs


def by_pyogrio(path: Path, folder: Path, city_crs: str) -> Path:
    return write(read(path), folder / path.name)


def by_geopandas(path: Path, folder: Path, city_crs: str) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gpd.read_file(path).to_file(folder / path.name, driver=DRIVERS[path.suffix])
    return folder / path.name


def into(end: str) -> Callable[[Path, Path, str], Path]:
    def made(path: Path, folder: Path, city_crs: str) -> Path:
        return write(read(path), folder / f"{path.stem}{end}")

    return made


FIONA = """
import sys, fiona
path, to = sys.argv[1:3]
with fiona.open(path) as layer:
    schema = layer.schema
    with fiona.open(to, "w", driver=layer.driver, schema=schema, crs_wkt=layer.crs_wkt, encoding="utf-8") as made:
        made.writerecords(layer)
"""
GDAL = """
import sys
from osgeo import gdal
gdal.UseExceptions()
path, to, driver, *more = sys.argv[1:]
gdal.VectorTranslate(to, path, format=driver, options=more)
"""


def by_fiona(path: Path, folder: Path, city_crs: str) -> Path:
    """Written record by record; in a process of its own, for fiona brings a GDAL of its own."""
    subprocess.run(
        [sys.executable, "-c", FIONA, path, folder / path.name], check=True, capture_output=True
    )
    return folder / path.name


def by_gdal(end: str = "", *options: str) -> Callable[[Path, Path, str], Path]:
    """Written by ogr2ogr, into another kind of file where an ending is given."""

    def made(path: Path, folder: Path, city_crs: str) -> Path:
        to = folder / (path.stem + (end or path.suffix))
        more = [*options, *(("-nlt", "PROMOTE_TO_MULTI") if to.suffix == ".gpkg" else ())]
        command = [SYSTEM_PYTHON, "-c", GDAL, path, to, DRIVERS[to.suffix], *more]
        subprocess.run(command, check=True, capture_output=True)
        return to

    return made


# By people


def table(change: Change) -> Callable[[Path, Path, str], Path]:
    """A drift that is a change of the table, written to the same kind of file."""

    def made(path: Path, folder: Path, city_crs: str) -> Path:
        return write(change(read(path)), folder / path.name)

    return made


def shapes(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path, Path, str], Path]:
    return table(lambda layer: with_shapes(layer, change))


def with_shapes(
    layer: gpd.GeoDataFrame, change: Callable[[np.ndarray], np.ndarray]
) -> gpd.GeoDataFrame:
    return layer.set_geometry(
        gpd.GeoSeries(change(layer.geometry.to_numpy()), layer.index, layer.crs)
    )


def rings_elsewhere(geometry: np.ndarray) -> np.ndarray:
    """Polygons whose rings begin a third of the way on, and run the other way."""

    def turned(ring: shapely.LinearRing) -> np.ndarray:
        xy = shapely.get_coordinates(ring, include_z=ring.has_z)[:-1]
        return np.roll(xy, len(xy) // 3, axis=0)[::-1]

    def made(shape: shapely.Geometry | None) -> shapely.Geometry | None:
        if shape is None or shape.is_empty:
            return shape
        if shape.geom_type == "MultiPolygon":
            return shapely.MultiPolygon([made(part) for part in shape.geoms][::-1])
        if shape.geom_type == "Polygon":
            return shapely.Polygon(
                turned(shape.exterior), [turned(hole) for hole in shape.interiors][::-1]
            )
        return shape

    return np.array([*map(made, geometry), None], dtype=object)[:-1]


def as_multi(geometry: np.ndarray) -> np.ndarray:
    kinds = {
        "Polygon": shapely.MultiPolygon,
        "LineString": shapely.MultiLineString,
        "Point": shapely.MultiPoint,
    }
    made = [
        one if one is None or one.geom_type not in kinds else kinds[one.geom_type]([one])
        for one in geometry
    ]
    return np.array([*made, None], dtype=object)[:-1]


def as_single(geometry: np.ndarray) -> np.ndarray:
    alone = [
        one is not None and one.geom_type.startswith("Multi") and len(one.geoms) == 1
        for one in geometry
    ]
    made = [
        one.geoms[0] if is_alone else one for one, is_alone in zip(geometry, alone, strict=True)
    ]
    return np.array([*made, None], dtype=object)[:-1]


def there_and_back(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Through web Mercator, as a web map's editor does."""
    return layer.to_crs(3857).to_crs(layer.crs)


def in_citys_system(path: Path, folder: Path, city_crs: str) -> Path:
    """Handed in on the city's system, whatever the layer came in."""
    return write(read(path).to_crs(city_crs), folder / path.name)


def texts(change: Callable[[pd.Series], pd.Series]) -> Change:
    """A change of all columns of text."""

    def made(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        words = [name for name in layer.columns if pd.api.types.is_string_dtype(layer[name].dtype)]
        return layer.assign(**{name: change(layer[name]) for name in words})

    return made


def numbers_as_text(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Floats as text to their last bit: 0.30000000000000004."""
    floats = [name for name in layer.columns if pd.api.types.is_float_dtype(layer[name].dtype)]
    text = {
        name: layer[name].map(lambda value: None if np.isnan(value) else f"{value:.17g}")
        for name in floats
    }
    return layer.assign(**text)


def nulls(layer: gpd.GeoDataFrame) -> pd.Series:
    return pd.Series(None, index=layer.index, dtype="str")


def unchanged(path: Path, folder: Path, city_crs: str) -> Path:
    """A copy, with whatever lies beside the layer."""
    for one in path.parent.glob(f"{path.stem}.*"):
        shutil.copy(one, folder)
    return folder / path.name


ANY, WITHOUT_CUTS = (".shp", ".gpkg", ".geojson"), (".gpkg", ".geojson")
DRIFTS = {
    "a copy": Drift(unchanged),
    "pyogrio": Drift(by_pyogrio),
    "geopandas": Drift(by_geopandas),
    "fiona": Drift(by_fiona, "fiona"),
    "ogr2ogr": Drift(by_gdal(), "gdal"),
    "into a shapefile": Drift(into(".shp"), ends=WITHOUT_CUTS),
    "into a GeoPackage": Drift(into(".gpkg")),
    "into GeoJSON": Drift(into(".geojson")),
    "ogr2ogr into a shapefile": Drift(by_gdal(".shp"), "gdal", WITHOUT_CUTS),
    "ogr2ogr into a GeoPackage": Drift(by_gdal(".gpkg"), "gdal"),
    "ogr2ogr into GeoJSON": Drift(by_gdal(".geojson"), "gdal"),
    "rows in another order": Drift(table(lambda layer: layer.iloc[::-1])),
    "fields in another order": Drift(
        table(lambda layer: layer[[*layer.columns[:-1][::-1], "geometry"]])
    ),
    "rings begun elsewhere and turned": Drift(shapes(rings_elsewhere)),
    "single shapes as multi": Drift(shapes(as_multi)),
    "multi shapes as single": Drift(shapes(as_single)),
    "through web Mercator and back": Drift(table(there_and_back)),
    "all that is done to shapes": Drift(
        table(
            lambda layer: with_shapes(
                there_and_back(layer), lambda shapes: as_multi(rings_elsewhere(shapes))
            )[::-1]
        )
    ),
    "on the city's system": Drift(in_citys_system),
    "blanks behind texts": Drift(table(texts(lambda words: words + "  ")), ends=WITHOUT_CUTS),
    "empty for null": Drift(table(texts(lambda words: words.fillna("")))),
    "null for empty": Drift(table(texts(lambda words: words.mask(words == "")))),
    "floats as text": Drift(table(numbers_as_text)),
    "names in small letters": Drift(table(lambda layer: layer.rename(columns=str.lower))),
    "an unknown field": Drift(table(lambda layer: layer.assign(**{ADDED: "baru"}))),
    "an unknown field without values": Drift(
        table(lambda layer: layer.assign(**{ADDED: nulls(layer)}))
    ),
}


# What programs see of a layer

FIONA_SEES = """
import json, sys, fiona
for path in sys.argv[1:]:
    with fiona.open(path) as layer:
        print(json.dumps([[*layer.schema["properties"].items()], layer.schema["geometry"], layer.crs_wkt,
                          layer.encoding, len(layer)]))
"""
GDAL_SEES = """
import json, sys
from osgeo import gdal
gdal.UseExceptions()
for path in sys.argv[1:]:
    source = gdal.OpenEx(path)
    layer = source.GetLayer(0)
    defined = layer.GetLayerDefn()
    fields = [defined.GetFieldDefn(number) for number in range(defined.GetFieldCount())]
    about = [[one.GetName(), one.GetTypeName(), one.GetSubType(), one.GetWidth(), one.GetPrecision(), one.IsNullable()]
             for one in fields]
    headers = {key: said for key, said in layer.GetMetadata("SHAPEFILE").items() if key != "DBF_DATE_LAST_UPDATE"}
    print(json.dumps([about, layer.GetGeomType(), layer.GetSpatialRef().ExportToWkt(), headers, len(layer)]))
"""


def seen_by(program: str, paths: list[Path]) -> list[object]:
    """The definitions of each layer as a program sees them: fields in order, kind of shapes,
    system, encoding.
    """
    if program == "pyogrio":
        keys = (
            "fields",
            "dtypes",
            "ogr_types",
            "ogr_subtypes",
            "geometry_type",
            "crs",
            "encoding",
            "features",
        )
        return [
            [np.asarray(pyogrio.read_info(path)[key]).tolist() for key in keys] for path in paths
        ]
    python, code = (
        (sys.executable, FIONA_SEES) if program == "fiona" else (SYSTEM_PYTHON, GDAL_SEES)
    )
    said = subprocess.run(
        [python, "-c", code, *paths], check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return [json.loads(line) for line in said.stdout.splitlines()]


# Through the register


@dataclass(frozen=True)
class RealLayer:
    """A layer of a real city: its file, the city's system, and the one to state where its own
    cannot be used.
    """

    path: Path
    city_crs: str
    stated: str = ""


def real_layers() -> list[RealLayer]:
    """Every layer of the cities beside the project and of its own demo city, the small ones
    first.
    """
    places = {
        SHARED / "data" / "jakarta": "EPSG:32748",
        SHARED / "data" / "semarang": "EPSG:32749",
        SHARED / "data" / "canflood-bc": "EPSG:3005",
        DATA / "semarang": "EPSG:32749",
    }
    found = [
        # on a sphere of its own
        RealLayer(path, crs, "EPSG:3857" if path.stem.startswith("OSM_structures") else "")
        for folder, crs in places.items()
        for path in folder.rglob("*")
        if path.suffix in DRIVERS
    ]
    return sorted(found, key=lambda layer: (layer.path.stat().st_size, layer.path))


CITY = """
name = "{name}"
crs = "{crs}"
currency = "IDR"
[[assets]]
name = "layer"
path = "{file}"
{stated}
complete = true
asset_type = "asset"
source = {{ title = "{file}", licence = "?" }}
"""


def city_of(layer: RealLayer, folder: Path) -> Path:
    """The folder of a new city that has one layer, copied there with what lies beside it."""
    folder.mkdir(parents=True)
    unchanged(layer.path, folder, layer.city_crs)
    stated = f'crs = "{layer.stated}"' if layer.stated else ""
    text = CITY.format(
        name=layer.path.stem, crs=layer.city_crs, file=layer.path.name, stated=stated
    )
    (folder / "city.toml").write_text(text, encoding="utf-8")
    return folder


def asked(*arguments: object) -> dict[str, object]:
    """What a command of the register answers to machines; its exit code as `code`, its error as
    `error`.
    """
    said, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(error):
        code = main([*map(str, arguments), "--json", "--language", "en"])
    return (json.loads(said.getvalue()) if said.getvalue() else {"error": error.getvalue()}) | {
        "code": code
    }


def handed_in(city: Path, file: Path, *, accept: bool = False) -> dict[str, object]:
    """What the register says of a file; a delivery that is not accepted is rejected at once,
    with its changes told.
    """
    answer = asked("deliver", city, file, "--layer", "layer", *(["--accept"] if accept else []))
    delivery = answer.get("delivery")
    if delivery is None or accept:
        return answer
    if any(delivery[name] for name in ("added", "edited", "removed", "doubts")):
        answer["delivery"] = asked("review", city, delivery["id"])["delivery"]
    asked("reject", city, delivery["id"], "--why", "a drill")
    return answer


def difference(answer: dict[str, object]) -> dict[str, object]:
    """What the register sees in a file that says nothing new; empty where it sees nothing.

    The cells of a field that nobody knew are new and kept: they are no difference, but the field is
    told.
    """
    delivery = answer.get("delivery")
    if delivery is None:
        return {"not taken": answer}
    added = set(delivery["report"].get("fields_added", ()))
    seen = {
        name: delivery[name] for name in ("added", "removed", "doubts", "conflicts", "would_undo")
    }
    seen["edited"] = [one for one in delivery.get("changes", ()) if one["column"] not in added]
    seen |= {
        name: delivery["report"].get(name)
        for name in ("fields_missing", "removals_left", "shapes_left")
    }
    return {name: what for name, what in seen.items() if what}


COLLECTION = SHARED / "badfiles"


BAD_FILE_CITY = """
name = "Bad files"
crs = "{crs}"
currency = "IDR"
[[assets]]
name = "layer"
path = "{file}"
{layer}
complete = true
asset_type = "asset"
source = {{ title = "Bad files", licence = "?" }}
"""


def twice(path: str, folder: Path, *, layer: str = "") -> tuple[str, list[str]]:
    """Hand a file in twice, in a new folder; return what became of it, and how it differed the
    second time.
    """
    shutil.copytree((COLLECTION / path).parent, folder)
    file = folder / Path(path).name
    named = f'layer = "{layer}"' if layer else ""
    text = BAD_FILE_CITY.format(crs="EPSG:3857", file=re.sub(r'["\\]', "_", file.name), layer=named)
    (folder / "city.toml").write_text(text, encoding="utf-8")
    first = handed_in(folder, file, accept=True)
    if first.get("delivery") is None:
        return f"not taken: {first.get('error') or first['problems'][:1]}", []
    found = difference(handed_in(folder, file))
    return f"taken: {first['delivery']['added']} assets", [str(found)] if found else []
