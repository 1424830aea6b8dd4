"""Which asset is which, with places on squared paper: houses of 10 x 10 m, distances in metres."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from asset_inventory.inventory.matching import close_pairs
from asset_inventory.register.identity import Traits, identify


def house(x: float, y: float = 0.0, side: float = 10.0) -> shapely.Polygon:
    return shapely.box(x, y, x + side, y + side)


def traits(*rows: tuple, assets: list[str] | None = None) -> Traits:
    """Rows are (declared id, name, geometry) or with a type and more fields behind it."""
    table = pd.DataFrame(
        [(*row, "house", "")[:5] if len(row) < 5 else row for row in rows], dtype=object
    )
    table = table.reindex(columns=range(5))
    fields = pd.DataFrame({"ID": table[0], "NAME": table[1], "KIND": table[3], "NOTE": table[4]})
    if assets is not None:
        fields.index = pd.Index(assets, dtype="str")
        table.index = fields.index
    geometry = np.array([*table[2]], dtype=object)
    return Traits(fields, geometry, fields["ID"], fields["KIND"], fields["NAME"])


def ids(earlier: Traits, later: Traits, **options) -> list[str]:
    return identify(earlier, later, layer="h", **options).asset_id.tolist()


# 1. declared ids


def test_a_declared_id_goes_wherever_its_asset_goes():
    earlier = traits(("1", "A", house(0)), ("2", "B", house(50)), assets=["h:1", "h:2"])
    later = traits(("2", "C", house(900)), ("1", None, None), ("3", "B", house(50)))
    found = identify(earlier, later, layer="h")
    assert found.asset_id.tolist() == ["h:2", "h:1", "h:3"]
    assert found.rule.tolist() == ["declared", "declared", "new"]
    assert found.removed.empty


@pytest.mark.parametrize("given", [7, 7.0, "7", "7 ", np.int64(7)])
def test_an_id_is_the_same_as_number_and_as_text(given):
    earlier = traits(("7", "A", house(0)), ("007", "B", house(50)), assets=["h:7", "h:007"])
    assert ids(earlier, traits((given, None, house(500)))) == ["h:7"]


def test_an_id_that_stands_twice_or_is_not_filled_is_none():
    earlier = traits(
        ("1", "A", house(0)),
        ("1", "B", house(50)),
        (None, "C", house(100)),
        assets=["h:1", "h:1#2", "h:~c"],
    )
    later = traits(
        (None, "C", house(100)), ("1", "A", house(0)), ("1", "B", house(50)), (" ", "D", house(300))
    )
    found = identify(earlier, later, layer="h")
    assert found.asset_id.tolist()[:3] == ["h:~c", "h:1", "h:1#2"]
    assert found.rule.tolist() == ["geometry", "geometry", "geometry", "new"]


def test_an_id_filled_in_later_keeps_the_asset():
    earlier = traits((None, "A", house(0)), assets=["h:~a"])
    assert ids(earlier, traits(("17", "A", house(0)))) == ["h:~a"]
    assert ids(earlier, traits(("17", "A", house(2)))) == ["h:~a"]


def test_rows_numbered_anew_are_told():
    # house 1 is gone and its neighbours have moved up one number: by their ids each asset is
    # another house
    earlier = traits(
        *[(i, f"N{i}", house(50 * i)) for i in (1, 2, 3)], assets=["h:1", "h:2", "h:3"]
    )
    found = identify(earlier, traits((1, "N2", house(100)), (2, "N3", house(150))), layer="h")
    assert found.asset_id.tolist() == ["h:1", "h:2"]
    assert found.doubts[["feature", "asset_id", "doubt"]].to_numpy().tolist() == [
        ["0", "h:2", "other_id"],
        ["1", "h:3", "other_id"],
    ]


# 2. one place


HOLED = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(2, 2), (2, 4), (4, 4), (4, 2)]])
LINES = [[(0, 0), (5, 1)], [(5, 1), (9, 9)]]


@pytest.mark.parametrize(
    ("first", "again"),
    [
        # ring start
        (
            HOLED,
            shapely.Polygon([(9, 9), (0, 9), (0, 0), (9, 0)], [[(4, 4), (2, 4), (2, 2), (4, 2)]]),
        ),
        # direction
        (HOLED, shapely.Polygon(HOLED.exterior.coords[::-1], [HOLED.interiors[0].coords[::-1]])),
        (HOLED, shapely.MultiPolygon([HOLED])),  # single and multi
        (shapely.LineString(LINES[0]), shapely.LineString(LINES[0][::-1])),
        (shapely.MultiLineString(LINES), shapely.MultiLineString(LINES[::-1])),  # part order
        (shapely.Point(1, 2), shapely.MultiPoint([(1, 2)])),
        # on two sides of a cell's edge, 0.3 mm apart
        (shapely.Point(0.0005, 2), shapely.Point(0.00049, 2.0003)),
        (house(0.0004), house(0.0011)),  # 0.7 mm apart
    ],
)
def test_the_same_geometry_however_written_down(first, again):
    earlier = traits((None, "A", first), (None, "B", house(500)), assets=["h:a", "h:b"])
    found = identify(earlier, traits((None, "X", house(500)), (None, "Y", again)), layer="h")
    assert found.asset_id.tolist() == ["h:b", "h:a"]
    assert found.rule.tolist() == ["geometry", "geometry"]


def test_another_type_and_name_in_one_place_is_another_asset():
    earlier = traits((None, "A", house(0), "house", ""), assets=["h:a"])
    found = identify(earlier, traits((None, "B", house(0), "school", "")), layer="h")
    assert found.rule.tolist() == ["new"]
    assert found.removed.tolist() == ["h:a"]
    told = ["feature", "name", "asset_id", "asset_name", "doubt"]
    assert found.doubts[told].to_numpy().tolist() == [["0", "B", "h:a", "A", "other_type"]]


@pytest.mark.parametrize(("name", "again"), [("A", "a "), (None, None), (None, " ")])
def test_another_type_in_one_place_under_one_name_is_the_same_asset_and_doubtful(name, again):
    earlier = traits(
        (None, name, house(0), "house", ""), (None, "Z", house(500)), assets=["h:a", "h:z"]
    )
    found = identify(
        earlier, traits((None, again, house(0), "school", ""), (None, "Z", house(500))), layer="h"
    )
    assert found.asset_id.tolist() == ["h:a", "h:z"] and found.removed.empty
    assert found.doubts[["feature", "asset_id", "doubt"]].to_numpy().tolist() == [
        ["0", "h:a", "type_changed"]
    ]


def test_another_type_nearby_under_one_name_is_the_same_asset_where_it_is_alone():
    earlier = traits(
        (None, "A", house(0), "house", ""),
        (None, None, house(500), "house", ""),
        assets=["h:a", "h:b"],
    )
    moved = (None, "A", house(3), "school", "")
    unnamed = (None, None, house(503), "school", "")  # without a name nothing speaks for it
    found = identify(earlier, traits(moved, unnamed), layer="h")
    assert found.asset_id.tolist()[0] == "h:a" and found.removed.tolist() == ["h:b"]
    assert found.rule.tolist() == ["nearest", "new"]
    assert found.doubts[["asset_id", "doubt", "distance"]].to_numpy().tolist() == [
        ["h:a", "type_changed", 3.0]
    ]
    found = identify(earlier, traits(moved, (None, "A", house(-3), "shop", "")), layer="h")
    assert found.rule.tolist() == ["new", "new"] and found.doubts["doubt"].tolist() == [
        "close",
        "close",
    ]


def test_two_of_different_declared_ids_are_never_one_whatever_else_is_the_same():
    earlier = traits(("1", "A", house(0), "house", ""), assets=["h:1"])
    for place in (0, 3):
        found = identify(earlier, traits(("2", "A", house(place), "school", "")), layer="h")
        assert (
            found.asset_id.tolist() == ["h:2"]
            and "type_changed" not in found.doubts["doubt"].tolist()
        )
    found = identify(earlier, traits((None, "A", house(0), "school", "")), layer="h")
    assert found.asset_id.tolist() == ["h:1"] and found.doubts["doubt"].tolist() == ["type_changed"]


def test_of_identical_twins_one_gone_is_one_removed():
    earlier = traits(*[(None, "A", house(0))] * 3, assets=["h:a", "h:a#2", "h:a#3"])
    found = identify(earlier, traits(*[(None, "A", house(0))] * 2), layer="h")
    assert found.asset_id.tolist() == ["h:a", "h:a#2"]
    assert found.removed.tolist() == ["h:a#3"]
    assert found.doubts.empty
    more = identify(earlier, traits(*[(None, "A", house(0))] * 4), layer="h")
    assert more.rule.tolist() == ["geometry"] * 3 + ["new"]


def test_what_lies_in_one_place_goes_by_its_fields_then_by_what_is_left():
    earlier = traits(*[(None, name, house(0)) for name in "ABC"], assets=["h:a", "h:b", "h:c"])
    # C and A as they were; the one left over is the other one left over
    assert ids(earlier, traits(*[(None, name, house(0)) for name in "CXA"])) == [
        "h:c",
        "h:b",
        "h:a",
    ]


def test_where_any_choice_says_the_same_one_is_taken_else_none():
    twins = traits(*[(None, "A", house(0))] * 2, assets=["h:a", "h:a#2"])
    # both renamed alike, or each otherwise: whichever is which, the same names stand there
    for names in ("XX", "XY"):
        assert identify(
            twins, traits(*[(None, name, house(0)) for name in names]), layer="h"
        ).removed.empty
    different = traits((None, "Ayu", house(0)), (None, "Budi", house(0)), assets=["h:a", "h:b"])
    found = identify(different, traits((None, "Citra", house(0))), layer="h")
    assert found.rule.tolist() == ["new"]
    # at the same place, wholly over one another, no letter pair in common: (1 + 1 + 0) / 3
    assert found.doubts["score"].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert found.doubts["doubt"].tolist() == ["close", "close"]


def test_without_a_geometry_only_the_whole_record_tells():
    earlier = traits((None, "A", None), (None, "B", None), assets=["h:a", "h:b"])
    found = identify(earlier, traits((None, "B", shapely.Point()), (None, "C", None)), layer="h")
    assert found.asset_id.tolist()[0] == "h:b"
    assert found.rule.tolist() == ["geometry", "new"]
    assert found.removed.tolist() == ["h:a"]


# 3. the nearest


def test_the_score_by_pencil():
    # moved 3 m of a limit of 14.142 / 5 < 10 m; 70 m2 of 130 m2 in common; names of 4 and 5 pairs,
    # 3 in common
    pairs, crowded = close_pairs(
        np.array([house(0)]), pd.Series(["abc"]), np.array([house(3)]), pd.Series(["abcd"])
    )
    assert pairs[["distance", "overlap"]].iloc[0].tolist() == pytest.approx([3, 70 / 130])
    # « abc » has « a», «ab», «bc», «c »; « abcd » has « a», «ab», «bc», «cd», «d »
    assert pairs["similarity"].iloc[0] == pytest.approx(2 * 3 / (4 + 5))
    assert pairs["score"].iloc[0] == pytest.approx((0.85 + 70 / 130 + 6 / 9) / 3)
    assert not len(crowded)


def test_a_house_moved_is_the_same_house():
    earlier = traits((None, "A", house(0)), (None, "B", house(20)), assets=["h:a", "h:b"])
    found = identify(earlier, traits((None, "B", house(23)), (None, "A", house(3))), layer="h")
    assert found.asset_id.tolist() == ["h:b", "h:a"]
    assert found.rule.tolist() == ["nearest", "nearest"]


@pytest.mark.parametrize(("moved", "rule"), [(10.0, "nearest"), (10.01, "new")])
def test_a_point_moves_ten_metres_and_no_more(moved, rule):
    earlier = traits((None, None, shapely.Point(0, 0)), assets=["h:a"])
    assert identify(
        earlier, traits((None, None, shapely.Point(moved, 0))), layer="h"
    ).rule.tolist() == [rule]


@pytest.mark.parametrize(("longer", "rule"), [(590, "nearest"), (610, "new")])
def test_something_large_moves_a_fifth_of_its_size(longer, rule):
    # 1,500 m grown by so much: the middle moves by half of it, 295 or 305 m, and a fifth is 300 m
    earlier = traits((None, "Jalan Raya", shapely.LineString([(0, 0), (1500, 0)])), assets=["h:a"])
    later = traits((None, "Jalan Raya", shapely.LineString([(0, 0), (1500 + longer, 0)])))
    assert identify(earlier, later, layer="h").rule.tolist() == [rule]


def test_the_best_that_is_not_clearly_better_is_a_doubt():
    # points without names at 4 and 5 m of 10: 0.80 and 0.75; at 2 and 4 m: 0.90 and 0.80, clear
    near = traits(*[(None, None, shapely.Point(x, 0)) for x in (-4, 5)], assets=["h:a", "h:b"])
    found = identify(near, traits((None, None, shapely.Point(0, 0))), layer="h")
    assert found.rule.tolist() == ["new"]
    assert found.removed.tolist() == ["h:a", "h:b"]
    assert found.doubts[["asset_id", "doubt"]].to_numpy().tolist() == [
        ["h:a", "close"],
        ["h:b", "close"],
    ]
    assert found.doubts["score"].tolist() == pytest.approx([0.80, 0.75])
    clear = traits(*[(None, None, shapely.Point(x, 0)) for x in (-2, 4)], assets=["h:a", "h:b"])
    assert ids(clear, traits((None, None, shapely.Point(0, 0)))) == ["h:a"]


def test_one_that_was_split_in_two_is_neither():
    earlier = traits((None, None, shapely.box(0, 0, 20, 10)), assets=["h:a"])
    found = identify(earlier, traits((None, None, house(0)), (None, None, house(10))), layer="h")
    assert found.rule.tolist() == ["new", "new"]
    assert found.doubts["feature"].tolist() == ["0", "1"]


def test_a_name_tells_two_neighbours_apart():
    names = {"Puskesmas Genuk": -4, "Klinik Sehat": 5}
    near = traits(
        *[(None, name, shapely.Point(x, 0)) for name, x in names.items()], assets=["h:a", "h:b"]
    )
    assert ids(near, traits((None, "KLINIK SEHAT", shapely.Point(0, 0)))) == ["h:b"]


def test_less_than_half_of_a_score_is_a_doubt():
    # 3 m away under a name without a letter pair in common: (0.85 + 0) / 2
    earlier = traits((None, "Ayu", shapely.Point(0, 0)), assets=["h:a"])
    found = identify(earlier, traits((None, "Citro", shapely.Point(3, 0))), layer="h")
    assert found.rule.tolist() == ["new"]
    assert found.doubts["doubt"].tolist() == ["weak"]
    assert found.doubts["score"].tolist() == pytest.approx([0.425])


def test_two_ids_are_never_one_asset_however_near():
    earlier = traits(("1", "A", house(0)), assets=["h:1"])
    found = identify(earlier, traits(("2", "A", house(1))), layer="h")
    assert found.rule.tolist() == ["new"]
    assert found.doubts.empty
    there = identify(earlier, traits(("2", "A", house(0))), layer="h")
    assert there.doubts["doubt"].tolist() == ["other_id"]


def test_a_crowd_is_left_to_people():
    random = np.random.default_rng(1)
    spots = [
        [(None, None, shapely.Point(x, y)) for x, y in random.uniform(0, 5, (120, 2))]
        for _ in range(2)
    ]
    found = identify(
        traits(*spots[0], assets=[f"h:{i}" for i in range(120)]), traits(*spots[1]), layer="h"
    )
    assert set(found.rule) == {"new"}
    assert found.doubts["doubt"].tolist() == ["crowded"] * 120


def test_odd_geometries_are_no_fault():
    bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    odd = [
        bow_tie,
        shapely.Point(np.inf, 0),
        shapely.Point(np.nan, 0),
        shapely.Point(1e300, 1e300),
        shapely.GeometryCollection([shapely.Point(500, 0), house(500)]),
        shapely.LineString(),
        shapely.LineString([(1, 1), (1, 1)]),
        shapely.Point(1, 2, 3),
    ]
    rows = [(None, "ABCDEFGH"[i], one) for i, one in enumerate(odd)]
    earlier = traits(*rows, assets=[f"h:{i}" for i in range(len(odd))])
    assert ids(earlier, traits(*rows)) == earlier.fields.index.tolist()
    moved = traits((None, "A", shapely.transform(bow_tie, lambda xy: xy + 1)))
    assert ids(earlier, moved) == ["h:0"]


# 4. the rest


def test_nothing_on_either_side():
    none, one = traits(), traits((None, "A", house(0)))
    assert ids(none, none) == []
    assert identify(none, one, layer="h").rule.tolist() == ["new"]
    assert identify(
        traits((None, "A", house(0)), assets=["h:a"]), none, layer="h"
    ).removed.tolist() == ["h:a"]


def test_new_ids_do_not_depend_on_the_order_of_rows_and_are_nobody_elses():
    rows = [(None, "A", house(0)), (None, "B", house(50)), (None, "A", house(0))]
    first, turned = (
        dict(zip("ABA", ids(traits(), traits(*some)), strict=True)) for some in (rows, rows[::-1])
    )
    assert first == turned
    stem = ids(traits(), traits(rows[0]))[0]
    assert stem.startswith("h:~")
    assert len(stem) == len("h:~") + 12
    assert ids(traits(), traits(*rows))[2] == f"{stem}#2"
    # ids of assets that are gone stay theirs
    assert ids(traits(), traits(rows[0]), taken=[stem, f"{stem}#2"]) == [f"{stem}#3"]
    assert ids(
        traits(("9", "Z", house(900)), assets=[stem]), traits(("1", "Y", house(0)), rows[0])
    ) == ["h:1", f"{stem}#2"]


def test_a_declared_id_that_comes_back_is_what_it_was_unless_another_bears_it():
    assert ids(traits(), traits(("5", "A", house(0))), taken=["h:5"]) == ["h:5"]
    # asset h:5 has meanwhile declared itself number 6
    assert ids(traits(("6", "A", house(0)), assets=["h:5"]), traits(("5", "B", house(900)))) == [
        "h:5#2"
    ]
