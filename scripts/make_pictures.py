"""Make the pictures of README and docs from the demo city: `make pictures` writes docs/*.png.

Each is what headless Chromium shows of a page that `asset-inventory map` writes, of the first map out of the
city's files without its city.toml, or of the page to sign that the tutorial for GIS staff writes, from disk and
without a network, the banner of exercise data in it; as palette PNGs of under 250 kB.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import tutorials
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from asset_inventory.cli import main

ROOT = Path(__file__).parents[1]
CITY = ROOT / "data" / "semarang"
TUTORIAL = ROOT / "docs" / "tutorials" / "gis-staff.md"
MOST_BYTES = 250_000
COLOURS = (256, 128, 64)  # the most that fit
LAUNCH = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]


@dataclass(frozen=True)
class Picture:
    """One picture: its file, what `map` is asked for, the address, the screen, what is touched
    before it is taken.

    With a `page` it is of that page, which the tutorial for GIS staff writes, or `new --from`.
    """

    name: str
    address: str
    width: int
    height: int
    options: tuple[str, ...] = ()
    touches: tuple[str, ...] = field(default=())
    page: str = ""

    @property
    def phone(self) -> bool:
        """Whether it is a phone's screen."""
        return self.width < 600


REVIEW, FIRST_MAP = "review.html", "kota/maps/kota.html"
PICTURES = (
    Picture("map.png", "#lang=en&hazard=banjir&period=100", 1280, 800),
    Picture("map-phone.png", "#lang=id", 390, 844),
    Picture("map-compare.png", "#lang=en", 1280, 800, options=("--compare", "10", "100")),
    Picture("review.png", "", 1280, 800, page=REVIEW),
    Picture("first-map.png", "#lang=en", 1280, 800, page=FIRST_MAP),
    Picture("first-map-id.png", "#lang=id", 1280, 800, page=FIRST_MAP),
)


def make(folder: Path) -> list[Path]:
    """Write all pictures into a folder and return their paths."""
    found = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as pages:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=LAUNCH)
        for picture in PICTURES:
            path = _page(picture, Path(pages).resolve())
            context = browser.new_context(
                viewport={"width": picture.width, "height": picture.height},
                has_touch=picture.phone,
                is_mobile=picture.phone,
            )
            page = context.new_page()
            page.goto(path.as_uri() + picture.address)
            if picture.page != REVIEW:
                _settle(page)
            for selector in picture.touches:
                page.locator(selector).first.click()
                _settle(page)
            (folder / picture.name).write_bytes(_palette(page.screenshot()))
            found.append(folder / picture.name)
            context.close()
        browser.close()
    return found


def _page(picture: Picture, folder: Path) -> Path:
    """Write the page that a picture is of, and return its path."""
    if picture.page == FIRST_MAP:
        return _first_map(folder)
    if picture.page:
        played = folder / "tutorial"
        played.mkdir()
        tutorials.played(TUTORIAL.read_text(encoding="utf-8"), played)
        return played / picture.page
    path = folder / f"map{''.join(picture.options)}.html"
    if not path.exists() and main(["map", str(CITY), *picture.options, "--to", str(path)]):
        raise SystemExit(f"no map for {picture.name}")
    return path


def _first_map(folder: Path) -> Path:
    """Write the first map of the demo city's files, and return its path."""
    files, city = folder / "files", folder / "kota"
    if not files.exists():
        shutil.copytree(CITY, files, ignore=shutil.ignore_patterns("city.toml", "*.py", "__*"))
        if main(["new", str(city), "--from", str(files), "--no-input"]):
            raise SystemExit("no first map")
    return folder / FIRST_MAP


def _settle(page: Page) -> None:
    """Wait until the page says it is ready, and its tiles have faded in; its policy lets nothing
    ask by text.
    """
    while not page.evaluate("window.__mapReady === true"):
        page.wait_for_timeout(50)
    page.wait_for_timeout(1000)


def _palette(png: bytes) -> bytes:
    """Return a picture with as many colours as fit under the limit."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        written = io.BytesIO()
        whole.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            written, "png", optimize=True
        )
        if written.tell() < MOST_BYTES:
            return written.getvalue()
    raise SystemExit("a picture is too large")


if __name__ == "__main__":
    for made in make(ROOT / "docs"):
        print(made.relative_to(ROOT), made.stat().st_size)
