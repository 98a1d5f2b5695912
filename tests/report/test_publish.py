"""Files: their names, all of them or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docx
import pypdfium2
import pytest
from housetemplate import make_template
from report_samples import sample_filing, sample_report

from toolkit.errors import InputError, OutputError
from toolkit.report.document import build_report
from toolkit.report.publish import FORMATS, publish
from toolkit.report.retouched import RECORD

if TYPE_CHECKING:
    from pathlib import Path

FORBIDDEN = set('<>:"/\\|?*')


def test_every_format_is_written_under_the_title_of_the_report(tmp_path: Path) -> None:
    filing = sample_filing("suqian_2023")
    files = publish(filing, FORMATS, tmp_path / "new" / "folder")
    stem = sample_report("suqian_2023").title
    endings = [path.name.removeprefix(stem) for path in files]
    tables = [f"_{filing.form.section(table.id).sheet}.csv" for table in filing.form.tables]
    assert endings == [".docx", ".html", ".pdf", ".txt", ".md", ".json", *tables, ".fragment.html"]
    assert {path.read_bytes() != b"" for path in files} == {True}
    assert sorted((tmp_path / "new" / "folder").iterdir()) == sorted([tmp_path / "new" / "folder" / RECORD, *files])


def test_a_preamble_of_ones_own_stands_in_every_format(tmp_path: Path) -> None:
    own = "{organ}依照{year}年的要求编制。"
    files = publish(sample_filing("suqian_2023"), [*FORMATS], tmp_path, preamble=own)
    report = build_report(sample_filing("suqian_2023"), preamble=own)
    assert report.preamble == f"{report.organ}依照2023年的要求编制。"
    said = {path.suffix: text_of(path) for path in files if path.suffix != ".csv"}
    assert {suffix: report.preamble in "".join(text.split()) for suffix, text in said.items()} == dict.fromkeys(
        (".docx", ".html", ".pdf", ".txt", ".md", ".json"), True
    )


def text_of(path: Path) -> str:
    """Return what a report says, of whatever format."""
    if path.suffix == ".docx":
        return "".join(one.text for one in docx.Document(str(path)).paragraphs)
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    return path.read_text(encoding="utf-8")


def test_one_format_and_a_suffix_name_the_file_itself(tmp_path: Path) -> None:
    assert publish(sample_filing("small"), ["html"], tmp_path / "page.html") == (tmp_path / "page.html",)
    assert [path.name for path in publish(sample_filing("small"), ["csv"], tmp_path / "t.csv")] == [
        "t_1 Requests.csv",
        "t_2 Reviews.csv",
    ]


def test_a_folder_with_a_dot_in_its_name_stays_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "year.2021"
    folder.mkdir()
    (path,) = publish(sample_filing("small"), ["txt"], folder)
    assert path.parent == folder
    (other, _) = publish(sample_filing("small"), ["txt", "md"], tmp_path / "year.2022")
    assert other.parent == tmp_path / "year.2022"


@pytest.mark.parametrize(("formats", "words"), [(["pfd"], "“pdf”"), ([], "没有指定格式"), (["html", "exe"], "exe")])
def test_unknown_formats_are_refused_with_those_there_are(tmp_path: Path, formats: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        publish(sample_filing("small"), formats, tmp_path)
    assert all(name in str(caught.value) for name in FORMATS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("pdf", "a.docx"),
        ("docx", "a.PDF"),
        ("fragment", "a.md"),
        ("docx", "a.doc"),
        ("html", "a.htm"),
        ("txt", "2024.1"),
    ],
)
def test_a_file_is_not_given_the_suffix_of_another_format(tmp_path: Path, name: str, file: str) -> None:
    with pytest.raises(InputError, match="结尾"):
        publish(sample_filing("small"), [name], tmp_path / file)
    assert publish(sample_filing("small"), ["fragment"], tmp_path / "a.html") == (tmp_path / "a.html",)


def test_several_formats_do_not_go_into_one_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="放不进一个"):
        publish(sample_filing("small"), ["html", "txt"], tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("is_file", [True, False])
def test_a_report_never_replaces_the_template_it_is_made_from(tmp_path: Path, *, is_file: bool) -> None:
    template = tmp_path / f"{sample_report('suqian_2024').title}.docx"
    template.write_bytes(make_template())
    with pytest.raises(InputError, match="会盖掉这个模板"):
        publish(sample_filing("suqian_2024"), ["docx"], template if is_file else tmp_path, template=template)
    assert template.read_bytes() == make_template()


def test_a_missing_folder_of_fonts_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个字体文件夹"):
        publish(sample_filing("small"), ["pdf"], tmp_path, font_dir=tmp_path / "none")


def test_when_one_format_cannot_be_made_nothing_is_written(tmp_path: Path) -> None:
    unprintable = sample_filing("suqian_2023").with_answers({"overview": "\ue123"})
    with pytest.raises(OutputError, match="E123"):
        publish(unprintable, ["html", "pdf"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_when_the_folder_cannot_be_made_there_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").touch()  # a file where a folder is wanted
    with pytest.raises(OutputError, match="不能写入"):
        publish(sample_filing("small"), ["txt", "md"], tmp_path / "out")


def test_an_organ_with_forbidden_characters_makes_files_all_the_same(tmp_path: Path) -> None:
    files = publish(sample_filing("hostile"), ["txt", "csv"], tmp_path)
    assert all(path.is_file() and not FORBIDDEN & set(path.name) for path in files)


def test_an_older_report_is_replaced(tmp_path: Path) -> None:
    for provisional in ("（暂定）", ""):
        (path,) = publish(sample_filing("small"), ["txt"], tmp_path, provisional=provisional)
        assert ("（暂定）" in path.read_text("utf-8")) == bool(provisional)


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    first, second = (publish(sample_filing("hostile"), FORMATS, tmp_path / name) for name in "ab")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
