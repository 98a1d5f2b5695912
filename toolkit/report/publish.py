"""Write a report to files: every byte is made before the first file is touched, so nothing is left half-written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import InputError, nearest
from toolkit.files import read_file, safe_stem, write_files
from toolkit.form.local.supplement import official
from toolkit.report.data import render_json, table_csv
from toolkit.report.document import build_report
from toolkit.report.docx.document import render_docx
from toolkit.report.docx.house_template import render_house
from toolkit.report.html import render_html, render_html_fragment
from toolkit.report.pdf import render_pdf
from toolkit.report.retouched import as_written, retouched
from toolkit.report.text import render_markdown, render_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from toolkit.filing.filing import Filing
    from toolkit.report.document import Report

_SUFFIXES = {"fragment": ".fragment.html"}  # every other format is its own suffix


def publish(  # noqa: PLR0913 (each is one choice a user makes)
    filing: Filing,
    formats: Sequence[str],
    out: Path,
    *,
    provisional: str = "",
    preamble: str = "",
    font_dir: Path | None = None,
    template: Path | None = None,
    force: bool = False,
) -> tuple[Path, ...]:
    """Return the files written: the report of a filing in each format, in the order asked for.

    Args:
        filing: what the organ answered.
        formats: names out of `FORMATS`; `csv` gives one file for each official table.
        out: a folder, made when missing; or, when one format is asked and it has a suffix, the file itself (for
            `csv` what the files' names begin with).
        provisional: a line every format shows under the title.
        preamble: what stands before the first part in every format, with `{organ}` and `{year}`; '' for the form's.
        font_dir: a folder of font files for the PDF, looked in before the fonts of the system.
        template: a Word document of the office's own to make `docx` from.
        force: overwrite what is not as we wrote it: what somebody has retouched since, or another file of that name.

    Raises:
        InputError: a format is unknown, or none is given, or the file's suffix is not that of the format, or one file
            is to hold several formats or to replace the template or a report retouched by hand, or there is no such
            folder of fonts, or the template cannot be used.
        OutputError: a format cannot be made (no Chinese font for the PDF) or a file cannot be written.
    """
    wanted = tuple(dict.fromkeys(formats))
    is_file = len(wanted) == 1 and out.suffix != "" and not out.is_dir()
    _refuse_unknown(wanted)
    if template and "docx" not in wanted:
        raise InputError(str(template), ["Word 模板只用来生成 docx，格式里没有 docx"])
    _refuse_other_suffix(wanted, out, is_file=is_file)
    report = build_report(filing, provisional=provisional, preamble=preamble)
    job = _Job(filing, report, font_dir, template)
    base = out.with_suffix("") if is_file else out / safe_stem(report.title)
    files: dict[Path, bytes] = {}
    for name in wanted:
        suffix = out.suffix if is_file else _SUFFIXES.get(name, f".{name}")
        for ending, content in _MAKERS[name](job).items():
            files[base.with_name(f"{base.name}{ending}{suffix}")] = content
    _refuse_template(files, template)
    stored = as_written(files)
    if not force:
        _refuse_retouched(stored)
    write_files(stored)
    return tuple(files)


def _refuse_unknown(formats: tuple[str, ...]) -> None:
    known = "、".join(FORMATS)
    mistakes = [
        f"没有“{name}”这种格式{nearest(name, FORMATS)}；可用的有：{known}" for name in formats if name not in FORMATS
    ]
    if not formats:
        mistakes = [f"没有指定格式；可用的有：{known}"]
    if mistakes:
        raise InputError("报告格式", mistakes)


def _refuse_other_suffix(formats: tuple[str, ...], out: Path, *, is_file: bool) -> None:
    suffix = out.suffix.lower()
    if is_file:
        own = _SUFFIXES.get(formats[0], f".{formats[0]}")
        if not own.endswith(suffix):
            wanted = f".{own.rpartition('.')[2]}"
            said = f"要的格式是 {formats[0]}，文件名应以 {wanted} 结尾；要放进文件夹，请先建好这个文件夹"
            raise InputError(str(out), [said])
    elif suffix.removeprefix(".") in FORMATS and not out.is_dir():
        said = f"要的格式有 {len(formats)} 种，放不进一个 {out.suffix} 文件；请写文件夹的名字"
        raise InputError(str(out), [said])


def _refuse_template(files: Iterable[Path], template: Path | None) -> None:
    if template and template.resolve() in {path.resolve() for path in files}:
        raise InputError(str(template), ["生成的报告会盖掉这个模板；请换一个文件名或文件夹"])


def _refuse_retouched(files: Mapping[Path, bytes]) -> None:
    mistakes = [
        f"“{path.name}”不是本工具写成的原样（可能有人改过），没有覆盖；请把它改名或移走，确实要覆盖的加 --force"
        for path in retouched(files)
    ]
    if mistakes:
        raise InputError("报告", mistakes)


@dataclass(frozen=True, slots=True)
class _Job:
    filing: Filing
    report: Report
    font_dir: Path | None
    template: Path | None


def _docx(job: _Job) -> bytes:
    if job.template is None:
        return render_docx(job.report)
    return render_house(job.report, job.filing, read_file(job.template), job.template.name)


def _page(text: str) -> bytes:
    return f"{text.rstrip()}\n".encode()


def _tables(filing: Filing) -> Mapping[str, bytes]:
    # With the mark at its beginning, Excel reads the file as UTF-8 on a double click.
    return {
        f"_{safe_stem(filing.form.section(table.id).sheet)}": table_csv(filing, table).encode("utf-8-sig")
        for table in official(filing.form).tables
    }


# What makes each format: its files by what is added to the stem.
_MAKERS: Mapping[str, Callable[[_Job], Mapping[str, bytes]]] = {
    "docx": lambda job: {"": _docx(job)},
    "html": lambda job: {"": _page(render_html(job.report))},
    "pdf": lambda job: {"": render_pdf(job.report, font_dir=job.font_dir)},
    "txt": lambda job: {"": render_text(job.report).encode()},
    "md": lambda job: {"": _page(render_markdown(job.report))},
    "json": lambda job: {"": render_json(job.filing, job.report).encode()},
    "csv": lambda job: _tables(job.filing),
    "fragment": lambda job: {"": _page(render_html_fragment(job.report))},
}
FORMATS: tuple[str, ...] = tuple(_MAKERS)
