"""What a form may name: parties, people, plans, points and all else, found by name or slug."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from api.pages.record.fields import NAMING_FIELDS, PARTS_OF
from api.pages.shared.display_names import NAMED_KINDS, DisplayNames
from api.pages.shared.i18n import Translations
from api.pages.shared.page import is_slug
from api.pages.shared.sanitize import shorten_text
from domain.catalogue import CLASS_BY_TYPE
from projections.answer_json import Item
from projections.answers.plans import resolve_points
from projections.log_query import LogQuery
from projections.names import NamedThing, match_named, nearest_names
from projections.view import View
from projections.words import normalize_text

REGISTRATION_TYPES = {
    "party": "party-registered",
    "person": "person-registered",
    "issue": "issue-defined",
}
"""What must be registered before it is named, and the type that does so."""
MAX_OFFERED = 300
"""The most names that one list offers, and the most statements that are named by their words."""
_RECENT_SEQS = 5000
"""How many of the last seqs what has no name of its own is looked for in."""
_PART_SIGN = " · "
"""Between the name of a part, such as a point, and that of its whole."""
_INTRODUCED = {
    kind: name
    for name, cls in CLASS_BY_TYPE.items()
    for kind in (*cls.INTRODUCES[-1:], *(["brief"] if name == "brief-written" else []))
    if kind not in NAMED_KINDS
}
"""The type of event that introduces a thing of each other kind."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a list of names offers: the text that is taken, and what else helps to tell it."""

    text: str
    told: str


class UnknownNameError(Exception):
    """A name that means nothing, or more than one thing; ``near`` may be meant."""

    def __init__(self, kinds: Sequence[str], text: str, near: Sequence[str], *, many: bool) -> None:
        super().__init__(text)
        self.kinds, self.text, self.near, self.is_ambiguous = kinds, text, tuple(near), many


MAX_ANSWERS = 12
"""Answers that are named where one is not known; few issues have more."""


class ThingNames:
    """The names by which a form takes and shows slugs, as known now."""

    def __init__(self, view: View, words: Translations) -> None:
        self.view, self.names = view, DisplayNames(view, words)
        self._things: dict[str, list[NamedThing]] = {}
        self._things_by_slug: dict[str, dict[str, NamedThing]] = {}
        self._counts: dict[tuple[str, ...], Counter[str]] = {}

    def things(self, kind: str) -> list[NamedThing]:
        """Return all of a kind, with every name; a part is of its whole as ``whole/part``."""
        if kind not in self._things:
            self._things[kind] = list(self._read_things(kind))
        return self._things[kind]

    def _read_things(self, kind: str) -> Iterable[NamedThing]:
        if kind in PARTS_OF:
            yield from self._read_parts(kind)
        elif kind in NAMED_KINDS:
            for slug, spellings in self.names.spellings_by_slug(kind).items():
                yield NamedThing(kind, slug, tuple(spellings.split(" · ")))
        else:
            yield from self._read_introduced(kind)

    def _read_introduced(self, kind: str) -> Iterable[NamedThing]:
        """Yield what one event each introduces, such as a statement, the newest first."""
        for item in self._newest(kind):
            if slug := item.own_fields.get(kind):
                text = _text_of(item)
                yield NamedThing(kind, slug, (text,) if text else ())

    def _newest(self, kind: str) -> list[Item]:
        first_seq = max(0, self.view.basis.seq - _RECENT_SEQS)
        asked = LogQuery(_RECENT_SEQS, type=_INTRODUCED[kind], first_seq=first_seq)
        return list(self.view.read_log(asked))[: -MAX_OFFERED - 1 : -1]

    def _read_parts(self, kind: str) -> Iterable[NamedThing]:
        if kind == "answer":
            for issue, answers in self._answers.items():
                for slug, label in answers.items():
                    yield NamedThing(kind, f"{issue}/{slug}", (label,))
        elif kind == "point":
            for plan, point in resolve_points(self.view):
                yield NamedThing(kind, f"{plan}/{point}", (self.names.point_name(plan, point),))
        else:
            for item in self._newest(kind):
                fields = item.own_fields
                if fields.get("plan") and fields.get("amendment"):
                    slug = f"{fields['plan']}/{fields['amendment']}"
                    yield NamedThing(kind, slug, (fields["amendment"],))

    @cached_property
    def _answers(self) -> dict[str, dict[str, str]]:
        return {
            slug: {each["answer"]: each["label"] for each in item.own_fields.get("answers") or ()}
            for slug, item in self.names.registered_items("issue").items()
        }

    def _by_slug(self, kind: str) -> dict[str, NamedThing]:
        if kind not in self._things_by_slug:
            self._things_by_slug[kind] = {thing.slug: thing for thing in self.things(kind)}
        return self._things_by_slug[kind]

    def suggestions(self, kinds: Sequence[str]) -> list[Suggestion]:
        """Return what a field offers that may name things of these kinds."""
        things = [thing for kind in kinds for thing in self.things(kind)][:MAX_OFFERED]
        return [
            Suggestion(self.shown(thing.kind, thing.slug, kinds), _other_names(thing))
            for thing in things
        ]

    def shown(self, kind: str, slug: str, kinds: Sequence[str] = ()) -> str:
        """Return the text by which a form shows a thing, and that ``find`` reads again."""
        thing = self._by_slug(kind).get(slug)
        if thing is None or not thing.names:
            written = f"{kind}:{slug.rpartition('/')[2]}"
            older = "" if thing or kind not in _INTRODUCED else self._read_older(kind, slug)
            return f"{older} ({written})" if older else written
        name, whole = thing.names[0], slug.rpartition("/")[0]
        if whole:
            return f"{name}{_PART_SIGN}{self.shown(PARTS_OF[kind], whole)}"
        is_own = self._spelling_counts(tuple(kinds) or (kind,))[normalize_text(name)] == 1
        return name if is_own else f"{name} ({kind}:{slug})"

    def _read_older(self, kind: str, slug: str) -> str:
        """Return the words of what was introduced longer ago; empty where there are none."""
        naming = self.view.read_newest(_INTRODUCED[kind], f"{kind}:{slug}")
        return next((_text_of(item) for item in naming if item.own_fields.get(kind) == slug), "")

    def kind_of(self, slug: str, kinds: Sequence[str]) -> str:
        """Return of which of some kinds a slug without one is: the first that has it."""
        return next((kind for kind in kinds if slug in self._by_slug(kind)), kinds[0])

    def _spelling_counts(self, kinds: tuple[str, ...]) -> Counter[str]:
        """Return how many things of these kinds each name, or slug, may stand for."""
        if kinds not in self._counts:
            self._counts[kinds] = Counter(
                spelling
                for kind in kinds
                for thing in self.things(kind)
                for spelling in set(map(normalize_text, (thing.slug, *thing.names)))
            )
        return self._counts[kinds]

    def find(self, kinds: Sequence[str], text: str, whole: str | None = None) -> tuple[str, str]:
        """Return kind and slug of what a text names: a slug, a name, or the beginning of one that
        no other has; of a part its own slug alone.

        Raises UnknownNameError.
        """
        if given := _slug_in(text, kinds):
            return given
        things = [
            thing
            for kind in kinds
            for thing in self.things(kind)
            if kind not in PARTS_OF or whole is None or thing.slug.startswith(f"{whole}/")
        ]
        name = text.rsplit(_PART_SIGN, 1)[0] if set(kinds) & set(PARTS_OF) else text
        matching = _match(things, name)
        if len(matching) == 1:
            return matching[0].kind, matching[0].slug.rpartition("/")[2]
        near = [self.shown(each.kind, each.slug, kinds) for each in matching[:8]]
        raise UnknownNameError(
            kinds, text, near or self._near(things, name, kinds), many=bool(near)
        )

    def _near(self, things: list[NamedThing], text: str, kinds: Sequence[str]) -> list[str]:
        by_name = {name: thing for thing in things for name in (*thing.names, thing.slug)}
        found = dict.fromkeys(by_name[name] for name in nearest_names(text, by_name))
        if set(kinds) == {"answer"}:
            found |= dict.fromkeys(things[:MAX_ANSWERS])
        return [self.shown(each.kind, each.slug, kinds) for each in found]

    def add_new(self, kind: str, slug: str, name: str) -> None:
        """Let what one event of a form introduces be named by those after it."""
        if slug not in self._by_slug(kind):
            self._things[kind] = [*self.things(kind), NamedThing(kind, slug, (name,))]
            self._things_by_slug.pop(kind)
            self._counts.clear()

    def taken_slugs(self, kind: str) -> set[str]:
        return {thing.slug for thing in self.things(kind)}


def _text_of(item: Item) -> str:
    named = (item.own_fields.get(name) for name in NAMING_FIELDS)
    return shorten_text(next(filter(None, named), ""), 90)


def _other_names(thing: NamedThing) -> str:
    own_slug = thing.slug.rpartition("/")[2]
    return _PART_SIGN.join(dict.fromkeys((*thing.names[1:], own_slug)))


def _slug_in(text: str, kinds: Sequence[str]) -> tuple[str, str] | None:
    """Return kind and slug of what is written as ``kind:slug``, also after a name in brackets."""
    written = text.rpartition("(")[2].removesuffix(")") if text.endswith(")") else text
    kind, colon, slug = written.partition(":")
    return (kind, slug) if colon and kind in kinds and is_slug(slug) else None


def _match(things: list[NamedThing], text: str) -> list[NamedThing]:
    """Return what a slug or name means; a whole name goes before those that begin so."""
    wanted = normalize_text(text.strip())
    whole = [
        thing
        for thing in things
        if wanted
        in (normalize_text(name) for name in (thing.slug.rpartition("/")[2], *thing.names))
    ]
    return whole or match_named(things, text)
