"""Opening a negotiation by page: with parties, people and issues, in one batch."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.pages import main
from tests.world import World

OURS = {"sec-fetch-site": "same-origin"}
FORM = {
    "title": "Мирні переговори",
    "timezone": "Europe/Kyiv",
    "parties.0.name": "Україна",
    "parties.0.kind": "state",
    "parties.2.name": "European states",
    "people.0.name": "Rustem Umerov",
    "issues.0.title": "Size of the army",
    "issues.0.question": "How many soldiers may there be?",
    "issues.0.answers": "None\n600,000\r\n800,000",
}


def send(site: World, form: dict[str, str]) -> Any:
    return site.client.post("/open", data=form, headers=OURS, follow_redirects=False)


def seen(answer: Any) -> dict[str, str]:
    found = re.search(r'name="previewed" value="([^"]+)"', answer.text)
    assert found, main(answer.text)
    return {"previewed": found[1], "step": "record"}


def test_a_negotiation_is_opened_with_what_it_is_about(own_site: World) -> None:
    tried = send(own_site, FORM)
    head = own_site.client.get("/readyz").json()["head"]
    assert "/desk/myrni-perehovory" in tried.text
    done = send(own_site, FORM | seen(tried))

    assert (done.status_code, done.headers["location"]) == (
        303,
        "/desk/myrni-perehovory/record?audience=staff",
    )
    address = "/v1/negotiations/myrni-perehovory/events?audience=staff"
    events = own_site.client.get(address).json()["data"]
    assert head == 5
    assert [event["type"] for event in events] == [
        "negotiation-opened",
        "party-registered",
        "party-registered",
        "person-registered",
        "issue-defined",
    ]
    assert events[0]["timezone"] == "Europe/Kyiv"
    assert [event["party"] for event in events[1:3]] == ["ukraina", "european-states"]
    assert events[3]["person"] == "rustem-umerov"
    assert events[4]["answers"] == [
        {"answer": "none", "label": "None"},
        {"answer": "600-000", "label": "600,000", "value": 600000},
        {"answer": "800-000", "label": "800,000", "value": 800000},
    ]
    record = own_site.client.get(done.headers["location"])
    assert record.status_code == 200
    assert "Мирні переговори" in record.text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"title": ""}, "Give it a title."),
        ({"title": "中国"}, "Give it a short name"),
        ({"negotiation": "talks"}, "of this short name is open already"),
        ({"timezone": "Mars"}, "not an IANA time zone"),
        ({"parties.3.name": "中国"}, "No short name can be made"),
        ({"parties.3.name": " european  STATES"}, "stands here twice"),
        ({"issues.0.answers": "None\n800,000\nnone"}, "“none” stands here twice"),
    ],
)
def test_what_cannot_be_opened_is_refused_beside_its_field(
    own_site: World, form: dict[str, str], told: str
) -> None:
    answer = send(own_site, FORM | form)
    assert answer.status_code == 422
    assert told in main(answer.text).replace("&#39;", "'")


def test_a_very_long_number_is_an_answer_without_a_value(own_site: World) -> None:
    assert send(own_site, FORM | {"issues.0.answers": "9" * 5000}).status_code == 200


def test_only_what_was_shown_is_opened(own_site: World) -> None:
    shown = seen(send(own_site, FORM))
    changed = send(own_site, FORM | shown | {"title": "Other talks"})
    assert "The form was changed after its preview, so nothing was recorded." in main(changed.text)
    assert "nothing was recorded" not in main(send(own_site, FORM).text)
    assert send(own_site, FORM | {"step": "record"}).status_code == 200
    assert own_site.client.get("/readyz").json()["head"] == 5


def test_rows_are_added_and_removed(own_site: World) -> None:
    more = send(own_site, FORM | {"step": "add:parties"}).text
    assert 'name="parties.3.name"' in more
    less = send(own_site, FORM | {"step": "remove:parties.0"}).text
    assert "Україна" not in less
    assert "European states" in less
