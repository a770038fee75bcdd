"""A draft of a model beside what the rules draft from the same passage."""

from __future__ import annotations

from domain.catalogue import BOOKKEEPING_TYPES
from intake.draft import Alternative, DraftEvent, Reading

AGREED_CONFIDENCE, DOUBTED_CONFIDENCE = 0.8, 0.3
"""Of a draft that the rules find too, and of one that they read otherwise."""
_SAME_FIELDS = {"position-stated": ("party", "issue")}
"""The fields in which two drafts of a passage are about one thing."""
_COMPARED_FIELDS = {
    "statement-made": ("speaker",),
    "position-stated": ("stance", "attribution"),
    "meeting-concluded": ("outcome",),
    "vote-held": ("result",),
}
"""The fields in which they then agree, or not."""


def compare_with_rules(draft: DraftEvent, by_rules: Reading) -> DraftEvent:
    """Return a draft, surer where the rules find it too, and less sure, with what they read as
    alternatives, where they read it otherwise."""
    twins = [each for each in by_rules.drafts if _is_twin(draft, each)]
    if not twins or draft.type in BOOKKEEPING_TYPES:
        return draft
    differing = [_differing_fields(draft, each) for each in twins]
    if not all(differing):
        why = f"{draft.why} The rules find it too."
        return draft.model_copy(update={"confidence": AGREED_CONFIDENCE, "why": why})
    others = tuple(
        Alternative(field=name, value=value, label=f"{value} (the rules)")
        for name, value in ((name, twins[0].event.get(name)) for name in differing[0])
    )
    return draft.model_copy(
        update={
            "confidence": DOUBTED_CONFIDENCE,
            "why": f"{draft.why} The rules read another {' and '.join(differing[0])}.",
            "alternatives": (*others, *draft.alternatives),
        }
    )


def _is_twin(draft: DraftEvent, other: DraftEvent) -> bool:
    is_near = other.span[0] < draft.span[1] and draft.span[0] < other.span[1]
    same = _SAME_FIELDS.get(draft.type, ())
    return (
        other.type == draft.type
        and is_near
        and all(draft.event.get(name) == other.event.get(name) for name in same)
    )


def _differing_fields(draft: DraftEvent, other: DraftEvent) -> list[str]:
    return [
        name
        for name in _COMPARED_FIELDS.get(draft.type, ())
        if draft.event.get(name) != other.event.get(name)
    ]
