"""Every layer of real cities, given out and handed in again through every drift: 0 changes.

    python -m tests.long.round_trips
    python -m tests.long.round_trips --layer jakarta_roads --drift "web Mercator"

Each layer goes into a register, is given out as shapefile, GeoPackage and GeoJSON, and comes back;
then what was delivered first, and what was given out (with its .base.json), goes through each drift
of `tests/drifts.py` and comes back. A shapefile given out has the definitions of the delivered one
for pyogrio, fiona and GDAL. One line a layer, and one for each difference; the last line counts.
Exit code 1 where anything differs. A drift whose program is not installed is told and left out; so
is a kind of file that does not take the layer.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from tests.support.format_drift import (
    DRIFTS,
    DRIVERS,
    RealLayer,
    asked,
    city_of,
    difference,
    handed_in,
    missing,
    real_layers,
    seen_by,
)


def trips(
    layer: RealLayer, city: Path, folder: Path, drifts: list[str]
) -> Iterator[tuple[str, Path | str]]:
    """Give the files to hand in again, each by what was done to it; text for one that could not
    be made.
    """
    for end in DRIVERS:
        out = folder / f"given out{end}" / f"{layer.path.stem}{end}"
        answer = asked("export", city, "--layer", "layer", "--to", out)
        yield (
            f"given out as {end}",
            out if not answer["code"] else str(answer.get("problems") or answer)[:300],
        )
    own = folder / f"given out{layer.path.suffix}" / layer.path.name
    for start, source in (("delivered", city / layer.path.name), ("given out", own)):
        for name in drifts:
            drift = DRIFTS[name]
            if layer.path.suffix not in drift.ends or missing(drift.needs):
                continue
            to = folder / f"{start}, {name}"
            to.mkdir()
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    made = drift.make(source, to, layer.city_crs)
            except (subprocess.CalledProcessError, ValueError, RuntimeError) as fault:
                yield (
                    f"{start}, {name}",
                    f"{type(fault).__name__}: {getattr(fault, 'stderr', fault)}"[-300:],
                )
                continue
            if source == own:
                shutil.copy(own.with_suffix(".base.json"), made.with_suffix(".base.json"))
            yield f"{start}, {name}", made
            shutil.rmtree(to)


def defined_otherwise(program: str, city: Path, layer: RealLayer, folder: Path) -> bool:
    """Tell whether a program sees other definitions in what is given out than in what was
    delivered.
    """
    out = folder / "seen" / layer.path.name
    asked("export", city, "--layer", "layer", "--to", out)
    delivered, back = seen_by(program, [city / layer.path.name, out])
    return delivered != back


def tell(layer: RealLayer, folder: Path, drifts: list[str]) -> tuple[int, int, int]:
    """Say how a layer came through; return how many files came back, differed, and could not be
    made.
    """
    began = time.perf_counter()
    city = city_of(layer, folder / "city")
    first = handed_in(city, city / layer.path.name, accept=True).get("delivery")
    if first is None:
        print(f"{layer.path.name}: not taken")
        return 0, 1, 0
    back, differing, not_made = 0, 0, 0
    for program in ("pyogrio", "fiona", "gdal") if layer.path.suffix == ".shp" else ():
        if not missing(program) and defined_otherwise(program, city, layer, folder):
            differing += 1
            print(f"  seen by {program}: fields, system or encoding are not as they were delivered")
    for name, made in trips(layer, city, folder, drifts):
        if isinstance(made, str):
            not_made += 1
            print(f"  {name}: not made: {made}")
            continue
        back += 1
        if found := difference(handed_in(city, made)):
            differing += 1
            print(f"  {name}: {str(found)[:600]}")
    print(
        f"{layer.path.name}: {first['added']} assets, {back} files back, {differing} differ, {not_made} not made, "
        f"{time.perf_counter() - began:.0f} s",
        flush=True,
    )
    return back, differing, not_made


def run() -> int:
    """Do what the command line asks."""
    asking = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asking.add_argument("--layer", default="", help="only layers whose path has this in it")
    asking.add_argument("--drift", default="", help="only drifts whose name has this in it")
    given = asking.parse_args()
    for program in {drift.needs for drift in DRIFTS.values()} - {""}:
        if reason := missing(program):
            print(f"left out: {reason}")
    drifts = [name for name in DRIFTS if given.drift in name]
    sums = [0, 0, 0]
    layers = [layer for layer in real_layers() if given.layer in str(layer.path)]
    for layer in layers:
        folder = Path(tempfile.mkdtemp(prefix="round-trips-"))
        try:
            sums = [one + more for one, more in zip(sums, tell(layer, folder, drifts), strict=True)]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(
        "round trips: {} layers, {} files back, {} differ, {} could not be made".format(
            len(layers), *sums
        )
    )
    return int(sums[1] > 0)


if __name__ == "__main__":
    sys.exit(run())
