"""Validation of events at recording: only what can never be right is refused."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ValidationError

from domain import event_type_hints, validation_messages
from domain.catalogue import ACT_TYPES, CLASS_BY_TYPE, EVENT_ADAPTER, FIELDS_BY_TYPE, CatalogueEvent
from domain.errors import InvalidEventError, Reason
from domain.events import Event, SlugOf
from domain.introductions import (
    INTRODUCTION_FIELDS,
    FindTarget,
    Introduction,
    TargetEvent,
    own_introduction,
)
from domain.later_checks import answer_slugs, check_same_as, find_answers
from domain.model import Json
from domain.own_acts import ANY, VOID, OwnActs
from domain.plan_checks import check_plan
from domain.self_references import check_self_references
from domain.struck_openings import check_opening_stays
from domain.timezone_corrections import check_timezone

REGISTRATION_TYPES = ("party-registered", "person-registered", "issue-defined")
"""The introductions without which nothing may name what they introduce."""
_REGISTERED_KINDS = ("party", "person", "issue")

_REPORT_REQUIRED = {
    "correction-published": "record-corrected",
    "event-retracted": "record-voided",
    "event-disputed": None,
    "report-added": None,
}
_REPORT_FORBIDDEN = ("record-corrected", "record-voided")
SlugPath = tuple[tuple[str, ...], str]
"""Where in an event slugs stand, as field names with ``*`` for each of a list; and their kind."""
_TYPES_WITH_TEXTS = ("plan-introduced", "plan-amended", "amendment-proposed")


@dataclass(frozen=True, slots=True)
class AcceptanceContext:
    """What acceptance may ask of the negotiation: how many events it has, which event introduced
    a slug of a kind, which slugs of a kind there are, and what is a target.

    ``is_exported`` says that a ledger accepted the event before, maybe by older rules.
    """

    is_open: bool
    event_count: int
    find_introducer: Callable[[str, str], str | None]
    list_slugs: Callable[[str], Iterable[str]]
    find_target: FindTarget
    is_exported: bool = False

    @property
    def own_acts(self) -> OwnActs:
        return OwnActs(self.find_target, self.find_introducer)

    def is_registered(self, kind: str, slug: str) -> bool:
        """Return whether a registration of a slug stands: one that is void never should have been,
        although its slug stays reserved."""
        event = self.find_introducer(kind, slug)
        if event is None or self.is_exported or self.find_introducer(VOID, ANY) is None:
            return event is not None  # as nearly always: spare the look at its acts
        return not self.own_acts.find_voids(event)


def parse_event(body: Json) -> CatalogueEvent:
    """Build the event of a JSON object. Raises InvalidEventError naming every bad field."""
    kind = body.get("type")
    if not isinstance(kind, str) or kind not in CLASS_BY_TYPE:
        name = kind[:63] if isinstance(kind, str) else ""
        hint = event_type_hints.hint_for_type(name)
        detail = f"unknown event type {name!r}" if name else "type is missing or not a string"
        raise InvalidEventError(detail, hint=hint, reasons=[Reason("/type", detail, hint)])
    try:
        return EVENT_ADAPTER.validate_python(body)
    except ValidationError as error:
        reasons = validation_messages.describe_faults(
            CLASS_BY_TYPE[kind], body, error.errors(include_url=False)
        )
        raise InvalidEventError(f"{kind}: {reasons[0].detail}", reasons=reasons) from None


def dump_payload(event: Event) -> Json:
    """Return the JSON object that is stored: without id, server fields and defaults."""
    return event.model_dump(mode="json", by_alias=True, exclude={"id"}, exclude_defaults=True)


def check_payload(value: Json, context: AcceptanceContext) -> list[Reason]:
    """Return every reason why a payload can never be right; none means accepted."""
    kind = str(value["type"])
    reasons = list(_check_opening(kind, context))
    reasons += _check_references(kind, value, context)
    reasons += _check_answer(kind, value, context)
    reasons += _check_same_as(kind, value, context)
    reasons += _check_introduction(own_introduction(kind, value, ""), context)
    reasons += _check_direct(kind)
    reasons += check_plan(value)
    reasons += _check_self_references(value, context)
    if kind in ACT_TYPES:
        reasons += _check_act(kind, value, context)
    return reasons


def check_alone(value: Json) -> list[Reason]:
    """Return the reasons why a payload can never be recorded in a negotiation that is open,
    whatever that holds."""
    is_opening = value["type"] == "negotiation-opened"
    return [
        *([_ALREADY_OPEN] if is_opening else []),
        *_check_direct(str(value["type"])),
        *check_plan(value),
        *check_self_references(value),
    ]


def _check_direct(kind: str) -> Iterator[Reason]:
    if kind == "payload-erased":
        yield Reason("/type", "payload-erased cannot be recorded directly", "use the erase command")


_ALREADY_OPEN = Reason("/type", "the negotiation is already open", "correct its opening instead")


def _check_opening(kind: str, context: AcceptanceContext) -> Iterator[Reason]:
    if kind == "negotiation-opened" and context.is_open:
        yield _ALREADY_OPEN
    if kind != "negotiation-opened" and not context.is_open:
        yield Reason(
            "/type", "the first event must open the negotiation", "send negotiation-opened first"
        )


def _check_references(kind: str, value: Json, context: AcceptanceContext) -> Iterator[Reason]:
    own_name = INTRODUCTION_FIELDS[kind][-1] if kind in REGISTRATION_TYPES else ""
    for pointer, slug_kind, slug in find_references(kind, value):
        is_own = pointer == f"/{own_name}"
        is_own |= pointer == "/same_as" and slug == value.get(own_name)  # refused as that
        if not is_own and _is_unregistered(slug_kind, slug, context):
            kinds = "person or party" if slug_kind == "speaker" else slug_kind
            named_kinds = ("person", "party") if slug_kind == "speaker" else (slug_kind,)
            yield _unregistered(pointer, slug, kinds, named_kinds, context)


def _unregistered(
    pointer: str, slug: str, kinds: str, named_kinds: Sequence[str], context: AcceptanceContext
) -> Reason:
    """Return the reason for naming what is not registered, or whose registration is void."""
    detail = f"{kinds} {slug!r} is not registered in this negotiation"
    for event in filter(None, (context.find_introducer(kind, slug) for kind in named_kinds)):
        voids = ", ".join(context.own_acts.find_voids(event))
        hint = f"void {voids}, which voided it, to bring it back; or name another slug"
        return Reason(pointer, f"{detail}: event {event}, which registered it, is void", hint)
    known_slugs = [known for kind in named_kinds for known in context.list_slugs(kind)]
    nearest_hint = validation_messages.nearest_name_hint(slug, known_slugs)
    return Reason(pointer, detail, f"{nearest_hint}register the {kinds} first, or fix the slug")


def _is_unregistered(slug_kind: str, slug: str, context: AcceptanceContext) -> bool:
    if slug_kind == "speaker":
        return not (context.is_registered("person", slug) or context.is_registered("party", slug))
    return slug_kind in _REGISTERED_KINDS and not context.is_registered(slug_kind, slug)


def _check_answer(kind: str, value: Json, context: AcceptanceContext) -> Iterator[Reason]:
    """The answer of a position is one of those that its issue has."""
    answer, issue = value.get("answer"), value.get("issue")
    if kind != "position-stated" or answer is None or issue is None:
        return
    answers = find_answers(issue, context.find_target, context.find_introducer)
    if answer not in answers:
        hint = f"use one of {', '.join(answers)}" if answers else "leave answer out"
        hint += ", or add it to the issue's answers by record-corrected first"
        yield Reason("/answer", f"issue {issue!r} has no answer {answer!r}", hint)


def _check_same_as(kind: str, value: Json, context: AcceptanceContext) -> Iterator[Reason]:
    if not context.is_exported:
        yield from check_same_as(kind, value, context.find_target, context.find_introducer)


def _check_self_references(value: Json, context: AcceptanceContext) -> Iterator[Reason]:
    if not context.is_exported:
        yield from check_self_references(value)


def _check_dropped_answers(
    issue: str, changed: CatalogueEvent, context: AcceptanceContext
) -> Iterator[Reason]:
    """An answer that a position names stays."""
    kept = answer_slugs(dump_payload(changed).get("answers") or ())
    for answer in find_answers(issue, context.find_target, context.find_introducer):
        named = context.find_introducer("stated-answer", f"{issue}/{answer}")
        if answer not in kept and named is not None:
            detail = f"event {named} states a position with answer {answer!r}"
            yield Reason("/answers", detail, f"keep {answer!r} among the answers")


def _check_introduction(
    introduction: Introduction | None, context: AcceptanceContext
) -> Iterator[Reason]:
    """One event introduces a thing; the slug of a thing is never used for another one."""
    if introduction is None or context.is_exported:
        return
    first = context.find_introducer(introduction.kind, introduction.slug)
    if first is not None and first != introduction.event:
        yield validation_messages.second_introduction(introduction, first)


def _check_act(kind: str, value: Json, context: AcceptanceContext) -> Iterator[Reason]:
    if kind in _REPORT_REQUIRED and not value.get("reports"):
        own = _REPORT_REQUIRED[kind]
        hint = f"add a report; to fix your own mistake use {own}" if own else "add a report"
        yield Reason("/reports", f"{kind} needs at least one report", hint)
    if kind in _REPORT_FORBIDDEN and value.get("reports"):
        yield Reason("/reports", f"{kind} must not have reports", "remove reports")
    target = context.find_target(value["event"])
    if target is None:
        yield Reason(
            "/event",
            f"event {value['event']} is not an earlier event of this negotiation",
            "use the id of an event recorded before this one",
        )
        return
    if "erased" in target.payload:
        yield Reason("/event", "the payload of this event was erased", "use another event")
        return
    if kind == "text-published" and target.type not in _TYPES_WITH_TEXTS:
        yield Reason(
            "/event",
            f"a {target.type} event has no points",
            f"use an event of type {', '.join(_TYPES_WITH_TEXTS)}",
        )
    if not context.is_exported:
        of_opening = (kind, value, target, context.event_count, context.find_target)
        yield from check_timezone(*of_opening)
        yield from check_opening_stays(*of_opening)
    for name in ("changes", "rival"):
        yield from _check_changes(kind, name, value.get(name) or {}, target, context)


def _check_changes(
    kind: str, name: str, changes: Json, target: TargetEvent, context: AcceptanceContext
) -> Iterator[Reason]:
    fixed_fields = {"type", "id"} | ({"reports"} if kind != "record-corrected" else set())
    fields = FIELDS_BY_TYPE[target.type]
    for key in changes:
        if key in fixed_fields:
            hint = "use record-corrected" if key == "reports" else "void it and record it again"
            yield Reason(f"/{name}/{key}", f"{kind} cannot change {key}", hint)
        elif key not in fields:
            yield validation_messages.unknown_field(f"/{name}/{key}", key, fields)
        elif key == "event" and _is_not_before(changes[key], target, context):
            hint = "use the id of an event recorded before the act"
            yield Reason(f"/{name}/event", "not the id of an earlier event", hint)
    if fixed_fields.isdisjoint(changes) and set(changes) <= set(fields):
        yield from (
            reason.with_prefix(f"/{name}") for reason in _check_as_changed(changes, target, context)
        )


def _is_not_before(event: object, target: TargetEvent, context: AcceptanceContext) -> bool:
    other = context.find_target(event) if isinstance(event, str) else None
    return other is None or other.seq >= target.seq


def _check_as_changed(
    changes: Json, target: TargetEvent, context: AcceptanceContext
) -> Iterator[Reason]:
    try:
        changed = parse_event({**target.payload, **changes})
    except InvalidEventError as error:
        yield from error.reasons
        return
    new_values = {name: value for name, value in dump_payload(changed).items() if name in changes}
    introduction = own_introduction(target.type, dump_payload(changed), target.id)
    if introduction != own_introduction(target.type, target.payload, target.id):
        yield from _check_introduction(introduction, context)
    yield from _check_references(target.type, new_values, context)
    if not {"answer", "issue"}.isdisjoint(new_values):
        yield from _check_answer(target.type, dump_payload(changed), context)
    yield from _check_self_references(dump_payload(changed), context)
    if "same_as" in new_values:
        yield from _check_same_as(target.type, dump_payload(changed), context)
    if "answers" in changes and target.type == "issue-defined":
        yield from _check_dropped_answers(target.payload["issue"], changed, context)
    yield from _check_inner_changes(dump_payload(changed), set(changes), target, context)


def _check_inner_changes(
    changed: Json, names: set[str], target: TargetEvent, context: AcceptanceContext
) -> Iterator[Reason]:
    """A corrected act must still fit the event that it acts on."""
    if target.type in ACT_TYPES and not names.isdisjoint({"changes", "rival", "event"}):
        inner = context.find_target(str(changed["event"]))
        for name in ("changes", "rival"):
            if inner is not None and changed.get(name):
                yield from _check_changes(target.type, name, changed[name], inner, context)


def has_bare_speakers(value: Json, context: AcceptanceContext) -> bool:
    """Return whether a payload names a speaker without saying whether it is a person or party."""
    return any(True for _ in _bare_speakers(str(value["type"]), value, context))


def qualify_speakers(value: Json, context: AcceptanceContext, before: Json) -> Json:
    """Write every bare speaker of a payload as person:slug, else party:slug.

    Where the same event was recorded ``before``, a speaker stays who it was then.
    """
    for pointer, slug in _bare_speakers(str(value["type"]), value, context):
        *path, last = [int(part) if part.isdigit() else part for part in pointer[1:].split("/")]
        container: Any = value
        recorded_value: object = before
        for part in path:
            container, recorded_value = container[part], _get_member(recorded_value, part)
        recorded = str(_get_member(recorded_value, last))
        is_person = context.is_registered("person", slug)
        own = f"{'person' if is_person else 'party'}:{slug}"
        container[last] = recorded if recorded.endswith(f":{slug}") else own
    return value


def _get_member(value: Any, name: str | int) -> object:
    try:
        return value[name]
    except (LookupError, TypeError):
        return None


def _bare_speakers(kind: str, value: Json, context: AcceptanceContext) -> Iterator[tuple[str, str]]:
    """Yield (pointer, slug), also of the fields that an act would change."""
    for name, *path in _speaker_paths(CLASS_BY_TYPE[kind]):
        if name in value:
            speakers = _find_values(value[name], path, f"/{name}")
            yield from ((pointer, slug) for pointer, slug in speakers if ":" not in slug)
    target = context.find_target(str(value.get("event"))) if kind in ACT_TYPES else None
    for name in ("changes", "rival"):
        if target and isinstance(value.get(name), Mapping):
            inner = {"event": target.payload.get("event"), **value[name]}
            for pointer, slug in _bare_speakers(target.type, inner, context):
                yield f"/{name}{pointer}", slug


def find_references(kind: str, value: Json) -> Iterator[tuple[str, str, str]]:
    """Yield (pointer, kind, slug) of everything that an event names; of an answer also its issue,
    before a slash."""
    for (name, *inner), slug_kind in slug_paths(CLASS_BY_TYPE[kind]):
        if name not in value:  # as most are: spare the walk
            continue
        for pointer, slug in _find_values(value[name], inner, f"/{name}"):
            if slug_kind == "any":
                named_kind, _, bare_slug = slug.rpartition(":")
                yield pointer, named_kind or "speaker", bare_slug
            else:
                yield pointer, slug_kind, slug
    if kind == "position-stated" and value.get("answer") and value.get("issue"):
        yield "/answer", "answer", f"{value['issue']}/{value['answer']}"


@cache
def types_that_name(kind: str) -> tuple[str, ...]:
    """Return the types of events that can name a slug of a kind."""
    return tuple(
        name
        for name, cls in CLASS_BY_TYPE.items()
        if any(named in (kind, "any") for _, named in slug_paths(cls))
    )


def _find_values(value: object, names: Sequence[str], pointer: str) -> Iterator[tuple[str, str]]:
    if not names:
        if isinstance(value, str):
            yield pointer, value
    elif names[0] == "*":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _find_values(item, names[1:], f"{pointer}/{index}")
    elif isinstance(value, dict) and names[0] in value:
        yield from _find_values(value[names[0]], names[1:], f"{pointer}/{names[0]}")


@cache
def slug_paths(model: type[BaseModel]) -> tuple[SlugPath, ...]:
    hints = typing.get_type_hints(model, include_extras=True)
    return tuple(
        ((field.alias or name, *names), kind)
        for name, field in model.model_fields.items()
        for names, kind in _paths_in_hint(hints[name])
    )


@cache
def _speaker_paths(model: type[BaseModel]) -> tuple[tuple[str, ...], ...]:
    """Return where a slug can stand for a person or a party."""
    return tuple(names for names, kind in slug_paths(model) if kind == "any")


def _paths_in_hint(hint: object) -> Iterator[SlugPath]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        yield from (((), marker.kind) for marker in arguments[1:] if isinstance(marker, SlugOf))
        yield from _paths_in_hint(arguments[0])
    elif origin is tuple:
        yield from ((("*", *names), kind) for names, kind in _paths_in_hint(arguments[0]))
    elif origin in (typing.Union, types.UnionType):
        for argument in arguments:
            yield from _paths_in_hint(argument)
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        yield from slug_paths(hint)
