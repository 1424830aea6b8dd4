"""The pieces of any hazard map: the tiny grids and zones of a city, in the order and words of
city.toml.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, box

from asset_inventory.hazards import intersections as room
from asset_inventory.hazards.intersections import expected_intersections, intersections, open_hazard
from asset_inventory.hazards.zone_intersections import read_zones
from asset_inventory.messages import say
from asset_inventory.model.errors import CityError, SourceError
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.tables import check
from tests.support.square_cells import CORNER, CRS

X, Y = CORNER
# The whole of four cells of 10 m, from the grid's corner.
LOT = box(X, Y - 20, X + 20, Y)


def hazard(maps: list[dict], **said) -> Hazard:
    declared = {
        "name": "flood",
        "kind": "shock",
        "intensity": {"measure": "depth", "unit": "m"},
        "source": {"title": "t", "licence": "l"},
        "maps": maps,
    }
    return Hazard(**declared | said)


def grid_hazard(maps: list[dict], **said) -> Hazard:
    return hazard(maps, **{"exposed_from": 0.0, "nodata_means": "unknown"} | said)


def lay(opened: room.OpenHazard, *shapes, cells: bool = False) -> list[pd.DataFrame]:
    return list(intersections(np.array(shapes, dtype=object), opened, cells=cells))


def codes(opened: room.OpenHazard) -> list[str]:
    """Return the codes of the findings, after saying each with its remedy in both languages."""
    for row in opened.findings.to_dict("records"):
        for language in ("en", "id"):
            for key in (f"finding.{row['code']}", f"finding.{row['code']}.remedy"):
                assert "{" not in say(key, language, **row | row["arguments"])
    return opened.findings["code"].tolist()


@pytest.fixture
def write_zones(tmp_path: Path) -> Callable[..., Path]:
    def write(polygons: list, name: str = "zones.gpkg", crs: str = CRS, **columns: list) -> Path:
        gpd.GeoDataFrame(columns, geometry=polygons, crs=crs).to_file(tmp_path / name)
        return tmp_path / name

    return write


def test_one_table_per_map_in_rising_order_of_return_period(grid_of):
    paths = {
        period: grid_of(np.full((2, 2), period / 10), name=f"{period}.tif").path
        for period in (100, 5, 20)
    }
    opened = open_hazard(
        grid_hazard([{"path": path, "return_period": period} for period, path in paths.items()]),
        CRS,
    )
    assert opened.periods == (5.0, 20.0, 100.0)
    tables = lay(opened, LOT, Point(X + 5, Y - 5))
    assert [table["return_period"].unique().tolist() for table in tables] == [
        [5.0],
        [20.0],
        [100.0],
    ]
    for table, depth in zip(tables, (0.5, 2.0, 10.0), strict=True):
        check(table, "INTERSECTIONS")
        assert table["asset"].tolist() == [0, 0, 0, 0, 1]
        assert table["hazard"].unique().tolist() == ["flood"]
        np.testing.assert_allclose(table["share"], [0.25] * 4 + [1.0])
        np.testing.assert_allclose(table["intensity"], depth)
    assert codes(opened) == []


def test_maps_that_share_cells_share_the_cut(grid_of, monkeypatch):
    cuts = []
    real = room.raster_intersections.cut
    monkeypatch.setattr(
        room.raster_intersections, "cut", lambda *given: cuts.append(1) or real(*given)
    )
    same = [
        {"path": grid_of(np.ones((2, 2)), name=f"{period}.tif").path, "return_period": period}
        for period in (5, 50)
    ]
    other = {"path": grid_of(np.ones((3, 3)), name="10.tif").path, "return_period": 10}
    opened = open_hazard(grid_hazard([*same, other]), CRS)
    assert [one.group for one in opened.maps] == [0, 2, 0]
    assert [len(table) for table in lay(opened, LOT)] == [4, 4, 4]
    assert len(cuts) == 2


def test_cells_are_told_on_request(grid_of):
    opened = open_hazard(grid_hazard([{"path": grid_of(np.array([[1.0, 2.0]])).path}]), CRS)
    assert np.isnan(opened.periods).all()  # no return period: a scenario
    (table,) = lay(opened, LineString([(X + 5, Y - 5), (X + 25, Y - 5)]), cells=True)
    # 5 m in the first cell, 10 in the second, 5 right of the grid
    assert list(zip(table["row"], table["col"], table["share"], strict=True)) == [
        (0, 0, pytest.approx(0.25)),
        (0, 1, pytest.approx(0.5)),
        (-1, -1, pytest.approx(0.25)),
    ]
    np.testing.assert_array_equal(table["intensity"], [1.0, 2.0, np.nan])


def test_nodata_and_outside_mean_what_the_city_says(grid_of):
    path = grid_of(np.array([[1.0, -9999.0]])).path
    strip = box(X, Y - 10, X + 40, Y)
    for nodata, outside in (
        ("unknown", "unknown"),
        ("not exposed", "unknown"),
        ("unknown", "not exposed"),
    ):
        opened = open_hazard(
            grid_hazard([{"path": path}], nodata_means=nodata, outside=outside), CRS
        )
        (table,) = lay(opened, strip)
        expected = [1.0, *(0.0 if word == "not exposed" else np.nan for word in (nodata, outside))]
        np.testing.assert_array_equal(table["intensity"], expected)
        np.testing.assert_allclose(table["share"], [0.25, 0.25, 0.5])


def test_intensities_are_metres_after_reading(grid_of, write_zones):
    feet = {"measure": "depth", "unit": "ft"}
    opened = open_hazard(
        grid_hazard([{"path": grid_of(np.array([[10.0]])).path}], intensity=feet), CRS
    )
    assert lay(opened, Point(X + 1, Y - 1))[0]["intensity"].tolist() == [pytest.approx(3.048)]
    opened = open_hazard(
        hazard([{"path": write_zones([LOT]), "intensity": 10}], intensity=feet), CRS
    )
    assert lay(opened, Point(X + 1, Y - 1))[0]["intensity"].tolist() == [pytest.approx(3.048)]


def test_a_grid_must_say_what_is_exposed_and_what_nodata_means(grid_of):
    path = grid_of(np.ones((2, 2))).path
    for key in ("exposed_from", "nodata_means"):
        with pytest.raises(CityError) as caught:
            open_hazard(grid_hazard([{"path": path}], **{key: None}), CRS)
        assert caught.value.key == "error.grid_must_say"
        for language in ("en", "id"):
            assert key in caught.value.say(language) and "flood" in caught.value.say(language)


def test_a_rarer_map_that_is_smaller_is_found_and_counted(grid_of):
    often = np.array([[1.0, 1.0, 0.04, 1.0], [1.0, -9999.0, 0.0, 2.0]])
    rare = np.array([[2.0, 0.5, 0.0, -9999.0], [0.04, 1.0, 0.0, 2.0]])
    maps = [
        {"path": grid_of(values, name=f"{period}.tif").path, "return_period": period}
        for period, values in ((10, often), (100, rare))
    ]
    opened = open_hazard(grid_hazard(maps, exposed_from=0.05), CRS)
    assert codes(opened) == ["rarer_map_smaller"]
    found = opened.findings.iloc[0]
    # Lower: 0.5 below 1. Dry where the other is not: nodata, and 0.04 below the threshold. 0.04 was
    # dry already. 3 of the 5 cells that the more frequent map reaches
    told = {"dry": 2, "cells": 8, "percent": 60, "rarer": "100", "frequent": "10"}
    assert (found["count"], found["arguments"]) == (3, told)
    assert found["source"] == "flood (100.tif)"


def test_maps_of_other_cells_are_not_compared(grid_of):
    maps = [
        {
            "path": grid_of(np.full((size, size), 3.0 - size), name=f"{size}.tif").path,
            "return_period": size * 10,
        }
        for size in (1, 2)
    ]
    assert codes(open_hazard(grid_hazard(maps), CRS)) == []


def test_what_a_grids_file_says_otherwise_is_found(grid_of, monkeypatch):
    import rasterio

    path = grid_of(np.array([[1.0, -9999.0]]), nodata=None).path
    with rasterio.open(path, "r+") as to:
        to.units = ["ft"]
    opened = open_hazard(grid_hazard([{"path": path, "crs": "EPSG:32748"}]), "EPSG:32748")
    assert codes(opened) == ["grid_crs_overridden", "grid_unit_differs", "grid_nodata_undeclared"]
    assert opened.findings["count"].tolist() == [1, 1, 1]
    assert codes(
        open_hazard(
            grid_hazard([{"path": path}], intensity={"measure": "depth", "unit": "ft"}), CRS
        )
    ) == ["grid_nodata_undeclared"]


def test_a_grid_on_another_datum_tells_how_sure_its_place_is(grid_of):
    from affine import Affine

    # Batavia at Semarang: the change of datum is sure to some metres
    path = grid_of(
        np.ones((2, 2)), crs="EPSG:4211", transform=Affine(0.01, 0, 110.4, 0, -0.01, -6.95)
    ).path
    opened = open_hazard(grid_hazard([{"path": path}]), CRS)
    assert codes(opened) == ["transformation_unsure"]
    assert opened.findings["source"].tolist() == ["flood (grid.tif)"]


def test_a_large_text_grid_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "LARGE_TEXT_GRID", 3)
    path = tmp_path / "g.asc"
    path.write_text("ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 10\n1 2\n3 4\n")
    opened = open_hazard(grid_hazard([{"path": path, "crs": CRS}]), CRS)
    assert codes(opened) == ["grid_is_text"]
    assert opened.findings["count"].tolist() == [4]


def test_water_surface_less_terrain(grid_of):
    water = grid_of(np.array([[12.0, -9999.0]]), name="water.tif")
    ground = grid_of(np.array([[10.5, 9.0]]), name="dtm.tif")
    maps = [{"path": water.path, "terrain": ground.path}]
    (table,) = lay(
        open_hazard(grid_hazard(maps, nodata_means="not exposed"), CRS), box(X, Y - 10, X + 20, Y)
    )
    assert table["intensity"].tolist() == [1.5, 0.0]


def test_zones_of_ordered_classes(write_zones):
    path = write_zones(
        [box(0, 0, 4, 4), box(4, 0, 8, 4), box(8, 0, 12, 4)], CLASS=["low", "high", "dreadful"]
    )
    opened = open_hazard(
        hazard([{"path": path, "intensity_field": "CLASS", "order": ["low", "medium", "high"]}]),
        CRS,
    )
    (table,) = lay(opened, box(0, 0, 16, 4), cells=True)
    check(table, "INTERSECTIONS")
    by_zone = table.set_index(table["zone"].fillna(-1))
    # low is 1, high 3; the unknown word is a finding and unknown, as is what lies outside
    np.testing.assert_array_equal(by_zone["intensity"][[1, 2, 3, -1]], [1.0, 3.0, np.nan, np.nan])
    np.testing.assert_allclose(table["share"], 0.25)
    assert codes(opened) == ["zone_intensity_unknown"]
    found = opened.findings.iloc[0]
    assert (found["feature"], found["column"], found["arguments"]) == (
        "3",
        "CLASS",
        {"words": "dreadful"},
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "said", "expected"),
    [
        ([1, 2, 7], {"order": ["2", "1"]}, [2.0, 1.0, np.nan]),
        ([1.0, 2.0, None], {"order": ["1", "2"]}, [1.0, 2.0, np.nan]),
        (["low", " high ", None], {"intensities": {"low": 0.3, "high": 2.0}}, [0.3, 2.0, np.nan]),
        ([0.5, 1.5, 2.5], {}, [0.5, 1.5, 2.5]),
        (["0.5", "1,5", ""], {}, [0.5, np.nan, np.nan]),
    ],
)
def test_intensity_of_zones_in_every_form(write_zones, kind, said, expected):
    path = write_zones([box(0, 0, 1, 1)] * 3, VALUE=kind)
    declared = hazard([{"path": path, "intensity_field": "VALUE"} | said])
    table, found = read_zones(declared, declared.maps[0], CRS)
    np.testing.assert_array_equal(table["intensity"], expected)
    lost = int(np.isnan(expected).sum())
    assert found["count"].tolist() == ([lost] if lost else [])


def test_one_file_gives_several_return_periods(write_zones):
    polygons = [box(0, 0, 4, 4), box(0, 0, 8, 4), box(6, 0, 12, 4)]
    path = write_zones(polygons, RP=["10", "100", "soon"], DEPTH=[1.0, 2.0, 9.0])
    opened = open_hazard(
        hazard([{"path": path, "intensity_field": "DEPTH", "return_period_field": "RP"}]), CRS
    )
    assert opened.periods == (10.0, 100.0)
    first, second = lay(opened, box(0, 0, 16, 4), cells=True)
    # in 10 years the first zone; in 100 the second; the zone of «soon» is unknown in both where no
    # other lies
    by_zone = [
        dict(zip(table["zone"].fillna(-1), table["share"], strict=True))
        for table in (first, second)
    ]
    assert by_zone[0] == pytest.approx({1: 4 / 16, 3: 6 / 16, -1: 6 / 16})
    assert by_zone[1] == pytest.approx({2: 8 / 16, 3: 4 / 16, -1: 4 / 16})
    assert first.loc[first["zone"] == 3, "intensity"].isna().all()
    assert codes(opened) == ["zone_period_unknown"]


def test_no_zone_with_a_return_period_is_an_error(write_zones):
    path = write_zones([box(0, 0, 4, 4)], RP=[None])
    with pytest.raises(CityError) as caught:
        open_hazard(hazard([{"path": path, "intensity": 1, "return_period_field": "RP"}]), CRS)
    assert caught.value.key == "error.hazard_without_period"
    assert all("flood" in caught.value.say(language) for language in ("en", "id"))


def test_two_maps_of_one_return_period_are_an_error(grid_of, write_zones):
    maps = [
        {"path": grid_of(np.ones((2, 2))).path, "return_period": 10},
        {"path": write_zones([LOT], RP=[10]), "intensity": 1, "return_period_field": "RP"},
    ]
    with pytest.raises(CityError) as caught:
        open_hazard(grid_hazard(maps), CRS)
    assert caught.value.key == "error.hazard_map_twice"
    assert all("10" in caught.value.say(language) for language in ("en", "id"))


def test_zones_of_two_files_make_one_map(write_zones):
    maps = [
        {"path": write_zones([polygon], name), "intensity": said, "return_period": 10}
        for name, polygon, said in (("a.gpkg", box(0, 0, 4, 4), 1), ("b.gpkg", box(2, 0, 8, 4), 2))
    ]
    opened = open_hazard(hazard(maps, outside="not exposed"), CRS)
    (table,) = lay(opened, box(0, 0, 16, 4))
    share = dict(zip(table["intensity"], table["share"], strict=True))
    assert share == pytest.approx({1.0: 2 / 16, 2.0: 6 / 16, 0.0: 8 / 16})


def test_where_keeps_the_zones_it_names_and_nothing_is_known_where_it_names_none(write_zones):
    path = write_zones([box(0, 0, 4, 4), box(4, 0, 8, 4)], FLOODED=["YES", "no"])
    declared = hazard(
        [{"path": path, "intensity": 1, "where": {"FLOODED": ["YES", "Yes"]}}],
        outside="not exposed",
    )
    opened = open_hazard(declared, CRS)
    (table,) = lay(opened, box(0, 0, 8, 4))
    assert table.loc[table["intensity"] == 1, "share"].sum() == pytest.approx(0.5)
    assert table["share"].sum() == pytest.approx(1.0)
    assert codes(opened) == []
    with pytest.raises(SourceError, match='FLOODED: "YES" [(]1[)], "no" [(]1[)]'):
        open_hazard(hazard([{"path": path, "intensity": 1, "where": {"FLOODED": ["maybe"]}}]), CRS)


def test_zones_come_into_the_citys_system_and_what_is_no_polygon_is_left_out(write_zones):
    shapes = [box(110.3, -7.0, 110.4, -6.9), LineString([(110, -7), (111, -7)])]
    path = write_zones(shapes, "zones.geojson", "EPSG:4326", LEVEL=[2, 3])
    opened = open_hazard(hazard([{"path": path, "intensity_field": "LEVEL"}]), CRS)
    middle = gpd.GeoSeries([Point(110.35, -6.95)], crs="EPSG:4326").to_crs(CRS)[0]
    assert lay(opened, middle)[0]["intensity"].tolist() == [2.0]
    assert codes(opened) == ["zone_not_polygon"]


def test_a_missing_layer_names_the_hazard(tmp_path):
    with pytest.raises(SourceError) as caught:
        open_hazard(hazard([{"path": tmp_path / "nothing.gpkg", "intensity": 1}]), CRS)
    assert "flood" in caught.value.say("en")


def test_nothing_laid_over_anything_is_an_empty_table(grid_of, write_zones):
    grids = open_hazard(grid_hazard([{"path": grid_of(np.ones((2, 2))).path}]), CRS)
    zones = open_hazard(hazard([{"path": write_zones([LOT]), "intensity": 1}]), CRS)
    for opened in (grids, zones):
        for shapes in ((), (None,)):
            (table,) = lay(opened, *shapes, cells=True)
            assert not len(table)
            check(table, "INTERSECTIONS")


def test_about_how_many_pieces_are_to_come(grid_of, random_polygons, write_zones):
    depth = grid_of(np.ones((37, 53)), name="depth.tif")
    opened = open_hazard(grid_hazard([{"path": depth.path, "return_period": 10}]), CRS)
    shapes = np.array([Point(X + 5, Y - 5), LOT, LineString([(X, Y), (X + 50, Y)])], dtype=object)
    # cells of 10 m: a point 1; a square of 20 m 1 + 2 x 80 / (pi x 10) + 400 / 100; 50 m of line 1
    # + 4 x 50 / (pi x 10)
    assert expected_intersections(shapes, opened) == pytest.approx(
        [1, 1 + 16 / np.pi + 4, 1 + 20 / np.pi]
    )
    # of many shapes about as many as there are: those that are not convex, or lie on the cells'
    # borders, have fewer
    inside = random_polygons[
        [box(X, Y - 370, X + 530, Y).contains(shape) for shape in random_polygons]
    ]
    (table,) = intersections(inside, opened)
    assert expected_intersections(inside, opened).sum() == pytest.approx(len(table), rel=0.15)
    zones = hazard([{"path": write_zones([LOT], depth=[1.0]), "intensity_field": "depth"}])
    assert expected_intersections(shapes, open_hazard(zones, CRS)).tolist() == [1, 1, 1]


MM = 1e-3


def counted(table: pd.DataFrame, asset: int = 0) -> tuple[bool, bool]:
    """Whether an asset has pieces that are exposed, and pieces of which nothing is known."""
    intensity = table.loc[table["asset"] == asset, "intensity"]
    return bool((intensity > 0).any()), bool(intensity.isna().any())


@pytest.mark.parametrize(("over", "counts"), [(0.9 * MM, False), (1.1 * MM, True)])
def test_less_than_a_millimetre_of_a_line_is_a_touch_in_zones_and_on_grids(
    grid_of, write_zones, over, counts
):
    road = LineString([(X - 100, Y - 5), (X + over, Y - 5)])
    zones = hazard(
        [{"path": write_zones([LOT], DEPTH=[1.0]), "intensity_field": "DEPTH"}],
        outside="not exposed",
    )
    assert counted(*lay(open_hazard(zones, CRS), road)) == (counts, False)
    for depth, expected in ((1.0, (counts, False)), (-9999.0, (False, counts))):
        grid = grid_hazard(
            [{"path": grid_of(np.array([[depth, 1.0]])).path}], outside="not exposed"
        )
        assert counted(*lay(open_hazard(grid, CRS), road)) == expected


@pytest.mark.parametrize(("over", "counts"), [(0.9 * MM, False), (1.1 * MM, True)])
def test_a_touch_on_a_grid_in_degrees_is_measured_in_metres(grid_of, over, counts):
    x, y = 436_000.0, 9_227_000.0
    corner = gpd.GeoSeries([Point(x, y)], crs=CRS).to_crs(4326)[0]
    transform = Affine(1e-4, 0, corner.x, 0, -1e-4, corner.y + 5e-5)
    path = grid_of(np.array([[1.0, 1.0]]), crs="EPSG:4326", transform=transform).path
    opened = open_hazard(grid_hazard([{"path": path}], outside="not exposed"), CRS)
    assert counted(*lay(opened, LineString([(x - 100, y), (x + over, y)]))) == (counts, False)


@pytest.mark.parametrize(("side", "counts"), [(0.9, False), (1.1, True)])
def test_less_than_a_square_millimetre_of_an_area_is_a_touch(grid_of, side, counts):
    # `side` mm² of it lie in the first cell
    house = box(X - 10, Y - 5 - side * MM, X + 1 * MM, Y - 5)
    for depth, expected in ((1.0, (counts, False)), (-9999.0, (False, counts))):
        grid = grid_hazard(
            [{"path": grid_of(np.array([[depth, 1.0]])).path}], outside="not exposed"
        )
        assert counted(*lay(open_hazard(grid, CRS), house)) == expected


def test_slivers_in_several_zones_count_by_their_sum(write_zones):
    zones = write_zones(
        [box(X, Y, X + 0.6 * MM, Y + 10), box(X + 50, Y, X + 50 + 0.6 * MM, Y + 10)],
        DEPTH=[1.0, 2.0],
    )
    opened = open_hazard(
        hazard([{"path": zones, "intensity_field": "DEPTH"}], outside="not exposed"), CRS
    )
    roads = [LineString([(X - 10, Y + 5), (X + end, Y + 5)]) for end in (90, 10)]
    (table,) = lay(opened, *roads)
    assert [counted(table, asset)[0] for asset in (0, 1)] == [True, False]


def test_an_asset_smaller_than_a_touch_counts_where_a_third_of_it_lies(grid_of):
    """A third at least: of what is exposed, not known and neither, one is as much, so that
    nothing is lost.
    """
    opened = open_hazard(
        grid_hazard([{"path": grid_of(np.array([[1.0, -9999.0]])).path}], outside="not exposed"),
        CRS,
    )
    short = [
        LineString([(X - wet * MM, Y - 5), (X - wet * MM + 0.5 * MM, Y - 5)])
        for wet in (0.0, 0.25, 0.4, 0.6)
    ]
    (table,) = lay(opened, *short)
    # all of it, a half, a fifth and none of it lie in the wet cell
    assert [counted(table, asset) for asset in range(4)] == [
        (True, False),
        (True, False),
        (False, False),
        (False, False),
    ]
    tiny = box(X - 0.1 * MM, Y - 5, X + 0.3 * MM, Y - 5 + 0.4 * MM)
    assert counted(*lay(opened, tiny)) == (True, False)


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from([0.0, 1.0, np.nan])), min_size=1, max_size=6
    ),
    st.floats(1e-5, 1e3),
)
def test_every_asset_keeps_a_piece_and_no_touch_counts(parts, length):
    """Shares and depths drawn at random on a line of any length: what counts is 1 mm, or a third
    of what is shorter.
    """
    weights, depths = (np.array(column) for column in zip(*parts, strict=True))
    if weights.sum() == 0:
        return
    share = weights / weights.sum()
    table = pd.DataFrame(
        {"asset": np.zeros(len(share), dtype=int), "share": share, "intensity": depths}
    )
    line = np.array([LineString([(0, 0), (length, 0)])], dtype=object)
    kept = room._without_touches(table, line, grid_hazard([{"path": Path("-")}]))
    least = min(MM / length, 1 / 3)
    for state in (kept["intensity"] > 0, kept["intensity"].isna()):
        assert not state.any() or kept["share"][state].sum() >= least * (1 - 1e-9)
    assert len(kept)
    dry = table["intensity"] == 0
    assert (kept["intensity"] == 0).sum() == dry.sum()
    lost = share.sum() - kept["share"].sum()
    assert lost <= 2 * least
