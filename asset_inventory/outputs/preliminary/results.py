"""A preliminary resilience assessment as files: its tables, the districts as a layer, and how it came about."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from asset_inventory.outputs.results import findings_in_words, totals_of
from asset_inventory.preliminary import PreliminaryAssessment, focus_areas_of, status_of_table
from asset_inventory.preliminary.forms import FILLED
from asset_inventory.sources.provenance import table_inputs
from asset_inventory.sources.runs import write_package, write_tables
from asset_inventory.sources.stored_runs import RESILIENCE, RUN, path_from, write_run
from asset_inventory.sources.whole_files import together
from asset_inventory.tables import EXERCISE, REAL

# Each table by its name on disk, and what a PreliminaryAssessment calls it.
FILES = {
    name: "indicators" if name == "district_indicators" else name
    for name in ("statements", "votes", "group_ranks", "agreement", "pressures", "influences", "district_indicators",
                 "criteria", "standings", "rank_shares", "rank_shifts", "correlations", "flood_classes",
                 "district_floods", "vulnerability", "capacity", "products", "burdens", "district_people",
                 "actions", "decisions", "findings")
}  # fmt: skip
_SEVERAL = "; "  # parts what stands in one cell, as on the forms


def write_preliminary(
    preliminary: PreliminaryAssessment, folder: Path, *, language: str, audience: str = "internal"
) -> Path:
    """Write `resilience.gpkg`, a CSV for each table that has rows, and `run.json`; return the folder.

    For the audience "public" it must be what `public_preliminary` returns. Raises SourceError where it cannot be
    written.
    """
    assessment, tables = preliminary.assessment, preliminary_tables(preliminary, language=language)
    status = status_of_run(preliminary)
    with together(folder, last=RUN, without=[folder / RUN]) as made:
        package = write_package(
            made / "resilience.gpkg", {"district_needs": districts_as_layer(preliminary)}, tables, {}, status=status,
            day=assessment.provenance.get("day"),
        )  # fmt: skip
        paths = write_tables(made, tables, status=status)
        about = {**assessment.provenance, "kind": RESILIENCE, "data_status": status, "language": language,
                 "audience": audience, "totals": totals_of(assessment)}  # fmt: skip
        about["decisions"] = int(preliminary.decisions["decision"].max()) if len(preliminary.decisions) else 0
        about["inputs"] = {**assessment.provenance["inputs"], **table_inputs(assessment.city)}
        if audience != "public":
            about["city_folder"] = path_from(folder, assessment.city.folder)
        write_run(made, about, [package, *paths])
    return folder


def preliminary_tables(preliminary: PreliminaryAssessment, *, language: str) -> dict[str, pd.DataFrame]:
    """Return the tables that have rows, by their name on disk, each with its `data_status`; findings in a language."""
    tables = {}
    for name, attribute in FILES.items():
        table = getattr(preliminary, attribute)
        # of statements that are not public no more is told than how many there are, which PRESSURES does
        if not len(table) or (name == "statements" and preliminary.is_public and table["statement"].isna().all()):
            continue
        if name == "findings":
            table = findings_in_words(table, language)
        several = {column: table[column].map(_SEVERAL.join) for column in ("districts", "pressures", "drivers")
                   if attribute == "actions"}  # fmt: skip
        status = table["data_status"] if "data_status" in table else status_of_table(preliminary, attribute)
        tables[name] = table.assign(**several, data_status=status)
    return tables


def districts_as_layer(preliminary: PreliminaryAssessment) -> gpd.GeoDataFrame:
    """Return the districts with their STANDINGS (none where nothing is compared) and whether each is a focus area."""
    districts = preliminary.assessment.districts[["district", "name", "parent", "geometry"]]
    focus = focus_areas_of(preliminary)
    standings = preliminary.standings.drop(columns="data_status")
    return districts.merge(standings, how="left", on="district").assign(
        focus_area=districts["district"].isin(focus.districts).to_numpy(), chosen_by_people=focus.chosen,
        data_status=status_of_run(preliminary),
    )  # fmt: skip


def status_of_run(preliminary: PreliminaryAssessment) -> str:
    """Return the `data_status` of the whole: exercise where the assessment, or a table that people filled in, is."""
    settings = preliminary.assessment.city.resilience
    filled = [getattr(settings, name) for name in FILLED]
    invented = any(one is not None and one.exercise for one in filled)
    return EXERCISE if invented or preliminary.assessment.provenance.get("exercise") else REAL
