"""Where data stand."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).parents[2]
TESTS = PROJECT / "tests"
DATA = PROJECT / "data"
# Layers of real cities, which are too large or not ours to ship; not on every machine.
SHARED = PROJECT.parent / "shared"
# Tutorials in English, and the same in Indonesian
TUTORIALS = {
    "planner": "perencana",
    "gis-staff": "staf-gis",
    "analyst": "analis",
    "nine-months": "sembilan-bulan",
}
