"""Who is he and who is she, as far as an article says so."""

from __future__ import annotations

import pytest

from tests.intake.act_worlds import acts_in

SAID = [
    ("Ms Quill spoke first. Nora Quill met Mr Haas. “Pay must rise,” she said.",
     ["person:nora-quill"]),
    ("Nora Quill, a union spokeswoman, wants more pay. “No more pay,” he said.", []),
    ("Mr Haas was there. Ms Quill said pay must rise. “There is no more pay,” he said.",
     ["person:nora-quill", "person:piet-haas"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "speakers"), SAID)
def test_a_pronoun_means_nobody_of_whom_the_article_says_the_other(
    text: str, speakers: list[str]
) -> None:
    found = acts_in("labour", text, "statement-made")

    assert [each["speaker"] for each in found] == speakers
