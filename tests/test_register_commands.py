"""The register from the command line: what a person types, what is answered, and what a machine reads."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from asset_inventory.cli import main

X, Y = 436_000.0, 9_227_000.0


@pytest.fixture
def ask(town: Path, capsys) -> Callable[..., tuple[int, str]]:
    """A function that runs a command on the town, and returns its exit code and what it said on both streams."""

    def run(command: str, *arguments: object) -> tuple[int, str]:
        code = main([command, str(town), *map(str, arguments), "--language", "en"])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_a_layer_goes_out_comes_back_is_decided_and_taken_back(town, ask, tmp_path):
    code, said = ask("start")
    assert code == 1 and "«buildings»" in said and "«roads»" in said  # one depot has no geometry: the file is told
    assert ask("start")[1].count("is in the register already") == 2
    out = tmp_path / "out" / "roads.gpkg"
    code, said = ask("export", "--layer", "roads", "--to", out)
    assert code == 0 and "1 asset of «roads», version 2" in said and out.with_suffix(".base.json").exists()
    roads = gpd.read_file(out)
    roads.loc[1] = ["N", shapely.LineString([(X, Y), (X, Y + 100)])]
    roads.set_crs("EPSG:32749", allow_override=True).to_file(out, driver="GPKG")
    code, said = ask("deliver", out, "--author", "Works", "--note", "a new road", "--json")
    delivery = json.loads(said)["delivery"]
    assert (code, delivery["id"], delivery["state"], delivery["added"], delivery["edited"]) == (0, 3, "pending", 1, 0)
    page = tmp_path / "review.html"
    code, said = ask("review", 3, "--html", page)
    assert code == 0 and "roads:N added" in said and "a new road" in page.read_text(encoding="utf-8")
    assert "1 delivery waits" in ask("review")[1]
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
    assert code == 1 and "is not whole" in said
    assert f"The newest whole copy is {town / 'register.copies' / 'register.v000003.gpkg'}, of version 3." in said
    shutil.rmtree(town / "register.copies")
    assert "No whole copy of it lies beside it" in ask("fsck")[1]


def buildings(path: Path, removed: str, **names: str) -> Path:
    """The town's buildings as they were given out, without one of them and with other names."""
    table = gpd.read_file(path)
    table = table[table["ID"] != removed]
    table["NAME"] = table["ID"].map(names).fillna(table["NAME"])
    out = path.with_name(f"buildings {'-'.join(names.values())}.gpkg")
    table.to_file(out, driver="GPKG")
    out.with_suffix(".base.json").write_bytes(path.with_suffix(".base.json").read_bytes())
    return out


def test_conflicts_are_decided_one_by_one_by_numbers_that_stay(edit, ask, tmp_path):
    """Two departments edit what was given out as version 1: A and B by both, D removed here and renamed there."""
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
        "Conflict 1: buildings:B: this delivery removes it, and the register has changed it",
        "Conflict 2: buildings:A, NAME was House A; the register now has House A1, this delivery House A2",
        "Conflict 3: buildings:D: this delivery edits it, and the register has it no more",
        "changed there by delivery 3 of Works, 20",
        "accept {city} 4 --ours 1»",
    ):
        assert line.format(city=edit()) in said, line
    told = json.loads(ask("review", 4, "--json")[1])["delivery"]["conflicts"]
    assert [(one["number"], one["asset_id"], one["column"], one["changed_by"]) for one in told] == [
        ("1", "buildings:B", None, "Works"), ("2", "buildings:A", "NAME", "Works"), ("3", "buildings:D", None, "Works"),
    ]  # fmt: skip
    assert (told[1]["base"], told[1]["ours"], told[1]["theirs"]) == ('"House A"', '"House A1"', '"House A2"')
    for given, answer in {
        (): "3 conflicts of delivery 4 are not decided yet: 1, 2, 3",
        ("--ours", "1 3"): "1 conflict of delivery 4 is not decided yet: 2; keep what the register has with --ours 2",
        ("--ours", "1,5"): "there is no conflict 5; those of this delivery are 1, 2, 3",
        ("--ours", "1", "--theirs", "1,2"): "conflict 1 stands behind --ours and behind --theirs",
    }.items():
        code, said = ask("accept", 4, *given)
        assert (code, said[: len(answer)]) == (1, answer), given
    assert ask("accept", 4, "--ours", "A")[0] == 2
    # what one side has decided meanwhile is no conflict any more, and the others keep their numbers
    ask("undo", 3)
    ask("accept", 5, "--allow-removals", 1)
    ask("deliver", buildings(out, "", A="House A3"), "--author", "Works")
    ask("accept", 6)
    assert [one["number"] for one in json.loads(ask("review", 4, "--json")[1])["delivery"]["conflicts"]] == ["2"]
    assert "there is no conflict 1; those of this delivery are 2" in ask("accept", 4, "--ours", 1)[1]
    assert ask("accept", 4, "--theirs", 2, "--allow-removals", 1)[0] == 0
    ask("export", "--layer", "buildings", "--to", out)
    table = gpd.read_file(out).set_index("ID")["NAME"]
    assert table.loc["A"] == "House A2" and table.loc["D"] == "House D2" and "B" not in table


def test_an_inbox_is_emptied_once_and_what_cannot_be_taken_stops_nothing(town, ask):
    inbox = town / "inbox"
    inbox.mkdir()
    (inbox / "roads.geojson").write_text((gpd.read_file(town / "roads.gpkg").to_crs(4326)).to_json(), encoding="utf-8")
    (inbox / "jalan.geojson").write_text("{}", encoding="utf-8")
    (inbox / "readme.txt").write_text("nothing", encoding="utf-8")
    code, said = ask("inbox")
    assert code == 1 and "jalan.geojson" in said and "2 new files" in said and "1 taken" in said
    assert "1 new file in" in ask("inbox")[1]
    code, said = ask("reject", 1, "--why", "wrong road")
    assert code == 0 and "rejected (wrong road)" in said
    code, said = ask("deliver", town / "roads.gpkg", "--accept")
    assert code == 0 and "version 1" in said
    assert (town / "register.gpkg").exists() and (inbox / "roads.geojson").exists()


def test_what_is_asked_wrongly_is_answered(ask):
    code, said = ask("review")
    assert code == 1 and "there is no register" in said
    assert ask("accept", "seven")[0] == 2
    code, said = ask("review", "--html", "a.html")
    assert code == 2 and "give its ID too" in said
