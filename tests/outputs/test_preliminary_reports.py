"""The pages of the preliminary resilience assessment: what they say, to whom, in which language,
on which screen.
"""

from __future__ import annotations

import dataclasses
import math
import re

import geopandas
import pandas as pd
import pytest
from shapely import box

from asset_inventory.assessment.resilience import ResilienceAssessment, assess_resilience
from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.model.errors import SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.model.resilience import Criterion
from asset_inventory.model.tables import empty
from asset_inventory.outputs.report.district_tables import criteria_table, parent_floods_table
from asset_inventory.outputs.report.resilience_tables import drivers_table
from asset_inventory.outputs.report.write import write_report, write_resilience_report
from asset_inventory.outputs.views.resilience import (
    gap_sentences,
    influence_sentences,
    mismatches,
    ranking_sentences,
)
from tests.support.accessibility import grave_faults, weak_texts
from tests.support.hostile_text import HOSTILE, STEERING
from tests.support.page_contents import CUT_CELLS, Page, follow, numbers_in, resolved
from tests.support.survey_fixtures import DAY, drawn_up

pytestmark = pytest.mark.slow

# fmt: off
INTERNAL = ("Air masuk rumah", "Listrik sering", "airnya sama", "tanahnya turun", "Dinas PU", "Pump house", "2,000",
            "Social office", "poor people", "The tide comes daily", "Cash for the poor")
# fmt: on


@pytest.fixture
def drawn(town_resilience) -> ResilienceAssessment:
    return town_resilience


@pytest.fixture(scope="module")
def pages(town_resilience, tmp_path_factory):
    folder = tmp_path_factory.mktemp("resilience") / "out"
    return write_resilience_report(
        town_resilience, folder, languages=("id", "en"), per=("district", "owner")
    )


def test_what_is_said_by_pencil(drawn):
    assert mismatches(drawn, "en") == [
        # PKK 2, traders 2
        "Perceived but not measured: Power cuts (perceived rank 1; no hazard map and no indicator).",
        "Perceived but not measured: Sinking ground (perceived rank 4; no hazard map and no indicator).",
    ]
    assert mismatches(drawn, "id")[0] == (
        "Dirasakan tetapi belum terukur: Listrik padam (peringkat persepsi 1; tanpa peta bahaya dan tanpa indikator)."
    )
    first, second = influence_sentences(drawn, "en")
    assert first.startswith(
        "Sinking ground → Flood: the water stands deeper. By 2036, under the assumed rates, 100% of "
        "the increase in the EAD of Flood, from Rp90 a year as mapped to Rp"
    )
    assert second == "Poverty → Flood: less to rebuild with."
    assert gap_sentences(drawn, "en")[-1] == (
        "3 shocks and stresses have no programme: Landslide, Power cuts, Sinking ground."
    )


def test_a_costly_hazard_that_nobody_named_is_told(drawn):
    table = drawn.shocks_and_stresses.assign(
        mismatch=["measured, not felt", None, None, None, "named by nobody"],
        perceived_rank=[float("nan"), 1, 3, 4, 5],
        statements=0,
    )
    assert mismatches(dataclasses.replace(drawn, shocks_and_stresses=table), "en") == [
        "Measured but not perceived: Flood (EAD rank 1, not raised).",
        "Neither perceived nor measured: Landslide.",
    ]
    felt = table.assign(perceived_rank=[9.0, 1, 3, 4, 5])
    assert mismatches(dataclasses.replace(drawn, shocks_and_stresses=felt), "id")[0] == (
        "Terukur tetapi tidak dirasakan: Banjir (peringkat EAD 1, peringkat persepsi 9)."
    )


def test_a_share_of_simulations_is_written_to_a_tenth_below_the_next_class(drawn):
    top = drawn.assessment.city.resilience.model_copy(update={"top": 5, "draws": 10_000})
    city = drawn.assessment.city.model_copy(update={"resilience": top})
    table = drawn.district_ranking.assign(top_share=[0.8998, 0.32], robustness=["medium", "low"])
    made = dataclasses.replace(
        drawn, district_ranking=table, assessment=dataclasses.replace(drawn.assessment, city=city)
    )
    assert (
        ranking_sentences(made, "en")[0]
        == "West (3 assets) is in the top 5 in 89.9% of 10,000 simulations (robustness: medium)."
    )


def test_of_a_kecamatan_the_worst_class_of_its_kelurahan_is_told(drawn, tmp_path):
    # West is high by depth and medium by index, East high by both; the largest area is low in West,
    # high in East. The map says nothing of a part of East, so the worst is a least one: 1,000 m2
    # differ.
    assessment = drawn.assessment
    districts = assessment.districts.assign(parent=pd.array(["Pusat", "Pusat"], dtype="str"))
    together = dataclasses.replace(
        drawn, assessment=dataclasses.replace(assessment, districts=districts)
    )
    (told,) = parent_floods_table(together, "en").texts
    assert told[:7] == [
        "Pusat",
        "flood",
        "100 years",
        "at least high",
        "at least high",
        "high",
        "high",
    ]
    assert told[7] == "0.1"
    alone = districts.assign(parent=pd.array(["Pusat", None], dtype="str"))
    apart = dataclasses.replace(drawn, assessment=dataclasses.replace(assessment, districts=alone))
    (told,) = parent_floods_table(apart, "en").texts
    assert told[3:7] == ["high", "medium", "low", "low"]
    nobody = districts.assign(parent=pd.array([None, None], dtype="str"))
    without = dataclasses.replace(
        drawn, assessment=dataclasses.replace(assessment, districts=nobody)
    )
    assert parent_floods_table(without, "en") is None
    dry = dataclasses.replace(together, district_floods=empty("DISTRICT_FLOODS"))
    assert parent_floods_table(dry, "en") is None


def test_beside_what_a_larger_district_has_more_of_stands_how_dense_it_lies(drawn):
    # West is 100 m x 100 m, 1 ha, East made four times as large: 120 people on 1 ha are 120, on 4
    # ha 30 to the hectare; Rp8 million are 8 and 2 million. What is no sum stands alone.
    assessment = drawn.assessment
    districts = assessment.districts.assign(geometry=[box(0, 0, 100, 100), box(0, 0, 200, 200)])
    names = ("people_exposed", "ead", "ead_per_value")
    declared = {name: Criterion(worst=1, best=0) for name in names}
    resilience = assessment.city.resilience.model_copy(update={"criteria": declared})
    city = assessment.city.model_copy(update={"resilience": resilience})
    values = {"people_exposed": 120.0, "ead": 8e6, "ead_per_value": 0.5}
    table = pd.DataFrame(
        [
            {"district": one, "criterion": name, "value": values[name]}
            for one in "12"
            for name in names
        ]
    )
    # of West's damage relative to value only the bounds are known
    table["value_least"] = table["value_most"] = table["value"]
    west = (table["district"] == "1") & (table["criterion"] == "ead_per_value")
    table.loc[west, ["value", "value_least"]] = math.nan, 0.25
    made = dataclasses.replace(
        drawn,
        criteria=table,
        assessment=dataclasses.replace(assessment, city=city, districts=districts),
    )
    printed = criteria_table(made, lambda kind, one: "", "en")
    assert printed.headings == [
        "District",
        "People exposed",
        "People exposed, per hectare",
        "Expected annual damage (EAD) (Rp million; terrain of 2020)",
        "Expected annual damage (EAD), per hectare (Rp million; terrain of 2020)",
        "Damage relative to value",
    ]
    rows = {row[0]: row[1:] for row in printed.texts}
    assert rows == {
        "West": ["120", "120", "8.000", "8.000", "25% – 50%"],
        "East": ["120", "30", "8.000", "2.000", "50%"],
    }


def test_each_driver_has_the_pressures_that_call_for_it_beside_the_actions_that_serve_it(drawn):
    # Flood calls for 7 and 8, Poverty for 8; the pump house serves 7, what was stopped serves
    # nothing.
    city = drawn.assessment.city
    calls = {"flood": ("7", "8"), "poverty": ("8",)}
    pressures = tuple(
        one.model_copy(update={"drivers": calls.get(one.id, ())}) for one in city.pressures
    )
    city = city.model_copy(update={"pressures": pressures})
    actions = drawn.programmes.iloc[[0, 0]].assign(
        drivers=[("7",), ("8",)], status=["running", "stopped"]
    )
    made = dataclasses.replace(
        drawn, programmes=actions, assessment=dataclasses.replace(drawn.assessment, city=city)
    )
    rows = drivers_table(made, "en").texts
    assert len(rows) == 12
    assert [row[1:] for row in rows[5:9]] == [
        ["–", "0"],
        ["Flood", "1"],
        ["Flood, Poverty", "0"],
        ["–", "0"],
    ]
    alone = dataclasses.replace(made, programmes=drawn.programmes.iloc[:0])
    assert drivers_table(alone, "id").texts[6][1:] == ["Banjir"]
    silent = city.model_copy(
        update={"pressures": tuple(one.model_copy(update={"drivers": ()}) for one in pressures)}
    )
    nothing = dataclasses.replace(
        alone, assessment=dataclasses.replace(drawn.assessment, city=silent)
    )
    assert drivers_table(nothing, "en") is None


def test_each_table_says_what_its_own_holds(pages):
    page = Page(pages.reports["en"])
    assert page.tables["shocks-and-stresses"][1] == [
        "1",
        "Flood",
        "shock",
        "2.0",
        "1",
        "hazard map: flood",
        "90",
        "1",
    ]
    assert page.tables["matrix"][1] == ["Sinking ground", "worsens, 100%", "–", "–"]
    assert ["Flood", "1.0", "3.0"] in page.tables["ranks"] and page.tables["ranks"][0][
        1
    ].startswith("PKK (6 voters)")
    # nothing is dropped, what was not merged neither
    assert len(page.tables["statements"]) == 1 + 4
    # by depth 4,000 m2 low, 1,000 + 5,000 high; by index 1,000 medium and 5,000 high; the two
    # differ on 1,000
    assert page.tables["flood-classes"][1][2:] == [
        "0.0",
        "0.4",
        "0.0",
        "0.6",
        "0.0",
        "0.4",
        "0.1",
        "0.5",
        "0.1",
    ]
    assert page.tables["people-of-districts"][1] == [
        "West",
        "1,000",
        "not available",
        "30 – 40",
        "93",
        *["not available"] * 3,
        "Rp60",
    ]
    assert page.tables["loss-distribution"][1] == [
        "poor people",
        "expected annual damage per resident",
        "-0.25",
        "poorer districts bear more",
        "2",
        "0",
    ]
    assert page.tables["decisions"][1] == [
        "1 October 2026",
        "Forum",
        "West",
        "chosen",
        "The tide comes daily",
        "in line with the data (32%)",
        "in force",
    ]
    # of people no fractions are printed, of the others as many digits as any district needs
    # what is not known lies between bounds
    assert page.tables["criteria"][1] == ["West", "2.1% – 5.1%", "66.7% – 100%", "30"]
    assert {row[1]: row[5] for row in page.tables["district-ranking"][1:]} == {
        "West": "31.6%",
        "East": "68.4%",
    }
    assert "Priority districts, decided by the forum: West." in page.text
    assert "2 voters of groups with fewer than 5 members are withheld (Dinas PU)" in page.text


def test_the_front_is_told_by_its_own_criteria_in_sentence_table_and_method(drawn, pages):
    page = Page(pages.reports["en"])
    assert page.tables["goalposts"][1:] == [
        [
            "Damage relative to value",
            "of replacement value per year",
            "20%",
            "0%",
            "yes",
        ],
        ["Share of assets exposed", "of the assets", "100%", "0%", "no"],
        ["Poverty", "%", "40", "0", "yes"],
    ]
    told = "Damage relative to value, Poverty"
    assert f"1 of 2 districts is not dominated by {told}. 1 more cannot be judged" in page.text
    assert (
        f"Districts not dominated by any other ({told})" in page.text
        and f"on every criterion ({told})" in page.text
    )
    west = Page(next(path for path in pages.parts if path.name == "0001-west-en.html"))
    # what is lost a year is not known in West alone, and that is a criterion of the front
    assert f"Not judged by {told}: data are missing here." in west.text
    # what a high robustness is
    robust = "Robustness is high from 90% of the simulations"
    assert robust in page.text and robust in west.text


def test_a_share_lies_within_the_interval_that_stands_beside_it(pages):
    page = Page(pages.reports["en"])
    rows = [
        [float(one.rstrip("%")) for one in [row[5], *row[6].split(" – ")]]
        for row in page.tables["all-districts"][1:]
    ]
    # a share is written with as many decimals as its interval
    assert rows and all(low < share < high for share, low, high in rows)


def test_what_is_only_proposed_is_not_called_a_focus_area(drawn):
    open_yet = dataclasses.replace(
        drawn, decisions=drawn.decisions.iloc[:0], programmes=drawn.programmes.iloc[:1]
    )
    bare = dataclasses.replace(open_yet, programmes=open_yet.programmes.assign(districts=[()]))
    assert gap_sentences(bare, "en")[0] == (
        "1 proposed priority district has no programme of its own: East."
    )
    chosen = dataclasses.replace(bare, decisions=drawn.decisions)
    assert (
        gap_sentences(chosen, "id")[0]
        == "1 wilayah prioritas belum memiliki program sendiri: West."
    )


@pytest.fixture
def town_with_critical_assets(town_with_voices):
    """The town whose buildings say how critical they are: A 0.5, B 1, D nothing, E 0; and its
    roads have an owner.
    """
    path, declared = town_with_voices / "buildings.gpkg", town_with_voices / "city.toml"
    geopandas.read_file(path).assign(CRIT=[0.5, 1.0, None, 0.0]).to_file(path, driver="GPKG")
    text = declared.read_text(encoding="utf-8").replace(
        'value = "VALUE" }', 'value = "VALUE", criticality = "CRIT" }'
    )
    declared.write_text(
        text.replace('path = "roads.gpkg"', 'path = "roads.gpkg"\nowner = "Roads office"'),
        encoding="utf-8",
    )
    return town_with_voices


@pytest.mark.slow
def test_the_most_critical_assets_stand_first_and_what_is_not_known_is_not_one(
    town_with_critical_assets, tmp_path
):
    drawn = drawn_up(town_with_critical_assets)
    written = write_resilience_report(drawn, tmp_path, languages=("en", "id"), per=("owner",))
    page = Page(written.reports["en"])
    # E is known to be not critical at all, of D it is not known, and the road has no such column
    assert [row[:5] for row in page.tables["critical"][1:]] == [
        ["Clinic B", "clinic", "East", "1.00", "exposed"],
        ["House A", "house", "West", "0.50", "exposed"],
    ]
    assert "Shown: 2 of 3 assets with a criticality, of 5 assets" in page.text
    assert "2 assets have no criticality." in page.text
    assert "No asset has a criticality" not in page.text and "worst" not in page.tables
    assert (
        "2 dari 3 aset yang memiliki tingkat kekritisan, dari 5 aset"
        in Page(written.reports["id"]).text
    )
    assert sorted(path.name for path in written.parts if path.name.endswith("-en.html")) == [
        "0001-roads-office-en.html",
        "0002-works-en.html",
    ]


def test_without_any_criticality_the_assets_that_may_lose_most_stand_there(pages):
    page = Page(pages.reports["en"])
    assert "No asset has a criticality yet." in page.text and "critical" not in page.tables
    assert "5 assets have no criticality." in page.text


def test_both_languages_print_the_same_numbers(pages):
    english, indonesian = (Page(pages.reports[language]) for language in ("en", "id"))
    assert list(english.tables) == list(indonesian.tables)
    for name, table in english.tables.items():
        if name == "terms":  # begins with the language of the page
            continue
        told = [numbers_in(" ".join(row), "id") for row in indonesian.tables[name][1:]]
        assert [numbers_in(" ".join(row), "en") for row in table[1:]] == told, name
    figures = [
        sorted(numbers_in(page.text.replace("CC0-1.0", ""), language))
        for page, language in ((english, "en"), (indonesian, "id"))
    ]
    assert figures[0] == figures[1]


@pytest.mark.slow
def test_the_demo_city_is_told_alike_in_both_languages(assessed_once, tmp_path):
    drawn = assess_resilience(assessed_once("semarang", DAY), day=DAY)
    written = write_resilience_report(drawn, tmp_path, languages=("id", "en"))
    english, indonesian = (Page(written.reports[language]) for language in ("en", "id"))
    coded = re.compile(r"\[.*?\]")  # of the city's plans
    for name, table in english.tables.items():
        if name == "terms":
            continue
        told = [
            numbers_in(coded.sub("", " ".join(row)), "id") for row in indonesian.tables[name][1:]
        ]
        assert [numbers_in(coded.sub("", " ".join(row)), "en") for row in table[1:]] == told, name
    assert len(english.tables["all-districts"]) == 1 + 177
    assert len(english.tables["statements"]) == 1 + len(drawn.statements)
    shares = [row[4] for row in english.tables["all-districts"][1:]]
    assert not [one for one in shares if one == "not available"]
    assert "78.2% of the increase" in english.text and "78,2% dari kenaikan" in indonesian.text


def test_every_link_leads_somewhere_and_nothing_runs(pages):
    assert len(pages.parts) == 2 * 4  # two districts, what lies outside both, one department
    written = resolved(pages)
    assert follow(written.reports["en"].parent, written) > 200
    assert all(Page(path).live == [] for path in pages.every())


def test_a_district_and_a_department_are_told_their_own(drawn, pages, tmp_path):
    west, works = (
        Page(next(path for path in pages.parts if path.name == name))
        for name in ("0001-west-en.html", "0001-works-en.html")
    )
    assert (
        "Priority rank 1 of 2 districts" in west.text
        and "in 31.6% of 1,000 simulations (robustness: low)." in west.text
    )
    assert (
        "flood, 100 years: flood hazard class high by depth and medium by BNPB's index (worst in the district); "
        "low and low (largest area)."
    ) in west.text
    assert [row[0] for row in west.tables["programmes"][1:]] == ["Pump house"]
    # 1.5 toilets are 2; that of so many under 5 are there is assumed
    assert ["toilets (once)", "2", "per displaced person"] in west.tables["people-here"]
    assert ["under 5", "93", "InaSAFE default share (assumed)"] in west.tables["people-here"]
    east = Page(next(path for path in pages.parts if path.name == "0002-east-en.html"))
    assert (
        "where the map has data, flood hazard class high by depth and high by BNPB's index"
        in east.text
    )
    assert "Air masuk rumah" in west.text and "Sampah" not in west.text
    assert len(west.tables["decisions"]) == 2
    # Social's is another department's
    assert [row[0] for row in works.tables["programmes"][1:]] == ["Pump house"]
    assert "No decision is pending" in works.text  # on both districts one stands
    plain = write_report(drawn.assessment, tmp_path / "plain", languages=("en",), per=("district",))
    told = Page(next(path for path in plain.parts if path.name == "0001-west-en.html"))
    # by other rules, and so not beside the assessment's rank
    indicator = "Damage relative to value: rank 2 of 2 ranked districts"
    assert indicator in told.text
    assert indicator not in west.text and "simulations" not in told.text


def test_the_public_is_told_no_word_of_a_person(drawn, tmp_path):
    written = write_resilience_report(
        disclosed_resilience(drawn), tmp_path, languages=("id", "en"), per=("district",)
    )
    for path in written.every():
        text = path.read_text(encoding="utf-8")
        for word in INTERNAL:
            assert word not in text, (path.name, word)
        assert "TERBUKA / PUBLIC" in text and (
            "FICTITIOUS TRAINING DATA" in text or "DATA REKAAN UNTUK PELATIHAN" in text
        )
        # in another colour than what is internal, as on the map
        assert '<p class="audience public">' in text
    page = Page(written.reports["en"])
    assert "4 issues were raised; 2 were assigned" in page.text
    # who voted how stays inside, how groups of five and more ranked does not; that it is an
    # exercise is said
    assert "PKK (6 voters)" in page.tables["ranks"][0][1]
    assert "Mean rank by group (1 = most pressing) – FICTITIOUS DATA" in page.text
    with pytest.raises(SourceError, match="local government agencies are restricted data"):
        write_resilience_report(
            disclosed_resilience(drawn), tmp_path, languages=("en",), per=("owner",)
        )


def test_exercise_data_is_called_so_in_every_picture_and_table_made_from_it(pages):
    for language, mark in (
        ("en", "FICTITIOUS DATA"),
        ("id", "DATA REKAAN"),
    ):
        text = pages.reports[language].read_text(encoding="utf-8")
        pictures = [
            one for one in re.findall(r"<svg.*?</svg>", text, re.DOTALL) if 'role="img"' in one
        ]
        assert len(pictures) == 4  # EAD, statements, graph, front
        assert all(f">{mark}</text>" in one for one in pictures)
        captions = dict(re.findall(r'<h\d id="([\w-]+)-caption">(.*?)</h\d>', text))
        assert all(
            mark in told
            for name, told in captions.items()
            if name not in ("programmes", "drivers", "terms")
        )
        assert mark not in captions["programmes"]  # the planning office's table is real
    for path in pages.parts:
        mark, text = (
            ("FICTITIOUS DATA" if path.stem.endswith("en") else "DATA REKAAN"),
            path.read_text(encoding="utf-8"),
        )
        captions = dict(re.findall(r'<h\d id="([\w-]+)-caption">(.*?)</h\d>', text))
        assert captions and all(
            mark in told for name, told in captions.items() if name != "programmes"
        ), path.name


def test_the_front_is_drawn_otherwise_than_by_colour(pages):
    text = pages.reports["en"].read_text(encoding="utf-8")
    shares = next(
        one for one in re.findall(r"<svg.*?</svg>", text, re.DOTALL) if "simulations" in one
    )
    assert shares.count('stroke-width="4.5"') == 1  # East is not judged
    assert ">2</text>" in shares  # its rank


def test_a_city_that_declares_nothing_has_a_page_that_says_so(town, tmp_path):
    drawn = assess_resilience(assess(read_city(town), day=DAY), day=DAY)
    page = Page(
        write_resilience_report(drawn, tmp_path, languages=("en",), per=("district",)).reports["en"]
    )
    for told in (
        "No issue has been raised yet",
        "There are no votes yet",
        "The city declares no shocks and stresses",
        "Districts are not ranked",
        "No inventory of programmes",
        "No decision is recorded yet",
    ):
        assert told in page.text, told
    assert "district-ranking" not in page.tables and "all-districts" not in page.tables


def test_reports_of_one_folder_take_each_other_away_and_two_runs_write_the_same(drawn, tmp_path):
    one, other = (
        write_resilience_report(drawn, tmp_path / name, languages=("id",)) for name in "ab"
    )
    assert [path.read_bytes() for path in one.every()] == [
        path.read_bytes() for path in other.every()
    ]
    write_report(disclosed(drawn.assessment), tmp_path / "a", languages=("en",))
    assert not list((tmp_path / "a").glob("preliminary-*"))


def hostile(drawn: ResilienceAssessment) -> ResilienceAssessment:
    """The town's assessment with forty statements, groups, actions and decisions whose every
    word is hostile.
    """
    count = len(HOSTILE)
    texts = pd.Series(HOSTILE, dtype="str")

    def stretched(table: pd.DataFrame, **changed: object) -> pd.DataFrame:
        whole = pd.concat([table.iloc[:1]] * count, ignore_index=True)
        return whole.assign(**changed)

    statements = stretched(
        drawn.statements,
        row=range(count),
        group=texts,
        statement=texts,
        merged_by=texts,
        reason=texts[::-1].to_numpy(),
    )
    actions = stretched(
        drawn.programmes,
        row=range(count),
        **dict.fromkeys(
            ("action", "owner", "fund", "partner", "programme", "activity", "sub_activity"), texts
        ),
    )
    decisions = stretched(
        drawn.decisions,
        decision=range(count),
        group=texts,
        reason=texts,
        choice=texts,
        figures=texts,
    )
    ranks = pd.concat(
        [
            drawn.group_ranks[drawn.group_ranks["group"] == "PKK"].assign(group=one)
            for one in HOSTILE
        ],
        ignore_index=True,
    )
    city = drawn.assessment.city
    named = tuple(
        one.model_copy(update={"name": one.name.model_copy(update={"en": text, "id": text})})
        for one, text in zip(city.pressures, HOSTILE, strict=False)
    )
    assessment = dataclasses.replace(
        drawn.assessment, city=city.model_copy(update={"pressures": named})
    )
    return dataclasses.replace(
        drawn,
        assessment=assessment,
        statements=statements,
        programmes=actions,
        decisions=decisions,
        group_ranks=ranks,
    )


@pytest.mark.chromium
def test_forty_hostile_texts_are_text(drawn, tmp_path, open_page):
    written = write_resilience_report(
        hostile(drawn), tmp_path, languages=("en",), per=("district", "owner")
    )
    for path in written.every():
        page = Page(path)
        assert page.live == [] and "\x00" not in path.read_text(encoding="utf-8"), path.name
    shown = Page(written.reports["en"]).text
    for name in HOSTILE:
        assert STEERING.sub("\ufffd", name) in shown, name
    opened = open_page(written.reports["en"], ready=False)
    assert opened.wrong == [] and opened.page.locator("img, svg[onload], main iframe").count() == 0


@pytest.mark.smoke
@pytest.mark.chromium
def test_the_pages_are_read_on_any_screen_by_anybody_and_printed_whole(pages, open_page):
    west = next(path for path in pages.parts if path.name == "0001-west-id.html")
    for width, height, touch in ((1280, 800, False), (390, 844, True)):
        for path in (pages.reports["en"], west):
            opened = open_page(path, width=width, height=height, touch=touch, ready=False)
            assert grave_faults(opened.page) == [] and weak_texts(opened.page) == []
            assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
            assert opened.wrong == [] and opened.violations() == []
    for path in (pages.reports["id"], west):
        opened = open_page(path, width=703, ready=False)  # A4 without its margins, in CSS pixels
        opened.page.emulate_media(media="print")
        assert opened.page.evaluate(CUT_CELLS) == []
