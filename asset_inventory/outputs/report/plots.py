"""Static figures of an assessment for notebooks and reports: exceedance, curves, EAD and exposure.

Drawn by matplotlib. What is unknown has a hatch of its own, exercise data is called so in every
figure, and colours differ in lightness or stroke too.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from asset_inventory.assessment.resilience import ResilienceAssessment
from asset_inventory.assessment.run import Assessment
from asset_inventory.io.atomic import whole
from asset_inventory.messages import labelled, money, number, percent, say, with_city_words
from asset_inventory.model.city import City
from asset_inventory.model.errors import RequestError
from asset_inventory.model.library import shipped_curves
from asset_inventory.model.reading import city_meant
from asset_inventory.model.tables import OUTSIDE_DISTRICTS, known_sum
from asset_inventory.outputs.map.resilience import top_shares_of
from asset_inventory.outputs.views.city import exercise_titles
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.projection import ead_called
from asset_inventory.outputs.views.resilience import fictitious
from asset_inventory.outputs.views.style import (
    ORRD,
    UNKNOWN_COLOUR,
    Class,
    Classes,
    classify,
    count_classes,
    ead_classes,
    label,
    share_classes,
)
from asset_inventory.outputs.views.table_view import part_names, years
from asset_inventory.risk.annual_damage import exceedance_curve, exceedance_line
from asset_inventory.risk.dependence import is_known
from asset_inventory.risk.exposure import STATES, under_rarest_map
from asset_inventory.vulnerability.curves import FRACTION, DamageCurve, curves_for, shipped_curve

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

_DOTS = 200  # an inch: sharp on paper
WIDE = 7.5  # inches: what A4 has between its margins
# characters of a name next to a bar, of a line of a legend and of a title
_LABEL, _LEGEND, _TITLE = (40, 90, 80)
_LINES = 3  # that one text takes at most
_COMMENTS = re.compile("<!--.*?-->", re.DOTALL)  # matplotlib writes there what it drew
# how lines end, of all elements
_SHEET = re.compile(r"<defs>\s*<style[^>]*>\*\{([^}]*)\}</style>\s*</defs>\s*")
_QUIET, _MARK = "#4b5563", "#7a1420"
# A word written through a figure
_MARKED: dict[str, Any] = {
    "rotation": 20,
    "ha": "center",
    "va": "center",
    "fontsize": 30,
    "color": _MARK,
    "alpha": 0.18,
}


def framed(height: float, *, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """Return a figure of a page's width and so many inches, with panels one below the other.

    Pyplot keeps none of it, and a notebook shows it.
    """
    from matplotlib.figure import Figure

    class Still(Figure):
        def _repr_svg_(self) -> str:
            return as_svg(self)

    figure = Still(figsize=(WIDE, height), layout="constrained")
    axes = [*np.atleast_1d(figure.subplots(panels))]
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=8)
    return figure, axes


def finished(
    figure: Figure, title: str, notes: Sequence[str], *, exercise: bool, language: str
) -> Figure:
    """Return the figure with its title and notes, and a mark where it rests on exercise data."""
    figure.suptitle(
        _plain(_in_lines(title, _TITLE)), x=0.01, ha="left", fontsize=11, fontweight="bold"
    )
    notes = [*notes, *([say("map.exercise", language)] if exercise else [])]
    if notes:
        figure.supxlabel(
            _plain("\n".join(notes)),
            x=0.01,
            ha="left",
            fontsize=8,
            color=_MARK if exercise else _QUIET,
        )
    if exercise:
        figure.text(0.55, 0.5, _plain(say("map.exercise_mark", language)), **_MARKED)
    return figure


def name_bars(axes: Axes, names: Sequence[str]) -> None:
    """Name the bars of a figure, the first of them above."""
    short = [name if len(name) <= _LABEL else name[: _LABEL - 1] + "…" for name in names]
    axes.set_yticks(range(len(names)), [_plain(name) for name in short], fontsize=8)
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)


def write_numbers(axis: Axis, written: Callable[[float], str]) -> None:
    """Let an axis write numbers as the reader's country does, at steps of one decimal."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(lambda value, _: _plain(written(float(value))))


def named(axes: Axes, *, x: str = "", y: str = "", title: str = "") -> None:
    """Name the axes of a panel, and the panel."""
    axes.set_xlabel(_plain(x), fontsize=9)
    axes.set_ylabel(_plain(y), fontsize=9)
    axes.set_title(_plain(_in_lines(title, _TITLE)), loc="left", fontsize=10)


def label_of(text: str) -> str:
    """Return text for a legend in lines of its width; matplotlib omits a leading underscore."""
    return _plain(_in_lines(f"\u200b{text}" if text.startswith("_") else text, _LEGEND))


def as_svg(figure: Figure) -> str:
    """Return a figure as one `<svg>` without a date or chance: the same figure, the same text.

    Letters are drawn as shapes: nothing in it is read as text, and it needs no font. It holds
    no style sheet, for that would rule the whole page into which it is pasted.
    """
    import matplotlib

    written = io.StringIO()
    with (
        matplotlib.rc_context({"svg.hashsalt": "asset_inventory", "svg.fonttype": "path"}),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", "Glyph")  # a letter that the font lacks is drawn as a box
        figure.savefig(
            written, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type"))
        )
    drawn = written.getvalue()
    drawn = _COMMENTS.sub("", drawn[drawn.index("<svg") :])
    sheet = _SHEET.search(drawn)
    if sheet is None:
        return drawn
    ends = "".join(
        f' {name}="{value}"' for name, value in re.findall(r"([\w-]+): *([\w-]+)", sheet[1])
    )
    return drawn.replace(sheet[0], "").replace("<svg", f"<svg{ends}", 1)


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure as .svg or .png; raises SourceError for another ending or a failure."""
    ending = path.suffix.lower()
    if ending not in (".svg", ".png"):
        raise RequestError("error.figure_kind", path=str(path))
    with whole(path) as written:
        if ending == ".svg":
            written.write_text(as_svg(figure), encoding="utf-8")
            return
        with warnings.catch_warnings():
            # a letter that the font lacks is drawn as a box
            warnings.filterwarnings("ignore", "Glyph")
            figure.savefig(written, format="png", dpi=_DOTS, metadata={"Software": None})


def _in_lines(text: str, width: int) -> str:
    """Return a text in lines of so many characters, cut where it would take too many of them."""
    lines = wrap(text, width) or [text]
    return "\n".join(
        lines
        if len(lines) <= _LINES
        else [*lines[: _LINES - 1], lines[_LINES - 1][: width - 1] + "…"]
    )


def _plain(text: str) -> str:
    """Return text that matplotlib draws as it is: between two dollars it reads formulas."""
    seen = "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)
    return seen.replace("$", r"\$")


PARTS = ("asset_type", "district", "owner", "layer")
_BAR, _BESIDE_BARS = 0.27, 1.6  # inches of each bar, and of what is above and below all of them
_EDGE = "#374151"
# How an asset is counted: colour and hatch, so that a grey print shows it too.
# fmt: off
_STATES = {"exposed": ("#b30000", ""), "no_data": ("#ffd400", "///"), "not_exposed": ("#dfe5ea", ""),
           "unusable": ("#ffffff", "xxx")}
# fmt: on
# Colours that colour-blind readers can distinguish (Okabe, Ito 2008), and strokes.
_LINE_STYLES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
_STROKES = ("-", "--", "-.", ":")
_FREQUENCIES = {"1/T": "plot.per_period", "1 - exp(-1/T)": "plot.peaks"}
_TAILS = {"flat": "plot.tail_flat", "none": "plot.tail_none", "log": "plot.tail_log"}
_DOTTED = 20  # points of a curve, beyond which dots would hide its stroke

_Panel = tuple[str, str, str]  # what is written above it, unit, unit of damage


# What a hazard costs


@in_city_words
def exceedance_plot(assessment: Assessment, hazard: str, *, language: str) -> Figure:
    """Return the exceedance curve of a hazard: the city's damage under each of its maps against
    annual frequency.

    The line between and beyond them is by the city's rule, so that the area under it is EAD (a log
    tail goes on further than is drawn); the band is what the damage between two maps lies within,
    whatever happens there. Raises SourceError for a stress and a hazard that has no return periods
    or curves.
    """
    curve, line = _curve_of(assessment, hazard)
    figure, (axes,) = framed(4.4)
    _draw_exceedance(axes, curve, line, assessment.city.ead.tail, language)
    for row in curve.itertuples():
        axes.annotate(
            years(row.return_period, language),
            (row.annual_frequency, row.damage),
            xytext=(6, 5),
            textcoords="offset points",
            fontsize=8,
        )
    convention = say(_FREQUENCIES[assessment.city.ead.frequency], language)
    named(
        axes, x=say("plot.frequency", language, frequency=convention), y=say("map.damage", language)
    )
    axes.set(xlim=(0, None), ylim=(0, None))
    write_numbers(axes.xaxis, lambda value: number(value, language))
    write_numbers(axes.yaxis, lambda value: money(value, assessment.city.currency, language))
    axes.legend(frameon=False, fontsize=8)
    title = say("plot.exceedance", language, city=assessment.city.name, hazard=hazard)
    notes = _without_figure(int(curve["assets_without_figure"].max()), language)
    return finished(
        figure, title, notes, exercise=_invented(assessment, hazard, priced=True), language=language
    )


def _draw_exceedance(
    axes: Axes, curve: pd.DataFrame, line: pd.DataFrame, tail: str, language: str
) -> None:
    x, y = (line[name].to_numpy() for name in ("annual_frequency", "damage"))
    beyond = line["beyond"].to_numpy()
    axes.fill_between(
        x, y, color=ORRD[1], alpha=0.6, linewidth=0, label=say("plot.area_is_ead", language)
    )
    # between two maps no less than under the more frequent one, no more than under the rarer one
    frequency = np.minimum(curve["annual_frequency"].to_numpy(), x.max())
    low, high = curve["damage_low"].to_numpy(), curve["damage_high"].to_numpy()
    if len(curve) > 1:
        axes.fill_between(
            frequency,
            low,
            np.append(high[1:], high[-1]),
            step="post",
            color=UNKNOWN_COLOUR,
            alpha=0.3,
            linewidth=0,
            label=say("plot.between_maps", language),
        )
    maps = np.flatnonzero(np.isin(x[~beyond], curve["annual_frequency"])).tolist()
    axes.plot(
        x[~beyond],
        y[~beyond],
        color=ORRD[4],
        marker="o",
        markersize=5,
        markevery=maps,
        label=say("plot.point_a_map", language),
    )
    axes.plot(
        x[beyond], y[beyond], color=ORRD[4], linestyle="--", label=say(_TAILS[tail], language)
    )


def _curve_of(assessment: Assessment, hazard: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the damage under each map of a hazard, and the line of the city's rule."""
    declared = next(
        (candidate for candidate in assessment.city.hazards if candidate.name == hazard), None
    )
    if (
        declared is None
        or declared.kind == "stress"
        or not (assessment.ead["hazard"] == hazard).any()
    ):
        raise RequestError("error.no_exceedance", hazard=hazard)
    rows = (assessment.exposure_counts["hazard"] == hazard).to_numpy()
    periods = np.unique(assessment.exposure_counts["return_period"].to_numpy(dtype=float)[rows])
    tables = assessment.assets, assessment.exposure, assessment.damage, declared, periods
    rule = assessment.city.ead
    return exceedance_curve(*tables, rule=rule), exceedance_line(*tables, rule=rule)


# By which curve


def damage_curve_plot(
    city: City | str | Path,
    *,
    language: str,
    kinds: Iterable[str] | None = None,
    hazard: str | None = None,
) -> Figure:
    """Return the damage curves of asset types (by default all), with a panel for each hazard.

    A band is one standard deviation to either side, where those were published. Raises SourceError
    where no type has a curve.
    """
    city = city_meant(city)
    panels: dict[_Panel, dict[DamageCurve, list[str]]] = {}
    asset_types = None if kinds is None else list(map(str, kinds))
    for (of, asset_type), curve in curves_for(city, asset_types)[0].items():
        if hazard in (None, of) and (asset_types is None or asset_type in asset_types):
            panels.setdefault((of, curve.unit, curve.unit_of_damage), {}).setdefault(
                curve, []
            ).append(asset_type)
    if not panels:
        raise RequestError("error.no_damage_curve", city=city.name)
    exercise = any(rule.source is not None and rule.source.exercise for rule in city.curves)
    title = say("plot.damage_curves", language, city=city.name)
    with with_city_words(city.words):
        return _plotted_curves(panels, title, city.currency, exercise=exercise, language=language)


def library_plot(ids: Iterable[str], *, language: str) -> Figure:
    """Return the shipped curves of these ids by hazard, measure and unit, with deviations.

    Raises SourceError where there are none or too many to distinguish.
    """
    chosen = [shipped_curves()[an_id] for an_id in ids]
    limit = len(_LINE_STYLES) * len(_STROKES)
    if not 0 < len(chosen) <= limit:
        raise RequestError("error.curves_to_draw", count=len(chosen), most=limit)
    panels: dict[_Panel, dict[DamageCurve, list[str]]] = {}
    for about in chosen:
        curve = shipped_curve(about, about.hazard)
        panel = (f"{about.hazard}, {about.measure}", curve.unit, FRACTION)
        panels.setdefault(panel, {})[curve] = [about.id]
    return _plotted_curves(
        panels, say("plot.library", language), "", exercise=False, language=language
    )


def _plotted_curves(
    panels: dict[_Panel, dict[DamageCurve, list[str]]],
    title: str,
    currency: str,
    *,
    exercise: bool,
    language: str,
) -> Figure:
    """Return a panel by hazard and units, with each curve and the names of what it serves."""
    lines = sum(map(len, panels.values()))
    figure, all_axes = framed(3.2 * len(panels) + 0.2 * lines, panels=len(panels))
    for axes, ((hazard, unit, of_damage), curves) in zip(all_axes, panels.items(), strict=True):
        for place, (curve, names) in enumerate(curves.items()):
            colour = _LINE_STYLES[place % len(_LINE_STYLES)]
            drawn = _stairs(curve) if curve.steps else (curve.intensities, curve.damage)
            axes.plot(
                *drawn,
                color=colour,
                marker="." if len(curve.damage) <= _DOTTED else "",
                linestyle=_STROKES[place % len(_STROKES)],
                label=label_of(", ".join(labelled("asset_type", name, language) for name in names)),
            )
            if curve.std:
                low, high = np.array(curve.damage) - curve.std, np.array(curve.damage) + curve.std
                upper = 1.0 if of_damage == FRACTION else np.inf
                axes.fill_between(
                    curve.intensities,
                    np.clip(low, 0, upper),
                    np.clip(high, 0, upper),
                    color=colour,
                    alpha=0.15,
                    linewidth=0,
                )
        key = "plot.damage_share" if of_damage == FRACTION else "plot.damage_per_m2"
        named(
            axes,
            x=say("plot.intensity", language, unit=unit),
            y=say(key, language, currency=currency),
            title=labelled("hazard", hazard, language),
        )
        axes.set_ylim(0, None)
        for axis in (axes.xaxis, axes.yaxis):
            write_numbers(axis, lambda value: number(value, language))
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0, -0.2))
    banded = any(curve.std for curves in panels.values() for curve in curves)
    notes = [say("plot.std_band", language)] if banded else []
    return finished(figure, title, notes, exercise=exercise, language=language)


def _stairs(curve: DamageCurve) -> tuple[np.ndarray, np.ndarray]:
    """Return the line of a curve by class: level within a class, upright at the next."""
    bounds = np.asarray(curve.intensities)
    end = 2 * bounds[-1] - bounds[-2] if len(bounds) > 1 else bounds[-1] + 1
    return np.repeat([*bounds, end], 2), np.array(
        [0.0, *np.repeat(curve.damage, 2), curve.damage[-1]]
    )


# Whom a figure is about


@in_city_words
def ead_plot(assessment: Assessment, *, by: str, language: str, limit: int = 15) -> Figure:
    """Return EAD by asset type, district, owner or layer (PARTS), greatest first, with bounds.

    Parts beyond `limit` share one bar, so that the bars add up to the city; a note gives how many
    assets have no figure.
    """
    figures, city = assessment.joint_ead[["ead", "ead_low", "ead_high"]], assessment.city
    parts = _with_rest(_sums(figures, assessment, by, language), limit, language)
    figure, (axes,) = framed(_BESIDE_BARS + _BAR * len(parts))
    places, ead = np.arange(len(parts)), parts["ead"].to_numpy()
    axes.barh(places, np.nan_to_num(ead), color=ORRD[2], height=0.7)
    bounded = parts[["ead", "ead_low", "ead_high"]].notna().all(axis=1).to_numpy()
    spread = np.abs(parts.loc[bounded, ["ead_low", "ead_high"]].to_numpy().T - ead[bounded])
    axes.errorbar(
        ead[bounded],
        places[bounded],
        xerr=spread,
        fmt="none",
        ecolor=_EDGE,
        elinewidth=0.9,
        capsize=2,
    )
    for place in places[np.isnan(ead)]:
        axes.annotate(
            say("plot.not_known", language),
            (0, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    name_bars(axes, parts.index)
    write_numbers(axes.xaxis, lambda value: money(value, city.currency, language))
    axes.set_xlim(0, None)
    named(axes, x=say("plot.ead_with_bounds", language))
    title = say("plot.ead_by", language, city=city.name, part=say(f"plot.by.{by}", language))
    notes = _without_figure(int(figures["ead"].isna().sum()), language)
    exercise = bool(assessment.provenance.get("exercise"))
    return finished(figure, title, notes, exercise=exercise, language=language)


def _sums(figures: pd.DataFrame, assessment: Assessment, by: str, language: str) -> pd.DataFrame:
    """Return EAD and its bounds summed by part, greatest first, NaN where none is known."""
    parts = assessment.assets[by].astype(object).to_numpy()
    table = pd.DataFrame(
        {name: figures[name].groupby(parts, dropna=False).agg(known_sum) for name in figures}
    )
    # a bound of a sum is known only where each part's is
    bounded = figures[["ead_low", "ead_high"]].notna().all(axis=1)
    table.loc[~bounded.groupby(parts, dropna=False).all(), ["ead_low", "ead_high"]] = np.nan
    table = table.sort_values("ead", ascending=False, kind="stable", na_position="last")
    return table.set_axis(part_names(table.index, assessment.districts, by, language))


def _with_rest(parts: pd.DataFrame, limit: int, language: str) -> pd.DataFrame:
    if len(parts) <= limit:
        return parts
    first, rest = parts.iloc[: limit - 1], parts.iloc[limit - 1 :]
    summed = (
        rest.agg(known_sum).to_frame().T.set_axis([say("plot.the_rest", language, count=len(rest))])
    )
    if rest[["ead_low", "ead_high"]].isna().any(axis=None):
        summed[["ead_low", "ead_high"]] = np.nan
    return pd.concat([first, summed])


# How much is exposed


@in_city_words
def exposure_plot(assessment: Assessment, hazard: str, *, language: str, limit: int = 25) -> Figure:
    """Return the states of each type's assets under a hazard's rarest map, adding up to all.

    Raises SourceError for a hazard that was not assessed.
    """
    period, rows = under_rarest_map(assessment.exposure_counts, hazard)
    if rows.empty:
        raise RequestError("error.hazard_not_assessed", hazard=hazard)
    counts = rows.groupby("asset_type", observed=True)[[*STATES, "assets"]].sum()
    counts = counts.sort_values("assets", ascending=False, kind="stable")
    if len(counts) > limit:
        rest = counts.iloc[limit - 1 :]
        summed = rest.sum().to_frame().T.set_axis([say("plot.the_rest", language, count=len(rest))])
        counts = pd.concat([counts.iloc[: limit - 1], summed])
    figure, (axes,) = framed(_BESIDE_BARS + 0.4 + _BAR * len(counts))
    left = np.zeros(len(counts))
    for state, (colour, hatch) in _STATES.items():
        share = (counts[state] / counts["assets"]).to_numpy()
        axes.barh(
            range(len(counts)),
            share,
            left=left,
            height=0.7,
            color=colour,
            hatch=hatch,
            edgecolor=_EDGE,
            linewidth=0.4,
            label=say(f"map.class.{state}", language),
        )
        left += share
    name_bars(
        axes,
        [
            f"{labelled('asset_type', asset_type, language)} ({number(count, language)})"
            for asset_type, count in counts["assets"].items()
        ],
    )
    axes.set_xlim(0, 1)
    write_numbers(axes.xaxis, lambda value: percent(round(value, 4), language))
    named(axes, x=say("plot.share_of_assets", language))
    axes.legend(frameon=False, fontsize=8, ncols=4, loc="lower left", bbox_to_anchor=(0, 1))
    title = say(
        "plot.exposed",
        language,
        city=assessment.city.name,
        hazard=hazard,
        map=years(period, language),
    )
    return finished(
        figure, title, [], exercise=_invented(assessment, hazard, priced=False), language=language
    )


# Where it is


@in_city_words
def district_plot(
    assessed: Assessment | ResilienceAssessment,
    *,
    by: str | None = None,
    language: str,
    ax: Axes | None = None,
) -> Axes:
    """Return axes with the districts in the classes and colours of the map, and a legend.

    `by` is "ead", "assets_exposed", or of a resilience assessment "share" (of the simulations in the
    top ranks); by default the last of these that is known. Raises RequestError for a figure that no
    district has.
    """
    pra = assessed if isinstance(assessed, ResilienceAssessment) else None
    assessment = assessed.assessment if isinstance(assessed, ResilienceAssessment) else assessed
    figures = _figures_of_districts(assessment, pra, language)
    if by is not None and by not in figures:
        raise RequestError("error.no_district_figure", asked=by, known=", ".join(figures))
    title, values, classes = figures[by or [*figures][-1]]
    areas = assessment.district_damage
    is_drawn = (areas["district"].astype(str) != OUTSIDE_DISTRICTS) & areas.geometry.notna()
    shapes = areas[is_drawn].geometry
    ax = _axes_for(shapes) if ax is None else ax
    _draw_classes(ax, shapes, values[is_drawn.to_numpy()], classes)
    ax.legend(
        handles=_class_signs(classes, assessment.city.currency, language),
        frameon=False,
        fontsize=8,
        loc="upper left",
        bbox_to_anchor=(0, 0),
        ncols=2,
    )
    named(ax, title=f"{assessment.city.name}. {title}")
    ax.set_axis_off()
    if fictitious(pra, language) if pra else exercise_titles(assessment):
        ax.text(0.5, 0.5, say("map.exercise_mark", language), transform=ax.transAxes, **_MARKED)
    return ax


def _axes_for(shapes: gpd.GeoSeries) -> Axes:
    """Return axes of a new figure that is as high as these shapes need."""
    from matplotlib import pyplot

    west, south, east, north = shapes.total_bounds
    high = (north - south) / (east - west) if east > west else 1.0
    size = (WIDE, WIDE * min(max(high, 0.4), 1.4) + _BESIDE_BARS)
    return pyplot.subplots(figsize=size, layout="constrained")[1]


def _figures_of_districts(
    assessment: Assessment, pra: ResilienceAssessment | None, language: str
) -> dict[str, tuple[str, np.ndarray, Classes]]:
    """Return the title, the numbers and the classes of each figure that any district has."""
    areas, city = assessment.district_damage, assessment.city
    exposed = areas["assets_exposed"].to_numpy(dtype=float)
    title = say("map.legend.assets_exposed", language)
    figures = {"assets_exposed": (title, exposed, count_classes(exposed))}
    ead = areas["ead"].to_numpy(dtype=float)
    if is_known(assessment.joint_ead, assessment.exposure, assessment.ead) and (ead >= 0).any():
        classes = ead_classes(ead, breaks=city.map.ead_breaks or ())
        figures["ead"] = (ead_called("map.legend.ead", assessment, language), ead, classes)
    shares = np.array([]) if pra is None else top_shares_of(pra, areas["district"].astype(str))
    if np.isfinite(shares).any():
        rule = city.resilience
        title = say("focus.legend.share", language, top=rule.top, draws=rule.draws)
        classes = share_classes(likely=rule.likely, firm=rule.firm)
        figures["share"] = (title, np.asarray(shares), classes)
    return figures


def _draw_classes(axes: Axes, shapes: gpd.GeoSeries, values: np.ndarray, classes: Classes) -> None:
    codes = classify(values, classes)
    for place, a_class in enumerate(classes.classes):
        if (codes == place).any():
            shapes[codes == place].plot(ax=axes, **_look_of(a_class))


def _class_signs(classes: Classes, currency: str, language: str) -> list[Patch]:
    from matplotlib.patches import Patch

    return [
        Patch(
            label=_plain(label(a_class, classes, language, currency=currency)), **_look_of(a_class)
        )
        for a_class in classes.classes
    ]


def _look_of(a_class: Class) -> dict[str, Any]:
    look: dict[str, Any] = {"facecolor": a_class.colour, "edgecolor": _EDGE, "linewidth": 0.4}
    return look | ({"facecolor": "#f4f5f7", "hatch": "////"} if a_class.no_data else {})


def _without_figure(count: int, language: str) -> list[str]:
    return [say("plot.without_figure", language, count=count)] if count else []


def _invented(assessment: Assessment, hazard: str, *, priced: bool) -> bool:
    """Return whether something that a figure of a hazard is made from is exercise data."""
    made_from = {
        hazard,
        *(layer.name for layer in assessment.city.assets),
        *(("values", "curves") if priced else ()),
    }
    return not made_from.isdisjoint(assessment.provenance.get("exercise", ()))
