"""The schema of a delivered layer: all that is needed to return the layer as it came."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields

from asset_inventory.model.errors import SourceError

SHAPEFILE, GEOPACKAGE, GEOJSON = "shapefile", "GPKG", "GeoJSON"
# What a layer of each is called on disk.
SUFFIXES = {SHAPEFILE: ".shp", GEOPACKAGE: ".gpkg", GEOJSON: ".geojson"}
# The files of a shapefile next to its .shp, also those that programs write to find their way in it.
# fmt: off
SHAPEFILE_PARTS = (
    ".shx", ".dbf", ".prj", ".cpg", ".qpj", ".qix", ".sbn", ".sbx", ".fbn", ".fbx", ".ain", ".aih", ".fix", ".idm",
    ".ind",
)
# fmt: on
# GDAL lets no layer of a GeoPackage begin with these signs.
NO_BEGINNING = tuple("`~!@#$%^&*()+-={}|[]\\:\";'<>?,./ ")
# What an export writes next to a layer, in place of the layer's own ending.
BASE = ".base.json"
# The kinds of shapes in a .shp by their number there; M is a measure, Z a height (and perhaps a
# measure).
# fmt: off
SHAPES = {
    1: "Point", 3: "LineString", 5: "Polygon", 8: "MultiPoint", 11: "Point Z", 13: "LineString Z",
    15: "Polygon Z", 18: "MultiPoint Z", 21: "Point M", 23: "LineString M", 25: "Polygon M", 28: "MultiPoint M",
}
# fmt: on
# Kinds of fields in a GeoJSON file. `mixed` holds several of them.
TEXT, INTEGER, NUMBER, TRUTH = "text", "integer", "number", "truth"
STRUCTURE, MIXED = "structure", "mixed"
_PLAIN_TYPES = {"str": str, "int": int, "bool": bool}


@dataclass(frozen=True)
class Field:
    """A field by its name in the layer; `column` is its name in the register, if another.

    `kind` is in the words of its driver: the letter of a .dbf, the declared type of a GeoPackage's
    column, for GeoJSON one of those above. `width` (bytes in a .dbf, characters in a GeoPackage)
    and `precision` (decimals) are None where the driver knows none. In a .dbf `blank` fills an
    empty cell, and `signs` are those with which values are written: `TF` or `YN` for true and
    false, `e3` for numbers with an exponent of three digits. In GeoJSON a field that is `optional`
    is left out where it is empty.
    """

    name: str
    kind: str
    width: int | None = None
    precision: int | None = None
    blank: str = ""
    signs: str = ""
    optional: bool = False
    column: str = ""


@dataclass(frozen=True)
class Schema:
    """The schema of a layer; None and empty text stand for what its driver or file lacks.

    `geometry` is the kind of shapes that the file declares, `encoding` Python's name of the one its
    texts are in (empty of a shapefile without a .dbf), `cpg` and `prj` the text of those files byte
    by byte (as Latin-1), `crs` WKT, `stated` is the system in which it is read, where that is
    another than its own, `language` the .dbf's own number for its encoding. `layer` is the layer's
    name inside the file, `id_column` and `place` are the columns of a GeoPackage that hold the
    row's number and its shape, `head` the members of a GeoJSON collection besides its features
    (JSON).
    """

    driver: str
    fields: tuple[Field, ...]
    geometry: str = ""
    encoding: str = "utf-8"
    cpg: str | None = None
    prj: str | None = None
    crs: str | None = None
    language: int = 0
    layer: str = ""
    id_column: str = ""
    place: str = ""
    head: str = ""
    stated: str = ""

    @classmethod
    def of_names(cls, names: Iterable[str]) -> Schema:
        """Return a schema of names alone; an export fills in the rest of it from the values."""
        return cls("", tuple(Field(name, "") for name in names))

    @property
    def names(self) -> list[str]:
        """Return the names of all fields in order."""
        return [field.name for field in self.fields]

    @property
    def columns(self) -> dict[str, str]:
        """Return the name that each field has in the register by its name in the layer."""
        return {field.name: field.column or field.name for field in self.fields}

    def plain(self) -> dict[str, object]:
        """Return the schema as values that JSON has."""
        return asdict(self) | {"fields": [asdict(field) for field in self.fields]}


def schema_from(plain: Mapping[str, object]) -> Schema:
    """Return the schema that `plain` gave; raises SourceError for anything else."""
    try:
        checked = tuple(_checked(Field, field) for field in plain["fields"])
        return _checked(Schema, {**plain, "fields": checked})
    except (KeyError, TypeError, ValueError) as fault:
        raise SourceError("error.schema_unreadable", fault=str(fault)[:80]) from None


def _checked(record_type: type, values: Mapping[str, object]) -> Field | Schema:
    for field in fields(record_type):
        words = re.findall(r"\w+", field.type)
        allowed = tuple(_PLAIN_TYPES[word] for word in words if word in _PLAIN_TYPES)
        value = values.get(field.name)
        if value is not None and allowed and not isinstance(value, allowed):
            raise ValueError(field.name)
    return record_type(**values)
