"""Every table of every stored file is compared: a cell that is changed in any of them is named,
whatever is there.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

import openpyxl
import pytest
import shapely

from asset_inventory import verification
from asset_inventory.assessment.resilience import assess_resilience
from asset_inventory.assessment.run import assess
from asset_inventory.cli.verify import _table_lines
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.io.geopackage import blobs, shapes
from asset_inventory.io.stored_runs import _seal, add_to_run, read_run, sha256_of
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.files.results import write_resilience, write_results
from asset_inventory.outputs.files.workbooks import write_workbook
from asset_inventory.verification import TableCheck

pytestmark = pytest.mark.slow

# fmt: off
PUBLIC = ('[[assets]]\nname = "buildings"', '[[assets]]\nname = "buildings"\nvisibility = "public"\n'
          'column_visibility = { value = "public" }')
# fmt: on
# What of run.json tells how a run was made: another says that it was made otherwise, and is
# compared by itself.
HOW_MADE = {
    "files",
    "seal",
    "inputs",
    "versions",
    "city_folder",
    "language",
    "audience",
    "kind",
    "decisions",
    "day",
}
# Of one cell: where it is, its column, what stands there now
Change = Callable[[], tuple[str, str, str]]


@pytest.fixture(params=["internal", "public", "resilience", "public resilience"])
def run(request, town_with_voices, edit, tmp_path) -> Path:
    """A run of the town with voices, of each kind, with a workbook where one is written."""
    made, folder = assess(read_city(edit(PUBLIC))), tmp_path / "run"
    audience = "public" if "public" in request.param else "internal"
    if "resilience" in request.param:
        drawn = assess_resilience(made)
        drawn = disclosed_resilience(drawn) if audience == "public" else drawn
        return write_resilience(drawn, folder, language="id")
    held = disclosed(made) if audience == "public" else made
    write_results(held, folder, language="id")
    name, language = ("tables-en.xlsx", "en") if audience == "public" else ("town.xlsx", "id")
    add_to_run(folder, [write_workbook(held, folder / name, language=language)])
    return folder


def changes(run: Path) -> Iterator[tuple[Path, str, Change]]:
    """Every table that has a cell, by its file and name, and what changes one of its cells."""
    for path in sorted(run.iterdir()):
        if path.suffix == ".csv":
            yield path, path.name, lambda path=path: change_csv(path)
        elif path.suffix == ".gpkg":
            for name in tables_of(path):
                yield (
                    path,
                    f"{path.name}, {name}",
                    lambda path=path, name=name: change_package(path, name),
                )
        elif path.suffix == ".xlsx":
            for name in sheets_of(path):
                yield (
                    path,
                    f"{path.name}, {name}",
                    lambda path=path, name=name: change_sheet(path, name),
                )
        elif path.name == "run.json":
            about = json.loads(path.read_text(encoding="utf-8"))
            for name in sorted(set(about) - HOW_MADE):
                if about[name] is not None:
                    yield path, path.name, lambda path=path, name=name: change_json(path, name)


def changed(value: object) -> object:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, (int, float)) else f"{value}x"


def is_number(cell: object) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def last_cell(row: list[object]) -> int:
    """The place of the last number in a row, else of the last that says something."""
    filled = [place for place, cell in enumerate(row) if cell not in (None, "")]
    return max([place for place in filled if is_number(row[place])] or filled)


def change_csv(path: Path) -> tuple[str, str, str]:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    place = max(place for place, cell in enumerate(rows[1]) if cell)
    rows[1][place] = changed(rows[1][place])
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    return rows[1][0], rows[0][place], rows[1][place]


def tables_of(path: Path) -> list[str]:
    """Tables with a row, without those of indexes and of SQLite itself."""
    with closing(sqlite3.connect(path)) as package:
        names = [
            name
            for (name,) in package.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return [
            name
            for name in names
            if not name.startswith(("rtree_", "sqlite_"))
            and package.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        ]


def change_package(path: Path, name: str) -> tuple[str, str, str]:
    with closing(sqlite3.connect(path)) as package, package:
        found = package.execute(f'SELECT rowid AS number, * FROM "{name}" LIMIT 1')
        columns, row = [one[0] for one in found.description], list(found.fetchone())
        told = [
            cell
            if column not in ("last_change", "fid", "id", "number") and not isinstance(cell, bytes)
            else None
            for column, cell in zip(columns, row, strict=True)
        ]
        place = last_cell(told)
        for trigger in [
            one
            for (one,) in package.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ]:
            package.execute(f'DROP TRIGGER "{trigger}"')
        new = changed(row[place])
        package.execute(
            f'UPDATE "{name}" SET "{columns[place]}" = ? WHERE rowid = ?', (new, row[0])
        )
    return next(str(cell) for cell in told if cell not in (None, "")), columns[place], str(new)


def sheets_of(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    return [sheet.title for sheet in book if sheet.max_row > 1]


def change_sheet(path: Path, name: str) -> tuple[str, str, str]:
    book = openpyxl.load_workbook(path)
    sheet = book[name]
    row = next(
        row
        for row in (2, *range(3, sheet.max_row))
        if any(cell.value is not None for cell in sheet[row])
    )
    cells = list(sheet[row])
    place = last_cell([cell.value for cell in cells])
    cells[place].value = changed(cells[place].value)
    book.save(path)
    first, heading = (
        next(str(cell.value) for cell in cells if cell.value is not None),
        sheet.cell(1, place + 1).value,
    )
    return first, heading or f" {place + 1}", str(cells[place].value)


def change_json(path: Path, name: str) -> tuple[str, str, str]:
    about = json.loads(path.read_text(encoding="utf-8"))
    holder, key, keys = about, name, [name]
    while isinstance(holder[key], (dict, list)) and holder[key]:
        holder, inner = holder[key], holder[key]
        key = max(inner) if isinstance(inner, dict) else 0
        keys.append(key if isinstance(inner, dict) else "1")
    holder[key] = changed(holder[key])
    path.write_text(json.dumps(about), encoding="utf-8")
    return " > ".join(keys), "value", str(holder[key])


@pytest.mark.slow
def test_one_cell_changed_in_any_table_of_any_stored_file_is_named(run, town_with_voices, tmp_path):
    stored, city = read_run(run), read_city(town_with_voices, files=False)
    now = assess(city, day=stored.day, layer_states={})
    again = tmp_path / "again"
    assert not verification._write(stored, *verification._held(stored, now), again)
    silent, seen = [], set()
    for path, of_file in groupby(changes(run), key=lambda one: one[0]):
        # all of it is one table, of which the greatest difference is told
        if path.name == "run.json":
            for _, label, change in of_file:
                kept = path.read_bytes()
                silent += missed(
                    [(label, *change())], [verification._about(read_run(run), read_run(again))]
                )
                path.write_bytes(kept)
        else:
            made = [(label, *change()) for _, label, change in of_file]
            silent += missed(made, verification._tables_of(path, again / path.name, (), (), stored))
        seen.add(path.suffix)
    assert not silent, "\n".join(map(str, silent))
    assert seen >= {".csv", ".gpkg", ".json"}


def missed(made: list[tuple[str, str, str, str]], found: Iterable[TableCheck]) -> list[tuple]:
    """The changes that no line names with the row, the column and what stands there now."""
    lines = [line for one in found for line in _table_lines(one, "en")]
    return [
        (label, row, column, new, [line for line in lines if line.startswith(f"{label}: ")])
        for label, row, column, new in made
        if not any(
            line.startswith(f"{label}: ")
            # a cell of its key
            and (
                row[:60] in line
                and f"{column}: " in line
                and (new[:14] in line or new[-14:] in line)
                or "is missing after recalculation" in line
                and new[:14] in line
            )
            for line in lines
        )
    ]


def reseal(run: Path, name: str) -> None:
    """Make the checksums right again, as somebody who hides an edit would."""
    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    about["files"][name] = sha256_of(run / name)
    about.pop("seal")
    (run / "run.json").write_text(json.dumps(about | {"seal": _seal(about)}), encoding="utf-8")


def sql(run: Path, *statements: str) -> None:
    path = next(run.glob("*.gpkg"))
    with closing(sqlite3.connect(path)) as package, package:
        for trigger in [
            one
            for (one,) in package.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ]:
            package.execute(f'DROP TRIGGER "{trigger}"')
        for one in statements:
            package.execute(one)
    reseal(run, path.name)


@pytest.fixture
def plain(town, ask, tmp_path) -> Path:
    ask("assess", town, "--results", tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.slow
def test_an_edit_whose_checksum_was_made_anew_is_found_in_the_package(plain, ask):
    sql(plain, "UPDATE ead SET ead = 7 WHERE asset_id = 'buildings:A'")
    code, said = ask("verify", plain)
    at = "buildings:A, flood, ead: was 7.0, now 15.0"
    assert (code, said.splitlines()) == (
        1,
        [
            (
                "The same inputs give different figures: 1 differs. Expected annual damage "
                "(EAD) of the city: Rp90."
            ),
            f"  results.gpkg, ead: 1 cell differs. Largest difference: {at}",
        ],
    )


@pytest.mark.slow
def test_tables_columns_and_rows_that_came_and_went_in_a_package_are_named(plain, ask):
    sql(
        plain,
        "DROP TABLE scores",
        "CREATE TABLE mine (word TEXT)",
        "INSERT INTO mine VALUES ('a')",
        "ALTER TABLE exposure_counts ADD COLUMN more TEXT",
        "ALTER TABLE damage DROP COLUMN damage_ratio",
        "DELETE FROM ead WHERE asset_id = 'buildings:B'",
        "INSERT INTO exposure (asset_id, hazard) VALUES ('buildings:Z', 'flood')",
    )
    code, said = ask("verify", plain)
    assert code == 1 and "(results.gpkg, scores)" in said
    lines = said.splitlines()
    for line in (
        "  results.gpkg, scores is missing.",
        "  results.gpkg, mine is stored but not part of the recalculation.",
        "  results.gpkg, exposure_counts: columns that are only stored or only recalculated: more",
        "  results.gpkg, damage: columns that are only stored or only recalculated: damage_ratio",
        "  results.gpkg, ead: 1 row is new after recalculation (buildings:B, flood)",
        (
            "  results.gpkg, exposure: 1 stored row is missing after recalculation "
            "(buildings:Z, flood)"
        ),
    ):
        assert line in lines, line


@pytest.mark.slow
def test_a_shape_that_was_moved_is_named_and_one_that_was_written_otherwise_is_none(plain, ask):
    path = plain / "results.gpkg"

    def moved(by: float) -> None:
        with closing(sqlite3.connect(path)) as package:
            (blob,) = package.execute(
                "SELECT geom FROM assets_points WHERE asset_id = 'buildings:B'"
            ).fetchone()
        (new,) = blobs(shapely.transform(shapes([blob]), lambda corners: corners + by), 32749)
        sql(plain, f"UPDATE assets_points SET geom = x'{new.hex()}' WHERE asset_id = 'buildings:B'")

    moved(1e-7)
    assert ask("verify", plain)[0] == 0
    moved(0.5)
    code, said = ask("verify", plain)
    assert (
        code == 1
        and "results.gpkg, assets_points: 1 cell differs. Largest difference: "
        "buildings:B, geom: was POINT (436075.5"
        in said
    )
    sql(plain, "UPDATE assets_points SET geom = x'00ff' WHERE asset_id = 'buildings:B'")
    assert "geom: was 00ff, now POINT (436075 9227025)" in ask("verify", plain)[1]


@pytest.mark.slow
def test_a_layer_said_to_lie_in_another_system_is_named(plain, ask):
    sql(
        plain, "UPDATE gpkg_geometry_columns SET srs_id = 4326 WHERE table_name = 'district_damage'"
    )
    code, said = ask("verify", plain)
    assert (
        code == 1
        and "gpkg_geometry_columns: 1 cell differs" in said
        and "was 4326, now 32749" in said
    )


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"", b"no package", b"SQLite format 3\0" + bytes(100)])
def test_a_package_and_a_workbook_that_cannot_be_read_are_told_in_a_line(
    town, ask, tmp_path, content
):
    ask("assess", town, "--results", tmp_path / "run", "--xlsx")
    for name in ("results.gpkg", "town.xlsx"):
        kept = (tmp_path / "run" / name).read_bytes()
        (tmp_path / "run" / name).write_bytes(content)
        code, said = ask("verify", tmp_path / "run")
        assert code == 1 and f"1 table was not compared ({name})" in said or "files" in said, said
        assert any(line.startswith(f"  {name} ") for line in said.splitlines()), said
        (tmp_path / "run" / name).unlink()
        assert f"  {name} is missing." in ask("verify", tmp_path / "run")[1].splitlines()
        (tmp_path / "run" / name).write_bytes(kept)


@pytest.mark.slow
def test_long_texts_are_shown_where_they_part(plain, ask):
    sql(
        plain,
        "UPDATE layer_styles SET styleQML = replace(styleQML, '</qgis>', '</qgiz>') "
        "WHERE f_table_name = 'district_damage'",
    )
    said = ask("verify", plain)[1]
    line = next(line for line in said.splitlines() if "layer_styles" in line)
    assert (
        "district_damage, styleQML: was …" in line
        and "</qgiz>" in line
        and "</qgis>" in line
        and len(line) < 400
    )
    assert "every figure is equal" in said  # a style holds none


def test_a_run_without_checksums_is_compared_too(plain, ask, town):
    sql(plain, "UPDATE ead SET ead = 7 WHERE asset_id = 'buildings:A'")
    about = json.loads((plain / "run.json").read_text(encoding="utf-8"))
    for name in (
        "rules",
        "files",
        "seal",
        "totals",
        "audience",
        "language",
        "city_folder",
        "register_version",
    ):
        about.pop(name)
    (plain / "run.json").write_text(json.dumps(about), encoding="utf-8")
    code, said = ask("verify", plain, town)
    assert code == 1 and "results.gpkg, ead: 1 cell differs" in said
    shutil.rmtree(plain)
