"""How fast, against whom: print a table of seconds, memory and ratios, all of one run.

    python bench/run.py --size 100k

Only the ratios mean something, and only inside one run: the machine may be busy. See README.md
beside this.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import peers
from make_city import CELLS, number_of
from measures import MEASURES
from options import OPTIONS, PUBLIC
from pages import pages
from rows import MISSED, Row, table
from setting import Setting


def arguments() -> argparse.Namespace:
    """Return what is asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--size", default="100k", help="number of buildings: 10k, 100k (default), 1M"
    )
    parser.add_argument(
        "--data",
        type=Path,
        help="where the city is made and kept (default: the system's temporary folder)",
    )
    parser.add_argument(
        "--maps",
        action="store_true",
        help="the pages of cities of 10k, 100k and 1M buildings up to the size, only",
    )
    parser.add_argument("--only", choices=MEASURES, nargs="+", help="some of the measures")
    parser.add_argument(
        "--without", choices=MEASURES, nargs="+", default=[], help="all but some of the measures"
    )
    parser.add_argument(
        "--options", choices=[*OPTIONS, PUBLIC], nargs="+", default=[], help="some of the options"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="each figure from one run, and 1,000 lines for snail, which takes minutes for more",
    )
    parser.add_argument(
        "--cells", type=int, default=CELLS, help="cells along a side of the grids (default 4000)"
    )
    return parser.parse_args()


def main() -> int:
    """Measure and print; return 0, also where something asked for is missed."""
    asked = arguments()
    data = asked.data or Path(tempfile.gettempdir()) / f"asset-inventory-bench-{asked.cells}"
    setting = Setting(data.resolve(), asked.size, asked.cells, asked.quick, tuple(asked.options))
    if number_of(asked.size) < 100:
        raise SystemExit("a city of fewer than 100 buildings measures nothing")
    print(machine(), flush=True)
    rows, said = (
        [],
        [f"not installed: {name} (pip install -e '.[bench]')" for name in peers.missing()],
    )
    for name, measure in ({"maps": pages} if asked.maps else MEASURES).items():
        if name in asked.without or (asked.only and name not in asked.only):
            continue
        start = time.perf_counter()
        for found in measure(setting):
            (rows if isinstance(found, Row) else said).append(found)
        print(f"{name}: done in {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    print(table(rows))
    for line in said:
        print(line)
    missed = [row.measure for row in rows if row.verdict == MISSED]
    print(
        f"{len(missed)} of {sum(bool(row.asked) for row in rows)} missed"
        + (f": {'; '.join(missed)}" if missed else "")
    )
    return 0


def machine() -> str:
    """Return a line on what it was measured on."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("geopandas", "shapely", "numpy", "rasterio")
    )
    where = f"{platform.system()}, {os.cpu_count()} cores{load}"
    return f"{time.strftime('%Y-%m-%d')}, {where}, Python {platform.python_version()}, {versions}"


if __name__ == "__main__":
    sys.exit(main())
