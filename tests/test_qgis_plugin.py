"""The QGIS plugin in a real QGIS: every algorithm, its errors, a stop, and both languages."""

from __future__ import annotations

import configparser
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas
import pandas
import pytest
import shapely

from asset_inventory import register as registers
from asset_inventory.messages.glossary import forbidden_in
from asset_inventory.model.reading import read_city
from tests.support.paths import DATA, PROJECT
from tests.support.writing import tree

PLUGIN = PROJECT / "qgis" / "asset_inventory"
PROGRAM = '#!/bin/sh\nPYTHONPATH="{}" exec "{}" -m asset_inventory "$@"\n'
NAME = "kota «Ümläut» di tepi laut"
CANCELLED_AFTER = 1.5


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    """The program as the plugin finds it: one file that starts this Python."""
    path = tmp_path_factory.mktemp("program") / "asset-inventory"
    path.write_text(PROGRAM.format(PROJECT, sys.executable), encoding="utf-8")
    path.chmod(0o755)
    return path


def environment(folder: Path) -> dict[str, str]:
    folder.mkdir(exist_ok=True, mode=0o700)
    here = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(folder)}
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | here


def played(folder: Path, jobs: list[dict], panel: dict | None = None) -> dict:
    """What one headless QGIS gives for each job, and what its panel shows."""
    asked = folder / "jobs.json"
    if panel is not None:
        (folder / "panel.json").write_text(json.dumps(panel), encoding="utf-8")
    asked.write_text(json.dumps(jobs), encoding="utf-8")
    session = PROJECT / "tests" / "support" / "qgis_session.py"
    call = ["/usr/bin/python3", str(session), str(PLUGIN.parent), str(folder / "profile"), asked]
    ran = subprocess.run(call, env=environment(folder / "run"), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    return json.loads(asked.with_suffix(".out").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def city(town_once, tmp_path_factory) -> Path:
    """A city folder with spaces and letters that are not ASCII, its register filled."""
    return shutil.copytree(town_once, tmp_path_factory.mktemp("qgis") / NAME)


@pytest.fixture(scope="module")
def came(city, program, tmp_path_factory) -> dict[str, dict]:
    """What each algorithm gave, by the name of the job."""
    from asset_inventory.cli import main

    main(["start", str(city), "--json"])
    folder = tmp_path_factory.mktemp("session")
    layer = city / "buildings.gpkg"
    table = geopandas.read_file(layer)
    bad = table.copy()
    bad.loc[0, "geometry"] = shapely.Point(0, 0)
    bad.loc[1, "geometry"] = None
    bad.to_file(folder / "bad <b>file.gpkg", driver="GPKG")
    of_city = {"CITY": str(city)}
    settings = {"program": str(program), "language": "en"}
    jobs = {
        "validate": ("validate", of_city | {
            "FILE": str(folder / "bad <b>file.gpkg"), "LAYER": "buildings",
            "QUARANTINE": str(folder / "quarantine.gpkg")}),
        "check": ("check", of_city),
        "wrong city": ("check", {"CITY": str(folder / "nowhere")}),
        "wrong layer": ("export", of_city | {"LAYER": "nosuch", "OUTPUT": str(folder / "n.gpkg")}),
        "export": ("export", of_city | {"LAYER": "buildings", "OUTPUT": str(folder / "out.gpkg")}),
        "deliver": ("deliver", of_city | {
            "FILE": str(folder / "edited.gpkg"), "LAYER": "buildings", "AUTHOR": "Bu Ätmi"}),
        "pending": ("review", of_city),
        "review": ("review", of_city | {"ID": 0, "PAGE": str(folder / "page.html")}),
        "reject": ("reject", of_city | {"ID": 0, "WHY": "salah <b>"}),
        "again": ("deliver", of_city | {"FILE": str(folder / "edited.gpkg"), "LAYER": "buildings"}),
        "accept": ("accept", of_city | {"ID": 1, "ALLOW_DOUBTS": True}),
        "assess": ("assess", of_city | {
            "RESULTS": str(folder / "results"), "MAP": str(folder / "a.html")}),
        "load": ("load_results", {"FIGURES": str(folder / "results")}),
        "map": ("map", of_city | {"MAP": str(folder / "m.html"), "PUBLIC": True}),
        "report": ("report", of_city | {"FOLDER": str(folder / "report")}),
        "explain": ("explain", of_city | {"ASSET": "buildings:A"}),
        "explain nothing": ("explain", of_city),
        "no results": ("load_results", {"FIGURES": str(folder)}),
    }  # fmt: skip
    first = registers.deliveries(registers.open_register(read_city(city)))[-1].id + 1
    for name, more in (("review", 0), ("reject", 0), ("accept", 1)):
        jobs[name][1]["ID"] = first + more
    edited = table.copy()
    edited["kondisi"] = "baik"
    edited.to_file(folder / "edited.gpkg", driver="GPKG")
    listed = [{"run": run, "with": given, "settings": settings} for run, given in jobs.values()]
    names = [*jobs, "missing program", "other program", "Indonesian", "stopped"]
    listed += [
        {"run": "check", "with": of_city, "settings": {"program": str(folder / "nothing")}},
        {"run": "check", "with": of_city, "settings": {"program": shutil.which("echo")}},
        {"run": "check", "with": {"CITY": str(folder)},
         "settings": {"program": str(program), "language": "id"}},
        {"run": "report", "with": of_city | {"FOLDER": str(folder / "stopped")},
         "settings": {}, "cancel": CANCELLED_AFTER},
    ]  # fmt: skip
    second = shutil.copytree(city, folder / "kedua")  # the panel decides on a register of its own
    main(["export", str(second), "--layer", "buildings", "--to", str(folder / "exported.gpkg")])
    panel = {
        "settings": settings | {"city": str(second)},
        "bad": str(folder / "bad <b>file.gpkg"),
        "exported": str(folder / "exported.gpkg"),
        "results": str(folder / "results" / "results.gpkg"),
        "pages": str(folder / "stopped in the panel"),
    }
    answers = played(folder, listed, panel)
    jobs_came = dict(zip(names, answers["jobs"], strict=True))
    return jobs_came | {"folder": folder, "panel": answers["panel"]}


def answer_of(one: dict) -> dict:
    assert one["ok"], one["log"]
    return json.loads(one["results"]["ANSWER"])


@pytest.mark.qgis
@pytest.mark.slow
def test_every_algorithm_gives_the_answer_of_the_program(came):
    folder = came["folder"]
    judged = answer_of(came["validate"])
    assert judged["features_quarantined"] == 3  # the depot has no geometry either
    assert came["validate"]["results"]["QUARANTINE"] == str(folder / "quarantine.gpkg")
    assert "errors in the data" in came["validate"]["log"]
    assert answer_of(came["check"])["ready"] is False
    assert (folder / "out.gpkg").exists() and answer_of(came["export"])["assets"] >= 1
    assert answer_of(came["deliver"])["delivery"]["author"] == "Bu Ätmi"
    assert len(answer_of(came["pending"])["deliveries"]) == 1
    assert answer_of(came["review"])["delivery"]["changes"]
    assert came["review"]["results"]["PAGE"] == str(folder / "page.html")
    assert answer_of(came["reject"])["delivery"]["state"] == "rejected"
    assert answer_of(came["accept"])["delivery"]["state"] == "accepted"
    assert answer_of(came["assess"])["figures"]["assets"] >= 1
    assert came["load"]["ok"] and came["load"]["layers"] == came["load"]["results"]["COUNT"] >= 2
    assert answer_of(came["map"])["audience"] == "public" and (folder / "m.html").exists()
    assert answer_of(came["report"])["files"]["folder"] == str(folder / "report")
    assert answer_of(came["explain"])["asset"]["asset_id"] == "buildings:A"
    assert came["assess"]["progress"] == 100


@pytest.mark.qgis
@pytest.mark.slow
def test_every_algorithm_works_on_the_demo_city(program, tmp_path):
    from asset_inventory.cli import main

    city = shutil.copytree(DATA / "semarang", tmp_path / "Kota Semarang – données é")
    main(["start", str(city), "--json"])
    next_id = registers.deliveries(registers.open_register(read_city(city)))[-1].id + 1
    places = geopandas.read_file(city / "assets" / "facilities.geojson")
    places.loc[0, "name"] = "Gedung «Baru»"
    edited = tmp_path / "fasilitas é.geojson"
    places.to_file(edited)
    jobs = {
        "check": {},
        "export": {"LAYER": "roads", "OUTPUT": str(tmp_path / "jalan é.gpkg")},
        "validate": {"FILE": str(edited), "LAYER": "facilities"},
        "deliver": {"FILE": str(edited), "LAYER": "facilities", "AUTHOR": "Bu Rini"},
        "review": {"ID": next_id, "PAGE": str(tmp_path / "periksa.html")},
        "reject": {"ID": next_id, "WHY": "salah"},
        "deliver again": {"FILE": str(edited), "LAYER": "facilities"},
        "accept": {"ID": next_id + 1},
        "assess": {"RESULTS": str(tmp_path / "hasil"), "MAP": str(tmp_path / "peta é.html")},
        "load_results": {"FIGURES": str(tmp_path / "hasil")},
        "map": {"MAP": str(tmp_path / "publik.html"), "PUBLIC": True},
        "report": {"FOLDER": str(tmp_path / "laporan é")},
        "explain": {"ASSET": "facilities:" + str(places["osm_id"].iloc[0])},
    }
    settings = {"program": str(program), "language": "id"}
    listed = [
        {"run": job.split()[0], "with": given | {"CITY": str(city)}, "settings": settings}
        for job, given in jobs.items()
    ]
    listed[list(jobs).index("load_results")]["with"].pop("CITY")
    came = dict(zip(jobs, played(tmp_path, listed)["jobs"], strict=True))
    assert {job: one["log"] for job, one in came.items() if not one["ok"]} == {}
    answers = {job: answer_of(one) for job, one in came.items() if job != "load_results"}
    assert answers["accept"]["delivery"]["state"] == "accepted"
    rows = pandas.read_csv(tmp_path / "hasil" / "assets.csv")
    assert answers["assess"]["figures"]["assets"] == len(rows) > 3000
    assert answers["explain"]["asset"]["name"] == "Gedung «Baru»"
    assert came["load_results"]["layers"] >= 2
    assert (tmp_path / "peta é.html").exists() and (tmp_path / "publik.html").exists()


@pytest.mark.qgis
@pytest.mark.slow
@pytest.mark.parametrize(
    ("job", "sentence"),
    [
        ("wrong city", "no city.toml"),
        ("wrong layer", "nosuch"),
        ("missing program", "was not found. Install asset-inventory"),
        ("other program", "no answer that the plugin can read"),
        ("explain nothing", "Select one feature"),
        ("no results", "has no layers of results"),
        ("Indonesian", "tidak ada city.toml"),
    ],
)
def test_what_fails_gives_one_sentence_and_no_traceback(came, job, sentence):
    assert not came[job]["ok"]
    assert sentence in came[job]["log"]
    assert "Traceback" not in came[job]["log"]


@pytest.mark.qgis
@pytest.mark.slow
def test_names_follow_the_language_of_the_settings(came):
    assert came["check"]["name"] == "Check the city"
    assert came["Indonesian"]["name"] == "Periksa kota"


@pytest.mark.qgis
@pytest.mark.slow
def test_a_stopped_command_leaves_nothing_half(came):
    stopped = came["stopped"]
    assert not stopped["ok"] and "dihentikan" in stopped["log"]
    assert stopped["seconds"] < 20
    pages = came["folder"] / "stopped"
    assert not pages.exists() or not [name for name in tree(pages) if "tmp" in name]


@pytest.mark.qgis
@pytest.mark.slow
def test_the_panel_shows_issues_with_their_places_and_the_quarantine_as_a_layer(came):
    shown = came["panel"]["validate"]
    assert shown["status"] == "Read 4, kept 1, repaired 0, in quarantine 3."
    assert {row[0] for row in shown["rows"]} == {"error", "warning"}
    assert all("bad <b>file.gpkg" in row[1] for row in shown["rows"])
    assert [row[2] for row in shown["rows"] if row[2]]
    layers = shown["layers"]
    assert set(layers) == {"Quarantine: bad <b>file.gpkg"} and sum(layers.values()) >= 1
    west, south, east, north = came["panel"]["extent"]
    assert east - west < 1e5 and north - south < 1e5


@pytest.mark.qgis
@pytest.mark.slow
def test_a_layer_edited_in_qgis_comes_back_and_its_doubts_are_pairs_on_the_map(came):
    panel = came["panel"]
    assert "edits that are not saved" in panel["unsaved"]
    assert panel["file"] == str(came["folder"] / "exported.gpkg")
    rows = panel["deliver"]["rows"]
    kinds = [row[0] for row in rows]
    assert kinds.count("doubt") == 1 and "change" in kinds
    doubt = next(row for row in rows if row[0] == "doubt")
    assert "House A" in doubt[1] and len(doubt[2]) == 4
    assert any("<b>Baru</b>" in row[1] and row[2] for row in rows)
    layers = panel["deliver"]["layers"]
    (number,) = {name.rpartition(" ")[2] for name in layers if name.startswith("Both sides")}
    assert layers[f"Both sides of {number}"] == 2 and f"Doubtful matches of {number}" in layers
    (listed,) = panel["listed"]
    assert listed.startswith(f"{number}: buildings, exported.gpkg (") and "doubts 1" in listed
    assert "doubt" in panel["refused"]["status"] and panel["accepted"]["left"] == 0


@pytest.mark.qgis
@pytest.mark.slow
def test_the_panel_explains_the_selected_feature_says_why_not_and_stops(came):
    assert "Select one feature" in came["panel"]["no asset"]["status"]
    assert "buildings:B" in came["panel"]["explained"]["text"]
    assert "was stopped" in came["panel"]["stopped"]["status"]
    pages = came["folder"] / "stopped in the panel"
    assert not pages.exists() or not [name for name in tree(pages) if "tmp" in name]


@pytest.mark.qgis
@pytest.mark.slow
def test_qgis_process_knows_the_installed_zip_and_prints_the_error(program, tmp_path):
    make = runpy.run_path(str(PROJECT / "scripts" / "make_qgis_plugin.py"))["make"]
    profile = tmp_path / "profiles" / "default"
    (profile / "QGIS").mkdir(parents=True)
    with zipfile.ZipFile(make(tmp_path / "plugin.zip")) as archive:
        archive.extractall(profile / "python" / "plugins")
    settings = f"[asset_inventory]\nprogram={program}\nlanguage=en\n"
    settings += "[PythonPlugins]\nasset_inventory=true\n"
    (profile / "QGIS" / "QGIS3.ini").write_text(settings, encoding="utf-8")
    call = ["qgis_process", "run", "asset_inventory:check", "--", f"CITY={tmp_path}"]
    here = environment(tmp_path / "run") | {"QGIS_CUSTOM_CONFIG_PATH": str(tmp_path)}
    ran = subprocess.run(call, env=here, capture_output=True, text=True)
    assert ran.returncode == 1
    assert "there is no city.toml" in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr


def test_the_zip_has_what_the_repository_of_plugins_asks_for_and_is_reproducible(tmp_path):
    make = runpy.run_path(str(PROJECT / "scripts" / "make_qgis_plugin.py"))["make"]
    first, second = make(tmp_path / "1.zip"), make(tmp_path / "2.zip")
    assert first.read_bytes() == second.read_bytes()
    names = zipfile.ZipFile(first).namelist()
    assert {f"asset_inventory/{name}" for name in ("metadata.txt", "LICENSE", "icon.svg")} <= {
        *names
    }
    assert not [name for name in names if "pycache" in name]
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(PLUGIN / "metadata.txt", encoding="utf-8")
    general = metadata["general"]
    assert (
        general["version"]
        == (PROJECT / "asset_inventory" / "__init__.py")
        .read_text()
        .split('__version__ = "')[1]
        .split('"')[0]
    )
    wanted = ("name", "qgisMinimumVersion", "description", "about", "author", "email", "repository")
    assert all(general[name] for name in (*wanted, "homepage", "tracker"))
    assert general["hasProcessingProvider"] == "yes"


def sentences() -> dict[str, tuple[str, str]]:
    """Each sentence of the plugin, in English and Indonesian."""
    text = (PLUGIN / "messages.py").read_text(encoding="utf-8")
    return eval(text.partition("SENTENCES = ")[2].rpartition("# fmt: on")[0])  # of constants


def test_the_plugin_imports_nothing_of_the_package_and_has_both_languages():
    table = sentences()
    assert all(len(row) == 2 and all(row) for row in table.values())
    for row in table.values():
        english, indonesian = ({*_places(one)} for one in row)
        assert english == indonesian, row
    for file in PLUGIN.glob("*.py"):
        assert "import asset_inventory" not in file.read_text(encoding="utf-8")


def test_the_plugin_speaks_as_the_program_does():
    for key, (english, indonesian) in sentences().items():
        assert not list(forbidden_in(f"{english} {indonesian}")), key
        words = set(re.findall(r"[a-z]+", re.sub(r"{\w+}", "", indonesian.lower())))
        assert not words & {"layer", "penyerahan", "serahkan", "masalah"}, key


def _places(sentence: str) -> list[str]:
    return [part.partition("}")[0] for part in sentence.split("{")[1:]]
