"""What is written comes to its place whole or not at all, and replaces regular files only."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
import shapely

from asset_inventory.io.atomic import together, whole
from asset_inventory.io.raster_output import write_grid
from asset_inventory.io.rasters import open_grid
from asset_inventory.io.table_files import write_package, write_page
from asset_inventory.model.errors import AssetInventoryError, SourceError
from tests.support.disk_limits import no_file_larger_than
from tests.support.town import write_grid as draw_grid


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def refused(path: Path, key: str = "error.not_a_regular_file") -> None:
    before = path.lstat()
    with pytest.raises(SourceError) as caught:
        write_page(path, "new")
    assert caught.value.key == key and str(path) in str(caught.value)
    assert path.lstat() == before and names(path.parent) == [path.name]


def test_a_pipe_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "m.html")
    refused(tmp_path / "m.html")


def test_a_device_is_not_replaced(tmp_path):
    try:
        os.mknod(tmp_path / "m.html", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only the administrator (root) can make a device")
    refused(tmp_path / "m.html")


def test_a_folder_is_not_replaced(tmp_path):
    (tmp_path / "m.html").mkdir()
    refused(tmp_path / "m.html")


@pytest.mark.parametrize("to", ["there", "nowhere", "/dev/null"])
def test_a_link_is_not_replaced_and_nothing_is_written_at_its_end(tmp_path, to):
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "there").write_text("old", encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "m.html").symlink_to(to if to.startswith("/") else tmp_path / "else" / to)
    refused(tmp_path / "in" / "m.html")
    assert names(tmp_path / "else") == ["there"]
    assert (tmp_path / "else" / "there").read_text(encoding="utf-8") == "old"


def test_a_folder_may_be_reached_by_a_link(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    write_page(tmp_path / "near" / "m.html", "new")
    assert (tmp_path / "far" / "m.html").read_text(encoding="utf-8") == "new"


def test_a_file_where_a_folder_should_be_is_named(tmp_path):
    (tmp_path / "results").write_text("", encoding="utf-8")
    for path in (tmp_path / "results" / "m.html", tmp_path / "results" / "deep" / "m.html"):
        with pytest.raises(SourceError) as caught:
            write_page(path, "new")
        assert caught.value.key == "error.no_folder_there" and str(tmp_path / "results") in str(
            caught.value
        )


@pytest.mark.parametrize("thrown", [KeyboardInterrupt, ValueError, SystemExit])
def test_what_stops_midway_leaves_what_was_and_no_folder(tmp_path, thrown):
    write_page(tmp_path / "m.html", "old")
    for path in (tmp_path / "m.html", tmp_path / "new" / "deep" / "m.html"):
        with pytest.raises(thrown), whole(path) as made:
            made.write_text("half", encoding="utf-8")
            made.with_name("m.html-journal").write_text("beside", encoding="utf-8")
            raise thrown
    assert (
        names(tmp_path) == ["m.html"] and (tmp_path / "m.html").read_text(encoding="utf-8") == "old"
    )


def test_a_file_may_be_read_by_whomever_the_umask_lets(tmp_path):
    before = os.umask(0o027)
    try:
        write_page(tmp_path / "m.html", "new")
        os.chmod(tmp_path / "m.html", 0o600)
        write_page(tmp_path / "m.html", "newer")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "m.html").stat().st_mode) == 0o640


def write_several(folder: Path, text: str) -> None:
    with together(folder, last="run.json", without=[folder / "old.csv"]) as made:
        for name in ("a.csv", "deep/b.csv", "run.json"):
            write_page(made / name, text)


def test_several_files_come_together(tmp_path):
    write_page(tmp_path / "old.csv", "of an earlier run")
    write_page(tmp_path / "mine.txt", "mine")
    write_several(tmp_path, "1")
    assert names(tmp_path) == ["a.csv", "deep", "deep/b.csv", "mine.txt", "run.json"]


def test_where_one_of_several_cannot_be_replaced_all_stay_as_they_were(tmp_path):
    write_several(tmp_path, "1")
    write_page(tmp_path / "old.csv", "of an earlier run")
    (tmp_path / "deep" / "b.csv").unlink()
    os.mkfifo(tmp_path / "deep" / "b.csv")
    with pytest.raises(SourceError, match=r"b\.csv"):
        write_several(tmp_path, "2")
    assert names(tmp_path) == ["a.csv", "deep", "deep/b.csv", "old.csv", "run.json"]
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "1"


def no_links(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
@pytest.mark.parametrize(
    "thrown", [PermissionError(errno.EACCES, "held by Excel"), KeyboardInterrupt()]
)
def test_what_stops_while_files_come_to_their_place_takes_all_back(
    tmp_path, monkeypatch, thrown, links
):
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    write_several(tmp_path, "1")
    write_page(tmp_path / "old.csv", "of an earlier run")
    (tmp_path / "a.csv").unlink()
    before, replace, after = names(tmp_path), os.replace, []

    def held(one: Path, to: Path) -> None:
        if Path(to) == tmp_path / "run.json" and not after:
            after.append(names(tmp_path))
            raise thrown
        replace(one, to)

    monkeypatch.setattr(os, "replace", held)
    with pytest.raises((SourceError, KeyboardInterrupt)):
        write_several(tmp_path, "2")
    assert "a.csv" in after[0] and "old.csv" not in after[0]  # it had begun
    assert names(tmp_path) == before
    assert (tmp_path / "deep" / "b.csv").read_text(encoding="utf-8") == "1"
    assert (tmp_path / "run.json").read_text(encoding="utf-8") == "1"
    assert (tmp_path / "old.csv").read_text(encoding="utf-8") == "of an earlier run"


def test_where_there_are_no_hard_links_files_come_to_their_place_too(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", no_links)
    write_several(tmp_path, "1")
    write_page(tmp_path / "old.csv", "of an earlier run")
    write_several(tmp_path, "2")
    assert names(tmp_path) == ["a.csv", "deep", "deep/b.csv", "run.json"]
    assert (tmp_path / "run.json").read_text(encoding="utf-8") == "2"


def test_what_a_killed_process_left_goes_and_what_another_writes_stays(tmp_path):
    for name in (".asset-inventory-old", ".asset-inventory-new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.csv").write_text("half", encoding="utf-8")
    os.utime(tmp_path / ".asset-inventory-old", (0, 0))
    with whole(tmp_path / "other.html") as other:
        os.utime(other.parent, (0, time.time() - 3600))
        write_page(tmp_path / "m.html", "new")
        assert other.parent.is_dir()  # it is held, however old
        other.write_text("whole", encoding="utf-8")
    assert [one for one in names(tmp_path) if "/" not in one] == [
        ".asset-inventory-new",
        "m.html",
        "other.html",
    ]


# The disk


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EFBIG, "disk_full"),
        (errno.EIO, "disk_fault"),
    ],
)
@pytest.mark.parametrize("language", ["en", "id"])
def test_what_the_system_says_of_a_disk_names_the_disk_and_the_path(
    tmp_path, number, key, language
):
    with (
        pytest.raises(SourceError) as caught,
        together(tmp_path / "r") as made,
        whole(made / "m.html"),
    ):
        raise OSError(number, os.strerror(number))
    assert caught.value.key == f"error.{key}"
    assert "disk" in caught.value.say(language) and str(
        tmp_path / "r" / "m.html"
    ) in caught.value.say(language)
    assert names(tmp_path) == []


def points(count: int) -> geopandas.GeoDataFrame:
    random = np.random.default_rng(1)
    shapes = shapely.points(random.random((count, 2)))
    return geopandas.GeoDataFrame({"name": ["x" * 20] * count}, geometry=shapes, crs="EPSG:32749")


def test_a_geopackage_that_no_disk_had_room_for_is_refused_however_far_it_came(tmp_path):
    table = points(3000)

    def write() -> None:
        write_package(
            tmp_path / "a.gpkg", {"places": table}, {"table": table[["name"]]}, {}, status="real"
        )

    write()
    size, before = (tmp_path / "a.gpkg").stat().st_size, (tmp_path / "a.gpkg").read_bytes()
    # at some of these sizes GDAL leaves the index of places out and says nothing
    for most in range(20_000, size, 40_960):
        with no_file_larger_than(most), pytest.raises(AssetInventoryError) as caught:
            write()
        assert caught.value.key == "error.disk_full"
        assert names(tmp_path) == ["a.gpkg"] and (tmp_path / "a.gpkg").read_bytes() == before
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as whole_one:
        assert whole_one.execute("SELECT count(*) FROM rtree_places_geom").fetchone() == (3000,)


@pytest.mark.slow
@pytest.mark.parametrize("short", [1, 100, 1000, 30_000])
def test_a_grid_that_lacks_its_last_bytes_is_refused(tmp_path, short):
    values = np.random.default_rng(1).random((300, 300))
    grid = open_grid(draw_grid(tmp_path / "in.tif", values))

    def write() -> None:
        write_grid(grid, tmp_path / "out" / "a.tif", factor=1.0, unit="m", status="real")

    write()
    most = (tmp_path / "out" / "a.tif").stat().st_size - short
    with no_file_larger_than(most), pytest.raises(AssetInventoryError) as caught:
        write()
    assert caught.value.key == "error.disk_full" and names(tmp_path / "out") == ["a.tif"]
    with rasterio.open(tmp_path / "out" / "a.tif") as made:
        assert made.read(1) == pytest.approx(values)
