# Cyrillic letters are meant
"""The posts of a thread, or of a page that quotes posts: whose each is, and of which day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from intake.rules.day_lines import read_day_line
from intake.rules.genre import is_post_header
from intake.rules.sentences import Sentence
from intake.rules.story import Story

_HEADER = re.compile(r"(?P<name>[^@\n]{0,70}?)\s*@(?P<handle>\w{2,30})\b(?P<rest>[^\n]{0,80})")
_REPLY = re.compile(r"\breply|відповідь", re.IGNORECASE)
_REPOSTED = re.compile(r".{0,60}\b(?:reposted|retweeted|поширив|поширила)\b\W*", re.IGNORECASE)
_PARODY = re.compile(r"\b(?:parody|fan account|unofficial|satire|пародія)\b", re.IGNORECASE)
NUMBERED = re.compile(r"\s*(?:\d{1,2}/(?:\d{1,2}|n)?(?=\s)|\d{1,2}/$|🧵)")
"""What a post of a numbered thread begins with."""
_AROUND_NAME = " \t([,:·|—–-"
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class Post:
    """A post: its blocks, who posted it (None where that is nobody of the negotiation), its day,
    and whether it answers another."""

    blocks: tuple[int, ...]
    actor: str | None
    day: date | None
    is_reply: bool = False


class PostReader:
    """Splits an article into posts, and what it tells of them in its own words.

    Above the text of a post stand its account, its day or time, or both; lines are put together
    that no blank line parts.
    """

    def __init__(self, story: Story, author: str | None) -> None:
        self._story = story
        self._author = author
        self._day = story.calendar.anchor
        self._is_reply = False
        self._awaits_text = self._is_parody = False
        self._known_accounts: dict[str, str | None] = {}
        self._lines = [story.text[each.line_start : each.end] for each in story.blocks]
        days = [read_day_line(line, story.calendar.zone) for line in self._lines]
        self._days = days
        self._has_times = sum(1 for each in days if each is not None) > 1
        self.posts: list[Post] = []
        self.own_blocks: set[int] = set()

    @property
    def is_of_one_reporter(self) -> bool:
        """Whether one account alone posts, of somebody who tells of others."""
        return self._author is None and len(self._known_accounts) == 1 and not self._is_parody

    def read(self) -> None:
        groups = list(self._groups())
        is_thread = bool(groups) and any(self._is_head(index) for index in groups[0])
        for group in groups:
            self._read_group(group, is_thread=is_thread)

    def _groups(self) -> Iterator[list[int]]:
        group: list[int] = []
        blocks = self._story.blocks
        for index, block in enumerate(blocks):
            between = self._story.text[blocks[index - 1].end : block.line_start] if group else ""
            if _BLANK_LINE.search(between):
                yield group
                group = []
            group.append(index)
        if group:
            yield group

    def _is_head(self, index: int) -> bool:
        return self._days[index] is not None or is_post_header(self._lines[index])

    def _read_group(self, group: list[int], *, is_thread: bool) -> None:
        is_named = is_dated = False
        texts: list[int] = []
        above = ""
        for index in group:
            line, day = self._lines[index], self._days[index]
            if day is not None:
                self._day, is_dated = day.day or self._day, True
                texts = [] if is_named else texts  # what stood between was about the account
            elif is_post_header(line):
                self._read_header(line, above)
                is_named, texts = True, []
            elif _REPOSTED.fullmatch(line) or (not texts and _PARODY.search(line)):
                self._author, self._is_parody = None, True
            elif self._story.blocks[index].kind != "furniture":
                texts.append(index)
            above = line
        if not (is_named or is_dated or self._awaits_text or self._begins_post(texts)):
            self._take_rest(texts, is_thread=is_thread)
        elif not texts or (is_named and not is_dated and self._has_times and not self._awaits_text):
            self._awaits_text = True
        else:
            self._awaits_text = False
            self.posts.append(Post(tuple(texts), self._author, self._day, self._is_reply))
            self._is_reply = False

    def _begins_post(self, texts: list[int]) -> bool:
        return bool(texts) and NUMBERED.match(self._lines[texts[0]]) is not None

    def _take_rest(self, texts: list[int], *, is_thread: bool) -> None:
        """Take a paragraph without a head: of the post before in a thread, else of the article."""
        if is_thread and self.posts:
            last = self.posts[-1]
            blocks = (*last.blocks, *texts)
            self.posts[-1] = Post(blocks, last.actor, last.day, last.is_reply)
        else:
            self.own_blocks |= set(texts)

    def _read_header(self, line: str, above: str) -> None:
        found = _HEADER.fullmatch(line.strip())
        if found is not None:
            name = found["name"].strip(_AROUND_NAME) or above.strip()
            self._author = self._account(found["handle"].casefold(), name)
            self._is_reply = _REPLY.search(found["rest"]) is not None
            day = read_day_line(found["rest"].strip(_AROUND_NAME), self._story.calendar.zone)
            self._day = (day.day if day else None) or self._day

    def _account(self, handle: str, name: str) -> str | None:
        """Return whose account it is: by its handle, else by a name that is all beside it."""
        registry = self._story.registry
        for kind, known in (("person", registry.persons), ("party", registry.parties)):
            for each in known:
                handles = [word.strip("@").casefold() for word in each.names.values()]
                if handle in handles:
                    return f"{kind}:{each.slug}"
        if handle in self._known_accounts:
            return self._known_accounts[handle]
        mentions = self._story.cast.find_mentions(Sentence(name, 0, len(name), 0))
        whole = [each for each in mentions if each.end - each.start >= len(name) - 1]
        self._known_accounts[handle] = whole[0].actor if whole else None
        return self._known_accounts[handle]
