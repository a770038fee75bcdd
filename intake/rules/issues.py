# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Which issues of a negotiation a passage is about, by their keywords and titles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.registry import KnownIssue, Registry
from intake.rules.words import fold_word, split_words, stem_word, word_set

_WEIGHTLESS = word_set(
    "the a an of on in for to and or by with from at as is are be over under its their who what "
    "whether how that this us part one set alone long short key term terms length rise share "
    "question basis total people between after before any all no not draft point points new про на "
    "у в з із до та і й або чи як що за від для"
)
_COMPOUNDS = word_set(
    "plan plans talks deal process agreement efforts conference summit negotiations proposal "
    "treaty envoy round session"
)
"""Behind one of these, peace is no issue of its own: the peace plan."""
_LEAST_ROOT, _LONGEST_ENDING = 6, 4
_ENOUGH = 2.0
_SHARE_OF_BEST = 0.5


@dataclass(frozen=True, slots=True)
class _IssueWords:
    issue: KnownIssue
    keywords: tuple[frozenset[str], ...]
    title: frozenset[str]


class Issues:
    """Finds issues by words: a keyword counts for more than a word of the title."""

    def __init__(self, registry: Registry) -> None:
        self._issues = [
            _IssueWords(
                issue,
                tuple(stems for each in issue.keywords if (stems := _stems(each))),
                _stems(issue.title),
            )
            for issue in registry.issues
        ]

    def find(self, text: str, context: str | None = None) -> list[str]:
        """Return the slugs of the issues of a passage, the likeliest first.

        The issue that was talked about before is the one where the passage names none.
        """
        present = _present_stems(text)
        has_percent = "%" in text
        scores: dict[str, float] = {}
        for each in self._issues:
            score = _score(each, present, has_percent)
            if score and each.issue.slug == context:
                score += 0.5
            if score:
                scores[each.issue.slug] = score
        best = max(scores.values(), default=0.0)
        if best < _ENOUGH:
            return [context] if context and self._points_back(text, context) else []
        order = sorted(scores, key=lambda slug: -scores[slug])
        return [slug for slug in order if scores[slug] >= max(_ENOUGH, best * _SHARE_OF_BEST)]

    def _points_back(self, text: str, slug: str) -> bool:
        """Return whether a passage points to an issue by a word of it: such a chapter."""
        stems = {
            stem
            for each in self._issues
            if each.issue.slug == slug
            for stem in each.title.union(*each.keywords)
        }
        pointed = (stem_word(split_words(found[1])[0].plain) for found in _POINTED.finditer(text))
        return any(each in stems for each in pointed)


_POINTED = re.compile(
    r"\b(?:such(?: an?)?|this|that|the same|цей|цього|цьому|ця|цю|цієї|це|такий|такого|таку|така)\s"
    r"(?:\w+\s)?([^\W\d_]{4,})",
    re.IGNORECASE,
)


def _score(each: _IssueWords, present: frozenset[str], has_percent: bool) -> float:
    score = 0.0
    for stems in each.keywords:
        if stems == frozenset("%"):
            score += 2.0 * has_percent
        elif all(_is_present(stem, present) for stem in stems):
            score += 1.0 + len(stems)
    in_title = sum(_is_present(stem, present) for stem in each.title)
    if len(each.title) <= 1:
        return score + 2.0 * in_title
    return score + in_title


def _is_present(stem: str, present: frozenset[str]) -> bool:
    """Return whether a word stands in a text in any form: territory as territorial."""
    if stem in present:
        return True
    root = stem[: max(_LEAST_ROOT, len(stem) - 2)]
    return len(root) >= _LEAST_ROOT and any(
        word.startswith(root) and len(word) - len(root) <= _LONGEST_ENDING for word in present
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(
        stem_word(word.plain) for word in split_words(text) if word.plain not in _WEIGHTLESS
    ) or frozenset(stem_word(fold_word(word.text)) for word in split_words(text))


def _present_stems(text: str) -> frozenset[str]:
    words = split_words(text)
    found = set()
    for index, word in enumerate(words):
        following = words[index + 1].plain if index + 1 < len(words) else ""
        if word.plain != "peace" or following not in _COMPOUNDS:
            found.add(stem_word(word.plain))
    return frozenset(found)
