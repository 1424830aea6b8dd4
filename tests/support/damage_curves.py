"""Damage curves."""

from __future__ import annotations

from asset_inventory.model.hazards import Hazard
from asset_inventory.vulnerability.curves import DamageCurve

# The table as a tool has it: a point at 0.25 m is added, the one at 6 m is left out.
ROAD_UNPAVED = """\
# Huizinga et al., 2017, European Commission, JRC technical report JRC105688
# average continental damage function for Asia, infrastructure
intensity_m,damage
0,0
0.25,0
0.5,0.25
1,0.42
1.5,0.55
2,0.65
3,0.8
4,0.9
5,1
"""


# damage = depth / 10: what the curve says is the depth it was asked at
TENTH = ((0.0, 10.0), (0.0, 1.0))


def curve(points=TENTH, unit_of_damage="fraction") -> DamageCurve:
    return DamageCurve(
        id="pencil",
        hazard="flood",
        intensities=points[0],
        damage=points[1],
        unit="m",
        unit_of_damage=unit_of_damage,
        licence="CC0-1.0",
        citation="by pencil",
        source="by pencil",
    )


def flood(exposed_from: float) -> Hazard:
    return Hazard.model_validate(
        {
            "name": "flood",
            "kind": "shock",
            "intensity": {"measure": "water depth", "unit": "m"},
            "exposed_from": exposed_from,
            "nodata_means": "unknown",
            "source": {"title": "-", "licence": "-"},
            "maps": [{"path": "depth.tif", "return_period": 10}],
        }
    )
