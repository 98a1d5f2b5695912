"""The documents are true: generated pages fresh, sessions as printed, everything documented, links and names good."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import docgen
import pytest
from casebook import ROOT
from exampleruns import copy_examples, run_command

from toolkit.filing.findings import CATALOGUE
from toolkit.form.cellrules import CELL_KINDS
from toolkit.form.registry import load_forms
from toolkit.form.rules import TABLE_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = ROOT / "docs"
OURS = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
PAGES = sorted(path for path in OURS if not {"expected", "out"} & set(path.parts))
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]


@cache
def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [*docgen.PAGES, *docgen.SESSIONS])
def test_a_generated_page_is_as_it_would_be_written_now(page: str) -> None:
    assert read(DOCS / page) == docgen.text_of(page), "run: python tests/docgen.py --write"


def test_the_readme_shows_a_session_and_the_handbook_too() -> None:
    assert [len(docgen.SESSION.findall(read(DOCS / page))) > 0 for page in docgen.SESSIONS] == [True, True, True]


def test_a_session_that_no_longer_holds_is_noticed() -> None:
    page = "```console\n$ xxgk forms\nnothing\n```\n"
    assert docgen.with_sessions(page) != page
    assert docgen.with_sessions(docgen.with_sessions(page)) == docgen.with_sessions(page)


@pytest.mark.parametrize("command", docgen.commands())
def test_a_command_is_in_the_table_of_the_readme_and_in_the_reference(command: str) -> None:
    assert f"| `xxgk {command}` |" in read(ROOT / "README.md")
    page = read(DOCS / "reference" / "commands.md").partition(f"\n## {command}\n")[2].partition("\n## ")[0]
    assert docgen.options_of(command) == set(re.findall(r"^\| `(--[a-z-]+)", page, re.MULTILINE))


def test_the_help_of_a_command_tells_what_the_reference_tells(tmp_path: Path) -> None:
    printed = run_command("xxgk report --help", tmp_path).out
    assert all(option in printed for option in docgen.options_of("report"))


def test_the_readme_lists_no_command_that_is_not_there() -> None:
    listed = re.findall(r"^\| `xxgk (\w+)`", read(ROOT / "README.md"), re.MULTILINE)
    assert sorted(listed) == sorted(docgen.commands())


def headings(page: str) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", read(DOCS / page), re.MULTILINE))


def test_every_finding_and_every_rule_is_documented() -> None:
    names = set(CATALOGUE) | {rule.id for form in load_forms() for rule in form.rules}
    assert names <= headings("reference/findings.md")


def test_every_rule_kind_is_documented() -> None:
    assert {*TABLE_KINDS, *CELL_KINDS} <= headings("reference/rules.md")


def test_every_definition_key_is_documented_and_no_meaning_is_left_over() -> None:
    known = {(name, key) for tables in docgen.FILES.values() for name, keys in tables.items() for key in keys}
    used = {f"{name}.{key}" if f"{name}.{key}" in docgen.MEANINGS else key for name, key in known}
    assert used == set(docgen.MEANINGS)


def test_the_handbook_quotes_the_titles_of_the_rules_as_they_are() -> None:
    titles = {
        rule.title for form in load_forms() for rule in form.rules if rule.kind not in {"row_total", "column_total"}
    }
    said = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", read(DOCS / "handbook.md"), re.MULTILINE)
    quoted = {title.partition("（")[0] for title in said} & titles
    assert len(quoted) >= 8


COMMAND = re.compile(r"(?:^\$ |`)xxgk ([a-z]+)([^`\n]*)", re.MULTILINE)


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_page_names_only_commands_and_options_that_are_there(path: Path) -> None:
    for command, rest in COMMAND.findall(read(path)):
        assert command in docgen.commands()
        for option in re.findall(r"(?<!\S)--[a-z-]+", rest):
            assert option in docgen.options_of(command) | {"--help"}, f"{command} {option}"


def links(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the file and the heading each relative link of a page points to."""
    text = re.sub(r"^```.*?^```$", "", read(path), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target:
            file, _, heading = target.partition("#")
            yield file, heading


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    for file, heading in links(path):
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), f"{file} is not there"
        assert target.is_relative_to(ROOT), f"{file} leaves the repository"
        if heading:
            assert heading in anchors(target), f"{file} has no heading {heading}"


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings as code hosts make them."""
    found = re.findall(r"^#+ (.+)$", read(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


# One machine's paths, and figures of any other place.
PRIVATE = re.compile(r"(?<![\w.])/(work|root|tmp|home)/|[A-Z]:\\")


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_no_page_names_a_path_of_one_machine(path: Path) -> None:
    assert PRIVATE.search(read(path)) is None


@cache
def defined() -> frozenset[str]:
    """Return every function, class, method and constant that the toolkit defines."""
    names: set[str] = set()
    for path in (ROOT / "toolkit").rglob("*.py"):
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(names)


def names_of_code(page: str) -> Iterator[str]:
    """Yield what a page in backticks says is code: calls, classes, methods, constants, files, steps of the flow."""
    text = read(ROOT / page)
    for name in re.findall(r"`([^`\n]+)`", text):
        if re.fullmatch(
            r"\w+\(\)|[A-Z]\w*[a-z]\w*(\.\w+)?|[A-Z]+_[A-Z_]+|(toolkit|tests|workbook_templates)/[\w/.]+", name
        ):
            yield name
    yield from re.findall(r"\b(?:load|lay|write|read|check|build)_\w+|with_suspects", text)


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_name_of_code_in_a_page_exists(page: str) -> None:
    found = list(names_of_code(page))
    assert len(found) > 5
    for name in found:
        if "/" in name:
            assert (ROOT / name).exists(), name
        elif name not in OUTSIDE:
            assert set(name.removesuffix("()").split(".")) <= defined(), name


# Types of Python itself, and variables of the tests.
OUTSIDE = {"Decimal", "XXGK_REQUIRE", "XXGK_FILLINGS", "XXGK_MANGLED", "XXGK_DAMAGED", "XXGK_FUZZED", "LICENSE"}


def test_the_walk_of_one_number_ends_in_the_cell_that_is_published(tmp_path: Path) -> None:
    place = copy_examples(tmp_path).parent
    for command in (
        "xxgk template --year 2024 --organ 宿迁市 --code 321300 --out a.xlsx",
        "xxgk fill a.xlsx examples/figures/suqian_2024.json --out b.xlsx",
        "xxgk report b.xlsx --to html --out c.html",
    ):
        assert run_command(command, place).code == 0
    page = read(DOCS / "architecture.md")
    (cell,) = re.findall(r"<td .*</td>", page)
    assert cell in (place / "c.html").read_text(encoding="utf-8")
    fields = run_command("xxgk forms 2021", place).out
    assert "requests.refused_state_secret.natural_person  1.属于国家秘密 · 自然人  count  三、申请办理!E13" in fields
    assert "requests.results_total.natural_person  （七）总计 · 自然人  computed  三、申请办理!E32" in fields


def test_the_changelog_names_report_years_in_its_newest_section() -> None:
    sections = re.split(r"^## ", read(ROOT / "CHANGELOG.md"), flags=re.MULTILINE)
    assert re.match(r"Unreleased|0\.1\.0", sections[1])
    assert re.search(r"report years? 20\d\d", sections[1])


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += next_pages(path)
    assert [name for name, path in zip(NAMES, PAGES, strict=True) if path not in reached] == []


def next_pages(path: Path) -> Iterator[Path]:
    """Yield the pages a page links to; a link to a folder leads to its pages."""
    for file, _ in links(path):
        target = (path.parent / file).resolve()
        if file and target.is_dir():
            yield from target.glob("*.md")
        elif target.suffix == ".md":
            yield target
