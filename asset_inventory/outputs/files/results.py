"""The results of an assessment, and of its resilience part, as files: GeoPackage, CSV, `run.json`."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.assessment.breakdowns import damage_summary_of, ead_summary_of
from asset_inventory.assessment.provenance import table_inputs
from asset_inventory.assessment.resilience import (
    ResilienceAssessment,
    priority_districts_of,
    status_of_table,
)
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import visible_tables
from asset_inventory.io.atomic import together
from asset_inventory.io.stored_runs import RESILIENCE, RUN, path_from, write_run
from asset_inventory.io.table_files import KINDS, write_package, write_tables
from asset_inventory.messages import describe_finding
from asset_inventory.model.data_status import status_word
from asset_inventory.model.tables import TABLES, known_sum
from asset_inventory.outputs.map.city_layer import letters_of_states
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.qgis_styles import ASSETS, qgis_style
from asset_inventory.outputs.views.style import ead_classes, exposure_classes, score_classes
from asset_inventory.resilience.district_damage import by_parent
from asset_inventory.risk.exposure import STATES, exposed_share

# written only where there is something in them
_WHERE_ANY = ("non_monotonic", "chronic_hazards", "future_ead")
_LAYERS = ("assets", "district_damage", "non_monotonic")
# fmt: off
_TABLES = ("exposure", "damage", "ead", "joint_ead", "chronic_hazards", "future_ead",
           "damage_summary", "ead_summary", "exposure_counts", "scores",
           "ownership", "findings")
# fmt: on


@in_city_words
def write_results(assessment: Assessment, folder: Path, *, language: str) -> Path:
    """Write `results.gpkg` with styles, a CSV a table, and `run.json`; return the folder.

    An assessment with a day gives the same bytes whenever it is written; `run.json` lists the
    SHA-256 of the other files. Raises SourceError where it cannot be written.
    """
    status = status_of(assessment)
    written = result_tables(assessment, language=language)
    tables = {name: table for name, table in written.items() if name not in _LAYERS}
    layers = {name: written[name] for name in _LAYERS if name in written}
    drawn = visible_tables({"assets": asset_figures(assessment)}, assessment)
    with together(folder, last=RUN, without=[folder / RUN]) as staging:
        package = write_package(
            staging / "results.gpkg",
            layers | drawn,
            tables,
            _styles(assessment, layers["district_damage"], language),
            status=status,
            day=assessment.provenance.get("day"),
        )
        paths = write_tables(staging, written, status=status)
        about = {
            **assessment.provenance,
            "data_status": status,
            "exposure_counts": _totals_by_map(assessment),
        }
        about |= {
            "language": language,
            "audience": assessment.audience,
            "totals": totals_of(assessment),
        }
        if assessment.audience != "public":
            about["city_folder"] = path_from(folder, assessment.city.folder)
        write_run(staging, about, [package, *paths])
    return folder


@in_city_words
def result_tables(assessment: Assessment, *, language: str) -> dict[str, pd.DataFrame]:
    """Return the tables that become CSV, by name, as readers may hold them, findings in words."""
    sums = {
        "damage_summary": damage_summary_of(assessment),
        "ead_summary": ead_summary_of(assessment),
    }
    tables = {
        name: sums[name] if name in sums else getattr(assessment, name)
        for name in (*_LAYERS, *_TABLES)
    }
    tables = {name: table for name, table in tables.items() if name not in _WHERE_ANY or len(table)}
    tables |= {
        name: getattr(assessment, name)
        for name in ("people_exposed", "people")
        if len(getattr(assessment, name))
    }
    tables["findings"] = findings_in_words(assessment.findings, language)
    if assessment.district_damage["parent"].notna().any():
        tables["district_damage_by_parent"] = by_parent(assessment.district_damage)
    return visible_tables(tables, assessment)


def totals_of(assessment: Assessment) -> dict[str, float]:
    """Return the city's assets, and the sums of EAD and its bounds (currency/year), or NaN."""
    sums = {name: known_sum(assessment.joint_ead[name]) for name in ("ead", "ead_low", "ead_high")}
    return {"assets": len(assessment.assets), **sums}


def status_of(assessment: Assessment) -> str:
    """Return the `data_status` of what has none: exercise where anything in the run is."""
    return status_word(bool(assessment.provenance.get("exercise")))


def _totals_by_map(assessment: Assessment) -> list[dict[str, object]]:
    states = ["assets", "exposed", "not_exposed", "no_data", "unusable"]
    maps = assessment.exposure_counts.groupby(
        ["hazard", "return_period"], dropna=False, observed=True
    )
    return maps[states].sum().reset_index().to_dict("records")


def _styles(assessment: Assessment, areas: pd.DataFrame, language: str) -> dict[str, str]:
    """Return a QGIS style for each layer; areas by EAD where readers may know it, else by score."""
    styles = {
        f"assets_{plural}": qgis_style(
            exposure_classes(), "state", geometry, ASSETS, language=language
        )
        for plural, geometry in zip(KINDS.values(), ("point", "line", "polygon"), strict=True)
    }
    if "ead" in areas:
        classes = ead_classes(
            assessment.district_damage["ead"], breaks=assessment.city.map.ead_breaks or ()
        )
    else:
        classes = score_classes()
    column, currency = ("ead" if "ead" in areas else "score"), assessment.city.currency
    styles["district_damage"] = qgis_style(
        classes, column, "polygon", language=language, currency=currency
    )
    return styles


def findings_in_words(findings: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return FINDINGS with the sentence and remedy of each (`sentence`, `remedy`) in a language."""
    texts = [describe_finding(row, language) for row in findings.to_dict("records")]
    return findings.assign(
        sentence=[sentence for sentence, _ in texts], remedy=[remedy for _, remedy in texts]
    )


def disruption_days_of(assessment: Assessment) -> dict[str, np.ndarray]:
    """Return each asset's days of service lost a year, `disruption_days` of the worst stress.

    Days of two stresses may be the same days. NaN where a stress is not known; nothing where no
    stress has days.
    """
    stress = assessment.chronic_hazards
    if not len(stress):
        return {}
    days = np.zeros(len(assessment.assets))
    with np.errstate(invalid="ignore"):
        np.maximum.at(
            days,
            stress["asset_id"].cat.codes.to_numpy(),
            stress["disruption_days"].to_numpy(dtype=float),
        )
    days[~assessment.assets["usable"].to_numpy(dtype=bool)] = np.nan
    return {"disruption_days": days}


def asset_figures(assessment: Assessment) -> gpd.GeoDataFrame:
    """Return ASSETS with what GIS staff look for with each.

    `state` under the worst map, `state_by_map` under each (see `letters_of_states`),
    `exposed_share` (0-1, the greatest over all maps), EAD of all hazards together and its bounds
    (currency/year), the days of service lost to a stress (day/year; no such column where no stress
    states how often it comes), and the score; NaN where not known.
    """
    assets, exposure = assessment.assets, assessment.exposure
    size, row = len(assets), exposure["asset_id"].cat.codes.to_numpy()
    share = exposed_share(assets, exposure)
    state = np.where(assets["usable"], 0, 3)
    state[row] = 2  # every row of EXPOSURE is touched or unknown
    state[(share.least > 0) & assets["usable"].to_numpy()] = 1
    figures = assessment.joint_ead[["ead", "ead_low", "ead_high"]]
    return assets.assign(
        state=pd.Categorical.from_codes(state, categories=list(STATES)),
        state_by_map=letters_of_states(assessment),
        exposed_share=share.known,
        **{name: figures[name].to_numpy() for name in figures},
        **disruption_days_of(assessment),
        score=assessment.scores["score"].to_numpy()
        if len(assessment.scores)
        else np.full(size, np.nan),
        data_status=status_of(assessment),
    )


# Each table by its name on disk, which is that of the attribute of a ResilienceAssessment.
# fmt: off
FILES = ("statements", "votes", "group_ranks", "agreement", "shocks_and_stresses", "influences", "district_indicators",
         "criteria", "district_ranking", "rank_acceptability", "rank_sensitivity", "correlations", "flood_classes",
         "district_floods", "vulnerability", "capacity", "products", "loss_distribution", "district_people",
         "programmes", "themes", "decisions", "findings")
# fmt: on
_SEVERAL = "; "  # separates the words in one cell, as on the forms


@in_city_words
def write_resilience(pra: ResilienceAssessment, folder: Path, *, language: str) -> Path:
    """Write `resilience.gpkg`, a CSV for each table that has rows, and `run.json`; return the
    folder.

    Raises SourceError where it cannot be
    written.
    """
    assessment, tables = pra.assessment, resilience_tables(pra, language=language)
    status = status_of_run(pra)
    with together(folder, last=RUN, without=[folder / RUN]) as staging:
        package = write_package(
            staging / "resilience.gpkg",
            {"district_comparison": districts_as_layer(pra)},
            tables,
            {},
            status=status,
            day=assessment.provenance.get("day"),
        )
        paths = write_tables(staging, tables, status=status)
        about = {
            **assessment.provenance,
            "kind": RESILIENCE,
            "data_status": status,
            "language": language,
            "audience": assessment.audience,
            "totals": totals_of(assessment),
        }
        about["decisions"] = int(pra.decisions["decision"].max()) if len(pra.decisions) else 0
        about["inputs"] = {**assessment.provenance["inputs"], **table_inputs(assessment.city)}
        if assessment.audience != "public":
            about["city_folder"] = path_from(folder, assessment.city.folder)
        write_run(staging, about, [package, *paths])
    return folder


@in_city_words
def resilience_tables(pra: ResilienceAssessment, *, language: str) -> dict[str, pd.DataFrame]:
    """Return the tables with rows by file name, with their `data_status`, findings in words."""
    tables = {}
    for name in FILES:
        table = getattr(pra, name)
        # statements that are not public are only counted, which SHOCKS_AND_STRESSES does
        if not len(table) or (
            name == "statements"
            and pra.assessment.audience == "public"
            and table["statement"].isna().all()
        ):
            continue
        if name == "findings":
            table = findings_in_words(table, language)
        several = {
            column.name: table[column.name].map(_SEVERAL.join)
            for column in TABLES[name.upper()].columns
            if column.kind == "any" and name in ("programmes", "themes")
        }
        status = table["data_status"] if "data_status" in table else status_of_table(pra, name)
        tables[name] = table.assign(**several, data_status=status)
    return tables


def districts_as_layer(pra: ResilienceAssessment) -> gpd.GeoDataFrame:
    """Return the districts with their DISTRICT_RANKING and whether each is a priority district."""
    districts = pra.assessment.districts[["district", "name", "parent", "geometry"]]
    focus = priority_districts_of(pra)
    standings = pra.district_ranking.drop(columns="data_status")
    return districts.merge(standings, how="left", on="district").assign(
        priority_district=districts["district"].isin(focus.districts).to_numpy(),
        chosen_by_people=focus.chosen,
        data_status=status_of_run(pra),
    )


def status_of_run(pra: ResilienceAssessment) -> str:
    """Return the `data_status` of the whole: exercise where any of its inputs is."""
    filled = pra.assessment.city.resilience.filled.values()
    invented = any(table.exercise for table in filled)
    return status_word(invented or bool(pra.assessment.provenance.get("exercise")))
