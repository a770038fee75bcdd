"""What an editor says comes first: it goes before all else in each list of the overview."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from api.models.events import Brief
from api.pages.events.event_lines import item_facts
from api.pages.shared.page_context import PageContext
from domain.events import SLUG_KINDS
from domain.introductions import INTRODUCTION_FIELDS
from domain.model import Json

_TYPE_BY_KIND = {fields[-1]: name for name, fields in INTRODUCTION_FIELDS.items()}
"""What introduces a thing, by its kind."""


class EditorOrder(NamedTuple):
    """Subjects such as ``issue:border`` in the order of one brief, and the date of that brief."""

    subjects: tuple[str, ...] = ()
    occurred: str | None = None
    tz: str | None = None

    def sort(self, items: Iterable[Json]) -> list[Json]:
        """Return items with what comes first at the front; all else stays in its order."""
        ranks = {subject: rank for rank, subject in enumerate(self.subjects)}
        return sorted(
            items,
            key=lambda item: min(
                (ranks[subject] for subject in _subjects_of(item) if subject in ranks),
                default=len(ranks),
            ),
        )

    def slugs_of(self, kind: str) -> list[str]:
        found = (subject.partition(":") for subject in self.subjects)
        return [slug for its_kind, _, slug in found if its_kind == kind]

    def describe(self, frame: PageContext) -> Json | None:
        """Return the date of the brief, and what comes first by name; null where none says so."""
        if not self.subjects:
            return None
        names = [_subject_name(frame, subject) for subject in self.subjects]
        return {"occurred": self.occurred, "tz": self.tz, "names": names}


def read_editor_order(frame: PageContext, briefs: Iterable[Brief]) -> EditorOrder:
    """Return the order of the newest brief that gives one."""
    for brief in briefs:
        if brief.order:
            subjects = map(frame.view.merges.subject_of, brief.order)
            return EditorOrder(tuple(dict.fromkeys(subjects)), brief.occurred, brief.tz)
    return EditorOrder()


def _subjects_of(item: Json) -> Iterator[str]:
    for kind in SLUG_KINDS:
        if isinstance(slug := item.get(kind), str):
            yield f"{kind}:{slug}"
    for party in item.get("parties") or ():
        yield f"party:{party}"


def _subject_name(frame: PageContext, subject: str) -> str:
    """Return what a subject is called: by its title, or in what its event says."""
    kind, _, slug = subject.partition(":")
    name = frame.name_of(kind, slug)
    if name != slug or kind not in _TYPE_BY_KIND:
        return name
    items = frame.view.read_newest(_TYPE_BY_KIND[kind], subject)
    telling = (item for item in items if item.own_fields.get(kind) == slug)
    texts = (item_facts(item, frame.words).text for item in telling)
    return next(filter(None, texts), slug)
