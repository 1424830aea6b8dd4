"""The whole river on the town drawn in conftest.py: every figure follows from the drawing."""

from __future__ import annotations

import datetime
import itertools
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

import asset_inventory
from asset_inventory import assess, explain
from asset_inventory.assessment.precheck import check_city, check_curves_of
from asset_inventory.hazards import intersections
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import OUTSIDE_DISTRICTS
from asset_inventory.outputs.files.results import write_results
from asset_inventory.outputs.report.plots import damage_curve_plot
from asset_inventory.outputs.views.summary import five_lines
from tests.support.town import DEPTHS, X, Y, write_grid

A, B, C, D, E = "buildings:A", "buildings:B", "roads:C", "buildings:D", "buildings:E"


@pytest.fixture
def assessment(town):
    return asset_inventory.assess(asset_inventory.read_city(town))


def of(
    table: pd.DataFrame, asset: str, hazard: str = "flood", period: float | None = None
) -> pd.Series:
    """The one row of an asset."""
    rows = table[(table["asset_id"] == asset) & (table["hazard"] == hazard)]
    if period is not None:
        rows = rows[rows["return_period"] == period]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def test_exposure_by_the_drawing(assessment):
    exposure = assessment.exposure
    for period, west, east in ((10, 0.5, 1.0), (50, 1.0, 2.0), (100, 2.0, 4.0)):
        half = of(exposure, A, period=period)
        assert (half["exposed_fraction"], half["no_data_fraction"]) == pytest.approx((0.5, 0))
        assert (half["intensity_mean"], half["intensity_max"]) == pytest.approx((west, west))
        assert of(exposure, B, period=period)["intensity_max"] == pytest.approx(east)
        road = of(exposure, C, period=period)
        assert (road["exposed_fraction"], road["intensity_mean"]) == pytest.approx(
            (1, (west + east) / 2)
        )
        unknown = of(exposure, D, period=period)
        assert (unknown["exposed_fraction"], unknown["no_data_fraction"]) == pytest.approx((0, 0.5))
    landslide = exposure[(exposure["hazard"] == "landslide").to_numpy()].set_index("asset_id")
    assert landslide["exposed_fraction"].to_dict() == pytest.approx({A: 0.5, B: 1, C: 1})
    assert landslide["intensity_max"].tolist() == [2, 2, 2]  # «high» is the second of two


def test_damage_by_the_drawing(assessment):
    # the curve says depth / 4; A is half wet; C is half and half
    expected = {10: (62.5, 125, 187.5), 50: (125, 250, 375), 100: (250, 500, 750)}
    for period, damages in expected.items():
        assert tuple(
            of(assessment.damage, one, period=period)["damage"] for one in (A, B, C)
        ) == pytest.approx(damages)
    assert set(assessment.damage["asset_id"]) == {A, B, C}


def test_ead_and_its_bounds_by_the_drawing(assessment):
    # A: (0.2-0.1)·62.5/2 + 0.08·(62.5+125)/2 + 0.01·(125+250)/2 + 0.01·250 = 3.125 + 7.5 + 1.875 +
    # 2.5 = 15 low 0.08·62.5 + 0.01·125 + 0.01·250 = 8.75; high 0.1·62.5 + 0.08·125 + 0.01·250 +
    # 0.01·1000 = 28.75
    figures = {
        one: of(assessment.ead, one)[["ead", "ead_low", "ead_high"]].tolist()
        for one in (A, B, C, D, E)
    }
    assert figures[A] == pytest.approx([15, 8.75, 28.75])
    # twice A's damages, half its value: 0.1·125+0.08·250+0.01·500+5
    assert figures[B] == pytest.approx([30, 17.5, 42.5])
    assert figures[C] == pytest.approx([45, 26.25, 66.25])
    # D is dry where it is known; its unknown half may be lost in every event: 0.1·400 + 0.08·400 +
    # 0.01·400 + 0.01·800
    assert figures[D] == pytest.approx([0, 0, 84])
    assert all(np.isnan(figures[E]))
    assert of(assessment.ead, E)["rule"] == "not known"
    assert (assessment.ead["hazard"] == "flood").all()  # a map without return period is a scenario


def test_the_ledger_adds_up(assessment):
    states = ["exposed", "not_exposed", "no_data", "unusable"]
    assert (
        assessment.exposure_counts[states].sum(axis=1) == assessment.exposure_counts["assets"]
    ).all()
    totals = assessment.exposure_counts.groupby(
        ["hazard", "return_period"], dropna=False, observed=True
    )[["assets", *states]].sum()
    assert totals.loc[("flood", 10.0)].tolist() == [5, 3, 0, 1, 1]
    assert totals.loc["landslide"].iloc[0].tolist() == [5, 3, 1, 0, 1]


def test_district_rows_add_up_to_the_city(assessment):
    areas = assessment.district_damage.set_index("district")
    # «1» holds A, C and D: 15 + 45 + 0; «2» holds B; the depot without geometry lies in none
    assert areas["ead"].to_dict() == pytest.approx(
        {"1": 60, "2": 30, OUTSIDE_DISTRICTS: np.nan}, nan_ok=True
    )
    assert areas["ead_high"].to_dict() == pytest.approx(
        {"1": 179, "2": 42.5, OUTSIDE_DISTRICTS: np.nan}, nan_ok=True
    )
    assert areas["assets"].to_dict() == {"1": 3, "2": 1, OUTSIDE_DISTRICTS: 1}
    assert areas["assets_exposed"].to_dict() == {"1": 2, "2": 1, OUTSIDE_DISTRICTS: 0}
    assert areas["assets_without_figure"].to_dict() == {"1": 0, "2": 0, OUTSIDE_DISTRICTS: 1}
    assert np.isnan(areas.loc[OUTSIDE_DISTRICTS, "rank"])
    assert areas["people_exposed"].isna().all()  # nobody said who lives there


@pytest.mark.slow
def test_scores_by_the_drawing(assessment):
    scores = assessment.scores.set_index("asset_id")
    # A: EAD/value 15/1000 between 0.1 and 0 -> 0.85; exposed share 0.5 -> 0.5; sqrt(0.85·0.5)
    assert scores.loc[A, "score"] == pytest.approx(np.sqrt(0.85 * 0.5))
    # B: 30/500 = 0.06 -> 0.4; wholly exposed -> 0, which counts as 0.01
    assert scores.loc[B, "score"] == pytest.approx(np.sqrt(0.4 * 0.01))
    assert np.isnan(scores.loc[D, "score"])  # half of it nobody knows
    assert scores.loc[E, ["score", "score_low", "score_high"]].isna().all()
    areas = assessment.district_damage.set_index("district")
    # «1»: of A, C and D the last may be lost or not: EAD 60 to 60 + 84 of 2800, exposed 2 or 3 of 3
    assert np.isnan(areas.loc["1", "score"])
    assert areas.loc["1", "score_low"] == pytest.approx(np.sqrt((1 - 144 / 2800 / 0.1) * 0.01))
    assert areas.loc["1", "score_high"] == pytest.approx(np.sqrt((1 - 60 / 2800 / 0.1) / 3))
    assert areas.loc["2", "rank"] == 1


@pytest.mark.slow
def test_exercise_data_is_called_so(assessment):
    assert set(
        assessment.exposure[(assessment.exposure["hazard"] == "flood").to_numpy()]["data_status"]
    ) == {"exercise"}
    assert set(
        assessment.exposure[(assessment.exposure["hazard"] == "landslide").to_numpy()][
            "data_status"
        ]
    ) == {"real"}
    assert set(assessment.ead["data_status"]) == {"exercise"}
    assert assessment.provenance["exercise"] == ["flood"]
    assert "FICTITIOUS TRAINING DATA" in five_lines(assessment, "en")[-1]
    assert "LATIHAN" in five_lines(assessment, "id")[-1]


@pytest.mark.slow
def test_nodata_that_means_not_exposed(edit):
    folder = edit(('nodata_means = "unknown"', 'nodata_means = "not exposed"'))
    assessment = asset_inventory.assess(read_city(folder))
    assert D not in set(assessment.exposure["asset_id"])
    # beyond 100 years: 0.01·800
    assert of(assessment.ead, D)[["ead", "ead_low", "ead_high"]].tolist() == pytest.approx(
        [0, 0, 8]
    )


def test_a_city_that_lies_whole_on_a_shake_map_is_exposed_whole(edit):
    folder = edit(
        ('name = "flood"', 'name = "earthquake"'),
        ('hazard = "flood"', 'hazard = "earthquake"'),
        ('{ measure = "water depth", unit = "m" }', '{ measure = "shaking", unit = "MMI" }'),
        ("exposed_from = 0.1", "exposed_from = 4"),
        ('path = "straight.csv"', 'path = "mmi.csv"'),
    )
    (folder / "mmi.csv").write_text("intensity_MMI,damage\n4,0\n8,1\n", encoding="utf-8")
    for period, mmi in ((10, 4.0), (50, 5.0), (100, 6.0)):
        write_grid(folder / f"flood_{period}.tif", np.full((2, 2), mmi))
    assessment = asset_inventory.assess(read_city(folder), subset="earthquake")
    totals = assessment.exposure_counts.groupby("return_period")[
        ["exposed", "not_exposed", "no_data", "unusable"]
    ].sum()
    assert totals.to_numpy().tolist() == [[4, 0, 0, 1]] * 3
    assert assessment.exposure["exposed_fraction"].tolist() == pytest.approx([1] * 12)
    # at MMI 4 everything is exposed and nothing damaged; at 5 a quarter, at 6 half of the value is
    # lost
    damage = assessment.damage.groupby("return_period")["damage"].sum().to_dict()
    assert damage == pytest.approx({10: 0, 50: 3300 / 4, 100: 3300 / 2})


def test_an_asset_of_which_nothing_is_known_has_no_figure(town):
    gpd.GeoDataFrame(
        {"ID": ["N"], "NAME": ["n"], "KIND": ["house"], "VALUE": [100.0]},
        geometry=[shapely.box(X + 60, Y + 60, X + 80, Y + 80)],
        crs="EPSG:32749",
    ).to_file(town / "buildings.gpkg")
    assessment = asset_inventory.assess(read_city(town), subset="buildings")
    row = of(assessment.ead, "buildings:N")
    assert np.isnan(row["ead"])
    # nothing to all of it in every event: 0 and 0.1·100 + 0.08·100 + 0.01·100 + 0.01·100
    assert (row["ead_low"], row["ead_high"]) == pytest.approx((0, 20))


def test_two_maps_give_bounds_only_and_the_score_takes_their_middle(edit):
    folder = edit(('  { return_period = 50, path = "flood_50.tif" },\n', ""))
    assessment = asset_inventory.assess(read_city(folder))
    row = of(assessment.ead, A)
    assert np.isnan(row["ead"])
    assert row["rule"] == "bounds only"
    # low 0.09·62.5 + 2.5 = 8.125; high 0.1·62.5 + 0.09·250 + 10 = 38.75; middle 23.4375 of 1000
    assert (row["ead_low"], row["ead_high"]) == pytest.approx((8.125, 38.75))
    assert assessment.scores.set_index("asset_id").loc[A, "ead_per_value"] == pytest.approx(
        1 - 0.0234375 / 0.1
    )


def test_a_rarer_map_that_shows_less_voids_the_bounds_and_is_said(town):
    write_grid(town / "flood_50.tif", np.array([[0.0, -9999.0], [0.2, 0.2]]))
    assessment = asset_inventory.assess(read_city(town))
    assert of(assessment.ead, A)[["ead_low", "ead_high"]].isna().all()
    assert of(assessment.ead, A)["rule"] == "bounds void"
    codes = dict(zip(assessment.findings["code"], assessment.findings["count"], strict=True))
    assert codes["damage_falls"] == 3 and "bounds_void" not in codes
    assert "rarer_map_smaller" in codes


@pytest.mark.slow
def test_damage_of_the_mean_on_request(edit):
    # a curve that begins at 0.75 m; the road at 10 years has halves of 0.5 and 1 m: the mean of
    # damages is (0 + 1)/2, the damage at their mean of 0.75 m is 0
    folder = edit(('path = "straight.csv"', 'path = "late.csv"'))
    (folder / "late.csv").write_text("intensity_m,damage\n0.75,0\n1,1\n", encoding="utf-8")
    assert of(asset_inventory.assess(read_city(folder)).damage, C, period=10)[
        "damage_ratio"
    ] == pytest.approx(0.5)
    edit(('language = "en"', 'language = "en"\ndamage_rule = "damage of the mean"'))
    assert of(asset_inventory.assess(read_city(folder)).damage, C, period=10)[
        "damage_ratio"
    ] == pytest.approx(0)


def test_rows_that_a_layer_does_not_select_are_counted_and_nothing_else(edit):
    folder = edit(('owner = "Works"', 'where = { KIND = "house" }'))
    assessment = asset_inventory.assess(read_city(folder), subset="buildings")
    assert assessment.assets["asset_id"].tolist() == [A, D]
    assert assessment.provenance["layers"]["buildings"] == {
        "read": 4,
        "not_selected": 2,
        "assets": 2,
        "unusable": 0,
    }
    assert of(assessment.ead, D)["ead_high"] == pytest.approx(84)


def test_only_a_layer_or_a_hazard(town):
    city = read_city(town)
    assert set(asset_inventory.assess(city, subset="roads").assets["layer"]) == {"roads"}
    assert set(asset_inventory.assess(city, subset="landslide").exposure["hazard"]) == {"landslide"}
    with pytest.raises(CityError, match='did you mean "landslide"'):
        asset_inventory.assess(city, subset="landslides")


@pytest.mark.slow
@pytest.mark.parametrize("bound", ["PART", "INTERSECTIONS"])
def test_parts_change_nothing(town, monkeypatch, bound):
    whole = asset_inventory.assess(read_city(town))
    monkeypatch.setattr(intersections, bound, 2)
    parted = asset_inventory.assess(read_city(town))
    for name in ("exposure", "damage", "ead", "exposure_counts", "scores"):
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(parted, name), check_exact=True)


def test_counted_once_on_request(edit):
    folder = edit(
        ('language = "en"', 'language = "en"\nduplicates = "count once"'), ('"road"', '"clinic"')
    )
    gpd.GeoDataFrame(
        {"ID": ["B", "C"]},
        geometry=[shapely.Point(X + 76, Y + 25).buffer(1), shapely.box(X, Y, X + 9, Y + 9)],
        crs="EPSG:32749",
    ).to_file(folder / "roads.gpkg")
    assessment = asset_inventory.assess(read_city(folder))
    assert assessment.assets["asset_id"].tolist() == [A, B, D, E, "roads:C"]
    counts = {
        "read": 2,
        "not_selected": 0,
        "assets": 1,
        "unusable": 0,
        "counted_in_another_layer": 1,
    }
    assert assessment.provenance["layers"]["roads"] == counts


@pytest.mark.slow
def test_people_by_dwellings_and_by_area(edit):
    folder = edit(
        (
            'source = { title = "Districts", licence = "CC0-1.0" }',
            'source = { title = "Districts", licence = "CC0-1.0" }\npopulation = { path = "people.csv", id = "CODE", '
            'field = "POP", dwellings = "house", source = { title = "-", licence = "-" } }',
        )
    )
    (folder / "people.csv").write_text("CODE,POP\n1,100\n2,60\n", encoding="utf-8")
    areas = asset_inventory.assess(read_city(folder)).district_damage.set_index("district")
    # «1»: of the houses A and D one is exposed and of the other nothing more is known; «2» has no
    # house: all of its area that is known is wet (the north-east cell is not)
    people = {"1": 100, "2": 60, OUTSIDE_DISTRICTS: np.nan}
    assert areas["people_exposed"].to_dict() == pytest.approx(people, nan_ok=True)
    assert areas["people_rule"].to_dict() == {
        "1": "share of dwellings",
        "2": "share of area",
        OUTSIDE_DISTRICTS: "not known",
    }
    write_grid(folder / "flood_10.tif", np.full((2, 2), -9999.0))
    blind = asset_inventory.assess(read_city(folder), subset="flood")
    assert blind.district_damage.set_index("district")["people_exposed"].to_dict() == pytest.approx(
        people, nan_ok=True
    )
    for period in (50, 100):
        write_grid(folder / f"flood_{period}.tif", np.full((2, 2), -9999.0))
    blind = asset_inventory.assess(read_city(folder), subset="flood")
    # maps that say nothing expose an unknown number
    assert blind.district_damage["people_exposed"].isna().all()


@pytest.mark.slow
def test_results_on_disk_hold_every_row_and_are_styled(assessment, tmp_path):
    folder = write_results(assessment, tmp_path / "results", language="id")
    layers = {name for name, _ in pyogrio.list_layers(folder / "results.gpkg")}
    assert layers >= {
        "assets_points",
        "assets_lines",
        "assets_polygons",
        "district_damage",
        "exposure",
        "exposure_counts",
        "findings",
    }
    kinds = [
        pyogrio.read_dataframe(folder / "results.gpkg", layer=f"assets_{kind}")
        for kind in ("points", "lines", "polygons")
    ]
    assert sum(map(len, kinds)) == 5  # the depot without a geometry is among them
    assert kinds[1]["ead"].tolist() == pytest.approx([45])
    with closing(sqlite3.connect(folder / "results.gpkg")) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        styled = dict(store.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert styled.keys() == {"assets_points", "assets_lines", "assets_polygons", "district_damage"}
    assert all(style.startswith("<!DOCTYPE qgis") for style in styled.values())
    for table in folder.glob("*.csv"):
        assert "data_status" in pd.read_csv(table, nrows=1).columns, table
    assert len(pd.read_csv(folder / "exposure.csv")) == len(assessment.exposure)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert run["data_status"] == "exercise"
    assert sorted(run["inputs"]) == sorted(path.name for path in assessment.city.folder.iterdir())
    assert not list(folder.glob(".*"))


@pytest.mark.slow
def test_formulas_are_dead_in_csv(town, tmp_path):
    names = ['=HYPERLINK("http://x","y")', "+1", "-1", "@a"]
    gpd.GeoDataFrame(
        {"ID": list("ABCD"), "NAME": names, "KIND": ["=1+1"] * 4, "VALUE": [1.0] * 4},
        geometry=[shapely.Point(X + 10, Y + 10)] * 4,
        crs="EPSG:32749",
    ).to_file(town / "buildings.gpkg")
    folder = write_results(asset_inventory.assess(read_city(town)), tmp_path, language="en")
    table = pd.read_csv(folder / "assets.csv")
    assert table["name"].tolist()[:4] == ["'" + name for name in names]
    assert table["asset_type"].tolist()[:4] == ["'=1+1"] * 4
    for path in folder.glob("*.csv"):
        text = pd.read_csv(path, dtype=str).to_numpy().ravel()
        assert not [cell for cell in text if isinstance(cell, str) and cell[:1] in "=@+"], path


@pytest.mark.slow
def test_two_runs_write_the_same_bytes(town, tmp_path):
    found = asset_inventory.assess(read_city(town), day=datetime.date(2026, 11, 26))
    one, two = (write_results(found, tmp_path / name, language="en") for name in ("one", "two"))
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes(), path.name


MAPS = [
    f'  {{ return_period = {period}, path = "flood_{period}.tif" }},' for period in (100, 10, 50)
]


@pytest.mark.slow
@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[1:])
def test_the_order_in_which_maps_are_listed_changes_nothing(town, order):
    whole = asset_inventory.assess(read_city(town))
    text = (town / "city.toml").read_text(encoding="utf-8")
    listed = "\n".join(MAPS)
    assert listed in text
    (town / "city.toml").write_text(
        text.replace(listed, "\n".join(MAPS[one] for one in order)), encoding="utf-8"
    )
    again = asset_inventory.assess(read_city(town))
    for name in ("exposure", "damage", "ead", "exposure_counts", "scores", "findings"):
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(again, name), check_exact=True)


@pytest.mark.slow
@pytest.mark.parametrize(("unit", "metre"), [("cm", 0.01), ("mm", 0.001), ("ft", 0.3048)])
@pytest.mark.parametrize("what", ["grids", "curve", "both"])
def test_the_same_city_in_another_unit_of_length_gives_the_same_money(town, unit, metre, what):
    """Grids, threshold and curve in cm, mm or feet; floors stay in metres: A stands 0.3 m and B
    0.25 m above ground.
    """
    buildings = gpd.read_file(town / "buildings.gpkg")
    buildings.assign(FLOOR=[0.3, 0.25, -0.5, 0.0]).to_file(town / "buildings.gpkg")
    text = (town / "city.toml").read_text(encoding="utf-8")
    text = text.replace('value = "VALUE" }', 'value = "VALUE", floor_height = "FLOOR" }', 1)
    (town / "city.toml").write_text(text, encoding="utf-8")
    metres = asset_inventory.assess(read_city(town))
    # A at 10 years: half of it, 0.5 - 0.3 = 0.2 m, a twentieth of 1000: 25
    assert of(metres.damage, A, period=10)["damage"] == pytest.approx(0.5 * (0.2 / 4) * 1000)
    if what != "curve":
        for period, (west, east) in DEPTHS.items():
            depths = np.array([[0.0, -9999.0], [west / metre, east / metre]])
            write_grid(town / f"flood_{period}.tif", depths)
        text = text.replace('"water depth", unit = "m"', f'"water depth", unit = "{unit}"')
        text = text.replace("exposed_from = 0.1", f"exposed_from = {0.1 / metre!r}", 1)
        (town / "city.toml").write_text(text, encoding="utf-8")
    if what != "grids":
        (town / "straight.csv").write_text(
            f"intensity_{unit},damage\n0,0\n{4 / metre!r},1\n", encoding="utf-8"
        )
    other = asset_inventory.assess(read_city(town))
    for name in ("exposure", "damage", "ead", "scores"):
        # a grid holds single precision: seven digits of 3.28084 feet
        pd.testing.assert_frame_equal(getattr(metres, name), getattr(other, name), rtol=1e-6)
    assert (metres.exposure_counts["exposed"] == other.exposure_counts["exposed"]).all()


@pytest.mark.slow
def test_importing_changes_no_environment_and_a_vrt_still_reads(town, tmp_path):
    layer, grid = tmp_path / "a.vrt", tmp_path / "b.vrt"
    layer.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="roads"><SrcDataSource>{town / "roads.gpkg"}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>",
        encoding="utf-8",
    )
    grid.write_text(
        '<VRTDataset rasterXSize="2" rasterYSize="2"><VRTRasterBand dataType="Float32" band="1"><SimpleSource>'
        f"<SourceFilename>{town / 'flood_10.tif'}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    code = f"""
import os, pandera.pandas, pyogrio  # these two set variables of their own
before = dict(os.environ)
import asset_inventory
asset_inventory.assess(asset_inventory.read_city({str(town)!r}))
assert dict(os.environ) == before, set(os.environ.items()) ^ set(before.items())
import rasterio
assert len(pyogrio.read_dataframe({str(layer)!r})) == 1
with rasterio.open({str(grid)!r}) as dataset:
    assert dataset.read(1)[1, 0] == 0.5
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "given",
    [str, Path, lambda folder: folder / "city.toml", read_city],
    ids=["text", "path", "file", "city"],
)
def test_a_city_may_be_named_by_its_folder(town, given):
    expected = assess(read_city(town))
    assert assess(given(town)).joint_ead.equals(expected.joint_ead)
    asset = str(expected.assets["asset_id"].iloc[0])
    assert explain(given(town), asset).lines("en") == explain(read_city(town), asset).lines("en")
    assert check_city(given(town)).findings.equals(check_city(read_city(town)).findings)
    assert check_curves_of(given(town)).serving.equals(check_curves_of(read_city(town)).serving)
    assert damage_curve_plot(given(town), language="en").axes


def test_a_folder_without_a_city_is_said(tmp_path):
    with pytest.raises(CityError, match="city.toml"):
        assess(str(tmp_path))
