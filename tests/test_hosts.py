"""Hosts and origins: a server answers by its own names, and is changed by its own pages alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from api.access.gate import AccessPolicy
from api.app import create_app
from api.services import server_services
from api.settings import load_settings
from domain.errors import InvalidQuestionError
from tests.browser import ARGUMENTS, REMEDY, find_chromium
from tests.facts import OPENING, statement
from tests.local_client import LocalClient
from tests.serving import serve_here
from tests.world import World

TALKS = "/v1/negotiations/talks"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalClient]:
    """A server that is known as minutes.example besides its own machine's names."""
    with World(tmp_path_factory.mktemp("hosts"), "http") as world:
        world.record("2025-12-22T12:00:00Z", [*OPENING, statement(1)])
        app = create_app(world.ledger, policy=AccessPolicy(frozenset({"minutes.example"})))
        with LocalClient(app, raise_server_exceptions=False) as opened:
            yield opened
        server_services(app).comparer.close()


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1", "127.0.0.1:8000", "[::1]", "[::1]:65535", "LOCALHOST:8000"),
        *("localhost.", "minutes.example", "Minutes.Example:443"),
    ],
)
def test_a_server_answers_by_its_names_with_any_port(client: LocalClient, host: str) -> None:
    assert client.get(f"{TALKS}/state", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example"),
        *(
            "127.0.0.2",
            "0.0.0.0",  # noqa: S104  # asked for, not bound
            "[::]",
            "::1",
            "",
            "localhost@evil.example",
            "localhost/",
        ),
        *("127.0.0.1:80:80", "sub.minutes.example", "localhost:port", "127.0.0.1, evil.example"),
        *("2130706433", "0x7f000001", "localhost\tx"),
    ],
)
def test_other_hosts_are_told_nothing(client: LocalClient, host: str) -> None:
    for method, path in (
        ("GET", f"{TALKS}/export"),
        ("HEAD", f"{TALKS}/state"),
        ("POST", f"{TALKS}/events"),
        ("GET", "/desk/talks"),
        ("GET", "/livez"),
        ("GET", "/openapi.json"),
        ("GET", "/no-such-address"),
    ):
        response = client.request(method, path, headers={"Host": host})
        assert response.status_code == 421, (method, path)
        assert response.headers["content-type"] == "application/problem+json"
        assert "talks" not in response.text


def test_a_request_without_a_host_or_with_two_is_not_answered(client: LocalClient) -> None:
    twice = [("Host", "127.0.0.1"), ("Host", "evil.example")]

    assert client.get("/livez", headers=twice).status_code == 421


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "http://127.0.0.1"}, 201),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8001"}, 403),
        ({"Origin": "http://127.0.0.1.evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_only_our_own_pages_change_anything(
    client: LocalClient, headers: dict[str, str], status: int
) -> None:
    same_event = client.post(f"{TALKS}/events", json=statement(2), headers=headers)
    dry_run = client.post(f"{TALKS}/events?dry_run=true", json=statement(3), headers=headers)
    key = client.post("/v1/keys", json={"name": "_"}, headers=headers)

    assert same_event.status_code == status
    assert dry_run.status_code == {201: 200}.get(status, status)
    assert key.status_code == {201: 422}.get(status, status)
    assert client.get(f"{TALKS}/state", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("value", "hosts"),
    [
        ("minutes.example.org", {"minutes.example.org"}),
        ("A.example, b.example c.example", {"a.example", "b.example", "c.example"}),
        ("::2", {"[::2]"}),
        ("", set()),
    ],
)
def test_hosts_are_configured_by_name(
    monkeypatch: pytest.MonkeyPatch, value: str, hosts: set[str]
) -> None:
    monkeypatch.setenv("MINUTEBOOK_HOSTS", value)

    assert load_settings(host="0.0.0.0").access_policy.hosts == hosts  # noqa: S104  # names none
    assert load_settings(host="192.0.2.1").access_policy.hosts == hosts | {"192.0.2.1"}


@pytest.mark.parametrize("value", ["https://minutes.example.org", "a.example:8000", "*", "a/b"])
def test_what_is_no_name_is_refused_as_a_host(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MINUTEBOOK_HOSTS", value)
    with pytest.raises(InvalidQuestionError, match="MINUTEBOOK_HOSTS: hosts cannot be"):
        load_settings()


ATTACK = """
async () => {
  const ask = async (path, options) => {
    try {
      const answer = await fetch(path, options);
      return [answer.status, await answer.text()];
    } catch (error) {
      return [0, String(error)];
    }
  };
  const json = {method: "POST", headers: {"Content-Type": "application/json"}, body: EVENT};
  const form = new URLSearchParams({type: "issue-defined", issue: "x", title: "X", step: "record"});
  return [
    await ask("/v1/negotiations/talks/export"),
    await ask("/v1/negotiations/talks/state?audience=staff"),
    await ask("/desk/talks"),
    await ask("/v1/negotiations/talks/events", json),
    await ask("/desk/talks/record", {method: "POST", body: form}),
    await ask("/v1/keys", {...json, body: '{"name": "mine", "scopes": ["admin"]}'}),
  ];
}
"""
"""What a page does with the address that its name has come to resolve to."""


def test_a_rebinding_page_can_neither_read_nor_record(tmp_path: Path) -> None:
    path = find_chromium()
    if path is None:
        pytest.skip(REMEDY)
    rules = [*ARGUMENTS, "--host-resolver-rules=MAP evil.example 127.0.0.1"]
    script = ATTACK.replace("EVENT", repr('{"type": "issue-defined", "issue": "y", "title": "Y"}'))

    with serve_here(tmp_path / "x.db", folder=tmp_path) as server, sync_playwright() as driver:
        head = server.post("talks", [*OPENING, statement(1)])["head"]
        browser = driver.chromium.launch(executable_path=path, args=rules)
        page = browser.new_page(bypass_csp=True)  # what is refused lets no script ask anyway

        def attack(name: str) -> Any:
            page.goto(
                f"http://{name}:{server.port}/livez"
            )  # a document of that origin, refused or not
            return page.evaluate(script)

        rebound = attack("evil.example")
        after = server.get("/readyz")["head"]
        own = attack("127.0.0.1")
        after_own = server.get("/readyz")["head"]
        browser.close()

    assert [status for status, _ in rebound] == [421] * 6
    assert not any("talks" in text.replace("/talks", "") for _, text in rebound)
    assert after == head
    assert [status for status, _ in own[:4]] == [200, 200, 200, 201]
    assert own[4][0] == 200
    assert 'name="previewed"' in own[4][1]
    assert after_own == head + 1
