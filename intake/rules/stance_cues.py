# Cyrillic letters are meant
"""The words by which a stance is told, in English and Ukrainian, the most telling first."""

from __future__ import annotations

import re
from typing import NamedTuple

from intake.rules.words import phrase_pattern


class StanceCue(NamedTuple):
    """Words that were found to tell a stance, and where they stand in their clause."""

    stance: str
    start: int
    end: int
    text: str


_NOT = (
    r"(?:will|would|can|could|shall|do|does|did|is|are|am|was|were)(?:\s?not|n['’]t)|cannot|"
    r"won['’]t|can['’]t|не"
)
CONDITION = re.compile(
    r"\b(?:provided(?: that)?|as long as|on (?:the )?condition(?: that)?|only if|so long as|"
    r"if and only if|subject to|in exchange for|in return for|but only (?:if|when|after)|unless|if|"
    r"за умови(?:,? що| якщо)?|лише (?:якщо|за)|тільки (?:якщо|за)|в обмін на|"
    r"якщо)\b(?P<rest>[^.;]*)",
    re.IGNORECASE,
)
_ACCEPT = (
    r"accept(?:s|ed)?|agree(?:s|d)?(?: to| with| on)?|consent(?:s|ed)? to|sign(?:s|ed)?(?: up)?|"
    r"approv(?:e|es|ed)|settled|погод\w+(?: на| з)?|приймає(?:мо)?|прийняли|прийняв|прийняла|"
    r"прийняти|згод(?:ен|на|ні)|схвалил\w+|схвалив"
)
_MODAL = (
    r"(?:could|can|would|will|may|might|is (?:ready|prepared|willing) to|"
    r"are (?:ready|prepared|willing) to|готов\w+|мож\w+)"
)
_PATTERNS: list[tuple[str, str]] = [
    (
        "red-line",
        r"red lines?|non-?negotiable|not (?:up for negotiation|negotiable)|under no circumstances|"
        r"(?:will|would|shall|can) never|never (?:accept|sign|agree|give up|recogni[sz]e|allow|"
        r"cede)|"
        r"not (?:one|a single) (?:inch|metre|meter|centimet)|"
        r"червон\w+ ліні\w+|за жодних (?:умов|обставин)|ніколи не|не підлягає обговоренню|"
        r"(?:the )?(?:entire|whole|all)(?: of)? [^.,;]{1,60}? (?:is|are|belongs?(?: to)?) (?:ours|"
        r"russian|ukrainian|our own)|"
        r"(?:is|are|was|were|will (?:always )?(?:be|remain)) (?:and (?:will )?(?:always )?(?:be|"
        r"remain)s? )?ours\b",
    ),
    (
        "rejects",
        rf"(?:{_NOT})\s+(?:\w+ly |ever |просто )?(?:accept|agree|recogni[sz]e|sign|support|allow|"
        r"tolerate|consider|legislate|impose|negotiate|discuss|give up|cede|withdraw|concede|back "
        r"down|"
        r"be (?:accepted|renegotiated|reopened|a basis)|live with|pay|grant|permit|share|yield|"
        r"endorse|"
        r"погод\w*|прийм\w*|прийня\w*|визна\w*|підпи\w*|підтрим\w*|дозвол\w*|віддамо|віддаси\w*|"
        r"розгляда\w*|"
        r"поступ\w*)|"
        r"(?:(?:will|would|can|could)(?:\s?not|n['’]t)|cannot|won['’]t|can['’]t)\s+(?:\w+ly )?"
        r"(?!be\b|have\b|comment|say\b|know|speculate|do\b|take place|happen|go into|confirm|help|"
        r"work|"
        r"improve|last\b|see\b|talk about|answer|need|want|like)\w+|"
        r"reject(?:s|ed|ing)?|refus(?:e|es|ed|ing)|rul(?:e|es|ed|ing) out|turn(?:s|ed)? down|"
        r"unacceptable|"
        r"out of the question|no (?:concessions?|compromise|deal|equity|way)\b|"
        r"off the table|veto(?:ed|es)?(?! over)|dismiss(?:es|ed)|"
        r"відкида\w+|відкину\w+|відмов\w+|неприйнятн\w+|виключ(?:ає|ив|ила|или)|не може бути й "
        r"мови",
    ),
    (
        "undecided",
        r"(?:have|has|had)(?: not|n['’]t) (?:yet )?(?:taken a (?:view|position|decision)|decided|"
        r"made up)|"
        r"no (?:final )?(?:decision|position|view) (?:has been|yet|on)|undecided|yet to decide|"
        r"still (?:considering|studying|weighing|reviewing|examining)|(?:is|are) (?:studying|"
        r"considering|weighing|reviewing|examining)|"
        r"keeps? (?:an )?open mind|ще не (?:вирішил\w+|визначил\w+)|не визначил\w+|вивча(?:є|ємо|"
        r"ють)|розгляда(?:є|ємо|ють)",
    ),
    (
        "reserves",
        r"reserv(?:e|es|ed) (?:the |its |our |their )?(?:right|position|judg\w+)|залиша\w+ за "
        r"собою право|"
        r"reservations? (?:about|on|over)|застереження",
    ),
    (
        "opposes",
        r"oppos(?:e|es|ed|ing)|object(?:s|ed)? to|(?:is|are|was|were|be|remain\w*|stand\w*|come "
        r"out) (?:\w+ )?against|"
        rf"(?:{_NOT})\s+(?:\w+ )?(?:improve|help|like|want|need|favou?r|work|serve)|"
        r"(?:is|are|was|were|would be) (?:\w+ )?(?:a (?:bad|terrible|grave) (?:idea|mistake)|"
        r"wrong|dangerous)|"
        r"criticis(?:e|es|ed)|criticiz(?:e|es|ed)|condemn(?:s|ed)?|"
        r"виступа\w+ проти|проти\b|не покращу\w+|засуджу\w+|критику\w+|не влаштову\w+",
    ),
    (
        "proposes",
        r"propos(?:e|es|ed|ing)|offer(?:s|ed|ing)?\b(?= (?:to|a|an|the|up|us|them|him|[\d$€£]))|"
        r"(?:is|are|was|were) (?:on offer|on the table)|what is on the table|on the "
        r"table[^.]{0,40}? is|"
        r"put(?:s|ting)? (?:forward|on the table)|suggest(?:s|ed|ing)?|tabl(?:es|ed)|"
        r"(?:is|are|was|were|be) (?:ready|prepared|willing|open) to|would (?:take|settle for|be "
        r"ready|be willing)|"
        r"should be (?:decided|settled|determined|put) (?:by|to|in)|let (?:the people|voters)|"
        r"запропон\w+|пропону\w+|готов\w+(?! документ)|має вирішувати\w*|"
        r"мають вирішувати",
    ),
    (
        "demands",
        r"demand(?:s|ed|ing)?|insist(?:s|ed|ing)?(?: on| that)?|must\b|want(?:s|ed)?\b|requir(?:e|"
        r"es|ed)|"
        r"call(?:s|ed|ing)? (?:for|on)|ask(?:s|ed|ing)? for|press(?:es|ed|ing|uring|ured)?(?: "
        r"\w+){1,3} to|"
        r"need(?:s)? to|has to|have to|urg(?:e|es|ed|ing)|seek(?:s|ing)?|sought|ought to|should\b|"
        r"would have to|expect(?:s|ed)? (?:\w+ )?to|"
        r"вимага\w+|наполяга\w+|ма(?:є|ють) (?:бути|піти|вивести|повернути|негайно)|потрібн\w+|"
        r"повин\w+|заклика\w+|"
        r"необхідн\w+|мусить|мусять|домага\w+",
    ),
    (
        "accepts",
        rf"(?:{_ACCEPT})|in principle|give(?:s)? (?:its|our|their) (?:consent|agreement)|"
        r"(?:can|could) live with",
    ),
    (
        "supports",
        r"(?:go|goes|going|press|push|forge)(?:es|ing)? ahead with|proceed(?:s|ing)? with|"
        r"support(?:s|ed|ing)?\b(?! of)|welcom(?:e|es|ed|ing)|back(?:s|ed|ing)\b|endors(?:e|es|ed)|"
        r"(?:fully |firmly |deeply )?committed to|appreciat(?:e|es|ed)|in favou?r of|favou?rs|"
        r"(?:will|would) (?:write|set|keep) (?:our|its|their) own|stand(?:s)? by|agree that|"
        r"hail(?:s|ed)|"
        r"підтриму\w+|підтримал\w+|підтримав|віта(?:є|ємо|ють)|привітал\w+|виступа\w+ за|"
        r"прихильн\w+|"
        r"віддан\w+|цінує\w*",
    ),
]
_CUES = [
    (stance, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE))
    for stance, pattern in _PATTERNS
]
_HEDGED = re.compile(
    rf"(?<!\w){_MODAL}\s+(?:\w+ly |also |perhaps )?(?:{_ACCEPT}|live with|support|take)",
    re.IGNORECASE,
)
_DENIAL = phrase_pattern(
    "nobody|no one|noone|never agreed|not agreed|did not agree|have not agreed|has not agreed|"
    "hadn't agreed|had not agreed|ніхто не|не погоджувал*"
)


def find_cue(clause: str) -> StanceCue | None:
    """Return the first cue of a clause, of two at one place the more telling; None where it tells
    no stance.

    A denial of having agreed is a statement and no refusal.
    """
    if _DENIAL.search(clause):
        return None
    hedged = _HEDGED.search(clause)
    if hedged and CONDITION.search(clause):
        return StanceCue("accepts-conditionally", hedged.start(), hedged.end(), hedged[0])
    if hedged and _READY.search(hedged[0]):
        return StanceCue("accepts", hedged.start(), hedged.end(), hedged[0])
    found = [cue for stance, pattern in _CUES if (cue := _first_cue(stance, pattern, clause))]
    if hedged:
        found = [each for each in found if each.stance != "accepts"]
    if not found:
        return None
    cue = min(found, key=lambda each: each.start)
    is_refusal = _REFUSAL.match(cue.text) is not None
    if is_refusal and (_NEGATION.search(clause, 0, cue.start) or _A_REPORT.match(clause, cue.end)):
        return None
    if cue.stance in _NEGATED_STANCES and _NEGATION.search(clause, 0, cue.start):
        return cue._replace(stance=_NEGATED_STANCES[cue.stance])
    is_ready = cue.stance == "proposes" and _READY.search(cue.text)
    if (is_ready or cue.stance in ("accepts", "supports")) and CONDITION.search(clause, cue.end):
        return cue._replace(stance="accepts-conditionally")
    return cue


def _first_cue(stance: str, pattern: re.Pattern[str], clause: str) -> StanceCue | None:
    """Return the first cue of a stance that is no participle of another's act: put forward by."""
    for found in pattern.finditer(clause):
        is_noun = _NOUN_CUE.fullmatch(found[0]) and _BEFORE_NOUN.search(clause, 0, found.start())
        if not is_noun and not _BY.match(clause, found.end()):
            return StanceCue(stance, found.start(), found.end(), found[0])
    return None


_A_REPORT = re.compile(
    r"[^.;]{0,60}?\b(?:reports?|claims?|allegations?|accusations?|suggestions?|rumou?rs?|criticism|"
    r"звинувачення|чутки|повідомлення)\b",
    re.IGNORECASE,
)
"""Who rejects a report takes no stance on what it is about."""
_REFUSAL = re.compile(
    r"reject|refus|rul(?:e|es|ed|ing) out|turn|oppos|object|veto|dismiss", re.IGNORECASE
)
_NEGATED_STANCES = {"accepts": "rejects", "supports": "opposes", "proposes": "rejects"}
_NEGATION = re.compile(
    r"(?:\b(?:not|cannot|never|no longer|не)|n['’]t)\s+(?:\w+\s+){0,3}$", re.IGNORECASE
)
_NOUN_CUE = re.compile(
    r"(?:demand|offer|support|need|want|back|call|request)s?(?: for)?", re.IGNORECASE
)
_BEFORE_NOUN = re.compile(
    r"(?:\b(?:the|a|an|its|their|his|her|our|no|any|more|in|of|for|new|such|latest|final)|"
    r"['’]s)\s+$",
    re.IGNORECASE,
)
_BY = re.compile(r"\s+by\b", re.IGNORECASE)
_READY = re.compile(r"ready|prepared|willing|готов", re.IGNORECASE)


def find_conditions(clause: str) -> list[str]:
    """Return what a clause makes its stance depend on."""
    found = CONDITION.search(clause)
    rest = found["rest"].strip(' ,.”"»') if found else ""
    return [rest] if len(rest) > 2 else []
