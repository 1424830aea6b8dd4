"""Class tables: breaks by pencil, every number in one class, colours that lightness alone tells
apart.
"""

from __future__ import annotations

import itertools
import math
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.outputs.views.qgis_styles import qgis_style
from asset_inventory.outputs.views.style import (
    BLUES,
    COOL,
    NO_CLASS,
    ORRD,
    PURPLES,
    WARM,
    asset_classes,
    classify,
    ead_classes,
    even_breaks,
    exposed_share_classes,
    exposure_classes,
    intensity_classes,
    label,
    rounded_quantiles,
    score_classes,
)
from tests.support.colour_vision import VISIONS, ciede2000, difference
from tests.support.map_page import over

AMOUNTS = st.lists(st.floats(min_value=0, max_value=1e15, allow_nan=False), max_size=40)


def test_quantiles_are_rounded_for_reading():
    # quintiles of 1 … 100 by linear interpolation: 20.8, 40.6, 60.4, 80.2
    assert rounded_quantiles(range(1, 101), count=5) == (20.0, 40.0, 60.0, 80.0)


def test_quantiles_take_more_digits_where_one_is_too_coarse():
    # quintiles of 100 … 104: 100.8, 101.6, 102.4, 103.2; one digit gives 100 four times, three give
    # 101, 102, 102, 103
    assert rounded_quantiles([100, 101, 102, 103, 104], count=5) == (101.0, 102.0, 103.0)


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [math.nan], [7.0, 7.0, 7.0]])
def test_values_that_do_not_differ_give_no_breaks(values):
    assert rounded_quantiles(values, count=5) == ()


@given(AMOUNTS)
def test_every_amount_falls_in_exactly_one_class(values):
    table = ead_classes(values)
    array = np.array([0.0, *values])
    codes = classify(array, table)
    for value, code in zip(array, codes, strict=True):
        holding = [
            place
            for place, one in enumerate(table.classes)
            if one.has_range and one.low <= value < one.high
        ]
        assert holding == [code]


@given(AMOUNTS)
def test_a_larger_amount_is_never_in_a_lower_class(values):
    codes = classify(np.sort(np.array(values)), ead_classes(values)).astype(int)
    assert (np.diff(codes) >= 0).all()


def test_breaks_of_the_city_part_the_classes_whatever_the_values_are():
    money = ead_classes([1, 2, 3, 4, 5], breaks=(10.0, 100.0))
    assert classify(np.array([0.0, 9.9, 10.0, 99.0, 1e9]), money).tolist() == [0, 1, 2, 2, 3]
    assert [one.colour for one in money.classes[1:4]] == [ORRD[0], ORRD[2], ORRD[4]]
    depth = intensity_classes([], unit="m", threshold=0.1, breaks=(0.5, 1.0))
    assert [label(one, depth, "en") for one in depth.classes] == [
        "0.1 m – 0.5 m",
        "0.5 m – 1 m",
        "1 m or more",
        "no data",
    ]


def test_what_is_not_known_has_its_own_class_and_look():
    for table in (ead_classes([1, 2, 3]), score_classes(), intensity_classes([1, 2], unit="m")):
        code = classify(np.array([math.nan]), table)[0]
        unknown = table.classes[code]
        assert unknown.no_data
        assert unknown.colour not in {one.colour for one in table.classes if not one.no_data}


def test_depth_below_the_threshold_has_no_class():
    table = intensity_classes([], unit="m", threshold=0.1)
    assert classify(np.array([0.0, 0.09]), table).tolist() == [NO_CLASS, NO_CLASS]
    assert [label(one, table, "en") for one in table.classes] == [
        "0.1 m – 0.3 m",
        "0.3 m – 0.75 m",
        "0.75 m – 1.5 m",
        "1.5 m – 3 m",
        "3 m or more",
        "no data",
    ]


def test_without_a_threshold_depth_begins_above_nothing():
    table = intensity_classes([], unit="m")
    assert classify(np.array([0.0, 1e-9]), table).tolist() == [NO_CLASS, 0]
    assert label(table.classes[0], table, "id") == "kurang dari 0,3 m"


def test_a_citys_own_words_are_its_classes():
    table = intensity_classes([], unit="class", names={1.0: "low", 2.0: "high"})
    assert classify(np.array([1.0, 2.0]), table).tolist() == [0, 1]
    assert [label(one, table, "id") for one in table.classes[:2]] == ["low", "high"]


def test_whole_classes_are_listed_one_by_one():
    table = intensity_classes([1.0, 3.0, 3.0, np.nan], unit="class")
    written = [label(one, table, "en") for one in table.classes]
    assert written == ["class 1", "class 2", "class 3 or higher", "no data"]
    assert classify(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), table).tolist() == [NO_CLASS, 0, 1, 2, 2]
    halves = intensity_classes([1.0, 2.5], unit="class")
    assert halves.classes[0].key != "map.class.number"


def test_one_intensity_everywhere_needs_no_number():
    table = intensity_classes([1.0, 1.0], unit="")
    assert [label(one, table, "en") for one in table.classes] == [
        "in the hazard zone",
        "no data",
    ]


def test_other_units_are_parted_at_even_steps():
    # shaking from 4 (where exposure begins) to 6.1: five steps of 0.42 or more, the next readable
    # one is 0.5
    table = intensity_classes([5.3, 6.1], unit="MMI", threshold=4)
    assert [label(one, table, "en") for one in table.classes[:-1]] == [
        "4 MMI – 4.5 MMI",
        "4.5 MMI – 5 MMI",
        "5 MMI – 5.5 MMI",
        "5.5 MMI – 6 MMI",
        "6 MMI or more",
    ]


@given(st.lists(st.floats(1e-6, 1e6), min_size=2, max_size=20), st.floats(0, 10))
def test_even_breaks_are_few_rise_and_part_the_values(values, above):
    breaks = even_breaks(values, above=above, count=5)
    assert len(breaks) <= 5
    assert list(breaks) == sorted(set(breaks))
    assert all(above < one <= max(values) * (1 + 1e-6) for one in breaks)


def test_many_words_get_as_many_colours():
    names = {float(place): str(place) for place in range(9)}
    colours = [one.colour for one in intensity_classes([], unit="", names=names).classes]
    assert len(set(colours)) == 10


def test_amounts_are_written_in_the_readers_language():
    table = ead_classes([1e9, 2e9, 3e9, 4e9, 5e9])
    assert (
        label(table.classes[0], table, "en", currency="IDR")
        == "zero for the assets in the inventory"
    )
    assert label(table.classes[-2], table, "id", currency="IDR").startswith("Rp4")
    assert "miliar" in label(table.classes[2], table, "id", currency="IDR")


@pytest.mark.parametrize("palette", [ORRD, BLUES, PURPLES])
def test_lightness_alone_orders_a_palette(palette):
    lightness = [_luminance(colour) for colour in palette]
    # each step is darker by at least a fifth, so that a grey print still tells the classes apart
    assert all(dark * 1.2 < light for light, dark in zip(lightness, lightness[1:], strict=False))


def test_differences_of_colours_are_those_of_the_paper():
    """Pairs of Sharma, Wu and Dalal (2005), table 1: hues across 0°, blue, greys, dark and light."""
    for one, other, wanted in (
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ):
        assert ciede2000(np.array(one), np.array(other)) == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("palette", [WARM, COOL], ids=["warm", "cool"])
def test_classes_of_assets_differ_for_every_reader(palette, vision):
    numbers = {
        "depth": intensity_classes([], unit="m", threshold=0.1),
        "damage": ead_classes([1.0, 2.0, 3.0, 4.0, 5.0]),
        "share": exposed_share_classes(),
    }
    for table in numbers.values():
        colours = [one.colour for one in asset_classes(table, palette, unknown=True).classes]
        exposed = colours[: len([one for one in table.classes if one.has_range])]
        for one, other in itertools.combinations(exposed, 2):
            assert difference(one, other, vision) >= 9, (one, other)


@pytest.mark.parametrize("vision", [vision for vision in VISIONS if vision != "grey"])
@pytest.mark.parametrize(
    ("palette", "below", "opacity"),
    [(WARM, (*BLUES, *PURPLES), 0.9), (COOL, ORRD, 0.82)],
    ids=["hazards", "districts"],
)
def test_assets_differ_from_what_they_lie_on_for_every_reader(palette, below, opacity, vision):
    """Exposed assets lie on the colours of a hazard map, or without one on those of districts; in
    grey their edges part them.
    """
    for one, ground in itertools.product(palette, below):
        assert difference(one, over(ground, opacity), vision) >= 15, (one, ground)


@pytest.mark.parametrize("kind", ["point", "line", "polygon"])
def test_a_qgis_style_has_a_rule_and_a_symbol_for_each_class(kind):
    table = ead_classes([10, 20, 30, 40, 50])
    root = ElementTree.fromstring(
        qgis_style(table, "ead", kind, language="en", currency="IDR").split("\n", 1)[1]
    )
    rules = root.findall(".//rule")
    assert [rule.get("symbol") for rule in rules] == [
        symbol.get("name") for symbol in root.findall(".//symbol")
    ]
    # quintiles of 10 … 50: 18, 26, 34, 42
    assert rules[0].get("filter") == '"ead" = 0'
    assert rules[1].get("filter") == '"ead" > 0 AND "ead" < 18.0'
    assert rules[-2].get("filter") == '"ead" >= 42.0'
    assert rules[-1].get("filter") == '"ead" IS NULL'


def test_a_qgis_style_of_words_compares_words():
    root = ElementTree.fromstring(
        qgis_style(exposure_classes(), "state", "point", language="id").split("\n", 1)[1]
    )
    assert root.findall(".//rule")[0].attrib == {
        "key": "r0",
        "symbol": "0",
        "label": "terpapar",
        "filter": "\"state\" = 'exposed'",
    }


def test_hostile_words_stay_text_in_a_qgis_style():
    table = intensity_classes([], unit="", names={1.0: '"/><script>', 2.0: "a & b"})
    root = ElementTree.fromstring(
        qgis_style(table, 'a"b', "polygon", language="en").split("\n", 1)[1]
    )
    assert [rule.get("label") for rule in root.findall(".//rule")][:2] == ['"/><script>', "a & b"]
    assert root.findall(".//rule")[0].get("filter").startswith('"a""b" >=')


def _luminance(colour: str) -> float:
    parts = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
