"""The pictures in README and docs: small, of the demo city, the banner of exercise data in them, and made
by the script.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support.paths import PROJECT

pytestmark = pytest.mark.slow

ALL = sorted((PROJECT / "docs").glob("*.png"))
OF_QGIS = [path for path in ALL if path.name.startswith("qgis-")]  # photographed by hand
KEPT = [path for path in ALL if path not in OF_QGIS]
BANNER, MARK = (255, 243, 191), (122, 20, 32)


def near(picture: np.ndarray, colour: tuple[int, int, int]) -> float:
    """The share of pixels that look like a colour; a palette of few colours moves each a little."""
    return float((np.abs(picture.astype(int) - colour).max(axis=2) <= 24).mean())


def assert_shows_exercise(path: Path) -> None:
    with Image.open(path) as picture:
        assert picture.mode == "P"
        pixels = np.asarray(picture.convert("RGB"))
    assert path.stat().st_size < 250_000
    assert near(pixels, BANNER) > 0.01
    assert near(pixels, MARK) > 0.01


def test_every_picture_is_shown_in_readme_or_docs():
    pages = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]
    shown = {
        Path(picture).name
        for page in pages
        for picture in re.findall(r"\]\(([\w./-]+\.png)\)", page.read_text(encoding="utf-8"))
    }
    assert shown == {path.name for path in ALL} and len(KEPT) == 6
    assert "make pictures" in (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_kept_picture_is_small_and_says_that_it_is_an_exercise(path):
    assert_shows_exercise(path)


@pytest.mark.parametrize("path", OF_QGIS, ids=lambda path: path.stem)
def test_a_picture_of_qgis_is_small(path):
    with Image.open(path) as picture:
        assert picture.mode == "P" and path.stat().st_size < 100_000


@pytest.mark.chromium
def test_the_script_makes_them(tmp_path):
    # in a process of its own, for a process drives one browser
    program = "import pathlib, sys, make_pictures; make_pictures.make(pathlib.Path(sys.argv[1]))"
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "scripts")}
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=environment, check=True)
    made = sorted(tmp_path.iterdir())
    assert [path.name for path in made] == [path.name for path in KEPT]
    for path in made:
        assert_shows_exercise(path)
        with Image.open(path) as one, Image.open(PROJECT / "docs" / path.name) as kept:
            assert one.size == kept.size
