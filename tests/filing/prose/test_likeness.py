"""How much of a text is another's."""

from __future__ import annotations

import pytest
from casebook import full_filing

from toolkit.filing.prose.likeness import first_alike, sentences_of, share_of
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph

FIRST = "本年度逐村核对了村务公开栏补上缺的内容"
SECOND = "组织业务骨干到各站所讲解公开目录并答复群众提问"


@pytest.mark.parametrize(
    ("own", "others", "share"),
    [
        ({FIRST, SECOND}, {FIRST, SECOND}, 1.0),
        ({FIRST}, {SECOND}, 0.0),
        ({FIRST}, {FIRST.replace("逐村", "逐一")}, 1.0),
        ({FIRST}, set(), 0.0),
        (set(), {FIRST}, 0.0),
    ],
)
def test_alike_and_all_but_alike_sentences_count_by_their_length(own: set[str], others: set[str], share: float) -> None:
    assert share_of(own, others) == share


def test_half_a_text_is_half_alike() -> None:
    assert 0.4 < share_of({FIRST, SECOND}, {FIRST}) < 0.6


def test_figures_names_short_sentences_and_the_forms_own_are_left_out() -> None:
    form = form_of_edition("2021")
    draft = form.drafts[0].text
    said = (Paragraph(f"云溪县财政局{FIRST}，共35处。谢谢。{draft}"),)
    values = full_filing(form).with_answers({"overview": said, "problems": (), "other": ()}).values
    assert sentences_of(form, values, ("云溪县财政局",)) == {f"{FIRST}共处"}


def test_the_first_sentence_all_but_alike_is_found_among_many() -> None:
    said = "组织业务骨干到各站所讲解公开目录并当场答复群众的提问"
    changed = [said[:at] + "某" + said[at + 1 :] for at in range(len(said))]
    others = [said[::-1], f"{said[:13]}是另外一件完全不同的事情"]
    found = first_alike([said, *changed, *others])
    assert {found[one] for one in changed} == {said}
    assert [found[one] for one in others] == others
