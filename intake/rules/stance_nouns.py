# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Stances told by a noun or in the passive: its demand for, the rejection of … by, dismissed by."""

from __future__ import annotations

import re
from dataclasses import replace

from intake.rules.cast import Cast
from intake.rules.issues import Issues
from intake.rules.mentions import Mention
from intake.rules.stance_cues import find_cue
from intake.rules.stances import FoundStance
from intake.rules.words import phrase_pattern

_STANCE_OF_NOUN = {
    "rejects": "rejection|refusal|відмова|відмову|відхилення|неприйняття",
    "opposes": "opposition|objection|objections|resistance|заперечення|опір",
    "demands": "demand|demands|insistence|call|calls|request|requests|вимога|вимогу|вимоги|заклик",
    "proposes": "proposal|offer|suggestion|readiness|willingness|motion|пропозиція|пропозицію|"
    "готовність",
    "accepts": "acceptance|approval|consent|згода|згоду|схвалення",
    "supports": "support|backing|endorsement|підтримка|підтримку",
}
_NOUN = phrase_pattern("|".join(_STANCE_OF_NOUN.values()))
_STANCE_BY_NOUN = {
    noun: stance for stance, nouns in _STANCE_OF_NOUN.items() for noun in nouns.split("|")
}
_TAKES_ISSUE = re.compile(
    r"\s+(?:of|by|from|for|to|that|about|on|against|щодо|про|на|до|від|проти)\s", re.IGNORECASE
)
_PASSIVE = re.compile(
    r"(?:\b(?:was|were|been|is|are|be|being|було|були|була)\s(?:\w+ly\s)?|,\s|\band\s|\bbut\s|\bта\s)(?P<verb>rejected|"
    r"dismissed|turned down|ruled out|vetoed|opposed|condemned|criticised|"
    r"criticized|denounced|accepted|approved|agreed|endorsed|backed|supported|welcomed|hailed|"
    r"proposed|offered|tabled|put forward|suggested|demanded|requested|sought|відхилен\w+|"
    r"підтриман\w+|схвален\w+|запропонован\w+)(?: \w+ly)?\s+by\s+(?:the\s+|its\s+|their\s+)?",
    re.IGNORECASE,
)
_BY_AGENT = re.compile(r"\b(?:by|from)\s+(?:the\s+)?$", re.IGNORECASE)
_OF_AGENT = re.compile(r"\bof\s+(?:the\s+)?$", re.IGNORECASE)
_MAKES = re.compile(r"\s+(?:to|that|for)\b", re.IGNORECASE)
_OWNER = re.compile(r"\b(?:its|his|her|their)\s+(?:\w+\s)?$", re.IGNORECASE)
_NEAR_WORDS = 2
_FAR = 90
"""How far behind a noun or a verb its agent may be named."""


def find_told_by_noun(
    clause: str,
    start: int,
    mentions: list[Mention],
    cast: Cast,
    issues: Issues,
    speaker: str | None,
) -> list[FoundStance]:
    """Return the stances that nouns of a clause tell; ``speaker`` is the party of who says so, for
    its demand and their refusal."""
    found = []
    for match in _NOUN.finditer(clause):
        if not _TAKES_ISSUE.match(clause, match.end()):
            continue
        party = _owner_of(match, clause, start, mentions, cast, speaker)
        on = issues.find(clause[match.start() : match.end() + _FAR])[:1]
        stance = _STANCE_BY_NOUN[" ".join(match[0].casefold().split())]
        if party and on:
            told = _stance(party, on[0], stance, clause, start, match, party == speaker)
            found.append(replace(told, is_by_noun=True))
    return found


def find_told_in_passive(
    clause: str,
    start: int,
    mentions: list[Mention],
    cast: Cast,
    issues: Issues,
    context: str | None,
) -> list[FoundStance]:
    """Return the stances of those by whom a clause tells that something was done."""
    found = []
    for match in _PASSIVE.finditer(clause):
        at = start + match.end()
        agent = next((each for each in mentions if at <= each.start <= at + 2), None)
        party = cast.party_of(cast.resolve(agent)) or agent.party if agent else None
        cue = find_cue(match["verb"])
        on = issues.find(clause, context)[:1] or ([context] if context else [])
        if party and cue and on:
            found.append(_stance(party, on[0], cue.stance, clause, start, match, False))
    return found


def _owner_of(
    match: re.Match[str],
    clause: str,
    start: int,
    mentions: list[Mention],
    cast: Cast,
    speaker: str | None,
) -> str | None:
    """Return whose demand it is: named in front as an owner, or behind by whom it is made."""
    first, last = start + match.start(), start + match.end()
    before = [each for each in mentions if start <= each.start and each.end <= first]
    gap = clause[before[-1].end - start : match.start()] if before else ""
    if before and before[-1].is_owner and len(gap.split()) <= _NEAR_WORDS:
        return _party(before[-1], cast)
    if _OWNER.search(clause[: match.start()]):
        named = [
            party
            for each in before
            if not each.is_owner and each.kind != "pronoun" and (party := _party(each, cast))
        ]
        return named[-1] if named else speaker
    for each in mentions:
        lead = clause[: max(each.start - start, 0)]
        if not last <= each.start <= last + _FAR or each.is_owner:
            continue
        is_near = each.start - last <= len(" of the ")
        is_maker = is_near and _MAKES.match(clause, each.end - start) is not None
        if _BY_AGENT.search(lead) or (is_maker and _OF_AGENT.search(lead)):
            return _party(each, cast)
    return None


def _party(mention: Mention, cast: Cast) -> str | None:
    return cast.party_of(cast.resolve(mention)) or mention.party


def _stance(
    party: str, issue: str, stance: str, clause: str, start: int, match: re.Match[str], is_own: bool
) -> FoundStance:
    cue = " ".join(match[0].split())
    return FoundStance(party, issue, stance, start, start + len(clause), cue, is_own)
