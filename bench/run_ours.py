"""Assess a city in a process of its own, write each asset's figures to a file, and print seconds
and memory as JSON.

    python bench/run_ours.py CITY --to result.gpkg [--layer buildings.gpkg] [--results DIR]

With `--layer` it also reads that layer and writes the result anew by Arrow, and nothing else: what
any program must do. With `--results` it also writes all that the command `assess` writes but the
map.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

START = time.perf_counter()
from asset_inventory.intake import workers  # noqa: E402 - the import is timed
from asset_inventory.io.environment import close  # noqa: E402

close(os.environ)
workers.start()  # as a command begins
from asset_inventory.assessment.run import assess  # noqa: E402
from asset_inventory.model.reading import read_city  # noqa: E402

IMPORTED = time.perf_counter()
import pyogrio  # noqa: E402
from memory import peak_memory  # noqa: E402


def seconds(work: Callable[[], object]) -> tuple[float, object]:
    """Return how long some work took, and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("city", type=Path)
parser.add_argument("--to", type=Path, required=True)
parser.add_argument("--layer", type=Path)
parser.add_argument("--results", type=Path)
arguments = parser.parse_args()

said: dict[str, float] = {"import": IMPORTED - START}
said["assess"], assessment = seconds(lambda: assess(read_city(arguments.city)))
said["peak"] = peak_memory()
figures = assessment.assets.assign(
    **{name: assessment.ead[name].to_numpy() for name in ("ead", "ead_low", "ead_high")}
)
# What the rarest map's tail adds to the yearly mean, for other programs leave it out.
rarest = assessment.damage[
    assessment.damage["return_period"] == assessment.damage["return_period"].max()
]
figures["tail"] = 0.0
figures.loc[rarest["asset_id"].cat.codes, "tail"] = (
    rarest["damage"] / rarest["return_period"]
).to_numpy()
said["write"], _ = seconds(
    lambda: pyogrio.write_dataframe(figures, arguments.to, driver="GPKG", use_arrow=True)
)
if arguments.layer:
    said["layer read"], _ = seconds(lambda: pyogrio.read_dataframe(arguments.layer, use_arrow=True))
    again = arguments.to.with_stem(f"{arguments.to.stem}-again")
    said["layer written"], _ = seconds(
        lambda: pyogrio.write_dataframe(figures, again, driver="GPKG", use_arrow=True)
    )
if arguments.results:
    from asset_inventory.outputs.files.results import write_results

    said["results"], _ = seconds(
        lambda: write_results(assessment, arguments.results, language="en")
    )
said["assets"] = len(assessment.assets)
print(json.dumps(said))
