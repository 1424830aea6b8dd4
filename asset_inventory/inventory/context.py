"""What is drawn behind everything and counted nowhere: whether its files can be drawn."""

from __future__ import annotations

import pandas as pd

from asset_inventory.sources.city import City
from asset_inventory.sources.vectors import Layer, read_layers
from asset_inventory.tables import finding, findings, join_findings

CONTEXT_REFUSED = "context_refused"


def look_at_context(city: City) -> pd.DataFrame:
    """Return FINDINGS on the city's context layers; one that is not fit to be used is not drawn, and that is an error.

    Raises SourceError for a file or layer that is not there.
    """
    layers = [Layer(one.path, one.name or one.path.stem, one.layer, one.crs) for one in city.context]
    read = read_layers(layers)
    refused = []
    for layer, features in zip(layers, read, strict=True):
        if not features.refused and not len(features.table):
            refused.append(finding("layer_without_features", source=layer.source, severity="error"))
        if features.refused or not len(features.table):
            refused.append(finding(CONTEXT_REFUSED, source=layer.source, severity="error"))
    return join_findings([*(features.findings for features in read), findings(refused)])
