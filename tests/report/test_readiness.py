"""`xxgk doctor`: what it says is what then happens."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from toolkit.cli import app
from toolkit.errors import InputError
from toolkit.report import fonts, readiness
from toolkit.report.fonts import FontRole
from toolkit.report.readiness import Readiness, font_advice, readiness_json

if TYPE_CHECKING:
    from pathlib import Path

ROLES = ("title", "heading", "kai", "body", "table", "digits")


class Installed:
    """Fonts as typst lists them."""

    def __init__(self, *families: str) -> None:
        self.listed = list(families)

    def families(self) -> list[str]:
        return self.listed


def with_fonts(monkeypatch: pytest.MonkeyPatch, *families: str) -> Readiness:
    monkeypatch.setattr(fonts, "load_fonts", lambda _font_dir: Installed(*families))
    return readiness.readiness()


def test_one_complete_chinese_font_is_enough_for_a_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    found = with_fonts(monkeypatch, "Noto Serif CJK SC")
    assert found.can_make_pdf
    assert [role.official for role in found.fonts] == [False] * len(ROLES)


def test_without_a_chinese_font_every_role_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = with_fonts(monkeypatch, "Times New Roman")
    assert not found.can_make_pdf
    assert [role.id for role in found.missing] == list(ROLES[:-1])
    assert all("可装 fonts-" in font_advice(role) for role in found.missing)
    assert font_advice(found.fonts[-1]) == ""  # the official one is there


def test_every_role_of_a_report_has_advice() -> None:
    missing = [FontRole(role, role, (), official=False) for role in ROLES]
    served = [FontRole(role, role, ("Noto Serif CJK SC",), official=False) for role in ROLES]
    assert all(font_advice(role).startswith("请安装字体：") for role in missing)
    assert not any("可装" in font_advice(role) for role in served)  # installing a stand-in changes nothing then
    assert tuple(role.id for role in fonts.font_roles()) == ROLES


def test_the_json_says_the_same_as_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    said = readiness_json(with_fonts(monkeypatch, "FangSong", "SimSun"))
    assert said["pdf"] is True
    assert [entry["family"] for entry in said["fonts"]] == ["SimSun", "SimSun", "SimSun", "FangSong", "SimSun", None]
    assert [entry["advice"] is None for entry in said["fonts"]] == [False, False, False, True, True, False]
    assert {part["library"]: part["installed"] for part in said["parts"]} == {
        library: find_spec(library) is not None for library in ("docxtpl", "pyarrow", "distributed")
    }


def test_a_part_that_is_not_there_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda name: None if name == "docxtpl" else object())
    advice = {part.library: part.advice for part in readiness.readiness().parts}
    assert advice == {"docxtpl": 'pip install "xxgk-toolkit[house]"', "pyarrow": "", "distributed": ""}


def test_a_folder_of_fonts_that_is_not_there_stops(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个字体文件夹"):
        readiness.readiness(tmp_path / "nowhere")


@pytest.mark.parametrize(("families", "code"), [(("SimSun", "FangSong"), 0), ((), 1)])
def test_the_command_ends_with_one_where_no_pdf_can_be_made(
    monkeypatch: pytest.MonkeyPatch, families: tuple[str, ...], code: int
) -> None:
    monkeypatch.setattr(fonts, "load_fonts", lambda _font_dir: Installed(*families))
    monkeypatch.setattr(readiness, "find_spec", lambda name: None if name == "pyarrow" else object())
    said = CliRunner().invoke(app, ["doctor"])
    assert said.exit_code == code
    assert said.stdout.startswith("PDF：可以生成。" if code == 0 else "PDF：不能生成")
    assert "标题（小标宋）：" in said.stdout
    assert "xxgk-toolkit[parquet]" in said.stdout
    found = CliRunner().invoke(app, ["doctor", "--json"])
    assert found.exit_code == code
    assert json.loads(found.stdout)["pdf"] is (code == 0)


def test_asking_imports_none_of_the_optional_parts() -> None:
    program = (
        "import sys\nfrom toolkit.report.readiness import readiness\nreadiness()\n"
        "print([name for name in ('docxtpl', 'pyarrow', 'distributed') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout.strip() == "[]"
