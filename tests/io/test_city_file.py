"""Entries come to the end of a city.toml, and no word of its owner changes."""

from __future__ import annotations

import datetime
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.io.city_file import entry_text, with_entries

DAY = datetime.date(2026, 10, 8)
ROAD = {
    "path": "context/osm-road.geojson",
    "kind": "road",
    "label": {"id": "Jalan", "en": "Roads"},
    "source": {"title": "OpenStreetMap", "licence": "ODbL-1.0", "date": DAY},
}
OWN = '# Kota kami\nname = "Kota"   # nama resmi\n\n[scores]\nfloor = 0.01\n'


def added(text, *entries):
    return with_entries(text, "context", entries or [ROAD], comment="Base map")


def test_entries_come_to_the_end_and_the_text_before_is_the_owners():
    after = added(OWN)
    assert after.startswith(OWN)
    assert tomllib.loads(after) == tomllib.loads(OWN) | {"context": [ROAD]}
    assert added(after) == after


def test_an_entry_is_written_as_people_write_it():
    assert entry_text("context", ROAD) == (
        "[[context]]\n"
        'path = "context/osm-road.geojson"\n'
        'kind = "road"\n'
        'label = { id = "Jalan", en = "Roads" }\n'
        'source = { title = "OpenStreetMap", licence = "ODbL-1.0", date = 2026-10-08 }'
    )


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        OWN.rstrip("\n"),
        OWN.replace("\n", "\r\n"),
        "\ufeff" + OWN,
        OWN + '\n[[context]]\npath = "own.gpkg"\nsource = { title = "Own", licence = "MIT" }\n',
        OWN + '\n[[hazards]]\nname = """\n[[context]]\npath = "context/osm-road.geojson"\n"""\n',
        OWN + '# [[context]]\n# path = "context/osm-road.geojson"',
        "",
    ],
    ids=[
        "plain",
        "no last line end",
        "Windows",
        "mark of UTF-8",
        "another",
        "in a text",
        "in a comment",
        "empty",
    ],
)
def test_whatever_the_text_looks_like_it_stays(text):
    after = added(text)
    assert after.startswith(text)
    before = tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    declared = tomllib.loads(after.removeprefix("\ufeff").replace("\r\n", "\n"))
    assert declared == before | {"context": [*before.get("context", []), ROAD]}
    assert ("\r\n" in text) == ("\r\n" in after) and "\n" not in after.replace("\r\n", "") * (
        "\r\n" in text
    )


def test_a_newer_extract_changes_the_date_alone():
    first = added(OWN).replace('"Roads"', '"Our roads"')  # and what its owner changed stays
    newer = {**ROAD, "source": ROAD["source"] | {"date": datetime.date(2027, 1, 2)}}
    after = added(first, newer)
    assert after == first.replace("2026-10-08", "2027-01-02")
    # the date of another source stays
    other = OWN.replace("[scores]", "built = { date = 2026-10-08 }\n[scores]")
    assert added(added(other), newer).count("2026-10-08") == 1


@pytest.mark.parametrize(
    "text",
    [
        'context = [ { path = "own.gpkg" } ]\n',
        added(OWN).replace(", date = 2026-10-08", ""),
        added(OWN).replace("date = 2026-10-08", '"date" = 2026-10-08'),
    ],
    ids=["a list in one line", "an entry without a date", "another spelling"],
)
def test_what_cannot_be_done_safely_is_not_done(text):
    assert (
        added(text, {**ROAD, "source": ROAD["source"] | {"date": datetime.date(2027, 1, 2)}})
        is None
    )


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), st.integers(1, 3))
def test_entries_of_any_text_are_read_back(text, count):
    entries = [{**ROAD, "path": f"{number}", "kind": text} for number in range(count)]
    after = with_entries(OWN, "context", entries, comment="Base map")
    assert tomllib.loads(after)["context"] == entries
