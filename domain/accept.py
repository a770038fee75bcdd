"""What may be refused when an event is recorded: only what can never be right."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ValidationError

from domain import faults
from domain.catalogue import ACTS, ADAPTERS, BY_TYPE, FIELDS
from domain.events import Event, Names
from domain.refusals import InvalidEventError, Reason

REGISTERED = {
    "party-registered": "party",
    "person-registered": "person",
    "issue-defined": "issue",
}
"""Which kind of slug each registration reserves."""

_NEED_REPORT = {
    "correction-published": "record-corrected",
    "event-retracted": "record-voided",
    "event-disputed": None,
    "report-added": None,
}
_TAKE_NO_REPORT = ("record-corrected", "record-voided")
_WITH_TEXTS = ("plan-introduced", "plan-amended", "amendment-proposed")


@dataclass(frozen=True, slots=True)
class Target:
    """An event recorded earlier, as recorded."""

    seq: int
    type: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What acceptance may ask of the negotiation: is a slug registered, what is a target."""

    opened: bool
    registered: Callable[[str, str], bool]
    target: Callable[[str], Target | None]


def parse(body: Mapping[str, Any]) -> Event:
    """Build the event of a JSON object. Raises InvalidEventError naming every bad field."""
    kind = body.get("type", "")
    if not isinstance(kind, str) or kind not in ADAPTERS:
        name = kind[:63] if isinstance(kind, str) else ""
        hint = f"{faults.nearest(name, ADAPTERS)}types are: {', '.join(ADAPTERS)}"
        detail = f"there is no event type {name!r}" if name else "the type is missing or no text"
        raise InvalidEventError(detail, hint=hint, reasons=[Reason("/type", detail, hint)])
    try:
        return ADAPTERS[kind].validate_json(orjson.dumps(body))
    except ValidationError as error:
        reasons = faults.reasons(BY_TYPE[kind], body, error.errors(include_url=False))
        raise InvalidEventError(f"{kind}: {reasons[0].detail}", reasons=reasons) from None


def payload(event: Event) -> dict[str, Any]:
    """Return the JSON object that is stored: without id, server fields and defaults."""
    return event.model_dump(mode="json", by_alias=True, exclude={"id"}, exclude_defaults=True)


def check(value: Mapping[str, Any], known: Known) -> list[Reason]:
    """Return every reason why a payload can never be right; none means accepted."""
    kind = str(value["type"])
    reasons = list(_opening(kind, known))
    reasons += _references(kind, value, known)
    reasons += _registration(kind, value, known)
    if kind in ACTS:
        reasons += _act(kind, value, known)
    return reasons


def _opening(kind: str, known: Known) -> Iterator[Reason]:
    if kind == "negotiation-opened" and known.opened:
        yield Reason("/type", "the negotiation is open already", "correct its opening instead")
    if kind != "negotiation-opened" and not known.opened:
        yield Reason("/type", "the first event must open the negotiation",
                     "send negotiation-opened first")  # fmt: skip
    if kind == "payload-erased":
        yield Reason("/type", "erasure has a path of its own", "only the erasure path records it")


def _references(kind: str, value: Mapping[str, Any], known: Known) -> Iterator[Reason]:
    own = REGISTERED.get(kind)
    for pointer, named, slug in references(kind, value):
        if pointer != f"/{own}" and _unregistered(named, slug, known):
            kinds = "person or party" if named == "speaker" else named
            detail = f"no {kinds} {slug!r} is registered in this negotiation"
            yield Reason(pointer, detail, f"register the {kinds} first, or mend the slug")


def _unregistered(named: str, slug: str, known: Known) -> bool:
    if named == "speaker":
        return not (known.registered("person", slug) or known.registered("party", slug))
    return named in REGISTERED.values() and not known.registered(named, slug)


def _registration(kind: str, value: Mapping[str, Any], known: Known) -> Iterator[Reason]:
    own = REGISTERED.get(kind)
    if own and known.registered(own, value[own]):
        hint = "correct the earlier registration instead; slugs stay reserved"
        yield Reason(f"/{own}", f"the {own} {value[own]!r} is registered already", hint)


def reserved(kind: str, value: Mapping[str, Any], target: str | None) -> tuple[str, str] | None:
    """Return the kind and slug that an event reserves: by registering it, or by correcting the
    slug of a registration, of type ``target``."""
    own = REGISTERED.get(target or kind)
    slug = (value.get("changes") or {}).get(own) if target else value.get(own or "")
    return (own, str(slug)) if own and slug else None


def _act(kind: str, value: Mapping[str, Any], known: Known) -> Iterator[Reason]:
    if kind in _NEED_REPORT and not value.get("reports"):
        own = _NEED_REPORT[kind]
        hint = f"for a slip of your own record use {own}" if own else "say who reported it"
        yield Reason("/reports", f"{kind} needs at least one report", hint)
    if kind in _TAKE_NO_REPORT and value.get("reports"):
        yield Reason("/reports", f"{kind} takes no report", "leave reports out")
    target = known.target(value["event"])
    if target is None:
        yield Reason("/event", f"no earlier event {value['event']} in this negotiation",
                     "name the id of an event recorded before this one")  # fmt: skip
        return
    if "erased" in target.payload:
        yield Reason("/event", "its payload was erased", "nothing can act on it any more")
        return
    if kind == "text-published" and target.type not in _WITH_TEXTS:
        yield Reason("/event", f"a {target.type} introduces no points",
                     f"name one of: {', '.join(_WITH_TEXTS)}")  # fmt: skip
    for name in ("changes", "rival"):
        yield from _changes(kind, name, value.get(name) or {}, target, known)


def _changes(
    kind: str, name: str, changes: Mapping[str, Any], target: Target, known: Known
) -> Iterator[Reason]:
    fixed = {"type", "id"} | ({"reports"} if kind != "record-corrected" else set())
    fields = FIELDS[target.type]
    for key in changes:
        if key in fixed:
            hint = "use record-corrected" if key == "reports" else "void the event and record anew"
            yield Reason(f"/{name}/{key}", f"{kind} cannot change {key}", hint)
        elif key not in fields:
            yield faults.unknown(f"/{name}/{key}", key, fields)
        elif key == "event" and _not_before(changes[key], target, known):
            hint = "name an event recorded before the act"
            yield Reason(f"/{name}/event", "no earlier event with that id", hint)
    if fixed.isdisjoint(changes) and set(changes) <= set(fields):
        yield from (reason.at(f"/{name}") for reason in _as_changed(changes, target, known))


def _not_before(event: Any, target: Target, known: Known) -> bool:
    other = known.target(event) if isinstance(event, str) else None
    return other is None or other.seq >= target.seq


def _as_changed(changes: Mapping[str, Any], target: Target, known: Known) -> Iterator[Reason]:
    try:
        changed = parse({**target.payload, **changes})
    except InvalidEventError as error:
        yield from error.reasons
        return
    new = {name: value for name, value in payload(changed).items() if name in changes}
    own = REGISTERED.get(target.type)
    if own in new and new[own] != target.payload[own]:
        yield from _registration(target.type, new, known)
    yield from _references(target.type, new, known)
    yield from _acts_within(payload(changed), set(changes), target, known)


def _acts_within(
    changed: Mapping[str, Any], names: set[str], target: Target, known: Known
) -> Iterator[Reason]:
    """A corrected act must still fit the event that it acts on."""
    if target.type in ACTS and not names.isdisjoint({"changes", "rival", "event"}):
        inner = known.target(str(changed["event"]))
        for name in ("changes", "rival"):
            if inner is not None and changed.get(name):
                yield from _changes(target.type, name, changed[name], inner, known)


def in_full(value: dict[str, Any], known: Known, before: Mapping[str, Any]) -> dict[str, Any]:
    """Write every bare speaker of a payload as person:slug, else party:slug.

    Where the same event was recorded ``before``, a speaker stays who it was then.
    """
    for pointer, slug in _bare_speakers(str(value["type"]), value, known):
        *path, last = [int(part) if part.isdigit() else part for part in pointer[1:].split("/")]
        place: Any = value
        was: Any = before
        for part in path:
            place, was = place[part], _member(was, part)
        recorded = str(_member(was, last))
        person = known.registered("person", slug)
        own = f"{'person' if person else 'party'}:{slug}"
        place[last] = recorded if recorded.endswith(f":{slug}") else own
    return value


def _member(value: Any, name: str | int) -> Any:
    try:
        return value[name]
    except (LookupError, TypeError):
        return None


def _bare_speakers(kind: str, value: Mapping[str, Any], known: Known) -> Iterator[tuple[str, str]]:
    """Yield (pointer, slug), also of the fields that an act would change."""
    for path in _paths(BY_TYPE[kind]):
        if path.kind == "any":
            yield from (each for each in _found(value, path.names) if ":" not in each[1])
    target = known.target(str(value.get("event"))) if kind in ACTS else None
    for name in ("changes", "rival"):
        if target and isinstance(value.get(name), Mapping):
            inner = {"event": target.payload.get("event"), **value[name]}
            for pointer, slug in _bare_speakers(target.type, inner, known):
                yield f"/{name}{pointer}", slug


@dataclass(frozen=True, slots=True)
class _Path:
    """Where in an event of one type slugs stand: field names, ``*`` for each of a list."""

    names: tuple[str, ...]
    kind: str


def references(kind: str, value: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (pointer, kind, slug) of everything that an event names."""
    for path in _paths(BY_TYPE[kind]):
        first, *rest = path.names
        if not (held := value.get(first)):
            continue
        for pointer, slug in _found(held, rest, f"/{first}"):
            named, _, bare = slug.rpartition(":") if path.kind == "any" else (path.kind, "", slug)
            yield pointer, named or "speaker", bare


def _found(value: Any, names: Sequence[str], pointer: str = "") -> Iterator[tuple[str, str]]:
    if not names:
        if isinstance(value, str):
            yield pointer, value
    elif names[0] == "*":
        for index, each in enumerate(value if isinstance(value, list) else ()):
            yield from _found(each, names[1:], f"{pointer}/{index}")
    elif isinstance(value, dict) and names[0] in value:
        yield from _found(value[names[0]], names[1:], f"{pointer}/{names[0]}")


@cache
def _paths(model: type[BaseModel]) -> tuple[_Path, ...]:
    hints = typing.get_type_hints(model, include_extras=True)
    return tuple(
        _Path((field.alias or name, *path.names), path.kind)
        for name, field in model.model_fields.items()
        for path in _inside(hints[name])
    )


def _inside(hint: Any) -> Iterator[_Path]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        yield from (_Path((), mark.kind) for mark in arguments[1:] if isinstance(mark, Names))
        yield from _inside(arguments[0])
    elif origin is tuple:
        yield from (_Path(("*", *path.names), path.kind) for path in _inside(arguments[0]))
    elif origin in (typing.Union, types.UnionType):
        for argument in arguments:
            yield from _inside(argument)
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        yield from _paths(hint)
