"""The small parts that say what a package contains: content types, relationships, document properties."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from toolkit.xlsx.xmltree import as_utf8, escape_text, find_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from toolkit.xlsx.xmltree import Node, Span

CONTENT_TYPES = "[Content_Types].xml"
ROOT_RELATIONS = "_rels/.rels"
CUSTOM_PROPERTIES = "docProps/custom.xml"
_AUTHORSHIP_PARTS = ("docProps/core.xml", "docProps/app.xml")
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_CUSTOM_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUE_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # the fixed identifier the format gives to custom properties
_EMPTY_PROPERTIES = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{_CUSTOM_SPACE}"/>'
_AUTHORSHIP = {"creator": "作者", "lastModifiedBy": "最后保存的人", "Company": "单位", "Manager": "主管"}
_PARTS_KEPT = 1 << 9  # a workbook of ours has some two dozen parts
_FIRST_PROPERTY = 2  # the format reserves 0 and 1


@lru_cache(maxsize=_PARTS_KEPT)
def relations_part(part: str) -> str:
    """Return the name of the part that holds the relationships of `part`."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


@lru_cache(maxsize=_PARTS_KEPT)
def resolve(source: str, target: str) -> str:
    """Return the part a relationship of `source` points at, whether the target is absolute or relative."""
    target = unquote(target).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part is to another, by the last word of its kind; `outside` the package, or the name of a part."""

    kind: str
    target: str
    outside: bool


def read_relations(root: Node, source: str) -> dict[str, Relation]:
    """Return the relationships of `source` by their ids."""
    found: dict[str, Relation] = {}
    for node in root.at("Relationship"):
        target = node.attributes.get("Target", "")
        outside = node.attributes.get("TargetMode") == "External"
        kind = node.attributes.get("Type", "").rpartition("/")[2]
        target = target if outside else resolve(source, target)
        found[node.attributes.get("Id", "")] = Relation(kind, target, outside)
    return found


def read_properties(root: Node) -> dict[str, str]:
    """Return custom properties as text, whatever type each was stored with."""
    return {
        node.attributes.get("name", ""): "".join(child.all_text() for child in node.children)
        for node in root.at("property")
    }


def read_authorship(part: Callable[[str], Node | None]) -> dict[str, str]:
    """Return what the parts of core and of application properties say of people and firms; blanks are left out."""
    nodes = (node for root in filter(None, map(part, _AUTHORSHIP_PARTS)) for node in root.children)
    found = {_AUTHORSHIP.get(node.tag.rpartition(" ")[2], ""): node.text.strip() for node in nodes}
    return {label: text for label, text in found.items() if label and text}


def set_properties(xml: bytes | None, values: Mapping[str, str]) -> bytes:
    """Return the part of custom properties with these set as text; others keep their bytes. None: there was no part."""
    xml = as_utf8(xml or _EMPTY_PROPERTIES.encode())
    spans = find_spans(xml, CUSTOM_PROPERTIES, frozenset({"Properties", "property"}))
    root, known = spans[0], {span.attributes.get("name", ""): span for span in spans[1:]}
    numbers = [int(span.attributes.get("pid", 0)) for span in spans[1:]]
    following = max([_FIRST_PROPERTY - 1, *numbers]) + 1
    edits: list[tuple[int, int, bytes]] = []
    fresh: list[bytes] = []
    for name, value in values.items():
        if name in known:
            span = known[name]
            edits.append((span.start, span.end, _property(name, value, span.attributes.get("pid", str(following)))))
        else:
            fresh.append(_property(name, value, str(following)))
            following += 1
    return replaced(xml, [*edits, appended(root, b"".join(fresh))])


def _property(name: str, value: str, number: str) -> bytes:
    return (
        f'<property xmlns="{_CUSTOM_SPACE}" fmtid="{_FORMAT_ID}" pid="{number}" name="{escape_text(name)}">'
        f'<vt:lpwstr xmlns:vt="{_VALUE_SPACE}">{escape_text(value)}</vt:lpwstr></property>'
    ).encode()


def appended(span: Span, content: bytes) -> tuple[int, int, bytes]:
    """Return the edit that puts `content` last in an element, opening it when it is one self-closing tag."""
    if not span.empty or not content:
        return span.close, span.close, content
    return span.inner - 2, span.inner, b">" + content + b"</%s%s>" % (span.prefix.encode(), span.tag.encode())


def replaced(xml: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Return the part with spans (start, end) replaced."""
    for start, end, content in sorted(edits, reverse=True):
        xml = xml[:start] + content + xml[end:]
    return xml


def with_properties_part(content_types: bytes, relations: bytes) -> tuple[bytes, bytes]:
    """Return content types and root relationships that also name a part of custom properties."""
    types = find_spans(as_utf8(content_types), CONTENT_TYPES, frozenset({"Types"}))[0]
    root, *links = find_spans(as_utf8(relations), ROOT_RELATIONS, frozenset({"Relationships", "Relationship"}))
    taken = {link.attributes.get("Id") for link in links}
    free = next(name for number in range(1, len(taken) + 2) if (name := f"rIdProperties{number}") not in taken)
    override = f'<{types.prefix}Override PartName="/{CUSTOM_PROPERTIES}" ContentType="{_CUSTOM_TYPE}"/>'
    link = f'<{root.prefix}Relationship Id="{free}" Type="{_CUSTOM_RELATION}" Target="{CUSTOM_PROPERTIES}"/>'
    return (
        replaced(as_utf8(content_types), [appended(types, override.encode())]),
        replaced(as_utf8(relations), [appended(root, link.encode())]),
    )


def without_part(content_types: bytes, relations: bytes, source: str, part: str) -> tuple[bytes, bytes]:
    """Return content types and the relationships of `source` that no longer name `part`."""
    overrides = find_spans(as_utf8(content_types), CONTENT_TYPES, frozenset({"Override"}))
    links = find_spans(as_utf8(relations), relations_part(source), frozenset({"Relationship"}))
    named = [one for one in overrides if resolve("", one.attributes.get("PartName", "")).lower() == part.lower()]
    linked = [one for one in links if resolve(source, one.attributes.get("Target", "")).lower() == part.lower()]
    return (
        replaced(as_utf8(content_types), [(one.start, one.end, b"") for one in named]),
        replaced(as_utf8(relations), [(one.start, one.end, b"") for one in linked]),
    )
