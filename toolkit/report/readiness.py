"""Whether this machine can make every format: the fonts that serve each role, and the optional parts."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from toolkit.report.fonts import font_roles

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.report.fonts import FontRole


@dataclass(frozen=True, slots=True)
class Component:
    """An optional part: the library, what it is for, and whether it is there."""

    library: str
    purpose: str
    extra: str
    installed: bool

    @property
    def advice(self) -> str:
        """How to get it, '' when it is there."""
        return "" if self.installed else f'pip install "xxgk-toolkit[{self.extra}]"'


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found. `fonts` are all roles in the order of a report."""

    fonts: tuple[FontRole, ...]
    parts: tuple[Component, ...]

    @property
    def missing(self) -> tuple[FontRole, ...]:
        """The roles of Chinese text that no font serves."""
        return tuple(role for role in self.fonts if role.is_chinese and not role.families)

    @property
    def can_make_pdf(self) -> bool:
        """Whether a Chinese report can be set as PDF; every other format needs no font."""
        return not self.missing


# What to install for a role: the package of Debian and its kin that serves it, and how it is on Windows.
_FONT_SOURCES = {
    "title": ("fonts-noto-cjk", "不带小标宋，一般由单位统一配发"),
    "heading": ("fonts-noto-cjk", "中文版自带黑体"),
    "kai": ("fonts-lxgw-wenkai", "中文版自带楷体"),
    "body": ("fonts-noto-cjk", "中文版自带仿宋"),
    "table": ("fonts-noto-cjk", "中文版自带宋体"),
    "digits": ("fonts-liberation", "自带 Times New Roman"),
}
_PARTS = (
    ("docxtpl", "套用本单位的 Word 模板（report --template）", "house"),
    ("pyarrow", "汇总数据另存为 Parquet", "parquet"),
    ("distributed", "用多台机器收件（collect --scheduler）", "cluster"),
)


def readiness(font_dir: Path | None = None) -> Readiness:
    """Return what this machine has, looking in `font_dir` before the fonts of the system.

    Raises:
        InputError: there is no such folder.
    """
    parts = (Component(library, purpose, extra, find_spec(library) is not None) for library, purpose, extra in _PARTS)
    return Readiness(font_roles(font_dir), tuple(parts))


def font_advice(role: FontRole) -> str:
    """Return where the font of a role comes from, '' when the official one is there."""
    package, windows = _FONT_SOURCES[role.id]
    if role.official:
        return ""
    if role.families:
        return f"公文字体：Windows {windows}"
    return f"请安装字体：Windows {windows}；Debian、Ubuntu 可装 {package}"


def readiness_json(found: Readiness) -> dict[str, Any]:
    """Return it as the JSON of `xxgk doctor`; `family` is null where nothing serves a role."""
    return {
        "pdf": found.can_make_pdf,
        "fonts": [
            {
                "role": role.id,
                "label": role.label,
                "family": next(iter(role.families), None),
                "official": role.official,
                "advice": font_advice(role) or None,
            }
            for role in found.fonts
        ],
        "parts": [
            {
                "library": part.library,
                "purpose": part.purpose,
                "installed": part.installed,
                "advice": part.advice or None,
            }
            for part in found.parts
        ],
    }
