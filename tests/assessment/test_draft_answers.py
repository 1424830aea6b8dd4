"""The right answers about folders of files agree with the files."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pytest
import rasterio

from tests.support.misleading_folders import FOLDERS
from tests.support.paths import DATA, SHARED

ANSWERS = tomllib.loads((Path(__file__).parent / "draft_answers.toml").read_text(encoding="utf-8"))
# Each of these questions is answered by a field of the file, by several, or by no field.
FIELD_QUESTIONS = (
    "asset_id", "name", "asset_type", "value", "area", "levels", "floor_height", "id", "parent",
    "population", "return_period_field", "class_field", "depth", "depths", "ground",
)  # fmt: skip
# What belongs to a layer of the same name, and what describes data.
_SIDECARS = {".dbf", ".shx", ".prj", ".cpg", ".lic", ".license", ".qml", ".xml"}
_TEXTS = {"LICENSE", "LICENSE-wilayah_boundaries"}


@pytest.fixture(params=ANSWERS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """Return each folder that has answers: a shared one, the demo city's, or one made here."""
    name = request.param
    if name in FOLDERS:
        FOLDERS[name](tmp_path)
        return name, tmp_path
    folder = DATA / "semarang" if name == "demo" else SHARED / "data" / name
    if not folder.is_dir():
        pytest.skip("needs the shared data")
    return name, folder


def _members(folder: Path) -> set[str]:
    """Return the data files of a folder; a zip of workbooks counts as what it holds."""
    names = set()
    for path in folder.rglob("*"):
        if path.is_dir() or path.suffix in _SIDECARS | {".py"} or path.name in _TEXTS:
            continue
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                inner = [part for part in archive.namelist() if part.endswith(".xlsx")]
            names |= {f"{name}#{part}" for part in inner} or {name}
        elif name != "city.toml":
            names.add(name)
    return names


def test_every_file_has_an_answer(place: tuple[str, Path]) -> None:
    name, folder = place
    answered = {key for key in ANSWERS[name] if key}
    assert {key if ".zip#" in key else key.split("#")[0] for key in answered} == _members(folder)


def _columns(folder: Path, key: str, sources: Path) -> list[str]:
    """Return the fields of a file, read without the package."""
    if ".zip#" in key:
        archive, member = key.split("#")
        with zipfile.ZipFile(folder / archive) as packed:
            path = Path(packed.extract(member, sources))
    else:
        path = folder / key.split("#")[0]
    if path.suffix == ".csv":
        encoding = "latin-1" if b"\xba" in path.read_bytes()[:200] else "utf-8"
        return list(pd.read_csv(path, sep=None, engine="python", encoding=encoding).columns)
    if path.suffix == ".xlsx":
        return [
            column
            for sheet in pd.read_excel(
                path, sheet_name=None, engine="openpyxl", header=None
            ).values()
            for column in sheet.to_numpy().ravel()
        ]
    layer = key.split("#")[1] if ".pbf#" in key else None
    return list(pyogrio.read_info(path, layer=layer)["fields"])


def test_fields_of_answers_exist(
    place: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    name, folder = place
    unpacked = tmp_path_factory.mktemp("unpacked")
    for key, answers in ANSWERS[name].items():
        fields = {
            field
            for question in FIELD_QUESTIONS
            for answer in [answers.get(question, "none")]
            if answer != "none"
            for field in (
                answer.split()
                if question == "depths" or answer == "osm_id osm_way_id"
                else [answer]
            )
        }
        if fields:
            assert fields <= set(_columns(folder, key, unpacked)), key


def test_nodata_of_answers_is_that_of_the_rasters(place: tuple[str, Path]) -> None:
    name, folder = place
    for key, answers in ANSWERS[name].items():
        if "nodata" in answers:
            with rasterio.open(folder / key) as grid:
                stated: Any = "none" if grid.nodata is None else f"{grid.nodata:.17g}"
            assert answers["nodata"] == stated, key


def test_duplicates_are_of_files_that_are_kept(place: tuple[str, Path]) -> None:
    name, _ = place
    for key, answers in ANSWERS[name].items():
        if answers.get("role") == "duplicate":
            assert ANSWERS[name][answers["duplicate_of"]]["role"] == "assets", key
