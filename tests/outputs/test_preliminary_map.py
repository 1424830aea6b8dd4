"""The map of the preliminary resilience assessment: shares, Pareto set, statements, programmes, decisions,
for both audiences.
"""

from __future__ import annotations

import dataclasses
import json
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from asset_inventory.assessment.resilience import ResilienceAssessment, assess_resilience
from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import TABLES, empty
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.map.resilience import ranked, resilience_block
from asset_inventory.outputs.views.style import ORRD, UNKNOWN_COLOUR, classify, label, share_classes
from tests.support.accessibility import grave_faults, weak_texts
from tests.support.contract_tables import contract_table
from tests.support.hostile_text import ARMED
from tests.support.map_page import (
    NORTH_EAST,
    NORTH_WEST,
    over,
    painted,
    popup_text,
    rectangle,
    settled,
    share,
    show_tab,
)
from tests.support.page_contents import decoded
from tests.support.town_assessment import town_assessment

pytestmark = pytest.mark.slow

NAN = float("nan")
HOSTILE = "<img src=x onerror=alert(1)>${alert(1)}{{7*7}}</script>"
BUBBLE, SQUARE, STAR, INK = "#3b2f8f", "#14532d", "#f5b301", "#1a2230"
SIZES = {
    "desk": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844, "touch": True},
}

# West needs more by every criterion, 0.03 against 0.02 and 30 against 10, so it dominates
# East. How much of East is exposed is not known: between half and all of it.
# fmt: off
CRITERIA = [("1", "ead_per_value", 0.03, 0.03, 0.03, 0.85), ("1", "exposed_share", 1.0, 1.0, 1.0, 0.0),
            ("1", "poverty", 30.0, 30.0, 30.0, 0.25), ("2", "ead_per_value", 0.02, 0.02, 0.02, 0.9),
            ("2", "exposed_share", NAN, 0.5, 1.0, NAN), ("2", "poverty", 10.0, 10.0, 10.0, 0.75)]
# fmt: on
# fmt: off
STANDINGS = [
    {"district": "1", "criteria": 3, "criteria_known": 3, "score": 0.13, "score_low": 0.13, "score_high": 0.13,
     "rank": 1.0, "linear_rank": 1.0, "top_share": 0.93, "robustness": "high", "assets": 5,
     "non_dominated": True, "dominated_by": 0},
    {"district": "2", "criteria": 3, "criteria_known": 2, "score": NAN, "score_low": 0.19, "score_high": 0.7,
     "rank": 2.0, "linear_rank": 2.0, "top_share": 0.07, "robustness": "rarely", "assets": 5,
     "non_dominated": False, "dominated_by": 1},
]
# fmt: on
# Two in West, one in East, one that names no place and one of a place that nobody knows
STATEMENTS = [
    ("PKK", "Air masuk rumah tiap pasang", "West", "1", "shock", "flood"),
    ("Pemuda", HOSTILE, "West", "1", "unsorted", None),
    ("PKK", "Jalan turun setiap tahun", "east", "2", "stress", "sinking"),
    ("Pedagang", "Listrik sering padam", None, None, "shock", None),
    ("Pedagang", "Gang kami gelap", "Utopia", None, "stress", None),
]
# fmt: off
ACTIONS = [
    {"action": "Pump house", "owner": "Works", "districts": ("1",), "pressures": ("flood",), "drivers": ("7",),
     "budget": 2000.0, "first_year": 2026.0, "last_year": 2027.0, "status": "running", "whole_city": False},
    {"action": "Cash for the poor", "owner": "Social", "districts": (), "pressures": ("poverty",), "drivers": (),
     "budget": 500.0, "first_year": 2026.0, "last_year": NAN, "status": "planned", "whole_city": True},
    {"action": "Dike of Utopia", "owner": None, "districts": (), "pressures": (), "drivers": (), "budget": NAN,
     "first_year": NAN, "last_year": NAN, "status": None, "whole_city": False},
]
# fmt: on
# fmt: off
DECISIONS = [
    {"district": "2", "choice": "chosen", "reason": "the market lies there", "figures": "against", "stands": False},
    {"district": "2", "choice": "not chosen", "reason": "the market moves", "figures": "with", "stands": True},
    {"district": "1", "choice": "chosen", "reason": "the old dike leaks", "figures": "with", "stands": True},
]
# fmt: on
AT_THAT_TIME = {"non_dominated": True, "recorded_at": "2026-03-04T08:00:00+00:00"}


def voices(rows) -> pd.DataFrame:
    return contract_table(
        "STATEMENTS",
        [
            {
                "row": place,
                "group": group,
                "statement": text,
                "place": where,
                "district": district,
                "kind": kind,
                "pressure": pressure,
            }
            for place, (group, text, where, district, kind, pressure) in enumerate(rows, start=2)
        ],
    )


def preliminary_assessment(folder, **tables) -> ResilienceAssessment:
    """The preliminary assessment of the town, its tables written down by hand."""
    figures = ("value", "value_least", "value_most", "score")
    blank = {
        field.name: empty(table)
        for field, table in (
            (one, one.name.upper()) for one in dataclasses.fields(ResilienceAssessment)
        )
        if table in TABLES
    }
    drawn = ResilienceAssessment(
        **(
            blank
            | {
                "assessment": town_assessment(folder),
                "criteria": contract_table(
                    "CRITERIA",
                    [
                        {
                            "district": district,
                            "criterion": name,
                            **dict(zip(figures, of, strict=True)),
                        }
                        for district, name, *of in CRITERIA
                    ],
                ),
                "district_ranking": contract_table(
                    "DISTRICT_RANKING", [one | {"data_status": "exercise"} for one in STANDINGS]
                ),
                "statements": voices(STATEMENTS),
                "programmes": contract_table(
                    "PROGRAMMES",
                    [{"row": place} | one for place, one in enumerate(ACTIONS, start=2)],
                ),
                "decisions": contract_table(
                    "DECISIONS",
                    [
                        {
                            "decision": place,
                            "day": f"2026-03-0{place}",
                            "group": "Forum",
                            "rank": 1.0,
                            "top": 1.0,
                        }
                        | AT_THAT_TIME
                        | one
                        for place, one in enumerate(DECISIONS, start=1)
                    ],
                ),
                "district_indicators": contract_table(
                    "DISTRICT_INDICATORS",
                    [
                        {
                            "row": 2,
                            "district": "1",
                            "indicator": "poor people",
                            "value": 30.0,
                            "unit": "%",
                            "counted": True,
                        }
                    ],
                ),
            }
        )
    )
    return dataclasses.replace(drawn, **tables)


@pytest.fixture
def drawn(town_with_voices) -> ResilienceAssessment:
    return preliminary_assessment(town_with_voices)


def block_of(preliminary) -> dict:
    areas = preliminary.assessment.district_damage.sort_values(
        "rank", kind="stable", na_position="last"
    )
    return resilience_block(preliminary, areas.reset_index(drop=True))


# What is in the page


def test_every_statement_is_in_a_district_or_counted_apart(drawn):
    statements = block_of(drawn)["statements"]
    # shock, stress, unsorted of West (row 0) and East (row 1)
    assert statements["counts"] == [[0, 1, 0, 1], [1, 0, 1, 0]]
    totals = [statements[name] for name in ("total", "unplaced", "misplaced", "withheld")]
    assert totals == [5, 1, 1, 0]
    assert statements["kinds"] == [2, 2, 1]
    assert [statement["row"] for statement in statements["all"]] == [0, 0, 1, None, None]


def test_a_rank_on_the_map_is_that_of_the_printed_report(drawn):
    areas = drawn.assessment.district_damage
    turned = drawn.district_ranking.assign(rank=[2.0, 1.0])  # of West and East
    table = ranked(dataclasses.replace(drawn, district_ranking=turned), areas)
    ranks = table["rank"].set_axis(table["district"].astype(str))
    assert ranks[["1", "2"]].tolist() == [2.0, 1.0] and ranks.drop(["1", "2"]).isna().all()
    nobody = dataclasses.replace(drawn, district_ranking=turned.assign(rank=NAN))
    assert ranked(nobody, areas)["rank"].equals(areas["rank"])


PLACES = st.sampled_from(
    [("West", "1"), ("East", "2"), ("Utopia", None), (None, None), ("Elsewhere", "no district")]
)
KINDS = st.sampled_from(["shock", "stress", "unsorted", "something else"])


@given(rows=st.lists(st.tuples(PLACES, KINDS), max_size=12))
def test_no_statement_is_lost_wherever_it_lies(rows, town_of_examples):
    table = voices(
        [("PKK", "text", place, district, kind, None) for (place, district), kind in rows]
    )
    statements = block_of(dataclasses.replace(town_of_examples, statements=table))["statements"]
    placed = sum(sum(counts) for _, *counts in statements["counts"])
    apart = statements["unplaced"] + statements["misplaced"]
    assert placed + apart == statements["total"] == len(rows) == sum(statements["kinds"])
    assert len(statements["all"]) == len(rows)


@pytest.fixture(scope="module")
def town_of_examples(voices_once) -> ResilienceAssessment:
    return preliminary_assessment(voices_once)


def test_every_programme_is_in_a_district_or_counted_apart(drawn):
    programmes = block_of(drawn)["programmes"]
    assert [programme["rows"] for programme in programmes["all"]] == [[0], [], []]
    assert (programmes["whole_city"], programmes["misplaced"]) == (1, 1)
    assert programmes["all"][0]["shocks_and_stresses"] == [{"id": "Banjir", "en": "Flood"}]
    assert "budget" not in programmes["all"][2]  # not known is not 0


def test_the_page_names_which_district_dominates_which_in_both_directions(drawn):
    ranking = block_of(drawn)["ranking"]
    assert ranking["non_dominated"] == [True, False, False]
    assert (ranking["dominates"], ranking["dominated_districts"]) == ([1, 0, 0], [[1], [], []])
    assert (ranking["dominated_by"], ranking["dominating_districts"]) == (
        [0, 1, None],
        [[], [0], []],
    )


def test_what_is_compared_bears_its_name_unit_and_limits(drawn):
    annual, exposed, poverty = block_of(drawn)["criteria"]
    assert annual["name"] == {
        "en": "Damage relative to value",
        "id": "Kerusakan relatif terhadap nilai aset",
    }
    assert [one["written"] for one in (annual, exposed, poverty)] == ["share", "share", "number"]
    assert (annual["unit"], poverty["unit"]) == ("", "%")
    assert (exposed["value"], exposed["value_least"]) == ([1.0, None, None], [1.0, 0.5, None])


@pytest.mark.parametrize(
    ("value", "place", "sentence"),
    [
        (0.0, 0, "in no simulation"),
        (0.001, 1, "less than 10%: rarely"),
        (0.1, 2, "10% – 50%: robustness low"),
        (0.5, 3, "50% or more: robustness medium"),
        (0.899, 3, "50% or more: robustness medium"),
        (0.9, 4, "90% or more: robustness high"),
        (1.0, 4, "90% or more: robustness high"),
        (NAN, 5, "not ranked: too few assets or no data"),
    ],
)
def test_shares_fall_into_the_bands_that_the_city_declares(value, place, sentence):
    table = share_classes(likely=0.5, firm=0.9)
    assert classify(np.array([value]), table).tolist() == [place]
    assert label(table.classes[place], table, "en", currency="IDR") == sentence


@pytest.mark.parametrize(("likely", "firm"), [(0.0, 0.5), (0.05, 0.06), (0.1, 1.0)])
def test_every_share_has_one_band_whatever_is_declared(likely, firm):
    table = share_classes(likely=likely, firm=firm)
    found = classify(np.linspace(0, 1, 201), table)
    assert found.max() < len(table.classes)
    assert (np.diff(found.astype(int)) >= 0).all()


def test_what_was_found_stands_at_the_head_in_both_languages(drawn, tmp_path):
    for language, about in (
        ("en", "High from 90%, medium from 50%, low from 10%, otherwise rarely"),
        ("id", "Tinggi mulai 90%, sedang mulai 50%, rendah mulai 10%, selebihnya jarang"),
    ):
        assert about in write_map(drawn, tmp_path / "map.html", language=language).read_text(
            encoding="utf-8"
        )
    for language, sentence in (
        (
            "en",
            "Priority districts, decided by the forum: West.",
        ),
        (
            "id",
            "Wilayah prioritas, diputuskan forum: West.",
        ),
    ):
        html = write_map(drawn, tmp_path / "map.html", language=language).read_text(
            encoding="utf-8"
        )
        assert sentence in re.sub(r"<[^>]+>", "", html)


def test_a_map_without_it_holds_none_of_it(drawn, tmp_path):
    html = write_map(drawn.assessment, tmp_path / "map.html").read_text(encoding="utf-8")
    for part in ("data-preliminary", '"focus.group"', 'id="layer-preliminary"'):
        assert part not in html


def test_a_city_that_compares_nothing_still_shows_its_voices(drawn, tmp_path):
    bare = dataclasses.replace(
        drawn, criteria=empty("CRITERIA"), district_ranking=empty("DISTRICT_RANKING")
    )
    html = write_map(bare, tmp_path / "map.html").read_text(encoding="utf-8")
    block = json.loads(re.search(r'id="data-preliminary">(.*?)</script>', html, re.S)[1])
    assert block["statements"]["total"] == 5
    assert 'name="districts" value="ead" checked' in html
    assert 'data-word="focus.found"' not in html  # nothing is proposed


# Who may see what


def test_the_public_page_says_that_damage_is_not_published_not_that_nobody_knows_it(
    town_with_voices, tmp_path
):
    whole = assess_resilience(assess(read_city(town_with_voices)))
    path = write_map(disclosed_resilience(whole), tmp_path / "map.html", language="en")
    found = re.search(r'<p class="summary">(.*?)</p>', path.read_text(encoding="utf-8"), re.S)[1]
    found = re.sub(r"<[^>]+>", "", found)
    assert "EAD is not published." in found and "cannot be calculated" not in found


def test_the_public_page_holds_no_words_of_people_no_voter_and_no_reason(
    town_with_voices, tmp_path
):
    whole = assess_resilience(assess(read_city(town_with_voices)))
    whole = dataclasses.replace(
        whole,
        decisions=contract_table(
            "DECISIONS",
            [
                {
                    "decision": 1,
                    "day": "2026-03-01",
                    "group": "Forum Kota",
                    "rank": 1.0,
                    "top": 1.0,
                    **AT_THAT_TIME,
                    **DECISIONS[2],
                }
            ],
        ),
    )
    inside = decoded(write_map(whole, tmp_path / "inside.html").read_text(encoding="utf-8"))
    public = decoded(
        write_map(disclosed_resilience(whole), tmp_path / "map.html").read_text(encoding="utf-8")
    )
    for text in ("Air masuk rumah", "Sampah menumpuk", "Pedagang", "the old dike leaks"):
        assert text in inside, text
        assert text not in public, text
    for text in ("Dinas PU", "Pump house", '"merged_by"', '"voter"'):
        assert text not in public, text
    block = json.loads(re.search(r'id="data-preliminary">(.*?)</script>', public, re.S)[1])
    assert (
        block["statements"]["total"],
        block["statements"]["withheld"],
        block["statements"]["all"],
    ) == (4, 4, [])
    assert block["programmes"]["all"] == []


def test_an_invented_ballot_is_called_so_on_the_public_page_too(town_with_voices, tmp_path):
    real = (
        (town_with_voices / "city.toml")
        .read_text(encoding="utf-8")
        .replace("exercise = true }\n[", "}\n[")
    )
    (town_with_voices / "city.toml").write_text(real, encoding="utf-8")
    whole = assess_resilience(assess(read_city(town_with_voices)))
    for audience, title in (
        ("internal", "Forum"),
        ("public", "Masukan kelompok / Issues raised by groups"),
    ):
        html = write_map(
            disclosed_resilience(whole, audience), tmp_path / "map.html", language="en"
        ).read_text(encoding="utf-8")
        page = json.loads(re.search(r'id="data-page">(.*?)</script>', html, re.S)[1])
        assert title in page["exercise"], audience
        assert ("Forum" in page["exercise"]) == (audience == "internal")
        assert "FICTITIOUS TRAINING DATA, not for decisions" in html


# What a planner sees


@pytest.fixture
def map_of(open_page, tmp_path):
    def opened(preliminary, *, language="en", address="", **options):
        path = write_map(preliminary, tmp_path / "map.html", language=language)
        return open_page(path, address=address, **options)

    return opened


def colours(page, colour) -> int:
    """How many pixels of the map have a colour."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(page.locator("#map_city").screenshot()) as file, file.open() as dataset:
            picture = dataset.read()[:3].astype(int)
    wanted = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])[:, None, None]
    return int((np.abs(picture - wanted).max(axis=0) <= 12).sum())


def only(page, *wanted):
    """Show of the layers of the preliminary assessment only some, and no assets."""
    show_tab(page, "layers")
    for name in ("front", "statements", "actions", "decisions"):
        page.set_checked(f"#show-{name}", name in wanted)
    for name in ("exposed", "no_data", "not_exposed"):
        page.set_checked(f"#show-{name}", checked=False)
    page.evaluate("document.getElementById('legend').open = false")
    painted(page)


@pytest.mark.chromium
def test_every_layer_is_drawn_and_can_be_taken_off(map_of, drawn):
    opened = map_of(drawn)
    page = opened.page
    only(page)
    # 0.93 is high, 0.07 rarely; no district without a share has a place
    assert share(page, NORTH_WEST, over(ORRD[4], 0.82)) > 0.7
    assert share(page, NORTH_EAST, over(ORRD[0], 0.82)) > 0.7
    bare = {colour: colours(page, colour) for colour in (BUBBLE, SQUARE, STAR)}
    assert bare == {BUBBLE: 0, SQUARE: 0, STAR: 0}
    for name, colour in (("statements", BUBBLE), ("actions", SQUARE), ("decisions", STAR)):
        only(page, name)
        assert colours(page, colour) > 60, name
    only(page, "front")
    # level lines through West, which no district dominates, and none through East, which it dominates
    assert 0.05 < share(page, NORTH_WEST, INK, over(INK, 0.75, over(ORRD[4], 0.82))) < 0.5
    assert share(page, NORTH_EAST, INK) < 0.02
    page.check("input[name=districts][value=ead]")
    # what the map showed before is still there
    assert share(page, NORTH_EAST, over(ORRD[0], 0.82)) > 0.7
    settled(opened)


@pytest.mark.chromium
def test_a_district_without_a_score_is_hatched(map_of, drawn):
    opened = map_of(dataclasses.replace(drawn, district_ranking=drawn.district_ranking.iloc[:1]))
    page = opened.page
    only(page)
    assert 0.05 < share(page, NORTH_EAST, over(UNKNOWN_COLOUR, 0.82)) < 0.6
    page.evaluate("document.getElementById('legend').open = true")
    assert "not ranked: too few assets or no data" in page.inner_text("#legend")
    settled(opened)


@pytest.mark.chromium
def test_where_there_is_nothing_yet_the_map_says_so_and_lists_scores(map_of, drawn):
    bare = {
        name: empty(name.upper())
        for name in ("criteria", "district_ranking", "statements", "programmes", "decisions")
    }
    opened = map_of(dataclasses.replace(drawn, **bare))
    page = opened.page
    assert "No content yet" in page.text_content("#layer-preliminary")
    assert page.inner_text("#panel-focus th:nth-child(4)").strip() == "% of value a year"
    assert page.inner_text("#focus-rows").split()[0] == "1"
    assert page.locator("#legend-body ul:not(:last-child) .drawn").count() == 0
    settled(opened)


@pytest.mark.chromium
def test_the_legend_counts_what_lies_in_no_district(map_of, drawn):
    opened = map_of(drawn)
    page = opened.page
    show_tab(page, "layers")
    page.check("#show-actions")
    legend = " ".join(page.inner_text("#legend").split())
    for sentence in (
        "Districts: % of 1,000 simulations in the top 1",
        "90% or more: robustness high",
        "5 issues raised; districts concerned: 2 2 shocks, 2 stresses, 1 not classified 1 without a location. 1 names "
        "a place that",
        "3 programmes; districts concerned: 1 1 city-wide. 1 names a place that is not a district.",
        "decided as priority district 1 decided, not in line with the data 0 2 more decisions:",
    ):
        assert sentence in legend, legend
    page.click("#elsewhere summary")
    assert "Gang kami gelap" in page.inner_text("#elsewhere-rows")
    assert "Utopia" in page.inner_text("#elsewhere-rows")
    settled(opened)


# fmt: off
POPUP = {
    "en": ("in the top 1 in 93% of 1,000 simulations (robustness: high)", "Dominates", "East",
           "Damage relative to value", "3%", "30%", "1 shock, 1 not classified", "PKK · shock · Flood",
           "Pump house", "Works · 2026–2027 · running · Rp2,000", "decided as priority district",
           "the old dike leaks", "3 March 2026 · Forum · rank 1 at that time", "fictitious", "Exposure and damage"),
    "id": ("masuk 1 teratas dalam 93% dari 1.000 simulasi (kemantapan: tinggi)",
           "Mendominasi", "East", "Kerusakan relatif terhadap nilai aset", "3%", "30%",
           "1 guncangan, 1 belum diklasifikasi", "PKK · guncangan · Banjir", "Air masuk rumah tiap pasang",
           "Works · 2026–2027 · berjalan · Rp2.000", "diputuskan sebagai wilayah prioritas",
           "3 Maret 2026 · Forum · peringkat 1 saat itu", "rekaan", "Keterpaparan dan kerusakan"),
}
# fmt: on


@pytest.mark.chromium
@pytest.mark.parametrize("size", list(SIZES))
def test_the_popup_of_a_district_tells_all_of_it_in_both_languages(map_of, drawn, size):
    opened = map_of(drawn, address="#lang=en", **SIZES[size])
    page = opened.page
    show_tab(page, "focus")
    page.click("#focus-rows .go >> nth=0")
    for language in ("en", "id"):
        page.click(f"[data-language={language}]")
        text = popup_text(page).replace("\xa0", " ")
        for sentence in POPUP[language]:
            assert sentence in text, (sentence, text)
        assert HOSTILE in text
    if size == "phone":  # the folded legend lies below it, not on it
        popup, legend = (
            page.locator(one).bounding_box()
            for one in (".leaflet-popup-content-wrapper", "#legend")
        )
        assert popup["y"] + popup["height"] <= legend["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    settled(opened)


@pytest.mark.chromium
def test_what_is_not_known_and_no_longer_stands_is_said_so(map_of, drawn):
    opened = map_of(drawn)
    page = opened.page
    page.click("#focus-rows .go >> nth=1")
    text = popup_text(page).replace("\xa0", " ")
    for sentence in (
        "in the top 1 in 7% of 1,000 simulations (robustness: rarely)",
        "Dominated by\nWest",
        "Dominates\nnone",
        "between 0.19 and 0.70",
        "between 50% and 100%",
        "not chosen, in line with the data",
        "decided as priority district",
        "no longer in force",
    ):
        assert sentence in text, (sentence, text)
    settled(opened)


@pytest.mark.chromium
def test_a_word_that_has_no_name_stands_as_it_is_and_the_popup_opens(map_of, drawn):
    first = drawn.district_ranking.assign(
        robustness=pd.Series(["half sure", "rarely"], dtype="str")
    )
    opened = map_of(
        dataclasses.replace(
            drawn,
            district_ranking=first,
            programmes=contract_table(
                "PROGRAMMES", [{"row": 2} | ACTIONS[0] | {"status": HOSTILE}]
            ),
            decisions=contract_table(
                "DECISIONS",
                [
                    {
                        "decision": 1,
                        "day": "2026-03-01",
                        "group": "Forum",
                        "district": "1",
                        "choice": "put off",
                        "reason": "none",
                        "figures": "in part",
                        "stands": True,
                        **AT_THAT_TIME,
                    }
                ],
            ),
        )
    )
    opened.page.click("#focus-rows .go >> nth=0")
    text = popup_text(opened.page).replace("\xa0", " ")
    for sentence in (
        "in the top 1 in 93% of 1,000 simulations (robustness: half sure)",
        f"2026–2027 · {HOSTILE} · ",
        "put off, in part",
    ):
        assert sentence in text, (sentence, text)
    settled(opened)


@pytest.mark.chromium
def test_a_sign_opens_its_district(map_of, drawn):
    opened = map_of(drawn)
    page = opened.page
    page.evaluate("document.getElementById('legend').open = false")
    left, top, right, bottom = rectangle(page, (50, 0, 100, 100))
    # in the middle of East, where its bubble stands
    page.mouse.click((left + right) / 2, (top + bottom) / 2 - 11)
    assert popup_text(page).startswith("East")
    settled(opened)


@pytest.mark.chromium
def test_keys_choose_what_is_shown_and_a_link_opens_it_again(map_of, drawn):
    opened = map_of(drawn)
    page = opened.page
    assert "also=" not in page.url
    show_tab(page, "layers")
    page.focus("#show-actions")
    page.keyboard.press("Space")
    page.focus("#show-front")
    page.keyboard.press("Space")
    assert "also=statements%2Cactions%2Cdecisions" in page.evaluate("location.hash")
    address = page.evaluate("location.hash")
    again = map_of(drawn, address=address).page
    chosen = {
        name: again.is_checked(f"#show-{name}")
        for name in ("front", "statements", "actions", "decisions")
    }
    assert chosen == {"front": False, "statements": True, "actions": True, "decisions": True}
    settled(opened)


@pytest.mark.chromium
def test_the_picture_that_is_taken_away_has_signs_mark_and_legend(map_of, drawn):
    opened = map_of(drawn)
    page = opened.page
    show_tab(page, "layers")
    with page.expect_download() as taken:
        page.click("#take-picture")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(taken.value.path().read_bytes()) as file, file.open() as dataset:
            picture = dataset.read()[:3].astype(int)
    below = page.evaluate("map_city.getContainer().offsetHeight")
    for colour in (BUBBLE, STAR):
        wanted = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])[
            :, None, None
        ]
        near = np.abs(picture - wanted).max(axis=0) <= 10
        assert near[:below].sum() > 60, colour
        assert near[below:].sum() > 30, colour  # next to its words
    settled(opened)


@pytest.mark.chromium
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("language", ["en", "id"])
def test_everyone_can_use_it(map_of, drawn, size, language):
    opened = map_of(drawn, address=f"#lang={language}", **SIZES[size])
    page = opened.page
    show_tab(page, "layers")
    page.check("#show-actions")
    page.click("#elsewhere summary")
    assert (grave_faults(page), weak_texts(page)) == ([], [])
    show_tab(page, "focus")
    page.click("#focus-rows .go >> nth=0")
    popup_text(page)
    assert (grave_faults(page), weak_texts(page)) == ([], [])
    settled(opened)


@pytest.mark.chromium
def test_a_reader_without_scripts_sees_the_shares(open_page, drawn, tmp_path):
    write_map(drawn, tmp_path / "map.html", language="id")
    page = open_page(tmp_path / "map.html", scripts=False).page
    text = page.inner_text("#still")
    assert "Wilayah: % dari 1.000 simulasi saat masuk 1 teratas" in text
    assert "93%" in text
    assert "90% atau lebih: kemantapan tinggi" in text
    assert weak_texts(page) == []


@pytest.mark.chromium
def test_no_text_of_people_is_ever_markup(map_of, drawn):
    rows = [(name, name, "West", "1", "shock", name) for name in ARMED] + [
        (name, name, name, None, "stress", None) for name in ARMED
    ]
    words = ("action", "owner", "fund", "partner", "programme", "activity", "sub_activity")
    done = [
        dict.fromkeys(words, name)
        | {
            "row": place,
            "districts": ("1",),
            "pressures": (name,),
            "drivers": (name,),
            "budget": 1.0,
            "status": "done",
            "whole_city": False,
        }
        for place, name in enumerate(ARMED)
    ]
    decided = [
        {
            "decision": place,
            "day": "2026-03-01",
            "group": name,
            "reason": name,
            "district": "1",
            "choice": "chosen",
            "figures": "with",
            "rank": 1.0,
            "stands": True,
        }
        | AT_THAT_TIME
        for place, name in enumerate(ARMED, start=1)
    ]
    criteria = pd.concat(
        [drawn.criteria, *(drawn.criteria.iloc[[0, 3]].assign(criterion=name) for name in ARMED)]
    )
    units = contract_table(
        "DISTRICT_INDICATORS",
        [
            {
                "row": place,
                "district": "1",
                "indicator": name,
                "value": 1.0,
                "unit": name,
                "counted": True,
            }
            for place, name in enumerate(ARMED)
        ],
    )
    opened = map_of(
        dataclasses.replace(
            drawn,
            statements=voices(rows),
            programmes=contract_table("PROGRAMMES", done),
            decisions=contract_table("DECISIONS", decided),
            criteria=criteria.reset_index(drop=True),
            district_indicators=units,
        )
    )
    page = opened.page
    show_tab(page, "layers")
    page.check("#show-actions")
    page.click("#elsewhere summary")
    show_tab(page, "focus")
    page.click("#focus-rows .go >> nth=0")
    popup_text(page)
    for box in (".leaflet-popup-content", "#elsewhere-rows"):
        text = page.text_content(box)
        assert not [name for name in ARMED if name not in text], box
        assert page.locator(f"{box} img, {box} script, {box} svg").count() == 0
    settled(opened)
