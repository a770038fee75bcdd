"""Proposals of drafts from what a model answered: each within its bounds, or held back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from domain.catalogue import CLASS_BY_TYPE
from domain.model import Json
from domain.validation_messages import describe_fault
from intake.draft import HeldBack, TextSpan, UnknownActor
from intake.model import bounds
from intake.model.answer_types import AnsweredDraft, AnswerTypes, NewActor
from intake.model.filling import Filled, Filler, Located, OutOfBoundsError, locate
from intake.model.numbered_text import NumberedSentence, NumberedText, span_of
from intake.rules.moments import When
from intake.rules.statements import new_slug
from intake.rules.story import DraftProposal, Story
from intake.rules.summaries import summarise

CONFIDENCE, CLAIMED_CONFIDENCE = 0.5, 0.4
"""Of a draft by a model alone, and of one whose date is the model's alone."""
WHY = "A model reads this in the passage."
_SAID_TYPES = ("statement-made", "position-stated")
_MAX_NAME_WORDS = 6
_NOWHERE: TextSpan = (0, 0)


@dataclass
class Drafting:
    """What becomes of one answer: proposals in the story of the article."""

    story: Story
    text: NumberedText
    types: AnswerTypes
    filler: Filler

    def take_actor(self, answered: object) -> None:
        """Take somebody new, whose name must stand in the sentence that is named."""
        try:
            new = self.types.actor_class.model_validate(answered)
        except ValidationError as error:
            self._hold_back(f"actor: {_first_fault(error)}")
            return
        passage = self.text.passage([new.sentence]) or ()
        name = locate(new.name.root, passage)
        if name is None or not _is_name(name.words):
            self._hold_back("actor: its name does not stand in the sentence that the model names")
            return
        self._introduce(new, name, passage)

    def take_draft(self, answered: object) -> None:
        """Propose one draft, or hold it back."""
        span, fields = _NOWHERE, None
        try:
            draft = self._validate(answered)
            passage, places = self._find_passage(draft)
            span = span_of(passage)
            bounds.check_orders(draft.type, places)
            filled = self.filler.fill(draft, places)
            fields = {"type": draft.type, **filled.fields}
            self._bind(draft.type, filled, passage, places)
            self._propose(draft.type, filled, span)
        except OutOfBoundsError as error:
            self._hold_back(str(error), span, fields)

    def _hold_back(self, reason: str, span: TextSpan = _NOWHERE, event: Json | None = None) -> None:
        self.story.held_back.append(HeldBack(span=span, reason=reason, event=event))

    def _validate(self, answered: object) -> AnsweredDraft:
        if not isinstance(answered, dict):
            raise OutOfBoundsError("the model answers something else than a draft")
        kind = answered.get("type")
        cls = self.types.by_type.get(kind) if isinstance(kind, str) else None
        if cls is None:
            raise OutOfBoundsError(bounds.refuse_type(kind if isinstance(kind, str) else None))
        try:
            return cls.model_validate(answered)
        except ValidationError as error:
            raise OutOfBoundsError(_first_fault(error)) from None

    def _find_passage(
        self, draft: AnsweredDraft
    ) -> tuple[list[NumberedSentence], list[NumberedSentence]]:
        """Return the sentences that a draft rests on, and these with its context."""
        passage, context = map(self.text.passage, (draft.sentences, draft.context))
        if passage is None or context is None:
            raise OutOfBoundsError("the model names sentences that the article does not have")
        bounds.check_spread(draft.sentences)
        return passage, [*passage, *context]

    def _bind(
        self,
        kind: str,
        filled: Filled,
        passage: Sequence[NumberedSentence],
        places: Sequence[NumberedSentence],
    ) -> None:
        """Bind an event to who is named in its passage, and write what only the house may."""
        cast, fields = self.story.cast, filled.fields
        in_passage, in_places = self._named_in(passage), self._named_in(places)
        bounds.check_introduced(kind, fields)
        bounds.check_actor(kind, fields, in_places if kind in _SAID_TYPES else in_passage, cast)
        bounds.check_speaker(kind, fields, passage, in_passage, cast)
        filled.notes += bounds.drop_unnamed(kind, fields, in_places, cast)
        if kind == "position-stated":
            filled.notes += bounds.settle_attribution(fields, passage, cast)
        self._write(kind, fields, passage)

    def _named_in(self, places: Sequence[NumberedSentence]) -> set[str]:
        named = {actor for place in places for actor in place.actors}
        return named.union(self._new_actors_in(places))

    def _new_actors_in(self, places: Sequence[NumberedSentence]) -> Iterator[str]:
        for actor in self.story.unknown.values():
            names = [actor.name, *([actor.name.split()[-1]] if actor.kind == "person" else [])]
            if any(locate(name, places) for name in names):
                yield f"{actor.kind}:{actor.slug}"

    def _write(self, kind: str, fields: Json, passage: Sequence[NumberedSentence]) -> None:
        quotation = _quotation_in(self.story.text, passage)
        told = " ".join(each.sentence.text for each in passage)
        if kind == "statement-made":
            fields["summary"] = summarise(self.story.name_of(fields["speaker"]), quotation or told)
            party = self.story.cast.party_of(fields["speaker"])
            if party and not fields["speaker"].startswith("party:"):
                fields["on_behalf_of"] = party
            if quotation:
                fields |= {"text": quotation, "language": self.story.article.read_language}
        elif kind == "position-stated":
            party_name = self.story.name_of(f"party:{fields['party']}")
            fields["summary"] = summarise(party_name, quotation or told)
            if quotation:
                fields["quote"] = quotation
        for introduced in CLASS_BY_TYPE[kind].INTRODUCES[-1:]:
            if introduced not in fields:
                lead = str(fields.get("speaker", "")).partition(":")[2].rpartition("-")[2]
                words = str(fields.get("title") or fields.get("motion") or quotation or told)
                fields[introduced] = new_slug(f"{lead} {words}", self.story)

    def _propose(self, kind: str, filled: Filled, span: TextSpan) -> None:
        story, fields = self.story, filled.fields
        if kind in _SAID_TYPES and filled.when.expression is None and story.tells_its_own_day:
            filled.when = When(story.anchor_text)
        for other in story.proposals:
            own = {**fields, "statement": None}
            if (
                other.type == kind
                and {**other.fields, "statement": None} == own
                and ((other.start, other.end, other.when) == (*span, filled.when))
            ):
                raise OutOfBoundsError("the model gives this draft twice")
        left_out = "; ".join(filled.notes)
        story.propose(
            DraftProposal(
                kind,
                fields,
                *span,
                f"{WHY} Left out: {left_out}." if left_out else WHY,
                CLAIMED_CONFIDENCE if filled.is_claimed else CONFIDENCE,
                filled.when,
                actor=fields.get("speaker"),
                alternatives=filled.alternatives,
            )
        )

    def _introduce(self, new: NewActor, name: Located, passage: Sequence[NumberedSentence]) -> None:
        kind, _, placeholder = new.actor.partition(":")
        story, slugs = self.story, self.filler.new_slugs
        party = slugs.by_placeholder.get(new.party or "", new.party)
        party = party if party in story.registry.party_by_slug else None
        title = locate(new.title.root, passage) if new.title else None
        if kind == "person":
            actor = story.cast.introduce(name.words, party, title and title.words)
            slug = slugs.by_placeholder[placeholder] = actor.partition(":")[2]
        else:
            slug = slugs.assign(placeholder, name.words)
        unknown = UnknownActor.model_validate(
            {
                "kind": kind,
                "slug": slug,
                "name": name.words,
                "span": (name.start, name.start + len(name.words)),
                "party": party,
                "title": title and title.words,
            }
        )
        story.unknown.setdefault(slug, unknown)


def link_positions(story: Story) -> None:
    """Name in each position the statement in whose passage its stance is told."""
    statements = [each for each in story.proposals if each.type == "statement-made"]
    for position in story.proposals:
        if position.type != "position-stated":
            continue
        teller = position.fields.get("attributed_by")
        for each in statements:
            speaker = each.fields["speaker"]
            is_own = teller is None and story.cast.party_of(speaker) == position.fields["party"]
            is_near = each.start < position.end and position.start < each.end
            if is_near and (is_own or speaker == teller):
                position.fields["statement"] = each.fields["statement"]
                break


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    place = ".".join(map(str, fault["loc"]))[:100]
    if fault["type"] == "extra_forbidden":
        return f"{place}: unknown field"
    return f"{place}: {describe_fault(place, fault).detail[:200]}".lstrip(": ")


def _is_name(name: str) -> bool:
    return name[:1].isupper() and len(name.split()) <= _MAX_NAME_WORDS


def _quotation_in(text: str, passage: Sequence[NumberedSentence]) -> str:
    """Return what a passage quotes, its pieces joined by an ellipsis."""
    pieces = []
    for place in passage:
        for each in place.sentence.quotations:
            start = max(each.words_start, place.sentence.start)
            piece = text[start : min(each.words_end, place.sentence.end)].strip(" ,")
            if piece and piece not in pieces:
                pieces.append(piece)
    return " … ".join(pieces)
