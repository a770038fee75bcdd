"""Two texts compared word by word, as a person reads a change and not as a machine finds one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice, pairwise, takewhile
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from projections.texts.long_texts import cut_long_texts
from projections.words import split_tokens

MAX_COMPARED_PAIRS = 2**28
"""Pairs of words up to which two pieces are aligned, some 20 ms; longer ones are replaced whole."""
MAX_STRAY_CHARS = 20
"""A longer text that both sides have is never taken into the changes around it."""
MAX_SLIDE = 60
"""Words by which a change moves to a better boundary."""
SENTENCE_ENDS = frozenset(".!?…。！？؟।")  # noqa: RUF001  # of Chinese and Arabic too
CLAUSE_ENDS = frozenset(",;:、，；：،؛")  # noqa: RUF001  # of Chinese and Arabic too
WordOperation = dict[str, str]
"""What became of a run of words: ``op`` is equal, insert or delete, ``text`` is the run."""


@dataclass
class Hunk:
    """A run of tokens that both texts have, and the change that follows it."""

    common: list[str]
    deleted: list[str]
    inserted: list[str]


def diff_words(old: str, new: str) -> list[WordOperation]:
    """Return word-level operations: equal, insert, delete; replaced words are both.

    Words in common are as many as can be (a longest common subsequence), less a few
    between two replacements that are both longer. There are at most four operations and one more
    for each word that was edited.
    """
    hunks = _slide_changes(_align_tokens(split_tokens(old), split_tokens(new)))
    return [
        {"op": op, "text": "".join(tokens)}
        for hunk in _absorb_strays(hunks)
        for op, tokens in (
            ("equal", hunk.common),
            ("delete", hunk.deleted),
            ("insert", hunk.inserted),
        )
        if tokens
    ]


def _align_tokens(old: list[str], new: list[str]) -> list[Hunk]:
    """Return the hunks of two texts; their last has no change where both end alike.

    Blanks are compared only beside words that were aligned, so they hold no change together.
    """
    old_places, new_places = _word_places(old), _word_places(new)
    hunks: list[Hunk] = []
    old_end = new_end = 0
    for run in _aligned_runs([old[at] for at in old_places], [new[at] for at in new_places]):
        old_run = old_places[run.old : run.old + run.size]
        new_run = new_places[run.new : run.new + run.size]
        common = old[old_run[0] : old_run[-1] + 1]
        pieces = [(old_run[0], new_run[0], common)]
        if common != new[new_run[0] : new_run[-1] + 1]:  # Some blank in it differs.
            pieces = [(o, n, [old[o]]) for o, n in zip(old_run, new_run, strict=True)]
        for old_place, new_place, tokens in pieces:
            _add_gap(hunks, old[old_end:old_place], new[new_end:new_place])
            _add_common(hunks, tokens)
            old_end, new_end = old_place + len(tokens), new_place + len(tokens)
    _add_gap(hunks, old[old_end:], new[new_end:])
    return hunks


def _word_places(tokens: Sequence[str]) -> list[int]:
    return [at for at, token in enumerate(tokens) if not token.isspace()]


class Run(NamedTuple):
    """Words that are equal in two texts: where they begin in each, and how many they are."""

    old: int
    new: int
    size: int


def _aligned_runs(old: list[str], new: list[str]) -> Iterator[Run]:
    """Yield the runs of a longest common subsequence; of a long text, piece by piece."""
    start = sum(1 for _ in takewhile(_is_same, zip(old, new, strict=False)))
    ends = zip(reversed(old[start:]), reversed(new[start:]), strict=False)
    end = sum(1 for _ in takewhile(_is_same, ends))
    old_end, new_end = len(old) - end, len(new) - end
    if start:
        yield Run(0, 0, start)
    cuts = cut_long_texts(old[start:old_end], new[start:new_end])
    for (old_from, new_from), (old_to, new_to) in pairwise(cuts):
        piece = old[start + old_from : start + old_to], new[start + new_from : start + new_to]
        for run in _common_runs(*piece):
            yield Run(start + old_from + run.old, start + new_from + run.new, run.size)
    if end:
        yield Run(old_end, new_end, end)


def _common_runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    if len(old) * len(new) > MAX_COMPARED_PAIRS:
        return
    signs: dict[str, str] = {}
    for block in LCSseq.opcodes(_encode_words(old, signs), _encode_words(new, signs)):
        if block.tag == "equal":
            yield Run(block.src_start, block.dest_start, block.src_end - block.src_start)


def _is_same(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _encode_words(words: Iterable[str], signs: dict[str, str]) -> str:
    """Return words as one character each, which is compared much faster than a list of words."""
    return "".join(signs.setdefault(word, chr(len(signs))) for word in words)


def _add_common(hunks: list[Hunk], tokens: list[str]) -> None:
    if not hunks or hunks[-1].deleted or hunks[-1].inserted:
        hunks.append(Hunk([], [], []))
    hunks[-1].common += tokens


def _add_gap(hunks: list[Hunk], old: list[str], new: list[str]) -> None:
    """Add what stands between two aligned words; a blank at either end may be in common."""
    if old == new:
        if old:
            _add_common(hunks, old)
        return
    before = old[:1] if old[:1] == new[:1] else []
    old, new = old[len(before) :], new[len(before) :]
    after = old[-1:] if old[-1:] == new[-1:] else []
    old, new = old[: len(old) - len(after)], new[: len(new) - len(after)]
    if before or not hunks or hunks[-1].deleted or hunks[-1].inserted:
        _add_common(hunks, before)
    hunks[-1].deleted, hunks[-1].inserted = old, new
    if after:
        _add_common(hunks, after)


def _slide_changes(hunks: list[Hunk]) -> list[Hunk]:
    """Move each pure insertion or deletion to where a sentence or clause begins, if it may."""
    for hunk, following in pairwise(hunks):
        if not (hunk.deleted and hunk.inserted):
            _slide_change(hunk.common, hunk.deleted or hunk.inserted, following.common)
    return hunks


def _slide_change(before: list[str], change: list[str], after: list[str]) -> None:
    """Move a change back over what it ends with, or on over what it begins with."""
    back = _shared_length(reversed(before), change[::-1])
    on = _shared_length(after, change)
    if not (back or on):
        return
    first, size = len(before) - back, len(change)
    run = before[first:] + change + after[:on]
    tokens = before[max(first - 2, 0) : first] + run
    offset = len(tokens) - len(run)

    def rank_place(at: int) -> tuple[int, int]:
        start = offset + at
        ranks = (_rank_cut(tokens[max(cut - 2, 0) : cut]) for cut in (start, start + size))
        return sum(ranks), -abs(at - back)

    best = max(range(back + on + 1), key=rank_place)
    before[first:] = run[:best]
    change[:] = run[best : best + size]
    after[:on] = run[best + size :]


def _shared_length(tokens: Iterable[str], change: Sequence[str]) -> int:
    pairs = islice(zip(tokens, cycle(change), strict=False), MAX_SLIDE)
    return sum(1 for _ in takewhile(_is_same, pairs))


def _rank_cut(before: Sequence[str]) -> int:
    """Return how well a cut after these tokens reads."""
    if not before or "\n" in before[-1]:
        return 6
    is_blank = before[-1].isspace()
    word = before[0] if is_blank else before[-1]
    if word[-1] in SENTENCE_ENDS:
        return 5 if is_blank else 3
    if word[-1] in CLAUSE_ENDS:
        return 4 if is_blank else 2
    return int(is_blank)


def _absorb_strays(hunks: Iterable[Hunk]) -> list[Hunk]:
    """Take a few words between two replacements that are longer into both of them."""
    kept: list[Hunk] = []
    sizes: list[int] = []
    for hunk in hunks:
        kept.append(hunk)
        sizes.append(_change_size(hunk))
        while len(kept) > 1 and _is_stray(kept[-1].common, *sizes[-2:]):
            stray, size = kept.pop(), sizes.pop()
            sizes[-1] += _text_length(stray.common) + size
            kept[-1].deleted += stray.common + stray.deleted
            kept[-1].inserted += stray.common + stray.inserted
    return kept


def _change_size(hunk: Hunk) -> int:
    """Return the characters of the longer side of a replacement; other changes have none."""
    sides = _text_length(hunk.deleted), _text_length(hunk.inserted)
    return max(sides) if all(sides) else 0


def _is_stray(common: list[str], before: int, after: int) -> bool:
    smaller = min(before, after)
    return smaller > 0 and _text_length(common) <= min(smaller, MAX_STRAY_CHARS)


def _text_length(tokens: Iterable[str]) -> int:
    return sum(len(token) for token in tokens if not token.isspace())
