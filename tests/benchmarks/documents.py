"""How long reading reports takes: one of every format, then a thousand pages over all cores.

`PYTHONPATH=tests:. python tests/benchmarks/documents.py [PAGES]` prints milliseconds of processor time for each
format, and seconds for the pages. It is no test: nothing fails when a machine is slow.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from report_samples import has_chinese_fonts, sample_report

from toolkit.audit.reviewing import review_files
from toolkit.campaign.round.workers import Workers
from toolkit.report.docx.document import render_docx
from toolkit.report.html import render_html, render_html_fragment
from toolkit.report.pdf import render_pdf
from toolkit.report.text import render_markdown, render_text
from toolkit.workbook.from_document import examine_document

ROUNDS, PAGES = 10, 1000


def main() -> None:
    """Print the times."""
    report = sample_report("suqian_2024")
    published = Path(__file__).parents[1] / "documents" / "published" / "hongze-2023.pdf"
    samples = {
        "docx": render_docx(report),
        "html": render_html(report).encode(),
        "fragment": render_html_fragment(report).encode(),
        "txt": render_text(report).encode(),
        "md": render_markdown(report).encode(),
        "published pdf": published.read_bytes(),
    }
    if has_chinese_fonts():
        samples["pdf"] = render_pdf(report)
    for name, data in samples.items():
        examine_document(data, f"a.{name}")
        began = time.process_time()
        for _ in range(ROUNDS):
            examine_document(data, f"a.{name}")
        print(f"{name:14} {(time.process_time() - began) / ROUNDS * 1000:7.1f} ms")  # noqa: T201
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.html" for number in range(pages)]
        for path in files:
            path.write_bytes(samples["html"])
        began = time.perf_counter()
        review_files(files, Workers())
        print(f"{pages} pages       {time.perf_counter() - began:7.1f} s")  # noqa: T201


if __name__ == "__main__":
    main()
