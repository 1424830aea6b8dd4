"""The register as other programs see it: a GeoPackage that QGIS and GDAL open, draw and find
without fault.

The fullest store has clinics (points) with a column of every kind, roads (lines with heights),
buildings (polygons in degrees) and odds and ends (mixed, one without a shape) in a system of their
own, two versions of the clinics, a rejected delivery and a pending one.
"""

from __future__ import annotations

import datetime
import os
import re
import subprocess

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from asset_inventory import register as registers
from asset_inventory.model.reading import read_city
from asset_inventory.register import Register
from tests.support.clinic_register import X, Y, alter, clinics, hand_in, same, whole

pytestmark = pytest.mark.slow

LAYERS = ("clinics", "roads", "buildings", 'odds "and" ends')
# fmt: off
TABLES = {"layer_styles", "register_about", "register_layers", "register_risks", "register_decisions", "deliveries",
          "changes", "proposed"}
# fmt: on
ITS_OWN = (
    "+proj=tmerc +lat_0=0 +lon_0=110 +k=0.9996 +x_0=500000 +y_0=10000000 +datum=WGS84 +units=m"
)
# How GDAL's other tools see it: each layer is read to its end, and all that GDAL says on the way is
# printed.
READ_WITH_GDAL = """
import sys
from osgeo import gdal
gdal.UseExceptions()
gdal.PushErrorHandler(lambda kind, number, said: print("GDAL says:", said))
package = gdal.OpenEx(sys.argv[1], gdal.OF_VECTOR)
for place in range(package.GetLayerCount()):
    layer = package.GetLayer(place)
    print(layer.GetName(), sum(1 for _ in layer))
"""


def with_gdal(*arguments: str) -> list[str]:
    """What a program says that Debian's own Python runs, with GDAL's package."""
    ran = subprocess.run(
        ["/usr/bin/python3", *arguments], capture_output=True, text=True, env={"PATH": os.defpath}
    )
    return (ran.stdout + ran.stderr).splitlines()


def of_every_kind() -> dict[str, object]:
    moments = ["2024-03-01T12:00:00.001", None, "0001-01-01"]
    return {
        "fid": [7, 8, 9],
        "Name": ["x", "y", "z"],
        "OPEN": [True, False, True],
        "asset_id": [1.5, np.nan, np.inf],
        "PERHAPS": pd.Series([True, None, False], dtype="boolean"),
        "BIG": pd.Series([2**62, None, -(2**63)], dtype="Int64"),
        "DAY": [datetime.date(2024, 3, 1), None, None],
        "HOUR": [datetime.time(1, 2, 3), None, None],
        "AT": pd.Series(moments, dtype="datetime64[us]"),
        "FINER": pd.Series(
            ["2024-03-01T12:00:00.000001", None, "2024-03-02"], dtype="datetime64[us]"
        ),
        "ZONED": [pd.Timestamp("2024-03-01T12:00+07:00"), None, None],
        "LIST": [[1, "a"], 2**70, None],
        "BYTES": [b"\x00\xff", None, None],
    }


@pytest.fixture(scope="module")
def full(tmp_path_factory) -> Register:
    folder = tmp_path_factory.mktemp("full")
    declared = "".join(
        f"[[assets]]\nname = '{name}'\npath = 'a.gpkg'\nasset_type = 'asset'\ncomplete = true\n"
        "source = { title = 'Assets', licence = 'CC0-1.0' }\n"
        for name in LAYERS
    )
    head = 'name = "Tiny Town"\ncrs = "EPSG:32749"\ncurrency = "IDR"\n'
    (folder / "city.toml").write_text(head + declared, encoding="utf-8")
    register = registers.open_register(read_city(folder, files=False))
    squares = gpd.GeoSeries(
        [shapely.box(X + 20 * n, Y, X + 20 * n + 9, Y + 9) for n in range(4)], crs="EPSG:32749"
    )
    lines = [shapely.LineString([(X, Y + 50 * n, 1), (X + 9, Y + 50 * n, 2)]) for n in range(2)]
    odd = [squares[0], shapely.Point(X, Y), None, shapely.MultiPoint([(X, Y), (X + 1, Y)])]
    built = gpd.GeoDataFrame({"FLOORS": [1, 2, 3, 4]}, geometry=squares).to_crs("EPSG:4326")
    hand_in(register, clinics(**of_every_kind()))
    hand_in(
        register, gpd.GeoDataFrame({"W": [1.0, 2.0]}, geometry=lines, crs="EPSG:32749"), LAYERS[1]
    )
    hand_in(register, built, LAYERS[2])
    hand_in(register, gpd.GeoDataFrame({'a"b': [*"abcd"]}, geometry=odd, crs=ITS_OWN), LAYERS[3])
    hand_in(register, clinics(**of_every_kind() | {"BEDS": [11, 20, 30]}))
    registers.reject(
        register, registers.deliver(register, LAYERS[2], built.iloc[:2]).id, "half of it"
    )
    registers.deliver(register, LAYERS[2], built.assign(FLOORS=[1, 2, 3, 9]))
    figures = {
        "rank": 1.0,
        "top": 5.0,
        "top_share": None,
        "robustness": None,
        "non_dominated": True,
        "figures": "with",
    }
    registers.decide(
        register,
        "1",
        "chosen",
        group="G",
        reason="R",
        day=datetime.date(2026, 3, 2),
        figures=figures,
    )
    assert whole(register) == []
    return register


@pytest.fixture(scope="module")
def only_pending(tmp_path_factory) -> Register:
    folder = tmp_path_factory.mktemp("only_pending")
    (folder / "city.toml").write_text(
        'name = "Tiny Town"\ncrs = "EPSG:32749"\ncurrency = "IDR"\n[[assets]]\nname = "clinics"\npath = "a.gpkg"\n'
        'asset_type = "clinic"\nsource = { title = "Clinics", licence = "CC0-1.0" }\n',
        encoding="utf-8",
    )
    register = registers.open_register(read_city(folder, files=False))
    registers.deliver(register, "clinics", clinics())
    return register


@pytest.mark.gdal
@pytest.mark.parametrize("which", ["full", "only_pending"])
def test_gdal_finds_the_package_valid(which, request):
    path = request.getfixturevalue(which).path
    said = with_gdal(
        "-m", "osgeo_utils.samples.validate_gpkg", "--extra", "--warning-as-error", "-k", str(path)
    )
    assert said == []


@pytest.mark.gdal
def test_debians_gdal_reads_every_table_and_says_nothing(full):
    said = with_gdal("-c", READ_WITH_GDAL, str(full.path))
    assert said[: len(LAYERS)] == ["clinics 3", "roads 2", "buildings 4", 'odds "and" ends 4']
    assert {line.split()[0] for line in said[len(LAYERS) :]} == TABLES


@pytest.mark.parametrize("arrow", [False, True])
@pytest.mark.parametrize("which", ["full", "only_pending"])
def test_every_table_is_read_without_a_warning(which, arrow, request):
    path = request.getfixturevalue(which).path
    names = {str(name) for name, _ in pyogrio.list_layers(path)}
    assert names == TABLES | (set(LAYERS) if which == "full" else set())
    for name in names:
        # a warning is an error here
        read = pyogrio.read_dataframe(path, layer=name, use_arrow=arrow)
        if name in LAYERS:
            assert len(read) == len(registers.table(request.getfixturevalue(which), name))


def test_layers_are_drawn_found_and_know_their_bounds(full):
    read = pyogrio.read_dataframe(full.path, layer="clinics", bbox=(X + 5, Y - 1, X + 15, Y + 1))
    assert read["NAME"].tolist() == ["Genuk"] and read.crs == "EPSG:32749"
    assert pyogrio.read_info(full.path, layer="clinics")["total_bounds"] == (X, Y, X + 20, Y)
    styles = pyogrio.read_dataframe(full.path, layer="layer_styles").set_index("f_table_name")[
        "styleQML"
    ]
    # QGIS draws the mixed itself
    drawn = {
        "clinics": "SimpleMarker",
        "roads": "SimpleLine",
        "buildings": "SimpleFill",
    }
    assert {name: word for name, word in drawn.items() if word in styles[name]} == drawn and len(
        styles
    ) == 3
    colours = [re.search(r'olor" value="([0-9]+,[0-9]+,[0-9]+),', style)[1] for style in styles]
    assert len(set(colours)) == 3
    beside = {path.name for path in full.path.parent.iterdir()}
    assert beside == {"city.toml", "register.gpkg", "register.copies"}


def test_moments_lose_nothing_and_only_those_that_gdal_knows_are_columns_of_moments(full):
    table = registers.table(full, "clinics")
    assert same(table, clinics(**of_every_kind() | {"BEDS": [11, 20, 30]}).set_axis(table.index))
    assert table["FINER"].iloc[0] == pd.Timestamp("2024-03-01T12:00:00.000001")
    read = pyogrio.read_dataframe(full.path, layer="clinics").set_index("NAME")
    assert read["AT"]["Candi"] == pd.Timestamp("2024-03-01T12:00:00.001Z")
    assert read["FINER"]["Candi"] == '{"datetime": "2024-03-01T12:00:00.000001"}'


def test_a_finer_moment_widens_its_column(register):
    at = pd.Series(["2024-03-01T12:00", None, "2024-03-02"], dtype="datetime64[us]")
    hand_in(register, clinics(AT=at))
    hand_in(register, clinics(AT=at.where(at.isna(), at + pd.Timedelta(microseconds=1))))
    table = registers.table(register, "clinics")
    assert table["AT"].tolist()[::2] == [*(at + pd.Timedelta(microseconds=1))[::2]]
    assert registers.table(register, "clinics", version=1)["AT"].tolist()[::2] == at.tolist()[::2]
    hand_in(register, clinics(AT=at))
    assert registers.table(register, "clinics")["AT"].tolist()[::2] == at.tolist()[::2]
    assert whole(register) == []


def styles(register: Register) -> list[str]:
    return pyogrio.read_dataframe(register.path, layer="layer_styles")["styleName"].tolist()


def test_a_style_that_somebody_has_saved_stays_where_a_layer_is_written_anew(register):
    hand_in(register, clinics())
    lines = [shapely.LineString([(X, Y), (X + 9, Y + number)]) for number in range(3)]
    assert styles(register) == ["clinics"]
    # other symbols are ours too
    hand_in(register, clinics().set_geometry(lines).set_crs("EPSG:32749"))
    assert styles(register) == ["clinics"]
    assert (
        "SimpleLine" in pyogrio.read_dataframe(register.path, layer="layer_styles")["styleQML"][0]
    )
    alter(
        register,
        "INSERT INTO layer_styles (f_table_name, styleName, styleQML) VALUES ('clinics', 'mine', '<qgis/>')",
    )
    hand_in(register, clinics(NEW=[1, 2, 3]))
    assert styles(register) == ["mine"] and whole(register) == []
