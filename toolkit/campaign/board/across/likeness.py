"""Organs whose returns are alike: the same figures throughout, or largely the same sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from toolkit.campaign.board.across.round_findings import RoundFinding, mark_of
from toolkit.campaign.intake.copied import bare_of
from toolkit.filing.compact import value_row
from toolkit.filing.findings import raise_finding
from toolkit.filing.prose.likeness import first_alike, sentences_of
from toolkit.form.checks import are_numbers, is_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.campaign.intake.standings import Standing
    from toolkit.form.model import Form
    from toolkit.form.values import Value

_MOST_ALIKE = 0.8  # of an organ's text that another has too
_COMMON = 0.2  # of the organs: what so many write is a phrase of the form or of the office
_FEWEST = 10  # organs of which something can be called common
_NAMED = 3


def alike(form: Form, places: Iterable[Standing]) -> Iterator[RoundFinding]:
    """Yield for each organ a warning that its counted return is like others', these named.

    Figures are alike when every one in the tables is the same and not all are nought; words when four fifths of the
    sentences (without digits and the organs' own names, and without those that many organs write) are another's too,
    or all but the same.
    """
    known = [place for place in places if place.counts is not None]
    yield from _same_figures(form, known)
    yield from _same_words(form, known)
    yield from _same_explanations(known)


def _same_figures(form: Form, places: Sequence[Standing]) -> Iterator[RoundFinding]:
    fields = tuple(name for name, field in form.fields.items() if field.kind.is_required_figure)
    groups: defaultdict[tuple[Value, ...], list[Standing]] = defaultdict(list)
    for place in places:
        values = value_row(_values(place), fields)
        if any(values) if are_numbers(values) else any(is_number(value) and value != 0 for value in values):
            groups[values].append(place)
    for values, group in groups.items():
        codes = _codes(group)
        for place in group if len(group) > 1 else ():
            found = raise_finding("tables_alike", others=_names(place, group))
            yield RoundFinding(place.organ, found, codes, mark_of(values))


def _by_explanation(places: Sequence[Standing]) -> Mapping[str, Mapping[str, Standing]]:
    """Return who gives each explanation, by the organ's code."""
    groups: defaultdict[str, dict[str, Standing]] = defaultdict(dict)
    for place in places:
        for finding in place.counts.findings if place.counts is not None else ():
            if said := bare_of(place.organ, finding.get("explanation", "")):
                groups[said].setdefault(place.organ.code, place)
    return groups


def _same_explanations(places: Sequence[Standing]) -> Iterator[RoundFinding]:
    """Yield organs one of whose explanations is, but for punctuation, the very one another organ gives."""
    for said, group in _by_explanation(places).items():
        members = tuple(group.values())
        for place in members if len(members) > 1 else ():
            found = raise_finding("explanation_copied", others=_names(place, members), said=said)
            yield RoundFinding(place.organ, found, _codes(members), mark_of(said), said)


def _same_words(form: Form, places: Sequence[Standing]) -> Iterator[RoundFinding]:
    spoken = (
        (place.organ.code, sentences_of(form, _values(place), (place.organ.name, place.organ.stem))) for place in places
    )
    said = {code: sentences for code, sentences in spoken if sentences}
    like = first_alike(sentence for sentences in said.values() for sentence in sorted(sentences))
    texts = {code: {like[sentence] for sentence in sentences} for code, sentences in said.items()}
    spread = Counter(sentence for sentences in texts.values() for sentence in sentences)
    limit = max(2, len(places) * _COMMON if len(places) >= _FEWEST else len(places))
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for code, sentences in texts.items():
        for sentence in sentences:
            if 1 < spread[sentence] <= limit:
                holders[sentence].append(code)
    by_code = {place.organ.code: place for place in places}
    for place in places:
        own = [sentence for sentence in texts.get(place.organ.code, ()) if spread[sentence] <= limit]
        length = sum(map(len, own))
        shared: Counter[str] = Counter()
        for sentence in own:
            shared.update({code: len(sentence) for code in holders[sentence] if code != place.organ.code})
        if length and shared and shared.most_common(1)[0][1] >= length * _MOST_ALIKE:
            other, most = shared.most_common(1)[0]
            share = round(most * 100 / length)
            found = raise_finding("prose_copied", other=by_code[other].organ.name, share=share)
            pair = sorted((place.organ.code, other))
            yield RoundFinding(place.organ, found, frozenset(pair), mark_of([sorted(said[code]) for code in pair]))


def _codes(group: Iterable[Standing]) -> frozenset[str]:
    return frozenset(place.organ.code for place in group)


def _values(place: Standing) -> Mapping[str, Value]:
    return place.counts.values if place.counts is not None else {}


def _names(place: Standing, group: Sequence[Standing]) -> str:
    others = (f"“{other.organ.name}”" for other in group if other is not place)
    return "、".join(islice(others, _NAMED)) + (f" 等 {len(group) - 1} 家" if len(group) - 1 > _NAMED else "")
