"""What checking the prose of filings costs against reading them, and what finding copied prose among organs takes.

Run: python tests/benchmarks/prose.py [FILINGS] [SECONDS]. Filings are read and checked by turns until there are so many
or the processor time is spent; the ratio should not be above 1. Then the prose of as many organs is compared, every one
another text, a twentieth of them copied from a neighbour with a word changed in every sentence.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from casebook import example_filing

from toolkit.campaign.board.across.likeness import alike
from toolkit.campaign.intake.receipts import Receipt
from toolkit.campaign.intake.standings import Standing, State
from toolkit.campaign.round.roster import Organ
from toolkit.filing.prose.agreement import statements
from toolkit.form.values import Paragraph
from toolkit.workbook.examining import judge_words
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.filing.filing import Filing

FILINGS, SECONDS, DISTINCT, TURN = 10_000, 900, 20, 50
SENTENCES, WORDS, COMMON = 15, 12, 100  # of an organ's text, of a sentence, and sentences that many organs write
COPIED = 20


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


def reading_and_checking(filings: int, seconds: float) -> None:
    """Print what reading and checking take, by turns."""
    sample = example_filing("suqian_2024")
    books = [write_workbook(another(sample, number)) for number in range(10, 10 + DISTINCT)]
    known = [filing for data in books if (filing := read_workbook(data, "a.xlsx", None).filing) is not None]
    sections = ("overview", "problems", "other")
    letters = sum(len(paragraph.text) for section in sections for paragraph in known[0].paragraphs(section))
    done, reading, checking = 0, 0.0, 0.0
    while done < filings and reading + checking < seconds:
        begun = time.process_time()
        for number in range(done, done + TURN):
            read_workbook(books[number % DISTINCT], "a.xlsx", None)
        between = time.process_time()
        for number in range(done, done + TURN):
            filing = replace(known[number % DISTINCT])  # one just read has worked out nothing yet
            judge_words(filing, statements(filing))
        reading, checking = reading + between - begun, checking + time.process_time() - between
        done += TURN
    say(f"{done} filings, {letters} characters of prose each")
    say(f"reading   {reading:8.2f} s  {reading / done * 1000:6.2f} ms each")
    say(f"the prose {checking:8.2f} s  {checking / done * 1000:6.2f} ms each")
    say(f"ratio {checking / reading:.2f}")


def organs(number: int) -> Iterator[Standing]:
    """Yield organs with returns: sentences of their own, some that many write, a few texts copied with changes."""
    chance = random.Random(1)  # noqa: S311 - nobody is kept out by it
    letters = [chr(code) for code in range(0x4E00, 0x5E00)]
    common = ["".join(chance.choices(letters, k=4 * WORDS)) for _ in range(COMMON)]
    before: list[str] = []
    for place in range(number):
        text = [
            chance.choice(common) if chance.random() < 1 / 3 else "".join(chance.choices(letters, k=4 * WORDS))
            for _ in range(SENTENCES)
        ]
        if place % COPIED == 1:
            text = [f"{sentence[:9]}{chance.choice(letters)}{sentence[10:]}" for sentence in before]
        before = text
        values = {"overview": (Paragraph("。".join(text)),), "requests.new.natural_person": place}
        organ = Organ(f"{place:05}", f"第{place:05}号局")
        receipt = Receipt(organ.code, "a.xlsx", organ.code, organ.code, 2024, "accepted", "2025-01-01", values=values)
        yield Standing(organ, State.ACCEPTED, counts=receipt)


def likeness(number: int) -> None:
    """Print what finding copied prose among so many organs takes."""
    places = list(organs(number))
    begun = time.process_time()
    told = [one.finding for one in alike(example_filing("suqian_2024").form, places)]
    copied = sum(finding.name == "prose_copied" for finding in told)
    say(f"likeness  {time.process_time() - begun:8.2f} s  {number} organs, {copied} told as copied or copied from")


def say(text: str) -> None:
    """Print a line as soon as it is known."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(filings: int = FILINGS, seconds: int = SECONDS) -> None:
    """Print both, and the memory they took: of so many filings, or as many as that much processor time lets pass."""
    reading_and_checking(filings, seconds)
    likeness(filings)
    say(f"memory    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MiB at most")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
