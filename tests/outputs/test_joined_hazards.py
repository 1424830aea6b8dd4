"""Several hazards on one asset, where people see them: map, workbook, GeoPackage, report, the
city's convention.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyogrio
import pytest

from asset_inventory.assessment.ead_sentences import ead_sentence
from asset_inventory.assessment.run import assess
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.files.results import write_results
from asset_inventory.outputs.files.workbooks import sheets_of
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.views.figures import figures_of
from asset_inventory.outputs.views.sentences import bounds_sentence, ten_sentences
from tests.support.map_page import HOUSE_A, click, popup_text
from tests.support.town import write_grid


def test_the_convention_tells_each_relation_and_its_reason(coast):
    city = coast("one event")
    assert (
        "flood, surge occur in one event: their damage is combined at each return period."
        in ead_sentence(city, "en")
    )
    assert "Alasan: one storm brings both." in ead_sentence(city, "id")


def test_the_convention_tells_what_is_not_declared(coast):
    told = ead_sentence(coast(), "en")
    assert (
        "The relationship between these hazards is not declared: flood + surge." in told
        and "Ordaz 2015" in told
    )


def test_report_results_and_workbook_hold_the_joint_figures(coast, tmp_path):
    made = assess(coast())
    told = " ".join(ten_sentences(made, figures_of(made), "id"))
    assert (
        "Bergantung pada hubungan antarbahaya (tidak dinyatakan), nilainya antara Rp90 "
        "dan Rp133 per tahun."
    ) in told
    sheet = next(one for one in sheets_of(made, "en") if one.name == "joint_ead")
    units = {column.label: column.values["unit"] for column in sheet.columns}
    assert len(sheet.rows) == 5 and units["ead_least"] == "IDR a year"
    stored = pyogrio.read_dataframe(
        write_results(made, tmp_path / "results", language="en") / "results.gpkg", layer="joint_ead"
    )
    assert stored.set_index("asset_id").loc[
        "buildings:B", ["ead", "ead_least"]
    ].tolist() == pytest.approx([44.1, 30])
    assert (
        pd.read_csv(tmp_path / "results" / "joint_ead.csv")["relation"]
        .tolist()
        .count("not declared")
        == 3
    )


@pytest.mark.chromium
def test_a_click_tells_what_all_hazards_do_together(coast, open_page, tmp_path):
    page = open_page(write_map(assess(coast()), tmp_path / "map.html", language="en")).page
    click(page, HOUSE_A)
    text = popup_text(page)
    # house A: flood 15, surge 7.5 of 1000: 1000·(1 − 0.985·0.9925) = 22.39
    assert re.search(
        r"All hazards combined\s+Expected annual damage \(EAD\)\s+Rp22\s+"
        r"Range over the possible relationships\s+Rp15 to Rp22",
        text,
    ), text
    assert re.search(r"Relationship between hazards\s+not declared", text)
    page.keyboard.press("Escape")
    page.click("[data-language=id]")
    click(page, HOUSE_A)
    assert "Semua bahaya digabungkan" in popup_text(page)


@pytest.mark.chromium
def test_bounds_that_hold_more_than_the_figure_say_so(coast, edit, town, open_page, tmp_path):
    """Of the surge there are two maps, that is bounds only; in both its water is 4 m deep, and
    all is lost.
    """
    coast("unrelated")
    city = read_city(edit(('  { return_period = 10, path = "surge_10.tif" },\n', "")))
    for period in (50, 100):
        write_grid(town / f"surge_{period}.tif", np.array([[0.0, -9999.0], [4.0, 4.0]]))
    made = assess(city)
    # house A, half of it wet: flood 15, at least 8.75; surge at least 0.01 x 500 + 0.01 x 500 = 10
    row = made.joint_ead[(made.joint_ead["asset_id"] == "buildings:A").to_numpy()].iloc[0]
    assert row[["ead", "ead_low"]].tolist() == pytest.approx(
        [15, 1000 * (1 - (1 - 0.00875) * (1 - 0.01))]
    )
    page = open_page(write_map(made, tmp_path / "map.html", language="en")).page
    click(page, HOUSE_A)
    assert re.search(
        r"Rp15\s+Interpolation bounds \(not the full uncertainty\)\s+Rp19 to Rp\d+, including assets with bounds only",
        popup_text(page),
    )
    page.keyboard.press("Escape")
    page.click("[data-language=id]")
    click(page, HOUSE_A)
    text = popup_text(page)
    assert re.search(
        r"Batas interpolasi \(bukan rentang ketidakpastian penuh\)\s+"
        r"Rp19 sampai Rp\d+, termasuk aset yang hanya memiliki batas",
        text,
    ), text


def test_the_bounds_of_a_sum_below_which_its_figure_lies_say_so():
    total = pd.Series({"ead": 10.0, "ead_low": 13.0, "ead_high": 20.0})
    assert bounds_sentence(total, "EUR", "en") == "€13 to €20, including assets with bounds only"
    assert bounds_sentence(total, "EUR", "id").endswith(", termasuk aset yang hanya memiliki batas")
    assert bounds_sentence(total.replace(20.0, float("nan")), "EUR", "en").startswith(
        "at least €13, including"
    )
    assert "with" not in bounds_sentence(total.replace(10.0, 14.0), "EUR", "en")
    assert "with" not in bounds_sentence(total.replace(10.0, float("nan")), "EUR", "en")
