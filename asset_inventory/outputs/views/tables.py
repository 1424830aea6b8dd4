"""The tables of a city and its parts: assets, hazard maps, stresses, damage, and ownership of data.

Printed parts add up to their printed total.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from asset_inventory.assessment.breakdowns import CITY, damage_summary_of, ead_summary_of
from asset_inventory.assessment.run import Assessment
from asset_inventory.messages import money, number, say
from asset_inventory.model.city import City
from asset_inventory.model.tables import known_sum, rows_at
from asset_inventory.outputs.views import figures as facts
from asset_inventory.outputs.views.projection import mapped_unit, sums
from asset_inventory.outputs.views.table_view import (
    BITS,
    DAY,
    MAP,
    NUMBER,
    PERCENT,
    Column,
    Format,
    Link,
    Row,
    Scale,
    TableView,
    asset_names,
    decimals,
    in_steps,
    money_in,
    part_names,
    scale_of,
)
from asset_inventory.risk.exposure import STATES

COUNTS = ("assets", "exposed", "no_data", "not_exposed", "unusable")
FIVE = 5
MOST_HAZARDS = 4  # with a column of their own in the tables of parts
STATE = Format(
    lambda state, language: say(f"map.class.{STATES[int(state)]}", language), is_number=False
)
_PLAIN = Format(lambda value, _: str(value))


def parts_table(
    figures: facts.Figures, by: str, assessment: Assessment, link: Link, language: str
) -> TableView:
    """Return the assets of each type, district or owner: their counts on all maps and EAD."""
    table, area = facts.by_part(figures, by), area_kind(by, assessment.city)
    counts, hazards = _count_columns(bars=True), list(facts.rarest_maps(figures))
    if 1 < len(hazards) <= MOST_HAZARDS:
        counts[2:2] = [
            Column(
                f"exposed: {hazard}",
                NUMBER,
                "counting",
                share=_share_of_assets(f"exposed: {hazard}"),
                heading=say("report.head.exposed_to", language, hazard=hazard),
            )
            for hazard in hazards
        ]
    names = part_names(table["part"], assessment.district_damage, by, language)
    total = table.sum(numeric_only=True).to_dict() | {
        "name": say("report.total", language),
        "is_sum": True,
    }
    table, columns, notes = table.assign(name=names), [_part_column(area, by, link), *counts], ()
    if has_money(figures):
        scale = scale_of_sums(table)
        steps, total_ead = in_steps(table["ead"].to_numpy(), scale.step)
        table = table.assign(ead=list(zip(steps, table["ead"], strict=True)))
        for name in facts.BOUNDS[1:]:
            total[name] = float(table[name].sum()) if table[name].notna().all() else math.nan
        total["ead"] = total_ead
        unit = {"unit": scale.unit(assessment.city.currency, language)}
        columns += [
            _mapped_column(money_in(scale), scale, assessment, language),
            Column("without_figure", NUMBER, "ead"),
            _bounds_column("bounds", "ead", scale, unit),
        ]
        notes = rounding(scale, assessment.city.currency, language)
    caption = say("report.caption.parts", language, part=say(f"report.by.{area}", language))
    return TableView(
        name=f"by-{by}",
        columns=columns,
        rows=[*table.to_dict("records"), total],
        language=language,
        caption=caption,
        notes=notes,
    )


def area_kind(by: str, city: City) -> str:
    """Return "square" for the districts of a city that declares none, else the part's own word."""
    return "square" if by == "district" and city.districts is None else by


def _part_column(area: str, by: str, link: Link) -> Column:
    return Column(area, source="name", href=lambda row: link(by, str(row["part"])))


def _count_columns(*, bars: bool = False) -> list[Column]:
    """Return the columns that count assets, with bars for exposed shares on request."""
    share = {"exposed": _share_of_assets("exposed")} if bars else {}
    return [
        Column(name, NUMBER, "counting" if name != "assets" else "", share=share.get(name))
        for name in COUNTS
    ]


def _share_of_assets(name: str) -> Callable[[Row], float]:
    return lambda row: row[name] / row["assets"] if row["assets"] else math.nan


def _mapped_column(written: Format, scale: Scale, assessment: Assessment, language: str) -> Column:
    """Return the column of EAD as mapped, with the year of its maps in the heading."""
    unit = {"unit": mapped_unit(assessment, scale, language)}
    return Column("ead", written, "ead", values=unit)


def _bounds_column(label: str, name: str, scale: Scale, unit: dict[str, str]) -> Column:
    """Return the column of what a figure lies between."""
    return Column(
        label,
        Format(lambda pair, language: between(*pair, scale, language)),
        "bounds",
        values=unit,
        source=lambda row: (row[f"{name}_low"], row[f"{name}_high"]),
    )


def scale_of_sums(table: pd.DataFrame) -> Scale:
    """Return the unit of a table of EAD: that of its EAD, else of its bounds."""
    totals = [known_sum(table[name]) for name in facts.BOUNDS]
    return scale_of(next((total for total in totals if total > 0), 0.0))


def scale_of_maps(damage: pd.Series) -> Scale:
    """Return the unit of the damage on each map: that of the greatest, or the next smaller unit
    where the least would be a fraction of it.
    """
    scale = scale_of(float(np.nan_to_num(damage.max())))
    least = damage[damage > 0].min()
    return scale_of(scale.divisor / 10) if scale.key and least < scale.divisor / 10 else scale


def between(low: float, high: float, scale: Scale, language: str) -> str:
    """Return bounds as they are printed: what one lies between, or at least, or that they are not
    known.

    The lower one is rounded down and the upper one up, so that what is printed still holds.
    """
    if math.isnan(low):
        return number(low, language)
    lower = scale.printed(math.floor(low / scale.step + BITS) * scale.step, language)
    if math.isnan(high):
        return say("report.at_least", language, low=lower)
    return f"{lower} – {scale.printed(math.ceil(high / scale.step - BITS) * scale.step, language)}"


def rounding(scale: Scale, currency: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return the sentence on how the money of a table is rounded."""
    step = scale.printed(scale.step, language)
    return (
        (
            say("report.rounded", language, step=step, unit=scale.unit(currency, language)),
            "rounding",
        ),
    )


def maps_table(
    figures: facts.Figures, kinds: dict[str, str], currency: str, language: str
) -> TableView:
    """Return the states of assets on each hazard map, and their damage where any is known.

    `kinds` has "shock" or "stress" by hazard.
    """
    table = facts.by_map(figures)
    kind = Format(lambda hazard, language: say(f"kind.{kinds[hazard]}", language), is_number=False)
    columns = [
        Column("hazard"),
        Column("kind", kind, source="hazard"),
        MAP,
        *_count_columns(bars=True),
    ]
    if (table["damage"] > 0).any():
        scale = scale_of_maps(table["damage"])
        columns += [
            Column(
                "damage", money_in(scale), "damage", values={"unit": scale.unit(currency, language)}
            ),
            Column("without_figure", NUMBER, "ead"),
        ]
    return TableView(
        name="by-map",
        columns=columns,
        rows=table,
        language=language,
        caption=say("report.caption.maps", language),
    )


def exposure_counts_table(figures: facts.Figures, language: str) -> TableView:
    """Return the counts of each type's assets on each map, and their sum, which is all."""
    table, rows = facts.by_map_and_type(figures), []
    for hazard, period in figures.maps:
        of_map = table[rows_at(table, hazard, period)]
        total = {
            "hazard": hazard,
            "return_period": period,
            "asset_type": say("report.total", language),
            "is_sum": True,
        }
        rows += [*of_map.to_dict("records"), total | of_map[list(COUNTS)].sum().to_dict()]
    columns = [Column("hazard"), MAP, Column("asset_type"), *_count_columns()]
    return TableView(
        name="exposure-counts",
        columns=columns,
        rows=rows,
        language=language,
        caption=say("report.caption.exposure_counts", language),
        notes=((say("report.ledger_adds_up", language), "counting"),),
    )


def future_table(assessment: Assessment, rows: np.ndarray, language: str) -> TableView:
    """Return EAD of `rows` of ASSETS in each projected year, and the share of subsidence."""
    table, currency = sums(assessment, rows=rows), assessment.city.currency
    scale = scale_of(float(table["ead_low"].max()))
    unit = {"unit": scale.unit(currency, language)}

    def ead(row: Row, language: str) -> str:
        text = money_in(scale)(row["ead"], language)
        known = row["at_least"] and not math.isnan(row["ead"])
        return say("future.at_least", language, ead=text) if known else text

    columns = [
        Column("hazard"),
        Column("year", _PLAIN),
        Column("added_depth", decimals(2)),
        Column("ead", Format(ead), "ead", source=lambda row: row, values=unit),
        replace(
            _bounds_column("", "ead", scale, unit),
            heading=say("report.head.lies_between", language, **unit),
        ),
        Column("share", PERCENT),
        Column("without_figure", NUMBER, source="assets_without_figure"),
    ]
    return TableView(
        name="to-come",
        columns=columns,
        rows=table,
        language=language,
        caption=say("future.caption", language),
        labels="future.head.",
        notes=rounding(scale, currency, language),
    )


def worst_table(
    figures: facts.Figures,
    assessment: Assessment,
    language: str,
    *,
    by: str | None = None,
    limit: int = FIVE,
) -> TableView:
    """Return the assets with the highest EAD, without the column of `by`, the page's part."""
    rows = facts.worst(figures, limit=limit)
    rows, notes = rows.assign(name=asset_names(rows)), ()
    columns = [Column("asset", source="name"), Column("asset_id"), Column("asset_type")]
    for part in ("district", "owner"):
        if part != by and rows[part].notna().any():
            rows[part] = part_names(rows[part], assessment.district_damage, part, language)
            columns.append(Column(area_kind(part, assessment.city), source=part))
    columns.append(Column("state", STATE, "counting"))
    if has_money(figures):
        scale = scale_of_sums(rows)
        unit = {"unit": scale.unit(assessment.city.currency, language)}
        columns += [
            _mapped_column(money_in(scale), scale, assessment, language),
            _bounds_column("lies_between", "ead", scale, unit),
        ]
        if rows["ead"].isna().any() and rows["ead_low"].notna().any():
            notes = ((say("report.ranked_by_bounds", language), "bounds"),)
    return TableView(
        name="worst",
        columns=columns,
        rows=rows,
        language=language,
        caption=say("report.caption.worst", language, count=len(rows)),
        notes=notes,
    )


# fmt: off
_OWNER = Format(lambda owner, language: say("ownership.nobody", language) if pd.isna(owner) else str(owner),
                is_number=False)
# fmt: on
_FIELDS = Format(lambda names, language: field_sentences(names, language) or "–", is_number=False)


def data_table(data: pd.DataFrame, language: str) -> TableView:
    """Return OWNERSHIP as a report prints it: the owner of the data, its age, and its gaps."""
    columns = (
        Column("owner", _OWNER),
        Column("layer"),
        Column("assets", NUMBER),
        Column("data_date", DAY),
        Column("age", NUMBER, "age"),
        Column("missing_share", PERCENT, "age"),
        Column("missing_counted", _FIELDS),
        Column("without_figure", NUMBER, source="assets_without_figure"),
    )
    return TableView(
        name="data",
        columns=columns,
        rows=data,
        language=language,
        caption=say("report.caption.data", language),
    )


def ownership_table(ownership: pd.DataFrame, currency: str, language: str) -> TableView:
    """Return OWNERSHIP as a terminal prints it: the age of data, its gaps, its risk."""
    columns = (
        Column("owner", _OWNER),
        Column("layer"),
        Column("assets", NUMBER),
        Column("age", NUMBER),
        Column("missing", PERCENT, source="missing_share"),
        Column("without_figure", NUMBER, source="assets_without_figure"),
        Column("ead", Format(lambda amount, language: money(amount, currency, language))),
        Column("ead_share", PERCENT),
    )
    counted = dict.fromkeys(
        name for names in ownership["missing_counted"] if names for name in names.split(", ")
    )
    notes = (
        ((say("ownership.counted", language, names=", ".join(counted)), "age"),) if counted else ()
    )
    return TableView(
        "ownership", columns, ownership, language, labels="ownership.head.", notes=notes
    )


def field_sentences(names: str, language: str) -> str:
    """Return columns of ASSETS, as OWNERSHIP lists them, in words."""
    return ", ".join(say(f"column.{name}", language) for name in names.split(", ") if name)


def has_money(figures: facts.Figures) -> bool:
    """Return whether there is any EAD, or bounds of it, to print."""
    return bool(figures.assets[["ead", "ead_low"]].notna().any(axis=None))


# What a check prints of the files and of how many assets the maps cover


def sources_table(sources: pd.DataFrame, language: str) -> TableView:
    """Return the files that a city names: type, number of features, and extent."""
    kind = Format(lambda kind, language: say(f"check.{kind}", language), is_number=False)
    columns = [
        Column("source"),
        Column("kind", kind),
        *(Column(name, NUMBER) for name in ("count", "unusable", "west", "south", "east", "north")),
    ]
    return TableView("sources", columns, sources, language, labels="check.head.")


def coverage_table(coverage: pd.DataFrame, language: str) -> TableView:
    """Return the share of each layer that each map knows and exposes."""
    period = Format(number, missing="-")
    columns = [
        Column("source"),
        Column("hazard"),
        Column("period", period, source="return_period"),
        Column("known", PERCENT),
        Column("exposed", PERCENT),
    ]
    return TableView("coverage", columns, coverage, language, labels="check.head.")


# Stresses: what each takes a year and the days of service lost, apart from shocks


def by_chronic_hazard(figures: facts.Figures, assessment: Assessment, by: str) -> pd.DataFrame:
    """Return a row a stress and part that it reaches or may reach (`hazard`, `part`), the greatest
    damage first.

    `reached` and `perhaps` count assets, `annual_damage` is what is known of their sum
    (currency/year) and `without_figure` the number of assets without it; `disruption_days` adds up
    days of service (day/year), `days_most` is the most at one.
    """
    stress = assessment.chronic_hazards
    place = pd.Series(np.arange(len(figures.assets)), index=figures.assets["row"].to_numpy())
    inside = place.reindex(stress["asset_id"].cat.codes.to_numpy()).to_numpy()
    table, inside = stress[~np.isnan(inside)], inside[~np.isnan(inside)].astype(int)
    reached = (table["exposed_fraction"] > 0).to_numpy()
    known = pd.DataFrame(
        {
            "hazard": table["hazard"].astype(str).to_numpy(),
            "part": figures.assets[by].iloc[inside].to_numpy(dtype=object),
            "reached": reached,
            "perhaps": ~reached,
            "without_figure": reached & table["annual_damage"].isna().to_numpy(),
            "annual_damage": table["annual_damage"].where(reached).to_numpy(),
            "disruption_days": table["disruption_days"].where(reached).to_numpy(),
        }
    )
    grouped = known.groupby(["hazard", "part"], dropna=False, sort=False)
    sums = grouped[["reached", "perhaps", "without_figure"]].sum()
    sums[["annual_damage", "disruption_days"]] = grouped[["annual_damage", "disruption_days"]].sum(
        min_count=1
    )
    sums["days_most"] = grouped["disruption_days"].max()
    return sums.reset_index().sort_values(
        ["hazard", "annual_damage", "reached", "part"],
        ascending=[True, False, False, True],
        na_position="last",
        ignore_index=True,
    )


def chronic_hazard_tables(
    figures: facts.Figures,
    assessment: Assessment,
    by: list[str],
    link: Link,
    language: str,
    *,
    hidden: bool = False,
) -> list[TableView]:
    """Return a table for each column of ASSETS in `by`; none where no stress applies.

    With `hidden` the readers may not know what anything costs.
    """
    tables = [
        (
            column,
            figures.keep(lambda mine, column: by_chronic_hazard(mine, assessment, column), column),
        )
        for column in by
    ]
    return [
        _chronic_hazard_table(table, column, assessment, link, language, hidden=hidden)
        for column, table in tables
        if len(table)
    ]


def _chronic_hazard_table(
    table: pd.DataFrame, by: str, assessment: Assessment, link: Link, language: str, *, hidden: bool
) -> TableView:
    currency, area = assessment.city.currency, area_kind(by, assessment.city)
    with_money = not hidden and bool(table["annual_damage"].notna().any())
    scale = scale_of(known_sum(table["annual_damage"])) if with_money else Scale()
    rows: list[Row] = []
    for hazard, part in table.groupby("hazard", sort=False):
        steps, total = in_steps(part["annual_damage"].to_numpy(), scale.step)
        names = part_names(part["part"], assessment.district_damage, by, language)
        amounts = list(zip(steps, part["annual_damage"], strict=True))
        rows += part.assign(name=names, annual_damage=amounts).to_dict("records")
        summed = {
            name: known_sum(part[name])
            for name in ("reached", "perhaps", "without_figure", "disruption_days")
        }
        rows.append(
            summed
            | {
                "hazard": hazard,
                "name": say("report.total", language),
                "is_sum": True,
                "annual_damage": (total, 0.0),
                "days_most": part["days_most"].max(),
            }
        )
    count = Format(
        lambda value, language: number(
            value if math.isnan(value) else round(float(value), 1), language
        )
    )
    unit = {"unit": scale.unit(currency, language)}
    counts = [
        Column(name, count, "stress")
        for name in ("reached", "perhaps", "disruption_days", "days_most")
    ]
    columns = [Column("hazard"), _part_column(area, by, link), *counts]
    if with_money:
        columns[4:4] = [
            Column("annual_damage", money_in(scale), "stress", values=unit),
            Column("without_figure", count, "stress"),
        ]
    caption = say("report.caption.stress", language, part=say(f"report.by.{area}", language))
    return TableView(
        name=f"stress-by-{by}",
        columns=columns,
        rows=rows,
        language=language,
        caption=caption,
        notes=rounding(scale, currency, language) if with_money else (),
    )


# What is lost on each map and a year, for a report and a terminal


def damage_and_ead_tables(assessment: Assessment, language: str) -> dict[str, TableView | None]:
    """Return damage by map and EAD of priced hazards, by asset type; None if not known.

    The assessment must hold no more than its readers may know.
    """
    damage, ead = (
        sums_of(assessment, by=["asset_type"]) for sums_of in (damage_summary_of, ead_summary_of)
    )
    lost = damage.groupby("hazard", observed=True)["damage"].transform("max") > 0
    known = ead[["ead", "ead_low"]].notna().any(axis=None)
    return {
        "damage_summary": damage_table(damage[lost], assessment, "asset_type", language)
        if lost.any()
        else None,
        "ead_summary": ead_table(ead, assessment, "asset_type", language) if known else None,
    }


def damage_table(
    sums: pd.DataFrame, assessment: Assessment, by: str | None, language: str
) -> TableView:
    """Return DAMAGE_SUMMARY in words: a row a map and part, those of the whole city below them.

    `by` is the column of ASSETS that the parts are of, None for the city alone. A map without any
    figure has the row of the whole city alone.
    """
    scale = scale_of_maps(sums["damage"])
    amounts = ["damage", "damage_low", "damage_high"]
    unit = {"unit": scale.unit(assessment.city.currency, language)}

    def limits(row: Row, language: str) -> str:
        same = row["damage_low"] == row["damage"] == row["damage_high"]
        return "–" if same else between(row["damage_low"], row["damage_high"], scale, language)

    columns = [
        Column("hazard"),
        MAP,
        *_name_columns(by, assessment),
        Column("assets", NUMBER),
        Column("exposed", NUMBER, "counting"),
        Column("no_data", NUMBER, "counting"),
        Column("damage", money_in(scale), "damage", "amount", values=unit),
        Column("lies_between", Format(limits), "bounds", source=lambda row: row, values=unit),
        Column("without_figure", NUMBER, "damage"),
    ]
    groups = sums.groupby(["hazard", "return_period"], sort=False, dropna=False, observed=True)
    rows = [
        row
        for _, group in groups
        for row in _parts_and_city(group, "damage", assessment, by, scale, language)[
            -1 if group[amounts].isna().all(axis=None) else 0 :
        ]
    ]
    return TableView(
        name="damage-sums",
        columns=columns,
        rows=rows,
        language=language,
        caption=say("report.caption.damage_summary", language),
        notes=rounding(scale, assessment.city.currency, language),
    )


def ead_table(
    sums: pd.DataFrame, assessment: Assessment, by: str | None, language: str
) -> TableView:
    """Return EAD_SUMMARY in words: a row a hazard and part, those of the whole city below them.

    Where maps of a hazard are not nested its rows come again without the maps that cover less than
    they should.
    """
    scale = scale_of(float(np.nan_to_num(sums[["ead", "ead_low"]].max().max())))
    unit = {"unit": scale.unit(assessment.city.currency, language)}

    def ead(row: Row, language: str) -> str:
        bounds_only = row["rule"] == "bounds only"
        return (
            say("report.bounds_only", language)
            if bounds_only
            else money_in(scale)(row["amount"], language)
        )

    def limits(row: Row, language: str) -> str:
        void = row["rule"] == "bounds void"
        return (
            say("report.no_bounds", language)
            if void
            else between(row["ead_low"], row["ead_high"], scale, language)
        )

    columns = [
        Column("hazard"),
        *_name_columns(by, assessment),
        Column("assets", NUMBER),
        replace(_mapped_column(Format(ead), scale, assessment, language), source=lambda row: row),
        Column("lies_between", Format(limits), "bounds", source=lambda row: row, values=unit),
        Column("without_figure", NUMBER, "ead"),
        Column("maps", Format(_maps, is_number=False), "bounds", source=lambda row: row),
    ]
    groups = sums.groupby(["hazard", "left_out"], sort=False, dropna=False, observed=True)
    rows = [
        row
        for _, group in groups
        for row in _parts_and_city(group, "ead", assessment, by, scale, language)
    ]
    refuted = (
        ((say("report.maps_refuted", language), "bounds"),)
        if sums["left_out"].notna().any()
        else ()
    )
    return TableView(
        name="ead-sums",
        columns=columns,
        rows=rows,
        language=language,
        caption=say("report.caption.ead_summary", language),
        notes=(*refuted, *rounding(scale, assessment.city.currency, language)),
    )


def _name_columns(by: str | None, assessment: Assessment) -> Sequence[Column]:
    return (Column(area_kind(by, assessment.city), source="name"),) if by else ()


def _parts_and_city(
    sums: pd.DataFrame,
    column: str,
    assessment: Assessment,
    by: str | None,
    scale: Scale,
    language: str,
) -> list[Row]:
    """Return rows of parts and of the city, each with `name` and sum in steps (`amount`).

    Where the parts are all of the city they add up to what is printed of it.
    """
    parts, city = sums[(sums["by"] == by).to_numpy()], sums[(sums["by"] == CITY).to_numpy()].iloc[0]
    exact = parts[column].to_numpy()
    if len(parts) and parts["assets"].sum() == city["assets"]:
        steps, total = in_steps(exact, scale.step)
    else:
        steps, total = scale.rounded(exact), _whole(city[column], scale)
    names = part_names(parts["part"], assessment.district_damage, by or "", language)
    rows = parts.assign(name=names, amount=list(zip(steps, exact, strict=True))).to_dict("records")
    summed = {
        "name": say("report.total", language),
        "amount": (total, city[column]),
        "is_sum": bool(by),
    }
    return [*rows, city.to_dict() | summed]


def _whole(amount: float, scale: Scale) -> float:
    return (
        math.nan
        if math.isnan(amount)
        else math.floor(amount / scale.step + 0.5 + BITS) * scale.step
    )


def _maps(row: Row, language: str) -> str:
    """Return on how many maps a figure rests, and which were left out for it."""
    count = int(row["maps"])
    if pd.isna(row["left_out"]):
        return number(count, language)
    return say("report.maps_without", language, maps=count, periods=row["left_out"])
