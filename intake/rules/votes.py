# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Votes that an article tells of, with their result and counts."""

from __future__ import annotations

import re

from domain.model import Json
from domain.slugs import make_slug
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.times import UNKNOWN_TIME, When, find_times

_NUMBER = r"\d{1,3}(?:[,.  ]\d{3})*"
_VOTED = re.compile(
    rf"(?<!\w)(?:voted|vote[ds]? (?:was|by)|(?:by|in) (?:a )?(?:vote of )?{_NUMBER}(?: "
    rf"votes)?[ -]to[ -]{_NUMBER}|"
    r"(?:approved|rejected|ratified|adopted|passed|defeated|backed|endorsed|voted down) "
    r"(?:[\w' -]{2,80}? )?"
    r"(?:in a (?:vote|ballot|referendum|show of hands)|by a (?:\w+ )?(?:majority|vote|margin)|"
    r"(?:with|by) "
    rf"{_NUMBER} votes|unanimously)|unanimously (?:approved|rejected|ratified|adopted|backed|"
    rf"voted)|ballot(?:ed|s)?|"
    r"проголосува\w+|голосуванн\w+|ухвали\w+ (?:\w+ ){0,6}?(?:голосами|одноголосно))(?!\w)",
    re.IGNORECASE,
)
_TO = re.compile(
    rf"(?P<for>{_NUMBER})\s*(?:votes?\s*)?(?:to|[–-]|against)\s*(?P<against>{_NUMBER})"
    rf"(?:,? with (?P<abstaining>{_NUMBER}|one|two|three|four|five|six|seven|eight|nine|ten) "
    rf"abst\w+)?",
    re.IGNORECASE,
)
_FOR = re.compile(
    rf"(?P<for>{_NUMBER}) (?:\w+ )?(?:in favou?r|for\b|голос\w* «?за|«?за\b)", re.IGNORECASE
)
_AGAINST = re.compile(rf"(?P<against>{_NUMBER}) (?:\w+ )?(?:against|opposed|проти)", re.IGNORECASE)
_CARRIED = re.compile(
    r"(?<!\w)(?:approv\w+|ratif\w+|adopt\w+|pass(?:ed|es)|carried|back(?:ed|s)|endors\w+|voted "
    r"(?:\w+ )?(?:to|for|in favou?r)|"
    r"accept\w+|ухвали\w+|підтрима\w+|схвали\w+)(?!\w)",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"(?<!\w)(?:reject\w+|defeat\w+|voted (?:\w+ )?(?:against|down|not to)|fail\w+|fell short|"
    r"відхили\w+|не підтрима\w+|"
    r"провали\w+)(?!\w)",
    re.IGNORECASE,
)
_VOTED_TO = re.compile(r"\bvoted\b[^;]{0,60}?\b(?:to|for|in favou?r of)\b(?! \d)", re.IGNORECASE)
_UNREAL = re.compile(
    r"\b(?:will|would|to|may|might|could|should|plans? to|due to|if|before|after|until) (?:\w+ "
    r")?(?:vote|ballot)\b|"
    r"^\W*(?:if|unless)\b|\?\W*$|\b(?:announce|call|expect|schedul|postpon)\w* (?:a |the "
    r")?(?:vote|ballot)",
    re.IGNORECASE,
)
_WORDS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1
    )
}


def read_votes(read: ReadSentence, story: Story) -> bool:
    """Propose the vote that a sentence tells was held; return whether it tells of one."""
    masked = read.sentence.masked
    found = _VOTED.search(masked)
    if found is None or _UNREAL.search(masked):
        return False
    result = _result(masked)
    counts = _read_counts(masked)
    if result == "unknown" and not counts:
        return False
    times = find_times(read.sentence, story.calendar, "past")
    when = When.from_phrase(times[0]) if times else UNKNOWN_TIME
    line = " ".join(read.sentence.text.split())
    issues = story.issues.find(read.sentence.text)
    words = " ".join(["vote", *issues[:1], (when.expression or "")[:10].strip("[")])
    slug = make_slug(words, story.slugs) or "vote"
    story.slugs.add(slug)
    fields: Json = {"vote": slug, "motion": line[:200], "result": result}
    if body := _body(read, found):
        fields["body"] = body
    if counts:
        fields["counts"] = counts
    if issues:
        fields["about"] = [f"issue:{each}" for each in issues[:3]]
    why = f"“{' '.join(found[0].split())}” tells of a vote."
    start, end = read.sentence.start, read.sentence.end
    story.propose(
        DraftProposal("vote-held", fields, start, end, why, 0.6, when, read.sentence.block)
    )
    return True


def _result(masked: str) -> str:
    """Return how a vote ended; a vote to reject something was carried."""
    if _VOTED_TO.search(masked):
        return "carried"
    if _LOST.search(masked):
        return "lost"
    return "carried" if _CARRIED.search(masked) else "unknown"


def _read_counts(masked: str) -> Json:
    if found := _TO.search(masked):
        return {
            name: _to_number(found[name])
            for name in ("for", "against", "abstaining")
            if found[name]
        }
    counts: Json = {}
    for pattern, name in ((_FOR, "for"), (_AGAINST, "against")):
        if found := pattern.search(masked):
            counts[name] = _to_number(found[name])
    return counts


def _to_number(text: str) -> int:
    return _WORDS.get(text.casefold()) or int(re.sub(r"\D", "", text))


def _body(read: ReadSentence, found: re.Match[str]) -> str | None:
    """Return who voted: the words that the sentence begins with, where they name a body."""
    lead = read.sentence.masked[: found.start()]
    named = re.search(
        r"(?:the |its )?((?:[A-ZА-ЯІЇЄ][\w'-]+\s){0,4}(?:members|parliament|senate|house|council|"
        r"assembly|congress|"
        r"committee|board|delegates|lawmakers|MPs|union|Рада|парламент|депутати|рада))\b",
        lead,
        re.IGNORECASE,
    )
    return " ".join(named[1].split()) if named else None
