"""Twenty questions of planners on three cities: the page answers each in at most three actions, in
Chromium and in Firefox, with the figures of the tables.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence

import pandas as pd
import pytest

from asset_inventory.assessment.resilience import assess_resilience, priority_districts_of
from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.messages import money, number, percent, rounded_people, say
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import rows_at
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.table_view import district_names
from tests.support.browser import until
from tests.support.firefox import firefox
from tests.support.jakarta import JAKARTA, TOML

pytestmark = pytest.mark.slow

# What a planner does: clicks, chooses in a list, moves the slider, or types and presses Enter.
ACT = """async ([kind, selector, value]) => {
    const end = performance.now() + 20000;
    const pause = () => new Promise((resolve) => setTimeout(resolve, 30));
    let box = null;
    while (!(box = document.querySelector(selector))?.checkVisibility() && performance.now() < end) await pause();
    if (!box?.checkVisibility()) throw new Error(`nobody sees ${selector}`);
    box.scrollIntoView({ block: "center" });
    const { left, top, width, height } = box.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!box.contains(hit) && !hit?.contains(box)) throw new Error(`${selector} is covered`);
    if (kind === "click") { box.click(); return; }
    box.focus();
    box.value = value;
    if (kind === "choose") { box.dispatchEvent(new Event("change", { bubbles: true })); return; }
    box.dispatchEvent(new Event("input", { bubbles: true }));
    if (kind === "slide") return;
    while (!document.querySelector("#find-list [role=option]") && performance.now() < end) await pause();
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
}"""
READ = """async ([selector, wanted]) => {
    const end = performance.now() + 20000;
    const read = () => (document.querySelector(selector)?.innerText ?? "").replace(/[\\s\\u00a0]+/g, " ");
    while (!read().includes(wanted) && performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 30));
    }
    return read();
}"""
Action = tuple[str, str, str]


@dataclasses.dataclass(frozen=True)
class Question:
    """A question, what the planner does, where the answer is, and what it is by the tables."""

    city: str
    asked: str
    actions: Sequence[Action]
    where: str
    answer: Callable[[object], str]


def click(selector: str) -> Action:
    return "click", selector, ""


def ask(name: str) -> Action:
    return click(f"[data-ask={name}]")


def choose(hazard: int) -> Action:
    return "choose", "#hazard", str(hazard)


def slide(place: int) -> Action:
    return "slide", "#period", str(place)


def exposed(assessment: Assessment, hazard: str, period: float) -> str:
    counts = assessment.exposure_counts[rows_at(assessment.exposure_counts, hazard, period)]
    values = {"part": int(counts["exposed"].sum()), "whole": len(assessment.assets)}
    return say("map.of", "en", **values)


def damage(assessment: Assessment, hazard: str, period: float) -> str:
    rows = assessment.damage[rows_at(assessment.damage, hazard, period)]
    return money(float(rows["damage"].sum()), assessment.city.currency, "en")


def of_types(assessment: Assessment, types: Sequence[str], hazard: str, period: float) -> str:
    table = assessment.exposure_counts[rows_at(assessment.exposure_counts, hazard, period)]
    table = table[table["asset_type"].isin(types)]
    assets = assessment.assets["asset_type"].isin(types).sum()
    return say("map.of", "en", part=int(table["exposed"].sum()), whole=int(assets))


def people(assessment: Assessment, hazard: str, period: float) -> str:
    table = assessment.people_exposed[rows_at(assessment.people_exposed, hazard, period)]
    total = rounded_people(float(table["people_exposed"].sum()))
    return say("map.about_people", "en", people=total)


def ead(assessment: Assessment) -> str:
    return money(float(assessment.joint_ead["ead"].sum()), assessment.city.currency, "en")


def future(assessment: Assessment, year: int) -> str:
    rows = assessment.future_ead[(assessment.future_ead["year"] == year).to_numpy()]
    return money(float(rows["ead"].sum()), assessment.city.currency, "en")


def highest_in(assessment: Assessment, year: int) -> str:
    rows = assessment.future_ead[(assessment.future_ead["year"] == year).to_numpy()]
    district = assessment.assets.set_index("asset_id")["district"].astype(str)
    sums = rows["ead"].groupby(rows["asset_id"].astype(str).map(district)).sum()
    names = assessment.district_damage.set_index("district")["name"]
    return str(names[sums.drop("outside districts", errors="ignore").idxmax()])


def costliest(assessment: Assessment) -> str:
    joint = assessment.joint_ead.set_index(assessment.joint_ead["asset_id"].astype(str))
    worst = assessment.assets.set_index("asset_id").loc[joint["ead"].idxmax()]
    return str(worst.name if pd.isna(worst["name"]) else worst["name"])


def first_of(assessment: Assessment) -> str:
    ranked = assessment.district_damage.sort_values("rank", kind="stable")
    return str(ranked["name"].iloc[0])


def first_district(pra) -> str:
    return priority_districts_of(pra).districts[0]


def proposed(pra) -> str:
    names = district_names(pra.assessment.district_damage, "en")
    return ", ".join(names[district] for district in priority_districts_of(pra).districts)


def share_of_first(pra) -> str:
    table = pra.district_ranking.set_index("district")
    share = float(table["top_share"][first_district(pra)])
    return f"in the top {pra.assessment.city.resilience.top} in {percent(share, 'en')} of"


def median_of_poverty(pra) -> str:
    rows = pra.criteria[(pra.criteria["criterion"] == "penduduk miskin").to_numpy()]
    return f"{number(float(rows['value'].median()), 'en')}%"


def programme_of_first(pra) -> str:
    table = pra.programmes
    serves = [first_district(pra) in map(str, districts) for districts in table["districts"]]
    return str(table["action"][serves].iloc[0])


def difference(assessment: Assessment) -> str:
    counts = assessment.exposure_counts
    of = [int(counts[rows_at(counts, "banjir", period)]["exposed"].sum()) for period in (10, 100)]
    return " ".join([number(of[0], "en"), number(of[1], "en"), "+" + number(of[1] - of[0], "en")])


def on_semarang(figure: Callable[[Assessment], str]) -> Callable[[object], str]:
    return lambda pra: figure(pra.assessment)


HEALTH, EDUCATION = ("rumah sakit", "klinik"), ("sekolah", "kampus")
FIRST = "#focus-rows tr:first-child .go"
# fmt: off
QUESTIONS = (
    Question("semarang", "Which kelurahan first?", (), "#answer", proposed),
    Question("semarang", "Why this one?", (click(FIRST),), ".leaflet-popup-content", share_of_first),
    Question("semarang", "Is it poorer than the others?", (click(FIRST),), ".leaflet-popup-content", median_of_poverty),
    Question("semarang", "What does the city do there?", (click(FIRST),), ".leaflet-popup-content", programme_of_first),
    Question("semarang", "What floods?", (ask("floods"),), "#answer",
             on_semarang(lambda city: exposed(city, "banjir", 100))),
    Question("semarang", "Which health facilities flood once in 100 years?", (ask("floods"),), "#tiles",
             on_semarang(lambda city: "Health " + of_types(city, HEALTH, "banjir", 100))),
    Question("semarang", "What does that cost?", (ask("floods"),), "#tiles",
             on_semarang(lambda city: damage(city, "banjir", 100))),
    Question("semarang", "What does a flood of 25 years cost?", (choose(1), slide(2)), "#tiles",
             on_semarang(lambda city: damage(city, "banjir", 25))),
    Question("semarang", "How many residents lie in its zones?", (choose(1), slide(2)), "#tiles",
             on_semarang(lambda city: people(city, "banjir", 25))),
    Question("semarang", "How many schools does a flood of 10 years reach?", (choose(1), slide(1)), "#tiles",
             on_semarang(lambda city: "Education " + of_types(city, EDUCATION, "banjir", 10))),
    Question("semarang", "What does rob reach?", (choose(0),), "#answer",
             on_semarang(lambda city: exposed(city, "rob", 25))),
    Question("semarang", "What is the damage a year?", (ask("cost"),), "#answer", on_semarang(ead)),
    Question("semarang", "What changes by 2051?", (ask("change"),), "#answer",
             on_semarang(lambda city: future(city, 2051))),
    Question("semarang", "Where is it worst in 2051?", (ask("change"),), "#focus-rows tr:first-child",
             on_semarang(lambda city: highest_in(city, 2051))),
    Question("semarang", "How much more does 100 years reach than 10?",
             (choose(1), slide(1), ("choose", "#other", "banjir:100")), "#differences", on_semarang(difference)),
    Question("canflood-bc", "What does the rarest flood cost?", (ask("floods"),), "#tiles",
             lambda city: damage(city, *_rarest(city))),
    Question("canflood-bc", "Which asset costs most?", (ask("cost"),), "#asset-rows tr:first-child", costliest),
    Question("jakarta", "What lies in deep water?", (choose(1),), "#answer",
             lambda city: exposed(city, "flood depth", float("nan"))),
    Question("jakarta", "What does it cost?", (ask("cost"),), "#answer",
             lambda _: say("map.answer.no_cost", "en")),
    Question("jakarta", "Where are most assets exposed?", (ask("first"),), "#answer", first_of),
)
# fmt: on


def _rarest(assessment: Assessment) -> tuple[str, float]:
    hazard = next(hazard for hazard in assessment.city.hazards if hazard.kind == "shock")
    counts = assessment.exposure_counts
    return hazard.name, float(counts["return_period"][counts["hazard"] == hazard.name].max())


@pytest.fixture(scope="module")
def cities(assessed_once, tmp_path_factory):
    """What a page is made of, and the page, by city; Jakarta only where its data is at hand."""
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "semarang": assess_resilience(assessed_once("semarang")),
        "canflood-bc": assessed_once("canflood-bc"),
    }
    if JAKARTA.is_dir():
        (folder / "jakarta").mkdir()
        (folder / "jakarta" / "city.toml").write_text(TOML, encoding="utf-8")
        made["jakarta"] = assess(read_city(folder / "jakarta"))
    return {
        name: (of, write_map(of, folder / f"{name}.html", language="en"))
        for name, of in made.items()
    }


@pytest.fixture(scope="module")
def tab(firefox_program, tmp_path_factory):
    with firefox(firefox_program, tmp_path_factory.mktemp("profile")) as opened:
        opened.show(width=1440, height=900)
        yield opened


def answered(question: Question, cities, page) -> None:
    if question.city not in cities:
        pytest.skip("the Jakarta layers (not ours to ship) are not at hand")
    of, _ = cities[question.city]
    assessment = of if isinstance(of, Assessment) else of.assessment
    wanted = in_city_words(lambda _, answer: answer(of))(assessment, question.answer)
    assert len(question.actions) <= 3
    for action in question.actions:
        page.evaluate(ACT, list(action))
    wanted = wanted.replace("\xa0", " ")
    assert wanted in page.evaluate(READ, [question.where, wanted])


def test_there_are_twenty_of_them_on_three_cities():
    assert len(QUESTIONS) == 20
    assert {question.city for question in QUESTIONS} == {"semarang", "canflood-bc", "jakarta"}


@pytest.mark.chromium
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.asked)
def test_a_planner_reads_the_answer_in_chromium(question, cities, open_page):
    if question.city in cities:
        opened = open_page(cities[question.city][1], width=1440, height=900)
        answered(question, cities, opened.page)
        assert opened.wrong == []
        assert opened.violations() == []
    else:
        answered(question, cities, None)


# The part of the screen that is map and not under the panel.
FREE = """() => {
    const [map, panel] = [".folium-map", "#panel"].map((name) => document.querySelector(name).getBoundingClientRect());
    const shared = (low, high) => Math.max(0, Math.min(map[high], panel[high]) - Math.max(map[low], panel[low]));
    const covered = shared("left", "right") * shared("top", "bottom");
    return (map.width * map.height - covered) / (innerWidth * innerHeight);
}"""


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("width", "height", "least"), [(1440, 900, 0.75), (1280, 720, 0.75), (390, 844, 0.7)]
)
def test_most_of_the_screen_is_map(width, height, least, cities, open_page):
    opened = open_page(cities["semarang"][1], width=width, height=height, touch=width < 700)
    assert opened.page.evaluate(FREE) >= least
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.firefox
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.asked)
def test_a_planner_reads_the_answer_in_firefox(question, cities, tab):
    if question.city in cities:
        tab.wrong.clear()
        tab.go("about:blank")
        tab.go(cities[question.city][1].as_uri())
        tab.until("window.__mapReady === true")
    answered(question, cities, tab)
    assert tab.wrong == []


@pytest.mark.chromium
def test_the_full_table_on_paper_has_all_assets_and_the_list_is_short_again(cities, open_page):
    pra, path = cities["semarang"]
    page = open_page(path, width=1440, height=900).page
    page.click("[data-ask=floods]")
    page.select_option("#hazard", "1")
    exposure = pra.assessment.exposure
    maps = exposure[rows_at(exposure, "banjir", 100)]
    exposed = int((maps["exposed_fraction"] > 0).sum())
    unknown = int(((maps["exposed_fraction"] == 0) & (maps["no_data_fraction"] > 0)).sum())
    until(page, "document.querySelectorAll('#asset-rows tr').length", 100)
    page.evaluate("() => { print = () => dispatchEvent(new Event('beforeprint')); }")
    page.click("#tab-layers")
    page.click("#take-full")
    rows = "document.querySelectorAll('#print-list tbody tr').length"
    until(page, rows, exposed + unknown)
    whole = f"{exposed + unknown:,} of {exposed + unknown:,} filtered assets"
    assert page.inner_text("#print-list p") == whole
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    until(page, "document.querySelectorAll('#asset-rows tr').length", 100)


@pytest.mark.chromium
def test_paper_has_the_first_rows_of_the_list_that_was_shown(cities, open_page):
    """Also districts that are not ranked, where the list is sorted by their damage in a year."""
    page = open_page(cities["semarang"][1], width=1440, height=900).page
    rows = "(box) => [...document.querySelectorAll(`#${box} tr`)].map((row) => row.textContent)"
    for asked, body in (("change", "focus-rows"), ("floods", "asset-rows")):
        page.click(f"[data-ask={asked}]")
        page.wait_for_function(f"document.querySelectorAll('#{body} tr').length >= 10")
        shown = page.evaluate(rows, body)[:10]
        page.click("#tab-about")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        assert page.evaluate(rows, "print-list tbody") == shown
        seen = "[...document.querySelectorAll('#print-list tbody tr')].every((row) => row.checkVisibility())"
        assert page.evaluate(seen)
        page.emulate_media(media="screen")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        if asked == "change":
            assert any(text.startswith("–") for text in shown)


@pytest.mark.chromium
def test_a_district_without_assets_and_a_filter_are_said_in_the_answer(cities, open_page):
    assessment, path = cities["semarang"][0].assessment, cities["semarang"][1]
    counted = set(assessment.assets["district"].astype(str))
    empty = next(one for one in assessment.districts["district"].astype(str) if one not in counted)
    for asked in ("first", "cost", "change", "unknown"):
        page = open_page(path, address=f"#ask={asked}&in={empty}&lang=en").page
        wanted = say("map.answer.no_assets", "en")
        assert wanted in page.evaluate(READ, ["#answer", wanted])
    page = open_page(path, address="#asset_type=sekolah&lang=en").page
    wanted = say("map.answer.unfiltered", "en", called_plural="kelurahan")
    assert wanted in page.evaluate(READ, ["#answer", wanted])


@pytest.mark.chromium
def test_lists_have_the_damage_of_the_hazard_that_is_chosen(cities, open_page):
    """Not that of all hazards: one asset would have more than the city."""
    assessment, path = cities["semarang"][0].assessment, cities["semarang"][1]
    ead = assessment.ead[(assessment.ead["hazard"] == "rob").to_numpy()]
    ead = ead.assign(asset_id=ead["asset_id"].astype(str)).set_index("asset_id")["ead"].dropna()
    assets = assessment.assets.assign(asset_id=assessment.assets["asset_id"].astype(str)).set_index(
        "asset_id"
    )
    page = open_page(
        path, address="#ask=floods&hazard=rob&period=1&lang=en", width=1440, height=900
    ).page
    top = ead.idxmax()
    name, worth = assets.loc[top, "name"], money(ead[top], "IDR", "en")
    first = "document.querySelector('#asset-rows tr').textContent.replace('\\u00a0', ' ')"
    for text in (name, worth.replace("\xa0", " ")):
        until(page, f"{first}.includes({json.dumps(text)})")
    label = next(one.label.en for one in assessment.city.hazards if one.name == "rob")
    assert f"EAD ({label})" in page.evaluate(
        "document.querySelector('#panel-assets thead').textContent"
    )
    page.click("#tab-focus")
    heads = page.evaluate(
        "[...document.querySelectorAll('#panel-focus thead th')].map((one) => one.innerText)"
    )
    assert heads[2].strip() == f"EAD ({label})" and "all hazards" in heads[3]
    by_district = ead.groupby(assets["district"].astype(str).reindex(ead.index)).sum()
    district = assessment.districts.set_index("district").loc[by_district.idxmax(), "name"]
    page.click("#panel-focus thead th:nth-child(3) button")
    row = page.evaluate("document.querySelector('#focus-rows tr').innerText").replace("\xa0", " ")
    assert (
        str(district) in row and money(by_district.max(), "IDR", "en").replace("\xa0", " ") in row
    )
