"""Every address has its page, every command its place; the first page does not wait for what it does not need."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from casebook import ROOT

from toolkit.cli.on_demand import GROUPS
from toolkit.desk import pages
from toolkit.desk.addresses import ADDRESSES, page_of

FOLDER = Path(pages.__file__).parent
# What makes a start slow; each is needed by some page, none by the first.
HEAVY = (
    "pandas", "docx", "lxml", "openpyxl", "typst", "xlsxwriter", "toolkit.workbook.template", "toolkit.campaign.board",
    "toolkit.campaign.merge", "toolkit.demo", "toolkit.documents.sources",
)  # fmt: skip
FIRST_PAGE = """
import sys
from pathlib import Path
import toolkit.desk.serving
from desks import Visitor
assert "年报工作台" in Visitor(Path(sys.argv[1])).text("/")
print(*sys.modules)
"""


@pytest.mark.parametrize("name", [name for _, _, name in ADDRESSES])
def test_every_address_is_answered_by_a_page_that_says_what_it_is(name: str) -> None:
    assert inspect.getdoc(page_of(name))


def test_every_page_has_a_template_address_or_redirect_that_leads_to_it() -> None:
    sources = [*FOLDER.glob("*.py"), *FOLDER.parent.glob("*.py"), *FOLDER.parent.glob("templates/*.html")]
    told = "\n".join(path.read_text(encoding="utf-8") for path in sources if path.name != "addresses.py")
    asked = {name for _, _, name in ADDRESSES}
    assert {name for name in asked if f'"{name}"' not in told and f"'{name}'" not in told} == set()


def test_every_command_has_its_place_in_the_handbook_of_the_desk() -> None:
    page = (ROOT / "docs" / "desk.md").read_text(encoding="utf-8").partition("## 命令和页面")[2].partition("\n## ")[0]
    told = [
        name for row in page.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1] if "|" in row else "")
    ]
    commands = {command for commands in GROUPS.values() for command in commands}
    assert sorted(told) == sorted(commands - {"desk"})


def test_the_first_page_reads_only_what_it_needs(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FIRST_PAGE, str(tmp_path)]
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    done = subprocess.run(command, cwd=ROOT, env=paths, capture_output=True, text=True, check=True)
    read = set(done.stdout.split())
    assert "toolkit.desk.pages.start" in read
    assert [name for name in HEAVY if name in read] == []
