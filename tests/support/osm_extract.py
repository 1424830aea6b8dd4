"""A small extract of OpenStreetMap, written as XML from metres of the town."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from asset_inventory.io.geometries import WGS84, carry
from tests.support.town import X, Y

Way = tuple[Iterable[tuple[float, float]], Mapping[str, str]]


def write_extract(path: Path, ways: Iterable[Way], places: Iterable[Way] = ()) -> Path:
    """Write ways and places (each of one vertex), metres from the town's lower left corner."""
    nodes, drawn = [], []

    def node(east: float, north: float, tags: Mapping[str, str] | None = None) -> int:
        (lon, lat), number = degrees(east, north), len(nodes) + 1
        inner = written(tags or {})
        nodes.append(f'<node id="{number}" lat="{lat:.8f}" lon="{lon:.8f}">{inner}</node>')
        return number

    for vertices, tags in places:
        ((east, north),) = vertices
        node(east, north, tags)
    for number, (vertices, tags) in enumerate(ways, 1):
        vertices = list(vertices)
        refs = [node(*vertex) for vertex in vertices[: -1 if vertices[0] == vertices[-1] else None]]
        refs += refs[:1] * (vertices[0] == vertices[-1])
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        drawn.append(f'<way id="{number}">{inner}{written(tags)}</way>')
    body = "\n".join([*nodes, *drawn])
    path.write_text(
        f"<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n{body}\n</osm>\n",
        encoding="utf-8",
    )
    return path


def written(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


def degrees(east: float, north: float) -> np.ndarray:
    return carry(np.array([[X + east, Y + north]]), "EPSG:32749", WGS84)[0]


def square(west: float, south: float, side: float) -> list[tuple[float, float]]:
    """The ring of a square."""
    east, north = west + side, south + side
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]
