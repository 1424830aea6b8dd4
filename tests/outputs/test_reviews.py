"""The page that somebody signs: it tells all, in both languages, to every reader, and nothing
from data runs on it.
"""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from asset_inventory.assessment.read import read_assets
from asset_inventory.assessment.risk_delta import RiskDelta, changed_assets, risk_delta
from asset_inventory.inventory.districts import read_districts
from asset_inventory.model.errors import SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import check, empty, finding, findings
from asset_inventory.outputs.report.review import HandedIn, Review, write_review
from asset_inventory.outputs.report.review_map import review_map
from asset_inventory.outputs.report.review_tables import shifts_of, shown
from asset_inventory.register.changes import diff
from tests.support.accessibility import grave_faults, weak_texts
from tests.support.hostile_text import HOSTILE
from tests.support.page_contents import page_text
from tests.support.town import X, Y

CRS = "EPSG:32749"
NAN = float("nan")
CELLS = {
    "A": ("House A", "house", 1000.0, shapely.box(X + 10, Y + 40, X + 30, Y + 60)),
    "B": ("Clinic B", "clinic", 500.0, shapely.Point(X + 75, Y + 25)),
    "D": (None, "house", 800.0, shapely.box(X + 40, Y + 60, X + 60, Y + 80)),
    "E": ("Depot E", "depot", 100.0, None),
}
# Clinic B moves 50 m to the west, house D is worth 900, depot E goes, and two clinics come
LATER = {
    "A": CELLS["A"],
    "B": (*CELLS["B"][:3], shapely.Point(X + 25, Y + 25)),
    "D": (None, "house", 900.0, CELLS["D"][3]),
    "F": ("Clinic <F>", "clinic", 400.0, shapely.Point(X + 60, Y + 40)),
    "G": ("Clinic G", "clinic", NAN, None),
}


def layer(cells: dict[str, tuple]) -> gpd.GeoDataFrame:
    table = pd.DataFrame.from_dict(
        cells, orient="index", columns=["NAME", "KIND", "VALUE", "geometry"]
    )
    table.index = "buildings:" + table.index
    return gpd.GeoDataFrame(table.astype({"NAME": "str", "KIND": "str"}), crs=CRS)


def doubt(
    feature: str | None, asset: str, kind: str, distance: float, name: str | None = None
) -> dict[str, object]:
    return {
        "feature": feature,
        "asset_id": asset,
        "doubt": kind,
        "distance": distance,
        "overlap": NAN,
        "similarity": NAN,
        "score": NAN,
        "name": name,
        "asset_name": name,
        "feature_id": None,
    }


@pytest.fixture
def review(town) -> Review:
    city = read_city(town)
    districts, _ = read_districts(city)
    assets = read_assets(city, districts).assets
    later = assets[~assets["asset_id"].str.endswith("E")].copy()
    moved = later["asset_id"] == "buildings:B"
    later.loc[moved, "geometry"], later.loc[moved, "district"] = shapely.Point(X + 25, Y + 25), "1"
    before, after = layer(CELLS), layer(LATER)
    changes = diff(before, after, delivery=57)
    undone = changes[changes["column"] == "VALUE"].assign(delivery=41)
    conflicts = pd.DataFrame(
        [
            {
                "asset_id": "buildings:A",
                "column": "NAME",
                "base": '"House A"',
                "ours": '"House A1"',
                "theirs": '"House A2"',
                "outcome": "conflict",
            }
        ],
        index=["3"],
    )
    doubts = check(
        pd.DataFrame(
            [doubt("7", "buildings:E", "weak", 7.3), doubt(None, "buildings:A", "crowded", NAN)]
        ),
        "DOUBTS",
    )
    return Review(
        city,
        HandedIn(
            "buildings",
            "rumah & klinik.zip",
            "Dinas Kesehatan",
            "2026-11-24T08:00:00+07:00",
            "two new",
            57,
            56,
            "ab" * 32,
            {"read": 6, "kept": 5},
        ),
        before,
        after,
        changes,
        doubts,
        conflicts,
        undone,
        {41: ("Dinas Kesehatan", "2026-03-03T10:00:00+07:00")},
        findings(
            [finding("id_repeated", source="buildings", severity="error", feature="7", count=2)]
        ),
        risk_delta(city, *changed_assets(assets, later)),
        90.0,
        districts,
        {"3": 41},
    )


def test_it_tells_in_both_languages_what_the_delivery_does(review, tmp_path):
    path = write_review(review, tmp_path / "out" / "review.html")
    english, indonesian = page_text(path, "en"), page_text(path, "id")
    for sentence in (
        "Review of a data submission: buildings, Tiny Town",
        "Submitted 24 November 2026",
        "Removes 1 asset from the inventory: depot 1.",
        "point at 436075.00, 9227025.00",
        "moved 50 m",
        "VALUE 800 900",
        "would undo change 41 by Dinas Kesehatan, 3 March 2026",
        "Feature 7 may be asset buildings:E, 7.3 m away",
        "Too many features are near asset buildings:A",
        "3 House A buildings:A NAME House A",
        "House A House A1 changed by data submission 41 from Dinas Kesehatan, 3 March 2026 House A2",
        "2 rows repeat an id",
        # clinic B's EAD: 30 in the east, half of it in the west, of 90 in the whole city; depot
        # E has no geometry
        "−Rp15 a year, −16.7% of the city's (changed assets: Rp30 before, Rp15 after)",
        "1 changed asset has no EAD before or after and is in no difference",
        "Largest change: 2, −Rp30 a year",
        "FICTITIOUS TRAINING DATA, not for decisions",
        "This page is not a document of handover or write-off of regional property (BMD).",
    ):
        assert sentence in english, sentence
    for sentence in (
        "Mengeluarkan 1 aset dari daftar: depot 1.",
        "pindah 50 m",
        "Dikirim 24 November 2026",
        "akan membatalkan perubahan 41 oleh Dinas Kesehatan, 3 Maret 2026",
        "−Rp15 per tahun, −16,7% dari seluruh kota",
        "DATA REKAAN UNTUK PELATIHAN",
        "Halaman ini bukan dokumen serah terima atau penghapusan BMD.",
    ):
        assert sentence in indonesian, sentence
    assert len(re.findall(r"[0-9]+", english)) == len(re.findall(r"[0-9]+", indonesian))
    assert "Clinic <F>" in english and "<F>" not in path.read_text(encoding="utf-8")
    once = path.read_bytes()
    assert once == write_review(review, tmp_path / "again.html").read_bytes()


def test_types_have_the_labels_of_the_city(review, town, tmp_path):
    declared = town / "city.toml"
    labels = '\n[labels]\ndepot = { id = "Gudang", en = "Storehouse" }\n'
    declared.write_text(declared.read_text(encoding="utf-8") + labels, encoding="utf-8")
    path = write_review(replace(review, city=read_city(town)), tmp_path / "review.html")
    assert "from the inventory: Storehouse 1." in page_text(path, "en")
    assert "dari daftar: Gudang 1." in page_text(path, "id")


def test_what_is_not_there_is_said_and_not_taken_for_nothing(review, tmp_path):
    nothing = replace(review, changes=empty("CHANGES"), delta=None, findings=findings([]))
    none = write_review(nothing, tmp_path / "a.html")
    assert "This submission changes nothing." in page_text(none, "en")
    assert "The effect on exposure and damage has not been calculated." in page_text(none, "en")
    assert "No change has a location to map." in page_text(none, "en")
    ead = review.delta.ead.assign(difference=NAN, difference_low=NAN, difference_high=NAN)
    unknown = replace(review, delta=replace(review.delta, ead=ead), city_ead=NAN)
    text = page_text(write_review(unknown, tmp_path / "b.html"), "en")
    assert "is unknown: no changed asset has an EAD" in text
    alone = replace(review, city_ead=NAN)
    assert "−Rp15 a year (changed" in page_text(write_review(alone, tmp_path / "c.html"), "en")


def test_it_tells_what_the_file_lacked_why_there_is_no_risk_and_of_which_day_it_is(
    review, tmp_path
):
    report = {"removals_left": 7, "shapes_left": 0, "fields_added": ["BEDS"], "fields_missing": []}
    kept = write_review(
        replace(review, report=report, computed="2026-11-24T08:00:00+07:00"), tmp_path / "a.html"
    )
    for sentence in (
        "7 assets are not in the file and remain in the register",
        "New fields, stored: BEDS.",
        "Read 6 Accepted 5",
        "Calculated with the hazard maps, curves and prices of 24 November 2026.",
    ):
        assert sentence in page_text(kept, "en"), sentence
    assert "7 aset tidak ada di berkas" in page_text(kept, "id")
    assert "harga per 24 November 2026" in page_text(kept, "id")
    assert "(no location)" in page_text(kept, "en")  # clinic G
    fault = SourceError("error.no_file", source="flood", path="flood_50.tif")
    none = write_review(replace(review, delta=None, fault=fault), tmp_path / "b.html")
    assert "has not been calculated." in page_text(none, "en") and "flood_50.tif" in page_text(
        none, "en"
    )
    assert "belum dihitung." in page_text(none, "id") and "flood_50.tif" in page_text(none, "id")


def test_a_large_delivery_lists_some_and_says_how_many_more(review, tmp_path):
    count = 3000
    shapes = shapely.points(X + np.linspace(0, 100, count), Y + np.linspace(0, 100, count))
    ids = [f"buildings:{n}" for n in range(count)]
    many = gpd.GeoDataFrame({"NAME": "x" * 400}, index=ids, geometry=shapes, crs=CRS)
    nothing = many.iloc[:0]
    whole = replace(
        review,
        before=nothing,
        after=many,
        changes=diff(nothing, many),
        delta=None,
        conflicts=empty("MERGED"),
        undone=empty("CHANGES"),
    )
    path = write_review(whole, tmp_path / "many.html")
    assert "Adds 3,000 assets." in page_text(
        path, "en"
    ) and "2,700 more are not listed here" in page_text(path, "en")
    assert "(100 more characters)" in page_text(path, "en")
    assert path.stat().st_size < 600_000


def test_a_layer_without_a_system_or_of_degrees_is_drawn_too(review, tmp_path):
    assert 'd="M' in write_review(
        replace(
            review,
            before=review.before.set_crs(None, allow_override=True),
            after=review.after.set_crs(None, allow_override=True),
        ),
        tmp_path / "a.html",
    ).read_text(encoding="utf-8")
    assert shown(shapely.Point(110.4, -6.98), review.before.to_crs(4326).crs).sentence == (
        "review.point",
        {"place": "110.400000, -6.980000"},
    )


def test_places_far_off_are_counted_and_not_shown():
    city = np.array([shapely.box(0, 0, 1000, 1000)])
    points = np.array([shapely.Point(100, 100), shapely.Point(9e6, 9e6), None], dtype=object)
    nothing = np.full(3, None, dtype=object)
    made = review_map({"added": (nothing, points)}, points[:0], districts=city)
    assert (made.outside, made.without_place) == (1, 1)
    assert review_map({"added": (nothing, nothing)}, points[:0]).picture == ""


def test_a_shape_that_stays_in_its_place_is_reshaped_by_metres():
    square, cut = shapely.box(0, 0, 10, 10), shapely.box(-1, -1, 11, 11)
    said = shifts_of(
        np.array(["a", "b", "c"]),
        np.array([square, square, None]),
        np.array([cut, shapely.box(3, 4, 13, 14), square]),
    )
    assert said == {
        "a": ("review.reshaped_by", {"distance": pytest.approx(2**0.5, abs=0.01)}),
        "b": ("review.moved_by", {"distance": 5.0}),
    }


ARMED = [one.replace("__run()", "alert(1)") for one in HOSTILE]


def hostile(review: Review) -> Review:
    """Forty assets, fields, departments, doubts and districts with hostile names."""
    shapes = shapely.points(X + np.arange(len(ARMED)) * 2.0, Y + 10.0)
    table = pd.DataFrame(
        {name or "none": ARMED[::-1] for name in ARMED}, index=[f"buildings:{one}" for one in ARMED]
    )
    before = gpd.GeoDataFrame(table.assign(NAME=ARMED), geometry=shapes, crs=CRS)
    after = before.iloc[3:].assign(NAME=[f"{one}'\"" for one in ARMED[3:]])
    changes = diff(before, after)
    ids = list(before.index)
    doubts = check(pd.DataFrame([doubt(one, ids[0], "close", 1.0, one) for one in ARMED]), "DOUBTS")
    parts = review.delta.ead[review.delta.ead["by"] == "district"].iloc[:1]
    rows = review.delta.exposure[review.delta.exposure["by"] == "district"]
    rows = rows[rows["part"] == parts["part"].iloc[0]]
    delta = RiskDelta(
        pd.concat(
            [
                review.delta.exposure[review.delta.exposure["by"] == "city"],
                *(rows.assign(part=one) for one in ARMED[:20]),
            ],
            ignore_index=True,
        ),
        pd.concat(
            [
                review.delta.ead[review.delta.ead["by"] == "city"],
                *(parts.assign(part=one) for one in ARMED[:20]),
            ],
            ignore_index=True,
        ),
        pd.DataFrame({"asset_type": ARMED, "added": 1, "removed": 1, "edited": 1}),
        findings([]),
        True,
    )
    names = " ".join(ARMED[:20]), " ".join(ARMED[20:])
    delivery = HandedIn("buildings", *names, "2026-11-24", ARMED[0], sha256=ARMED[1])
    return replace(
        review,
        city=review.city.model_copy(update={"name": ARMED[2]}),
        delivery=delivery,
        before=before,
        after=after,
        changes=changes,
        doubts=doubts,
        delta=delta,
        undone=changes.iloc[:9].assign(delivery=41),
        makers={41: (ARMED[3], "2026-03-03")},
        findings=findings(
            [finding("reader_said", source=one, severity="warning", text=one) for one in ARMED]
        ),
    )


@pytest.mark.chromium
def test_hostile_text_is_text(open_page, review, tmp_path):
    opened = open_page(
        write_review(hostile(review), tmp_path / "hostile.html"), width=390, height=844
    )
    page = opened.page
    assert opened.wrong == [] and opened.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("main img, main iframe, main a, main script, main object").count() == 0
    shown_texts = page.inner_text("main")
    for one in ARMED:
        if one.isprintable() and one == one.strip() and "  " not in one and len(one) < 200:
            assert one in shown_texts, one


@pytest.mark.smoke
@pytest.mark.chromium
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_every_reader_can_read_it(open_page, review, tmp_path, width, height):
    path = write_review(review, tmp_path / "review.html", language="en")
    opened = open_page(path, width=width, height=height)
    page = opened.page
    assert grave_faults(page) == [] and weak_texts(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.click("[data-language=id]")
    assert page.title() == "Pemeriksaan kiriman data: buildings, Tiny Town"
    assert page.url.endswith("#lang=id")
    assert page.is_visible("text=Tanda tangan") and not page.is_visible("text=Signature")
    assert (
        page.evaluate("document.querySelector('figure > svg').getBoundingClientRect().width") > 250
    )
    assert opened.wrong == [] and opened.violations() == []


@pytest.mark.chromium
def test_without_scripts_it_is_whole_in_its_first_language(open_page, review, tmp_path):
    page = open_page(
        write_review(review, tmp_path / "review.html", language="id"), scripts=False
    ).page
    text = page.inner_text("body")
    assert (
        "Tanda tangan" in text
        and "Signature" not in text
        and "akan membatalkan perubahan 41" in text
    )
    assert not page.is_visible(".languages")
