"""Ballots as offices hand them in: ties, empty rows, small groups, double ranks, unknown places;
nothing is lost.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.messages import say
from asset_inventory.resilience.perceptions import (
    SMALL_GROUPS,
    UNSORTED,
    grouped,
    kendall_w,
    ranks,
    read_statements,
    read_votes,
)

pytestmark = pytest.mark.slow

PRESSURES = {
    "rob": ("Rob", "Tidal flooding"),
    "flood": ("Banjir", "Flood"),
    "waste": ("Sampah", "Waste"),
}
# fmt: off
DISTRICTS = pd.DataFrame({
    "district": ["01", "02", "03"], "name": ["Tanjung Mas", "Kauman", "Kauman"],
    "parent": ["Semarang Utara", "Semarang Tengah", "Mijen"],
})
# fmt: on


def table(columns: str, *rows: str) -> pd.DataFrame:
    """A file's rows from the second on, cells parted by «|»; an empty cell is missing."""
    cells = [[cell.strip() or None for cell in row.split("|")] for row in rows]
    return pd.DataFrame(cells, columns=columns.split(), index=range(2, 2 + len(rows)))


def votes(*rows: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    return read_votes(table("group voter pressure rank", *rows), PRESSURES, source="votes.csv")


def codes(found: pd.DataFrame) -> dict[str, int]:
    return found.groupby("code")["count"].sum().to_dict()


def test_every_row_that_says_something_is_kept_and_what_does_not_count_is_said():
    told, found = votes(
        "Dinas PU | 1 | Rob | 1",
        "Dinas PU | 1 | banjir | 2",
        "Dinas PU | 1 | rob | 3",  # ranks rob twice
        " | | | ",
        "Warga | 2 | Bajir | 1",
        "Warga | 2 | listrik | 2",
        "Warga | 2 | waste | nomor satu",
        "Warga | | rob | 1",
        "Warga | 3 | rob | 0",
    )
    assert len(told) == 8
    assert told["row"][told["counted"]].tolist() == [3]
    assert codes(found) == {
        "ballot_row_empty": 1,
        "ballot_cell_empty": 1,
        "pressure_unknown_near": 1,
        "pressure_unknown": 1,
        "rank_unreadable": 2,
        "ranked_twice": 2,
    }
    twice = found[found["code"] == "ranked_twice"].iloc[0]
    assert (twice["feature"], twice["arguments"]) == (
        "Dinas PU, 1",
        {"given": "Rob", "rows": "2, 4"},
    )
    near = found[found["code"] == "pressure_unknown_near"].iloc[0]["arguments"]
    assert (near["given"], near["near"], near["rows"]) == ("Bajir", "flood", "6")


def test_the_sentences_say_where_and_what_to_do():
    _, found = votes("Dinas PU | 1 | Rob | 1", "Dinas PU | 1 | rob | 3")
    row = found.iloc[0]
    filled = {
        "source": row["source"],
        "feature": row["feature"],
        "count": row["count"],
        **row["arguments"],
    }
    told = 'votes.csv: Dinas PU, 1 ranks "Rob" more than once (rows 2, 3).'
    assert say("finding.ranked_twice", "en", **filled) == told
    assert say("finding.ranked_twice", "id", **filled).startswith(
        'votes.csv: Dinas PU, 1 memberi peringkat "Rob"'
    )


def test_ties_and_short_ballots_share_places():
    # voter 1 ties rob and flood: (1 + 2)/2 = 1.5 each; voter 2 ranks waste alone: the others share
    # (2 + 3)/2 = 2.5
    told, found = votes(
        "A | 1 | rob | 1", "A | 1 | flood | 1", "A | 1 | waste | 2", "A | 2 | waste | 1"
    )
    assert codes(found) == {"ranks_tied": 1}
    placed = ranks(told, list(PRESSURES))
    assert placed.to_numpy().tolist() == [[1.5, 1.5, 3], [2.5, 2.5, 1]]


def test_a_group_of_two_is_merged_with_other_small_ones_or_withheld():
    rows = [
        f"{group} | {voter} | rob | 1"
        for group, size in (("A", 6), ("B", 2), ("C", 3))
        for voter in range(size)
    ]
    told, found = grouped(ranks(votes(*rows)[0], list(PRESSURES)), source="votes.csv")
    assert told["shown"].value_counts().to_dict() == {"A": 6, SMALL_GROUPS: 5}
    assert found.iloc[0][["code", "count"]].tolist() == ["groups_merged", 5]
    told, found = grouped(ranks(votes(*rows[:8])[0], list(PRESSURES)), source="votes.csv")
    assert told["shown"].value_counts().to_dict() == {"A": 6}
    assert (told["shown"].isna().sum(), found.iloc[0]["code"]) == (2, "groups_withheld")


@given(st.permutations(range(12)))
def test_the_order_of_rows_changes_nothing(order):
    rows = [
        f"A | {voter} | {name} | {(voter + place) % 3 + 1}"
        for voter in range(4)
        for place, name in enumerate(PRESSURES)
    ]
    straight, mixed = (
        ranks(votes(*[rows[place] for place in places])[0], list(PRESSURES)).sort_index()
        for places in (range(12), order)
    )
    assert straight.equals(mixed)
    assert kendall_w(straight.to_numpy()) == kendall_w(mixed.to_numpy())


def statements(*rows: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    raw = table("group statement district kind pressure merged_by reason", *rows)
    return read_statements(raw, PRESSURES, DISTRICTS, source="statements.csv")


def test_no_statement_is_dropped():
    told, found = statements(
        "Warga | Air masuk rumah | Tanjungmas | tekanan | rob | Forum | sama airnya",
        "Warga | Listrik padam | Kauman | | | |",  # two districts of that name
        # merged by nobody, a kind that is none
        "LSM | Sungai kotor | Kauman, Mijen | Krisis | waste | |",
        "LSM | Jalan rusak | Tanjung Emas | shock | | |",
        "LSM | Semua | | shock | | |",
    )
    assert len(told) == 5
    assert told["district"].fillna("-").tolist() == ["01", "-", "03", "-", "-"]
    assert told["kind"].tolist() == ["stress", UNSORTED, UNSORTED, "shock", "shock"]
    assert told["pressure"].fillna("-").tolist() == ["rob", "-", "-", "-", "-"]
    assert codes(found) == {
        "district_spelled_otherwise": 1,
        "district_ambiguous": 1,
        "statement_kind_unknown": 1,
        "statement_merged_without_reason": 1,
        "district_not_known_near": 1,
    }
    near = found[found["code"] == "district_not_known_near"].iloc[0]["arguments"]
    assert near == {"given": "Tanjung Emas", "rows": "5", "near": "Tanjung Mas"}


def test_an_empty_file_has_no_rows():
    told, found = read_votes(
        pd.DataFrame(columns=["group", "voter", "pressure", "rank"]), PRESSURES, source="v"
    )
    assert (len(told), len(found)) == (0, 0)
    assert ranks(told, list(PRESSURES)).shape == (0, 3)
    assert np.isnan(kendall_w(ranks(told, list(PRESSURES)).to_numpy().reshape(0, 3)))


def test_a_column_that_is_missing_is_empty():
    raw = table("group voter rank", "A | 1 | 1")
    told, found = read_votes(raw, PRESSURES, source="v")
    assert not told["counted"].any()
    assert found.iloc[0][["code", "column"]].tolist() == ["ballot_cell_empty", "pressure"]


@pytest.mark.parametrize(
    "name", ["tanjung mas", "TANJUNG-MAS", "01", "Tanjung Mas, Semarang Utara"]
)
def test_a_district_in_any_spelling_that_leaves_no_doubt(name):
    told, _ = statements(f"W | x | {name} | | | |")
    assert told["district"].tolist() == ["01"]


def test_case_and_blanks_make_no_other_group_and_no_other_voter():
    told, found = votes(
        "PKK | a 1 | Rob | 1",
        "pkk | A  1 | Banjir | 2",
        "PKK | a2 | Tidal  flooding | 1",
        " Pkk  | A2 | Rob | 2",
    )
    assert told["group"].unique().tolist() == ["PKK"]
    assert told["voter"].nunique() == 2
    assert codes(found) == {"ranked_twice": 2}


def test_a_group_that_calls_itself_the_small_ones_is_one_of_them():
    told, _ = votes(*(f"{SMALL_GROUPS} | {one} | Rob | 1" for one in range(6)), "PKK | 1 | Rob | 1")
    shown, found = grouped(ranks(told, list(PRESSURES)), source="votes.csv")
    assert shown["shown"].unique().tolist() == [SMALL_GROUPS]
    assert found["arguments"].iloc[0]["groups"] == f"PKK, {SMALL_GROUPS}"


def test_a_rank_beyond_what_there_is_to_rank_is_said_and_counts_by_its_order():
    told, found = votes("PKK | 1 | Rob | 1", "PKK | 1 | Banjir | 110", "PKK | 1 | Sampah | 2")
    assert ranks(told, list(PRESSURES)).to_numpy().tolist() == [[1, 3, 2]]
    assert codes(found) == {"rank_beyond": 1}
    assert found["arguments"].iloc[0] == {"most": 3, "rows": "3"}


def test_a_cell_of_a_megabyte_is_told_in_a_few_words():
    _, found = votes(f"PKK | 1 | {'x' * 10**6} | 1", f"PKK | 2 | Rob | {'9' * 10**6}x")
    assert all(len(row["arguments"]["given"]) == 80 for row in found.to_dict("records"))
