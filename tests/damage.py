"""Files damaged on their way, and structures no program writes: how they are made, read and measured.

Run as a program it reads a range of seeds in a process of its own and prints what went wrong and what it cost, so that
memory is measured for the reading alone: `damage.py KIND FIRST LAST [SECONDS]`.
"""

from __future__ import annotations

import io
import json
import random
import sys
import time
import zipfile
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree
from mangled.scene import sound_workbook

from toolkit.filing.findings import has_errors
from toolkit.workbook.examining import examine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolkit.form.values import Value
    from toolkit.workbook.examining import Examined

EXAMPLES = ("suqian_2024", "erqi_2020")
WATCHED = frozenset({"count", "amount", "signed", "control"})  # what a broken structure must not change unseen
SLOWEST = 5.0  # seconds of work for one file


@dataclass
class Tally:
    """What became of a range of files."""

    files: int = 0
    unreadable: int = 0
    accepted: int = 0
    slowest: float = 0
    mebibytes: int = 0
    wrong: list[str] = field(default_factory=list)


def _span(data: bytes, dice: random.Random) -> tuple[int, int]:
    start = dice.randrange(len(data))
    return start, min(len(data), start + dice.choice([1, 4, 64, 512, 4096]))


def flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    # Half of the bits among the zip's own tables at the end, which no checksum guards.
    for _ in range(dice.choice([1, 1, 1, 2, 8])):
        place = dice.randrange(max(len(data) - 3000, 0) if dice.random() < 0.5 else 0, len(data))
        changed[place] ^= 1 << dice.randrange(8)
    return bytes(changed)


def flipped_in_a_head(data: bytes, dice: random.Random) -> bytes:
    """Flip a bit in the head of a member."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = dice.choice(archive.infolist()).header_offset
    place = start + dice.randrange(60)
    return data[:place] + bytes([data[place] ^ 1 << dice.randrange(8)]) + data[place + 1 :]


def truncated(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def duplicated(data: bytes, dice: random.Random) -> bytes:
    start, end = _span(data, dice)
    return data[:end] + data[start:end] + data[end:]


def dropped(data: bytes, dice: random.Random) -> bytes:
    start, end = _span(data, dice)
    return data[:start] + data[end:]


def emptied(data: bytes, dice: random.Random) -> bytes:
    start, end = _span(data, dice)
    return data[:start] + bytes(end - start) + data[end:]


def copied_over(data: bytes, dice: random.Random) -> bytes:
    start, end = _span(data, dice)
    other = dice.randrange(len(data) - (end - start) + 1)
    return data[:start] + data[other : other + end - start] + data[end:]


DAMAGES = (flipped, flipped, flipped_in_a_head, truncated, duplicated, dropped, emptied, copied_over)


@lru_cache
def parts(name: str) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(sound_workbook(name))) as archive:
        return {member: archive.read(member) for member in archive.namelist()}


TABLES = ("sheet3.xml", "sheet4.xml", "sheet5.xml", "sharedStrings.xml", "workbook.xml")
ODD = ("", "0", "-1", "1", "3", "99999999999999999999", "A1", "A0", "E9", "XFE1048577", "s", "str", "b", "e", "n", "d",
       "true", "rId3", "/", "../../x", "#REF!", "一", " ", "1e9", "NaN", "inlineStr", "shared", "array")  # fmt: skip
_VALUES = ("v", "t", "f")  # their text is what was typed: another text is another answer, not a broken structure


def _bare(node: Any) -> str:
    return str(node.tag).rpartition("}")[2]


def _drop(node: Any, dice: random.Random) -> None:
    del dice
    node.getparent().remove(node)


def _double(node: Any, dice: random.Random) -> None:
    for _ in range(dice.choice([1, 1, 40])):
        node.addnext(etree.fromstring(etree.tostring(node)))


def _reorder(node: Any, dice: random.Random) -> None:
    children = list(node)
    dice.shuffle(children)
    node[:] = children


def _exchange(node: Any, dice: random.Random) -> None:
    """Two siblings' contents exchanged: strings, rows, relations; not of cells, which would be another answer."""
    if _bare(node) == "c":
        return
    one, other = node, dice.choice(list(node.getparent()))
    first, second = list(one), list(other)
    one[:], other[:] = second, first


def _drop_attribute(node: Any, dice: random.Random) -> None:
    if node.attrib:
        del node.attrib[dice.choice(list(node.attrib))]


def _odd_attribute(node: Any, dice: random.Random) -> None:
    names = list(node.attrib) or ["r", "t", "s", "ref", "count", "state"]
    node.set(dice.choice(names), dice.choice(ODD))


def _take_attribute(node: Any, dice: random.Random) -> None:
    """An attribute's value from a sibling: two of one address, name or id."""
    if node.attrib:
        name = dice.choice(list(node.attrib))
        value = dice.choice(list(node.getparent())).get(name)
        if value is not None:
            node.set(name, value)


def _nest(node: Any, dice: random.Random) -> None:
    inner = node
    for _ in range(dice.choice([1, 3, 600])):
        inner = etree.SubElement(inner, node.tag)


def _wrap(node: Any, dice: random.Random) -> None:
    outer = etree.Element(dice.choice([node.tag, node.getparent().tag, "AlternateContent"]))
    node.addprevious(outer)
    outer.append(node)


def _odd_text(node: Any, dice: random.Random) -> None:
    if _bare(node) not in _VALUES:
        node.text = dice.choice(ODD)


def _rename(node: Any, dice: random.Random) -> None:
    node.tag = dice.choice([node.tag + "x", _bare(node), node.getparent().tag])


EDITS: tuple[Callable[[Any, random.Random], None], ...] = (
    _drop, _double, _reorder, _exchange, _drop_attribute, _odd_attribute, _odd_attribute,
    _take_attribute, _take_attribute, _nest, _wrap, _odd_text, _rename,
)  # fmt: skip


def fuzzed(name: str, dice: random.Random) -> tuple[bytes, str]:
    """Return a workbook one of whose parts has a structure that no program writes, and what was done to it."""
    made = dict(parts(name))
    said = []
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        names = sorted(made)
        small = [part for part in names if "worksheets" not in part]
        tables = [part for part in names if part.endswith(TABLES)]
        part = dice.choice(dice.choice([names, small, tables, tables]))
        root = etree.fromstring(made[part], etree.XMLParser(huge_tree=True))
        edit, nodes = dice.choice(EDITS), [node for node in root.iter() if node.getparent() is not None]
        if part in tables and dice.random() < 0.7:
            nodes = [node for node in nodes if _bare(node) in {"c", "row", "sheetData"}]
        if nodes:
            node = dice.choice(nodes)
            said.append(f"{edit.__name__} {part} {_bare(node)} {dict(node.attrib)}")
            edit(node, dice)
            made[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part, content in made.items():
            archive.writestr(part, content)
    return buffer.getvalue(), "; ".join(said)


def damaged(name: str, dice: random.Random) -> tuple[bytes, str]:
    """Return a workbook damaged on its way, and how."""
    damage = dice.choice(DAMAGES)
    return damage(sound_workbook(name), dice), damage.__name__


@lru_cache
def sound_values(name: str) -> Mapping[str, Value]:
    examined = examine(sound_workbook(name), name)
    assert examined.filing is not None
    return examined.filing.values


def _watched(name: str, examined: Examined, *, all_fields: bool) -> list[str]:
    """Return the fields that changed and are not blamed on anything: no error stands in the whole file."""
    if examined.filing is None or has_errors(examined.findings):
        return []
    fields, now = examined.filing.form.fields, examined.filing.values
    return [
        f"{key}: {value!r} became {now[key]!r}"
        for key, value in sound_values(name).items()
        if now[key] != value
        and (all_fields or fields[key].kind.value in WATCHED)
        and not (fields[key].kind.value == "control" and now[key] is None and not all_fields)  # optional: may be blank
    ]


def read_range(kind: str, first: int, last: int, seconds: float) -> Tally:
    """Return what became of the files of these seeds, as many as were read in the time."""
    tally, until = Tally(), time.monotonic() + seconds
    for seed in range(first, last):
        dice, name = random.Random(f"{kind} {seed}"), EXAMPLES[seed % 2]  # noqa: S311 (the same files every time)
        data, said = (damaged if kind == "damaged" else fuzzed)(name, dice)
        began = time.process_time()
        examined = examine(data, "报表.xlsx")
        spent = time.process_time() - began
        tally.files += 1
        tally.unreadable += examined.filing is None
        tally.accepted += examined.verdict.value == "accepted"
        tally.slowest = max(tally.slowest, spent)
        wrong = [finding.message for finding in examined.findings if finding.name == "defect_of_ours"]
        wrong += _watched(name, examined, all_fields=kind == "damaged")
        wrong += [f"{spent:.1f} s"] if spent > SLOWEST else []
        tally.wrong += [f"{kind} {seed} {name} {said}: {one}"[:400] for one in wrong[:2]]
        if time.monotonic() > until:
            break
    # Not ru_maxrss: a new process begins with the peak of the one that started it.
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    tally.mebibytes = int(peak.split()[1]) // 1024
    return tally


if __name__ == "__main__":
    counted = read_range(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    sys.stdout.write(json.dumps(asdict(counted), ensure_ascii=False))
