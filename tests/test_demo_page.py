"""The demo city's page in the repository is the one that `make maps` writes.

The page says which versions it was made with. Where the same are installed the bytes are equal;
elsewhere all that it says and holds is: text, data, tables, classes, pictures, and coordinates
within a step of the grid.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from rasterio.io import MemoryFile

from asset_inventory.outputs.map.city_map import write_map
from tests.support.page_contents import layer_of
from tests.support.paths import PROJECT

pytestmark = pytest.mark.slow

KEPT = PROJECT / "maps" / "semarang.html"
DATA = re.compile(r'<script type="application/json" id="data-([\w-]+)">(.*?)</script>', re.S)
PIECE = re.compile(r'(<script type="text/plain"[^>]*>)[^<]*(?=</script>)')
COORDINATES = {"xs": np.int32, "ys": np.int32}
PICTURES = ("png", "no_data")


@pytest.fixture(scope="module")
def made(assessed_once, tmp_path_factory) -> Path:
    """What `make maps` writes, here and now."""
    found = assessed_once("semarang")
    return write_map(
        found, tmp_path_factory.mktemp("demo") / "semarang.html", language=found.city.language
    )


def blocks(html: str) -> dict[str, object]:
    return {name: json.loads(text) for name, text in DATA.findall(html)}


def versions(html: str) -> list[list[str]]:
    return blocks(html)["about"]["versions"]


def frame(html: str) -> str:
    """The page without its data, the layer's pieces, and the lengths of these."""
    return PIECE.sub(r"\1", DATA.sub("", html))


def said(html: str) -> dict[str, object]:
    """All data of a page that is text or figures."""
    found = blocks(html)
    found["about"] = {name: part for name, part in found["about"].items() if name != "versions"}
    return {
        name: {key: value for key, value in block.items() if key not in PICTURES}
        if isinstance(block, dict)
        else block
        for name, block in found.items()
    }


def pictures(html: str) -> dict[str, np.ndarray]:
    """The codes of every hazard map that is a picture."""
    found = {}
    for name, block in blocks(html).items():
        for key in PICTURES if name.startswith("hazard-") else ():
            if key in block:
                with MemoryFile(base64.b64decode(block[key])) as file, file.open() as dataset:
                    found[f"{name}/{key}"] = dataset.read(1)
    return found


def assert_the_same_page(one: Path, other: Path, node: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (one, other)]
    if versions(texts[0]) == versions(texts[1]):
        # the first place that differs is enough to read
        assert texts[0].splitlines() == texts[1].splitlines()
        assert one.read_bytes() == other.read_bytes()
        return
    assert frame(texts[0]).splitlines() == frame(texts[1]).splitlines()
    assert said(texts[0]) == said(texts[1])
    drawn = [pictures(text) for text in texts]
    assert drawn[0] and drawn[0].keys() == drawn[1].keys()
    assert all(np.array_equal(drawn[0][name], drawn[1][name]) for name in drawn[0])
    layers = [layer_of(node, path) for path in (one, other)]
    assert layers[0]["groups"] == layers[1]["groups"]
    for mine, kept in zip(layers[0]["blocks"], layers[1]["blocks"], strict=True):
        assert mine.keys() == kept.keys()
        for name in mine:
            if name in COORDINATES:
                steps = [
                    np.frombuffer(base64.b64decode(block[name]), COORDINATES[name])
                    for block in (mine, kept)
                ]
                assert np.abs(steps[0].astype(np.int64) - steps[1]).max() <= 1
            else:
                assert mine[name] == kept[name], name


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_page_that_is_kept_is_the_one_that_the_demo_writes(made, node):
    assert_the_same_page(KEPT, made, node)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_pages_of_other_versions_are_compared_by_what_they_say(made, node, tmp_path):
    """The same page, said to be another Python's, is the same; with one letter or figure changed
    it is not.
    """
    html = made.read_text(encoding="utf-8")
    other = tmp_path / "other.html"
    python = dict(versions(html))["python"]
    older = html.replace(f'["python","{python}"]', '["python","2.7"]')
    assert older != html
    other.write_text(older, encoding="utf-8", newline="\n")
    assert_the_same_page(made, other, node)
    faults = {
        "text": ("Kota Semarang", "Kota Semarangg"),
        "style": ("</style>", " </style>"),
        "figure": ('"assets":3186', '"assets":3187'),
        "version": ('["geos","', '["geos","0'),
        "piece": ('data-part="0">', 'data-part="0">A'),
    }
    for kind, (before, after) in faults.items():
        assert older.count(before)
        other.write_text(older.replace(before, after, 1), encoding="utf-8", newline="\n")
        if kind == "version":
            assert_the_same_page(made, other, node)
            continue
        with pytest.raises((AssertionError, subprocess.CalledProcessError)):
            assert_the_same_page(made, other, node)
