"""What a page of a very large city leaves out, driven by limits of a few assets: said on the
page, and none lost.
"""

from __future__ import annotations

import zlib

import pytest

from asset_inventory.assessment.run import assess
from asset_inventory.messages import LANGUAGES, say
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.city_layer import (
    LIMITS,
    Limits,
    Shown,
    city_layer,
    district_parts,
    file_names,
    overview_part,
)
from asset_inventory.outputs.map.city_map import city_map, write_map
from tests.support.page_contents import as_bytes, head

# The town has five assets: A, C, D in district 1, B in district 2, E (without geometry) outside;
# see tests/conftest.py
DIVIDED = Limits(one_file=4, overview=2)


@pytest.fixture
def assessment(town):
    return assess(read_city(town))


def keys(shown: Shown) -> list[str]:
    return [one["key"] for one in shown.less()]


def test_the_stated_sizes():
    assert (LIMITS.fine_grid, LIMITS.all_figures, LIMITS.one_file) == (
        300_000,
        1_500_000,
        3_000_000,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (LIMITS, []),
        (Limits(fine_grid=5, all_figures=5), []),
        (Limits(fine_grid=4), ["map.less.grid"]),
        (Limits(fine_grid=4, all_figures=4), ["map.less.figures", "map.less.grid"]),
    ],
)
def test_what_is_left_out_is_said(assessment, limits, said):
    assert keys(Shown(assessment, assessment, limits)) == said


def test_a_larger_city_has_a_coarser_grid(assessment):
    def bits(limits):
        layer = city_layer(assessment, [], language="en", limits=limits)
        # four bytes of checksum lead the block, whose fourth byte is the bits of the grid
        return zlib.decompress(as_bytes(layer.parts[0].text), -15)[4 + 3]

    assert (bits(Limits(fine_grid=5)), bits(Limits(fine_grid=4))) == (28, 27)


def columns(html: str) -> set[str]:
    return set(head(html)["order"])


def test_damage_under_each_map_is_left_out_of_the_bytes(assessment):
    whole, less = (
        city_map(assessment, limits=one).get_root().render()
        for one in (LIMITS, Limits(all_figures=4))
    )
    gone = columns(whole) - columns(less)
    assert gone == {
        f"0.{period}.{name}" for period in range(3) for name in ("damage", "damage_ratio")
    } | {"1.0.damage", "1.0.damage_ratio"}
    assert {"0.ead", "0.ead_low", "0.ead_high", "0.2.intensity_max"} <= columns(less)
    shown = '<p class="quiet less">'
    assert shown not in whole
    assert say("map.less.figures", "en", most=4) in less[less.index(shown) :][:400]


def test_every_asset_is_in_the_file_of_its_district(assessment):
    parts = dict(district_parts(assessment))
    assert sorted(parts) == ["1", "2", "outside districts"]
    ids = [one for part in parts.values() for one in part.assets["asset_id"]]
    assert sorted(ids) == sorted(assessment.assets["asset_id"])
    for name in ("exposure", "damage", "ead"):
        assert sum(len(getattr(part, name)) for part in parts.values()) == len(
            getattr(assessment, name)
        )
    for district, part in parts.items():
        assert set(part.assets["district"].astype(str)) == {district}
        assert set(part.exposure_counts["district"].astype(str)) == {district}
        assert set(part.exposure["asset_id"]) <= set(part.assets["asset_id"])
        # a district's ledger adds up to its assets under every map
        assert set(
            part.exposure_counts.groupby(["hazard", "return_period"], dropna=False, observed=True)[
                "assets"
            ].sum()
        ) == {len(part.assets)}


def test_an_overview_draws_the_worst_and_sums_the_city(assessment):
    part = overview_part(assessment, 2)
    # C with 45 a year and B with 30, see tests/outputs/conftest.py
    assert set(part.assets["asset_id"]) == {"roads:C", "buildings:B"}
    assert part.district_damage is assessment.district_damage
    shown = Shown(part, assessment, DIVIDED, {"1": "x/1.html"})
    assert shown.less()[0] == {"key": "map.less.overview", "values": {"drawn": 2, "assets": 5}}


def test_files_are_called_after_districts_whatever_their_ids():
    names = file_names(["A/B", "..", "a b", "Ü"], "city")
    assert list(names.values()) == [
        "city/1-a-b.html",
        "city/2.html",
        "city/3-a-b.html",
        "city/4.html",
    ]
    assert file_names([str(one) for one in range(10)], "m")["0"] == "m/01-0.html"


@pytest.mark.slow
def test_the_log_says_what_is_left_out(assessment, tmp_path):
    heard = {}
    for language in LANGUAGES:
        heard[language] = []
        limits, path = (
            Limits(fine_grid=1, all_figures=1, one_file=4, overview=2),
            tmp_path / "out" / f"{language}.html",
        )
        write_map(
            assessment, path, language=language, limits=limits, on_notice=heard[language].append
        )
    assert heard["en"][0].startswith("Overview: this file shows 2 of 5 assets, highest first.")
    assert len(heard["en"]) == len(heard["id"]) == 3
    assert set(heard["en"]).isdisjoint(heard["id"])


@pytest.mark.chromium
def test_an_overview_leads_to_the_file_of_each_district(assessment, open_page, tmp_path):
    path = write_map(assessment, tmp_path / "out" / "town.html", language="id", limits=DIVIDED)
    pages = sorted(
        one.relative_to(path.parent).as_posix() for one in (path.parent / "town").iterdir()
    )
    assert pages == ["town/1-1.html", "town/2-2.html", "town/3-outside-districts.html"]
    opened = open_page(path)
    page = opened.page
    assert "berkas ini menampilkan 2 dari 5 aset" in page.inner_text(".divided")
    assert page.evaluate("assets_on_map_0.count") == 2
    page.click("[data-language=en]")
    assert "this file shows 2 of 5 assets, highest first" in page.inner_text(".divided")
    page.click("#focus-rows tr.flies >> nth=0")
    page.wait_for_selector(".popup a")
    link = page.locator(".popup a")
    assert link.inner_text() == "Open the map of this district, with its 1 asset"
    link.click()
    page.wait_for_url("**/town/2-2.html#lang=en*")
    # the district of the clinic alone, which has the greatest damage for its value
    page.wait_for_selector("#focus-rows tr.flies")
    assert page.evaluate("assets_on_map_0.ready") == {"assets": 1, "missing": 0}
    assert page.inner_text("h1").startswith("Asset exposure and damage map of 2, Tiny Town")
    assert opened.wrong == []


@pytest.mark.chromium
def test_a_popup_says_that_damage_is_left_out(assessment, open_page, tmp_path):
    path = write_map(
        assessment, tmp_path / "town.html", language="en", limits=Limits(fine_grid=4, all_figures=4)
    )
    opened = open_page(path)
    page = opened.page
    page.click("#tab-assets")
    page.click("#asset-rows tr.flies >> nth=0")
    page.wait_for_selector(".popup .figures")
    assert page.locator(".popup .figures >> nth=0").locator("th[scope=col]").all_inner_texts() == [
        "Return period",
        "Exposed share",
        "Intensity",
    ]
    assert "leaves out damage per return period" in page.inner_text(".popup")
    assert "outlines have a precision of 0.3 m" in page.locator(".less").last.text_content()
    assert opened.wrong == []
    assert opened.violations() == []
