# Cyrillic letters are meant
"""Read-outs of calls, transcripts with titled labels, and set phrases that they have."""

from __future__ import annotations

import pytest

from intake.registry import Registry
from tests.intake.talks import PEACE, STRIKE, fields, read

REED, BLAKE = "person:ann-reed", "person:tom-blake"
READ_OUT = """Readout of President Zelenskyy's Call with Special Envoy Witkoff

{body}
"""
CALL = "President Zelenskyy spoke today with the Special Envoy of the United States, Steve Witkoff."


def read_out(body: str) -> str:
    return READ_OUT.format(body=body)


def test_a_call_is_a_meeting_by_phone_of_its_day() -> None:
    text = read_out(CALL)

    assert read(text, PEACE).genre == "communique"
    ((occurred, parties),) = fields(
        text, "meeting-held", "occurred", "participants", registry=PEACE
    )
    assert occurred == "2026-03-12"
    assert {each["party"] for each in parties} == {"ukraine", "united-states"}


def test_they_who_spoke_agree_together() -> None:
    text = read_out(f"{CALL} They agreed on security guarantees.")

    assert fields(text, "position-stated", "party", "stance", "attribution", registry=PEACE) == [
        ("ukraine", "accepts", "joint"),
        ("united-states", "accepts", "joint"),
    ]


def test_who_speaks_with_reporters_meets_nobody() -> None:
    assert fields("Reed spoke today with reporters in Hull.", "meeting-held", "place") == []


SAID: list[tuple[str, Registry, str]] = [
    ("Blake conveyed his concern at the strike in Hull.", STRIKE, BLAKE),
    ("Reed expressed deep regret over the closed port.", STRIKE, REED),
    ("Умєров поінформував, що делегація чекає на відповідь.", PEACE, "person:rustem-umerov"),
    ("Водночас Президент заявив, що делегація чекає на відповідь.", PEACE,
     "person:volodymyr-zelensky"),
    ("Глава держави заявив, що делегація чекає на відповідь.", PEACE, "person:volodymyr-zelensky"),
    ("The head of state said the delegation was waiting.", PEACE, "person:volodymyr-zelensky"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "registry", "speaker"), SAID)
def test_the_speaker_of_a_read_out_is_found(text: str, registry: Registry, speaker: str) -> None:
    assert fields(text, "statement-made", "speaker", registry=registry) == [(speaker,)]


STANCES = [
    ("Reed said no member would be sent to night shifts.", "rejects"),
    ("Blake said there's no more money for pay.", "rejects"),
    ("Blake said on night shifts the door is wide open.", "supports"),
    ("Reed said the union can accept night shifts in May, but not before Easter.",
     "accepts-conditionally"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "stance"), STANCES)
def test_a_set_phrase_tells_a_stance(text: str, stance: str) -> None:
    assert fields(text, "position-stated", "stance") == [(stance,)]


@pytest.mark.parametrize(
    "text",
    [
        "“We have never asked for 8% more pay,” Reed said.",
        "Night shifts came up. “We did not want this,” Reed said.",
        "The mayor of Ytre Sula says the shops will be empty within two days.",
    ],
)
def test_no_stance_and_nobody_new_is_read(text: str) -> None:
    types = {each.type for each in read(text).drafts}

    assert types <= {"statement-made"}


BRIEFING = """Transcript: press conference, 12 March 2026

MS. REED: The mediator hosted both delegations here this morning. They will come back on Tuesday.

QUESTION: What about pay?

MS. REED: We want 8% more pay, and we'll meet again on 20 March.

QUESTION: He says you threatened to leave.

MS. REED: It's not correct. Nobody threatened anything.
"""


def test_a_label_with_a_title_is_a_speaker() -> None:
    found = fields(BRIEFING, "statement-made", "speaker", "text")

    assert read(BRIEFING).genre == "transcript"
    assert {speaker for speaker, _ in found} == {REED}
    assert any("Nobody threatened anything" in text for _, text in found)
    assert fields(BRIEFING, "position-stated", "party", "stance") == [("dockers", "demands")]
    assert fields(BRIEFING, "meeting-held", "occurred") == [("2026-03-12",)]
    assert fields(BRIEFING, "meeting-announced", "expected") == [("2026-03-17",), ("2026-03-20",)]


MARKED = """Interview with Ann Reed, 12 March 2026

{q} Will there be a deal this week?

{a} No. We will not accept night shifts, and the company knows that.

{q} What about pay?

{a} We want eight per cent more pay.
"""


@pytest.mark.parametrize(("question", "answer"), [("Q.", "A."), ("Q:", "A:")])
def test_marked_answers_are_of_who_is_interviewed(question: str, answer: str) -> None:
    text = MARKED.format(q=question, a=answer)

    assert {each for (each,) in fields(text, "statement-made", "speaker")} == {REED}
    assert fields(text, "position-stated", "issue", "stance") == [
        ("night-shifts", "rejects"),
        ("pay", "demands"),
    ]


def test_entries_that_begin_with_an_hour_and_its_half_are_of_a_live_blog() -> None:
    text = """Port strike: live updates

2.15pm GMT
Ann Reed has told the BBC: “Night shifts are a red line for us.”

1.40pm GMT
Tom Blake has arrived for the talks.

11.58am GMT
Good morning.
"""

    assert read(text).genre == "live-blog"
    assert fields(text, "statement-made", "speaker", "occurred") == [(REED, "2026-03-12")]


def test_the_two_are_those_who_spoke() -> None:
    text = read_out(f"{CALL} The two agreed to meet in Geneva on 20 March.")
    ((invited,),) = fields(text, "meeting-announced", "invitees", registry=PEACE)

    assert set(invited) == {"party:ukraine", "party:united-states"}


def test_a_read_out_in_ukrainian_is_of_its_day() -> None:
    text = (
        "Відбулася зустріч делегацій України та США\n\n"
        "Українська сторона наголосила на необхідності гарантій безпеки. Американська сторона "
        "підтвердила підтримку гарантій безпеки."
    )

    assert fields(text, "statement-made", "speaker", "occurred", registry=PEACE) == [
        ("party:ukraine", "2026-03-12"),
        ("party:united-states", "2026-03-12"),
    ]


def test_the_minutes_of_a_hearing_are_a_transcript() -> None:
    text = """Committee hearing, 12 March 2026

The CHAIR. Order. We will hear from Ms Reed and Mr Blake.

Ms REED. Thank you, Chair. The union cannot accept night shifts.

Mr BLAKE. We have made an offer of 5% more pay.
"""

    assert read(text).genre == "transcript"
    assert fields(text, "statement-made", "speaker") == [(REED,), (BLAKE,)]
    assert fields(text, "position-stated", "party", "stance") == [
        ("dockers", "rejects"),
        ("harbour", "proposes"),
    ]
