"""`--json` and `--progress json`: one object on standard output, lines of JSON on standard error."""

from __future__ import annotations

import json
import math
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

from asset_inventory.cli import main
from asset_inventory.cli.commands import COMMANDS
from asset_inventory.cli.shared import print_object
from tests.support.paths import PROJECT

CANFLOOD = PROJECT / "data" / "canflood-bc"


def ask(capsys, *words: object) -> tuple[int, dict, list[dict]]:
    """The exit code, the one object, and the lines of standard error, each an object."""
    code = main([*map(str, words), "--json", "--progress", "json", "--language", "en"])
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    return (
        code,
        json.loads(said.out, parse_constant=no_word),
        [json.loads(line) for line in said.err.splitlines()],
    )


def no_word(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


@pytest.mark.slow
def test_assess_gives_the_paths_and_the_figures_of_its_tables(capsys, town_once, tmp_path):
    to = {"--map": tmp_path / "m.html", "--results": tmp_path / "r"}
    words = [word for pair in to.items() for word in pair]
    code, said, lines = ask(capsys, "assess", town_once, *words, "--xlsx")
    files = {name: Path(path) for name, path in said["files"].items()}
    assert code == 1  # the depot has no geometry
    assert files == {
        "map": tmp_path / "m.html",
        "results": tmp_path / "r",
        "workbook": tmp_path / "r" / "town.xlsx",
    }
    assert all(path.is_absolute() and path.exists() for path in files.values())
    read = {
        name: pd.read_csv(tmp_path / "r" / f"{name}.csv")
        for name in ("assets", "joint_ead", "findings", "exposure_counts")
    }
    figures, ead = said["figures"], said["figures"]["ead"]
    assert figures["assets"] == len(read["assets"])
    assert figures["assets_unusable"] == int((~read["assets"]["usable"]).sum()) == 1
    assert ead["value"] == pytest.approx(read["joint_ead"]["ead"].sum())
    assert ead["counted"] == int(read["joint_ead"]["ead"].notna().sum())
    assert ead["counted"] + ead["missing"] == len(read["joint_ead"])
    assert ead["unit"] == f"{said['currency']}/year"
    for row in figures["exposed"]:
        table = read["exposure_counts"]
        of_map = table[
            (table["hazard"] == row["hazard"])
            & (table["return_period"].fillna(0) == (row["return_period"] or 0))  # of a scenario
        ]
        assert row["exposed"] == of_map["exposed"].sum()
    rows = read["findings"]
    assert [one["code"] for one in said["findings"]] == rows["code"].tolist()
    assert figures["findings"] == {
        name: int((rows["severity"] == name).sum()) for name in ("error", "warning", "repaired")
    }
    assert all(
        {"code", "severity", "source", "feature", "message"} <= set(one) and one["message"]
        for one in said["findings"]
    )
    assert len(said["summary"]) >= 5
    held_to_be_progress(lines, ["assess", "results", "workbook", "map"])


def held_to_be_progress(lines: list[dict], steps: list[str]) -> None:
    """Every step begins without a count and ends with all done, and no step goes back."""
    assert list(dict.fromkeys(line["step"] for line in lines)) == steps
    for step in steps:
        of_step = [line for line in lines if line["step"] == step]
        assert (of_step[0]["done"], of_step[0]["of"]) == (0, None)
        assert of_step[-1]["done"] == of_step[-1]["of"] >= 1
        done = [line["done"] for line in of_step]
        assert done == sorted(done) and len(of_step) <= 102
        assert all(line["message"] for line in of_step)


def test_validate_prints_that_it_reads_the_file(capsys, town_once):
    code, said, lines = ask(capsys, "validate", town_once / "buildings.gpkg")
    assert (code, said["features_read"]) == (1, 4)
    held_to_be_progress(lines, ["read"])


def test_check_gives_every_finding_and_what_is_ready(capsys, town_once):
    code, said, lines = ask(capsys, "check", town_once)
    assert (code, said["ready"]) == (1, False)
    held_to_be_progress(lines, ["check"])
    assert [row["source"] for row in said["sources"]] != []
    severe = [row for row in said["findings"] if row["severity"] == "error"]
    assert severe and all(row["message"] for row in said["findings"])
    assert all(0 <= row["exposed"] <= row["known"] <= 1 for row in said["coverage"])
    assert said["gaps"]["licence"] == [] and '[[hazards]] "flood"' in said["gaps"]["date"]


def test_check_proposes_the_system_of_a_layer_that_lies_elsewhere(capsys, edit, town):
    for place in town.glob("buildings*"):
        table = geopandas.read_file(place)
        moved = table.set_geometry(shapely.force_2d(table.geometry.to_numpy()), crs="EPSG:32750")
        moved.to_file(place, driver="GPKG", layer=place.stem)
    _, said, _ = ask(capsys, "check", town)
    proposals = [row["proposal"] for row in said["findings"] if row["proposal"]]
    assert proposals == ['crs = "EPSG:32749"']


def test_explain_gives_the_chain_from_the_cell_to_the_annual_damage(capsys):
    asset = "houses:14926"
    code = main(["explain", str(CANFLOOD), asset, "--json", "--language", "en"])
    said = json.loads(capsys.readouterr().out, parse_constant=no_word)
    assert code == 0
    (hazard,) = said["hazards"]
    curve, floor = hazard["curve"], said["asset"]["floor_height"]
    points = [(point["intensity"], point["damage"]) for point in curve["points"]]
    value, area = said["value"]["amount"], said["asset"]["area"]
    lost = {row["return_period"]: row["damage"] for row in hazard["damage"]}
    assert (
        said["geometry"]["type"] == "Point" and said["currency"] == said["value"]["unit"] == "CAD"
    )
    for piece in hazard["intersections"]:
        at = piece["intensity"] - floor  # m above the floor: straight between two points
        pair = (
            next(
                (low, high)
                for low, high in zip(points, points[1:], strict=False)
                if low[0] <= at <= high[0] or high[0] == points[-1][0]
            )
            if at >= points[0][0]
            else None
        )
        read = 0.0
        if pair:
            (x, y), (next_x, next_y) = pair
            read = y + (next_y - y) * (at - x) / (next_x - x)
        assert piece["curve"] == pytest.approx(read)
        assert lost[piece["return_period"]] == pytest.approx(min(read * area, value))
    assert hazard["ead"][0]["ead"] == pytest.approx(said["joint_ead"]["ead"])
    assert hazard["ead"][0]["rule"] == "bounds void" and said["lines"][0].startswith(asset)


@pytest.mark.slow
def test_map_and_report_give_their_files_and_the_figures_of_their_readers(
    capsys, town_once, tmp_path
):
    code, said, lines = ask(capsys, "map", town_once, "--to", tmp_path / "m.html")
    assert code == 1 and Path(said["files"]["map"]).is_file()
    held_to_be_progress(lines, ["assess", "map"])
    _, public, _ = ask(
        capsys, "map", town_once, "--to", tmp_path / "p.html", "--audience", "public"
    )
    assert (said["audience"], public["audience"]) == ("internal", "public")
    _, sides, _ = ask(capsys, "map", "--compare", town_once, CANFLOOD, "--to", tmp_path / "c.html")
    assert [side["currency"] for side in sides["sides"]] == [said["currency"], "CAD"]
    assert sides["sides"][0]["figures"] == said["figures"]
    _, report, lines = ask(capsys, "report", town_once, "--to", tmp_path / "r")
    assert report["figures"] == said["figures"]
    places = [*report["files"]["reports"].values(), *report["files"]["summaries"].values()]
    assert len(places) == 2 and all(Path(place).is_file() for place in places)
    held_to_be_progress(lines, ["assess", "report"])


@pytest.mark.parametrize(
    "command",
    [one for one in COMMANDS if any("as_json" in make("en").name for make in one.takes)],
    ids=lambda one: one.name,
)
def test_every_command_that_has_json_gives_its_errors_in_it(capsys, tmp_path, command):
    """A city that is not there, and an option that is none."""
    if command.name != "curves":  # which has curves without a city too
        needed = {
            "accept": [tmp_path / "no", 1],
            "deliver": [tmp_path / "no", tmp_path / "no.gpkg"],
            "explain": [tmp_path / "no", "a"],
            "export": [tmp_path / "no", "--layer", "a", "--to", tmp_path / "a.gpkg"],
            "reject": [tmp_path / "no", 1, "--why", "no"],
            "undo": [tmp_path / "no", 1],
        }.get(command.name, [tmp_path / "no"])
        if command.name == "validate":
            assert main([command.name, str(needed[0]), "--json"]) in (1, 2)
            assert json.loads(capsys.readouterr().out)
        else:
            assert main([command.name, *map(str, needed), "--json"]) == 1
            fault = json.loads(capsys.readouterr().out)["error"]
            assert fault["code"] and str(tmp_path) in fault["message"]
    assert main([command.name, "--json", "--nonsense"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "wrong_call"


def test_standard_error_is_json_also_where_a_command_without_json_fails(capsys, tmp_path):
    assert main(["publish", str(tmp_path / "no"), "--progress", "json"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and json.loads(said.err)["error"]["code"] == "no_city_file"


def test_a_number_that_json_has_no_word_for_is_null(capsys):
    print_object(a=math.nan, b=[math.inf, pd.NA, pd.NaT], c={1: pd.Series([1.5]).iloc[0]})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None] * 3, "c": {"1": 1.5}}
