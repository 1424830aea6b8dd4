"""What run.json keeps of city.toml: every rule that decides a figure, under its own key."""

from __future__ import annotations

import json

from asset_inventory.assessment.provenance import NO_FIGURE, rules_of
from asset_inventory.assessment.run import assess
from asset_inventory.model.city import City
from asset_inventory.model.declarations import Declared
from asset_inventory.model.reading import read_city
from asset_inventory.vulnerability.curves import curves_for


def told(folder, *types):
    city = read_city(folder)
    return rules_of(city, curves_for(city, types)[0])


def test_the_rules_of_the_town_by_its_city_toml(town):
    rules = told(town, "house", "road")
    assert rules["values"]["road"] == {
        "per": "m",
        "amount": 10.0,
        "content": 0.0,
        "source": "by pencil",
        "exercise": False,
    }
    flood = rules["hazards"]["flood"]
    assert flood["maps"]["50"] == {"path": "flood_50.tif", "return_period": 50.0, "band": 1}
    assert (flood["exposed_from"], flood["nodata_means"], flood["outside"]) == (
        0.1,
        "unknown",
        "unknown",
    )
    assert flood["no_damage_return_period"] == 5
    assert rules["hazards"]["landslide"]["maps"]["landslide.gpkg"]["order"] == ["low", "high"]
    assert rules["assets"]["buildings"]["fields"] == {
        "asset_id": ["ID"],
        "name": "NAME",
        "value": "VALUE",
    }
    assert rules["curves"] == {
        "flood": {"house": "straight.csv", "road": "straight.csv"},
        "landslide": {},
    }
    assert rules["curve_points"]["straight.csv"]["source"] == "by pencil"
    # defaults are told too
    assert rules["scores"]["floor"] == 0.01 and rules["damage_rule"] == "mean of damages"
    assert rules["layer_order"] == ["buildings", "roads"]
    assert json.loads(json.dumps(rules)) == rules and str(town) not in json.dumps(rules)


def test_a_point_of_a_curve_and_the_kind_of_its_damage_show(town, edit):
    before = told(town, "house")["curve_points"]
    (town / "straight.csv").write_text("intensity_m,damage\n0,0\n2,0.5\n4,1\n", encoding="utf-8")
    assert (
        told(town, "house")["curve_points"]["straight.csv"]["sha256"]
        != before["straight.csv"]["sha256"]
    )
    edit(('path = "straight.csv"', 'path = "straight.csv"\ndamage = "currency/m2"'))
    assert set(told(town, "house")["curve_points"]) == {"straight.csv (currency/m2)"}


def test_two_layers_of_one_file_are_both_there(edit):
    one = '{ path = "landslide.gpkg", layer = "%s", return_period_field = "RP", intensity_field = "CLASS" }'
    maps = '{ path = "landslide.gpkg", intensity_field = "CLASS", order = ["low", "high"] }'
    city = read_city(edit((maps, f"{one % 'north'}, {one % 'south'}")), files=False)
    told = rules_of(city, {})["hazards"]["landslide"]["maps"]
    assert {name: one["layer"] for name, one in told.items()} == {
        "landslide.gpkg": "north",
        "landslide.gpkg (2)": "south",
    }


def test_no_key_of_city_toml_is_lost(town):
    """Each key that a city declares is told, unless it is listed as deciding no figure."""
    city, rules = read_city(town), told(town)
    declared = {
        field.alias or name
        for name, field in City.model_fields.items()
        if getattr(city, name) is not None and not field.exclude
    }
    assert declared - NO_FIGURE <= set(rules)
    keys = {name for model in Declared.__subclasses__() for name in model.model_fields}
    assert keys >= NO_FIGURE


def test_a_run_tells_its_rules_and_the_version_of_its_register(town):
    found = assess(read_city(town)).provenance
    assert (
        found["rules"] == told(town, "house", "clinic", "depot", "road")
        and found["register_version"] is None
    )
