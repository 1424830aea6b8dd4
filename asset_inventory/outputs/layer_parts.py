"""The pieces of a layer that holds a whole city, as they stand in its file: blocks, columns, and the head they need."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.outputs.blocks import BLOCK, Grid, encode_block
from asset_inventory.outputs.columns import GROUP, Column, group_parts, plan_columns
from asset_inventory.outputs.packing import packed
from asset_inventory.outputs.style import Classes
from asset_inventory.words import LANGUAGES, say

WORDS = ("map.layer.damaged", "map.layer.no_figures", "number.not_known")
WORKERS = min(4, os.cpu_count() or 1)


@dataclasses.dataclass(frozen=True)
class Part:
    """One piece of the file: blocks, columns, sought columns or their dictionary, of these assets."""

    kind: str
    first: int
    count: int
    text: str = dataclasses.field(repr=False)


def plans_of_layer(
    table: pd.DataFrame,
    popup: Sequence[str],
    search: Sequence[str],
    decimals: Mapping[str, int],
) -> dict[str, list[Column]]:
    """Return the columns by family: what is searched stands apart, so that a search opens nothing else."""
    shown = [name for name in dict.fromkeys(popup) if name not in search]
    return {
        "columns": plan_columns(table, shown, decimals=decimals),
        "sought": plan_columns(table, list(dict.fromkeys(search)), decimals=decimals),
    }


def parts_of_layer(
    table: gpd.GeoDataFrame,
    order: np.ndarray,
    classes: Mapping[str, np.ndarray],
    plans: dict[str, list[Column]],
    grid: Grid,
) -> tuple[list[Part], np.ndarray]:
    """Return the pieces in the order of the file, and the layer's bounds in degrees (NaN without geometry)."""
    shapes = table.geometry.to_numpy()
    codes = np.array([np.asarray(one, dtype=np.uint8) for one in classes.values()]).reshape(len(classes), len(table))
    firsts = range(0, len(order), BLOCK)

    def blocks(first: int) -> tuple[Part, np.ndarray]:
        rows = order[first : first + BLOCK]
        data, box = encode_block(shapes[rows], codes[:, rows], table.crs, first=first, grid=grid)
        return Part("blocks", first, len(rows), packed(data)), box

    def columns(family: str, first: int) -> Part:
        rows = order[first : first + BLOCK]
        groups = (group_parts(plans[family], rows[start : start + GROUP]) for start in range(0, len(rows), GROUP))
        return Part(family, first, len(rows), "\n".join(packed(group) for group in groups))

    # deflate, GEOS and PROJ let other threads run; the pieces come back in their order
    with ThreadPoolExecutor(WORKERS) as pool:
        drawn = list(pool.map(blocks, firsts))
        families = [family for family, planned in plans.items() if planned]
        figures = [part for family in families for part in pool.map(lambda first, f=family: columns(f, first), firsts)]
    dictionary = json.dumps({family: [list(one.words) for one in planned] for family, planned in plans.items()})
    parts = [part for part, _ in drawn] + [Part("dictionary", 0, 0, packed([dictionary.encode()]))] + figures
    return parts, _bounds([box for _, box in drawn], grid)


def _bounds(boxes: list[np.ndarray], grid: Grid) -> np.ndarray:
    boxes = [box for box in boxes if np.isfinite(box).all()]
    if not boxes:
        return np.full(4, np.nan)
    stacked = np.array(boxes)
    corners = np.array([stacked[:, :2].min(axis=0), stacked[:, 2:].max(axis=0)])
    (west, north), (east, south) = grid.degrees(corners)
    return np.array([south, west, north, east])


def head_of_layer(
    table: gpd.GeoDataFrame,
    parts: list[Part],
    box: np.ndarray,
    classes: Mapping[str, np.ndarray],
    styles: Mapping[str, Classes],
    popup: Sequence[str],
    search: Sequence[str],
) -> dict[str, object]:
    """Return what a page must know before the first piece: counts, bounds, classes, looks, columns and words."""
    south, west, north, east = np.round(box, 7).tolist()
    return {
        "count": len(table),
        "bounds": [[south, west], [north, east]] if np.isfinite(box).all() else None,
        "parts": [{"kind": part.kind, "first": part.first, "count": part.count} for part in parts],
        "classes": list(classes),
        "styles": {name: looks(style) for name, style in styles.items()},
        "popup": list(popup),
        "order": list(dict.fromkeys([*popup, *search])),
        "words": {
            language: {key: say(key, language, missing="{missing}", total="{total}") for key in WORDS}
            for language in LANGUAGES
        },
    }


def looks(style: Classes) -> list[dict[str, object]]:
    """Return the colour of each class and its rank: where assets meet the higher one is seen.

    Dark means «look here first»; what is not known stands above the palest class only.
    """
    pale = [
        sum(int(one.colour[place : place + 2], 16) * share for place, share in ((1, 299), (3, 587), (5, 114)))
        for one in style.classes
    ]
    palest = max((lightness for lightness, one in zip(pale, style.classes, strict=True) if not one.unknown), default=0)
    keys = [palest - 1 if one.unknown else lightness for lightness, one in zip(pale, style.classes, strict=True)]
    ranks = {place: rank for rank, place in enumerate(sorted(range(len(keys)), key=lambda one: (-keys[one], one)))}
    return [
        {"colour": one.colour, "unknown": one.unknown, "rank": ranks[place]} for place, one in enumerate(style.classes)
    ]

