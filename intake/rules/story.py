"""What the stages share while one article is read: its sentences, who acts, what is proposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

from domain.model import Json
from intake.article import Article
from intake.draft import Alternative, Genre, HeldBack, UnknownActor
from intake.registry import Registry
from intake.rules.cast import Cast
from intake.rules.issues import Issues
from intake.rules.layout import Block
from intake.rules.mentions import Mention
from intake.rules.moments import UNKNOWN_TIME, Calendar, When
from intake.rules.sentences import Sentence
from intake.rules.words import split_words


@dataclass
class DraftProposal:
    """A draft in the making: the fields of its event, its passage, its time and its reason."""

    type: str
    fields: Json
    start: int
    end: int
    why: str
    confidence: float
    when: When = UNKNOWN_TIME
    block: int = -1
    actor: str | None = None
    alternatives: list[Alternative] = field(default_factory=list)
    anchor: str | None = None


@dataclass
class ReadSentence:
    """A sentence with who is mentioned in it; ``mentions`` lie outside of quotations."""

    sentence: Sentence
    all_mentions: list[Mention]

    @property
    def mentions(self) -> list[Mention]:
        return [each for each in self.all_mentions if not self.is_quoted(each.start)]

    def is_quoted(self, place: int) -> bool:
        return any(each.words_start <= place < each.words_end for each in self.sentence.quotations)


@dataclass
class Story:
    """One article while it is read."""

    article: Article
    text: str
    registry: Registry
    genre: Genre
    blocks: list[Block]
    calendar: Calendar
    cast: Cast
    issues: Issues
    proposals: list[DraftProposal] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)
    unknown: dict[str, UnknownActor] = field(default_factory=dict)
    told_again: list[tuple[int, int]] = field(default_factory=list)
    issue_in_context: str | None = None
    last_time: When = UNKNOWN_TIME
    slugs: set[str] = field(default_factory=set)
    slug_counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.slugs |= {each.slug for each in self.registry.statements}

    @property
    def anchor_text(self) -> str | None:
        return str(self.calendar.anchor) if self.calendar.anchor else None

    @property
    def tells_its_own_day(self) -> bool:
        """Whether what is said in the article was said on the day of the article."""
        return self.genre in ("transcript", "live-blog", "thread", "communique")

    @property
    def own_day(self) -> When:
        """The day of the article, where what it tells is of that day."""
        return When(self.anchor_text) if self.tells_its_own_day else UNKNOWN_TIME

    @contextmanager
    def of_day(self, day: date | None) -> Iterator[None]:
        """Count dates from another day than that of the article, as of a post or an entry."""
        whole = self.calendar
        self.calendar = replace(whole, anchor=day)
        try:
            yield
        finally:
            self.calendar = whole

    def propose(self, proposal: DraftProposal) -> None:
        proposal.anchor = proposal.anchor or self.anchor_text
        self.proposals.append(proposal)

    def report_again(self, event: str | None, start: int, end: int, why: str) -> None:
        """Propose a further report of an event that is recorded; nothing where it has no id."""
        self.told_again.append((start, end))
        told = {each.fields.get("event") for each in self.proposals}
        if event is not None and event not in told:
            self.propose(DraftProposal("report-added", {"event": event}, start, end, why, 0.6))
        else:
            self.hold_back(start, end, "This is recorded already.")

    def hold_back(self, start: int, end: int, reason: str) -> None:
        self.held_back.append(HeldBack(span=(start, end), reason=reason))

    def mentioned_in(self, text: str) -> list[str]:
        """Return the parties whose actors a text names."""
        words = split_words(text)
        found = [
            matched[1]
            for index in range(len(words))
            if (matched := self.cast.names.match_at(words, index))
        ]
        return [party for actor in found if (party := self.cast.party_of(actor))]

    def of_type(self, types: Sequence[str]) -> list[DraftProposal]:
        return [each for each in self.proposals if each.type in types]

    def name_of(self, actor: str | None) -> str:
        """Return what an actor is called in a sentence for people."""
        kind, _, slug = (actor or "").partition(":")
        if kind == "person":
            person = self.registry.person_by_slug.get(slug) or self.cast.newcomers.get(slug)
            return person.name if person else slug
        party = self.registry.party_by_slug.get(slug)
        return party.name if party else slug
