"""Recording by a form: tried first, with what it would change, and only then written."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

from pydantic import AfterValidator
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import bodies
from api.desk import formed
from api.desk.asked import Shown, read
from api.desk.drawn import drawn, framed
from api.desk.frame import Frame, language
from api.desk.page import Data, Page
from api.desk.told import Telling
from api.problems import STATUS
from api.questions import Given
from api.record import possible_duplicates
from domain import accept
from domain.basis import Basis
from domain.catalogue import BY_TYPE
from domain.refusals import InvalidQuestionError, MinutebookError, Reason, TooLargeError
from domain.versions import Entry
from ledger import log
from ledger.intake import Submission
from projections import changes
from projections.fold import FoldView

ACTS = {"correct": "record-corrected", "retract": "event-retracted", "report": "report-added"}
"""What a reader does with an event, and the type that records it."""
LIMIT = 1024 * 1024
"""Bytes of a form that are read."""
TRIED = 20_000
"""Events up to which the effect of one more is told beforehand."""


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
        "when_told": formed.understood(asked.when, frame.dates) if asked.when else None,
        "when_wrong": formed.refused(asked.when) if asked.when else None,
    }


def shown(frame: Frame, kind: str | None, sent: dict[str, str], **more: Any) -> Data:
    """Return what the form of a type shows."""
    told = {
        each["name"]: formed.understood(sent[each["name"]], frame.dates)
        for each in formed.fields(kind) if each["input"] == "span" and sent.get(each["name"])
    } if kind else {}  # fmt: skip
    return {
        "types": [{"type": name, "means": (cls.__doc__ or "").strip()}
                  for name, cls in BY_TYPE.items() if name != formed.OWN],
        "kind": kind,
        "means": (BY_TYPE[kind].__doc__ or "").strip() if kind else None,
        "fields": list(formed.fields(kind)) if kind else [],
        "sent": sent,
        "understood": told,
        "target": _target(frame, sent.get("event")),
        "wrong": {},
        "preview": None,
        **more,
    }  # fmt: skip


def _target(frame: Frame, event: str | None) -> Data | None:
    """Return in short the event that an act is about."""
    item = frame.now.item(event) if event else None
    if item is None:
        return None
    value = item.value
    return {"event": item.event, "type": item.type,
            "summary": value.get("summary") or value.get("title") or value.get("name")}  # fmt: skip


PAGE = Page("record", data, asks=Asked)


# What a form sends.


async def posted(request: Request) -> Response:
    """Try an event that a form sent, or record it; foreign forms are turned away."""
    if not _ours(request):
        error = InvalidQuestionError("this form was sent from another site",
                                     hint="open the page here and send it again")  # fmt: skip
        return drawn(request, "apart.html", language(request), 403, error=error)
    try:
        body = await bodies.read(request)
        if len(body) > LIMIT:
            raise TooLargeError("the form is too long", hint="send it to the interface instead")
        pairs = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=200)
        return await asyncio.to_thread(_taken, request, dict(pairs))
    except (MinutebookError, ValueError) as problem:
        refused = problem if isinstance(problem, MinutebookError) else InvalidQuestionError(
            "the form has too many fields")  # fmt: skip
        status = STATUS[type(refused)]
        return drawn(request, "apart.html", language(request), status, error=refused)


def _ours(request: Request) -> bool:
    """Tell whether a form came from our own page, as the browser says of it."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site == "same-origin"
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def _taken(request: Request, sent: dict[str, str]) -> Response:
    slug = request.path_params["negotiation"]
    kind = _known(sent.pop("type", ""))
    step, identity = sent.pop("step", "preview"), sent.pop("identity", "") or str(uuid4())
    value, wrong = formed.made(kind, sent)
    value.setdefault("id", identity)
    preview, answer = None, None
    if not wrong:
        try:
            events = bodies.events([value], single=True)
            ledger = request.app.state.ledger
            trial = Submission(slug, events, single=True, dry_run=step != "record")
            answer = ledger.record(trial)
            if step != "record":
                twins = possible_duplicates(ledger, slug, events)
                preview = {"duplicates": twins, "event": value, "known": bool(answer["duplicates"])}
        except MinutebookError as error:
            wrong = list(error.reasons) or [Reason("", error.detail, error.hint)]
    if answer and step == "record":
        return RedirectResponse(f"/desk/{slug}/events/{value['id']}", 303)
    return _drawn_again(request, kind, sent, identity, wrong, preview)


def _known(kind: str) -> str:
    if kind not in BY_TYPE or kind == formed.OWN:
        raise InvalidQuestionError(f"there is no event type {kind[:80]!r}")
    return kind


def _drawn_again(
    request: Request, kind: str, sent: dict[str, str], identity: str, wrong: list[Reason],
    preview: Data | None,
) -> Response:  # fmt: skip
    with request.app.state.reads.desk(request.path_params["negotiation"]) as desk:
        frame = Frame(request, PAGE, desk, read(Asked, request.query_params.multi_items()))
        if preview:
            preview = preview | {"changes": _changes(frame, preview["event"])}
        found = shown(frame, kind, sent, identity=identity, wrong=formed.beside(wrong),
                      preview=preview, when_text=None, when_told=None, when_wrong=None)  # fmt: skip
        return framed(frame, "record.html", found, 422 if wrong else 200)


def _changes(frame: Frame, value: Data) -> list[Data] | None:
    """Return in sentences what an event would change; None where the log is too long to try."""
    if frame.desk.last_seq > TRIED:
        return None
    event = accept.parse(value)
    now, seq = frame.now.basis, frame.desk.log.head + 1
    entries = log.entries(frame.desk.c, frame.slug)
    entries.append(Entry(seq, str(event.id), value["type"], now.recorded_at,
                         accept.payload(event), frame.desk.zone))  # fmt: skip
    views: dict[int, FoldView] = {}

    def opened(basis: Basis) -> FoldView:
        return views.setdefault(basis.seq, FoldView(entries, basis, frame.desk.zone))

    after = replace(now, seq=seq)
    found = changes.diff(opened, now, after)
    lines: list[Data] = Telling(frame, opened(after)).brief(found)["lines"]
    return lines
