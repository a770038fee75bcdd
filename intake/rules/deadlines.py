# Cyrillic letters are meant
"""Deadlines that an article tells: set, extended, met, withdrawn."""

from __future__ import annotations

import re

from domain.model import Json
from domain.slugs import make_slug
from intake.registry import KnownDeadline
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.times import UNKNOWN_TIME, TimePhrase, When, find_times

_EXTENDED = re.compile(
    r"(?<!\w)(?:extend(?:s|ed)?|push(?:es|ed)? back|prolong(?:s|ed)?|postpone(?:s|d)?) (?:the |"
    r"its |their |a )?"
    r"(?:\w+ ){0,3}?(?:deadline|ultimatum|time limit|cut-?off)|deadline (?:was|has been|is) "
    r"extended|"
    r"(?:продовжи\w+|подовжи\w+|перенес\w+) (?:\w+ ){0,2}?(?:термін|строк|дедлайн)\w*",
    re.IGNORECASE,
)
_MET = re.compile(
    r"(?<!\w)(?:met|meets|kept to) (?:the |its |their )?(?:\w+ ){0,2}?deadline|"
    r"(?:hours|days|just) before (?:the|its) deadline",
    re.IGNORECASE,
)
_WITHDRAWN = re.compile(
    r"(?<!\w)(?:withdr[ae]w|drop(?:s|ped)|lift(?:s|ed)|scrap(?:s|ped)|abandon(?:s|ed)) (?:the |"
    r"its |their )?"
    r"(?:\w+ ){0,2}?(?:deadline|ultimatum)",
    re.IGNORECASE,
)
_SET = re.compile(
    r"(?<!\w)(?:deadline|ultimatum|time limit|cut-?off date|дедлайн|ультиматум|кінцевий "
    r"термін)(?!\w)|"
    r"(?:g[ai]ve[sn]?|giving|grant(?:s|ed)|allow(?:s|ed)|set|дав|дала|дали) (?:[\w' -]{2,60}? "
    r")?(?:until|till|by|до)\b|"
    r"(?:ha(?:s|ve|d) until|must (?:\w+ ){1,12}?by|(?:demand|want|insist)(?:s|ed)? "
    r"(?:[\w' -]{2,80}? )?(?:by|before)|"
    r"no later than|не пізніше)\b",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"^(?:\.\./|\[\.\.)([^\]/]+)\]?$")
"""Until Monday: what is due on it."""
_HAS_UNTIL = re.compile(r"\bha(?:s|ve|d) until\b", re.IGNORECASE)
_UNREAL = re.compile(
    r"^\W*(?:if|unless)\b|\b(?:might|could|may) (?:set|give|extend)\b|\?\W*$", re.I
)


def read_deadlines(read: ReadSentence, said_by: str | None, story: Story) -> bool:
    """Propose what a sentence tells of a deadline; return whether it tells of one."""
    masked = read.sentence.masked
    if _UNREAL.search(masked):
        return False
    for pattern, type_ in (
        (_EXTENDED, "deadline-extended"),
        (_WITHDRAWN, "deadline-withdrawn"),
        (_MET, "deadline-met"),
        (_SET, "deadline-set"),
    ):
        if found := pattern.search(masked):
            return _propose(type_, found, read, said_by, story)
    return False


def _propose(
    type_: str, found: re.Match[str], read: ReadSentence, said_by: str | None, story: Story
) -> bool:
    due = _due(found, read, story)
    known = _find_known(read, due, story)
    if due is None and type_ in ("deadline-set", "deadline-extended"):
        return False
    if type_ == "deadline-set" and known is not None:
        return True
    if type_ in ("deadline-met", "deadline-withdrawn") and known is None:
        return False
    has_until = bool(_HAS_UNTIL.search(found[0]))
    by = said_by if has_until else said_by or _subject(found, read, story)
    fields: Json = {"deadline": known.slug if known else _new_slug(found, due, read, story)}
    when = UNKNOWN_TIME
    if type_ == "deadline-set":
        fields["title"] = _title(read)
    if type_ in ("deadline-set", "deadline-extended") and due is not None:
        fields["due"] = _UP_TO.sub(r"\1", due.expression)
        fields |= (
            {"on": on} if type_ == "deadline-set" and (on := _obliged(by, read, story)) else {}
        )
    elif due is not None:
        when = When.from_phrase(due)
    if by:
        fields["by"] = by
    why = f"“{' '.join(found[0].split())}” tells of a deadline."
    start, end = read.sentence.start, read.sentence.end
    story.propose(DraftProposal(type_, fields, start, end, why, 0.55, when, read.sentence.block))
    return True


def _due(found: re.Match[str], read: ReadSentence, story: Story) -> TimePhrase | None:
    """Return the time that stands behind the words, or else any time ahead."""
    times = find_times(read.sentence, story.calendar, "future")
    at = read.sentence.start + found.start()
    behind = [each for each in times if each.end > at] or times
    anchor = story.calendar.anchor
    ahead = [each for each in behind if anchor is None or _last(each) >= str(anchor)]
    return ahead[0] if ahead else None


def _last(phrase: TimePhrase) -> str:
    days = re.findall(r"\d{4}(?:-\d{2}){0,2}", phrase.expression)
    return f"{days[-1]}-99" if days and len(days[-1]) < 10 else (days or ["9999"])[-1]


def _find_known(read: ReadSentence, due: TimePhrase | None, story: Story) -> KnownDeadline | None:
    known = [each for each in story.registry.deadlines if each.status == "open"]
    same = [each for each in known if due and each.due == due.expression]
    words = {word.plain for word in read.sentence.words if len(word.plain) > 4}
    alike = [each for each in known if len(words & set((each.title or "").casefold().split())) >= 2]
    only = known if len(known) == 1 and due is None else []
    return next(iter(same or alike or only), None)


def _subject(found: re.Match[str], read: ReadSentence, story: Story) -> str | None:
    before = [each for each in read.mentions if each.end <= read.sentence.start + found.start()]
    return next((actor for each in before if (actor := story.cast.resolve(each))), None)


def _obliged(by: str | None, read: ReadSentence, story: Story) -> list[str]:
    parties = [
        party
        for each in read.mentions
        if (party := story.cast.party_of(story.cast.resolve(each)) or each.party)
    ]
    own = story.cast.party_of(by)
    return [each for each in dict.fromkeys(parties) if each != own][:4]


def _title(read: ReadSentence) -> str:
    line = " ".join(read.sentence.text.split())
    return line if len(line) <= 120 else f"{line[:119].rsplit(' ', 1)[0]}…"


def _new_slug(
    found: re.Match[str], due: TimePhrase | None, read: ReadSentence, story: Story
) -> str:
    taken = {each.slug for each in story.registry.deadlines} | story.slugs
    day = re.search(r"\d{4}(?:-\d{2}){0,2}", due.expression) if due else None
    slug = make_slug(f"deadline {day[0] if day else ''}".strip(), taken) or "deadline"
    story.slugs.add(slug)
    return slug
