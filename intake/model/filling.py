"""The fields of an event from what a model answered: words cut from the text, dates, slugs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel

from domain.catalogue import CLASS_BY_TYPE
from domain.model import Json
from domain.slugs import make_slug
from intake.draft import Alternative
from intake.model.answer_types import AnsweredDraft, DatedWords, Words
from intake.model.moments import ReadMoment, read_moment
from intake.model.numbered_text import NumberedSentence
from intake.model.vocabulary import PLACEHOLDER
from intake.rules.moments import Calendar, When
from intake.rules.sentences import Sentence

_OWN_TIME_FIELDS = ("expected", "due")
"""What an event is about: its words are kept as ``phrase`` before those of ``occurred``."""
_PASSAGE_FIELDS = tuple(AnsweredDraft.model_fields)
_NOT_THERE = "these words do not stand in the sentences that the model names"


class OutOfBoundsError(Exception):
    """What a model answered is held back; the text is the reason."""


class Located(NamedTuple):
    """Words as they stand in a sentence, and where in the article they begin."""

    words: str
    sentence: Sentence
    start: int


@dataclass
class Filled:
    """What an event says: its own fields, when it occurred, and what was left out and why."""

    fields: Json = field(default_factory=dict)
    when: When = field(default_factory=lambda: When(None))
    alternatives: list[Alternative] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_claimed: bool = False
    """Whether a date is what the model says and nothing else."""


@dataclass
class NewSlugs:
    """The slugs of what is new in one answer, by their placeholders; ``taken`` are those by kind
    that something has."""

    taken: dict[str, set[str]]
    by_placeholder: dict[str, str] = field(default_factory=dict)

    def assign(self, placeholder: str, name: str) -> str:
        """Return the slug of a placeholder; the first name that is given for it makes it."""
        if placeholder not in self.by_placeholder:
            kind = placeholder.partition("-")[2]
            taken = self.taken.setdefault(kind, set())
            slug = make_slug(name, taken) or make_slug(kind, taken)
            taken.add(slug)
            self.by_placeholder[placeholder] = slug
        return self.by_placeholder[placeholder]


def locate(words: str, places: Sequence[NumberedSentence]) -> Located | None:
    """Return words as they stand in one of some sentences, blanks aside; None elsewhere."""
    spaced = r"\s+".join(re.escape(part) for part in words.split())
    if not spaced:
        return None
    pattern = re.compile(rf"(?<!\w){spaced}(?!\w)")
    for place in places:
        if found := pattern.search(place.sentence.text):
            start = place.sentence.start + found.start()
            return Located(" ".join(found[0].split()), place.sentence, start)
    return None


@dataclass(frozen=True)
class Filler:
    """Fills events of one article whose dates a calendar tells."""

    calendar: Calendar
    new_slugs: NewSlugs

    def fill(self, answered: AnsweredDraft, places: Sequence[NumberedSentence]) -> Filled:
        """Return what a draft says, with words only that stand in its sentences.

        Raises OutOfBoundsError where it has none for a field that an event needs.
        """
        filled = Filled()
        for name, value in _fields_of(answered):
            if name in _PASSAGE_FIELDS:
                continue
            if isinstance(value, DatedWords):
                self._fill_moment(name, value, places, filled)
            else:
                filled.fields[name] = self._convert(name, value, places, filled)
        needed = {
            info.alias or name
            for name, info in CLASS_BY_TYPE[answered.type].model_fields.items()
            if info.is_required()
        }
        filled.fields.pop("occurred", None)
        filled.fields = {
            name: value
            for name, value in filled.fields.items()
            if value not in (None, [], {}) or (value is None and name in needed)
        }
        for note in filled.notes:
            if note.partition(":")[0] in needed - {"occurred", "expected"}:
                raise OutOfBoundsError(note)
        self._name_new_things(filled)
        return filled

    def _convert(
        self, name: str, value: Any, places: Sequence[NumberedSentence], filled: Filled
    ) -> Any:
        match value:
            case Words():
                found = locate(value.root, places)
                if found is None:
                    filled.notes.append(f"{name}: {_NOT_THERE}")
                return found and found.words
            case BaseModel():
                inner = {
                    key: self._convert(f"{name}.{key}", each, places, filled)
                    for key, each in _fields_of(value)
                }
                return {key: each for key, each in inner.items() if each is not None}
            case list():
                items = (self._convert(name, each, places, filled) for each in value)
                return [each for each in items if each not in (None, {})]
            case _:
                return value

    def _fill_moment(
        self, name: str, value: DatedWords, places: Sequence[NumberedSentence], filled: Filled
    ) -> None:
        is_ahead = name in _OWN_TIME_FIELDS
        if is_ahead:
            filled.fields[name] = None
        found = locate(value.words.root, places)
        if found is None:
            filled.notes.append(f"{name}: {_NOT_THERE}")
            return
        moment = read_moment(
            found.words,
            (found.sentence, found.start),
            value.edtf,
            self.calendar,
            "future" if is_ahead else "past",
        )
        filled.is_claimed |= moment.is_claimed
        if is_ahead:
            self._fill_ahead(name, moment, filled)
        else:
            phrase = moment.words if moment.is_counted else None
            filled.when = When(moment.expression, phrase, moment.others)

    def _fill_ahead(self, name: str, moment: ReadMoment, filled: Filled) -> None:
        filled.fields[name] = moment.expression
        if self.calendar.anchor and moment.is_counted:
            anchor = self.calendar.anchor.isoformat()
            filled.fields |= {"phrase": moment.words, "phrase_anchor": anchor}
        filled.alternatives += [
            Alternative(field=name, value=each, label=each) for each in moment.others
        ]

    def _name_new_things(self, filled: Filled) -> None:
        """Put slugs where placeholders stand; that of a thing is made from what the event calls
        it."""
        for name, value in filled.fields.items():
            filled.fields[name] = self._with_slugs(value, filled)

    def _with_slugs(self, value: Any, filled: Filled) -> Any:
        if isinstance(value, list):
            return [self._with_slugs(each, filled) for each in value]
        if isinstance(value, dict):
            return {key: self._with_slugs(each, filled) for key, each in value.items()}
        if not isinstance(value, str) or not (found := PLACEHOLDER.search(value)):
            return value
        if found["kind"] in ("person", "party"):
            slug = self.new_slugs.by_placeholder.get(found[0], found[0])
        else:
            slug = self.new_slugs.assign(found[0], _name_of(filled, found["kind"]))
        return value.replace(found[0], slug)


def _name_of(filled: Filled, kind: str) -> str:
    """Return what the slug of something new is made from."""
    fields = filled.fields
    when = fields.get("expected") or fields.get("due") or filled.when.expression or ""
    return str(fields.get("title") or f"{kind} {fields.get('place') or when}")


def _fields_of(model: BaseModel) -> list[tuple[str, Any]]:
    """Return the fields of an answer by the names that they have in JSON."""
    return [
        (info.alias or name, getattr(model, name))
        for name, info in type(model).model_fields.items()
    ]
