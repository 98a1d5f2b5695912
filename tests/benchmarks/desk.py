"""How long the desk takes from its start to its first page, beside `xxgk --help`: python tests/benchmarks/desk.py."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from desks import running_desk  # noqa: E402 (found only once the folder of tests is known)

TIMES = 5


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


def main() -> None:
    """Print the median of several runs of each, one after the other."""
    runs = [(help_seconds(), desk_seconds()) for _ in range(TIMES)]
    plain, desk = (statistics.median(column) for column in zip(*runs, strict=True))
    sys.stdout.write(f"xxgk --help {plain:.2f} s; desk to first page {desk:.2f} s; {desk - plain:+.2f} s more\n")


if __name__ == "__main__":
    main()
