"""Every bad file that can be taken, handed in twice: the second time it says nothing new.

    python -m tests.long.bad_files [--file WORD]

Each file of the collection beside the project becomes the layer of a city of its own. It is
delivered and accepted, and delivered again: 0 changes, 0 doubts. Where the register takes it, it is
also given out as each kind of file that takes it, and these come back as 0 changes too. A file of
several layers is handed in for each of them. One line for each that differs; the last line counts.
Exit code 1 where anything differs.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.format_drift import COLLECTION, DRIVERS, asked, difference, handed_in, twice


def files() -> list[str]:
    """The paths of the collection, in order."""
    with (COLLECTION / "expected.csv").open(newline="", encoding="utf-8") as stream:
        return [row["path"] for row in csv.DictReader(stream)]


def given_out(folder: Path) -> Iterator[str]:
    """Give the layer out as each kind of file that takes it, hand that in, and give what
    differs.
    """
    for end in DRIVERS:
        out = folder / "out" / f"layer{end}"
        if asked("export", folder, "--layer", "layer", "--to", out)["code"]:
            continue
        answer = handed_in(folder, out)
        if end == ".geojson" and not answer["delivery"]["report"]["features"]:
            continue  # where nobody has fields
        if found := difference(answer):
            yield f"given out as {end}: {found}"


def run() -> int:
    """Do what the command line asks."""
    asking = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asking.add_argument("--file", default="", help="only files whose path has this in it")
    asking.add_argument("--all", action="store_true", help="say of each what became of it")
    given = asking.parse_args()
    taken, wrong = 0, 0
    names = [(path, "") for path in files() if given.file in path]
    for path, layer in names:
        folder = Path(tempfile.mkdtemp(prefix="bad-files-"))
        try:
            how, differing = twice(path, folder / "city", layer=layer)
            differing += given_out(folder / "city") if how.startswith("taken") else []
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        several = re.search(r"has several layers \(([^)]*)\)", how)
        if several and not layer:
            names += [(path, one) for one in several[1].split(", ")]
        taken += how.startswith("taken")
        wrong += bool(differing)
        if given.all or differing:
            print(
                f"{path} {layer}: {how[:300]}",
                *(one[:900] for one in differing),
                sep="\n  ",
                flush=True,
            )
    print(f"bad files: {len(names)} layers, {taken} taken, {wrong} differ the second time")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(run())
