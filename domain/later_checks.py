"""What an event leaves behind that later events are checked against."""

from __future__ import annotations

from collections.abc import Iterator

from domain.introductions import FindIntroducer, FindTarget, Introduction
from domain.issue_answers import introduce_answers
from domain.model import Json
from domain.same_as import introduce_same_as


def introduce_for_checks(
    kind: str, value: Json, event: str, find_target: FindTarget, find_introducer: FindIntroducer
) -> Iterator[Introduction]:
    """Yield what no answer shows: which answers are named, what is said to be the same."""
    yield from introduce_answers(kind, value, event, find_target, find_introducer)
    yield from introduce_same_as(kind, value, event, find_target, find_introducer)
