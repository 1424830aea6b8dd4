"""What other programs do to a layer without changing it, drift by drift; each beside the change
it could hide.
"""

from __future__ import annotations

import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from asset_inventory.inventory.matching import (
    canonical,
    cells_unequal,
    geometries_unequal,
    record_hashes,
)
from asset_inventory.register.changes import diff
from asset_inventory.register.comparing import identify_fields
from asset_inventory.register.identity import Traits, identify

X, Y = 436_000.0, 9_227_000.0
SQUARE = shapely.box(X, Y, X + 20, Y + 20)
YARD = shapely.Polygon(
    [(X, Y), (X + 90, Y), (X + 90, Y + 90), (X, Y + 90)],
    [[(X + 2, Y + 2), (X + 4, Y + 2), (X + 4, Y + 4)]],
)
ROAD = shapely.LineString([(X, Y), (X + 50, Y), (X + 50, Y + 50)])


def town() -> gpd.GeoDataFrame:
    """Four assets without an id of their own."""
    return gpd.GeoDataFrame(
        {
            "NAMA_BANGUNAN": ["SDN 1 Genuk", "Puskesmas", None, "Jalan Çiğ"],
            "KODE": ["007", "12", "", None],
            "LUAS": [400.0, 0.3, np.nan, 1234.5],
            "NOMOR": [2**53 + 1, 2, 3, 4],
        },
        index=[f"h:~{i}" for i in range(4)],
        geometry=[
            SQUARE,
            YARD,
            shapely.Point(X + 300, Y),
            shapely.transform(ROAD, lambda xy: xy + (500, 0)),
        ],
        crs=32749,
    )


def traits(table: pd.DataFrame) -> Traits:
    nulls = pd.Series(None, index=table.index, dtype="str")
    return Traits(
        table.drop(columns="geometry"),
        table.geometry.to_numpy(),
        nulls,
        nulls,
        table["NAMA_BANGUNAN"],
    )


def redelivered(table: pd.DataFrame, before: pd.DataFrame | None = None) -> pd.DataFrame:
    """CHANGES between the town and what came back, after its fields and its assets have been
    recognised.
    """
    before = town() if before is None else before
    known = identify_fields(before.columns, table.columns)
    table = table.reset_index(drop=True).rename(columns=dict(known.names))
    found = identify(traits(before), traits(table), layer="h")
    assert set(found.rule) <= {"geometry", "nearest"}
    assert found.doubts.empty
    return diff(
        before, table.set_axis(pd.Index(found.asset_id), axis="index"), columns=before.columns
    )


def with_shapes(change) -> gpd.GeoDataFrame:
    table = town()
    return table.set_geometry(change(table.geometry.to_numpy()), crs=table.crs)


def through_another_system(shapes: np.ndarray) -> np.ndarray:
    """To degrees with nine decimals (0.1 mm) and back."""
    there, back = (
        Transformer.from_crs(*pair, always_xy=True) for pair in ((32749, 4326), (4326, 32749))
    )
    degrees = shapely.transform(
        shapes, lambda xy: np.round(np.stack(there.transform(*xy.T), axis=1), 9)
    )
    return shapely.transform(degrees, lambda xy: np.stack(back.transform(*xy.T), axis=1))


def rings_elsewhere(shapes: np.ndarray) -> np.ndarray:
    def turn(shape: shapely.Geometry) -> shapely.Geometry:
        if shape.geom_type != "Polygon":
            return shape
        ring = list(shape.exterior.coords)[:-1]
        return shapely.Polygon(ring[2:] + ring[:2], [hole.coords[::-1] for hole in shape.interiors])

    return np.array([turn(shape) for shape in shapes])


def as_multi(shapes: np.ndarray) -> np.ndarray:
    kinds = {
        "Polygon": shapely.MultiPolygon,
        "LineString": shapely.MultiLineString,
        "Point": shapely.MultiPoint,
    }
    return np.array([kinds[shape.geom_type]([shape]) for shape in shapes])


DRIFTS = {
    "row order": lambda: town()[::-1],
    "column order": lambda: town()[["geometry", "NOMOR", "LUAS", "KODE", "NAMA_BANGUNAN"]],
    "ring start and direction": lambda: with_shapes(rings_elsewhere),
    "ring direction": lambda: with_shapes(
        lambda shapes: shapely.orient_polygons(shapes, exterior_cw=True)
    ),
    "single to multi": lambda: with_shapes(as_multi),
    "another system and back": lambda: with_shapes(through_another_system),
    "all of these": lambda: with_shapes(
        lambda s: as_multi(rings_elsewhere(through_another_system(s)))
    )[::-1],
    "names cut to ten": lambda: town().rename(columns={"NAMA_BANGUNAN": "NAMA_BANGU"}),
    "names in small letters": lambda: town().rename(columns=lambda name: name.lower()),
    "trailing blanks": lambda: town().assign(
        NAMA_BANGUNAN=["SDN 1 Genuk  ", "Puskesmas\t", " ", "Jalan Çiğ"]
    ),
    "null and empty": lambda: town().assign(KODE=["007", "12", None, ""]),
    "float with its last bits": lambda: town().assign(LUAS=[400.0, 0.1 + 0.2, np.nan, 1234.5]),
    "float as text": lambda: town().assign(LUAS=["400", "0.30000000000000004", "", "1234.5"]),
    "wider fields": lambda: town().assign(
        NOMOR=town()["NOMOR"].astype(object), KODE=["007", 12, None, None]
    ),
    "nullable integers": lambda: town().assign(NOMOR=town()["NOMOR"].astype("Int64")),
    "an unknown column": lambda: town().assign(CATATAN="baru"),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_a_drift_is_no_change(drift):
    assert redelivered(DRIFTS[drift]()).empty


def test_a_multi_shape_delivered_as_single_is_no_change():
    assert redelivered(town(), with_shapes(as_multi)).empty


def test_an_unknown_column_is_told_and_its_cells_are_there_to_keep():
    later = town().assign(CATATAN=["baru", None, "", "lama"])
    assert identify_fields(town().columns, later.columns).added == ("CATATAN",)
    changes = diff(town(), later)
    assert changes[["column", "before", "after"]].astype(object).where(
        changes.notna(), None
    ).to_numpy().tolist() == [["CATATAN", None, '"baru"'], ["CATATAN", None, '"lama"']]


def test_fields_by_name_case_cut_and_what_an_export_wrote_down():
    known = ["ID", "Nama_Puskesmas", "KETERANGAN_1", "KETERANGAN_2", "ÇÇÇÇÇÇÇ"]
    found = identify_fields(
        known, ["id", "NAMA_PUSKE", "KETERANGAN", "KETERANG_1", "ÇÇÇÇÇ", "BARU"]
    )
    assert found.names == {"id": "ID", "NAMA_PUSKE": "Nama_Puskesmas", "ÇÇÇÇÇ": "ÇÇÇÇÇÇÇ"}
    assert found.added == ("KETERANGAN", "KETERANG_1", "BARU")
    assert found.missing == ("KETERANGAN_1", "KETERANGAN_2")
    written = {"KETERANGAN": "KETERANGAN_1", "KETERANG_1": "KETERANGAN_2"}
    assert identify_fields(known, ["KETERANG_1", "KETERANGAN"], names=written).names == {
        "KETERANG_1": "KETERANGAN_2",
        "KETERANGAN": "KETERANGAN_1",
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (7, 7.0),
        (7, "7"),
        (True, 1),
        (0.3, 0.1 + 0.2),
        ("0.3", "0.30000000000000004"),
        (-0.0, 0),
        (1e16, 10**16),
        ("a", "a \t"),
        (None, ""),
        (None, "  "),
        (np.nan, None),
        (pd.NaT, ""),
        (datetime.date(2024, 3, 1), pd.Timestamp("2024-03-01")),
        (datetime.date(2024, 3, 1), "2024-03-01"),
        (pd.Timestamp("2024-03-01 07:00+07:00"), pd.Timestamp("2024-03-01 00:00+00:00")),
        (pd.Timestamp("2024-03-01 12:30:15"), "2024/03/01 12:30:15"),  # as a shapefile has it
        (pd.Timestamp("2024-03-01 12:30:15.123"), "2024-03-01T12:30:15.123"),  # as GeoJSON has it
        (pd.Timestamp("2024-03-01 12:30"), "2024-03-01 12:30"),
        (pd.Timestamp("2024-03-01 12:30:15.120"), "2024/03/01 12:30:15.120000000 "),
        (pd.Timestamp("2024-03-01 07:00+07:00"), "2024/03/01 00:00:00+00"),
        (datetime.date(2024, 3, 1), "2024/03/01"),
        ("2024/03/01 00:00:00", "2024-03-01"),
        ("2024-03-01T12:30:15+0700", "2024-03-01T05:30:15.000Z"),
        ([1, "a"], (1.0, "a ")),
    ],
)
def test_cells_that_say_the_same(before, after):
    first, second = (pd.Series([one], dtype=object) for one in (before, after))
    assert not cells_unequal(first, second).any()
    assert not cells_unequal(second, first).any()
    assert canonical(first)[0] == canonical(second)[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("007", "7"),
        ("007", 7),
        (2**53, 2**53 + 1),
        (0, None),
        (0, ""),
        ("0", ""),
        ("a", " a"),
        ("a", "A"),
        ("1.10", "1.1"),
        (0.3, 0.300000000000001),
        (np.inf, None),
        (pd.Timestamp("2024-03-01 00:01"), datetime.date(2024, 3, 1)),
        (pd.Timestamp("2024-03-01 12:30:15"), "2024/03/01 12:30:16"),
        (pd.Timestamp("2024-03-01 12:30:15"), "2024-03-01T12:30:15Z"),  # in which zone is not known
        ("2024-03-01T12:30:15+07:00", "2024-03-01T12:30:15Z"),
        ("2024-02-30 12:30", "2024/02/30 12:30"),  # no day
        ("2024-03-01 25:00", "2024/03/01 25:00"),
        ("2024/03-01", "2024-03-01"),
        ("9999-12-31T23:30:00-07:00", "9999-12-31 23:30:00-07:00 x"),
        ([1, 2], [2, 1]),
    ],
)
def test_cells_that_say_something_else(before, after):
    assert cells_unequal(pd.Series([before], dtype=object), pd.Series([after], dtype=object)).all()


def test_a_column_of_moments_written_by_another_program_is_the_same_cell_by_cell():
    moments = pd.Series(pd.to_datetime(["2024-03-01 12:30:15", None, "2024-03-01 12:30:15"]))
    written = pd.Series(["2024/03/01 12:30:15", None, "1 March"], dtype="str")
    assert cells_unequal(moments, written).tolist() == [False, False, True]
    assert canonical(written)[2] == "1 March"


def test_a_moment_that_no_calendar_of_ours_holds_stays_text():
    edge = pd.Series(
        ["9999-12-31T23:30:00-07:00", "0001-01-01 00:10:00+07:00", "0000-01-01"], dtype="str"
    )
    assert canonical(edge).tolist() == edge.tolist()


def test_a_number_halfway_between_two_of_fifteen_digits_is_one_number():
    # a shapefile keeps 15 decimals: -6.97299395731112 or -6.97299395731111 in 15 digits, yet
    # 0.0000000000000005 apart
    column = pd.Series([-6.9729939573111155, 123456789012345.0, 123456789012345])
    later = pd.Series([-6.972993957311115, 123456789012345.5, 123456789012346])
    assert cells_unequal(column, later).tolist() == [False, True, True]
    assert not cells_unequal(column[:1], later[:1].astype("str")).any()


def moved(shape: shapely.Geometry, by: float, vertex: int) -> shapely.Geometry:
    """One vertex to the east; of a ring not its first, which is also its last."""
    xy = shapely.get_coordinates(shape)
    xy[vertex, 0] += by
    return shapely.set_coordinates(shapely.from_wkt(shape.wkt), xy)


@pytest.mark.parametrize(
    ("shape", "vertex"), [(SQUARE, 1), (ROAD, 1), (YARD, 2), (shapely.Point(X, Y), 0)]
)
def test_a_coordinate_has_moved_from_a_centimetre_on(shape, vertex):
    pairs = np.array([moved(shape, by, vertex) for by in (0.009, 0.011)])
    assert geometries_unequal(np.array([shape, shape]), pairs, tolerance=0.01).tolist() == [
        False,
        True,
    ]
    turned = rings_elsewhere(pairs)
    assert geometries_unequal(np.array([shape, shape]), turned, tolerance=0.01).tolist() == [
        False,
        True,
    ]


def test_what_is_another_shape():
    branches = shapely.MultiLineString([ROAD, [(X, Y), (X, Y - 50)]])
    pairs = [
        (ROAD, ROAD.reverse()),  # a one-way street
        (branches, shapely.MultiLineString([branches.geoms[1], ROAD.reverse()])),
        # one vertex more
        (ROAD, shapely.LineString([(X, Y), (X + 20, Y), (X + 50, Y), (X + 50, Y + 50)])),
        (YARD, shapely.Polygon(YARD.exterior)),
        (SQUARE, None),
        (SQUARE, shapely.Polygon()),
        (shapely.Point(X, Y, 1), shapely.Point(X, Y, 2)),
        (shapely.Point(X, Y, 0), shapely.Point(X, Y)),
        (shapely.Point(X, Y), shapely.Point(np.nan, np.nan)),
    ]
    first, second = (np.array(side, dtype=object) for side in zip(*pairs, strict=True))
    assert geometries_unequal(first, second, tolerance=0.01).all()
    same = [
        (branches, shapely.MultiLineString(branches.geoms[::-1])),
        (None, shapely.Point(np.nan, np.nan)),
    ]
    first, second = (np.array(side, dtype=object) for side in zip(*same, strict=True))
    assert not geometries_unequal(first, second, tolerance=0.01).any()


def test_a_record_has_one_hash_for_ever():
    table = town()
    hashes = record_hashes(table.drop(columns="geometry"), table.geometry.to_numpy())
    assert len(set(hashes)) == 4
    # written down in stores and beside exports: another value here is a break with all of them
    assert hashes[0] == "252618ca41975ab9689d8bd784719620"
    for name in (
        "row order",
        "column order",
        "ring start and direction",
        "single to multi",
        "trailing blanks",
    ):
        again = DRIFTS[name]().sort_index()
        assert (
            record_hashes(again.drop(columns="geometry"), again.geometry.to_numpy()) == hashes
        ).all(), name
    assert (
        record_hashes(table[[]], np.full(4, None))[0]
        == record_hashes(table[[]], np.full(4, None))[3]
    )


def test_no_word_in_a_record_looks_like_the_end_of_another():
    rows = [{"a": "x1:b=1:y"}, {"a": "x", "b": "y"}, {"a": "x1", "b": "y"}, {"ax": "y"}]
    table = pd.DataFrame(rows)
    assert len(set(record_hashes(table, np.full(4, None)))) == 4


@pytest.mark.parametrize("high", [False, True])
def test_a_long_ring_begun_elsewhere_is_the_same_until_a_vertex_moves(high):
    """3,000 vertices of a circle, or 40 with heights, each 1 mm away, where a grid of 1 mm would
    part some of them.
    """
    angle = np.linspace(0, 2 * np.pi, 40 if high else 3000, endpoint=False)
    circle = np.column_stack([X + 500 * np.cos(angle), Y + 500 * np.sin(angle), 7 + np.sin(angle)])[
        :, : 2 + high
    ]
    drawn_anew = np.roll(circle, 11, axis=0)[::-1] + [0.0007, -0.0007, 0.0007][: 2 + high]
    moved, raised = drawn_anew.copy(), drawn_anew.copy()
    moved[7, 0] += 0.02
    raised[7, -1] += 0.02
    first = np.array([shapely.Polygon(circle)] * 3)
    second = np.array([shapely.Polygon(one) for one in (drawn_anew, moved, raised)])
    assert geometries_unequal(first, second, tolerance=0.01).tolist() == [False, True, True]


def test_a_vertex_that_stands_twice_in_a_row_says_no_more_than_once():
    """As ESRI's shapefiles hold them; a vertical line has both of its ends in one place all the
    same.
    """
    once = [(0, 0), (10, 0), (10, 5), (0, 5)]
    twice = [(0, 5), (0, 0), (10, 0), (10, 0), (10, 5), (0, 5)]  # begun elsewhere too
    upright, flat = (shapely.LineString([(0, 0, 0), (0, 0, height)]) for height in (5, 0))
    first = np.array([shapely.Polygon(once), shapely.LineString(once), upright])
    second = np.array([shapely.Polygon(twice), shapely.LineString([*once, once[-1]]), flat])
    assert geometries_unequal(first, second, tolerance=0.01).tolist() == [False, False, True]
    hashes = [record_hashes(pd.DataFrame(index=range(3)), shapes) for shapes in (first, second)]
    assert (hashes[0] == hashes[1]).tolist() == [True, True, False]
