"""What a reader who does not see, point or move as others do would stumble over, found on an
open page.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

AXE = Path(__file__).parent / "axe" / "axe.min.js"
GRAVE = ("serious", "critical")

# axe leaves contrast open wherever a box of the layout is not the box on the screen, so it is
# reckoned here: every visible text against what is painted below it, and against both black and
# white where that is the map.
_WEAK_TEXTS = """() => {
    const parse = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return { r, g, b, a }; };
    const over = (top, below) => Object.fromEntries(
        ["r", "g", "b"].map((part) => [part, top.a * top[part] + (1 - top.a) * below[part]]));
    const light = ({ r, g, b }) => [r, g, b].map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
    const contrast = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const grounds = (element) => {
        const layers = [];
        for (let one = element; one; one = one.parentElement) {
            const colour = parse(getComputedStyle(one).backgroundColor);
            if (colour.a > 0) layers.unshift(colour);
            if (colour.a === 1) break;
            if (one.classList.contains("leaflet-pane") || one.id === "corner") break;
        }
        const either = [{ r: 0, g: 0, b: 0 }, { r: 255, g: 255, b: 255 }];
        const bases = layers.length && layers[0].a === 1 ? [layers[0]] : either;
        return bases.map((base) => layers.reduce((below, layer) => over(layer, below), base));
    };
    const seen = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
        && !element.closest(".unseen, .leaflet-disabled, :disabled, script, style, option");
    const weak = [];
    let texts = 0;
    const judge = (element, colour, text) => {
        texts += 1;
        const { fontSize, fontWeight } = getComputedStyle(element);
        const size = parseFloat(fontSize);
        const least = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
        for (const ground of grounds(element)) {
            const found = contrast(over(parse(colour), ground), ground);
            if (found < least) weak.push(`${text.trim().slice(0, 40)}: ${found.toFixed(2)}`);
        }
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { parentElement: parent, data } = walker.currentNode;
        if (data.trim() && seen(parent)) judge(parent, getComputedStyle(parent).color, data);
    }
    for (const box of document.querySelectorAll("select, input[type=text]")) {
        if (!seen(box)) continue;
        judge(box, getComputedStyle(box).color, box.id);
        if (box.placeholder) judge(box, getComputedStyle(box, "::placeholder").color, box.placeholder);
    }
    return { texts, weak };
}"""


def grave_faults(page) -> list[str]:
    """The serious and critical faults that axe-core finds on a page as it is now."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert len(found["passes"]) > 10  # it has looked
    return [
        f"{fault['id']}: {node['html'][:120]}"
        for fault in found["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]


def weak_texts(page) -> list[str]:
    """Every visible text whose contrast is under 4.5:1 (3:1 where it is large)."""
    found = page.evaluate(_WEAK_TEXTS)
    assert found["texts"] > 10
    return found["weak"]


def pixels(page, box):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(page.screenshot(clip=box)) as file, file.open() as dataset:
            return dataset.read()[:3].astype(int)


def focus_is_seen(page) -> bool:
    """Whether pixels of the control in focus, or around it, change by three to one when it loses
    the focus.
    """
    left, top, width, height = page.evaluate("""() => {
        const { x, y, width, height } = document.activeElement.getBoundingClientRect();
        return [x, y, width, height];
    }""")
    right, bottom = min(left + width + 5, 1280), min(top + height + 5, 800)
    left, top = max(left - 5, 0), max(top - 5, 0)
    box = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    focused = pixels(page, box)
    page.evaluate("() => { window.__was = document.activeElement; __was.blur(); }")
    plain = pixels(page, box)
    page.evaluate("() => __was.focus({ preventScroll: true })")
    lights = [
        np.tensordot([0.2126, 0.7152, 0.0722], ((one / 255 + 0.055) / 1.055) ** 2.4, axes=1) + 0.05
        for one in (focused, plain)
    ]
    contrast = np.maximum(lights[0] / lights[1], lights[1] / lights[0])
    return int((contrast >= 3).sum()) >= 40


SIZES = {
    "desk": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844, "touch": True},
}
