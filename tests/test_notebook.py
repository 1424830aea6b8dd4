"""An assessment in a notebook: its methods show the figures of its tables, in both languages, and run
nothing that comes from data.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import matplotlib
import pytest

from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.messages import LANGUAGES, money, number, say
from asset_inventory.model.errors import CityError, RequestError
from asset_inventory.model.reading import read_city
from tests.support.hostile_text import ARMED, hostile_assessment
from tests.support.public_data import PUBLIC
from tests.support.survey_fixtures import drawn_up
from tests.support.town_assessment import town_assessment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def assessment(town_once):
    return town_assessment(town_once)


@pytest.fixture
def pyplot():
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


class Shown(HTMLParser):
    """The tags of what a notebook shows, and the rows of its tables."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.rows, self.texts, self.in_row = set(), [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"style", "scope", "lang"}
        if tag == "tr":
            self.rows.append([])
            self.in_row = True

    def handle_endtag(self, tag):
        self.in_row = self.in_row and tag != "tr"

    def handle_data(self, data):
        self.texts.append(data)
        if self.in_row and data.strip():
            self.rows[-1].append(data)


# Figures


def test_the_summary_is_the_towns_by_pencil(assessment):
    # A and B houses, C road exposed; half of D not known; E has no place. EAD 15 + 30 + 45 + 0 of D.
    said = assessment.summary(language="en")
    assert list(said) == ["Tiny Town (FICTITIOUS DATA)"]
    figures = dict(zip(said.index, said.iloc[:, 0], strict=True))
    assert figures["Assets"] == "5"
    assert [figures[name] for name in said.index[1:5]] == ["3", "0", "1", "1"]
    assert figures["Exposed to flood, 100 years"] == "3"
    assert figures["Expected annual damage (EAD)"] == "Rp90 a year"
    assert figures["· assets with a figure"] == "4 of 5"
    assert figures["Districts"] == "3"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("city", ["semarang", "canflood-bc", "kampen"])
@pytest.mark.slow
def test_the_summary_has_the_figures_of_the_tables(assessed_once, city, language):
    assessment = assessed_once(city)
    said = list(assessment.summary(language=language).iloc[:, 0])
    counts = assessment.exposure_counts.groupby(["hazard", "return_period"], observed=True)
    of_maps = counts[["assets", "exposed", "not_exposed", "no_data", "unusable"]].sum()
    assert said[0] == number(len(assessment.assets), language)
    assert set(of_maps["assets"]) <= {len(assessment.assets)}
    together = [int(re.sub(r"\D", "", text)) for text in said[1:5]]
    assert sum(together) == len(assessment.assets)
    # an asset that one map exposes is exposed; so no map exposes more
    assert together[0] >= of_maps["exposed"].max() or of_maps.empty
    for hazard, table in of_maps.groupby("hazard", observed=True):
        assert number(int(table["exposed"].iloc[-1]), language) in said, hazard
    ead = assessment.joint_ead["ead"]
    if ead.notna().any():
        written = money(ead.sum(), assessment.city.currency, language)
        assert say("notebook.a_year", language, ead=written) in said
        with_figure = say("map.of", language, part=int(ead.notna().sum()), whole=len(ead))
        assert with_figure in said
    assert all(len(text) <= 50 for text in said)  # pandas cuts what is longer


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_the_same_rows(assessment, language):
    said = assessment.summary(language=language)
    assert len(said) == len(assessment.summary(language="en"))
    assert say("map.exercise_mark", language) in said.columns[0]
    with pytest.raises(CityError, match="fr"):
        assessment.summary(language="fr")


def test_what_is_not_public_is_in_no_summary(edit):
    public = disclosed(assess(read_city(edit(PUBLIC))))
    assert public.ead["ead"].isna().all()
    shown = " ".join(public.summary(language="en").index) + public._repr_html_()
    assert "EAD" not in shown and "value" not in shown
    assert "Most exposed assets" in shown


def test_a_notebook_shows_figures_and_districts(assessment):
    shown = Shown(assessment._repr_html_())
    said = assessment.summary(language="en")
    rows = [list(row) for row in said.itertuples(name=None)]
    assert shown.rows[: len(rows)] == rows
    heads, *districts = shown.rows[len(rows) : len(rows) + 3]
    assert heads[:3] == ["District", "Assets", "Exposed"]
    # West 15 of A and 45 of C with D's 0, East 30
    assert [row[:4] for row in districts] == [["West", "3", "2", "60"], ["East", "1", "1", "30"]]
    assert say("map.exercise", "en") in shown.texts and say("map.exercise", "id") in shown.texts
    assert "script" not in shown.tags


@pytest.mark.slow
def test_the_districts_with_the_highest_damage_come_first(assessed_once):
    assessment = assessed_once("semarang")
    shown = Shown(assessment._repr_html_())
    first = assessment.district_damage.nlargest(5, "ead")
    heads = next(place for place, row in enumerate(shown.rows) if row[:2] == ["Kelurahan", "Aset"])
    rows = shown.rows[heads + 1 : heads + 6]
    assert [row[0] for row in rows] == list(first["name"])
    assert [row[1] for row in rows] == [number(count, "id") for count in first["assets"]]
    billions = [number(ead / 1e9, "id", decimals=2) for ead in first["ead"]]
    assert [row[3] for row in rows] == billions


def test_text_from_data_is_text(town_once):
    assessment = hostile_assessment(town_once)
    shown = Shown(assessment._repr_html_())
    assert shown.tags <= {"table", "caption", "thead", "tbody", "tr", "th", "td", "div", "p"} | {
        "strong",
        "details",
        "summary",
    }
    text = "".join(shown.texts)
    assert sum(name in text for name in ARMED) > 5  # of five districts, and of the city's own name
    assert assessment.city.name in assessment.summary().columns[0]


def test_it_is_short_where_there_is_no_html(assessment, town_resilience_once):
    assert repr(assessment) == "<Assessment of Tiny Town: 5 assets, 3 districts>"
    assert repr(town_resilience_once).startswith("<ResilienceAssessment of Tiny Town:")


@pytest.fixture(scope="module")
def town_resilience_once(voices_once):
    return drawn_up(voices_once)


def test_a_resilience_assessment_adds_its_priorities(town_resilience_once):
    pra = town_resilience_once
    said, whole = pra.summary(language="en"), pra.assessment.summary(language="en")
    more = said.iloc[len(whole) :]
    assert list(said.index[: len(whole)]) == list(whole.index)
    assert more.index[0].startswith("Priority districts")  # the forum has decided
    assert "Preliminary" in pra._repr_html_()


# The map


@pytest.mark.slow
@pytest.mark.chromium
def test_the_map_opens_on_what_is_asked_for(assessment, open_page, tmp_path):
    drawn = assessment.explore("flood", 50, language="en", height=700)
    frame = drawn._repr_html_()
    assert 'height="700px"' in frame
    (tmp_path / "notebook.html").write_text(
        f"<!DOCTYPE html><script>window.__mapReady = true</script>{frame}", encoding="utf-8"
    )
    opened = open_page(tmp_path / "notebook.html")
    inner = opened.page.frames[1]
    inner.wait_for_function("window.__mapReady === true")
    assert "50 years" in inner.inner_text("#legend")
    # the file has an address, which then holds it
    drawn.save(str(tmp_path / "map.html"))
    saved = open_page(tmp_path / "map.html")
    assert {"hazard=flood", "period=50"} <= set(
        saved.page.evaluate("location.hash.slice(1)").split("&")
    )
    assert "50 years" in saved.page.inner_text("#legend")
    # an address that asks for something else comes first
    other = open_page(tmp_path / "map.html", address="#hazard=flood&period=10")
    assert "10 years" in other.page.inner_text("#legend")
    assert opened.wrong == saved.wrong == other.wrong == []


def test_without_a_hazard_the_map_opens_as_the_page_does(assessment):
    assert assessment.explore().page.opens == ""
    assert assessment.explore("flood").page.opens == "hazard=flood"


@pytest.mark.parametrize("asked", [("fire",), ("flood", 20), (None, 50)])
def test_a_map_that_is_not_there_is_refused_with_those_that_are(assessment, asked):
    with pytest.raises(RequestError, match=re.escape("flood (10, 50, 100)")):
        assessment.explore(*asked)


# The plot


def test_the_plot_has_the_districts_in_classes(assessment, pyplot):
    axes = assessment.plot(language="en")
    texts = [text.get_text() for text in axes.get_legend().get_texts()]
    assert texts[0] == say("map.class.no_damage", "en")
    # two districts, each of a class of its own: 60 and 30
    drawn = [patch for collection in axes.collections for patch in collection.get_paths()]
    assert len(drawn) == 2 and len(axes.collections) == 2
    colours = [tuple(collection.get_facecolor()[0]) for collection in axes.collections]
    signs = [sign.get_facecolor() for sign in axes.get_legend().get_patches()]
    assert set(colours) <= set(signs) and len(set(colours)) == 2
    assert "FICTITIOUS DATA" in [text.get_text() for text in axes.texts]
    assert "Tiny Town" in axes.get_title(loc="left")


def test_it_draws_in_the_axes_that_are_given(assessment, pyplot):
    figure, (left, right) = pyplot.subplots(1, 2)
    assert assessment.plot("assets_exposed", ax=right, language="id") is right
    assert not left.collections and right.collections
    assert "DATA REKAAN" in [text.get_text() for text in right.texts]


@pytest.mark.slow
def test_a_district_without_a_figure_is_hatched(assessed_once, pyplot):
    axes = assessed_once("semarang").plot("ead", language="en")
    areas = assessed_once("semarang").district_damage
    hatched = [collection for collection in axes.collections if collection.get_hatch()]
    drawn = [shape for shape in areas.geometry[areas["ead"].isna()] if shape is not None]
    assert sum(len(collection.get_paths()) for collection in hatched) == len(drawn) > 0


def test_a_resilience_assessment_is_coloured_by_shares(town_resilience_once, pyplot):
    shares = town_resilience_once.district_ranking["top_share"]
    axes = town_resilience_once.plot(language="en")
    assert shares.notna().any() and "simulations" in axes.get_title(loc="left")
    with pytest.raises(RequestError, match="assets_exposed, ead, share"):
        town_resilience_once.plot("shares")


def test_without_money_the_plot_counts(edit, pyplot):
    public = disclosed(assess(read_city(edit(PUBLIC))))
    assert "number of exposed assets" in public.plot(language="en").get_title(loc="left")
    with pytest.raises(RequestError, match="assets_exposed"):
        public.plot("ead")


# Loaded when it is used


def new_python(code: str, folder) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "MPLBACKEND": "agg", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_methods_are_there_however_an_assessment_was_made(tmp_path):
    code = """
import sys
import asset_inventory.assessment.run, asset_inventory.assessment.resilience
late = {"asset_inventory.notebook", "folium", "matplotlib", "jinja2"}
print(late & set(sys.modules))
from asset_inventory.assessment.run import Assessment
from asset_inventory.assessment.resilience import ResilienceAssessment
for which in (Assessment, ResilienceAssessment):
    print(*(hasattr(which, name) for name in ("summary", "explore", "plot", "_repr_html_")))
print(Assessment.explore.__doc__[:30])
"""
    said = new_python(code, tmp_path).splitlines()
    assert said[:3] == ["set()", "True True True True", "True True True True"]
    assert said[3] == "Return the interactive map of "


@pytest.mark.slow
def test_an_empty_folder_and_a_plain_installation_do(tmp_path):
    """No extra is needed: what they install cannot be imported here."""
    code = """
import sys
for extra in ("IPython", "ipykernel", "jupyterlab", "playwright", "mapclassify", "pytest"):
    sys.modules[extra] = None
import asset_inventory
from asset_inventory.cli.start import demo_city
assessment = asset_inventory.assess(demo_city())
print(assessment.summary(language="en").iloc[0, 0])
assessment.explore().save("map.html")
assessment.plot().figure.savefig("map.png")
print(len(assessment._repr_html_()) > 1000)
"""
    assert new_python(code, tmp_path).split() == ["3,186", "True"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.html", "map.png"]
