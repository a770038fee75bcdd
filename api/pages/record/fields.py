"""What a form asks for a type of event, made from the class of the type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from domain.acceptance import slug_paths
from domain.catalogue import CLASS_BY_TYPE, COMMON_FIELDS
from domain.events import SLUG_KINDS, SPEAKER_PATTERN
from domain.model import Json

FieldInput = Literal[
    "text", "long", "choice", "flag", "number", "span", "name", "new", "lines", "rows", "parts",
    "labels", "json",
]  # fmt: skip
"""How a field is entered: ``name`` by the name of a thing, ``new`` as a slug that is made from
one, ``lines`` one text a line, ``rows`` as a list of things with fields, or of names, ``parts`` as
one thing with fields, ``labels`` as rows of a key and a text."""
FieldGroup = Literal["own", "later", "report"]

SPAN_FIELDS = ("occurred", "expected", "due", "phrase_anchor", "from", "to", "published")
LONG_TEXT_FIELDS = (
    "summary", "text", "quote", "reason", "note", "question", "motion", "consequence",
)  # fmt: skip
RARE_FIELDS = (
    "tz",
    "phrase",
    "phrase_anchor",
    "modality",
    "codes",
    "note",
    "id",
    "names",
    "questions",
    "ids",
)
"""Fields that few events need: they fold away."""
PARTS_OF = {"point": "plan", "amendment": "plan", "answer": "issue"}
"""What has a slug within another thing, and the kind of that one."""
NAMING_FIELDS = ("name", "title", "label", "heading", "motion", "summary", "text")
"""The fields that name what an event or a row introduces, from which its slug is made."""
FORM_TYPES = [name for name in CLASS_BY_TYPE if name != "payload-erased"]
"""The types that a form can record; only erasing a payload makes the other."""
TYPE_GROUPS: dict[str, tuple[str, ...]] = {
    "said": ("statement-", "position-"),
    "meetings": ("meeting-",),
    "plans": ("plan-", "amendment-", "document-", "text-"),
    "else": ("deadline-", "vote-", "incident-", "watch-", "brief-"),
    "who": ("party-", "person-", "role-", "issue-"),
}
"""The types that a reader chooses from, by the beginnings of their names; what acts on an event
begins on its page."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form; ``kinds`` are those of what it may name."""

    name: str
    input: FieldInput
    is_required: bool = False
    is_wanted: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None
    kinds: tuple[str, ...] = ()
    fields: tuple[FormField, ...] = ()
    group: FieldGroup = "own"

    @property
    def is_long(self) -> bool:
        return self.input in ("long", "lines", "rows", "parts", "labels", "json")


@cache
def form_fields(kind: str) -> tuple[FormField, ...]:
    """Return the fields of a form for a type, without those of a report: its own first."""
    model = CLASS_BY_TYPE[kind]
    schema = model.model_json_schema()
    reader = _FieldReader(schema.get("$defs", {}), dict(slug_paths(model)), model.INTRODUCES[-1:])
    names = [name for name in schema["properties"] if name not in ("type", "reports")]
    names.sort(key=lambda name: (name in COMMON_FIELDS, name in RARE_FIELDS))
    return tuple(reader.read_fields({name: schema["properties"][name] for name in names}, schema))


@cache
def report_fields() -> tuple[FormField, ...]:
    """Return the fields of one report."""
    schema = CLASS_BY_TYPE["report-added"].model_json_schema()["$defs"]["Report"]
    return tuple(_FieldReader({}, {}, (), "report").read_fields(schema["properties"], schema))


class _FieldReader:
    """Reads the fields of a class, and of those within it, from its JSON schema."""

    def __init__(
        self,
        definitions: Json,
        kinds_by_path: Mapping[tuple[str, ...], str],
        introduces: tuple[str, ...],
        group: FieldGroup = "own",
    ) -> None:
        self.definitions, self.kinds_by_path = definitions, kinds_by_path
        self.introduces, self.group = introduces, group

    def read_fields(
        self, properties: Json, schema: Json, path: tuple[str, ...] = ()
    ) -> list[FormField]:
        required = schema.get("required", ())
        found = [
            self._read_field((*path, name), each, name in required)
            for name, each in properties.items()
        ]
        named = [number for number, each in enumerate(found) if each.name in NAMING_FIELDS]
        if named and found[0].input == "new":  # a slug follows what it is made from
            found.insert(named[0], found.pop(0))
        return found

    def _read_field(self, path: tuple[str, ...], schema: Json, is_required: bool) -> FormField:
        name, default = path[-1], schema.get("default")
        options = [o for o in schema.get("anyOf", [schema]) if o.get("type") != "null"]
        first = options[0] if options else {}
        entered, kinds, inner = self._find_input(path, first, options)
        is_rare = name in RARE_FIELDS and len(path) == 1 and self.group == "own"
        return FormField(
            name,
            entered,
            is_required and name != "occurred" and entered != "new" and self.group != "report",
            (is_required and entered != "new") or (name == "occurred" and len(path) == 1),
            tuple(first.get("enum", ())),
            default if isinstance(default, str) else None,
            kinds,
            inner,
            "later" if is_rare else self.group,
        )

    def _find_input(
        self, path: tuple[str, ...], first: Json, options: list[Json]
    ) -> tuple[FieldInput, tuple[str, ...], tuple[FormField, ...]]:
        item = first.get("items", {})
        if "$ref" in item:
            return "rows", (), self._read_inner(item["$ref"], (*path, "*"))
        if "$ref" in first:
            return "parts", (), self._read_inner(first["$ref"], path)
        if first.get("type") == "array":
            kinds = self._kinds_of((*path, "*"), item)
            return ("rows" if kinds else "lines"), kinds, ()
        kinds = self._kinds_of(path, first)
        if kinds:
            return ("new" if self._is_new(path) else "name"), kinds, ()
        return self._plain_input(path[-1], first, options), (), ()

    def _plain_input(self, name: str, first: Json, options: list[Json]) -> FieldInput:
        if first.get("enum"):
            return "choice"
        if name in SPAN_FIELDS:
            return "span"
        types = {option.get("type") for option in options}
        if types & {"integer", "number"}:
            return "number"
        if types == {"boolean"}:
            return "flag"
        if first.get("type") == "object":
            return "labels" if "patternProperties" in first else "json"
        return "long" if name in LONG_TEXT_FIELDS else "text"

    def _read_inner(self, reference: str, path: tuple[str, ...]) -> tuple[FormField, ...]:
        schema = self.definitions[reference.rpartition("/")[2]]
        return tuple(self.read_fields(schema["properties"], schema, path))

    def _kinds_of(self, path: tuple[str, ...], schema: Json) -> tuple[str, ...]:
        """Return of which kinds the thing may be that a field names; none where it names none."""
        kind = self.kinds_by_path.get(path)
        if kind == "any":
            is_speaker = schema.get("pattern") == SPEAKER_PATTERN
            return ("person", "party") if is_speaker else SLUG_KINDS
        return (kind or "answer",) if kind or path[-1] == "answer" else ()

    def _is_new(self, path: tuple[str, ...]) -> bool:
        """Return whether a field gives a slug to something, rather than naming what has one."""
        return path in (self.introduces, _NEW_PARTS.get(self.introduces), ("brief",))


_NEW_PARTS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("issue",): ("answers", "*", "answer"),
    ("plan",): ("points", "*", "point"),
}
"""The fields by which the parts of what an event introduces get their slugs."""
