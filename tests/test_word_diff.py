"""Two texts compared word by word: nothing is lost, and a person can read what changed."""

from __future__ import annotations

import time
from random import Random

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from projections.texts.word_diff import diff_words

WORDS = [f"w{at}" for at in range(400)]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="ab. \n\u200c\u0301日本नमस्ते", max_size=40),
    st.lists(st.sampled_from(["the", "old", "road", ",", ".", "\n"]), max_size=40).map(" ".join),
)


def marked(old: str, new: str) -> str:
    """Return a redline as text: [deleted], {inserted}."""
    signs = {"equal": "{}", "delete": "[{}]", "insert": "{{{}}}"}
    return "".join(signs[each["op"]].format(each["text"]) for each in diff_words(old, new))


def side(old: str, new: str, omitted: str) -> str:
    return "".join(each["text"] for each in diff_words(old, new) if each["op"] != omitted)


@given(TEXTS, TEXTS)
def test_the_operations_give_both_texts(old: str, new: str) -> None:
    assert (side(old, new, "insert"), side(old, new, "delete")) == (old, new)
    assert all(each["text"] for each in diff_words(old, new))


@given(TEXTS)
def test_a_text_and_itself_are_one_operation(text: str) -> None:
    expected = [{"op": "equal", "text": text}] if text else []

    assert diff_words(text, text) == expected


@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_each_edited_word_costs_at_most_four_operations(random: Random, edits: int) -> None:
    old = random.choices(WORDS, k=random.randint(20, 200))
    new = list(old)
    for _ in range(edits):
        at = random.randrange(len(new))
        match random.randrange(3):
            case 0:
                new[at] = random.choice(WORDS)
            case 1:
                new.insert(at, random.choice(WORDS))
            case _:
                del new[at]

    assert len(diff_words(" ".join(old), " ".join(new))) <= 4 * edits + 1


@pytest.mark.parametrize("seed", range(10))
def test_a_text_that_is_cut_into_pieces_costs_no_more_operations(seed: int) -> None:
    random = Random(seed)  # noqa: S311  # no secret
    old = random.choices(WORDS, k=4000)
    places = random.sample(range(len(old)), 40)
    new = [f"{word}-new" if at in places else word for at, word in enumerate(old)]
    moved = [*new[3000:3400], *new[:3000], *new[3400:]]

    assert len(diff_words(" ".join(old), " ".join(new))) <= 2 * 40 + 41
    assert len(diff_words(" ".join(old), " ".join(moved))) <= 4 * 40 + 5


@example("cafe", "cafe\u0301")  # an accent alone is added
@given(TEXTS, TEXTS)
def test_no_operation_begins_inside_a_grapheme(old: str, new: str) -> None:
    starts = {"insert": _grapheme_starts(old), "delete": _grapheme_starts(new)}
    for omitted, allowed in starts.items():
        at = 0
        for each in diff_words(old, new):
            if each["op"] != omitted:
                assert at in allowed
                at += len(each["text"])


def _grapheme_starts(text: str) -> set[int]:
    return {found.start() for found in regex.finditer(r"\X", text)}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("one two three", "one 2 three", "one [two]{2} three"),
        ("a b c", "a c", "a [b ]c"),
        ("A b. A c.", "A c.", "[A b. ]A c."),
        (
            "We agree. We shall meet. We shall sign.",
            "We agree. We shall meet. We shall talk. We shall sign.",
            "We agree. We shall meet. {We shall talk. }We shall sign.",
        ),
        (
            "no troops in Ukraine.",
            "no troops under its command in Ukraine for the time being.",
            "no troops {under its command }in Ukraine{ for the time being}.",
        ),
        ("at most 600,000.", "at most 800,000.", "at most [600,000]{800,000}."),
        ("Ukraine's own", "Ukrainian’s own", "[Ukraine's]{Ukrainian’s} own"),
        ("one  two", "one two", "one[  ]{ }two"),
        (
            "Ukraine's army will be limited to 600,000 personnel.",
            "The size of the Armed Forces will be 800,000 in peacetime.",
            "[Ukraine's army will be limited to 600,000 personnel]"
            "{The size of the Armed Forces will be 800,000 in peacetime}.",
        ),
        ("می‌روم به خانه", "میروم به خانه", "[می‌روم]{میروم} به خانه"),  # a zero-width non-joiner
        ("हिन्दी किताबें", "हिन्दी किताब", "हिन्दी [किताबें]{किताब}"),
        ("日本語を話す", "日本語を読む", "日本語を[話す]{読む}"),
        ("ราคาน้ำ", "ราคาน้า", "ราคา[น้ำ]{น้า}"),
        ("cafe\u0301 ok", "cafe ok", "[cafe\u0301]{cafe} ok"),
    ],
)
def test_a_change_reads_as_a_person_would_mark_it(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected


@pytest.mark.parametrize("kib", [8, 64])
def test_a_long_text_is_compared_in_a_moment(kib: int) -> None:
    size, random = kib * 1024, Random(7)  # noqa: S311  # no secret
    words = random.choices(WORDS, k=size // 5)
    prose = " ".join(words)[:size]
    edited = " ".join("new" if at % 20 == 0 else word for at, word in enumerate(words))[:size]
    hanzi = "".join(random.choices("和平协议谈判停火", k=size // 3))
    signs = "".join(random.choices(".,;:!?", k=size))
    other_signs = "".join(random.choices(".,;:!?", k=size))
    pairs = [
        (prose, edited),
        (prose, " ".join(reversed(words))),
        (prose, " ".join(f"x{word}" for word in words)),
        ("a " * (size // 2), "a " * (size // 2 - 9) + "b"),
        ("a" * size, "a" * (size - 1) + "b"),
        (hanzi, hanzi[::-1]),
        (signs, other_signs),
    ]
    for old, new in pairs:
        start = time.process_time()
        operations = diff_words(old, new)

        assert time.process_time() - start < 1  # of this thread alone; a tenth on a quiet machine
        assert operations[0]["text"]
