"""A review as one offline page: reports and findings, each linked to its file, a PDF to the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from toolkit.audit.tables import FILE_HEAD, FINDINGS, VERDICT_HEAD, link_of, review_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.audit.reviewing import Reviewed
    from toolkit.audit.tables import Row

TEMPLATES = Path(__file__).parent / "templates"
MOST_ROWS = 5000  # of a table; a browser bears no more, the workbook has them all


def review_page(reviewed: Sequence[Reviewed], out: Path) -> bytes:
    """Return the page that will stand at `out`, in UTF-8; it needs nothing but the reports it links to."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip

    def link(row: Row) -> str:
        return quote(link_of(row.file, out)) + (f"#page={row.page}" if row.page else "")

    heads = {"file_head": FILE_HEAD, "verdict_head": VERDICT_HEAD, "findings": FINDINGS}
    context = {"tables": review_tables(reviewed), "most": MOST_ROWS, **heads, "link": link}
    return environment.get_template("review.html.jinja").render(context).strip().encode() + b"\n"
