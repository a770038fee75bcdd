# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Interviews without labels: a question, then the answer of the one who is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake.rules.act_times import past_times
from intake.rules.layout import Block
from intake.rules.meetings import Meetings
from intake.rules.moments import When
from intake.rules.newcomers import meet_strangers
from intake.rules.plans import Plans
from intake.rules.sentences import Sentence
from intake.rules.story import ReadSentence, Story
from intake.rules.transcript import read_quoted, read_turn

_HEAD = re.compile(
    r"\b(?:interview(?:ed)?|conversation|q ?& ?a|questions (?:to|for)|in their own words|"
    r"інтерв['’ʼ]ю|розмова|розмовля\w+|запитання)\b",
    re.IGNORECASE,
)
_SPOKE = re.compile(
    r"\b(?:we|I) (?:spoke|talked|met|sat down) (?:with|to)\b|\b(?:interviewed|розмовля\w+|"
    r"спілкува\w+)\b",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_HEAD_BLOCKS = 6
_LEAST_QUESTIONS = 3
_ANSWERED = re.compile(r"^\s*[AВ][.:]\s+\S", re.MULTILINE)
"""An answer that is marked as one."""
_LONGEST_REMARK = 20
_LONGEST_QUESTION = 60
"""In words."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, by their blocks."""

    question: int
    answer: tuple[int, ...]


def find_exchanges(text: str, blocks: list[Block]) -> list[Turn]:
    """Return the questions and answers of an interview; none where an article is no interview."""
    head = "\n".join(text[each.line_start : each.end] for each in blocks[:_HEAD_BLOCKS])
    if not _HEAD.search(head):
        return []
    groups = list(_groups(text, blocks))
    pairs = [group for group in groups if len(group) > 1 and _may_ask(text, blocks[group[0]])]
    asking = [group for group in pairs if _asks(text, blocks[group[0]])]
    if len(pairs) >= _LEAST_QUESTIONS and len(asking) >= _LEAST_QUESTIONS - 1:
        first, last = groups.index(pairs[0]), groups.index(pairs[-1])
        inside = [group for group in groups[first : last + 1] if len(group) > 1]
        return [Turn(group[0], tuple(group[1:])) for group in inside]
    return _by_marks(text, blocks)


def _groups(text: str, blocks: list[Block]) -> Iterator[list[int]]:
    """Yield blocks that no blank line parts."""
    group: list[int] = []
    for index, block in enumerate(blocks):
        if group and _BLANK_LINE.search(text[blocks[index - 1].end : block.line_start]):
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def _by_marks(text: str, blocks: list[Block]) -> list[Turn]:
    """Return paragraphs that end with a question mark, each with what follows up to the next."""
    asking = [index for index, block in enumerate(blocks) if _asks(text, block)]
    if len(asking) < (1 if _ANSWERED.search(text) else _LEAST_QUESTIONS):
        return []
    ends = [*asking[1:], min(asking[-1] + 2, len(blocks))]
    pairs = zip(asking, ends, strict=True)
    found = [(asked, tuple(range(asked + 1, end))) for asked, end in pairs]
    return [each for asked, answer in found for each in _split_run(asked, answer, text, blocks)]


def _split_run(asked: int, answer: tuple[int, ...], text: str, blocks: list[Block]) -> list[Turn]:
    """Return a question and its answer; where remarks of the other stand between answers, in turn
    with them."""
    remarks = answer[1::2]
    is_in_turn = len(answer) % 2 == 1 and all(
        len(text[blocks[each].line_start : blocks[each].end].split()) <= _LONGEST_REMARK
        for each in remarks
    )
    if not remarks or not is_in_turn:
        return [Turn(asked, answer)] if answer else []
    asking = (asked, *remarks)
    return [Turn(one, (other,)) for one, other in zip(asking, answer[::2], strict=True)]


def _may_ask(text: str, block: Block) -> bool:
    return len(text[block.line_start : block.end].split()) <= _LONGEST_QUESTION


def _asks(text: str, block: Block) -> bool:
    line = text[block.line_start : block.end].rstrip(' *_"”»')
    return line.endswith("?") and len(line.split()) <= _LONGEST_QUESTION


def read_interview(exchanges: list[Turn], sentences: list[Sentence], story: Story) -> None:
    """Propose what the one who is asked says, and what the questions tell of meetings."""
    actor = _interviewee(exchanges, sentences, story)
    if actor is None:
        for sentence in sentences[:1]:
            story.hold_back(sentence.start, sentence.end, "Who is interviewed is not registered.")
        return
    meetings, plans = Meetings(story), Plans(story)
    when = _day_of_talk(sentences, story)
    for exchange in exchanges:
        story.cast.note_subject(actor)
        question = _read(sentences, (exchange.question,), story)
        for read in question:
            plans.read(read, is_question=True)
            if not read.sentence.text.rstrip().endswith("?"):
                meetings.read(read, None, story.own_day)
            story.cast.note([each for each in read.mentions if each.kind != "pronoun"])
            for issue in story.issues.find(read.sentence.text)[:1]:
                story.issue_in_context = issue
        answer = _read(sentences, exchange.answer, story)
        if answer:
            asked = story.issues.find(" ".join(read.sentence.text for read in question))
            they = _asked_about(question, story.cast.party_of(actor), story)
            read_turn(actor, answer, story, meetings, plans, when, asked=asked[:1], they=they)
            read_quoted(answer, actor, story)


def _read(sentences: list[Sentence], blocks: tuple[int, ...], story: Story) -> list[ReadSentence]:
    return [
        ReadSentence(each, meet_strangers(each, story.cast.find_mentions(each), story))
        for each in sentences
        if each.block in blocks
    ]


def _interviewee(exchanges: list[Turn], sentences: list[Sentence], story: Story) -> str | None:
    """Return who is named first above the first question, or is said to have been spoken with."""
    first = exchanges[0].question
    outside = [each for each in sentences if each.block < first or _SPOKE.search(each.masked)]
    for sentence in outside:
        for mention in story.cast.find_mentions(sentence):
            if mention.actor and mention.actor.startswith("person:"):
                return mention.actor
    return None


def _asked_about(question: list[ReadSentence], own: str | None, story: Story) -> str | None:
    """Return the party other than that of who answers that a question names last."""
    parties = [
        party
        for read in question
        for each in read.mentions
        if (party := story.cast.party_of(each.actor) or each.party) and party != own
    ]
    return parties[-1] if parties else None


def _day_of_talk(sentences: list[Sentence], story: Story) -> When:
    """Return the day on which the interview is said to have been held, else that of the article."""
    for sentence in sentences:
        if _SPOKE.search(sentence.masked) and (
            times := past_times(ReadSentence(sentence, []), story)
        ):
            return When.from_phrase(times[0])
    return When(story.anchor_text)
