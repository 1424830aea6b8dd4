"""Pieces of assets on a raster: by hand on four cells, by law, and by peers on 2,000 random
shapes of each kind.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPoint, Point, Polygon, box

from asset_inventory.hazards import raster_intersections
from asset_inventory.io.geometries import carry
from asset_inventory.io.rasters import Grid
from tests.support.square_cells import CELL, COLUMNS, CORNER, CRS, ROWS

X, Y = CORNER


def at(*places: tuple[float, float]) -> list[tuple[float, float]]:
    """Return places given in cells right of and below the grid's corner, in metres."""
    return [(X + column * CELL, Y - row * CELL) for column, row in places]


def square(column0: float, row0: float, column1: float, row1: float) -> Polygon:
    (x0, y1), (x1, y0) = at((column0, row0), (column1, row1))
    return box(x0, y0, x1, y1)


def array(*shapes: shapely.Geometry | None) -> np.ndarray:
    return np.array(shapes, dtype=object)


def rows_of(cut: raster_intersections.Cut) -> dict[tuple[int, int, int], float]:
    """Return asset, row, column -> share; no two pieces may be of one asset and cell."""
    keys = list(zip(cut.asset.tolist(), cut.row.tolist(), cut.column.tolist(), strict=True))
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, cut.share.tolist(), strict=True))


@pytest.fixture
def four(grid_of) -> Grid:
    """Four cells of 10 m: depth 0 and nodata above, 1 and 2 below."""
    return grid_of(np.array([[0.0, -9999.0], [1.0, 2.0]]))


def test_a_polygon_by_hand(four):
    # a cell wide and high in the middle of the four: a quarter of it in each
    pieces = raster_intersections.cut(array(square(0.5, 0.5, 1.5, 1.5)), four, CRS)
    assert rows_of(pieces) == pytest.approx(
        {(0, row, column): 0.25 for row in (0, 1) for column in (0, 1)}
    )
    said = raster_intersections.intensities(pieces, four, factor=1.0, nodata=np.nan, outside=np.nan)
    np.testing.assert_array_equal(said, [0.0, np.nan, 1.0, 2.0])


def test_outside_and_nodata_say_what_the_city_declares(four):
    # two cells wide: half of it right of the grid, the other half on nodata
    pieces = raster_intersections.cut(array(square(1, 0, 3, 1)), four, CRS)
    assert rows_of(pieces) == pytest.approx({(0, 0, 1): 0.5, (0, -1, -1): 0.5})
    said = raster_intersections.intensities(pieces, four, factor=1.0, nodata=np.nan, outside=0.0)
    np.testing.assert_array_equal(said, [np.nan, 0.0])
    said = raster_intersections.intensities(pieces, four, factor=1.0, nodata=0.0, outside=np.nan)
    np.testing.assert_array_equal(said, [0.0, np.nan])


def test_the_factor_turns_centimetres_into_metres(four):
    pieces = raster_intersections.cut(array(square(1, 1, 2, 2)), four, CRS)
    assert raster_intersections.intensities(
        pieces, four, factor=0.01, nodata=0.0, outside=0.0
    ).tolist() == [0.02]


def test_a_line_by_hand(four):
    # four cells long from left of the grid to right of it, in the lower row: a quarter in each
    # cell, a half outside
    pieces = raster_intersections.cut(array(LineString(at((-1, 1.5), (3, 1.5)))), four, CRS)
    assert rows_of(pieces) == pytest.approx({(0, 1, 0): 0.25, (0, 1, 1): 0.25, (0, -1, -1): 0.5})


def test_splits_of_two_lines_add_up_in_their_cells(grid_of):
    """A line of 3 cells' length bent within one cell, and one of 0.41 that crosses none: lengths
    3.0 and 4.1 m a cell.

    snail's own test: two splits summed to a grid of 2 × 3 are [[3.0, 0, 0], [0, 0, 4.1]].
    """
    flat = grid_of(np.zeros((2, 3)))  # cells of 10 m
    bent = LineString(at((0.1, 0.1), (0.25, 0.1), (0.25, 0.25)))  # 1.5 m and 1.5 m
    straight = LineString(at((2.1, 1.5), (2.51, 1.5)))
    pieces = raster_intersections.cut(array(bent, straight), flat, CRS)
    length, total = np.array([bent.length, straight.length]), np.zeros((2, 3))
    np.add.at(total, (pieces.row, pieces.column), pieces.share * length[pieces.asset])
    np.testing.assert_allclose(total, [[3.0, 0, 0], [0, 0, 4.1]], atol=1e-9)


def test_what_rounding_may_put_beyond_a_border_is_no_piece(four):
    hair = 1e-10
    line = LineString(at((0.5, 0.5), (1 + hair, 0.5)))
    flush = square(0, 0, 2 + hair, 1 + hair)
    pieces = rows_of(raster_intersections.cut(array(line, flush), four, CRS))
    assert pieces == pytest.approx({(0, 0, 0): 1.0, (1, 0, 0): 0.5, (1, 0, 1): 0.5})


def test_points_take_their_cell_and_the_far_edge_is_outside(four):
    first, border, last, far = (
        Point(*at(place)) for place in ((0, 0), (1, 1), (1.999, 1.999), (2, 1))
    )
    several = MultiPoint(at((0.5, 0.5), (0.6, 0.6), (1.5, 0.5), (9, 9)))
    pieces = rows_of(raster_intersections.cut(array(first, border, last, far, several), four, CRS))
    assert pieces == pytest.approx(
        {
            (0, 0, 0): 1.0,
            (1, 1, 1): 1.0,
            (2, 1, 1): 1.0,
            (3, -1, -1): 1.0,
            (4, 0, 0): 0.5,
            (4, 0, 1): 0.25,
            (4, -1, -1): 0.25,
        }
    )


def test_kinds_may_be_mixed_and_what_has_no_place_has_no_piece(four):
    donut = Polygon(square(0, 0, 2, 2).exterior, [square(0, 0, 1, 1).exterior])
    lines = MultiLineString([at((0.5, 0.5), (0.5, 1.0)), at((1.5, 1.0), (1.5, 1.5))])
    pieces = rows_of(
        raster_intersections.cut(
            array(donut, None, Point(*at((0.5, 0.5))), lines, Polygon()), four, CRS
        )
    )
    assert pieces == pytest.approx(
        {
            (0, 0, 1): 1 / 3,
            (0, 1, 0): 1 / 3,
            (0, 1, 1): 1 / 3,
            (2, 0, 0): 1.0,
            (3, 0, 0): 0.5,
            (3, 1, 1): 0.5,
        }
    )
    assert not len(raster_intersections.cut(array(None), four, CRS).asset)
    assert not len(raster_intersections.cut(array(), four, CRS).asset)


def test_what_is_too_small_to_measure_counts_where_it_begins(four):
    flat = Polygon(at((0.5, 0.5), (1.5, 0.5), (0.5, 0.5)))
    still = LineString(at((1.5, 1.5), (1.5, 1.5)))
    assert rows_of(raster_intersections.cut(array(flat, still), four, CRS)) == {
        (0, 0, 0): 1.0,
        (1, 1, 1): 1.0,
    }


def test_far_away_and_without_a_place_in_the_grids_system_is_outside(grid_of):
    grid = grid_of(np.ones((2, 2)), crs="EPSG:4326", transform=Affine(0.1, 0, 110.0, 0, -0.1, -6.9))
    far = box(9e7, 9e7, 9.1e7, 9.1e7)  # no longitude and latitude
    shapes = array(far, far.exterior, far.centroid, LineString([(X, Y), (9e7, 9e7)]))
    pieces = raster_intersections.cut(shapes, grid, CRS)
    assert [row for row in rows_of(pieces) if row[1] == -1] == [
        (number, -1, -1) for number in range(4)
    ]
    np.testing.assert_allclose(np.bincount(pieces.asset, pieces.share), 1.0)


@pytest.mark.parametrize(
    "transform",
    [
        Affine(CELL, 0.0, X, 0.0, CELL, Y - 40 * CELL),  # south-up
        Affine(8.0, 6.0, X + 50, 6.0, -8.0, Y - 150),  # rotated: cells are still squares of 10 m
        Affine(5.0, 0.0, X, 0.0, -20.0, Y),  # oblong
    ],
)
def test_turned_grids_agree_with_the_corners_of_their_cells(grid_of, random_polygons, transform):
    values = np.random.default_rng(1).uniform(0, 5, (30, 30))
    grid = grid_of(values, transform=transform)
    shapes = random_polygons[:300]
    pieces = raster_intersections.cut(shapes, grid, CRS)
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    row, column = (index.ravel() for index in np.mgrid[0:30, 0:30])
    ring = np.stack([column, row], axis=1)[:, None] + corners
    x = transform.a * ring[..., 0] + transform.b * ring[..., 1] + transform.c
    y = transform.d * ring[..., 0] + transform.e * ring[..., 1] + transform.f
    cells = shapely.polygons(np.stack([x, y], axis=-1))
    shape, cell = shapely.STRtree(cells).query(shapes, predicate="intersects")
    area = (
        shapely.area(shapely.intersection(shapes[shape], cells[cell])) / shapely.area(shapes)[shape]
    )
    expected = np.bincount(shape, area * values.ravel()[cell], minlength=len(shapes))
    said = raster_intersections.intensities(pieces, grid, factor=1.0, nodata=np.nan, outside=0.0)
    np.testing.assert_allclose(
        np.bincount(pieces.asset, pieces.share * said), expected, rtol=1e-6, atol=5e-8
    )


@pytest.fixture(scope="session")
def holed() -> np.ndarray:
    """Values of 37 × 53 cells, a fifth of them nodata."""
    random = np.random.default_rng(20260104)
    values = random.uniform(0.0, 5.0, (ROWS, COLUMNS)).astype("float32").astype(float)
    values[random.random(values.shape) < 0.2] = -9999.0
    return values


def known_and_unknown(shapes: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Return per shape the sum of share x intensity, and the share of which nothing is known."""
    pieces = raster_intersections.cut(shapes, grid, CRS)
    said = raster_intersections.intensities(pieces, grid, factor=1.0, nodata=np.nan, outside=np.nan)
    unknown = np.bincount(pieces.asset, np.where(np.isnan(said), pieces.share, 0.0))
    return np.bincount(pieces.asset, np.nan_to_num(said) * pieces.share), unknown


def test_2000_polygons_agree_with_exactextract(grid_of, random_polygons, holed):
    exactextract = pytest.importorskip("exactextract")
    grid = grid_of(holed)
    total, unknown = known_and_unknown(random_polygons, grid)
    layer = gpd.GeoDataFrame(geometry=random_polygons, crs=CRS)
    with rasterio.open(grid.path) as dataset:
        peer = exactextract.exact_extract(dataset, layer, ["sum", "count"], output="pandas")
    # both are per cell there; a shape's own area makes them shares
    cells = shapely.area(random_polygons) / CELL**2
    # exactextract keeps the coverage of a cell as float32: 6e-8 of a cell, much beside the area of
    # a sliver
    np.testing.assert_allclose(total, peer["sum"].fillna(0) / cells, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(1 - unknown, peer["count"] / cells, rtol=1e-6, atol=1e-6)


def test_2000_lines_agree_with_the_boxes_of_the_cells(grid_of, random_lines, holed):
    total, unknown = known_and_unknown(random_lines, grid_of(holed))
    cells = np.array(
        [
            square(column, row, column + 1, row + 1)
            for row in range(ROWS)
            for column in range(COLUMNS)
        ]
    )
    shape, cell = shapely.STRtree(cells).query(random_lines, predicate="intersects")
    length = shapely.length(shapely.intersection(random_lines[shape], cells[cell]))
    length /= shapely.length(random_lines)[shape]
    value = holed.ravel()[cell]
    there = value >= 0
    peer = np.bincount(shape[there], (length * value)[there], minlength=len(total))
    np.testing.assert_allclose(total, peer, rtol=1e-6, atol=1e-9)
    known = np.bincount(shape[there], length[there], minlength=len(total))
    np.testing.assert_allclose(1 - unknown, known, rtol=1e-6, atol=1e-9)


def test_2000_points_agree_with_the_cell_below_them(grid_of, random_points, holed):
    grid = grid_of(holed)
    total, unknown = known_and_unknown(random_points, grid)
    with rasterio.open(grid.path) as dataset:
        for number in range(0, 2000, 10):
            places = shapely.get_coordinates(random_points[number])
            values = np.array(
                [value[0] for value in dataset.sample(places, masked=True)], dtype=object
            )
            known = [float(value) for value in values if value is not np.ma.masked]
            assert total[number] == pytest.approx(sum(known) / len(places), abs=1e-9)
            assert unknown[number] == pytest.approx(1 - len(known) / len(places), abs=1e-9)


def shares_in_metres(shapes: np.ndarray, grid: Grid, crs: str) -> np.ndarray:
    """Return shapes × rows × columns: the shares by cutting with the cells' own outlines,
    carried to metres.
    """
    row, column = (index.ravel() for index in np.mgrid[0 : grid.height, 0 : grid.width])
    squares = shapely.segmentize(shapely.box(column, row, column + 1, row + 1), 0.05)
    there = Affine(*grid.transform[:6])
    cells = shapely.transform(
        squares,
        lambda xy: carry(
            np.column_stack([there.c + there.a * xy[:, 0], there.f + there.e * xy[:, 1]]),
            grid.crs,
            crs,
        ),
    )
    measure = shapely.area if shapely.get_dimensions(shapes[0]) == 2 else shapely.length
    shares = [measure(shapely.intersection(shape, cells)) / measure(shape) for shape in shapes]
    return np.array(shares).reshape(len(shapes), grid.height, grid.width)


def spread(pieces: raster_intersections.Cut, grid: Grid, count: int) -> np.ndarray:
    dense = np.zeros((count, grid.height, grid.width))
    on = pieces.row >= 0
    dense[pieces.asset[on], pieces.row[on], pieces.column[on]] = pieces.share[on]
    return dense


def test_a_grid_in_degrees_weighs_by_true_area(grid_of):
    # 60 × 100 km in Denmark, on cells of a tenth of a degree: the southern ones are 2 % larger than
    # the northern
    equal_area = "EPSG:3035"
    grid = grid_of(
        np.zeros((20, 20)), crs="EPSG:4326", transform=Affine(0.1, 0, 8.0, 0, -0.1, 57.0)
    )
    corner = carry(np.array([[8.5, 55.5]]), "EPSG:4326", equal_area)[0]
    shapes = array(shapely.segmentize(box(*corner, corner[0] + 60_000, corner[1] + 100_000), 500))
    share = spread(raster_intersections.cut(shapes, grid, equal_area), grid, 1)
    metres = shares_in_metres(shapes, grid, equal_area)
    np.testing.assert_allclose(share, metres, rtol=1e-3, atol=1e-3 * metres.max())
    # a whole cell is a little more than this share, and there are 71 of them
    full = metres > 0.0114
    assert full.sum() > 60
    np.testing.assert_allclose(share[full], metres[full], rtol=1e-4)
    assert share.sum() == pytest.approx(1.0)


def test_a_city_on_a_grid_in_degrees_is_cut_as_in_metres(grid_of, random_polygons, random_lines):
    west, north = carry(np.array([[430_000.0, 9_230_000.0]]), CRS, "EPSG:4326")[0]
    grid = grid_of(
        np.zeros((12, 14)), crs="EPSG:4326", transform=Affine(0.0003, 0, west, 0, -0.0003, north)
    )
    for shapes, size in ((random_polygons, shapely.area), (random_lines, shapely.length)):
        large = shapes[size(shapes) > 20][:200]
        large = shapely.transform(large, lambda xy: xy + [430_000.0, 9_230_000.0 - 400])
        metres = shares_in_metres(large, grid, CRS)
        np.testing.assert_allclose(
            spread(raster_intersections.cut(large, grid, CRS), grid, len(large)),
            metres,
            rtol=1e-3,
            atol=1e-4,
        )
        _, unknown = known_and_unknown(large, grid)
        np.testing.assert_allclose(unknown, 1 - metres.sum(axis=(1, 2)), rtol=1e-3, atol=1e-4)


def test_tiles_are_cut_alike_wherever_their_borders_lie(grid_of, random_polygons, holed):
    grid = grid_of(holed)
    shapes = np.append(random_polygons[:200], array(square(-5, -5, 60, 40), square(3, 3, 30, 4)))
    whole = rows_of(raster_intersections.cut(shapes, grid, CRS))
    for tile in (4, 7, 16):
        by_tile = rows_of(
            raster_intersections.cut(
                shapes, dataclasses.replace(grid, tile=(tile, tile)), CRS, tile=tile
            )
        )
        assert by_tile.keys() == whole.keys()
        np.testing.assert_allclose(
            [by_tile[key] for key in whole], list(whole.values()), rtol=1e-9, atol=1e-12
        )


def test_every_window_is_read_once_and_gives_what_the_whole_gives(grid_of, random_polygons, holed):
    grid = grid_of(holed)
    tiled = dataclasses.replace(grid, tile=(8, 16))
    pieces, alike = (raster_intersections.cut(random_polygons, one, CRS) for one in (grid, tiled))
    assert len(pieces.ends) == 1
    assert len(alike.ends) == 5 * 4  # 37 rows in windows of 8, 53 columns in windows of 16
    options = {"factor": 1.0, "nodata": np.nan, "outside": -1.0}
    np.testing.assert_array_equal(
        raster_intersections.intensities(pieces, grid, **options),
        raster_intersections.intensities(alike, tiled, **options),
    )


def test_shares_add_up_to_one(grid_of, random_polygons, random_lines, random_points, holed):
    grid = grid_of(holed)
    for shapes in (random_polygons, random_lines, random_points):
        pieces = raster_intersections.cut(shapes, grid, CRS)
        assert (pieces.share > 0).all()
        assert (np.diff(pieces.asset) >= 0).all()
        np.testing.assert_allclose(np.bincount(pieces.asset, pieces.share), 1.0, atol=1e-9)


eighths = st.integers(-16, 48).map(lambda eighth: eighth / 8)


@st.composite
def shapes(draw) -> shapely.Geometry:
    """A point, line or polygon on and around a grid of four by four cells, often on borders."""
    corners = draw(st.lists(st.tuples(eighths, eighths), min_size=1, max_size=6, unique=True))
    placed = at(*corners)
    kind = draw(st.sampled_from(("points", "line", "polygon")))
    if kind == "line" and len(placed) > 1:
        return LineString(placed)
    if kind == "polygon" and len(placed) > 2:
        shape = shapely.make_valid(Polygon(placed), method="structure", keep_collapsed=False)
        if shape.area > 0:
            return shape
    return MultiPoint(placed)


same_grid = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@same_grid
@given(st.lists(shapes(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_order_of_assets_does_not_matter(grid_of, assets, random):
    grid = grid_of(np.ones((4, 4)))
    order = list(range(len(assets)))
    random.shuffle(order)
    straight = rows_of(raster_intersections.cut(array(*assets), grid, CRS))
    shuffled = rows_of(
        raster_intersections.cut(array(*(assets[place] for place in order)), grid, CRS)
    )
    back = {(order[asset], row, column): share for (asset, row, column), share in shuffled.items()}
    assert back == pytest.approx(straight)
    shares = np.bincount([key[0] for key in straight], list(straight.values()))
    np.testing.assert_allclose(shares, 1.0, atol=1e-9)


@same_grid
@given(shapes(), st.integers(-16, 48), st.booleans())
def test_what_is_split_in_two_adds_up(grid_of, asset, eighth, upright):
    grid = grid_of(np.ones((4, 4)))
    if asset.geom_type == "MultiPoint":
        return
    line = eighth / 8
    upright_halves, level_halves = (
        [square(-9, -9, line, 9), square(line, -9, 9, 9)],
        [square(-9, -9, 9, line), square(-9, line, 9, 9)],
    )
    halves = upright_halves if upright else level_halves
    parts = array(*(shapely.intersection(asset, half) for half in halves))
    measure = shapely.area if shapely.get_dimensions(asset) == 2 else shapely.length
    parts = parts[
        (shapely.get_dimensions(parts) == shapely.get_dimensions(asset)) & (measure(parts) > 0)
    ]
    if measure(parts).sum() > 1.000001 * measure(asset) or "Collection" in str(
        [part.geom_type for part in parts]
    ):
        return  # a line along the cut is in both halves
    if measure(parts).sum() < 0.999999 * measure(asset):
        return  # a line that crosses itself is cut once where it lies twice
    whole = rows_of(raster_intersections.cut(array(asset), grid, CRS))
    weight = measure(parts) / measure(asset)
    added: dict[tuple[int, int], float] = {}
    for (part, row, column), share in rows_of(raster_intersections.cut(parts, grid, CRS)).items():
        added[row, column] = added.get((row, column), 0.0) + share * weight[part]
    for row, column in {key[1:] for key in whole} | added.keys():
        assert added.get((row, column), 0.0) == pytest.approx(
            whole.get((0, row, column), 0.0), abs=1e-7
        )


CELLS = (1 / 1024, 0.001, 1 / 1200, 1 / 3600, 1e-6)  # degree
SYSTEMS = ("EPSG:4326", "EPSG:4238", "EPSG:4211", "EPSG:4613")  # WGS 84, ID74, Batavia, DGN95


@pytest.mark.slow
@pytest.mark.parametrize("crs", SYSTEMS)
@pytest.mark.parametrize("cell", CELLS)
def test_points_on_borders_and_centres_of_a_grid_in_degrees_agree_with_rasterio(grid_of, cell, crs):
    """They are delivered in the grid's own system, and lose their last digits on the way to the
    city's and back.
    """
    rows, columns, west, north = 40, 50, 110.25, -6.75
    transform = Affine(cell, 0.0, west, 0.0, -cell, north)
    values = np.arange(1.0, rows * columns + 1).reshape(rows, columns)
    grid = grid_of(values, crs=crs, transform=transform)
    # corners, middles of borders, centres
    half = np.mgrid[0 : 2 * rows, 0 : 2 * columns].reshape(2, -1).T / 2.0
    places = np.column_stack([west + cell * half[:, 1], north - cell * half[:, 0]])
    # a border belongs to the cell of the higher row or column; where releases of rasterio differ is
    # on borders alone
    expected = values[tuple(np.floor(half).astype(int).T)]
    with rasterio.open(grid.path) as dataset:
        sampled = np.array([value[0] for value in dataset.sample(places)])
    centres = (half % 1 == 0.5).all(axis=1)
    assert (sampled[centres] == expected[centres]).all()
    carried = shapely.points(carry(places, crs, "EPSG:32749"))
    pieces = raster_intersections.cut(carried, grid, "EPSG:32749")
    assert pieces.asset.tolist() == list(range(len(places)))
    found = raster_intersections.intensities(
        pieces, grid, factor=1.0, nodata=np.nan, outside=np.nan
    )
    assert (found == expected).all(), f"{(found != expected).sum()} of {len(places)}"


@pytest.mark.slow
@pytest.mark.parametrize("crs", SYSTEMS)
@pytest.mark.parametrize("cell", CELLS)
def test_lines_and_polygons_on_the_borders_of_a_grid_in_degrees_lie_in_the_cells_they_were_drawn_on(
    grid_of, cell, crs
):
    west, north = 110.25, -6.75
    grid = grid_of(np.ones((40, 50)), crs=crs, transform=Affine(cell, 0.0, west, 0.0, -cell, north))

    def drawn(*cells: tuple[float, float]) -> np.ndarray:
        degrees = np.array([(west + cell * column, north - cell * row) for column, row in cells])
        return carry(degrees, crs, "EPSG:32749")

    shapes = [shapely.LineString(drawn((7, row), (8, row))) for row in range(1, 39)]
    shapes += [shapely.LineString(drawn((column, 5), (column, 6))) for column in range(1, 49)]
    shapes += [
        shapely.Polygon(drawn((c, 9), (c + 1, 9), (c + 1, 10), (c, 10))) for c in range(1, 49)
    ]
    pieces = raster_intersections.cut(np.array(shapes, dtype=object), grid, "EPSG:32749")
    # a border belongs to the cell of the higher row or column, and each shape to one cell
    expected = (
        [(row, 7) for row in range(1, 39)]
        + [(5, c) for c in range(1, 49)]
        + [(9, c) for c in range(1, 49)]
    )
    assert list(zip(pieces.row.tolist(), pieces.column.tolist(), strict=True)) == expected
    assert np.allclose(pieces.share, 1.0, rtol=0, atol=1e-12)
