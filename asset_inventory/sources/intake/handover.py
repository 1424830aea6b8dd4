"""What a reader hands back of one layer: plain arrays in files, which hold no code and need no driver to be read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

_SHAPES = "shapes"
_BYTES = "bytes.json"  # hexadecimal digits
_TEXTS = "OU"  # kinds of numpy arrays that are written as JSON


def hand_over(table: pd.DataFrame, geometry: np.ndarray, kept: np.ndarray, names: np.ndarray, folder: Path) -> None:
    """Write a layer into a new folder: its columns, the shapes that were kept, and the names of its rows.

    Of a shape that was not kept only its bounds are handed over. Numbers, truths, dates and bytes keep their type;
    other cells become text, numbers or nothing, as JSON has them.
    """
    folder.mkdir()
    np.save(folder / "names.npy", names)
    np.save(folder / "bounds.npy", shapely.bounds(geometry[~kept]))
    blobs = np.where(kept, shapely.to_wkb(geometry), None)
    lengths = np.array([-1 if blob is None else len(blob) for blob in blobs], dtype=np.int64)
    np.save(folder / f"{_SHAPES}.lengths.npy", lengths)
    (folder / f"{_SHAPES}.wkb").write_bytes(b"".join(blob for blob in blobs if blob is not None))
    columns = [str(name) for name in table.columns]
    (folder / "columns.json").write_text(json.dumps(columns), encoding="utf-8")
    for number, name in enumerate(table.columns):
        cells = table[name].to_numpy()
        if pd.api.types.is_extension_array_dtype(table[name].dtype) or cells.dtype.kind in _TEXTS:
            given = table[name].astype(object).where(table[name].notna(), None).tolist()
            of_bytes = {type(cell) for cell in given} - {type(None)} == {bytes}
            text = json.dumps(given, default=bytes.hex if of_bytes else str)
            (folder / f"{number}.{_BYTES if of_bytes else 'json'}").write_text(text, encoding="utf-8")
        else:
            np.save(folder / f"{number}.npy", cells)


def taken_over(folder: Path) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return a layer that was handed over: its columns by the names of its rows, its shapes, and bounds.

    A shape that was not kept is None, and its bounds (west, south, east, north; NaN = none) are a row of the last.
    """
    index = pd.Index(np.load(folder / "names.npy", allow_pickle=False))
    columns = json.loads((folder / "columns.json").read_text(encoding="utf-8"))
    table = pd.DataFrame({name: _cells(folder, number) for number, name in enumerate(columns)}, index=index)
    lengths = np.load(folder / f"{_SHAPES}.lengths.npy", allow_pickle=False)
    data = (folder / f"{_SHAPES}.wkb").read_bytes()
    ends = np.cumsum(np.maximum(lengths, 0)).tolist()
    blobs = [
        None if length < 0 else data[end - length : end] for end, length in zip(ends, lengths.tolist(), strict=True)
    ]
    shapes = np.empty(len(blobs), dtype=object)
    shapes[:] = blobs
    return table, shapely.from_wkb(shapes), np.load(folder / "bounds.npy", allow_pickle=False)


def _cells(folder: Path, number: int) -> np.ndarray:
    whole = folder / f"{number}.npy"
    if whole.exists():
        return np.load(whole, allow_pickle=False)
    texts, hexed = folder / f"{number}.json", folder / f"{number}.{_BYTES}"
    cells = json.loads((hexed if hexed.exists() else texts).read_text(encoding="utf-8"))
    if hexed.exists():
        cells = [None if cell is None else bytes.fromhex(cell) for cell in cells]
    made = np.empty(len(cells), dtype=object)
    made[:] = cells
    return made
