"""The pieces that a page folds out, by pencil; and in a browser, for the worst assets and for
the others.
"""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from asset_inventory.assessment.ead_sentences import ead_sentences
from asset_inventory.outputs.map import city_map as room
from asset_inventory.outputs.map.city_map import popup_breakdown, write_map
from tests.support.page_contents import block_of

ORDER = (3, 1, 0, 2, 4)  # the layer's places hold these rows: A is at 2, B at 1, D at 3, C at 4


@pytest.fixture
def columns(assessment, monkeypatch):
    """What is packed, before it is."""
    kept = []
    monkeypatch.setattr(room, "encoded", lambda parts: kept.extend(parts) or "")

    def made(**options):
        flood, landslide = assessment.city.hazards
        maps = [(flood, (10.0, 50.0, 100.0)), (landslide, (math.nan,))]
        found = popup_breakdown(assessment, maps, np.array(ORDER), **options)
        table = json.loads(kept.pop())
        return found, [
            dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)
        ]

    return made


def test_the_pieces_are_those_of_the_drawing(columns, assessment):
    found, rows = columns()
    # and these words the page's scripts fill
    assert found["convention"] == ead_sentences(assessment.city)
    # E has no geometry
    assert found["assets"] == [1, 2, 3, 4]
    place = {row: at for at, row in enumerate(ORDER)}
    house = [row for row in rows if row["index"] == place[0] and row["hazard"] == 0]
    # A: half at 0.5, 1 and 2 m; the curve is straight to 4 m; its dry half is no piece
    assert [(row["map"], row["share"], row["intensity"], row["curve"]) for row in house] == [
        (0, 0.5, 0.5, 0.125),
        (1, 0.5, 1.0, 0.25),
        (2, 0.5, 2.0, 0.5),
    ]
    # share x curve x value 1000 is the damage of the 100-year map
    assert house[2]["share"] * house[2]["curve"] * 1000 == 250
    unknown = [row for row in rows if row["index"] == place[2] and row["hazard"] == 0]
    assert {(row["share"], row["intensity"], row["curve"]) for row in unknown} == {
        (0.5, None, None)
    }
    road = [
        row for row in rows if row["index"] == place[4] and row["hazard"] == 0 and row["map"] == 2
    ]
    assert [(row["intensity"], row["share"], row["of"]) for row in road] == [
        (4.0, 0.5, 2),
        (2.0, 0.5, 2),
    ]
    # no curve serves landslides
    assert all(row["curve"] is None for row in rows if row["hazard"] == 1)
    assert {(hazard, kind) for hazard, kind, _ in found["curves"]} == {
        ("flood", "house"),
        ("flood", "clinic"),
        ("flood", "road"),
    }


def test_only_the_worst_assets_have_pieces(columns):
    found, rows = columns(limit=2)  # C and B
    assert {row["index"] for row in rows} == {1, 4} == set(found["assets"])


def test_of_many_pieces_the_most_severe_stand(columns, monkeypatch):
    monkeypatch.setattr(room, "MOST_INTERSECTIONS", 1)
    _, rows = columns()
    road = [row for row in rows if row["index"] == 4 and row["hazard"] == 0 and row["map"] == 2]
    assert [(row["intensity"], row["of"]) for row in road] == [(4.0, 2)]


@pytest.mark.chromium
def test_a_popup_folds_out_the_reckoning_in_both_languages(assessment, open_page, tmp_path):
    opened = open_page(write_map(assessment, tmp_path / "map.html"))
    page = opened.page
    page.click("#tab-assets")
    page.click("#asset-rows .go >> nth=2")  # A
    page.wait_for_selector(".breakdown summary")
    page.click(".breakdown summary")
    text = page.inner_text(".breakdown")
    assert "How was this calculated?" in text
    assert (
        "exceedance frequency, 1 / return period: between two maps damage changes linearly" in text
    )
    assert "straight" in text
    assert [
        cell.replace("\xa0", " ")
        for cell in page.locator(".breakdown table")
        .nth(2)
        .locator("tbody tr")
        .first.locator("th, td")
        .all_inner_texts()
    ] == ["50%", "2.00 m", "0.500"]
    assert "asset-inventory" not in page.inner_text(".leaflet-popup-content")
    page.click("[data-language=id]")
    assert "Bagaimana angka ini dihitung?" in page.inner_text(".breakdown summary")
    assert opened.wrong == []
    assert opened.violations() == []


@pytest.mark.chromium
def test_for_the_others_the_popup_says_why_there_is_no_calculation(
    assessment, open_page, tmp_path, monkeypatch
):
    monkeypatch.setattr(popup_breakdown, "__kwdefaults__", {"limit": 1})
    path = write_map(assessment, tmp_path / "map.html")
    assert len(block_of(path.read_text(encoding="utf-8"), "breakdown")["assets"]) == 1
    opened = open_page(path)
    page = opened.page
    page.click("#tab-assets")
    page.click("#asset-rows .go >> nth=2")
    page.wait_for_selector(".leaflet-popup-content")
    text = page.inner_text(".leaflet-popup-content")
    assert "the calculation for only the 1 assets with the highest EAD" in text
    assert page.locator(".breakdown").count() == 0
    assert opened.wrong == []
