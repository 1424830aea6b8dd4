"""A register of three clinics, and the words in which tests speak of one.

The clinics stand on a line, 10 m apart: 1 «Candi», 2 «Genuk», 3 without a name; each has a number of beds.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

import geopandas as gpd
import pytest
import shapely

from asset_inventory.inventory import register as registers
from asset_inventory.inventory.changes import diff
from asset_inventory.inventory.register import Register
from asset_inventory.sources.city import read_city

X, Y = 436_000.0, 9_227_000.0
CITY = """
name = "Tiny Town"
crs = "EPSG:32749"
currency = "IDR"
[[assets]]
name = "clinics"
path = "clinics.gpkg"
complete = true
asset_type = "clinic"
source = { title = "Clinics", licence = "CC0-1.0" }
fields = { asset_id = "ID", name = "NAME" }
[[assets]]
name = "roads"
path = "roads.gpkg"
asset_type = "road"
source = { title = "Roads", licence = "CC0-1.0" }
"""


def clinics(**columns: list) -> gpd.GeoDataFrame:
    given = {"ID": ["1", "2", "3"], "NAME": ["Candi", "Genuk", None], "BEDS": [10, 20, 30]} | columns
    places = [shapely.Point(X + 10 * number, Y) for number in range(len(given["ID"]))]
    return gpd.GeoDataFrame(given, geometry=places, crs="EPSG:32749")


@pytest.fixture
def register(tmp_path) -> Register:
    (tmp_path / "city.toml").write_text(CITY, encoding="utf-8")
    return registers.open_register(read_city(tmp_path, files=False))


def hand_in(register: Register, table: gpd.GeoDataFrame, layer: str = "clinics", **said) -> registers.Delivery:
    delivery = registers.deliver(register, layer, table, **said)
    return registers.accept(register, delivery.id)


def whole(register: Register) -> list[str]:
    return registers.fsck(register)["code"].tolist()


def the_copy(register: Register) -> Register | None:
    """The newest whole copy; None without one, or where nobody can tell whose history it is."""
    found = registers.whole_copies(register)
    return found[0] if len(found) == 1 else None


def same(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame) -> bool:
    return diff(first, second).empty and diff(second, first).empty


def alter(register: Register, sql: str) -> None:
    """Write past the register, as a program does that knows nothing of it."""
    with closing(sqlite3.connect(register.path)) as connection, connection:
        for name in ("ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY", "ST_IsEmpty"):
            connection.create_function(name, 1, lambda _: 0)
        connection.execute(sql)
