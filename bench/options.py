"""What each method that a city may declare costs: `assess` with it beside `assess` without, by
turns in one run.

To add one: a function here that edits the made city's city.toml, and its entry in OPTIONS.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from make_city import PERIODS, PRICES, TYPES
from rows import Row
from setting import Setting

MOST = 100_000  # buildings
DISTRICTS = 100  # of the made city
SECTORS = dict(zip(TYPES, ("residential", "commercial", "industrial", "commercial"), strict=True))
SOURCE = 'source = { title = "invented for the bench", licence = "CC0-1.0", exercise = true }'
Edit = Callable[[str], str]


def priced(setting: Setting) -> Iterator[Row]:
    """Each option, and the cut for the public, beside the plain assessments done just before and
    just after it.
    """
    plain = setting.city(MOST)
    wanted = setting.options or (*OPTIONS, PUBLIC)
    cities = {name: plain if name == PUBLIC else edited(plain, name) for name in wanted}
    mine: dict[str, list[float]] = {name: [] for name in cities}
    beside: dict[str, list[float]] = {name: [] for name in cities}
    for _ in range(setting.times):
        before = _seconds(plain)
        for name, city in cities.items():
            mine[name].append(_seconds(city, *(["--public"] if name == PUBLIC else [])))
            after = _seconds(plain)
            beside[name].append((before + after) / 2)
            before = after
    for name in cities:
        yield Row(
            f"{plain.name} polygons x {len(PERIODS)} grids, assess(): {name}",
            statistics.median(mine[name]),
            "s",
            "the same without it",
            statistics.median(beside[name]),
            statistics.median(
                one / other for one, other in zip(mine[name], beside[name], strict=True)
            ),
            setting.asked("<= 1.5", at=MOST),
        )


def _seconds(city: Path, *more: str) -> float:
    """Return how long one assessment took in a process of its own."""
    command = [sys.executable, str(Path(__file__).parent / "run_alone.py"), str(city), *more]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{city}: {done.stderr.strip().splitlines()[-1]}")
    return float(done.stdout.splitlines()[-1])


def edited(plain: Path, name: str) -> Path:
    """Write the city with one of OPTIONS into a folder of its own, and return that."""
    folder = plain / "options" / "".join(letter if letter.isalnum() else "-" for letter in name)
    folder.mkdir(parents=True, exist_ok=True)
    text = (plain / "city.toml").read_text(encoding="utf-8")
    (folder / "city.toml").write_text(OPTIONS[name](text), encoding="utf-8")
    rows = "".join(f"{place:03d},100\n" for place in range(DISTRICTS))
    (folder / "people.csv").write_text(f"district,people\n{rows}", encoding="utf-8")
    return folder


def replaced(text: str, old: str, new: str) -> str:
    """Return a text with something else in it; what is replaced must be there once."""
    if text.count(old) != 1:
        raise ValueError(f"{text.count(old)} times in city.toml: {old}")
    return text.replace(old, new)


def _added(more: str) -> Edit:
    return lambda text: f"{text}\n{more}\n"


def _in_head(more: str) -> Edit:
    return lambda text: replaced(text, 'language = "en"\n', f'language = "en"\n{more}\n')


def _in_flood(more: str) -> Edit:
    return lambda text: replaced(
        text, 'nodata_means = "not exposed"\n', f'nodata_means = "not exposed"\n{more}\n'
    )


def _by_jrc(text: str) -> str:
    """Value what is insured by JRC's rule instead of a stated price."""
    for kind, price in zip(TYPES, PRICES, strict=True):
        rule = f'rule = "jrc", sector = "{SECTORS[kind]}", gdp_per_capita = 2946.66, exchange_rate = 12_000'
        text = replaced(text, f'{kind} = {{ per = "m2", amount = {price},', f"{kind} = {{ {rule},")
    return text


def _of_the_library(text: str) -> str:
    for kind in TYPES:
        start = text.index("path = ", text.index(f'asset_types = ["{kind}"]'))
        end = text.index("\n", start)
        text = f'{text[:start]}curve = "jrc/asia/{SECTORS[kind]}"{text[end:]}'
    return text


def _with_content(text: str) -> str:
    """Price what is in each building too, by a curve of its own."""
    for price in PRICES:
        text = replaced(text, f"amount = {price},", f"amount = {price}, content = 0.5,")
    curves = (
        f'[[curves]]\nhazard = "flood"\nasset_types = ["{kind}"]\npart = "content"\ncurve = "jrc/asia/{sector}"\n'
        for kind, sector in SECTORS.items()
    )
    return text + "\n" + "\n".join(curves)


def _with_floors(text: str) -> str:
    """Lift each building by as many metres as it has levels: any number will do here."""
    return replaced(text, 'levels = "levels" }', 'levels = "levels", floor_height = "levels" }')


def _by_class(text: str) -> str:
    """Take a share above each depth instead of the straight lines between a curve's points."""
    steps = '"0.05" = 0.1, "0.7" = 0.3, "1.5" = 0.6'
    for kind in TYPES:
        start = text.index("path = ", text.index(f'asset_types = ["{kind}"]'))
        text = f"{text[:start]}fractions_above = {{ {steps} }}{text[text.index(chr(10), start) :]}"
    return text


def _people(text: str) -> str:
    """Let a hundred people live in each district, and ask who is displaced; a table of them lies
    beside city.toml.
    """
    lived_in = 'population = { path = "people.csv", id = "district", field = "people", dwellings = "residential", '
    text = replaced(text, 'id = "district"\n', f'id = "district"\n{lived_in}{SOURCE} }}\n')
    return _in_flood('people = { displacement = "flood-petabencana" }')(text)


def _later(text: str) -> str:
    """Let the ground sink and the sea rise, so that every map is laid over again for each year
    to come.
    """
    text = _in_flood('water = "sea"\nsurveyed = 2020')(text)
    rates = "\n".join(
        f'{name} = {{ rate = {rate}, source = "invented" }}'
        for name, rate in (("subsidence_rate", 0.08), ("sea_level_rise", 0.005))
    )
    return f"{text}\n[future]\ntoday = 2026\nyears = [10, 25]\n{rates}\n"


def _spreading(text: str) -> str:
    """Let it spread too: the same water as levels over a terrain, looked through whole, in grids
    a quarter as fine.
    """
    over = r'path = "\1/level_\2.tif", terrain = "\1/ground.tif"'
    return re.sub(r'path = "(.*)/depth_(\d+)\.tif"', over, _later(text))


def _worn(text: str) -> str:
    """Let every asset be half worn, so that each is harmed more."""
    told = f'beta = 0.3\nasset_types = {list(TYPES)}\nunknown = 0.5\nsource = "invented"'
    return f"{text}\n[condition]\n{told}\n"


def _stress(text: str) -> str:
    """Let the water of the most frequent map come forty days a year too, at a price of its own:
    a map more.
    """
    path = text.partition('return_period = 5, path = "')[2].partition('"')[0]
    return f"""{text}
[[hazards]]
name = "tide"
kind = "stress"
intensity = {{ measure = "water depth", unit = "m" }}
exposed_from = 0.05
nodata_means = "not exposed"
occurrence = {{ days_per_year = 40, source = "invented" }}
maps = [ {{ return_period = 5, path = "{path}" }} ]
{SOURCE}

[[yearly]]
hazard = "tide"
asset_types = "*"
fraction = 0.02
each = "year"
source = "invented"
"""


def _related(relation: str) -> Edit:
    """Share the six maps out to two hazards that harm the same assets, and say how they hang
    together, or not.
    """

    def edit(text: str) -> str:
        head, _, rest = text.partition("maps = [\n")
        listed, _, tail = rest.partition("]\n")
        maps = listed.splitlines()
        first, second = maps[::2], maps[1::2]
        for place, period in enumerate((5, 25, 100)):  # the same events of both
            second[place] = f"  {{ return_period = {period}, {second[place].partition(', ')[2]}"
        flood = head.rpartition("[[hazards]]")[2]
        surge = flood.replace('name = "flood"', 'name = "surge"')
        curves = tail[tail.index("[[curves]]") : tail.index("[scores]")]
        told = f'[[relations]]\nhazards = ["flood", "surge"]\nrelation = "{relation}"\nreason = "invented"\n'
        return (
            head
            + "maps = [\n"
            + "\n".join(first)
            + "\n]\n"
            + tail
            + f"\n[[hazards]]{surge}maps = [\n"
            + "\n".join(second)
            + f"\n]\n{SOURCE}\n\n"
            + curves.replace('hazard = "flood"', 'hazard = "surge"')
            + (told if relation else "")
        )

    return edit


PUBLIC = "for the public"
OPTIONS: Mapping[str, Edit] = {
    "log-linear, log tail": _added('[ead]\nbetween = "log-linear"\ntail = "log"'),
    "frequency 1 - exp(-1/T), no tail": _added('[ead]\nfrequency = "1 - exp(-1/T)"\ntail = "none"'),
    "no damage up to 2 years": _in_flood("no_damage_return_period = 2"),
    "protection": _in_flood('protection = { return_period = 10, source = "invented" }'),
    "damage of the mean": _in_head('damage_rule = "damage of the mean"'),
    "values by JRC's rule": _by_jrc,
    "curves of the library": _of_the_library,
    "content with curves of its own": _with_content,
    "floor heights": _with_floors,
    "damage by class": _by_class,
    "people by class": _people,
    "ground sinks, in 10 and 25 years": _later,
    "ground sinks, water spreads over a terrain": _spreading,
    "worn assets": _worn,
    "a stress by the year": _stress,
    "two hazards, unrelated": _related("unrelated"),
    "two hazards, one event": _related("one event"),
    "two hazards, the same water": _related("same water"),
    "two hazards, no relation declared": _related(""),
}
