"""Zones that a map calls «unknown» or «not surveyed»: words that the city declares, which are no
class and not dry.

The southern half is «high» as in the town, and the western half «belum disurvei» on top of it;
outside is not exposed:

    +---------+---------+      A  half on «high», half on «belum disurvei» alone
    | unknown |         |      D  half on «belum disurvei», half outside
    |  A   [ D ]        |      B and C  on «high», which stands over what is not surveyed
    |--A------+---------|
    |==C=high=|=C=high B|
    +---------+---------+
"""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from asset_inventory.assessment.explain import explain
from asset_inventory.assessment.precheck import check_city
from asset_inventory.assessment.run import assess
from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.hazard_layers import hazards_on_map
from tests.support.town import X, Y

ORDER = 'order = ["low", "high"]'
DECLARED = (ORDER, f'{ORDER}, unknown = ["unknown", "belum disurvei"]')
A, B, C, D = "buildings:A", "buildings:B", "roads:C", "buildings:D"


@pytest.fixture
def surveyed(town, edit):
    """A function that draws the zones and returns the city's folder."""

    def draw(*declared: tuple[str, str], words: tuple = ("high", "belum disurvei")):
        zones = gpd.GeoDataFrame(
            {"CLASS": list(words)},
            crs="EPSG:32749",
            geometry=[shapely.box(X, Y, X + 100, Y + 50), shapely.box(X, Y, X + 50, Y + 100)],
        )
        zones.to_file(town / "landslide.gpkg", driver="GPKG")
        return edit(*declared)

    return draw


def shares(folder) -> dict[str, tuple[float, float]]:
    found = assess(read_city(folder)).exposure
    found = found[(found["hazard"] == "landslide").to_numpy()]
    return {
        str(row.asset_id): (row.exposed_fraction, row.no_data_fraction)
        for row in found.itertuples()
    }


@pytest.mark.slow
def test_a_word_declared_unknown_is_no_data_and_a_known_class_stands_over_it(surveyed):
    folder = surveyed(DECLARED)
    assert shares(folder) == {A: (0.5, 0.5), B: (1, 0), C: (1, 0), D: (0, pytest.approx(0.5))}
    found = assess(read_city(folder))
    (row,) = (
        found.exposure_counts[(found.exposure_counts["hazard"] == "landslide").to_numpy()]
        .groupby("hazard", observed=True)[["exposed", "no_data", "not_exposed", "unusable"]]
        .sum()
        .to_dict("records")
    )
    assert row == {"exposed": 3, "no_data": 1, "not_exposed": 0, "unusable": 1}
    assert "zone_intensity_unknown" not in {
        *found.findings["code"],
        *check_city(read_city(folder)).findings["code"],
    }


@pytest.mark.slow
def test_a_word_of_which_city_toml_says_nothing_is_an_error_that_names_the_key(surveyed):
    (row,) = (
        row
        for row in check_city(read_city(surveyed())).findings.to_dict("records")
        if row["code"] == "zone_intensity_unknown"
    )
    assert (row["severity"], row["arguments"]["words"]) == ("error", "belum disurvei")
    assert all("unknown" in describe_finding(row, language)[1] for language in LANGUAGES)


@pytest.mark.slow
def test_a_single_word_and_intensities_and_numbers_take_unknown_too(surveyed):
    expected = {A: (0.5, 0.5), B: (1, 0), C: (1, 0), D: (0, pytest.approx(0.5))}
    by_number = surveyed((ORDER, 'intensities = { high = 2.0 }, unknown = "belum disurvei"'))
    assert shares(by_number) == expected
    declared = 'intensities = { high = 2.0 }, unknown = "belum disurvei"'
    assert shares(surveyed((declared, 'unknown = ["n/a", "9"]'), words=("2", "n/a"))) == expected
    assert shares(surveyed(words=(2, 9))) == expected  # a code among numbers is no intensity


@pytest.mark.slow
def test_pages_hatch_what_is_not_surveyed_and_explanations_say_that_the_map_does_not_tell(surveyed):
    city = read_city(surveyed(DECLARED))
    (landslide,) = (one for one in hazards_on_map(assess(city)) if one.hazard.name == "landslide")
    classes = landslide.classes.classes
    assert [classes[code].no_data for code in landslide.bodies[0]["codes"]] == [True, False]
    # «No data» is no class of the legend
    assert [one.label for one in classes if one.label] == [
        "low",
        "high",
    ]
    told = {"en": "no map data", "id": "tanpa data peta"}
    for language in LANGUAGES:
        assert any(told[language] in line for line in explain(city, D).lines(language))


@pytest.mark.slow
def test_damage_by_class_asks_nothing_for_a_word_declared_unknown(surveyed):
    rule = '\n[[curves]]\nhazard = "landslide"\nasset_types = "*"\nfractions = { low = 0.1, high = 0.5 }\n'
    curve = rule + 'source = { title = "by pencil", licence = "CC0-1.0" }\n\n[scores]'
    found = assess(read_city(surveyed(DECLARED, ("[scores]", curve)))).damage
    found = found[(found["hazard"] == "landslide").to_numpy()].set_index("asset_id")["damage"]
    assert found.to_dict() == {A: 250, B: 250, C: 500}


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        ((ORDER, f'{ORDER}, unknown = "high"'), '"high" is a class and also declared unknown'),
        (
            ('intensity_field = "CLASS", ' + ORDER, 'intensity = 1, unknown = "high"'),
            "need `intensity_field`",
        ),
        (
            ('path = "flood_10.tif"', 'path = "flood_10.tif", unknown = "high"'),
            "`unknown` is for zones",
        ),
    ],
)
def test_what_unknown_cannot_say_is_a_fault(surveyed, declared, fault):
    with pytest.raises(CityError, match=fault):
        read_city(surveyed(declared))
