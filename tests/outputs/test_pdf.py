"""Prints of pages: whose they are, which are kept, and one browser for all of them."""

from __future__ import annotations

import hashlib
import os
import signal

import pytest

from asset_inventory.assessment.run import assess
from asset_inventory.model.errors import SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.report import pdf
from asset_inventory.outputs.report.write import write_report


def printed(page, path):
    """A print as it bears the mark of its page."""
    path.write_bytes(
        b"%PDF\n%%EOF\n%page " + hashlib.sha256(page.read_bytes()).hexdigest().encode() + b"\n"
    )
    return path


def test_a_print_is_that_of_the_page_as_it_is_now(tmp_path):
    page = tmp_path / "a.html"
    page.write_text("<p>one", encoding="utf-8")
    path = printed(page, tmp_path / "a.pdf")
    assert pdf.is_print_of(path, page)
    page.write_text("<p>two", encoding="utf-8")
    assert not pdf.is_print_of(path, page)
    path.write_bytes(b"%PDF\n%%EOF\n")
    assert not pdf.is_print_of(path, page)
    assert not pdf.is_print_of(tmp_path / "b.pdf", page)


def test_a_report_keeps_the_prints_of_pages_that_are_equal_and_no_other(town, tmp_path):
    found, folder = assess(read_city(town)), tmp_path / "report"
    pages = write_report(found, folder, languages=("en",))
    same = printed(pages.reports["en"], folder / "report-en.pdf")
    other = printed(pages.reports["en"], folder / "summary-en.pdf")
    gone = printed(pages.reports["en"], folder / "report-id.pdf")
    mine = printed(pages.reports["en"], folder / "mine.pdf")
    write_report(found, folder, languages=("en",))
    assert same.exists() and mine.exists() and not other.exists() and not gone.exists()


@pytest.mark.chromium
def test_one_browser_prints_several_pages_and_ends_with_the_block(tmp_path, monkeypatch):
    started, spawn = [], os.posix_spawn
    monkeypatch.setattr(
        os,
        "posix_spawn",
        lambda *given, **more: started.append(spawn(*given, **more)) or started[-1],
    )
    pages = [tmp_path / f"{name}.html" for name in "ab"]
    for page in pages:
        page.write_text(
            f"<!DOCTYPE html><title>{page.stem}</title><p>{page.stem}", encoding="utf-8"
        )
    with pdf.printer() as print_page:
        for page in pages:
            print_page(page, page.with_suffix(".pdf"))
    assert len(started) == 1
    assert all(pdf.is_print_of(page.with_suffix(".pdf"), page) for page in pages)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


@pytest.mark.chromium
def test_a_browser_that_dies_is_an_error_and_nothing_is_written(tmp_path, monkeypatch):
    page, started, spawn = tmp_path / "a.html", [], os.posix_spawn
    monkeypatch.setattr(
        os,
        "posix_spawn",
        lambda *given, **more: started.append(spawn(*given, **more)) or started[-1],
    )
    page.write_text("<p>a", encoding="utf-8")
    with pdf.printer() as print_page, pytest.raises(SourceError, match=r"a\.pdf"):
        os.kill(started[0], signal.SIGKILL)
        print_page(page, tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()
