"""Commands run in this process."""

from __future__ import annotations

from asset_inventory.cli import main


def run(capsys, *arguments: str) -> tuple[int, list[str], list[str]]:
    code = main(list(map(str, arguments)))
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err.splitlines()
