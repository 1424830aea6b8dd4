"""A city that declares `[resilience]` publishes its assessment too: its public pages, layers and
tables, no more.
"""

from __future__ import annotations

import csv
import datetime
import json
import re
import sqlite3
import subprocess
from contextlib import closing

import pytest

from asset_inventory.assessment.run import assess
from asset_inventory.io.stored_runs import read_run
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.publish import publish
from tests.support.page_contents import Page, folder_texts, leads_on
from tests.support.public_data import PUBLIC_LAYERS, PUBLIC_TABLES, PUBLIC_VALUES
from tests.support.survey_fixtures import drawn_up

DAY = datetime.date(2026, 11, 26)
# What people wrote, who they are, what an office counted and does, and why it was decided.
# fmt: off
VOICES = ("Air masuk rumah", "Jalan turun", "Listrik sering", "Sampah menumpuk", "airnya sama", "tanahnya turun",
          "Dinas PU", "Pump house", "Cash for the poor", "Social office", "Planning office", "The tide comes daily",
          "votes.csv", "actions.csv", "indicators.csv")
# fmt: on


@pytest.fixture
def declared(town_with_voices):
    """A function that replaces texts in the city.toml of the town with voices and returns its
    folder.
    """

    def replace(*pairs):
        text = (town_with_voices / "city.toml").read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        (town_with_voices / "city.toml").write_text(text, encoding="utf-8")
        return town_with_voices

    return replace


@pytest.mark.slow
def test_no_byte_of_it_is_somebodys_voice(declared, tmp_path):
    folder = publish(
        drawn_up(declared(PUBLIC_LAYERS)), tmp_path / "out", languages=("en", "id")
    ).parent
    texts = dict(folder_texts(folder))
    assert {
        "resilience/preliminary-en.html",
        "resilience/preliminary-id.html",
        "tables/resilience/resilience.gpkg",
        "tables/resilience/run.json",
        "tables/resilience/district_ranking.csv",
    } <= set(texts)
    for name, text in texts.items():
        for secret in VOICES:
            assert secret not in text, (name, secret)
    assert not {"votes.csv", "district_indicators.csv", "programmes.csv"} & {
        path.name for path in folder.rglob("*")
    }
    # but how many statements there are, the groups that are shown, and that it was invented
    assert "4 issues" in Page(folder / "resilience" / "preliminary-en.html").text
    with (folder / "tables" / "resilience" / "district_ranking.csv").open(encoding="utf-8") as rows:
        assert {row["data_status"] for row in csv.DictReader(rows)} == {"exercise"}


@pytest.mark.slow
def test_of_internal_statements_no_table_is_there_but_how_many_there_are(declared, tmp_path):
    folder = publish(drawn_up(declared(PUBLIC_LAYERS)), tmp_path / "out", languages=("en",)).parent
    assert not list(folder.rglob("statements.csv"))
    with closing(sqlite3.connect(folder / "tables" / "resilience" / "resilience.gpkg")) as base:
        assert not base.execute("SELECT 1 FROM sqlite_master WHERE name = 'statements'").fetchall()
    with (folder / "tables" / "resilience" / "shocks_and_stresses.csv").open(
        encoding="utf-8"
    ) as rows:
        merged = {row["pressure"]: float(row["statements"]) for row in csv.DictReader(rows)}
    assert (merged["flood"], merged["power"]) == (1, 0)


@pytest.mark.slow
def test_what_the_city_calls_public_is_there(declared, tmp_path):
    town = declared(PUBLIC_LAYERS, PUBLIC_VALUES, *PUBLIC_TABLES)
    folder = publish(drawn_up(town), tmp_path / "out", languages=("en",)).parent
    texts = dict(folder_texts(folder))
    assert "Air masuk rumah tiap pasang" in texts["map.html"] and "Pump house" in texts["map.html"]
    assert "Air masuk rumah tiap pasang" in texts["resilience/preliminary-en.html"]
    assert "Pump house" in texts["tables/resilience/programmes.csv"]
    for name, text in texts.items():
        # never a reason, never a voter
        assert "The tide comes daily" not in text and "Dinas PU" not in text, name


@pytest.mark.slow
def test_the_map_has_the_shares_and_the_front_and_the_first_page_leads_to_all(declared, tmp_path):
    page = publish(drawn_up(declared(PUBLIC_LAYERS)), tmp_path / "out", languages=("en", "id"))
    html = (page.parent / "map.html").read_text(encoding="utf-8")
    block = json.loads(re.search(r'id="data-preliminary">(.*?)</script>', html, re.S)[1])
    assert block and "TERBUKA / PUBLIC" in html
    for name, heading in (
        ("index.html", "Preliminary Resilience Assessment"),
        ("index-id.html", "Penilaian Ketahanan"),
    ):
        first = Page(page.parent / name)
        language = "id" if "id" in name.partition(".")[0] else "en"
        assert f"resilience/preliminary-{language}.html" in first.links
        assert "tables/resilience/resilience.gpkg" in first.links
        assert all(leads_on(page.parent, link, first) for link in first.links) and first.live == []
        assert heading in first.text
        assert "Forum" not in first.text  # whose the invented statements are is not for everyone
    pages = page.parent / "resilience"
    links = [one for one in Page(pages / "preliminary-en.html").links if not one.startswith("#")]
    assert all((pages / one.partition("#")[0]).exists() for one in links)
    checked = subprocess.run(
        ["sha256sum", "--quiet", "--check", "checksums.sha256"],
        cwd=page.parent,
        capture_output=True,
    )
    assert checked.returncode == 0, checked.stdout
    run = read_run(page.parent / "tables" / "resilience")
    assert run.city_folder is None and run.about["audience"] == "public"


@pytest.mark.slow
def test_what_was_published_goes_when_the_city_declares_it_no_more(declared, tmp_path):
    town = declared(PUBLIC_LAYERS)
    publish(drawn_up(town), tmp_path / "out", languages=("en",))
    publish(assess(read_city(town), day=DAY), tmp_path / "out", languages=("en",))
    assert (
        not (tmp_path / "out" / "resilience").exists()
        and not (tmp_path / "out" / "tables" / "resilience").exists()
    )
    assert "resilience" not in (tmp_path / "out" / "checksums.sha256").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_command_draws_it_up_where_it_is_declared(declared, ask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    town = declared(PUBLIC_LAYERS)
    _, said = ask("publish", town)
    assert "Public files: public/town/index.html" in said
    assert (tmp_path / "public" / "town" / "resilience" / "preliminary-en.html").exists()
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(text[: text.index("[resilience]")], encoding="utf-8")
    ask("publish", town)
    assert not (tmp_path / "public" / "town" / "resilience").exists()
