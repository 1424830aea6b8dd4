"""Votes and statements of groups of stakeholders: their agreement, and the mismatch with measures.

Each voter ranks the shocks and stresses of a city (1 = the most pressing). Ties share the mean of
their ranks, and items that a voter left out share the remaining ranks, so that a short voting form
weighs as much as a long one. The mean rank is that of each group, never over groups of unequal
size: each group has the same weight in the perceived order, whatever its number of voters. A group
of few voters is merged with the other small ones, or withheld, so that nobody can be identified.
Agreement is Kendall's W, corrected for ties (Kendall and Babington Smith 1939, Ann. Math. Stat. 10,
275-287): 1 where all rank alike, 0 where the ranks cancel out. Assumption: all rank the same items.

Measured hazards are ordered by their EAD. A shock or stress with a declared measure but without a
map or a value is not measured.
"""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from asset_inventory.inventory.districts import districts_meant
from asset_inventory.model import texts as phrases
from asset_inventory.model.arrays import Floats
from asset_inventory.model.errors import Arguments
from asset_inventory.model.resilience import Pressure
from asset_inventory.model.tables import FindingRow, finding, findings, on_rows
from asset_inventory.model.texts import folded, nearest

# The agreement of two rows is all or nothing; a coefficient needs three.
FEWEST_TO_AGREE = 3


def kendall_w(ranks: np.ndarray) -> float:
    """Return Kendall's W, the agreement (0-1) of voters or groups, from their ranks: a row each, a
    column per item.

    A row counts by the order of its numbers alone. NaN for fewer than three rows or two items, for
    a row without a rank (NaN), and where every row ties all items.

    Notes
    -----
    W = 12 S / (m²(n³ − n) − m ΣT) of m rows and n items, S the squared deviations of the items'
    rank sums from their mean, T = Σ(t³ − t) over the ties of a row; tied items have the mean of
    their ranks (Kendall and Babington Smith 1939, Ann. Math. Stat. 10, 275-287).

    Examples
    --------
    Three voters, one of them swaps the first two of three items: the rank sums 4, 5, 9 deviate by
    −2, −1, 3 from 6, so S = 14 and W = 12 × 14 / (9 × 24) = 7/9.

    >>> kendall_w(np.array([[1, 2, 3], [1, 2, 3], [2, 1, 3]])), 7 / 9
    (0.7777777777777778, 0.7777777777777778)
    """
    given: Floats = np.atleast_2d(np.asarray(ranks, dtype=float))
    voters, items = given.shape
    if voters < FEWEST_TO_AGREE or items < 2 or np.isnan(given).any():
        return float("nan")
    ordered = mid_ranks(given)
    sums = ordered.sum(axis=0)
    spread = float(((sums - sums.mean()) ** 2).sum())
    # t tied items take (t³ − t) / 12 off the sum of the squares of 1 ... n, so that T need not be
    # counted tie by tie
    squares = items * (items + 1) * (2 * items + 1) / 6
    ties = 12 * (voters * squares - float((ordered**2).sum()))
    greatest = voters**2 * (items**3 - items) - voters * ties
    return 12 * spread / greatest if greatest > 0 else float("nan")


def group_ranks(ballots: pd.DataFrame) -> pd.DataFrame:
    """Return the mean rank of each shock or stress in each group: `group`, `pressure`, `mean_rank`,
    `voters`.

    `ballots` has a row per voter, a column per item, and the group under which it is `shown`
    (missing: withheld).

    Examples
    --------
    >>> ballots = pd.DataFrame({"rob": [1.0, 2.0], "drought": [2.0, 1.0], "shown": ["RT 1", "RT 1"]})
    >>> group_ranks(ballots).values.tolist()
    [['RT 1', 'rob', 1.5, 2], ['RT 1', 'drought', 1.5, 2]]
    """
    shown = ballots[ballots["shown"].notna()]
    grouped = shown.groupby("shown", sort=True)
    means = grouped.mean(numeric_only=True)
    table = (
        pd.Series(means.stack(), name="mean_rank").rename_axis(["group", "pressure"]).reset_index()
    )
    return table.assign(voters=table["group"].map(grouped.size()).astype("int64"))


def agreement(ballots: pd.DataFrame) -> pd.DataFrame:
    """Return Kendall's W of the voters of each group, and of the groups: `group`, `voters`, `w`
    (0-1).

    The last row (`group` missing) is that of the groups by their mean ranks, and counts groups. NaN
    with fewer than three rows of ranks.

    Examples
    --------
    >>> ballots = pd.DataFrame({"rob": [1.0] * 3, "drought": [2.0] * 3, "shown": ["RT 1"] * 3})
    >>> agreement(ballots)[["voters", "w"]].values.tolist()
    [[3.0, 1.0], [1.0, nan]]
    """
    shown = ballots[ballots["shown"].notna()]
    items = [name for name in ballots.columns if name != "shown"]
    rows: list[tuple[str | None, int, float]] = [
        (str(name), len(part), kendall_w(part[items].to_numpy()))
        for name, part in shown.groupby("shown")
    ]
    means = shown.groupby("shown")[items].mean().to_numpy()
    rows.append((None, len(means), kendall_w(means) if len(means) else np.nan))
    return pd.DataFrame(rows, columns=["group", "voters", "w"]).astype(
        {"group": "str", "w": "float64"}
    )


def mid_ranks(given: Floats) -> Floats:
    """Return the ranks 1, 2, 3, ... of numbers along the last axis, the lowest first; equal ones
    share the mean.

    NaN has no rank.

    Examples
    --------
    >>> mid_ranks(np.array([3.0, 1.0, 3.0, np.nan])).tolist()
    [2.5, 1.0, 2.5, nan]
    """
    own, other = given[..., :, np.newaxis], given[..., np.newaxis, :]
    placed = (other < own).sum(axis=-1) + ((other == own).sum(axis=-1) + 1) / 2
    return np.where(np.isnan(given), np.nan, placed)


FEWEST_VOTERS = 5
VOTE_COLUMNS = ("group", "voter", "pressure", "rank")
STATEMENT_COLUMNS = ("group", "statement", "district", "kind", "pressure", "merged_by", "reason")
SMALL_GROUPS = "smaller groups"
UNSORTED = "unsorted"
# The words that people write for the kind of an issue.
KINDS = {
    "shock": "shock",
    "guncangan": "shock",
    "kejutan": "shock",
    "stress": "stress",
    "tekanan": "stress",
}


def read_votes(
    raw: pd.DataFrame, pressures: Mapping[str, Sequence[str]], *, source: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return VOTES, a row for every row of a voting form with any text, and FINDINGS on those that
    do not count.

    `raw` has the texts of VOTE_COLUMNS (missing where empty), its index the rows of the file;
    `pressures` has the names of each shock and stress. A row does not count (`counted`) without a
    readable group, voter, item and rank, or where its voter ranks the item more than once. Case and
    blanks of groups and voters do not matter.

    Examples
    --------
    >>> raw = pd.DataFrame(
    ...     {"group": "RT 1", "voter": ["a", "a"], "pressure": ["Banjir", "Angin"], "rank": ["1", "2"]}, index=[2, 3])
    >>> votes, rows = read_votes(raw, {"flood": ["Banjir"]}, source="votes.csv")
    >>> votes[["item", "pressure", "rank", "counted"]].values.tolist()
    [['Banjir', 'flood', 1.0, True], ['Angin', nan, 2.0, False]]
    >>> rows["code"].tolist()
    ['pressure_unknown', 'rank_beyond']
    """
    texts, rows = _with_text(raw, VOTE_COLUMNS, source)
    texts = texts.assign(group=_one_spelling(texts["group"]), voter=_one_spelling(texts["voter"]))
    called = _called(pressures)
    known = _plain(texts["pressure"]).map(called)
    rank = phrases.as_numbers(texts["rank"])[0]
    rank = rank.where(rank >= 1)
    complete = texts["group"].notna() & texts["voter"].notna() & known.notna() & rank.notna()
    twice = complete & texts.assign(known=known).duplicated(["group", "voter", "known"], keep=False)
    votes = pd.DataFrame(
        {
            "row": texts.index.astype("int64"),
            "group": texts["group"],
            "voter": texts["voter"],
            "item": texts["pressure"],
            "pressure": known.astype("str"),
            "rank": rank,
            "counted": complete & ~twice,
        }
    ).reset_index(drop=True)
    beyond = texts.index[rank > len(pressures)]
    rows += [
        *_empty_cells(texts, ("group", "voter", "pressure"), source),
        *_unknown_pressures(texts, known, called, source),
        *_unreadable_ranks(texts, rank, source),
        *_ranked_twice(texts.assign(known=known)[twice], source),
        *_tied(votes[votes["counted"]], source),
        *on_rows("rank_beyond", beyond, source=source, column="rank", most=len(pressures)),
    ]
    return votes, findings(rows)


def read_statements(
    raw: pd.DataFrame,
    pressures: Mapping[str, Sequence[str]],
    districts: pd.DataFrame,
    *,
    source: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return STATEMENTS, a row for every row with any text, and FINDINGS; no statement is dropped.

    `raw` has the texts of STATEMENT_COLUMNS, its index the rows of the file. A statement that is
    neither shock nor stress is unsorted. A statement merged into a shock or stress needs a person
    and a reason: otherwise it stays unmerged.

    Examples
    --------
    >>> raw = pd.DataFrame(
    ...     {"group": ["RT 1"], "statement": ["The street is wet"], "district": ["West"], "kind": ["shock"],
    ...      "pressure": ["Banjir"], "merged_by": ["Forum"], "reason": ["same water"]}, index=[2])
    >>> districts = pd.DataFrame({"district": ["1"], "name": ["West"], "parent": [None]})
    >>> statements, _ = read_statements(raw, {"flood": ["Banjir"]}, districts, source="statements.csv")
    >>> statements[["district", "kind", "pressure", "merged_by"]].values.tolist()
    [['1', 'shock', 'flood', 'Forum']]
    """
    texts, rows = _with_text(raw, STATEMENT_COLUMNS, source)
    texts = texts.assign(group=_one_spelling(texts["group"]))
    called = _called(pressures)
    known = _plain(texts["pressure"]).map(called)
    reasoned = texts["merged_by"].notna() & texts["reason"].notna()
    kind = texts["kind"].str.casefold().map(KINDS)
    place, on_places = districts_meant(
        texts["district"], districts, source=source, column="district"
    )
    rows += [
        *_empty_cells(texts, ("group", "statement"), source, code="statement_cell_empty"),
        *_unknown_pressures(
            texts[texts["pressure"].notna()], known[texts["pressure"].notna()], called, source
        ),
        *_by_text(texts["kind"][kind.isna()].dropna(), "statement_kind_unknown", source, "kind"),
        *on_places,
    ]
    unreasoned = texts.index[known.notna() & ~reasoned]
    code = "statement_merged_without_reason"
    rows += on_rows(code, unreasoned, source=source, column="merged_by")
    statements = pd.DataFrame(
        {
            "row": texts.index.astype("int64"),
            "group": texts["group"],
            "statement": texts["statement"],
            "place": texts["district"],
            "district": place,
            "kind": kind.fillna(UNSORTED).astype("str"),
            "pressure": known.where(reasoned).astype("str"),
            "merged_by": texts["merged_by"],
            "reason": texts["reason"],
        }
    ).reset_index(drop=True)
    return statements, findings(rows)


def ranks(votes: pd.DataFrame, pressures: Sequence[str]) -> pd.DataFrame:
    """Return the ranks of each voting form (index: group, voter), a column per shock or stress.

    Ties share the mean of their ranks, and items without a vote share the remaining ranks.

    Examples
    --------
    >>> votes = pd.DataFrame({
    ...     "group": ["RT 1"], "voter": ["a"], "pressure": ["rob"], "rank": [1.0], "counted": [True]})
    >>> ranks(votes, ["drought", "rob", "flood"]).values.tolist()
    [[2.5, 1.0, 2.5]]
    """
    counted = votes[votes["counted"]]
    given = counted.pivot(index=["group", "voter"], columns="pressure", values="rank").reindex(
        columns=list(pressures)
    )
    return given.astype(float).fillna(np.inf).rank(axis=1).set_axis(list(pressures), axis=1)


def grouped(
    ballots: pd.DataFrame, *, source: str, fewest: int = FEWEST_VOTERS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the voting forms with the group under which each is shown, and FINDINGS on merged and
    withheld groups.

    Groups of fewer than `fewest` voters are shown as one; if these together are still fewer, they
    are withheld (group missing) and count in no figure. A group named SMALL_GROUPS is one of them.

    Examples
    --------
    >>> ballots = pd.DataFrame(
    ...     {"flood": [1.0, 2.0, 1.0]}, index=pd.MultiIndex.from_tuples([("A", 1), ("A", 2), ("B",
    ...     1)], names=["group", "voter"]))
    >>> shown, rows = grouped(ballots, source="votes.csv", fewest=2)
    >>> shown["shown"].tolist(), rows["code"].tolist()
    (['A', 'A', nan], ['groups_withheld'])
    """
    sizes = ballots.groupby(level="group").size()
    small = sizes[(sizes < fewest) | (sizes.index == SMALL_GROUPS)]
    if not len(small):
        return ballots.assign(shown=ballots.index.get_level_values("group")), findings([])
    name = SMALL_GROUPS if small.sum() >= fewest else None
    shown = [
        name if group in small.index else group for group in ballots.index.get_level_values("group")
    ]
    row = finding(
        "groups_merged" if name else "groups_withheld",
        source=source,
        count=int(small.sum()),
        groups=", ".join(map(str, small.index)),
        fewest=fewest,
    )
    return ballots.assign(shown=pd.array(shown, dtype="str")), findings([row])


def _with_text(
    raw: pd.DataFrame, columns: Sequence[str], source: str
) -> tuple[pd.DataFrame, list[FindingRow]]:
    """Return the rows with text, stripped of blanks, and a row of FINDINGS on the empty ones."""
    texts = pd.DataFrame(
        {name: phrases.as_text(raw[name]) if name in raw else None for name in columns},
        index=raw.index,
    )
    texts = texts.astype("str")
    empty = texts.isna().all(axis=1)
    return texts[~empty], on_rows("ballot_row_empty", raw.index[empty], source=source)


def _one_spelling(names: pd.Series) -> pd.Series:
    """Return names; those that differ only in case and blanks take the most frequent spelling."""
    return phrases.usual_spelling(names, _plain(names))


def _called(pressures: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the pressure of each name or key, the names in the form that `_plain` returns."""
    return {
        " ".join(name.split()).casefold(): key
        for key, names in pressures.items()
        for name in (key, *names)
    }


def _plain(names: pd.Series) -> pd.Series:
    """Return names in small letters, with one blank where there are several."""
    return names.str.strip().str.replace(r"\s+", " ", regex=True).str.casefold()


def _empty_cells(
    texts: pd.DataFrame, columns: Sequence[str], source: str, *, code: str = "ballot_cell_empty"
) -> Iterator[FindingRow]:
    for column in columns:
        empty = texts.index[texts[column].isna()]
        yield from on_rows(code, empty, source=source, column=column)


def _by_text(texts: pd.Series, code: str, source: str, column: str) -> Iterator[FindingRow]:
    """Yield a row of FINDINGS for each unknown text."""
    for text, places in phrases.listed_texts(texts):
        yield from on_rows(code, places, source=source, column=column, given=text)


def _unknown_pressures(
    texts: pd.DataFrame, known: pd.Series, called: Mapping[str, str], source: str
) -> Iterator[FindingRow]:
    unknown = texts["pressure"][known.isna()].dropna()
    for text, places in phrases.listed_texts(unknown):
        near = difflib.get_close_matches(text.casefold(), called, n=1)
        code = "pressure_unknown_near" if near else "pressure_unknown"
        more: Arguments = {"near": called[near[0]]} if near else {}
        yield from on_rows(code, places, source=source, column="pressure", given=text, **more)


def _unreadable_ranks(texts: pd.DataFrame, rank: pd.Series, source: str) -> Iterator[FindingRow]:
    wrong = texts["rank"][rank.isna()]
    yield from _by_text(wrong.dropna(), "rank_unreadable", source, "rank")
    yield from _empty_cells(wrong.to_frame(), ("rank",), source)


def _ranked_twice(twice: pd.DataFrame, source: str) -> Iterator[FindingRow]:
    who = twice["group"] + ", " + twice["voter"]
    for (name, _), part in twice.groupby([phrases.together(who), "known"]):
        given = phrases.excerpt(str(part["pressure"].iloc[0]))
        about = {"source": source, "feature": str(name), "column": "pressure", "given": given}
        yield from on_rows("ranked_twice", part.index, **about)


def _tied(counted: pd.DataFrame, source: str) -> Iterator[FindingRow]:
    tied = counted.duplicated(["group", "voter", "rank"], keep=False)
    if tied.any():
        voters = counted[tied].groupby(["group", "voter"]).ngroups
        yield finding("ranks_tied", source=source, column="rank", count=int(voters))


FELT_ONLY, OVERLOOKED, UNNAMED = "felt, not measured", "measured, not felt", "named by nobody"


def measured_shocks_and_stresses(
    pressures: Iterable[Pressure], hazards: Collection[str], indicators: Collection[str] | None
) -> tuple[Pressure, ...]:
    """Return the shocks and stresses, those without a map or a value without `measured_by`.

    `hazards` were used, `indicators` have a value that counts, in any spelling. `indicators` is
    None if their file could not be read, so that each stays as declared.

    Examples
    --------
    >>> rob = Pressure(
    ...     id="rob", name={"id": "Rob", "en": "Tidal flooding"}, kind="stress", measured_by={"hazard": "rob"})
    >>> [pressure.measured_by for pressure in measured_shocks_and_stresses([rob], {"flood"}, None)]
    [None]
    """
    known = {folded(name) for name in indicators or ()}

    def is_measured(pressure: Pressure) -> bool:
        by = pressure.measured_by
        if by is None or by.hazard in hazards:
            return True
        return by.indicator is not None and (indicators is None or folded(by.indicator) in known)

    return tuple(
        pressure if is_measured(pressure) else pressure.model_copy(update={"measured_by": None})
        for pressure in pressures
    )


def measure_findings(
    pressures: Sequence[Pressure], measured: Sequence[Pressure], indicators: Iterable[str]
) -> Iterator[FindingRow]:
    """Yield rows of FINDINGS on shocks and stresses with a declared measure and without a map or
    a value.

    Examples
    --------
    >>> rob = Pressure(
    ...     id="rob", name={"id": "Rob", "en": "Tidal flooding"}, kind="stress", measured_by={"hazard": "rob"})
    >>> measured = measured_shocks_and_stresses([rob], {"flood"}, None)
    >>> [(row["feature"], row["code"]) for row in measure_findings([rob], measured, [])]
    [('rob', 'pressure_without_map')]
    """
    indicators = list(indicators)
    for pressure, used in zip(pressures, measured, strict=True):
        by = pressure.measured_by
        if by is None or by == used.measured_by:
            continue
        near = nearest(by.indicator, indicators) if by.indicator else ""
        without = "pressure_without_value_near" if near else "pressure_without_value"
        code = "pressure_without_map" if by.hazard else without
        more: Arguments = {"near": near} if near else {}
        yield finding(
            code,
            source="city.toml",
            feature=pressure.id,
            column="pressures",
            given=by.hazard or by.indicator,
            **more,
        )


def perceived_and_measured(
    pressures: Sequence[Pressure],
    ranks: pd.DataFrame,
    statements: pd.DataFrame,
    cost: Mapping[str, float],
    *,
    costliest: int,
    unread: Collection[str] = (),
) -> pd.DataFrame:
    """Return SHOCKS_AND_STRESSES: a row for each shock and stress, in perceived order, then as
    declared.

    `perceived_rank` is by the mean over the groups of their mean ranks (ties share a rank), NaN
    without votes; `statements` counts those merged into it; `cost` is EAD by hazard
    (currency/year), and `cost_rank` orders those that are known. `mismatch` has the differences
    between perceived and measured: felt, not measured (voted or raised, without hazard or
    indicator); measured, not felt (among the `costliest` by rank, and in the lower half of the
    votes or without any vote or statement); named by nobody (not voted, not raised, not measured).
    If the file of votes or statements could not be read (`unread`), none is «named by nobody», and
    without the file of statements their number is not known.

    Examples
    --------
    Groups rank tidal flooding first; nobody raises the costlier flood:

    >>> rob, flood = (
    ...     Pressure(id=name, name={"id": name, "en": name}, kind="shock", measured_by={"hazard": name})
    ...     for name in ("rob", "flood"))
    >>> ranks = pd.DataFrame({"group": "RT 1", "pressure": ["rob", "flood"], "mean_rank": [1.0, 2.0]})
    >>> statements = pd.DataFrame({"pressure": ["rob", "rob"]})
    >>> table = perceived_and_measured([flood, rob], ranks, statements, {"rob": 10.0, "flood": 90.0}, costliest=1)
    >>> table[["pressure", "perceived_rank", "statements", "cost_rank", "mismatch"]].values.tolist()
    [['rob', 1.0, 2, 2.0, nan], ['flood', 2.0, 0, 1.0, 'measured, not felt']]
    """
    table = pd.DataFrame(
        {
            "pressure": [pressure.id for pressure in pressures],
            "kind": [pressure.kind for pressure in pressures],
            "hazard": [
                pressure.measured_by.hazard if pressure.measured_by else None
                for pressure in pressures
            ],
            "indicator": [
                pressure.measured_by.indicator if pressure.measured_by else None
                for pressure in pressures
            ],
        }
    ).astype("str")
    table["mean_rank"] = (
        table["pressure"].map(ranks.groupby("pressure")["mean_rank"].mean()).astype(float)
    )
    # the last bits of a mean do not separate ranks
    table["perceived_rank"] = table["mean_rank"].round(12).rank(method="min")
    table["groups"] = int(ranks["group"].nunique())
    table["statements"] = (
        table["pressure"].map(statements["pressure"].value_counts()).fillna(0).astype("int64")
    )
    table["cost"] = table["hazard"].map(cost).astype(float)
    table["cost_rank"] = table["cost"].rank(method="min", ascending=False)
    table["mismatch"] = _mismatches(table, costliest, set(unread))
    if "statements" in unread:
        table["statements"] = np.nan
    order = np.argsort(table["perceived_rank"].fillna(np.inf).to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _mismatches(table: pd.DataFrame, costliest: int, unread: set[str]) -> pd.Series:
    measured = table["hazard"].notna() | table["indicator"].notna()
    voted = table["perceived_rank"].notna()
    named = voted | (table["statements"] > 0)
    low = (
        (table["perceived_rank"] > voted.sum() / 2)
        & (table["statements"] == 0)
        & ("statements" not in unread)
    )
    silent = ~named & unread.isdisjoint(("statements", "votes"))
    costly = table["cost_rank"] <= costliest
    mismatch = np.select(
        [named & ~measured & ~low, costly & (low | silent), silent & ~measured],
        [FELT_ONLY, OVERLOOKED, UNNAMED],
        "",
    )
    return pd.Series(mismatch, index=table.index, dtype="str").replace("", None).astype("str")


def influence_matrix(
    pressures: Iterable[Pressure], pairs: Iterable[tuple[str, str]]
) -> pd.DataFrame:
    """Return which stress (rows) worsens which shock (columns), True where declared, in the city's
    order.

    Examples
    --------
    >>> pressures = [Pressure(id=name, name=name, kind=kind) for name, kind in (("heat", "stress"), ("fire", "shock"))]
    >>> influence_matrix(pressures, [("heat", "fire")]).to_dict("index")
    {'heat': {'fire': True}}
    """
    known = list(pressures)
    stresses, shocks = (
        [pressure.id for pressure in known if pressure.kind == kind] for kind in ("stress", "shock")
    )
    matrix = pd.DataFrame(
        False, index=pd.Index(stresses, name="stress"), columns=pd.Index(shocks, name="shock")
    )
    for stress, shock in pairs:
        matrix.loc[stress, shock] = True
    return matrix
