"""Pages that hold a whole city: ours beside what folium and geopandas write of the same assets,
built and opened.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from browse import Seen, find_chromium, look_at
from make_city import PERIODS, make_city, number_of
from measures import HERE
from rows import Row
from setting import Setting

SIZES = ("10k", "100k", "1M")
MOST_FOR_PEERS = 100_000  # at a million folium takes minutes and its page stays blank
PEERS = {
    "folium": "folium.GeoJson, prefer_canvas",
    "plain": "the same in one colour",
    "explore": "GeoDataFrame.explore(), one colour",
}
SLOW = 10  # s: what takes longer is built once
# figure: what it is called, its unit
FIGURES = {
    "size": ("HTML", "MB"),
    "build": ("build", "s"),
    "peak": ("peak memory above the input", "MB"),
    "ready": ("ready", "s"),
    "frame": ("zoom, worst frame", "ms"),
    "popup": ("click to popup", "ms"),
    "heap": ("heap, page and worker", "MB"),
    "arrays": ("arrays beside it", "MB"),
}
# At most so much, by size.
BUDGETS = {
    "layer": {
        10_000: {"size": 0.5, "build": 0.2, "peak": 30, "ready": 0.4, "frame": 50, "heap": 10},
        100_000: {"size": 3, "build": 1, "peak": 120, "ready": 0.5, "frame": 50, "heap": 15},
        1_000_000: {"size": 24, "build": 8, "peak": 500, "ready": 1.2, "frame": 50, "heap": 60},
    },
    "page": {
        10_000: {"ready": 0.8},
        100_000: {"size": 8, "ready": 1.0},
        1_000_000: {"size": 60, "ready": 2.4},
    },
}
# At least so many times less than folium.GeoJson, at 100,000 assets.
RATIOS = {"size": 10, "build": 10, "ready": 25, "heap": 15}


def pages(setting: Setting) -> Iterator[Row | str]:
    """Yield the rows of every size up to the one asked for, and a line on the bytes of each
    column.
    """
    if find_chromium() is None:
        yield "no Chromium: the pages were built, not opened"
    known = [size for size in SIZES if number_of(size) <= number_of(setting.size)]
    for size in known if setting.size in known else [*known, setting.size]:
        yield from _of_size(setting, size)


def _of_size(setting: Setting, size: str) -> Iterator[Row | str]:
    city, number = make_city(setting.data, size, cells=setting.cells), number_of(size)
    kinds = ["layer", "page"]
    if number <= MOST_FOR_PEERS:
        kinds += [
            kind for kind in PEERS if kind != "explore" or importlib.util.find_spec("mapclassify")
        ]
    times = setting.times if number <= MOST_FOR_PEERS else 1
    runs: dict[str, list[dict]] = {kind: [] for kind in kinds}
    for _ in range(times):  # by turns: all meet the same machine
        for kind in kinds:
            if kind not in PEERS or not runs[kind] or runs[kind][0]["build"] < SLOW:
                runs[kind].append(_built_and_opened(city, kind, bytes_too=not runs[kind]))
    said = {kind: runs[kind][0].get("bytes") for kind in ("layer", "page")}
    found = {
        kind: {
            name: float(np.median([run[name] for run in all_runs]))
            for name in FIGURES
            if name in all_runs[0]
        }
        for kind, all_runs in runs.items()
    }
    yield from _budgeted(
        f"{size} assets, 8 attributes", found["layer"], BUDGETS["layer"].get(number, {})
    )
    for kind in (kind for kind in PEERS if kind in found):
        yield from _beside(
            f"{size} assets, 8 attributes", found["layer"], kind, found[kind], number
        )
    name = f"{size} assets x {len(PERIODS)} return periods, page of `map`"
    yield from _budgeted(name, found["page"], BUDGETS["page"].get(number, {}))
    for kind, columns in said.items():
        each = ", ".join(f"{column} {size:.2f}" for column, size in columns.items())
        yield f"{size} assets, {kind}, bytes in the page an asset: {each}; together {sum(columns.values()):.1f}"


def _budgeted(name: str, found: dict[str, float], budget: dict[str, float]) -> Iterator[Row]:
    for figure, value in found.items():
        what, unit = FIGURES[figure]
        yield Row(
            f"{name}: {what}",
            value,
            unit,
            asked=f"<= {budget[figure]:g}" if figure in budget else "",
        )


def _beside(
    name: str, ours: dict[str, float], kind: str, theirs: dict[str, float], number: int
) -> Iterator[Row]:
    for figure, value in theirs.items():
        what, unit = FIGURES[figure]
        asked = (
            f">= {RATIOS[figure]}"
            if figure in RATIOS and kind == "folium" and number == MOST_FOR_PEERS
            else ""
        )
        yield Row(
            f"{name}: {what}", ours[figure], unit, PEERS[kind], value, value / ours[figure], asked
        )


def _built_and_opened(city: Path, kind: str, *, bytes_too: bool) -> dict:
    """Build a page in a process of its own and open it; return its figures by name."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        command = [
            sys.executable,
            HERE / "run_map.py",
            city,
            "--by",
            kind,
            "--to",
            page,
            *["--bytes"] * bytes_too,
        ]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{city}, {kind}: {done.stderr.strip().splitlines()[-1]}")
        said = json.loads(done.stdout.splitlines()[-1])
        return said | (_figures(look_at(page, said["place"])) if find_chromium() else {})


def _figures(seen: Seen) -> dict[str, float]:
    return {
        "ready": seen.ready / 1000,
        "frame": seen.frame,
        "popup": seen.popup,
        "heap": seen.heap,
        "arrays": seen.arrays,
    }
