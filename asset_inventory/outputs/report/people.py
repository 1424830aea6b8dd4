"""The tables of people: in each class of a hazard, the displaced, and what they need.

Counts are rounded here only, needs up. The public sees no number of people from 1 to 9. A sum that
leaves out districts whose numbers are withheld or not known is a lower bound, rounded down. What a
rule assumes of a district is called an assumption next to its figure.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from asset_inventory.assessment.resilience import ResilienceAssessment
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import is_few
from asset_inventory.messages import (
    knows,
    money,
    number,
    rounded_down,
    rounded_people,
    say,
)
from asset_inventory.model.library.rates import displacement_sets, fatality_models, needs, ratios
from asset_inventory.outputs.report.district_tables import shown_districts
from asset_inventory.outputs.report.resilience_tables import (
    district_column,
    in_district,
    resilience_view,
)
from asset_inventory.outputs.views import table_view as tv
from asset_inventory.outputs.views.table_view import kept_answers, years
from asset_inventory.resilience.equity import DISPLACED, EAD_PER_HEAD, EXPOSED, GROUPS, PEOPLE
from asset_inventory.risk.exposure import (
    BY_DWELLINGS,
    displaced_by_map,
    displaced_of_districts,
    needs_of,
    rounded_up,
    totals_by_class,
)

# The groups that those who run a shelter ask for first.
_GROUPS = ("under 5", "over 60", "disabled", "pregnant", "lactating")


def people_tables(
    assessment: Assessment, language: str, *, district: str | None = None
) -> list[tv.TableView]:
    """Return the tables on people of the city or a district: by class, needs, groups."""
    people, sums = _people_of(assessment, district)
    if people["people"].notna().sum() == 0:
        return []
    displaced = _displaced_of(assessment, district)
    return [
        _by_class(sums, people, assessment, language),
        *_for_displaced(displaced, sums, assessment, language),
    ]


@kept_answers
def _people_of(assessment: Assessment, district: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of PEOPLE of the city or of a district, and their totals by class."""
    people = assessment.people
    if district is not None:
        people = people.iloc[_rows_of_districts(assessment).get(district, [])]
    return people, totals_by_class(people, _count_of(assessment, district))


def _count_of(assessment: Assessment, district: str | None) -> int:
    """Return the number of districts that a sum is about."""
    return len(assessment.districts) if district is None else 1


@kept_answers
def _rows_of_districts(assessment: Assessment) -> dict[str, np.ndarray]:
    district = assessment.people["district"].astype(str)
    places = district.groupby(district, sort=False).indices
    return {str(name): np.asarray(rows) for name, rows in places.items()}


def people_sentences(count: float, assessment: Assessment, language: str) -> str:
    """Return a number of people as readers of an edition may see it: «< 10» for the public."""
    return (
        say("people.few", language) if is_few(count, assessment) else format_people(count, language)
    )


def format_people(count: float, language: str) -> str:
    """Return a number of people as it is printed: whole, «< 1» for less than one."""
    if 0 < count < 1:
        return say("people.under_one", language)
    return number(count if math.isnan(count) else round(count), language)


def rounded_need(amount: float) -> float:
    """Return an amount rounded up for print to three digits at most, since rates are estimates.

    Examples
    --------
    >>> rounded_need(281_548.0), rounded_need(804.4), rounded_need(6.1)
    (282000.0, 805.0, 7.0)
    """
    whole = rounded_up(amount)
    step = 1.0 if math.isnan(whole) else 10.0 ** max(0, len(str(int(whole))) - 3)
    return rounded_up(whole / step) * step


def _estimated(count: float) -> float:
    """Return a number of people to three digits at most, since rates are estimates."""
    return count if math.isnan(count) or count < 1 else float(rounded_people(count))


def _sum_of(
    row: tv.Row,
    amount: float,
    written: Callable[[float], str],
    assessment: Assessment,
    language: str,
    *,
    down: Callable[[float], int] = rounded_down,
) -> str:
    """Return a sum as it is `written`, or rounded `down` as a bound if it leaves districts out."""
    if not row["districts_not_known"] or math.isnan(amount):
        return written(amount)
    low = 0 if is_few(amount, assessment) else down(amount)
    return say("report.at_least", language, low=number(low, language))


def _left_out(
    rows: Sequence[tv.Row], name: str, language: str
) -> tuple[list[tv.Column], list[tuple[str, str]]]:
    """Return the column of the districts that sums of `name` leave out, and the note on these."""
    short = [row for row in rows if row["districts_not_known"]]
    columns = [tv.Column("districts_not_known", tv.NUMBER, "people")] if short else []
    if all(math.isnan(row[name]) for row in short):
        return columns, []
    return columns, [(say("report.people_least", language), "people")]


def format_class(name: str, language: str) -> str:
    """Return what a class of a set is called; a class that is a number is called by it."""
    key = f"people_class.{name.replace(' ', '_')}"
    return say(key, language) if knows(key, language) else name


def _by_class(
    sums: pd.DataFrame, people: pd.DataFrame, assessment: Assessment, language: str
) -> tv.TableView:
    names = ["people", "displaced", *(["fatalities"] if sums["fatalities"].notna().any() else [])]
    rows = sums[(sums["people"] != 0) | (sums["districts_not_known"] > 0)].to_dict("records")
    left_out, notes = _left_out(rows, "people", language)

    def written(amount: float) -> str:
        return people_sentences(amount, assessment, language)

    def count(name: str) -> tv.Column:
        def text(row: tv.Row) -> str:
            if row[name] == 0 < row["people"]:  # a rate of 0, whoever is left out
                return written(0.0)
            return _sum_of(row, row[name], written, assessment, language, down=math.floor)

        return tv.Column(name, tv.WRITTEN, "people", text)

    columns = [
        tv.Column("hazard"),
        tv.MAP,
        tv.Column("class", tv.Format(format_class, is_number=False)),
        *map(count, names),
        *left_out,
    ]
    notes += [(sentence, "people") for sentence in _notes(people, assessment, language)]
    return tv.TableView(
        name="people-by-class",
        columns=columns,
        rows=rows,
        language=language,
        caption=say("report.caption.people", language),
        notes=notes,
    )


def _notes(people: pd.DataFrame, assessment: Assessment, language: str) -> list[str]:
    """Return how people were allocated to classes, by which rates, and their authors' warnings."""
    rules = people.drop_duplicates("district")["people_rule"].astype(str)
    sentences = [
        say(
            "report.people_spread",
            language,
            dwellings=int((rules == BY_DWELLINGS).sum()),
            districts=len(rules),
        )
    ]
    if (people["people"][people["class"].astype(str) == "unknown"] > 0).any():
        sentences.append(say("report.people_unknown", language))
    without_rates = [hazard.name for hazard in assessment.city.hazards if hazard.people is None]
    if without_rates:
        sentences.append(say("report.people_without_rates", language, hazards=tuple(without_rates)))
    for hazard in assessment.city.hazards:
        if hazard.people is None or hazard.name not in set(people["hazard"].astype(str)):
            continue
        of_set = displacement_sets()[hazard.people.displacement]
        sentences.append(
            say(
                "report.people_rates",
                language,
                hazard=hazard.name,
                displacement=of_set.name,
                source=of_set.classes[0].source,
            )
        )
        if hazard.people.fatality is not None:
            model = fatality_models()[hazard.people.fatality]
            sentences.append(
                say(
                    "report.people_deaths",
                    language,
                    hazard=hazard.name,
                    fatality=model.name,
                    source=model.source,
                )
            )
            sentences += (
                [say("report.people_caveat", language, hazard=hazard.name)] if model.caveat else []
            )
    return sentences


@kept_answers
def _displaced_of(assessment: Assessment, district: str | None) -> list[tv.Row]:
    """Return a row a map with the displaced (`displaced`, of a district) and needs (`need`)."""
    table = _displaced_of_districts(assessment)
    if district is not None:
        table = table[table["district"] == district]
    rows = displaced_by_map(table, _count_of(assessment, district)).to_dict("records")
    for row in rows:
        if row["districts_not_known"] and is_few(row["displaced"], assessment):
            row["displaced"] = 0.0  # a bound too; what a few need would reveal how many they are
        row["need"] = {name: amount for name, amount, *_ in needs_of(row["displaced"])}
    return rows


@kept_answers
def _displaced_of_districts(assessment: Assessment) -> pd.DataFrame:
    return displaced_of_districts(assessment.people)


def _for_displaced(
    rows: list[tv.Row], sums: pd.DataFrame, assessment: Assessment, language: str
) -> list[tv.TableView]:
    """Return the needs of each map's displaced, and their groups by national shares."""
    shares = {ratio.group: ratio.share for ratio in ratios()}

    def estimate(count: float) -> str:
        return people_sentences(_estimated(count), assessment, language)

    def in_words(row: tv.Row, amount: float, written: Callable[[float], str]) -> str:
        return _sum_of(row, amount, written, assessment, language)

    def column(family: str, name: str, text: Callable[[tv.Row], str]) -> tv.Column:
        def withheld_or(row: tv.Row) -> str:  # what they need would reveal how many they are
            return (
                say("people_rule.withheld", language)
                if is_few(row["displaced"], assessment)
                else text(row)
            )

        heading = say(f"{family}.{name.replace(' ', '_')}", language)
        return tv.Column(name, tv.WRITTEN, "people", withheld_or, heading)

    def need(name: str) -> tv.Column:
        def written(amount: float) -> str:
            return number(rounded_need(amount), language)

        return column("need", name, lambda row: in_words(row, row["need"][name], written))

    def group(name: str) -> tv.Column:
        return column(
            "people_group",
            name,
            lambda row: in_words(row, row["displaced"] * shares[name], estimate),
        )

    def displaced(row: tv.Row) -> str:
        return in_words(row, row["displaced"], estimate)

    first = [tv.Column("hazard"), tv.MAP, tv.Column("displaced", tv.WRITTEN, "people", displaced)]
    left_out, least = _left_out(rows, "displaced", language)
    notes = [*least, (say("report.people_needs", language), "people")]
    if (sums["people"][sums["class"].astype(str) == "unknown"] > 0).any():
        notes.append((say("report.people_needs_least", language), "people"))
    return [
        tv.TableView(
            name="needs",
            columns=[*first, *(need(name) for name, *_ in needs_of(0.0)), *left_out],
            rows=rows,
            language=language,
            caption=say("report.caption.needs", language),
            notes=notes,
        ),
        tv.TableView(
            name="groups",
            columns=[*first, *map(group, _GROUPS), *left_out],
            rows=rows,
            language=language,
            caption=say("report.caption.groups", language),
            notes=least,
        ),
    ]


_OF_DISTRICTS = (PEOPLE, EXPOSED, DISPLACED, *GROUPS, EAD_PER_HEAD)


def people_of_districts(
    pra: ResilienceAssessment, link: tv.Link, language: str
) -> tv.TableView | None:
    """Return people, groups and damage per head of the shown districts, None if not known."""
    table, currency = pra.district_people, pra.assessment.city.currency
    if not len(table):
        return None
    known = {(str(row["district"]), str(row["item"])): row for row in table.to_dict("records")}

    def amount(item: str) -> tv.Column:
        def text(row: tv.Row) -> str:
            of_item = known.get((row["district"], item))
            return (
                number(math.nan, language)
                if of_item is None
                else _amount(of_item, currency, language)
            )

        return tv.Column(item, tv.WRITTEN, "groups", text, format_need(item, language))

    columns = [district_column(pra, link, language), *map(amount, _OF_DISTRICTS)]
    rows = [{"district": district} for district in shown_districts(pra)]
    return resilience_view("people-of-districts", columns, rows, language)


def people_of_district(
    pra: ResilienceAssessment, district: str, language: str
) -> tv.TableView | None:
    """Return what is known of a district's people, and its rule; None if not counted."""
    currency = pra.assessment.city.currency
    columns = [
        tv.Column("what", source=lambda row: format_need(str(row["item"]), language)),
        tv.Column("how_many", tv.WRITTEN, "groups", lambda row: _amount(row, currency, language)),
        tv.Column("told_by", source=lambda row: _rule(row, language)),
    ]
    return resilience_view(
        "people-here", columns, in_district(pra.district_people, district), language
    )


def format_need(item: str, language: str) -> str:
    """Return what an item of DISTRICT_PEOPLE is called."""
    family = (
        "people_group."
        if item in GROUPS
        else "need."
        if item in _needs()
        else "preliminary.person."
    )
    return tv.translate(family, item, language)


def _needs() -> set[str]:
    return {need.name for need in needs()}


def _amount(row: tv.Row, currency: str, language: str) -> str:
    """Return an amount, or what it lies between where it is not known."""

    def text(value: float, language: str) -> str:
        if row["item"] == EAD_PER_HEAD:
            return money(value, currency, language)
        if row["item"] in _needs():
            return number(rounded_need(value), language)
        return format_people(value, language)

    if not math.isnan(row["amount"]):
        return text(row["amount"], language)
    if math.isnan(row["amount_low"]) or math.isnan(row["amount_high"]):
        return number(math.nan, language)
    return tv.limits(text)((row["amount_low"], row["amount_high"]), language)


def _rule(row: tv.Row, language: str) -> str:
    rule = tv.translate("people_rule.", row["rule"], language)
    return say("preliminary.assumed", language, rule=rule) if row["assumed"] else rule


def products_table(pra: ResilienceAssessment, link: tv.Link, language: str) -> tv.TableView | None:
    """Return BNPB's H, V, C and products of the shown districts on each hazard's rarest map.

    None of the products is the risk; each bears its formula.
    """
    table = pra.products
    rarest = table.groupby(table["hazard"].astype(str))["return_period"].transform("max")
    here = table["district"].astype(str).isin(shown_districts(pra))
    here &= table["return_period"].eq(rarest) | rarest.isna()

    def between(name: str) -> tv.Column:
        return tv.Column(
            name,
            tv.limits(tv.decimals(2)),
            "bnpb",
            lambda row: (row[f"{name}_low"], row[f"{name}_high"]),
        )

    columns = [
        district_column(pra, link, language),
        tv.Column(
            "hazard",
            heading=say("report.head.hazard", language),
            source=lambda row: f"{row['hazard']}, {years(float(row['return_period']), language)}",
        ),
        between("index"),
        between("vulnerability"),
        tv.Column("capacity", tv.decimals(2), "bnpb"),
        tv.Column("product", note="bnpb"),
        between("value"),
    ]
    return resilience_view("products", columns, table[here.to_numpy(dtype=bool)], language)
