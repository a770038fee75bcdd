# ruff: noqa: RUF001  # Cyrillic letters are meant
"""When something was said, apart from when what it tells of was."""

from __future__ import annotations

import pytest

from tests.intake.talks import PEACE, fields

TIMES = [
    ("Reed said on Monday that the talks of 5 March were calm.", "2026-03-09"),
    ("Reed said on Tuesday the 5 March talks were calm.", "2026-03-10"),
    ("The port would not open before Friday, Reed said on Monday.", "2026-03-09"),
    ("Reed told a crowd in Dover on Monday that the port was unsafe.", "2026-03-09"),
    ('"Enough," she said. "We wait," said Reed at Monday\'s rally.', "2026-03-09"),
    ("Reed said last night that the port was unsafe.", "2026-03-11"),
    ("Reed confirmed that the cranes would not move before the spring of 2028.", None),
    ("Reed was ill. She added that the vote of 3 May was near.", None),
]


@pytest.mark.parametrize(("text", "occurred"), TIMES)
def test_a_saying_is_of_its_own_day(text: str, occurred: str | None) -> None:
    assert fields(text, "statement-made", "occurred")[-1:] == [(occurred,)]


UKRAINIAN = [
    ("Умєров заявив у понеділок, що зустріч 5 березня була спокійною.", "2026-03-09"),
    ("«Ми чекаємо, – сказав Умєров у вівторок. – І чекати будемо».", "2026-03-10"),
    ("Про це Умєров розповів учора ввечері: «Ми чекаємо на відповідь».", "2026-03-11"),
]


@pytest.mark.parametrize(("text", "occurred"), UKRAINIAN)
def test_ukrainian_sayings_are_of_their_own_day(text: str, occurred: str) -> None:
    assert fields(text, "statement-made", "occurred", registry=PEACE) == [(occurred,)]


WORDS = [
    ("«Ми не підпишемо, – сказав Умєров. – Але ми чекаємо».", "Ми не підпишемо … Але ми чекаємо"),
    ("За словами Умєрова, текст не готовий. За його словами, він чекає.", None),
    ("«Ми чекаємо на відповідь», – йдеться в заяві Рустема Умєрова.", "Ми чекаємо на відповідь"),
]


@pytest.mark.parametrize(("text", "quoted"), WORDS)
def test_ukrainian_orders_of_attribution_are_read(text: str, quoted: str | None) -> None:
    found = fields(text, "statement-made", "speaker", "text", registry=PEACE)

    assert found == [("person:rustem-umerov", quoted)]
