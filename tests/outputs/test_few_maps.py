"""The page of a city with one hazard map: bounds at its head and behind a click, and how little
one map tells.
"""

from __future__ import annotations

import pytest

from asset_inventory.assessment.run import assess
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.city_map import write_map
from tests.support.browser import until
from tests.support.map_page import HOUSE_A, click, popup_text, settled
from tests.support.town import FIFTY, HOW_LITTLE, START, TEN


@pytest.mark.chromium
def test_the_page_prints_bounds_and_how_little_one_map_tells(edit, open_page, tmp_path):
    made = assess(read_city(edit((TEN, ""), (FIFTY, ""))))
    opened = open_page(write_map(made, tmp_path / "map.html", language="en"), motion=True)
    for language in ("en", "id"):
        opened.page.click(f"[data-language={language}]")
        head = opened.page.inner_text(".summary")
        assert "Rp15" in head and "Rp394" in head
        assert all(said in head for said in HOW_LITTLE[language])
    opened.page.click("[data-language=en]")
    opened.page.click("#legend summary")  # below a header of four lines it covers the house
    click(opened.page, HOUSE_A)
    # A: 0.01·250 = 2.5; 0.19·250 + 0.01·1000 = 57.5
    assert "Rp2 to Rp58" in popup_text(opened.page)
    settled(opened)


@pytest.mark.chromium
def test_without_annual_damage_the_cost_is_that_of_the_event(edit, open_page, tmp_path):
    scenario = edit((TEN, ""), (FIFTY, ""), (START, ""), ("return_period = 100, ", ""))
    opened = open_page(write_map(assess(read_city(scenario)), tmp_path / "map.html", language="en"))
    opened.page.click("[data-ask=cost]")
    # a quarter of 1,000, half of twice that, three quarters of 1,000: 250 + 500 + 750
    until(
        opened.page,
        "document.getElementById('answer').textContent",
        "flood, scenario (no return period): Rp1,500 of damage if the event happens "
        "(3 exposed assets with a figure).",
    )
    settled(opened)


@pytest.mark.chromium
def test_without_an_upper_bound_the_page_says_so(edit, open_page, tmp_path):
    made = assess(read_city(edit((TEN, ""), (FIFTY, ""), (START, ""))))
    opened = open_page(write_map(made, tmp_path / "map.html", language="en"), motion=True)
    head = opened.page.inner_text(".summary")
    assert "at least Rp15" in head and "There is no upper bound" in head
    click(opened.page, HOUSE_A)
    assert "at least Rp2, no upper bound" in popup_text(opened.page)
    settled(opened)
