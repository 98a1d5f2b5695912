"""The board as a workbook for the coordinator: every organ with filters and links, the chase list, every version."""

from __future__ import annotations

import datetime as dt
import tempfile
from typing import IO, TYPE_CHECKING, Any

from toolkit.campaign.board.parts import Part
from toolkit.campaign.intake.standings import State
from toolkit.workbook.template.styles import A4, CONDITIONS, FOOTER, FORMATS, lines_needed
from toolkit.xlsx.links import about_links, file_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.campaign.board.board import Board, BoardRow

BOARD_SHEET, CHASE_SHEET, VERSION_SHEET, PROBLEM_SHEET = "进度", "催报", "各版本", "意见和说明"
PAPER_SHEET = "签发和公布"
# Widths are as small as their texts wrap well: a list as wide as A4 across is to be read on paper too.
BOARD_HEADS = (
    ("上级机关", 22), ("机关代码", 11), ("机关名称", 30), ("状态", 18), ("是否逾期", 6), ("截止日期", 11),
    ("收到日期", 17), ("错误", 6), ("提醒", 6), ("份数", 6),
    ("收到的文件", 32), ("校验码", 10), ("联系人", 9), ("电话", 14),
)  # fmt: skip
CHASE_HEADS = (
    ("上级机关", 28), ("机关代码", 12), ("机关名称", 32), ("要催什么", 18), ("是否逾期", 9), ("截止日期", 12),
    ("联系人", 12), ("电话", 16),
)  # fmt: skip
VERSION_HEADS = (
    ("机关代码", 11), ("机关名称", 28), ("第几份", 7), ("收到的文件", 28), ("收到时间", 11), ("核对结果", 9),
    ("是否计入", 8), ("校验码", 10), ("文件指纹（SHA-256）", 36), ("说明", 26),
)  # fmt: skip
PROBLEM_HEADS = (
    ("机关代码", 11), ("机关名称", 24), ("第几份", 6), ("程度", 6), ("问题", 18), ("怎么回事", 52), ("工作表", 10),
    ("格子", 7), ("几格", 6), ("填报人说明", 24), ("处理", 9), ("怎么办", 34),
)  # fmt: skip
PAPER_HEADS = (
    ("机关代码", 11), ("机关名称", 26), ("签发", 16), ("签发人", 9), ("签发日期", 11), ("校验码", 10), ("盖章件", 16),
    ("公布期限", 11), ("公布", 18), ("公布日期", 11), ("网址", 26), ("网页存件", 16), ("与报表不同的", 34),
)  # fmt: skip
COLOURS = {
    State.ACCEPTED: "good",
    State.NEEDS_FIXING: "doubt",
    State.MISSING: "bad",
    State.HELD: "doubt",
    State.EXEMPT: "good",
}
HEAD_ROW = 3
_PIECE = 1 << 20  # bytes
LONGEST, HIGHEST = 2000, 400  # characters of a text that are shown, points of a row


def clock() -> str:
    """Return the time of the day; what is written says it, as a round goes on within the day."""
    return f"{dt.datetime.now().astimezone():%H:%M}"


def board_workbook(board: Board, at: str = "") -> Iterator[bytes]:
    """Yield status.xlsx in pieces, written at a time of the day.

    Its links lead to the received files beside it in the campaign folder.
    """
    with tempfile.TemporaryFile() as stream:
        _write_book(board, stream, at)
        stream.seek(0)
        while piece := stream.read(_PIECE):
            yield piece


def _write_book(board: Board, stream: IO[bytes], at: str) -> None:
    import xlsxwriter

    from toolkit.campaign.board.long_lists import ListWorksheet
    from toolkit.workbook.template.styles import CREATED

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"created": CREATED})
    formats = {name: book.add_format(properties) for name, properties in FORMATS.items()}
    formats |= {name: book.add_format({**FORMATS["cell"], **CONDITIONS[name]}) for name in COLOURS.values()}
    write_board(book.add_worksheet(BOARD_SHEET, ListWorksheet), formats, board, FROM_FOLDER, at)
    _write_chase(book.add_worksheet(CHASE_SHEET, ListWorksheet), formats, board)
    _write_versions(book.add_worksheet(VERSION_SHEET, ListWorksheet), formats, board)
    _write_problems(book.add_worksheet(PROBLEM_SHEET, ListWorksheet), formats, board)
    _write_papers(book.add_worksheet(PAPER_SHEET, ListWorksheet), formats, board)
    book.close()


# Where a workbook that links to received files stands, as the way from it to the campaign folder.
FROM_FOLDER, FROM_MERGED = "", "../"


def add_sheet(book: Any, name: str) -> Any:
    """Add a sheet that refuses what XlsxWriter would drop without a word."""
    from toolkit.xlsx.writer import StrictWorksheet

    return book.add_worksheet(name, StrictWorksheet)


def headline(board: Board) -> str:
    """Return the counts of a board in one sentence."""
    counts = board.counts
    waiting = f"名册 {counts['roster']} 家：已通过 {counts['accepted']}，待修改 {counts['needs-fixing']}，"
    waiting += f"未报 {counts['missing']}"
    more = (("held", "待定"), ("covered", "由上级汇总报送"), ("exempt", "不单独报送"))
    waiting += "".join(f"，{label} {counts[name]}" for name, label in more if counts[name])
    return f"{waiting}；逾期 {counts['late']} 家。"


def write_board(sheet: Any, formats: Mapping[str, Any], board: Board, way: str, at: str = "") -> None:
    """Write one line per organ under filters; `way` leads from the workbook to the campaign folder."""
    said = headline(board) + about_links(sum(entry.latest is not None for entry in board.rows))
    when = f"{board.day.isoformat()} {at}".rstrip()
    write_top(sheet, formats, f"{board.organ} {board.year} 年度报送进度（{when}）", said)
    write_heads(sheet, formats, BOARD_HEADS)
    for row, entry in enumerate(board.rows, HEAD_ROW + 1):
        _write_row(sheet, formats, row, entry, way)
    sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + len(board.rows), len(BOARD_HEADS) - 1)
    print_landscape(sheet, HEAD_ROW + len(board.rows), len(BOARD_HEADS) - 1)


def _write_row(sheet: Any, formats: Mapping[str, Any], row: int, entry: BoardRow, way: str) -> None:
    organ = entry.organ
    plain = formats["cell"]
    texts = (
        (entry.parent, plain),
        (organ.code, plain),
        ("　" * entry.depth + organ.name, plain),
        (entry.label, plain if entry.part is Part.COVERED else formats[COLOURS[entry.state]]),
        ("逾期" if entry.late else "", plain),
        (organ.deadline.isoformat() if organ.deadline else "", plain),
        (entry.received_on, plain),
    )
    for column, (text, look) in enumerate(texts):
        sheet.write_string(row, column, text, look)
    for column, number in enumerate((entry.errors, entry.doubts, entry.versions), len(texts)):
        sheet.write_number(row, column, number, formats["number"])
    _write_link(sheet, formats, row, entry, way)
    code = entry.latest.check_code if entry.latest else ""
    for column, text in enumerate((code, organ.contact, organ.phone), len(texts) + 4):
        sheet.write_string(row, column, text, formats["cell"])
    file = entry.latest.file.rpartition("/")[2] if entry.latest else ""
    shown = (
        (entry.parent, 0), (organ.code, 1), ("　" * entry.depth + organ.name, 2), (entry.label, 3),
        (entry.received_on, 6), (file, 10), (organ.contact, 12), (organ.phone, 13),
    )  # fmt: skip
    lines = max(lines_needed(text, BOARD_HEADS[column][1]) for text, column in shown)
    sheet.set_row(row, 14 * lines + 6)


def _write_link(sheet: Any, formats: Mapping[str, Any], row: int, entry: BoardRow, way: str) -> None:
    column = [head for head, _ in BOARD_HEADS].index("收到的文件")
    if entry.latest is None:
        sheet.write_blank(row, column, None, formats["cell"])
        return
    link = file_link(f"{way}{entry.copy}", entry.latest.name)
    sheet.write_link(row, column, link, (formats["link"], formats["cell"]), entry.latest.name)


def _write_chase(sheet: Any, formats: Mapping[str, Any], board: Board) -> None:
    rows = [(parent, entry) for parent, entries in board.chase.items() for entry in entries]
    said = f"还差 {len(rows)} 家，按上级机关分组，逾期的在前。" if rows else "没有要催的。"
    write_top(sheet, formats, f"{board.organ} {board.year} 年度催报名单（{board.day.isoformat()}）", said)
    write_heads(sheet, formats, CHASE_HEADS)
    for row, (parent, entry) in enumerate(rows, HEAD_ROW + 1):
        organ = entry.organ
        texts = (
            parent, organ.code, organ.name, "改好后重新报送" if entry.must_mend else "尽快报送",
            "逾期" if entry.late else "", organ.deadline.isoformat() if organ.deadline else "",
            organ.contact, organ.phone,
        )  # fmt: skip
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, formats["cell"])
        lines = max(lines_needed(text, CHASE_HEADS[column][1]) for column, text in enumerate(texts))
        sheet.set_row(row, 14 * lines + 6)
    sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + max(len(rows), 1), len(CHASE_HEADS) - 1)
    print_landscape(sheet, HEAD_ROW + len(rows), len(CHASE_HEADS) - 1)


def _write_versions(sheet: Any, formats: Mapping[str, Any], board: Board) -> None:
    """Write every version of every return, so that what was replaced can be found and shown."""
    found = [(row.organ, version) for row in board.rows for version in row.history]
    said = f"收到过 {len(found)} 份，每个机关新的在前；“已计入”的是汇总用的那一份。{about_links(len(found))}"
    write_top(sheet, formats, f"{board.organ} {board.year} 年度收到的全部版本（{board.day.isoformat()}）", said)
    write_heads(sheet, formats, VERSION_HEADS)
    for row, (organ, version) in enumerate(found, HEAD_ROW + 1):
        receipt = version.receipt
        texts = {
            0: organ.code,
            1: organ.name,
            4: receipt.received_at[:19].replace("T", " "),
            5: version.label,
            6: "已计入" if version.counts else "",
            7: receipt.check_code,
            8: receipt.sha256,
            9: version.remark,
        }
        for column, text in texts.items():
            sheet.write_string(row, column, text, formats["cell"])
        sheet.write_number(row, 2, version.number, formats["number"])
        link = file_link(f"{FROM_FOLDER}{version.copy}", version.name)
        sheet.write_link(row, 3, link, (formats["link"], formats["cell"]), version.name)
        texts[3] = version.name
        lines = max(lines_needed(text, VERSION_HEADS[column][1]) for column, text in texts.items())
        sheet.set_row(row, 14 * lines + 6)
    last = HEAD_ROW + max(len(found), 1)
    sheet.autofilter(HEAD_ROW, 0, last, len(VERSION_HEADS) - 1)
    print_landscape(sheet, last, len(VERSION_HEADS) - 1)


def _write_problems(sheet: Any, formats: Mapping[str, Any], board: Board) -> None:
    """Write every finding and explanation of the round, a row each, under filters."""
    found = board.problems
    said = f"共 {len(found)} 条；“处理”一栏：要改的要退回，待核对的请看，已说明的看说明是否成立。"
    write_top(sheet, formats, f"{board.organ} {board.year} 年度全部意见和说明（{board.day.isoformat()}）", said)
    write_heads(sheet, formats, PROBLEM_HEADS)
    for row, problem in enumerate(found, HEAD_ROW + 1):
        texts = {
            0: problem.code, 1: problem.organ or problem.file, 3: problem.grade, 4: problem.title,
            5: problem.message, 6: problem.sheet, 7: problem.cell, 9: problem.explanation, 10: problem.state,
            11: problem.advice,
        }  # fmt: skip
        for column, text in texts.items():
            sheet.write_string(row, column, text[:LONGEST], formats["cell"])
        for column, number in ((2, problem.version), (8, problem.places)):
            sheet.write_number(row, column, number, formats["number"])
        lines = max(lines_needed(text[:LONGEST], PROBLEM_HEADS[column][1]) for column, text in texts.items())
        sheet.set_row(row, min(14 * lines + 6, HIGHEST))
    last = HEAD_ROW + max(len(found), 1)
    sheet.autofilter(HEAD_ROW, 0, last, len(PROBLEM_HEADS) - 1)
    print_landscape(sheet, last, len(PROBLEM_HEADS) - 1)


def _write_papers(sheet: Any, formats: Mapping[str, Any], board: Board) -> None:
    """Write who signed and published what, a row per organ, with links to the scan and to the page."""
    rows = [entry for entry in board.rows if entry.is_on_paper]
    links = about_links(sum(bool(path) for entry in rows for _, path in _kept_papers(entry)))
    said = f"签发：盖章件上的校验码与计入的一份相同才算；公布：存下的网页逐格与报表核对。{links}"
    write_top(sheet, formats, f"{board.organ} {board.year} 年度签发和公布（{board.day.isoformat()}）", said)
    write_heads(sheet, formats, PAPER_HEADS)
    for row, entry in enumerate(rows, HEAD_ROW + 1):
        _write_paper(sheet, formats, row, entry)
    last = HEAD_ROW + max(len(rows), 1)
    sheet.autofilter(HEAD_ROW, 0, last, len(PAPER_HEADS) - 1)
    print_landscape(sheet, last, len(PAPER_HEADS) - 1)


def _write_paper(sheet: Any, formats: Mapping[str, Any], row: int, entry: BoardRow) -> None:
    organ, paper = entry.organ, entry.paper
    signed, published = paper.papers.signed, paper.papers.published
    unequal = published.unequal if published else ()
    differing = "；".join(f"{one.label}：报表 {one.returned}，公布 {one.published}" for one in unequal)[:LONGEST]
    texts = (
        organ.code, organ.name, paper.signed_label, signed.signer if signed else "",
        signed.day.isoformat() if signed else "", signed.check_code if signed else "", "",
        organ.publish_by.isoformat() if organ.publish_by else "", paper.published_label,
        published.day.isoformat() if published else "", published.address if published else "", "", differing,
    )  # fmt: skip
    for column, text in enumerate(texts):
        sheet.write_string(row, column, text, formats["cell"])
    for column, path in _kept_papers(entry):
        if path:
            name = path.rpartition("/")[2]
            sheet.write_link(row, column, file_link(path, name), (formats["link"], formats["cell"]), name)
    lines = max(lines_needed(text, PAPER_HEADS[column][1]) for column, text in enumerate(texts))
    sheet.set_row(row, min(14 * lines + 6, HIGHEST))


def _kept_papers(entry: BoardRow) -> tuple[tuple[int, str], ...]:
    """Return the columns of the scan and of the page, each with the path of what is kept; empty where nothing is."""
    signed, published = entry.paper.papers.signed, entry.paper.papers.published
    return (6, signed.scan if signed else ""), (11, published.page if published else "")


def write_top(sheet: Any, formats: Mapping[str, Any], title: str, said: str) -> None:
    """Write the two lines over a list: what it is, and how to read it."""
    sheet.write_string(0, 0, title, formats["strip"])
    sheet.write_string(1, 0, said, formats["line"])


def write_heads(sheet: Any, formats: Mapping[str, Any], heads: tuple[tuple[str, int], ...]) -> None:
    """Write the heads of a list in HEAD_ROW with their widths, and keep them and the first columns in sight."""
    for column, (head, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD_ROW, column, head, formats["head"])
    lines = max(lines_needed(head, width - 2) for head, width in heads)  # a filter's arrow takes its place
    sheet.set_row(HEAD_ROW, 14 * lines + 6)
    sheet.freeze_panes(HEAD_ROW + 1, 3)


def print_landscape(sheet: Any, last_row: int, last_column: int) -> None:
    """Have a list printed across A4, as wide as one page, its heads on each."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW)
    sheet.print_area(0, 0, last_row, last_column)
    sheet.set_footer(FOOTER)
