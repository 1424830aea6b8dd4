"""The results of an assessment as files: a styled GeoPackage, CSV tables, and how it came about."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment import Assessment
from asset_inventory.outputs.style import ead_classes, exposure_classes, qgis_style
from asset_inventory.resilience.scores import annual_figure
from asset_inventory.risk.exposure import STATES
from asset_inventory.sources.runs import KINDS, write_json, write_package, write_tables
from asset_inventory.tables import EXERCISE, REAL

_TABLES = ("exposure", "damage", "ead", "ledger", "scores", "findings")


def write_results(assessment: Assessment, folder: Path, *, language: str) -> Path:
    """Write `results.gpkg`, styled with legends in a language, a CSV for each table, and `run.json`; return the folder.

    Raises SourceError when the folder cannot be written.
    """
    status = EXERCISE if assessment.provenance.get("exercise") else REAL
    tables = {name: getattr(assessment, name) for name in _TABLES}
    drawn = asset_figures(assessment)
    styles = {
        f"assets_{kind}": qgis_style(exposure_classes(), "state", geometry, language=language)
        for kind, geometry in zip(KINDS.values(), ("point", "line", "polygon"), strict=True)
    }
    styles["focus_areas"] = qgis_style(
        ead_classes(assessment.focus_areas["ead"]),
        "ead",
        "polygon",
        language=language,
        currency=assessment.city.currency,
    )
    write_package(
        folder / "results.gpkg", {"assets": drawn, "focus_areas": assessment.focus_areas}, tables, styles, status=status
    )
    write_tables(folder, {"assets": assessment.assets, "focus_areas": assessment.focus_areas, **tables}, status=status)
    totals = (
        assessment.ledger.groupby(["hazard", "return_period"], dropna=False, observed=True)[
            ["assets", "exposed", "not_exposed", "unknown", "unusable"]
        ]
        .sum()
        .reset_index()
    )
    write_json(
        folder / "run.json", {**assessment.provenance, "data_status": status, "ledger": totals.to_dict("records")}
    )
    return folder


def asset_figures(assessment: Assessment) -> gpd.GeoDataFrame:
    """Return ASSETS with what GIS staff look for beside each: `state` under the worst map, the greatest exposed share,
    EAD summed over hazards, its bounds, and the score."""
    assets, exposure, ead = assessment.assets, assessment.exposure, assessment.ead
    size, row = len(assets), exposure["asset_id"].cat.codes.to_numpy()
    share = np.zeros(size)
    np.maximum.at(share, row, exposure["exposed_fraction"].to_numpy())
    state = np.where(assets["usable"], 0, 3)
    state[row] = 2  # every row of EXPOSURE is touched or unknown
    state[share > 0] = 1
    code = ead["asset_id"].cat.codes.to_numpy()
    bounds = {
        name: np.bincount(code, weights=ead[name].to_numpy(), minlength=size) if len(ead) else np.full(size, np.nan)
        for name in ("ead_low", "ead_high")
    }
    score = assessment.scores["score"].to_numpy() if len(assessment.scores) else np.full(size, np.nan)
    exercise = assets["data_status"].astype("str").to_numpy(dtype=object, copy=True)
    exercise[row[(exposure["data_status"] == EXERCISE).to_numpy()]] = EXERCISE
    figures = assets.assign(
        state=pd.Categorical.from_codes(state, categories=list(STATES)),
        exposed_share=share,
        ead=annual_figure(ead, size),
        **bounds,
        score=score,
        data_status=exercise,
    )
    return figures.set_geometry(shapely.force_2d(assets.geometry.to_numpy()), crs=assets.crs)
