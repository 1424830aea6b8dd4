"""One layer out of a file: which one is meant, whether it has the fields that are asked for, which rows fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from asset_inventory.errors import SourceError
from asset_inventory.sources.archives import Dataset
from asset_inventory.sources.faults import WARNING, Fault
from asset_inventory.sources.intake.records import Asked, Records
from asset_inventory.sources.spellings import matching, near_listed, near_words, words_listed
from asset_inventory.sources.texts import as_text, nearest

SELECTS_NONE = "layer_selects_none"  # the fault of a layer of which `where` leaves no row
_COPY = "source"  # what our copy of a file is called, and so the layer of a format that has no names for layers


def dataset_of(datasets: Sequence[Dataset], asked: Asked) -> tuple[Dataset, Asked]:
    """Return the dataset that is meant, and what is asked of it; of several the layer's name tells which.

    Raises SourceError where it does not.
    """
    if len(datasets) == 1:
        return datasets[0], asked
    stems = [Path(one.name).stem for one in datasets]
    meant = [one for one, stem in zip(datasets, stems, strict=True) if stem == asked.layer]
    if len(meant) != 1:
        raise _not_clear(stems, asked)
    return meant[0], replace(asked, layer=None)


def layers_of(names: Sequence[str], asked: Asked, file: str) -> list[str]:
    """Return the names of the layers to read out of those there are; `file` is what the file is called.

    Raises SourceError where one is asked for and it is not clear which.
    """
    if not asked.one or not names:
        return list(names)
    shown = [Path(file).stem if name in ("", _COPY) else name for name in names]
    if asked.layer is None and len(names) == 1:
        return list(names)
    meant = [name for name, said in zip(names, shown, strict=True) if said == asked.layer]
    if len(meant) != 1:
        raise _not_clear(shown, asked)
    return meant


def layer_of(found: Sequence[Records], asked: Asked, file: str) -> Records:
    """Return the layer that is asked for out of those that were read; see `layers_of`."""
    if len(found) == 1 and any(fault.refuses for fault in found[0].faults):
        return found[0]  # whatever it would have been called
    by_name = {records.layer: records for records in found}
    return by_name[layers_of(list(by_name), asked, file)[0]]


def _not_clear(names: Sequence[str], asked: Asked) -> SourceError:
    listed = ", ".join(names)
    if asked.layer is None:
        return SourceError("error.several_layers", layers=listed)
    return SourceError("error.no_such_layer", layer=asked.layer, layers=listed)


def demand(records: Records, asked: Asked, dataset: Dataset) -> None:
    """Raise SourceError when a field that is asked for is not there, and say which would be near."""
    there = [name for name in records.all_fields if name != "geometry"]  # in our tables that is the shape itself
    missing = [name for name in asked.fields if name not in there]
    if not missing:
        return
    if dataset.kind == "shapefile" and not dataset.path.with_suffix(".dbf").exists():
        raise SourceError("error.no_dbf", field=missing[0])
    near = nearest(missing[0], there)
    key = "error.no_such_field_near" if near else "error.no_such_field" if there else "error.no_fields"
    listed = ", ".join(sorted(there)[:20])
    raise SourceError(key, field=missing[0], near=near, fields=listed)


def fitting(records: Records, asked: Asked) -> Records:
    """Return the rows whose fields hold one of the words asked for, with what `selected` finds."""
    chosen, faults = selected(records.table, asked.where, ignore_case=asked.ignore_case)
    return (records if chosen.all() else records.only(chosen)).with_faults(*faults)


def selected(
    table: pd.DataFrame, where: Mapping[str, Sequence[str]], *, ignore_case: bool
) -> tuple[np.ndarray, list[Fault]]:
    """Tell which rows hold one of the words in each field; say which words nearly do, and where no row is left."""
    chosen, faults = np.ones(len(table), dtype=bool), []
    fields = {name: as_text(table[name]) for name in where if name in table.columns}
    for name, given in fields.items():
        chosen &= matching(given, where[name], ignore_case=ignore_case)
        near = near_words(given[~matching(given, where[name], ignore_case=ignore_case)], where[name])
        if near:
            faults.append(Fault("where_word_near", WARNING, column=name, count=sum(count for *_, count in near),
                                arguments={"words": near_listed(near)}))  # fmt: skip
    if len(table) and not chosen.any():
        held = "; ".join(f"{name}: {words_listed(given)}" for name, given in fields.items())
        faults.append(Fault(SELECTS_NONE, arguments={"read": len(table), "words": held}))
    return chosen, faults
