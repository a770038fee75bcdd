# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Notices of correction and of retraction, matched with what is recorded."""

from __future__ import annotations

import re

from domain.model import Json
from intake.rules.act_times import own_day
from intake.rules.incidents import read_casualties
from intake.rules.numbers_told import NUMBER, read_number
from intake.rules.reality import reality_of
from intake.rules.recorded import RecordedThing, find_recorded
from intake.rules.sentences import Sentence
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.terms import as_due
from intake.rules.times import find_times
from intake.rules.votes import read_counts

_NOTICE = re.compile(
    r"\W*(?:(?:correction|clarification|retraction|corrected|editor['’]s note|виправлення|"
    r"уточнення|"
    r"спростування)\b[^.:\n]{0,40}[:.–—-]|(?:an|our) earlier (?:version|post|report|story|entry)\b|"
    r"(?:an?|the) (?:earlier|previous) version of this|(?:this|our) (?:story|article|report|post|"
    r"page) "
    r"(?:has been|was) (?:corrected|amended|updated|retracted|withdrawn)|(?:we|the \w+) (?:wrongly|"
    r"incorrectly|mistakenly) (?:said|reported|stated)|у попередній версії|раніше (?:ми "
    r")?помилково)",
    re.IGNORECASE,
)
_RETRACTED = re.compile(
    r"(?<!\w)(?:(?:has |have |had )?(?:retracted|withdrawn|withdrew|taken down|took down|deleted|"
    r"struck out|pulled|disowned) (?:its|their|the|that|this|our|an?) (?:[\w'’-]+ "
    r"){0,3}?(?:report|story|"
    r"article|entry|account|claim|item|dispatch|bulletin)|(?:report|story|article|entry|account|"
    r"dispatch)\b[^.;]{0,80}? (?:has been|was|is) (?:retracted|withdrawn|taken down|deleted|"
    r"struck out|"
    r"wrong|untrue|false)|(?:відклика\w+|вилучи\w+|спростува\w+) (?:сво\w+ )?(?:повідомлення|"
    r"публікаці\w+|"
    r"новин\w+)|(?:повідомлення|публікаці\w+) (?:\w+ )?(?:відкликано|вилучено|видалено))(?!\w)",
    re.IGNORECASE,
)
STRUCK_OUT = re.compile(
    r"\[?\b(?:struck out|deleted|retracted|withdrawn|removed|вилучено|видалено|спростовано)\b",
    re.IGNORECASE,
)
_ONE_NOT_OTHER = re.compile(
    r"(?P<right>[^.;]{2,160}?),? (?:not|rather than|instead of|а не|замість) "
    r"(?P<wrong>[^.;]{1,120})",
    re.IGNORECASE,
)
_NOT_ONE_BUT = re.compile(
    r"\bnot (?P<wrong>[^.;,]{1,80}),? but (?P<right>[^.;]{1,120})|"
    r"\bне (?P<wrong2>[^.;,]{1,80}), а (?P<right2>[^.;]{1,120})",
    re.IGNORECASE,
)
_IN_FACT = re.compile(
    r"(?:\bin fact|\bit was|\bit is|\bthey were|\bthe (?:correct|right|true|actual)\b|\bshould "
    r"have "
    r"(?:read|said|been)|\binstead|\bnow reads|насправді|правильно|має бути|слід читати)",
    re.IGNORECASE,
)


def is_notice(sentence: Sentence, story: Story) -> bool:
    """Return whether a sentence belongs to a notice of correction by the publisher."""
    block = story.blocks[sentence.block]
    return _NOTICE.match(story.text, block.line_start) is not None or (
        _NOTICE.match(story.text, sentence.start) is not None
    )


def is_struck_out(sentence: Sentence, story: Story) -> bool:
    """Return whether a sentence stands in an entry that its own heading calls struck out."""
    for block in (sentence.block, sentence.block - 1):
        if block < 0 or (block != sentence.block and story.blocks[block].kind != "heading"):
            continue
        whole = story.blocks[block]
        head = story.text[whole.line_start : min(whole.end, whole.line_start + 80)]
        is_marked = block != sentence.block or head.lstrip()[:1] == "["
        if is_marked and STRUCK_OUT.search(head):
            return True
    return False


def read_notice(sentence: Sentence, story: Story) -> None:
    """Propose what a notice corrects or takes back; hold it back where that is not recorded."""
    block = story.blocks[sentence.block]
    start, end = sentence.start, block.end
    opens_notice = _NOTICE.match(story.text, start) or start <= block.start
    if not opens_notice:
        return
    text = story.text[start:end]
    recorded = find_recorded(text, story.registry)
    if recorded is None:
        story.hold_back(
            start, sentence.end, "The notice of correction is of nothing that is recorded."
        )
        return
    if _RETRACTED.search(text):
        _propose_retraction(recorded, start, end, sentence.block, story)
        return
    changes = _read_changes(text, recorded, sentence, story)
    if not changes:
        reason = f"What is right instead about “{recorded.words.strip()[:60]}” is not clear."
        story.hold_back(start, sentence.end, reason)
        return
    fields: Json = {"event": recorded.event, "changes": changes, "reason": _line(text)}
    why = f"A notice corrects what is recorded of the {recorded.kind} {recorded.slug}."
    story.propose(
        DraftProposal(
            "correction-published", fields, start, end, why, 0.6, own_day(story), sentence.block
        )
    )


def read_retraction(read: ReadSentence, story: Story) -> bool:
    """Propose that a report which is recorded was taken back by who published it."""
    sentence = read.sentence
    found = _RETRACTED.search(sentence.masked)
    if found is None or reality_of(sentence.masked, *found.span()) != "actual":
        return False
    block = story.blocks[sentence.block]
    around = story.text[block.start : block.end]
    recorded = find_recorded(sentence.text, story.registry) or find_recorded(around, story.registry)
    if recorded is None:
        reason = "A report is taken back, but nothing is recorded that it told."
        story.hold_back(sentence.start, sentence.end, reason)
        return True
    _propose_retraction(recorded, sentence.start, sentence.end, sentence.block, story)
    return True


def _propose_retraction(
    recorded: RecordedThing, start: int, end: int, block: int, story: Story
) -> None:
    if any(each.fields["event"] == recorded.event for each in story.of_type(("event-retracted",))):
        return
    fields: Json = {"event": recorded.event, "reason": _line(story.text[start:end])}
    why = f"A report of the {recorded.kind} {recorded.slug} is taken back here."
    story.propose(
        DraftProposal("event-retracted", fields, start, end, why, 0.55, own_day(story), block)
    )


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 400 else f"{line[:399].rsplit(' ', 1)[0]}…"


# ------------------------------------------------------------ what is right


def _right_part(text: str) -> str:
    """Return the words of a notice that tell what is right."""
    if found := _NOT_ONE_BUT.search(text):
        return found["right"] or found["right2"]
    if found := _ONE_NOT_OTHER.search(text):
        right = found["right"]
        marks = list(_IN_FACT.finditer(right))
        return right[marks[-1].start() :] if marks else right
    if marks := list(_IN_FACT.finditer(text)):
        return text[marks[-1].start() :]
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    return " ".join(sentences[1:])


def _read_changes(text: str, recorded: RecordedThing, sentence: Sentence, story: Story) -> Json:
    """Return the corrected fields of what is recorded, as far as a notice tells them plainly."""
    right = _right_part(text)
    if not right:
        return {}
    if recorded.kind == "vote" and (counts := read_counts(right)):
        return {"counts": counts}
    if recorded.kind == "incident" and (counts := _casualties(right, text)):
        return {"casualties": counts}
    whole = Sentence(right, sentence.start, sentence.start + len(right), sentence.block)
    tense = "future" if recorded.kind == "deadline" or recorded.status == "announced" else "past"
    times = find_times(whole, story.calendar, "future" if tense == "future" else "past")
    if times:
        name = {"deadline": "due"}.get(recorded.kind, "occurred")
        if recorded.kind == "meeting" and recorded.status == "announced":
            name = "expected"
        expression = as_due(times[0].expression) if name == "due" else times[0].expression
        return {name: expression}
    if recorded.kind == "statement" and (speaker := _speaker(right, story)):
        return {"speaker": speaker}
    if recorded.kind in ("meeting", "incident") and (
        place := re.search(r"\b(?:in|at|у|в) ((?-i:[A-ZА-ЯІЇЄҐ])[\w'’-]+)", right)
    ):
        return {"place": place[1]}
    return {}


def _casualties(right: str, text: str) -> Json:
    counts = read_casualties(right)
    if counts:
        return counts
    number = re.search(rf"(?<!\w){NUMBER}(?!\w)", right, re.IGNORECASE)
    if number is None:
        return {}
    if re.search(r"killed|died|dead|deaths|загин", text, re.IGNORECASE):
        return {"killed": read_number(number[0])}
    if re.search(r"wounded|injured|hurt|поранен", text, re.IGNORECASE):
        return {"injured": read_number(number[0])}
    return {}


def _speaker(right: str, story: Story) -> str | None:
    whole = Sentence(right, 0, len(right), 0)
    mentions = story.cast.find_mentions(whole)
    return next((each.actor for each in mentions if each.actor), None)
