"""The tables of how districts stand: the front, ranks, shares of draws, BNPB's classes beside them, decisions.

The tables of what districts are compared by: goalposts, values, how criteria go together, what ranks hang on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from asset_inventory.inventory.district_indicators import unit_of
from asset_inventory.messages import currency_sign, number, say
from asset_inventory.outputs.report.resilience_tables import head, printed, texts
from asset_inventory.outputs.views.naming import BITS, Scale, district_names, format_day, scale_of, years
from asset_inventory.outputs.views.resilience import (
    dominating_districts,
    format_criterion,
    format_group,
    format_pareto,
    format_probability,
    format_share,
    named,
    translate,
)
from asset_inventory.outputs.views.tables import Cell, Head, Link, Printed
from asset_inventory.resilience.bnpb import CLASSES, LEVELS, worst_by_parent
from asset_inventory.resilience.criteria import FIGURES, HECTARE, OF_PEOPLE
from asset_inventory.resilience.ranking import dominated_districts, pareto_groups

if TYPE_CHECKING:
    from asset_inventory.assessment.resilience import ResilienceAssessment

_MOST_NAMES = 4  # of districts in one cell
_HECTARE = 10_000.0  # m2
_SEEN = 0.05  # of the draws: from there on a district is worth a row of the short table


def shown_districts(preliminary: ResilienceAssessment) -> list[str]:
    """Return the districts that the page speaks of, the neediest first: on the front, first by rank, or often first."""
    table, top = preliminary.standings, preliminary.assessment.city.resilience.top
    kept = table["on_front"] | (table["rank"] <= top) | (table["top_share"] >= _SEEN)
    return table["district"][kept.to_numpy(dtype=bool)].astype(str).tolist()


def pareto_table(preliminary: ResilienceAssessment, link: Link, language: str) -> Printed | None:
    """Return the front, the neediest first: whom each of its districts beats, and how often it is among the worst."""
    table = preliminary.standings
    names = district_names(preliminary.assessment.focus_areas, language)
    beats = dominated_districts(preliminary.criteria, preliminary.assessment.city.resilience)
    front = table[table["on_front"].to_numpy(dtype=bool)].sort_values("top_share", ascending=False, kind="stable")
    ids = front["district"].astype(str).tolist()
    columns = [
        (head("district", language), [Cell(names.get(one, one), link("district", one)) for one in ids]),
        (head("beats", language, "front", is_number=True), [number(len(beats.get(one, ())), language) for one in ids]),
        (head("beats_whom", language, "front"),
         [named(beats.get(one, ()), names, language, most=_MOST_NAMES) for one in ids]),
        _shares(front, preliminary, language),
        _sureness(front, language),
    ]  # fmt: skip
    return printed("front", columns, language, criteria=format_pareto(preliminary.assessment.city, language) or "–")


def ranking_table(
    preliminary: ResilienceAssessment, link: Link, language: str, *, whole: bool = False
) -> Printed | None:
    """Return how the districts that the page speaks of stand; the `whole` table has all, with Wilson's intervals."""
    table = preliminary.standings
    if not whole:
        table = table[table["district"].astype(str).isin(shown_districts(preliminary)).to_numpy()]
    names = district_names(preliminary.assessment.focus_areas, language)
    ids = table["district"].astype(str).tolist()
    linear = [number(one, language) for one in table["linear_rank"]]
    columns = [
        (head("rank", language, "scores", is_number=True), [number(one, language) for one in table["rank"]]),
        (head("district", language), [Cell(names.get(one, one), link("district", one)) for one in ids]),
        (head("score", language, "scores", is_number=True), _scores(table, language)),
        (head("linear_rank", language, "scores", is_number=True), linear),
        _shares(table, preliminary, language, exact=whole),
    ]
    if whole:
        columns.append((head("wilson", language, "shares", is_number=True), _wilson(table, language)))
    else:
        columns += [
            _sureness(table, language),
            (head("beaten_by", language, "front"),
             [say("preliminary.by_nobody", language) if on_front else
              named(dominating_districts(whom), names, language, most=_MOST_NAMES, whole=int(count))
              for on_front, whom, count in table[["on_front", "beaten_by_whom", "beaten_by"]].itertuples(index=False)]),
        ]  # fmt: skip
    known = [say("map.of", language, part=int(one), whole=int(every))
             for one, every in zip(table["criteria_known"], table["criteria"], strict=True)]  # fmt: skip
    columns.append((head("criteria_known", language, is_number=True), known))
    if whole:
        return printed("all-standings", columns, language)
    which = say("preliminary.standings.which", language, count=preliminary.assessment.city.resilience.top,
                seen=format_share(_SEEN, language))  # fmt: skip
    return printed("standings", columns, language, notes=((which, "scores"),))


def _shares(
    table: pd.DataFrame, preliminary: ResilienceAssessment, language: str, *, exact: bool = False
) -> tuple[Head, list[Cell]]:
    """Return the shares of draws, cut to whole percent or, beside the limits of their noise, as `exact` as these."""
    settings = preliminary.assessment.city.resilience
    said = _format_percent if exact else format_probability
    cells = [Cell(said(float(one), language), share=float(one)) for one in table["top_share"]]
    return head("top_share", language, "shares", is_number=True, count=settings.top), cells


def _sureness(table: pd.DataFrame, language: str) -> tuple[Head, list[str]]:
    told = [translate("preliminary.sureness.", one, language) if pd.notna(one) else "–" for one in table["sureness"]]
    return head("sureness", language, "shares"), told


def _scores(table: pd.DataFrame, language: str) -> list[str]:
    """Return scores, or what a score lies between where a criterion is not known."""
    told = []
    for low, high in zip(table["score_low"], table["score_high"], strict=True):
        ends = [number(one, language, decimals=2) for one in (low, high)]
        told.append(ends[0] if ends[0] == ends[1] else " – ".join(ends))
    return told


def _wilson(table: pd.DataFrame, language: str) -> list[str]:
    limits = zip(table["top_share_low"], table["top_share_high"], strict=True)
    return [number(math.nan, language) if math.isnan(low) else
            f"{number(100 * low, language, decimals=2)} – {_format_percent(high, language)}"
            for low, high in limits]  # fmt: skip


def _format_percent(share: float, language: str) -> str:
    return number(share, language) if math.isnan(share) else f"{number(100 * share, language, decimals=2)} %"


def flood_table(preliminary: ResilienceAssessment, language: str, *, district: str | None = None) -> Printed | None:
    """Return the area (of a district) in each class of depth and of BNPB's index on each map, and where they differ."""
    table, floods = preliminary.flood_classes, preliminary.district_floods
    if district is not None:
        table, floods = (one[(one["district"].astype(str) == district).to_numpy()] for one in (table, floods))
    kinds = [*(("depth", one) for one in LEVELS), *(("index", one) for one in CLASSES)]
    by = {"depth": table["class_by_depth"].astype(str), "index": table["class_by_index"].astype(str)}
    keys = ["hazard", "return_period"]
    areas = {kind: table["area"].where(by[kind[0]] == kind[1], 0.0).groupby([table[one] for one in keys], dropna=False,
             sort=False, observed=True).sum() for kind in kinds}  # fmt: skip
    differing = floods.groupby(keys, dropna=False, sort=False, observed=True)["area_differing"].sum()
    maps = list(areas[kinds[0]].index)
    columns = [(Head(say("report.head.hazard", language), is_number=False), [str(hazard) for hazard, _ in maps]),
               (Head(say("report.head.map", language), is_number=False),
                [years(float(period), language) for _, period in maps])]  # fmt: skip
    for kind in kinds:
        of_class = translate("preliminary.flood.", kind[1], language)
        columns.append((head(f"area_by_{kind[0]}", language, "bnpb", is_number=True, of_class=of_class),
                        [_hectares(one, language) for one in areas[kind]]))  # fmt: skip
    columns.append((head("area_differs", language, "bnpb", is_number=True),
                    [_hectares(one, language) for one in differing.reindex(maps)]))  # fmt: skip
    return printed("flood-classes", columns, language)


def parent_floods_table(preliminary: ResilienceAssessment, language: str) -> Printed | None:
    """Return the worst class of the districts of each kecamatan on each hazard's rarest map, by every rule."""
    floods, districts = preliminary.district_floods, preliminary.assessment.districts
    parents = districts.set_index(districts["district"].astype(str))["parent"]
    rarest = floods.groupby("hazard", observed=True)["return_period"].transform("max")
    last = (floods["return_period"] == rarest) | (floods["return_period"].isna() & rarest.isna())
    table = worst_by_parent(floods[last.to_numpy(dtype=bool)], parents).sort_values(["hazard", "parent"])
    columns = [(head("parent", language), table["parent"].astype(str).tolist()),
               (Head(say("report.head.hazard", language), is_number=False), table["hazard"].astype(str).tolist()),
               (Head(say("report.head.map", language), is_number=False),
                [years(float(one), language) for one in table["return_period"]])]  # fmt: skip
    for name in ("worst_by_depth", "worst_by_index", "largest_by_depth", "largest_by_index"):
        least = table["at_least"] if name.startswith("worst") else [False] * len(table)
        told = [_level(one, language, least=more) for one, more in zip(table[name], least, strict=True)]
        columns.append((head(name, language, "bnpb"), told))
    for name in ("area_differing", "area_unknown"):
        told = [_hectares(one, language) for one in table[name]]
        columns.append((head(name, language, "bnpb", is_number=True), told))
    return printed("parent-floods", columns, language)


def _level(level: object, language: str, *, least: bool) -> str:
    told = translate("preliminary.flood.", level, language)
    return say("preliminary.level_at_least", language, level=told) if least and pd.notna(level) else told


def _hectares(area: float, language: str) -> str:
    return number(area / _HECTARE, language, decimals=1)


def format_flood_class(preliminary: ResilienceAssessment, district: str, language: str) -> list[str]:
    """Return the class of a district on each hazard's rarest map by both of BNPB's rules, a sentence each."""
    table = preliminary.district_floods
    table = table[(table["district"].astype(str) == district).to_numpy()]
    rarest = table.sort_values("return_period", na_position="last").drop_duplicates("hazard", keep="last")
    said = []
    for row in rarest.to_dict("records"):
        told = {f"{rule}_{by}": translate("preliminary.flood.", row[f"{rule}_by_{by}"], language)
                for rule in ("worst", "largest") for by in ("depth", "index")}  # fmt: skip
        key = "preliminary.flood_class_at_least" if row["at_least"] else "preliminary.flood_class"
        said.append(say(key, language, hazard=str(row["hazard"]), map=years(float(row["return_period"]), language),
                        **told))  # fmt: skip
    return said


def loss_distribution_table(preliminary: ResilienceAssessment, language: str) -> Printed | None:
    """Return who bears the burden: the concentration index of each burden over districts from poor to rich."""
    table = preliminary.burdens
    columns = [
        (head("wealth", language), table["indicator"].astype(str).tolist()),
        (head("burden", language), [translate("preliminary.burden.", one, language) for one in table["burden"]]),
        (head("concentration", language, "burden", is_number=True),
         [number(one, language, decimals=2) for one in table["concentration"]]),
        (head("who_bears", language), [_who_bears(float(one), language) for one in table["concentration"]]),
        (head("districts", language, is_number=True), [number(int(one), language) for one in table["districts"]]),
        (head("left_out", language, is_number=True),
         [number(int(one), language) for one in table["districts_without_figure"]]),
    ]  # fmt: skip
    return printed("burdens", columns, language)


def _who_bears(concentration: float, language: str) -> str:
    if math.isnan(concentration):
        return number(concentration, language)
    sign = "alike" if round(concentration, 2) == 0 else "poor" if concentration < 0 else "rich"
    return say(f"preliminary.bears.{sign}", language)


def decisions_table(
    preliminary: ResilienceAssessment, link: Link, language: str, *, district: str | None = None
) -> Printed | None:
    """Return the decisions (on a district) in the order in which they were taken, with their reasons where told."""
    table = preliminary.decisions
    if district is not None:
        table = table[(table["district"].astype(str) == district).to_numpy()]
    names = district_names(preliminary.assessment.focus_areas, language)
    districts = [Cell(names.get(str(one), str(one)), link("district", str(one))) for one in table["district"]]
    columns = [
        (head("day", language), [format_day(one, language) for one in table["day"]]),
        (head("district", language), districts),
        (head("choice", language), [translate("preliminary.choice.", one, language) for one in table["choice"]]),
        (head("stands", language),
         [say("preliminary.stands" if one else "preliminary.taken_back", language) for one in table["stands"]]),
    ]  # fmt: skip
    if _is_shown(table["figures"]):
        columns.insert(3, (head("figures_then", language, "decisions"),
                           [_figures_then(row, language) for row in table.to_dict("records")]))  # fmt: skip
    if _is_shown(table["reason"]):
        columns.insert(3, (head("reason", language), texts(table["reason"], language)))
    if _is_shown(table["group"]):
        columns.insert(1, (head("group", language), [format_group(one, language) for one in table["group"]]))
    return printed("decisions", columns, language)


def _is_shown(column: pd.Series) -> bool:
    """Tell whether these readers may know anything of a column."""
    return bool(column.fillna("").astype(str).ne("").any())


def _figures_then(row: Mapping[str, object], language: str) -> str:
    """Return whether a decision went with the figures of its time, and how often the district was among the first."""
    told = translate("preliminary.figures.", row["figures"], language) if pd.notna(row["figures"]) else "–"
    return told if math.isnan(row["top_share"]) else f"{told} ({format_probability(row['top_share'], language)})"


if TYPE_CHECKING:
    from asset_inventory.assessment.resilience import ResilienceAssessment

_MONEY = ("ead", "ead_per_hectare")
_OF_SIZE = ("ead", "assets_exposed", *OF_PEOPLE)  # sums, of which a larger district has more
_DENSE = "per hectare"
_DENSITY = {"ead": "ead_per_hectare"}


def goalposts_table(preliminary: ResilienceAssessment, language: str) -> Printed | None:
    """Return the criteria: their units, where each scores 0 and 1, a stated weight, and whether the front has it."""
    city = preliminary.assessment.city
    criteria = city.resilience.criteria
    front = {name for group in pareto_groups(criteria).values() for name in group}
    compared = set(preliminary.criteria["criterion"].astype(str))
    names = [one for one in criteria if one in compared]
    columns = [
        (head("criterion", language), [format_criterion(city, one, language) for one in names]),
        (head("unit", language), [_format_unit(preliminary, one, language) or "–" for one in names]),
        *((head(f"goalpost_{end}", language, "scores", is_number=True),
           [number(getattr(criteria[one], end), language) for one in names]) for end in ("worst", "best")),
        (head("of_front", language, "front"),
         [say("preliminary.of_front.yes" if one in front else "preliminary.of_front.no", language) for one in names]),
    ]  # fmt: skip
    if city.resilience.stated_weights:
        columns.insert(4, (head("stated_weight", language, "shares", is_number=True),
                           [number(criteria[one].weight, language) for one in names]))  # fmt: skip
    return printed("goalposts", columns, language)


def _format_unit(preliminary: ResilienceAssessment, name: str, language: str) -> str:
    """Return the unit of a criterion: of a figure by our words, of an indicator as its table has it; "" without."""
    city = preliminary.assessment.city
    figure = city.resilience.criteria[name].of or name
    if figure in FIGURES:
        return say(f"preliminary.unit.{figure}", language, currency=currency_sign(city.currency, language))
    return unit_of(preliminary.indicators, figure)


def criteria_table(
    preliminary: ResilienceAssessment, link: Link, language: str, *, district: str | None = None
) -> Printed | None:
    """Return what the districts that the page speaks of (or one of them) have by each criterion."""
    table, city = preliminary.criteria, preliminary.assessment.city
    ids = shown_districts(preliminary) if district is None else [district]
    table = table[table["district"].astype(str).isin(ids).to_numpy()]
    names = district_names(preliminary.assessment.focus_areas, language)
    values = table.pivot(index="district", columns="criterion", values="value").reindex(ids) if len(table) else table
    columns = [(head("district", language), [Cell(names.get(one, one), link("district", one)) for one in ids])]
    hectares = _hectares_of(preliminary.assessment.districts, ids)
    for name in (one for one in city.resilience.criteria if len(table)):
        told = values[name] if name in values else pd.Series(math.nan, index=ids)
        figure, text = city.resilience.criteria[name].of or name, format_criterion(city, name, language)
        unit = "" if figure in FIGURES else _format_unit(preliminary, name, language)  # ours say what they are
        columns.append(_criterion(told, figure, text, city.currency, language, unit=unit))
        if figure in _OF_SIZE:  # a large district has more of it: beside the whole stands how dense it lies
            text = say("preliminary.per_hectare", language, criterion=text)
            columns.append(_criterion(told / hectares, _DENSITY.get(figure, _DENSE), text, city.currency, language))
    if len(columns) == 1:
        return None
    return printed("criteria", columns, language) if district is None else printed(
        "criteria-here", columns[1:], language)  # fmt: skip


def _criterion(
    told: pd.Series, figure: str, text: str, currency: str, language: str, *, unit: str = ""
) -> tuple[Head, list[str]]:
    """Return the column of a criterion: its heading with the unit in which its values are printed, and these."""
    scale = scale_of(float(told.max())) if told.max() >= 1e6 else Scale(decimals=3)
    if figure in _MONEY or scale.key:
        unit = scale.unit(currency, language) if figure in _MONEY else say(scale.key, language)
    digits = 0 if figure in OF_PEOPLE else min(_digits(told), 1) if figure == _DENSE else _digits(told)
    cells = [scale.printed(one, language) if scale.key else
             number(one, language, decimals=None if math.isnan(one) else digits) for one in told]  # fmt: skip
    return Head(text + (f" ({unit})" if unit else ""), "scores"), cells


def _hectares_of(districts: pd.DataFrame, ids: list[str]) -> pd.Series:
    area = pd.Series(shapely.area(districts.geometry.to_numpy()), index=districts["district"].astype(str))
    return area.reindex(ids).replace(0.0, math.nan) / HECTARE


def _digits(values: pd.Series) -> int:
    """Return with how many decimals (at most three) all values are told as they are, so that they stand alike."""
    known = values.dropna()
    return next((digits for digits in range(3) if np.allclose(known, known.round(digits), rtol=BITS, atol=BITS)), 3)


def sensitivity_table(preliminary: ResilienceAssessment, language: str) -> Printed | None:
    """Return how far ranks move where districts are compared in another way (Saisana's mean shift)."""
    table, city = preliminary.rank_shifts, preliminary.assessment.city
    names = district_names(preliminary.assessment.focus_areas, language)
    told = []
    for row in table.to_dict("records"):
        way = translate("preliminary.choice_of.", row["choice"], language)
        if pd.notna(row["criterion"]):
            way += f": {format_criterion(city, str(row['criterion']), language)}"
        told.append(way)
    moved = ["–" if pd.isna(one) else names.get(str(one), str(one)) for one in table["district"]]
    columns = [
        (head("another_way", language), told),
        (head("mean_shift", language, "shifts", is_number=True),
         [number(one, language, decimals=1) for one in table["mean_shift"]]),
        (head("largest_shift", language, "shifts", is_number=True),
         [number(one, language) for one in table["largest_shift"]]),
        (head("moves_most", language), moved),
    ]  # fmt: skip
    return printed("shifts", columns, language)


def correlations_table(preliminary: ResilienceAssessment, language: str) -> Printed | None:
    """Return how far each two criteria go together, as a matrix: what goes together counts twice."""
    table = preliminary.correlations
    known = {(str(one), str(other)): value for one, other, value in
             table[["criterion", "other", "correlation"]].itertuples(index=False)}  # fmt: skip
    city = preliminary.assessment.city
    names = [one for one in city.resilience.criteria if any(one in pair for pair in known)]
    columns = [(head("criterion", language), [format_criterion(city, one, language) for one in names])]
    for other in names:
        told = ["1" if one == other else number(known.get((one, other), known.get((other, one), math.nan)), language,
                                                decimals=2) for one in names]  # fmt: skip
        columns.append((Head(format_criterion(city, other, language), "correlations"), told))
    return printed("correlations", columns, language)
