"""The preliminary resilience assessment: what an assessment found, and what people raised, ranked, do and decided.

Semarang's stage 1 of 100 Resilient Cities (Penilaian Ketahanan Awal): priority shocks and stresses, critical assets,
actions, perceptions and focus areas. The tables are the evidence; people choose, and their decision is kept beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from asset_inventory.assessment import Assessment


@dataclass(frozen=True)
class PreliminaryAssessment:
    """What a preliminary resilience assessment rests on: its tables in the order in which they arise (`tables`).

    `findings` are those on the tables that people filled in and on what cannot be compared, beside those of
    `assessment`.
    """

    assessment: Assessment
    statements: pd.DataFrame
    votes: pd.DataFrame
    group_ranks: pd.DataFrame
    agreement: pd.DataFrame
    pressures: pd.DataFrame
    influences: pd.DataFrame
    indicators: pd.DataFrame
    criteria: pd.DataFrame
    standings: pd.DataFrame
    rank_shares: pd.DataFrame
    rank_shifts: pd.DataFrame
    correlations: pd.DataFrame
    flood_classes: pd.DataFrame
    burdens: pd.DataFrame
    actions: pd.DataFrame
    decisions: pd.DataFrame
    findings: pd.DataFrame
