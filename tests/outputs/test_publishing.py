"""All that is public in one folder: every byte of it is opened and looked through, and nothing
in it is internal.
"""

from __future__ import annotations

import datetime
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from asset_inventory.assessment.resilience import assess_resilience
from asset_inventory.assessment.run import assess
from asset_inventory.messages import say
from asset_inventory.model.errors import SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.publish import publish
from asset_inventory.outputs.report.write import write_report
from tests.support.accessibility import grave_faults, weak_texts
from tests.support.page_contents import Page, folder_texts, leads_on
from tests.support.paths import DATA
from tests.support.public_data import INTERNAL, PUBLIC, SAYS_VALUE
from tests.support.town import NO_PRICES

pytestmark = pytest.mark.slow

DAY = datetime.date(2026, 11, 26)
# An internal layer, hazard, owner and value that are nowhere else in the town
# fmt: off
SECRET = (('name = "landslide"\n', 'name = "canarylide"\n' + INTERNAL), ('owner = "Works"', 'owner = "Canary Works"'),
          ('title = "Landslide"', 'title = "Canary slopes"'), ('title = "Roads"', 'title = "Canary roads"'),
          ('name = "roads"', 'name = "canaryroads"'))
# fmt: on


# Points of curves, and actions, which a city may call public with whose they are.
OF_THEIR_OWN = ("vulnerability", "programmes")


def columns_in(folder: Path) -> set[str]:
    """The names of all columns of the other tables in a folder."""
    found: set[str] = set()
    for path in (one for one in folder.rglob("*.csv") if not one.name.startswith(OF_THEIR_OWN)):
        found |= set(path.read_text(encoding="utf-8").partition("\n")[0].split(","))
    for path in folder.rglob("*.gpkg"):
        with closing(sqlite3.connect(path)) as store:
            for (table,) in store.execute(
                "SELECT table_name FROM gpkg_contents WHERE table_name != 'layer_styles'"
            ):
                if table.startswith(OF_THEIR_OWN):
                    continue
                found |= {row[1] for row in store.execute(f'PRAGMA table_info("{table}")')}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("city", ["semarang", "canflood-bc", "kampen"])
def test_no_byte_of_a_demo_citys_folder_is_internal(assessed_once, city, tmp_path):
    shipped, assessment = read_city(DATA / city), assessed_once(city, DAY)
    drawn = assess_resilience(assessment, day=DAY) if shipped.declares_resilience else None
    assert (drawn is not None) == (city == "semarang")
    publish(drawn or assessment, tmp_path / "out", languages=("en",))
    told = all(layer.column_visibility.get("value") == "public" for layer in shipped.assets)
    internal = {"owner", "condition"} | (
        set() if told else {"value", "value_rule", "damage", "ead", "ead_low", "rule"}
    )
    assert columns_in(tmp_path / "out") & internal == set()
    headings = {
        say(f"column.{name}", language) for name in internal - {"rule"} for language in ("id", "en")
    }
    workbook = dict(folder_texts(tmp_path / "out"))["tables/tables-en.xlsx"]
    assert not headings & set(re.findall(r"<t[^>]*>([^<]*)</t>", workbook))
    for name, text in folder_texts(tmp_path / "out"):
        seen = re.sub(r'<script type="application/json".*?</script>', "", text, flags=re.S)
        assert "TERBATAS – TIDAK UNTUK" not in seen, name
        assert not re.search(r"/(home|root|tmp|work)/", text), name  # where it was made


@pytest.mark.slow
def test_nothing_internal_of_the_town_is_anywhere(edit, tmp_path):
    town = edit(PUBLIC, *SECRET)
    page = publish(assess(read_city(town), day=DAY), tmp_path / "out", languages=("en", "id"))
    for name, text in folder_texts(tmp_path / "out"):
        assert "canary" not in text.lower(), name
    assert page == tmp_path / "out" / "index.html"
    told = publish(
        assess(read_city(edit((PUBLIC[1], SAYS_VALUE[1]))), day=DAY),
        tmp_path / "told",
        languages=("en",),
    )
    texts = dict(folder_texts(told.parent))
    assert (
        "Canary Works" in texts["tables/results.gpkg"]
        and "Canary Works" in texts["tables/tables-en.xlsx"]
    )
    assert "canaryroads" not in "".join(texts.values())


@pytest.mark.slow
def test_the_first_page_leads_to_everything_and_the_sums_are_right(edit, tmp_path):
    town = edit((PUBLIC[0], SAYS_VALUE[1]))
    folder = tmp_path / "out"
    publish(assess(read_city(town), day=DAY), folder, languages=("en", "id"))
    for name in ("index.html", "index-id.html"):
        page = Page(folder / name)
        assert {
            "map.html",
            "tables/results.gpkg",
            "tables/results.qgz",
            "packages/rdls.json",
            "checksums.sha256",
            "packages/stac/catalog.json",
        } <= set(page.links)
        assert all(leads_on(folder, link, page) for link in page.links) and page.live == []
        assert "Tiny Town: 4 " in page.text
    listed = {
        line.split("  ")[1] for line in (folder / "checksums.sha256").read_text().splitlines()
    }
    assert listed == {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path != folder / "checksums.sha256"
    }
    checked = subprocess.run(
        ["sha256sum", "--quiet", "--check", "checksums.sha256"], cwd=folder, capture_output=True
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
def test_what_was_published_before_goes_and_what_is_not_ours_stays(edit, tmp_path):
    town, folder = edit(PUBLIC), tmp_path / "out"
    publish(assess(read_city(town), day=DAY), folder, languages=("en", "id"))
    (folder / "CNAME").write_text("risk.example.org\n", encoding="utf-8")  # a web host's own file
    first = {path for path in folder.rglob("*") if path.is_file()}
    publish(assess(read_city(town), day=DAY), folder, languages=("en",))
    second = {path for path in folder.rglob("*") if path.is_file()}
    assert folder / "CNAME" in second and second < first
    assert not any(path.name.endswith("-id.html") for path in second)
    (folder / "report" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SourceError, match=r"notes\.txt"):
        publish(assess(read_city(town), day=DAY), folder, languages=("en",))
    assert {path for path in folder.rglob("*") if path.is_file()} == second | {
        folder / "report" / "notes.txt"
    }


def test_a_city_of_which_nothing_is_public_publishes_nothing(edit, tmp_path):
    hidden = edit(('name = "flood"\n', 'name = "flood"\n' + INTERNAL), SECRET[0])
    with pytest.raises(SourceError, match="nothing"):
        publish(assess(read_city(hidden), day=DAY), tmp_path / "out", languages=("en",))
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


@pytest.mark.smoke
def test_a_city_without_prices_shows_no_currency(edit, tmp_path):
    folder = edit(PUBLIC, *NO_PRICES, ('title = "Roads", licence = "CC0-1.0"', 'title = "Roads"'))
    publish(assess(read_city(folder), day=DAY), tmp_path / "out", languages=("en", "id"))
    texts = dict(folder_texts(tmp_path / "out"))
    shown = {name for name, text in texts.items() if "XXX" in text or "¤" in text}
    assert {Path(name).name for name in shown} <= {"run.json", "rdls.json"}  # the code of ISO 4217
    assert "no amounts of damage" in texts["report/report-en.html"]


UNLICENSED = (
    ('title = "Buildings", licence = "CC0-1.0"', 'title = "Buildings"'),
    ('title = "Roads", licence = "CC0-1.0"', 'title = "Roads"'),
    ('title = "Flood", licence = "CC0-1.0"', 'title = "Flood", licence = "unknown"'),
    ('title = "Districts", licence = "CC0-1.0"', 'title = "Districts"'),
)


@pytest.mark.parametrize("language", ["en", "id"])
def test_public_data_without_a_licence_are_not_handed_on(edit, ask, tmp_path, language):
    folder = edit(PUBLIC, *UNLICENSED)
    for command in (("publish", folder), ("exchange", folder, "--qgis", "--audience", "public")):
        code, answer = ask(*command, "--to", tmp_path / "out", language=language)
        assert code == 1 and not (tmp_path / "out").exists()
        for place in ('[[assets]] "buildings"', '[[hazards]] "flood"', "[districts]"):
            assert place in answer
        assert "roads" not in answer  # internal
        assert 'licence = "..."' in answer and 'visibility = "internal"' in answer
    with pytest.raises(SourceError, match="no licence"):
        publish(assess(read_city(folder), day=DAY), tmp_path / "out", languages=(language,))
    assert not (tmp_path / "out").exists()
    # inside the city government the data are exchanged and shown, without a licence
    words, assessment = say("map.about.unlicensed", language), assess(read_city(folder), day=DAY)
    write_map(assessment, tmp_path / "map.html", language=language)
    credit = re.search(r'id="credit">(.*?)</p>', (tmp_path / "map.html").read_text("utf-8"))[1]
    plain = re.sub("<[^>]+>", "", credit)
    assert f"Flood ({words})" in plain and "Landslide (CC0-1.0)" in plain
    pages = write_report(assessment, tmp_path / "report", languages=(language,))
    page = pages.reports[language].read_text("utf-8")
    assert page.count(f"<bdi>{words}</bdi>") == 4
    ask("exchange", folder, "--stac", "--to", tmp_path / "out", language=language)
    assert (tmp_path / "out" / "stac" / "catalog.json").exists()


@pytest.mark.smoke
def test_the_commands_say_where_it_is(edit, ask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    town = edit(PUBLIC)
    code, said = ask("publish", town)
    # 1: the depot has no geometry
    assert code == 1 and "Public files: public/town/index.html" in said
    code, said = ask("exchange", town, "--qgis", "--stac", "--audience", "public")
    assert "Package: results/town-public/results.qgz" in said
    assert "Package: results/town-exchange-public/stac/catalog.json" in said
    assert (
        "owner"
        not in (tmp_path / "results" / "town-public" / "assets.csv").read_text().partition("\n")[0]
    )
    assert (tmp_path / "results" / "town-public" / "results.gpkg").exists()


@pytest.mark.smoke
@pytest.mark.chromium
def test_the_first_page_is_read_by_anybody(edit, tmp_path, open_page):
    publish(assess(read_city(edit(PUBLIC)), day=DAY), tmp_path, languages=("id", "en"))
    for width, height in ((1280, 800), (390, 844)):
        page = open_page(tmp_path / "index.html", width=width, height=height, ready=False)
        assert grave_faults(page.page) == [] and weak_texts(page.page) == [] and page.wrong == []
        assert page.page.evaluate("document.documentElement.scrollWidth") <= width
