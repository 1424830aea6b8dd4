"""What several test modules share stands in `tests/support/`: no test module imports another
one, or a conftest.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import PROJECT, TESTS


def imported_test_modules(text: str, folder: Path) -> Iterator[str]:
    """The modules of `tests/`, other than those of `tests/support/`, that the text of a file in
    a folder imports.
    """
    parts = folder.relative_to(PROJECT).parts
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = parts[: len(parts) - node.level + 1] if node.level else ()
            module = ".".join([*package, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (
            name
            for name in names
            if name.split(".")[0] == "tests" and name.split(".")[1] != "support"
        )


def test_no_test_module_imports_another():
    imports = {
        path.relative_to(PROJECT).as_posix(): found
        for path in TESTS.rglob("*.py")
        if (found := sorted(imported_test_modules(path.read_text(encoding="utf-8"), path.parent)))
    }
    assert imports == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from tests.conftest import town", ["tests.conftest.town"]),
        ("def late():\n    from tests.risk import test_joint", ["tests.risk.test_joint"]),
        ("import tests.outputs.test_maps as maps", ["tests.outputs.test_maps"]),
        ("from . import conftest", ["tests.outputs.conftest"]),
        ("from ..support.town import X\nfrom tests.support import town\nimport json", []),
    ],
)
def test_such_an_import_is_found(text, found):
    assert list(imported_test_modules(text, TESTS / "outputs")) == found
