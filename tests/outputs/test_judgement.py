"""The page that goes back to the department: both languages, all that was found, and no text
that runs.
"""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path

import pytest

from asset_inventory.cli import main
from asset_inventory.intake import take_in
from asset_inventory.outputs.report.review import write_validation_page

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    """Three points, one of them without a place; a sheet of hostile names."""
    one, other = ({"type": "Point", "coordinates": [x, -6.98]} for x in (110.42, 110.43))
    places = [one, None, other]
    features = [
        {"type": "Feature", "properties": {HOSTILE: "=1+1"}, "geometry": one} for one in places
    ]
    path = tmp_path / "puskesmas & pasar.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    os.utime(path, (1.7e9, 1.7e9))  # of what is new it would be waited for
    return path


def test_the_page_says_in_both_languages_what_was_found(delivery, tmp_path):
    judged = take_in(delivery)
    text = write_validation_page(judged, tmp_path / "out" / "a.html", language="id").read_text(
        encoding="utf-8"
    )
    said = html.unescape(text)
    assert said.index("1 fitur tidak memiliki geometri (pertama: baris 1)") < said.index(
        "1 feature has no geometry"
    )
    assert (
        re.findall(r'<td class="number" data-head="[^"]+">(.*?)</td>', said)
        == ["3", "2", "0", "1"] * 2
    )
    assert "puskesmas &amp; pasar.geojson" in text
    assert text == write_validation_page(judged, tmp_path / "b.html", language="id").read_text(
        encoding="utf-8"
    )


def test_names_from_the_file_are_text(delivery, tmp_path):
    """The column is called like a tag; it is named in the line about its formulas."""
    text = write_validation_page(take_in(delivery), tmp_path / "a.html", language="en").read_text(
        encoding="utf-8"
    )
    assert HOSTILE not in text and html.escape(HOSTILE) in text
    assert "<script" not in text and "default-src 'none'" in text


def test_the_command_writes_the_page_and_the_quarantine_beside_it(delivery, tmp_path, capsys):
    page = tmp_path / "out" / "page.html"
    assert main(["validate", str(delivery), "--html", str(page), "--language", "en"]) == 1
    quarantine = page.with_name("quarantine.gpkg")
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"Page: {page}",
        f"Quarantine: {quarantine}",
    ]
    assert page.exists() and page.with_name("quarantine.gpkg").exists()
