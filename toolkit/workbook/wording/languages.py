"""The catalogue: the words of every language a form may state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.workbook.wording.chinese import CHINESE
from toolkit.workbook.wording.english import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.form.model import Form
    from toolkit.workbook.wording.words import Wording

# The same languages as `toolkit.form.schema.LANGUAGES`, which refuses a form in any other.
WORDINGS: Mapping[str, Wording] = {"zh-CN": CHINESE, "en": ENGLISH}


def wording_of(form: Form) -> Wording:
    """Return our own words in the language of a form."""
    return WORDINGS[form.language]
