"""The answers that an issue can be given: which they are now, and which of them positions name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from domain.introductions import FindIntroducer, FindTarget, Introduction, effective_value
from domain.model import Json


def introduce_answers(
    kind: str, value: Json, event: str, find_target: FindTarget, find_introducer: FindIntroducer
) -> Iterator[Introduction]:
    """Yield what later events are checked against: that this event names an answer first, or that
    it is the next one to correct the answers of an issue."""
    subject_type, subject = effective_value(kind, value, find_target)
    issue = str(subject.get("issue"))
    if subject_type == "position-stated" and subject.get("answer"):
        yield Introduction("stated-answer", f"{issue}/{subject['answer']}", event)
    if subject_type == "issue-defined" and kind != "issue-defined" and _gives_answers(value):
        number = len(list(_corrections(issue, find_introducer))) + 1
        yield Introduction("answers-correction", f"{issue}/{number}", event)


def find_answers(issue: str, find_target: FindTarget, find_introducer: FindIntroducer) -> list[str]:
    """Return the slugs of the answers that an issue has after its newest correction."""
    defined = find_introducer("issue", issue) or ""
    event = [defined, *_corrections(issue, find_introducer)][-1]
    target = find_target(event)
    if target is None:
        return []
    _, value = effective_value(target.type, target.payload, find_target)
    return answer_slugs(value.get("answers") or ())


def answer_slugs(answers: Iterable[Json]) -> list[str]:
    return [str(each["answer"]) for each in answers]


def _corrections(issue: str, find_introducer: FindIntroducer) -> Iterator[str]:
    """Yield the events that corrected the answers of an issue, in order."""
    for number in count(1):
        event = find_introducer("answers-correction", f"{issue}/{number}")
        if event is None:
            return
        yield event


def _gives_answers(value: object) -> bool:
    """Return whether an act changes answers, however deep."""
    return isinstance(value, dict) and ("answers" in value or _gives_answers(value.get("changes")))
