# ruff: noqa: RUF001  # Cyrillic letters are meant
"""When something was said: by its own words, the same occasion, or what it speaks of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from domain.edtf import parse_span
from domain.errors import InvalidSpanError
from domain.instants import DAY, LATEST
from domain.plain_dates import read_plain_date
from intake.rules.moments import UNKNOWN_TIME, TimePhrase, When
from intake.rules.speech import Utterance
from intake.rules.story import DraftProposal, Story
from intake.rules.times import find_times

_AFTERWARDS = re.compile(
    r"\b(?:afterwards?|after the (?:meeting|talks|session|round|vote)|later that day|"
    r"(?:the )?same day|that (?:day|evening|night)|після (?:зустрічі|переговорів)|того ж дня)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|(?:is|are|plans|intends|due|expects|expected|set|wants) to)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?:has|have) since\b|\bвідтоді\b", re.IGNORECASE)
_NEAR_CHARS = 36
"""How far behind the verb a time may end that is still of the saying: told a crowd on Friday."""
_NEAR_DAYS = 10
"""Talk of an event so many days ago at most is taken for news of it."""


def tell_when(
    utterance: Utterance, story: Story, spoken: list[Utterance], times_of: dict[int, When]
) -> When:
    """Return when an utterance was made; ``times_of`` has those of the utterances before, by their
    place in ``spoken``."""
    telling = " ".join(sentence.masked for sentence in utterance.sentences)
    if _SINCE.search(telling) and (times := _times_before(_SINCE, utterance, story)):
        return _from_until(times[-1].expression, story)
    own = find_own_time(utterance, story)
    if own is not None:
        return own
    content_times = _content_times(utterance, story)
    after = utterance.told_after
    if after is not None and after.expression and _AFTERWARDS.search(telling):
        return When(after.expression, _phrase(_AFTERWARDS, telling))
    if (same := _same_occasion(utterance, story, spoken, times_of)) is not None:
        return same
    if story.tells_its_own_day and story.calendar.anchor:
        return When(str(story.calendar.anchor))
    if (during := _day_of_talks(telling, story)) is not None:
        return during
    if content_times and not _AHEAD.search(telling):
        return _news_of(content_times, story) or UNKNOWN_TIME
    return UNKNOWN_TIME


def _times_before(pattern: re.Pattern[str], utterance: Utterance, story: Story) -> list[TimePhrase]:
    """Return the times that stand in front of some words."""
    for sentence in utterance.sentences:
        if found := pattern.search(sentence.masked):
            at = sentence.start + found.start()
            times = find_times(sentence, story.calendar, "past")
            return [each for each in times if each.end <= at]
    return []


def _day_of_talks(telling: str, story: Story) -> When | None:
    """Return the day that is told by the talks of which it was one: as they wrapped up the second
    day of talks."""
    found = _DAY_OF_TALKS.search(telling)
    if found is None:
        return None
    named = set(story.mentioned_in(telling))
    meetings = list(reversed(story.of_type(("meeting-held",))))
    meetings.sort(key=lambda each: -len(named & _parties_of(each)))
    for meeting in meetings:
        ends = re.fullmatch(
            r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})", meeting.when.expression or ""
        )
        if ends is None:
            continue
        first, last = date.fromisoformat(ends[1]), date.fromisoformat(ends[2])
        step = _DAYS.get(found["day"].casefold())
        day = last if step is None else first + timedelta(days=step - 1)
        if first <= day <= last:
            return When(str(day), found[0])
    return None


def _parties_of(meeting: DraftProposal) -> set[str]:
    return {str(each.get("party")) for each in meeting.fields.get("participants", ())}


_DAYS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_DAY_OF_TALKS = re.compile(
    r"\b(?P<day>first|second|third|fourth|fifth|final|last|closing) day of (?:the )?(?:\w+ )?"
    r"(?:talks|negotiations|meetings?|consultations|summit|session|conference)\b", re.IGNORECASE,
)  # fmt: skip


def _phrase(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""


def find_telling(utterance: Utterance) -> list[tuple[int, int]]:
    """Return the passages that tell of the saying itself: around the verb, up to that."""
    spans: list[tuple[int, int]] = []
    for sentence in utterance.sentences:
        masked = sentence.masked
        verb = utterance.cue_in(sentence)
        cue = masked.find(verb) if verb and verb != ":" else -1
        if cue < 0:
            if sentence.quotations and not sentence.is_bare_quotation:
                spans.append((sentence.start, sentence.end))
            continue
        starts_with_speech = bool(sentence.quotations) and sentence.quotations[0].start <= (
            sentence.start + cue
        )
        that = re.search(r"\b(?:that|what|how|whether|що|щоб|чи)\b", masked[cue:])
        end = cue + that.start() if that and not starts_with_speech else len(masked)
        if not that and not sentence.quotations and not _is_trailing(masked, cue):
            end = min(end, cue + len(verb) + _NEAR_CHARS)
        first = 0
        if _is_trailing(masked, cue) and not sentence.quotations:
            first = max(masked.rfind(",", 0, cue), 0)
        spans.append((sentence.start + first, sentence.start + end))
    return spans


def find_telling_behind(utterance: Utterance) -> list[tuple[int, int]]:
    """Return the passages behind the verbs of saying that still tell of it."""
    found = []
    for sentence in utterance.sentences:
        verb = utterance.cue_in(sentence)
        cue = sentence.masked.find(verb) if verb not in ("", ":") else -1
        for start, end in find_telling(utterance):
            if cue >= 0 and start < sentence.end and end > sentence.start + cue:
                found.append((sentence.start + cue, end))
    return found


def _is_trailing(masked: str, cue: int) -> bool:
    """Return whether the verb stands behind what was said, as in "…, he said on Thursday."."""
    before, after = masked[:cue], masked[cue:]
    is_behind = "," in before and len(before) > 40
    return is_behind and not re.search(r"\bthat\b|\bщо\b", after) and not _VERB.search(after[8:])


def find_own_time(utterance: Utterance, story: Story) -> When | None:
    """Return the time that the words around the saying tell."""
    spans = find_telling(utterance)
    for sentence in utterance.sentences:
        for found in find_times(sentence, story.calendar, "past"):
            if not any(start <= found.start and found.end <= end for start, end in spans):
                continue
            before = sentence.slice(sentence.start, found.start)
            is_telling = any(a <= found.start and found.end <= b for a, b in utterance.telling)
            is_content = not is_telling and _is_in_content(before, utterance.cue_in(sentence))
            behind = sentence.slice(found.end, found.end + 20)
            if _is_of_something_else(found, before, behind) or is_content:
                continue
            return When.from_phrase(_without_bound(found, story))
    return None


def _without_bound(found: TimePhrase, story: Story) -> TimePhrase:
    """Return the day itself of what was said after Friday prayers."""
    if not re.fullmatch(r"\[.*\.\.\]", found.expression):
        return found
    rest = re.sub(r"^\w+\s+", "", found.text)
    meant = read_plain_date(rest, story.calendar.anchor, story.calendar.zone)
    return replace(found, expressions=meant.expressions) if meant.expressions else found


def _is_of_something_else(found: TimePhrase, before: str, behind: str) -> bool:
    """Return whether a time belongs to a thing within the telling: the strike from 22 May, a plan
    of April, the 5 May talks."""
    if _OF_A_THING.search(before) or _THING.match(behind):
        return True
    if re.match(r"(?:from|until|till|since|by|before|within|з|до)\b", found.text, re.IGNORECASE):
        return True
    return bool(
        re.search(r"\b(?:strike|deal|plan|until|before|after|by|since|for)\s+(?:on |of )?$", before)
    )


def _is_in_content(before: str, cue: str) -> bool:
    """Return whether a verb stands between the saying and a time: said classes would resume on."""
    _, found, rest = before.rpartition(cue)
    is_told = cue.casefold() in ("told", "tells")
    begins = not is_told and _BEGINS_CONTENT.match(rest) is not None
    is_behind_quote = _QUOTE_END.search(rest) is not None
    return bool(found) and (begins or bool(_VERB.search(rest))) and not is_behind_quote


_BEGINS_CONTENT = re.compile(r"\s*(?:the|its|their|his|her|an?|this|these|no|all)\s", re.IGNORECASE)
_OF_A_THING = re.compile(
    r"\b(?:talks|meetings?|rounds?|sessions?|summits?|votes?|deals?|agreements?|offers?|letters?|"
    r"statements?|plans?|strikes?|attacks?|elections?|rains?|budget)\s+(?:of|on|in|"
    r"from)\s+(?:the )?$",
    re.IGNORECASE,
)
_THING = re.compile(
    r"\s+(?:talks|meetings?|rounds?|sessions?|summits?|votes?|deals?|agreements?|offers?|letters?|"
    r"deadlines?|strikes?|attacks?|elections?|ballots?|texts?|drafts?)\b",
    re.IGNORECASE,
)


_VERB = re.compile(
    r"\b(?:would|will|had|has|have|was|were|is|are|could|should|must|can|met|held|began|took|made|"
    r"[a-z]{3,}(?<!report)ed)\b",
    re.IGNORECASE,
)
_QUOTE_END = re.compile(r"[”\"»’]")


def _content_times(utterance: Utterance, story: Story) -> list[TimePhrase]:
    telling = find_telling(utterance)
    found = []
    for sentence in utterance.sentences:
        for each in find_times(sentence, story.calendar, "past"):
            is_past = (
                story.calendar.anchor is None or _last_day(each.expression) <= story.calendar.anchor
            )
            inside = any(start <= each.start and each.end <= end for start, end in telling)
            if is_past and not inside:
                found.append(each)
    return found


def _first_day(expression: str) -> date:
    found = re.search(r"\d{4}-\d{2}-\d{2}", expression)
    try:
        return date.fromisoformat(found[0]) if found else date.min
    except ValueError:
        return date.min


def _last_day(expression: str) -> date:
    """Return the last day that an expression allows; the last of all where its end is open."""
    try:
        span = parse_span(expression, "UTC")
    except InvalidSpanError:
        return date.max
    if span.hi == LATEST:
        return date.max
    return date(1970, 1, 1) + timedelta(days=(span.hi - 1) // DAY)


def _from_until(expression: str, story: Story) -> When:
    """Return some moment from the start of a time up to the day of the article."""
    first, anchor = _first_day(expression), story.calendar.anchor
    if anchor is None or first == date.min or first > anchor:
        return UNKNOWN_TIME
    return When(f"[{first}..{anchor}]", "since")


def _news_of(content_times: list[TimePhrase], story: Story) -> When | None:
    """Return between when and when something was said of an event that is a few days old."""
    anchor, first = story.calendar.anchor, _first_day(content_times[0].expression)
    if anchor is None or first == date.min or not 0 <= (anchor - first).days <= _NEAR_DAYS:
        return None
    if first == anchor:
        return When(str(anchor))
    return When(f"[{first}..{anchor}]")


def _same_occasion(
    utterance: Utterance, story: Story, spoken: list[Utterance], times_of: dict[int, When]
) -> When | None:
    """Return when the same speaker spoke right before, with nobody else in between."""
    for index in range(len(spoken) - 1, -1, -1):
        other = spoken[index]
        if other is utterance:
            continue
        if index not in times_of:
            continue
        is_near = utterance.block - other.block <= 3 and utterance.day == other.day
        if other.actor == utterance.actor and is_near:
            when = times_of[index]
            return When(when.expression, None, when.others) if when.expression else None
        return None
    return None
