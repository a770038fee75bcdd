"""Interviews without labels, and live blogs over several days."""

from __future__ import annotations

from tests.intake.act_worlds import acts_in, read_in

INTERVIEW = """“We could live with six”

An interview with Nora Quill, who leads the Dockers' Union.

Ms Quill, the fourth round ended in Cork on Tuesday without a deal.
It did. We want more pay, and Portline knows what we want.

Portline says there is no money for wages.
They accept that pay must rise. They have told us so.

Would you take six per cent on wages?
We could live with six per cent if night shifts stay voluntary.

And if not?
Then I shall see more of my garden.

We spoke with Nora Quill on Wednesday.
"""
BLOG = """Doha talks live

Wednesday 11 March 2026

17:05 "Not there yet"
Ada Lund says Northland will not accept a withdrawal by May.

14:20 On to tomorrow
Omar Said says he waits for an answer on the prisoners.

Tuesday 10 March 2026

11:30 Said arrives
Omar Said tells reporters that Southland will not free prisoners today.
"""


def test_each_answer_is_said_by_the_one_who_is_asked_on_the_day_of_the_talk() -> None:
    drafts = [dict(each.event) for each in read_in("labour", INTERVIEW).drafts]
    said = [each for each in drafts if each["type"] == "statement-made"]

    assert {each["speaker"] for each in said} == {"person:nora-quill"}
    assert {each["occurred"] for each in said} == {"2026-03-11"}
    assert len(said) == 3


def test_questions_tell_of_meetings_and_of_whom_they_ask_about() -> None:
    held = acts_in("labour", INTERVIEW, "meeting-held")
    stances = [
        (each["party"], each["stance"], each["attribution"])
        for each in acts_in("labour", INTERVIEW, "position-stated")
    ]

    assert [each["occurred"] for each in held] == ["2026-03-10"]
    assert ("portline", "accepts", "third-party") in stances
    assert ("dockers-union", "accepts-conditionally", "self") in stances


def test_a_report_that_asks_a_question_is_no_interview() -> None:
    text = "What now? Nora Quill said on Tuesday that the union wanted more pay.\n\nWho pays?"

    assert read_in("labour", text).genre == "report"
    assert [each["occurred"] for each in acts_in("labour", text, "statement-made")] == [
        "2026-03-10"
    ]


def test_entries_of_a_live_blog_are_of_the_day_above_them() -> None:
    found = acts_in("truce", BLOG, "statement-made")

    assert [(each["speaker"], each["occurred"]) for each in found] == [
        ("person:ada-lund", "2026-03-11"),
        ("person:omar-said", "2026-03-11"),
        ("person:omar-said", "2026-03-10"),
    ]


def test_the_title_of_an_entry_is_not_said() -> None:
    found = acts_in("truce", BLOG, "statement-made")

    assert not any("Not there yet" in str(each) for each in found)
