"""Which drafts may repeat what is recorded: of the same subject and time, and of like content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.http.likely_duplicates import compare_with_recorded
from api.session import Session
from domain.basis import Question
from domain.events import Event
from domain.model import Json
from intake.article import guess_language
from intake.rules.likeness import share_words
from ledger import log
from ledger.drafts import FoundDraft
from projections.answer_json import Item

LIKE = 0.5
"""The share of words from which on two statements of one speaker count as the same."""


class Repeat(NamedTuple):
    """A draft, and the recorded event that is most like it."""

    draft: FoundDraft
    item: Item
    likeness: float


def find_repeats(
    session: Session, found: Sequence[FoundDraft], events: Sequence[Event]
) -> Iterator[Repeat]:
    """Yield the drafts that may repeat what was recorded since they were made, in their order, each
    with what it is most like; ``events`` are those of the drafts."""
    view = session.open_view(session.resolve_basis(Question()))
    own = {each.row.id for each in found}
    since = min(each.made_at for each in found)
    best: dict[int, Repeat] = {}
    for likely in compare_with_recorded(session, events, since):
        index = likely["index"]
        draft, item = found[index], view.find_visible_item(likely["event"])
        is_older = log.read_recorded_at(session.cursor, likely["seq"]) < draft.made_at
        if item is None or is_older or draft.is_recorded or item.event in own:
            continue
        like = measure_likeness(draft.event, item.own_fields)
        if like >= LIKE and (index not in best or like > best[index].likeness):
            best[index] = Repeat(draft, item, like)
    yield from (best[index] for index in sorted(best))


def measure_likeness(one: Json, other: Json) -> float:
    """Return how like two events of one type, subject and time are, from 0 to 1: statements by
    their words, positions by their stance, all else is alike. Words of two languages cannot be
    compared and count as alike."""
    if one.get("stance") != other.get("stance"):
        return 0
    if not one.get("speaker"):
        return 1
    words = _words_of(one), _words_of(other)
    if guess_language(words[0]) != guess_language(words[1]):
        return 1
    return share_words(*words)


def _words_of(statement: Json) -> str:
    """Return what was said: its text, or its summary without the name before the colon."""
    summary = str(statement.get("summary") or "")
    return str(statement.get("text") or summary.partition(": ")[2] or summary)
