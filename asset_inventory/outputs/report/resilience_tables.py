"""The tables of what people raised, ranked, do and decided, as they are printed; and of the critical assets.

A column of which these readers may know nothing is not there; of a table without a row there is none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from asset_inventory.messages import number, say
from asset_inventory.outputs.views.figures import Figures
from asset_inventory.outputs.views.naming import Scale, asset_names, district_names, part_names, scale_of
from asset_inventory.outputs.views.resilience import (
    driver_names,
    format_group,
    format_share,
    format_years,
    named,
    shock_and_stress_names,
    translate,
)
from asset_inventory.outputs.views.tables import Cell, Head, Link, Printed, Row, has_money
from asset_inventory.resilience.perceptions import influence_matrix
from asset_inventory.risk.exposure import STATES

if TYPE_CHECKING:
    from asset_inventory.assessment.resilience import ResilienceAssessment

MOST_CRITICAL = 15
_MOST_NAMES = 6  # of districts in one cell


def printed(
    name: str, columns: Sequence[tuple[Head, Sequence[Cell | str]]], language: str, *,
    notes: Sequence[tuple[str, str]] = (), sums: int = 0, **told: object,
) -> Printed | None:
    """Return a table from its columns, `sums` of its last rows being sums; None without a row.

    `told` fills its caption.
    """  # fmt: skip
    if not columns or not len(columns[0][1]):
        return None
    cells = [[one if isinstance(one, Cell) else Cell(one) for one in column] for _, column in columns]
    whole = len(cells[0]) - sums
    rows = tuple(Row(line, is_sum=place >= whole) for place, line in enumerate(zip(*cells, strict=True)))
    caption = say(f"preliminary.caption.{name.replace('-', '_')}", language, **told)
    return Printed(name, caption, tuple(head for head, _ in columns), rows, tuple(notes))


def head(name: str, language: str, note: str = "", *, is_number: bool = False, **told: object) -> Head:
    """Return a heading of the preliminary assessment's tables; most stand above words."""
    return Head(say(f"preliminary.head.{name}", language, **told), note, is_number=is_number)


def scaled(values: pd.Series) -> tuple[list[float], Scale]:
    """Return amounts rounded to the steps in which they are printed, and the unit of these."""
    known = values.to_numpy(dtype=float)
    scale = scale_of(float(np.nanmax(known))) if np.isfinite(known).any() else Scale()
    return (np.round(known / scale.step) * scale.step).tolist(), scale


def perceived_table(preliminary: ResilienceAssessment, language: str, *, hidden: bool) -> Printed | None:
    """Return each pressure with its place among what is felt beside its place among what is measured."""
    table, city = preliminary.pressures, preliminary.assessment.city
    names = shock_and_stress_names(city, language)
    places = [number(one, language) if not math.isnan(one) else "–" for one in table["felt_rank"]]
    measured = [_measured(row, language) for row in table.to_dict("records")]
    columns = [
        (head("felt_rank", language, "votes", is_number=True), places),
        (head("pressure", language), [names.get(str(one), str(one)) for one in table["pressure"]]),
        (head("kind", language), [say(f"kind.{one}", language) for one in table["kind"]]),
        (head("mean_rank", language, "votes", is_number=True),
         [number(one, language, decimals=1) if not math.isnan(one) else "–" for one in table["mean_rank"]]),
        (head("raised", language, is_number=True),
         ["–" if math.isnan(one) else number(int(one), language) for one in table["statements"]]),
        (head("measured_by", language), measured),
    ]  # fmt: skip
    if not hidden and table["cost"].notna().any():
        rounded, scale = scaled(table["cost"])
        columns += [
            (head("cost", language, "felt", is_number=True, unit=scale.unit(city.currency, language)),
             [scale.printed(one, language, exact=exact) if not math.isnan(one) else "–"
              for one, exact in zip(rounded, table["cost"], strict=True)]),
            (head("cost_rank", language, "felt", is_number=True),
             [number(one, language) if not math.isnan(one) else "–" for one in table["cost_rank"]]),
        ]  # fmt: skip
    several = not hidden and table["cost"].notna().sum() > 1
    notes = ((say("preliminary.costs.overlap", language), "felt"),) if several else ()
    return printed("pressures", columns, language, notes=notes)


def _measured(row: Mapping[str, object], language: str) -> str:
    for name in ("hazard", "indicator"):
        if pd.notna(row[name]):
            return say(f"preliminary.measured_by.{name}", language, name=str(row[name]))
    return say("preliminary.measured_by.nothing", language)


def ranks_table(preliminary: ResilienceAssessment, language: str) -> Printed | None:
    """Return the mean rank of each pressure in each group that is shown, and below how far its voters agree."""
    table, names = preliminary.group_ranks, shock_and_stress_names(preliminary.assessment.city, language)
    felt = [one for one in preliminary.pressures["pressure"].astype(str) if one in set(table["pressure"])]
    within = preliminary.agreement[preliminary.agreement["group"].notna()].set_index("group")
    columns = [(head("pressure", language),
                [*(names.get(one, one) for one in felt), say("preliminary.agreement", language)])]  # fmt: skip
    for group, rows in table.groupby("group", sort=True):
        means = rows.set_index("pressure")["mean_rank"].reindex(felt)
        agreed = float(within["w"].get(group, math.nan))
        columns.append((head("group_voters", language, "votes", is_number=True, group=format_group(group, language),
                             count=int(rows["voters"].iloc[0])),
                        [*(number(one, language, decimals=1) for one in means),
                         number(agreed, language, decimals=2)]))  # fmt: skip
    return printed("ranks", columns, language, sums=1) if felt else None


def matrix_table(preliminary: ResilienceAssessment, language: str) -> Printed | None:
    """Return which stress (rows) worsens which shock (columns), with the share of growth where it is reckoned."""
    city, table = preliminary.assessment.city, preliminary.influences
    names = shock_and_stress_names(city, language)
    pairs = list(zip(table["stress"].astype(str), table["shock"].astype(str), strict=True))
    shares = dict(zip(pairs, table["share"], strict=True))
    matrix = influence_matrix(city.pressures, pairs)
    if not pairs or matrix.empty:
        return None
    stresses = [str(one) for one in matrix.index]
    columns = [(head("stress_below", language), [names[one] for one in stresses])]
    for shock in matrix.columns:
        told = [_influence(shares[(one, shock)], language) if matrix.loc[one, shock] else "–" for one in stresses]
        columns.append((Head(names[shock], "influence", is_number=False), told))
    return printed("matrix", columns, language, notes=((say("preliminary.matrix.none", language), "influence"),))


def _influence(share: float, language: str) -> str:
    worsens = say("preliminary.worsens", language)
    if math.isnan(share):
        return worsens
    return f"{worsens}, {format_share(share, language)}".replace(
        " %", "\u00a0%"
    )  # which does not stand alone in a line


def statements_table(
    preliminary: ResilienceAssessment, link: Link, language: str, *, district: str | None = None
) -> Printed | None:
    """Return every statement (of a district), those of one place together, with the pressure it was merged into."""
    city, table = preliminary.assessment.city, preliminary.statements
    if district is not None:
        table = table[(table["district"].astype(str) == district).to_numpy()]
    if not len(table) or not table["statement"].notna().any():
        return None
    names = shock_and_stress_names(city, language)
    table = table.assign(where=_where(table, preliminary, language))
    table = table.sort_values(["where", "kind", "row"], key=lambda one: one.str.casefold() if one.name == "where"
                              else one, kind="stable", na_position="last")  # fmt: skip
    hrefs = [link("district", str(one)) if pd.notna(one) else "" for one in table["district"]]
    columns = [
        (head("where", language), [Cell(str(one), href) for one, href in zip(table["where"], hrefs, strict=True)]),
        (head("group", language), [format_group(one, language) for one in table["group"]]),
        (head("statement", language), texts(table["statement"], language)),
        (head("kind", language), [translate("preliminary.kind.", one, language) for one in table["kind"]]),
        (head("merged_into", language), [_merged(row, names, language) for row in table.to_dict("records")]),
    ]
    return printed("statements", columns if district is None else columns[1:], language)


def _where(table: pd.DataFrame, preliminary: ResilienceAssessment, language: str) -> list[str]:
    """Return the district of each statement, or the place as it was written where no district is meant."""
    names = district_names(preliminary.assessment.focus_areas, language)
    whole = say("preliminary.whole_city", language)
    return [names.get(str(district), str(district)) if pd.notna(district) else str(place) if pd.notna(place) else whole
            for district, place in zip(table["district"], table["place"], strict=True)]  # fmt: skip


def _merged(row: Mapping[str, object], names: Mapping[str, str], language: str) -> str:
    if pd.isna(row["pressure"]):
        return say("preliminary.not_merged", language)
    name = names.get(str(row["pressure"]), str(row["pressure"]))
    if pd.isna(row["reason"]):
        return name
    if pd.isna(row["merged_by"]):
        return say("preliminary.merged_because", language, pressure=name, reason=str(row["reason"]))
    return say("preliminary.merged", language, pressure=name, by=str(row["merged_by"]), reason=str(row["reason"]))


def texts(column: pd.Series, language: str) -> list[str]:
    """Return a column as it is printed; what is missing is «not known»."""
    return [say("number.not_known", language) if pd.isna(one) else str(one) for one in column]


def programmes_table(
    preliminary: ResilienceAssessment, language: str, *, actions: pd.DataFrame | None = None
) -> Printed | None:
    """Return the actions (all, or those given): whose, where, when, with whose money, and what they answer."""
    city = preliminary.assessment.city
    table = preliminary.actions if actions is None else actions
    if not len(table):
        return None
    areas, pressures = (
        district_names(preliminary.assessment.focus_areas, language),
        shock_and_stress_names(city, language),
    )
    drivers, whole = driver_names(language), say("preliminary.whole_city", language)
    records = table.to_dict("records")
    columns = [
        (head("action", language), [_with_code(row, language) for row in records]),
        (head("owner", language), [_owner(row, language) for row in records]),
        (head("where", language), [whole if row["whole_city"] else named(row["districts"], areas, language,
                                                                         most=_MOST_NAMES) for row in records]),
        (head("years", language), [f"{format_years(row['first_year'], row['last_year'], language)}, "
                                   f"{translate('form.status.', row['status'], language)}" for row in records]),
        (head("answers", language), [named(row["pressures"], pressures, language) for row in records]),
        (head("drivers", language, "drivers"), [named(row["drivers"], drivers, language) for row in records]),
    ]  # fmt: skip
    if table["budget"].notna().any():
        rounded, scale = scaled(table["budget"])
        unit = scale.unit(city.currency, language)
        told = [scale.printed(one, language, exact=exact)
                for one, exact in zip(rounded, table["budget"], strict=True)]  # fmt: skip
        columns.insert(3, (head("budget", language, is_number=True, unit=unit), told))
    if table["fund"].notna().any():
        columns.insert(len(columns) - 3, (head("fund", language), texts(table["fund"], language)))
    return printed("actions", columns, language)


def _with_code(row: Mapping[str, object], language: str) -> str:
    name = say("number.not_known", language) if pd.isna(row["action"]) else str(row["action"])
    codes = [str(row[part]) for part in ("programme", "activity", "sub_activity") if pd.notna(row[part])]
    return f"{name} [{' / '.join(codes)}]" if codes else name


def _owner(row: Mapping[str, object], language: str) -> str:
    owner = say("number.not_known", language) if pd.isna(row["owner"]) else str(row["owner"])
    return owner if pd.isna(row["partner"]) else say("preliminary.with_partner", language, owner=owner,
                                                     partner=str(row["partner"]))  # fmt: skip


def drivers_table(preliminary: ResilienceAssessment, language: str) -> Printed | None:
    """Return each driver of the City Resilience Framework: which pressures call for it, and how many actions serve it.

    Actions that were stopped do not count. Without actions there are pressures alone; without both there is no table.
    """
    table, declared, names = preliminary.actions, preliminary.assessment.city.pressures, driver_names(language)
    called = shock_and_stress_names(preliminary.assessment.city, language)
    columns = [(head("driver", language, "drivers"), list(names.values()))]
    if any(one.drivers for one in declared):
        leaning = {driver: [one.id for one in declared if driver in one.drivers] for driver in names}
        columns.append((head("leaning", language),
                        [named(of_driver, called, language) for of_driver in leaning.values()]))
    if len(table):
        alive = table.loc[table["status"].ne("stopped").to_numpy(), "drivers"]
        counts = [sum(one in several for several in alive) for one in names]
        columns.append((head("actions", language, is_number=True), [number(one, language) for one in counts]))
    return printed("drivers", columns, language) if len(columns) > 1 else None


def critical_table(preliminary: ResilienceAssessment, figures: Figures, link: Link, language: str) -> Printed | None:
    """Return the most critical assets, whether each is exposed, and its EAD; None where no criticality is known."""
    assets = preliminary.assessment.assets
    if "criticality" not in assets or not assets["criticality"].notna().any():
        return None
    told = figures.assets.assign(criticality=assets["criticality"].to_numpy()[figures.assets["row"].to_numpy()])
    known = int(told["criticality"].notna().sum())
    told = told[told["criticality"] > 0].sort_values(["criticality", "order"], ascending=[False, True], kind="stable")
    shown = min(len(told), MOST_CRITICAL)
    note = say("preliminary.critical.shown", language, shown=shown, count=known, whole=len(assets))
    told = told.iloc[:shown]
    areas = preliminary.assessment.focus_areas
    called = part_names(told["district"], areas, "district", language)
    places = [Cell(name, link("district", str(one))) for name, one in zip(called, told["district"], strict=True)]
    columns = [
        (head("asset", language), [str(one) for one in asset_names(told)]),
        (head("asset_type", language), told["asset_type"].astype(str).tolist()),
        (head("district", language), places),
        (head("criticality", language, "critical", is_number=True),
         [number(one, language, decimals=2) for one in told["criticality"]]),
        (head("state", language, "counting"), [say(f"map.class.{STATES[int(one)]}", language)
                                               for one in told["state"]]),
    ]  # fmt: skip
    if has_money(figures) and told["ead"].notna().any():
        rounded, scale = scaled(told["ead"])
        unit = scale.unit(preliminary.assessment.city.currency, language)
        columns.append((head("ead", language, "ead", is_number=True, unit=unit),
                        [scale.printed(one, language, exact=exact)
                         for one, exact in zip(rounded, told["ead"], strict=True)]))  # fmt: skip
    return printed("critical", columns, language, notes=((note, "critical"),))
