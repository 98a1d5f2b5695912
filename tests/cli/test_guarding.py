"""A slip of --out does not cost the file a command reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import docx
import pytest
from casebook import FIGURES, example_filing, full_filing
from typer.testing import CliRunner

from toolkit.cli import app
from toolkit.errors import InputError
from toolkit.form.registry import form_of_edition
from toolkit.report.docx.retouched import is_retouched
from toolkit.report.publish import publish
from toolkit.report.retouched import RECORD
from toolkit.workbook.examining import DRAFT
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from terminal import Cli


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "已填.xlsx"
    path.write_bytes(write_workbook(full_filing(form_of_edition("2021"))))
    return path


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(*arguments: object) -> str:
    result = invoke(*arguments)
    assert isinstance(result.exception, InputError), result.output
    return str(result.exception)


def test_a_report_does_not_overwrite_its_workbook(workbook: Path) -> None:
    before = workbook.read_bytes()
    assert "覆盖" in refused("report", workbook, "--to", "docx", "--out", workbook)
    assert workbook.read_bytes() == before


def test_a_template_does_not_overwrite_last_years_workbook(workbook: Path) -> None:
    before = workbook.read_bytes()
    said = refused("template", "--year", 2024, "--organ", "示例", "--previous", workbook, "--out", workbook)
    assert "覆盖" in said
    assert workbook.read_bytes() == before


def test_filling_does_not_overwrite_the_values(workbook: Path, tmp_path: Path) -> None:
    values = tmp_path / "数据.json"
    values.write_bytes((FIGURES / "suqian_2024.json").read_bytes())
    assert "覆盖" in refused("fill", workbook, values, "--out", values)
    assert json.loads(values.read_text(encoding="utf-8"))


def test_a_workbook_may_be_filled_in_place(workbook: Path, tmp_path: Path) -> None:
    values = tmp_path / "数据.json"
    values.write_text('{"requests.new.natural_person": 0}', encoding="utf-8")
    result = CliRunner().invoke(app, ["fill", str(workbook), str(values), "--out", str(workbook)])
    assert result.exit_code == 0


def test_a_draft_says_so_in_every_format(workbook: Path, tmp_path: Path) -> None:
    values = tmp_path / "数据.json"
    values.write_text('{"requests.new.natural_person": 1}', encoding="utf-8")
    CliRunner().invoke(app, ["fill", str(workbook), str(values), "--out", str(workbook)])
    out = tmp_path / "报告"
    result = CliRunner().invoke(app, ["report", str(workbook), "--to", "html,txt,md,json", "--out", str(out)])
    assert result.exit_code == 1
    written = [path for path in out.iterdir() if path.name != RECORD]
    assert len(written) == 4
    assert all(DRAFT in path.read_text(encoding="utf-8") for path in written)


def test_an_accepted_report_does_not(tmp_path: Path) -> None:
    paths = publish(full_filing(form_of_edition("2021")), ("html", "txt"), tmp_path)
    assert not [path for path in paths if "草稿" in path.read_text(encoding="utf-8")]


def test_filling_does_not_overwrite_what_somebody_else_filled(workbook: Path, tmp_path: Path) -> None:
    values, blank = tmp_path / "数据.json", tmp_path / "空.xlsx"
    name = next(name for name, field in form_of_edition("2021").fields.items() if field.kind.is_required_figure)
    values.write_text(json.dumps({name: 3}), encoding="utf-8")
    assert invoke("template", "--year", 2024, "--organ", "某局", "--out", blank).exit_code == 0
    before = workbook.read_bytes()
    assert "--force" in refused("fill", blank, values, "--out", workbook)
    assert workbook.read_bytes() == before
    assert invoke("fill", blank, values, "--out", workbook, "--force").exit_code == 0
    assert invoke("fill", blank, values, "--out", workbook).exit_code == 0  # the same again loses nothing


def test_marking_does_not_overwrite_what_somebody_else_filled(workbook: Path, tmp_path: Path) -> None:
    blank, marked = tmp_path / "空.xlsx", tmp_path / "已标.xlsx"
    assert invoke("template", "--year", 2024, "--organ", "某局", "--out", blank).exit_code == 0
    before = workbook.read_bytes()
    assert "--force" in refused("mark", blank, "--out", workbook)
    assert workbook.read_bytes() == before
    for _ in range(2):  # the same again loses nothing
        assert invoke("mark", blank, "--out", marked).exit_code == 1
    assert invoke("mark", blank, "--out", workbook, "--force").exit_code == 1


@pytest.mark.parametrize(
    "call",
    [
        ("template", "--year", 2024, "--organ", "某局"),
        ("fill", "WORKBOOK", "VALUES"),
        ("mark", "WORKBOOK"),
        ("migrate", "WORKBOOK"),
        ("read", "WORKBOOK"),
    ],
    ids=lambda call: call[0],
)
def test_a_workbook_is_not_written_over_another_file(call: tuple, workbook: Path, tmp_path: Path) -> None:
    out, values = tmp_path / "名册.xlsx", tmp_path / "数据.json"
    values.write_text("{}", encoding="utf-8")
    docx.Document().save(str(out))
    before = out.read_bytes()
    names = {"WORKBOOK": workbook, "VALUES": values}
    arguments = [names.get(word, word) for word in call]
    assert "--force" in refused(*arguments, "--out", out)
    assert out.read_bytes() == before
    assert invoke(*arguments, "--out", out, "--force").exit_code in {0, 1}
    assert out.read_bytes() != before


def test_a_word_report_retouched_by_hand_is_not_overwritten(workbook: Path, tmp_path: Path) -> None:
    out = tmp_path / "报告.docx"
    for _ in range(2):  # what is as we wrote it may be written again
        assert invoke("report", workbook, "--to", "docx", "--out", out).exit_code == 0
    document = docx.Document(str(out))
    document.paragraphs[0].add_run("（改过）")
    document.save(str(out))
    before = out.read_bytes()
    assert "改过" in refused("report", workbook, "--to", "docx", "--out", out)
    assert out.read_bytes() == before
    assert invoke("report", workbook, "--to", "docx", "--out", out, "--force").exit_code == 0
    assert not is_retouched(out.read_bytes())


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"not a document"])
def test_what_is_no_document_of_ours_counts_as_retouched(data: bytes) -> None:
    assert is_retouched(data)


@pytest.mark.parametrize("document", ["check", "report"])
def test_the_documents_of_check_and_report_can_be_filled_in(xxgk: Cli, tmp_path: Path, document: str) -> None:
    source, blank, values, again = (tmp_path / name for name in ("原.xlsx", "空.xlsx", "数据.json", "再.xlsx"))
    filing = example_filing("suqian_2024")
    source.write_bytes(write_workbook(filing))
    if document == "check":
        values.write_text(xxgk("check", source, "--json").out, encoding="utf-8")
    else:
        xxgk("report", source, "--to", "json", "--out", values)
    assert xxgk("template", "--year", 2024, "--organ", "某局", "--out", blank).code == 0
    ran = xxgk("fill", blank, values, "--out", again)
    assert (ran.code, ran.err) == (0, "")
    held = [json.loads(xxgk("check", path, "--json").out)["files"][0]["values"] for path in (source, again)]
    figures = [name for name, field in filing.form.fields.items() if field.kind.is_figure or field.kind == "text"]
    assert {name: held[0][name] for name in figures} == {name: held[1][name] for name in figures}


def test_a_document_of_several_files_is_refused(xxgk: Cli, workbook: Path, tmp_path: Path) -> None:
    values = tmp_path / "数据.json"
    values.write_text(xxgk("check", workbook, workbook, "--json").out, encoding="utf-8")
    assert "2 份" in refused("fill", workbook, values, "--out", tmp_path / "再.xlsx")


def test_a_file_of_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    sparse = tmp_path / "大.xlsx"
    with sparse.open("wb") as stream:
        stream.write(b"PK\3\4")
        stream.truncate(3 << 30)
    assert "3072 MB" in refused("fill", sparse, sparse, "--out", tmp_path / "出.xlsx")
    assert "3072 MB" in invoke("check", sparse).output


@pytest.mark.parametrize("kind", ["html", "fragment", "md", "txt", "json", "csv", "pdf"])
def test_a_report_retouched_by_hand_is_not_overwritten(workbook: Path, tmp_path: Path, kind: str) -> None:
    made = tmp_path / "报告"
    assert invoke("report", workbook, "--to", kind, "--out", made).exit_code == 0
    assert invoke("report", workbook, "--to", kind, "--out", made).exit_code == 0
    report = max(path for path in made.iterdir() if path.name != RECORD)
    content = report.read_bytes()
    middle = len(content) // 2
    edited = content[:middle] + b" " + content[middle:]
    report.write_bytes(edited)
    assert "--force" in refused("report", workbook, "--to", kind, "--out", made)
    assert report.read_bytes() == edited
    assert invoke("report", workbook, "--to", kind, "--out", made, "--force").exit_code == 0
    assert report.read_bytes() == content


@pytest.mark.parametrize("kind", ["html", "fragment", "md", "txt", "json", "csv", "pdf", "docx"])
def test_a_report_as_we_wrote_it_is_written_anew(workbook: Path, tmp_path: Path, kind: str) -> None:
    """After a correction the old report goes without a question, also where an editor of Windows saved it."""
    made, preamble = tmp_path / "报告", tmp_path / "开头.txt"
    preamble.write_text("本单位另有一段开头。", encoding="utf-8")
    assert invoke("report", workbook, "--to", kind, "--out", made, "--preamble", preamble).exit_code == 0
    if kind not in {"pdf", "docx"}:
        for path in made.iterdir():
            lines = path.read_bytes().replace(b"\r\n", b"\n").split(b"\n")
            path.write_bytes(b"\r\n".join(lines))
    again = invoke("report", workbook, "--to", kind, "--out", made)
    assert again.exit_code == 0, again.output


@pytest.mark.parametrize("kind", ["html", "md", "txt", "json", "pdf", "docx"])
def test_another_file_of_that_name_is_not_overwritten(workbook: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"要紧的.{kind}"
    out.write_text("我的笔记\n", encoding="utf-8")
    assert "--force" in refused("report", workbook, "--to", kind, "--out", out)
    assert out.read_text(encoding="utf-8") == "我的笔记\n"


def test_a_lost_record_of_what_was_written_makes_a_text_nobodys(workbook: Path, tmp_path: Path) -> None:
    out = tmp_path / "报告.txt"
    assert invoke("report", workbook, "--to", "txt", "--out", out).exit_code == 0
    (tmp_path / RECORD).write_text("[1]", encoding="utf-8")
    assert invoke("report", workbook, "--to", "txt", "--out", out).exit_code == 0  # nothing would be lost
    out.write_text("改过的", encoding="utf-8")
    (tmp_path / RECORD).unlink()
    assert "--force" in refused("report", workbook, "--to", "txt", "--out", out)
