"""The parts of a package for other systems: data sets, their files, and their sources.

A licence is passed on as the city states it. Where it is an SPDX expression it is written as SPDX
does; what rests on several sources is under all of their licences at once.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from asset_inventory.assessment.run import Assessment
from asset_inventory.messages import say
from asset_inventory.model.city import Hazard, Source
from asset_inventory.model.library import shipped_curves
from asset_inventory.vulnerability.curves import DamageCurve

HAZARD, EXPOSURE, VULNERABILITY, LOSS = PARTS = ("hazard", "exposure", "vulnerability", "loss")
GEOTIFF, GEOPACKAGE, CSV = ".tif", ".gpkg", ".csv"
NOT_STATED = "not stated"
# How people write that they do not know a licence.
# fmt: off
_UNSTATED = frozenset({"", "-", "?", "none", "n/a", "unknown", "not known", NOT_STATED, "unstated", "tidak ada",
                       "tidak diketahui", "tidak disebutkan", "tidak dinyatakan", "belum diketahui"})
# fmt: on
_NAME_LENGTH = 40


@dataclass(frozen=True)
class Basis:
    """A source of data; `part` is its sort, `licence` is None where none is required.

    `address` is a web address, None where the city gives none.
    """

    title: str
    part: str
    licence: str | None
    publisher: str | None = None
    address: str | None = None
    date: datetime.date | None = None


@dataclass(frozen=True)
class Cells:
    """The cells of a grid in its own system: rows, columns, the six numbers of its transform."""

    shape: tuple[int, int]
    transform: tuple[float, ...]
    side: float  # metre


@dataclass(frozen=True)
class Resource:
    """One file: `bounds` in WGS 84 (degrees), the system's code `crs`, its maps' `periods`.

    A period None is a scenario. What has no place has neither bounds nor a system.
    """

    id: str
    path: Path
    title: str
    description: str
    size: int
    sha256: str
    bounds: tuple[float, float, float, float] | None = None
    crs: str | None = None
    periods: tuple[float | None, ...] = ()
    cells: Cells | None = None

    @property
    def format(self) -> str:
        """Return the file's ending, which tells its format."""
        return self.path.suffix


@dataclass(frozen=True)
class ServedCurve:
    """A damage curve by the name that the city gives it, and the asset types it serves."""

    name: str
    curve: DamageCurve
    hazard: Hazard
    asset_types: tuple[str, ...]
    shipped: bool
    basis: Basis
    exercise: bool


@dataclass(frozen=True)
class Dataset:
    """Files of one part of a risk assessment with the same sources; `id` is fit for a file name."""

    id: str
    part: str
    name: str
    title: str
    description: str
    bases: tuple[Basis, ...]
    exercise: bool
    resources: tuple[Resource, ...]
    notes: tuple[str, ...] = ()
    hazard: Hazard | None = None
    curves: tuple[ServedCurve, ...] = ()


@dataclass(frozen=True)
class Package:
    """Data sets in a folder, in the order of `PARTS`; `assessment` is what the readers may hold."""

    assessment: Assessment
    folder: Path
    language: str
    day: datetime.date
    datasets: tuple[Dataset, ...]

    @property
    def audience(self) -> str:
        """Return for whom the data sets are."""
        return self.assessment.audience

    def of(self, part: str) -> tuple[Dataset, ...]:
        """Return the data sets of one part."""
        return tuple(dataset for dataset in self.datasets if dataset.part == part)


def united(
    boxes: Iterable[tuple[float, float, float, float] | None],
) -> tuple[float, float, float, float] | None:
    """Return the bounds of all bounds (degrees) or None; west > east across the antimeridian."""
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    across = any(west > east for west, _, east, _ in known)
    turned = [
        tuple(x + 360 if across and x < 0 else x for x in (west, east))
        for west, _, east, _ in known
    ]
    west, east = min(one for one, _ in turned), max(one for _, one in turned)
    return (
        west,
        min(one[1] for one in known),
        east - 360 if east > 180 else east,
        max(one[3] for one in known),
    )


def basis_of(source: Source, part: str) -> Basis:
    """Return a source of `city.toml` as what something is made of."""
    return Basis(
        source.title, part, source.licence, source.publisher, _address(source.url), source.date
    )


def curve_basis(curve: DamageCurve, source: Source | None) -> Basis:
    """Return whose a damage curve is: the city's own source, or the set that ships."""
    if source is not None:
        return basis_of(source, VULNERABILITY)
    doi = shipped_curves()[curve.id].doi
    address = _address(f"https://doi.org/{doi}") if doi else None
    return Basis(curve.source, VULNERABILITY, curve.licence, curve.citation, address)


def licence_of(bases: Iterable[Basis]) -> str:
    """Return the licence of all sources: SPDX where all are, else their words, or «not stated».

    A source of which no licence is asked, such as a price, does not count.
    """
    said = list(dict.fromkeys(stated(base.licence) for base in bases if base.licence is not None))
    if not said:
        return NOT_STATED
    if len(said) == 1 or not all(map(is_spdx, said)):
        return "; ".join(said)
    return " AND ".join(f"({one})" if " " in one else one for one in said)


def stated(licence: str) -> str:
    """Return a licence as SPDX writes it, else its own words, «not stated» where it has none."""
    bare = licence.strip()
    if bare.casefold() in _UNSTATED:
        return NOT_STATED
    return next(filter(None, (_spdx(bare), _spdx(re.sub(r"\s+", "-", bare)))), licence)


def is_spdx(licence: str) -> bool:
    """Tell whether a licence is an SPDX identifier or expression."""
    return _spdx(licence) is not None


def safe_name(place: int, part: str, name: str) -> str:
    """Return a name that any system can write, unique by `place`, near the city's own word."""
    word = re.sub(r"[^0-9A-Za-z]+", "-", name)[:_NAME_LENGTH].strip("-").lower()
    return "-".join(filter(None, (part, f"{place:02d}", word)))


def titled(title: str, exercise: bool, language: str) -> str:
    """Return a title, which calls exercise data so."""
    return f"{say('map.exercise', language)} – {title}" if exercise else title


def _spdx(licence: str) -> str | None:
    try:
        return canonicalize_license_expression(licence)
    except InvalidLicenseExpression:
        return None


def _address(url: str | None) -> str | None:
    """Return a web address, None for what is none or holds what an address cannot."""
    if url is None or re.search(r"[\s<>\"{}|\\^`\x00-\x1f\x7f-\x9f\u2028\u2029]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
