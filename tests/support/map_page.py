"""Where things are on the map of the town, and how a test looks and clicks."""

from __future__ import annotations

import contextlib
import warnings

import numpy as np
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from asset_inventory.io.geometries import carry
from asset_inventory.outputs.views.style import (
    COOL,
    asset_classes,
    classify,
    ead_classes,
    spread_breaks,
)
from tests.support.town import X, Y

# Nothing is loading, moving or fading in three frames that follow each other.
PAINTED = """async () => {
    const map = Object.values(window).find((one) => one instanceof L.Map);
    const fades = (tile) => tile.current && (!tile.loaded || (tile.el.style.opacity || 1) < 1);
    const waits = (layer) => (layer.isLoading && layer.isLoading()) || Object.values(layer._tiles || {}).some(fades)
        || (layer.one && layer.one.tiles.size + layer.one.answers.size > 0);
    const busy = () => {
        let found = Boolean(map._animatingZoom || (map._panAnim && map._panAnim._inProgress));
        map.eachLayer((layer) => { found ||= Boolean(waits(layer)); });
        return found || document.getAnimations().some((one) => one.playState === "running");
    };
    const end = performance.now() + 30000;
    for (let still = 0; still < 3; still += 1) {
        if (busy()) still = -1;
        if (performance.now() > end) throw new Error("the map never stands still");
        await new Promise(requestAnimationFrame);
    }
}"""
BACKGROUND = "#e9eef3"
# Places in the town, metres from its lower left corner, free of assets and of the legend
NORTH_WEST, NORTH_EAST, SOUTH_WEST, SOUTH_EAST = (
    (5, 85, 35, 98),
    (70, 60, 95, 80),
    (30, 2, 48, 20),
    (55, 2, 95, 20),
)
# The colour of A by its EAD of 15, of the 15, 30 and 45 of what is exposed
EXPOSED = [15.0, 30.0, 45.0]
DAMAGE = asset_classes(
    ead_classes(EXPOSED, breaks=spread_breaks(EXPOSED, count=5)), COOL, unknown=False
)
COLOUR_OF_A = DAMAGE.classes[int(classify(np.array([15.0]), DAMAGE)[0])].colour
HOUSE_A, HOUSE_D = (12, 42, 28, 58), (42, 62, 58, 78)


def rectangle(page, box):
    """Where a box of the town (metres) lies on the screen: left, top, right, bottom."""
    west, south, east, north = box
    corners = carry(
        np.array([[X + west, Y + south], [X + east, Y + north]]), "EPSG:32749", "EPSG:4326"
    )
    return page.evaluate(
        """(corners) => {
        const frame = map_city.getContainer().getBoundingClientRect();
        const [a, b] = corners.map(([lon, lat]) => map_city.latLngToContainerPoint([lat, lon]));
        return [frame.left + a.x, frame.top + b.y, frame.left + b.x, frame.top + a.y].map(Math.round);
    }""",
        corners.tolist(),
    )


def painted(page):
    """Wait until the map stands still, and every tile, figure and effect that was asked for is
    there.
    """
    page.evaluate(PAINTED)


def share(page, box, *colours):
    """The share of a box's pixels that have one of these colours, once the map is painted."""
    painted(page)
    with warnings.catch_warnings(), legend_folded(page):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(page.screenshot()) as file, file.open() as dataset:
            picture = dataset.read()[:3].astype(int)
    left, top, right, bottom = rectangle(page, box)
    part = picture[:, top + 2 : bottom - 2, left + 2 : right - 2]
    wanted = np.array(
        [[int(colour[place : place + 2], 16) for place in (1, 3, 5)] for colour in colours]
    )
    away = np.abs(part[None] - wanted[:, :, None, None]).max(axis=1).min(axis=0)
    return float((away <= 10).mean())


def over(colour, opacity, below=BACKGROUND):
    """A colour as it looks above another."""
    parts = (
        round(
            opacity * int(colour[place : place + 2], 16)
            + (1 - opacity) * int(below[place : place + 2], 16)
        )
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def click(page, box):
    left, top, right, bottom = rectangle(page, box)
    with legend_folded(page):
        page.mouse.click((left + right) / 2, (top + bottom) / 2)


@contextlib.contextmanager
def legend_folded(page):
    """Leave the map free where an open legend lies above it."""
    fold = """(open) => {
        const legend = document.getElementById("legend");
        const before = Boolean(legend?.open);
        if (legend) legend.open = open;
        return before;
    }"""
    was = page.evaluate(fold, False)
    yield
    page.evaluate(fold, was)


def show_tab(page, name):
    """Open a tab of the panel; one that is open stays open."""
    tab = page.locator(f"#tab-{name}")
    if (tab.get_attribute("aria-selected"), tab.get_attribute("aria-expanded")) != ("true",) * 2:
        tab.click()


def filter_by(page, name, *texts):
    """Check the boxes with these texts in a filter, and no others."""
    show_tab(page, "layers")
    fold = page.locator(f"#filters [data-filter={name}]")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    page.wait_for_selector(f"#filter-{name} input")
    for text in page.locator(f"#filter-{name} label").all_inner_texts():
        page.set_checked(f'#filter-{name} label:has(:text-is("{text}")) input', text in texts)


# The tiles by their term, each with its figures and its note
TILES = """Object.fromEntries([...document.querySelectorAll("#tiles div")].map((tile) =>
    [tile.firstChild.textContent, [...tile.querySelectorAll("dd > *")].map((part) => part.textContent)]))"""
EXPOSED = f"{TILES}['Exposed assets']"


def popup_text(page):
    page.wait_for_selector(".leaflet-popup-content")
    return page.inner_text(".leaflet-popup-content")


def settled(opened):
    assert opened.wrong == []
    assert opened.violations() == []
