"""Reports in an office's own Word template."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from casebook import ROOT
from housetemplate import PLACE, make_template
from openxml_audit import OpenXmlValidator
from report_samples import HOSTILE, sample_filing, sample_report

from toolkit.errors import InputError
from toolkit.report.document import build_report
from toolkit.report.docx.house_template import render_house, template_names
from toolkit.report.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.filing.filing import Filing


def written(*paragraphs: str, header: str = "") -> bytes:
    """Return a template with these paragraphs and this header."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.sections[0].header.paragraphs[0].text = header
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def made(template: bytes, name: str = "suqian_2024", filing: Filing | None = None) -> list[str]:
    """Return the paragraphs of the report of a sample in a template."""
    data = render_house(sample_report(name), filing or sample_filing(name), template, "模板.docx")
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]


def refusal(*paragraphs: str, header: str = "") -> str:
    with pytest.raises(InputError) as refused:
        made(written(*paragraphs, header=header))
    return str(refused.value)


def test_every_figure_stands_under_its_field_id() -> None:
    filing = sample_filing("suqian_2024")
    fields = [cell.field for table in sample_report("suqian_2024").tables for cell in table.grid.data()]
    shown = made(written(*(f"{{{{ {field} }}}}" for field in fields)))
    assert shown == [str(filing.values[field]) for field in fields]


def test_names_beside_the_figures() -> None:
    names = ("organ", "year", "title", "date", "signature", "preamble", "headings.requests", "marks.本年新收")
    report = sample_report("suqian_2024")
    new = sample_filing("suqian_2024").values["requests.new.total"]
    wanted = [report.organ, "2024", report.title, report.dated, report.signature, report.preamble]
    wanted += ["三、收到和处理政府信息公开申请情况", str(new)]
    assert made(written(*(f"{{{{ {name} }}}}" for name in names))) == wanted


def test_prose_is_a_list_of_paragraphs_with_their_levels() -> None:
    lines = ("{%p for line in overview %}", "{{ line.level }}：{{ line }}", "{%p endfor %}")
    section = next(entry for entry in sample_report("large").sections if entry.id == "overview")
    assert made(written(*lines), "large") == [f"{line.level}：{line.text}" for line in section.paragraphs]


def test_what_some_format_takes_for_markup_arrives_as_it_is() -> None:
    assert made(written("{{ organ }}"), "hostile") == [sample_report("hostile").organ] == [HOSTILE]


def test_a_blank_figure_prints_nothing_and_nought_prints_nought() -> None:
    report = sample_report("hostile")
    figures = {field: text for table in report.tables for field, text in table.figures.items()}
    assert set(figures.values()) == {"", "0"}
    shown = made(written(*(f"[{{{{ {field} }}}}]" for field in figures)), "hostile")
    assert shown == [f"[{text}]" for text in figures.values()]


def test_only_public_contacts_have_names() -> None:
    filing = sample_filing("suqian_2024")
    assert set(template_names(sample_report("suqian_2024"), filing)["contacts"]) == {
        "address",
        "email",
        "url",
        "check_code",
    }


def test_every_unknown_name_is_told_with_the_nearest_in_body_and_header() -> None:
    said = refusal(
        "{{ requests.new.natural_persn }}{{ orgam }}", "{% for x in overvew %}{% endfor %}", header="{{ yaer }}"
    )
    assert "没有“requests.new.natural_persn”，是否想写“requests.new.natural_person”" in said
    assert "没有“orgam”，是否想写“organ”" in said
    assert "没有“overvew”，是否想写“overview”" in said
    assert "没有“yaer”，是否想写“year”" in said


def test_a_part_that_is_not_there_of_a_name_that_is_prints_nothing() -> None:
    filing = sample_filing("suqian_2024").with_answers({"overview": None})
    data = render_house(build_report(filing), filing, written("[{{ overview|first }}]"), "模板.docx")
    assert docx.Document(io.BytesIO(data)).paragraphs[0].text == "[]"


def test_a_mark_of_a_blank_figure_is_blank_in_a_house_template_too() -> None:
    filing = sample_filing("suqian_2024")
    blank = filing.with_answers({name: None for name in filing.form.fields if name.startswith("requests.granted.")})
    named = "[{{ marks['予以公开'] }}]"
    for known, told in ((filing, "[1431]"), (blank, "[]")):
        data = render_house(build_report(known), known, written(named), "模板.docx")
        assert docx.Document(io.BytesIO(data)).paragraphs[0].text == told


def test_an_unknown_name_inside_a_condition_is_told_too() -> None:
    assert "没有“provisionl”，是否想写“provisional”" in refusal("{% if provisionl %}暂定{% endif %}")


FAULTS = [
    ("{{ organ", "放错了地方|没有成对"),
    ("{% fro line in overview %}", "没有“fro”这种语句.*在“{% fro line in overview %}”附近"),
    ("{% endfor %}", "多了一个“endfor”"),
    ("{% if date %}", "没有写 endfor 或 endif"),
    ("{{ organ|uper }}", "没有“uper”这种过滤器.*附近"),
    ("{% if year is evn %}{% endif %}", "没有“evn”这种判断"),
    ("{{ organ organ }}", "“organ”放错了地方"),
    ("{{ organ + year }}", "把文字当成数"),
    ("{{ year / 0 }}", "除以了 0"),
    ("{{ year ** 9999.5 }}", "算不出来"),
    ("{{ organ() }}", "把文字当成数|用错了过滤器"),
    ("{{ range(10 ** 9) }}", "算不出来"),
]


@pytest.mark.parametrize(("text", "words"), FAULTS)
def test_what_is_wrong_in_the_braces_is_one_chinese_sentence(text: str, words: str) -> None:
    said = refusal("第一段", text)
    assert re.search(f"模板\\.docx：花括号里的写法不对：.*(?:{words})", said)
    assert not re.search("expected|named|token|attribute|object", said)


WHOLES = [
    ("requests", "如 {{ requests.new.natural_person }}"),
    ("requests.new", "如 {{ requests.new.natural_person }}"),
    ("headings", "如 {{ headings.overview }}"),
    ("contacts", "如 {{ contacts.address }}"),
    ("marks", "如 {{ marks."),
    ("overview", "{%p for line in overview %}、{{ line }}、{%p endfor %}"),
    ("overview[:2]", "既不是文字也不是数"),
    ("organ.upper", "既不是文字也不是数"),
    ("organ == date", "既不是文字也不是数"),
    ("overview[99]", "报告里没有“overview[99]”"),
    ("overview[0][99]", "报告里没有“[99]”"),
    ("organ.__class__", "报告里没有“__class__”"),
    ("orgam()", "报告里没有“orgam”，是否想写“organ”"),
]


@pytest.mark.parametrize(("name", "words"), WHOLES)
def test_what_is_not_one_text_or_figure_is_refused_with_what_to_write(name: str, words: str) -> None:
    assert words in refusal(f"{{{{ {name} }}}}")
    assert words in refusal("正文", header=f"{{{{ {name} }}}}")


def test_a_template_cannot_reach_beyond_the_report() -> None:
    assert "没有“__class__”" in refusal("{{ organ.__class__.__mro__[1].__subclasses__() }}")
    assert "没有“__class__”" in refusal("{{ '{0.__class__}'.format(organ) }}")


def test_lists_may_be_counted_joined_and_run_through() -> None:
    count = len(next(entry for entry in sample_report("suqian_2024").sections if entry.id == "overview").paragraphs)
    assert made(written("{{ overview|length }}{{ overview[0].level }}{{ 1.5 }}")) == [f"{count}11.5"]


@pytest.mark.parametrize("content", [b"", b"no document", (ROOT / "examples/wrong_edition/旧版报表.xlsx").read_bytes()])
def test_a_file_that_is_no_word_document_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"模板\.docx：不是 Word 文档"):
        made(content)


def test_without_docxtpl_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docxtpl", None)
    assert "xxgk-toolkit[house]" in refusal("{{ organ }}")


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of a document as they are read; how they are deflated may differ between machines."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_example_is_what_its_script_makes_and_its_report_is_sound(tmp_path: Path) -> None:
    assert parts_of(PLACE.read_bytes()) == parts_of(make_template())
    (path,) = publish(sample_filing("suqian_2024"), ["docx"], tmp_path / "年报.docx", template=PLACE)
    assert [issue.description for issue in OpenXmlValidator().validate(path).errors] == []
    texts = [cell.text for row in docx.Document(path).tables[0].rows for cell in row.cells]
    values = sample_filing("suqian_2024").values
    assert texts[4:6] == [str(values[f"requests.new.{column}"]) for column in ("natural_person", "total")]


def test_the_same_report_and_template_give_the_same_bytes() -> None:
    report, filing = sample_report("suqian_2024"), sample_filing("suqian_2024")
    first, second = (render_house(report, filing, make_template(), "模板.docx") for _ in range(2))
    assert first == second


def test_a_template_without_docx_among_the_formats_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="格式里没有 docx"):
        publish(sample_filing("suqian_2024"), ["html"], tmp_path, template=PLACE)
    assert list(tmp_path.iterdir()) == []


def test_a_template_that_names_something_unknown_leaves_no_file(tmp_path: Path) -> None:
    template = tmp_path / "模板.docx"
    template.write_bytes(written("{{ orgam }}"))
    with pytest.raises(InputError, match="organ"):
        publish(sample_filing("suqian_2024"), ["html", "docx"], tmp_path / "out", template=template)
    assert not (tmp_path / "out").exists()
