"""What a planner sees of the demo city's resilience assessment: the map opened in a browser, for
both audiences.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from asset_inventory.assessment.resilience import assess_resilience
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.resilience.ranking import RARELY_BELOW
from tests.support.map_page import popup_text, settled
from tests.support.page_contents import decoded

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def semarang(assessed_once):
    return assess_resilience(assessed_once("semarang"))


@pytest.fixture(scope="module")
def pages(semarang, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("maps")
    found = {
        audience: write_map(disclosed_resilience(semarang, audience), folder / f"{audience}.html")
        for audience in ("internal", "public")
    }
    return found | {"plain": write_map(semarang.assessment, folder / "plain.html")}


def block(page: Path, name: str) -> dict:
    return json.loads(
        re.search(rf'id="data-{name}">(.*?)</script>', page.read_text(encoding="utf-8"), re.S)[1]
    )


def test_it_costs_no_more_than_a_tenth_of_the_page(pages):
    assert pages["internal"].stat().st_size < 1.1 * pages["plain"].stat().st_size


def test_everything_that_people_handed_in_is_on_the_map_or_counted_apart(semarang, pages):
    preliminary = block(pages["internal"], "preliminary")
    statements = preliminary["statements"]
    placed = sum(sum(counts) for _, *counts in statements["counts"])
    assert placed + statements["unplaced"] + statements["misplaced"] == len(semarang.statements)
    texts = [statement["text"] for statement in statements["all"]]
    assert texts == semarang.statements["statement"].tolist()
    programmes = preliminary["programmes"]
    in_districts = sum(1 for programme in programmes["all"] if programme["rows"])
    assert in_districts + programmes["whole_city"] + programmes["misplaced"] == len(
        semarang.programmes
    )
    assert sum(preliminary["ranking"]["non_dominated"]) == int(
        semarang.district_ranking["non_dominated"].sum()
    )


def test_every_district_lies_in_the_band_that_its_standing_says(semarang, pages):
    shares = dict(
        zip(
            block(pages["internal"], "districts")["id"],
            block(pages["internal"], "districts")["share"],
            strict=True,
        )
    )
    settings = semarang.assessment.city.resilience
    for row in semarang.district_ranking.itertuples():
        share = shares[row.district] or 0  # None where it is not ranked
        band = (
            "high"
            if share >= settings.firm
            else "medium"
            if share >= settings.likely
            else "low"
            if share >= RARELY_BELOW
            else "rarely"
        )
        assert (row.robustness if pd.notna(row.robustness) else None) == (
            band if share > 0 else None
        ), row.district


def test_the_public_page_holds_nothing_that_somebody_said(semarang, pages):
    inside, public = (
        decoded(pages[one].read_text(encoding="utf-8")) for one in ("internal", "public")
    )
    for text in semarang.statements["statement"]:
        assert text in inside
        assert text not in public, text
    declared = semarang.assessment.city.resilience.actions.visibility
    for text in semarang.programmes["action"]:
        assert text in inside
        assert (text in public) == (declared == "public"), text
    assert "DATA REKAAN UNTUK PELATIHAN" in public


@pytest.mark.chromium
@pytest.mark.parametrize(("width", "height", "touch"), [(1280, 800, False), (390, 844, True)])
def test_the_first_proposed_district_is_read_in_both_languages(
    open_page, pages, semarang, width, height, touch
):
    opened = open_page(pages["internal"], width=width, height=height, touch=touch)
    page = opened.page
    if touch:
        page.click("#tab-focus")
    first = semarang.district_ranking.sort_values("top_share", ascending=False).iloc[0]
    names = semarang.assessment.district_damage.set_index("district")["name"]
    page.click("#focus-rows .go >> nth=0")
    for language, said in (
        ("en", "of 10,000 simulations"),
        ("id", "dari 10.000 simulasi"),
    ):
        page.click(f"[data-language={language}]")
        text = popup_text(page)
        assert text.startswith(names[first["district"]])
        assert said in text
        for statement in semarang.statements.loc[
            semarang.statements["district"] == first["district"], "statement"
        ]:
            assert statement in text
    settled(opened)
