"""One figure back to its pieces: the same as in the assessment, and said so that it can be
reckoned again.
"""

from __future__ import annotations

import numpy as np
import pytest

from asset_inventory.assessment.explain import explain
from asset_inventory.assessment.run import assess
from asset_inventory.messages import LANGUAGES, say
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city


@pytest.mark.slow
def test_the_figures_are_those_of_the_assessment(town):
    city = read_city(town)
    whole = assess(city)
    for asset_id in whole.assets["asset_id"][whole.assets["usable"]]:
        found = explain(city, asset_id).hazards[0]
        for table in ("exposure", "damage", "ead"):
            expected = getattr(whole, table)
            expected = expected[
                ((expected["asset_id"] == asset_id) & (expected["hazard"] == "flood")).to_numpy()
            ]
            columns = expected.select_dtypes("number").columns
            assert np.allclose(
                getattr(found, table)[columns], expected[columns], equal_nan=True, rtol=1e-12
            )


def test_the_road_is_explained_to_its_cells(town):
    found = explain(read_city(town), "roads:C")
    laid = found.hazards[0].pieces
    first = laid[laid["return_period"] == 10].sort_values("col")
    # two cells of the southern row, half the road each, at 0.5 and 1 m, where the curve says an
    # eighth and a quarter
    assert first[["row", "col", "share", "intensity", "curve"]].to_numpy().tolist() == [
        [1, 0, 0.5, 0.5, 0.125],
        [1, 1, 0.5, 1.0, 0.25],
    ]
    assert found.hazards[1].pieces["zone"].tolist() == [1]
    lines = found.lines("en")
    assert lines[0] == "roads:C: no name; type road; district 1"
    assert lines[1] == "Replacement value: Rp1,000 (price per metre × length; Rp10: by pencil)"
    assert "    cell row 1, column 1: share 0.500000 at 1 m, curve gives 0.25" in lines
    assert "    damage: 0.188 of the value = Rp188" in lines
    assert "    (1/5 - 1/10) × (Rp0 + Rp188) / 2 = Rp9" in lines
    assert "    beyond 100 years: Rp750 / 100 = Rp8" in lines
    assert any(
        line.startswith("  EAD Rp45 a year, interpolation bounds Rp26 to Rp66") for line in lines
    )
    assert "landslide (shock): exposed from 0 class" in lines


def test_another_rule_tells_its_own_arithmetic(edit):
    # the road: 187.5, 375, 750 of 1000; protected to 20 years, where it costs 187.5 + 187.5·ln 2/ln
    # 5 = 268.25
    declared = '\n[ead]\nbetween = "log-linear"\ntail = "log"\n'
    city = read_city(
        edit(
            ("no_damage_return_period = 5", "protection = 20"), ("[scores]", f"{declared}[scores]")
        )
    )
    lines = explain(city, "roads:C").lines("en")
    assert (
        "    protected up to 20 years: more frequent events cause no damage; from 20 "
        "years on, damage starts at Rp268"
    ) in lines
    # 268.25·0.03 + 106.75/0.9163·(0.03 - 0.02·0.9163) = 8.0475 + 1.3601; 375·0.01 +
    # 375/0.6931·(0.01 - 0.01·0.6931)
    assert (
        "    Rp268 × (p₁ - p₂) + (Rp375 - Rp268) / L × ((p₁ - p₂) - p₂ × L) = Rp9, where p₁ = 1/20, p₂ = 1/50, "
        "L = ln(p₁ / p₂) = 0.9163"
    ) in lines
    # b = 375/ln 2 = 541.01: 0.01·(750 + 541.01·(1 - e^(-250/541.01))) = 0.01·(750 + 200.20)
    assert any(
        line.startswith(
            "    beyond 100 years: 1/100 × (Rp750 + b × (1 - e^(-(Rp1,000 - Rp750) / b))) = Rp10, "
            "where b = Rp541"
        )
        for line in lines
    )
    (told,) = [line for line in lines if line.startswith("  EAD")]
    assert (
        told.startswith("  EAD Rp24 a year")
        and "log-linear over annual exceedance frequency, log tail" in told
    )


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tail", ["flat", "none"])
def test_peaks_over_threshold_are_told_with_their_frequencies(edit, language, tail):
    declared = f'[ead]\ntail = "{tail}"\nfrequency = "1 - exp(-1/T)"\n'
    city = read_city(edit(("[scores]", f"{declared}[scores]")))
    lines = "\n".join(explain(city, "roads:C").lines(language)).replace(",", ".")
    # 1 - e^(-1/5) = 0.181269, 1 - e^(-1/10) = 0.095163; 0.086107·187.5/2 = 8.07
    assert "    (0.181269 - 0.095163) × (Rp0 + Rp188) / 2 = Rp8" in lines
    # 1 - e^(-1/100) = 0.009950
    assert ("Rp750 × 0.009950 = Rp7" in lines) == (tail == "flat")
    assert (
        say("explain.tail_none", language, period=100.0).replace(",", ".") in lines
        or tail == "flat"
    )


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_asset_without_geometry_and_one_half_on_nodata(town, language):
    city = read_city(town)
    lines = explain(city, "buildings:E").lines(language)
    assert len(lines) == 3
    lines = explain(city, "buildings:D").lines(language)
    assert sum("0,500000" in line or "0.500000" in line for line in lines) >= 6


JRC = """house = { rule = "jrc", sector = "residential", gdp_per_capita = 2946.66, exchange_rate = 12_000, \
inflation = 1.5, material = 0.2, source = "World Bank" }"""


@pytest.mark.slow
def test_jrcs_rule_down_to_its_factors_and_their_source(edit):
    folder = edit(
        (', value = "VALUE" }', " }"),
        ("[values]", f"[values]\n{JRC}"),
        ('currency = "IDR"', 'currency = "IDR"\nprice_year = 2020'),
    )
    lines = explain(read_city(folder), "buildings:A").lines("en")
    # 522.4038 · 0.6 · 0.6 · 0.2 = 37.61307 EUR; · 12 000 · 1.5 = 677 035.3 IDR; half of it is 338
    # 517.67
    assert lines[1].endswith("(JRC maximum damage per m² × area; Rp1,015,553: World Bank)")
    assert lines[2:8] == [
        "  JRC method, residential: construction cost 24.078 × 2,946.66^0.3852 = 522.40 EUR per m² of 2010, from "
        "GDP per capita in USD of 2010",
        "  structure: × 0.6 (HydroMT-FIAT default) after depreciation × (1 − 0.4 (HydroMT-FIAT default) not "
        "damaged by water) × 0.2 for the material = 37.61 EUR per m² of 2010",
        "  × 12,000 IDR per EUR",
        "  × 1.5 from 2010 prices to 2020 prices",
        "  content: 0.5 (JRC default) × structure 677,035.34 = 338,517.67; total 1,015,553.01 IDR",
        "  Huizinga, J., De Moel, H., Szewczyk, W. (2017): Global flood depth-damage functions. Methodology and the "
        "database with guidelines. EUR 28552 EN, European Commission, Joint Research Centre, JRC105688 (doi "
        "10.2760/16510, CC-BY-4.0)",
    ]
    indonesian = explain(read_city(folder), "buildings:A").lines("id")
    assert "  × 1,5 dari harga tahun 2010 ke harga tahun 2020" in indonesian
    value = assess(read_city(folder)).assets.set_index("asset_id")["value"]
    assert value["buildings:A"] == pytest.approx(400 * 1_015_553.01, rel=1e-7)  # 20 m x 20 m


CONTENT = """[[curves]]
hazard = "flood"
asset_types = ["road"]
part = "content"
path = "content.csv"
source = { title = "content by pencil", licence = "CC0-1.0" }

[scores]"""


@pytest.mark.slow
def test_structure_and_content_by_curves_of_their_own(edit):
    folder = edit(("amount = 10,", "amount = 10, content = 0.5,"), ("[scores]", CONTENT))
    # all is lost at 1 m
    (folder / "content.csv").write_text("intensity_m,damage\n0,0\n1,1\n", encoding="utf-8")
    city = read_city(folder)
    whole = assess(city)
    of_road = whole.damage[whole.damage["asset_id"] == "roads:C"]
    assert whole.assets.set_index("asset_id").loc["roads:C", "value"] == 1500  # 100 m · (10 + 5)
    # half at 0.5 m, half at 1 m: 1000 · (1/8 + 1/4)/2 + 500 · (1/2 + 1)/2 = 187.5 + 375; then 375 +
    # 500, 750 + 500
    assert of_road["damage"].tolist() == pytest.approx([562.5, 875, 1250])
    assert of_road["damage_ratio"].tolist() == pytest.approx([0.375, 875 / 1500, 1250 / 1500])
    found = explain(city, "roads:C").hazards[0]
    assert found.damage["damage"].tolist() == pytest.approx([562.5, 875, 1250])
    assert {part: table["damage"].tolist() for part, table in found.of_parts.items()} == {
        "structure": pytest.approx([187.5, 375, 750]),
        "content": pytest.approx([375, 500, 500]),
    }
    lines = explain(city, "roads:C").lines("en")
    assert "  content: 0.5 × structure 10.00 = 5.00; total 15.00 IDR" in lines
    assert (
        "  structure, 0.667 of the value: damage curve straight.csv (by pencil): 0→0; 4→1" in lines
    )
    assert (
        "  contents, 0.333 of the value: damage curve content.csv (content by pencil): 0→0; 1→1"
        in lines
    )
    assert "      structure: 0.188 of its share of the value = Rp188" in lines
    assert "      contents: 0.75 of its share of the value = Rp375" in lines
    # a house has no price, so no content
    assert not explain(city, "buildings:A").hazards[0].of_parts


def test_an_asset_that_is_not_there(town):
    with pytest.raises(CityError, match='did you mean "buildings:A"'):
        explain(read_city(town), "building:A")
    with pytest.raises(CityError, match="LAYER:ID"):
        explain(read_city(town), "xyz")
