"""Which font on this machine serves each role of the printed report: the official one, else the nearest free one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

# Families by the English names that font files carry. Whatever has every character of GB 2312 may stand in at the end.
_SERIF = ("SimSun", "NSimSun", "STSong", "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN")
_SANS = ("SimHei", "STHeiti", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei")
_KAI = ("KaiTi_GB2312", "KaiTi", "STKaiti", "Kaiti SC", "LXGW WenKai", "AR PL UKai CN")
_SONG_TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong")
_FANG = (
    "FangSong_GB2312",
    "FangSong",
    "STFangsong",
    "FandolFang R",
    "FandolFang",
    "Zhuque Fangsong (technical preview)",
)
_LATIN = ("Times New Roman", "Liberation Serif", "Tinos", "Nimbus Roman", "Libertinus Serif")
_ANY = (*_SERIF[4:], *_SERIF[:4], *_SANS[3:], *_SANS[:3], *_KAI)


@dataclass(frozen=True, slots=True)
class FontRole:
    """One role of the report and the installed families that can serve it, best first; none when there is none.

    `official` says whether the first of them is the font the standard names, or another cut of the same face.
    """

    id: str
    label: str
    families: tuple[str, ...]
    official: bool
    is_chinese: bool = True


# role, its name for people, the official faces, what stands in for them
_ROLES = (
    ("title", "标题（小标宋）", _SONG_TITLE, _ANY),
    ("heading", "一级标题、表头（黑体）", _SANS[:3], (*_SANS[3:], *_ANY)),
    ("kai", "二级标题（楷体）", _KAI[:4], (*_KAI[4:], *_ANY)),
    ("body", "正文（仿宋）", _FANG[:3], (*_FANG[3:], *_ANY)),
    ("table", "表格（宋体）", _SERIF[:4], _ANY),
)


def font_roles(font_dir: Path | None = None) -> tuple[FontRole, ...]:
    """Return every role with the families that serve it, from `font_dir` and the fonts of the system.

    Raises:
        InputError: there is no such folder.
    """
    installed = {family.casefold(): family for family in load_fonts(font_dir).families()}

    def found(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(installed[name.casefold()] for name in names if name.casefold() in installed))

    chinese = tuple(
        FontRole(role, label, found((*official, *free)), bool(found(official)))
        for role, label, official, free in _ROLES
    )
    return (*chinese, FontRole("digits", "数字和西文", found(_LATIN), bool(found(_LATIN[:1])), is_chinese=False))


@lru_cache(maxsize=4)
def load_fonts(font_dir: Path | None = None) -> Any:
    """Return the fonts typst can use (a `typst.Fonts`); searching the system for them is what takes time.

    Raises:
        InputError: there is no such folder.
    """
    import typst

    if font_dir and not font_dir.is_dir():
        raise InputError(str(font_dir), ["没有这个字体文件夹，请核对路径"])
    return typst.Fonts(font_paths=[font_dir] if font_dir else [])
