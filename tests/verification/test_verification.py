"""A stored run reckoned again, on the town drawn in conftest.py: what stands, and what differs
and where.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import asset_inventory.verification
from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.io.stored_runs import add_to_run, kept_files, read_run
from asset_inventory.io.table_files import read_table
from asset_inventory.model.errors import SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.files.results import write_results
from asset_inventory.verification import Verification, verify
from tests.support.town import X, Y, write_grid

pytestmark = pytest.mark.slow

STANDS = "The run is confirmed: recalculated from the same inputs, every figure is equal."
# A 15, B 30 and C 45 a year
EAD = "Expected annual damage (EAD) of the city: Rp90."
# fmt: off
PUBLIC = ('[[assets]]\nname = "buildings"', '[[assets]]\nname = "buildings"\nvisibility = "public"\n'
          'column_visibility = { value = "public" }')
# fmt: on


@pytest.fixture
def run(town: Path, tmp_path: Path) -> Path:
    """The results of the town."""
    return stored(town, tmp_path / "results" / "town")


def stored(town: Path, folder: Path) -> Path:
    return write_results(assess(read_city(town)), folder, language="en")


def again(run: Path, town: Path) -> Verification:
    return verify(read_run(run), read_city(town, files=False))


def table(found: Verification, name: str):
    return next(one for one in found.tables if one.name == name)


def differing(found: Verification) -> set[str]:
    return {one.name for one in found.tables if one.state != "same"}


def edited(run: Path, name: str, old: str, new: str) -> None:
    text = (run / name).read_text(encoding="utf-8")
    assert old in text
    (run / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def rewritten(run: Path, change: Callable[[dict], object]) -> None:
    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    change(about)
    (run / "run.json").write_text(json.dumps(about), encoding="utf-8")


# What stands


@pytest.mark.slow
def test_a_run_stands_that_nothing_has_happened_to(town, run, ask):
    code, said = ask("verify", run)
    assert (code, said) == (0, f"{STANDS} {EAD}\n")
    assert ask("verify", run / "run.json", town) == (code, said)
    found = again(run, town)
    assert {one.state for one in found.tables} == {"same"}
    assert {one.file for one in found.tables} == {one.name for one in run.iterdir()}
    assert {"assets_points", "ead", "layer_styles"} <= {
        one.name for one in found.tables if one.file == "results.gpkg"
    }
    assert (found.verdict, found.figures, found.rules, found.edited) == ("stands", 0, (), ())


@pytest.mark.slow
def test_equal_bytes_and_another_place_are_no_difference(town, run, ask, tmp_path):
    copy = tmp_path / "copy.tif"
    shutil.copyfile(town / "flood_10.tif", copy)
    os.replace(copy, town / "flood_10.tif")
    os.utime(town / "flood_10.tif", (0, 0))
    assert ask("verify", run)[0] == 0
    shutil.move(town, tmp_path / "moved")
    code, said = ask("verify", run)
    assert code == 1 and str(town) in said and "give the folder of the city" in said
    assert ask("verify", run, tmp_path / "moved") == (0, f"{STANDS} {EAD}\n")
    shutil.move(tmp_path / "moved", town)
    shutil.move(tmp_path / "results", tmp_path / "town" / "results")
    assert ask("verify", town / "results" / "town", town)[0] == 0


def test_one_layer_alone_is_reckoned_alone(town, ask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ask("assess", town, "--only", "roads")
    assert ask("verify", "results/town-roads") == (
        0,
        f"{STANDS} Expected annual damage (EAD) of the city: Rp45.\n",
    )
    ask("assess", town, "--only", "landslide")
    # a scenario has no annual damage
    assert ask("verify", "results/town-landslide") == (0, f"{STANDS}\n")


@pytest.mark.slow
def test_the_public_results_are_held_against_the_public_part(edit, ask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    town = edit(PUBLIC)
    ask("exchange", town, "--qgis", "--audience", "public")
    run = tmp_path / "results" / "town-public"
    assert "ownership.csv" not in [one.name for one in run.iterdir()]
    text = (run / "run.json").read_text(encoding="utf-8")
    assert "roads" not in text and "Works" not in text and "city_folder" not in text
    code, said = ask("verify", run)
    assert code == 2 and "CITY" in said  # it does not tell where the city is
    code, said = ask("verify", run, town)
    assert (code, said) == (
        0,
        f"{STANDS} Expected annual damage (EAD) of the city: Rp45.\n",
    )  # A and B
    with (run / "results.qgz").open("ab") as stream:
        stream.write(b"\0")
    assert ask("verify", run, town)[1].startswith(
        "The results were changed after they were written: results.qgz."
    )
    ask("exchange", town, "--qgis", "--audience", "public")
    gpd.read_file(town / "roads.gpkg").assign(ID="other").to_file(town / "roads.gpkg")
    assert ask("verify", run, town)[0] == 0  # of an internal layer nothing went into it


@pytest.mark.slow
def test_text_that_looks_like_a_formula_is_read_as_it_was(town, run):
    gpd.GeoDataFrame(
        {
            "ID": ["-1", "=2"],
            "NAME": ["=1+1", "'quoted"],
            "KIND": ["house"] * 2,
            "VALUE": [1.0, 2.0],
        },
        geometry=[shapely.Point(X + 75, Y + 25)] * 2,
        crs="EPSG:32749",
    ).to_file(town / "buildings.gpkg")
    stored(town, run)
    assert again(run, town).verdict == "stands"
    assert read_table(run / "assets.csv")["name"].tolist()[:2] == ["=1+1", "'quoted"]
    edited(run, "assets.csv", "'=1+1", "'=1+2")
    cell = table(again(run, town), "assets").difference.greatest
    assert (cell.where, cell.before, cell.after) == ({"asset_id": "buildings:-1"}, "=1+2", "=1+1")


@pytest.mark.slow
def test_a_workbook_and_what_is_published_belong_to_a_run(edit, ask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    town = edit(PUBLIC)
    ask("assess", town, "--xlsx")
    assert ask("verify", "results/town") == (0, f"{STANDS} {EAD}\n")
    (tmp_path / "results" / "town" / "town.xlsx").write_bytes(b"edited")
    assert "after they were written: town.xlsx." in ask("verify", "results/town")[1]
    ask("publish", town)
    assert ask("verify", "public/town/tables", town)[0] == 0
    (tmp_path / "public" / "town" / "tables" / "tables-id.xlsx").unlink()
    assert (
        "after they were written: tables-id.xlsx." in ask("verify", "public/town/tables", town)[1]
    )


# What went into it


@pytest.mark.smoke
def test_another_price_is_told_with_what_it_does(run, edit, ask):
    town = edit(("amount = 10,", "amount = 20,"))
    code, said = ask("verify", run)
    assert code == 1
    lines = said.splitlines()
    assert lines[0].startswith("The inputs have changed since the run: 1 file (city.toml). ")
    # C: 45 becomes 90
    assert lines[0].endswith("Expected annual damage (EAD) of the city: was Rp90, now Rp135.")
    assert "  values > road > amount: was 10, now 20" in lines
    # C costs twice as much: 187.5, 375 and 750 on three maps
    at = "roads:C, flood, 100.0, damage: was 750.0, now 1500.0"
    assert f"  damage.csv: 3 cells differ. Largest difference: {at}" in lines
    found = again(run, town)
    assert table(found, "ead").difference.cells == 3 and table(found, "exposure").state == "same"


def test_another_cell_of_a_grid_is_told_by_its_file(town, run):
    # 3 m in the east, not 4
    write_grid(town / "flood_100.tif", np.array([[0.0, -9999.0], [2.0, 3.0]]))
    found = again(run, town)
    assert (found.verdict, found.inputs.changed, found.rules) == (
        "inputs_changed",
        ("flood_100.tif",),
        (),
    )
    cell = table(found, "damage").difference.greatest
    assert cell.where == {"asset_id": "buildings:B", "hazard": "flood", "return_period": "100.0"}
    # B costs 500; the curve says 3/4 of it there. 4/4 before; C loses an eighth of its 1000
    # likewise
    assert (cell.column, cell.before, cell.after) == ("damage", "500.0", "375.0")
    assert table(found, "damage").difference.cells == 4 and table(found, "assets").state == "same"


def test_another_curve_is_told_by_its_name(town, run, ask):
    (town / "straight.csv").write_text("intensity_m,damage\n0,0\n4,0.5\n", encoding="utf-8")
    code, said = ask("verify", run)
    assert code == 1 and "(straight.csv)" in said and "was Rp90, now Rp45" in said
    assert "  curve straight.csv: its points have changed\n" in said


def test_a_file_that_is_gone_and_one_that_came(town, run, ask):
    # beside a layer, and may change how it is read
    (town / "roads.xml").write_text("<a/>", encoding="utf-8")
    code, said = ask("verify", run)
    equal = "Every figure is still equal."
    assert (code, said.splitlines()[0]) == (
        1,
        f"The inputs have changed since the run: 1 file (roads.xml). {equal} {EAD}",
    )
    (town / "flood_10.tif").unlink()
    code, said = ask("verify", run)
    assert (
        code == 1
        and "(flood_10.tif)" in said
        and "was not recalculated" in said
        and "flood_10.tif" in said
    )
    assert "  Missing since the run: flood_10.tif" in said.splitlines()
    found = again(run, town)
    assert (found.verdict, found.tables, found.inputs.same) == ("inputs_changed", (), 8)


def test_a_remark_in_city_toml_decides_nothing(town, run, edit, ask):
    edit(('name = "Tiny Town"', '# our town\nname = "Tiny Town"'))
    code, said = ask("verify", run)
    assert code == 1 and "Every figure is still equal." in said
    assert (
        "  city.toml has changed, but no rule that affects a figure differs." in said.splitlines()
    )


@pytest.mark.slow
def test_a_pair_that_counts_once_and_is_no_longer_declared_is_named(edit, ask, tmp_path):
    pairs = 'duplicates = { count_once = [["buildings:A", "buildings:B"]], keep = [["buildings:A", "buildings:C"]] }'
    town = edit(('language = "en"', f'language = "en"\n{pairs}'))
    run = stored(town, tmp_path / "results" / "town")
    told = {
        "in_two_layers": "report",
        "count_once": [["buildings:A", "buildings:B"]],
        "keep": [["buildings:A", "buildings:C"]],
    }
    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert about["methods"]["duplicates"] == told == about["rules"]["duplicates"]
    assert again(run, town).verdict == "stands"
    edit((', keep = [["buildings:A", "buildings:C"]]', ""))
    found = again(run, town)
    assert [key for key, _, _ in found.rules] == [("duplicates", "keep")]


def test_the_public_part_of_a_run_names_no_pair_with_an_internal_asset(edit):
    pairs = 'duplicates = { count_once = [["buildings:A", "buildings:B"]], keep = [["buildings:A", "roads:1"]] }'
    town = edit(PUBLIC, ('language = "en"', f'language = "en"\n{pairs}'))
    told = disclosed(assess(read_city(town))).provenance
    for part in ("methods", "rules"):
        assert told[part]["duplicates"]["count_once"] == [["buildings:A", "buildings:B"]]
        assert told[part]["duplicates"]["keep"] == []


def test_rules_that_came_and_went_are_told(run, edit, ask):
    edit(
        ("no_damage_return_period = 5\n", ""),
        ("exposed_from = 0.1", "exposed_from = 0.6"),
        ("[values]\n", '[values]\nbarn = { per = "piece", amount = 1, source = "x" }\n'),
    )
    lines = ask("verify", run)[1].splitlines()
    assert "  hazards > flood > exposed_from: was 0.1, now 0.6" in lines
    assert "  hazards > flood > no_damage_return_period: was 5, now not given" in lines
    assert any(line.startswith("  values > barn: was not given, now {") for line in lines)
    # 0.5 m in the west at 10 years is no longer exposed: A is out there, C for a half; no row of A
    # is left
    assert any(
        line.startswith(
            "  damage.csv: 1 stored row is missing after recalculation (buildings:A, flood, 10.0)"
        )
        for line in lines
    )


# What was written


@pytest.mark.slow
def test_one_cell_edited_by_hand_is_found(town, run, ask):
    text = (run / "damage.csv").read_text(encoding="utf-8")
    assert text.count(",62.5,") == 1  # A under the flood of 10 years
    edited(run, "damage.csv", ",62.5,", ",26.5,")
    code, said = ask("verify", run)
    at = "buildings:A, flood, 10.0, damage: was 26.5, now 62.5"
    assert (code, said.splitlines()) == (
        1,
        [
            f"The results were changed after they were written: damage.csv. 1 figure differs. {EAD}",
            f"  damage.csv: 1 cell differs. Largest difference: {at}",
        ],
    )
    assert again(run, town).verdict == "edited" and differing(again(run, town)) == {"damage"}


def test_a_touched_package_a_table_saved_again_and_one_that_is_gone(town, run, ask):
    with (run / "results.gpkg").open("ab") as stream:
        stream.write(b"\0")
    text = (run / "exposure.csv").read_text(encoding="utf-8")
    (run / "exposure.csv").write_text(
        "\ufeff" + text.replace("10.0,", "10,").replace("\n", "\r\n"), encoding="utf-8"
    )
    found = again(run, town)
    assert (found.edited, found.figures) == (("exposure.csv", "results.gpkg"), 0)
    (run / "exposure_counts.csv").unlink()
    code, said = ask("verify", run)
    assert (
        code == 1
        and "1 table was not compared (exposure_counts)" in said
        and "  exposure_counts.csv is missing.\n" in said
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (lambda whole: whole[: -len(b"3,exercise\n")], "line"),
        (lambda _: b"", "no columns"),
        (lambda _: b"\xff\xfe\0a", "is not UTF-8 text"),
        (lambda whole: whole.replace(b"hazard", b"asset_id", 1), "repeated"),
        (lambda whole: whole + b'"open', "not valid CSV"),
        (lambda whole: whole.replace(b"buildings:A", b"buildings:A,", 1), "8 columns"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_in_a_line(run, ask, content, says):
    path = run / "ead.csv"
    path.write_bytes(content(path.read_bytes()))
    code, said = ask("verify", run)
    assert code == 1 and "1 table was not compared (ead)" in said
    assert says in next(line for line in said.splitlines() if line.startswith("  ead.csv"))


def test_a_table_cut_between_two_lines_lacks_rows(town, run):
    lines = (run / "damage.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (run / "damage.csv").write_text("".join(lines[:-2]), encoding="utf-8")
    found = table(again(run, town), "damage")
    assert (found.state, len(found.difference.added), found.difference.cells) == ("differs", 2, 0)


def test_an_edited_run_json_is_edited_and_a_file_beside_it_is_none_of_it(town, run, ask):
    (run / "notes.txt").write_text("mine", encoding="utf-8")
    code, said = ask("verify", run)
    assert code == 0 and said.endswith(
        "  Other files in the folder, not part of the run: notes.txt\n"
    )
    rewritten(run, lambda about: about["totals"].update(ead=10.0))
    code, said = ask("verify", run)
    assert code == 1 and said.startswith(
        "The results were changed after they were written: run.json."
    )


@pytest.mark.slow
def test_other_figures_of_the_same_inputs_are_told_with_the_versions(town, run, ask, monkeypatch):
    monkeypatch.setattr(asset_inventory.verification, "versions", lambda: {"numpy": "99"})
    told = asset_inventory.verification.assess

    def otherwise(*given, **more):
        found = told(*given, **more)
        found.ead["ead"] *= 1 + 1e-6
        return found

    assert again(run, town).verdict == "stands"  # another version alone is no difference
    monkeypatch.setattr(asset_inventory.verification, "assess", otherwise)
    code, said = ask("verify", run)
    # D's is 0
    assert code == 1 and said.startswith("The same inputs give different figures: 3 differ. ")
    assert "numpy " in said and " → 99" in said
    assert again(run, town).verdict == "figures_differ"


# The register


def handed_in(ask, town: Path, tmp_path: Path, value: float) -> None:
    buildings = gpd.read_file(town / "buildings.gpkg")
    # of A, B and D
    buildings = buildings[buildings.geometry.notna()].assign(VALUE=[1000.0, value, 800.0])
    path = tmp_path / f"buildings {value}.gpkg"
    buildings.to_file(path, driver="GPKG")
    code, said = ask("deliver", town, path, "--layer", "buildings", "--author", "Works", "--accept")
    assert code == 0, said


@pytest.mark.slow
def test_a_register_that_moved_on_is_read_at_the_version_of_then(started, ask, tmp_path):
    run = stored(started, tmp_path / "results" / "town")
    assert ask("verify", run) == (0, f"{STANDS} {EAD}\n")
    handed_in(ask, started, tmp_path, 1000.0)
    code, said = ask("verify", run)
    moved = (
        "The register has changed since the run: was version 2, now 3. Its layers were "
        "read as of version 2."
    )
    assert (code, said.splitlines()) == (0, [f"{STANDS} {EAD}", f"  {moved}"])
    assert assess(read_city(started)).ead["ead"].sum() == pytest.approx(120)  # B's 30 became 60
    held = write_results(
        disclosed(disclosed(assess(read_city(started)))), tmp_path / "p", language="en"
    )
    assert ask("verify", held, started)[0] == 0
    handed_in(ask, started, tmp_path, 2000.0)
    assert ask("verify", held, started)[0] == 0 and ask("verify", run)[0] == 0


def test_a_register_begun_since_leaves_the_files_as_they_were(town, run, ask):
    assert ask("start", town)[0] == 1
    code, said = ask("verify", run)
    assert (
        code == 0
        and (
            "  The register was created after the run; the layers were read from their "
            "files, as in the run.\n"
        )
        in said
    )


@pytest.mark.slow
def test_another_register_and_one_that_is_gone_are_no_same_inputs(started, ask, tmp_path):
    begun = (started / "register.gpkg").read_bytes()
    handed_in(ask, started, tmp_path, 1000.0)
    run = stored(started, tmp_path / "results" / "town")
    (started / "register.gpkg").write_bytes(begun)
    code, said = ask("verify", run)
    assert code == 1 and "The register is not the one of the run: was version 3, now 2." in said
    handed_in(ask, started, tmp_path, 1500.0)  # version 3 of another history
    code, said = ask("verify", run)
    assert code == 1 and "was version 3, now 3" in said
    (started / "register.gpkg").write_bytes(b"no register")
    assert again(run, started).verdict == "inputs_changed"
    (started / "register.gpkg").unlink()
    code, said = ask("verify", run)
    assert code == 1 and "was not recalculated" in said  # copies of it lie there
    shutil.rmtree(started / "register.copies")
    assert again(run, started).verdict == "inputs_changed"


# What is asked wrongly, and what is old


def test_what_is_no_run_is_told_in_one_line(town, run, ask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for given, near in ((run.parent / "twon", run), ("town/", Path("results") / "town")):
        code, said = ask("verify", given)
        assert code == 1 and f"did you mean {near}?" in said and said.count("\n") == 1
    assert "results/<city>" in ask("verify", tmp_path / "nothing" / "here")[1]
    for text in (
        '{"inputs": ',
        "[1]",
        '{"inputs": [], "versions": {}}',
        '{"inputs": {"a": 1}, "versions": {}}',
        '{"inputs": {}, "versions": {}, "day": "yesterday"}',
        "[" * 100_000,
        '{"inputs": {}, "versions": {}, "only": 1}',
    ):
        (run / "run.json").write_text(text, encoding="utf-8")
        code, said = ask("verify", run)
        assert code == 1 and "run.json" in said and said.count("\n") == 1, said
    (run / "run.json").write_bytes(b"\xff\xfe")
    assert "is incomplete or not JSON" in ask("verify", run)[1]
    assert ask("verify")[0] == 2


@pytest.mark.parametrize(
    "name",
    [
        "{folder}/mine.xlsx",
        "../../mine.xlsx",
        "..\\mine.xlsx",
        "C:mine.xlsx",
        "..",
        "",
        "mine\0.xlsx",
    ],
)
def test_a_run_that_lists_a_file_outside_its_folder_is_refused_and_nothing_is_written(
    town, run, ask, tmp_path, name
):
    mine = tmp_path / "mine.xlsx"
    mine.write_bytes(b"of somebody else")
    rewritten(run, lambda about: about["files"].update({name.format(folder=tmp_path): "0" * 64}))
    for read in (
        lambda: kept_files(read_run(run)),
        lambda: add_to_run(run, []),
        lambda: again(run, town),
    ):
        with pytest.raises(SourceError) as caught:
            read()
        assert caught.value.key == "error.run_strange"
    code, said = ask("verify", run)
    assert code == 1 and "was not written by an assessment" in said and said.count("\n") == 1
    assert mine.read_bytes() == b"of somebody else"


@pytest.mark.slow
def test_a_run_of_an_older_release_is_told_as_that(town, run, ask):
    new = (
        "rules",
        "files",
        "seal",
        "totals",
        "audience",
        "language",
        "city_folder",
        "register_version",
    )
    rewritten(run, lambda about: [about.pop(name) for name in new])
    assert ask("verify", run)[0] == 2
    code, said = ask("verify", run, town)
    assert (
        code == 0
        and "run.json has no rules: it was written by asset_inventory 0.1.0" in said
        and "has no checksums" in said
    )
    edited(run, "damage.csv", ",62.5,", ",26.5,")
    code, said = ask("verify", run, town)
    assert code == 1 and "was 26.5, now 62.5" in said


@pytest.mark.slow
def test_what_is_told_is_told_in_indonesian_and_to_machines(run, edit, ask):
    assert ask("verify", run, language="id")[1].startswith(
        "Hasil ini terbukti: dihitung ulang dari masukan yang sama, setiap angkanya sama."
    )
    told = json.loads(ask("verify", run, "--json")[1])
    assert (told["verdict"], told["stands"], told["figures_that_differ"]) == ("stands", True, 0)
    edit(("amount = 10,", "amount = 20,"))
    (run / "notes.txt").write_text("mine", encoding="utf-8")
    code, said = ask("verify", run, language="id")
    assert (
        code == 1
        and "semula Rp90, kini Rp135" in said
        and "values > road > amount: semula 10, kini 20" in said
    )
    code, said = ask("verify", run, "--json")
    told = json.loads(said)
    assert (code, told["verdict"], told["inputs"]["changed"]) == (
        1,
        "inputs_changed",
        ["city.toml"],
    )
    assert told["rules"] == [{"key": ["values", "road", "amount"], "then": 10.0, "now": 20.0}]
    assert told["files"]["extra"] == ["notes.txt"] and told["message"].startswith(
        "The inputs have changed"
    )
    assert (told["totals"]["then"]["ead"], told["totals"]["now"]["ead"]) == pytest.approx((90, 135))
    damage = next(one for one in told["tables"] if one["table"] == "damage")
    assert (damage["state"], damage["cells"], damage["greatest"]["now"]) == ("differs", 3, "1500.0")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_in_the_place_of_a_run_is_not_opened(run):
    (run / "run.json").unlink()
    os.mkfifo(run / "run.json")
    with pytest.raises(SourceError, match=r"run\.json is a link, a folder or a device"):
        read_run(run)
