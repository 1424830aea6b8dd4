"""What the command `resilience` prints: each part as a table, or the whole in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import click

from asset_inventory.commands.tabled import print_table
from asset_inventory.words import number, say, shown

if TYPE_CHECKING:
    import pandas as pd

    from asset_inventory.preliminary import PreliminaryAssessment

PARTS = ("statements", "pressures", "votes", "influences", "indicators", "districts", "focus", "floods",
         "vulnerability", "products", "burdens", "people", "actions", "gaps", "decisions", "findings")  # fmt: skip
PARTS_ON_WATER = ("floods", "products")  # the others are told without laying districts under maps of water


def tell_summary(drawn: PreliminaryAssessment, language: str) -> None:
    """Print the assessment in sentences."""
    from asset_inventory.outputs.preliminary.summary import preliminary_lines

    for line in preliminary_lines(drawn, language):
        click.echo(line)


def tell_part(part: str, drawn: PreliminaryAssessment, language: str) -> None:
    """Print one part as a table, or say that there is nothing in it."""
    table, unread = table_of(part, drawn, language), unread_of([part], drawn, language)
    for line in unread:
        click.echo(line)
    if not len(table):
        if unread:
            return
        click.echo(say(f"resilience.nothing.{part}", language))
        return
    if part == "findings":
        for row in table.to_dict("records"):
            click.echo(f"{say('severity.' + row['severity'], language)}: {row['sentence']} {row['remedy']}")
        return
    shown = SHOWN[part]
    headings = [say(f"resilience.head.{name}", language) for name in shown]
    rows = [[_written(name, row[name], language) for name in shown] for row in table.to_dict("records")]
    words = next((place for place, name in enumerate(shown) if name in _NUMBERS), len(shown))
    print_table(headings, rows, words=words)
    for line in _beneath(part, drawn, language):
        click.echo(line)


def unread_of(parts: Iterable[str], drawn: PreliminaryAssessment, language: str) -> list[str]:
    """Return which tables could not be read of those on which parts rest, a sentence each."""
    from asset_inventory.outputs.preliminary.terms import unread_said

    names = {name for part in parts for name in _RESTS_ON.get(part, ())}
    return unread_said(drawn, language, *names) if names else []


def table_of(part: str, drawn: PreliminaryAssessment, language: str) -> pd.DataFrame:
    """Return the rows of a part, as machines read them, with names in a language beside ids."""
    return _TABLES[part](drawn, language)


# The tables that people filled in on which a part rests.
_RESTS_ON = {
    **{name: (name,) for name in ("statements", "votes", "indicators", "actions")}, "gaps": ("actions", "indicators"),
    "pressures": ("statements", "votes", "indicators"),
    **dict.fromkeys(("districts", "focus", "vulnerability", "products", "burdens", "people"), ("indicators",)),
}  # fmt: skip
# The columns that are shown of each part.
SHOWN = {
    "statements": ("row", "group", "statement", "district_name", "kind_word", "pressure_name"),
    "pressures": ("pressure_name", "kind_word", "felt_rank", "mean_rank", "statements", "cost", "cost_rank",
                  "mismatch_word"),
    "votes": ("group_name", "pressure_name", "mean_rank", "voters"),
    "influences": ("stress_name", "shock_name", "why", "ead_mapped", "ead", "year", "share"),
    "indicators": ("row", "place", "indicator", "value", "unit", "year", "counted_word"),
    "districts": ("district_name", "rank", "score_low", "score_high", "linear_rank", "top_share", "sureness_word",
                  "front_word", "beaten_by"),
    "focus": ("district_name", "chosen_word", "top_share", "sureness_word", "front_word"),
    "floods": ("district_name", "hazard", "return_period", "worst_by_depth_word", "worst_by_index_word",
               "largest_by_depth_word", "largest_by_index_word", "area_differing", "area_unknown"),
    "vulnerability": ("district_name", "part_word", "score", "score_low", "score_high", "classes_known", "classes"),
    "products": ("district_name", "hazard", "return_period", "product", "value", "value_low", "value_high"),
    "burdens": ("indicator", "burden_word", "concentration", "districts", "districts_without_figure"),
    "people": ("district_name", "item_word", "rule_word", "assumed_word", "amount", "amount_low", "amount_high"),
    "actions": ("row", "action", "owner", "districts_named", "budget", "status_word"),
    "gaps": ("gap_word", "name"),
    "decisions": ("day", "group", "district_name", "choice_word", "figures_word", "stands_word", "reason"),
}  # fmt: skip
_NUMBERS = frozenset({"felt_rank", "mean_rank", "statements", "cost", "cost_rank", "voters", "ead_mapped", "ead",
                      "year", "share", "value", "rank", "score_low", "score_high", "linear_rank", "top_share",
                      "beaten_by", "budget", "area_differing", "area_unknown", "score", "classes_known", "classes",
                      "value_low", "value_high", "concentration", "districts", "districts_without_figure", "amount",
                      "amount_low", "amount_high"})  # fmt: skip
_SHARES = frozenset({"share", "top_share"})
_WHOLE = frozenset({"cost", "ead_mapped", "ead", "budget", "area_differing", "area_unknown"})
_ROUNDED_UP = frozenset({"amount", "amount_low", "amount_high"})
_PLAIN = frozenset({"year", "row", "return_period"})
# What the keys of a column's words begin with, where the pages have these words too.
_FAMILIES = {
    "kind": "preliminary.kind.", "sureness": "preliminary.sureness.", "choice": "preliminary.choice.",
    "figures": "preliminary.figures.", "status": "form.status.", "rule": "people_rule.",
    "burden": "preliminary.burden.", "gap": "preliminary.planning.gap.",
    **dict.fromkeys(("worst_by_depth", "worst_by_index", "largest_by_depth", "largest_by_index"), "preliminary.flood."),
}  # fmt: skip
# What must be known of figures that stand beside the standings and are in none of them.
_SAID_BENEATH = {
    "floods": "resilience.beside.floods", "vulnerability": "resilience.beside.vulnerability",
    "products": "resilience.beside.products", "burdens": "resilience.beside.burdens",
    "people": "resilience.beside.people",
}  # fmt: skip


def _written(name: str, value: object, language: str) -> str:
    """Return a cell as people read it; nothing is «-»."""
    if value is None or value != value:
        return "-"
    if name in _SHARES:
        from asset_inventory.outputs.preliminary.terms import draws_said, share_said

        return (draws_said if name == "top_share" else share_said)(float(value), language)
    if name in _PLAIN:
        return f"{float(value):.0f}"
    if name in _ROUNDED_UP:
        from asset_inventory.risk.people import rounded_up

        return number(rounded_up(float(value)), language)
    if name in _WHOLE:
        return number(round(float(value)), language)
    return shown(value) if isinstance(value, str) else number(float(value), language)


def _beneath(part: str, drawn: PreliminaryAssessment, language: str) -> list[str]:
    """Return what is to be known below a table: the currency, which rows count, how far voters agree."""
    from asset_inventory.outputs.preliminary.summary import preliminary_votes

    if part == "votes":
        return list(preliminary_votes(drawn, language))
    counted = {"indicators": drawn.indicators}.get(part)
    if counted is not None and "counted" in counted:
        whole = int(counted["counted"].sum())
        return [say("resilience.rows_counted", language, count=whole, left=len(counted) - whole)]
    if part in _SAID_BENEATH:
        return [say(_SAID_BENEATH[part], language)]
    if part in ("pressures", "influences", "actions"):
        return [say("resilience.in_currency", language, currency=drawn.assessment.city.currency)]
    return []


def _named(
    table: pd.DataFrame, drawn: PreliminaryAssessment, language: str, *, words: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return a table with what its ids and words are called in a language; `words` says which columns hold words."""
    from asset_inventory.outputs.naming import district_names
    from asset_inventory.outputs.preliminary.terms import pressure_names

    pressures = pressure_names(drawn.assessment.city, language)
    districts = district_names(drawn.assessment.districts, language)
    found = {f"{name}_name": table[name].map(pressures) for name in ("pressure", "stress", "shock") if name in table}
    if "district" in table:
        found["district_name"] = table["district"].map(districts).fillna(table["district"])
    for name, column in (words or {}).items():
        said = {one: _word(column, one, language) for one in table[column].dropna().unique()}
        found[name] = table[column].map(said)
    return table.assign(**found)


def _word(column: str, word: object, language: str) -> str:
    """Return a word of a table as the pages have it; True is «yes»."""
    from asset_inventory.outputs.preliminary.people_tables import item_said
    from asset_inventory.outputs.preliminary.terms import word_said

    if not isinstance(word, str):
        return say("resilience.word.yes" if word else "resilience.word.no", language)
    if column == "item":
        return item_said(word, language)
    return word_said(_FAMILIES.get(column, "resilience.word."), word, language)


def _votes(drawn: PreliminaryAssessment, language: str) -> pd.DataFrame:
    from asset_inventory.outputs.preliminary.terms import group_said

    told = _named(drawn.group_ranks, drawn, language).sort_values(["group", "mean_rank"], kind="stable")
    return told.assign(group_name=[group_said(one, language) for one in told["group"]])


def _influences(drawn: PreliminaryAssessment, language: str) -> pd.DataFrame:
    reasons = {(one.stress, one.shock): one.reason.said(language) for one in drawn.assessment.city.influences}
    table = drawn.influences
    why = [reasons[pair] for pair in zip(table["stress"].astype(str), table["shock"].astype(str), strict=True)]
    return _named(table, drawn, language).assign(why=why)


def _focus(drawn: PreliminaryAssessment, language: str) -> pd.DataFrame:
    from asset_inventory.preliminary import focus_areas_of

    focus = focus_areas_of(drawn)
    table = drawn.standings.set_index("district").reindex(list(focus.districts)).rename_axis("district").reset_index()
    table = table[["district", "rank", "top_share", "sureness", "on_front"]].assign(chosen=focus.chosen)
    return _named(table, drawn, language, words={"sureness_word": "sureness", "front_word": "on_front",
                                                 "chosen_word": "chosen"})  # fmt: skip


def _actions(drawn: PreliminaryAssessment, language: str) -> pd.DataFrame:
    from asset_inventory.outputs.naming import district_names

    names = district_names(drawn.assessment.districts, language)
    everywhere = say("preliminary.whole_city", language)
    told = [everywhere if row["whole_city"] else ", ".join(names.get(one, one) for one in row["districts"]) or None
            for row in drawn.actions.to_dict("records")]  # fmt: skip
    return _named(drawn.actions, drawn, language, words={"status_word": "status"}).assign(districts_named=told)


def _gaps(drawn: PreliminaryAssessment, language: str) -> pd.DataFrame:
    import pandas as pd

    from asset_inventory.outputs.naming import district_names
    from asset_inventory.outputs.preliminary.terms import driver_names, pressure_names
    from asset_inventory.preliminary import gaps

    found = gaps(drawn)
    called = {"focus_area": (found.focus_areas, district_names(drawn.assessment.districts, language)),
              "driver": (found.drivers, driver_names(language)),
              "pressure": (found.pressures, pressure_names(drawn.assessment.city, language))}  # fmt: skip
    rows = [(gap, one, names.get(one, one)) for gap, (ids, names) in called.items() for one in ids]
    table = pd.DataFrame(rows, columns=["gap", "id", "name"]).astype("str")
    return _named(table, drawn, language, words={"gap_word": "gap"})


def _findings(drawn: PreliminaryAssessment, language: str) -> pd.DataFrame:
    from asset_inventory.outputs.results import findings_in_words

    return findings_in_words(drawn.findings, language)


# What makes the rows of each part.
_TABLES: Mapping[str, Callable[[PreliminaryAssessment, str], pd.DataFrame]] = {
    "statements": lambda drawn, language: _named(drawn.statements, drawn, language, words={"kind_word": "kind"}),
    "pressures": lambda drawn, language: _named(
        drawn.pressures, drawn, language, words={"kind_word": "kind", "mismatch_word": "mismatch"}
    ),
    "votes": _votes,
    "influences": _influences,
    "indicators": lambda drawn, language: _named(
        drawn.indicators, drawn, language, words={"counted_word": "counted"}
    ),
    "districts": lambda drawn, language: _named(
        drawn.standings, drawn, language, words={"sureness_word": "sureness", "front_word": "on_front"}
    ),
    "focus": _focus,
    "floods": lambda drawn, language: _named(
        drawn.district_floods, drawn, language,
        words={f"{name}_word": name for name in ("worst_by_depth", "worst_by_index", "largest_by_depth",
                                                 "largest_by_index")},
    ),
    "vulnerability": lambda drawn, language: _named(
        drawn.vulnerability, drawn, language, words={"part_word": "part"}
    ),
    "products": lambda drawn, language: _named(drawn.products, drawn, language),
    "burdens": lambda drawn, language: _named(drawn.burdens, drawn, language, words={"burden_word": "burden"}),
    "people": lambda drawn, language: _named(
        drawn.district_people, drawn, language,
        words={"item_word": "item", "rule_word": "rule", "assumed_word": "assumed"},
    ),
    "actions": _actions,
    "gaps": _gaps,
    "decisions": lambda drawn, language: _named(
        drawn.decisions, drawn, language,
        words={"choice_word": "choice", "figures_word": "figures", "stands_word": "stands"},
    ),
    "findings": _findings,
}
