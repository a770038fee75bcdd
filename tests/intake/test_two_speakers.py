# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Two who speak in one sentence, stances without a verb of their own, and quotations of nobody."""

from __future__ import annotations

import pytest

from intake.registry import Registry
from tests.intake.talks import PEACE, STRIKE, fields, read

REED, BLAKE = "person:ann-reed", "person:tom-blake"
UMEROV, PESKOV = "person:rustem-umerov", "person:dmitry-peskov"
TWO: list[tuple[str, Registry, list[str]]] = [
    ("“There is no way out,” Reed said, while Blake said: “We are close.”", STRIKE, [REED, BLAKE]),
    ("Reed said there was no deal yet, and Blake said the port was open.", STRIKE, [REED, BLAKE]),
    ("Reed said there was no deal; Blake replied that the port was open.", STRIKE, [REED, BLAKE]),
    ("Умєров заявив, що Київ чекає на відповідь, а Пєсков сказав, що Москва не має такої.", PEACE,
     [UMEROV, PESKOV]),
    ("Reed said that Blake had told her that the port was open.", STRIKE, [REED]),
    ("Reed said the port was shut and that Blake had said so himself.", STRIKE, [REED]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "registry", "speakers"), TWO)
def test_each_of_two_who_speak_has_a_draft(
    text: str, registry: Registry, speakers: list[str]
) -> None:
    found = fields(text, "statement-made", "speaker", registry=registry)

    assert [speaker for (speaker,) in found] == speakers


LIKEWISE = [
    ("The talks turned on land. Kyiv rejected it, Moscow too.", None),
    ("Ukraine rejected the loss of land, and so did Russia.", None),
    ("Ukraine rejected the loss of land, as did Russia.", None),
    ("Ukraine rejected the loss of land on Monday; Russia did the same on Tuesday.", "2026-03-10"),
    ("Ukraine rejects the loss of land. Russia likewise.", None),
    ("Україна відкинула територіальні поступки, Росія теж.", None),
]


@pytest.mark.parametrize(("text", "occurred"), LIKEWISE)
def test_what_is_told_of_one_too_is_told_of_both(text: str, occurred: str | None) -> None:
    found = fields(text, "position-stated", "party", "stance", "attribution", registry=PEACE)
    days = fields(text, "position-stated", "party", "occurred", registry=PEACE)

    assert found == [("ukraine", "rejects", "self"), ("russia", "rejects", "self")]
    assert dict(days)["russia"] == occurred


def test_what_another_says_of_one_too_is_third_party() -> None:
    text = "Umerov said Ukraine rejects the loss of land, as does the United States."

    assert fields(
        text, "position-stated", "party", "attribution", "attributed_by", registry=PEACE
    ) == [("ukraine", "delegate", None), ("united-states", "third-party", UMEROV)]


@pytest.mark.parametrize(
    "below",
    [
        "\nRustem Umerov, head of the Ukrainian delegation",
        "\n\n— Rustem Umerov",
        " — Rustem Umerov, head of the Ukrainian delegation.",
    ],
)
def test_a_name_below_a_quotation_is_who_says_it(below: str) -> None:
    text = f"It rained.\n\n“We will never accept the loss of land.”{below}\n\nIt rained on."

    assert fields(text, "statement-made", "speaker", "text", registry=PEACE) == [
        (UMEROV, "We will never accept the loss of land.")
    ]
    assert fields(text, "position-stated", "party", "stance", registry=PEACE) == [
        ("ukraine", "red-line")
    ]


def test_what_nobody_says_in_the_first_person_is_held_back() -> None:
    reading = read("Ann Reed\nGeneral secretary\n\nThe deal is bad and we reject the offer on pay.")

    assert reading.drafts == ()
    assert [each.reason for each in reading.held_back] == [
        "It is said here in the first person, and nobody is named who says it."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The talks went on.\n\n“We will never accept the loss of land.”\n\nIt rained.",
        "Peskov came to Geneva. “We will never accept the loss of land.” He left.",
        "A banner hung there: “We will never accept the loss of land.”",
    ],
)
def test_a_quotation_of_which_nobody_is_told_to_say_it_is_held_back(text: str) -> None:
    reading = read(text, PEACE)

    assert reading.drafts == ()
    assert [each.reason for each in reading.held_back] == [
        "It is quoted here, and nobody is named who says it."
    ]
