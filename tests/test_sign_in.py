"""Signing in on the pages: a key is exchanged for a session, which says who reads and records."""

from __future__ import annotations

import logging
import re
import time
from contextlib import closing
from typing import Any

import pytest

from api.access.gate import AccessPolicy, KeyGate
from api.access.keys import make_secret
from api.access.sessions import COOKIE, DEFAULT_TERMS, SessionRing
from api.app import create_app
from api.pages.shared.return_address import read_return_address
from api.services import server_services
from domain.instants import HOUR, MINUTE
from tests.facts import statement
from tests.keyed_world import ON_BOTH, ON_SERVER, TALKS, bearer, make_key
from tests.local_client import LocalClient
from tests.pages import SOURCES
from tests.world import World

OURS = {"Sec-Fetch-Site": "same-origin"}
"""What browsers say of a form of our own pages."""
FORM = {
    "type": "issue-defined",
    "issue": "ports",
    "title": "Ports",
    "reports.published": "2025-12-21",
    "step": "record",
}


@pytest.fixture
def world(keyed_world: World) -> World:
    return keyed_world


def sign_in(world: World, key: str, **form: str) -> Any:
    """Send the form of the page, as a browser does."""
    return world.client.post(
        "/sign-in", data={"key": key, **form}, headers=OURS, follow_redirects=False
    )


def begin_session(world: World, key: str) -> dict[str, str]:
    """Sign in, and return the header by which a browser is known then."""
    response = sign_in(world, key)
    assert response.status_code == 303, response.text
    return {"Cookie": read_cookie(response)}


def read_cookie(response: Any) -> str:
    cookie: str = response.headers["set-cookie"].partition(";")[0]
    return cookie


def open_page(world: World, address: str, session: dict[str, str]) -> Any:
    return world.client.get(address, headers=session, follow_redirects=False)


def form_token(page: str) -> str:
    found = re.search(r'name="form_token" value="([\w-]+)"', page)
    assert found
    return found[1]


def gate_of(world: World) -> KeyGate:
    return server_services(world.client.app).gate  # type: ignore[arg-type]  # an application


def test_a_key_is_exchanged_for_a_cookie_that_no_script_and_no_other_site_gets(
    world: World, admin: str
) -> None:
    response = sign_in(world, admin, next="/desk/talks?tz=UTC")
    name, _, terms = response.headers["set-cookie"].partition("=")
    token, *attributes = terms.split("; ")

    assert response.headers["location"] == "/desk/talks?tz=UTC&audience=staff"
    assert (name, len(token)) == ("__Host-minutebook", 43)
    assert attributes == ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"]
    assert response.headers["cache-control"] == "no-store"
    assert admin not in response.text


def test_every_page_says_who_is_signed_in_and_until_when(world: World, admin: str) -> None:
    desk = begin_session(world, make_key(world, "desk", by=admin, audience="press"))

    for address in ("/desk/talks", "/docs", "/problems", "/account", "/desk/nowhere", "/sign-in"):
        text = open_page(world, address, desk).text
        who = text.partition('<div id="who"')[2].partition("</div>")[0]
        assert "<bdi>desk</bdi></a></p>\n<p>You may see what is for the press" in who, address
        assert "until <time>23 Dec 2025, 00:00 UTC</time>" in who
        assert 'action="/sign-out"' in who
        public = open_page(world, address, {}).text
        assert "Not signed in: you see what is public." in public, address
        assert "/sign-in?next=" in public


def test_the_account_says_what_one_may_see_and_do(world: World, admin: str) -> None:
    clerk = make_key(world, "clerk", "append", by=admin, negotiations=["talks"])
    texts = [
        " ".join(re.sub("<[^>]+>", " ", open_page(world, "/account", who).text).split())
        for who in (begin_session(world, clerk), bearer(admin), {})
    ]

    assert "clerk ; what you record stands under it" in texts[0]
    assert "with a key" in texts[0]
    assert "23 December 2025, 00:00 UTC; or 60 minutes after the last request" in texts[0]
    assert "everything, also what is for staff alone" in texts[0]
    assert "ask and read read propose events propose record events append" in texts[0]
    assert "Only these: " in texts[0]
    assert "make and revoke keys admin" in texts[1]
    assert "You are not signed in" in texts[2]
    assert "May see what is public May do ask and read read Negotiations All." in texts[2]


def test_a_session_reads_what_its_key_may(world: World, admin: str) -> None:
    staff = begin_session(world, admin)
    press = begin_session(world, make_key(world, "desk", by=admin, audience="press"))

    def ask(path: str, session: dict[str, str]) -> int:
        status: int = open_page(world, path, session).status_code
        return status

    for path in (f"{TALKS}/state", "/desk/talks", "/desk/talks/events.csv"):
        statuses = [ask(f"{path}?audience=staff", each) for each in (staff, press, {})]
        assert statuses == [200, 403, 401], path
    assert ask("/v1/audit/leaves/1", staff) == 200
    other = world.client.get("/desk/talks?audience=staff", headers=press | bearer(admin))
    assert other.status_code == 200


def test_a_page_that_is_not_for_everybody_offers_to_sign_in_and_to_come_back(
    world: World, admin: str
) -> None:
    response = open_page(world, "/desk/talks/events?audience=staff&q=a+b", {})
    found = re.search(r'<main.*href="/sign-in\?next=([^"]+)"', response.text, re.DOTALL)
    assert found
    page = open_page(world, f"/sign-in?next={found[1]}", {}).text
    back = re.search(r'name="next" value="([^"]+)"', page)
    assert back
    address = back[1].replace("&amp;", "&")

    assert response.status_code == 401
    assert address == "/desk/talks/events?audience=staff&q=a+b"
    assert sign_in(world, admin, next=address).headers["location"] == address


@pytest.mark.parametrize(
    "address",
    [
        *("https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", ""),
        *("javascript:alert(1)", "desk/talks", "/desk/\r\nSet-Cookie: a=b", "/désk", "/sign-out"),
        "/" + "a" * 2000,
    ],
)
def test_nobody_is_led_to_another_site(address: str) -> None:
    assert read_return_address(address) == "/account"
    assert read_return_address("/desk/a?b=%2F%2Fc") == "/desk/a?b=%2F%2Fc"


@ON_BOTH
def test_a_session_records_only_with_the_token_of_its_forms(world: World, admin: str) -> None:
    clerk = begin_session(world, make_key(world, "clerk", "append", by=admin))
    token = form_token(open_page(world, "/desk/talks/record?type=issue-defined", clerk).text)
    head = world.client.get("/readyz").json()["head"]

    def send(headers: dict[str, str], **fields: str) -> int:
        """Send a form, and again as it was previewed."""
        status, seen = 0, {"previewed": ""}
        for _ in range(2):
            response = world.client.post(
                "/desk/talks/record",
                data=FORM | fields | seen,
                headers=headers,
                follow_redirects=False,
            )
            status = response.status_code
            found = re.search(r'name="previewed" value="([^"]+)"', response.text)
            seen = {"previewed": found[1]} if found else seen
        return status

    assert send(clerk | OURS) == 401
    assert send(clerk | OURS, form_token="x" * 43) == 403
    assert send(OURS, form_token=token) == 401
    assert send(clerk, form_token=token) == 403
    assert send(clerk | {"Sec-Fetch-Site": "same-site"}, form_token=token) == 403
    assert world.post(statement(9), headers=clerk).status_code == 401
    assert world.client.get("/readyz").json()["head"] == head
    assert send(clerk | OURS, form_token=token) == 303
    leaf = world.client.get(f"/v1/audit/leaves/{head + 1}", headers=bearer(admin)).json()
    assert leaf["recorded_by"] == "clerk"


def test_every_form_that_changes_something_sends_a_token() -> None:
    for file in SOURCES.glob("*/*.html"):
        forms = re.findall(r'<form[^>]*method="post".*?</form>', file.read_text(), re.DOTALL)
        for form in forms:
            assert re.search(r"\btoken\(\)", form), file


@ON_BOTH
def test_signing_out_ends_the_session_here_or_all_of_the_same_name(
    world: World, admin: str
) -> None:
    first, second = begin_session(world, admin), begin_session(world, admin)
    other = begin_session(world, make_key(world, "desk", by=admin))
    token = form_token(open_page(world, "/account", first).text)
    refused = [
        world.client.post("/sign-out", headers=first | OURS, follow_redirects=False),
        world.client.get("/sign-out", headers=first, follow_redirects=False),
    ]
    out = world.client.post(
        "/sign-out", data={"form_token": token}, headers=first | OURS, follow_redirects=False
    )

    def is_signed_in(session: dict[str, str]) -> bool:
        return "Signed in as" in open_page(world, "/docs", session).text

    assert [each.status_code for each in refused] == [403, 405]
    assert out.headers["set-cookie"].startswith(f"{COOKIE}=; Path=/; Secure")
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert out.headers["clear-site-data"] == '"cache"'
    assert "You have signed out" in open_page(world, out.headers["location"], {}).text
    assert [is_signed_in(each) for each in (first, second, other)] == [False, True, True]

    third = begin_session(world, admin)
    page = open_page(world, "/account", third).text
    assert "Sign out of all 2 sessions" in page
    sent = {"form_token": form_token(page), "of": "all"}
    world.client.post("/sign-out", data=sent, headers=third | OURS)
    assert [is_signed_in(each) for each in (second, third, other)] == [False, False, True]


@ON_BOTH
def test_an_operator_sees_who_is_signed_in_and_ends_that(world: World, admin: str) -> None:
    desk = begin_session(world, make_key(world, "desk", by=admin))
    operator = begin_session(world, admin)
    listed = world.client.get("/v1/sessions", headers=bearer(admin))
    ended = world.client.post("/v1/sessions/end", json={"name": "desk"}, headers=bearer(admin))
    refused = [
        world.client.get("/v1/sessions", headers=desk),
        world.client.post("/v1/sessions/end", json={"name": "desk"}, headers=operator),
        world.client.post("/v1/sessions/end", json={"nome": "desk"}, headers=bearer(admin)),
    ]

    assert [(each["name"], each["role"]) for each in listed.json()["sessions"]] == [
        ("desk", None),
        ("operator", None),
    ]
    assert listed.json()["sessions"][0]["ends_at"] == "2025-12-23T00:00:00.000000Z"
    assert listed.headers["cache-control"] == "no-store"
    assert ended.json() == {"name": "desk", "ended": 1}
    assert "Not signed in" in open_page(world, "/docs", desk).text
    assert "Signed in as" in open_page(world, "/docs", operator).text
    assert [each.status_code for each in refused] == [401, 401, 422]


@ON_BOTH
def test_signing_in_again_replaces_the_session(world: World, admin: str) -> None:
    first = begin_session(world, admin)
    again = world.client.post(
        "/sign-in", data={"key": admin}, headers=first | OURS, follow_redirects=False
    )

    assert read_cookie(again) != first["Cookie"]
    assert "Not signed in" in open_page(world, "/docs", first).text


@ON_BOTH
def test_a_session_ends_by_time_by_disuse_and_with_its_key(world: World, admin: str) -> None:
    used, unused = begin_session(world, admin), begin_session(world, admin)
    short = begin_session(world, make_key(world, "short", by=admin, expires="2025-12-22T14:00Z"))
    gone = begin_session(world, make_key(world, "gone", by=admin))
    start = world.moment

    def signed_in(minutes: int, *sessions: dict[str, str]) -> list[bool]:
        world.moment = start + minutes * MINUTE
        return ["Signed in as" in open_page(world, "/docs", each).text for each in sessions]

    world.client.post("/v1/keys/gone/revoke", headers=bearer(admin))
    assert signed_in(0, gone) == [False]
    assert signed_in(50, used, short) == [True, True]
    assert signed_in(59, unused) == [True]
    assert signed_in(109, used, short) == [True, True]
    assert signed_in(118, used) == [True]
    assert signed_in(119, unused) == [False]
    assert signed_in(120, short) == [False]
    for minutes in range(150, 719, 30):
        assert signed_in(minutes, used) == [True], minutes
    assert signed_in(720, used) == [False]


@ON_BOTH
def test_only_a_hash_of_the_token_is_kept_and_what_is_over_is_removed(
    world: World, admin: str
) -> None:
    def kept() -> list[Any]:
        with world.ledger.open_snapshot() as c:
            c.execute("SELECT * FROM access_session")
            return [tuple(row) for row in c.fetchall()]

    token = begin_session(world, admin)["Cookie"].partition("=")[2]
    row = kept()[0]
    for _ in range(25):
        begin_session(world, admin)
    many = len(kept())
    world.moment += DEFAULT_TERMS.lifetime + HOUR
    begin_session(world, admin)

    assert token not in str(row)
    assert len(bytes(row[0])) == 32
    assert row[1] == "operator"
    assert many == 20
    assert len(kept()) == 1


@ON_SERVER
def test_another_process_knows_of_a_session_at_once_and_of_its_end_within_a_second(
    world: World, admin: str
) -> None:
    """A ring of its own stands for the other process: it shares nothing but the database."""
    gate = gate_of(world)
    ring = SessionRing(world.ledger, DEFAULT_TERMS, lambda each: gate.keys.find_named(each.name))
    with closing(ring.task):
        ring.task.start()
        time.sleep(0.1)
        token = begin_session(world, admin)["Cookie"].partition("=")[2]
        was_unknown = ring.lacks(token)
        ring.refresh()
        found = ring.find_of_token(token)
        gate.sessions.end("operator")
        time.sleep(1)

        assert was_unknown
        assert found
        assert found.caller.name == "operator"
        assert ring.find_of_token(token) is None


@ON_SERVER
def test_a_session_that_another_process_began_is_looked_up_by_the_request(
    world: World, admin: str
) -> None:
    gate = gate_of(world)
    other = SessionRing(world.ledger, DEFAULT_TERMS, lambda each: gate.keys.find_named(each.name))
    token = other.begin("operator")

    assert "Signed in as" in open_page(world, "/docs", {"Cookie": f"{COOKIE}={token}"}).text
    assert "Not signed in" in open_page(world, "/docs", {"Cookie": f"{COOKIE}=nothing"}).text


def test_no_cache_keeps_anything_of_a_session(world: World, admin: str) -> None:
    limited = make_key(world, "limited", by=admin, negotiations=["talks"], audience="staff")
    session = begin_session(world, limited)
    pinned = world.client.get(f"{TALKS}/state").headers["link"].partition(">")[0][1:]

    for path in (
        *("/desk/talks", "/desk/talks?audience=staff", "/desk/talks/events.csv?audience=staff"),
        *("/account", "/", "/desk/nowhere", f"{TALKS}/state?audience=staff", f"{TALKS}/state"),
        *("/v1/negotiations/other/state", f"{TALKS}/events/{'0' * 8}", "/v1/negotiations"),
    ):
        headers = open_page(world, path, session).headers
        assert headers["cache-control"] == "private, no-store", path
        assert "Cookie" in headers["vary"], path
    assert "Cookie" in open_page(world, "/desk/talks", {}).headers["vary"]
    for_all = open_page(world, pinned, begin_session(world, admin)).headers
    assert for_all["cache-control"].startswith("public, max-age")


def test_failed_sign_ins_are_few_and_told_without_what_was_typed(
    world: World, admin: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "minutebook")
    wrong = make_secret()
    answers = [sign_in(world, wrong) for _ in range(25)]
    cut = sign_in(world, admin[:-2])
    good = sign_in(world, admin)
    told = [each.getMessage() for each in caplog.records if "sign-in" in each.getMessage()]

    assert [each.status_code for each in answers] == [401] * 20 + [429] * 5
    assert "this key is not known here" in answers[0].text
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (cut.status_code, good.status_code) == (429, 303)
    assert told == ["a sign-in from 127.0.0.1 failed: this key is not known here"] * 20
    assert "operator signed in from 127.0.0.1" in caplog.text
    for secret in (wrong, admin, admin[:-2], read_cookie(good)):
        assert secret not in caplog.text
        assert secret not in answers[0].text + cut.text


def test_a_key_is_not_taken_where_others_could_read_it(world: World, admin: str) -> None:
    """Over plain HTTP browsers send no Sec-Fetch-Site beyond their own machine."""
    named = create_app(world.ledger, policy=AccessPolicy(frozenset({"minutes.example"})))
    client = LocalClient(named)
    plain = {"Host": "minutes.example", "Origin": "http://minutes.example"}
    page = client.get("/sign-in", headers={"Host": "minutes.example"})
    refused = client.post("/sign-in", data={"key": admin}, headers=plain)
    taken = client.post(
        "/sign-in", data={"key": admin}, headers=plain | OURS, follow_redirects=False
    )
    server_services(named).comparer.close()

    assert "This page came without TLS" in page.text
    assert (refused.status_code, "set-cookie" in refused.headers) == (422, False)
    assert "FORWARDED_ALLOW_IPS" in refused.text
    assert taken.status_code == 303


def test_without_keys_there_is_nobody_to_sign_in(world: World) -> None:
    page, desk = (world.client.get(path).text for path in ("/sign-in", "/desk/talks"))

    assert "This server has no keys" in page
    assert 'name="key"' not in page
    assert "/sign-in" not in desk
    assert "Signed in" not in desk
    assert sign_in(world, make_secret()).status_code == 401
