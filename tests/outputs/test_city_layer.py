"""The town's assets as one layer: counted as the ledger counts, with figures of their own, by
pencil.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from asset_inventory.outputs.map.city_layer import city_layer, states_of_maps, worst_assets
from asset_inventory.outputs.views.city import counts_of_maps
from tests.support.town_assessment import NAN, PERIODS

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
