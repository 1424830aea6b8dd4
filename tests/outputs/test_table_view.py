"""A table is declared once: a page, a terminal and a workbook print the same headings, rows,
sums and notes.
"""

from __future__ import annotations

import math
from dataclasses import replace

import jinja2
import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from asset_inventory.cli.shared import print_view
from asset_inventory.messages import LANGUAGES, say
from asset_inventory.outputs.files.workbooks import OPTIONS, write_view
from asset_inventory.outputs.report.write import STATIC
from asset_inventory.outputs.views.table_view import (
    DAY,
    NUMBER,
    PERCENT,
    RANK,
    TEXT,
    WRITTEN,
    YEARS,
    Column,
    Format,
    TableView,
    decimals,
    in_steps,
    limits,
    money_in,
    names_of,
    scale_of,
    words,
)

NAN = float("nan")


def view(language: str = "en", **changed) -> TableView:
    """Two owners: 2 and 1 assets of 3, Rp1.4 and Rp1.3 million, Rp2.7 million together."""
    amounts = [1.4e6, 1.3e6]
    scale = scale_of(sum(amounts))
    steps, total = in_steps(amounts, scale.step)
    table = pd.DataFrame(
        {"owner": ["PU", "<b>"], "assets": [2, 1], "ead": list(zip(steps, amounts, strict=True))}
    )
    rows = [
        *table.to_dict("records"),
        {"owner": "All", "assets": 3, "ead": (total, 0.0), "is_sum": True},
    ]
    columns = [
        Column("owner", TEXT, href=lambda row: f"{row['owner'].lower()}.html"),
        Column("assets", NUMBER, "counting", share=lambda row: row["assets"] / 3),
        Column("ead", money_in(scale), "ead", values={"unit": scale.unit("IDR", language)}),
    ]
    given = {"caption": "By owner", "notes": (("Rounded.", "rounding"),)} | changed
    return TableView("by-owner", columns, rows, language, **given)


def test_headings_are_messages_filled_or_the_text_that_is_given():
    assert view().headings == ["Agency", "Assets", "EAD (Rp million)"]
    own = TableView("own", [Column("assets", NUMBER, heading="slope")], [{"assets": 1}], "en")
    assert own.headings == ["slope"]
    with pytest.raises(KeyError):
        _ = TableView("own", [Column("no_such_heading", NUMBER)], [], "en").headings


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_heading_has_what_its_term_means(language):
    assert view(language).hints == ["", "", say("report.term.ead.about", language)]


def test_a_value_is_a_column_of_the_row_or_computed_from_it():
    more = Column("c", NUMBER, source=lambda row: row["a"] + 1)
    columns = [Column("a", NUMBER), Column("b", NUMBER, source="a"), more]
    assert TableView("t", columns, [{"a": 1}], "en").texts == [["1", "1", "2"]]


def test_a_sum_has_neither_link_nor_share():
    (added, first), _, (is_sum, total) = view().lines
    assert is_sum and not added
    assert (first[0].href, first[1].share) == ("pu.html", 2 / 3)
    assert [cell.text for cell in total] == ["All", "3", "2.700"]
    assert not any(cell.href for cell in total) and all(math.isnan(cell.share) for cell in total)


@pytest.mark.parametrize(
    ("written", "value", "english", "indonesian"),
    [
        (NUMBER, 1234.5, "1,234.5", "1.234,5"),
        (NUMBER, NAN, "not available", "belum tersedia"),
        (RANK, NAN, "–", "–"),
        (decimals(2), 0.5, "0.50", "0,50"),
        (PERCENT, 0.125, "12.5%", "12,5%"),
        (TEXT, "a\x1b[2Jb", "a\ufffd[2Jb", "a\ufffd[2Jb"),
        (TEXT, None, "not available", "belum tersedia"),
        (WRITTEN, "1 – 2", "1 – 2", "1 – 2"),
        (YEARS, 100.0, "100 years", "100 tahun"),
        (DAY, "2026-11-26", "26 November 2026", "26 November 2026"),
        (names_of({"1": "West"}), 1, "West", "West"),
        (names_of({}), "2", "2", "2"),
        (words("kind."), "shock", "shock", "guncangan"),
        (words("kind."), "of their own", "of their own", "of their own"),
        (limits(decimals(1)), (0.11, 0.12), "0.1", "0,1"),
        (limits(decimals(1)), (0.1, 0.2), "0.1 – 0.2", "0,1 – 0,2"),
        (money_in(scale_of(2e9)), 4e4, "<0.001", "<0,001"),
        (money_in(scale_of(2e9)), 1.2344e9, "1.234", "1,234"),
        (money_in(scale_of(2e9)), NAN, "not available", "belum tersedia"),
    ],
)
def test_a_format_writes_a_value_in_both_languages(written, value, english, indonesian):
    assert (written(value, "en"), written(value, "id")) == (english, indonesian)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_notes_links_bars_and_sums_and_escapes_what_data_says(language):
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(STATIC), autoescape=True, undefined=jinja2.StrictUndefined
    )
    macro = environment.get_template("report_macros.html").module.table
    numbers = {"page": "", "counting": 1, "ead": 5, "rounding": 11}
    page = macro(lambda key, **values: say(key, language, **values), numbers, view(language))
    assert '<table id="by-owner">' in page and ">By owner</h3>" in page
    assert (
        '<th scope="row"><a href="pu.html">PU</a></th>' in page
        and "&lt;b&gt;" in page
        and "<b>" not in page
    )
    assert (
        '<td class="number">2<span class="share" aria-hidden="true"><span style="width:66.7%">'
        in page
    )
    assert page.count('<tr class="sum">') == 1 and 'href="#method-counting"' in page
    assert 'Rounded.<a class="note" href="#method-rounding"' in page


def test_a_terminal_has_words_to_the_left_and_numbers_to_the_right(capsys):
    print_view(view())
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    caption, _, headings, _, first, *_, total, _, note = lines
    assert (caption, note) == ("By owner", "Rounded.")
    assert headings.split()[0] == "Agency" and total.split() == ["All", "3", "2.700"]
    assert first.index("2") == headings.index("Assets") + len("Assets") - 1
    print_view(TableView("none", view().columns, [], "en", "By owner"))
    assert capsys.readouterr().out == ""


def test_what_follows_a_number_is_to_the_right_also_where_it_is_a_word(capsys):
    late = Format(lambda value, _: value, is_number=False)
    print_view(
        TableView(
            "t",
            [Column("assets", NUMBER), Column("maps", late)],
            [{"assets": 1, "maps": "3"}],
            "en",
        )
    )
    *_, headings, _, row, _ = capsys.readouterr().out.splitlines()
    assert row.index("3") == len(headings.rstrip()) - 1


def test_a_workbook_holds_the_values_under_the_number_format_of_their_column(tmp_path):
    table = pd.DataFrame({"owner": ["=1+1", None], "ead": [1250.5, NAN], "assets": [3, 4]})
    columns = [
        Column("owner", TEXT, heading="Owner"),
        Column("ead", replace(NUMBER, workbook="#,##0"), heading="EAD (IDR)"),
        Column("assets", NUMBER, heading="Assets"),
    ]
    with xlsxwriter.Workbook(str(tmp_path / "view.xlsx"), OPTIONS) as book:
        write_view(book, book.add_worksheet("View"), TableView("view", columns, table, "en"))
    page = openpyxl.load_workbook(tmp_path / "view.xlsx")["View"]
    assert [*page.iter_rows(values_only=True)] == [
        ("Owner", "EAD (IDR)", "Assets"),
        ("=1+1", 1250.5, 3),
        (None, None, 4),
    ]
    assert (page["A2"].data_type, page["B2"].number_format, page.freeze_panes) == (
        "s",
        "#,##0",
        "B2",
    )
    assert page.auto_filter.ref == "A1:C3"
