"""Still figures: what is drawn are the figures of the tables, in either language; nothing in
them is alive.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import matplotlib.text
import numpy as np
import pandas as pd
import pytest

from asset_inventory.assessment.run import assess
from asset_inventory.messages import LANGUAGES, say
from asset_inventory.model.errors import SourceError
from asset_inventory.model.library import shipped_curves
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.report.plots import (
    PARTS,
    as_svg,
    damage_curve_plot,
    ead_plot,
    exceedance_plot,
    exposure_plot,
    library_plot,
)
from tests.support.hostile_text import HOSTILE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def assessment(town_once):
    return assess(read_city(town_once))


def texts(figure) -> list[str]:
    """All that is written in a figure."""
    figure.draw_without_rendering()
    return [one.get_text() for one in figure.findobj(matplotlib.text.Text) if one.get_text()]


def drawn(axes) -> list[list[tuple[float, float]]]:
    return [
        [(round(float(x), 9), round(float(y), 9)) for x, y in line.get_xydata()]
        for line in axes.get_lines()
    ]


def test_the_exceedance_curve_is_the_towns_by_pencil(assessment):
    # A 62.5, 125, 250; B 125, 250, 500; C 187.5, 375, 750: 375, 750, 1500 under 10, 50, 100 years;
    # from 0 at 5 years
    (axes,) = exceedance_plot(assessment, "flood", language="en").axes
    curve, tail = drawn(axes)[:2]
    assert curve == [(0.2, 0), (0.1, 375), (0.02, 750), (0.01, 1500)]
    assert tail == [(0.01, 1500), (0, 1500)]
    # 0.1·375/2 + 0.08·(375 + 750)/2 + 0.01·(750 + 1500)/2 + 0.01·1500 = 18.75 + 45 + 11.25 + 15 =
    # 90, the city's EAD
    area, band = axes.collections
    assert shoelace(area.get_paths()[0].vertices) == pytest.approx(90)
    assert assessment.ead["ead"].sum() == pytest.approx(90)
    # between two maps: 375 to 750 + 400 and 750 to 1500 + 400, of D half is unknown, 400 of 800
    assert shoelace(band.get_paths()[0].vertices) == pytest.approx(
        0.08 * (1150 - 375) + 0.01 * (1900 - 750)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_declared_rule_is_what_is_drawn(edit, language):
    declared = 'between = "log-linear"\ntail = "{}"\nfrequency = "1 - exp(-1/T)"'
    made = {}
    for before, tail in (("[scores]", "none"), ('tail = "none"', "log")):
        after = (
            f"[ead]\n{declared.format(tail)}\n\n[scores]"
            if before == "[scores]"
            else 'tail = "log"'
        )
        made[tail] = assess(read_city(edit((before, after))))
    held = assess(read_city(edit(("no_damage_return_period = 5", "protection = 20"))))
    for one, key in (
        (made["none"], "plot.tail_none"),
        (made["log"], "plot.tail_log"),
        (held, "plot.tail_log"),
    ):
        figure = exceedance_plot(one, "flood", language=language)
        written = "\n".join(texts(figure))
        assert say(key, language) in written and say("plot.tail_flat", language) not in written
        assert (
            say("plot.peaks", language) in written
            and f"({say('plot.per_period', language)})" not in written
        )
        curve, tail = drawn(figure.axes[0])[:2]
        assert curve[-1] == tail[0] == (pytest.approx(1 - np.exp(-1 / 100)), 1500)
        if one is made["none"]:
            assert tail[1:] == [(tail[0][0], 0), (0, 0)]
            # a line over the logarithm is bent: halfway in frequency it lies below a straight one
            x, y = np.array(curve[::-1]).T
            first, second = 1 - np.exp(-1 / np.array([10, 50]))
            assert np.interp((first + second) / 2, x, y) < (375 + 750) / 2
        else:
            assert tail[-1][1] > 1500
        if one is held:  # nothing up to 20 years, and at once what lies between 375 and 750
            (start, nothing), (step, damage) = curve[:2]
            assert (
                start == step == pytest.approx(1 - np.exp(-1 / 20))
                and nothing == 0
                and 375 < damage < 750
            )


def shoelace(corners: np.ndarray) -> float:
    x, y = corners.T
    return abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2


@pytest.mark.parametrize("by", PARTS)
def test_bars_add_up_to_the_city(assessment, by):
    (axes,) = ead_plot(assessment, by=by, language="en").axes
    assert sum(bar.get_width() for bar in axes.patches) == pytest.approx(90)
    names = [one.get_text() for one in axes.get_yticklabels()]
    assert len(names) == len(axes.patches)
    assert {
        "asset_type": {"house", "clinic", "road", "depot"},
        "district": {"1", "2", "outside all districts"},
        "owner": {"Works", "not stated"},
        "layer": {"buildings", "roads"},
    }[by] == set(names)
    # the depot has no geometry: no figure, which is no 0
    assert ("not available" in texts(axes.figure)) == (by in ("asset_type", "district"))
    assert say("plot.without_figure", "en", count=1) in "\n".join(texts(axes.figure))


def test_the_rest_is_one_bar_and_districts_of_one_name_stay_two(assessment):
    figure = ead_plot(assessment, by="asset_type", language="en", limit=2)
    (axes,) = figure.axes
    assert [one.get_text() for one in axes.get_yticklabels()] == ["road", "3 more"]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([45, 45])  # C; A 15, B 30
    alike = assessment.districts.assign(name="Kauman", parent=["West", "East"])
    twins = type(assessment)(**{**vars(assessment), "districts": alike})
    (axes,) = ead_plot(twins, by="district", language="en").axes
    names = [one.get_text() for one in axes.get_yticklabels()]
    assert names == ["Kauman (West)", "Kauman (East)", "outside all districts"]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([60, 30, 0])


def test_a_part_whose_bounds_are_not_known_has_none(assessment):
    joint = assessment.joint_ead.copy()
    joint.loc[(joint["asset_id"] == "buildings:B").to_numpy(), "ead_high"] = np.nan
    open_above = type(assessment)(**{**vars(assessment), "joint_ead": joint})
    # road and house; of two bars the road, the rest has clinic and depot in it
    for most, bounded in ((15, 2), (2, 1)):
        (axes,) = ead_plot(open_above, by="asset_type", language="en", limit=most).axes
        (spread,) = axes.collections
        assert len(spread.get_segments()) == bounded
    (axes,) = ead_plot(
        assessment, by="layer", language="en"
    ).axes  # the depot without a place is one of the buildings
    assert [one.get_text() for one in axes.get_yticklabels()] == ["buildings", "roads"]
    (spread,) = axes.collections
    assert [segment.round(6).tolist() for segment in spread.get_segments()] == [
        [[26.25, 1], [66.25, 1]]
    ]


def test_four_parts_of_each_type_add_up(assessment):
    (axes,) = exposure_plot(assessment, "flood", language="en").axes
    # a row each: exposed, unknown, not exposed, unusable
    widths = np.array([bar.get_width() for bar in axes.patches]).reshape(4, -1)
    names = [one.get_text() for one in axes.get_yticklabels()]
    assert widths.sum(axis=0) == pytest.approx(np.ones(len(names)))
    found = dict(zip(names, widths.T.tolist(), strict=True))
    assert found == {
        "house (2)": [0.5, 0.5, 0, 0],
        "road (1)": [1, 0, 0, 0],
        "clinic (1)": [1, 0, 0, 0],
        "depot (1)": [0, 0, 0, 1],
    }


def test_a_curve_stands_with_the_types_that_it_serves(town_once):
    city = read_city(town_once)
    figure = damage_curve_plot(city, language="en", kinds=["house", "clinic"])
    (axes,) = figure.axes
    assert drawn(axes) == [[(0, 0), (4, 1)]]
    assert {"house, clinic", "flood", "Intensity (m)", "Damage ratio"} <= {*texts(figure)}
    with pytest.raises(SourceError, match="no damage curve"):
        damage_curve_plot(city.model_copy(update={"curves": ()}), language="en")


def test_a_band_is_one_standard_deviation_and_stays_a_fraction():
    figure = library_plot(
        ["jrc/asia/infrastructure", "jrc/europe/infrastructure", "nirandjan/L7.1"], language="en"
    )
    flood, landslide = figure.axes
    (band,) = flood.collections  # Europe's has none
    corners = {(round(x, 2), round(y, 3)) for x, y in band.get_paths()[0].vertices}
    # at 0.5 m 0.214437 -+ 0.069411; at 3 m 0.808409 + 0.221245 is more than all
    assert {(0.5, 0.145), (0.5, 0.284), (3, 1.0)} <= corners
    assert not landslide.collections
    assert {"flood, water depth", "jrc/europe/infrastructure", say("plot.std_band", "en")} <= {
        *texts(figure)
    }
    assert say("plot.std_band", "en") not in texts(library_plot(["nirandjan/L7.1"], language="en"))
    for ids in ([], list(shipped_curves())):
        with pytest.raises(SourceError, match="do not fit in one figure"):
            library_plot(ids, language="en")


def every(assessment, language):
    yield exceedance_plot(assessment, "flood", language=language), True
    yield exposure_plot(assessment, "flood", language=language), True
    # of which nothing is an exercise
    yield (exposure_plot(assessment, "landslide", language=language), False)
    yield damage_curve_plot(assessment.city, language=language, kinds=["house"]), False
    yield library_plot(["jrc/asia/commercial"], language=language), False
    for by in PARTS:
        yield ead_plot(assessment, by=by, language=language), True


def test_every_figure_speaks_either_language_and_calls_exercise_data_so(assessment):
    said = {}
    for language in LANGUAGES:
        for number, (figure, exercise) in enumerate(every(assessment, language)):
            found = " ".join(texts(figure))
            assert (say("map.exercise", language) in found) == exercise, number
            assert (say("map.exercise_mark", language) in found) == exercise, number
            said.setdefault(number, []).append(found)
    assert all(len({*both}) == len(LANGUAGES) for both in said.values())
    english, indonesian = (said[0][LANGUAGES.index(one)] for one in ("en", "id"))
    assert "Rp1,500" in english and "Rp1.500" in indonesian
    # each tick as it is
    assert "0.05 0.05 0.1 0.1 0.15" in english and "0,05 0,05 0,1 0,1 0,15" in indonesian


def test_the_same_figure_gives_the_same_text_with_nothing_in_it_but_shapes(assessment):
    first, second = (as_svg(exceedance_plot(assessment, "flood", language="id")) for _ in range(2))
    assert first == second == exceedance_plot(assessment, "flood", language="id")._repr_svg_()
    root = ElementTree.fromstring(first)
    assert {re.sub("{.*}", "", one.tag) for one in root.iter()}.isdisjoint(
        {"text", "script", "image", "foreignObject"}
    )
    assert "<!--" not in first and "date>" not in first
    # a style sheet would rule the page around it
    assert "<style" not in first and 'stroke-linecap="butt"' in first


def test_hostile_names_are_drawn_as_they_stand(assessment):
    names = pd.Series([*HOSTILE, "$\\frac{1}{$", "_hidden", "a$b$c", ""])
    assets = pd.concat([assessment.assets.iloc[:1]] * len(names), ignore_index=True)
    ids = pd.CategoricalDtype([f"x:{number}" for number in range(len(names))])
    joint = pd.concat([assessment.joint_ead.iloc[:1]] * len(names), ignore_index=True)
    joint = joint.assign(
        asset_id=pd.Categorical(ids.categories, dtype=ids), ead=1.0, ead_low=0.5, ead_high=2.0
    )
    many = type(assessment)(
        **{**vars(assessment), "assets": assets.assign(asset_type=names), "joint_ead": joint}
    )
    figure = ead_plot(many, by="asset_type", language="en", limit=len(names))
    svg = as_svg(figure)
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert "script" not in svg and "alert" not in svg and "onerror" not in svg
    shown = [one.get_text() for one in figure.axes[0].get_yticklabels()]
    assert r"a\$b\$c" in shown and "_hidden" in shown and all(len(one) <= 60 for one in shown)


def test_what_has_no_curve_or_was_not_assessed_is_said(assessment):
    for plot, hazard in (
        (exceedance_plot, "landslide"),
        (exceedance_plot, "tsunami"),
        (exposure_plot, "tsunami"),
    ):
        with pytest.raises(SourceError, match=hazard):
            plot(assessment, hazard, language="en")


def test_a_name_without_an_end_is_cut(assessment):
    city = assessment.city.model_copy(update={"name": "x" * 10_000})
    figure = exposure_plot(
        type(assessment)(**{**vars(assessment), "city": city}), "flood", language="en"
    )
    title = figure.get_suptitle()
    assert title.count("\n") == 2 and title.endswith("…") and len(title) < 250
    assert len(as_svg(figure)) < 300_000
