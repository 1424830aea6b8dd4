"""A stored run recomputed: do its files, its inputs and its figures still agree?

The run is written again into a folder of its own, and every table of every stored file is compared
with the one there, so that what is compared is what people hold. Three things can part a run from
today's, and each is reported by itself: somebody edited the results, the inputs have changed, or
the same inputs give other figures (another release of this package or of a library).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.provenance import delivered_file, table_inputs
from asset_inventory.assessment.read import current_layers
from asset_inventory.assessment.resilience import ResilienceAssessment, assess_resilience
from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.io.environment import versions
from asset_inventory.io.stored_runs import (
    RESILIENCE,
    RUN,
    Kept,
    Run,
    kept_files,
    read_run,
    read_stored,
    sha256_of,
    tables_in,
)
from asset_inventory.messages import LANGUAGES, say
from asset_inventory.model.city import City
from asset_inventory.model.errors import AssetInventoryError, RegisterError, SourceError
from asset_inventory.model.tables import EARLIER_COLUMNS, EARLIER_TABLES, TABLES, with_present_names
from asset_inventory.outputs.files.results import totals_of, write_resilience, write_results
from asset_inventory.outputs.files.workbooks import write_workbook
from asset_inventory.register import exists, open_register
from asset_inventory.register import version as version_of
from asset_inventory.register.deliveries import LayerState
from asset_inventory.risk.pipeline import Progress

# Relative difference up to which figures are equal: another release of a library may round the last
# digits otherwise.
TOLERANCE = 1e-9
SAME_PLACE = 1e-6  # metre: how far a corner of a shape may lie from where it was
_AGAIN = "again"  # which of several rows with one key


@dataclass(frozen=True)
class Cell:
    """A cell that differs: its row's key, its column, the texts on both sides ("" for nothing)."""

    where: dict[str, str]
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """How a table differs from an earlier one: rows by key, columns by name, shared cells."""

    rows: int
    added: tuple[dict[str, str], ...]
    removed: tuple[dict[str, str], ...]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    cells: int
    greatest: Cell | None

    @property
    def count(self) -> int:
        """Return how many cells, rows and columns are not the same."""
        parts = (self.added, self.removed, self.columns_added, self.columns_removed)
        return self.cells + sum(map(len, parts))


def difference(before: pd.DataFrame, after: pd.DataFrame, key: Sequence[str]) -> Difference:
    """Return how a table differs from an earlier one by key; figures compare as numbers.

    Cells are text, numbers or shapes. Figures within TOLERANCE of each other are equal, and so are
    shapes with corners within SAME_PLACE. Rows of one key are matched in their order; all of a row
    is its key where the tables share no column of the key.
    """
    shared = [name for name in before.columns if name in after.columns]
    key = [name for name in key if name in shared] or shared
    sides = [
        _keyed(table, key).assign(**{f"row_{number}": np.arange(len(table))})
        for number, table in enumerate((before, after))
    ]
    rows = sides[0].merge(sides[1], on=[*key, _AGAIN], how="outer", sort=False)
    both = rows.dropna(subset=["row_0", "row_1"]).astype({"row_0": int, "row_1": int})
    old, new = before.iloc[both["row_0"]], after.iloc[both["row_1"]]
    cells, greatest, worst = 0, None, (-np.inf, -np.inf)
    for name in (column for column in shared if column not in key):
        places, weight = _differ(old[name].to_numpy(dtype=object), new[name].to_numpy(dtype=object))
        cells += len(places)
        first = np.lexsort(weight)[-1] if len(places) else 0
        if len(places) and tuple(part[first] for part in weight[::-1]) > worst:
            row, worst = places[first], tuple(part[first] for part in weight[::-1])
            where = {column: _text(cell) for column, cell in old[key].iloc[row].items()}
            greatest = Cell(where, name, _text(old[name].iloc[row]), _text(new[name].iloc[row]))
    return Difference(
        rows=len(after),
        added=_keys(after, rows.loc[rows["row_0"].isna(), "row_1"], key),
        removed=_keys(before, rows.loc[rows["row_1"].isna(), "row_0"], key),
        columns_added=tuple(name for name in after.columns if name not in shared),
        columns_removed=tuple(name for name in before.columns if name not in shared),
        cells=cells,
        greatest=greatest,
    )


# A rule that a release did not know is nothing, as is one that a city leaves empty.
_NOTHING: tuple[object, ...] = (None, [], {})


def changed_keys(
    before: object, after: object, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object, object]]:
    """Yield what differs between nested mappings: the path of keys, and both values or None."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from changed_keys(before.get(name), after.get(name), (*path, str(name)))
    elif before != after and not (before in _NOTHING and after in _NOTHING):
        yield path, before, after


def leaves(about: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield the ends of nested mappings and lists as text, with their paths of keys and places."""
    if isinstance(about, Mapping | list) and about:
        pairs = about.items() if isinstance(about, Mapping) else enumerate(about, start=1)
        for name, inner in pairs:
            yield from leaves(inner, (*path, str(name)))
    else:
        yield " > ".join(path), about if isinstance(about, str) else json.dumps(about)


def _text(cell: object) -> str:
    return (
        shapely.to_wkt(cell, rounding_precision=-1)
        if isinstance(cell, shapely.Geometry)
        else str(cell)
    )


def _keyed(table: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    # a spreadsheet that saves a table again writes 10 for 10.0
    keys = table[[*key]].apply(lambda cells: cells.astype(str).str.removesuffix(".0"))
    return keys.assign(**{_AGAIN: keys.groupby([*key], sort=False).cumcount()})


def _keys(table: pd.DataFrame, rows: pd.Series, key: Sequence[str]) -> tuple[dict[str, str], ...]:
    chosen = table[[*key]].iloc[rows.astype(int)].to_dict("records")
    return tuple({name: _text(cell) for name, cell in row.items()} for row in chosen)


def _differ(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where two columns differ, and by how much (amount, share) at each place.

    A figure that is known on one side alone differs by more than any other, a word by less.
    """
    places = np.flatnonzero(before != after)
    places = places[~_same_shapes(before[places], after[places])]
    old, new = (
        pd.to_numeric(pd.Series(side[places], dtype=object), errors="coerce").to_numpy(dtype=float)
        for side in (before, after)
    )
    amount, largest = np.abs(new - old), np.fmax(np.abs(old), np.abs(new))
    differ = ~(amount <= TOLERANCE * largest)
    unknown = np.where(np.isnan(largest), -1.0, np.inf)
    share = np.where(np.isnan(amount), unknown, amount / np.where(largest, largest, 1.0))
    return places[differ], np.array([np.nan_to_num(amount, nan=0.0), share])[:, differ]


def _same_shapes(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return in which pairs of cells both are shapes, and the same ones."""
    same = np.zeros(len(before), dtype=bool)
    shapes = np.flatnonzero(shapely.is_geometry(before) & shapely.is_geometry(after))
    same[shapes] = shapely.equals_exact(before[shapes], after[shapes], tolerance=SAME_PLACE)
    return same


STANDS, EDITED, INPUTS = "stands", "edited", "inputs_changed"
FIGURES, UNREAD = "figures_differ", "not_recomputed"
SAME, DIFFERS, UNREADABLE, MISSING, EXTRA = "same", "differs", "unreadable", "missing", "extra"
_FINDINGS = "findings"
# Columns of findings that are compared where a run does not hold its language.
_FOUND = ["source", "feature", "column", "severity", "code", "count"]
_SUMS = ("damage_summary", "ead_summary")  # of figures that other tables hold
# Words, and GDAL's description of a package: another release may word them otherwise.
# fmt: off
_NO_FIGURES = (_FINDINGS, "layer_styles", "gpkg_contents", "gpkg_ogr_contents", "gpkg_extensions",
               "gpkg_spatial_ref_sys")
# fmt: on
_BOOK_WORDS = ("sheet.about", "sheet.findings")
_COUNTS = "exposure_counts"  # a table in run.json
_ROW = "row"  # what a row is called that nothing else names
_WRITTEN_AT = {"gpkg_contents": "last_change"}
# What of run.json is compared by itself, or depends on where the run lies.
_BY_ITSELF = ("files", "seal", "inputs", "versions", "city_folder")


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
    """The register's version of a run (None: no layer came from it), and its present one.

    `same`: what stood at that version can still be read, and came from the same deliveries.
    """

    then: int | None
    now: int | None
    same: bool


@dataclass(frozen=True)
class TableCheck:
    """How a stored table compares with the recomputed one; `fault` is why it is unreadable.

    Without a `name` it is the whole file. `figures`: it holds some of its own; findings are none,
    nor is GDAL's description of a package.
    """

    file: str
    name: str
    state: str
    difference: Difference | None = None
    fault: AssetInventoryError | None = None
    figures: bool = True

    @property
    def label(self) -> str:
        """Return the table's name: its file, and its name there where the file holds several."""
        return self.file if self.name in ("", Path(self.file).stem) else f"{self.file}, {self.name}"


@dataclass(frozen=True)
class Verification:
    """The result; with `fault` the run was not recomputed, `tables` and `rules` are empty.

    `rules` are the keys of city.toml that decide figures and differ, with their values then and
    now, None where `run.json` holds no rules. `versions` are the packages that differ, then and
    now.
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

        What is stored several times counts once, in the file where it differs most, and so does
        what is summed: where only sums and copies differ, each of them does.
        """
        counts: dict[bool, dict[str, int]] = {False: {}, True: {}}
        of_tables = {table.name for table in self.tables if table.file.endswith(".csv")} - {*_SUMS}
        for table in self.tables:
            if table.difference and table.figures:
                counted = counts[table.name in of_tables]
                counted[table.name] = max(counted.get(table.name, 0), table.difference.count)
        return sum(counts[True].values()) or sum(counts[False].values())

    @property
    def unread(self) -> tuple[str, ...]:
        """Return the tables and files that should be there and cannot be read."""
        lost = (table for table in self.tables if table.state in (UNREADABLE, MISSING))
        return tuple(table.label.removesuffix(".csv") for table in lost)

    @property
    def inputs_differ(self) -> bool:
        """Return whether what went into the run is not what there is now."""
        return bool(self.inputs.other) or not self.register.same

    @property
    def verdict(self) -> str:
        """Return the first of edited, inputs_changed, not_recomputed, figures_differ, stands."""
        if self.edited:
            return EDITED
        if self.inputs_differ:
            return INPUTS
        if self.fault is not None:
            return UNREAD
        return FIGURES if self.figures or self.unread else STANDS


def verify(run: Run, city: City, *, progress: Progress | None = None) -> Verification:
    """Return how a stored run compares with today's assessment of the same city folder.

    It compares the same layer or hazard alone, computes the age of data on the same day, and takes
    layers of the register at the version that they had, where it can still be read. Files that
    cannot be read are reported, not raised; nothing is written.
    """
    versions_of = (origin.get("version") for origin in (run.about.get("origins") or {}).values())
    of_origins = max((version for version in versions_of if isinstance(version, int)), default=None)
    then = run.about.get("register_version", of_origins)
    verification = partial(
        Verification, run=run, city=city, files=kept_files(run), versions=_versions(run)
    )
    try:
        layer_states, current = _standing(city, then)
        subset = run.about.get("only")
        now = assess(city, subset=subset, day=run.day, progress=progress, layer_states=layer_states)
        edition, drawn = _held(run, now)
        with tempfile.TemporaryDirectory() as again:
            books = _write(run, edition, drawn, Path(again))
            tables = tuple(_tables(run, read_run(Path(again)), books))
    except AssetInventoryError as fault:
        register = RegisterThen(then, None, not isinstance(fault, RegisterError))
        inputs = _inputs(run, city, {})
        return verification(
            inputs=inputs, register=register, rules=(), tables=(), totals={}, fault=fault
        )
    today = edition.provenance["inputs"] | (table_inputs(edition.city) if drawn else {})
    rules = run.about.get("rules")
    return verification(
        inputs=_inputs(run, city, today),
        register=RegisterThen(then, current, _same_deliveries(run, now, then, current)),
        rules=None if rules is None else tuple(changed_keys(rules, edition.provenance["rules"])),
        tables=tables,
        totals=totals_of(edition),
        fault=None,
    )


def _held(run: Run, now: Assessment) -> tuple[Assessment, ResilienceAssessment | None]:
    """Return today's assessment as a run's readers may hold it, with resilience if in the run."""
    if run.about.get("kind") != RESILIENCE:
        return disclosed(now, _audience(run)), None
    drawn = assess_resilience(now, day=run.day, decided=run.about.get("decisions"))
    drawn = disclosed_resilience(drawn, _audience(run))
    return drawn.assessment, drawn


def _audience(run: Run) -> str:
    """Return for whom a run was written; without a word of it, only public ones lack origins."""
    return run.about.get("audience") or ("internal" if "origins" in run.about else "public")


def _standing(city: City, then: int | None) -> tuple[dict[str, LayerState], int | None]:
    """Return the layers at a register's version, and its present one (None: not begun).

    Where it is older than that version, it is another one: its layers as they stand.
    """
    register = open_register(city)
    current = version_of(register) if exists(register) else None
    if then is None:
        return {}, current
    return current_layers(city, version=then), current


def _same_deliveries(run: Run, now: Assessment, then: int | None, current: int | None) -> bool:
    """Return whether every layer came from the same delivery, as far as an internal run shows."""
    if then is None:
        return True
    fields = ("from", "delivery", "sha256", "delivered_at")
    before, after = (
        {layer: [origin.get(name) for name in fields] for layer, origin in (origins or {}).items()}
        for origins in (run.about.get("origins"), now.provenance["origins"])
    )
    return current is not None and current >= then and (not before or before == after)


def _inputs(run: Run, city: City, current: Mapping[str, str]) -> Inputs:
    """Return how a run's files compare with today's; `current` are the assessment's, if any."""
    before: Mapping[str, str] = run.about["inputs"]
    handed_in = {delivered_file(layer.name) for layer in city.assets}
    now = {
        name: current[name] if name in current else sha256_of(city.folder / name)
        for name in before
        if name in current or current or name not in handed_in
    }
    return Inputs(
        sum(now[name] == before[name] for name in now),
        tuple(name for name in now if now[name] not in (None, before[name])),
        tuple(name for name in now if now[name] is None),
        tuple(name for name in current if name not in before),
    )


def _versions(run: Run) -> tuple[tuple[str, str, str], ...]:
    before, now = run.about["versions"], versions()
    names = [name for name in dict.fromkeys((*before, *now)) if before.get(name) != now.get(name)]
    return tuple((name, before.get(name, ""), now.get(name, "")) for name in names)


def _write(
    run: Run, assessment: Assessment, drawn: ResilienceAssessment | None, folder: Path
) -> dict[str, AssetInventoryError]:
    """Write a run again, its workbooks too; return why those that cannot be written cannot."""
    language = _language(run)
    if drawn is not None:
        write_resilience(drawn, folder, language=language)
        return {}
    write_results(assessment, folder, language=language)
    faults = {}
    for name in run.about.get("files") or ():
        if name.endswith(".xlsx"):
            try:
                write_workbook(assessment, folder / name, language=_language_of_book(run, name))
            except SourceError as fault:
                faults[name] = fault
    return faults


def _language(run: Run) -> str:
    language = run.about.get("language")
    return language if language in LANGUAGES else "en"


def _language_of_book(run: Run, name: str) -> str:
    """Return a workbook's language: those for the public are named `tables-id.xlsx`."""
    language = name.removesuffix(".xlsx").rpartition("-")[2]
    return language if _audience(run) == "public" and language in LANGUAGES else _language(run)


def _tables(
    run: Run, again: Run, faults: Mapping[str, AssetInventoryError]
) -> Iterator[TableCheck]:
    """Yield how each table of each stored file compares, those of CSV first.

    A file that this run does not list was not known to its release, nor a table that has no CSV
    there.
    """
    listed = run.about.get("files")
    kept = listed if listed is not None else again.about["files"]
    unknown = {name.removesuffix(".csv") for name in again.about["files"] if name.endswith(".csv")}
    unknown -= {_present(name.removesuffix(".csv")) for name in kept}
    for name in sorted(kept, key=lambda file: (not file.endswith(".csv"), file)):
        if name in faults:
            yield TableCheck(name, "", UNREADABLE, fault=faults[name])
        elif Path(name).suffix in (".csv", ".gpkg", ".xlsx"):
            language, keys = (
                _language_of_book(run, name),
                _BOOK_WORDS if name.endswith(".xlsx") else (),
            )
            words, stem = {say(key, language) for key in keys}, _present(Path(name).stem)
            written = again.folder / f"{stem}{Path(name).suffix}"
            yield from _tables_of(run.folder / name, written, unknown, words, run)
    yield _about(run, again)


def _tables_of(
    stored: Path, again: Path, unknown: Collection[str], words: Collection[str], run: Run
) -> Iterator[TableCheck]:
    """Yield how each table of a stored file compares with the same file written again, if any."""
    if not stored.is_file():
        yield TableCheck(stored.name, stored.stem if stored.suffix == ".csv" else "", MISSING)
        return
    try:
        before = {_present(name): name for name in tables_in(stored)}
        after = tables_in(again) if again.is_file() else []
    except SourceError as fault:
        yield TableCheck(stored.name, "", UNREADABLE, fault=fault)
        return
    same = again.is_file() and sha256_of(stored) == sha256_of(again)
    earlier, is_workbook = _is_earlier(run), stored.suffix == ".xlsx"
    # its sheets repeat tables of CSV under words, which this release may have changed
    words = {*words, *before, *after} if earlier and is_workbook else words
    for name in dict.fromkeys((*after, *before)):
        has_figures = name not in (*_NO_FIGURES, *words)
        check = partial(TableCheck, file=stored.name, name=name, figures=has_figures)
        if same:
            yield check(state=SAME)
        elif name not in before:
            if name not in unknown:
                yield check(state=MISSING)
        else:
            try:
                table = read_stored(stored, before[name])
                if name.startswith("gpkg_"):  # which lists tables
                    table = table.replace(EARLIER_TABLES)
                table = table if is_workbook else with_present_names(table)
                other = read_stored(again, name) if name in after else None
                if earlier and other is not None:  # without what that release did not know
                    other = other[[column for column in other if column in table]]
                compared = _compared(table, other, name, run, is_workbook=is_workbook)
            except SourceError as fault:
                yield check(state=UNREADABLE, fault=fault)
                continue
            state = EXTRA if name not in after else DIFFERS if compared.count else SAME
            yield check(state=state, difference=compared)


def _is_earlier(run: Run) -> bool:
    """Return whether a run was written with names that tables had before."""
    return any(Path(name).stem in EARLIER_TABLES for name in run.about.get("files") or ())


def _present(name: str) -> str:
    """Return the name that a table has now."""
    return EARLIER_TABLES.get(name, name)


def _compared(
    before: pd.DataFrame, after: pd.DataFrame | None, name: str, run: Run, *, is_workbook: bool
) -> Difference:
    after = before.iloc[:0] if after is None else after
    if name in _WRITTEN_AT:
        before, after = (
            table.drop(columns=_WRITTEN_AT[name], errors="ignore") for table in (before, after)
        )
    if name == _FINDINGS and run.about.get("language") is None:
        before, after = (
            table[[column for column in _FOUND if column in table.columns]]
            for table in (before, after)
        )
    contract = name.upper()
    if not is_workbook and contract in TABLES and TABLES[contract].key:
        return difference(before, after, TABLES[contract].key)
    key, sides = _key_of(after), []
    for table in (before, after):
        named = table[[column for column in key if column in table]].astype("str")
        sides.append(named.agg(", ".join, axis=1))
    # one of those words was changed: row by row
    if len(before) == len(after) and set(sides[0]) != set(sides[1]):
        before, after = (table.assign(**{_ROW: sides[1].to_numpy()}) for table in (before, after))
        key = [_ROW]
    return difference(before, after, key)


def _key_of(table: pd.DataFrame) -> list[str]:
    """Return the fewest first columns that separate a table's rows, all where none do."""
    keys = table.astype("str")
    for count in range(1, len(table.columns)):
        if not keys.iloc[:, :count].duplicated().any():
            return list(table.columns[:count])
    return list(table.columns)


def _about(run: Run, again: Run) -> TableCheck:
    """Return how run.json compares; what it does not hold was not known to its release."""
    stored = {_present(name): value for name, value in run.about.items() if name not in _BY_ITSELF}
    if _COUNTS in stored:
        rows = stored[_COUNTS]
        stored[_COUNTS] = [{EARLIER_COLUMNS.get(x, x): row[x] for x in row} for row in rows]
    recomputed = {name: again.about[name] for name in stored if name in again.about}
    names = ["key", "value"]
    before, after = (
        pd.DataFrame(leaves(side), columns=names, dtype=object) for side in (stored, recomputed)
    )
    if _is_earlier(run):  # without what that release did not know
        after = after[after["key"].isin(before["key"])]
    result = difference(before, after, ["key"])
    return TableCheck(RUN, "run", DIFFERS if result.count else SAME, result)
