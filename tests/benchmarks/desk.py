"""What the desk costs: from its start to its first page, beside `xxgk --help`; and each page of a round of many organs.

Run: PYTHONPATH=tests:. python tests/benchmarks/desk.py [--organs N...] [--folder DIR] [--write]. Starting is measured
by the clock, pages by processor time: opened for the first time since the round has changed, and again. Receipts are
written straight into the book, one organ in fifty has none. `--write` puts the table of pages into
docs/performance.md.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from benchmarks import scale  # noqa: E402 (found only once the folder of tests is known)
from benchmarks.measuring import spent, write_table  # noqa: E402
from desks import Visitor, running_desk  # noqa: E402

from toolkit.desk import rounds  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TIMES, MISSING = 3, 50
KEPT = (rounds._read, rounds._added, rounds._compared, rounds._listed, rounds._assessed)
# The pages of a round by what people call them, in the order in which they are opened.
PAGES: Mapping[str, str] = {
    "一轮的首页（进度）": "",
    "一个机关": "organ/000001",
    "全部意见": "problems",
    "催报": "chase/1",
    "经过": "history",
    "规则": "rules",
    "考核": "assess",
    "进度表 status.xlsx": "status.xlsx",
    "汇总": "whole/",
    "追查一个合计数": "whole/why/requests.new.total",
    "报告预览": "whole/preview",
    "比较": "whole/compare",
}


def help_seconds() -> float:
    """Return how long `xxgk --help` takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "toolkit", "--help"], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def desk_seconds() -> float:
    """Return how long it takes from starting `xxgk desk` to having its first page whole."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with running_desk(Path(folder)) as (address, _):
            opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            opener.open(address).read()
            page = opener.open(address.partition("/enter")[0] + "/").read().decode()
            took = time.perf_counter() - began
    assert "年报工作台" in page, "the desk did not show its first page"
    return took


def measured_pages(organs: int, place: Path) -> Mapping[str, tuple[float, float, int]]:
    """Return for every page the seconds of its first opening, the least of the later ones, and its size in bytes."""
    found: dict[str, tuple[float, float, int]] = {}
    with tempfile.TemporaryDirectory(dir=place) as home:
        folder = Path(home) / "round"
        scale.ROUND["set_up"](folder, organs)
        scale.record(folder, missing=MISSING)
        visitor = Visitor(Path(home))
        visitor.text("/")
        for name, path in PAGES.items():
            address = f"/round/{visitor.key}/{path}"
            visitor.get(address)  # imports what the page needs
            for keeper in KEPT:
                keeper.cache_clear()
            times, size = [], 0
            for _ in range(TIMES):
                begun = spent()
                answer = visitor.get(address)
                times.append(spent() - begun)
                assert answer.status_code == 200, (address, answer.status_code)
                size = len(answer.data)
            found[name] = times[0], min(times[1:]), size
            told = f"{times[0]:8.2f} s, again {min(times[1:]):8.3f} s, {size / 1e3:8.0f} kB"
            sys.stdout.write(f"{organs:7} {name:18} {told}\n")
            sys.stdout.flush()
    return found


def lines(sizes: Sequence[int], found: Sequence[Mapping[str, tuple[float, float, int]]]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "处理器秒：这一轮变了以后第一次打开／再打开；括号里是页面的大小。"
    yield ""
    yield f"| 页面 | {' | '.join(f'{size:,} 家' for size in sizes)} |"
    yield "|---" * (len(sizes) + 1) + "|"
    for name in PAGES:
        cells = (
            f"{first:.2f}／{again:.3f}（{size / 1e3:,.0f} KB）" for first, again, size in (one[name] for one in found)
        )
        yield f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Print the median of several starts of each, one after the other; then what the pages take."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--organs", type=int, nargs="*", default=[1000], help="sizes of the rounds")
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where to work")
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    runs = [(help_seconds(), desk_seconds()) for _ in range(TIMES)]
    plain, desk = (statistics.median(column) for column in zip(*runs, strict=True))
    sys.stdout.write(f"xxgk --help {plain:.2f} s; desk to first page {desk:.2f} s; {desk - plain:+.2f} s more\n")
    text = "\n".join(lines(given.organs, [measured_pages(size, given.folder) for size in given.organs]))
    sys.stdout.write(f"{text}\n")
    if given.write:
        write_table("desk", text)


if __name__ == "__main__":
    main()
