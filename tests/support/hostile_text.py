"""Hostile texts, and an assessment of which every text is hostile."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.run import Assessment
from asset_inventory.model.city import City
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import empty, finding, findings
from tests.support.contract_tables import contract_table
from tests.support.town import X, Y
from tests.support.town_assessment import joint_of_single_hazard

HOSTILE = [
    "<script>__run()</script>",
    "</script><script>__run()</script>",
    "<img src=x onerror=__run()>",
    "{{7*7}}",
    "{% raw %}",
    "{{ this.get_name() }}",
    "${__run()}",
    "`${__run()}`",
    "`+__run()+`",
    "';__run();'",
    '";__run();"',
    "\\';__run()",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<svg onload=__run()>",
    "javascript:__run()",
    "&lt;b&gt;",
    "&amp;",
    "%3Cscript%3E",
    "a\u2028b",
    "a\u2029b",
    "\u202egnp.exe",
    "\u200f\u05d0\u200e",
    "\ufeffBOM",
    "a\x00b",
    "\x00",
    "\x1b[31m",
    "a\rb",
    "a\nb",
    "a\tb",
    "\\n",
    "\\",
    "x" * 10_000,
    "😀𝒳",
    "e\u0301",
    "__proto__",
    "constructor",
    "</textarea></title><b>",
]


# The same in short, for tests of a few names
HOSTILE_NAMES = (
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "${alert(1)}",
    "</script><script>alert(1)</script>",
)
# Signs that steer a terminal or turn text round: a sentence shows each as U+FFFD.
STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


COUNT = len(HOSTILE)


# What runs if any of it runs: a dialog would be seen by `open_page`, a call by the count
ARMED = [one.replace("__run()", "alert(1)") for one in HOSTILE]


def hostile_city(folder) -> City:
    """The town with forty hazards, forty layers and forty sources, all called by hostile names."""
    city = read_city(folder)
    flood, layer = city.hazards[0], city.assets[0]
    sources = [
        flood.source.model_copy(
            update={
                "title": name,
                "publisher": ARMED[-place],
                "licence": name,
                "url": f"https://{name}",
                "exercise": True,
            }
        )
        for place, name in enumerate(ARMED)
    ]
    hazards = tuple(
        flood.model_copy(
            update={
                "name": name,
                "source": source,
                "maps": flood.maps[:1],
                "intensity": flood.intensity.model_copy(update={"measure": name}),
            }
        )
        for name, source in zip(ARMED, sources, strict=True)
    )
    layers = tuple(
        layer.model_copy(update={"name": name, "source": source})
        for name, source in zip(ARMED, sources, strict=True)
    )
    values = {name: city.values["road"].model_copy(update={"source": name}) for name in ARMED}
    return city.model_copy(
        update={
            "name": " ".join(ARMED),
            "hazards": hazards,
            "assets": layers,
            "values": values,
            "curves": (),
        }
    )


def hostile_assessment(folder) -> Assessment:
    """Forty houses in forty districts, each exposed to one of forty hazards; whatever is text is
    hostile.
    """
    side = [(X + 12 * (place % 8), Y + 18 * (place // 8)) for place in range(COUNT)]
    ids = pd.CategoricalDtype([f"{name}:{name}" for name in ARMED])
    asset_id = pd.Categorical(ids.categories, dtype=ids)
    assets = contract_table(
        "ASSETS",
        {
            "asset_id": list(ids.categories),
            "layer": ARMED,
            "name": ARMED,
            "asset_type": ARMED,
            "owner": ARMED[::-1],
            "district": ARMED,
            "value": 1000.0,
            "value_rule": "field",
            "source": ARMED,
            "data_status": "real",
            "usable": True,
            "geometry": [shapely.box(x, y, x + 6, y + 6) for x, y in side],
        },
    )
    exposure = contract_table(
        "EXPOSURE",
        {
            "asset_id": asset_id,
            "hazard": ARMED,
            "return_period": 100.0,
            "exposed_fraction": 1.0,
            "no_data_fraction": 0.0,
            "intensity_mean": 1.0,
            "intensity_max": 1.0,
            "data_status": "real",
        },
    )
    damage = contract_table("DAMAGE", exposure.assign(damage_ratio=0.5, damage=500.0))
    ead = contract_table(
        "EAD",
        {
            "asset_id": asset_id,
            "hazard": ARMED,
            "ead": np.arange(40.0, 0, -1),
            "ead_low": 1.0,
            "ead_high": 90.0,
            "rule": "trapezoid",
            "maps": 3,
            "data_status": "real",
        },
    )
    ledger = contract_table(
        "EXPOSURE_COUNTS",
        [
            {
                "asset_type": kind,
                "hazard": hazard,
                "return_period": 100.0,
                "district": kind,
                "assets": 1,
                "exposed": int(kind == hazard),
                "not_exposed": int(kind != hazard),
                "no_data": 0,
                "unusable": 0,
            }
            for kind in ARMED
            for hazard in ARMED
        ],
    )
    focus = contract_table(
        "DISTRICT_DAMAGE",
        {
            "district": ARMED,
            "name": ARMED[::-1],
            "parent": ARMED,
            "ead": np.arange(40.0, 0, -1),
            "ead_low": 1.0,
            "ead_high": 90.0,
            "assets": 1,
            "assets_exposed": 1,
            "assets_counted": 1,
            "assets_without_figure": 0,
            "people_exposed": np.nan,
            "people_rule": "not known",
            "score": 0.5,
            "score_low": 0.5,
            "score_high": 0.5,
            "ead_per_value": 0.5,
            "rank": np.arange(1.0, 41),
            "data_status": "real",
            "geometry": [shapely.box(x - 2, y - 4, x + 9, y + 12) for x, y in side],
        },
    )
    said = findings(
        [
            finding("geometry_broken", source=name, severity="error", feature=name, column=name)
            for name in ARMED
        ]
        + [finding("reader_said", source="layer", severity="warning", text=name) for name in ARMED]
    )
    return Assessment(
        city=hostile_city(folder),
        assets=assets,
        districts=contract_table("DISTRICTS", focus),
        exposure=exposure,
        damage=damage,
        ead=ead,
        joint_ead=joint_of_single_hazard(ead),
        exposure_counts=ledger,
        scores=empty("SCORES"),
        district_damage=focus,
        ownership=empty("OWNERSHIP"),
        findings=said,
        provenance={
            "versions": {name: name for name in ARMED},
            "inputs": {name: name for name in ARMED},
        },
    )
