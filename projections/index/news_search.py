"""Searching the news by the full text of the index, from the newest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from heapq import heappop, heappush, merge
from operator import attrgetter

import orjson

from ledger.database import Dialect
from projections.answer_json import Item
from projections.full_text import Term, full_text_query, holds_all
from projections.index.known_blocks import Fetch, KnownBlocks

PAGE = 256
"""Versions that are looked at together."""
REVISED_PAGE = 16
"""Versions that are looked up in the full text one by one."""
FEW = 2000
"""Up to how many versions with the words are looked at wherever they are."""
UNSEARCHED = ("act", "record", "erased")
"""The standings of what a search does not find."""
MAX_SPELLINGS = 64
"""The most words that begin alike and are looked up one by one.

The full text of SQLite reads of whole words only what is asked for, but of words that begin so all
places before it gives the first.
"""


class NewsSearch:
    """Finds the news that may hold some terms."""

    def __init__(self, fetch: Fetch, dialect: Dialect, terms: Sequence[Term]) -> None:
        self.fetch, self.dialect, self.terms = fetch, dialect, terms
        self.blocks, self._is_of_beginnings = KnownBlocks(fetch), False

    @property
    def params(self) -> dict[str, object]:
        """What finds the versions with the words: a query, and those that are not in the full text
        yet."""
        return {"match": self._match, "waiting": _dump(self._waiting)}

    @cached_property
    def _match(self) -> str:
        return full_text_query(self.dialect, self.terms, self._list_spellings)

    def _list_spellings(self, beginning: str) -> list[str] | None:
        """Return the words that begin so; None where they are too many, or need not be listed."""
        if self.dialect == "postgres":
            return None
        spellings, spelling = list[str](), beginning
        while len(spellings) <= MAX_SPELLINGS:
            found = self.fetch("next_spelling", spelling=spelling)
            if not found or not found[0][0].startswith(beginning):
                return spellings
            spellings.append(found[0][0])
            spelling = found[0][0] + "\x01"  # less than any letter or digit
        self._is_of_beginnings = True
        return None

    @cached_property
    def _waiting(self) -> list[int]:
        waiting = self.fetch("waiting_words") if self.dialect == "sqlite" else ()
        return [id for id, text in waiting if holds_all(text, self.terms)]

    def read_newest(self) -> Iterator[Item]:
        """Yield the news by seq, the last first.

        Versions are read by their numbers, the last first. These rise with seq but for what acts
        revised, which has to wait until all that follows is older.
        """
        rows = self.fetch("some_with_words", match=self._match, limit=FEW)
        if len(rows) < FEW:
            versions = sorted((version for (version,) in rows), reverse=True)
            return self._read_versions([versions[:PAGE], versions[PAGE:]])
        if self._is_of_beginnings:  # which the full text of SQLite reads whole for each look
            return self._read_versions(self._find_versions(self.blocks.list_ranges(revised=True)))
        told = self._read_versions(self._find_versions(self.blocks.list_ranges(revised=False)))
        return merge(told, self._read_revised(), key=attrgetter("seq"), reverse=True)

    def _read_versions(self, pages: Iterable[Sequence[int]]) -> Iterator[Item]:
        """Yield the news among versions, given by their numbers, by seq; either the last first."""
        held = list[tuple[int, Item]]()
        for item in self._read_items(self._waiting):
            heappush(held, (-item.seq, item))
        for versions in filter(None, pages):
            for item in self._read_items(versions):
                heappush(held, (-item.seq, item))
            ((reached,),) = self.fetch("opened_at", version=versions[-1])
            while held and -held[0][0] >= reached:
                yield heappop(held)[1]
        while held:
            yield heappop(held)[1]

    def _read_revised(self) -> Iterator[Item]:
        """Yield the news that acts made with the words, of other blocks, by seq, the last first."""
        revised = [each for each in self.blocks.revised if each[1].standing not in UNSEARCHED]
        for start in range(0, len(revised), REVISED_PAGE):
            page = revised[start : start + REVISED_PAGE]
            versions = _dump([version for version, _ in page])
            rows = self.fetch("words_of_some", match=self._match, versions=versions)
            found = {version for (version,) in rows}
            yield from (item for version, item in page if version in found)

    def _read_items(self, versions: Sequence[int]) -> Iterator[Item]:
        if versions:
            yield from map(Item._make, self.fetch("news_of_versions", versions=_dump(versions)))

    def _find_versions(self, ranges: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
        """Yield the numbers of the versions with the words in some ranges, the last first, page by
        page."""
        for lowest, highest in ranges:
            while highest >= lowest:
                found = self.fetch(
                    "versions_with_words",
                    match=self._match,
                    lowest=lowest,
                    highest=highest,
                    limit=PAGE,
                )
                versions = [version for (version,) in found]
                if versions:
                    yield versions
                if len(versions) < PAGE:
                    break
                highest = versions[-1] - 1


def _dump(values: Sequence[int]) -> str:
    return orjson.dumps(values).decode()
