"""A report in sentences: results, and what to survey next, of a city, district or department."""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import WITHHELD
from asset_inventory.messages import (
    labelled,
    money,
    number,
    percent,
    rounded_down,
    rounded_people,
    say,
)
from asset_inventory.model.tables import OUTSIDE_DISTRICTS, known_sum
from asset_inventory.outputs.views import figures as facts
from asset_inventory.outputs.views.projection import (
    bridge_sentence,
    terrain_of,
    today_sentences,
)
from asset_inventory.outputs.views.summary import (
    exposed_line,
    five_lines,
    left_out,
    not_assessed,
    not_ranked_sentences,
)
from asset_inventory.outputs.views.table_view import (
    asset_names,
    format_day,
    part_names,
    years,
)
from asset_inventory.outputs.views.tables import area_kind, field_sentences
from asset_inventory.risk.annual_damage import has_figure
from asset_inventory.risk.dependence import is_known
from asset_inventory.risk.exposure import STATES


def ten_sentences(
    assessment: Assessment,
    figures: facts.Figures,
    language: str,
    *,
    hidden: bool = False,
    priority: str = "",
) -> list[str]:
    """Return the results of a city in at most ten sentences, with what is not known: first what
    damage is expected and which districts have priority.

    With `hidden` the readers may not know what anything is worth, nor what it may cost. `priority`
    are the priority districts of a resilience assessment, in the place of the indicator.
    """
    inventory, _, cost, first, *_ = five_lines(assessment, language)
    first = " ".join((priority or first, *not_ranked_sentences(assessment, language)))
    exposed = " ".join([exposed_line(assessment, language), *not_assessed(assessment, language)])
    if not len(figures.assets):
        return [say("report.no_public_assets", language)] if hidden else [inventory]
    if not figures.maps:
        return [inventory, exposed, say("report.no_maps", language), _oldest(assessment, language)]
    currency = assessment.city.currency
    if hidden:
        damage, more = [say("report.money_not_public", language)], []
    else:
        damage = [
            cost,
            *bridge_sentence(assessment, language),
            *_hazards_in_it(assessment, figures, language),
        ]
        more = [
            *_of_value(figures, currency, language),
            *_greatest_type(figures, currency, language),
            *_greatest_asset(assessment, figures, language),
        ]
    return [
        inventory,
        " ".join(damage),
        first,
        exposed,
        _share_exposed(figures, language),
        *more,
        _people(assessment, language),
        _oldest(assessment, language),
    ]


def omitted(assessment: Assessment, language: str) -> list[str]:
    """Return why a layer or hazard is in no figure, a sentence each."""
    return left_out(assessment, language)


def part_sentences(
    assessment: Assessment,
    figures: facts.Figures,
    city_figures: facts.Figures,
    language: str,
    *,
    area: pd.Series | None = None,
    hidden: bool = False,
) -> list[str]:
    """Return the results of a part of the city; `area` is its row of DISTRICT_DAMAGE, if any."""
    if not len(figures.assets):
        return [say("report.no_assets", language), *_people_here(area, language)]
    if not figures.maps:
        return [say("report.no_maps", language)]
    currency = assessment.city.currency
    money_sentences = (
        [say("report.money_not_public", language)]
        if hidden
        else [
            _part_cost(assessment, figures, city_figures, language),
            *_of_value(figures, currency, language),
            *_value_exposed(figures, currency, language),
            *_greatest_asset(assessment, figures, language),
        ]
    )
    return [
        _share_exposed(figures, language),
        *_rarest(figures, language),
        *money_sentences,
        *_rank(area, assessment, language),
        *_people_here(area, language),
    ]


def survey_next(
    assessment: Assessment, figures: facts.Figures, data: pd.DataFrame, language: str
) -> list[str]:
    """Return what to survey next, the most assets first: places, values, floors, hazards, fields,
    dates.

    `data` is OWNERSHIP of these assets.
    """
    assets = figures.assets
    usable, priced = assets["usable"].astype(bool), assets["value"].notna()
    maps = [
        (row["no_data"], {"hazard": row["hazard"], "map": years(row["return_period"], language)})
        for row in _rarest_maps(figures).to_dict("records")
    ]
    unpriced = usable & priced & assets["ead"].isna() & _could_have_ead(assessment)
    counted = [
        ("report.survey.place", int((~usable).sum()), {}),
        ("report.survey.value", int((~priced).sum()), {}),
        ("report.survey.figure", int(unpriced.sum()), {}),
        ("report.survey.floor", _floors_unknown(assessment, figures), {}),
        *(("report.survey.hazard", count, arguments) for count, arguments in maps),
    ]
    sentences = [
        say(key, language, count=count, **arguments)
        for key, count, arguments in sorted(counted, key=lambda entry: -entry[1])
        if count
    ]
    sentences += [
        say(
            "report.survey.fields",
            language,
            layer=row["layer"],
            share=percent(row["missing_share"], language),
            fields=field_sentences(row["missing_counted"], language),
        )
        for row in data.to_dict("records")
        if row["missing_share"] > 0
    ]
    undated = data["layer"][data["data_date"].isna()].unique().tolist()
    if undated:
        sentences.append(say("report.survey.date", language, layers=tuple(undated)))
    return sentences or [say("report.survey.nothing", language)]


def _could_have_ead(assessment: Assessment) -> bool:
    """Return whether a hazard has enough maps for EAD, so that an asset without it lacks data."""
    return bool(has_figure(assessment.ead).any())


def _floors_unknown(assessment: Assessment, figures: facts.Figures) -> int:
    """Count exposed assets without the floor height that their curve needs; not roads."""
    priced = {rule.hazard for rule in assessment.city.curves}
    deep = [
        hazard.name
        for hazard in assessment.city.hazards
        if hazard.unit == "m" and hazard.name in priced
    ]
    if "floor_height" not in figures.assets:
        return 0
    exposed = np.zeros(len(figures.assets), dtype=bool)
    for hazard, place in facts.rarest_maps(figures).items():
        exposed |= (figures.states[:, place] == STATES.index("exposed")) & (hazard in deep)
    shapes = assessment.assets.geometry.to_numpy()[figures.assets["row"].to_numpy()]
    floors = shapely.get_dimensions(shapes) != 1
    return int((exposed & floors & figures.assets["floor_height"].isna().to_numpy()).sum())


def _share_exposed(figures: facts.Figures, language: str) -> str:
    counts = facts.counts(figures)
    share = (
        percent(counts["exposed"] / counts["assets"], language)
        if counts["assets"]
        else number(math.nan, language)
    )
    return say(
        "report.exposed_share",
        language,
        count=counts["assets"],
        share=share,
        **{name: counts[name] for name in ("exposed", "no_data", "not_exposed", "unusable")},
    )


def _rarest_maps(figures: facts.Figures) -> pd.DataFrame:
    """Return of each hazard the row of its rarest map, or of its scenario."""
    return facts.by_map(figures).iloc[list(facts.rarest_maps(figures).values())]


def _hazards_in_it(assessment: Assessment, figures: facts.Figures, language: str) -> list[str]:
    """Return which hazards the sum of EAD has or lacks, and whether it is reliable."""
    ead = assessment.ead
    inside = set(ead["hazard"][ead["ead"].notna()].astype(str))
    if not inside or not is_known(assessment.joint_ead, assessment.exposure, ead):
        return []
    hazards = list(facts.rarest_maps(figures))
    others = [hazard for hazard in hazards if hazard not in inside]
    named = tuple(hazard for hazard in hazards if hazard in inside)
    sentences = []
    if others:
        listed = _listed(others, language)
        sentences.append(say("report.ead_of_some", language, hazards=named, others=listed))
    elif len(inside) == 1:  # several hazards are named where their EAD is added up
        sentences.append(say("report.ead_of", language, hazards=named))
    void = ead["asset_id"][(ead["rule"] == "bounds void").to_numpy()].nunique()
    return [*sentences, say("report.ead_void", language, count=void)] if void else sentences


def _listed(hazards: Iterable[str], language: str) -> str:
    return ", ".join(labelled("hazard", hazard, language) for hazard in hazards)


def _rarest(figures: facts.Figures, language: str) -> list[str]:
    parts = [
        say(
            "report.on_map",
            language,
            hazard=row["hazard"],
            map=years(row["return_period"], language),
            exposed=row["exposed"],
            no_data=row["no_data"],
        )
        for row in _rarest_maps(figures).to_dict("records")
    ]
    return ["; ".join(parts) + "."] if parts else []


def _of_value(figures: facts.Figures, currency: str, language: str) -> list[str]:
    both = figures.assets[figures.assets[["ead", "value"]].notna().all(axis=1)]
    value = known_sum(both["value"])
    if not value > 0:
        return []
    share = percent(known_sum(both["ead"]) / value, language)
    return [
        say(
            "report.of_value",
            language,
            share=share,
            value=money(value, currency, language),
            count=len(both),
        )
    ]


def _greatest_type(figures: facts.Figures, currency: str, language: str) -> list[str]:
    table = facts.by_part(figures, "asset_type")
    total = known_sum(table["ead"])
    if not total > 0:
        return []
    first = table.iloc[0]
    return [
        say(
            "report.greatest_type",
            language,
            type=str(first["part"]),
            ead=money(first["ead"], currency, language),
            share=percent(first["ead"] / total, language),
            count=int(first["assets"]),
        )
    ]


def _greatest_asset(assessment: Assessment, figures: facts.Figures, language: str) -> list[str]:
    first = facts.worst(figures, limit=1)
    if first.empty or not first["ead"].iloc[0] > 0:
        return []
    district = part_names(first["district"], assessment.districts, "district", language)[0]
    return [
        say(
            "report.greatest_asset",
            language,
            asset=str(asset_names(first)[0]),
            type=first["asset_type"].iloc[0],
            district=district,
            ead=money(first["ead"].iloc[0], assessment.city.currency, language),
        )
    ]


def _value_exposed(figures: facts.Figures, currency: str, language: str) -> list[str]:
    exposed = figures.assets[figures.assets["state"] == STATES.index("exposed")]
    value = known_sum(exposed["value"])
    if math.isnan(value):
        return []
    counted = int(exposed["value"].notna().sum())
    return [
        say("report.value_exposed", language, count=counted, value=money(value, currency, language))
    ]


def _part_cost(
    assessment: Assessment, figures: facts.Figures, city_figures: facts.Figures, language: str
) -> str:
    currency = assessment.city.currency
    total, city = facts.total_of(figures), known_sum(city_figures.assets["ead"])
    terrain = terrain_of(assessment, language)
    bounds, missing = bounds_sentence(total, currency, language), int(total["without_figure"])
    if not math.isnan(total["ead"]):
        share = percent(total["ead"] / city, language) if city > 0 else number(math.nan, language)
        key = "report.part_ead_partly" if missing else "report.part_ead"
        mapped = say(
            key,
            language,
            terrain=terrain,
            ead=money(total["ead"], currency, language),
            share=share,
            bounds=bounds,
            count=missing,
        )
        rows = figures.assets["row"].to_numpy()
        return " ".join([mapped, *today_sentences(assessment, language, rows=rows)])
    if not math.isnan(total["ead_low"]):
        return say("report.part_bounds", language, terrain=terrain, bounds=bounds)
    return say("report.part_no_ead", language)


def bounds_sentence(total: pd.Series, currency: str, language: str) -> str:
    """Return the bounds of a row of sums in words: a range, a minimum, or not known."""
    low, high = (money(total[name], currency, language) for name in ("ead_low", "ead_high"))
    if math.isnan(total["ead_low"]):
        return low
    open_ended = math.isnan(total["ead_high"])
    bounds = (
        say("report.at_least", language, low=low)
        if open_ended
        else say("map.low_to_high", language, low=low, high=high)
    )
    if total["ead"] < total["ead_low"]:  # never of one hazard alone
        return say("map.bounds_of_more", language, bounds=bounds)
    return bounds


def _rank(area: pd.Series | None, assessment: Assessment, language: str) -> list[str]:
    if area is None or math.isnan(area["rank"]):
        return []
    ranked = int(assessment.district_damage["rank"].notna().sum())
    key = f"report.rank.{area_kind('district', assessment.city)}"
    return [say(key, language, rank=str(int(area["rank"])), count=ranked)]


def _people_here(area: pd.Series | None, language: str) -> list[str]:
    people = "" if area is None else people_sentence(area, language)
    return [say("report.people_here", language, people=people)] if people else []


def people_sentence(area: pd.Series, language: str) -> str:
    """Return the exposed people of a row of DISTRICT_DAMAGE as printed, "" where not known."""
    rule = str(area["people_rule"])
    if rule in WITHHELD:
        return say(f"people_rule.{rule.replace(' ', '_')}", language)
    if math.isnan(area["people_exposed"]):
        return ""
    explanation = say(f"people_rule.{rule.replace(' ', '_')}", language)
    people = rounded_people(area["people_exposed"])
    about = (
        say("report.about", language, count=people) if people >= 1000 else number(people, language)
    )
    return f"{about} ({explanation})"


def residents_exposed(assessment: Assessment) -> tuple[int, int, int]:
    """Return how many residents of districts live in mapped hazard zones, and for how many districts
    that is withheld, or not known.
    """
    areas = assessment.district_damage[
        assessment.district_damage["district"].astype(str) != OUTSIDE_DISTRICTS
    ]
    known, withheld = areas["people_exposed"].notna(), areas["people_rule"].isin(WITHHELD)
    people = int(np.round(areas["people_exposed"][known]).sum())
    return people, int(withheld.sum()), int((~known & ~withheld).sum())


def _people(assessment: Assessment, language: str) -> str:
    people, withheld, missing = residents_exposed(assessment)
    areas = assessment.district_damage["district"].astype(str) != OUTSIDE_DISTRICTS
    if missing == areas.sum():
        return say("report.people_not_known", language)
    if not withheld and not missing:
        return say("report.people", language, people=rounded_people(people))
    if not people:
        return say("report.people_few", language, count=withheld, missing=missing)
    return say(
        "report.people_at_least",
        language,
        people=rounded_down(people),
        count=withheld,
        missing=missing,
    )


def _oldest(assessment: Assessment, language: str) -> str:
    known = {
        layer.name: layer.source.date.isoformat()
        for layer in assessment.city.assets
        if layer.source.date
    }
    # what was handed in since is as new as that
    for row in assessment.ownership.to_dict("records"):
        if not pd.isna(row["data_date"]):
            known[str(row["layer"])] = str(row["data_date"])
    if not known:
        return say("report.no_dates", language)
    layer = min(known, key=lambda name: (known[name], name))
    undated = sum(layer.name not in known for layer in assessment.city.assets)
    key = "report.oldest_of_dated" if undated else "report.oldest"
    return say(key, language, layer=layer, date=format_day(known[layer], language), count=undated)
