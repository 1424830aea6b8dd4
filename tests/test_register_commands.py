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
