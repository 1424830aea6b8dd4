"""The start page of what a city publishes: the map in front, and three sentences for the public."""

from __future__ import annotations

import base64
import datetime
import io
import re
import xml.etree.ElementTree as ElementTree

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image

from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.messages import LANGUAGES, number, rounded_people, say
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.hazard_layers import HazardOnMap, hazards_on_map, zones_body
from asset_inventory.outputs.publish import publish
from asset_inventory.outputs.report.maps import hazard_map
from asset_inventory.outputs.views.style import intensity_classes
from tests.support.browser import until
from tests.support.hostile_text import HOSTILE_NAMES
from tests.support.page_contents import Page
from tests.support.public_data import PUBLIC

DAY = datetime.date(2026, 11, 26)
SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 300_000


@pytest.fixture
def published(edit, tmp_path):
    return publish(assess(read_city(edit(PUBLIC)), day=DAY), tmp_path / "out", languages=LANGUAGES)


def picture(on_map, place, districts, **options):
    given = {"borders": True, "title": "Flood", "mark": None} | options
    drawn = str(hazard_map(on_map, place, districts, **given))
    return ElementTree.fromstring(
        drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )


# The page


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_begins_with_the_map_and_three_sentences(published, language):
    path = published if language == LANGUAGES[0] else published.with_name(f"index-{language}.html")
    html, page = path.read_text(encoding="utf-8"), Page(path)
    main = html[html.index("<main>") :]
    # of A, B, D and E the flood reaches A and B; of half of D there is no data, and E has no place
    said = re.findall(r"<dd>(.*?)</dd>", main)[:3]
    assert main.index('class="lead-map"') < main.index("<dd>") < main.index('class="files"')
    assert main.index('class="invented"') < main.index("<dd>")
    counts = [number(count, language) for count in (2, 4)]
    assert all(count in said[0] for count in counts) and "100" in said[0]
    assert say("publish.unknown.assets", language, count=2)[1:] in said[1]
    assert said[1].endswith(say("publish.unknown.not_safe", language) + ".")
    assert said[2] == say("publish.act.figures", language)
    first = [link for link in page.links if not link.startswith(("#", "index"))][0]
    assert first.startswith(f"map.html#lang={language}&hazard=flood&period=100")
    assert page.live == [] and len(html.encode()) < MOST_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("city", ["semarang", "kampen"])
def test_its_figures_are_those_of_the_public_tables(assessed_once, city, tmp_path):
    from asset_inventory.outputs import publish as publishing
    from asset_inventory.outputs.views.city_words import in_city_words

    public = disclosed(assessed_once(city))
    opening = in_city_words(publishing._opening)(public, None, hazards_on_map(public), "en")
    (_, what), (_, unknown), _ = opening["statements"]
    counts = public.exposure_counts.groupby(
        ["hazard", "return_period"], observed=True, dropna=False
    )
    worst = (
        counts[["assets", "exposed", "no_data", "unusable"]].sum().nlargest(1, "exposed").iloc[0]
    )
    assert (
        f"{number(int(worst['exposed']), 'en')} of the {number(int(worst['assets']), 'en')}" in what
    )
    areas = public.district_damage
    people = areas["people_exposed"].round().sum()
    assert ("people" in what) == (people > 0)
    assert people == 0 or number(rounded_people(people), "en") in what
    empty = (areas["assets"] == 0).sum()
    if public.city.districts:
        assert f"{empty} of {len(public.districts)} kelurahan" in unknown
    assert f"For {number(int(worst['no_data'] + worst['unusable']), 'en')} other assets" in unknown


@pytest.mark.slow
@pytest.mark.chromium
def test_the_picture_leads_to_the_same_map(published, open_page):
    opened = open_page(published, width=390, height=844, touch=True, ready=False)
    button = opened.page.locator(".lead-map .button")
    box = button.bounding_box()
    assert box["height"] >= 44 and box["y"] + box["height"] < 844  # on a phone's first screen
    button.click()
    until(opened.page, "window.__mapReady === true")
    assert {"hazard=flood", "period=100"} <= set(
        opened.page.evaluate("location.hash.slice(1)").split("&")
    )
    assert opened.wrong == []


def test_a_city_without_a_hazard_map_says_so(edit):
    from asset_inventory.outputs import publish as publishing

    public = disclosed(assess(read_city(edit(PUBLIC)), subset="buildings", day=DAY))
    bare = public.city.model_copy(update={"hazards": ()})
    without = type(public)(
        **{
            **{name: getattr(public, name) for name in public.__dataclass_fields__},
            "city": bare,
            "exposure": public.exposure.iloc[:0],
            "exposure_counts": public.exposure_counts.iloc[:0],
        }
    )
    opening = publishing._opening(without, None, [], "en")
    assert opening["picture"] is None and opening["map_href"] == "map.html#lang=en"
    assert opening["statements"][0][1] == say("publish.what.no_map", "en")


# The picture


def test_a_grid_lies_where_its_bounds_are(town_once):
    assessment = assess(read_city(town_once), subset="flood")
    (flood,) = hazards_on_map(assessment)
    drawn = picture(flood, 2, assessment.districts)
    wide, high = map(float, drawn.get("viewBox").split()[2:])
    assert max(wide, high) == 900
    images = drawn.findall(f".//{SVG}image")
    body = flood.bodies[2]
    hrefs = [image.get("href").partition(",")[2] for image in images]
    assert hrefs == [body[name] for name in ("no_data", "png") if name in body]
    (south, west), (north, east) = body["bounds"]
    box = assessment.districts.to_crs("EPSG:4326").total_bounds
    across = (east - west) / (box[2] - box[0])
    assert float(images[-1].get("width")) == pytest.approx(across * wide, abs=1)
    assert float(images[-1].get("x")) == pytest.approx(
        (west - box[0]) / (box[2] - box[0]) * wide, abs=1
    )
    assert Image.open(io.BytesIO(base64.b64decode(hrefs[-1]))).format == "PNG"


@pytest.mark.parametrize("outside", ["unknown", "not exposed"])
def test_zones_have_the_colours_of_their_classes(outside, town_once):
    city = read_city(town_once)
    hazard = city.hazards[0].model_copy(update={"outside": outside})
    classes = intensity_classes([], unit="m")
    zones = gpd.GeoDataFrame(
        {"intensity": [0.2, 2.0, np.nan]},
        geometry=[shapely.box(x, -7.0, x + 0.1, -6.9) for x in (110.0, 110.1, 110.2)],
        crs="EPSG:4326",
    )
    on_map = HazardOnMap(hazard, classes, (100.0,), (zones_body(zones, classes),))
    area = gpd.GeoDataFrame(
        {"district": ["1"]}, geometry=[shapely.box(110.0, -7.0, 110.3, -6.9)], crs="EPSG:4326"
    )
    paths = picture(on_map, 0, area, borders=False).findall(f"{SVG}path")
    beyond, *drawn = [path.get("fill") for path in paths]
    assert beyond == ("url(#no-data)" if outside == "unknown" else "#fff")
    of_class = {a_class.low: a_class.colour for a_class in classes.classes}
    shallow = next(colour for low, colour in of_class.items() if 0 < low < 1e-300)
    assert set(drawn) == {"url(#no-data)", shallow, of_class[1.5]}
    # a third of the width each: 0 to 300 of 900
    places = {path.get("fill"): path.get("d") for path in paths[1:]}
    assert set(re.findall(r"(\d+) \d+", places[shallow])) == {"0", "300"}


def test_its_title_and_mark_are_text(town_once):
    assessment = assess(read_city(town_once), subset="flood")
    (flood,) = hazards_on_map(assessment)
    for name in HOSTILE_NAMES:
        drawn = picture(flood, 0, assessment.districts, title=name, mark=name)
        assert drawn.get("aria-label") == name and drawn.find(f"{SVG}text").text == name
        assert {element.tag for element in drawn.iter()} <= {
            SVG + tag
            for tag in ("svg", "defs", "pattern", "rect", "path", "mask", "g", "image", "text")
        }


def test_districts_without_a_place_have_no_picture(town_once):
    assessment = assess(read_city(town_once), subset="flood")
    (flood,) = hazards_on_map(assessment)
    nowhere = assessment.districts.set_geometry([None] * len(assessment.districts), crs="EPSG:4326")
    assert hazard_map(flood, 0, nowhere, borders=True, title="Flood", mark=None) == ""
