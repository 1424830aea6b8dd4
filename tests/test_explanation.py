"""One figure back to its pieces: the same as in the assessment, and said so that it can be reckoned again."""

from __future__ import annotations

import numpy as np
import pytest

from asset_inventory.assessment import assess
from asset_inventory.errors import CityError
from asset_inventory.explanation import explain
from asset_inventory.sources.city import read_city
from asset_inventory.words import LANGUAGES


def test_the_figures_are_those_of_the_assessment(town):
    city = read_city(town)
    whole = assess(city)
    for asset_id in whole.assets["asset_id"][whole.assets["usable"]]:
        found = explain(city, asset_id).hazards[0]
        for table in ("exposure", "damage", "ead"):
            expected = getattr(whole, table)
            expected = expected[((expected["asset_id"] == asset_id) & (expected["hazard"] == "flood")).to_numpy()]
            columns = expected.select_dtypes("number").columns
            assert np.allclose(getattr(found, table)[columns], expected[columns], equal_nan=True, rtol=1e-12)


def test_the_road_is_explained_to_its_cells(town):
    found = explain(read_city(town), "roads:C")
    laid = found.hazards[0].pieces
    first = laid[laid["return_period"] == 10].sort_values("col")
    # two cells of the southern row, half the road each, at 0.5 and 1 m, where the curve says an eighth and a quarter
    assert first[["row", "col", "share", "intensity", "curve"]].to_numpy().tolist() == [
        [1, 0, 0.5, 0.5, 0.125],
        [1, 1, 0.5, 1.0, 0.25],
    ]
    assert found.hazards[1].pieces["zone"].tolist() == [1]
    lines = found.lines("en")
    assert lines[0] == "roads:C: without a name; type road; district 1"
    assert lines[1] == "Value: Rp1,000 (price per metre × length; Rp10: by pencil)"
    assert "    cell row 1, column 1: share 0.500000 at 1 m, curve says 0.25" in lines
    assert "    damage: 0.188 of the value = Rp188" in lines
    assert "    (1/5 - 1/10) × (Rp0 + Rp188) / 2 = Rp9" in lines
    assert "    beyond 100 years: Rp750 / 100 = Rp8" in lines
    assert any(line.startswith("  EAD Rp45 a year, between Rp26 and Rp66") for line in lines)
    assert "landslide (shock): exposed from 0 class" in lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_asset_without_geometry_and_one_half_on_nodata(town, language):
    city = read_city(town)
    lines = explain(city, "buildings:E").lines(language)
    assert len(lines) == 3
    lines = explain(city, "buildings:D").lines(language)
    assert sum("0,500000" in line or "0.500000" in line for line in lines) >= 6


def test_an_asset_that_is_not_there(town):
    with pytest.raises(CityError, match="did you mean «buildings:A»"):
        explain(read_city(town), "building:A")
    with pytest.raises(CityError, match="LAYER:ID"):
        explain(read_city(town), "xyz")
