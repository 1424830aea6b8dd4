"""What a QGIS project and its layers say of themselves: what they are, who made it, when and under which licence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from asset_inventory.outputs.page_data import newest_date, sources_of
from asset_inventory.words import say

if TYPE_CHECKING:
    from asset_inventory.sources.city import City, Source

Used = tuple[str, str, "Source"]  # what a source is for (a key of `words` and the name in it), and the source
_LANGUAGES = {"id": "IND", "en": "ENG"}  # as QGIS writes them


def layer_metadata(identifier: str, title: str, used: Sequence[Used], notes: Iterable[str], language: str) -> Element:
    """Return a layer's metadata; `notes` are keys of `words`. Exercise data is called so first."""
    sources = [source for _, _, source in used]
    said = [say("map.exercise", language)] * any(source.exercise for source in sources)
    said += [*(_said(one, language) for one in used), *(say(note, language) for note in notes)]
    node = _described("resourceMetadata", identifier, title, said, sources, language)
    for source in sources:
        SubElement(node, "license").text = source.licence
        SubElement(node, "rights").text = source.publisher or source.title
    return node


def project_metadata(title: str, notes: Iterable[str], city: City, language: str) -> Element:
    """Return a project's metadata, with every source that the city names; `notes` are sentences that come first."""
    used = sources_of(city)
    newest = newest_date(city)
    said = [*notes, *([say("map.newest_source", language, date=newest)] if newest else [])]
    said += [_said(one, language) for one in used]
    return _described("projectMetadata", city.name, title, said, [source for _, _, source in used], language)


def _said(used: Used, language: str) -> str:
    use, name, source = used
    date = source.date.isoformat() if source.date else say("map.about.undated", language)
    status = [say("map.status.exercise", language)] * source.exercise
    parts = (source.title, source.publisher, date, source.licence, source.url, *status)
    return f"{say(use, language, name=name)}: {' · '.join(filter(None, parts))}"


def _described(
    tag: str, identifier: str, title: str, said: Iterable[str], sources: Sequence[Source], language: str
) -> Element:
    node = Element(tag)
    SubElement(node, "identifier").text = identifier
    SubElement(node, "language").text = _LANGUAGES.get(language, language)
    SubElement(node, "type").text = "dataset"
    SubElement(node, "title").text = title
    SubElement(node, "abstract").text = "\n".join(said)
    links = SubElement(node, "links")
    for source in {source.url: source for source in sources if re.match("https?://", source.url or "")}.values():
        SubElement(links, "link", name=source.title, type="WWW:LINK", url=source.url)
    dates = SubElement(node, "dates")
    newest = max((source.date for source in sources if source.date), default=None)
    if newest:
        SubElement(dates, "date", type="Published", value=f"{newest.isoformat()}T00:00:00Z")
    return node
