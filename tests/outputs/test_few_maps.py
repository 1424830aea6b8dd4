"""The page of a city with one hazard map: bounds at its head and behind a click, and how little
one map tells.
"""

from __future__ import annotations

import pytest
import shapely

from asset_inventory.assessment.run import assess
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.city_map import write_map
from tests.support.browser import until
from tests.support.map_page import HOUSE_A, click, popup_text, settled
from tests.support.town import FIFTY, HOW_LITTLE, START, TEN, X, Y, write_layer


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


ROWS = """(panel) => [...document.querySelectorAll(`#panel-${panel} table.list tbody tr`)]
    .map((row) => [...row.children].map((cell) => cell.innerText.replaceAll('\\u00a0', ' ').split('\\n')[0]))"""
HEADS = """(panel) => [...document.querySelectorAll(`#panel-${panel} table.list thead th`)]
    .map((head) => head.innerText.trim())"""


@pytest.mark.chromium
def test_without_annual_damage_lists_and_card_follow_the_map_that_is_chosen(
    edit, open_page, tmp_path
):
    """Not what is exposed to any hazard: the landslide zone is the southern half alone."""
    scenario = edit((TEN, ""), (FIFTY, ""), (START, ""), ("return_period = 100, ", ""))
    made = assess(read_city(scenario))
    path = write_map(made, tmp_path / "map.html", language="en")
    home = made.assets.set_index(made.assets["asset_id"].astype(str))["district"].astype(str)
    flood = made.damage.set_index(made.damage["asset_id"].astype(str))["damage"].dropna()
    sums = flood.groupby(home.reindex(flood.index)).sum().sort_values(ascending=False)

    opened = open_page(path, address="#ask=cost", width=1440, height=900)
    until(opened.page, f"({HEADS})('assets')[1]", "Damage (flood)")
    listed = opened.page.evaluate(ROWS, "assets")
    assert [row[1] for row in listed[:3]] == ["Rp750", "Rp500", "Rp250"]
    opened.page.click("#tab-focus")
    of_districts = opened.page.evaluate(ROWS, "focus")
    assert [row[2] for row in of_districts[: len(sums)]] == [f"Rp{value:,.0f}" for value in sums]
    assert opened.page.evaluate(HEADS, "focus")[2] == "Damage (flood)"
    settled(opened)

    opened = open_page(path, address="#ask=floods&hazard=landslide", width=1440, height=900)
    until(opened.page, f"({HEADS})('assets')[1]", "Exposed share (landslide)")
    listed = opened.page.evaluate(ROWS, "assets")
    assert [row[1] for row in listed] == ["100%", "100%", "50%"]
    opened.page.click("#tab-focus")
    assert opened.page.evaluate(HEADS, "focus")[2].lower() == "exposed assets (landslide)"
    settled(opened)

    opened = open_page(path, address="#ask=first", width=1440, height=900)
    assert "Counted over all hazards: flood, landslide." in opened.page.inner_text("#answer")
    settled(opened)


@pytest.mark.chromium
def test_what_is_not_known_names_the_map_that_covers_least_and_damage_without_a_figure(
    edit, open_page, tmp_path
):
    scenario = edit(
        (TEN, ""),
        (FIFTY, ""),
        (START, ""),
        ("return_period = 100, ", ""),
        (', value = "VALUE"', ""),
    )
    # D, without data on the flood map, lies in the landslide zone: exposed, so not counted as unknown
    write_layer(scenario / "landslide.gpkg", [shapely.box(X, Y, X + 100, Y + 100)], CLASS=["high"])
    made = assess(read_city(scenario))
    ledger = made.exposure_counts
    flood = ledger[(ledger["hazard"] == "flood").to_numpy()]
    priced = made.damage[(made.damage["hazard"] == "flood").to_numpy()]["damage"].notna().sum()
    opened = open_page(
        write_map(made, tmp_path / "map.html", language="en"), address="#ask=unknown"
    )
    answer = opened.page.inner_text("#answer")
    assert 0 < flood["no_data"].sum() and 0 < priced < flood["exposed"].sum()
    assert f"(flood) has no data for {flood['no_data'].sum()} of 5 assets" in answer
    assert f"flood: {flood['exposed'].sum() - priced} exposed assets have no damage" in answer
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
