"""Each notebook runs from an empty folder, defines nothing, and is kept without outputs."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


@each
def test_it_is_kept_without_outputs(path):
    for cell in code(nbformat.read(path, as_version=4)):
        assert not cell.outputs and cell.execution_count is None


@each
def test_it_defines_no_function(path):
    for cell in code(nbformat.read(path, as_version=4)):
        defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        assert not any(isinstance(node, defined) for node in ast.walk(ast.parse(cell.source))), cell.source


@each
@pytest.mark.filterwarnings("default")  # the client's own, of sockets and loops; the kernel is another process
def test_it_runs_from_an_empty_folder(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    said = [output for cell in code(notebook) for output in cell.outputs]
    assert not [output for output in said if output.output_type == "error"]
    assert not list(tmp_path.iterdir())


def test_the_inventory_shows_the_city():
    """What the first notebook prints, table by table, is what an assessment of the demo city gives."""
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    for table in ("assets", "exposure", "ledger", "ead", "focus_areas", "findings", "provenance"):
        assert f"assessment.{table}" in text
    assert "demo_city()" in text and "exercise data" in text


def test_the_risk_notebook_shows_the_layer_the_curve_and_the_tables_behind_the_map():
    notebook = nbformat.read(NOTEBOOKS[0].with_name("03_risk.ipynb"), as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    for shown in ("AssetsOnMap(", "city_map(assessment", "offline_map(", "100_000", "explain(city, one)"):
        assert shown in text
    for table in ("damage", "ead", "ledger", "focus_areas"):
        assert f"assessment.{table}" in text
    assert text.count("EXERCISE DATA") >= 3 and "exercise data" in text


@pytest.mark.filterwarnings("default")  # the client's own, as above
def test_the_sum_by_hand_in_the_risk_notebook_is_that_of_the_assets(tmp_path):
    notebook = nbformat.read(NOTEBOOKS[0].with_name("03_risk.ipynb"), as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in code(notebook) for output in cell.outputs]
    said = "\n".join(output["text"] for output in outputs if output.output_type == "stream")
    sums = re.findall(r"(?:by hand, from the city's curve|summed over the assets \(EAD\)): +([\d,]+) IDR", said)
    assert len(sums) == 2 and sums[0] == sums[1]
    maps = [output for output in outputs if "<iframe" in output.get("data", {}).get("text/html", "")]
    assert len(maps) == 3  # small, big, and the city's own
