"""A recorded event in its own form: only what differs from what stands becomes a correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.pages.record.fields import FormField, form_fields
from api.pages.record.fill import fill_form
from api.pages.record.things import ThingNames
from domain.catalogue import CLASS_BY_TYPE, OWN_TIME_FIELDS
from domain.model import Json

CORRECTION_TYPES = {
    "slip": "record-corrected",
    "source": "correction-published",
    "rival": "event-disputed",
}
"""What a difference may be, and the type that records it: our slip, the correction of a source, or
the word of another one."""
_UNCHANGEABLE = ("id",)


@dataclass(frozen=True, slots=True)
class Target:
    """The recorded event that a form acts on, with its fields as they stand now.

    ``is_corrected`` says that the form shows these fields, so that they can be changed.
    """

    event: str
    type: str
    fields: Json
    is_corrected: bool = False

    @property
    def says(self) -> str | None:
        """What the event says in short."""
        named = (self.fields.get(name) for name in ("summary", "title", "name", "motion"))
        return next(filter(None, named), None)

    @property
    def plan(self) -> str | None:
        return self.fields.get("plan")

    @property
    def form_fields(self) -> tuple[FormField, ...]:
        return tuple(each for each in form_fields(self.type) if each.name not in _UNCHANGEABLE)

    def fill(self, names: ThingNames) -> dict[str, str]:
        """Return the texts by which the form shows what stands."""
        return fill_form(self.form_fields, self.fields, names)

    def changes_to(self, event: Json) -> Json:
        """Return the fields of which an event says something else; of what it leaves out, what the
        type has without it."""
        changes: Json = {}
        for each in self.form_fields:
            old, new = self.fields.get(each.name), event.get(each.name)
            without = self._without(each.name)
            if (new if new is not None else without) != (old if old not in (None, []) else without):
                changes[each.name] = new if new is not None else without
        return changes

    def _without(self, name: str) -> object:
        for own, field in CLASS_BY_TYPE[self.type].model_fields.items():
            if (field.alias or own) == name and not field.is_required():
                default = field.get_default()
                return list(default) if isinstance(default, tuple) else default
        return None


def forget_phrase(sent: dict[str, str], stands: Mapping[str, str]) -> dict[str, str]:
    """Return what a form sends without the words of a time where that is another one than stands,
    unless other words were given for it."""
    is_moved = any(sent.get(name, "") != stands.get(name, "") for name in OWN_TIME_FIELDS)
    if not is_moved or sent.get("phrase", "") != stands.get("phrase", ""):
        return sent
    return {name: text for name, text in sent.items() if name not in ("phrase", "phrase_anchor")}


def write_correction(
    kind: str, event: str, changes: Json, reason: str, reports: list[Json] | None
) -> Json:
    """Return the event that says that fields of another one are otherwise."""
    named = "rival" if kind == "event-disputed" else "changes"
    correction: Json = {"type": kind, "event": event, named: changes}
    if reason:
        correction["reason"] = reason
    return correction | ({"reports": reports} if reports else {})
