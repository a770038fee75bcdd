# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Votes as they are told in several fields, and figures that are none."""

from __future__ import annotations

import pytest

from domain.model import Json
from tests.intake.act_worlds import acts_in

TOLD = [
    (
        "labour",
        "MPs voted 25 to 2 on Monday to lend the port money.",
        {"result": "carried", "counts": {"for": 25, "against": 2}, "occurred": "2026-03-09"},
    ),
    (
        "labour",
        "Parliament, by 25 votes to 2, agreed to lend the port money.",
        {"result": "carried", "counts": {"for": 25, "against": 2}},
    ),
    (
        "labour",
        "Members voted 41 to 12 on Tuesday to reject the offer on pay.",
        {"result": "lost", "counts": {"for": 12, "against": 41}, "occurred": "2026-03-10"},
    ),
    (
        "labour",
        "The offer was rejected by 2,104 votes to 381 in a ballot that closed on Wednesday.",
        {"result": "lost", "counts": {"for": 381, "against": 2104}, "occurred": "2026-03-11"},
    ),
    ("labour", "Members voted unanimously to accept the agreement.", {"result": "carried"}),
    (
        "labour",
        "The union's executive approved the deal by a narrow majority on Monday.",
        {"result": "carried", "occurred": "2026-03-09"},
    ),
    (
        "labour",
        "Workers backed a strike by 94 per cent in a ballot on Tuesday.",
        {"result": "carried", "counts": None},
    ),
    (
        "labour",
        "The board voted down the motion, seven to three, with two abstentions.",
        {"result": "lost", "counts": {"for": 3, "against": 7, "abstaining": 2}},
    ),
    (
        "labour",
        "The committee was tied, four votes to four.",
        {"result": "tied", "counts": {"for": 4, "against": 4}},
    ),
    (
        "labour",
        "Haas said shareholders had voted 60 to 40 for the merger on Monday.",
        {"result": "carried", "counts": {"for": 60, "against": 40}, "body": "shareholders"},
    ),
    (
        "labour",
        "The motion carried with 31 votes for, 4 against and 2 abstaining.",
        {"result": "carried", "counts": {"for": 31, "against": 4, "abstaining": 2}},
    ),
    (
        "labour",
        "The motion fell, 14 votes to 22.",
        {"result": "lost", "counts": {"for": 14, "against": 22}},
    ),
    (
        "labour",
        "The council rejected the amendment by 22 votes to 14.",
        {"result": "lost", "counts": {"for": 14, "against": 22}},
    ),
    (
        "labour",
        "Twenty-three delegates voted in favour, nine against.",
        {"result": "carried", "counts": {"for": 23, "against": 9}},
    ),
    (
        "labour",
        "The Senate passed the bill 52-47.",
        {"result": "carried", "counts": {"for": 52, "against": 47}, "body": "The Senate"},
    ),
    (
        "labour",
        "For want of a quorum no vote on the offer was taken on Tuesday.",
        {"result": "inquorate"},
    ),
    (
        "truce",
        "Parliament ratified the treaty on Wednesday, with 210 in favour and 64 against.",
        {"result": "carried", "counts": {"for": 210, "against": 64}},
    ),
    (
        "truce",
        "The assembly of Northland approved the truce on Tuesday, 88 to 31.",
        {"result": "carried", "body": "The assembly of Northland"},
    ),
    (
        "truce",
        "Parliament narrowly rejected the truce text.",
        {"result": "lost", "about": ["plan:truce-text"]},
    ),
    (
        "ukrainian",
        "Верховна Рада у вівторок ухвалила закон про квоти 245 голосами.",
        {"result": "carried", "occurred": "2026-03-10", "body": "Верховна Рада"},
    ),
    (
        "ukrainian",
        "«За» проголосували 226 депутатів, «проти» – 45, утрималися 12.",
        {"result": "carried", "counts": {"for": 226, "against": 45, "abstaining": 12}},
    ),
    (
        "ukrainian",
        "Сейм відхилив угоду: 200 голосів за, 230 проти.",
        {"result": "lost", "counts": {"for": 200, "against": 230}},
    ),
    (
        "ukrainian",
        "Парламент у середу ратифікував угоду про зерно: за – 301, проти – 12.",
        {"result": "carried", "counts": {"for": 301, "against": 12}},
    ),
]
NONE = [
    ("labour", "The vote on the offer was put off until Friday."),
    ("labour", "Members will vote on the offer on Friday."),
    ("labour", "A poll found 54 per cent in favour of the strike and 31 against."),
    ("labour", "If members vote 50 to 40 against the deal, talks resume."),
    ("labour", "Cork City lost 3-1 on Saturday."),
    ("labour", "In 2019 members rejected a similar deal by 900 votes to 700."),
    ("labour", "After the vote, Quill left for Dublin."),
    ("labour", "None of the twelve directors voted against the offer."),
    ("labour", "The union's members would vote 9 to 1 against such an offer."),
    ("ukrainian", "Голосування перенесли на п'ятницю."),
]


@pytest.mark.parametrize(("world", "sentence", "wanted"), TOLD)
def test_votes_are_drafted(world: str, sentence: str, wanted: Json) -> None:
    (event,) = acts_in(world, sentence, "vote-held")
    assert {name: event.get(name) for name in wanted} == wanted


@pytest.mark.parametrize(("world", "sentence"), NONE)
def test_what_is_no_vote_is_not_drafted(world: str, sentence: str) -> None:
    assert acts_in(world, sentence, "vote-held") == []


def test_a_vote_told_twice_is_drafted_once_with_its_counts() -> None:
    text = (
        "Members rejected the offer on Tuesday.\n\n"
        "In the ballot on Tuesday the offer was turned down by 41 votes to 12."
    )
    (event,) = acts_in("labour", text, "vote-held")
    assert event["counts"] == {"for": 12, "against": 41}
