"""What a planner of the demo city types, in both languages and with typing errors: the page lists
what the tables have.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from asset_inventory.outputs.map.city_map import write_map
from tests.support.search import search

pytestmark = [pytest.mark.slow, pytest.mark.chromium]
MOST_ASSETS, MOST_STREETS = 8, 5  # in a list


@pytest.fixture(scope="module")
def page(assessed_once, open_shared_page, tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "map.html"
    return open_shared_page(write_map(assessed_once("semarang"), path, language="id")).page


@pytest.fixture(scope="module")
def assets(assessed_once) -> pd.DataFrame:
    """The assets, each with the name of its kelurahan and of its kecamatan."""
    assessment = assessed_once("semarang")
    places = assessment.district_damage[["district", "name", "parent"]].rename(
        columns={"name": "kelurahan", "parent": "kecamatan"}
    )
    table = pd.DataFrame(assessment.assets.drop(columns="geometry")).astype({"district": str})
    return table.merge(places.astype({"district": str}), on="district", how="left")


def says(table: pd.DataFrame, language: str) -> str:
    """The note of the filter that shows these assets only."""
    count = len(table)
    return {
        "id": f"tampilkan hanya {count} aset ini",
        "en": f"show only these {count} assets",
    }[language]


def named(table: pd.DataFrame, pattern: str) -> pd.DataFrame:
    return table[table["name"].fillna("").str.contains(pattern)]


# fmt: off
TYPES = [
    # language, what is typed, the type, what it is called
    ("id", "sekolah", "sekolah", "Sekolah"),
    ("id", "school", "sekolah", "Sekolah"),
    ("en", "schools", "sekolah", "School"),
    ("en", "hosptial", "rumah sakit", "Hospital"),
    ("id", "rumah sakti", "rumah sakit", "Rumah sakit"),
    ("en", "puskesmas", "klinik", "Health centre or clinic"),
]
ASSETS: list[tuple[str, str, Callable[[pd.DataFrame], pd.DataFrame]]] = [
    ("id", "SDN Karangayu", lambda all: named(all, "^SD Negeri Karangayu")),
    ("id", "sd negeri karangayu 3", lambda all: named(all, "^SD Negeri Karangayu 03$")),
    ("id", "puskemas poncol", lambda all: named(all, "^Puskesmas Poncol$")),
    ("en", "health centre poncol", lambda all: named(all, "^Puskesmas Poncol$")),
    ("en", "hospitals in Pedurungan", lambda all: all[
        (all["asset_type"] == "rumah sakit") & (all["kecamatan"] == "Pedurungan")]),
    ("en", "mosque karangayu", lambda all: named(all, "Masjid")[named(all, "Masjid")["kelurahan"] == "Karangayu"]),
    ("id", "576146819", lambda all: all[all["asset_id"] == "health:576146819"]),
    ("id", "musala sekayu", lambda all: named(all, "Musala")[named(all, "Musala")["kelurahan"] == "Sekayu"]),
]
# fmt: on


@pytest.mark.parametrize(("language", "text", "a_type", "label"), TYPES)
def test_a_type_is_found_in_either_language(page, assets, language, text, a_type, label):
    page.click(f"[data-language={language}]")
    found = search(page, text)
    heading = {"id": "Jenis aset", "en": "Asset types"}[language]
    assert found.groups[heading][0] == [
        label,
        says(assets[assets["asset_type"] == a_type], language),
    ]


@pytest.mark.parametrize(("language", "text", "rows"), ASSETS)
def test_assets_are_found_by_name_type_place_and_id(page, assets, language, text, rows):
    expected = rows(assets)
    assert len(expected), text
    page.click(f"[data-language={language}]")
    groups = search(page, text).groups
    heading = next(name for name in groups if name.split(" · ")[0] in ("Aset", "Assets"))
    listed = [(name, note.split(" · ")[1]) for name, note in groups[heading]]
    assert set(listed[: len(expected)]) <= set(
        zip(expected["name"], expected["kelurahan"], strict=True)
    )
    assert len(listed) >= min(len(expected), MOST_ASSETS)


@pytest.mark.parametrize("text", ["kec. genuk", "kecamatan genuk", "genuk"])
def test_a_kecamatan_is_found_with_its_kelurahan(page, assessed_once, text):
    page.click("[data-language=id]")
    areas = assessed_once("semarang").district_damage
    count = int((areas["parent"] == "Genuk").sum())
    assert search(page, text).groups["Kecamatan"] == [["Genuk", f"{count} kelurahan"]]


@pytest.mark.parametrize("text", ["tambakharjo", "kel tambakharjo", "tambakharja"])
def test_a_kelurahan_is_found(page, text):
    page.click("[data-language=id]")
    assert search(page, text).groups["Kelurahan"][0] == ["Tambakharjo", "Semarang Barat"]


@pytest.mark.parametrize("text", ["jl kaligawe", "Jln. Kaligawe", "kaligawe road"])
def test_a_road_is_found_by_name(page, assets, text):
    page.click("[data-language=id]")
    roads = named(assets[assets["layer"] == "roads"], "Kaligawe")
    expected = roads.groupby(["name", "kecamatan"], observed=True).size()
    found = search(page, text).groups["Jalan dan aset garis lainnya"]
    assert 0 < len(expected) <= MOST_STREETS
    assert sorted(found) == sorted(
        [name, f"{kecamatan} · {count} aset"] for (name, kecamatan), count in expected.items()
    )
