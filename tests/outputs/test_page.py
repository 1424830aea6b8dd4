"""The file around the map: closed, the same bytes each time, words in both languages, parts as
they were vendored.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from asset_inventory.assessment.run import assess
from asset_inventory.messages import LANGUAGES, messages
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map import page
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.map.content import WHOLE_WORLD, bounds_of
from tests.support.paths import PROJECT

OUTPUTS = Path(page.__file__).parents[1]
STATIC = page.STATIC
SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
NO_SENTENCES = {
    '"use strict"',
    '"move resize viewreset zoomend"',
    '"noreferrer noopener"',
    '"mouseout movestart"',
    '"move zoomend"',
}
# Keys that the template puts together from a part and a name
COMPOSED = (
    "compare.left",
    "compare.right",
    "map.public",
    "map.internal",
    "map.class.",
    "map.tile.",
    "map.layer",
    "map.tab.",
    "map.layer.",
    "map.about.",
    "map.rule.",
    "map.ead.",
    "map.no_ead.",
    "map.not_ranked.",
)


@pytest.fixture
def npm() -> str:
    """The path of npm, with the packages of package-lock.json in place."""
    found = shutil.which("npm")
    if not found or not (PROJECT / "node_modules").exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "no npm on the PATH, or no `npm ci` yet"
        )
    return found


@pytest.fixture
def html(town_page) -> str:
    return town_page().read_text(encoding="utf-8")


def test_the_policy_names_every_script_and_opens_nothing_else(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1]
    hashes = {
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in SCRIPT.findall(html)
    }
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == hashes
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_nothing_is_asked_from_anywhere(html):
    assert not re.findall(r"<script[^>]+src=|<link|@import|<iframe|<base", html)
    styles = "".join(re.findall(r"<style>(.*?)</style>", html, re.S))
    assert not re.findall(r"url\(\"?(?!\"?data:|#)", styles)
    assert "sourceMappingURL" not in html


def test_zooming_stays_the_readers_right(html):
    assert "user-scalable" not in html
    assert "maximum-scale" not in html


def test_the_policy_stands_before_every_script_and_style(html):
    assert html.index("Content-Security-Policy") < min(html.index("<style"), html.index("<script"))


def test_the_same_input_gives_the_same_bytes(assessment, tmp_path):
    one, two = (
        write_map(assessment, tmp_path / name).read_bytes() for name in ("one.html", "two.html")
    )
    assert one == two
    assert b"\r" not in one


def test_a_city_folder_elsewhere_gives_the_same_bytes(assessment, town_page, tmp_path):
    elsewhere = write_map(assessment, tmp_path / "map.html").read_bytes()
    assert elsewhere == town_page().read_bytes()
    assert str(assessment.city.folder.parent).encode() not in elsewhere


def test_text_cannot_end_its_script():
    text = page.as_json({"name": "</script><script>alert(1)</script><!--\u2028"})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text)["name"] == "</script><script>alert(1)</script><!--\u2028"


def test_json_that_browsers_do_not_know_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        page.as_json(float("nan"))


def test_vendored_files_are_as_they_were_taken():
    manifest = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))
    listed = {}
    for package in manifest["packages"]:
        assert package.keys() == {"name", "version", "licence", "origin", "files"}
        listed |= package["files"]
    there = {
        path.relative_to(STATIC).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("leaflet", "fullscreen", "maki")
        for path in (STATIC / folder).rglob("*")
        if path.is_file()
    }
    assert listed == there
    assert all((STATIC / Path(name).parent / "LICENSE").exists() for name in listed)


def test_the_manifests_version_is_the_one_in_the_file():
    manifest = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))
    assert (
        f"Leaflet {manifest['packages'][0]['version']}"
        in (STATIC / "leaflet/leaflet.js").read_text()[:200]
    )


@pytest.mark.packaging
def test_the_bundles_are_built_of_the_sources(npm, tmp_path):
    build = [npm, "run", "build", "--silent", "--", f"--outdir={tmp_path}", "--log-level=error"]
    subprocess.run(build, cwd=PROJECT, check=True)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert built == {path.name: path.read_bytes() for path in (STATIC / "bundles").iterdir()}


def test_every_sentence_is_in_both_languages_with_the_same_places():
    english, indonesian = (
        messages(language, prefixes=("map.", "compare.")) for language in ("en", "id")
    )
    assert english.keys() == indonesian.keys()
    for key, forms in english.items():
        places = [set(re.findall(r"\{(\w+)\}", form)) for form in (*forms, *indonesian[key])]
        assert all(form.strip() for form in (*forms, *indonesian[key])), key
        assert all(one == places[0] for one in places), key


def test_every_sentence_is_used_and_every_key_used_is_there():
    sources = [
        *OUTPUTS.rglob("*.py"),
        *STATIC.glob("src/**/*.js"),
        *STATIC.glob("*.html"),
        *(OUTPUTS.parent / "assessment" / f"{name}.py" for name in ("compare", "ead_sentences")),
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r"""["']((?:map|compare)\.[a-z0-9_.]+[a-z0-9])["']""", text))
    known = set(messages("en", prefixes=("map.", "compare.")))
    # A word follows at run time
    families = {key for key in used if any(one.startswith(f"{key}.") for one in known)}
    assert used - families <= known
    assert {key for key in known - used if not key.startswith((*COMPOSED, *families))} == set()


def test_no_sentence_stands_in_a_script():
    for path in STATIC.glob("src/**/*.js"):
        if path.name == "abbreviations.js":  # words to search by, which nobody is shown
            continue
        code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
        sentences = re.findall(r'"[A-Za-z]{2,} [a-z]{2,}[^"]*"', code)
        assert set(sentences) <= NO_SENTENCES, path.name


def test_both_languages_are_in_the_file(html):
    words = json.loads(re.search(r'id="data-words">(.*?)</script>', html, re.S)[1])
    assert set(words) == set(LANGUAGES)
    compared = {key for key in words["id"] if key.startswith("compare.")}
    parts = ("left", "right", "difference", "divider", "divider_at", "not_comparable", "intensity")
    assert compared == {f"compare.{name}" for name in (*parts, "note.intensity", "note.threshold")}
    assert words["id"]["map.rank"] == ["No."]
    assert len(words["en"]["map.maps"]) == 2


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("id", "Peta keterpaparan dan kerusakan aset Tiny Town"),
        ("en", "Asset exposure and damage map of Tiny Town"),
    ],
)
def test_the_page_opens_in_the_language_asked_for(town_page, language, title):
    html = town_page(language).read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in html
    assert f"<title>{title}</title>" in html


def test_a_city_of_which_nothing_could_be_read_shows_the_whole_world(town):
    made = assess(read_city(town))
    nothing = dataclasses.replace(
        made, assets=made.assets.iloc[:0], district_damage=made.district_damage.iloc[:0]
    )
    west, south, east, north = WHOLE_WORLD
    assert bounds_of([nothing]) == [[south, west], [north, east]]
    assert bounds_of([nothing, made]) == bounds_of([made])
