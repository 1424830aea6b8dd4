"""Hazards whose intensities come by asset, in a table: arithmetic, a law, findings, outputs."""

from __future__ import annotations

import geopandas
import pandas as pd
import pytest

import asset_inventory
from asset_inventory.assessment.precheck import check_city
from asset_inventory.model.errors import AssetInventoryError
from asset_inventory.model.reading import read_city
from tests.support.commands import run

GRIDS = """maps = [
  { return_period = 100, path = "flood_100.tif" },
  { return_period = 10, path = "flood_10.tif" },
  { return_period = 50, path = "flood_50.tif" },
]"""
OF_GRIDS = 'exposed_from = 0.1\nnodata_means = "unknown"\n'
TABLE = (
    'maps = [ { path = "levels.csv", asset_layer = "buildings", asset_id_field = "id",'
    ' return_period_field = "rp", intensity_field = "level", ground_field = "ground" } ]'
)
# A: 0.5 m, 1 m and 2 m (the higher of two rows), B: none, nothing known and 1 m, D: no readable level, Z: no asset
LEVELS = """id;rp;level;ground
A;10;1,5;1
A;100;3;1
A;100;2;1
A;50;2;1
B;10;1;1
B;100;2;1
D;10;?;1
D;100;?;1
Z;10;2;1
"""


@pytest.fixture
def by_table(edit):
    folder = edit((GRIDS, TABLE), (OF_GRIDS, ""))
    (folder / "levels.csv").write_text(LEVELS, encoding="utf-8")
    return folder


def test_depths_damage_and_ead_of_each_asset_come_from_its_rows(by_table):
    result = asset_inventory.assess(read_city(by_table))
    exposure = result.exposure[result.exposure["hazard"] == "flood"]
    depths = exposure.set_index(["asset_id", "return_period"])["intensity_max"]
    assert depths["buildings:A"].to_dict() == {10.0: 0.5, 50.0: 1.0, 100.0: 2.0}
    assert depths["buildings:B"].dropna().to_dict() == {100.0: 1.0}
    at_100 = exposure[(exposure["return_period"] == 100) & (exposure["no_data_fraction"] == 1)]
    unknown = at_100["asset_id"].astype(str)
    # D has no readable level, and nothing is known of the road, which is not in the table
    assert {*unknown} == {"buildings:D", "roads:C"}
    damage = result.damage.set_index(["asset_id", "return_period"])["damage"]
    # a straight curve from 0 m to 4 m: 1000 × 0.5 / 4, 1000 × 1 / 4, 1000 × 2 / 4, 500 × 1 / 4
    assert damage["buildings:A"].to_dict() == {10.0: 125.0, 50.0: 250.0, 100.0: 500.0}
    assert damage["buildings:B"].dropna().to_dict() == {100.0: 125.0}
    ead = result.ead.set_index("asset_id")["ead"]
    # 0.1 × 125 / 2 + 0.08 × (125 + 250) / 2 + 0.01 × (250 + 500) / 2 + 0.01 × 500: from 5 years on
    assert ead["buildings:A"] == pytest.approx(6.25 + 15 + 3.75 + 5)
    counts = result.exposure_counts[result.exposure_counts["hazard"] == "flood"]
    states = counts[["exposed", "not_exposed", "no_data", "unusable"]].sum(axis=1)
    assert (states == counts["assets"]).all()


def test_what_the_table_lacks_and_repeats_is_named_with_what_to_do(by_table):
    city = read_city(by_table)
    for found in (asset_inventory.assess(city).findings, check_city(city).findings):
        rows = found.set_index("code")
        assert rows.loc["value_unreadable", "count"] == 2
        assert rows.loc["value_unreadable", "arguments"]["words"] == "?"
        assert rows.loc["value_twice", "feature"] == "buildings:A"
        assert rows.loc["value_without_asset", "feature"] == "buildings:Z"
    # A, B and D of the four buildings with a place, and not the road
    coverage = check_city(city).coverage.set_index(["source", "hazard", "return_period"])["known"]
    assert coverage["buildings", "flood", 100.0] == pytest.approx(2 / 3)


def test_a_table_gives_the_figures_of_zones_in_the_shape_of_each_asset(by_table):
    of_table = asset_inventory.assess(read_city(by_table))
    houses = geopandas.read_file(by_table / "buildings.gpkg").set_index("ID").loc[["A", "D"]]
    zones = pd.concat(
        [
            houses.assign(rp=period, depth=depths)
            for period, depths in ((10, [0.5, 1]), (100, [2, 3]))
        ]
    )
    zones[["rp", "depth", "geometry"]].to_file(by_table / "zones.gpkg")
    (by_table / "levels.csv").write_text(
        "id,rp,level,ground\nA,10,50,0\nD,10,100,0\nA,100,200,0\nD,100,300,0\n", encoding="utf-8"
    )
    text = (by_table / "city.toml").read_text(encoding="utf-8")
    as_zones = (
        'maps = [ { path = "zones.gpkg", return_period_field = "rp", intensity_field = "depth" } ]'
    )
    (by_table / "city.toml").write_text(text.replace(TABLE, as_zones), encoding="utf-8")
    of_zones = asset_inventory.assess(read_city(by_table))
    text = text.replace('unit = "m"', 'unit = "cm"')
    (by_table / "city.toml").write_text(text, encoding="utf-8")
    of_table = asset_inventory.assess(read_city(by_table))
    for table in ("exposure", "damage", "ead"):
        sides = [getattr(one, table) for one in (of_zones, of_table)]
        sides = [
            side[
                (side["hazard"] == "flood") & side["asset_id"].isin(["buildings:A", "buildings:D"])
            ]
            for side in sides
        ]
        pd.testing.assert_frame_equal(*[side.reset_index(drop=True) for side in sides])
        assert len(sides[0]) >= 2


def test_an_asset_beyond_the_table_is_what_the_city_states(by_table):
    text = (by_table / "city.toml").read_text(encoding="utf-8")
    (by_table / "city.toml").write_text(
        text.replace(TABLE, 'outside = "not exposed"\n' + TABLE), encoding="utf-8"
    )
    result = asset_inventory.assess(read_city(by_table))
    exposure = result.exposure[result.exposure["hazard"] == "flood"]
    assert "roads:C" not in set(exposure["asset_id"].astype(str))


def test_whole_ids_name_assets_of_several_layers(by_table):
    text = (by_table / "city.toml").read_text(encoding="utf-8")
    text = text.replace(' asset_layer = "buildings",', "").replace(', ground_field = "ground"', "")
    (by_table / "city.toml").write_text(text, encoding="utf-8")
    (by_table / "levels.csv").write_text(
        "id,rp,level\nroads:C,10,0.4\nbuildings:A,10,0.8\n", encoding="utf-8"
    )
    result = asset_inventory.assess(read_city(by_table))
    exposed = result.exposure[
        (result.exposure["hazard"] == "flood") & (result.exposure["exposed_fraction"] == 1)
    ]
    assert dict(zip(exposed["asset_id"].astype(str), exposed["intensity_max"], strict=True)) == {
        "roads:C": 0.4,
        "buildings:A": 0.8,
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ((' asset_id_field = "id",', ""), "needs `asset_id_field`"),
        (('asset_layer = "buildings"', 'asset_layer = "building"'), 'did you mean "buildings"'),
        ((' intensity_field = "level",', " intensity = 1,"), "needs an `intensity_field`"),
        (('intensity_field = "level"', 'intensity_field = "levle"'), "levle"),
    ],
)
def test_a_wrong_declaration_is_refused_with_what_to_do(by_table, change, sentence):
    text = (by_table / "city.toml").read_text(encoding="utf-8")
    assert change[0] in text
    (by_table / "city.toml").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(AssetInventoryError) as refused:
        asset_inventory.assess(read_city(by_table))
    assert sentence in str(refused.value)


def test_a_table_without_a_row_left_leaves_the_hazard_out(by_table):
    text = (by_table / "city.toml").read_text(encoding="utf-8")
    text = text.replace("ground_field", "where = { rp = ['1'] }, ground_field")
    (by_table / "city.toml").write_text(text, encoding="utf-8")
    result = asset_inventory.assess(read_city(by_table))
    assert {"error.map_refused", "layer_selects_none", "hazard_refused"} <= {
        *result.findings["code"]
    }
    assert "flood" not in set(result.exposure["hazard"])


@pytest.mark.slow
def test_every_output_is_written_and_explains_the_row(by_table, tmp_path, capsys):
    outputs = ("--results", tmp_path / "r", "--map", tmp_path / "m.html")
    for arguments in (
        ("assess", by_table, *outputs),
        ("map", by_table, "--compare", "10", "100", "--to", tmp_path / "two.html"),
        ("report", by_table, "--to", tmp_path / "report"),
        ("exchange", by_table, "--qgis", "--rdls", "--to", tmp_path / "exchange"),
        ("verify", tmp_path / "r"),
    ):
        code, said, wrong = run(capsys, *arguments)
        assert code in (0, 1), (arguments, said, wrong)
    (shared,) = (tmp_path / "exchange").rglob("*flood-assets.csv")
    table = pd.read_csv(shared)
    assert table["asset_id"].tolist().count("buildings:A") == 4  # Z is no asset
    assert "buildings:Z" not in set(table["asset_id"])
    _, said, _ = run(capsys, "explain", by_table, "buildings:A")
    assert any("record 3 of the table" in line for line in said)
