"""What the preliminary resilience assessment adds to the page of a district or of a department."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from asset_inventory.outputs.naming import district_names
from asset_inventory.outputs.preliminary.criteria_tables import criteria_table
from asset_inventory.outputs.preliminary.pages import draws_explained, marked, methods_content
from asset_inventory.outputs.preliminary.people_tables import people_of_district
from asset_inventory.outputs.preliminary.sentences import waiting
from asset_inventory.outputs.preliminary.standing_tables import decisions_table, flood_class_said, flood_table
from asset_inventory.outputs.preliminary.tables import actions_table, statements_table
from asset_inventory.outputs.preliminary.terms import (
    beaters,
    draws_said,
    front_said,
    invented,
    left_out_said,
    mark_of,
    named,
    share_said,
    unread_said,
    word_said,
)
from asset_inventory.outputs.report_figures import Figures, part_of, rows_by, total_of
from asset_inventory.outputs.report_pages import part_page
from asset_inventory.outputs.report_shared import Place
from asset_inventory.outputs.report_tables import Printed
from asset_inventory.resilience.standings import unsure_on_front
from asset_inventory.risk.exposure import STATES
from asset_inventory.words import say

if TYPE_CHECKING:
    from asset_inventory.preliminary import PreliminaryAssessment


def preliminary_part_page(
    preliminary: PreliminaryAssessment, whole: Figures, kind: str, part: str, place: Place, audience: str,
    language: str,
) -> dict[str, object]:  # fmt: skip
    """Return what fills the page of a district or a department (`kind` "district" or "owner") with its assessment.

    The rank that it tells is that of the preliminary assessment: the plain one, by other rules, is not told beside it.
    """
    assessment = preliminary.assessment
    unranked = replace(assessment, focus_areas=assessment.focus_areas.assign(rank=np.nan))
    content = part_page(unranked, whole, kind, part, place, audience, language)
    own = _district(preliminary, part, place, language) if kind == "district" else _department(
        preliminary, whole, part, place, language)  # fmt: skip
    names = district_names(assessment.focus_areas, language) if kind == "district" else {}
    mark = mark_of(preliminary, ("assessment",), language)
    return _all_marked(content, mark) | methods_content(preliminary, language) | own | {
        "title": say("preliminary.part_title", language, part=names.get(part, part), city=assessment.city.name),
        "exercise": ", ".join(invented(preliminary, language)),
        "left_out": left_out_said(preliminary, language),
        "draws": draws_explained(preliminary, language) if kind == "district" else "",
    }  # fmt: skip


def _all_marked(content: Mapping[str, object], mark: str) -> dict[str, object]:
    """Return what fills a page with every table of it marked, also those in a list or in a part of its own."""
    def made(one: object) -> object:
        if isinstance(one, Printed):
            return marked(one, mark)
        if isinstance(one, list):
            return [made(inner) for inner in one]
        return one | {"table": made(one["table"])} if isinstance(one, dict) and "table" in one else one

    return {name: made(one) for name, one in content.items()}


def _district(preliminary: PreliminaryAssessment, part: str, place: Place, language: str) -> dict[str, object]:
    actions = preliminary.actions
    here = actions[np.array([part in several for several in actions["districts"]], dtype=bool)]
    tables = (
        (criteria_table(preliminary, place.link, language, district=part), "standings"),
        (people_of_district(preliminary, part, language), "district_people"),
        (flood_table(preliminary, language, district=part), "flood_classes"),
        (statements_table(preliminary, place.link, language, district=part), "statements"),
        (actions_table(preliminary, language, actions=here), "actions"),
        (decisions_table(preliminary, place.link, language, district=part), "decisions"),
    )
    said = [*unread_said(preliminary, language, "indicators"), *_standing(preliminary, part, language),
            *flood_class_said(preliminary, part, language)]  # fmt: skip
    for name in ("statements", "actions", "decisions"):
        if not any(one is not None and one.name == name for one, _ in tables):
            said += unread_said(preliminary, language, name) or [say(f"preliminary.here.none.{name}", language)]
    return {"assessed": said, "tables": _told(preliminary, tables, language)}


def _told(
    preliminary: PreliminaryAssessment, tables: tuple[tuple[Printed | None, str], ...], language: str
) -> list[Printed]:
    return [marked(one, mark_of(preliminary, (shows,), language)) for one, shows in tables if one is not None]


def _standing(preliminary: PreliminaryAssessment, part: str, language: str) -> list[str]:
    """Return how a district stands: rank, score, how often it is among the first, whether anybody beats it."""
    city, table = preliminary.assessment.city, preliminary.standings
    settings = city.resilience
    rows = table[(table["district"].astype(str) == part).to_numpy()].to_dict("records")
    if not rows or math.isnan(rows[0]["rank"]):
        return [say("preliminary.here.no_standing", language)]
    row, names = rows[0], district_names(preliminary.assessment.focus_areas, language)
    told = {"district": names[part], "count": settings.top, "draws": settings.draws,
            "share": draws_said(row["top_share"], language)}  # fmt: skip
    said = [say("preliminary.here.rank", language, rank=row["rank"], districts=int(table["rank"].notna().sum()),
                linear=row["linear_rank"])]  # fmt: skip
    if row["top_share"] > 0:
        sureness = word_said("preliminary.sureness.", row["sureness"], language)
        said.append(say("preliminary.among", language, sureness=sureness, **told))
    else:
        said.append(say("preliminary.here.never", language, **told))
    if row["on_front"]:
        said.append(say("preliminary.here.on_front", language, criteria=front_said(city, language)))
        unsure = unsure_on_front(table, preliminary.criteria, settings.criteria)
        return [*said, say("preliminary.here.front_unsure", language)] if part in unsure else said
    if row["beaten_by"]:
        by = named(beaters(row["beaten_by_whom"]), names, language, whole=int(row["beaten_by"]))
        said.append(say("preliminary.here.beaten", language, by=by, criteria=front_said(city, language)))
    return said


def _department(
    preliminary: PreliminaryAssessment, whole: Figures, part: str, place: Place, language: str
) -> dict[str, object]:
    """Return the actions of a department, and which decisions wait where it has exposed assets."""
    actions = preliminary.actions
    own = actions[(actions["owner"].astype("str").str.casefold() == part.casefold()).to_numpy(dtype=bool)]
    figures = part_of(whole, rows_by(whole, "owner").get(part, []))
    exposed = figures.assets[(figures.assets["state"] == STATES.index("exposed")).to_numpy()]
    mine = waiting(preliminary)
    mine = mine[mine["district"].astype(str).isin(set(exposed["district"])).to_numpy()]
    names = district_names(preliminary.assessment.focus_areas, language)
    said = [say("preliminary.here.waiting" if len(mine) else "preliminary.here.nothing_waits", language,
                count=len(mine), districts=named(mine["district"], names, language))]  # fmt: skip
    if not len(own):
        said += unread_said(preliminary, language, "actions") or [say("preliminary.here.no_own_actions", language)]
    ead = total_of(figures)["ead"]
    city_ead = total_of(whole)["ead"]
    if ead > 0 and city_ead > 0:
        said.append(say("preliminary.here.of_city", language, share=share_said(ead / city_ead, language)))
    tables = ((actions_table(preliminary, language, actions=own), "actions"),)
    return {"assessed": said, "tables": _told(preliminary, tables, language)}
