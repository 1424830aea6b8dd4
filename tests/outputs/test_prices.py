"""Wherever a value is, the rule by which it was made stands too: its factors, its year and whose
numbers they are.
"""

from __future__ import annotations

import json

import pytest

from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.io.table_files import write_json
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.files.workbooks import write_workbook
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.map.content import about_block
from asset_inventory.outputs.report.write import write_report
from asset_inventory.outputs.views.city import credits_of, sources_of
from tests.support.map_page import HOUSE_A, click, popup_text, settled
from tests.support.public_data import PUBLIC, SAYS_VALUE

OWN = (', value = "VALUE" }', " }")
JRC = (
    "[values]",
    """[values.house]
rule = "jrc"
sector = "residential"
gdp_per_capita = 2946.66
exchange_rate = 12_000
inflation = 1.5
source = "World Bank 2010"

[values]""",
)
YEAR = ('currency = "IDR"', 'currency = "IDR"\nprice_year = 2020')
# 522.4038 · 0.6 · 0.6 · 12 000 · 1.5 = 3 385 176.7 a m2, and half of it for content
FACTORS = (
    "24.078 × 2,946.66^0.3852 = 522.40 EUR",
    "0.6 (HydroMT-FIAT default)",
    "12,000 IDR per EUR",
    "1.5 from 2010 prices to 2020 prices",
    "0.5 (JRC default)",
    "Huizinga",
    "World Bank 2010",
)


@pytest.fixture
def valued(edit):
    return assess(read_city(edit(OWN, JRC, YEAR)))


def test_the_report_and_the_workbook_say_the_rule(valued, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    write_report(valued, tmp_path / "report", languages=["en"])
    page = (
        (tmp_path / "report" / "report-en.html").read_text(encoding="utf-8").replace("&#39;", "'")
    )
    path = write_workbook(valued, tmp_path / "book.xlsx", language="en")
    about = openpyxl.load_workbook(path).worksheets[0]
    cells = " ".join(str(row[0]) for row in about.iter_rows(values_only=True))
    for factor in ("Rp5,077,765", "JRC maximum damage per m² × area", *FACTORS):
        assert factor in page and factor in cells, factor


def test_the_run_says_every_factor_and_whose_it_is(valued, tmp_path):
    said = json.loads(
        write_json(tmp_path / "run.json", valued.provenance).read_text(encoding="utf-8")
    )
    house, road = (said["methods"]["values"][kind] for kind in ("house", "road"))
    assert (
        house["amount"] == pytest.approx(5_077_765, abs=1)
        and house["content"] == house["structure"] / 2
    )
    assert (house["currency"], house["stated_year"], house["price_year"]) == ("IDR", 2010, 2020)
    assert house["factors"]["undamageable"] == {"value": 0.4, "source": "HydroMT-FIAT"}
    assert house["factors"]["gdp_per_capita"] == {"value": 2946.66, "source": ""}
    assert (road["rule"], road["amount"], road["source"]) == ("m", 10, "by pencil")


def test_whose_rule_it_is_stands_among_the_sources(valued):
    use, name, source = next(
        one for one in sources_of(valued.city) if one[0] == "map.about.price_rule"
    )
    assert (name, source.licence, source.url) == (
        "house",
        "CC-BY-4.0",
        "https://doi.org/10.2760/16510",
    )
    assert "Huizinga" not in str(credits_of([valued.city]))  # no map is drawn from it


def test_a_price_tells_a_value_so_the_public_gets_neither(edit):
    hidden = disclosed(assess(read_city(edit(PUBLIC))))
    assert "values" not in hidden.provenance["methods"] and about_block(hidden)["prices"] == []


def test_the_public_gets_the_prices_of_public_values(edit):
    shown = disclosed(assess(read_city(edit(SAYS_VALUE))))
    assert list(shown.provenance["methods"]["values"]) == ["road"]


@pytest.mark.chromium
def test_a_click_on_an_asset_tells_how_its_value_was_made(valued, open_page, tmp_path):
    opened = open_page(write_map(valued, tmp_path / "map.html", language="en"), motion=True)
    click(opened.page, HOUSE_A)
    text = popup_text(opened.page)
    for said in ("Rp2 billion (JRC maximum damage per m²)", "Rp5.1 million", *FACTORS):
        assert said in text, said
    opened.page.click("#tab-about")
    assert all(said in opened.page.inner_text("#prices") for said in FACTORS)
    opened.page.click("[data-language=id]")
    assert "1,5 dari harga tahun 2010 ke harga tahun 2020" in opened.page.inner_text("#prices")
    settled(opened)
