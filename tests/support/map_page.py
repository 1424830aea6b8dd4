"""Where things are on the map of the town, and how a test looks and clicks."""

from __future__ import annotations

import warnings

import numpy as np
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from asset_inventory.io.crs import carry
from tests.support.town import X, Y

BACKGROUND = "#e9eef3"
# Places in the town, metres from its lower left corner, free of assets and of the legend
NORTH_WEST, NORTH_EAST, SOUTH_WEST, SOUTH_EAST = (5, 85, 35, 98), (70, 60, 95, 80), (30, 2, 48, 20), (55, 2, 95, 20)
HOUSE_A, HOUSE_D = (12, 42, 28, 58), (42, 62, 58, 78)


def rectangle(page, box):
    """Where a box of the town (metres) lies on the screen: left, top, right, bottom."""
    west, south, east, north = box
    corners = carry(np.array([[X + west, Y + south], [X + east, Y + north]]), "EPSG:32749", "EPSG:4326")
    return page.evaluate(
        """(corners) => {
        const frame = map_city.getContainer().getBoundingClientRect();
        const [a, b] = corners.map(([lon, lat]) => map_city.latLngToContainerPoint([lat, lon]));
        return [frame.left + a.x, frame.top + b.y, frame.left + b.x, frame.top + a.y].map(Math.round);
    }""",
        corners.tolist(),
    )


def share(page, box, *colours):
    """The share of a box's pixels that have one of these colours, once all tiles are drawn."""
    page.wait_for_timeout(300)
    page.wait_for_function(
        "() => { let busy = false; if (window.map_city) map_city.eachLayer("
        "(layer) => { busy ||= Boolean(layer.isLoading && layer.isLoading()); }); return !busy; }"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(page.screenshot()) as file, file.open() as dataset:
            picture = dataset.read()[:3].astype(int)
    left, top, right, bottom = rectangle(page, box)
    part = picture[:, top + 2 : bottom - 2, left + 2 : right - 2]
    wanted = np.array([[int(colour[place : place + 2], 16) for place in (1, 3, 5)] for colour in colours])
    away = np.abs(part[None] - wanted[:, :, None, None]).max(axis=1).min(axis=0)
    return float((away <= 10).mean())


def over(colour, opacity, below=BACKGROUND):
    """A colour as it looks above another."""
    parts = (
        round(opacity * int(colour[place : place + 2], 16) + (1 - opacity) * int(below[place : place + 2], 16))
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def click(page, box):
    left, top, right, bottom = rectangle(page, box)
    page.mouse.click((left + right) / 2, (top + bottom) / 2)


def until(page, expression, wanted):
    """Wait for what a page has to ask its worker for."""
    for _ in range(100):
        if page.evaluate(expression) == wanted:
            return
        page.wait_for_timeout(20)
    assert page.evaluate(expression) == wanted


def popup_text(page):
    page.wait_for_selector(".leaflet-popup-content")
    return page.inner_text(".leaflet-popup-content")


def settled(opened):
    assert opened.wrong == []
    assert opened.violations() == []
