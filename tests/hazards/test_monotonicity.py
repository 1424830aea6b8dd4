"""Where a rarer grid shows less, cell by cell by pencil, and in squares where there are too many
cells to draw.
"""

from __future__ import annotations

import numpy as np
import pytest

from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.hazards import map_checks
from asset_inventory.hazards.intersections import open_hazard
from asset_inventory.hazards.map_checks import non_monotonic
from asset_inventory.intake.layers import Layer, read_features
from asset_inventory.io.rasters import windows
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.files.results import write_results
from tests.support.town import X, Y, write_grid


@pytest.fixture
def refuted(town):
    """The town, whose 50-year map shows nothing in the south-west cell and 0.25 m less in the
    south-east.
    """
    write_grid(town / "flood_50.tif", np.array([[0.0, -9999.0], [0.0, 0.75]]))
    return town


def of(town):
    city = read_city(town)
    return non_monotonic([open_hazard(city.hazards[0], city.crs)], city.crs)


def test_each_cell_that_is_lower_is_a_square_where_it_lies(refuted):
    # 10 years: 0.5 and 1 m in the southern cells; 50 years: 0 and 0.75; 100 years: 2 and 4, more
    # again
    found = of(refuted)
    assert found[
        ["hazard", "frequent", "rarer", "cells", "dry", "lower_by"]
    ].to_numpy().tolist() == [["flood", 10, 50, 1, 1, 0.5], ["flood", 10, 50, 1, 0, 0.25]]
    assert found.total_bounds == pytest.approx([X, Y, X + 100, Y + 50])
    assert found.geometry.bounds.iloc[0].tolist() == pytest.approx([X, Y, X + 50, Y + 50])


def test_maps_that_are_nested_have_none(town):
    assert of(town).empty


def test_on_a_large_grid_a_square_is_of_many_cells_and_none_is_lost(refuted, monkeypatch):
    monkeypatch.setattr(map_checks, "MOST_SQUARES", 1)  # four cells: a square of 2 × 2
    (square,) = of(refuted).to_dict("records")
    assert (square["cells"], square["dry"], square["lower_by"]) == (2, 1, 0.5)
    assert square["geometry"].bounds == pytest.approx((X, Y, X + 100, Y + 100))


def test_windows_and_squares_that_do_not_fit_lose_no_cell(refuted, monkeypatch):
    """A grid of 7 × 5 cells whose rarer map is dry in 12 of them, drawn by squares of 3 × 3,
    read 2 rows at a time.
    """
    wet = np.ones((7, 5))
    write_grid(refuted / "flood_10.tif", wet)
    less = np.where(np.arange(35).reshape(7, 5) % 3 == 0, 0.0, 1.0)
    write_grid(refuted / "flood_50.tif", less)
    monkeypatch.setattr(map_checks, "MOST_SQUARES", 4)
    grid = open_hazard(read_city(refuted).hazards[0], "EPSG:32749").maps[0].grid
    assert len(list(windows(grid, *grid.tile))) == 1
    monkeypatch.setattr(map_checks, "windows", lambda grid, *_: windows(grid, 2, 5))
    found = of(refuted)
    assert found["cells"].sum() == found["dry"].sum() == (less == 0).sum() == 12
    assert found.union_all().area == pytest.approx(found.area.sum())  # no square lies on another
    assert found.total_bounds == pytest.approx([X, Y, X + 250, Y + 350])


@pytest.mark.slow
def test_the_results_hold_the_squares_and_the_public_only_those_of_public_hazards(
    refuted, tmp_path
):
    made = assess(read_city(refuted))
    written = write_results(made, tmp_path / "out", language="en")
    table = read_features(Layer(written / "results.gpkg", "squares", "non_monotonic", None)).table
    assert len(table) == 2 and (written / "non_monotonic.csv").exists()
    (told,) = [
        row for row in made.findings.to_dict("records") if row["code"] == "rarer_map_smaller"
    ]
    # both cells in which the 10-year map shows water
    assert (told["count"], told["arguments"]["percent"]) == (2, 100)
    text = (refuted / "city.toml").read_text(encoding="utf-8")
    (refuted / "city.toml").write_text(
        text.replace('name = "flood"', 'name = "flood"\nvisibility = "internal"', 1),
        encoding="utf-8",
    )
    assert disclosed(assess(read_city(refuted))).non_monotonic.empty


@pytest.mark.slow
def test_nothing_is_written_where_all_maps_are_nested(town, tmp_path):
    written = write_results(assess(read_city(town)), tmp_path / "out", language="en")
    assert not (written / "non_monotonic.csv").exists()
