"""The contract of every table: what keeps it passes, what breaks it is named."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from asset_inventory.messages import LANGUAGES, describe_finding, describe_findings, messages
from asset_inventory.model.errors import TableError
from asset_inventory.model.tables import (
    TABLES,
    check,
    describe,
    empty,
    finding,
    findings,
    join_findings,
    known_sum,
)
from tests.support.paths import PROJECT


def ledger(**changed) -> pd.DataFrame:
    row = {
        "asset_type": "road",
        "hazard": "flood",
        "return_period": 10.0,
        "district": "1",
        "assets": 4,
        "exposed": 1,
        "not_exposed": 1,
        "no_data": 1,
        "unusable": 1,
    }
    return pd.DataFrame([row | changed])


def test_a_table_that_keeps_its_contract_comes_back():
    table = ledger()
    assert check(table, "EXPOSURE_COUNTS") is table
    for name in TABLES:
        assert not len(check(empty(name), name))


@pytest.mark.parametrize(
    "table",
    [
        ledger(exposed=-1),
        ledger(asset_type=None),
        ledger().drop(columns="no_data"),
        pd.concat([ledger(), ledger()]),
    ],
)
def test_a_broken_contract_is_one_sentence(table):
    with pytest.raises(TableError, match="table EXPOSURE_COUNTS breaks its contract"):
        check(table, "EXPOSURE_COUNTS")
    assert len(str(pytest.raises(TableError, check, table, "EXPOSURE_COUNTS").value)) < 600


def test_a_scenario_has_no_return_period():
    assert len(check(ledger(return_period=np.nan), "EXPOSURE_COUNTS"))


def test_a_sum_of_nothing_is_not_known():
    assert np.isnan(known_sum([np.nan, np.nan]))
    assert np.isnan(known_sum([]))
    assert known_sum([1.0, np.nan, 2.0]) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_said_with_their_remedy_and_errors_come_first(language):
    table = join_findings(
        [
            findings([finding("not_utf8", source="a.csv", severity="warning", encoding="UTF-16")]),
            findings([]),
            findings(
                [finding("id_repeated", source="schools", severity="error", count=2, feature="7")]
            ),
        ]
    )
    assert table["severity"].tolist() == ["error", "warning"]
    for row in table.to_dict("records"):
        sentence, remedy = describe_finding(row, language)
        assert row["source"] in sentence
        assert len(remedy) > 10


def test_the_description_names_every_column():
    text = describe()
    for table in TABLES.values():
        for column in table.columns:
            assert f"`{column.name}`" in text


def reference() -> ModuleType:
    """The module that writes the reference pages of the documentation site."""
    path = PROJECT / "docs" / "_extensions" / "generated_reference.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_page_has_the_meaning_of_every_column_in_both_languages():
    _, *sections = reference().tables_page().split("\n## ")
    assert len(sections) == len(TABLES)
    for table, section in zip(TABLES.values(), sections, strict=True):
        lines = [line for line in section.splitlines() if line.startswith("| `")]
        rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
        assert [row[0] for row in rows] == [f"`{column.name}`" for column in table.columns]
        for name, _, english, indonesian in rows:
            assert english and indonesian and english != indonesian, (table.name, name)
            assert "{" not in english + indonesian, (table.name, name)


def test_a_meaning_for_one_table_is_of_a_column_that_it_has():
    own = (key.split(".") for key in messages("en", prefixes=("column.",)))
    for _, table, column, *_ in (parts for parts in own if len(parts) == 4):
        assert column in [known.name for known in TABLES[table.upper()].columns], (table, column)


def test_the_list_of_findings_is_the_one_in_docs():
    written = (PROJECT / "docs" / "findings.md").read_text(encoding="utf-8")
    assert written == describe_findings(), "print it anew: asset-inventory schema --findings"
