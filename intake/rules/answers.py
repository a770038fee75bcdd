# ruff: noqa: RUF001  # Cyrillic letters are meant
"""What an answer tells only together with its question: on what, yes or no, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.rules.stance_cues import NEGATED_STANCES, find_cue
from intake.rules.stances import FoundStance
from intake.rules.story import ReadSentence, Story

_LEAST_WORDS, _TELLING_WORDS = 6, 9
_SAYS_NOTHING = re.compile(
    r"\bno comment\b|\b(?:not|n['’]t) (?:going to |able to )?(?:comment|negotiate|speculate|"
    r"answer|say|tell|know|"
    r"discuss|go into)\b|\b(?:you (?:will|would|['’]ll) have to|you (?:should|must)|please|"
    r"better) ask\b|"
    r"\bask (?:them|him|her|the|me)\b|\bwait and see\b|\bнічого (?:сказати|додати)\b|"
    r"\bне (?:коменту\w+|можу сказати|знаю)\b",
    re.IGNORECASE,
)
_AUXILIARY = (
    r"(?:did|do|does|have|has|had|will|would|can|could|shall|should|is|are|was|were|am|won|don|"
    r"doesn|didn|haven|hasn|wouldn|couldn|can|isn|aren|wasn|weren)"
)
_YES = re.compile(
    r"\W*(?:yes\b|yeah\b|absolutely(?! not)|certainly(?! not)|of course(?! not)|correct\b|indeed\b|"
    r"так\b|звісно\b|звичайно\b|"
    rf"(?:i|we|they|he|she|it) {_AUXILIARY}\b\s*(?:[.,;!—–-]|$))",
    re.IGNORECASE,
)
_NO = re.compile(
    r"\W*(?:no\b(?! (?:comment|one|doubt|problem|question|wonder))|never\b|(?:absolutely|"
    r"certainly|of course) not|"
    r"ні\b|ніколи\b|"
    rf"(?:i|we|they|he|she|it) {_AUXILIARY}(?: not|n?['’]t)\b\s*(?:[.,;!—–-]|$))",
    re.IGNORECASE,
)
_ASKS_YES_OR_NO = re.compile(
    rf"(?:^|[,.;:]\s+|\b(?:and|so|but)\s+){_AUXILIARY}(?:n['’]t)?\s(?=\w)|^\W*чи\s", re.IGNORECASE
)
_ASKS_YOU = re.compile(r"\byou(?:r)?\b|\b(?:ви|вам|ваш\w*)\b", re.IGNORECASE)
_ASKS_WHEN = re.compile(
    r"\b(?:when|what day|which day|коли)\b[^.?]{0,60}?\b(?:meet|talks|meeting|round|session|resume|"
    r"reconvene|sit down|come back|see (?:them|him|her|you|each other|both|the \w+)|зустрі\w+|"
    r"переговор\w*|раунд\w*)\b",
    re.IGNORECASE,
)


def says_nothing(text: str) -> bool:
    """Return whether somebody declines to say anything, or sends to somebody else."""
    return _SAYS_NOTHING.search(text) is not None


@dataclass(frozen=True, slots=True)
class AskedContext:
    """What a question adds to its answer: the issue that it is about, the stance that yes or no is,
    whether it asks when somebody meets, and whether it is answered by yes or no and more."""

    issue: str | None = None
    stance: FoundStance | None = None
    tells_when: bool = False
    is_decided: bool = False


NO_ANSWER = AskedContext()


def read_answer(
    question: list[ReadSentence], answer: list[ReadSentence], own_party: str | None, story: Story
) -> AskedContext:
    """Return what a question adds to the turn behind it, of somebody who acts for a party."""
    asked = [each for each in question if each.sentence.text.rstrip().endswith("?")]
    text = " ".join(each.sentence.text for each in answer)
    if not question or not answer or says_nothing(text):
        return NO_ANSWER
    issues = story.issues.find(" ".join(each.sentence.text for each in question))
    decides = _decides(text)
    is_answer = len(text.split()) >= _LEAST_WORDS or (
        decides is not None and bool(asked) and _is_yes_or_no(asked[-1])
    )
    return AskedContext(
        issues[0] if issues and is_answer else None,
        _stance_of(asked[-1], answer[0], decides, own_party, story) if asked else None,
        any(_ASKS_WHEN.search(each.sentence.text) for each in asked),
        decides is not None and len(text.split()) >= _TELLING_WORDS,
    )


def _is_yes_or_no(asked: ReadSentence) -> bool:
    return _ASKS_YES_OR_NO.search(asked.sentence.text) is not None


def _decides(text: str) -> bool | None:
    """Return whether an answer begins with yes or no; None where it does with neither."""
    if _NO.match(text):
        return False
    return True if _YES.match(text) else None


def _stance_of(
    asked: ReadSentence,
    first: ReadSentence,
    decides: bool | None,
    own_party: str | None,
    story: Story,
) -> FoundStance | None:
    """Return the stance that yes or no is: of who is asked whether they would accept it."""
    if decides is None or own_party is None or not _is_yes_or_no(asked):
        return None
    cue = find_cue(asked.sentence.text)
    issues = story.issues.find(asked.sentence.text) or [story.issue_in_context or ""]
    party = _asked_party(asked, cue.start, own_party, story) if cue else None
    if cue is None or party is None or not issues[0]:
        return None
    stance = cue.stance if decides else NEGATED_STANCES.get(cue.stance)
    if stance is None:
        return None
    start, end = first.sentence.start, first.sentence.end
    return FoundStance(party, issues[0], stance, start, end, cue.text, is_own=party == own_party)


def _asked_party(asked: ReadSentence, before: int, own: str, story: Story) -> str | None:
    """Return whose doing a question is about: that of who is asked, or of a party that it names."""
    end = asked.sentence.start + before
    ahead = [each for each in asked.mentions if each.end <= end and each.kind != "pronoun"]
    named = {each.party or story.cast.party_of(each.actor) for each in ahead} - {None}
    if len(named) == 1:
        return named.pop()
    is_of_you = _ASKS_YOU.search(asked.sentence.text, 0, before) is not None
    return own if is_of_you and not named else None
