"""Whether an explanation says anything."""

from __future__ import annotations

import pytest

from toolkit.filing.explanations import says_something


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("", False), ("无", False), ("已核实", False), ("已核实无误", False), ("经认真核对，数据属实。", False),
        ("同上", False), ("----", False), ("啊啊啊啊", False), ("清理 6", False), ("清理失效文件 6 件", True),
        ("机构改革划出两项职责", True),
        ("上年误报，已更正", True), ("与台账一致", False),
    ],
)  # fmt: skip
def test_an_explanation_has_to_name_a_reason(text: str, does: bool) -> None:  # noqa: FBT001
    assert says_something(text) is does
