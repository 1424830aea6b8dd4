"""The tables of a report on stresses: what each takes a year and the days of service lost, apart from shocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from asset_inventory.outputs.naming import part_names
from asset_inventory.outputs.printing import Scale, in_steps, scale_of
from asset_inventory.outputs.report_figures import Figures
from asset_inventory.outputs.report_tables import Cell, Head, Link, Printed, Row, area_kind, rounding
from asset_inventory.tables import known_sum
from asset_inventory.words import number, say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment


def by_stress_and_part(figures: Figures, assessment: Assessment, by: str) -> pd.DataFrame:
    """Return a row a stress and part that it reaches or may reach (`hazard`, `part`), the greatest damage first.

    `reached` and `perhaps` count assets, `yearly_damage` is what is known of their sum (currency/year) and
    `without_figure` of how many it is not; `days_lost` adds up days of service (day/year), `days_most` is the most at
    one.
    """
    stress = assessment.stress
    place = pd.Series(np.arange(len(figures.assets)), index=figures.assets["row"].to_numpy())
    inside = place.reindex(stress["asset_id"].cat.codes.to_numpy()).to_numpy()
    table, inside = stress[~np.isnan(inside)], inside[~np.isnan(inside)].astype(int)
    reached = (table["exposed_fraction"] > 0).to_numpy()
    known = pd.DataFrame({
        "hazard": table["hazard"].astype(str).to_numpy(),
        "part": figures.assets[by].iloc[inside].to_numpy(dtype=object),
        "reached": reached, "perhaps": ~reached, "without_figure": reached & table["yearly_damage"].isna().to_numpy(),
        "yearly_damage": table["yearly_damage"].where(reached).to_numpy(),
        "days_lost": table["days_lost"].where(reached).to_numpy()})  # fmt: skip
    grouped = known.groupby(["hazard", "part"], dropna=False, sort=False)
    sums = grouped[["reached", "perhaps", "without_figure"]].sum()
    sums[["yearly_damage", "days_lost"]] = grouped[["yearly_damage", "days_lost"]].sum(min_count=1)
    sums["days_most"] = grouped["days_lost"].max()
    return sums.reset_index().sort_values(
        ["hazard", "yearly_damage", "reached", "part"], ascending=[True, False, False, True], na_position="last",
        ignore_index=True)  # fmt: skip


def stress_tables(
    figures: Figures, assessment: Assessment, by: list[str], link: Link, language: str, *, hidden: bool = False
) -> list[Printed]:
    """Return a table for each column of ASSETS in `by`; none where no stress says how often it comes, or reaches them.

    With `hidden` the readers may not know what anything costs.
    """
    tables = [(column, by_stress_and_part(figures, assessment, column)) for column in by]
    return [_printed(table, column, assessment, link, language, hidden=hidden)
            for column, table in tables if len(table)]  # fmt: skip


def _printed(
    table: pd.DataFrame, by: str, assessment: Assessment, link: Link, language: str, *, hidden: bool
) -> Printed:
    currency, kind = assessment.city.currency, area_kind(by, assessment.city)
    with_money = not hidden and bool(table["yearly_damage"].notna().any())
    scale = scale_of(known_sum(table["yearly_damage"])) if with_money else Scale()
    heads = [Head(say("report.head.hazard", language), is_number=False),
             Head(say(f"report.head.{kind}", language), is_number=False)]  # fmt: skip
    money = ["yearly_damage", "without_figure"] if with_money else []
    names = ["reached", "perhaps", *money, "days_lost", "days_most"]
    heads += [Head(say(f"report.head.{name}", language, unit=scale.unit(currency, language)), "stress")
              for name in names]  # fmt: skip
    rows: list[Row] = []
    for hazard in table["hazard"].unique():
        of_hazard = table[table["hazard"] == hazard]
        rows += _rows(str(hazard), of_hazard, by, names, scale, assessment, link, language)
    notes = rounding(scale, currency, language) if with_money else ()
    caption = say("report.caption.stress", language, part=say(f"report.by.{kind}", language))
    return Printed(f"stress-by-{by}", caption, tuple(heads), tuple(rows), notes)


def _rows(
    hazard: str, table: pd.DataFrame, by: str, names: list[str], scale: Scale, assessment: Assessment, link: Link,
    language: str,
) -> Iterator[Row]:  # fmt: skip
    """Yield the rows of one stress, and their sum."""
    rounded, total = in_steps(table["yearly_damage"].to_numpy(), scale.step)
    money = [scale.printed(one, language, exact=exact)
             for one, exact in zip(rounded, table["yearly_damage"], strict=True)]  # fmt: skip
    parts = part_names(table["part"], assessment.focus_areas, by, language)
    for row, name, said in zip(table.to_dict("records"), parts, money, strict=True):
        told = {one: said if one == "yearly_damage" else _count(row[one], language) for one in names}
        yield Row((Cell(hazard), Cell(name, link(by, str(row["part"]))), *(Cell(told[one]) for one in names)))
    most = table["days_most"].max()
    sums = {one: most if one == "days_most" else known_sum(table[one]) for one in names}
    told = {one: scale.printed(total, language) if one == "yearly_damage" else _count(sums[one], language)
            for one in names}  # fmt: skip
    yield Row((Cell(hazard), Cell(say("report.total", language)), *(Cell(told[one]) for one in names)), is_sum=True)


def _count(value: float, language: str) -> str:
    return number(value if np.isnan(value) else round(float(value), 1), language)
