"""A stored run reckoned again: are its files as they were written, its inputs the same, its figures what comes of them?

Tables are compared as they are written, so that what is compared is what people hold. Three things can part a run
from what is found today, and each is told by itself: somebody edited the results, the inputs have changed, or the same
inputs give other figures (another release of this package or of a library).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from asset_inventory.assessment import Assessment, assess
from asset_inventory.errors import AssetInventoryError, RegisterError, SourceError
from asset_inventory.inventory.holdings import standing_layers
from asset_inventory.inventory.register import Standing, exists, open_register
from asset_inventory.inventory.register import version as version_of
from asset_inventory.outputs.audience import public_part
from asset_inventory.outputs.preliminary.public_voices import public_preliminary
from asset_inventory.outputs.preliminary.results import preliminary_tables, status_of_run
from asset_inventory.outputs.results import result_tables, status_of, totals_of
from asset_inventory.overlay import Progress
from asset_inventory.preliminary import PreliminaryAssessment, draw_up
from asset_inventory.sources.city import City
from asset_inventory.sources.provenance import delivered_file, table_inputs, versions
from asset_inventory.sources.runs import parsed_table, read_table, table_text
from asset_inventory.sources.stored_runs import RESILIENCE, Kept, Run, holds, kept_files, sha256_of
from asset_inventory.tables import TABLES
from asset_inventory.verification.differences import Difference, changed_keys, difference

STANDS, EDITED, INPUTS, FIGURES, UNREAD = "stands", "edited", "inputs_changed", "figures_differ", "not_recomputed"
SAME, DIFFERS, UNREADABLE, MISSING = "same", "differs", "unreadable", "missing"
_FINDINGS = "findings"  # words of a reader's language and paths of one machine, so that only what is found is compared
_SUMS = ("damage_sums", "ead_sums")  # of figures that other tables hold
_FOUND = ["source", "feature", "column", "severity", "code", "count"]


@dataclass(frozen=True)
class Inputs:
    """What went into a run, by its name: how many are the same, and which are not."""

    same: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def other(self) -> tuple[str, ...]:
        """Return all that are not the same."""
        return (*self.changed, *self.missing, *self.new)


@dataclass(frozen=True)
class RegisterThen:
    """The version of the register that a run rests on (None: no layer came from it), and the one that it has now.

    `same` tells that what stood at that version can still be read, and came of the same deliveries.
    """

    then: int | None
    now: int | None
    same: bool


@dataclass(frozen=True)
class TableCheck:
    """How a stored table compares with the one reckoned again; `fault` says why it cannot be read."""

    name: str
    state: str
    difference: Difference | None = None
    fault: AssetInventoryError | None = None


@dataclass(frozen=True)
class Verification:
    """What was found; `fault` says why the run could not be recomputed, then `tables` and `rules` are empty.

    `rules` are the keys of city.toml that decide figures and differ, with what they said and say, None where `run.json`
    holds no rules. `versions` are the packages that differ, then and now.
    """

    run: Run
    city: City
    files: Kept
    inputs: Inputs
    register: RegisterThen
    versions: tuple[tuple[str, str, str], ...]
    rules: tuple[tuple[tuple[str, ...], object, object], ...] | None
    tables: tuple[TableCheck, ...]
    totals: Mapping[str, float]
    fault: AssetInventoryError | None

    @property
    def edited(self) -> tuple[str, ...]:
        """Return the stored files that are not as they were written, or are gone."""
        broken = ("run.json",) if self.run.sealed is False else ()
        return (*broken, *self.files.edited, *self.files.missing)

    @property
    def figures(self) -> int:
        """Return how many stored cells, rows and columns are not what comes out today.

        Findings are no figures, and what is summed counts once: where only sums differ, each of them does.
        """
        told = {one.name: one.difference.count for one in self.tables if one.difference and one.name != _FINDINGS}
        return sum(count for name, count in told.items() if name not in _SUMS) or sum(told.values())

    @property
    def unread(self) -> tuple[str, ...]:
        """Return the tables that should be there and cannot be read."""
        return tuple(one.name for one in self.tables if one.state in (UNREADABLE, MISSING))

    @property
    def inputs_differ(self) -> bool:
        """Tell whether what went into the run is not what there is now."""
        return bool(self.inputs.other) or not self.register.same

    @property
    def verdict(self) -> str:
        """Return the first that applies: edited, inputs_changed, not_recomputed, figures_differ, stands."""
        if self.edited:
            return EDITED
        if self.inputs_differ:
            return INPUTS
        if self.fault is not None:
            return UNREAD
        return FIGURES if self.figures or self.unread else STANDS


def verify(run: Run, city: City, *, progress: Progress | None = None) -> Verification:
    """Return how a stored run compares with the same assessment made today, from the files of a city as they are now.

    The same layer or hazard alone is looked at, the age of data told on the same day, and layers of the register taken
    at the version that they had, where it can still be read. Files that cannot be read are told, not raised; nothing
    is written.
    """
    then = run.about.get("register_version", _version_of_origins(run))
    told = {"run": run, "city": city, "files": kept_files(run), "versions": _versions(run)}
    try:
        stands, current = _standing(city, then)
        now = assess(city, only=run.about.get("only"), day=run.day, progress=progress, stands=stands)
        held, drawn = _held(run, now)
    except AssetInventoryError as fault:
        register = RegisterThen(then, None, not isinstance(fault, RegisterError))
        return Verification(
            **told, inputs=_inputs(run, city, {}), register=register, rules=(), tables=(), totals={}, fault=fault
        )
    return Verification(
        **told,
        inputs=_inputs(run, city, held.provenance["inputs"] | (table_inputs(held.city) if drawn else {})),
        register=RegisterThen(then, current, _same_deliveries(run, now, then, current)),
        rules=_rules(run, held),
        tables=tuple(_tables(run, held, drawn)),
        totals=totals_of(held),
        fault=None,
    )


def _held(run: Run, now: Assessment) -> tuple[Assessment, PreliminaryAssessment | None]:
    """Return today's assessment as the readers of a run may hold it, with the preliminary one where the run is such."""
    public = _audience(run) == "public"
    if run.about.get("kind") != RESILIENCE:
        return (public_part(now) if public else now), None
    drawn = draw_up(now, day=run.day, decided=run.about.get("decisions"))
    drawn = public_preliminary(drawn) if public else drawn
    return drawn.assessment, drawn


def _audience(run: Run) -> str:
    """Tell for whom a run was written; older ones do not say, but only those for the public tell of no origins."""
    return run.about.get("audience") or ("internal" if "origins" in run.about else "public")


def _version_of_origins(run: Run) -> int | None:
    told = [one.get("version") for one in (run.about.get("origins") or {}).values()]
    return max((one for one in told if isinstance(one, int)), default=None)


def _standing(city: City, then: int | None) -> tuple[dict[str, Standing], int | None]:
    """Return the layers as the register held them at a version, and its version now (None: it was not begun).

    Where it is older than that version, it is another one: its layers as they stand.
    """
    register = open_register(city)
    current = version_of(register) if exists(register) else None
    if then is None:
        return {}, current
    return standing_layers(city, version=then), current


def _same_deliveries(run: Run, now: Assessment, then: int | None, current: int | None) -> bool:
    """Tell whether every layer came of the same delivery, as far as a run tells: one for the public does not."""
    if then is None:
        return True
    told = ("from", "delivery", "sha256", "delivered_at")
    before, after = ({layer: [one.get(name) for name in told] for layer, one in (origins or {}).items()}
                     for origins in (run.about.get("origins"), now.provenance["origins"]))  # fmt: skip
    return current is not None and current >= then and (not before or before == after)


def _inputs(run: Run, city: City, current: Mapping[str, str]) -> Inputs:
    """Return how the files of a run compare with what is there; `current` are those of today's assessment, if any."""
    before: Mapping[str, str] = run.about["inputs"]
    handed_in = {delivered_file(layer.name) for layer in city.assets}
    now = {name: current[name] if name in current else sha256_of(city.folder / name)
           for name in before if name in current or current or name not in handed_in}  # fmt: skip
    return Inputs(
        sum(now[name] == before[name] for name in now),
        tuple(name for name in now if now[name] not in (None, before[name])),
        tuple(name for name in now if now[name] is None),
        tuple(name for name in current if name not in before),
    )


def _versions(run: Run) -> tuple[tuple[str, str, str], ...]:
    before, now = run.about["versions"], versions()
    names = dict.fromkeys((*before, *now))
    return tuple((name, before.get(name, ""), now.get(name, "")) for name in names if before.get(name) != now.get(name))


def _rules(run: Run, held: Assessment) -> tuple[tuple[tuple[str, ...], object, object], ...] | None:
    before = run.about.get("rules")
    return None if before is None else tuple(changed_keys(before, held.provenance["rules"]))


def _tables(run: Run, held: Assessment, drawn: PreliminaryAssessment | None) -> Iterator[TableCheck]:
    """Yield how each stored table compares; one that this run does not list was not known to its release."""
    listed = run.about.get("files")
    if drawn is None:
        status, reckoned = status_of(held), result_tables(held, language="en", audience=_audience(run))
    else:
        status, reckoned = status_of_run(drawn), preliminary_tables(drawn, language="en")
    stored = [name.removesuffix(".csv") for name in listed or () if name.endswith(".csv")]
    for name in dict.fromkeys((*reckoned, *stored)):
        if listed is None or name in stored:
            text = table_text(reckoned[name], status=status) if name in reckoned else ""
            yield _table(run.folder / f"{name}.csv", name, text)


def _table(path: Path, name: str, text: str) -> TableCheck:
    if not path.is_file():
        return TableCheck(name, MISSING)
    if holds(path, text):
        return TableCheck(name, SAME)
    try:
        before = read_table(path)
    except SourceError as fault:
        return TableCheck(name, UNREADABLE, fault=fault)
    after = parsed_table(text, name) if text else before.iloc[:0]
    contract = {"future": "FUTURE_EAD"}.get(name, name.upper())
    key = TABLES[contract].key if contract in TABLES else ("parent",)
    if name == _FINDINGS:
        before, after = (table[[one for one in _FOUND if one in table.columns]] for table in (before, after))
    found = difference(before, after, key)
    return TableCheck(name, DIFFERS if found.count else SAME, found)
