"""What is said of an event type that is not in the catalogue."""

from __future__ import annotations

import re

import pytest

from domain.acceptance import parse_event
from domain.catalogue import CLASS_BY_TYPE
from domain.errors import InvalidEventError
from domain.event_type_hints import USUAL_WAYS, hint_for_type
from tests.world import World


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("agreement-reached", "meeting-concluded with outcome agreement"),
        ("deal-withdrawn", "plan-endorsed"),
        ("report-withdrawn", "event-retracted"),
        ("incident-report", "did you mean incident-reported?"),
        ("incident-reportd", "did you mean incident-reported?"),
        ("vote-hold", "did you mean vote-held?"),
        ("statement-mad", "did you mean statement-made?"),
        ("meeting_held", "did you mean meeting-held?"),
        ("MeetingHeld", "did you mean meeting-held?"),
        ("event-deleted", "record-voided"),
        ("proposal-rejected", "position-stated with a stance"),
        ("resigned", "role-ended"),
        ("zzz", "valid types: negotiation-opened"),
    ],
)
def test_an_unknown_type_names_the_nearest_or_the_usual_way(name: str, words: str) -> None:
    with pytest.raises(InvalidEventError) as refused:
        parse_event({"type": name})

    (reason,) = refused.value.reasons
    assert reason.pointer == "/type"
    assert words in (reason.hint or "")
    assert hint_for_type(name).endswith(f"valid types: {', '.join(CLASS_BY_TYPE)}")


def test_every_usual_way_names_types_of_the_catalogue() -> None:
    for _, way in USUAL_WAYS:
        assert any(name in way for name in CLASS_BY_TYPE), way
        named = re.findall(r"\b[a-z]+-[a-z]+\b", way)
        assert set(named) <= set(CLASS_BY_TYPE), way


def test_a_question_by_a_mistyped_type_names_the_nearest(own_site: World) -> None:
    api = own_site.get("/events", type="vote-hold")
    page = own_site.client.get("/desk/talks/events", params={"type": "incident-report"})
    form = own_site.client.get("/desk/talks/record", params={"type": "vote-hold"})

    assert api.status_code == 422
    assert api.json()["errors"][0]["hint"].startswith("did you mean vote-held? valid types:")
    assert "did you mean incident-reported?" in page.text
    assert "did you mean vote-held?" in form.text
