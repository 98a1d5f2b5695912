"""The house rules that no linter holds."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from casebook import ROOT, SMALL

from toolkit.filing.findings import CATALOGUE
from toolkit.form.registry import form_of_edition, load_forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.form.model import Form

TOOLKIT = ROOT / "toolkit"
MODULES = sorted(path for path in TOOLKIT.rglob("*.py") if "_data" not in path.parts)
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]
# The floors of the house, lowest first. A wing may import what stands on lower floors; of two on one floor neither
# knows the other. A module belongs to the longest name that fits it.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("files",),
    ("xlsx", "form"),
    ("filing.catalogue",),
    ("filing",),
    ("filing.locating", "filing.prose"),
    ("workbook.identity",),
    ("workbook.rectangles", "workbook.spots", "workbook.wording"),
    ("workbook.layout", "documents", "report"),
    ("workbook.ledger", "workbook.remarks", "workbook.addresses"),
    ("workbook.template",),
    ("workbook.returned",),
    ("workbook",),
    ("workbook.marking",),
    ("workbook.from_document",),
    ("workbook.any_file",),
    ("workbook.carry_over",),
    ("campaign.round",),
    ("campaign.intake",),
    ("campaign.issue", "campaign.sendback"),
    ("campaign.board",),
    ("campaign.merge",),
    ("campaign.compare", "campaign.publish", "campaign.assess"),
    ("campaign",),
    ("audit",),
    ("cli.printing",),
    ("demo",),
    ("desk",),
    ("cli",),
)
# Neighbours that must not know each other although one stands lower.
STRANGERS = (("workbook", "report"), ("report", "workbook"), ("report", "documents"), ("report", "xlsx"))
LARGEST_FOLDER = 14
LONGEST_FUNCTION, LONGEST_MODULE, LONGEST_PATH = 40, 400, 150


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    """Return a module's dotted name below `toolkit`."""
    return ".".join(path.relative_to(TOOLKIT).with_suffix("").parts).removesuffix(".__init__")


BY_NAME = {module_name(path): path for path in MODULES}


def imported(path: Path) -> set[str]:
    """Return the modules of the toolkit that a module imports: at its head, inside a function, for types only."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    ours = {name.removeprefix("toolkit.") for name in names if name.startswith("toolkit.")}
    return {name for name in ours if name in BY_NAME and BY_NAME[name].name != "__init__.py"} - {module_name(path)}


def wing_of(module: str) -> tuple[str, int]:
    """Return the wing a module belongs to, and its floor."""
    floors = {wing: floor for floor, wings in enumerate(FLOORS) for wing in wings}
    fitting = [wing for wing in floors if module == wing or module.startswith(f"{wing}.")]
    assert fitting, f"{module} belongs to no wing"
    wing = max(fitting, key=len)
    return wing, floors[wing]


def is_uphill(module: str, target: str) -> bool:
    (wing, floor), (other, below) = wing_of(module), wing_of(target)
    return wing != other and below >= floor


@pytest.mark.parametrize("module", [name for name in BY_NAME if name not in {"", "__init__", "__main__"}])
def test_imports_run_one_way(module: str) -> None:
    targets = imported(BY_NAME[module])
    assert [target for target in sorted(targets) if is_uphill(module, target)] == []
    packages = {(module.split(".", maxsplit=1)[0], target.split(".")[0]) for target in targets}
    assert packages & set(STRANGERS) == set()


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules each of which reaches every other."""
    reach = {name: set(targets) for name, targets in graph.items()}
    for middle in graph:
        for name in graph:
            if middle in reach[name]:
                reach[name] |= reach[middle]
    return [sorted(n for n in reach[name] if name in reach[n]) for name in graph if name in reach[name]]


def test_no_imports_run_in_a_circle() -> None:
    assert circles({name: imported(path) for name, path in BY_NAME.items()}) == []


def test_no_folder_is_crowded() -> None:
    folders = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert {str(folder): number for folder, number in folders.items() if number > LARGEST_FOLDER} == {}


def definitions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def body_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines from the first statement after the docstring to the last."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_no_function_and_no_module_is_too_long(path: Path) -> None:
    functions = [node for node in definitions(tree_of(path)) if not isinstance(node, ast.ClassDef)]
    assert {node.name: body_length(node) for node in functions if body_length(node) > LONGEST_FUNCTION} == {}
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def public_without_docstring(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if ast.get_docstring(node) is None:
                yield node.name
            if isinstance(node, ast.ClassDef):
                yield from public_without_docstring(node.body)


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_everything_public_has_a_docstring(path: Path) -> None:
    assert ast.get_docstring(tree_of(path)) is not None
    assert list(public_without_docstring(tree_of(path).body)) == []


def texts_of(path: Path) -> list[str]:
    """Return the string constants of a module that are no docstrings."""
    tree = tree_of(path)
    owners = [tree, *definitions(tree)]
    docs = {id(owner.body[0].value) for owner in owners if owner.body and isinstance(owner.body[0], ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docs]
    texts = [node.value for node in constants if isinstance(node.value, str)]
    # XML namespaces have years in them, and one attribute of the file format.
    return [text for text in texts if "http://" not in text and text != "date1904"]


@cache
def official_texts() -> set[str]:
    """Return every label, heading, caption, title and number of the shipped definitions."""
    keys = {"label", "heading", "sheet", "caption", "stub", "title", "number", "preamble", "report_title"}
    found: set[str] = set()
    for path in (ROOT / "workbook_templates").rglob("*.toml"):
        if path.name == "rules.toml":  # its titles are our own words
            continue
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        tables.pop("note", None)  # contacts are no official words; a roster has them too
        for entries in tables.values():
            for entry in entries if isinstance(entries, list) else [entries]:
                found |= {value for key, value in entry.items() if key in keys and isinstance(value, str)}
    return found - {""}


# Short labels are everyday words (总计, 其他), which may stand inside a sentence but not alone.
LONG_ENOUGH = 6
ARTICLE_OR_YEAR = re.compile(r"第[一二三四五六七八九十百]+条|(?<!\d)(19|20)\d\d(?!\d)|〔\d{4}〕")


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_no_official_words_article_or_year_stands_in_python(path: Path) -> None:
    official = official_texts()
    texts = texts_of(path)
    stated = [text for text in texts if text in official]
    inside = [(label, text) for text in texts for label in official if len(label) >= LONG_ENOUGH and label in text]
    dated = [text for text in texts if ARTICLE_OR_YEAR.search(text)]
    assert (stated, inside, dated) == ([], [], [])


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.split("\0") if name]


def test_no_path_is_too_long() -> None:
    assert [name for name in tracked() if len(name) > LONGEST_PATH] == []


@cache
def sources_of_tests() -> str:
    paths = [path for path in (ROOT / "tests").rglob("*") if path.suffix in {".py", ".toml"} and path != Path(__file__)]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def is_tested(name: str) -> bool:
    return re.search(rf"\b{name}\b", sources_of_tests()) is not None


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_finding_of_the_catalogue_appears_in_a_test(name: str) -> None:
    assert is_tested(name)


def test_every_rule_of_every_form_appears_in_a_test(form: Form) -> None:
    assert [rule.id for rule in form.rules if not is_tested(rule.id)] == []


def test_no_rule_is_called_like_a_finding_of_the_catalogue(form: Form) -> None:
    assert {rule.id for rule in form.rules} & set(CATALOGUE) == set()


def references_of(form: Form) -> Iterator[str]:
    yield from (field.source for field in form.fields.values() if field.source)
    yield from (rule.source for rule in form.rules)
    yield from (section.source for section in form.sections)
    yield from (table.source for table in form.tables)
    yield from (source.under for source in form.sources if source.under)
    yield form.source


def test_every_source_is_cited_and_every_citation_resolves(form: Form) -> None:
    references = list(references_of(form))
    begins = ("《", *(source.cite for source in form.sources if source.cite))
    assert all(form.citation(reference).startswith(begins) for reference in references)
    assert {reference.partition(":")[0] for reference in references} == {source.id for source in form.sources}


def test_every_figure_and_section_says_where_it_is_asked_for(form: Form) -> None:
    asked = [field for field in form.fields.values() if field.kind.is_figure or field.kind.value in {"text", "control"}]
    assert [field.id for field in asked if not field.source] == []


@pytest.mark.parametrize("table", ["disclosure", "requests", "reviews"])
def test_an_analysis_page_names_every_row_column_and_rule_of_its_table(table: str) -> None:
    page = (ROOT / "docs" / "analysis" / f"{table}.md").read_text(encoding="utf-8")
    for form in load_forms():
        official = form.table(table)
        ids = {entry.id for entry in (*official.rows, *official.columns)}
        ids |= {rule.id for rule in form.rules if rule.table == table}
        assert sorted(name for name in ids if not re.search(rf"`{name}`|\b{name}\b", page)) == []
        assert all(row.label.split("（区分")[0] in page for row in official.rows)


def test_the_small_form_is_not_among_the_shipped() -> None:
    assert form_of_edition("small", SMALL) not in load_forms()


# What tells of one machine or one workshop has no place in the repository.
PRIVATE = re.compile(r"(?<![\w.])/(work|root|tmp)/")


@pytest.mark.parametrize("folder", ["toolkit", "workbook_templates", "examples", "docs"])
def test_no_file_names_a_path_of_one_machine(folder: str) -> None:
    paths = [path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".toml", ".md", ".json", ".txt"}]
    assert [path.name for path in paths if PRIVATE.search(path.read_text(encoding="utf-8"))] == []
