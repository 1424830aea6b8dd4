"""The town's assets as one layer: counted as the ledger counts, with figures of their own, by
pencil.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from asset_inventory.model.city import MapClasses
from asset_inventory.model.declarations import Name
from asset_inventory.model.icons import ICONS, suggested_icon
from asset_inventory.outputs.map.city_layer import (
    asset_tables,
    city_layer,
    classes_of_maps,
    filter_words,
    icons_of,
    states_of_maps,
    table_of,
    worst_assets,
)
from asset_inventory.outputs.map.hazard_layers import hazards_on_map
from asset_inventory.outputs.map.layers import STATIC, Icons
from asset_inventory.outputs.views.city import counts_of_maps
from asset_inventory.outputs.views.style import intensity_classes
from tests.support.town_assessment import NAN, PERIODS

OUTLINES = json.loads((STATIC / "maki" / "icons.json").read_text(encoding="utf-8"))
MAPS = [("flood", PERIODS), ("landslide", (NAN,))]


def test_assets_are_counted_as_in_the_ledger(assessment):
    states = dict(states_of_maps(assessment, MAPS))
    # A, B, D, E, C: exposed, exposed, half of it unknown, without geometry, exposed
    assert states["any"].tolist() == [0, 0, 1, 3, 0]
    assert states["map-0-0"].tolist() == [0, 0, 1, 3, 0]
    # D lies outside the landslide zone, which says what is outside
    assert states["map-1-0"].tolist() == [0, 0, 2, 3, 0]
    assert list(states) == ["any", "map-0-0", "map-0-1", "map-0-2", "map-1-0"]


@pytest.mark.parametrize("city", ["semarang", "canflood-bc"])
def test_every_map_of_a_real_city_counts_as_its_ledger(assessed_once, city):
    assessment = assessed_once(city)
    counts = counts_of_maps(assessment.exposure_counts)
    hazards = list(dict.fromkeys(hazard for hazard, _ in counts))
    maps = [(hazard, [period for name, period in counts if name == hazard]) for hazard in hazards]
    found = list(states_of_maps(assessment, maps))[1:]
    wanted = ("exposed", "no_data", "not_exposed", "unusable")
    assert [np.bincount(state, minlength=4).tolist() for _, state in found] == [
        [one[name] for name in wanted] for one in counts.values()
    ]


def test_exposed_assets_have_the_depth_class_of_the_map_and_all_maps_together_that_of_ead(
    assessment,
):
    zones = intensity_classes([], unit="", names={1.0: "low", 2.0: "high"})
    tables = asset_tables(assessment, [intensity_classes([], unit="m", threshold=0.1), zones])
    codes = dict(classes_of_maps(assessment, MAPS, tables))
    depth = tables["assets-0"]
    assert [(one.value, one.low) for one in depth.classes[:5]] == [
        ("exposed", low) for low in (0.1, 0.3, 0.75, 1.5, 3.0)
    ]
    assert [one.value for one in depth.classes[5:]] == ["no_data", "not_exposed", "unusable"]
    # A, B, D, E, C: 0.5, 1, not known, without geometry, 1 m at 10 years; 2, 4, -, -, 4 m at 100
    assert codes["map-0-0"].tolist() == [1, 2, 5, 7, 2]
    assert codes["map-0-2"].tolist() == [3, 4, 5, 7, 4]
    # EAD of 15, 30 and 45 of what is exposed
    numbers = [one for one in tables["assets"].classes if one.has_range]
    assert [one.value for one in numbers] == ["exposed"] * len(numbers)
    of_all = [tables["assets"].classes[code] for code in codes["any"]]
    assert [one.value for one in of_all] == [
        "exposed", "exposed", "no_data", "unusable", "exposed",
    ]  # fmt: skip
    for one, ead in zip(of_all, (15.0, 30.0, None, None, 45.0), strict=True):
        assert ead is None or one.low <= ead < one.high


def test_without_any_ead_exposed_assets_are_divided_by_their_exposed_share(assessment):
    assessment.joint_ead["ead"] = NAN
    tables = asset_tables(assessment, [])
    codes = dict(classes_of_maps(assessment, [], tables))["any"]
    # A is exposed by half, B and C as a whole
    low = [tables["assets"].classes[code].low for code in codes]
    assert [low[0], low[1], low[4]] == [0.5, 0.75, 0.75]
    assessment.exposure["exposed_fraction"] = (assessment.exposure["exposed_fraction"] > 0) * 1.0
    plain = asset_tables(assessment, [])["assets"]
    assert [one.value for one in plain.classes] == [
        "exposed", "no_data", "not_exposed", "unusable",
    ]  # fmt: skip


def test_an_exposed_asset_whose_damage_is_not_known_has_a_class_of_its_own(assessment):
    assessment.joint_ead.loc[0, "ead"] = NAN
    tables = asset_tables(assessment, [])
    code = dict(classes_of_maps(assessment, [], tables))["any"][0]
    unknown = tables["assets"].classes[code]
    assert (unknown.value, unknown.no_data, unknown.has_range) == ("exposed", True, False)
    assert unknown.key == "map.class.exposed_unknown"


@pytest.mark.parametrize("city", ["semarang", "canflood-bc"])
def test_the_classes_of_a_state_are_as_many_as_its_assets(assessed_once, city):
    assessment = assessed_once(city)
    drawn = hazards_on_map(assessment)
    maps = [(one.hazard.name, one.periods) for one in drawn]
    tables = asset_tables(assessment, [one.classes for one in drawn])
    states = dict(states_of_maps(assessment, maps))
    for name, codes in classes_of_maps(assessment, maps, tables):
        words = np.array([one.value for one in table_of(name, tables).classes])
        of_states = np.array([one.value for one in table_of(name, None).classes])
        assert np.array_equal(words[codes], of_states[states[name]])


def test_points_have_the_icon_of_their_type_and_nothing_else_has(assessment):
    # B, a clinic, is the one point; A and D are areas, C is a line
    icons = icons_of(assessment.city, assessment.assets)
    words = filter_words(assessment.assets)["asset_type"]
    assert (icons.by, [words[code] for code, place in enumerate(icons.of) if place >= 0]) == (
        "asset_type",
        ["clinic"],
    )
    assert icons.paths == [OUTLINES["doctor"]]
    city = assessment.city.model_copy(
        update={"map": MapClasses(icons={"clinic": "hospital", "house": "home"})}
    )
    assert icons_of(city, assessment.assets).paths == [OUTLINES["hospital"]]
    # a type that says nothing has a plain shape
    plain = assessment.assets.assign(asset_type="type 7")
    assert icons_of(assessment.city, plain) is None
    labels = {"type 7": Name(id="Apotek", en="Pharmacy")}
    labelled = assessment.city.model_copy(update={"labels": labels})
    assert icons_of(labelled, plain) == Icons(None, [0], [OUTLINES["pharmacy"]])


def test_every_icon_has_an_outline_and_is_suggested_by_one_type():
    assert ICONS.keys() == OUTLINES.keys()
    phrases = [phrase for several in ICONS.values() for phrase in several]
    assert len(phrases) == len(set(phrases))
    for icon, several in ICONS.items():
        assert [suggested_icon([phrase]) for phrase in several] == [icon] * len(several)
    assert suggested_icon(["RSUD Kota"]) == suggested_icon(["Rumah Sakit Umum"]) == "hospital"
    assert suggested_icon(["bus_station"]) == "bus"
    assert suggested_icon(["Kantor Pos Cabang"]) == "post"
    assert suggested_icon(["jalan utama"]) is suggested_icon([""]) is None


def test_ids_that_are_categories_are_found_too(assessment):
    known = dict(states_of_maps(assessment, MAPS))
    ids = pd.CategoricalDtype([*assessment.assets["asset_id"][::-1], "one more"])
    assessment.exposure["asset_id"] = assessment.exposure["asset_id"].astype(ids)
    for name, state in states_of_maps(assessment, MAPS):
        assert np.array_equal(state, known[name])


def test_all_assets_are_in_the_layer_and_the_worst_are_found_in_it(assessment):
    layer = city_layer(assessment, MAPS, language="en")
    assert layer.head["count"] == 5
    worst = worst_assets(assessment, layer.order)
    assert worst["id"] == ["roads:C", "buildings:B", "buildings:A", "buildings:D"]
    assert worst["ead"] == [45.0, 30.0, 15.0, 0.0]
    ids = assessment.assets["asset_id"].to_numpy()[layer.order]
    assert ids[worst["index"]].tolist() == worst["id"]


def test_figures_are_columns_of_a_hazard_and_its_map(assessment):
    shown = city_layer(assessment, MAPS, language="en").head["order"]
    assert {
        "0.2.damage",
        "0.2.intensity_max",
        "0.ead_high",
        "0.rule",
        "1.0.exposed_fraction",
    } <= set(shown)
    assert "1.ead" not in shown  # nobody priced the landslide
