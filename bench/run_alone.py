"""Assess a city in a process of its own and print the seconds that takes, reading included and
imports not.

    python bench/run_alone.py CITY [--public]

With `--public` the cut for the public is made too. Nothing is written.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.model.reading import read_city

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("city", type=Path)
parser.add_argument("--public", action="store_true")
arguments = parser.parse_args()

start = time.perf_counter()
assessment = assess(read_city(arguments.city))
if arguments.public:
    disclosed(assessment)
print(time.perf_counter() - start)
