# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Meetings as they are told in several fields: held, ended, to come, moved and called off."""

from __future__ import annotations

import pytest

from domain.model import Json
from tests.intake import talks
from tests.intake.act_worlds import acts_in
from tests.intake.talks import PEACE

HELD, ENDED, AHEAD = "meeting-held", "meeting-concluded", "meeting-announced"
MOVED, OFF = "meeting-rescheduled", "meeting-cancelled"
TOLD = [
    (
        "labour",
        "The fourth round was held in Cork on Wednesday.",
        [{"type": HELD, "meeting": "round-4", "occurred": "2026-03-11", "place": "Cork"}],
    ),
    (
        "labour",
        "Talks between the union and Portline ended on Tuesday without agreement.",
        [{"type": HELD, "occurred": "2026-03-10"}, {"type": ENDED, "outcome": "no-result"}],
    ),
    (
        "labour",
        "The fourth round ended on Wednesday without a wage figure.",
        [{"type": HELD, "meeting": "round-4"}, {"type": ENDED, "outcome": "no-result"}],
    ),
    (
        "labour",
        "The fourth round of talks, due on Monday, has been postponed until 23 March.",
        [{"type": MOVED, "meeting": "round-4", "expected": "2026-03-23"}],
    ),
    (
        "labour",
        "The fourth round, which was to be held on Monday, is now set for Thursday.",
        [{"type": MOVED, "meeting": "round-4", "expected": "2026-03-19"}],
    ),
    (
        "labour",
        "Postponement of the fourth round to 20 March was agreed on Wednesday.",
        [{"type": MOVED, "meeting": "round-4", "expected": "2026-03-20"}],
    ),
    ("labour", "Monday's talks will not now take place.", [{"type": OFF, "meeting": "round-4"}]),
    (
        "labour",
        "The talks planned for Monday were called off by Portline.",
        [{"type": OFF, "meeting": "round-4", "occurred": None}],
    ),
    (
        "labour",
        "The fourth round was called off on Wednesday.",
        [{"type": OFF, "meeting": "round-4", "occurred": "2026-03-11"}],
    ),
    ("labour", "Portline cancelled the fourth round.", [{"type": OFF, "meeting": "round-4"}]),
    (
        "labour",
        "The sides will meet again on 24 March.",
        [{"type": AHEAD, "expected": "2026-03-24"}],
    ),
    (
        "labour",
        "The two sides agreed to meet again next week.",
        [{"type": AHEAD, "expected": "[2026-03-16..2026-03-22]"}],
    ),
    (
        "labour",
        "The next session has been set for 2 April in Limerick.",
        [{"type": AHEAD, "expected": "2026-04-02", "place": "Limerick"}],
    ),
    (
        "labour",
        "Both sides have been called back to the Labour Board for Friday.",
        [{"type": AHEAD, "expected": "2026-03-13"}],
    ),
    (
        "labour",
        "Quill and Haas met for two hours on Tuesday at the Labour Board.",
        [{"type": HELD, "occurred": "2026-03-10"}],
    ),
    (
        "labour",
        "The union walked out of talks with Portline on Tuesday.",
        [{"type": HELD, "occurred": "2026-03-10"}, {"type": ENDED, "outcome": "walkout"}],
    ),
    (
        "labour",
        "Talks with the union were adjourned on Tuesday.",
        [{"type": HELD, "occurred": "2026-03-10"}, {"type": ENDED, "outcome": "adjourned"}],
    ),
    (
        "truce",
        "The second round of talks has been brought forward to Saturday.",
        [{"type": MOVED, "meeting": "talks-2", "expected": "2026-03-14"}],
    ),
    (
        "truce",
        "The meeting, not on Wednesday but on Friday, will be in Amman.",
        [{"type": MOVED, "meeting": "talks-2", "expected": "2026-03-13"}],
    ),
    (
        "truce",
        "Northland and Southland held talks in Amman on Monday and Tuesday.",
        [{"type": HELD, "occurred": "2026-03-09/2026-03-10", "place": "Amman"}],
    ),
    (
        "truce",
        "The foreign ministers of Northland and Southland are to meet in Amman on 25 March.",
        [{"type": AHEAD, "expected": "2026-03-25", "place": "Amman"}],
    ),
    ("truce", "Northland pulled out of the second round.", [{"type": OFF, "meeting": "talks-2"}]),
    (
        "truce",
        "The parties decided to convene a working group on captives in April and a conference "
        "of donors in May.",
        [{"type": AHEAD, "expected": "2026-04"}, {"type": AHEAD, "expected": "2026-05"}],
    ),
    (
        "truce",
        "Talks on the withdrawal ended in deadlock on Tuesday.",
        [{"type": HELD, "occurred": "2026-03-10"}, {"type": ENDED, "outcome": "no-result"}],
    ),
    (
        "ukrainian",
        "Третій раунд переговорів відбувся у Варшаві в середу.",
        [{"type": HELD, "meeting": "round-3", "occurred": "2026-03-11"}],
    ),
    (
        "ukrainian",
        "Третій раунд перенесли на 24 березня.",
        [{"type": MOVED, "meeting": "round-3", "expected": "2026-03-24"}],
    ),
    ("ukrainian", "Зустріч скасовано.", [{"type": OFF, "meeting": "round-3"}]),
    (
        "ukrainian",
        "Наступна зустріч відбудеться 2 квітня у Львові.",
        [{"type": AHEAD, "expected": "2026-04-02"}],
    ),
    (
        "ukrainian",
        "Наступний раунд має відбутися у другій декаді квітня.",
        [{"type": AHEAD, "expected": "[2026-04-11..2026-04-20]"}],
    ),
    (
        "ukrainian",
        "Переговори України та Польщі завершилися у вівторок без результату.",
        [{"type": HELD, "occurred": "2026-03-10"}, {"type": ENDED, "outcome": "no-result"}],
    ),
    (
        "ukrainian",
        "Сторони домовилися зустрітися наступного тижня.",
        [{"type": AHEAD, "expected": "[2026-03-16..2026-03-22]"}],
    ),
]
NONE = [
    ("labour", "The sides may meet on Friday."),
    ("labour", "If the sides meet on Friday, a deal is possible."),
    ("labour", "No date for further talks has been set."),
    ("labour", "The talks could be postponed."),
    ("labour", "The annual dinner of the chamber of commerce takes place on Friday."),
    ("labour", "Talks were held in 2019."),
    ("labour", "Did the sides meet on Tuesday?"),
    ("labour", "Quill denied that she had met Haas on Tuesday."),
    ("labour", "The harbour museum opens on Friday."),
    ("labour", "Haas met reporters on Tuesday."),
    ("labour", "The board meets every Monday."),
    ("labour", "The talks between Cork council and the fire brigade resume on Tuesday."),
    ("truce", "Talks had been due to open on Monday but did not."),
    ("labour", "A joint press conference, planned for this evening, was cancelled."),
    ("truce", "The monitors met the deadline on Tuesday."),
    ("ukrainian", "Третій раунд можуть відкласти."),
    ("ukrainian", "Переговори триватимуть, якщо сторони погодяться."),
]


@pytest.mark.parametrize(("world", "sentence", "wanted"), TOLD)
def test_meetings_are_drafted(world: str, sentence: str, wanted: list[Json]) -> None:
    events = acts_in(world, sentence, "meeting")
    assert len(events) == len(wanted)
    for event, fields in zip(events, wanted, strict=True):
        assert {name: event.get(name) for name in fields} == fields


@pytest.mark.parametrize(("world", "sentence"), NONE)
def test_what_is_no_meeting_is_not_drafted(world: str, sentence: str) -> None:
    assert acts_in(world, sentence, "meeting") == []


def test_the_day_of_a_moved_meeting_may_follow() -> None:
    text = "The fourth round has been put off. It is now planned for 20 March, the union said."
    (event,) = acts_in("labour", text, "meeting")
    assert (event["type"], event["expected"]) == (MOVED, "2026-03-20")


def test_it_is_the_meeting_that_was_just_named() -> None:
    text = (
        "Then we meet in Cork, Portline said. It was to be on Monday, but that clashes with the"
        " holiday, so now it is the 26th of March."
    )
    (event,) = acts_in("labour", text, "meeting-rescheduled")
    assert (event["meeting"], event["expected"]) == ("round-4", "2026-03-26")


UKRAINIAN_MEETINGS = [
    ("Переговори між Україною та Росією відбулися в Женеві.", None),
    ("Переговори України та Росії відбулися 10 березня.", "2026-03-10"),
    ("У вівторок відбулися переговори України та Росії.", "2026-03-10"),
]


@pytest.mark.parametrize(("text", "occurred"), UKRAINIAN_MEETINGS)
def test_a_meeting_that_took_place_is_read_in_ukrainian(text: str, occurred: str | None) -> None:
    (found,) = talks.fields(text, "meeting-held", "occurred", "participants", registry=PEACE)

    assert found == (occurred, [{"party": "ukraine"}, {"party": "russia"}])
