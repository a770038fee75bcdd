"""What of an article is recorded already, in the same words or nearly so."""

from __future__ import annotations

from collections.abc import Iterator

from intake.registry import KnownPosition, KnownStatement
from intake.rules.likeness import content_stems, share_words
from intake.rules.meeting_contradictions import is_near
from intake.rules.story import DraftProposal, Story
from intake.rules.words import fold_word

_LEAST_WORDS = 3
"""Fewer words that tell something are too few to be known by."""
_LIKE = 0.6
"""How like what is recorded words must be to be another edition of them."""


class RecordedWords:
    """Finds what an article tells again; positions follow the statements that they rest on."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._recorded_as: dict[str, str] = {}

    def match(self, proposal: DraftProposal) -> DraftProposal | None:
        """Return a proposal that brings something new, or else the further report that it is; None
        where it is recorded and the event that recorded it is not known."""
        if proposal.type == "statement-made":
            statement = self._find_statement(proposal)
            if statement is not None:
                self._recorded_as[str(proposal.fields["statement"])] = statement.slug
                why = f"The statement {statement.slug} is recorded in the same words."
                return _report_again(proposal, statement.event, why)
        if proposal.type == "position-stated":
            position = self._find_position(proposal)
            if position is not None:
                why = "This position is recorded in the same words."
                return _report_again(proposal, position.event, why)
            self._follow(proposal)
        return proposal

    def _follow(self, proposal: DraftProposal) -> None:
        """Name in a position the recorded statement in place of the one that repeats it."""
        slug = str(proposal.fields.get("statement"))
        if slug in self._recorded_as:
            proposal.fields["statement"] = self._recorded_as[slug]

    def _find_statement(self, proposal: DraftProposal) -> KnownStatement | None:
        """Return the recorded statement of the same speaker that is most like one."""
        words = _words_of(proposal)
        found: list[tuple[float, KnownStatement]] = []
        for known in self._story.registry.statements:
            if known.speaker != proposal.fields["speaker"]:
                continue
            texts = known.text or "", str(proposal.fields.get("text") or "")
            if all(texts) and _plain(texts[0]) == _plain(texts[1]):
                return known
            if _can_be_of(known.occurred, proposal):
                recorded = (known.text, (known.summary or "").partition(": ")[2] or known.summary)
                found.append((_most_like(words, recorded), known))
        likeness, known_best = max(found, key=lambda each: each[0], default=(0.0, None))
        return known_best if likeness >= _LIKE else None

    def _find_position(self, proposal: DraftProposal) -> KnownPosition | None:
        """Return the position of the same party, issue and stance that stands in like words, or
        stood then."""
        names = ("party", "issue", "stance", "attributed_by")
        words = _words_of(proposal)
        registry = self._story.registry
        stood = (each for each in registry.earlier if self._is_of_then(each, proposal))
        for known in (*registry.positions, *registry.attributed, *stood):
            if all(getattr(known, name) == proposal.fields.get(name) for name in names):
                recorded = (known.quote, (known.summary or "").partition(": ")[2] or known.summary)
                if _most_like(words, recorded) >= _LIKE:
                    return known
        return None

    def _is_of_then(self, known: KnownPosition, proposal: DraftProposal) -> bool:
        told = proposal.when.expression or self._story.anchor_text
        return bool(told and known.occurred) and is_near(str(told), str(known.occurred))


def _report_again(proposal: DraftProposal, event: str | None, why: str) -> DraftProposal | None:
    if event is None:
        return None
    return DraftProposal("report-added", {"event": event}, proposal.start, proposal.end, why, 0.7)


def _can_be_of(occurred: str | None, proposal: DraftProposal) -> bool:
    told = proposal.when.expression
    return told is None or occurred is None or is_near(told, occurred)


def _words_of(proposal: DraftProposal) -> list[str]:
    """Return what a proposal says, in the words of the article."""
    _, _, told = str(proposal.fields.get("summary") or "").partition(": ")
    quoted = proposal.fields.get("text") or proposal.fields.get("quote") or ""
    return [each for each in (str(quoted), told) if each]


def _most_like(words: list[str], recorded: tuple[str | None, ...]) -> float:
    def pairs() -> Iterator[float]:
        for one in words:
            for other in filter(None, recorded):
                if min(len(content_stems(each)) for each in (one, other)) >= _LEAST_WORDS:
                    yield share_words(one, other)

    return max(pairs(), default=0.0)


def _plain(text: str) -> str:
    return " ".join(filter(None, (fold_word(word).strip(",.") for word in text.split())))
