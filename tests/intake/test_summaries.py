# ruff: noqa: RUF001  # Cyrillic letters are meant
"""The line that says who said what is never torn."""

from __future__ import annotations

import pytest

from intake.registry import Registry
from tests.intake.talks import PEACE, STRIKE, fields

SAID = [
    ("Reed said that the port was unsafe.", "Ann Reed: the port was unsafe."),
    ("Her counterpart, Ann Reed, said the port was unsafe.", "Ann Reed: the port was unsafe."),
    ("The port, Reed said, would be unsafe.", "Ann Reed: The port would be unsafe."),
    (
        "The port would stay shut, Reed told state radio on Monday, until the rest of the cranes "
        "were safe.",
        "Ann Reed: The port would stay shut until the rest of the cranes were safe.",
    ),
    ("The port was unsafe, said Ann Reed, who leads the union.", "Ann Reed: The port was unsafe"),
    (
        "The port was unsafe for all who work in it, according to Ann Reed, who leads the union.",
        "Ann Reed: The port was unsafe for all who work in it",
    ),
    (
        "Reed denied a report in the Post that the port was unsafe.",
        "Ann Reed: Reed denied a report in the Post that the port was unsafe.",
    ),
    (
        "The union rejected the report three hours later.",
        "Dockers' Union: The union rejected the report three hours later.",
    ),
    (
        "Reed said members would discuss whether to go on.",
        "Ann Reed: members would discuss whether to go on.",
    ),
    ("He added, though, that the port was unsafe.", None),
    ("On Monday Reed said that the port was unsafe.", "Ann Reed: On Monday the port was unsafe."),
    ("Reed warned of “an unsafe port”.", "Ann Reed: Reed warned of “an unsafe port”."),
]


@pytest.mark.parametrize(("text", "summary"), SAID)
def test_a_saying_is_summed_up_in_whole_words(text: str, summary: str | None) -> None:
    assert fields(text, "statement-made", "summary") == ([(summary,)] if summary else [])


UKRAINIAN = [
    ("Керівник делегації Рустем Умєров пояснив, що текст ще не готовий.", "текст ще не готовий."),
    ("Текст, зазначив Умєров, ще не готовий.", "Текст ще не готовий."),
    ("За словами Умєрова, текст ще не готовий.", "текст ще не готовий."),
]


@pytest.mark.parametrize(("text", "said"), UKRAINIAN)
def test_ukrainian_sayings_are_summed_up_too(text: str, said: str) -> None:
    assert _summary(text, PEACE) == said


def _summary(text: str, registry: Registry = STRIKE) -> str:
    [(summary,)] = fields(text, "statement-made", "summary", registry=registry)
    return str(summary).partition(": ")[2]
