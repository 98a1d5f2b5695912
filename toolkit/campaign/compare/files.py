"""Write a comparison to files, every format made before the first file is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.campaign.compare.page import comparison_page
from toolkit.campaign.compare.workbook import comparison_workbook
from toolkit.errors import InputError, nearest
from toolkit.files import safe_stem, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from toolkit.campaign.compare.comparison import Comparison

FORMATS: Mapping[str, Callable[[Comparison], bytes]] = {
    "xlsx": comparison_workbook,
    "html": lambda found: comparison_page(found).encode(),
}


def write_comparison(found: Comparison, out: Path, formats: Sequence[str] = ()) -> tuple[Path, ...]:
    """Return the files written into the folder `out`: one for each format asked for, of none all.

    Raises:
        InputError: a format is unknown, or `out` is named like a file.
        OutputError: a file cannot be written; none has been then.
    """
    wanted = tuple(dict.fromkeys(formats)) or tuple(FORMATS)
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown:
        known = "、".join(FORMATS)
        raise InputError(
            "对比的格式", [f"没有“{name}”这种格式{nearest(name, FORMATS)}；可用的有：{known}" for name in unknown]
        )
    if out.suffix[1:] in FORMATS and not out.is_dir():
        raise InputError("放对比结果的地方", [f"“{out}”像是文件名；这里要写文件夹，例如 {out.with_suffix('')}"])
    files = {out / f"{safe_stem(found.title)}.{name}": FORMATS[name](found) for name in wanted}
    write_files(files)
    return tuple(files)
