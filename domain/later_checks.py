"""What later events are checked against beside slugs: which answers an issue has, which of them
positions name, and which registrations are said to be the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from domain.errors import Reason
from domain.introductions import (
    MERGEABLE_TYPES,
    FindIntroducer,
    FindTarget,
    Introduction,
    effective_value,
)
from domain.model import Json


def introduce_for_checks(
    kind: str, value: Json, event: str, find_target: FindTarget, find_introducer: FindIntroducer
) -> Iterator[Introduction]:
    """Yield what no answer shows: that this event names an answer first, or that it is the next one
    to correct the answers of an issue or to say what a party or person is the same as."""
    subject_type, subject = effective_value(kind, value, find_target)
    issue = str(subject.get("issue"))
    if subject_type == "position-stated" and subject.get("answer"):
        yield Introduction("stated-answer", f"{issue}/{subject['answer']}", event)
    if subject_type == "issue-defined" and kind != "issue-defined" and _gives("answers", value):
        yield _next_giver("answers-correction", issue, event, find_introducer)
    named = MERGEABLE_TYPES.get(subject_type)
    if named and subject.get(named) and _gives("same_as", value):
        yield _next_giver("same-as", f"{named}/{subject[named]}", event, find_introducer)


def find_answers(issue: str, find_target: FindTarget, find_introducer: FindIntroducer) -> list[str]:
    """Return the slugs of the answers that an issue has after its newest correction."""
    defined = find_introducer("issue", issue) or ""
    corrections = _read_givers("answers-correction", issue, find_introducer)
    value = _value_left_by([defined, *corrections][-1], find_target)
    return answer_slugs(value.get("answers") or ())


def answer_slugs(answers: Iterable[Json]) -> list[str]:
    return [str(each["answer"]) for each in answers]


def check_same_as(
    kind: str, value: Json, find_target: FindTarget, find_introducer: FindIntroducer
) -> Iterator[Reason]:
    """Nothing is the same as itself, be it through others."""
    named, other = MERGEABLE_TYPES.get(kind, ""), value.get("same_as")
    slug = value.get(named)
    if not isinstance(slug, str) or not isinstance(other, str):
        return
    if other == slug:
        detail = f"{named} {slug!r} cannot be the same as itself"
        yield Reason("/same_as", detail, "name the other registration, or leave same_as out")
        return
    passed: dict[str, None] = {}
    while other and other not in passed:
        passed[other] = None
        other = _current_same_as(f"{named}/{other}", find_target, find_introducer)
        if other == slug:
            chain = " is the same as ".join(map(repr, [*passed, slug]))
            hint = f"leave same_as out, or take back that of {[*passed][-1]!r} by a correction "
            yield Reason("/same_as", f"{named} {chain} already", hint + "to null first")
            return


def _current_same_as(
    place: str, find_target: FindTarget, find_introducer: FindIntroducer
) -> str | None:
    """Return what the newest event to say so makes a party or person the same as."""
    givers = list(_read_givers("same-as", place, find_introducer))
    return _value_left_by(givers[-1], find_target).get("same_as") if givers else None


def _value_left_by(event: str, find_target: FindTarget) -> Json:
    """Return the fields that an event has, or leaves of its target; none if it is not known."""
    target = find_target(event)
    return effective_value(target.type, target.payload, find_target)[1] if target else {}


def _read_givers(kind: str, place: str, find_introducer: FindIntroducer) -> Iterator[str]:
    """Yield the events that gave something its value, in order: they are numbered slugs."""
    for number in count(1):
        event = find_introducer(kind, f"{place}/{number}")
        if event is None:
            return
        yield event


def _next_giver(kind: str, place: str, event: str, find_introducer: FindIntroducer) -> Introduction:
    number = sum(1 for _ in _read_givers(kind, place, find_introducer)) + 1
    return Introduction(kind, f"{place}/{number}", event)


def _gives(field: str, value: object) -> bool:
    """Return whether an event gives a field a value, however deep in an act."""
    return isinstance(value, dict) and (field in value or _gives(field, value.get("changes")))
