# Cyrillic letters are meant
"""Statements that somebody takes back: in so many words, or by deleting them."""

from __future__ import annotations

import re

from domain.model import Json
from intake.rules.act_times import when_done
from intake.rules.likeness import content_stems
from intake.rules.moments import UNKNOWN_TIME, When
from intake.rules.reality import reality_of
from intake.rules.story import DraftProposal, ReadSentence, Story

_SAID = (
    r"(?:remarks?|statements?|comments?|words|claims?|threats?|accusations?|allegations?|"
    r"assertions?|"
    r"announcement|posts?|tweets?|message|interview|warning|заяв\w+|слова|допис\w*|пост\w*|твіт\w*|"
    r"звинуваченн\w+|погроз\w+)"
)
_TAKEN_BACK = re.compile(
    rf"(?<!\w)(?:(?:withdrew|withdraws|withdrawn|retracted|retracts|took back|taken back|takes "
    rf"back|"
    rf"deleted|deletes|disowned|recanted|rowed back on|walked back|backtracked on|removed|took "
    rf"down|"
    rf"pulled) (?:his|her|its|their|the|that|this|those|an?) (?:[\w'’-]+ ){{0,3}}?{_SAID}|"
    rf"(?:the|that|this|his|her|its|their) (?:[\w'’-]+ ){{0,3}}?{_SAID}(?:[^.;,]{{0,60}}?) "
    r"(?:(?:was|were|has been|have been|had been) (?:later |since |then )?(?:withdrawn|retracted|"
    r"deleted|"
    r"removed|taken down|taken back)|disappeared|vanished|was gone|is gone|no longer (?:exists|"
    r"appears))|"
    rf"(?:відклика\w+|вилучи\w+|видали\w+|забра\w+) (?:сво\w+ )?(?:\w+ )?{_SAID}|{_SAID} (?:\w+ "
    rf"){{0,2}}?"
    r"(?:зник\w*|видалено|вилучено|відкликано|видалили))(?!\w)",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"(?:some |about |around |just )?[\w-]+ (?:minutes|hours) later|(?:an|one|half an) hour later|"
    r"\w+ (?:хвилин|годин\w*) (?:потому|по тому)|за годину",
    re.IGNORECASE,
)


def read_withdrawal(read: ReadSentence, story: Story) -> bool:
    """Propose that a statement is taken back; which one is settled when all is read."""
    masked = read.sentence.masked
    found = _TAKEN_BACK.search(masked)
    if found is None or reality_of(masked, *found.span()) != "actual":
        return False
    at = read.sentence.start + found.start()
    before = [each for each in read.mentions if each.end <= at and not each.is_owner]
    within = [
        each for each in read.mentions if at <= each.start < read.sentence.start + found.end()
    ]
    actor = next((who for each in (*before, *within) if (who := story.cast.resolve(each))), None)
    delay = _DELAY.search(masked)
    when = UNKNOWN_TIME if delay else when_done(read, found.start(), found.end(), story)
    fields: Json = {"statement": "", "summary": " ".join(read.sentence.text.split())[:300]}
    if actor:
        fields["by"] = actor
    why = f"“{' '.join(found[0].split())}” tells that something that was said is taken back."
    sentence = read.sentence
    story.propose(
        DraftProposal(
            "statement-withdrawn",
            fields,
            sentence.start,
            sentence.end,
            why,
            0.6,
            when,
            sentence.block,
        )
    )
    return True


def settle_withdrawal(proposal: DraftProposal, story: Story) -> str | None:
    """Find the statement that is taken back: a recorded one, else the last that the article tells
    before; return why none is found."""
    actor = proposal.fields.get("by")
    side = story.cast.party_of(actor) if actor else None
    stems = content_stems(story.text[proposal.start : proposal.end])
    best: tuple[float, str | None, str | None] = (0.0, None, None)
    for known in story.registry.statements:
        shared = len(stems & content_stems(f"{known.text or ''} {known.summary or ''}"))
        is_own = actor is not None and (
            known.speaker == actor or story.cast.party_of(known.speaker) == side
        )
        likeness = shared + (2.0 if is_own else -2.0 if actor else 0.0)
        if likeness >= 2.0 and likeness > best[0]:
            best = (likeness, known.slug, known.speaker)
    told = [
        each
        for each in story.of_type(("statement-made",))
        if each.start < proposal.start
        and (
            proposal.block - each.block <= 1
            if actor is None
            else story.cast.party_of(str(each.fields["speaker"])) == side
        )
    ]
    nearest = max(told, key=lambda each: each.start, default=None)
    if nearest is not None and (best[1] is None or proposal.block - nearest.block <= 1):
        proposal.fields["statement"] = nearest.fields["statement"]
        proposal.fields.setdefault("by", nearest.fields["speaker"])
        if proposal.when.expression is None and nearest.when.expression:
            day = nearest.when.expression[:10]
            proposal.when = When(day if day[:1].isdigit() else nearest.when.expression)
        return None
    if best[1] is None:
        return "No statement is recorded or told that this could take back."
    proposal.fields["statement"] = best[1]
    if best[2]:
        proposal.fields.setdefault("by", best[2])
    return None
