# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Sentences as live blogs, read-outs and communiqués have them."""

from __future__ import annotations

import pytest

from domain.model import Json
from tests.intake.act_worlds import acts_in, read_in


def said_in(world: str, text: str) -> list[tuple[object, object]]:
    drafts = [each.event for each in read_in(world, text).drafts]
    return [
        (each["speaker"], each.get("text")) for each in drafts if each["type"] == "statement-made"
    ]


def stances_in(world: str, text: str) -> set[tuple[object, object, object]]:
    found = acts_in(world, text, "position-stated")
    return {(each["party"], each["issue"], each["stance"]) for each in found}


SPEAKERS = [
    ("labour", "Portline chief executive Piet Haas:\n“We are at the end of the road, all of us.”",
     "person:piet-haas", "We are at the end of the road, all of us."),
    ("labour", "Here is the key line from the union's letter to members:\n\n“Stay calm and stay out"
     " until we call you.”", "party:dockers-union", "Stay calm and stay out until we call you."),
    ("truce", "Ada Lund told reporters:\n“The road to the pass is open to everybody now.”",
     "person:ada-lund", "The road to the pass is open to everybody now."),
    ("labour", "The union is patient, its general secretary Nora Quill has just said.",
     "person:nora-quill", None),
    ("truce", "Asked whether Southland would wait, Foreign Minister Ada Lund said: “We shall see"
     " about that on Monday.”", "person:ada-lund", "We shall see about that on Monday."),
    ("truce", "Omar Said thanked her and called for more time for the monitors.",
     "person:omar-said", None),
]  # fmt: skip


@pytest.mark.parametrize(("world", "text", "speaker", "words"), SPEAKERS)
def test_who_speaks_is_told_by_what_leads_to_the_words(
    world: str, text: str, speaker: str, words: str | None
) -> None:
    assert said_in(world, text) == [(speaker, words)]


def test_what_somebody_calls_a_thing_is_no_saying() -> None:
    text = "Portline tabled what the union calls a “poor joke” of an offer on wages on Tuesday."

    assert said_in("labour", text) == []


STANCES = [
    ("labour", "Piet Haas said Portline accepts the pay rise but wants longer night shifts.",
     {("portline", "wages", "accepts"), ("portline", "night-shift", "demands")}),
    ("truce", "Ada Lund said: “A withdrawal is not something we could ever accept.”",
     {("northland", "withdrawal", "rejects")}),
    ("truce", "Ada Lund said: “No prisoners, no withdrawal.”",
     {("northland", "prisoners", "demands")}),
    ("labour", "Nora Quill set out the union's view that work in the cold on night shifts must"
     " end.", {("dockers-union", "night-shift", "demands")}),
    ("labour", "Nora Quill said members would vote on wages before anything is signed.", set()),
    ("labour", "Asked about wages, Nora Quill said: “I wouldn't put it that way.”", set()),
    ("labour", "They could not agree on wages.", set()),
]  # fmt: skip


@pytest.mark.parametrize(("world", "text", "stances"), STANCES)
def test_a_stance_is_told_by_each_part_and_by_none_that_is_only_beside(
    world: str, text: str, stances: set[tuple[object, object, object]]
) -> None:
    assert stances_in(world, text) == stances


COMMUNIQUE = """Chair's Statement
Amman, 12 March 2026

1. The meeting was held in Amman on 12 March 2026. Ministers of Northland and Southland attended.
2. The Ministers agreed that the withdrawal shall remain on the agenda.
3. They could not agree on an exchange of prisoners. The monitors took part as observers.
"""


def test_a_statement_of_the_chair_is_a_communique_of_those_who_attended() -> None:
    reading = read_in("truce", COMMUNIQUE)
    found = {(party, issue) for party, issue, _ in stances_in("truce", COMMUNIQUE)}

    assert reading.genre == "communique"
    assert found == {("northland", "withdrawal"), ("southland", "withdrawal")}
    assert acts_in("truce", COMMUNIQUE, "incident-reported") == []


def test_an_entry_says_what_stands_behind_a_name_and_a_colon() -> None:
    text = BLOG + (
        "\n7h ago 15.10 BST\nQuill on the radio\nNora Quill, general secretary of the union, on"
        " RadioOne: the union is ready to sign on wages today.\n"
    )

    assert ("person:nora-quill", None) in said_in("labour", text)
    assert ("dockers-union", "wages", "accepts") in stances_in("labour", text)


BLOG = """Labour talks - live

4h ago 18.20 BST
Over for today
Talks between the union and Portline broke off at seven without a deal. They resume on Saturday.

5h ago 17.05 BST
At the table
Union and Portline negotiators sat down in Cork, the first meeting since the walkout of 3 February.

6h ago 16.30 BST
A look back
The third round ended in January with nothing signed.
"""


def test_entries_that_say_how_long_ago_they_are_make_a_live_blog() -> None:
    reading = read_in("labour", BLOG)
    ahead = acts_in("labour", BLOG, "meeting-announced")
    held = acts_in("labour", BLOG, "meeting-held")
    concluded: list[Json] = acts_in("labour", BLOG, "meeting-concluded")

    assert reading.genre == "live-blog"
    assert [each["expected"] for each in ahead] == ["2026-03-14"]
    assert {each["occurred"] for each in held} == {"2026-03-12", "2026-01"}
    assert {each["occurred"] for each in concluded} == {"2026-03-12", "2026-01"}


def test_who_is_welcomed_to_a_place_is_met_there() -> None:
    text = (
        "Readout of Minister Lund's meeting with Defence Minister Omar Said of Southland\n\n"
        "Foreign Minister Ada Lund welcomed Defence Minister Omar Said of Southland to Castle"
        " House today."
    )
    (held,) = acts_in("truce", text, "meeting-held")

    assert held["occurred"] == "2026-03-12"
    assert {each["party"] for each in held["participants"]} == {"northland", "southland"}
    assert said_in("truce", text) == []


DID_NOT = [
    ("truce", "Northland accepted the withdrawal on Tuesday; Southland did not.",
     {("northland", "withdrawal", "accepts"), ("southland", "withdrawal", "rejects")}),
    ("truce", "Northland supports the withdrawal. Southland does not.",
     {("northland", "withdrawal", "supports"), ("southland", "withdrawal", "opposes")}),
    ("truce", "Northland rejected the withdrawal on Tuesday. Southland did not.",
     {("northland", "withdrawal", "rejects")}),
    ("truce", "Northland accepted the withdrawal on Tuesday. Southland did not answer.",
     {("northland", "withdrawal", "accepts")}),
    ("ukrainian", "Україна підтримала квоти у вівторок, а Польща — ні.",
     {("ukraine", "grain", "supports"), ("poland", "grain", "opposes")}),
]  # fmt: skip


@pytest.mark.parametrize(("world", "text", "stances"), DID_NOT)
def test_who_did_not_do_the_same_did_the_opposite(
    world: str, text: str, stances: set[tuple[object, object, object]]
) -> None:
    assert stances_in(world, text) == stances


AHEAD = [
    ("Minister Lund will visit Southland in the week of March 23.", "[2026-03-23..2026-03-29]"),
    ("The Minister looks forward to welcoming Minister Said in Amman on 24 March.", "2026-03-24"),
    ("The Minister accepted an invitation to visit Southland in April.", "2026-04"),
    ("They agreed to speak again next week.", "[2026-03-16..2026-03-22]"),
    ("Minister Said will receive her in Amman on 20 March.", "2026-03-20"),
    ("They agreed to stay in touch.", None),
    ("Minister Said attended a concert on 10 March.", None),
]


@pytest.mark.parametrize(("text", "expected"), AHEAD)
def test_a_read_out_announces_meetings_by_one_side_alone(text: str, expected: str | None) -> None:
    head = (
        "Readout of Foreign Minister Ada Lund's call with Defence Minister Omar Said of Southland"
        "\n\nForeign Minister Ada Lund spoke today with Defence Minister Omar Said.\n\n"
    )
    found = [each["expected"] for each in acts_in("truce", head + text, "meeting-announced")]

    assert found == ([expected] if expected else [])
