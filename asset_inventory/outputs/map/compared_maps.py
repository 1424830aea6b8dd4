"""Two hazard maps of a city, or two assessments, in one page: two panes of one map, and a divider.

Two maps of one city share one layer of assets, whose data is in the file once; two assessments have
a layer each, and an asset knows its place in the other by its id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from asset_inventory.assessment.compare import chosen_maps, comparison_findings, partners
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import withheld_columns
from asset_inventory.io.table_files import write_page
from asset_inventory.messages import LANGUAGES, say
from asset_inventory.outputs.map.city_map import CityMap
from asset_inventory.outputs.map.compared_tables import (
    ComparedMaps,
    annual_rows,
    choice_values,
    class_counts,
    common_choices,
    compared_layers,
    compared_map_pairs,
    matched_values,
    notes,
    pair_block,
)
from asset_inventory.outputs.map.content import (
    about_block,
    bounds_of,
    class_table,
    context_of,
    frame_content,
    hazard_bodies,
    hazard_list,
    page_block,
    traces_of,
)
from asset_inventory.outputs.map.hazard_layers import HazardOnMap, hazards_of_both
from asset_inventory.outputs.map.page import Page, fill_sentence
from asset_inventory.outputs.views.city import district_shapes
from asset_inventory.outputs.views.style import Classes, ead_classes, exposure_classes

LEADS = ("", "right-")


@dataclass(frozen=True)
class Side:
    """One side of a comparison: an assessment, and its title where both sides have one."""

    assessment: Assessment
    label: str | None = None


def write_comparison(
    left: Side,
    right: Side,
    path: Path,
    *,
    maps: tuple[str, str] | None = None,
    language: str | None = None,
) -> Path:
    """Write the comparison of two sides as one HTML file and return its path.

    Both sides hold the same assessment where two of its `maps` are compared (`10`, `flood:10` or
    `landslide`), else each has its own, with a label. Raises CityError for maps that are not there,
    SourceError where a file cannot be read or the page cannot be written.
    """
    page = comparison_map(left, right, maps=maps, language=language).get_root()
    return write_page(path, page.render())


def comparison_map(
    left: Side, right: Side, *, maps: tuple[str, str] | None = None, language: str | None = None
) -> CityMap:
    """Return the comparison of two sides as a folium map to add to; see `write_comparison`."""
    spoken = language or left.assessment.city.language or "en"
    sides = left, right
    one, other = (side.assessment for side in sides)
    hidden = [withheld_columns(side.assessment) for side in sides]
    silent = [
        frozenset.intersection(*layers.values()) if layers else frozenset() for layers in hidden
    ]
    hazards = hazards_of_both(one, other)
    looked = [compared_map_pairs(one, together=one is not other, money="damage" not in silent[0])]
    looked.append(
        looked[0]
        if one is other
        else compared_map_pairs(other, together=True, money="damage" not in silent[1])
    )
    partner = partners(one, other)
    comparison = _comparison(looked, maps, partner, annual="ead" not in silent[0] | silent[1])
    comparison["sides"] = [
        {
            "choices": _choices(view, drawn, side.label),
            "hidden": {name: sorted(columns) for name, columns in layers.items()},
        }
        for view, drawn, side, layers in zip(looked, hazards, sides, hidden, strict=True)
    ]
    drawn = _page(sides, hazards, comparison, spoken)
    layers = compared_layers(looked, hazards, comparison["pairs"], partner, silent, spoken)
    for layer in layers:
        layer.add_to(drawn)
    comparison["layers"] = [layer.get_name() for layer in layers]
    return drawn


def _page(
    sides: Sequence[Side], hazards: Sequence[Sequence[HazardOnMap]], comparison: dict, language: str
) -> CityMap:
    """Return the page around the map, still without its assets."""
    cities = list({id(side.assessment): side.assessment.city for side in sides}.values())
    context = context_of(cities[0])
    blocks = _blocks(sides, hazards, context, language) | {"comparison": comparison}
    content = frame_content(cities, blocks, language) | {
        "audience": f"map.{sides[0].assessment.audience}",
        "traces": traces_of([side.assessment for side in sides]),
        "context": context,
        "comparison": comparison,
    }
    title, box = blocks["page"]["title"], blocks["page"]["bounds"]
    page = Page(
        language=language,
        title=fill_sentence(title["word"], language, title["values"], cities[0].currency),
        content=content,
        blocks=blocks,
        template="two_sides.html",
        script="compared",
        styles=("page.css", "two_sides.css"),
        words=("map.", "number.", "compare."),
    )
    return CityMap(
        page,
        centre=((box[0][0] + box[1][0]) / 2, (box[0][1] + box[1][1]) / 2),
        label=say("map.region", language),
    )


def _comparison(
    looked: Sequence[ComparedMaps],
    maps: tuple[str, str] | None,
    partner: np.ndarray,
    *,
    annual: bool,
) -> dict[str, object]:
    """Return what is said of every two choices, and which two the page opens with."""
    left, right = looked
    if left is right:
        assert maps is not None, "two maps of one assessment have to be named"
        size = len(left.choices)
        one, other = (left.choices.index(chosen) for chosen in chosen_maps(left.choices, *maps))
        pairs = [
            pair_block(left, right, (here, there), partner)
            for here in range(size)
            for there in range(size)
        ]
        return {
            "twins": True,
            "pairs": pairs,
            "start": one * size + other,
            "rows": [],
            "matched": None,
            "notes": [],
        }
    found = comparison_findings(left.assessment, right.assessment)
    forbidden = {obstacle.forbids for obstacle in found}
    rows = (
        annual_rows(left.assessment, right.assessment, partner, comparable="money" not in forbidden)
        if annual
        else []
    )
    return {
        "twins": False,
        "start": 0,
        "rows": rows,
        "notes": notes(found, money=bool(rows)),
        "matched": matched_values(left.assessment, right.assessment, partner),
        "pairs": [
            pair_block(left, right, places, partner, forbidden)
            for places in common_choices(left, right)
        ],
    }


def _tables(sides: Sequence[Side], hazards: Sequence[Sequence[HazardOnMap]]) -> dict[str, Classes]:
    ead = pd.concat([side.assessment.focus_areas["ead"] for side in sides])
    found = {
        "ead": ead_classes(ead, breaks=sides[0].assessment.city.map.ead_breaks or ()),
        "exposure": exposure_classes(),
    }
    for lead, drawn in zip(LEADS, hazards, strict=True):
        found |= {f"{lead}hazard-{place}": one.classes for place, one in enumerate(drawn)}
    return found


def _blocks(
    sides: Sequence[Side],
    hazards: Sequence[Sequence[HazardOnMap]],
    context: Sequence[dict],
    language: str,
) -> dict[str, dict]:
    """Return the page's data by name, as its scripts read it."""
    left, right = (side.assessment for side in sides)
    twins = left is right
    box = bounds_of([left] if twins else [left, right])
    title = (
        {"word": "compare.title_maps", "values": {"city": left.city.name}}
        if twins
        else {"word": "compare.title", "values": {"left": sides[0].label, "right": sides[1].label}}
    )
    blocks = {
        "page": page_block(left, title, box, language),
        "classes": {name: class_table(table) for name, table in _tables(sides, hazards).items()},
        "districts": district_shapes(left.focus_areas),
        "hazards": hazard_list(hazards[0], left),
        **hazard_bodies(hazards[0]),
        "context": [{"shapes": layer["shapes"]} for layer in context],
        "about": about_block(left),
    }
    if twins:
        return blocks
    of_right = page_block(right, title, box, language)
    for name in ("exercise", "left_out"):
        blocks["page"][name] = list(dict.fromkeys([*blocks["page"][name], *of_right[name]]))
    return blocks | {
        "right-districts": district_shapes(right.focus_areas),
        "right-hazards": hazard_list(hazards[1], right),
        **hazard_bodies(hazards[1], lead=LEADS[1]),
        "about": _both_about(blocks["about"], about_block(right), [side.label for side in sides]),
    }


def _both_about(
    left: dict[str, list], right: dict[str, list], labels: Sequence[str | None]
) -> dict[str, list]:
    """Return what «about» tells of both sides; what is true of one only has its label before it."""
    found: dict[str, list] = {
        name: [one for one in left[name] if one in right[name]] for name in left
    }
    for block, other, label in ((left, right, labels[0]), (right, left, labels[1])):
        alone = {name: [one for one in block[name] if one not in other[name]] for name in block}
        for finding in alone["findings"]:
            says = {
                code: [f"{label}: {finding['says'][code][0]}", finding["says"][code][1]]
                for code in LANGUAGES
            }
            found["findings"].append(finding | {"says": says})
        found["sources"] += [
            source | {"name": f"{source['name']} ({label})"} for source in alone["sources"]
        ]
        found["prices"] += [
            price | {"asset_type": f"{price['asset_type']} ({label})"} for price in alone["prices"]
        ]
        found["stresses"] += [
            stress | {"name": {code: f"{name} ({label})" for code, name in stress["name"].items()}}
            for stress in alone["stresses"]
        ]
        for name in ("versions", "inputs"):
            found[name] += [[f"{label}: {key}", value] for key, value in alone[name]]
    return found


def _choices(
    view: ComparedMaps, drawn: Sequence[HazardOnMap], label: str | None
) -> list[dict[str, object]]:
    """Return the choices on a side: places of hazard and map, its name, assets by class."""
    places = {one.hazard.name: (place, one) for place, one in enumerate(drawn)}
    found: list[dict[str, object]] = []
    for choice in view.choices:
        if choice is None:
            found.append(
                {"hazard": -1, "map": 0, "title": choice_values(choice, label), "classes": None}
            )
            continue
        place, one = places[choice[0]]
        number = next(
            number
            for number, period in enumerate(one.periods)
            if np.array_equal(period, choice[1], equal_nan=True)
        )
        found.append(
            {
                "hazard": place,
                "map": number,
                "title": choice_values(choice, label),
                "classes": class_counts(view.assessment, choice, one.classes),
            }
        )
    return found
