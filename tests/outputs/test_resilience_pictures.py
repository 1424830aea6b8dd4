"""The pictures of the assessment: what lies where, what is lifted out, and whose arrow leads to
whom.
"""

from __future__ import annotations

import re

import geopandas as gpd
import pytest
import shapely

from asset_inventory.outputs.report.resilience_figures import (
    Edge,
    district_picture,
    influence_graph,
)
from asset_inventory.outputs.views.style import Class, Classes
from tests.support.hostile_text import HOSTILE

# fmt: off
CLASSES = Classes("map.score", (Class("#ffffff", low=0.0, high=1.0), Class("#b30000", low=1.0, high=9.0),
                                Class("#777777", no_data=True)))
# fmt: on


@pytest.fixture
def areas() -> gpd.GeoDataFrame:
    shapes = [
        shapely.box(0, 0, 100, 100),
        shapely.box(100, 0, 200, 100),
        shapely.box(0, 100, 200, 150),
        None,
    ]
    return gpd.GeoDataFrame(
        {"district": ["1", "2", "3", "outside districts"], "name": ["a<b>", None, "c", None]},
        geometry=shapes,
        crs="EPSG:32749",
    )


def test_a_district_has_the_colour_of_its_class_and_the_front_a_double_border(areas):
    svg = district_picture(
        areas, {"1": 2.0, "2": 0.5}, CLASSES, name="x", title="<t>", mark="M", signs={"1": "7"}
    )
    assert 'viewBox="0 0 900 675"' in svg  # 200 m are 900 wide, so 150 m are 675 high
    assert re.findall(r'fill="([^"]+)" stroke="#[0-9a-f]+"><title>', svg) == [
        "#b30000",
        "#ffffff",
        "url(#x-not-known)",
    ]
    assert svg.count('fill="none" stroke="#1a2230" stroke-width="4.5"') == 1 and ">7</text>" in svg
    assert "a&lt;b&gt;" in svg and 'aria-label="&lt;t&gt;"' in svg and ">M</text>" in svg


def test_where_no_district_has_a_place_there_is_no_picture(areas):
    assert district_picture(areas.iloc[3:], {}, CLASSES, name="x", title="t") == ""


def test_each_edge_is_an_arrow_with_its_number_and_figure():
    edges = [
        Edge("sinking", "flood", "1", "78%"),
        Edge("waste", "flood", "2"),
        Edge("waste", "plague", "3"),
    ]
    svg = influence_graph(
        {"sinking": "Sinking", "waste": "Waste", "calm": "Calm"},
        {"flood": "Flood", "plague": "Plague", "fire": "Fire"},
        edges,
        title="t",
    )
    assert svg.count('fill="none" stroke="#4a5568" stroke-width="1.6"') == 3
    assert ">1: 78%</text>" in svg and ">2</text>" in svg
    # nothing worsens by the one, nothing worsens the other
    assert "Calm" not in svg and "Fire" not in svg
    assert influence_graph({"calm": "Calm"}, {"fire": "Fire"}, [], title="t") == ""


def test_hostile_names_are_text():
    for name in HOSTILE:
        svg = influence_graph(
            {"a": name}, {"b": name}, [Edge("a", "b", "1", name)], title=name, mark=name
        )
        assert (
            not re.search(r"<(?:script|img|b|iframe|textarea)\b", svg)
            and "\x00" not in svg.split("aria-label")[0]
        )
