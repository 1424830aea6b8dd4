"""The register from the command line: what a person types, what is answered, and what a machine
reads.
"""

from __future__ import annotations

import datetime
import json
import shlex
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from asset_inventory import register as registers
from asset_inventory.cli import main
from asset_inventory.model.reading import read_city
from tests.support.town import X, Y

pytestmark = pytest.mark.slow


@pytest.fixture
def ask(town: Path, capsys) -> Callable[..., tuple[int, str]]:
    """A function that runs a command on the town, and returns its exit code and what it said on
    both streams.
    """

    def run(command: str, *arguments: object) -> tuple[int, str]:
        code = main([command, str(town), *map(str, arguments), "--language", "en"])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.mark.smoke
def test_a_layer_goes_out_comes_back_is_decided_and_taken_back(town, ask, tmp_path):
    code, said = ask("start")
    # one depot has no geometry: the file is told
    assert code == 1 and '"buildings"' in said and '"roads"' in said
    assert ask("start")[1].count("is already in the register") == 2
    out = tmp_path / "out" / "roads.gpkg"
    code, said = ask("export", "--layer", "roads", "--to", out)
    assert (
        code == 0
        and '1 asset of "roads", version 2' in said
        and out.with_suffix(".base.json").exists()
    )
    roads = gpd.read_file(out)
    roads.loc[1] = ["N", shapely.LineString([(X, Y), (X, Y + 100)])]
    roads.set_crs("EPSG:32749", allow_override=True).to_file(out, driver="GPKG")
    code, said = ask("deliver", out, "--author", "Works", "--note", "a new road", "--json")
    delivery = json.loads(said)["delivery"]
    assert (code, delivery["id"], delivery["state"], delivery["added"], delivery["edited"]) == (
        0,
        3,
        "pending",
        1,
        0,
    )
    page = tmp_path / "review.html"
    code, said = ask("review", 3, "--html", page)
    assert (
        code == 0 and "roads:N added" in said and "a new road" in page.read_text(encoding="utf-8")
    )
    assert "1 data submission awaits a decision" in ask("review")[1]
    code, said = ask("accept", 3)
    assert code == 0 and "is now version 3" in said
    code, said = ask("undo", 3, "--author", "Mayor", "--json")
    assert json.loads(said)["delivery"]["undoes"] == 3
    code, said = ask("accept", 4)
    assert code == 1 and "--allow-removals 1" in said
    assert ask("accept", 4, "--allow-removals", 1)[0] == 0
    told = json.loads(ask("history", "roads:N", "--json")[1])["changes"]
    assert [(row["version"], row["author"], row["change"]) for row in told] == [
        (3, "Works", "added"),
        (4, "Mayor", "removed"),
    ]
    assert "Works: roads:N added" in ask("history", "roads:N")[1]
    code, said = ask("fsck", "--json")
    assert (code, json.loads(said)) == (0, {"whole": True, "problems": [], "copy": None})
    register = town / "register.gpkg"
    register.write_bytes(register.read_bytes()[:-4096])
    code, said = ask("fsck")
    assert code == 1 and "is not intact" in said
    assert (
        f"The newest intact copy is {town / 'register.copies' / 'register.v000003.gpkg'}, version 3."
        in said
    )
    shutil.rmtree(town / "register.copies")
    assert "No intact copy is in its folder" in ask("fsck")[1]


def buildings(path: Path, removed: str, **names: str) -> Path:
    """The town's buildings as they were given out, without one of them and with other names."""
    table = gpd.read_file(path)
    table = table[table["ID"] != removed]
    table["NAME"] = table["ID"].map(names).fillna(table["NAME"])
    out = path.with_name(f"buildings {'-'.join(names.values())}.gpkg")
    table.to_file(out, driver="GPKG")
    out.with_suffix(".base.json").write_bytes(path.with_suffix(".base.json").read_bytes())
    return out


@pytest.mark.slow
def test_conflicts_are_decided_one_by_one_by_numbers_that_stay(edit, ask, tmp_path):
    """Two departments edit what was given out as version 1: A and B by both, D removed here and
    renamed there.
    """
    edit(('owner = "Works"', 'owner = "Works"\ncomplete = true'))
    ask("start")
    out = tmp_path / "out" / "buildings.gpkg"
    ask("export", "--layer", "buildings", "--to", out)
    ask("deliver", buildings(out, "D", A="House A1", B="Clinic 1"), "--author", "Works")
    ask("deliver", buildings(out, "B", A="House A2", D="House D2"), "--author", "Health")
    assert ask("accept", 3, "--allow-removals", 1)[0] == 0
    code, said = ask("review", 4)
    assert code == 0
    for line in (
        "Conflict 1: buildings:B: the submission removes it, the register changed it",
        "Conflict 2: buildings:A, NAME was House A; register now House A1, submission House A2",
        "Conflict 3: buildings:D: the submission edits it, the register no longer has it",
        "changed in the register by data submission 3 from Works, ",
        'accept {city} 4 --ours 1"',
    ):
        assert line.format(city=edit()) in said, line
    told = json.loads(ask("review", 4, "--json")[1])["delivery"]["conflicts"]
    assert [(one["number"], one["asset_id"], one["column"], one["changed_by"]) for one in told] == [
        ("1", "buildings:B", None, "Works"),
        ("2", "buildings:A", "NAME", "Works"),
        ("3", "buildings:D", None, "Works"),
    ]
    assert (told[1]["base"], told[1]["ours"], told[1]["theirs"]) == (
        '"House A"',
        '"House A1"',
        '"House A2"',
    )
    for given, answer in {
        (): "3 data conflicts of data submission 4 are undecided: 1, 2, 3",
        (
            "--ours",
            "1 3",
        ): (
            "1 data conflict of data submission 4 is undecided: 2; keep the register with --ours 2"
        ),
        ("--ours", "1,5"): "there is no data conflict 5; this data submission has 1, 2, 3",
        ("--ours", "1", "--theirs", "1,2"): "data conflict 1 is in --ours and in --theirs",
    }.items():
        code, said = ask("accept", 4, *given)
        assert (code, said[: len(answer)]) == (1, answer), given
    assert ask("accept", 4, "--ours", "A")[0] == 2
    # what one side has decided meanwhile is no conflict any more, and the others keep their numbers
    ask("undo", 3)
    ask("accept", 5, "--allow-removals", 1)
    ask("deliver", buildings(out, "", A="House A3"), "--author", "Works")
    ask("accept", 6)
    assert [
        one["number"] for one in json.loads(ask("review", 4, "--json")[1])["delivery"]["conflicts"]
    ] == ["2"]
    assert (
        "there is no data conflict 1; this data submission has 2"
        in ask("accept", 4, "--ours", 1)[1]
    )
    assert ask("accept", 4, "--theirs", 2, "--allow-removals", 1)[0] == 0
    assert "already exists" in ask("export", "--layer", "buildings", "--to", out)[1]
    ask("export", "--layer", "buildings", "--to", out, "--replace")
    table = gpd.read_file(out).set_index("ID")["NAME"]
    assert table.loc["A"] == "House A2" and table.loc["D"] == "House D2" and "B" not in table


@pytest.mark.slow
def test_what_cannot_be_accepted_at_once_waits_and_is_told_for_machines_too(town, ask, tmp_path):
    """Two offices name house A otherwise, both in what was given out as version 2."""
    ask("start")
    out = tmp_path / "out" / "buildings.gpkg"
    ask("export", "--layer", "buildings", "--to", out)
    files = [buildings(out, "", A=name) for name in ("House A1", "House A2")]
    assert "is now version 3" in ask("deliver", files[0], "--accept")[1]
    code, said = ask("deliver", files[1], "--accept", "--json")
    told = json.loads(said)
    waits = told["delivery"]
    assert (code, waits["id"], waits["state"], waits["conflicts"]) == (1, 4, "pending", 1)
    assert told["error"]["code"] == "conflicts_to_decide" and "--theirs" in told["error"]["message"]
    code, said = ask("deliver", files[1], "--accept")
    assert code == 1 and "Data submission 4" in said and told["error"]["message"] in said
    assert ask("accept", 4, "--theirs", 1)[0] == 0


@pytest.mark.slow
def test_a_zip_with_what_an_export_wrote_does_not_take_back_what_came_since(town, ask, tmp_path):
    """Given out as version 2, A is renamed meanwhile; the zip, made by hand of the same files,
    renames B.
    """
    ask("start")
    out = tmp_path / "out" / "buildings.gpkg"
    ask("export", "--layer", "buildings", "--to", out)
    ask("deliver", buildings(out, "", A="House A1"), "--accept")
    mine = buildings(out, "", B="Clinic 2")
    with zipfile.ZipFile(tmp_path / "buildings Health.zip", "w") as archive:
        archive.write(mine, "buildings.gpkg")
        archive.write(out.with_suffix(".base.json"), "buildings.base.json")
    delivery = json.loads(ask("deliver", tmp_path / "buildings Health.zip", "--json")[1])[
        "delivery"
    ]
    assert [delivery[key] for key in ("base_version", "added", "edited", "removed")] == [2, 0, 1, 0]
    assert ask("accept", 4)[0] == 0
    ask("export", "--layer", "buildings", "--to", out, "--replace")
    names = gpd.read_file(out).set_index("ID")["NAME"]
    assert (names["A"], names["B"]) == ("House A1", "Clinic 2")


def test_an_inbox_is_emptied_once_and_what_cannot_be_taken_stops_nothing(town, ask):
    inbox = town / "inbox"
    inbox.mkdir()
    (inbox / "roads.geojson").write_text(
        (gpd.read_file(town / "roads.gpkg").to_crs(4326)).to_json(), encoding="utf-8"
    )
    (inbox / "jalan.geojson").write_text("{}", encoding="utf-8")
    (inbox / "readme.txt").write_text("nothing", encoding="utf-8")
    code, said = ask("inbox")
    assert code == 1 and "jalan.geojson" in said and "2 new files" in said and "1 submitted" in said
    assert "1 new file in" in ask("inbox")[1]
    code, said = ask("reject", 1, "--why", "wrong road")
    assert code == 0 and "rejected (wrong road)" in said
    code, said = ask("deliver", town / "roads.gpkg", "--accept")
    assert code == 0 and "version 1" in said
    assert (town / "register.gpkg").exists() and (inbox / "roads.geojson").exists()


def test_an_inbox_takes_what_can_be_read_and_names_all_that_it_leaves(town, ask):
    """A geodatabase, a shapefile with its parts, a table and what else lies about; then one of
    them is rejected.
    """
    inbox = town / "inbox"
    (inbox / "kiriman").mkdir(parents=True)
    roads = gpd.read_file(town / "roads.gpkg")
    roads.to_file(inbox / "roads.gdb", driver="OpenFileGDB")
    roads.assign(NAME="Road A").to_file(inbox / "Roads 2.shp")
    places = {
        "ID": ["Z"],
        "NAME": ["House Z"],
        "USE": ["house"],
        "VALUE": [1],
        "lon": [110.42],
        "lat": [-6.99],
    }
    pd.DataFrame(places).to_csv(inbox / "buildings.tsv", sep="\t", index=False)
    beside = ("ROADS 2.QIX", "Roads 2.shp.xml", "roads.base.json", "roads.qml", "desktop.ini")
    left = (
        "only.dbf",
        "other.base.json",
        "peta.rar",
        "readme.txt",
        "roads.tab",
        "~$buildings.xlsx",
    )
    for name in (*beside, *left):
        (inbox / name).write_bytes(b'{"version": 0, "layer": "roads", "fields": [], "records": {}}')
    code, said = ask("inbox", "--json")
    told = json.loads(said)
    assert [one["source"] for one in told["files"]] == ["Roads 2.shp", "buildings.tsv", "roads.gdb"]
    assert [one["delivery"] is not None for one in told["files"]] == [True, True, True], said
    assert (told["left"], told["known"], told["rejected"]) == (["kiriman/", *left], [], [])
    ask("reject", 1, "--why", "wrong road")
    said = ask("inbox")[1]
    for sentence in (
        "0 new files in",
        "3 files were submitted before and are skipped: Roads 2.shp, buildings.tsv, roads.gdb.",
        "1 of these was rejected: Roads 2.shp. To submit it again, name it: ",
        f'"asset-inventory deliver {town} FILE"',
        f"7 remain in the folder, because the inbox does not accept them: kiriman/, {', '.join(left)}.",
    ):
        assert sentence in said, said
    ask("deliver", inbox / "Roads 2.shp")
    told = json.loads(ask("inbox", "--json")[1])
    assert (told["files"], len(told["known"]), told["rejected"]) == ([], 3, [])


# What is typed wrongly

# fmt: off
WRONG = [
    # what is typed after the city's folder, the exit code, and what English says; {town} is that
    # folder
    ("review 99", 1, "there is no data submission 99"),
    ("review abc", 2, 'ID: "abc" is not a whole number. See `asset-inventory review --help`'),
    ("review --html a.html", 2, "--html shows one data submission; give its ID too"),
    ("accept", 2, "ID is missing"),
    ("accept 99", 1, "there is no data submission 99"),
    ("accept 1", 1, "data submission 1 is already accepted; use `undo` to reverse it"),
    ("accept 4", 1, "data submission 4 was rejected; submit the file again"),
    ("accept 3 --ours 1", 1, "there is no data conflict 1: this data submission has none"),
    ("accept 3 --ours a", 2, '--ours: "a" is not the number of a data conflict; write numbers as 1,3'),
    ("accept 3 --take mine", 2, '--take: "mine" is not one of ours, theirs'),
    ("accept 3 --allow-removals many", 2, '--allow-removals: "many" is not a whole number'),
    ("accept 3 --teke ours", 2, "There is no option --teke; did you mean --take"),
    ("accept 3 --take", 2, "Option --take needs a value"),
    ("reject 3", 2, "--why is missing"),
    ("reject 3 --why ' '", 1, "the rejection needs a reason"),
    ("reject 1 --why x", 1, "data submission 1 is already accepted"),
    ("undo 3", 1, "data submission 3 is not accepted yet and cannot be undone; use `reject`"),
    ("undo 4", 1, "data submission 4 was rejected and changed nothing"),
    ("deliver", 2, "FILE is missing"),
    ("deliver {town}/road.gpkg", 1, "the file {town}/road.gpkg does not exist; did you mean {town}/roads.gpkg"),
    ("deliver {town}/none.csv", 1, "the file {town}/none.csv does not exist; check its name"),
    ("deliver {town}/landslide.gpkg", 1, "the file name does not show its layer"),
    ("deliver {town}/roads.gpkg --layer raods", 1, 'the city has no such layer; did you mean "roads"'),
    ("deliver {town}/districts.gpkg", 1, '"districts" is not an asset layer'),
    ("deliver {town}/roads.gpkg {town}/roads.gpkg", 2, "Unexpected argument {town}/roads.gpkg"),
    ("history A", 1, 'the register has never had an asset "A"; did you mean "buildings:A"'),
    ("history nothing", 1, 'the register has never had an asset "nothing"; an id is written'),
    ("history --since yesterday", 2, '--since: "yesterday" is not a date; write it as 2026-03-31'),
    ("history --since 2999-01-01", 2, "--since: 1 January 2999 is in the future"),
    ("export --to a.gpkg", 2, "--layer is missing"),
    ("export --layer roads", 2, "--to is missing"),
    ("export --layer raods --to a.gpkg", 1, 'the register has no layer "raods"; did you mean "roads"'),
    ("export --layer zzz --to a.gpkg", 1, "it has buildings, roads; submit a first file for the layer"),
    ("export --layer roads --to {town}/roads.gpkg", 1, "{town}/roads.gpkg already exists and is unchanged"),
    ("export --layer roads --to a.dxf", 1, "use one of the extensions .shp, .gpkg"),
    ("export --layer roads --to {town}/city.toml/a.gpkg", 1, "cannot be written"),
    ("export --layer roads --to a.gpkg --on 2999-01-01", 2, "--on: 1 January 2999 is in the future"),
    ("export --layer roads --to a.gpkg --on 2001-01-01", 1, 'the register had no layer "roads" on 1 January 2001'),
    ("fsck --jsn", 2, "There is no option --jsn; did you mean --json"),
]
# fmt: on
# What others say in English, which no Indonesian sentence may hold.
ENGLISH = (" is not ", "Got ", "integer", " valid", "requires", "expected")


@pytest.mark.slow
def test_what_is_typed_wrongly_is_answered_in_a_line_or_two_that_say_what_to_do(
    town, ask, capsys, monkeypatch
):
    ask("start")
    ask("deliver", buildings_named(town / "buildings.gpkg", "X"))
    ask("deliver", buildings_named(town / "buildings.gpkg", "Y"))
    ask("reject", 4, "--why", "a drill")
    before = ask("history", "--json"), ask("review", "--json")
    monkeypatch.chdir(town.parent)
    for typed, wanted, sentence in WRONG:
        command, *more = shlex.split(typed.format(town=town))
        for language in ("en", "id"):
            code = main([command, str(town), "--language", language, *more])
            told = capsys.readouterr()
            assert (code, told.out) == (wanted, ""), typed
            assert 1 <= len(told.err.splitlines()) <= 2, typed
            if language == "en":
                assert sentence.format(town=town) in told.err, told.err
            else:
                assert not [word for word in ENGLISH if word in told.err], told.err
    assert (ask("history", "--json"), ask("review", "--json")) == before
    for code, typed, sentence in (
        (1, ["review", "twon"], "twon/city.toml: there is no city.toml; did you mean town?"),
        (1, ["review", "kota"], "create one with `asset-inventory new FOLDER`"),
        (2, ["acept", "town", "1"], 'There is no command "acept"; did you mean "accept"'),
        (2, ["start"], "CITY is missing"),
    ):
        assert main([*typed, "--language", "en"]) == code
        assert sentence in capsys.readouterr().err


def buildings_named(path: Path, name: str) -> Path:
    """The town's buildings with another name for the first of them, in a file of their own."""
    table = gpd.read_file(path)
    table.loc[0, "NAME"] = name
    table.to_file(path.with_name(f"buildings {name}.gpkg"), driver="GPKG")
    return path.with_name(f"buildings {name}.gpkg")


def test_before_there_is_a_register_each_command_says_how_it_begins(town, ask):
    for typed in (
        "review",
        "review 1",
        "accept 1",
        "reject 1 --why x",
        "undo 1",
        "history",
        "fsck",
        "export --layer roads --to a.gpkg",
    ):
        code, said = ask(*shlex.split(typed))
        assert code == 1 and "with `asset-inventory start`" in said, typed


def test_each_answer_says_what_to_do_next_and_is_one_sound_object_for_machines(town, ask):
    """Every command of the register, in the order of a day's work."""
    out = town.parent / "roads.gpkg"
    for typed, code, following in (
        ("inbox", 0, "create it, put the files to submit in it"),
        ("start", 1, 'Submit files with "asset-inventory deliver {town} FILE"'),
        ("review", 0, "No data submission awaits a decision in {town}. Submit files with"),
        (
            "export --layer roads --to {out}",
            0,
            'submit it with "asset-inventory deliver {town} {out}"',
        ),
        (
            "deliver {out}",
            0,
            '"asset-inventory accept {town} 3" records that the data are still correct today',
        ),
        ("review 3", 0, '"asset-inventory accept {town} 3" records'),
        ("accept 3", 0, '"asset-inventory undo {town} 3" reverses it'),
        ("undo 1", 0, 'Check it with "asset-inventory review {town} 4"'),
        ("reject 4 --why 'a drill'", 0, "Inform the sender what to correct"),
        ("history", 0, '"asset-inventory undo {town} ID" reverses a data submission'),
        ("fsck", 0, "No action needed"),
    ):
        words = shlex.split(typed.format(town=town, out=out))
        found, said = ask(*words)
        assert (found, following.format(town=town, out=out) in said) == (code, True), (typed, said)
        if words[0] in ("review", "history", "fsck", "inbox"):
            said = ask(*words, "--json")[1]
            assert json.loads(said, parse_constant=float.fromhex), typed
    code, said = ask("accept", 99, "--json")
    told = json.loads(said.splitlines()[0])["error"]
    assert (
        code == 1 and told["code"] == "no_such_delivery" and told["message"] == said.splitlines()[1]
    )
    said = ask("deliver", buildings_named(town / "buildings.gpkg", "X"), "--json")[1]
    assert json.loads(said, parse_constant=float.fromhex)["problems"][0]["code"] == "geometry_null"


@pytest.mark.slow
def test_long_lists_end_in_how_many_are_left_and_machines_get_all(town, ask, edit):
    """Sixty houses, sixty deliveries that wait and sixty decisions: fifty lines of each, or all
    where somebody asks.
    """
    houses = gpd.read_file(town / "buildings.gpkg").iloc[[0] * 60].reset_index(drop=True)
    houses["ID"], houses.geometry = [f"H{number}" for number in range(60)], houses.translate(0, 0)
    houses.to_file(town / "buildings.gpkg")
    assert ask("start")[0] == 0
    said = ask("history")[1]
    assert said.count(" added\n") == 50 and "11 earlier changes are not listed" in said
    assert "61 changes" in said and "roads:C added" in said and "buildings:H0 " not in said
    said = ask("history", "--all")[1]
    assert said.count(" added\n") == 61 and "not listed" not in said
    assert len(json.loads(ask("history", "--json")[1])["changes"]) == 61
    assert "not listed" not in ask("history", "buildings:H0")[1]
    register = registers.open_register(read_city(town, files=False))
    for number in range(60):
        registers.deliver(
            register, "roads", gpd.read_file(town / "roads.gpkg"), author=f"A{number}"
        )
    said = ask("review")[1]
    assert (
        said.count("Data submission ") == 50
        and "and 10 more; --json lists all" in said
        and "60 data submissions await a decision" in said
    )
    assert len(json.loads(ask("review", "--json")[1])["deliveries"]) == 60
    figures = dict.fromkeys(("rank", "top", "top_share", "robustness")) | {"non_dominated": False}
    day = datetime.date(2026, 3, 2)
    for choice, said in [("chosen", "no figures"), ("withdrawn", None)] * 30:
        registers.decide(
            register,
            "1",
            choice,
            group="Pokja",
            reason="warga",
            day=day,
            figures=figures | {"figures": said},
        )
    said = ask("decide")[1]
    assert len(said.splitlines()) == 52 and "10 earlier decisions are not shown" in said
    assert len(json.loads(ask("decide", "--json")[1])["decisions"]) == 60


def test_a_machine_reads_where_changes_and_both_sides_of_a_doubt_lie(town, ask, tmp_path):
    ask("start")
    out = tmp_path / "buildings.gpkg"
    ask("export", "--layer", "buildings", "--to", out)
    table = gpd.read_file(out)
    house, clinic = (table["ID"] == name for name in "AB")
    table.loc[house, ["ID", "KIND"]] = [None, "clinic"]  # the same place and name, another type
    table.loc[clinic, "geometry"] = table.loc[clinic, "geometry"].translate(5)
    table.to_file(out, driver="GPKG")
    number = json.loads(ask("deliver", out, "--json")[1])["delivery"]["id"]
    delivery = json.loads(ask("review", number, "--json")[1])["delivery"]
    (doubt,) = delivery["doubts"]
    assert (doubt["asset_id"], doubt["feature_id"]) == ("buildings:A", "buildings:A")
    assert "House A" in doubt["message"]
    assert all(row["message"] for row in delivery["changes"])
    placed = delivery["places"]
    sides = placed["buildings:A"]
    assert sides["before"] == sides["after"] and len(sides["before"]) == 4
    before, after = (placed["buildings:B"][side] for side in ("before", "after"))
    assert after[0] - before[0] == pytest.approx(5 / 110_600, rel=0.02)  # metres a degree
