# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Who speaks, in which words, and when that was said."""

from __future__ import annotations

import pytest

from intake.registry import Registry
from tests.intake.talks import PEACE, STRIKE, drafts, fields, read

REED, BLAKE = "person:ann-reed", "person:tom-blake"
SAID = [
    ('"No deal," said Ann Reed.', REED),
    ('"No deal," Ann Reed said.', REED),
    ('Ann Reed said: "No deal."', REED),
    ("Reed, who leads the union, told reporters there was no deal yet.", REED),
    ("Ann Reed, of the Dockers' Union, said the company had left early.", REED),
    ("There was no deal yet, Reed said.", REED),
    ("There was, Reed said, no deal in sight.", REED),
    ("According to Reed, there was no deal in sight.", REED),
    ("The company's answer was short: no deal with the dockers.", "party:harbour"),
    ("A spokesman for the company said there was no deal yet.", "party:harbour"),
    ("The company had left early, the union's general secretary said.", REED),
    ("Reporters quoted Blake as saying that the port was open.", BLAKE),
    ("Blake let it be known on Monday that the port was open.", BLAKE),
    ("Blake called the demand “a bad joke”.", BLAKE),
    ("A statement from the union said its members were furious.", "party:dockers"),
    ("The union's letter to members says that the port is unsafe.", "party:dockers"),
    ("“Stay out,” read a message from Reed on Monday.", REED),
    ("“We are not a bank,” was how Reed put it.", REED),
    ("For Reed, the offer is “a joke in poor taste”.", REED),
    ("In Reed's view, the offer is a joke in poor taste.", REED),
    ("Reed was blunt: “It is a joke.”", REED),
    ("The union hit back within the hour, calling Blake “a bully”.", "party:dockers"),
    ("Union leaders said they had not been told.", "party:dockers"),
    ("Harbour said Monday that the ships were ready.", "party:harbour"),
    ("It was Blake who said that the ships were ready.", BLAKE),
    ("According to a letter signed by Blake, the ships are ready.", BLAKE),
    ("The ships were ready, Blake said, according to three diplomats.", BLAKE),
]


@pytest.mark.parametrize(("text", "speaker"), SAID)
def test_the_subject_of_the_verb_speaks(text: str, speaker: str) -> None:
    assert fields(text, "statement-made", "speaker") == [(speaker,)]


UKRAINIAN = [
    ("«Ми не підпишемо», — сказав Умєров.", "person:rustem-umerov", "Ми не підпишемо"),
    ("Умєров заявив, що Україна не підпише цей текст.", "person:rustem-umerov", None),
    ("За словами Пєскова, Москва чекає на відповідь.", "person:dmitry-peskov", None),
    ("Речник Кремля Дмитро Пєсков: «Ми чекаємо на відповідь».", "person:dmitry-peskov",
     "Ми чекаємо на відповідь"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "speaker", "quoted"), UKRAINIAN)
def test_ukrainian_is_read_too(text: str, speaker: str, quoted: str | None) -> None:
    assert fields(text, "statement-made", "speaker", "text", registry=PEACE) == [(speaker, quoted)]


def test_a_pronoun_is_who_spoke_last() -> None:
    text = 'Reed said the union was ready. Blake would call Reed, she said. "We wait," she added.'

    assert {speaker for (speaker,) in fields(text, "statement-made", "speaker")} == {REED}


def test_a_pronoun_behind_a_bystander_is_nobody() -> None:
    text = (
        "Reed said the union was ready.\n\n"
        'A passenger, Jo Park, said she was tired. "Enough," she said.'
    )

    assert fields(text, "statement-made", "speaker") == [(REED,)]


def test_a_quotation_that_the_speaker_splits_is_one_statement() -> None:
    text = '"We came to settle," Reed said. "We still do."'

    assert fields(text, "statement-made", "text") == [("We came to settle … We still do.",)]


def test_a_denial_goes_with_the_words_that_follow_it() -> None:
    text = 'The union called that untrue. "Nobody signed," Reed said.'

    assert fields(text, "statement-made", "speaker", "text") == [(REED, "Nobody signed,"[:-1])]


WHEN = [
    ('"No deal," Reed said on Monday.', "2026-03-09", "on Monday"),
    ("Reed told reporters last week that there was no deal.", "[2026-03-02..2026-03-08]",
     "last week"),
    ("Reed said there was no deal.", None, None),
    ("Reed said that the port would open on Monday.", None, None),
    ("Reed said classes would resume on Monday.", None, None),
    ("Reed said the other day that there was no deal.", "[2026-03-05..2026-03-11]",
     "the other day"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "occurred", "phrase"), WHEN)
def test_the_day_of_the_saying_is_told_or_null(
    text: str, occurred: str | None, phrase: str | None
) -> None:
    assert fields(text, "statement-made", "occurred", "phrase") == [(occurred, phrase)]


def test_the_same_speaker_goes_on_on_the_same_occasion() -> None:
    text = 'Reed said on Monday that there was no deal.\n\n"We wait," she said.'

    assert fields(text, "statement-made", "occurred") == [("2026-03-09",), ("2026-03-09",)]


def test_what_is_said_of_a_recent_event_was_said_since() -> None:
    text = "Reed said that the talks held on Monday were calm."

    assert fields(text, "statement-made", "occurred") == [("[2026-03-09..2026-03-12]",)]


def test_dates_follow_the_day_that_is_given() -> None:
    text = '"No deal," Reed said on Monday.'

    [draft] = drafts(text, "statement-made", STRIKE, "2026-04-02")

    assert draft.event["occurred"] == "2026-03-30"
    assert {"2026-04-06", None} <= {each.value for each in draft.alternatives}


@pytest.mark.parametrize("registry", [PEACE, STRIKE])
def test_without_a_day_nothing_is_counted(registry: Registry) -> None:
    text = '"No deal," Reed and Umerov said on Monday.'

    assert all(each.event["occurred"] is None for each in read(text, registry, None).drafts)
