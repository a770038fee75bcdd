# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Which stance a clause tells: the first cue, what denies it and what it depends on."""

from __future__ import annotations

import re
from typing import NamedTuple

from intake.rules.stance_words import ACCEPTING, PATTERNS


class StanceCue(NamedTuple):
    """Words that were found to tell a stance, and where they stand in their clause."""

    stance: str
    start: int
    end: int
    text: str


CONDITION = re.compile(
    r"\b(?:provided(?: that)?|as long as|on (?:the )?condition(?! of anonymity)(?: that)?|only if|"
    r"so long as|but not (?=(?:in|inside|at|on|for|before|until|without)\b)|only "
    r"once|"
    r"if and only if|once (?=(?:the|an?|its|their|his|her|"
    r"all|both|it|they|(?-i:[A-Z])\w+|talks)\b)|subject to|in exchange for|in return for|but only "
    r"(?:if|"
    r"when|after)|unless|if|"
    r"за умови(?:,? що| якщо)?|(?:лише|тільки) (?:якщо|за|після|коли|тоді)|в обмін на|"
    r"якщо)\b(?P<rest>[^.;]*)",
    re.IGNORECASE,
)
_MODAL = (
    r"(?:could|can|would|will|may|might|is (?:ready|prepared|willing) to|"
    r"are (?:ready|prepared|willing) to|готов\w+|готовність|мож\w+)"
)
_CUES = [
    (stance, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE))
    for stance, pattern in PATTERNS
]
_HEDGED = re.compile(
    rf"(?<!\w){_MODAL}\s+(?:\w+ly |also |perhaps )?(?:{ACCEPTING}|live with|support|take|go to|"
    rf"move to|offer|raise|pay|give|look (?:again )?at|consider|phase in|reopen|open|lift|release|"
    rf"free|let|admit|hand (?:over|back|in)|give up|pull (?:back|out)|move|halt|suspend|freeze|"
    rf"stop|"
    rf"extend|cut|halve|reduce|share|grant|recogni[sz]e|join|"
    rf"return|resume|drop|withdraw|begin|start|proceed|go ahead|be (?:opened|reopened|lifted|"
    rf"released|freed|raised|paid|"
    rf"dropped)|(?:бути )?\w+(?:ти|ний|ена|ено|ані|ені|аний|ана))",
    re.IGNORECASE,
)
_ONLY_THEN = re.compile(
    rf"(?<!\w){_MODAL}\s+(?!not\b|never\b|be\b|only\b|have\b)(?:\w+ly |also )?\w+(?=\s[^.;]*?"
    r"\b(?:only|but only) (?:if|once|when|after|in return|in exchange)\b)",
    re.IGNORECASE,
)
"""Who will do something only if another does takes it on, on that condition."""
_PROMISED = re.compile(
    r"(?:will|would) (?:\w+ly |also )?(?:reopen|open|lift|release|free|let|admit|hand (?:over|"
    r"back|in)|"
    r"give up|pull (?:back|out)|halt|suspend|freeze|drop|withdraw|grant)",
    re.IGNORECASE,
)
"""What somebody says they will give is given in words: would open the pass on Monday."""
_LIVES_WITH = re.compile(r"live with$", re.IGNORECASE)
_DENIED_SAYING = (
    r"said|claimed|stated|told \w+|promised|suggested|implied|declared|announced|argued|indicated|"
    r"signalled|hinted|threatened|spoke of|spoken of|mentioned"
)
_DENIAL = re.compile(
    r"(?<!\w)(?:nobody|no ?one|ніхто не|"
    r"(?:never|not|n['’]t) (?:\w+ly |ever |once |yet )?agreed|(?:did|do|does) not agree|"
    rf"never (?:\w+ly |ever |once )?(?:{_DENIED_SAYING})|"
    rf"(?:have|has|had)(?: not|n['’]t) (?:\w+ly |ever |once |yet )?(?:{_DENIED_SAYING})|"
    r"(?:did|do|does)(?: not|n['’]t) (?:\w+ly |ever )?(?:say|claim|state|tell \w+|promise|suggest|"
    r"imply|declare|announce|argue|mean|threaten|indicate)|"
    rf"(?:nor|neither) (?:did|have|has|do) \w+ (?:ever )?(?:say|claim|{_DENIED_SAYING})|"
    r"(?:am|is|are|was|were)(?: not|n['’]t) (?:saying|claiming|suggesting|implying|arguing)"
    r"(?! (?:yes|no|never)\b(?! to))|"
    r"(?:is|was)(?: not|n['’]t) (?:true|correct|right|so|the case) (?:to say )?that|"
    r"(?:is|was|be) (?:untrue|false|wrong|incorrect|a lie|nonsense|a myth|an invention)"
    r"(?: to say| to claim)?,? that|no truth (?:in|to)|"
    r"(?:ніколи|жодного разу)? ?не (?:погоджувал\w+|казал\w+|казав|говорил\w+|говорив|"
    r"заявлял\w+|заявляв|обіцял\w+|обіцяв|стверджувал\w+|стверджував)|неправда,? що)(?!\w)",
    re.IGNORECASE,
)
"""That one said or agreed to something, or that it is so, denied: what follows is no stance."""


def without_denial(clause: str) -> str:
    """Return a clause up to where it denies having said something: we never said we would not."""
    denial = _DENIAL.search(clause)
    return clause[: denial.start()] if denial else clause


def find_cue(clause: str) -> StanceCue | None:
    """Return the first cue of a clause, of two at one place the more telling; None where it tells
    no stance.

    A denial of having said or agreed something is a statement and no stance.
    """
    clause = without_denial(clause)
    hedged = _ONLY_THEN.search(clause) or _HEDGED.search(clause)
    if hedged and CONDITION.search(clause):
        return StanceCue("accepts-conditionally", hedged.start(), hedged.end(), hedged[0])
    if hedged and _READY.search(hedged[0]):
        return StanceCue("accepts", hedged.start(), hedged.end(), hedged[0])
    if hedged and _PROMISED.fullmatch(hedged[0]):
        return StanceCue("accepts", hedged.start(), hedged.end(), hedged[0])
    found = [cue for stance, pattern in _CUES if (cue := _first_cue(stance, pattern, clause))]
    if hedged and _LIVES_WITH.search(hedged[0]):
        return StanceCue("accepts", hedged.start(), hedged.end(), hedged[0])
    if hedged:
        found = [each for each in found if each.stance != "accepts"]
    if not found:
        return None
    cue = min(found, key=lambda each: each.start)
    others = [
        each
        for each in found
        if each.start > cue.end
        and each.stance != "demands"
        and not re.search(r"[,;]", clause[cue.end : each.start])
    ]
    if others and _INSISTS.fullmatch(cue.text):
        cue = min(others, key=lambda each: each.start)
    if _NO_COMMENT.search(clause) or _OF_VIOLENCE.match(clause, cue.start):
        return None
    if holding := _HOLDS_ON.match(clause, cue.start):
        return StanceCue("demands", cue.start, holding.end(), holding[0])
    is_refusal = _REFUSAL.match(cue.text) is not None
    if is_refusal and (_NEGATION.search(clause, 0, cue.start) or _A_REPORT.match(clause, cue.end)):
        return None
    is_denied = _NEGATION.search(clause, 0, cue.start) is not None
    if (is_denied and _REACHED.match(cue.text)) or _NO_AGREEMENT.search(clause, cue.start):
        return None
    if is_denied and cue.stance == "demands" and _WANTED.match(cue.text):
        return None
    if _NOT_YET_DONE.search(clause, 0, cue.start):
        return None
    if _REGRET.search(clause, max(cue.start - 1, 0), cue.end + 12):
        return None
    if cue.stance in NEGATED_STANCES and _NEGATION.search(clause, 0, cue.start):
        return cue._replace(stance=NEGATED_STANCES[cue.stance])
    is_ready = cue.stance == "proposes" and _READY.search(cue.text)
    if (is_ready or cue.stance in ("accepts", "supports")) and CONDITION.search(clause, cue.end):
        return cue._replace(stance="accepts-conditionally")
    return cue


def _first_cue(stance: str, pattern: re.Pattern[str], clause: str) -> StanceCue | None:
    """Return the first cue of a stance that is no participle of another's act: put forward by."""
    for found in pattern.finditer(clause):
        is_noun = _NOUN_CUE.fullmatch(found[0]) and _BEFORE_NOUN.search(clause, 0, found.start())
        is_wish = _BARE.fullmatch(found[0]) and _TO.search(clause, 0, found.start())
        if is_wish and not _MEANT.search(clause, 0, found.start()):
            continue
        if not is_noun and not _BY.match(clause, found.end()):
            return StanceCue(stance, found.start(), found.end(), found[0])
    return None


_A_REPORT = re.compile(
    r"[^.;]{0,60}?\b(?:reports?|claims?|allegations?|accusations?|suggestions?|rumou?rs?|criticism|"
    r"звинувачення|чутки|повідомлення)\b",
    re.IGNORECASE,
)
"""Who rejects a report takes no stance on what it is about."""
_HOLDS_ON = re.compile(
    r"(?:refus|declin)\w+ to (?:drop|give up|abandon|scrap|withdraw|ditch|shelve|abolish|give way "
    r"on)\b|"
    r"відмови\w+ (?:зняти|відкликати|скасувати)\b",
    re.IGNORECASE,
)
"""Who refuses to give something up wants it."""
_NO_COMMENT = re.compile(
    r"\b(?:refus|declin)\w+ (?:to )?(?:comment|say|answer|speak|discuss|be drawn|be interviewed|"
    r"elaborate|confirm|speculate|give details|go into)|\bno comment\b|"
    r"від коментар\w+[^.;]{0,60}відмови\w+|відмови\w+ (?:\w+ )?(?:коментувати|від коментар\w+)",
    re.IGNORECASE,
)
"""Who will not talk takes no stance."""
_INSISTS = re.compile(r"(?:insist|maintain|наполяга)\w*(?: that)?", re.IGNORECASE)
"""Who insists that they will not wants what the clause behind tells."""
_REACHED = re.compile(r"struck|reached|sealed|clinched|домовил|узгодил|дійшли", re.IGNORECASE)
"""Who has not reached a deal has not refused one."""
_OF_VIOLENCE = re.compile(
    r"(?:condemn|denounc|deplor|засуджу|засуди)\w*[^.;]{0,40}?\b(?:attacks?|shootings?|killings?|"
    r"bombings?|violence|raids?|murders?|incidents?|assaults?|shelling|massacres?|strikes? on|"
    r"обстріл\w*|напад\w*|вбивств\w*|насильств\w*)",
    re.IGNORECASE,
)
"""Who condemns an attack takes no stance on what is negotiated where it happened."""
_REFUSAL = re.compile(
    r"reject|refus|rul(?:e|es|ed|ing) out|turn|oppos|object|veto|dismiss", re.IGNORECASE
)
_WANTED = re.compile(r"demand|ask|call|insist|вимага|наполяга", re.IGNORECASE)
"""Who never asked for something does not want it; nor does he refuse it."""
_NOT_YET_DONE = re.compile(
    r"\b(?:before|until|till|unless|after|once|when|whenever)\s+(?:[\w'’]+\s+){0,4}?(?:is|are|was|"
    r"were|gets?|be|been)\s+$",
    re.IGNORECASE,
)
"""When something else is done tells no stance: will vote before anything is signed."""
_NO_AGREEMENT = re.compile(
    r"(?:(?:could|did|have|has)(?: not|n['’]t)|failed to|unable to) (?:yet )?agreed? on\b",
    re.IGNORECASE,
)
_REGRET = re.compile(
    r"\b(?:did not|didn['’]t|never) want (?:this|it|that)(?! \w)|\bне хотіли (?:цього|такого)",
    re.IGNORECASE,
)
"""Who did not want it to come to this takes no stance."""
NEGATED_STANCES = {"accepts": "rejects", "supports": "opposes", "proposes": "rejects"}
_NEGATION = re.compile(
    r"(?:\b(?:not|cannot|never|no longer|не)|n['’]t)\s+(?:\w+\s+){0,3}$", re.IGNORECASE
)
_NOUN_CUE = re.compile(
    r"(?:demand|offer|support|need|want|back|call|request)s?(?: for)?|opposition "
    r"to|refusal",
    re.IGNORECASE,
)
_BEFORE_NOUN = re.compile(
    r"(?:\b(?:the|a|an|its|their|his|her|our|no|any|more|in|of|for|new|such|latest|final)|"
    r"['’]s)\s+$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:accept|agree|sign|approve|support|back|endorse|propose|offer|put|suggest|ratify|welcome|"
    r"concede|recommend)\b.*",
    re.IGNORECASE,
)
_TO = re.compile(r"\bto\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_MEANT = re.compile(
    r"\b(?:ready|prepared|willing|agreed|able|going|happy|bound|pledg\w*|promis\w*|vow\w*|decid\w*|"
    r"want\w*|plan\w*|intend\w*|offer\w*|urg\w*|call\w*|ask\w*|voted|refus\w*|declin\w*) (?:[\w-]+ "
    r"){0,5}?to\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
"""What an infinitive hangs on where it tells a stance: months to put an offer forward does not."""
_BY = re.compile(r"\s+by\b", re.IGNORECASE)
_READY = re.compile(r"ready|prepared|willing|готов", re.IGNORECASE)


def find_conditions(clause: str) -> list[str]:
    """Return what a clause makes its stance depend on."""
    found = CONDITION.search(clause)
    rest = found["rest"].strip(' ,.”"»') if found else ""
    return [rest] if len(rest) > 2 else []
