"""Decisions on districts and focus areas: record one with the figures of today, and list all."""

import datetime
from collections.abc import Iterable

import click
import pandas as pd

from asset_inventory import register as registers
from asset_inventory.assessment.resilience import assess_resilience, ranking_of
from asset_inventory.cli.answers import Answer, on_register
from asset_inventory.cli.shared import MOST, as_rows, assess_city
from asset_inventory.inventory.districts import district_meant, read_districts
from asset_inventory.messages import percent, say
from asset_inventory.model.city import City
from asset_inventory.model.errors import RegisterError
from asset_inventory.model.library import resilience_drivers
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import WITHDRAWN
from asset_inventory.model.texts import folded, nearest
from asset_inventory.outputs.views.resilience import theme_names, theme_reasons
from asset_inventory.outputs.views.table_view import district_names, translate
from asset_inventory.register.decisions import says_nothing
from asset_inventory.resilience.priorities import evidence_at_choice, figures_at_choice

# The sentence on a choice, by `choice` and `figures` of DECISIONS.
_DECISION_WORDS = {
    ("chosen", "with"): "decide.chosen_with",
    ("chosen", "against"): "decide.chosen_against",
    ("chosen", "no figures"): "decide.chosen_without",
    ("not chosen", "with"): "decide.left_with",
    ("not chosen", "against"): "decide.left_against",
    ("not chosen", "no figures"): "decide.left_without",
    ("withdrawn", None): "decide.withdrawn",
}
_DECISION_WORDS_ON_THEME = _DECISION_WORDS | {
    ("chosen", "with"): "decide.chosen_with_theme",
    ("chosen", "against"): "decide.chosen_against_theme",
    ("chosen", "no figures"): "decide.chosen_without_theme",
    ("not chosen", "with"): "decide.left_with_theme",
    ("not chosen", "against"): "decide.left_against_theme",
    ("not chosen", "no figures"): "decide.left_without_theme",
}


@on_register(writes=True)
def decide(
    answer: Answer,
    district: str | None,
    focus_area: str | None,
    choice: str | None,
    group: str,
    reason: str,
    day: datetime.datetime | None,
) -> int:
    """Record a decision on a district or a focus area, or list those that were taken."""
    if district is not None and focus_area is not None:
        arguments = {"option": "--focus-area", "given": "DISTRICT"}
        raise click.UsageError(say("call.not_both", answer.language, **arguments))
    if district is None and focus_area is None:
        if choice or group or reason or day:
            raise click.UsageError(say("call.decide_without_district", answer.language))
        return _list(answer)
    if choice is None:
        raise click.UsageError(say("call.decide_without_choice", answer.language))

    # before anything is computed, which may take long
    if says_nothing(group):
        raise RegisterError("error.decision_without_group")
    if says_nothing(reason):
        raise RegisterError("error.decision_without_reason")
    on = day.date() if day else datetime.date.today()
    if focus_area is not None:
        return _record_theme(answer, focus_area, choice, group=group, reason=reason, day=on)
    return _record(answer, str(district), choice, group=group, reason=reason, day=on)


def _record_theme(
    answer: Answer, text: str, choice: str, *, group: str, reason: str, day: datetime.date
) -> int:
    """Record a decision on a focus area, with the reasons for it in the data of today."""
    city = answer.register.city
    taken = registers.recorded_decisions(answer.register)
    theme = _theme_meant(text, city, taken["theme"].dropna() if choice == WITHDRAWN else ())
    assessment = assess_city(read_city(answer.folder), None, answer.language)
    drawn = assess_resilience(assessment, water=False)
    figures = evidence_at_choice(drawn.themes, theme, choice)
    table = registers.decide(
        answer.register,
        None,
        choice,
        theme=theme,
        group=group,
        reason=reason,
        day=day,
        figures=figures,
    )
    row = as_rows(table)[-1] | {"name": theme_names(city, answer.language).get(theme)}
    answer.say("decide.recorded", number=row["decision"], path=str(answer.register.path))
    answer.line(_line(row, answer.language))
    for known in drawn.themes[(drawn.themes["theme"] == theme).to_numpy()].to_dict("records"):
        reasons = theme_reasons(drawn, known, answer.language)
        answer.say("decide.reasons" if reasons else "decide.no_reasons", reasons=reasons)
    answer.give(decision=row)
    return 0


def _theme_meant(text: str, city: City, gone: Iterable[str]) -> str:
    """Return the id of the focus area that a text means, by id or name in any language; `gone` are
    ids that only earlier decisions have.

    Raises RegisterError for a text that means none.
    """
    areas = {area.id: (area.name.id, area.name.en) for area in city.focus_areas}
    spelled = {name: name for name in gone} | {
        str(name): theme
        for theme, names in (areas or resilience_drivers()).items()
        for name in (theme, *names)
    }
    meant = {folded(name): theme for name, theme in spelled.items()}
    if folded(text) in meant:
        return meant[folded(text)]
    near = nearest(text, spelled)
    if near:
        raise RegisterError("error.no_such_focus_area_near", given=text, near=near)
    names = ", ".join(areas or resilience_drivers())
    raise RegisterError("error.no_such_focus_area", given=text, names=names)


def _record(
    answer: Answer, text: str, choice: str, *, group: str, reason: str, day: datetime.date
) -> int:
    declared = read_districts(answer.register.city)[0]
    lost = choice == WITHDRAWN and _is_lost(
        text, declared, registers.recorded_decisions(answer.register)
    )
    if declared is not None and not lost:
        district_meant(text, declared)  # refuses a name that means nothing before all is computed
    assessment = assess_city(read_city(answer.folder), None, answer.language)
    districts = assessment.districts
    district = text if lost else district_meant(text, districts)
    standings, unread = ranking_of(assessment)
    figures = figures_at_choice(standings, district, choice, assessment.city.resilience)
    table = registers.decide(
        answer.register, district, choice, group=group, reason=reason, day=day, figures=figures
    )
    row = as_rows(table)[-1] | {"name": district_names(districts, answer.language).get(district)}
    answer.say("decide.recorded", number=row["decision"], path=str(answer.register.path))
    answer.line(_line(row, answer.language))
    ranked = standings[(standings["district"].astype(str) == district).to_numpy()]
    answer.line(_figures_say(row, int(ranked["assets"].sum()), answer.language))
    if unread:
        answer.say("preliminary.unread", table=say("form.indicators", answer.language))
    answer.give(decision=row)
    return 0


def _is_lost(text: str, districts: pd.DataFrame | None, decisions: pd.DataFrame) -> bool:
    """Return whether a text is the id of a district that is gone and has a standing decision."""
    known = set() if districts is None else set(districts["district"].astype(str))
    return text not in known and text in set(
        decisions.loc[decisions["stands"].to_numpy(dtype=bool), "district"]
    )


def _list(answer: Answer) -> int:
    table = registers.recorded_decisions(answer.register)
    districts = read_districts(answer.register.city)[0] if len(table) else None
    names = {} if districts is None else district_names(districts, answer.language)
    themes = theme_names(answer.register.city, answer.language)
    rows = [
        row | {"name": names.get(row["district"]) or themes.get(row["theme"])}
        for row in as_rows(table)
    ]
    if len(rows) > MOST:
        answer.say("decide.earlier", count=len(rows) - MOST)
    answer.lines([_line(row, answer.language) for row in rows[-MOST:]], left=0)
    if rows:
        answer.say("decide.listed", count=len(rows), standing=int(table["stands"].sum()))
    else:
        answer.say("decide.none")
    answer.give(decisions=rows)
    return 0


def _line(row: dict[str, object], language: str) -> str:
    """Return a decision as one line: what was decided, by whom, why, and whether it stands."""
    district = row["district"] or row["theme"]
    name = row["name"] or district
    called = name if name == district else f"{name} ({district})"
    words = _DECISION_WORDS if row["theme"] is None else _DECISION_WORDS_ON_THEME
    key = "decide.line" if row["stands"] else "decide.line_of_old"
    return say(
        key,
        language,
        number=row["decision"],
        day=datetime.date.fromisoformat(str(row["day"])),
        group=row["group"],
        district=called,
        said=say(words[row["choice"], row["figures"]], language),
        reason=row["reason"],
    )


def _figures_say(row: dict[str, object], assets: int, language: str) -> str:
    if row["rank"] is None:
        return say("decide.no_figures", language)
    share = percent(row["top_share"], language)
    robustness = row["robustness"]
    sure = (
        translate("preliminary.robustness.", robustness, language)
        if robustness
        else say("decide.never", language)
    )
    return say(
        "decide.figures",
        language,
        rank=row["rank"],
        assets=say("map.assets_of", language, count=assets),
        top=row["top"],
        share=share,
        robustness=sure,
        front=say("decide.non_dominated" if row["non_dominated"] else "decide.off_front", language),
    )
