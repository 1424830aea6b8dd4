"""The figures of the tiles are those of the tables, whatever is chosen, and give no withheld count
back.
"""

from __future__ import annotations

import dataclasses
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.disclosure.assessment import FEW, WITHHELD, disclosed
from asset_inventory.messages import money, number, rounded_down, rounded_people, say
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import OUTSIDE_DISTRICTS, rows_at
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.report.people import people_tables
from asset_inventory.outputs.views.city import displaced_in, in_page_order
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.tiles import people_of_places, tile_figures
from tests.support.browser import until
from tests.support.map_page import TILES, filter_by, settled
from tests.support.page_contents import block_of
from tests.support.town import X, Y, write_layer
from tests.support.varied_town import SIDE, VARIED_TOML, draw_varied_town

pytestmark = pytest.mark.slow

SERVICES = {
    "health": ("rumah sakit", "klinik", "hospital", "clinic"),
    "education": ("sekolah", "kampus"),
}


@dataclasses.dataclass(frozen=True)
class Choice:
    """What is chosen on the page; exposed assets stay from the class of this place on, by their
    EAD over all maps or by their intensity under one.
    """

    hazard: str | None = None
    period: float | None = None
    year: int | None = None
    district: str | None = None
    types: tuple[str, ...] = ()
    from_class: int = 0

    def address(self, lows: list[float]) -> str:
        parts: list[tuple[str, object]] = [("ask", "none")]
        if self.hazard is not None:
            parts += [("hazard", self.hazard), ("period", f"{self.period:g}")]
        parts += [("year", self.year)] if self.year else []
        parts += [("in", self.district)] if self.district else []
        parts += [("asset_type", name) for name in self.types]
        parts += [("from", f"{low:.15g}") for low in lows[self.from_class :] if self.from_class]
        return "#" + urlencode(parts)


def chosen(assessment: Assessment, choice: Choice, lows: list[float]) -> pd.DataFrame:
    """The assets that stay, each with its `state` under the map or under all maps."""
    assets = pd.DataFrame(assessment.assets.drop(columns="geometry"))
    assets = assets.astype({"asset_id": str, "district": str}).set_index("asset_id")
    exposure = assessment.exposure.astype({"asset_id": str})
    joint = assessment.joint_ead.astype({"asset_id": str}).set_index("asset_id")["ead"]
    if choice.hazard is not None:
        exposure = exposure[rows_at(exposure, choice.hazard, choice.period)]
    of = exposure.groupby("asset_id")
    assets = assets.join(of[["exposed_fraction", "no_data_fraction", "intensity_max"]].max())
    cases = [~assets["usable"], assets["exposed_fraction"] > 0, assets["no_data_fraction"] > 0]
    assets["state"] = np.select(cases, ["unusable", "exposed", "no_data"], "not_exposed")
    if choice.district:
        assets = assets[assets["district"] == choice.district]
    if choice.types:
        assets = assets[assets["asset_type"].isin(choice.types)]
    if choice.from_class:
        by = assets["intensity_max"] if choice.hazard else joint.reindex(assets.index)
        assets = assets[(assets["state"] != "exposed") | (by >= lows[choice.from_class])]
    return assets


def money_of(assessment: Assessment, choice: Choice, assets: pd.DataFrame) -> list[str]:
    """The tile of damage: what it says and its note; empty where the city has no figure."""
    currency = assessment.city.currency

    def total(table: pd.DataFrame, column: str) -> tuple[float, int]:
        values = table[table["asset_id"].astype(str).isin(assets.index)][column].dropna()
        return values.sum() if len(values) else np.nan, len(values)

    def tile(table: pd.DataFrame, column: str) -> list[str]:
        figure, count = total(table, column)
        note = say("map.tile.assets_with_figure", "en", count=count)
        return [money(figure, currency, "en"), note] if table[column].notna().any() else []

    future = assessment.future_ead
    if choice.year is not None:
        rows = future[(future["year"] == choice.year).to_numpy()]
        shown, note = tile(rows, "ead")
        if rows["at_least"].any():
            shown = say("map.answer.or_more", "en", figure=shown)
        return [shown, note]
    if choice.hazard is None:
        return tile(assessment.joint_ead, "ead")
    of_hazard = assessment.ead[(assessment.ead["hazard"] == choice.hazard).to_numpy()]
    found = tile(
        assessment.damage[rows_at(assessment.damage, choice.hazard, choice.period)], "damage"
    )
    if not found:
        return tile(of_hazard, "ead")
    found[1] = found[1].replace("asset", "exposed asset")
    ead, known = total(of_hazard, "ead")
    if known:
        found[1] += " · " + say("map.tile.ead", "en", ead=money(ead, currency, "en"))
    return found


def people_of(assessment: Assessment, choice: Choice) -> list[str]:
    """The tile of residents; empty where no count is known."""
    table = assessment.district_damage
    if choice.hazard is not None:
        table = assessment.people_exposed
        table = table[rows_at(table, choice.hazard, choice.period)]
    table = table.set_index(table["district"].astype(str))
    counts = table["people_exposed"].dropna()
    if counts.empty:
        return []
    note = say("map.tile.people_in", "en", count=len(counts))
    count = counts.sum()
    if choice.district:
        note, count = say("map.tile.estimate", "en"), counts.get(choice.district)
    if choice.types or choice.from_class:
        note += " · " + say("map.tile.people_unfiltered", "en")
    if count is None:
        rule = str(table["people_rule"].get(choice.district))
        word = {"fewer than 10": "few", "withheld": "withheld"}.get(rule)
        return [say(f"map.people_rule.{word}" if word else "number.not_known", "en"), note]
    of_city = {*assessment.district_damage["district"]} - {OUTSIDE_DISTRICTS}
    if not choice.district and len(counts) < len(of_city):
        return [say("map.answer.or_more", "en", figure=number(rounded_down(count), "en")), note]
    people = rounded_people(count)
    return [
        number(people, "en") if people < 1000 else say("map.about_people", "en", people=people),
        note,
    ]


@in_city_words
def expected(assessment: Assessment, choice: Choice, lows: list[float]) -> list[list[str]]:
    """The tiles of a choice in English, summed by pandas from the tables."""
    assets = chosen(assessment, choice, lows)
    everything = len(chosen(assessment, dataclasses.replace(choice, from_class=0), lows))
    counts = assets["state"].value_counts()
    counts["other"] = everything - len(assets)  # exposed in classes that are not chosen
    states = ["exposed", "other", "not_exposed", "no_data", "unusable"]
    counts = counts.reindex(states, fill_value=0)
    assert counts.sum() == everything
    parts = [
        say(f"map.tile.{name}", "en", count=int(counts[name]))
        for name in states[1:]
        if name in ("not_exposed", "no_data") or counts[name]
    ]
    part_of = say("map.of", "en", part=int(counts["exposed"]), whole=everything)
    services = []
    for name, types in SERVICES.items():
        own = assets[assets["asset_type"].isin(types)]
        part = int((own["state"] == "exposed").sum())
        if len(own):
            services.append(say(f"map.tile.{name}", "en", part=part, whole=len(own)))
    tiles = [
        money_of(assessment, choice, assets),
        [part_of, " · ".join(parts)],
        people_of(assessment, choice),
        services,
    ]
    return [[text.replace("\xa0", " ") for text in tile] for tile in tiles if tile]


FIGURES = (
    f"Object.values({TILES}).map((texts) => texts.map((text) => text.replaceAll('\\u00a0', ' ')))"
)


@pytest.fixture(scope="module")
def made_town(tmp_path_factory) -> Assessment:
    return assess(read_city(draw_varied_town(tmp_path_factory.mktemp("varied"))))


@pytest.fixture(scope="module")
def cities(made_town, assessed_once, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiles")
    made = {"town": made_town, "semarang": assessed_once("semarang")}
    return {
        name: (assessment, write_map(assessment, folder / f"{name}.html", language="en"))
        for name, assessment in made.items()
    }


# fmt: off
CHOICES = {
    "town": (
        Choice(),
        Choice("flood", 50), Choice("river", 20), Choice("river", 200), Choice("landslide", 100), Choice("rob", 20),
        Choice(year=2036), Choice(year=2066), Choice("flood", 50, year=2066),
        Choice(year=2066, district="2", types=("road",)),
        Choice(district="1"), Choice("river", 200, district="2"),
        Choice(types=("house",)), Choice("river", 50, types=("clinic", "road")),
        Choice(district="1", types=("house", "road"), from_class=2),
        Choice("river", 200, district="2", types=("house", "road"), from_class=2),
    ),
    "semarang": (
        Choice(), Choice("banjir", 5), Choice("banjir", 100), Choice("rob", 25), Choice(year=2051),
        Choice(year=2051, district="33.74.05.1001"), Choice("banjir", 100, year=2036),
        Choice("banjir", 100, district="33.74.05.1001"), Choice("rob", 1, district="33.74.05.1001"),
        Choice(types=("sekolah", "klinik")), Choice("banjir", 25, types=("jalan utama",)),
        Choice(district="33.74.05.1001", types=("jalan utama", "jalan lingkungan"), from_class=2),
        Choice("banjir", 100, district="33.74.05.1001", types=("jalan lingkungan",), from_class=3),
    ),
}
# fmt: on


@pytest.mark.chromium
@pytest.mark.parametrize("name", CHOICES)
def test_the_tiles_are_the_sums_of_the_tables(name, cities, open_page):
    assessment, path = cities[name]
    opened = open_page(path)
    page = opened.page
    hazards = [hazard.name for hazard in assessment.city.hazards]
    classes = block_of(path.read_text(encoding="utf-8"), "classes")
    seen = []
    for choice in CHOICES[name]:
        table = f"assets-{hazards.index(choice.hazard)}" if choice.hazard else "assets"
        lows = [one["low"] for one in classes[table]["classes"] if one["low"] is not None]
        page.goto("about:blank")
        page.goto(path.as_uri() + choice.address(lows))
        until(page, "window.__mapReady === true")
        tiles = expected(assessment, choice, lows)
        until(page, FIGURES, tiles)
        seen.append(tiles)
    # a test of equal choices would prove nothing
    assert len({str(tiles) for tiles in seen}) == len(seen)
    settled(opened)


@pytest.mark.chromium
def test_the_tiles_follow_the_controls(cities, open_page):
    assessment, path = cities["town"]
    opened = open_page(path, width=1440, height=900)
    page = opened.page

    def shows(choice: Choice) -> None:
        until(page, FIGURES, expected(assessment, choice, []))

    page.select_option("#hazard", "1")
    page.locator("#period").fill("1")
    shows(Choice("river", 50))
    filter_by(page, "asset_type", "road")
    shows(Choice("river", 50, types=("road",)))
    page.select_option("#hazard", "0")
    page.select_option("#year", "2066")
    shows(Choice("flood", 100, year=2066, types=("road",)))
    page.select_option("#year", "")
    page.click("#filter-none")
    shows(Choice("flood", 100))
    settled(opened)


DIFFERENCES = """[...document.querySelectorAll('#differences tr')].slice(1)
    .map((row) => [...row.children].map((cell) => cell.innerText.replaceAll('\\u00a0', ' ')))"""
HEADS = "[...document.querySelectorAll('#panel-focus th[scope=col]')].map((head) => head.innerText.trim())"
LISTED = "document.querySelector('#panel-focus h2').innerText"


def at(opened, address: str) -> None:
    """Open the page once more, at an address in English."""
    page = opened.page.url.partition("#")[0]
    opened.page.goto("about:blank")
    opened.page.goto(f"{page}#lang=en&{address}")
    until(opened.page, "window.__mapReady === true")


@pytest.mark.chromium
def test_a_year_is_compared_with_the_same_hazard_as_mapped(cities, open_page):
    assessment, path = cities["semarang"]
    opened = open_page(path, width=1440, height=900)
    flood = assessment.ead[(assessment.ead["hazard"] == "banjir").to_numpy()]
    flood = flood.set_index("asset_id")["ead"].dropna()
    future = assessment.future_ead
    year = future[(future["year"] == 2051).to_numpy()].set_index("asset_id")["ead"].dropna()
    both = flood.index.intersection(year.index)
    assert len(both) == len(year) < len(flood)
    mapped, ahead, more = (
        money(value, "IDR", "en").replace("\xa0", " ")
        for value in (flood.sum(), year.sum(), year.sum() - flood[both].sum())
    )
    covers = (
        "EAD covers {:,} assets on the left and {:,} on the right; "
        f"the difference is that of the {len(both):,} with both figures."
    )
    at(opened, "ask=change&year=2051&with=%3A")
    less = [f"{ahead} or more", mapped, f"\N{MINUS SIGN}{more} or less"]
    rows = [["EAD (Flood)", *less], [covers.format(len(year), len(flood))]]
    until(opened.page, f"{DIFFERENCES}.slice(1)", rows)
    at(opened, "ask=cost&with=%3A1%3A2051")
    gain = [mapped, f"{ahead} or more", f"+{more} or more"]
    rows = [["EAD (Flood)", *gain], [covers.format(len(flood), len(year))]]
    until(opened.page, f"{DIFFERENCES}.slice(1)", rows)
    assert opened.page.inner_text("#legend-body h2 >> nth=0") == "Kelurahan: EAD (Flood)"
    settled(opened)


@pytest.mark.chromium
def test_districts_next_to_a_year_have_the_colours_of_its_hazard(cities, open_page):
    path = cities["town"][1]
    html = path.read_text(encoding="utf-8")
    classes = block_of(html, "classes")["ead"]["classes"]

    def colours(figures: list[float | None]) -> set[str]:
        known = [figure for figure in figures if figure is not None]  # outside districts none is
        lows = [one for one in classes if one["low"] is not None]
        return {[one for one in lows if one["low"] <= figure][-1]["colour"] for figure in known}

    of_hazard = colours(block_of(html, "tiles")["ead"][0]["sum"][:-1])
    of_all = colours(block_of(html, "districts")["ead"])
    assert of_hazard != of_all
    opened = open_page(path, width=1440, height=900)
    painted = """[...new Set(Object.values(map_city._layers)
        .filter((one) => one instanceof L.Polygon && one.options.pane === "districts")
        .map((one) => one.options.fillColor))].sort()"""
    at(opened, "ask=cost")
    until(opened.page, painted, sorted(of_all))
    opened.page.select_option("#other", ":0:2066")
    until(opened.page, painted, sorted(of_hazard))
    opened.page.select_option("#other", "")
    until(opened.page, painted, sorted(of_all))
    settled(opened)


@pytest.mark.chromium
def test_what_is_not_comparable_is_not_subtracted_and_has_its_reason(cities, open_page):
    opened = open_page(cities["semarang"][1], width=1440, height=900)
    threshold = (
        "The exposure thresholds differ: 0.05 m on the left, 0.1 m on the right. "
        "Numbers of exposed assets are not comparable."
    )
    kinds = "Expected annual damage (EAD) and the damage from one event are not comparable."
    together = "Figures of all hazards combined and of one hazard are not comparable."
    differences = f"{DIFFERENCES}.map((row) => row.at(-1))"
    no = "not comparable"
    for address, expected in {
        "ask=floods&hazard=rob&period=1&with=banjir%3A100": [no, no, threshold, kinds],
        "ask=first&with=banjir%3A100": [no, no, together, kinds],
        "ask=floods&hazard=rob&period=1&with=rob%3A25": ["+922", "Rp0"],
    }.items():
        at(opened, address)
        until(opened.page, differences, expected)
    settled(opened)


@pytest.mark.chromium
def test_a_year_has_its_own_figures_and_the_others_are_called_as_mapped(cities, open_page):
    assessment, path = cities["semarang"]
    opened = open_page(path, width=1440, height=900)
    page = opened.page
    at(opened, "ask=change")
    heads = ["No., as mapped", "Kelurahan", "EAD in 2051: Flood", "% of value a year, as mapped"]
    until(page, f"{HEADS}.map((head) => head.replace(' \u25be', ''))", heads)
    assert page.evaluate(LISTED) == "EAD in 2051: Flood"
    # the title is what the list is sorted by
    page.locator("#panel-focus th .sort").nth(1).click()
    assert page.evaluate(LISTED) == "Kelurahan"
    page.locator("#panel-focus th .sort").nth(3).click()
    assert page.evaluate(LISTED) == "% of value a year, as mapped"
    page.locator("#panel-focus th .sort").nth(0).click()
    assert page.evaluate(LISTED) == "Damage relative to value"
    page.locator("#panel-focus th .sort").nth(2).click()
    hospital = assessment.assets["name"] == "RSI Sultan Agung"
    (asset,) = assessment.assets["asset_id"][hospital].astype(str)
    future = assessment.future_ead[(assessment.future_ead["asset_id"] == asset).to_numpy()]
    figures = {
        str(row["year"]): money(row["ead"], "IDR", "en") + " or more"
        for row in future.to_dict("records")
    }
    at(opened, "ask=change&in=33.74.05.1009")
    page.locator("#focus-rows tr", has_text="Terboyo Kulon").click()
    card = page.locator(".popup")
    card.get_by_text("The other damage figures here are as mapped.").wait_for()
    # the hospital is the only asset there
    assert f"EAD in 2051: Flood\n{figures['2051']}" in card.inner_text()
    card.locator("button", has_text="RSI Sultan Agung").click()
    page.locator(".popup h2", has_text="RSI Sultan Agung").wait_for()
    popup = page.locator(".popup").inner_text()
    for year in ("2026", "2036", "2051"):
        assert f"EAD in {year}\n{figures[year]}" in popup
    page.click("#tab-assets")
    page.click("#open-table")
    columns = "[...document.querySelectorAll('#table-view [role=columnheader]')].map((head) => head.innerText.trim())"
    until(
        page,
        f"{columns}.slice(-2)",
        ["EAD as mapped (terrain of 2019)", "EAD in 2051: Flood"],
    )
    settled(opened)


# A public edition. Eight districts of two parents; the buildings are public, their value is not.
DISTRICTS = """
[districts]
path = "districts.gpkg"
id = "CODE"
parent = "PARENT"
visibility = "public"
source = { title = "Districts", licence = "CC0-1.0" }
population = { path = "people.csv", id = "CODE", field = "POP", source = { title = "Census", licence = "CC0-1.0" } }
"""


@pytest.fixture(scope="module")
def strips(tmp_path_factory) -> Assessment:
    folder = draw_varied_town(tmp_path_factory.mktemp("strips"))
    declared = VARIED_TOML.replace(
        'name = "buildings"', 'name = "buildings"\nvisibility = "public"'
    )
    declared = declared.replace(
        'name = "roads"',
        'name = "roads"\nvisibility = "public"\n'
        'column_visibility = { value = "public", condition = "public" }',
    )
    (folder / "city.toml").write_text(declared + DISTRICTS, encoding="utf-8")
    codes = [str(place) for place in range(8)]
    (folder / "people.csv").write_text(
        "CODE,POP\n" + "".join(f"{code},100\n" for code in codes), encoding="utf-8"
    )
    wide = SIDE / len(codes)
    shapes = [shapely.box(X + wide * at, Y, X + wide * (at + 1), Y + SIDE) for at in range(8)]
    write_layer(folder / "districts.gpkg", shapes, CODE=codes, PARENT=["north"] * 4 + ["south"] * 4)
    return assess(read_city(folder))


def with_people(assessment: Assessment, counts: np.ndarray) -> Assessment:
    """An assessment with other people: a row of counts a map, the last that over all maps."""
    table, areas = assessment.people_exposed, assessment.district_damage
    of_district = dict(zip(assessment.districts["district"].astype(str), counts[-1], strict=True))
    over_all = areas["district"].astype(str).map(of_district)
    inside = areas["district"].astype(str).isin(of_district)
    rule = areas["people_rule"].astype(object).mask(inside, "share of area").astype("category")
    return dataclasses.replace(
        assessment,
        people_exposed=table.assign(
            people_exposed=counts[:-1].ravel(),
            people_rule=pd.Categorical(["share of area"] * len(table)),
        ),
        district_damage=areas.assign(people_exposed=over_all, people_rule=rule),
    )


def figures(public: Assessment) -> dict[str, object]:
    """What the page has for its tiles."""
    areas, shown = in_page_order(public.district_damage), public.people_exposed
    each = shown[["hazard", "return_period"]].drop_duplicates()
    maps = each.groupby("hazard", sort=False, observed=True)["return_period"].agg(list)
    found = tile_figures(public, list(maps.items()), areas["district"].astype(str).tolist())
    return found | {"any": people_of_places(areas["people_exposed"], areas["people_rule"])}


def rules_of(public: Assessment) -> np.ndarray:
    """The rules of the counts, a row a map and last those over all maps."""
    areas = public.district_damage.set_index("district").loc[public.districts["district"]]
    rules = [*public.people_exposed["people_rule"], *areas["people_rule"]]
    return np.array(rules, dtype=object).reshape(-1, len(areas))


ROWS, PLACES = 13, 8  # 12 maps and all together; districts


def counts_of(seed: int) -> np.ndarray:
    """Counts of people of which few or many are zero, small, larger or not known."""
    rng = np.random.default_rng(seed)
    size = (ROWS, PLACES)
    kinds = rng.choice(4, p=rng.dirichlet(np.full(4, 0.5)), size=size)
    small, larger = rng.integers(1, FEW, size), rng.integers(FEW, 41, size)
    return np.choose(kinds, [np.zeros(size), small, larger, np.full(size, np.nan)])


def changed(counts: np.ndarray, rules: np.ndarray, seed: int) -> np.ndarray:
    """Other counts that are withheld as before: fewer than 10, or a smallest that gets smaller."""
    rng = np.random.default_rng(seed)
    few = rng.integers(1, FEW, counts.shape)
    smaller = rng.integers(FEW, np.where(counts >= FEW, counts, FEW) + 1)
    return np.select([rules == WITHHELD[0], rules == WITHHELD[1]], [few, smaller], counts)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_no_tile_depends_on_a_withheld_count(strips, seed):
    counts = counts_of(seed)
    public = disclosed(with_people(strips, counts))
    rules = rules_of(public)
    other = disclosed(with_people(strips, changed(counts, rules, seed)))
    assert (rules_of(other) == rules).all()
    assert figures(other) == figures(public)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_the_people_of_the_city_are_those_that_are_shown(strips, seed):
    """A sum has nothing of a withheld count, so no difference of sums, of maps or of districts
    does.
    """
    counts = counts_of(seed)
    public = disclosed(with_people(strips, counts))
    hidden = np.isin(rules_of(public), WITHHELD) | np.isnan(counts)
    found = figures(public)
    lists = [of for maps in found["people"] for of in maps]
    for of, row, withheld in zip([*lists, found["any"]], counts, hidden, strict=True):
        people = of and of["people"]
        shown = row[~withheld]
        assert people is None or people[-1] == (shown.sum() if len(shown) else None)
        listed = [] if people is None else [count for count in people[:-1] if count is not None]
        assert sorted(listed) == sorted(shown)


RATES = {"not exposed": 0.0, "low": 0.01, "high": 0.3, "unknown": np.nan}


def with_classes(assessment: Assessment, seed: int) -> Assessment:
    """An assessment with other people in the classes of two maps: none, few or many."""
    rng = np.random.default_rng(seed)
    keys = {
        "district": assessment.districts["district"].astype(str),
        "hazard": ["flood"],
        "return_period": [10.0, 100.0],
        "class": [*RATES],
    }
    table = pd.MultiIndex.from_product(keys.values(), names=[*keys]).to_frame(index=False)
    kinds = rng.choice(3, p=rng.dirichlet(np.ones(3)), size=len(table))
    few, many = (rng.random(len(table)) * most for most in (15, 9000))
    table["people"] = np.choose(kinds, [0.0, few, many])
    table["displaced"] = table["people"] * table["class"].map(RATES)
    table = table.assign(fatalities=np.nan, people_rule="share of area")
    words = dict.fromkeys(("district", "hazard", "class", "people_rule"), "category")
    return dataclasses.replace(assessment, people=table.astype(words))


def sums_of_people(assessment: Assessment) -> dict[tuple[str, ...], str]:
    """The figures in the report's tables of people by table, map, class and column."""
    found = {}
    for view in people_tables(assessment, "en"):
        first = 3 if view.name == "people-by-class" else 2
        for texts in view.texts:
            for column, text in list(zip(view.columns, texts, strict=True))[first:]:
                found[(view.name, *texts[:first], column.label)] = text
    return found


def figure_of(text: str) -> float:
    return 0.0 if text == "< 1" else float(text.removeprefix("at least ").replace(",", ""))


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32))
def test_a_sum_of_people_in_the_public_report_is_the_whole_or_a_lower_bound(strips, seed):
    source = with_classes(strips, seed)
    whole, public = sums_of_people(source), sums_of_people(disclosed(source))
    displaced = {key[:-1]: whole[key] for key in whole if key[-1] == "displaced"}
    for key, text in public.items():
        if key[-1] == "districts_not_known":
            continue
        if text.startswith("at least "):
            assert figure_of(text) <= figure_of(whole[key]), key
            assert 0 < int(public[(*key[:-1], "districts_not_known")]) <= PLACES
        elif text == "< 10":
            assert figure_of(whole[key]) <= 10, key
        elif text == say("people_rule.withheld", "en"):
            assert figure_of(displaced[key[:-1]]) <= 10, key
        elif text != "not available":  # all are withheld, or no rate is known
            assert text == whole[key], key


def test_the_people_displaced_in_semarang_are_a_lower_bound_for_the_public(assessed_once):
    source = assessed_once("semarang")
    row = ("needs", "banjir", "100 years")
    assert sums_of_people(source)[(*row, "displaced")] == "16,100"
    public = sums_of_people(disclosed(source))
    # of low, medium and high
    assert public[(*row, "displaced")] == "at least 12,100"
    assert public[(*row, "districts_not_known")] == "36"
    assert public[("people-by-class", *row[1:], "medium", "displaced")] == "at least 8,994"
    assert public[("people-by-class", *row[1:], "caution", "displaced")] == "0"


def test_the_displaced_of_a_withheld_district_are_not_known(assessed_once):
    public = disclosed(assessed_once("semarang"))
    miroto = "33.74.01.1001"
    assert displaced_in(public.people, [miroto], at_least=FEW)[0] == [["banjir", "withheld"]]
    needs = people_tables(public, "en", district=miroto)[1]
    assert needs.texts[-1][2:] == ["not available"] * 6 + ["1"]
    assert needs.texts[0][2] == "0"  # nobody lives in a class with a rate


def test_the_page_is_the_same_whatever_is_withheld(strips, tmp_path):
    """Byte by byte: other small counts of people, and other values of what has no public value."""
    counts = np.random.default_rng(5).integers(0, 40, (ROWS, PLACES)).astype(float)
    source = with_people(strips, counts)
    public = disclosed(source)
    rules = rules_of(public)
    assert {*WITHHELD} <= {*rules.ravel()}
    assert 0 < public.damage["damage"].notna().sum() < strips.damage["damage"].notna().sum()
    secret = strips.assets.loc[strips.assets["layer"] == "buildings", "asset_id"]

    def dearer(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
        factor = np.where(table["asset_id"].isin(secret), 3, 1)
        return table.assign(**{name: table[name] * factor for name in columns})

    other = dataclasses.replace(
        with_people(strips, changed(counts, rules, 1)),
        assets=dearer(strips.assets, "value"),
        damage=dearer(strips.damage, "damage"),
        ead=dearer(strips.ead, "ead", "ead_low", "ead_high"),
        future_ead=dearer(strips.future_ead, "ead", "ead_low", "ead_high"),
        joint_ead=dearer(strips.joint_ead, "ead", "ead_low", "ead_high"),
    )
    pages = [
        write_map(disclosed(one), tmp_path / "map.html", language="en").read_bytes()
        for one in (source, other)
    ]
    assert pages[0] == pages[1]


def test_the_people_of_a_district_under_a_map_are_all_shown_or_none(cities):
    """Their sum is known elsewhere: as PEOPLE_EXPOSED, or as the residents of the district."""
    source, _ = cities["semarang"]
    public = disclosed(source)
    keys = ["district", "hazard", "return_period"]
    counted = source.people[source.people["people"] > 0]
    table = public.people.merge(counted[[*keys, "class"]], on=[*keys, "class"])
    hidden = table["people_rule"].isin(WITHHELD)
    assert (table["people"].isna() == hidden).all() and hidden.any() and not hidden.all()
    assert (table["displaced"].isna() | ~hidden).all()
    of_map = hidden.groupby([table[key] for key in keys], observed=True, dropna=False)
    assert (of_map.nunique() == 1).all()
    by_map = public.people_exposed
    by_map = by_map[by_map["people_rule"].isin(WITHHELD)]
    assert len(by_map)
    assert of_map.all().reindex(pd.MultiIndex.from_frame(by_map[keys])).dropna().all()
