"""What groups of people rank first, and how far they agree.

Each voter ranks the pressures of a city (1 = first). The mean rank is told group by group, never over groups of unequal
size in silence. Agreement is Kendall's W, corrected for ties (Kendall and Babington Smith 1939, Ann. Math. Stat. 10,
275-287): 1 where all rank alike, 0 where the ranks cancel out. Assumption: all rank the same items.

What groups of people raised, and how they voted: every row accounted for, and what cannot be counted said.

A voter ranks pressures, 1 = the most pressing. Ties share the mean of their ranks, and what a voter left out shares
the places that are left, so that a short ballot weighs as much as a long one. Groups are never averaged in silence:
each has its own figures, and one of few voters is merged with the other small ones, or withheld, so that nobody is
found out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from asset_inventory.inventory.districts import districts_meant
from asset_inventory.model.tables import finding, findings
from asset_inventory.model.texts import (
    as_numbers,
    as_text,
    excerpt,
    listed_rows,
    listed_texts,
    together,
    usual_spelling,
)

# Two agree or do not; a coefficient of fewer than three says nothing.
FEWEST_TO_AGREE = 3


def kendall_w(ranks: np.ndarray) -> float:
    """Return how far voters or groups agree (0-1), from their ranks: a row each, a column per item.

    W = 12 S / (m²(n³ − n) − m ΣT) of m rows and n items, S the squared deviations of the items' rank sums from their
    mean, T = Σ(t³ − t) over the ties of a row; tied items have the mean of their ranks. A row counts by the order of
    its numbers alone. NaN for fewer than three rows or two items, where a row lacks a rank (NaN), and where every row
    ties all.
    """
    given = np.atleast_2d(np.asarray(ranks, dtype=float))
    voters, items = given.shape
    if voters < FEWEST_TO_AGREE or items < 2 or np.isnan(given).any():
        return float("nan")
    ordered = mid_ranks(given)
    sums = ordered.sum(axis=0)
    spread = float(((sums - sums.mean()) ** 2).sum())
    # t tied items take (t³ − t) / 12 off the sum of the squares of 1 ... n, so that T need not be counted tie by tie
    squares = items * (items + 1) * (2 * items + 1) / 6
    ties = 12 * (voters * squares - float((ordered**2).sum()))
    most = voters**2 * (items**3 - items) - voters * ties
    return 12 * spread / most if most > 0 else float("nan")


def group_ranks(ballots: pd.DataFrame) -> pd.DataFrame:
    """Return the mean rank of each pressure in each group that is shown: `group`, `pressure`, `mean_rank`, `voters`.

    `ballots` has a row per voter, a column per pressure, and the group under which it is `shown` (missing: withheld).
    """
    shown = ballots[ballots["shown"].notna()]
    grouped = shown.groupby("shown", sort=True)
    means = grouped.mean(numeric_only=True)
    table = means.stack().rename("mean_rank").rename_axis(["group", "pressure"]).reset_index()
    return table.assign(voters=table["group"].map(grouped.size()).astype("int64"))


def agreement(ballots: pd.DataFrame) -> pd.DataFrame:
    """Return how far the voters of each group agree, and the groups with each other: `group`, `voters`, `w` (0-1).

    The last row (`group` missing) is that of the groups, each by its mean ranks, and counts groups. NaN where fewer
    than three rank.
    """
    shown = ballots[ballots["shown"].notna()]
    items = [name for name in ballots.columns if name != "shown"]
    rows = [(str(name), len(part), kendall_w(part[items].to_numpy())) for name, part in shown.groupby("shown")]
    means = shown.groupby("shown")[items].mean().to_numpy()
    rows.append((None, len(means), kendall_w(means) if len(means) else np.nan))
    return pd.DataFrame(rows, columns=["group", "voters", "w"]).astype({"group": "str", "w": "float64"})


def mid_ranks(given: np.ndarray) -> np.ndarray:
    """Return the ranks 1, 2, 3, ... of numbers along the last axis, the lowest first.

    Equal ones share the mean of theirs, NaN has none.
    """
    one, other = given[..., :, np.newaxis], given[..., np.newaxis, :]
    placed = (other < one).sum(axis=-1) + ((other == one).sum(axis=-1) + 1) / 2
    return np.where(np.isnan(given), np.nan, placed)


FEWEST_VOTERS = 5
VOTE_COLUMNS = ("group", "voter", "pressure", "rank")
STATEMENT_COLUMNS = ("group", "statement", "district", "kind", "pressure", "merged_by", "reason")
SMALL_GROUPS = "smaller groups"
UNSORTED = "unsorted"
# What people write for the kind of what they raise.
KINDS = {"shock": "shock", "guncangan": "shock", "kejutan": "shock", "stress": "stress", "tekanan": "stress"}


def read_votes(
    raw: pd.DataFrame, pressures: Mapping[str, Sequence[str]], *, source: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return VOTES, a row for every row of a ballot that says anything, and FINDINGS on those that do not count.

    `raw` has the texts of VOTE_COLUMNS (missing where empty), its index the rows of the file; `pressures` says by which
    names each pressure is called. A row is not counted (`counted`) where its group, voter, pressure or rank cannot be
    told, or where its voter ranks that pressure more than once: which of the two is meant nobody can say. Groups and
    voters are the same whatever their case and blanks.
    """
    told, rows = _said(raw, VOTE_COLUMNS, source)
    told = told.assign(group=one_spelling(told["group"]), voter=one_spelling(told["voter"]))
    called = _called(pressures)
    known = _plain(told["pressure"]).map(called)
    rank = as_numbers(told["rank"])[0]
    rank = rank.where(rank >= 1)
    whole = told["group"].notna() & told["voter"].notna() & known.notna() & rank.notna()
    twice = whole & told.assign(known=known).duplicated(["group", "voter", "known"], keep=False)
    votes = pd.DataFrame({
        "row": told.index.astype("int64"), "group": told["group"], "voter": told["voter"], "item": told["pressure"],
        "pressure": known.astype("str"), "rank": rank, "counted": whole & ~twice,
    }).reset_index(drop=True)  # fmt: skip
    rows += [
        *_empty_cells(told, ("group", "voter", "pressure"), source), *_unknown_pressures(told, known, called, source),
        *_unreadable_ranks(told, rank, source), *_ranked_twice(told.assign(known=known)[twice], source),
        *_tied(votes[votes["counted"]], source), *_beyond(told["rank"][rank > len(pressures)], len(pressures), source),
    ]  # fmt: skip
    return votes, findings(rows)


def read_statements(
    raw: pd.DataFrame, pressures: Mapping[str, Sequence[str]], districts: pd.DataFrame, *, source: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return STATEMENTS, a row for every row that says anything, and FINDINGS; no statement is dropped.

    `raw` has the texts of STATEMENT_COLUMNS, its index the rows of the file. What was raised as neither shock nor
    stress is unsorted. A statement merged into a pressure says by whom and why: without that it stays unmerged.
    """
    told, rows = _said(raw, STATEMENT_COLUMNS, source)
    told = told.assign(group=one_spelling(told["group"]))
    called = _called(pressures)
    known = _plain(told["pressure"]).map(called)
    reasoned = told["merged_by"].notna() & told["reason"].notna()
    kind = told["kind"].str.casefold().map(KINDS)
    place, on_places = districts_meant(told["district"], districts, source=source, column="district")
    rows += [
        *_empty_cells(told, ("group", "statement"), source, code="statement_cell_empty"),
        *_unknown_pressures(told[told["pressure"].notna()], known[told["pressure"].notna()], called, source),
        *_by_text(told["kind"][kind.isna()].dropna(), "statement_kind_unknown", source, "kind"), *on_places,
    ]  # fmt: skip
    unreasoned = known.notna() & ~reasoned
    if unreasoned.any():
        rows.append(finding("statement_merged_without_reason", source=source, severity="warning", column="merged_by",
                            count=int(unreasoned.sum()), rows=listed_rows(told.index[unreasoned])))  # fmt: skip
    statements = pd.DataFrame({
        "row": told.index.astype("int64"), "group": told["group"], "statement": told["statement"],
        "place": told["district"], "district": place, "kind": kind.fillna(UNSORTED).astype("str"),
        "pressure": known.where(reasoned).astype("str"), "merged_by": told["merged_by"], "reason": told["reason"],
    }).reset_index(drop=True)  # fmt: skip
    return statements, findings(rows)


def ranks(votes: pd.DataFrame, pressures: Sequence[str]) -> pd.DataFrame:
    """Return the ranks of each ballot (index: group, voter), a column per pressure, the places shared as said above."""
    counted = votes[votes["counted"]]
    given = counted.pivot(index=["group", "voter"], columns="pressure", values="rank").reindex(columns=list(pressures))
    return given.astype(float).fillna(np.inf).rank(axis=1).set_axis(list(pressures), axis=1)


def grouped(ballots: pd.DataFrame, *, source: str, fewest: int = FEWEST_VOTERS) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the ballots with the group under which each is shown, and FINDINGS on the groups that are not their own.

    Groups of fewer than `fewest` voters are shown as one; where these together are still fewer, they are withheld
    (group missing): counted in no figure, and said. A group that calls itself SMALL_GROUPS is one of them.
    """
    sizes = ballots.groupby(level="group").size()
    small = sizes[(sizes < fewest) | (sizes.index == SMALL_GROUPS)]
    if not len(small):
        return ballots.assign(shown=ballots.index.get_level_values("group")), findings([])
    name = SMALL_GROUPS if small.sum() >= fewest else None
    shown = [name if group in small.index else group for group in ballots.index.get_level_values("group")]
    row = finding("groups_merged" if name else "groups_withheld", source=source, severity="warning",
                  count=int(small.sum()), groups=", ".join(map(str, small.index)), fewest=fewest)  # fmt: skip
    return ballots.assign(shown=pd.array(shown, dtype="str")), findings([row])


def _said(raw: pd.DataFrame, columns: Sequence[str], source: str) -> tuple[pd.DataFrame, list[dict]]:
    """Return the rows that say anything, as text without blanks around it, and a row of FINDINGS on the empty ones."""
    texts = pd.DataFrame({name: as_text(raw[name]) if name in raw else None for name in columns}, index=raw.index)
    texts = texts.astype("str")
    empty = texts.isna().all(axis=1)
    rows = []
    if empty.any():
        rows.append(finding("ballot_row_empty", source=source, severity="warning", count=int(empty.sum()),
                            rows=listed_rows(raw.index[empty])))  # fmt: skip
    return texts[~empty], rows


def one_spelling(names: pd.Series) -> pd.Series:
    """Return names of which those that differ in case and blanks alone are spelled as the most frequent of them."""
    return usual_spelling(names, _plain(names))


def _called(pressures: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the pressure that each name, or its key, stands for, the names as `_plain` has them."""
    return {" ".join(name.split()).casefold(): key for key, names in pressures.items() for name in (key, *names)}


def _plain(names: pd.Series) -> pd.Series:
    """Return names in small letters, with one blank where there are several."""
    return names.str.strip().str.replace(r"\s+", " ", regex=True).str.casefold()


def _empty_cells(
    told: pd.DataFrame, columns: Sequence[str], source: str, *, code: str = "ballot_cell_empty"
) -> Iterator[dict]:
    for column in columns:
        empty = told[column].isna()
        if empty.any():
            yield finding(code, source=source, severity="warning", column=column,
                          count=int(empty.sum()), rows=listed_rows(told.index[empty]))  # fmt: skip


def _by_text(texts: pd.Series, code: str, source: str, column: str) -> Iterator[dict]:
    """Yield a row of FINDINGS for each text that is not understood."""
    for text, places in listed_texts(texts):
        yield finding(code, source=source, severity="warning", column=column, count=len(places), given=text,
                      rows=listed_rows(places))  # fmt: skip


def _unknown_pressures(
    told: pd.DataFrame, known: pd.Series, called: Mapping[str, str], source: str
) -> Iterator[dict]:
    texts = told["pressure"][known.isna()].dropna()
    for text, places in listed_texts(texts):
        near = difflib.get_close_matches(text.casefold(), called, n=1)
        code, more = ("pressure_unknown_near", {"near": called[near[0]]}) if near else ("pressure_unknown", {})
        yield finding(code, source=source, severity="warning", column="pressure", count=len(places),
                      given=text, rows=listed_rows(places), **more)  # fmt: skip


def _unreadable_ranks(told: pd.DataFrame, rank: pd.Series, source: str) -> Iterator[dict]:
    wrong = told["rank"][rank.isna()]
    yield from _by_text(wrong.dropna(), "rank_unreadable", source, "rank")
    yield from _empty_cells(wrong.to_frame(), ("rank",), source)


def _beyond(ranks: pd.Series, most: int, source: str) -> Iterator[dict]:
    if len(ranks):
        yield finding("rank_beyond", source=source, severity="warning", column="rank", count=len(ranks),
                      most=most, rows=listed_rows(ranks.index))  # fmt: skip


def _ranked_twice(twice: pd.DataFrame, source: str) -> Iterator[dict]:
    who = twice["group"] + ", " + twice["voter"]
    for (name, _), part in twice.groupby([together(who), "known"]):
        yield finding("ranked_twice", source=source, severity="warning", feature=str(name),
                      column="pressure", count=len(part), given=excerpt(str(part["pressure"].iloc[0])),
                      rows=listed_rows(part.index))  # fmt: skip


def _tied(counted: pd.DataFrame, source: str) -> Iterator[dict]:
    tied = counted.duplicated(["group", "voter", "rank"], keep=False)
    if tied.any():
        voters = counted[tied].groupby(["group", "voter"]).ngroups
        yield finding("ranks_tied", source=source, severity="warning", column="rank", count=int(voters))
