"""Two hazard maps of a city, or two assessments, in one page: two panes of one map, and a divider.

Two maps of one city share one layer of assets, with its data in the file once; two assessments have
a layer each, and an asset knows its place in the other by its id. Every two maps have one table.

A row is a key of `words` and three values, left, right and their difference, each with its kind as
the page's scripts and `page.filled` write it. A move is a key, a number of assets, and how they are
counted left and right (places in `exposure_classes`, ELSEWHERE for an asset that a side does not
have). An asset of one of two assessments carries its place in the other's layer (`partner`), how it
is counted there under each choice (a class `other-<pair>`), and its EAD over all hazards
(`annual`).
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.assessment import compare
from asset_inventory.assessment.compare import chosen_maps, comparison_findings, partners
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import withheld_columns
from asset_inventory.io.table_files import write_page
from asset_inventory.messages import say, with_city_words
from asset_inventory.model.tables import rows_at
from asset_inventory.outputs.map.base_map import BaseMap, base_map, read_context
from asset_inventory.outputs.map.city_layer import (
    CODES,
    city_layer,
    drawn_shapes,
    filter_words,
    table_of,
)
from asset_inventory.outputs.map.city_map import CityMap
from asset_inventory.outputs.map.content import (
    about_block,
    bounds_of,
    class_table,
    frame_content,
    hazard_bodies,
    hazard_list,
    page_block,
    symbols_of,
    traces_of,
)
from asset_inventory.outputs.map.encoding import hilbert_order
from asset_inventory.outputs.map.hazard_layers import HazardOnMap, hazards_of_both
from asset_inventory.outputs.map.layers import AssetsOnMap
from asset_inventory.outputs.map.page import Page, fill_sentence
from asset_inventory.outputs.views.city import district_shapes, in_page_order
from asset_inventory.outputs.views.style import Classes, classify, ead_classes
from asset_inventory.risk.exposure import STATES

ELSEWHERE = len(CODES)
NOT_COMPARABLE = {"word": "compare.not_comparable"}
NOT_KNOWN = {"word": "number.not_known"}
NO_MATCH = {"word": "compare.note.no_match", "values": {}}
EXPOSED, UNKNOWN = (int(CODES[STATES.index(name)]) for name in ("exposed", "no_data"))
Value = object  # a number, a text, or a mapping of its kind to what it is


@dataclass(frozen=True)
class ComparedMaps:
    """One assessment in a comparison: the choices of a reader, and every asset under each.

    `states` are places in STATES; `damages` (currency) are None where a hazard has no damage curve.
    """

    assessment: Assessment
    choices: tuple[compare.Choice, ...]
    states: tuple[np.ndarray, ...]
    damages: tuple[np.ndarray | None, ...]


def compared_map_pairs(assessment: Assessment, *, together: bool, money: bool) -> ComparedMaps:
    """Return an assessment with its maps as choices, on request with all maps together first.

    Without `money` no damage is shown.
    """
    choices = ((None,) if together else ()) + tuple(compare.maps_of(assessment))
    states = tuple(compare.states_of(assessment, choice) for choice in choices)
    priced = {rule.hazard for rule in assessment.city.curves} if money else set()
    damages = tuple(
        compare.damages_of(assessment, choice, state) if choice and choice[0] in priced else None
        for choice, state in zip(choices, states, strict=True)
    )
    return ComparedMaps(assessment, choices, states, damages)


def common_choices(left: ComparedMaps, right: ComparedMaps) -> list[tuple[int, int]]:
    """Return the places of choices on both sides: the same hazard and return period."""
    right_places = {_name(choice): place for place, choice in enumerate(right.choices)}
    return [
        (place, right_places[_name(choice)])
        for place, choice in enumerate(left.choices)
        if _name(choice) in right_places
    ]


def choice_values(choice: compare.Choice, label: str | None) -> dict[str, object]:
    """Return what a side is called, as a key and its values."""
    title: dict[str, object] = (
        {"word": "compare.all_maps"} if choice is None else compare.map_term(choice, "compare.map")
    )
    return (
        title
        if label is None
        else {"word": "compare.side", "values": {"label": label, "map": title}}
    )


def class_counts(assessment: Assessment, choice: compare.MapName, classes: Classes) -> list[int]:
    """Return how many assets each class of a map's hazard has, by their highest intensity."""
    table = assessment.exposure
    exposed = table[rows_at(table, *choice) & (table["exposed_fraction"] > 0).to_numpy()]
    codes = classify(exposed["intensity_max"].to_numpy(dtype=float), classes)
    return np.bincount(codes, minlength=256)[: len(classes.classes)].tolist()


def pair_block(
    left: ComparedMaps,
    right: ComparedMaps,
    places: tuple[int, int],
    partner: np.ndarray,
    forbidden: Collection[str] = (),
) -> dict[str, object]:
    """Return the page's data of one choice a side; `forbidden` differences mean nothing."""
    choice, other = (side.choices[place] for side, place in zip((left, right), places, strict=True))
    moved = compare.transitions(left.states[places[0]], right.states[places[1]], partner)
    findings = _finding_sentences(left.assessment, right.assessment, choice, other)
    forbids = {*forbidden, *(obstacle.forbids for obstacle in findings)}
    reason = notes(finding for finding in findings if finding.forbids == "counts")
    comparable = not forbids - {""}
    rows = list(_count_rows(moved, forbids))
    harm = left.damages[places[0]], right.damages[places[1]]
    priced = choice is not None and any(part is not None for part in harm)
    if priced:
        rows += _damage_rows(*harm, partner, comparable=comparable)
    return {
        "choices": list(places),
        "summary": NO_MATCH if "assets" in forbids else (*reason, _summary(moved))[0],
        "rows": rows,
        "moves": _moves(moved, shared="assets" not in forbids, comparable=not reason),
        "notes": _notes(findings, moved, money=priced and comparable and left is right),
        "forbids": sorted(forbids - {""}),
    }


def annual_rows(
    left: Assessment, right: Assessment, partner: np.ndarray, *, comparable: bool
) -> list[list[Value]]:
    """Return the rows of expected annual damage: none where neither side has any."""
    sides = [compare.annual_damages(assessment) for assessment in (left, right)]
    if all(side.isna().all(axis=None) for side in sides):
        return []
    sums = compare.amounts(*(side["ead"].to_numpy() for side in sides), partner)
    cells = []
    for table, amount in zip(sides, (sums.left, sums.right), strict=True):
        bounded = table[["ead_low", "ead_high"]].dropna()
        if amount.counted or not len(bounded):
            cells.append(_money(amount))
        else:
            low, high = ({"money": float(bounded[name].sum())} for name in ("ead_low", "ead_high"))
            cells.append({"word": "map.low_to_high", "values": {"low": low, "high": high}})
    return [
        ["map.ead", *cells, _difference(sums, comparable=comparable)],
        _missing("compare.no_ead", sums, comparable=comparable),
    ]


def matched_values(left: Assessment, right: Assessment, partner: np.ndarray) -> dict[str, object]:
    """Return the sentence of how many assets are on both sides, on one only, and have changed."""
    matched = int((partner >= 0).sum())
    return {
        "word": "compare.matched",
        "values": {
            "matched": matched,
            "changed": int(compare.changed(left, right, partner).sum()),
            "left": len(left.assets) - matched,
            "right": len(right.assets) - matched,
        },
    }


def notes(
    obstacles: Iterable[compare.ComparisonFinding], *, money: bool = False
) -> list[dict[str, object]]:
    """Return obstacles as the page reads them, and over what assets a difference of `money` is."""
    sentences = [{"word": obstacle.key, "values": obstacle.values} for obstacle in obstacles]
    return sentences + ([{"word": "compare.note.difference", "values": {}}] if money else [])


def _finding_sentences(
    left: Assessment, right: Assessment, choice: compare.Choice, other: compare.Choice
) -> list[compare.ComparisonFinding]:
    if choice is None or other is None:
        return compare.all_map_findings(left, right)
    return compare.map_findings(left.city.hazard(choice[0]), right.city.hazard(other[0]))


def _count_rows(moved: np.ndarray, forbids: Collection[str]) -> Iterable[list[Value]]:
    sides = moved[: compare.ABSENT].sum(axis=1), moved[:, : compare.ABSENT].sum(axis=0)
    shared = "assets" not in forbids
    comparable = shared and "counts" not in forbids
    yield _row("map.assets", *(int(side.sum()) for side in sides), comparable=shared)
    for name in ("exposed", "no_data", "not_exposed", "unusable"):
        left, right = (int(side[STATES.index(name)]) for side in sides)
        if left or right or name != "unusable":
            yield _row(f"map.class.{name}", left, right, comparable=comparable)


def _row(key: str, left: int, right: int, *, comparable: bool) -> list[Value]:
    return [key, left, right, {"change": right - left} if comparable else NOT_COMPARABLE]


def _damage_rows(
    left: np.ndarray | None, right: np.ndarray | None, partner: np.ndarray, *, comparable: bool
) -> list[list[Value]]:
    if left is None or right is None:
        known = left if right is None else right
        assert known is not None
        amount = compare.amounts(known, known, np.arange(len(known))).left
        none = {"word": "map.not_priced"}
        cells = (none, _money(amount)) if left is None else (_money(amount), none)
        return [["compare.damage", *cells, NOT_COMPARABLE]]
    sums = compare.amounts(left, right, partner)
    return [
        [
            "compare.damage",
            _money(sums.left),
            _money(sums.right),
            _difference(sums, comparable=comparable),
        ],
        _missing("compare.no_damage", sums, comparable=comparable),
    ]


def _missing(key: str, sums: compare.Amounts, *, comparable: bool) -> list[Value]:
    """Return the row of assets without a figure, with how many assets the difference is over."""
    over = {"word": "compare.over", "values": {"count": sums.difference.counted}}
    return [key, sums.left.missing, sums.right.missing, over if comparable else NOT_COMPARABLE]


def _money(amount: compare.Amount) -> Value:
    return {"money": _known(amount.total)} if amount.counted else NOT_KNOWN


def _difference(sums: compare.Amounts, *, comparable: bool) -> Value:
    if not comparable:
        return NOT_COMPARABLE
    return {"money_change": _known(sums.difference.total)} if sums.difference.counted else NOT_KNOWN


def _known(total: float) -> float:
    return round(float(total), 2)


def _moves(moved: np.ndarray, *, shared: bool, comparable: bool) -> list[list[object]]:
    """Return which assets can be selected, and their counts left and right; none without assets.

    How many are exposed on one side only is a choice, also if it is 0, where assets are `shared`.
    Where counts are not `comparable`, no choice compares exposure.
    """
    every = [*CODES.tolist(), ELSEWHERE]
    here = CODES.tolist()
    not_exposed = [code for code in here if code != EXPOSED]
    exposed = (
        ("compare.moves.right", not_exposed, [EXPOSED]),
        ("compare.moves.left", [EXPOSED], not_exposed),
        ("compare.moves.both", [EXPOSED], [EXPOSED]),
    )
    selections = (
        *(exposed if comparable else ()),
        ("compare.moves.unknown_left", [UNKNOWN], every),
        ("compare.moves.unknown_right", every, [UNKNOWN]),
        ("compare.moves.only_left", here, [ELSEWHERE]),
        ("compare.moves.only_right", [ELSEWHERE], here),
    )
    order = [
        int(np.flatnonzero(CODES == code)[0]) if code != ELSEWHERE else compare.ABSENT
        for code in range(ELSEWHERE + 1)
    ]
    counts = moved[np.ix_(order, order)]
    moves: list[list[object]] = [["compare.moves.all", int(moved.sum()), every, every]]
    for key, left, right in selections:
        count = int(counts[np.ix_(left, right)].sum())
        if count or (shared and key in ("compare.moves.right", "compare.moves.left")):
            moves.append([key, count, left, right])
    return moves


def _summary(moved: np.ndarray) -> dict[str, object]:
    exposed = STATES.index("exposed")
    both = int(moved[exposed, exposed])
    return {
        "word": "compare.found",
        "values": {
            "left": int(moved[exposed, : compare.ABSENT].sum()) - both,
            "right": int(moved[: compare.ABSENT, exposed].sum()) - both,
            "both": both,
        },
    }


def _notes(
    findings: Sequence[compare.ComparisonFinding], moved: np.ndarray, *, money: bool
) -> list[dict[str, object]]:
    unknown = STATES.index("no_data")
    values = {"left": int(moved[unknown].sum()), "right": int(moved[:, unknown].sum())}
    note = [{"word": "compare.note.unknown", "values": values}] if any(values.values()) else []
    return [*notes(findings), *note, *notes([], money=money)]


def _name(choice: compare.Choice) -> tuple[str, float | None] | None:
    # a scenario's NaN is equal to nothing, so it cannot be a key
    return None if choice is None else (choice[0], None if math.isnan(choice[1]) else choice[1])


def compared_layers(
    compared: Sequence[ComparedMaps],
    hazards: Sequence[Sequence[HazardOnMap]],
    pairs: Sequence[dict],
    partner: np.ndarray,
    withheld: Sequence[frozenset[str]],
    language: str,
) -> list[AssetsOnMap]:
    """Return the layer of assets that panes share, or one each; without `withheld` columns."""
    maps = [[(on_map.hazard.name, on_map.periods) for on_map in drawn] for drawn in hazards]
    if compared[0] is compared[1]:
        return [city_layer(compared[0].assessment, maps[0], language=language, without=withheld[0])]
    back = np.full(len(compared[1].assessment.assets), -1)
    rows = np.flatnonzero(partner >= 0)
    back[partner[rows]] = rows
    layers = []
    for side, (partner_places, pane) in enumerate(((partner, "assets"), (back, "assets-right"))):
        other = compared[1 - side]
        codes = {
            f"other-{place}": np.append(
                CODES[other.states[pair["choices"][1 - side]]], np.uint8(ELSEWHERE)
            )[partner_places]
            for place, pair in enumerate(pairs)
        }
        figures = {"partner": _partner_column(other.assessment, partner_places)}
        if "ead" not in withheld[side]:
            figures["annual"] = compare.annual_damages(compared[side].assessment)["ead"]
        layers.append(
            city_layer(
                compared[side].assessment,
                maps[side],
                language=language,
                without=withheld[side],
                pane=pane,
                classes=codes,
                figures=figures,
            )
        )
    return layers


def _partner_column(other: Assessment, partner_places: np.ndarray) -> pd.Series:
    """Return each asset's place in the layer of the other side, missing where it is not there."""
    order = hilbert_order(
        gpd.GeoDataFrame(geometry=drawn_shapes(other.assets), crs=other.assets.crs)
    )
    places = np.empty(len(order) + 1)
    places[order] = np.arange(len(order))
    places[-1] = np.nan
    return pd.Series(places[partner_places])


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
    words = left.assessment.city.words.with_other(right.assessment.city.words)
    with with_city_words(words):
        return _comparison_map(left, right, maps, left.assessment.city.language_for(language))


def _comparison_map(left: Side, right: Side, maps: tuple[str, str] | None, spoken: str) -> CityMap:
    sides = left, right
    assessment, other = (side.assessment for side in sides)
    hidden = [withheld_columns(side.assessment) for side in sides]
    withheld = [
        frozenset.intersection(*layers.values()) if layers else frozenset() for layers in hidden
    ]
    hazards = hazards_of_both(assessment, other)
    compared = [
        compared_map_pairs(
            assessment, together=assessment is not other, money="damage" not in withheld[0]
        )
    ]
    compared.append(
        compared[0]
        if assessment is other
        else compared_map_pairs(other, together=True, money="damage" not in withheld[1])
    )
    partner = partners(assessment, other)
    comparison = _comparison(compared, maps, partner, annual="ead" not in withheld[0] | withheld[1])
    comparison["sides"] = [
        {
            "choices": _choices(view, drawn, side.label),
            "symbols": symbols_of(view.assessment.city),
            "hidden": {name: sorted(columns) for name, columns in layers.items()},
            "filters": filter_words(view.assessment.assets),
        }
        for view, drawn, side, layers in zip(compared, hazards, sides, hidden, strict=True)
    ]
    comparison["apart"] = _boxes_apart(sides)
    drawn = _page(sides, hazards, comparison, spoken)
    layers = compared_layers(compared, hazards, comparison["pairs"], partner, withheld, spoken)
    for layer in layers:
        layer.add_to(drawn)
    comparison["layers"] = [layer.get_name() for layer in layers]
    return drawn


def _page(
    sides: Sequence[Side], hazards: Sequence[Sequence[HazardOnMap]], comparison: dict, language: str
) -> CityMap:
    """Return the page around the map, still without its assets."""
    cities = list({id(side.assessment): side.assessment.city for side in sides}.values())
    left = sides[0].assessment
    districts = in_page_order(left.district_damage)
    around = base_map(read_context(cities[0]), left, districts, _box(sides))
    blocks = _blocks(sides, hazards, around, language) | {"comparison": comparison}
    content = frame_content(cities, blocks, language) | {
        "audience": f"map.{sides[0].assessment.audience}",
        "traces": traces_of([side.assessment for side in sides]),
        "context": around.layers,
        "base_map_notes": around.notes,
        "comparison": comparison,
        "say_right": lambda key, values: fill_sentence(key, language, values, cities[-1].currency),
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
    compared: Sequence[ComparedMaps],
    maps: tuple[str, str] | None,
    partner: np.ndarray,
    *,
    annual: bool,
) -> dict[str, object]:
    """Return the data of every two choices, and which two the page opens with."""
    left, right = compared
    if left is right:
        assert maps is not None, "two maps of one assessment have to be named"
        size = len(left.choices)
        first, second = (left.choices.index(chosen) for chosen in chosen_maps(left.choices, *maps))
        pairs = [
            pair_block(left, right, (left_place, right_place), partner)
            for left_place in range(size)
            for right_place in range(size)
        ]
        return {
            "twins": True,
            "pairs": pairs,
            "start": first * size + second,
            "rows": [],
            "matched": None,
            "notes": [],
        }
    findings = comparison_findings(left.assessment, right.assessment)
    forbidden = {obstacle.forbids for obstacle in findings}
    comparable = not forbidden & {"assets", "money"}
    rows = (
        annual_rows(left.assessment, right.assessment, partner, comparable=comparable)
        if annual
        else []
    )
    shared = "assets" not in forbidden  # else the summary says so
    return {
        "twins": False,
        "start": 0,
        "rows": rows,
        "notes": notes(
            [finding for finding in findings if finding.forbids != "assets"],
            money=bool(rows) and comparable,
        ),
        "matched": matched_values(left.assessment, right.assessment, partner) if shared else None,
        "pairs": [
            pair_block(left, right, places, partner, forbidden)
            for places in common_choices(left, right)
        ],
    }


def _box(sides: Sequence[Side]) -> list[list[float]]:
    return bounds_of([side.assessment for side in sides])


def _boxes_apart(sides: Sequence[Side]) -> list[list[list[float]]]:
    """Return the box of each side where they do not meet, so that no view shows both; else none."""
    boxes = [_box([side]) for side in sides]
    left, right = np.array(boxes)
    return boxes if (left[0] > right[1]).any() or (right[0] > left[1]).any() else []


def _tables(sides: Sequence[Side], hazards: Sequence[Sequence[HazardOnMap]]) -> dict[str, Classes]:
    ead = pd.concat([side.assessment.district_damage["ead"] for side in sides])
    tables = {
        "ead": ead_classes(ead, breaks=sides[0].assessment.city.map.ead_breaks or ()),
        "exposure": table_of("map", None),
        "exposure-any": table_of("any", None),
    }
    for lead, drawn in zip(LEADS, hazards, strict=True):
        tables |= {f"{lead}hazard-{place}": hazard.classes for place, hazard in enumerate(drawn)}
    return tables


def _blocks(
    sides: Sequence[Side],
    hazards: Sequence[Sequence[HazardOnMap]],
    around: BaseMap,
    language: str,
) -> dict[str, dict]:
    """Return the page's data by name, as its scripts read it."""
    left, right = (side.assessment for side in sides)
    twins = left is right
    box = _box(sides)
    title = (
        {"word": "compare.title_maps", "values": {"city": left.city.name}}
        if twins
        else {"word": "compare.title", "values": {"left": sides[0].label, "right": sides[1].label}}
    )
    blocks = {
        "page": page_block(left, title, box, language),
        "classes": {name: class_table(table) for name, table in _tables(sides, hazards).items()},
        "districts": district_shapes(left.district_damage),
        "hazards": hazard_list(hazards[0], left),
        **hazard_bodies(hazards[0]),
        "context": around.block,
        "about": about_block(left),
    }
    if twins:
        return blocks
    of_right, about_right = page_block(right, title, box, language), about_block(right)
    if left.city.currency != right.city.currency:
        about_right["prices"] = [
            price | {"symbols": symbols_of(right.city)} for price in about_right["prices"]
        ]
    if of_right["terrain"] != blocks["page"]["terrain"]:
        blocks["page"]["terrain"] = None
    for name in ("exercise", "left_out"):
        blocks["page"][name] = list(dict.fromkeys([*blocks["page"][name], *of_right[name]]))
    return blocks | {
        "right-districts": district_shapes(right.district_damage),
        "right-hazards": hazard_list(hazards[1], right),
        **hazard_bodies(hazards[1], lead=LEADS[1]),
        "about": _both_about(blocks["about"], about_right, [side.label for side in sides]),
    }


def _both_about(
    left: dict[str, list], right: dict[str, list], labels: Sequence[str | None]
) -> dict[str, list]:
    """Return what «about» shows of both sides; what is true of one only has its label before it."""
    both: dict[str, list] = {
        name: [row for row in left[name] if row in right[name]] for name in left
    }
    for block, other, label in ((left, right, labels[0]), (right, left, labels[1])):
        alone = {name: [row for row in block[name] if row not in other[name]] for name in block}
        for finding in alone["findings"]:
            texts = {
                code: [f"{label}: {sentence}", remedy]
                for code, (sentence, remedy) in finding["texts"].items()
            }
            both["findings"].append(finding | {"texts": texts})
        both["sources"] += [source | {"side": label} for source in alone["sources"]]
        both["prices"] += [price | {"side": label} for price in alone["prices"]]
        both["stresses"] += [
            stress | {"name": {code: f"{name} ({label})" for code, name in stress["name"].items()}}
            for stress in alone["stresses"]
        ]
        for name in ("versions", "inputs"):
            both[name] += [[f"{label}: {key}", value] for key, value in alone[name]]
    return both


def _choices(
    view: ComparedMaps, drawn: Sequence[HazardOnMap], label: str | None
) -> list[dict[str, object]]:
    """Return the choices on a side: places of hazard and map, its name, assets by class."""
    places = {on_map.hazard.name: (place, on_map) for place, on_map in enumerate(drawn)}
    choices: list[dict[str, object]] = []
    for choice in view.choices:
        if choice is None:
            choices.append(
                {"hazard": -1, "map": 0, "title": choice_values(choice, label), "classes": None}
            )
            continue
        place, on_map = places[choice[0]]
        number = next(
            number
            for number, period in enumerate(on_map.periods)
            if np.array_equal(period, choice[1], equal_nan=True)
        )
        choices.append(
            {
                "hazard": place,
                "map": number,
                "title": choice_values(choice, label),
                "classes": class_counts(view.assessment, choice, on_map.classes),
            }
        )
    return choices
