"""Recording by a form: tried before it is written, refused beside its field."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api.pages.record import event_form
from tests.facts import event_id
from tests.pages import BASE, main, page
from tests.world import World

OURS = {"sec-fetch-site": "same-origin"}
FORM = {
    "type": "position-stated",
    "party": "north",
    "issue": "border",
    "stance": "opposes",
    "summary": "not so",
    "occurred": "2025-12-29",
    "reports.published": "2025-12-29",
    "reports.publisher": "herald",
}


def send_form(site: World, form: dict[str, str], headers: dict[str, str] = OURS) -> Any:
    address = f"{BASE}/record"
    return site.client.post(address, data=form, headers=headers, follow_redirects=False)


@pytest.mark.parametrize("kind", event_form.FORM_TYPES)
def test_every_type_has_a_form(site: World, kind: str) -> None:
    text = page(site, "record", f"?type={kind}")
    assert f'name="type" value="{kind}"' in text
    assert 'name="reports.published"' in text


def test_a_form_offers_what_may_be_named(site: World) -> None:
    text = page(site, "record", "?type=statement-made")
    assert re.search(r'<input[^>]* list="of-speaker"', text)
    assert '<option value="person:envoy">The envoy</option>' in text
    assert '<option value="party:north">North</option>' in text
    assert '<datalist id="of-issue">' not in text


@pytest.mark.parametrize("hidden", ["\u200f", "\u202e", "\u200d", "\u00ad", "\u2028"])
def test_a_form_gives_back_what_was_typed(own_site: World, hidden: str) -> None:
    typed = f"A{hidden}B"
    tried = send_form(own_site, FORM | {"summary": typed, "reports.publisher": typed})
    field = re.search(r'<textarea id="f-summary"[^>]*>(.*?)</textarea>', tried.text, re.DOTALL)

    assert field
    assert field[1] == typed
    assert f'name="reports.publisher" value="{typed}"' in tried.text


def test_a_form_is_tried_before_it_is_written(own_site: World) -> None:
    tried = send_form(own_site, FORM)
    identity = re.search(r'name="identity" value="([^"]+)"', tried.text)

    assert identity
    assert "North moves on “The border”: from accepts to opposes." in tried.text
    assert "read as: 29 December 2025" in tried.text
    assert "known since 29 December 2025 · dated <time" in tried.text
    assert "it was recorded" not in tried.text
    assert own_site.client.get("/readyz").json()["head"] == 5

    whole = FORM | {"step": "record", "identity": identity[1]}
    for _ in range(2):
        done = send_form(own_site, whole)
        assert (done.status_code, done.headers["location"]) == (303, f"{BASE}/events/{identity[1]}")
    assert own_site.client.get("/readyz").json()["head"] == 6


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("occurred", "2025-13-45", "month"),
        ("party", "nobody", "register the party first"),
        ("stance", "", "stance"),
        ("codes", "{", "use JSON or an integer"),
        ("reports.url", "ftp://x", "http"),
        ("type", "payload-erased", "no event type"),
    ],
)
def test_a_form_is_refused_beside_its_field(
    own_site: World, field: str, value: str, told: str
) -> None:
    answer = send_form(own_site, FORM | {field: value, "step": "record"})
    assert answer.status_code == 422
    assert told in main(answer.text)
    assert own_site.client.get("/readyz").json()["head"] == 5


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1"}, 200),
        (OURS, 200),
    ],
)
def test_a_foreign_form_is_turned_away(
    own_site: World, headers: dict[str, str], status: int
) -> None:
    assert send_form(own_site, FORM, headers).status_code == status


def test_an_act_opens_with_its_event(site: World) -> None:
    text = page(site, "record", f"?event={event_id(100)}&act=correct")
    assert 'name="type" value="record-corrected"' in text
    assert f'name="event" value="{event_id(100)}"' in text
