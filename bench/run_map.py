"""Build one page in a process of its own and print seconds, memory and bytes as JSON.

    python bench/run_map.py CITY --by layer --to page.html

`layer` is `AssetsOnMap` alone with eight attributes, coloured by EAD; `folium` is the same in
`folium.GeoJson(prefer_canvas)`, `plain` that in one colour, `explore` `GeoDataFrame.explore()` in
one colour: one folium map each, Leaflet and its styles put inside, for offline they would stay
blank. `page` is what the command `map` writes. The city is assessed beforehand and does not count.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
from branca.element import Element
from memory import forget_peak, peak_memory
from shapely import box

from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.city_layer import (
    asset_tables,
    attributes_of_assets,
    classes_of_maps,
)
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.map.encoding import (
    BLOCK,
    GROUP,
    encode_block,
    encoded,
    grid_of,
    group_parts,
    hilbert_order,
    plan_columns,
)
from asset_inventory.outputs.map.hazard_layers import hazards_on_map
from asset_inventory.outputs.map.layers import AssetsOnMap
from asset_inventory.outputs.views.style import classify, ead_classes

LEAFLET = Path(__file__).parents[1] / "asset_inventory" / "outputs" / "map" / "static" / "leaflet"
PERIOD = 100  # year: the map whose depth and damage are among the eight attributes


def eight_attributes(assessment: Assessment) -> gpd.GeoDataFrame:
    """Return every asset with eight attributes as a reader is shown them: centimetres, whole
    money.
    """
    assets = assessment.assets
    figures, _ = attributes_of_assets(assessment, [("flood", [PERIOD])])
    return gpd.GeoDataFrame(
        {
            "asset_id": assets["asset_id"].astype(str).to_numpy(dtype=object),
            "asset_type": assets["asset_type"].astype(object),
            "district": assets["district"].astype(object),
            "levels": assets["levels"].astype(int),
            "value": assets["value"].round(),
            "depth": figures["0.0.intensity_max"].round(2),
            "damage": figures["0.0.damage"].round(),
            "ead": figures["0.ead"].round(),
        },
        geometry=assets.geometry.to_numpy(),
        crs=assets.crs,
    )


class OfflineMap(folium.Map):
    """A folium map with Leaflet inside."""

    default_js = ()
    default_css = ()

    def __init__(self, table: gpd.GeoDataFrame) -> None:
        middle = (
            gpd.GeoSeries([box(*table.total_bounds).centroid], crs=table.crs).to_crs(4326).iloc[0]
        )
        super().__init__(
            location=[middle.y, middle.x],
            tiles=None,
            zoom_start=12,
            max_zoom=20,
            prefer_canvas=True,
        )
        script, style = (
            (LEAFLET / f"leaflet.{kind}").read_text(encoding="utf-8") for kind in ("js", "css")
        )
        inside = Element(f"<script>{script}</script><style>{style}</style>")
        self.get_root().header.add_child(inside, name="leaflet")


def by_layer(table: gpd.GeoDataFrame, columns: list[str]) -> OfflineMap:
    """Return the map with our layer."""
    drawn = OfflineMap(table)
    AssetsOnMap(table, colour_by="ead", popup=columns, search=["asset_id"], name="assets").add_to(
        drawn
    )
    return drawn


def by_folium(table: gpd.GeoDataFrame, columns: list[str]) -> OfflineMap:
    """Return the map with folium's own layer, coloured by the same classes by a style function."""
    classes = ead_classes(table["ead"].to_numpy())
    codes = classify(table["ead"].to_numpy(), classes)
    # as folium hands them to the style
    given = table["ead"].astype(object).where(table["ead"].notna(), None)
    colours = {ead: classes.classes[code].colour for ead, code in zip(given, codes, strict=True)}

    def style(feature: dict) -> dict:
        colour = colours[feature["properties"]["ead"]]
        return {"fillColor": colour, "color": colour, "weight": 1, "fillOpacity": 0.8}

    drawn = OfflineMap(table)
    folium.GeoJson(
        table, style_function=style, popup=folium.GeoJsonPopup(columns), name="assets"
    ).add_to(drawn)
    return drawn


def by_plain(table: gpd.GeoDataFrame, columns: list[str]) -> OfflineMap:
    """Return the same in one colour, which says less and is folium's quickest."""
    drawn = OfflineMap(table)
    folium.GeoJson(table, popup=folium.GeoJsonPopup(columns), name="assets").add_to(drawn)
    return drawn


def by_explore(table: gpd.GeoDataFrame, columns: list[str]) -> OfflineMap:
    """Return the map that geopandas makes, in one colour, with a popup in place of its tooltip."""
    return table.explore(m=OfflineMap(table), legend=False, tooltip=False, popup=columns)


def bytes_of(
    table: gpd.GeoDataFrame, columns: list[str], classes: dict[str, np.ndarray], decimals: dict
) -> dict:
    """Return the bytes in the page that an asset takes, by column, each packed by itself."""
    order, grid, shapes = hilbert_order(table), grid_of(len(table)), table.geometry.to_numpy()
    nothing = np.zeros((0, len(table)), dtype=np.uint8)
    found = dict.fromkeys(["geometry", *(f"class {name}" for name in classes), *columns], 0)
    for first in range(0, len(order), BLOCK):
        rows = order[first : first + BLOCK]
        parts, _ = encode_block(shapes[rows], nothing[:, rows], table.crs, first=first, grid=grid)
        found["geometry"] += len(encoded(parts))
        for name, codes in classes.items():
            found[f"class {name}"] += len(encoded([codes[rows].tobytes()]))
    for plan in plan_columns(table, columns, decimals=decimals):
        for first in range(0, len(order), GROUP):
            found[plan.name] += len(encoded(group_parts([plan], order[first : first + GROUP])))
    return {name: size / len(table) for name, size in found.items()}


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("city", type=Path)
parser.add_argument("--by", choices=("layer", "folium", "plain", "explore", "page"), required=True)
parser.add_argument("--to", type=Path, required=True)
parser.add_argument(
    "--bytes", action="store_true", help="also the bytes that each column takes of an asset"
)
arguments = parser.parse_args()

assessment = assess(read_city(arguments.city))
table = eight_attributes(assessment)
columns = [name for name in table if name != "geometry"]
maps = [
    (hazard.name, sorted(one.return_period for one in hazard.maps))
    for hazard in assessment.city.hazards
]
if arguments.by == "explore":  # what it imports late is not its work
    import mapclassify  # noqa: F401
    import matplotlib.pyplot as plt  # noqa: F401
gc.collect()
held = forget_peak()
start = time.perf_counter()
if arguments.by == "page":
    write_map(assessment, arguments.to)
else:
    makers = {"layer": by_layer, "folium": by_folium, "plain": by_plain, "explore": by_explore}
    drawn = makers[arguments.by](table, columns)
    drawn.save(str(arguments.to))
said: dict[str, object] = {
    "build": time.perf_counter() - start,
    "peak": 1024 * (peak_memory() - held),
}
# where to click: the middle of the largest asset, which lies under no other's popup
largest = table.geometry.area.idxmax()
place = (
    gpd.GeoSeries([table.geometry[largest].representative_point()], crs=table.crs)
    .to_crs(4326)
    .iloc[0]
)
said |= {
    "assets": len(table),
    "size": arguments.to.stat().st_size / 1e6,
    "place": [place.y, place.x],
}
if arguments.bytes and arguments.by == "layer":
    codes = classify(table["ead"].to_numpy(), ead_classes(table["ead"].to_numpy()))
    said["bytes"] = bytes_of(table, columns, {"ead": codes}, {})
elif arguments.bytes and arguments.by == "page":
    table, decimals = attributes_of_assets(assessment, maps)
    columns = [name for name in table if name != table.geometry.name]
    tables = asset_tables(assessment, [drawn.classes for drawn in hazards_on_map(assessment)])
    codes = dict(classes_of_maps(assessment, maps, tables))
    said["bytes"] = bytes_of(table, columns, codes, decimals)
print(json.dumps(said))
