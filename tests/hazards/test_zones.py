"""Pieces of assets in polygon zones: by hand on two zones, by law, and by geopandas.overlay on
2,000 shapes.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, box

from asset_inventory.hazards import zone_intersections
from asset_inventory.hazards.zone_intersections import cut_by_zones, halved, prepare_zones
from tests.support.square_cells import COLUMNS, CORNER, CRS, ROWS

UNKNOWN = np.nan


def array(*shapes: shapely.Geometry | None) -> np.ndarray:
    return np.array(shapes, dtype=object)


def shares(
    assets: np.ndarray, polygons: list, intensity: list[float]
) -> dict[tuple[int, float], float]:
    """Return asset, intensity -> share; what lies outside has the intensity None."""
    ready = prepare_zones(array(*polygons), np.array(intensity), np.arange(len(intensity)))
    cut = cut_by_zones(assets, ready)
    said = [None if zone < 0 else float(ready.intensity[zone]) for zone in cut.zone]
    keys = list(zip(cut.asset.tolist(), cut.zone.tolist(), strict=True))
    assert len(set(keys)) == len(keys)
    found: dict[tuple[int, float], float] = {}
    for asset, one, share in zip(cut.asset.tolist(), said, cut.share.tolist(), strict=True):
        found[asset, one] = found.get((asset, one), 0.0) + share
    return found


# Two zones: mild (1) from 0 to 4, severe (3) from 3 to 6; they overlap from 3 to 4. Both 2 high.
TWO = [box(0, 0, 4, 2), box(3, 0, 6, 2)]


def test_a_polygon_counts_overlaps_once_the_worse_first():
    # from 2 to 10: one eighth mild alone, three eighths severe, the rest outside
    asset = array(box(2, 0, 10, 2))
    assert shares(asset, TWO, [1.0, 3.0]) == pytest.approx(
        {(0, 1.0): 1 / 8, (0, 3.0): 3 / 8, (0, None): 1 / 2}
    )
    # the other way round the first zone has the ground that both claim
    assert shares(asset, TWO, [3.0, 1.0]) == pytest.approx(
        {(0, 3.0): 2 / 8, (0, 1.0): 2 / 8, (0, None): 1 / 2}
    )


def test_lines_and_points_count_overlaps_once_the_worse_first():
    assets = array(
        LineString([(2, 1), (10, 1)]), MultiPoint([(1, 1), (3.5, 1), (5, 1), (9, 9)]), Point(3.5, 1)
    )
    assert shares(assets, TWO, [1.0, 3.0]) == pytest.approx(
        {
            (0, 3.0): 3 / 8,
            (0, 1.0): 1 / 8,
            (0, None): 1 / 2,
            (1, 1.0): 1 / 4,
            (1, 3.0): 1 / 2,
            (1, None): 1 / 4,
            (2, 3.0): 1.0,
        }
    )


def test_what_is_not_known_ranks_below_what_is():
    found = shares(array(box(2, 0, 10, 2), Point(3.5, 1)), TWO, [UNKNOWN, 0.5])
    assert found[0, 0.5] == pytest.approx(3 / 8) and found[1, 0.5] == 1.0
    unknown = sum(
        share for (_, said), share in found.items() if said is not None and np.isnan(said)
    )
    assert unknown == pytest.approx(1 / 8)


def test_an_asset_wholly_in_a_mild_zone_may_be_partly_in_a_severe_one():
    severe = box(3, 3, 5, 5)
    found = shares(array(box(4, 4, 6, 6), box(1, 1, 2, 2)), [box(0, 0, 10, 10), severe], [1.0, 2.0])
    assert found == pytest.approx({(0, 2.0): 0.25, (0, 1.0): 0.75, (1, 1.0): 1.0})


def test_a_touch_is_no_piece_but_a_point_on_a_border_is_inside():
    zone = [box(0, 0, 4, 4)]
    away, through = LineString([(4, 4), (8, 8)]), LineString([(-1, 5), (5, -1)])
    found = shares(array(box(4, 0, 6, 2), away, through, Point(4, 4), Point(4.1, 4)), zone, [1.0])
    assert found[0, None] == found[1, None] == 1.0
    assert found[2, 1.0] == pytest.approx(4 / 6)
    assert found[3, 1.0] == found[4, None] == 1.0


def test_a_line_along_the_border_of_two_zones_counts_once():
    line = LineString([(0, 2), (4, 2)])
    above, below = box(0, 2, 4, 4), box(0, 0, 4, 2)
    assert shares(array(line), [above, below], [1.0, 2.0]) == {(0, 2.0): 1.0}
    assert shares(array(line), [above, below], [2.0, 1.0]) == {(0, 2.0): 1.0}


def test_a_line_along_the_cut_of_a_halved_zone_counts_once(monkeypatch):
    monkeypatch.setattr(zone_intersections, "MOST_VERTICES", 8)
    zone = Point(0, 0).buffer(10, quad_segs=16)
    # both axes of the disc are cuts; half of each line lies inside
    found = shares(
        array(LineString([(0, -20), (0, 20)]), LineString([(-20, 0), (20, 0)]), Point(0, 0)),
        [zone],
        [1.0],
    )
    assert found == pytest.approx(
        {(0, 1.0): 0.5, (0, None): 0.5, (1, 1.0): 0.5, (1, None): 0.5, (2, 1.0): 1.0}
    )


def test_a_line_that_comes_back_counts_twice():
    there_and_back = LineString([(2, 1), (6, 1), (2, 1), (0, 1)])
    # in the zone (0 to 4) run 2 + 2 + 2 of 10
    assert shares(array(there_and_back), [box(0, 0, 4, 2)], [1.0]) == pytest.approx(
        {(0, 1.0): 0.6, (0, None): 0.4}
    )


def test_multi_kinds_and_holes():
    zone = Polygon(box(0, 0, 6, 6).exterior, [box(2, 2, 4, 4).exterior])
    parts = MultiPolygon([box(0, 0, 1, 1), box(2.5, 2.5, 3.5, 3.5), box(10, 10, 12, 11)])
    lines = MultiLineString([[(1, 3), (5, 3)], [(20, 20), (24, 20)]])
    # of the parts 1 inside, 1 in the hole, 2 outside; of the first line 2 of 4 in the hole
    assert shares(array(parts, lines), [zone], [1.0]) == pytest.approx(
        {(0, 1.0): 1 / 4, (0, None): 3 / 4, (1, 1.0): 2 / 8, (1, None): 6 / 8}
    )


def test_what_has_no_place_has_no_piece_and_what_is_too_small_counts_where_it_begins():
    flat, still = Polygon([(1, 1), (2, 1), (1, 1)]), LineString([(9, 9), (9, 9)])
    assert shares(array(None, Polygon(), flat, still), [box(0, 0, 4, 4)], [1.0]) == {
        (2, 1.0): 1.0,
        (3, None): 1.0,
    }
    assert shares(array(), [box(0, 0, 4, 4)], [1.0]) == {}
    assert shares(array(Point(1, 1), box(0, 0, 1, 1)), [], []) == {(0, None): 1.0, (1, None): 1.0}


def test_zones_are_ranked_and_keep_their_label():
    ready = prepare_zones(
        array(*TWO, box(8, 8, 9, 9)), np.array([1.0, UNKNOWN, 3.0]), np.array([70, 71, 72])
    )
    assert ready.intensity[:2].tolist() == [3.0, 1.0] and np.isnan(ready.intensity[2])
    assert ready.label.tolist() == [72, 70, 71]


def test_big_polygons_are_halved_without_loss():
    random = np.random.default_rng(7)
    angle = np.linspace(0, 2 * np.pi, 5000, endpoint=False)
    away = 100 + random.uniform(-20, 20, 5000)
    ragged = Polygon(np.column_stack([away * np.cos(angle), away * np.sin(angle)]))
    holed = ragged.difference(
        shapely.union_all(shapely.buffer(shapely.points(random.uniform(-50, 50, (40, 2))), 3))
    )
    parts, origin = halved(array(box(0, 0, 1, 1), holed), 256)
    assert origin.tolist() == [0] + [1] * (len(parts) - 1)
    assert shapely.get_num_coordinates(parts).max() <= 256
    assert shapely.is_valid(parts).all()
    assert shapely.area(parts[origin == 1]).sum() == pytest.approx(holed.area, rel=1e-12)
    assert (
        shapely.union_all(parts[origin == 1]).symmetric_difference(holed).area < 1e-9 * holed.area
    )


def test_a_quick_clip_that_goes_wrong_is_made_good(monkeypatch):
    disc = Point(0, 0).buffer(10, quad_segs=200)
    # corners too much
    monkeypatch.setattr(shapely, "clip_by_rect", lambda polygon, *box: shapely.box(*box))
    parts, _ = halved(array(disc), 256)
    assert shapely.area(parts).sum() == pytest.approx(disc.area, rel=1e-12)


def test_an_exact_clip_keeps_areas_only(monkeypatch):
    # the border x = 5 of the halves is also an edge of the upright arm: there the left half and the
    # arm share a line
    shape = shapely.union_all([box(0, 0, 4, 10), box(4, 0, 10, 2), box(5, 2, 6, 10)])
    monkeypatch.setattr(shapely, "clip_by_rect", lambda polygon, *box: shapely.box(*box))
    parts, _ = halved(array(shape), 8)
    assert set(shapely.get_dimensions(parts)) == {2} and shapely.is_valid(parts).all()
    assert all(part.geom_type == "MultiPolygon" for part in parts)
    assert shapely.area(parts).sum() == pytest.approx(4 * 10 + 6 * 2 + 8)


def test_vertices_on_one_spot_end_the_halving():
    spiky = Point(0, 0).buffer(1e-9, quad_segs=200).union(box(0, 0, 1000, 1000))
    parts, _ = halved(array(spiky), 256)
    assert shapely.area(parts).sum() == pytest.approx(1e6)


def random_zones(count: int, overlapping: bool) -> np.ndarray:
    """Return zones on the ground of the random shapes: cells of a Voronoi diagram, or discs with
    holes.
    """
    random = np.random.default_rng(20260105)
    centre = random.uniform([0, 0], [COLUMNS * 10, ROWS * 10], (count, 2)) + [
        CORNER[0],
        CORNER[1] - ROWS * 10,
    ]
    if overlapping:
        discs = shapely.buffer(shapely.points(centre), random.uniform(10, 80, count), quad_segs=90)
        return shapely.difference(discs, shapely.buffer(shapely.points(centre + 5), 6))
    ground = box(CORNER[0], CORNER[1] - ROWS * 10, CORNER[0] + COLUMNS * 10, CORNER[1])
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(centre), extend_to=ground))
    return shapely.intersection(cells, shapely.buffer(shapely.centroid(cells), 45))


def exposed(assets: np.ndarray, polygons: np.ndarray, intensity: np.ndarray) -> pd.DataFrame:
    """Return asset × intensity: the area or length of the asset there."""
    ready = prepare_zones(polygons, intensity, np.arange(len(polygons)))
    cut = cut_by_zones(assets, ready)
    size = np.where(
        shapely.get_dimensions(assets) == 2, shapely.area(assets), shapely.length(assets)
    )
    inside = cut.zone >= 0
    table = pd.DataFrame(
        {
            "asset": cut.asset[inside],
            "said": ready.intensity[cut.zone[inside]],
            "size": cut.share[inside] * size[cut.asset[inside]],
        }
    )
    return table.pivot_table(
        index="asset", columns="said", values="size", aggfunc="sum", fill_value=0.0
    )


def overlaid(
    assets: np.ndarray, polygons: np.ndarray, intensity: np.ndarray, measure: str
) -> pd.DataFrame:
    left = gpd.GeoDataFrame({"asset": np.arange(len(assets))}, geometry=assets, crs=CRS)
    right = gpd.GeoDataFrame({"said": intensity}, geometry=polygons, crs=CRS)
    pieces = gpd.overlay(left, right, how="intersection", keep_geom_type=True)
    return pieces.assign(size=getattr(pieces, measure)).pivot_table(
        index="asset", columns="said", values="size", aggfunc="sum", fill_value=0.0
    )


def same(mine: pd.DataFrame, peer: pd.DataFrame, assets: np.ndarray, measure: str) -> None:
    """Assert that both tables are alike within 1e-9 of each asset."""
    rows = mine.index.union(peer.index)
    assert mine.columns.equals(peer.columns)
    mine, peer = (table.reindex(rows, fill_value=0.0).to_numpy() for table in (mine, peer))
    size = getattr(gpd.GeoSeries(assets[rows]), measure).to_numpy()[:, None]
    assert np.abs((mine - peer) / size).max() < 1e-9


@pytest.mark.parametrize("measure", ["area", "length"])
def test_2000_assets_in_zones_that_do_not_overlap_agree_with_overlay(
    random_polygons, random_lines, measure
):
    assets = random_polygons if measure == "area" else random_lines
    if measure == "length":  # an overlay counts what a line runs over twice once
        assets = assets[shapely.is_simple(assets)]
    polygons = random_zones(60, overlapping=False)
    intensity = np.random.default_rng(3).integers(1, 5, 60).astype(float)
    same(
        exposed(assets, polygons, intensity),
        overlaid(assets, polygons, intensity, measure),
        assets,
        measure,
    )


def test_2000_assets_in_zones_that_overlap_agree_with_overlay_after_taking_the_worse_first(
    random_polygons,
):
    polygons = random_zones(25, overlapping=True)
    intensity = np.random.default_rng(4).permutation(25) + 1.0
    order = np.argsort(-intensity)
    left, taken = [], shapely.Polygon()
    for zone in polygons[order]:
        left.append(shapely.difference(zone, taken))
        taken = shapely.union(taken, zone)
    apart = overlaid(random_polygons, np.array(left), intensity[order], "area")
    same(exposed(random_polygons, polygons, intensity), apart, random_polygons, "area")


def test_shares_add_up_to_one_and_the_order_of_assets_does_not_matter(
    random_polygons, random_lines, random_points
):
    ready = prepare_zones(random_zones(25, overlapping=True), np.arange(25.0), np.arange(25))
    assets = np.concatenate([random_polygons[:500], random_lines[:500], random_points[:500]])
    cut = cut_by_zones(assets, ready)
    assert (cut.share > 0).all() and (np.diff(cut.asset) >= 0).all()
    np.testing.assert_allclose(np.bincount(cut.asset, cut.share), 1.0, atol=1e-9)
    order = np.random.default_rng(5).permutation(len(assets))
    shuffled = cut_by_zones(assets[order], ready)
    found = pd.Series(shuffled.share, index=[order[shuffled.asset], shuffled.zone]).sort_index()
    straight = pd.Series(cut.share, index=[cut.asset, cut.zone]).sort_index()
    pd.testing.assert_series_equal(found, straight, check_index_type=False)


quarters = st.integers(0, 24).map(lambda quarter: quarter / 4)
boxes = (
    st.tuples(quarters, quarters, quarters, quarters)
    .filter(lambda b: b[0] != b[2] and b[1] != b[3])
    .map(lambda b: box(min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3])))
)


@given(st.lists(boxes, min_size=1, max_size=5), st.lists(boxes, min_size=1, max_size=4), st.data())
def test_boxes_on_boxes(assets, polygons, data):
    """The worst intensity at every quarter of a unit, counted, is what the pieces say."""
    intensity = data.draw(
        st.lists(st.integers(1, 3).map(float), min_size=len(polygons), max_size=len(polygons))
    )
    centre = shapely.points(np.stack(np.mgrid[0:24, 0:24], axis=-1).reshape(-1, 2) / 4 + 0.125)
    met = [
        shapely.contains(one, centre) * said for one, said in zip(polygons, intensity, strict=True)
    ]
    worst = np.max(met, axis=0)
    found = shares(array(*assets), polygons, intensity)
    for number, asset in enumerate(assets):
        said, count = np.unique(worst[shapely.contains(asset, centre)], return_counts=True)
        expected = {
            (number, one or None): share
            for one, share in zip(said.tolist(), count / count.sum(), strict=True)
        }
        assert {key: share for key, share in found.items() if key[0] == number} == pytest.approx(
            expected
        )
    # a line around each box: its length is shared out and adds up to one, on borders too
    around = shares(array(*(asset.exterior for asset in assets)), polygons, intensity)
    total = np.bincount([key[0] for key in around], list(around.values()))
    np.testing.assert_allclose(total, 1.0, atol=1e-9)
