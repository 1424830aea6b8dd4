"""Entries come to the end of a city.toml, and no word of its owner changes."""

from __future__ import annotations

import datetime
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.io.city_file import entry_text, with_entries, with_lines, with_values

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


# Values

TABLES = """name = 'Kota'   # resmi
a = { b = { c = 1 , d = [ 1,2 ] } , e = "x" } # satu

# Lapisan
[[layers]]
  path = "a.gpkg"   # jalan
  map."x y" = 1
  list = [
    "one", # satu
    "two",
    [ 1 ],
  ]
  [layers.where]
  kind = ["*"] # semua

# Harga
[values]
road = 1

# Lapisan kedua
[[layers]]
text = \'\'\'
[values]
# no comment
\'\'\'
[[layers.maps]]
path = "1"
[[layers.maps]]
path = "2" # dua
# tamat"""
PLACES = {
    ("a", "b"): 'c = 1 , d = [ 1,2 ], "{}" = "{}" }}',
    ("a",): 'e = "x", "{}" = "{}" }} # satu',
    ("layers", 0): '"{}" = "{}"',
    ("layers", 0, "map"): 'map."{}" = "{}"',
    ("layers", 0, "where"): '"{}" = "{}"',
    ("values",): '"{}" = "{}"',
    ("layers", 1): '"{}" = "{}"',
    ("layers", 1, "maps", 0): '"{}" = "{}"',
    ("layers", 1, "maps", 1): '"{}" = "{}"',
}


def at(document, place):
    for step in place:
        document = document[step]
    return document


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["Unix", "Windows"])
@given(key=st.text(min_size=1), value=st.text())
def test_a_value_comes_to_its_table_and_no_other_word_changes(place, ends, key, value):
    before = TABLES.replace("\n", ends)
    after = with_values(before, place, {f"new {key}": value})
    wanted = tomllib.loads(before)
    at(wanted, place)[f"new {key}"] = value
    assert tomllib.loads(after) == wanted
    assert after.count("\n") - before.count("\n") in (0, 1)
    lines = [line for line in after.split(ends) if line not in before.split(ends)]
    assert len(lines) == 1
    assert "new " in lines[0]
    assert [line for line in before.split(ends) if line not in after.split(ends)] in (
        [],
        [TABLES.split("\n")[1]],
    )


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_value_is_written_as_people_write_it(place):
    after = with_values(TABLES, place, {"a b": "c\u202e"})
    assert PLACES[place].format("a b", "c\\U0000202E") in after


def test_a_value_of_a_table_or_list_is_replaced_with_its_comment_kept():
    assert with_values(TABLES, (), {"name": "Desa"}) == TABLES.replace("'Kota'", '"Desa"')
    after = with_values(TABLES, ("layers", 0, "list"), {0: "uno"})
    assert after == TABLES.replace('"one"', '"uno"')
    after = with_values(TABLES, ("layers", 0, "where"), {"kind": ["a"]})
    assert after == TABLES.replace('["*"]', '["a"]')


@pytest.mark.parametrize(
    "text, place",
    [
        ("a = 1\n", ("a",)),
        ("a = [1]\n", ("b",)),
        ("[[a]]\n", ("a", 3)),
        ("a.b = 1\na.c = 2\n", ("a", "b")),
    ],
)
def test_what_is_no_table_is_left_to_the_owner(text, place):
    assert with_values(text, place, {"x": 1}) is None


def test_lines_come_behind_their_table_and_entries_behind_their_list():
    after = with_lines(TABLES, "values", ["# more"])
    assert after == TABLES.replace("road = 1\n", "road = 1\n# more\n")
    after = with_lines(TABLES, "layers", ["", "[[layers]]", "x = 1"], entry={"x": 1})
    assert after == TABLES.replace("# dua\n", "# dua\n\n[[layers]]\nx = 1\n")
    assert with_lines(TABLES, "new", ["# end"]) == f"{TABLES}\n# end\n"
    # what the lines declare is what was asked for
    assert with_lines(TABLES, "layers", ["[[layers]]", "x = 2"], entry={"x": 1}) is None
    assert with_lines(TABLES, "values", ["house = 1"]) is None
    assert with_lines("a = [{ x = 1 }]\n", "a", ["[[a]]", "x = 2"], entry={"x": 2}) is None
