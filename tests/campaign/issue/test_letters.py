"""The letters that hand workbooks out say whose figures belong into which, and what to hand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rounds import begin

from toolkit.campaign.issue.letters import TABLE, write_letters

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign

ROSTER = """\
代码,名称,上级代码,类型,条线上级代码,不报原因
1,甲局,,条线汇总,,
2,乙镇政府,,汇总,,
20,乙镇本级,2,本级,,
21,乙镇站,2,,,
22,乙镇所,2,,,由上级汇总
3,丙镇政府,,,,
31,丙镇学校,3,,1,
"""


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return begin(tmp_path_factory.mktemp("letters") / "a", ROSTER)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("organ", "told"),
    [
        ("甲局", ["这一份是汇总，要包括贵单位自己和下面各机关的数：丙镇学校。"]),
        (
            "乙镇政府",
            [
                "这一份是汇总，要包括贵单位自己和下面各机关的数：乙镇站。",
                "乙镇所不单独报送，数请并入贵单位的这一份。",
            ],
        ),
        ("乙镇本级", ["这一份只填乙镇政府本级自己的数，不含下面各机关的。"]),
        ("乙镇站", []),
        ("丙镇政府", []),
    ],
)
def test_a_letter_says_what_to_include(campaign: Campaign, organ: str, told: list[str]) -> None:
    lines = text_of(campaign.outbox / "通知" / f"{organ}.txt").splitlines()
    about = [line for line in lines if line.startswith("这一份") or "并入" in line]
    assert about == told


def test_a_parent_is_asked_to_hand_on_and_the_others_are_not(campaign: Campaign) -> None:
    handed = "请把下面各机关的各一份转发给它们。"
    notes = {path.stem.partition("-")[2]: text_of(path) for path in campaign.outbox.glob("发放说明-*.txt")}
    assert {name: handed in note for name, note in notes.items()} == {
        "云溪县公开办": False, "乙镇政府": True, "丙镇政府": True,
    }  # fmt: skip
    assert "乙镇所不单独报送" in notes["乙镇政府"]


def test_the_table_of_letters_is_written_anew_only_where_it_would_differ(campaign: Campaign) -> None:
    table = campaign.outbox / TABLE
    whole, written = table.read_bytes(), table.stat().st_mtime_ns
    write_letters(campaign)
    assert table.stat().st_mtime_ns == written
    for other in (whole[:-1], whole + b"x", whole[:-1] + b"x"):
        table.write_bytes(other)
        write_letters(campaign)
        assert table.read_bytes() == whole
