# ruff: noqa: RUF001  # typographic quotation marks are meant
"""Blocks, quotations and sentences of a text."""

from __future__ import annotations

import pytest

from intake.rules.genre import find_genre
from intake.rules.layout import split_blocks
from intake.rules.quotations import find_quotations
from tests.intake.talks import sentences

QUOTED = [
    ('He said "no deal" today.', ["no deal"]),
    ("He said “no deal” today.", ["no deal"]),
    ("Він сказав: «Ні», — і вийшов.", ["Ні"]),
    ("Він сказав: „Ні“ — і вийшов.", ["Ні"]),
    ("He said 'no deal' and left the dockers' hall.", ["no deal"]),
    ("“He told me ‘never’ twice,” she said.", ["He told me ‘never’ twice,"]),
    ("«Він сказав «ніколи» двічі», — каже вона.", ["Він сказав «ніколи» двічі"]),
    ('"One," he said, "and two."', ["One,", "and two."]),
    ('A 5" pipe was laid.', []),
    ("“Never closed, he said.", []),
]


@pytest.mark.parametrize(("text", "words"), QUOTED)
def test_a_quotation_is_found_in_any_usual_marks(text: str, words: list[str]) -> None:
    found = find_quotations(text, split_blocks(text))

    assert [text[each.words_start : each.words_end] for each in found] == words


def test_a_quotation_goes_on_in_the_next_paragraph() -> None:
    text = "“This is the first.\n\n“And this the second,” she said."

    found = find_quotations(text, split_blocks(text))

    assert [each.is_open for each in found] == [True, False]


CUT = [
    ("One. Two.", ["One.", "Two."]),
    ("Mr. Blake left at 5 p.m. on Monday. He did.", ["Mr. Blake left at 5 p.m. on Monday.",
                                                     "He did."]),
    ("The U.S. envoy came. He left.", ["The U.S. envoy came.", "He left."]),
    ('"No. Never. Not now," she said.', ['"No. Never. Not now," she said.']),
    ('She said: "No." He left.', ['She said: "No."', "He left."]),
    ("Це м. Київ. Так.", ["Це м. Київ.", "Так."]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cut"), CUT)
def test_a_quotation_is_not_cut_by_its_sentence(text: str, cut: list[str]) -> None:
    assert [each.text for each in sentences(text)] == cut


def test_places_are_those_of_the_article() -> None:
    text = "Heading\n\n😀 One. Two."

    assert [text[each.start : each.end] for each in sentences(text)] == [
        "Heading",
        "😀 One.",
        "Two.",
    ]


def test_a_line_that_was_wrapped_is_one_paragraph() -> None:
    line = "The company said on Monday that it would not give in to the demand for more"

    assert len(split_blocks(f"{line}\npay at night, whatever came of it.")) == 1


GENRES = [
    ("Talks end\n\nThe talks ended on Monday.", "report"),
    ("Opinion\n\nThe dockers are right.", "opinion"),
    ("MR A: Yes.\n\nMS B: No, never.\n\nMR A: Then we are done.", "transcript"),
    ("Live: talks\n\n09:05 They came.\n\n10:10 They left.\n\n11:00 All over.", "live-blog"),
    ("Ann Reed (@ann)\n\n1/ We met.\n\n2/ We left.", "thread"),
    ("Joint statement of the parties\n\nThe parties agreed.", "communique"),
    ("The opinion of the court was read out. It is long.", "report"),
]


@pytest.mark.parametrize(("text", "genre"), GENRES)
def test_the_genre_is_told_by_head_and_shape(text: str, genre: str) -> None:
    assert find_genre(text, split_blocks(text)) == genre
