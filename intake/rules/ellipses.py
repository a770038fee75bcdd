# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Stances told without a verb of their own: Kyiv rejected it, Moscow too; and so did Minsk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from intake.rules.act_times import past_times
from intake.rules.mentions import Mention
from intake.rules.moments import When
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.summaries import summarise

_TOO = re.compile(
    r"\s*,?\s*(?:too|as well|likewise|also (?:did|does|has)|(?:did|does|has|have|had) "
    r"(?:so(?: too)?|the same|likewise)|did too|followed suit|теж|також|так само)"
    r"(?=\W*$|\s*[,;.]|\s+"
    r"(?:on|in|later|yesterday|last|a day|у|в|на)\b)",
    re.IGNORECASE,
)
"""What behind a name says that the same is so of it."""
_SO_DID = re.compile(
    r"(?:^|[,;—–-]\s*|\band\s+)(?:and\s+)?(?:so|as) (?:did|does|has|have|had|do|will|would)\s+"
    r"(?:the\s+)?$",
    re.IGNORECASE,
)
"""What in front of a name says so."""


def propose_ellipses(reads: Iterable[ReadSentence], story: Story) -> None:
    """Propose for whom a sentence says that the same is so of them the stance right before."""
    before: ReadSentence | None = None
    for read in reads:
        for mention in _list_likewise(read):
            party = story.cast.party_of(mention.actor) or mention.party
            same = _find_stances(read, mention, before, story)
            if party is not None:
                for stance in [each for each in same if each.fields["party"] != party]:
                    story.propose(_as_of(party, stance, read, mention, story))
        before = read


def _list_likewise(read: ReadSentence) -> Iterator[Mention]:
    masked, start = read.sentence.masked, read.sentence.start
    for mention in read.mentions:
        if mention.kind == "pronoun" or mention.is_owner:
            continue
        if _TOO.match(masked, mention.end - start) or _SO_DID.search(
            masked, 0, mention.start - start
        ):
            yield mention


def _find_stances(
    read: ReadSentence, mention: Mention, before: ReadSentence | None, story: Story
) -> list[DraftProposal]:
    """Return the stances told right before a name: in its sentence, else in the one before."""
    told = story.of_type(("position-stated",))
    inside = [each for each in told if read.sentence.start <= each.start < mention.start]
    if inside or before is None or before.sentence.block != read.sentence.block:
        return inside
    first, last = before.sentence.start, before.sentence.end
    return [each for each in told if first <= each.start < last]


def _as_of(
    party: str, stance: DraftProposal, read: ReadSentence, mention: Mention, story: Story
) -> DraftProposal:
    fields = {
        name: value
        for name, value in stance.fields.items()
        if name in ("issue", "plan", "stance", "conditions")
    }
    sentence, when = read.sentence, stance.when
    later = [each for each in past_times(read, story) if each.start >= mention.end]
    if later:
        when = When.from_phrase(later[0])
    teller = stance.actor if stance.start >= sentence.start and _is_told(stance) else None
    is_own = teller is None or story.cast.party_of(teller) == party
    whose = {"attribution": "self"}
    if not is_own:
        whose = {"attribution": "third-party", "attributed_by": str(teller)}
    name = story.name_of(f"party:{party}")
    told = " ".join(story.text[stance.start : sentence.end].split())
    return replace(
        stance,
        fields={"party": party, **fields, "summary": summarise(name, told), **whose},
        end=sentence.end,
        why=f"What is told right before is told of {mention.text} too.",
        confidence=0.5,
        when=when,
        actor=f"party:{party}",
    )


def _is_told(stance: DraftProposal) -> bool:
    """Return whether somebody says a stance rather than the article itself."""
    return "statement" in stance.fields or "attributed_by" in stance.fields
