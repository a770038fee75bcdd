"""What things are called: parties, people, issues, plans, points of plans."""

from __future__ import annotations

from functools import cache, cached_property, partial
from typing import NamedTuple

from api.articles import english_name, with_article
from api.pages.shared.i18n import Translations
from api.pages.shared.sanitize import shorten_text
from api.stance_words import AnswerWords, given_answer, read_answer_words
from domain.model import Json
from domain.plans import ResolvedPoint
from domain.titles import merge_titles
from projections.answer_json import Item
from projections.answers.listed_kinds import TRACKED_KINDS
from projections.answers.plans import resolve_points
from projections.view import View

_REGISTRATIONS = {
    "party": ("party-registered", "name"),
    "person": ("person-registered", "name"),
    "issue": ("issue-defined", "title"),
}


NAMED_KINDS = (*_REGISTRATIONS, "plan", "meeting", *(kind.kind for kind in TRACKED_KINDS))


def split_speaker(reference: object) -> tuple[str, str]:
    """Return kind and slug of a speaker such as ``party:russia``; the kind may be empty."""
    kind, _, slug = str(reference or "").rpartition(":")
    return kind, slug


def _read_titles(view: View, kind: str, language: str) -> dict[str, str]:
    """Return the title of each plan, from its introduction, or of what many events tell, such as a
    meeting or a deadline, its newest."""
    titles_by_slug: dict[str, str] = {}
    for (slug,), rows in view.read_cells(kind).items():
        values = [
            row.own_fields for row in rows if kind != "plan" or row.label == "plan-introduced"
        ]
        told = merge_titles(values[:1] if kind == "plan" else reversed(values))
        titles_by_slug[slug] = name_in(told, language) or told.get("title") or slug
    return titles_by_slug


class NotedName(NamedTuple):
    """What a text names, and as what."""

    kind: str
    slug: str
    name: str


class DisplayNames:
    """The names of what a page speaks of, each kind read once where one is asked for."""

    def __init__(self, view: View, words: Translations) -> None:
        self.view, self.words = view, words
        self._items_by_kind: dict[str, dict[str, Item]] = {}
        self._names_by_kind: dict[str, dict[str, str]] = {}
        self._read_points = cache(partial(resolve_points, view))

    def registered_items(self, kind: str) -> dict[str, Item]:
        """Return what is registered of a kind: parties, people or issues by slug, in order; staff
        are also told what no news names yet.

        What was registered twice is there once.
        """
        items = self._all_items(kind)
        if self.view.basis.audience == "staff":
            return items
        visible = {item.event for item in self.view.visible_records(_REGISTRATIONS[kind][0])}
        return {slug: item for slug, item in items.items() if item.event in visible}

    def _all_items(self, kind: str) -> dict[str, Item]:
        """Return also what no news names any more, as what a page compares with does."""
        if kind not in self._items_by_kind:
            self._items_by_kind[kind] = {
                slug: item
                for item in self.view.all_records(_REGISTRATIONS[kind][0])
                if (slug := item.own_fields.get(kind)) and self._shown_slug(kind, slug) == slug
            }
        return self._items_by_kind[kind]

    def names_by_slug(self, kind: str) -> dict[str, str]:
        """Return the names of a kind by slug, of plans, meetings and deadlines too; of what is
        registered also those that are not to be listed."""
        if kind not in self._names_by_kind:
            self._names_by_kind[kind] = self._read_names(kind)
        return self._names_by_kind[kind]

    def add_new(self, kind: str, slug: str, name: str) -> None:
        """Let be named what is not registered yet, but would be."""
        self.names_by_slug(kind).setdefault(slug, name)

    def spellings_by_slug(self, kind: str) -> dict[str, str]:
        """Return every name of each of a kind, by slug, the one that is shown first."""
        items = self.registered_items(kind) if kind in _REGISTRATIONS else {}
        return {
            slug: " · ".join(dict.fromkeys([name, *_names_of(kind, slug, items.get(slug))]))
            for slug, name in self.names_by_slug(kind).items()
        }

    def speaker_spellings(self, speaker_ref: object) -> list[str]:
        """Return every name of a speaker, written as kind and slug."""
        kind, slug = split_speaker(speaker_ref)
        if kind not in _REGISTRATIONS:
            return []
        return _names_of(kind, slug, self._all_items(kind).get(self._shown_slug(kind, slug)))

    def _read_names(self, kind: str) -> dict[str, str]:
        if kind not in _REGISTRATIONS:
            return _read_titles(self.view, kind, self.words.lang)
        name_field = _REGISTRATIONS[kind][1]
        fields_by_slug = {slug: item.own_fields for slug, item in self._all_items(kind).items()}
        return {
            slug: str(name_in(fields, self.words.lang) or fields.get(name_field) or slug)
            for slug, fields in fields_by_slug.items()
        }

    @cached_property
    def answer_words(self) -> AnswerWords:
        """The words of each answer to an issue, by issue and answer."""
        return read_answer_words(self.view, self.words.lang)

    @cached_property
    def answers_by_issue(self) -> dict[str, dict[str, str]]:
        """The same by issue, each in the order of its scale."""
        by_issue: dict[str, dict[str, str]] = {}
        for (issue, answer), label in self.answer_words.items():
            by_issue.setdefault(issue, {})[answer] = label
        return by_issue

    def given_answer(self, issue: str | None, answer: str | None) -> str | None:
        """Return the words of an answer to an issue, if one is given."""
        return given_answer(self.answer_words, issue, answer) if answer else None

    def full_name(self, kind: str, slug: str) -> str:
        """Return the whole name of a thing, or its slug where it has none."""
        if kind not in NAMED_KINDS:
            return slug
        return self.names_by_slug(kind).get(self._shown_slug(kind, slug), slug)

    def _shown_slug(self, kind: str, slug: str) -> str:
        return self.view.merges.slug_of(kind, slug)

    def claimant_name(self, speaker_ref: object) -> str | None:
        """Return the whole name of a speaker; None where none is given."""
        return self.full_name(*split_speaker(speaker_ref)) or None

    def display_name(self, kind: str, slug: object) -> str:
        """Return a name fit for a sentence, or the slug where nothing is registered under it."""
        return shorten_text(self.full_name(kind, str(slug)), 90)

    def speaker_name(self, speaker_ref: object) -> str:
        """Return the name of a speaker, written as kind and slug."""
        kind, slug = split_speaker(speaker_ref)
        return self.display_name(kind, slug) if kind in _REGISTRATIONS else slug

    def point_name(self, plan: str, point: str, *, proposed: Json | None = None) -> str:
        """Return what a point is called: ``point 12 (ZNPP)``, without a number by its slug.

        Of one that is only proposed, that is what the proposal calls it; of one that ended, what
        it was called before.
        """
        resolved = self._read_points(plan).get((plan, point), ResolvedPoint())
        fields = resolved.fields or proposed or _last_fields(resolved)
        number, heading = fields.get("number"), shorten_text(fields.get("heading"), 60)
        if number is None:
            return heading or point
        numbered_label = self.words("plan.called", number=shorten_text(number, 12))
        return f"{numbered_label} ({heading})" if heading else numbered_label


class NotedNames(DisplayNames):
    """Names within sentences, which note what was named, of what is known by a name."""

    def __init__(self, view: View, words: Translations) -> None:
        super().__init__(view, words)
        self._noted = dict[NotedName, None]()

    def display_name(self, kind: str, slug: object) -> str:
        """Return the name, with the article that the language has before it."""
        name = self.plain_name(kind, slug)
        if kind != "party":
            return name
        given = self._english_names.get(self._shown_slug(kind, str(slug)))
        return with_article(name, self.words.lang, given)

    @cached_property
    def _english_names(self) -> dict[str, str | None]:
        """How parties stand within an English sentence, where their registrations say so."""
        fields_by_slug = {slug: item.own_fields for slug, item in self._all_items("party").items()}
        return {
            slug: english_name(str(fields.get("name") or slug), fields.get("names"))
            for slug, fields in fields_by_slug.items()
        }

    def speaker_name(self, speaker_ref: object) -> str:
        kind, slug = split_speaker(speaker_ref)
        return self.plain_name(kind, slug) if kind in _REGISTRATIONS else slug

    def plain_name(self, kind: str, slug: object) -> str:
        """Return the name alone, as before a colon or within brackets."""
        name, shown_slug = super().display_name(kind, slug), self._shown_slug(kind, str(slug))
        if shown_slug in self.names_by_slug(kind):
            self._noted[NotedName(kind, shown_slug, name)] = None
        return name

    def take_noted(self) -> list[NotedName]:
        """Return what was named since this was last asked."""
        noted = list(self._noted)
        self._noted.clear()
        return noted


def _names_of(kind: str, slug: str, item: Item | None) -> list[str]:
    """Return every name that is registered of a party, person or issue, the first in its own
    field."""
    if item is None:
        return []
    fields = item.own_fields
    names = (fields.get("names") or {}).values()
    return [fields.get(_REGISTRATIONS[kind][1]) or slug, *names]


def name_in(fields: Json, language: str) -> str | None:
    """Return the name or title that an event gives in a language, if any, without an article."""
    name: str | None = (fields.get("names") or {}).get(language)
    return name.removeprefix("the ") if name and language == "en" else name


def question_in(fields: Json, language: str) -> str | None:
    """Return the question of an issue, in a language where it is given in that."""
    question: str | None = (fields.get("questions") or {}).get(language) or fields.get("question")
    return question


def _last_fields(point: ResolvedPoint) -> Json:
    """Return number and heading as the last operation gave them that gave any."""
    names = ("number", "heading")
    return {name: step[name] for name in names for _, step in point.steps if step.get(name)}
