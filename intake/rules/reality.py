# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Whether what words tell is so, is to come, is denied, or is only supposed."""

from __future__ import annotations

import re
from typing import Literal

Reality = Literal["actual", "ahead", "denied", "supposed"]
_BREAK = re.compile(
    r"[;:]|\s[–—-]\s|,?\s+(?:but|while|whereas|although|though|however|але|проте|тоді як|хоча)\s|"
    r",\s+(?:and|а|та|і|so)\s|\s+and\s+(?=[a-z]+ed\s)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:^|[;:,–—(]\s*|\b(?:and|but|that|only|even|or)\s+)\W*"
    r"(?:if|unless|should(?! be\b)|suppos\w+|provided|in case|were|had(?=\s\w+\s+(?:\w+\s){0,2}?"
    r"(?:been|not|agreed|come|gone|voted|signed|met))|whether|якщо|якби|у разі|коли б|за умови)"
    r"(?!\w)(?P<rest>[^;:]*)",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:would|could|might|(?-i:may)|should|ought to|allegedly|reportedly planned|threat\w*|"
    r"warn\w* (?:of|that|against)|fear\w*|hop(?:e|es|ed|ing) (?:to|for|that)|expect\w* to|"
    r"suspect\w*|unlikely|likely|possib\w+|rumou?r\w*|speculat\w+|accus\w+|claim\w*|"
    r"in the event of|imagin\w+|міг\b|могл\w+|може|можуть|б|би|нібито|імовірно|ймовірно|"
    r"погрож\w+|звинувати\w+|звинувачу\w+|побою\w+|сподіва\w+)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|shall|is to|are to|was to|were to|plans? to|plans for|intends? to|"
    r"wants? to|going to|set to|due to|about to|ready to|prepar\w+ to|before|until|"
    r"vow\w* to|pledg\w* to|promis\w* to|agreed to (?!an?\b|the\b)|ahead of|call(?:s|ed)? (?:for|"
    r"on)|"
    r"urg(?:es|ed)|demand\w*|ask\w* for|propos(?:es|ed) (?:to|a)|scheduled|"
    r"буде|будуть|має|мають|планує\w*|планують|до того як|перш ніж|закликал\w*|закликав|вимага\w+)"
    r"\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\bnot\b|n['’]t\b|\bnever\b|\bno\b|\bneither\b|\bnor\b|\bwithout\b|\bnobody\b|\bnone\b|"
    r"\bfailed to\b|\brefus\w+ to\b|\bdeclin\w+ to\b|"
    r"\b(?:не|ні|ніхто|жодн\w+|без|відмови\w+ся)\b)(?:[\s,]+[\w'’-]+){0,4}[\s,]*$|"
    r"(?:\bden(?:y|ies|ied|ying)\b|\brul\w+ out\b|\bзаперечи\w+|\bспростува\w+)"
    r"(?:[\s,]+[\w'’-]+){0,8}[\s,]*$",
    re.IGNORECASE,
)


def clause_of(masked: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the clause of a sentence in which a passage stands."""
    first, last = 0, len(masked)
    for found in _BREAK.finditer(masked):
        if found.end() <= start:
            first = found.end()
        elif found.start() >= end:
            last = found.start()
            break
    return first, last


def reality_of(masked: str, start: int, end: int) -> Reality:
    """Return how what stands between two places of a sentence is told."""
    if masked.rstrip(" \"'”’»)").endswith("?"):
        return "supposed"
    first, _ = clause_of(masked, start, end)
    if _is_conditional(masked, start):
        return "supposed"
    lead = masked[first : max(start, first)]
    if _DENIED.search(lead):
        return "denied"
    near = lead[-60:]
    if _SUPPOSED.search(near):
        return "supposed"
    return "ahead" if _AHEAD.search(near) else "actual"


def _is_conditional(masked: str, start: int) -> bool:
    """Return whether a condition stands in front: if it is so, all that follows is supposed."""
    return any(
        found.start() <= start
        and (found.start() == 0 or "," not in found["rest"][: max(0, start - found.start("rest"))])
        for found in _CONDITION.finditer(masked)
    )
