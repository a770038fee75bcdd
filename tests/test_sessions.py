"""Who is signed in: an operator lists and ends sessions, and people see and end their own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from subprocess import CompletedProcess

import httpx
import pytest

from domain.instants import MINUTE
from tests.command_line import run_command
from tests.keyed_world import bearer, make_key
from tests.serving import key_environment, serve_here
from tests.test_sign_in import OURS, begin_session, form_token, open_page
from tests.world import World


@pytest.fixture
def admin(http_world: World) -> str:
    http_world.set_clock("2025-12-22T12:00:00Z")
    return make_key(http_world, "operator", "admin")


def is_signed_in(world: World, session: dict[str, str]) -> bool:
    return "Signed in as" in open_page(world, "/docs", session).text


def listed(world: World, admin: str) -> list[dict[str, str]]:
    answer = world.client.get("/v1/sessions", headers=bearer(admin))
    found: list[dict[str, str]] = answer.json()["sessions"]
    return found


def test_an_operator_ends_one_session_of_several(http_world: World, admin: str) -> None:
    world, desk = http_world, make_key(http_world, "desk", by=admin)
    first, second = begin_session(world, desk), begin_session(world, desk)
    ids = [each["id"] for each in listed(world, admin)]

    def end(**named: str) -> tuple[int, object]:
        answer = world.client.post("/v1/sessions/end", json=named, headers=bearer(admin))
        return answer.status_code, answer.json().get("ended")

    assert end(name="operator", id=ids[0]) == (404, None)
    assert end(name="desk", id="0" * 16) == (404, None)
    assert end(name="desk", id=ids[0]) == (200, 1)
    assert [each["id"] for each in listed(world, admin)] == ids[1:]
    assert [is_signed_in(world, each) for each in (first, second)].count(True) == 1
    assert ids[0] not in str(first) + str(second)


def test_a_list_has_who_is_let_in_and_until_when(http_world: World, admin: str) -> None:
    world = http_world
    for name, terms in (("short", {"expires": "2025-12-22T14:00Z"}), ("gone", {})):
        begin_session(world, make_key(world, name, by=admin, **terms))
    world.client.post("/v1/keys/gone/revoke", headers=bearer(admin))

    assert [(each["name"], each["ends_at"]) for each in listed(world, admin)] == [
        ("short", "2025-12-22T14:00:00.000000Z")
    ]


def test_people_see_where_they_are_signed_in_and_end_any_of_it(
    http_world: World, admin: str
) -> None:
    world, desk = http_world, make_key(http_world, "desk", by=admin)
    alone = begin_session(world, desk)
    page_of_one = open_page(world, "/account", alone).text
    world.moment += 5 * MINUTE
    here, other = begin_session(world, desk), begin_session(world, make_key(world, "x", by=admin))
    page = open_page(world, "/account", here).text
    rows = [
        " ".join(re.sub("<[^>]+>", " ", row).split())
        for row in page.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")
    ]
    (ended_id,) = re.findall(r'name="session" value="(\w+)"', page)

    def send(session: dict[str, str], of: str) -> str:
        form = {"form_token": form_token(open_page(world, "/account", session).text), "session": of}
        answer = world.client.post(
            "/sign-out", data=form, headers=session | OURS, follow_redirects=False
        )
        return str(answer.headers["location"])

    assert "Where you are signed in" not in page_of_one
    assert rows[:2] == [
        "22 Dec 2025, 12:00 UTC 22 Dec 2025, 12:00 UTC 23 Dec 2025, 00:00 UTC End",
        "22 Dec 2025, 12:05 UTC 22 Dec 2025, 12:05 UTC 23 Dec 2025, 00:05 UTC This browser",
    ]
    assert send(other, ended_id) == "/account#sessions"
    assert is_signed_in(world, alone)
    assert send(here, ended_id) == "/account#sessions"
    assert [is_signed_in(world, each) for each in (alone, here, other)] == [False, True, True]


def test_sessions_on_the_command_line(target: str | Path, tmp_path: Path) -> None:
    """Through a server, and on the ledger that no server has open."""
    environment = key_environment(tmp_path)
    ledger = ("--db", target)
    operator = run_command("keys", "create", "operator", "--scope", "admin", *ledger).stdout.strip()
    desk = run_command("keys", "create", "desk", *ledger).stdout.strip()

    def run(*arguments: str | Path) -> CompletedProcess[str]:
        return run_command("sessions", *arguments, **environment)

    with serve_here(target, folder=tmp_path) as server:
        through = ("--url", server.url, "--key", operator)
        nobody = run("list", *through)
        for secret in (operator, desk, desk):
            httpx.post(f"{server.url}/sign-in", data={"key": secret}, headers=OURS)
        listed = run("list", *through).stdout.splitlines()
        (first, _, last) = (line.rpartition("(")[2].rstrip(")") for line in listed)
        one = run("end", "desk", "--session", first, *through)
        wrong = run("end", "operator", "--session", first, *through)
        refused = run("list", "--url", server.url, "--key", desk)
    direct = json.loads(run("list", "--json", *ledger).stdout)["sessions"]
    all_of_it = [run("end", name, *ledger) for name in ("desk", "operator", "nobody")]

    assert nobody.stdout == "nobody is signed in\n"
    assert [each.partition(":")[0] for each in listed] == ["desk", "desk", "operator"]
    minute = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    assert re.fullmatch(
        rf"desk: with a key, since {minute}, last used {minute}, until {minute}  \({first}\)",
        listed[0],
    )
    assert one.stdout == "ended 1 session of desk\n"
    assert (wrong.returncode, "has no session" in wrong.stderr) == (2, True)
    assert (refused.returncode, "needs the scope admin" in refused.stderr) == (2, True)
    assert [(each["name"], each["id"] == last) for each in direct] == [
        ("desk", False),
        ("operator", True),
    ]
    assert [each.stdout for each in all_of_it] == [
        "ended 1 session of desk\n",
        "ended 1 session of operator\n",
        "ended 0 sessions of nobody\n",
    ]
    assert run("list", "--db", tmp_path / "none.db").returncode == 2
    assert not (tmp_path / "none.db").exists()
