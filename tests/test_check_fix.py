"""`asset-inventory check CITY --fix`: what has one remedy is corrected, and nothing else changes."""

from __future__ import annotations

import difflib
import json
import os
import pty
import select
import subprocess
import sys
import time
import tomllib
import warnings

import geopandas as gpd
import pytest
import rasterio
import shapely

from asset_inventory.assessment.fixes import correct_city
from asset_inventory.assessment.precheck import check_city
from asset_inventory.messages import LANGUAGES
from asset_inventory.model.reading import read_city
from tests.support.paths import PROJECT
from tests.support.town import X, Y, write_layer

pytestmark = pytest.mark.slow

COMMENT = "No price is known:"


def without_crs(path, *, degrees=False):
    """Take the coordinate reference system out of a layer or a grid."""
    if path.suffix == ".tif":
        with rasterio.open(path) as grid:
            cells, profile = grid.read(1), dict(grid.profile, crs=None)
        with rasterio.open(path, "w", **profile) as grid:
            grid.write(cells, 1)
        return
    layer = gpd.read_file(path)
    layer = layer.to_crs(4326) if degrees else layer
    path.unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        layer.set_crs(None, allow_override=True).to_file(path)


def buildings(town, kinds, *, values=(1000.0, 500.0, 800.0), **more):
    """Write three buildings of these kinds, each with a geometry."""
    places = [shapely.box(X + 10, Y + 40, X + 30, Y + 60), shapely.Point(X + 75, Y + 25)]
    places.append(shapely.box(X + 40, Y + 60, X + 60, Y + 80))
    (town / "buildings.gpkg").unlink()
    columns = {"ID": ["A", "B", "D"], "NAME": ["a", "b", "d"], "KIND": [*kinds]}
    write_layer(town / "buildings.gpkg", places, **columns, VALUE=[*values], **more)


def corrected(town):
    """Correct a town; check that this is a fixed point and that its file is not touched."""
    path = town / "city.toml"
    text = path.read_bytes().decode()
    done = correct_city(text, path, check_city(read_city(town)), comment=COMMENT)
    assert path.read_bytes().decode() == text
    again = correct_city(done.text, path, done.preflight, comment=COMMENT)
    assert (again.text, again.changes) == (done.text, ())
    return done


def changed(town):
    """Return the lines that a correction takes out and adds."""
    before = (town / "city.toml").read_text(encoding="utf-8").splitlines()
    lines = difflib.unified_diff(before, corrected(town).text.splitlines(), n=0, lineterm="")
    return [line for line in [*lines][2:] if not line.startswith("@@")]


def codes(done):
    return {*done.preflight.findings["code"]} | {fault.key for fault in done.preflight.faults}


# Fields


@pytest.mark.parametrize(
    "before, after",
    [
        ('name = "NAMES"', 'name = "NAME"'),
        ('name = "name"', 'name = "NAME"'),
        ('owner = "OWNR", criticality = { field = "OWNR", map = { OWNR = 1 } }',
         'owner = "OWNER", criticality = { field = "OWNER", map = { OWNR = 1 } }'),
    ],
)  # fmt: skip
def test_a_misspelled_field_becomes_the_one_near_field(edit, town, before, after):
    buildings(town, ["house", "clinic", "house"], OWNER=["x"] * 3)
    edit(('name = "NAME"', before))
    done = corrected(town)
    assert done.text == (town / "city.toml").read_text().replace(before, after)
    assert {change.code for change in done.changes} == {"no_such_field_near"}
    assert "error.no_such_field_near" in {fault.key for fault in check_city(read_city(town)).faults}
    assert "error.no_such_field_near" not in codes(done)


def test_fields_are_found_wherever_city_toml_names_them(edit, town):
    write_layer(town / "people.gpkg", [shapely.Point(X, Y)] * 2, CODE=["1", "2"], PEOPLE=[5, 6])
    (town / "people.csv").write_text("CODE,PEOPLE\n1,5\n2,6\n")
    people = 'population = { path = "people.csv", id = "COD", field = "PEOPEL", source = {} }\n'
    people = people.replace("{}", '{ title = "x", licence = "x" }')
    edit(
        ('id = "CODE"', f'id = "COED"  # the code\n{people}'.rstrip()),
        ('asset_type = { field = "KIND" }',
         'asset_type = { tags = ["KINDS=house > home", "NAME=* > other"] }  # tags\nwhere = { "KINDS" = "*" }'),
        ('fields = { asset_id = "ID" }', 'fields = { asset_id = [\n  "IDS", # the id\n] }'),
        ('intensity_field = "CLASS"', 'intensity_field = "CLAS"'),
    )  # fmt: skip
    done = corrected(town)
    assert "error.no_such_field_near" not in codes(done)
    for line in (
        'id = "CODE"  # the code',
        'population = { path = "people.csv", id = "CODE", field = "PEOPLE", source',
        'asset_type = { tags = ["KIND=house > home", "NAME=* > other"] }  # tags',
        'where = { KIND = "*" }',
        '  "ID", # the id',
        'intensity_field = "CLASS", order',
    ):
        assert line in done.text, line


def test_a_field_with_two_near_ones_or_one_that_is_read_already_stays(edit, town):
    kinds = ["house", "clinic", "house"]
    buildings(town, kinds, NAMEA=["x"] * 3, NAMEB=["x"] * 3)
    done = corrected(edit(('name = "NAME"', 'name = "NAMEC"')))
    assert not done.changes and "error.no_such_field_near" in codes(done)
    buildings(town, kinds)
    done = corrected(edit(('name = "NAMEC"', 'name = "NAME", owner = "NAMED"')))
    assert not done.changes and "error.no_such_field_near" in codes(done)


def test_a_hostile_name_of_a_field_is_a_text_and_nothing_else(edit, town):
    name = 'NAME"\u202e } #'
    buildings(town, ["house", "clinic", "house"])
    gpd.read_file(town / "buildings.gpkg").rename(columns={"NAME": name}).to_file(
        town / "buildings.gpkg"
    )
    assert changed(town) == [
        '-fields = { asset_id = "ID", name = "NAME", value = "VALUE" }',
        '+fields = { asset_id = "ID", name = "NAME\\"\\U0000202E } #", value = "VALUE" }',
    ]


# Coordinate reference systems


@pytest.mark.parametrize("name", ["roads", "districts", "landslide", "flood_10"])
def test_metres_without_a_system_are_those_of_the_city(town, name):
    file = f"{name}.tif" if name == "flood_10" else f"{name}.gpkg"
    without_crs(town / file)
    before = check_city(read_city(town))
    assert codes_of_crs(before)
    done = corrected(town)
    (change,) = done.changes
    assert change.code in ("crs_none_metres", "layer_without_crs.metres")
    assert change.values == {"crs": "EPSG:32749"}
    table = tomllib.loads(done.text)
    for step in change.location:
        table = table[step]
    assert table["path"] == file and table["crs"] == "EPSG:32749"
    assert not codes_of_crs(done.preflight) and not done.preflight.faults


def codes_of_crs(preflight):
    keys = [*preflight.findings["code"], *(fault.key for fault in preflight.faults)]
    return [key for key in keys if "crs" in key]


def test_degrees_without_a_system_are_wgs_84_and_the_line_stands_in_its_table(town):
    without_crs(town / "roads.gpkg", degrees=True)
    assert changed(town) == ['+crs = "EPSG:4326"']
    text = corrected(town).text
    assert 'fields = { asset_id = "ID" }\ncrs = "EPSG:4326"\n\n[values]' in text


def test_a_table_of_places_is_a_layer_too(edit, town):
    (town / "roads.csv").write_text("ID,x,y\nC,110.421,-6.9925\n")
    edit(
        ('path = "roads.gpkg"', 'path = "roads.csv"'),
        ('{ asset_id = "ID" }', '{ asset_id = "IDS" }'),
    )
    text = corrected(town).text
    assert 'fields = { asset_id = "ID" }\ncrs = "EPSG:4326"\n' in text


def test_metres_of_one_other_system_are_that_system(town):
    gpd.read_file(town / "roads.gpkg").to_crs(3857).to_file(town / "roads.gpkg")
    without_crs(town / "roads.gpkg")
    assert changed(town) == ['+crs = "EPSG:3857"']


def test_coordinates_that_lie_elsewhere_decide_nothing(town):
    roads = gpd.read_file(town / "roads.gpkg")
    roads.geometry = roads.translate(300_000, 0)
    roads.to_file(town / "roads.gpkg")
    without_crs(town / "roads.gpkg")
    done = corrected(town)
    assert not done.changes and "crs_none_metres" in codes(done)


# Words of classes

KINDS = 'asset_type = { field = "KIND", map = { house = "home", Clinic = "health" } }'


def test_near_words_come_to_the_map(edit, town):
    buildings(town, ["House", "cliinc", "house"])
    edit(('asset_type = { field = "KIND" }', KINDS))
    assert changed(town) == [
        f"-{KINDS}",
        f'+{KINDS[:-4]}, House = "home", cliinc = "health" }} }}',
    ]
    assert "list_word_near" not in codes(corrected(town))


def test_a_map_with_a_line_a_word_keeps_its_lines_and_comments(edit, town):
    buildings(town, ["HOUSE", "clinic", "house"])
    lines = '[assets.asset_type]\nfield = "KIND"\n[assets.asset_type.map]\n'
    lines += '# what people live in\nhouse = "home" # all\nclinic = "health"\n\n# The roads\n'
    edit(
        ('asset_type = { field = "KIND" }\n', ""),
        ('value = "VALUE" }\n\n', f'value = "VALUE" }}\n\n{lines}'),
    )
    assert changed(town) == ['+HOUSE = "home"']
    assert 'clinic = "health"\nHOUSE = "home"\n\n# The roads\n[[assets]]' in corrected(town).text


def test_a_word_near_two_meanings_stays(edit, town):
    buildings(town, ["houses", "clinic", "house"])
    rule = 'map = { houseq = "home", housex = "shop", clinic = "c", house = "home" }'
    edit(('asset_type = { field = "KIND" }', f'asset_type = {{ field = "KIND", {rule} }}'))
    done = corrected(town)
    assert not done.changes and "list_word_near" in codes(done)


def test_conditions_of_which_one_has_the_near_name_already_stay(edit, town):
    buildings(town, ["house", "clinic", "house"])
    rows = 'asset_type = { field = "KIND" }\nwhere = { KINDS = "*", KIND = ["house"] }'
    edit(('asset_type = { field = "KIND" }', rows))
    done = corrected(town)
    assert not done.changes and "error.no_such_field_near" in codes(done)


def test_without_regard_to_case_one_spelling_is_enough(edit, town):
    buildings(town, ["Hosue", "hosue", "house"])
    rule = 'ignore_case = true\nasset_type = { field = "KIND", map = { house = "home" } }'
    edit(('asset_type = { field = "KIND" }', rule))
    (change,) = corrected(town).changes
    assert len(change.values) == 1


def test_words_of_a_condition_have_numbers(edit, town):
    buildings(town, ["house"] * 3, STATE=["good", "Good", "poor"])
    rule = 'value = "VALUE", condition = { field = "STATE", map = { good = 1, poor = 0.25 } }'
    edit(('value = "VALUE"', rule))
    assert "map = { good = 1, poor = 0.25, Good = 1 }" in corrected(town).text


def test_words_of_zones_come_to_their_intensities_unless_a_damage_depends_on_them(edit, town):
    half = [shapely.box(X, Y, X + 100, Y + 50), shapely.box(X, Y + 50, X + 100, Y + 100)]
    (town / "landslide.gpkg").unlink()
    write_layer(town / "landslide.gpkg", half, CLASS=["High", "low"])
    edit(('order = ["low", "high"]', "intensities = { low = 1, high = 2 }"))
    assert changed(town)[1:] == [
        '+maps = [ { path = "landslide.gpkg", intensity_field = "CLASS", '
        "intensities = { low = 1, high = 2, High = 2 } } ]"
    ]
    curve = (
        '[[curves]]\nhazard = "landslide"\nasset_types = "*"\nfractions = { low = 0.1, high = 1 }\n'
    )
    curve += 'source = { title = "x", licence = "x" }\n\n[scores]'
    edit(("[scores]", curve))
    done = corrected(town)
    assert not done.changes and "list_word_near" in codes(done)


@pytest.mark.parametrize(
    "word",
    [
        'house"', "house'", "house\\", "[house]", "house #", "house\u202e", "house\x07", "ho\u2028use",
        'house"\n[]', "\u200bhouse", "HOUSE.", "house'''", 'house"""', "höuse", "house}", "ho\tuse",
    ],
)  # fmt: skip
def test_a_hostile_word_is_a_key_and_nothing_else(edit, town, word):
    buildings(town, [word, "clinic", "house"])
    edit(('asset_type = { field = "KIND" }', KINDS))
    done = corrected(town)
    before = tomllib.loads((town / "city.toml").read_text())
    after = tomllib.loads(done.text)
    assert after["assets"][0]["asset_type"]["map"].pop(word.strip()) == "home"
    after["assets"][0]["asset_type"]["map"].pop("clinic", None)
    assert after == before
    assert not {*done.text} & {"\u202e", "\x07", "\u200b", "\u2028"}


def test_more_words_than_people_read_stay(edit, town):
    words = [f"house{'.' * dots}{sign}" for dots in range(21) for sign in "!-_;:"]
    places = [shapely.Point(X + 1 + place / 10, Y + 5) for place in range(len(words))]
    (town / "buildings.gpkg").unlink()
    columns = {"ID": [*map(str, range(len(words)))], "NAME": words, "KIND": words}
    write_layer(town / "buildings.gpkg", places, **columns, VALUE=[1.0] * len(words))
    edit(('asset_type = { field = "KIND" }', KINDS))
    assert not corrected(town).changes


# Prices


def test_types_without_a_price_are_comments_and_stay_a_finding(edit, town):
    buildings(town, ["house", "clinic", 'a "b"\n[x]'], values=(None, None, None))
    edit(("[[hazards]]", "# The hazards\n[[hazards]]"))
    assert changed(town) == [
        f"+# {COMMENT}",
        '+# house = { per = "m2", amount = "...", source = "..." }',
        '+# clinic = { per = "piece", amount = "...", source = "..." }',
        '+# "a \\"b\\"\\U0000000A[x]" = { per = "m2", amount = "...", source = "..." }',
    ]
    done = corrected(town)
    assert 'source = "by pencil" }\n# ' + COMMENT in done.text
    assert done.text.index("# The hazards") > done.text.index("# clinic")
    assert "value_not_known" in codes(done) and len(done.preflight.prices) == 3
    assert done.preflight.findings["code"].tolist().count("value_not_known") == 1
    # filled in and without its sign of a comment, a line is a price
    line = '# clinic = { per = "piece", amount = "...", source = "..." }'
    filled = line.removeprefix("# ").replace('"..."', "5", 1).replace("...", "a list")
    (town / "city.toml").write_text(done.text.replace(line, filled))
    assert {**read_city(town).values}["clinic"].amount == 5
    assert not changed(town)


def test_a_city_without_any_price_gets_the_heading_too(edit, town):
    done = corrected(
        edit(('[values]\nroad = { per = "m", amount = 10, source = "by pencil" }\n', ""))
    )
    assert done.text.endswith(
        f'\n# {COMMENT}\n# [values]\n# road = {{ per = "m", amount = "...", source = "..." }}\n'
    )


# Damage curves


def test_a_type_gets_the_only_curve_that_is_proposed(edit, town):
    buildings(town, ["house", "clinic", "rumah"])
    text = (town / "city.toml").read_text()
    end = text.index("[scores]")
    edit(('asset_types = "*"', 'asset_types = ["clinic"]'), ("[scores]", "# The scores\n[scores]"))
    done = corrected(town)
    entry = '[[curves]]\nhazard = "flood"\nasset_types = ["house", "rumah"]\ncurve = "jrc/asia/residential"\n'
    assert entry in done.text and done.text.index(entry) > end
    assert f"{entry}\n# The scores\n[scores]" in done.text
    left = done.preflight.findings[done.preflight.findings["code"] == "type_without_curve"]
    assert left["source"].tolist() == ["road"]  # four curves are proposed for it


def test_words_are_settled_before_a_curve_is_proposed_for_a_type(edit, town):
    buildings(town, ["House", "clinic", "house"], values=(None, None, None))
    rule = 'asset_type = { field = "KIND", map = { house = "house" } }'
    edit(('asset_type = { field = "KIND" }', rule), ('asset_types = "*"', 'asset_types = ["road"]'))
    done = corrected(town)
    assert 'asset_types = ["house"]' in done.text and "# House" not in done.text


# The file


def test_line_ends_and_a_mark_of_utf_8_stay(edit, town):
    without_crs(town / "roads.gpkg")
    edit(('name = "NAME"', 'name = "NAMES"'))
    path = town / "city.toml"
    text = corrected(town).text
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert corrected(town).text == "\ufeff" + text.replace("\n", "\r\n")


def test_tables_of_one_list_stay_where_they_are(edit, town):
    text = (town / "city.toml").read_text()
    first, roads = text.index("[[assets]]"), text.index('[[assets]]\nname = "roads"')
    values, scores = text.index("[values]"), text.index("[scores]")
    apart = (
        text[:roads] + text[values:scores] + "# Roads, last\n" + text[roads:values] + text[scores:]
    )
    (town / "city.toml").write_text(apart)
    edit(('name = "NAME"', 'name = "NAMES"'))
    without_crs(town / "roads.gpkg")
    assert first < roads and changed(town) == [
        '-fields = { asset_id = "ID", name = "NAMES", value = "VALUE" }',
        '+fields = { asset_id = "ID", name = "NAME", value = "VALUE" }',
        '+crs = "EPSG:32749"',
    ]


# The command


@pytest.fixture
def ill(edit, town):
    """The town with a misspelled field, a layer without a system, and near words."""
    without_crs(town / "roads.gpkg")
    buildings(town, ["House", "clinic", "house"])
    return edit(
        ('name = "NAME"', 'name = "NAMES"'),
        ('asset_type = { field = "KIND" }', KINDS + "  # what it is"),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_terminal_the_difference_is_shown_and_nothing_written(ill, ask, language):
    before = (ill / "city.toml").read_bytes()
    code, said = ask("check", ill, "--fix", language=language)
    assert code == 1 and (ill / "city.toml").read_bytes() == before
    lines = said.splitlines()
    assert lines[:2] == ["--- city.toml", "+++ city.toml"]
    assert f'+{KINDS[:-4]}, House = "home", clinic = "health" }} }}  # what it is' in lines
    assert '+crs = "EPSG:32749"' in lines
    unchanged = {
        "en": f"{ill}/city.toml is unchanged. To write 3 corrections, add --yes.",
        "id": f"{ill}/city.toml tidak berubah. Untuk menulis 3 perbaikan, tambahkan --yes.",
    }
    assert unchanged[language] in lines
    assert "NAMES" in said.split(unchanged[language])[1]  # the check is that of the file


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_yes_the_file_is_written_and_a_second_run_changes_nothing(ill, ask, language):
    code, said = ask("check", ill, "--fix", "--yes", language=language)
    assert code == 0
    written = {
        "en": f"{ill}/city.toml has 3 corrections. The check of the corrected city follows.",
        "id": f"{ill}/city.toml memuat 3 perbaikan. Berikut hasil pemeriksaan kota yang telah diperbaiki.",
    }
    assert written[language] in said.splitlines()
    after = (ill / "city.toml").read_bytes()
    code, said = ask("check", ill, "--fix", "--yes", language=language)
    nothing = {
        "en": "No correction: no issue has exactly one remedy in city.toml.",
        "id": "Tidak ada perbaikan: tidak ada temuan yang hanya memiliki satu cara perbaikan di city.toml.",
    }
    assert code == 0 and said.splitlines()[0] == nothing[language]
    assert (ill / "city.toml").read_bytes() == after
    assert {path.name for path in ill.iterdir() if path.name.startswith(".")} == set()


@pytest.mark.smoke
def test_machines_get_the_changes(ill, ask):
    code, said = ask("check", ill, "--fix", "--json")
    answer = json.loads(said)
    assert code == 1 and answer["written"] is False and answer["faults"]
    assert [(change["code"], change["where"]) for change in answer["changes"]] == [
        ("no_such_field_near", 'assets[0] "buildings", fields'),
        ("crs_none_metres", 'assets[1] "roads"'),
        ("list_word_near", 'assets[0] "buildings", asset_type, map'),
    ]
    assert answer["changes"][0]["values"] == {"name": "NAME"}
    code, said = ask("check", ill, "--fix", "--json", "--yes")
    again = json.loads(said)
    assert code == 0 and again["written"] is True and again["difference"] == answer["difference"]
    assert not again["faults"] and again["ready"]
    again = json.loads(ask("check", ill, "--fix", "--json", "--yes")[1])
    assert (again["changes"], again["difference"], again["written"]) == ([], [], False)
    assert "changes" not in json.loads(ask("check", ill, "--json")[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_alone_is_a_wrong_call(town, ask, language):
    code, said = ask("check", town, "--yes", language=language)
    assert code == 2 and "--fix" in said


def test_a_file_that_somebody_changed_meanwhile_is_left_alone(ill, ask, monkeypatch):
    from asset_inventory.cli import check

    theirs = (ill / "city.toml").read_bytes() + b"# mine\n"

    def correct_while_edited(*given, **more):
        done = correct_city(*given, **more)
        (ill / "city.toml").write_bytes(theirs)
        return done

    monkeypatch.setattr(check, "correct_city", correct_while_edited)
    code, said = ask("check", ill, "--fix", "--yes")
    assert code == 1 and "was changed by someone else during the check" in said
    assert (ill / "city.toml").read_bytes() == theirs


def answered(town, keys, language="en"):
    """Run the command in a terminal, press keys at its question, and return its code and output."""
    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "asset_inventory",
        "check",
        town,
        "--fix",
        "--language",
        language,
    ]
    given = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    given |= {"cwd": PROJECT, "env": os.environ | {"COLUMNS": "200"}, "start_new_session": True}

    def become_foreground() -> None:
        import fcntl
        import termios

        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = subprocess.Popen([*map(str, command)], preexec_fn=become_foreground, **given)
    os.close(theirs)
    said, asked, ends = b"", False, time.monotonic() + 300
    while time.monotonic() < ends:
        ended = process.poll() is not None
        while select.select([ours], [], [], 0 if ended else 0.2)[0]:
            try:
                said += os.read(ours, 65536)
            except OSError:  # nobody writes any more
                break
        if ended:
            break
        if not asked and (b"(y/n) " in said or b"(y/t) " in said):
            asked = True
            time.sleep(0.5)  # no person is faster; a signal just before Python waits is lost to it
            os.write(ours, keys)
    os.close(ours)
    process.kill()
    assert asked, said.decode()
    return process.wait(), said.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "keys, language, code",
    [
        (b"n\n", "en", 1),
        (b"t\n", "id", 1),
        (b"\n", "en", 1),
        (b"\x03", "en", 130),
        (b"\x04", "en", 130),
    ],
)
def test_who_declines_in_a_terminal_keeps_the_file(ill, keys, language, code):
    before = (ill / "city.toml").read_bytes()
    answer, said = answered(ill, keys, language)
    assert answer == code, said
    assert (ill / "city.toml").read_bytes() == before
    assert '+crs = "EPSG:32749"' in said and "Traceback" not in said


@pytest.mark.parametrize("keys, language", [(b"y\n", "en"), (b"ya\n", "id")])
def test_who_agrees_in_a_terminal_has_the_corrections(ill, keys, language):
    answer, said = answered(ill, keys, language)
    assert answer == 0, said
    assert 'crs = "EPSG:32749"' in (ill / "city.toml").read_text()
