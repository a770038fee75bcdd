# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Offices that somebody takes up or leaves."""

from __future__ import annotations

import re

from domain.model import Json
from intake.rules.likeness import content_stems
from intake.rules.mentions import Mention
from intake.rules.moments import UNKNOWN_TIME, When
from intake.rules.newcomers import introduce
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.times import find_times

_APPOINTED = re.compile(
    r"(?<!\w)(?:appointed|named|nominated|picked|chose|chosen|installed|elected|hired|designated|"
    r"made|"
    r"призначи\w+|обрал\w+|обрав|призначен\w+)(?!\w)",
    re.IGNORECASE,
)
_TO_WHAT = re.compile(
    r"(?:\s*,)?\s+(?:as|to be|to)\s+(?:the |its |their |a |an |lead "
    r")?(?P<title>[\w' -]{3,60}?)(?=[,.;]|\s+(?:on|in|after|from|for|until)\b|$)",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"\s+(?:as |to be )?(?:the |its |their |a |an |new |lead )*(?P<title>[\w' -]{3,60}?)"
    r"(?=[,.;]|\s+(?:on|in|after|from|for|until|by|at|last|yesterday)\b|$)",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:was|were|is|been|being|be)\s(?:\w+ly\s)?$", re.IGNORECASE)
_LEFT = re.compile(
    r"(?<!\w)(?:resigned|stepped down|quit (?:as|his|her)|was (?:dismissed|sacked|fired|removed|"
    r"replaced)|"
    r"подав у відставку|подала у відставку|звільнен\w+|пішов у відставку)(?!\w)",
    re.IGNORECASE,
)
_TOOK_OVER = re.compile(
    r"(?<!\w)(?:(?:has |have )?(?:taken|took|takes|taking) (?:over|charge)|(?:has )?stepp(?:ed|"
    r"ing) in|"
    r"steps in|(?:has )?succeed(?:s|ed) [\w .’'-]{3,40}?|очоли(?:в|ла)|заступи(?:в|ла) на "
    r"посаду)(?= as\b|"
    r" (?:на )?посад| делегаці)",
    re.IGNORECASE,
)
_TITLES = {
    "mediate": "Mediator",
    "negotiate": "Negotiator",
    "arbitrate": "Arbitrator",
    "chair": "Chair",
    "lead": "Head of delegation",
    "represent": "Representative",
}
_UNREAL = re.compile(
    r"\b(?:may|might|could|would|will not|if|should|refused to|expected to)\b", re.I
)


def read_offices(read: ReadSentence, story: Story) -> str | None:
    """Propose the offices that a sentence tells somebody takes up or leaves; return who takes one
    up."""
    masked = read.sentence.masked
    if _UNREAL.search(masked):
        return None
    if found := _LEFT.search(masked):
        _leave(found, read, story)
    found = _APPOINTED.search(masked) or _TOOK_OVER.search(masked)
    return _appoint(found, read, story) if found else None


def _appoint(found: re.Match[str], read: ReadSentence, story: Story) -> str | None:
    after = read.sentence.start + found.end()
    behind = [
        each for each in read.mentions if each.start >= after and each.kind in ("name", "stranger")
    ]
    subjects = [each for each in read.mentions if each.end <= read.sentence.start + found.start()]
    named = [each for each in subjects if each.kind in ("name", "stranger") and not each.is_owner]
    is_subject = found.re is _TOOK_OVER or _PASSIVE.search(read.sentence.masked, 0, found.start())
    if is_subject and named:
        person = named[-1]
        what = _WHAT.match(read.sentence.masked, found.end())
    elif behind and behind[0].start - after <= 60:
        person = behind[0]
        what = _TO_WHAT.match(read.sentence.masked, person.end - read.sentence.start)
    else:
        return None
    party = next(
        (
            party
            for each in subjects
            if (party := story.cast.party_of(story.cast.resolve(each)) or each.party)
        ),
        None,
    )
    if what is None or party is None:
        return None
    if _is_recorded_office(person, what["title"], story):
        return None
    title = _TITLES.get(what["title"].split()[0].casefold(), what["title"].strip())
    if person.actor is None:
        described = _description(person, read)
        person = introduce(
            person, party if title != "Mediator" else None, described or title, story
        )
    fields: Json = {
        "person": str(person.actor).partition(":")[2],
        "party": party,
        "title": title[:1].upper() + title[1:],
        "authority": "other",
    }
    story.propose(
        DraftProposal(
            "role-assumed",
            fields,
            read.sentence.start,
            read.sentence.end,
            f"“{found[0]}” tells of an office that somebody takes up.",
            0.65,
            _when(read, story),
            read.sentence.block,
        )
    )
    return person.actor


def _is_recorded_office(person: Mention, title: str, story: Story) -> bool:
    """Return whether somebody holds an office of that title already: news of it is background."""
    known = story.registry.person_by_slug.get((person.actor or "").partition(":")[2])
    words = content_stems(title)
    return known is not None and any(content_stems(role.title) & words for role in known.roles)


def _description(person: Mention, read: ReadSentence) -> str | None:
    before = [each for each in read.mentions if each.end <= person.start and each.kind == "title"]
    return before[-1].title if before and person.start - before[-1].end <= 2 else None


def _leave(found: re.Match[str], read: ReadSentence, story: Story) -> None:
    before = [each for each in read.mentions if each.end <= read.sentence.start + found.start()]
    actor = next(
        (
            each.actor
            for each in reversed(before)
            if each.actor and each.actor.startswith("person:")
        ),
        None,
    )
    person = story.registry.person_by_slug.get((actor or "").partition(":")[2])
    if person is None or not person.roles or not person.party:
        return
    role = person.roles[0]
    fields: Json = {"person": person.slug, "party": role.party or person.party, "title": role.title}
    if role.authority:
        fields["authority"] = role.authority
    story.propose(
        DraftProposal(
            "role-ended",
            fields,
            read.sentence.start,
            read.sentence.end,
            f"“{found[0]}” tells of an office that somebody leaves.",
            0.6,
            _when(read, story),
            read.sentence.block,
        )
    )


def _when(read: ReadSentence, story: Story) -> When:
    times = find_times(read.sentence, story.calendar, "past")
    return When.from_phrase(times[0]) if times else UNKNOWN_TIME
