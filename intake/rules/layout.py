# ruff: noqa: RUF001  # Cyrillic letters are meant
"""The blocks of an article: paragraphs, headings, turns of a transcript, and what is no text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

BlockKind = Literal["body", "heading", "furniture"]
_LINE = re.compile(r"[^\n]+")
_INVISIBLE = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_SENTENCE_END = re.compile(rf"[.!?…:;,][\"”’»)\]*{_INVISIBLE}]*$|[\"”»][{_INVISIBLE}]*$")
_SPEAKER = re.compile(
    r"(?P<name>(?:[A-ZÀ-ÞА-ЯІЇЄҐ](?:[^\n:.!?\"“«]|\.(?=\s?[A-ZÀ-ÞА-ЯІЇЄҐ])){0,70}?))"
    r"(?P<outlet>\s*\([^)\n]{1,60}\))?\s*:(?=\s|$)"
)
_CALLED = re.compile(
    r"(?P<name>(?:The|Mr|Ms|Mrs|Miss|Dr|Sir|Dame|Lord|Lady|Senator|Minister|Secretary|Ambassador|"
    r"Chairman|Chairwoman|Judge|General)\.?\s(?-i:[A-ZÀ-Þ]{3,})(?:[ '’-][A-ZÀ-Þ]{2,}){0,3})\.(?=\s)"
)
"""The label of a speaker in the minutes of a hearing: Ms REED."""
_QUESTION = re.compile(
    r"(?:Q(?:\d{1,4}|uestion)?|Reporter|Journalist|Питання|Журналіст\w*)(?=\W|$)", re.IGNORECASE
)
_QUESTIONS, _ANSWERS = ("Q", "П"), ("A", "В")
_LABEL_LINKS = ("from", "with", "від", "для")
_UPPER = re.compile(r"^[^a-zа-яіїєґ]*[A-ZА-ЯІЇЄҐÀ-Þ]{2}[^a-zа-яіїєґ]*$")
_NAME_LINE = re.compile(
    r"(?P<name>[^\W\d_][^\n:!?“”\"«»…]{1,70}?)(?P<outlet>\s*\([^)\n]{1,60}\))?\s*"
)
"""A line that may be nothing but the name of who speaks below it."""
_ASIDE = re.compile(r"\W*[(\[][^)\]\n]{1,80}[)\]]\W*")
"""What is noted of a talk and not said in it: (through interpreter), [Laughter.]."""
_FURNITURE = re.compile(
    r"^\W*(?:back to top|by [A-Z]\S+ \S+.{0,40}$|\(?reporting by|editing by|additional reporting|"
    r"read more|related|share this|sign up|subscribe|advertisement|реклама|follow us|photo:|image:|"
    r"listen to|watch:|copyright|©|all rights reserved|more on this|present:|transcript\b|"
    r"this (?:story|article) (?:was|has been)|first published|last updated|updated|published|"
    r"читайте також|підписуйтесь|фото:|джерело:|автор:|оновлено|min read|\d+ min read|"
    r"comments?\b|contact:|media contact|notes? to editors|-?\d+(?:\.\d+)? ?°?[CF]$)",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"[A-ZА-ЯІЇЄҐÀ-Þ][A-ZА-ЯІЇЄҐÀ-Þ .'/-]{2,40}(?:, "
    r"[\w. ]{2,30}){0,3}\s*(?:\([^)\n]{2,40}\)\s*)?[-–—]+\s+"
    r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?\s*[-–—]+\s+)?"
)
_ENTRY = re.compile(
    r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s?[AaPp]\.?[Mm]\.?)?(?:\s[A-Z]{2,4}\b)?\s*[-–—:|]?\s+(?=\S)|"
    r"[QAПВ][.:]\s+(?=\S)|"
    r"\d{1,2}/(?:\d{1,2}|n)?\s+(?=\S)|\d{1,2}[.)]\s+(?=[A-ZА-ЯІЇЄҐ])|[•*▪-]\s+(?=\S)"
)
"""What an entry, a post or a point begins with: a time of day, a number, a bullet."""
_TIMED = re.compile(r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s?[AaPp]\.?[Mm]\.?)?\s+\S")
_WRAP_WIDTHS = range(50, 100)
_LEAST_TURNS = 3
_NAME_WORDS = 8
_SAYING_WORDS = 5


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: where it stands, what it is, and in a transcript who speaks in it.

    ``start`` is where the words begin, behind a speaker's label. A further paragraph of a turn has
    the label of the turn, and ``continues`` it.
    """

    start: int
    end: int
    kind: BlockKind
    label: str | None = None
    is_question: bool = False
    line_start: int = 0
    continues: bool = False


def split_blocks(text: str) -> list[Block]:
    """Return the blocks of a text in order; lines that were wrapped at a width are one block."""
    lines = [(found.start(), found.end()) for found in _LINE.finditer(text) if found[0].strip()]
    spans = _unwrap(text, lines)
    names = _find_name_lines(text, spans)
    turns = _find_turns(text, spans) if not names else set()
    blocks = [_build_block(text, *span, is_turn=at in turns) for at, span in enumerate(spans)]
    if names or turns == set(range(len(spans))):
        return _carry_labels(text, blocks, names)
    titled = [_as_title(block, following, text) for block, following in pairwise(blocks)]
    found = [*titled, *blocks[-1:]]
    if not any(block.kind == "body" for block in found):
        return [_as_body(block, text) for block in found]
    return found


def _as_body(block: Block, text: str) -> Block:
    """Return a line as what an article says that has no line with the end of a sentence."""
    is_long = len(text[block.start : block.end].split()) >= _SAYING_WORDS
    return replace(block, kind="body") if block.kind == "heading" and is_long else block


def _find_turns(text: str, spans: list[tuple[int, int]]) -> set[int]:
    """Return which blocks may be turns: all of a transcript, or questions and answers that stand
    in a row below an article."""
    labels = [_find_label(text, start, end) for start, end in spans]
    if any(label and label["name"] in _ANSWERS for label in labels):
        names = (*_QUESTIONS, *_ANSWERS)  # which tell an interview of one
        labels = [None if label and label["name"] in names else label for label in labels]
    if _is_talk([label["name"] if label else None for label in labels]):
        return set(range(len(spans)))
    found: set[int] = set()
    for is_label, run in groupby(enumerate(labels), key=lambda each: each[1] is not None):
        row = list(run)
        asks = any(label and _QUESTION.match(label["name"]) for _, label in row)
        if is_label and asks and len(row) >= _LEAST_TURNS:
            found |= {at for at, _ in row}
    return found


def _is_talk(names: list[str | None]) -> bool:
    """Return whether labels make a transcript: enough of them, or few that come again and again, as
    where a turn has many paragraphs."""
    if is_transcript([each is not None for each in names]):
        return True
    given = [each for each in names if each is not None]
    is_enough = len(given) > _LEAST_TURNS and len(given) * 8 >= len(names)
    return is_enough and len(set(given)) * 2 <= len(given) and names.index(given[0]) < 12


def _find_name_lines(text: str, spans: list[tuple[int, int]]) -> set[int]:
    """Return which lines are nothing but the name of who speaks below; none where no transcript is
    set so.

    Such names are in capitals, or come again, and stand right above what is said.
    """
    lines = [text[start:end].strip() for start, end in spans]
    may_be = [
        at
        for at, line in enumerate(lines[:-1])
        if text.count("\n", spans[at][1], spans[at + 1][0]) == 1
        and len(line.split()) <= _NAME_WORDS
        and _NAME_LINE.fullmatch(line)
        and (_UPPER.match(line) or _is_titled(line))
        and not _FURNITURE.match(line)
    ]
    counts = Counter(lines[at] for at in may_be)
    again = [at for at in may_be if counts[lines[at]] > 1]
    if len(again) < _LEAST_TURNS or len({lines[at] for at in again}) < 2:
        return set()
    return {at for at in may_be if counts[lines[at]] > 1 or _UPPER.match(lines[at])}


def _is_titled(line: str) -> bool:
    return all(word[:1].isupper() or len(word) < 4 for word in line.split())


def _carry_labels(text: str, blocks: list[Block], names: set[int]) -> list[Block]:
    """Return the blocks of a transcript, each paragraph of a turn with the label of the turn."""
    carried: list[Block] = []
    turn: Block | None = None
    continues = True
    for at, block in enumerate(blocks):
        line = text[block.line_start : block.end]
        if at in names:
            found = _NAME_LINE.fullmatch(line)
            label = found["name"] if found else line
            turn = replace(block, label=label, is_question=bool(_QUESTION.match(label)))
            continues = False
            block = replace(block, kind="heading")
        elif block.label is not None:
            turn, continues = block, True
        elif _ASIDE.fullmatch(line):
            block = replace(block, kind="furniture")
        elif turn is not None and (block.kind == "body" or line.endswith("?")):
            block = replace(
                block,
                kind="body",
                label=turn.label,
                is_question=turn.is_question,
                continues=continues,
            )
            continues = True
        carried.append(block)
    return carried


def is_transcript(labelled: list[bool]) -> bool:
    """Return whether the blocks that begin with the label of a speaker make a transcript: enough
    of all, the first in the first half."""
    count = sum(labelled)
    is_enough = count >= _LEAST_TURNS and count * 3 >= len(labelled)
    return is_enough and labelled.index(True) * 2 <= len(labelled)


def _as_title(block: Block, following: Block, text: str) -> Block:
    """Return the line of an entry that begins with a time as the title of the line right below."""
    if block.label or not _TIMED.match(text, block.line_start, block.end):
        return block
    is_right_below = text.count("\n", block.end, following.line_start) == 1
    return replace(block, kind="heading") if is_right_below else block


def _unwrap(text: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in lines:
        if found and text.count("\n", found[-1][1], start) == 1:
            before = text[text.rfind("\n", 0, found[-1][1]) + 1 : found[-1][1]]
            is_wrapped = len(before.rstrip()) in _WRAP_WIDTHS and not _SENTENCE_END.search(
                before.rstrip()
            )
            if is_wrapped and (text[start].islower() or len(before) > 60):
                found[-1] = (found[-1][0], end)
                continue
        found.append((start, end))
    return found


def _find_label(text: str, start: int, end: int) -> re.Match[str] | None:
    last = min(end, start + 140)
    found = _SPEAKER.match(text, start, last) or _CALLED.match(text, start, last)
    if found is None or len(found["name"].split()) > 8:
        return None
    is_person = _UPPER.match(found["name"]) or all(
        word[:1].isupper() or len(word) < 4 or word in _LABEL_LINKS
        for word in found["name"].split()
    )
    return found if is_person else None


def _build_block(text: str, start: int, end: int, *, is_turn: bool) -> Block:
    stripped_start = start + len(text[start:end]) - len(text[start:end].lstrip())
    stripped_end = start + len(text[start:end].rstrip())
    line = text[stripped_start:stripped_end]
    label = _find_label(text, stripped_start, stripped_end) if is_turn else None
    if label and not _FURNITURE.match(line):
        words_start = (
            label.end()
            + len(text[label.end() : stripped_end])
            - len(text[label.end() : stripped_end].lstrip())
        )
        is_question = bool(_QUESTION.match(label["name"]))
        return Block(words_start, stripped_end, "body", label["name"], is_question, stripped_start)
    dateline = _DATELINE.match(line) or _ENTRY.match(line)
    words_start = stripped_start + (dateline.end() if dateline else 0)
    return Block(words_start, stripped_end, _kind_of(line), line_start=stripped_start)


def _kind_of(line: str) -> BlockKind:
    if _FURNITURE.match(line) or len(line) < 3 or not re.search(r"\w\w", line):
        return "furniture"
    if not _SENTENCE_END.search(line) or (line.endswith("?") and len(line) < 80):
        return "heading" if len(line) < 160 else "body"
    return "body"
