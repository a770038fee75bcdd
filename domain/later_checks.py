"""What later events are checked against beside slugs: which answers an issue has, which of them
positions name, which registrations are said to be the same, what links of statements and meetings
lead to, and the recorder's own acts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.errors import Reason
from domain.introductions import (
    MERGEABLE_TYPES,
    FindIntroducer,
    FindTarget,
    Introduction,
    effective_value,
    number_next,
    read_numbered,
)
from domain.model import Json
from domain.own_acts import OwnActs, introduce_own_act
from domain.phantom_acts import introduce_objects
from domain.phantom_links import introduce_links


def introduce_for_checks(
    kind: str, value: Json, event: str, find_target: FindTarget, find_introducer: FindIntroducer
) -> Iterator[Introduction]:
    """Yield what no answer shows: that this event names an answer first, or that it is the next one
    to correct the answers of an issue, to say what a party or person is the same as, or by which
    the recorder corrects or voids another; that it disputes or retracts one; or what it names of
    its own kind."""
    yield from introduce_own_act(kind, value, event, find_introducer)
    yield from introduce_objects(kind, value, event, find_target)
    yield from introduce_links(kind, value, event, find_target, find_introducer)
    subject_type, subject = effective_value(kind, value, find_target)
    issue = str(subject.get("issue"))
    if subject_type == "position-stated" and subject.get("answer"):
        yield Introduction("stated-answer", f"{issue}/{subject['answer']}", event)
    if subject_type == "issue-defined" and kind != "issue-defined" and _gives("answers", value):
        yield number_next("answers-correction", issue, event, find_introducer)
    named = MERGEABLE_TYPES.get(subject_type)
    if named and subject.get(named) and _gives("same_as", value):
        yield number_next("same-as", f"{named}/{subject[named]}", event, find_introducer)


def find_answers(issue: str, find_target: FindTarget, find_introducer: FindIntroducer) -> list[str]:
    """Return the slugs of the answers that an issue has after its newest correction."""
    defined = find_introducer("issue", issue) or ""
    corrections = _read_standing("answers-correction", issue, find_target, find_introducer)
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
    givers = _read_standing("same-as", place, find_target, find_introducer)
    return _value_left_by(givers[-1], find_target).get("same_as") if givers else None


def _read_standing(
    kind: str, place: str, find_target: FindTarget, find_introducer: FindIntroducer
) -> list[str]:
    """Return the events that gave something its value, in order, without those that are void."""
    own_acts = OwnActs(find_target, find_introducer)
    events = read_numbered(kind, place, find_introducer)
    return [event for event in events if not own_acts.find_voids(event)]


def _value_left_by(event: str, find_target: FindTarget) -> Json:
    """Return the fields that an event has, or leaves of its target; none if it is not known."""
    target = find_target(event)
    return effective_value(target.type, target.payload, find_target)[1] if target else {}


def _gives(field: str, value: object) -> bool:
    """Return whether an event gives a field a value, however deep in an act."""
    return isinstance(value, dict) and (field in value or _gives(field, value.get("changes")))
