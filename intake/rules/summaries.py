# ruff: noqa: RUF001  # Cyrillic letters are meant
"""What was said, in one line: without the words that tell of the saying, and never torn."""

from __future__ import annotations

import re

from intake.rules import verbs
from intake.rules.passages import find_quoted_passages, is_quoted_whole
from intake.rules.sentences import Sentence
from intake.rules.speech import Utterance

_MAX_SUMMARY = 300
_THAT = re.compile(r"(?:\bthat|,\s*що|\bщо)\s*$", re.IGNORECASE)
_ADDS_TO_CONTENT = re.compile(
    r"\W*(?:in|on|at|under|for|after|before|during|with|as|if|when|while|although|by|once|since|"
    r"until|without|у|в|на|за|після|до|під|щодо|про|якщо|коли|хоча)\b",
    re.IGNORECASE,
)
"""Words that begin what belongs to the content though it stands before the speaker."""
_GOES_ON = re.compile(
    r"\W*(?:would|will|had|has|have|was|were|is|are|could|should|must|may|might|can|did|does|do|"
    r"and|but|or|not|never|а|але|і|та|б|би|не|буде|був|була|було|були|є|має|мають)\b",
    re.IGNORECASE,
)
"""What stands behind a speaker who is named in the middle of the content."""
_TO_WHOM = re.compile(
    r"\s*(?:the )?(?:reporters|journalists|parliament|members|lawmakers|MPs|deputies|delegates|"
    r"us|him|her|them|журналістам|депутатам|делегатам|нам|йому|їй|їм)(?=\s)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\s*,+\s*(?:until|unless|if|provided|because|once|as long as|while|whereas|доки|поки|якщо|бо|"
    r"оскільки|тоді як)\b",
    re.IGNORECASE,
)
_INSERTED_THAT = re.compile(r"\s*,\s*[\w ]{3,20},\s*(?:that|що)\s", re.IGNORECASE)
_RELATIVE = re.compile(r"\s*(?:gave|made|did|was|had|\w+ed)\b", re.IGNORECASE)
"""What follows “that” where it goes on from a noun: in a statement that gave no reasons."""
_OF_SPEAKER = re.compile(
    r"(?P<content>.{20,}[,”\"»])\s+(?:[–—-]\s+)?(?:the |his |her |its |their |a |an )?[\w'’]*\s*",
    re.DOTALL,
)
_ACCORDING = re.compile(rf"(?:{verbs.ACCORDING}|за (?:його|її|їхніми) словами)\b", re.IGNORECASE)
_FEW = 4
_TOLD = re.compile(r"\b(?:told|tells?)\b|ли\b|в\b|ла\b", re.IGNORECASE)
_WHO = re.compile(r"(?:who|which|whose|який|яка|які)\b", re.IGNORECASE)
_BEGINS_CONTENT = re.compile(
    r"[\s,:]*(?!(?:of|about|against|on|at|for|to|with|про|щодо|проти)\b)[\w“\"«„]", re.IGNORECASE
)
_MARKS = ' ,;:–—-“”"«»„'


def summarise(name: str, content: str) -> str:
    """Return one line that says who said what."""
    content = re.sub(r"^(?:that|що)\s+", "", " ".join(content.split()).strip(" ,“”«»"))
    line = f"{name}: {content}"
    if len(line) <= _MAX_SUMMARY:
        return line
    return line[: _MAX_SUMMARY - 1].rsplit(" ", 1)[0] + "…"


def content_of(utterance: Utterance, text: str) -> str:
    """Return what an utterance says, of reported speech without the words that report it."""
    if utterance.cue == "label":
        return " ".join(each.text for each in utterance.sentences)
    lines = [_content_of_sentence(each, utterance, text) for each in utterance.sentences]
    return " ".join(filter(None, lines))


def _content_of_sentence(sentence: Sentence, utterance: Utterance, text: str) -> str:
    pieces = [each for each in utterance.pieces if sentence.start <= each.start < sentence.end]
    if pieces and (sentence.is_bare_quotation or is_quoted_whole(sentence, pieces)):
        found = find_quoted_passages(pieces, text, sentence.is_bare_quotation)
        return " ".join(passage.line.strip(' ,“”"«»') for passage in found)
    telling = next(
        (
            (max(first, sentence.start) - sentence.start, min(last, sentence.end) - sentence.start)
            for first, last in utterance.telling
            if first < sentence.end and last > sentence.start
        ),
        None,
    )
    line = (
        sentence.text
        if telling is None
        else (_without_telling(sentence.text, *telling, utterance.cue_in(sentence)))
    )
    return " ".join(line.split()).strip(_MARKS)


def _without_telling(line: str, first: int, last: int, cue: str) -> str:
    """Return a sentence without the words of saying in it; whole where they cannot be left out."""
    before, told, after = line[:first], line[first:last], line[last:]
    if cue.casefold() not in verbs.REPORTING:
        return line if not _is_according(told) else _without_source(before, after)
    is_trailing = not _THAT.search(told) or _RELATIVE.match(after) is not None
    trailing = _OF_SPEAKER.fullmatch(before) if is_trailing else None
    is_lead = trailing is not None and _ADDS_TO_CONTENT.match(trailing["content"]) is not None
    if trailing and not is_lead and len(trailing["content"].split()) > _FEW:
        before = trailing["content"]
    elif _THAT.search(told):
        return f"{before if _ADDS_TO_CONTENT.match(before) else ''} {after}"
    if inserted := _INSERTED_THAT.match(after):
        return after[inserted.end() :]
    is_set_off = before.rstrip()[-1:] in (",", "—", "–", "-", "”", '"', "»")
    if is_set_off and (not after.strip(_MARKS + ".") or after.lstrip()[:1] in ",.;:–—-"):
        return _without_source(before, after)
    if is_set_off and len(before.split()) > _FEW:
        return _without_source(before, f"{_rest_of_content(after)}")
    if before.strip(_MARKS) and not _is_name(before):
        return line
    whom = _TO_WHOM.match(after) if _TOLD.search(told) else None
    rest = after[whom.end() :] if whom else after
    return rest if _BEGINS_CONTENT.match(rest) and len(rest.split()) >= _FEW else line


def _is_name(before: str) -> bool:
    return len(before.split()) <= _FEW and not _ADDS_TO_CONTENT.match(before)


def _is_according(told: str) -> bool:
    return _ACCORDING.match(told.strip(_MARKS)) is not None


def _rest_of_content(after: str) -> str:
    """Return the clause behind a speaker that belongs to what was said: …, until they had left."""
    found = _CLAUSE.search(after)
    return after[found.start() :] if found else ""


def _without_source(before: str, after: str) -> str:
    """Return what stands around a speaker who is named between commas, or at the end."""
    if not before.strip(_MARKS):
        return after
    rest = after.lstrip(_MARKS)
    if _WHO.match(rest):
        return before
    if len(before.split()) <= _FEW or _GOES_ON.match(rest) or _CLAUSE.match(f",{after}"):
        return f"{before.rstrip(' ,–—-')} {rest}"
    return before
