"""Which district a text means: by id or name, in any spelling that leaves no doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from asset_inventory.errors import CityError
from asset_inventory.sources.texts import as_text, folded, listed_rows, nearest, told_texts
from asset_inventory.tables import finding


def districts_meant(
    given: pd.Series, districts: pd.DataFrame, *, source: str, column: str
) -> tuple[pd.Series, list[dict]]:
    """Return the id of the district that each text means, missing where it means none, and rows of FINDINGS.

    A district is meant by its id, by its name, or by «name, parent» where several bear the name; case, blanks and signs
    do not count («Tanjungmas» is «Tanjung Mas»), and another spelling than the layer's is said. `given` is texts with
    the rows of their file as index; an empty one means the whole city and is missing without a finding.
    """
    names = {str(one): str(one) for one in districts["district"]}
    named = districts.loc[districts["name"].notna(), ["district", "name"]]
    spelled: dict[str, list[object]] = {}
    for one, name in zip(named["district"], named["name"].astype(str), strict=True):
        spelled.setdefault(name, []).append(one)
    parents = districts["parent"].notna() & districts["name"].notna()
    with_parent = {f"{name}, {parent}": [one] for one, name, parent in
                   districts.loc[parents, ["district", "name", "parent"]].itertuples(index=False)}  # fmt: skip
    meant: dict[str, list[str]] = {}
    for name, ids in [*((one, [one]) for one in names), *spelled.items(), *with_parent.items()]:
        meant.setdefault(folded(name), []).extend(map(str, ids))
    known = {plain: list(dict.fromkeys(ids)) for plain, ids in meant.items()}
    exact = {*names, *spelled, *with_parent}
    texts = as_text(given)
    found = {text: known.get(folded(text), []) for text in texts.dropna().unique()}
    ids = texts.map({text: several[0] for text, several in found.items() if len(several) == 1})
    return ids.astype("str"), list(_said(texts, found, exact, spelled, source=source, column=column))


def district_meant(text: str, districts: pd.DataFrame) -> str:
    """Return the id of the one district that a text means; raises CityError where it means none, or several."""
    ids, rows = districts_meant(pd.Series([text], dtype="str"), districts, source="", column="district")
    if pd.notna(ids.iloc[0]):
        return str(ids.iloc[0])
    near = rows[0]["arguments"].get("near", "") if rows else ""
    if rows and rows[0]["code"] == "district_ambiguous":
        alike = districts[(districts["name"].map(folded, na_action="ignore") == folded(text)).to_numpy(dtype=bool)]
        names = alike["name"].astype(str).str.cat(alike["parent"].astype("str"), sep=", ", na_rep="-")
        raise CityError("error.district_ambiguous", given=text, count=len(alike),
                        names="; ".join(f"{one} ({name})" for one, name in zip(alike["district"], names, strict=True)))
    raise CityError("error.district_not_known_near" if near else "error.district_not_known", given=text, near=near)


def _said(
    texts: pd.Series, found: Mapping[str, list[str]], exact: set[str], spelled: Mapping[str, list[str]], *,
    source: str, column: str,
) -> Iterator[dict]:  # fmt: skip
    """Yield a row for each text that is spelled otherwise, means several districts, or none."""
    nobodys = texts.map({text: not ids for text, ids in found.items()}).eq(True).to_numpy(dtype=bool)
    for text, places in told_texts(texts[nobodys]):
        near = nearest(text, spelled)
        code, more = ("district_not_known_near", {"near": near}) if near else ("district_not_known", {})
        yield finding(code, source=source, column=column, severity="warning", count=len(places), given=text,
                      rows=listed_rows(places), **more)  # fmt: skip
    meant = texts[~nobodys]
    for text, places in meant.groupby(meant).groups.items():
        several = found[text]
        told = {"source": source, "column": column, "count": len(places), "given": text,
                "rows": listed_rows(places)}  # fmt: skip
        if len(several) > 1:
            yield finding("district_ambiguous", severity="warning", **told)
        elif text not in exact:
            name = next((one for one, ids in spelled.items() if several[0] in map(str, ids)), several[0])
            yield finding("district_spelled_otherwise", severity="repaired", **told, name=name)
