"""The city's layers out of the register: the same figures as out of its files, and never a file
in silence.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from asset_inventory import register as registers
from asset_inventory.assessment.explain import explain
from asset_inventory.assessment.precheck import check_city
from asset_inventory.assessment.read import current_layers, read_assets
from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.intake.containers import hash_of
from asset_inventory.io import geopackage
from asset_inventory.messages import describe_finding
from asset_inventory.model.errors import RegisterError, SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.register import store
from tests.support.clinic_register import alter
from tests.support.town import X, Y

CRS = "EPSG:32749"
ASSESSED = ("assets", "exposure", "damage", "ead", "exposure_counts", "scores", "district_damage")


@contextmanager
def without_register(town: Path) -> Iterator[None]:
    """The town as it was before its register."""
    away = town.with_name("away")
    away.mkdir()
    for name in ("register.gpkg", "register.copies"):
        (town / name).rename(away / name)
    yield
    for name in ("register.gpkg", "register.copies"):
        (away / name).rename(town / name)


def codes(found: pd.DataFrame) -> dict[str, int]:
    return dict(zip(found["code"], found["count"], strict=True))


def same(first: Assessment, second: Assessment) -> None:
    for name in ASSESSED:
        one, other = getattr(first, name), getattr(second, name)
        if "geometry" in one:
            shapes = (shapely.to_wkb(side.geometry.to_numpy()).tolist() for side in (one, other))
            assert len({str(side) for side in shapes}) == 1
            one, other = (pd.DataFrame(side.drop(columns="geometry")) for side in (one, other))
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def write(path: Path, geometry: list, **columns: list) -> Path:
    gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS).to_file(path)
    return path


def handed_in(ask, town: Path, path: Path, layer: str, *more: str) -> None:
    code, said = ask(
        "deliver",
        town,
        path,
        "--layer",
        layer,
        "--author",
        "Dinas",
        "--accept",
        "--allow-doubts",
        *more,
    )
    assert code == 0, said


# As out of the files


def test_a_register_that_was_just_started_changes_no_figure(started):
    after = assess(read_city(started))
    with without_register(started):
        before = assess(read_city(started))
    same(before, after)
    assert after.provenance["layers"] == before.provenance["layers"]
    pd.testing.assert_frame_equal(after.findings, before.findings)
    # found when the file was handed in, and told ever since
    assert codes(after.findings)["geometry_null"] == 1
    assert set(before.provenance["origins"]) == {"buildings", "roads"}
    assert before.provenance["origins"]["roads"] == {"from": "file"}
    origin = after.provenance["origins"]["buildings"]
    assert (origin["from"], origin["version"], origin["delivery"], origin["author"]) == (
        "register",
        2,
        1,
        "Works",
    )
    assert (
        origin["sha256"]
        == after.provenance["inputs"]["register: buildings"]
        == hash_of(started / "buildings.gpkg")
    )
    assert (
        "buildings.gpkg" in before.provenance["inputs"]
        and "buildings.gpkg" not in after.provenance["inputs"]
    )


@pytest.mark.slow
def test_check_and_explain_read_the_register_too(started):
    after = check_city(read_city(started))
    with without_register(started):
        before, told = (
            check_city(read_city(started)),
            explain(read_city(started), "buildings:A").lines("en"),
        )
    pd.testing.assert_frame_equal(after.sources, before.sources)
    pd.testing.assert_frame_equal(after.coverage, before.coverage)
    pd.testing.assert_frame_equal(after.findings, before.findings)
    # from which nothing is read any more
    shutil.copyfile(started / "roads.gpkg", started / "buildings.gpkg")
    assert explain(read_city(started), "buildings:A").lines("en") == told


@pytest.mark.slow
def test_what_was_accepted_is_assessed_and_what_waits_is_not(started, ask, tmp_path):
    clinic = shapely.Point(X + 75, Y + 25)
    path = write(
        tmp_path / "new.gpkg", [clinic], ID=["N"], NAME=["New"], KIND=["clinic"], VALUE=[500.0]
    )
    assert ask("deliver", started, path, "--layer", "buildings")[0] == 0
    assert "buildings:N" not in read_assets(read_city(started)).assets["asset_id"].tolist()
    assert ask("accept", started, 3, "--allow-doubts")[0] == 0
    found = assess(read_city(started))
    ead = found.ead.set_index("asset_id")["ead"]
    # in one place, of one type and value
    assert ead["buildings:N"] == ead["buildings:B"] == pytest.approx(30)
    assert found.assets["asset_id"].tolist()[:5] == [f"buildings:{one}" for one in "ABDEN"]
    assert found.provenance["origins"]["buildings"]["delivery"] == 3
    assert found.provenance["origins"]["roads"]["delivery"] == 2


def test_a_layer_that_the_register_does_not_hold_comes_from_its_file(town, ask):
    handed_in(ask, town, town / "roads.gpkg", "roads")
    inventory = read_assets(read_city(town))
    assert set(inventory.origins) == {"roads"}
    assert inventory.assets["asset_id"].tolist()[-1] == "roads:C" and len(inventory.assets) == 5


@pytest.mark.slow
def test_a_system_that_the_city_states_holds_for_the_register_too(edit, ask):
    folder = edit(
        (
            'name = "roads"\npath = "roads.gpkg"',
            'name = "roads"\npath = "roads.shp"\ncrs = "EPSG:32749"',
        ),
        ('path = "buildings.gpkg"', 'path = "buildings.gpkg"\ncrs = "EPSG:32749"'),
    )
    write(folder / "roads.shp", [shapely.LineString([(X, Y + 25), (X + 100, Y + 25)])], ID=["C"])
    (folder / "roads.prj").unlink()
    lying = gpd.read_file(folder / "buildings.gpkg").set_crs("EPSG:32748", allow_override=True)
    lying.to_file(folder / "buildings.gpkg")
    before = assess(read_city(folder))
    assert codes(before.findings)["crs_overridden"] == 1
    ask("start", folder)
    after = assess(read_city(folder))
    same(before, after)
    pd.testing.assert_frame_equal(after.findings, before.findings)
    copy = folder.parent / "roads_new.shp"
    for end in (".shp", ".shx", ".dbf"):
        shutil.copyfile(folder / f"roads{end}", copy.with_suffix(end))
    code, said = ask("deliver", folder, copy, "--layer", "roads")
    assert code == 0 and "0 added, 0 edited, 0 removed" in said


# Ids


@pytest.mark.slow
def test_only_ids_that_name_no_row_are_others_in_the_register(edit, ask):
    """A row without an id, or with one that stands twice, is known by its record's hash and not
    by its row.
    """
    town = edit(('fields = { asset_id = "ID" }', "fields = {}"))
    places = [shapely.Point(X + 10 * n, Y + 10) for n in range(4)]
    houses = {
        "ID": ["A", None, "A", "B"],
        "NAME": list("abcd"),
        "KIND": ["house"] * 4,
        "VALUE": [1.0] * 4,
    }
    write(town / "buildings.gpkg", places, **houses)
    assert codes(read_assets(read_city(town), subset="roads").findings) == {"no_id_field": 1}
    from_file = read_assets(read_city(town), subset="buildings")
    assert from_file.assets["asset_id"].tolist() == [
        f"buildings:{one}" for one in ("A", "#2", "A#2", "B")
    ]
    ask("start", town)
    inventory = read_assets(read_city(town), subset="buildings")
    ids = inventory.assets["asset_id"]
    assert (
        ids.str.match(r"buildings:~[0-9a-f]{12}$").tolist() == [True] * 3 + [False]
        and ids[3] == "buildings:B"
    )
    assert inventory.assets["name"].tolist() == list("abcd")
    assert codes(inventory.findings)["id_from_register"] == 3
    gpd.read_file(town / "buildings.gpkg").iloc[::-1].to_file(town / "turned.gpkg")
    code, said = ask("deliver", town, town / "turned.gpkg", "--layer", "buildings")
    assert "0 added, 0 edited, 0 removed" in said  # whatever the order of rows
    roads = read_assets(read_city(town), subset="roads")
    assert not codes(roads.findings) and roads.assets["asset_id"].str.match("roads:~").all()


# What city.toml says of a layer


def test_city_toml_is_read_anew_over_the_delivered_fields(started, edit):
    edit(
        ('owner = "Works"', 'where = { KIND = "house" }'),
        ('value = "VALUE"', 'condition = "VALUE"'),
    )
    inventory = read_assets(read_city(started), subset="buildings")
    assert inventory.assets["asset_id"].tolist() == ["buildings:A", "buildings:D"]
    assert inventory.counts["buildings"] == {
        "read": 4,
        "not_selected": 2,
        "assets": 2,
        "unusable": 0,
    }
    assert codes(inventory.findings)["number_not_usable"] == 2  # a condition is 0 to 1
    edit(('where = { KIND = "house" }', 'where = { KINDS = "house" }'))
    with pytest.raises(
        SourceError, match=r'register.gpkg has no field "KINDS"; did you mean "KIND"'
    ) as fault:
        read_assets(read_city(started))
    assert (
        not check_city(read_city(started)).faults[1:]
        and fault.value.key == "error.no_such_field_near"
    )


# Findings


def test_a_file_that_was_edited_since_is_told_and_a_fresh_clone_is_not(started, ask, tmp_path):
    city = read_city(started)
    os.utime(started / "buildings.gpkg")  # a clone has all its files of today
    assert "layer_newer_than_register" not in codes(read_assets(city).findings)
    table = gpd.read_file(started / "roads.gpkg")
    table.assign(ID="NEW").to_file(started / "roads.gpkg")
    os.utime(started / "roads.gpkg", (0, 0))  # a file may come from a machine whose clock is behind
    inventory = read_assets(city)
    found = inventory.findings[inventory.findings["code"] == "layer_newer_than_register"]
    assert found[["source", "severity"]].to_numpy().tolist() == [["roads", "warning"]]
    sentence, remedy = describe_finding(found.iloc[0].to_dict(), "en")
    command = remedy.split('"')[1].split()
    assert command[:2] == ["asset-inventory", "deliver"] and "roads.gpkg" in sentence
    assert inventory.assets["asset_id"].tolist()[-1] == "roads:C"
    code, said = ask(*command[1:])  # as it is told
    assert code == 0 and "1 added, 0 edited, 0 removed" in said
    # it waits for its decision
    assert "layer_newer_than_register" not in codes(read_assets(city).findings)
    assert ask("reject", started, 3, "--why", "wrong road")[0] == 0
    assert "layer_newer_than_register" not in codes(read_assets(city).findings)


@pytest.mark.slow
def test_findings_of_the_last_file_stand_until_another_is_accepted(started, ask, tmp_path):
    city = read_city(started)
    whole = gpd.read_file(started / "buildings.gpkg").to_crs(CRS)
    mended = whole.assign(geometry=whole.geometry.fillna(shapely.box(X, Y, X + 9, Y + 9)))
    write(
        tmp_path / "one.gpkg",
        [shapely.Point(X + 1, Y + 1)],
        ID=["N"],
        NAME=["n"],
        KIND=["house"],
        VALUE=[1.0],
    )
    handed_in(ask, started, tmp_path / "one.gpkg", "buildings")
    found = read_assets(city, subset="buildings").findings
    # nothing was wrong with that file, but the depot has no shape still
    assert codes(found) == {"register_without_shape": 1} and found["feature"].tolist() == [
        "buildings:E"
    ]
    assert ask("undo", started, 3)[0] == 0
    assert ask("accept", started, 4, "--allow-removals", 1)[0] == 0
    # The first file's again
    assert codes(read_assets(city, subset="buildings").findings) == {"geometry_null": 1}
    mended.to_file(tmp_path / "mended.gpkg")
    handed_in(ask, started, tmp_path / "mended.gpkg", "buildings")
    assert codes(read_assets(city, subset="buildings").findings) == {}
    whole.to_file(tmp_path / "again.gpkg", layer="again")
    code, said = ask(
        "deliver", started, tmp_path / "again.gpkg", "--layer", "buildings", "--accept"
    )
    assert code == 1 and "its asset keeps the present geometry" in said
    # The file lacks a shape, the register does not
    inventory = read_assets(city, subset="buildings")
    assert codes(inventory.findings) == {"geometry_null": 1} and inventory.assets["usable"].all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sql", "count", "first"),
    [
        ("UPDATE buildings SET VALUE = 1 WHERE asset_id = 'buildings:B'", 1, "buildings:B"),
        ("UPDATE roads SET geom = NULL", 1, "roads:C"),
        (
            "DELETE FROM buildings WHERE asset_id IN ('buildings:A', 'buildings:B')",
            2,
            "buildings:A",
        ),
    ],
)
def test_what_was_written_past_the_register_is_told_by_every_figure_made_of_it(
    started, sql, count, first
):
    city = read_city(started)
    assert "register_written_past" not in codes(read_assets(city).findings)
    alter(registers.open_register(city), sql)
    for found in (assess(city).findings, check_city(city).findings):
        (row,) = found[found["code"] == "register_written_past"].to_dict("records")
        assert (row["severity"], row["count"], row["feature"]) == ("error", count, first)
    assert f"fsck {started}" in describe_finding(row, "en")[1]


@pytest.mark.slow
def test_a_layer_that_the_city_no_longer_declares_is_told(started, ask):
    toml = started / "city.toml"
    toml.write_text(toml.read_text().replace('name = "roads"', 'name = "streets"'))
    city = read_city(started)
    for found in (assess(city).findings, check_city(city).findings):
        (row,) = found[found["code"] == "register_layer_undeclared"].to_dict("records")
        assert (row["source"], row["severity"], row["count"]) == ("roads", "warning", 1)
    # out of its file, as one that the register never held
    assert "streets" in set(assess(city).assets["layer"])


# A register that cannot be read


def test_no_file_stands_in_for_a_register_that_cannot_be_read(started, monkeypatch):
    city, path = read_city(started), started / "register.gpkg"
    whole = path.read_bytes()
    cases = {
        whole[:1000] + bytes(5000) + whole[6000:]: "is damaged",
        whole[: len(whole) // 2]: "is damaged",
        b"no database at all" * 999: "is damaged",
        b"": "holds copies of it",
        (started / "roads.gpkg").read_bytes(): "but not a register",
    }
    for content, word in cases.items():
        path.write_bytes(content)
        with pytest.raises(RegisterError, match=word):
            read_assets(city)
    path.unlink()
    with pytest.raises(RegisterError, match="holds copies of it"):
        read_assets(city)
    # nor is a new one begun over a lost one
    with pytest.raises(RegisterError, match="holds copies of it"):
        registers.deliver(
            registers.open_register(city), "roads", gpd.read_file(started / "roads.gpkg")
        )
    path.write_bytes(whole)
    monkeypatch.setattr(geopackage, "PATIENCE", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(RegisterError, match="is in use by another program"):
            read_assets(city)
    assert len(current_layers(city)) == 2
    shutil.rmtree(started / "register.copies")
    path.unlink()
    assert not current_layers(city)  # as it was before there was any


def test_every_command_says_so_in_one_line(started, ask, tmp_path):
    with geopackage.writing(started / "register.gpkg") as connection:
        store.write_about(connection, "schema_version", "99")
    page = tmp_path / "map.html"
    for command, *more in (
        ("assess", "--map", page),
        ("check",),
        ("explain", "buildings:A"),
        ("map", "--to", page),
    ):
        code, said = ask(command, started, *more)
        assert (code, len(said.splitlines())) == (1, 1) and "newer release" in said, said
    assert not page.exists()


# As it was


def test_the_layers_stand_as_they_did_at_an_earlier_version(started, ask, tmp_path):
    clinic = shapely.Point(X + 75, Y + 25)
    path = write(
        tmp_path / "new.gpkg", [clinic], ID=["N"], NAME=["New"], KIND=["clinic"], VALUE=[500.0]
    )
    handed_in(ask, started, path, "buildings")
    city = read_city(started)
    then = current_layers(city, version=2)["buildings"]
    assert sorted(then.table.index) == [f"buildings:{one}" for one in "ABDE"]
    assert (then.version, then.delivery.id, len(then.altered)) == (2, 1, 0)
    # The roads came with the second delivery
    assert set(current_layers(city, version=1)) == {"buildings"}
    assert current_layers(city, version=0) == {}
    assert current_layers(city, version=9)["buildings"].version == 3  # there is no later one


# For the public


def test_who_delivered_what_stays_inside(started, edit):
    edit(
        ('[[assets]]\nname = "buildings"', '[[assets]]\nname = "buildings"\nvisibility = "public"')
    )
    told = disclosed(assess(read_city(started))).provenance
    assert "origins" not in told and "Works" not in str(told)
    assert "register: buildings" in told["inputs"] and "register: roads" not in told["inputs"]
