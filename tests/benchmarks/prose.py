"""What checking the prose of filings costs against reading them: 10,000 filings, every text another one.

Run: python tests/benchmarks/prose.py [FILINGS] [DISTINCT]. A tenth of the work in processor time is printed as it goes;
the last line is the ratio, which should not be above 1.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from casebook import example_filing

from toolkit.form.values import Paragraph
from toolkit.workbook.examining import judge_words
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from toolkit.filing.filing import Filing

FILINGS, DISTINCT = 10_000, 20


def another(filing: Filing, number: int) -> Filing:
    """Return a filing with prose of the usual length in which every number is another one."""
    said = [
        Paragraph(paragraph.text.replace("件", f"{number % 7}件"), paragraph.level)
        for paragraph in filing.paragraphs("overview")
    ]
    more = Paragraph(
        f"全年主动公开政府信息{number}条，其中网站{number - 3}条、公众号3条；"
        f"收到申请{number}件，比上年增加5.2%，办理建议{number}件。"
    )
    return filing.with_answers({"overview": (*said, more, more)})


def spent(work: Callable[[], Iterable[object]]) -> float:
    """Return the processor seconds that going through some work takes."""
    begun = time.process_time()
    for _ in work():
        pass
    return time.process_time() - begun


def main(filings: int = FILINGS, distinct: int = DISTINCT) -> None:
    """Print what reading and checking take."""
    sample = example_filing("suqian_2024")
    books = [write_workbook(another(sample, number)) for number in range(10, 10 + distinct)]
    read = [read_workbook(data, "a.xlsx", None).filing for data in books]
    known = [filing for filing in read if filing is not None]
    letters = sum(
        len(paragraph.text)
        for section in ("overview", "problems", "other")
        for paragraph in known[0].paragraphs(section)
    )
    reading = spent(lambda: (read_workbook(books[number % distinct], "a.xlsx", None) for number in range(filings)))
    # A filing just read has worked out nothing yet.
    checking = spent(lambda: (judge_words(replace(known[number % distinct])) for number in range(filings)))
    print(f"{filings} filings, {letters} characters of prose each")  # noqa: T201
    print(f"reading   {reading:8.2f} s  {reading / filings * 1000:6.2f} ms each")  # noqa: T201
    print(f"the prose {checking:8.2f} s  {checking / filings * 1000:6.2f} ms each")  # noqa: T201
    print(f"ratio {checking / reading:.2f}")  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
