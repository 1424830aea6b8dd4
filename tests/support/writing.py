"""Every command that writes, what it writes, and a city in which all of them can."""

from __future__ import annotations

import contextlib
import hashlib
import os
import select
import shutil
import stat
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas
import shapely

from asset_inventory.cli import main
from asset_inventory.cli.commands import COMMANDS
from asset_inventory.intake import workers
from tests.support.osm_extract import write_extract
from tests.support.town import X, Y

# Commands that only read: what they answer goes to standard output.
READING = {"schema", "doctor", "check", "explain", "damage", "verify", "history", "fsck"}
DISK = {
    "en": ("disk is full", "disk has no space"),
    "id": ("disk penuh", "disk tidak memiliki ruang"),
}


@dataclass(frozen=True)
class Row:
    """A call that writes into the city's folder `out`: files by their own names, or folders in
    which a file lies.

    `again` says whether it may be called again where its output lies; `marked` that each call
    writes the same bytes, so that others stand for what an earlier call left; `limit` are bytes
    that do not suffice for one of its files.
    """

    name: str
    call: tuple[str, ...]
    files: tuple[str, ...] = ()
    folders: tuple[tuple[str, str], ...] = ()
    again: bool = True
    marked: bool = False
    slow: bool = False
    limit: int = 1000

    @property
    def command(self) -> str:
        return self.call[0]

    @property
    def registers(self) -> bool:
        return not self.files and not self.folders


# fmt: off
ROWS = (
    Row("new", ("new", "{out}/kota"), folders=(("kota", "city.toml"),), again=False),
    Row("demo", ("demo", "--to", "{out}/demo"), folders=(("demo/results", "ead.csv"),), slow=True),
    Row("assess", ("assess", "{city}", "--results", "{out}/r", "--map", "{out}/m.html", "--xlsx"), ("m.html",),
        (("r", "assets.csv"),)),
    Row("map", ("map", "{city}", "--to", "{out}/maps/m.html"), ("maps/m.html",)),
    Row("map --compare", ("map", "{city}", "--compare", "10", "100", "--to", "{out}/c.html"), ("c.html",)),
    Row("report", ("report", "{city}", "--per", "district", "--to", "{out}/p"),
        folders=(("p", "report-{language}.html"),)),
    Row("report --pdf", ("report", "{city}", "--pdf", "--to", "{out}/p"), folders=(("p", "report-{language}.pdf"),),
        slow=True),
    Row("exchange", ("exchange", "{city}", "--rdls", "--stac", "--to", "{out}/x"), folders=(("x", "rdls.json"),)),
    Row("exchange --qgis", ("exchange", "{city}", "--qgis", "--to", "{out}/q"), folders=(("q", "results.qgz"),)),
    Row("publish", ("publish", "{city}", "--to", "{out}/public"), folders=(("public", "index.html"),), slow=True),
    Row("context", ("context", "{out}/kota", "--from", "{city}/kota.osm"), ("kota/context/osm-road.geojson",),
        marked=True),
    Row("curves", ("curves", "{city}", "--plot", "{out}/c.svg"), ("c.svg",)),
    Row("curves, png", ("curves", "{city}", "--plot", "{out}/c.png"), ("c.png",)),
    Row("ballot", ("ballot", "{city}", "--to", "{out}/forms"), folders=(("forms", "votes.xlsx"),), again=False),
    Row("resilience", ("resilience", "{city}", "--map", "{out}/m.html", "--results", "{out}/r", "--to", "{out}/p"),
        ("m.html",), (("r", "district_ranking.csv"), ("p", "preliminary-{language}.html"))),
    Row("validate", ("validate", "{city}/buildings.gpkg", "--html", "{out}/j.html", "--quarantine", "{out}/q.gpkg"),
        ("j.html", "q.gpkg")),
    Row("review", ("review", "{city}", "3", "--html", "{out}/review.html"), ("review.html",)),
    Row("export", ("export", "{city}", "--layer", "roads", "--to", "{out}/e.gpkg", "--replace"), ("e.gpkg",),
        marked=True),
    Row("export, shp", ("export", "{city}", "--layer", "roads", "--to", "{out}/e.shp", "--replace"), ("e.shp",),
        marked=True, limit=400),
    Row("export, geojson", ("export", "{city}", "--layer", "buildings", "--to", "{out}/e.geojson", "--replace"),
        ("e.geojson",), marked=True),
    Row("start", ("start", "{city}")),
    Row("deliver", ("deliver", "{city}", "{city}/inbox/roads.gpkg", "--layer", "roads")),
    Row("inbox", ("inbox", "{city}")),
    Row("accept", ("accept", "{city}", "3", "--allow-doubts")),
    Row("reject", ("reject", "{city}", "3", "--why", "no " * 30_000)),
    Row("undo", ("undo", "{city}", "2", "--note", "no " * 30_000)),
    Row("decide", ("decide", "{city}", "West", "--choice", "chosen", "--group", "PKK", "--reason", "no " * 30_000)),
)
# fmt: on


def commands() -> set[str]:
    """The commands that there are."""
    return {one.name for one in COMMANDS}


def prepare(city: Path) -> Path:
    """Make a town with voices one with a register in `out` that was started, in which a
    delivery, the third, waits.
    """
    shutil.copytree(city, city.parent / "kota")
    write_extract(
        city / "kota.osm", [([(0, 9), (99, n)], {"highway": "primary"}) for n in range(99)]
    )
    toml = city / "city.toml"
    toml.write_text(
        'register = "out/register.gpkg"\n' + toml.read_text(encoding="utf-8"), encoding="utf-8"
    )
    lines = [shapely.LineString([(X, Y + n), (X + 100, Y + n)]) for n in range(1, 1501)]
    names = {"ID": ["C", *(f"C{n}" for n in range(1, 1500))], "NOTE": ["n" * 300] * 1500}
    for name in ("more.gpkg", "inbox/roads.gpkg"):
        (city / name).parent.mkdir(exist_ok=True)
        geopandas.GeoDataFrame(names, geometry=lines, crs="EPSG:32749").to_file(
            city / name, driver="GPKG"
        )
        names["NOTE"][0] = "another"
    (city / "out").mkdir()
    (city.parent / "kota").rename(city / "out" / "kota")
    with quiet():
        assert main(["start", str(city)]) == 1  # the depot has no geometry
        assert main(["deliver", str(city), str(city / "more.gpkg"), "--layer", "roads"]) == 0
    return city


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    with (
        open(os.devnull, "w") as nothing,
        contextlib.redirect_stdout(nothing),
        contextlib.redirect_stderr(nothing),
    ):
        yield


def arguments(row: Row, city: Path, language: str) -> list[str]:
    filled = {"city": city, "out": city / "out", "language": language}
    return [
        *(one.format(**filled) if "{" in one else one for one in row.call),
        "--language",
        language,
    ]


def tree(folder: Path) -> dict[str, str]:
    """What lies in a folder: each file by its content, the rest by what it is. A GeoPackage that
    waits is as it was.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(
                path.read_bytes()
            ).hexdigest()
        elif not stat.S_ISDIR(mode):
            found[path.relative_to(folder).as_posix()] = str(stat.S_IFMT(mode))
    return found


@dataclass(frozen=True)
class Ran:
    code: int | None  # None where it was killed
    err: str


def forked(
    call: list[str],
    at: Path,
    *,
    within: Callable[[], object] = lambda: None,
    watch: Callable[[int], object] | None = None,
) -> Ran:
    """Run a command in a copy of this process, its errors going to a file, after `within` there.

    `watch` is told the number of the process meanwhile.

    The process that reads files for this one reads for it too.
    """
    sys.stdout.flush()
    readers = workers._kept(os.getpid(), sys.executable)
    child = os.fork()
    if not child:
        code = 99
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(os.open(at, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            sys.stdout, sys.stderr = (os.fdopen(one, "w", encoding="utf-8") for one in (1, 2))
            workers._kept = lambda *_: readers
            within()
            code = main(call)
            sys.stdout.flush()
            sys.stderr.flush()
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(code)
    if watch is not None:
        watch(child)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    # an answer that nobody waits for any more
    if ended < 0 and select.select([readers.stdout], [], [], 0.5)[0]:
        workers._kept.cache_clear()
    return Ran(None if ended < 0 else ended, at.read_text(encoding="utf-8"))


def one_line_of_the_disk(ran: Ran, language: str) -> list[str]:
    """What is wrong with how a command says that the disk is full."""
    said = ran.err.strip().splitlines()
    faults = [] if ran.code == 1 else [f"exit {ran.code}"]
    faults += [] if len(said) == 1 else [f"{len(said)} lines"]
    faults += [] if any(one in ran.err for one in DISK[language]) else ["no word of the disk"]
    return faults + ([] if "/" in ran.err else ["no path"])


def copy_of(city: Path, to: Path, row: Row) -> Path:
    """A copy of the city for one call; without a register where it is begun."""
    shutil.copytree(city, to)
    if row.command == "start":
        shutil.rmtree(to / "out")
        (to / "out").mkdir()
    return to
