"""Recording by a form: tried first, with what it would change, and only then written."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator

from api.desk import formed, spans
from api.desk.asked import Shown
from api.desk.called import Names
from api.desk.frame import Frame
from api.desk.page import Data, Page
from api.questions import Given
from domain.catalogue import BY_TYPE

NAMED = {"party": "party", "on_behalf_of": "party", "person": "person", "issue": "issue",
         "plan": "plan", "meeting": "meeting"}  # fmt: skip
"""Fields that name one thing, and of which kind it is."""
SPEAKERS = ("speaker", "attributed_by", "announced_by")
"""Fields that name a person or a party."""
ACTS = {"correct": "record-corrected", "retract": "event-retracted", "report": "report-added"}
"""What a reader does with an event, and the type that records it."""


def _a_type(value: str | None) -> str | None:
    if value and (value not in BY_TYPE or value == formed.OWN):
        raise ValueError(f"there is no event type {value[:80]!r}")
    return value


def _an_event(value: str | None) -> str | None:
    if value:
        try:
            UUID(value)
        except ValueError:
            raise ValueError(f"{value[:80]!r} is no id of an event") from None
    return value


class Asked(Shown):
    type: Annotated[Given, AfterValidator(_a_type)] = None
    event: Annotated[Given, AfterValidator(_an_event)] = None
    act: Literal["correct", "retract", "report", None] = None
    when: Given = None


def data(frame: Frame) -> Data:
    """Return the types there are, and an empty form for the one that was chosen."""
    asked = frame.asked
    kind = asked.type or (ACTS[asked.act] if asked.act else None)
    sent = {"event": asked.event} if asked.event else {}
    return shown(frame, kind, sent) | {
        "when_text": asked.when,
        "when_told": spans.understood(asked.when, frame.dates) if asked.when else None,
        "when_wrong": spans.refused(asked.when) if asked.when else None,
    }


def shown(frame: Frame, kind: str | None, sent: dict[str, str], **more: Any) -> Data:
    """Return what the form of a type shows."""
    told = {
        each["name"]: spans.understood(sent[each["name"]], frame.dates)
        for each in formed.fields(kind) if each["input"] == "span" and sent.get(each["name"])
    } if kind else {}  # fmt: skip
    return {
        "types": [{"type": name, "means": (cls.__doc__ or "").strip()}
                  for name, cls in BY_TYPE.items() if name != formed.OWN],
        "kind": kind,
        "means": (BY_TYPE[kind].__doc__ or "").strip() if kind else None,
        "fields": list(formed.fields(kind)) if kind else [],
        "slugs": _slugs(frame, kind) if kind else {},
        "sent": sent,
        "understood": told,
        "target": _target(frame, sent.get("event")),
        "wrong": {},
        "preview": None,
        **more,
    }  # fmt: skip


def _slugs(frame: Frame, kind: str) -> Data:
    """Return what is known now that a field of the form may name: slugs with their names."""
    names = Names(frame.now, frame.words)
    asked = {each["label"] for each in formed.fields(kind) if each["input"] == "text"}
    found: Data = {name: names.names(of) for name, of in NAMED.items() if name in asked}
    speakers = {f"{of}:{slug}": told for of in ("person", "party")
                for slug, told in names.names(of).items()}  # fmt: skip
    return found | {name: speakers for name in SPEAKERS if name in asked}


def _target(frame: Frame, event: str | None) -> Data | None:
    """Return in short the event that an act is about."""
    item = frame.now.item(event) if event else None
    if item is None:
        return None
    value = item.value
    return {"event": item.event, "type": item.type,
            "summary": value.get("summary") or value.get("title") or value.get("name")}  # fmt: skip


PAGE = Page("record", data, asks=Asked)
