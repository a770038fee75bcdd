# ruff: noqa: RUF001  # Cyrillic letters are meant
"""What kind of article a text is, told by its first lines and its shape."""

from __future__ import annotations

import re

from intake.draft import Genre
from intake.rules.layout import Block, is_transcript

_HEAD_CHARS = 600
_LONGEST_HEADER = 120
_OPINION = re.compile(
    r"^\W*(?:(?:the )?(?:labrador )?opinion|op-?ed|editorial|commentary|comment|leader|leading "
    r"article|"
    r"our view|guest (?:essay|column)|letters? to the editor|column|viewpoint|perspective|"
    r"думка|колонка|блог|редакційна стаття|погляд)\b|\|\s*(?:opinion|editorial|comment)\s*$|"
    r"\b(?:opinion|думка)\s*[|:]|[|]\s*думка\b|"
    r"the views expressed|the author'?s? (?:own|views)|the writer is\b",
    re.IGNORECASE | re.MULTILINE,
)
_COMMUNIQUE = re.compile(
    r"\b(?:joint (?:statement|communiqu[eé]|declaration|press statement)|communiqu[eé]|"
    r"final declaration|press release|for immediate release|chair(?:man|woman|person)?['’]?s? "
    r"(?:statement|summary|conclusions)|outcome (?:document|statement)|"
    r"ministerial (?:statement|declaration)|agreed minutes|"
    r"спільна заява|спільне комюніке|комюніке|прес-реліз|заява за підсумками)\b",
    re.IGNORECASE,
)
_READ_OUT = re.compile(
    r"^\W*(?:read-?out of|(?:the )?(?:president|prime minister|minister|secretary\w*|chancellor)?"
    r"[^.\n]{0,40}?\b(?:(?:tele)?phone (?:call|conversation)s? (?:with|between)|"
    r"(?:had|held) (?:a )?(?:tele)?phone (?:call|conversation))|"
    r"(?:meeting|conversation|call|talks) (?:with|between) [A-ZÀ-Þ]|"
    r"[^.\n]{0,80}?\b(?:call|meeting|conversation|talks) with\b[^.\n]{0,40}?\b(?:president|"
    r"minister|secretary|chancellor|envoy|leader)\b|"
    r"відбу\w+ (?:телефонн\w+ )?(?:зустріч|розмова|перемовини|переговори)\b|"
    r"телефонна розмова (?:з|із|між)|зустріч (?:з|із) [А-ЯІЇЄҐ]|про (?:телефонну розмову|"
    r"зустріч)\b|[^.\n]{0,60}?\bпров(?:ів|ела|ели) (?:телефонну )?(?:розмову|зустріч|переговори) "
    r"(?:з|із|зі)\b)",
    re.IGNORECASE,
)
"""The title by which an office tells of a call or a meeting of its own, in its own words."""
_LIVE = re.compile(
    r"\b(?:live (?:blog|updates?|coverage|reporting)|as it happened|live:|минуле за хвилинами|"
    r"онлайн|наживо|хроніка|текстова трансляція)", re.IGNORECASE
)  # fmt: skip
ENTRY = re.compile(
    r"(?:(?:\d{1,2} ?(?:h|hrs?|m|mins?|hours?|minutes?) ago|[Pp]osted at|[Aa]t)\s+)?"
    r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?=[AaPp]\.?[Mm]|\b)(?:\s?(?:[AaPp]\.?[Mm]\.?|[A-Z]{2,5}\b))?"
)
"""The time of day that an entry of a live blog begins with."""
_POST = re.compile(r"\s*(?:\d{1,2}/(?:\d{1,2}|n)?(?=\s)|\d{1,2}/$|🧵)")
_HANDLE = re.compile(r"@\w{2,30}")


_LEAST_ACCOUNTS = 2
_POST_HEADER = re.compile(
    r"[^@\n]{0,70}?\s*@\w{2,30}(?:\W*(?:(?:replying|in reply|у відповідь) (?:to )?@\w+|[·|•].*|"
    r"\(?verified\)?|official(?: account)?)?\W*)",
    re.IGNORECASE,
)


def is_post_header(line: str) -> bool:
    """Return whether a line names an account: Ann Reed @annreed."""
    return len(line) < _LONGEST_HEADER and _POST_HEADER.fullmatch(line.strip()) is not None


def find_genre(text: str, blocks: list[Block]) -> Genre:
    """Return the genre of an article; a report where nothing tells another."""
    head = text[:_HEAD_CHARS]
    labelled = [block.label is not None for block in blocks]
    if is_transcript(labelled) or any(block.continues for block in blocks):
        return "transcript"
    heading = "\n".join(
        text[block.start : block.end] for block in blocks[:6] if block.kind != "body"
    )
    if _OPINION.search(heading) or (
        _OPINION.search(text[-_HEAD_CHARS:]) and "views" in text[-_HEAD_CHARS:]
    ):
        return "opinion"
    headers = sum(1 for block in blocks if is_post_header(text[block.line_start : block.end]))
    if headers >= _LEAST_ACCOUNTS:
        return "thread"
    entries = sum(1 for block in blocks if ENTRY.match(text, block.line_start, block.end))
    if entries >= 3 or (entries >= 2 and _LIVE.search(head)):
        return "live-blog"
    posts = sum(1 for block in blocks if _POST.match(text, block.line_start, block.end))
    if posts >= 2 or (posts and _HANDLE.search(head)):
        return "thread"
    if _COMMUNIQUE.search(heading) or _READ_OUT.match(text, *_title_of(blocks)):
        return "communique"
    return "report"


def _title_of(blocks: list[Block]) -> tuple[int, int]:
    """Return where the title stands: the first block, where that is a heading."""
    if not blocks or blocks[0].kind != "heading":
        return 0, 0
    return blocks[0].line_start, blocks[0].end
