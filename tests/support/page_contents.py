"""What a written page holds: its packed data, its blocks, its texts and its tables."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import rasterio

from asset_inventory import __version__
from asset_inventory.outputs.map.encoding import SIGNS
from asset_inventory.outputs.report import write
from tests.support.paths import TESTS


def as_bytes(text: str) -> bytes:
    """The bytes that `packing.as_text` wrote, read without its help: each two signs are 13 bits,
    lowest first.
    """
    bits = "".join(
        f"{SIGNS.index(low) + 91 * SIGNS.index(high):013b}"[::-1]
        for low, high in zip(text[::2], text[1::2], strict=False)
    )
    count = len(bits) // 8 - len(text) % 2
    return bytes(int(bits[8 * place : 8 * place + 8][::-1], 2) for place in range(count))


def decoded(html: str) -> str:
    """Everything that a page holds, its packed pieces opened, as one text."""
    opened = [html]
    for kind, text in re.findall(
        r'<script type="text/plain"[^>]*data-part="(\w+)">(.*?)</script>', html, re.S
    ):
        for piece in text.split():
            data = as_bytes(piece)
            opened.append(
                (data if kind == "head" else zlib.decompress(data, -15)[4:]).decode(
                    "utf-8", "replace"
                )
            )
    return "\n".join(opened)


def head(html: str) -> dict:
    return json.loads(as_bytes(re.search(r'data-part="head">(.*?)</script>', html)[1]))


def block_of(html: str, name: str) -> dict:
    return json.loads(re.search(rf'id="data-{name}">(.*?)</script>', html, re.S)[1])


def layer_of(node: str, path: Path) -> dict:
    """The layer of a page as its own scripts decode it in node: blocks and groups of columns."""
    done = subprocess.run(
        [node, str(TESTS / "outputs" / "static" / "export.js"), str(path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)


def leads_on(folder: Path, link: str, page: Page) -> bool:
    """Return whether a link of a page in a folder leads to a file, or to a place on the page."""
    if link.startswith("#"):
        return link[1:] in page.ids
    return (folder / link.partition("#")[0]).exists()


class Page(HTMLParser):
    """What a reader meets on a page: its texts, tables by id, ids, links, and elements that
    could run.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text, self.tables, self.ids, self.links, self.live = "", {}, [], [], []
        self.table, self.cell, self.unread = None, None, 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" else []
        self.live += [tag] if tag in ("script", "iframe", "object", "form", "img") else []
        self.live += [name for name in given if name.startswith("on")]
        self.unread += tag in ("style", "svg")
        if tag == "table":
            self.table = self.tables.setdefault(given["id"], [])
        elif tag == "tr":
            self.table.append([])
        elif tag in ("td", "th"):
            self.cell = ""
        elif tag == "a" and given.get("class") == "note":
            self.unread += 1

    def handle_endtag(self, tag):
        if tag in ("style", "svg") or (tag == "a" and self.unread):
            self.unread -= 1
        elif tag in ("td", "th"):
            self.table[-1].append(self.cell.strip())
            self.cell = None
        elif tag == "tr" and self.table and not self.table[-1]:
            self.table.pop()

    def handle_data(self, data):
        if not self.unread:
            self.text += data + " "
            if self.cell is not None:
                self.cell += data


def numbers_in(text: str, language: str) -> list[str]:
    """The numbers of a text, each as English writes it."""
    # licences, DOIs
    text = re.sub(r"[A-Za-z-]+-\d\.\d|10\.\d{4,}/[\w.-]*\w", "", text.replace(__version__, ""))
    found = re.findall(r"\d[\d.,]*\d|\d", text)
    swapped = str.maketrans(".,", ",.") if language == "id" else {}
    return [one.translate(swapped) for one in found]


def follow(folder: Path, written: write.WrittenReport) -> int:
    """Follow every link of every page; returns how many there were."""
    pages = {path: Page(path) for path in written.every()}
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path
        for href in page.links:
            file, _, anchor = href.partition("#")
            there = (path.parent / unquote(file)).resolve() if file else path
            assert there in pages, f"{path.relative_to(folder)} leads to {href}"
            assert not anchor or anchor in pages[there].ids, (
                f"{path.relative_to(folder)} leads to {href}"
            )
    return sum(len(page.links) for page in pages.values())


def resolved(written: write.WrittenReport) -> write.WrittenReport:
    here = {
        name: {one: path.resolve() for one, path in getattr(written, name).items()}
        for name in ("reports", "summaries")
    }
    return write.WrittenReport(
        here["reports"], here["summaries"], tuple(path.resolve() for path in written.parts)
    )


# Tables wider than the sheet, and headings or first cells with a word that is broken over two lines
CUT_CELLS = """() => {
    const wide = [...document.querySelectorAll("table")]
        .filter((one) => one.offsetWidth > one.parentElement.clientWidth + 1);
    const broken = [...document.querySelectorAll("thead th")].filter((cell) => {
        const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode();
        return [...(text ? text.data : "").matchAll(/[^\\s/()]+/g)].some((word) => {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
        });
    });
    return [...wide.map((one) => one.id), ...broken.map((one) => one.textContent)];
}"""


def folder_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of a folder with all that it holds as one text: packed, stored and zipped
    things opened.
    """
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".gpkg":
            yield name, "\n".join(rows_in(path))
        elif path.suffix in (".xlsx", ".qgz"):
            with zipfile.ZipFile(path) as packed:
                yield name, "\n".join(packed.read(one).decode("utf-8") for one in packed.namelist())
        elif path.suffix == ".tif":
            with rasterio.open(path) as grid:
                yield name, json.dumps([grid.tags(), grid.tags(1), grid.descriptions, grid.units])
        else:
            text = path.read_text(encoding="utf-8")
            yield name, decoded(text) if path.suffix == ".html" else text


def rows_in(path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(path)) as store:
        tables = [
            name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            rows = store.execute(f'SELECT * FROM "{table}"')
            yield f"{table}: " + ", ".join(column[0] for column in rows.description)
            yield from (repr(row) for row in rows)


def page_text(path: Path, language: str) -> str:
    """What the page says in a language, without tags."""
    text = path.read_text(encoding="utf-8").partition("<body>")[2].partition("<script>")[0]
    for other in {"en", "id"} - {language}:
        text = re.sub(
            rf'<span class="in-language[^"]*" lang="{other}">.*?</span>', "", text, flags=re.DOTALL
        )
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))
