# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Stances told without a verb of their own: Kyiv signed, Moscow too; Minsk did not."""

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

_DID_NOT = re.compile(
    r"\s*,?\s*(?:did|does|do|has|have|had|is|was|would|will|could|can)(?: not|n['’]t)"
    r"(?: (?:do so|follow suit|yet|so far))?(?=\W*$|\s*[,;.—–])|"
    r"\s*,?\s*[—–-]?\s*(?:ні|не (?:зробив|зробила|зробили) цього)(?=\W*$|\s*[,;.])",
    re.IGNORECASE,
)
"""What behind a name says that the same is not so of it."""
_DENIED = {"accepts": "rejects", "accepts-conditionally": "rejects", "supports": "opposes"}
"""What who did not do the same did; of who did not refuse nothing is known by that."""


def propose_ellipses(reads: Iterable[ReadSentence], story: Story) -> None:
    """Propose for whom a sentence says that the same is so of them the stance right before."""
    before: ReadSentence | None = None
    for read in reads:
        for mention, is_denied in _list_likewise(read):
            party = story.cast.party_of(mention.actor) or mention.party
            same = _find_stances(read, mention, before, story)
            if party is not None:
                for stance in [each for each in same if each.fields["party"] != party]:
                    told = _as_of(party, stance, read, mention, story)
                    if not is_denied:
                        story.propose(told)
                    elif str(stance.fields["stance"]) in _DENIED:
                        story.propose(_as_denied(told, mention))
        before = read


def _as_denied(told: DraftProposal, mention: Mention) -> DraftProposal:
    """Return the stance of who did not do what is told right before."""
    fields = {name: value for name, value in told.fields.items() if name != "conditions"}
    why = f"What is told right before is denied of {mention.text}."
    return replace(told, fields={**fields, "stance": _DENIED[str(fields["stance"])]}, why=why)


def _list_likewise(read: ReadSentence) -> Iterator[tuple[Mention, bool]]:
    """Yield of whom a sentence says that the same is so, or is not."""
    masked, start = read.sentence.masked, read.sentence.start
    for mention in read.mentions:
        if mention.kind == "pronoun" or mention.is_owner:
            continue
        if _TOO.match(masked, mention.end - start) or _SO_DID.search(
            masked, 0, mention.start - start
        ):
            yield mention, False
        elif _DID_NOT.match(masked, mention.end - start):
            yield mention, True


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
