"""Charts of web pages: every number as text, as a label and in the description, and bars as long as they say."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from casebook import SMALL
from report_samples import CHINESE, sample_filing, sample_report

from toolkit.errors import DefinitionError
from toolkit.files import data_folder
from toolkit.filing.prose.marks import mark_figures
from toolkit.form.definition import load_form
from toolkit.report.charts import COLOURS, INK, WIDTH, Group, bar_chart, text_width, wrap
from toolkit.report.html import render_html, render_html_fragment

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*groups: Group, series: tuple[str, ...] = (), unit: str = "") -> ET.Element:
    return ET.fromstring(bar_chart("k", "标题", groups, series=series, unit=unit))


def texts(svg: ET.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def lengths(svg: ET.Element) -> list[int]:
    return [int(bar.get("width", "")) for bar in svg.iter(f"{SVG}rect")]


def test_a_chart_is_one_image_with_title_and_description() -> None:
    svg = drawn(Group("甲", (3,)), Group("乙", (0,)), unit="件")
    named = {part.get("id"): part.text for part in svg if part.tag in {f"{SVG}title", f"{SVG}desc"}}
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby", "").split() == list(named)
    assert named == {"k-title": "标题", "k-desc": "甲 3 件；乙 0 件。"}


def test_every_figure_is_text_beside_its_bar() -> None:
    assert texts(drawn(Group("甲", (1234567,)), Group("乙", (None,)), Group("丙", (Decimal("0.5"),)))) == [
        "标题", "甲", "1234567", "乙", "没有数", "丙", "0.5",
    ]  # fmt: skip


def test_several_series_are_told_apart_by_words_and_colours() -> None:
    svg = drawn(Group("甲", (3, 4)), Group("乙", (None, 1)), series=("今年", "去年"))
    assert texts(svg) == ["标题", "甲", "3（今年）", "4（去年）", "乙", "没有数（今年）", "1（去年）"]
    assert [bar.get("fill") for bar in svg.iter(f"{SVG}rect")] == [*COLOURS, *COLOURS]
    assert svg.findtext(f"{SVG}desc") == "甲 今年 3，去年 4；乙 今年 没有数，去年 1。"


def test_bars_are_in_proportion_and_inside_the_drawing() -> None:
    svg = drawn(Group("甲", (1000,)), Group("一个名字很长、要分成好几行才写得下的机关", (500,)), Group("丙", (0,)))
    whole, half, nothing = lengths(svg)
    assert (half, nothing) == (whole // 2, 0)
    ends = [int(text.get("x", "")) + text_width(text.text or "") for text in svg.iter(f"{SVG}text")]
    starts = [text for text in svg.iter(f"{SVG}text") if text.get("text-anchor") == "start"]
    assert max(int(text.get("x", "")) + text_width(text.text or "") for text in starts) <= WIDTH
    assert len(ends) > 4  # the long name stands on several lines


@pytest.mark.parametrize("figures", [(0,), (-5,), (None,)])
def test_without_anything_to_draw_there_are_labels_and_no_bar(figures: tuple[int | None]) -> None:
    assert lengths(drawn(Group("甲", figures))) == [0]


def test_markup_in_a_name_stays_text() -> None:
    assert texts(drawn(Group("&<b>\"'", (1,))))[1:-1] == ["&<b>\"'"]


def test_lines_break_where_they_are_full_and_lose_nothing() -> None:
    text = "市人力资源和社会保障局 ABC 办公室"
    lines = wrap(text, 80)
    assert "".join(lines) == text
    assert max(map(text_width, lines)) <= 80


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [INK, *COLOURS])
def test_colours_stand_out_from_white(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


@pytest.mark.parametrize("name", CHINESE)
def test_the_page_draws_the_charts_of_the_form_with_the_figures_of_the_filing(name: str) -> None:
    filing, page = sample_filing(name), render_html(sample_report(name))
    figures = mark_figures(filing)
    for chart in filing.form.charts:
        shown = re.findall(r"<svg.*?</svg>", page)
        wanted = [text for label in chart.marks for text in (label, str(figures[label]))]
        if any(figures[label] for label in chart.marks):
            (svg,) = map(ET.fromstring, shown)
            assert texts(svg)[1:] == wanted
            assert chart.title in (svg.findtext(f"{SVG}title") or "")
        else:
            assert shown == []


def test_only_the_page_has_charts() -> None:
    report = sample_report("suqian_2024")
    assert "<svg" in render_html(report)
    assert "<svg" not in render_html_fragment(report)


def test_a_chart_of_something_unknown_does_not_load(tmp_path) -> None:
    folder = tmp_path / "form"
    source = data_folder("workbook_templates") / "2021"
    folder.mkdir()
    for path in source.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    added = '\n[[chart]]\ntitle = "甲"\ntable = "request"\nmarks = ["本年新受"]\n'
    (folder / "marks.toml").write_text((source / "marks.toml").read_text(encoding="utf-8") + added, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        load_form(folder)
    assert "chart[甲].table 的“request”不存在，是否想写“requests”" in str(refused.value)
    assert "chart[甲].marks 的“本年新受”不存在，是否想写“本年新收”" in str(refused.value)


def test_a_form_without_charts_has_none() -> None:
    assert load_form(SMALL / "small").charts == ()
