"""A register of three clinics."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from asset_inventory import register as registers
from asset_inventory.model.reading import read_city
from asset_inventory.register import Register
from asset_inventory.register.changes import diff, encode_rows
from tests.support.paths import TESTS
from tests.support.town import X, Y

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
    given = {
        "ID": ["1", "2", "3"],
        "NAME": ["Candi", "Genuk", None],
        "BEDS": [10, 20, 30],
    } | columns
    places = [shapely.Point(X + 10 * number, Y) for number in range(len(given["ID"]))]
    return gpd.GeoDataFrame(given, geometry=places, crs="EPSG:32749")


def hand_in(
    register: Register, table: gpd.GeoDataFrame, layer: str = "clinics", **details
) -> registers.Delivery:
    delivery = registers.deliver(register, layer, table, **details)
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


STORES = TESTS / "register" / "stores"


def open_clinics(folder: Path) -> Register:
    (folder / "city.toml").write_text(CITY, encoding="utf-8")
    return registers.open_register(read_city(folder, files=False))


def register_contents(register: Register) -> dict[str, object]:
    """All that can be read out of a register, as JSON has it."""
    tables = {}
    for layer in registers.layers(register):
        for version in range(registers.version(register) + 1):
            table = registers.table(register, layer, version=version).sort_index()
            tables[f"{layer}, version {version}"] = dict(
                zip(table.index, encode_rows(table), strict=True)
            )
    history = registers.history(register)
    deliveries = []
    for one in registers.deliveries(register):
        full = registers.delivery(register, one.id)
        plain = {
            name: value for name, value in vars(full).items() if not isinstance(value, pd.DataFrame)
        }
        counts = {
            name: len(value)
            for name, value in vars(full).items()
            if isinstance(value, pd.DataFrame)
        }
        deliveries.append(plain | counts)
    rows = history.astype(object).where(history.notna(), None).to_dict("records")
    systems = {
        layer: registers.table(register, layer).crs.to_epsg()
        for layer in registers.layers(register)
    }
    decided = registers.recorded_decisions(register)
    told = {
        "tables": tables,
        "history": rows,
        "deliveries": deliveries,
        "systems": systems,
        "schemas": {
            layer: registers.schema(register, layer) for layer in registers.layers(register)
        },
        "decisions": decided.astype(object).where(decided.notna(), None).to_dict("records"),
    }
    return json.loads(json.dumps(told))
