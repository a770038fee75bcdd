"""What a model answers, bound to the text of the article: words, dates, slugs and actors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from intake.draft import Reading
from intake.registry import KnownStatement
from tests.intake.harbour import (
    REGISTRY,
    SENTENCES,
    TEXT,
    answer_with,
    article,
    drafted,
    only_draft,
    only_reason,
    place_of,
    position,
    read_by,
)
from tests.intake.model_server import ModelServer

STRANGER = "\n\n“It is late,” said Per Dahl, keeper of the quay."


def said(sentences: list[int], speaker: str = "person:ole-berg", **fields: Any) -> dict[str, Any]:
    return drafted("statement-made", sentences, speaker=speaker, **fields)


def read(server: ModelServer, *drafts: object, actors: list[object] | None = None) -> Reading:
    server.answering = answer_with(*drafts, actors=actors)
    return read_by(server)


def test_sentences_are_numbered_as_they_are_sent(model_server: ModelServer) -> None:
    read(model_server)

    sent = model_server.requests[-1]["messages"][1]["content"].splitlines()
    mark = article().text_sha256[:16]
    first, last = sent.index(f"<article {mark}>"), sent.index(f"</article {mark}>")
    assert [json.loads(line) for line in sent[first + 1 : last]] == [
        {"number": number, "text": text} for number, text in enumerate(SENTENCES, 1)
    ]
    assert '"Double pay"' in sent[0]
    assert "11111111-1111" not in sent[0]
    assert '"earlier"' not in sent[0]


def test_a_statement_is_quoted_from_the_text(model_server: ModelServer) -> None:
    moment = {"words": "on Wednesday", "edtf": "2026-03-11"}

    draft = only_draft(read(model_server, said([2], occurred=moment, about=["issue:night-pay"])))

    assert draft.span == place_of(SENTENCES[1])
    assert draft.event["text"] == "We will not work at night for single pay"
    assert draft.event["summary"] == "Ole Berg: We will not work at night for single pay"
    assert draft.event["speaker"] == "person:ole-berg"
    assert draft.event["occurred"] == "2026-03-11"
    assert draft.event["phrase"] == "on Wednesday"
    assert draft.event["phrase_anchor"] == "2026-03-11"
    assert draft.event["about"] == ["issue:night-pay"]
    assert draft.event["statement"].startswith("berg-we-will-not-work")


def test_what_a_model_leaves_out_is_null_or_empty(model_server: ModelServer) -> None:
    bare = {"type": "statement-made", "sentences": [2], "speaker": "person:ole-berg"}

    draft = only_draft(read(model_server, bare))

    assert draft.event["modality"] == "actual"
    assert draft.event["occurred"] is None
    assert "about" not in draft.event


def test_a_date_is_what_its_words_mean_here(model_server: ModelServer) -> None:
    moment = {"words": "on Tuesday", "edtf": "1999-01-01"}
    held = drafted("meeting-held", [1], meeting="round-4", occurred=moment)

    draft = only_draft(read(model_server, held))

    assert draft.event["occurred"] == "2026-03-10"
    assert [each.value for each in draft.alternatives] == ["2026-03-17", "1999-01-01", None]


@pytest.mark.parametrize(
    ("moment", "occurred"),
    [
        ({"words": "since January", "edtf": "2026-01/.."}, "2026-01/.."),
        ({"words": "without a result", "edtf": "2026-03-10"}, "2026-03-10"),
        ({"words": "without a result", "edtf": "last week"}, None),
        ({"words": "without a result", "edtf": None}, None),
        ({"words": "on Friday", "edtf": "2026-03-06"}, None),
        (None, None),
    ],
)
def test_a_date_that_the_text_does_not_give_is_none(
    model_server: ModelServer, moment: object, occurred: str | None
) -> None:
    held = drafted("meeting-held", [1, 6], meeting="round-4", occurred=moment)

    draft = only_draft(read(model_server, held))

    assert draft.event["occurred"] == occurred


def test_words_that_do_not_stand_in_the_sentences_are_left_out(model_server: ModelServer) -> None:
    held = drafted("meeting-held", [1], meeting="round-4", title="Talks", place="Moscow")

    draft = only_draft(read(model_server, held))

    assert draft.event["title"] == "Talks"
    assert "place" not in draft.event
    assert "Left out: place: these words do not stand in the sentences" in draft.why


def test_a_new_meeting_has_one_slug_in_all_drafts(model_server: ModelServer) -> None:
    expected = {"words": "24 March", "edtf": None}
    new = "NEW1-meeting"
    announced = drafted(
        "meeting-announced",
        [4],
        context=[3],
        meeting=new,
        expected=expected,
        place="Bergen",
        invitees=["party:pilots", "party:port"],
        announced_by="person:karin-lund",
    )

    reading = read(
        model_server, announced, said([4], "person:karin-lund", about=[f"meeting:{new}"])
    )

    first, second = (each.event for each in reading.drafts)
    announced_event = first if first["type"] == "meeting-announced" else second
    other = second if announced_event is first else first
    assert announced_event["meeting"] == "meeting-bergen"
    assert announced_event["expected"] == "2026-03-24"
    assert announced_event["occurred"] is None
    assert announced_event["invitees"] == ["party:pilots", "party:port"]
    assert other["about"] == ["meeting:meeting-bergen"]


def test_a_position_is_linked_with_its_statement(model_server: ModelServer) -> None:
    stated = position([2], issue="night-pay", stance="demands", answer="double")

    reading = read(model_server, said([2]), stated)

    events = {each.type: each.event for each in reading.drafts}
    assert events["position-stated"]["statement"] == events["statement-made"]["statement"]
    assert events["position-stated"]["attribution"] == "self"
    assert events["position-stated"]["quote"] == events["statement-made"]["text"]


def test_a_stance_that_another_tells_is_of_a_third_party(model_server: ModelServer) -> None:
    draft = only_draft(read(model_server, position([5])))

    assert draft.event["attribution"] == "third-party"
    assert draft.event["attributed_by"] == "person:karin-lund"


def test_a_stance_that_nobody_tells_is_of_a_third_party(model_server: ModelServer) -> None:
    draft = only_draft(read(model_server, position([1])))

    assert draft.event["attribution"] == "third-party"
    assert "attributed_by" not in draft.event


def test_who_speaks_in_the_context_alone_does_not_tell_a_stance(model_server: ModelServer) -> None:
    draft = only_draft(read(model_server, position([1], context=[2])))

    assert draft.event["attribution"] == "third-party"


def test_a_deed_is_of_somebody_whom_the_passage_itself_names(model_server: ModelServer) -> None:
    signed = drafted("plan-signed", [4], context=[1], plan="lund-paper", party="port")
    other = drafted("plan-signed", [6], context=[2], plan="lund-paper", party="pilots")
    bare = drafted("plan-signed", [7], context=[1], plan="lund-paper", party="pilots")
    model_server.answering = answer_with(signed, other, bare)

    reading = read_by(model_server, TEXT + "\n\nThe paper was signed at noon.")

    assert [each.event["party"] for each in reading.drafts] == ["port", "pilots"]
    assert "does not name pilots" in reading.held_back[-1].reason


def test_somebody_else_who_speaks_is_not_silenced_by_the_context(model_server: ModelServer) -> None:
    reading = read(model_server, said([2], "person:karin-lund", context=[3]))

    assert "in the passage ole-berg speaks" in only_reason(reading)


def test_somebody_new_is_proposed_by_the_name_in_the_text(model_server: ModelServer) -> None:
    text = TEXT + STRANGER
    new = {"actor": "person:NEW1-person", "sentence": 7, "name": "Per Dahl", "party": None}
    model_server.answering = answer_with(
        said([7], "person:NEW1-person"), actors=[{**new, "title": "keeper of the quay"}]
    )

    reading = read_by(model_server, text)

    registered, spoken = sorted(reading.drafts, key=lambda each: each.type)
    assert registered.event["person"] == "per-dahl"
    assert spoken.event["speaker"] == "person:per-dahl"
    assert [(each.kind, each.slug, each.name, each.title) for each in reading.unknown_actors] == [
        ("person", "per-dahl", "Per Dahl", "keeper of the quay")
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "Darth Vader"}, "its name does not stand in the sentence"),
        ({"name": "late"}, "its name does not stand in the sentence"),
        ({"sentence": 99}, "its name does not stand in the sentence"),
        ({"actor": "person:ole-berg"}, "actor"),
        ({"name": "P" * 301}, "longer than 300 characters"),
        ({"name": 7}, "expected a string"),
    ],
)
def test_somebody_whom_the_text_does_not_name_is_nobody(
    model_server: ModelServer, changes: dict[str, object], told: str
) -> None:
    text = TEXT + STRANGER
    new = {"actor": "person:NEW1-person", "sentence": 7, "name": "Per Dahl", "party": None}
    model_server.answering = answer_with(
        said([7], "person:NEW1-person"), actors=[{**new, "title": None, **changes}]
    )

    reading = read_by(model_server, text)

    assert reading.drafts == ()
    assert reading.unknown_actors == ()
    assert told in reading.held_back[0].reason
    assert "does not introduce" in reading.held_back[1].reason


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        ("statement-made", "something else than a draft"),
        (None, "something else than a draft"),
        ({}, "a type that is not in the catalogue"),
        ({"type": ["statement-made"]}, "a type that is not in the catalogue"),
        ({"type": "war-declared"}, "a type that is not in the catalogue"),
        ({"type": "party-registered", "party": "x"}, "only people write the record"),
        ({"type": "watch-recorded"}, "only people write the record"),
        ({"type": "brief-written", "text": "All is well."}, "only people write the record"),
        ({"type": "event-retracted", "event": "1"}, "may not draft an act on an event"),
        ({"type": "record-voided", "event": "1"}, "may not draft an act on an event"),
        ({"type": "payload-erased", "event": "1"}, "may not draft an act on an event"),
        ({"type": "plan-amended", "plan": "lund-paper"}, "is not told what plan-amended needs"),
        ({"type": "statement-made"}, "this field is required"),
        (said([2], speaker="person:putin"), "speaker"),
        (said([2], speaker="ole-berg"), "speaker"),
        (said([2], about=["moon:full"]), "about"),
        (said([]), "sentences"),
        (said([1, 2, 3, 4, 5, 6, 1, 2, 3]), "more than 8 items"),
        (said(["2"]), "expected an integer"),  # type: ignore[list-item]
        (said([2.5]), "integer"),  # type: ignore[list-item]
        (said([True]), "integer"),
        (said([0]), "sentences that the article does not have"),
        (said([-1]), "sentences that the article does not have"),
        (said([7]), "sentences that the article does not have"),
        (said([2], context=[10**30]), "context"),
        (said([2], context=[99]), "sentences that the article does not have"),
        (said([2], text="We give up."), "unknown field"),
        (said([2], summary="We give up."), "unknown field"),
        (said([2], reports=[]), "unknown field"),
        (said([2], occurred="2026-03-11"), "occurred"),
        (said([2], channel={"deep": [[[[{}]]]]}), "channel"),
        (said([2], channel="x" * 301), "longer than 300 characters"),
        (said([2], "party:NEW1-party"), "does not introduce"),
        (said([2], "person:karin-lund"), "the passage does not name karin-lund"),
        (position([1], issue=None), "a position has one subject"),
        (position([2], party="pilots", issue="moon"), "issue"),
        (position([3], party="NEW2-party"), "does not introduce"),
        (drafted("deadline-set", [1], deadline="NEW1-deadline", title="ended"), "due"),
        (drafted("vote-held", [1], motion="Peace in our time"), "motion"),
    ],
)
def test_what_is_out_of_bounds_is_held_back_with_the_reason(
    model_server: ModelServer, draft: object, told: str
) -> None:
    reading = read(model_server, draft, said([2]))

    assert told in reading.held_back[-1].reason
    assert only_draft(reading).type == "statement-made"


def test_sentences_far_apart_are_no_passage(model_server: ModelServer) -> None:
    text = "\n\n".join([*SENTENCES, *["It rained."] * 8, SENTENCES[1]])
    model_server.answering = answer_with(said([2, 15]))

    assert "too far apart" in only_reason(read_by(model_server, text))


def test_a_draft_that_comes_twice_is_one(model_server: ModelServer) -> None:
    held = drafted("meeting-held", [1], meeting="round-4")

    reading = read(model_server, held, held)

    assert len(reading.drafts) == 1
    assert reading.held_back[-1].reason == "the model gives this draft twice"


def test_actors_whom_the_passage_does_not_name_take_no_part(model_server: ModelServer) -> None:
    taking_part = [
        {"party": "port", "person": "karin-lund", "role": "host", "head": True},
        {"party": None, "person": "ole-berg", "role": None, "head": False},
        {"party": "pilots", "person": None, "role": None, "head": False},
    ]
    held = drafted("meeting-held", [1], meeting="round-4", participants=taking_part)

    draft = only_draft(read(model_server, held))

    assert draft.event["participants"] == [
        {"party": "port", "role": "host", "head": True},
        {"party": "pilots", "head": False},
    ]
    assert "participants.0.person: the passage does not name karin-lund" in draft.why
    assert "participants.1.person: the passage does not name ole-berg" in draft.why


def test_drafts_come_in_the_order_of_the_text(model_server: ModelServer) -> None:
    held = drafted("meeting-held", [1], meeting="round-4")

    reading = read(model_server, said([3], "person:karin-lund"), said([2]), held)

    assert [each.span[0] for each in reading.drafts] == sorted(
        each.span[0] for each in reading.drafts
    )
    assert [each.type for each in reading.drafts] == [
        "meeting-held",
        "statement-made",
        "statement-made",
    ]


@pytest.mark.parametrize(
    "text", ["", "\u202eevil", "“" * 10_000, "word " * 20_000, "a" * 100_000, "\0\0\0"]
)
def test_any_text_can_be_asked_about(model_server: ModelServer, text: str) -> None:
    model_server.answering = answer_with(said([1]))

    assert read_by(model_server, text).drafts == ()


def test_an_opinion_is_not_sent(model_server: ModelServer) -> None:
    model_server.answering = answer_with(said([3]))
    asked = len(model_server.requests)

    reading = read_by(model_server, "Opinion\n\nThe guild must give in\n\n" + TEXT)

    assert reading.genre == "opinion"
    assert reading.exchange is None
    assert len(model_server.requests) == asked


def test_somebody_is_named_by_a_pronoun_too(model_server: ModelServer) -> None:
    reading = read(model_server, said([4], "person:karin-lund"))

    assert only_draft(reading).event["summary"] == f"Karin Lund: {SENTENCES[3]}"


def test_what_the_rules_find_too_is_surer(model_server: ModelServer) -> None:
    held = drafted("meeting-held", [6], meeting="round-4")

    surer, alone = sorted(read(model_server, said([2]), held).drafts, key=lambda each: each.span)

    assert surer.confidence == 0.8
    assert "The rules find it too." in surer.why
    assert alone.confidence == 0.5


def test_what_the_rules_read_otherwise_is_doubted(model_server: ModelServer) -> None:
    text = "Ole Berg of the guild said on Wednesday that the guild rejects the number of tugs."
    model_server.answering = answer_with(position([1], stance="accepts"))

    draft = only_draft(read_by(model_server, text))

    assert draft.event["stance"] == "accepts"
    assert draft.confidence == 0.3
    assert draft.why.endswith("The rules read another stance.")
    assert ("stance", "rejects") in [(each.field, each.value) for each in draft.alternatives]


def test_a_turn_of_a_transcript_is_said_by_its_speaker_on_its_day(
    model_server: ModelServer,
) -> None:
    text = "\n\n".join(
        (
            "Transcript of the briefing, 11 March 2026",
            "LUND: Good morning. The offer of three tugs stands until we meet again.",
            "QUESTION: Does the guild accept three tugs?",
            "BERG: No. We will not take three tugs, and we said so in January.",
            "LUND: Then we shall see what the port can do.",
        )
    )
    model_server.answering = answer_with(
        said([5], "person:ole-berg"),
        said([5], "person:karin-lund"),
        position([5], stance="rejects"),
    )

    reading = read_by(model_server, text)

    assert reading.genre == "transcript"
    assert [(each.type, each.event["occurred"]) for each in reading.drafts] == [
        ("statement-made", "2026-03-11"),
        ("position-stated", "2026-03-11"),
    ]
    assert reading.drafts[1].event["attribution"] == "self"
    assert "does not name karin-lund" in reading.held_back[-1].reason


def test_what_is_recorded_is_not_drafted_again(model_server: ModelServer) -> None:
    text = "We will not work at night for single pay"
    known = KnownStatement(slug="no-night", speaker="person:ole-berg", text=text)
    registry = REGISTRY.model_copy(update={"statements": (known,)})
    model_server.answering = answer_with(said([2]))

    reading = read_by(model_server, registry=registry)

    assert only_reason(reading) == "This is recorded already."


def test_drafts_report_the_article(model_server: ModelServer) -> None:
    (report,) = only_draft(read(model_server, said([2]))).event["reports"]  # type: ignore[misc]

    assert report == {
        "published": "2026-03-11",
        "url": "https://post.example/harbour",
        "publisher": "Vestvik Post",
        "language": "en",
        "quote": SENTENCES[1],
        "sha256": article().text_sha256,
    }
