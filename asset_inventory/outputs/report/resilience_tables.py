"""The printed tables of statements, votes, programmes and critical assets.

A column that these readers may not know is left out; without a row there is no table.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from asset_inventory.assessment.resilience import ResilienceAssessment
from asset_inventory.messages import labelled, number, percent, say
from asset_inventory.outputs.views import table_view as tv
from asset_inventory.outputs.views.figures import Figures
from asset_inventory.outputs.views.projection import mapped_unit
from asset_inventory.outputs.views.resilience import (
    driver_names,
    format_group,
    format_years,
    named,
    shock_and_stress_names,
    theme_decision,
    theme_names,
    theme_reasons,
)
from asset_inventory.outputs.views.summary import stress_lines
from asset_inventory.outputs.views.table_view import (
    Scale,
    asset_names,
    district_names,
    part_names,
    scale_of,
)
from asset_inventory.outputs.views.tables import STATE, has_money
from asset_inventory.resilience.perceptions import influence_matrix

MOST_CRITICAL = 15
_MOST_NAMES = 6  # of districts in one cell
GROUP = tv.Format(format_group, is_number=False)


def resilience_view(
    name: str,
    columns: Sequence[tv.Column],
    rows: pd.DataFrame | Sequence[tv.Row],
    language: str,
    *,
    notes: Sequence[tuple[str, str]] = (),
    **values: object,
) -> tv.TableView | None:
    """Return a resilience table, None without a row or column; `values` fill its caption."""
    if not columns or not len(rows):
        return None
    caption = say(f"preliminary.caption.{name.replace('-', '_')}", language, **values)
    return tv.TableView(
        name=name,
        columns=columns,
        rows=rows,
        language=language,
        caption=caption,
        labels="preliminary.head.",
        notes=notes,
    )


def district_column(pra: ResilienceAssessment, link: tv.Link, language: str) -> tv.Column:
    """Return the column of what a row's district is called, with the address of its page."""
    names = district_names(pra.assessment.district_damage, language)
    return tv.Column(
        "district", tv.names_of(names), href=lambda row: link("district", str(row["district"]))
    )


def money_column(
    label: str, values: pd.Series, unit: Callable[[Scale], str], note: str = ""
) -> tv.Column:
    """Return a column of amounts in the unit of the greatest of them; `unit` writes it."""
    known = values.to_numpy(dtype=float)
    scale = scale_of(float(np.nanmax(known))) if np.isfinite(known).any() else Scale()
    return tv.Column(label, tv.money_in(scale), note, values={"unit": unit(scale)})


def _ead_column(
    label: str, values: pd.Series, pra: ResilienceAssessment, language: str, note: str
) -> tv.Column:
    """Return a column of EAD as mapped, with the year of its maps in the heading."""
    return money_column(
        label, values, lambda scale: mapped_unit(pra.assessment, scale, language), note
    )


def in_district(table: pd.DataFrame, district: str | None) -> pd.DataFrame:
    """Return the rows of a district; all without one."""
    return (
        table if district is None else table[(table["district"].astype(str) == district).to_numpy()]
    )


def perceived_table(
    pra: ResilienceAssessment, language: str, *, hidden: bool
) -> tv.TableView | None:
    """Return each shock and stress with its perceived rank and its rank among measured ones."""
    table, city = pra.shocks_and_stresses, pra.assessment.city
    columns = [
        tv.Column("perceived_rank", tv.RANK, "votes"),
        tv.Column("pressure", tv.names_of(shock_and_stress_names(city, language))),
        tv.Column("kind", tv.words("kind.")),
        tv.Column("mean_rank", replace(tv.decimals(1), missing="–"), "votes"),
        tv.Column("raised", tv.RANK, source="statements"),
        tv.Column("measured_by", source=lambda row: _measured(row, language)),
    ]
    notes: list[tuple[str, str]] = []
    if not hidden and table["cost"].notna().any():
        cost = _ead_column("cost", table["cost"], pra, language, "felt")
        columns += [
            replace(cost, format=replace(cost.format, missing="–")),
            tv.Column("cost_rank", tv.RANK, "felt"),
        ]
        if table["cost"].notna().sum() > 1:
            notes.append((say("preliminary.costs.overlap", language), "felt"))
        notes += [(line, "stress") for line in stress_lines(pra.assessment, language)]
    return resilience_view("shocks-and-stresses", columns, table, language, notes=notes)


def themes_table(pra: ResilienceAssessment, language: str) -> tv.TableView | None:
    """Return each focus area with its shocks and stresses, the reasons for it, and the decision."""
    city, table = pra.assessment.city, pra.themes
    pressures = shock_and_stress_names(city, language)
    columns = [
        tv.Column("theme", tv.names_of(theme_names(city, language))),
        tv.Column("pressures", source=lambda row: named(row["pressures"], pressures, language)),
        tv.Column("reasons", source=lambda row: theme_reasons(pra, row, language) or "–"),
        tv.Column("raised", tv.RANK, source="statements"),
        *(
            [tv.Column("actions", tv.RANK, source="programmes")]
            if table["programmes"].notna().any()
            else []
        ),
        tv.Column("choice", source=lambda row: theme_decision(pra, row["theme"], language) or "–"),
    ]
    return resilience_view("themes", columns, table, language)


def _measured(row: tv.Row, language: str) -> str:
    for name in ("hazard", "indicator"):
        if pd.notna(row[name]):
            called = labelled(name, row[name], language)
            return say(f"preliminary.measured_by.{name}", language, name=called)
    return say("preliminary.measured_by.nothing", language)


def ranks_table(pra: ResilienceAssessment, language: str) -> tv.TableView | None:
    """Return the mean rank of each pressure in each shown group, and how far its voters agree."""
    table, names = (pra.group_ranks, shock_and_stress_names(pra.assessment.city, language))
    within = pra.agreement[pra.agreement["group"].notna()].set_index("group")["w"]
    ranks = table.pivot(index="pressure", columns="group", values="mean_rank").add_prefix("rank: ")
    ranks = ranks.reindex(
        [
            pressure
            for pressure in pra.shocks_and_stresses["pressure"].astype(str)
            if pressure in ranks.index
        ]
    )
    agreed: dict[str, object] = {"pressure": say("preliminary.agreement", language), "is_sum": True}
    columns = [tv.Column("pressure", tv.names_of(names))]
    for group, voters in table.groupby("group", sort=True)["voters"].first().items():
        values = {"group": format_group(group, language), "count": int(voters)}
        figure = _rank_or_agreement(f"rank: {group}", language)
        columns.append(tv.Column("group_voters", tv.WRITTEN, "votes", figure, values=values))
        agreed[f"rank: {group}"] = float(within.get(group, math.nan))
    rows = ranks.rename_axis("pressure").reset_index().to_dict("records")
    return resilience_view("ranks", columns, [*rows, agreed], language) if rows else None


def _rank_or_agreement(column: str, language: str) -> Callable[[tv.Row], str]:
    return lambda row: number(row[column], language, decimals=2 if row.get("is_sum") else 1)


def matrix_table(pra: ResilienceAssessment, language: str) -> tv.TableView | None:
    """Return which stress (rows) worsens which shock (columns), with its computed share."""
    city, table = pra.assessment.city, pra.influences
    names = shock_and_stress_names(city, language)
    pairs = list(zip(table["stress"].astype(str), table["shock"].astype(str), strict=True))
    shares = dict(zip(pairs, table["share"], strict=True))
    matrix = influence_matrix(city.pressures, pairs)
    if not pairs or matrix.empty:
        return None
    rows = [
        {"stress_below": stress}
        | {
            shock: _influence(shares[(stress, shock)], language)
            if matrix.loc[stress, shock]
            else "–"
            for shock in matrix.columns
        }
        for stress in matrix.index
    ]
    columns = [
        tv.Column("stress_below", tv.names_of(names)),
        *(tv.Column(shock, note="influence", heading=names[shock]) for shock in matrix.columns),
    ]
    return resilience_view(
        "matrix",
        columns,
        rows,
        language,
        notes=((say("preliminary.matrix.none", language), "influence"),),
    )


def _influence(share: float, language: str) -> str:
    worsens = say("preliminary.worsens", language)
    if math.isnan(share):
        return worsens
    # the sign is not alone in a line
    return f"{worsens}, {percent(share, language)}"


def statements_table(
    pra: ResilienceAssessment, link: tv.Link, language: str, *, district: str | None = None
) -> tv.TableView | None:
    """Return the statements (of a district) by place, with the pressure of each."""
    city, table = pra.assessment.city, in_district(pra.statements, district)
    if not table["statement"].notna().any():
        return None
    names = shock_and_stress_names(city, language)
    table = table.assign(where=_where(table, pra, language))
    table = table.sort_values(
        ["where", "kind", "row"],
        key=lambda column: column.str.casefold() if column.name == "where" else column,
        kind="stable",
        na_position="last",
    )
    columns = [
        tv.Column(
            "where",
            href=lambda row: (
                link("district", str(row["district"])) if pd.notna(row["district"]) else ""
            ),
        ),
        tv.Column("group", GROUP),
        tv.Column("statement"),
        tv.Column("kind", tv.words("preliminary.kind.")),
        tv.Column("merged_into", source=lambda row: _merged(row, names, language)),
    ]
    return resilience_view(
        "statements", columns if district is None else columns[1:], table, language
    )


def _where(table: pd.DataFrame, pra: ResilienceAssessment, language: str) -> list[str]:
    """Return the district of each statement, or the place as written without a district."""
    names = district_names(pra.assessment.district_damage, language)
    whole_city = say("preliminary.whole_city", language)
    return [
        names.get(str(district), str(district))
        if pd.notna(district)
        else str(place)
        if pd.notna(place)
        else whole_city
        for district, place in zip(table["district"], table["place"], strict=True)
    ]


def _merged(row: tv.Row, names: Mapping[str, str], language: str) -> str:
    if pd.isna(row["pressure"]):
        return say("preliminary.not_merged", language)
    name = names.get(str(row["pressure"]), str(row["pressure"]))
    if pd.isna(row["reason"]):
        return name
    if pd.isna(row["merged_by"]):
        return say("preliminary.merged_because", language, pressure=name, reason=str(row["reason"]))
    return say(
        "preliminary.merged",
        language,
        pressure=name,
        by=str(row["merged_by"]),
        reason=str(row["reason"]),
    )


def programmes_table(
    pra: ResilienceAssessment, language: str, *, programmes: pd.DataFrame | None = None
) -> tv.TableView | None:
    """Return the programmes (all, or those given): where, when, budget, and what they answer."""
    city = pra.assessment.city
    table = pra.programmes if programmes is None else programmes
    areas = district_names(pra.assessment.district_damage, language)
    shocks_and_stresses, drivers = shock_and_stress_names(city, language), driver_names(language)
    whole_city = say("preliminary.whole_city", language)

    def where(row: tv.Row) -> str:
        places = named(row["districts"], areas, language, limit=_MOST_NAMES)
        return whole_city if row["whole_city"] else places

    def when(row: tv.Row) -> str:
        years = format_years(row["first_year"], row["last_year"], language)
        return f"{years}, {tv.translate('form.status.', row['status'], language)}"

    def served(row: tv.Row) -> str:
        return named(row["drivers"], drivers, language)

    columns = [
        tv.Column("action", source=lambda row: _with_code(row, language)),
        tv.Column("owner", source=lambda row: _owner(row, language)),
        tv.Column("where", source=where),
        tv.Column("years", source=when),
        tv.Column(
            "answers", source=lambda row: named(row["pressures"], shocks_and_stresses, language)
        ),
        tv.Column("drivers", tv.TEXT, "drivers", served),
    ]
    if table["fund"].notna().any():
        columns.insert(3, tv.Column("fund"))
    if table["budget"].notna().any():
        columns.insert(
            3,
            money_column(
                "budget", table["budget"], lambda scale: scale.unit(city.currency, language)
            ),
        )
    return resilience_view("programmes", columns, table, language)


def _with_code(row: tv.Row, language: str) -> str:
    name = say("number.not_known", language) if pd.isna(row["action"]) else str(row["action"])
    codes = [
        str(row[part]) for part in ("programme", "activity", "sub_activity") if pd.notna(row[part])
    ]
    return f"{name} [{' / '.join(codes)}]" if codes else name


def _owner(row: tv.Row, language: str) -> str:
    owner = say("number.not_known", language) if pd.isna(row["owner"]) else str(row["owner"])
    return (
        owner
        if pd.isna(row["partner"])
        else say("preliminary.with_partner", language, owner=owner, partner=str(row["partner"]))
    )


def drivers_table(pra: ResilienceAssessment, language: str) -> tv.TableView | None:
    """Return each driver of the City Resilience Framework: its pressures and programmes.

    Programmes that were stopped do not count. Without any there are pressures alone; without both
    there is no table.
    """
    table, declared, names = (pra.programmes, pra.assessment.city.pressures, driver_names(language))
    called = shock_and_stress_names(pra.assessment.city, language)
    alive = table.loc[table["status"].ne("stopped").to_numpy(), "drivers"]
    rows = [
        {
            "driver": driver,
            "leaning": [pressure.id for pressure in declared if driver in pressure.drivers],
            "actions": sum(driver in several for several in alive),
        }
        for driver in names
    ]
    columns = [tv.Column("driver", tv.names_of(names), "drivers")]
    if any(pressure.drivers for pressure in declared):
        columns.append(
            tv.Column("leaning", source=lambda row: named(row["leaning"], called, language))
        )
    if len(table):
        columns.append(tv.Column("actions", tv.NUMBER))
    return resilience_view("drivers", columns, rows, language) if len(columns) > 1 else None


def critical_table(
    pra: ResilienceAssessment, figures: Figures, link: tv.Link, language: str
) -> tv.TableView | None:
    """Return the most critical assets, exposure and EAD; None if criticality is not known."""
    assets = pra.assessment.assets
    if "criticality" not in assets or not assets["criticality"].notna().any():
        return None
    table = figures.assets.assign(
        criticality=assets["criticality"].to_numpy()[figures.assets["row"].to_numpy()]
    )
    known = int(table["criticality"].notna().sum())
    table = table[table["criticality"] > 0]
    table = table.sort_values(
        ["criticality", "order"], ascending=[False, True], kind="stable"
    ).iloc[:MOST_CRITICAL]
    note = say(
        "preliminary.critical.shown", language, shown=len(table), count=known, whole=len(assets)
    )
    columns = [
        tv.Column("asset", source="asset_name"),
        tv.Column("asset_type"),
        replace(district_column(pra, link, language), format=tv.TEXT, source="where"),
        tv.Column("criticality", tv.decimals(2), "critical"),
        tv.Column("state", STATE, "counting"),
    ]
    if has_money(figures) and table["ead"].notna().any():
        columns.append(_ead_column("ead", table["ead"], pra, language, "ead"))
    where = part_names(table["district"], pra.assessment.district_damage, "district", language)
    table = table.assign(asset_name=asset_names(table), where=where)
    return resilience_view("critical", columns, table, language, notes=((note, "critical"),))
