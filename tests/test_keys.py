"""Keys: who asks and records, what each may, and for how long."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from api.access.caller import SCOPES, Caller
from api.access.gate import AccessPolicy
from api.access.keys import PREFIX, SECRET_LENGTH, KeyRing, hash_secret, make_secret
from api.access.route_scope import ScopedRoute, require_declared_scopes
from api.app import create_app
from api.cli.connection import read_key
from api.services import server_services
from domain.errors import InvalidQuestionError, KeyRequiredError
from tests.command_line import run_command
from tests.facts import OPENING, statement
from tests.keyed_world import ON_BOTH, TALKS, bearer, make_key
from tests.local_client import BASE_URL, LocalClient
from tests.serving import Stream, serve_here, wait_until
from tests.world import World


@pytest.fixture
def world(keyed_world: World) -> World:
    return keyed_world


def test_a_secret_is_256_random_bits_with_a_checksum() -> None:
    secrets = {make_secret() for _ in range(100)}

    assert len(secrets) == 100
    for secret in secrets:
        assert (secret[:4], len(secret)) == (PREFIX, SECRET_LENGTH)
        assert len(hash_secret(secret)) == 32


def test_a_secret_that_was_cut_or_mistyped_is_told_from_an_unknown_one() -> None:
    secret = make_secret()
    mistyped = secret[:10] + ("A" if secret[10] != "A" else "B") + secret[11:]

    for text in (secret[:-1], secret[:20], PREFIX, mistyped, f"{secret}A", f"{secret}===="):
        with pytest.raises(KeyRequiredError, match="not whole"):
            hash_secret(text)
    with pytest.raises(KeyRequiredError, match="begins with mbk_"):
        hash_secret("hunter2")


def test_scopes_include_others_and_all_but_read_see_as_staff() -> None:
    included = {
        scope: (set(caller.scopes), caller.audience)
        for scope in SCOPES
        for caller in [Caller.with_scopes("x", (scope,), "public")]
    }

    assert included == {
        "read": ({"read"}, "public"),
        "propose": ({"read", "propose"}, "staff"),
        "append": ({"read", "propose", "append"}, "staff"),
        "audit": ({"read", "audit"}, "staff"),
        "admin": (set(SCOPES), "staff"),
    }


def test_every_route_declares_its_scope(world: World) -> None:
    routes = world.client.app.routes  # type: ignore[attr-defined]  # an application
    declared = {
        (each.path, method): each.scope_needed
        for each in routes
        if isinstance(each, ScopedRoute)
        for method in each.methods
    }
    others = {getattr(each, "path", "") for each in routes if not isinstance(each, ScopedRoute)}

    assert len(declared) > 80
    assert sorted(path.partition("/static")[1] or path for path in others) == [
        "/openapi.json",
        "/static",
    ]
    open_paths = {path for (path, _), scope in declared.items() if scope is None}
    assert open_paths == {
        *("/livez", "/readyz", "/version", "/v1/audit/checkpoint", "/v1/audit/key"),
        "/v1/audit/keys",
        *("/docs", "/problems", "/problems/{slug}", "/desk", "/desk/{rest:path}"),
        *("/k/{negotiation}/{pin}", "/k/{negotiation}/{pin}/{page:path}"),
        *("/sign-in", "/sign-out", "/account", "/sign-in/oidc", "/sign-in/oidc/callback"),
        *("/docs/", "/problems/{rest:path}", "/open/", "/sign-in/", "/account/"),
    }
    assert {key for key, scope in declared.items() if scope not in (None, "read")} == {
        ("/v1/negotiations/{negotiation}/events", "POST"),
        ("/v1/trials", "POST"),
        ("/v1/negotiations/{negotiation}/proposals", "POST"),
        ("/v1/negotiations/{negotiation}/proposals", "GET"),
        ("/v1/negotiations/{negotiation}/proposals/{proposal}", "GET"),
        ("/v1/negotiations/{negotiation}/proposals/{proposal}/accept", "POST"),
        ("/v1/negotiations/{negotiation}/proposals/{proposal}/return", "POST"),
        ("/v1/negotiations/{negotiation}/proposals/{proposal}/withdraw", "POST"),
        ("/v1/negotiations/{negotiation}/articles", "GET"),
        ("/v1/negotiations/{negotiation}/articles", "POST"),
        ("/v1/negotiations/{negotiation}/articles/{article}", "GET"),
        ("/v1/negotiations/{negotiation}/articles/{article}", "PATCH"),
        ("/v1/negotiations/{negotiation}/articles/{article}/accept", "POST"),
        ("/v1/negotiations/{negotiation}/drafts", "GET"),
        ("/v1/negotiations/{negotiation}/drafts/{draft}", "GET"),
        ("/v1/negotiations/{negotiation}/drafts/{draft}", "PATCH"),
        ("/v1/negotiations/{negotiation}/drafts/{draft}/accept", "POST"),
        ("/v1/negotiations/{negotiation}/drafts/{draft}/discard", "POST"),
        ("/v1/negotiations/{negotiation}/drafts/{draft}/reopen", "POST"),
        ("/v1/negotiations/{negotiation}/drafts/{draft}/report", "POST"),
        ("/v1/negotiations/{negotiation}/feeds", "GET"),
        ("/v1/negotiations/{negotiation}/feeds", "POST"),
        ("/v1/negotiations/{negotiation}/feeds", "DELETE"),
        ("/desk/{negotiation}/proposals", "GET"),
        ("/desk/{negotiation}/proposals.json", "GET"),
        ("/desk/{negotiation}/proposals/{proposal}", "GET"),
        ("/desk/{negotiation}/proposals/{proposal}.json", "GET"),
        ("/desk/{negotiation}/proposals/{proposal}", "POST"),
        ("/desk/{negotiation}/inbox", "GET"),
        ("/desk/{negotiation}/inbox.json", "GET"),
        ("/desk/{negotiation}/inbox", "POST"),
        ("/desk/{negotiation}/inbox/quality", "GET"),
        ("/desk/{negotiation}/inbox/quality.json", "GET"),
        ("/desk/{negotiation}/inbox/quality.csv", "GET"),
        ("/desk/{negotiation}/inbox/{article}", "GET"),
        ("/desk/{negotiation}/inbox/{article}.json", "GET"),
        ("/desk/{negotiation}/inbox/{article}", "POST"),
        ("/desk/{negotiation}/inbox/by-model", "POST"),
        ("/desk/{negotiation}/inbox/{article}/by-model", "POST"),
        ("/open", "GET"),
        ("/open", "POST"),
        ("/desk/{negotiation}/record", "GET"),
        ("/desk/{negotiation}/record.json", "GET"),
        ("/desk/{negotiation}/record", "POST"),
        ("/v1/audit/leaves/{seq}", "GET"),
        ("/v1/audit/tile/{place:path}", "GET"),
        ("/metrics", "GET"),
        ("/v1/keys", "GET"),
        ("/v1/keys", "POST"),
        ("/v1/keys/{name}/revoke", "POST"),
        ("/v1/sessions", "GET"),
        ("/v1/sessions/end", "POST"),
    }


def test_a_route_without_a_scope_cannot_be_registered() -> None:
    plain, scoped = APIRouter(), APIRouter(route_class=ScopedRoute)
    plain.add_api_route("/open", lambda: None)

    with pytest.raises(TypeError, match="/open declares no scope"):
        require_declared_scopes(plain.routes, open_paths=())
    with pytest.raises(TypeError, match="/open declares no scope"):
        scoped.add_api_route("/open", lambda: None)
    assert isinstance(plain.routes[0], APIRoute)


def test_without_keys_whoever_is_on_the_machine_may_do_everything(world: World) -> None:
    far = TestClient(world.client.app, BASE_URL, client=("192.0.2.7", 50000))
    refused = far.get(f"{TALKS}/state")

    assert world.get("/state", audience="staff").status_code == 200
    assert world.client.get("/readyz").json()["access"] == "no-keys"
    assert "No keys: only this machine is answered" in world.client.get("/desk/talks").text
    assert "No keys: only this machine is answered" in world.client.get("/docs").text
    assert refused.status_code == 403
    assert "no keys yet" in refused.json()["detail"]
    assert "minutebook keys create" in refused.json()["hint"]
    for path in ("/v1/negotiations", "/v1/audit/leaves/1", "/desk/talks", "/livez"):
        assert far.get(path).status_code == 403, path


def test_with_keys_a_request_without_one_is_the_publics(world: World, admin: str) -> None:
    def ask(path: str) -> tuple[int, Any]:
        response = world.client.get(path)
        return response.status_code, response.headers.get("www-authenticate", "").partition(" ")[0]

    assert world.client.get("/readyz").json()["access"] == "keys"
    assert "No keys" not in world.client.get("/desk/talks").text
    for path in (f"{TALKS}/state", "/v1/negotiations", "/desk/talks", "/v1/audit/checkpoint"):
        assert ask(path) == (200, ""), path
    for path in (
        f"{TALKS}/state?audience=staff",
        f"{TALKS}/stream?audience=press",
        f"{TALKS}/receipt?audience=staff",
        "/desk/talks?audience=press",
        "/desk/talks.json?audience=press",
        "/desk/talks/record",
        "/desk/talks/record.json?type=position-stated",
        f"{TALKS}/export",
        "/v1/audit/leaves/1",
        "/v1/audit/tile/0/000.p/1",
        "/v1/keys",
    ):
        assert ask(path) == (401, "Bearer"), path
    assert world.post(statement(9)).status_code == 401
    ours = {"Sec-Fetch-Site": "same-origin"}
    form = world.client.post("/desk/talks/record", data={"type": "x"}, headers=ours)
    assert form.status_code == 401


def test_a_key_says_in_words_what_it_lacks(world: World, admin: str) -> None:
    press = bearer(make_key(world, "desk", by=admin, audience="press"))

    staff = world.client.get(f"{TALKS}/state?audience=staff", headers=press)
    leaf = world.client.get("/v1/audit/leaves/1", headers=press)
    recorded = world.post(statement(9), headers=press)
    page = world.client.get("/desk/talks?audience=staff", headers=press)

    assert world.client.get(f"{TALKS}/state?audience=press", headers=press).status_code == 200
    assert [each.status_code for each in (staff, leaf, recorded, page)] == [403] * 4
    assert staff.json()["detail"] == (
        "this needs the audience staff; the key 'desk' is for the audience press"
    )
    assert leaf.json()["detail"] == "this needs the scope audit; the key 'desk' has only read"
    assert recorded.json()["detail"] == "this needs the scope append; the key 'desk' has only read"
    assert "this needs the audience staff" in page.text
    assert staff.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/v1/keys", "/v1/sessions/end", f"{TALKS}/proposals"])
@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"[null, null]", "application/json"),
        (b"{", "application/json"),
        (b"\xff", "application/json"),
        (b'{"name": "reader"}', "text/plain"),
        (b"", "application/json"),
    ],
)
def test_a_body_that_is_none_is_refused_with_a_remedy(
    world: World, admin: str, path: str, body: bytes, media_type: str
) -> None:
    headers = bearer(admin) | {"Content-Type": media_type}
    answer = world.client.post(path, content=body, headers=headers)

    assert answer.status_code in (400, 415, 422), answer.text
    assert answer.json()["hint"] or answer.json()["errors"][0]["hint"], answer.text


@pytest.mark.parametrize(
    "path", ["/v1/negotiations/K/export", f"{TALKS}/proposals/%C3%B0", "/v1/keys/K!/revoke"]
)
def test_a_name_in_an_address_that_cannot_be_is_refused(
    world: World, admin: str, path: str
) -> None:
    method = "POST" if "revoke" in path else "GET"
    answer = world.client.request(method, path, headers=bearer(admin))

    assert answer.status_code == 422
    assert answer.json()["hint"]


def test_recorded_by_is_the_name_of_the_key(world: World, admin: str) -> None:
    clerk = bearer(make_key(world, "clerk", "append", by=admin))

    answer = world.post(statement(9), headers=clerk)
    chosen = world.post(statement(10) | {"recorded_by": "someone"}, headers=clerk)
    seq = answer.json()["recorded"][0]["seq"]
    leaf = world.client.get(f"/v1/audit/leaves/{seq}", headers=bearer(admin)).json()

    assert (answer.status_code, leaf["recorded_by"]) == (201, "clerk")
    assert chosen.status_code == 422


@ON_BOTH
def test_a_name_is_never_given_again(world: World, admin: str) -> None:
    make_key(world, "clerk", by=admin)
    world.client.post("/v1/keys/clerk/revoke", headers=bearer(admin))

    for name in ("clerk", "operator", "local"):
        again = world.client.post("/v1/keys", json={"name": name}, headers=bearer(admin))
        assert again.status_code == 422, name


@ON_BOTH
def test_only_a_hash_of_the_secret_is_kept(world: World, admin: str) -> None:
    secret = make_key(world, "clerk", by=admin)
    listed = world.client.get("/v1/keys", headers=bearer(admin))
    with world.ledger.open_snapshot() as c:
        c.execute("SELECT * FROM access_key")
        kept = [value for row in c.fetchall() for value in tuple(row)]

    assert secret not in listed.text
    assert [key["name"] for key in listed.json()["keys"]] == ["clerk", "operator"]
    assert hash_secret(secret) in map(bytes, filter(lambda value: isinstance(value, bytes), kept))
    assert secret[4:] not in str(kept)


@pytest.mark.parametrize(
    "given",
    ["Bearer {unknown}", "Bearer {cut}", "Bearer", "Basic {key}", "{key}", "Bearer {key}, {key}"],
)
def test_what_is_no_valid_key_is_401_and_never_the_publics(
    world: World, admin: str, given: str
) -> None:
    value = given.format(unknown=make_secret(), cut=admin[:-3], key=admin)
    response = world.client.get(f"{TALKS}/state", headers={"Authorization": value})

    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert "operator" not in response.text
    twice = [("Authorization", f"Bearer {admin}")] * 2
    assert world.client.get(f"{TALKS}/state", headers=twice).status_code == 401


@ON_BOTH
def test_a_key_ends_when_it_expires_or_is_revoked(world: World, admin: str) -> None:
    short = make_key(world, "short", by=admin, expires="2025-12-31")
    gone = make_key(world, "gone", by=admin)

    def ask(secret: str) -> tuple[int, str]:
        response = world.client.get(f"{TALKS}/state", headers=bearer(secret))
        return response.status_code, response.json().get("detail", "")

    assert (ask(short), ask(gone)) == ((200, ""), (200, ""))
    revoked = world.client.post("/v1/keys/gone/revoke", headers=bearer(admin)).json()
    world.set_clock("2026-01-01T00:00:00Z")
    assert (revoked["status"], ask(gone)[0], ask(short)[0]) == ("revoked", 401, 401)
    assert "was revoked on 2025-12-22" in ask(gone)[1]
    assert "expired on 2025-12-31" in ask(short)[1]


@ON_BOTH
def test_another_process_knows_of_a_change_within_a_second(world: World, admin: str) -> None:
    """A ring of its own stands for the other process: it shares nothing but the database."""
    ring = KeyRing(world.ledger)
    with closing(ring.task):
        ring.task.start()
        secret = make_key(world, "clerk", by=admin)
        time.sleep(1)
        known = ring.find_caller(secret)
        world.client.post("/v1/keys/clerk/revoke", headers=bearer(admin))
        time.sleep(1)

        assert known.name == "clerk"
        with pytest.raises(KeyRequiredError, match="revoked"):
            ring.find_caller(secret)


@ON_BOTH
def test_a_key_for_a_negotiation_sees_no_other(world: World, admin: str) -> None:
    opening = {"type": "negotiation-opened", "title": "Other"}
    other = world.client.post("/v1/negotiations/other/events", json=opening, headers=bearer(admin))
    assert other.status_code == 201
    limited = bearer(make_key(world, "clerk", "append", by=admin, negotiations=["talks", "later"]))

    def ask(path: str) -> Any:
        return world.client.get(path, headers=limited)

    listed = ask("/v1/negotiations?audience=staff")
    assert [each["negotiation"] for each in listed.json()["data"]] == ["talks"]
    assert listed.headers["cache-control"].startswith("private")
    assert ask("/").headers["location"] if ask("/").is_redirect else "talks" in ask("/").text
    for path in ("/v1/negotiations/{}/state", "/v1/negotiations/{}/stream", "/desk/{}"):
        hidden, unknown = (ask(path.format(name)) for name in ("other", "none"))
        assert (hidden.status_code, hidden.text) == (404, unknown.text.replace("none", "other"))
    later = ask("/v1/negotiations/later/state")
    unopened = world.client.post(
        "/v1/negotiations/later/events", json=statement(1), headers=limited
    )
    for refused in (later, unopened):
        assert refused.status_code == 404
        assert "other" not in refused.text
    recorded = world.client.post("/v1/negotiations/other/events", json=opening, headers=limited)
    assert recorded.status_code == 404


def test_a_refusal_names_no_negotiation_that_the_key_is_not_for(world: World, admin: str) -> None:
    opening = {"type": "negotiation-opened", "title": "Hidden"}
    taken = statement(7) | {"id": "00000000-0000-4000-8000-000000000007"}
    everybody, opened = bearer(admin), [opening, *OPENING[1:], taken]
    recorded = world.client.post(
        "/v1/negotiations/hidden-talks/events", json=opened, headers=everybody
    )
    assert recorded.status_code == 201
    limited = bearer(make_key(world, "clerk", "append", by=admin, negotiations=["talks", "later"]))
    changed = taken | {"summary": "changed"}

    def refuse(slug: str, body: Any, headers: dict[str, str]) -> list[str]:
        """Return what each way to record or try an event says of it."""
        posted = world.client.post(f"/v1/negotiations/{slug}/events", json=body, headers=headers)
        page = orjson.dumps({"negotiation": slug, "events": [body]})
        ndjson = headers | {"Content-Type": "application/x-ndjson"}
        tried = world.client.post("/v1/trials", content=page, headers=ndjson)
        form = {"step": "record", "type": "statement-made", "id": taken["id"]}
        form |= {name: str(body[name]) for name in ("statement", "speaker", "summary")}
        written = world.client.post(
            f"/desk/{slug}/record", data=form, headers=headers | {"Origin": BASE_URL}
        )
        assert (posted.status_code, tried.status_code) in ((409, 200), (404, 200))
        return [posted.text, tried.text, written.text]

    for text in [*refuse("talks", taken, limited), *refuse("talks", changed, limited)]:
        assert "already taken" in text
        assert "hidden-talks" not in text
    for text in refuse("talks", taken, everybody)[:2]:
        assert "in the negotiation 'hidden-talks'" in text
    for text in refuse("later", statement(1), limited)[:2]:
        assert "hidden-talks" not in text
        assert "negotiation-opened" in text


@ON_BOTH
def test_keys_for_the_whole_log_are_not_limited(world: World, admin: str) -> None:
    for scope in ("audit", "admin"):
        body = {"name": "x", "scopes": [scope], "negotiations": ["talks"]}
        assert world.client.post("/v1/keys", json=body, headers=bearer(admin)).status_code == 422
    body = {"name": "x", "scopes": ["append"], "audience": "press"}
    assert world.client.post("/v1/keys", json=body, headers=bearer(admin)).status_code == 422


@ON_BOTH
def test_proofs_are_of_what_the_caller_can_see(world: World, admin: str) -> None:
    """A hidden event is as one that is not there."""
    head = world.client.get("/readyz").json()["head"]
    shown, hidden = len(OPENING) + 1, len(OPENING) + 2
    signed = f"\n{head}\n"
    wait_until(lambda: signed in world.client.get("/v1/audit/checkpoint").text)
    auditor = bearer(make_key(world, "auditor", "audit", by=admin))

    for name in ("inclusion", "inclusion.tlog-proof"):
        address = f"/v1/audit/proofs/{name}?seq="
        assert world.client.get(f"{address}{shown}").status_code == 200
        refused, absent = (world.client.get(f"{address}{seq}") for seq in (hidden, 999))
        assert refused.status_code == 404
        assert refused.text == absent.text.replace("999", str(hidden))
        assert world.client.get(f"{address}{hidden}", headers=auditor).status_code == 200


@ON_BOTH
def test_an_idempotency_key_is_its_callers_own(world: World, admin: str) -> None:
    callers = [bearer(make_key(world, name, "append", by=admin)) for name in ("one", "two")]
    answers = [
        world.post(statement(number), headers=caller | {"Idempotency-Key": "k"})
        for number, caller in zip((9, 10), callers, strict=True)
    ]
    again = world.post(statement(9), headers=callers[0] | {"Idempotency-Key": "k"})
    reused = world.post(statement(11), headers=callers[1] | {"Idempotency-Key": "k"})

    assert [each.status_code for each in answers] == [201, 201]
    assert again.json() == answers[0].json()
    assert (reused.status_code, "'k'" in reused.json()["detail"]) == (422, True)


@ON_BOTH
def test_an_answer_from_memory_is_for_equal_rights_alone(world: World, admin: str) -> None:
    press = bearer(make_key(world, "desk", by=admin, audience="press"))
    path = f"{TALKS}/state?known_at=2025-12-21T00:00:00Z&seq=4&audience=press"
    path += "&valid_at=2025-12-21T00:00:00Z"

    first = world.client.get(path, headers=press)
    assert (first.status_code, "immutable" in first.headers["cache-control"]) == (200, True)
    assert first.headers["cache-control"].startswith("private")
    assert world.client.get(path).status_code == 401
    world.client.post("/v1/keys/desk/revoke", headers=bearer(admin))
    assert world.client.get(path, headers=press).status_code == 401


def test_where_only_keys_are_answered_nothing_is_public(world: World, admin: str) -> None:
    app = create_app(world.ledger, policy=AccessPolicy(anonymous="none"))
    path = f"{TALKS}/state?known_at=2025-12-21T00:00:00Z&seq=4&valid_at=2025-12-21T00:00:00Z"
    with LocalClient(app) as client:
        server_services(app).comparer.close()
        answered = client.get(path, headers=bearer(admin))
        assert client.get(path).status_code == 401
        page = client.get("/desk/talks")
        assert (page.status_code, page.headers["content-type"][:9]) == (401, "text/html")
        assert answered.headers["cache-control"].startswith("private")
        for open_path in ("/livez", "/version", "/v1/audit/key", "/docs"):
            assert client.get(open_path).status_code == 200


def test_the_owner_of_a_ledger_is_known_by_what_the_server_left(world: World, admin: str) -> None:
    secret = make_secret()
    app = create_app(world.ledger, policy=AccessPolicy(owner_secret=secret))
    with LocalClient(app) as client:
        server_services(app).comparer.close()
        answer = client.get(f"{TALKS}/state?audience=staff", headers=bearer(secret))

    assert answer.status_code == 200


def test_a_server_is_not_opened_to_others_before_there_are_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "x.db")
    refused = run_command("serve", "--db", file, "--host", "0.0.0.0", "--port", "0")  # noqa: S104  # refused

    assert refused.returncode == 2
    assert "the ledger has no keys" in refused.stderr
    assert "minutebook keys create" in refused.stderr


def test_keys_on_the_command_line(tmp_path: Path) -> None:
    file, output = str(tmp_path / "x.db"), tmp_path / "clerk.key"
    made = run_command("keys", "create", "reader", "--db", file)
    run_command(
        *("keys", "create", "clerk", "--scope", "append", "--negotiation", "talks"),
        *("--expires", "2030-12-31", "--output", str(output), "--db", file),
    )
    again = run_command("keys", "create", "other", "--output", str(output), "--db", file)
    run_command("keys", "revoke", "reader", "--db", file)
    listed = run_command("keys", "list", "--db", file)

    assert hash_secret(made.stdout.strip())
    assert hash_secret(output.read_text().strip())
    assert output.stat().st_mode & 0o777 == 0o600
    assert (again.returncode, "exists" in again.stderr) == (2, True)
    assert listed.stdout.splitlines() == [
        "clerk: append, as staff, talks, until 2030-12-31  (valid)",
        "reader: read, as public, all negotiations, without an end  (revoked)",
    ]


def test_an_open_stream_ends_within_a_second_after_its_key(tmp_path: Path) -> None:
    """Also one of somebody without a key, once the first key is made."""
    with serve_here(tmp_path / "x.db", folder=tmp_path) as server:
        server.post("talks", [*OPENING, statement(1)])
        path = f"{TALKS}/stream?audience=staff"
        with server.stream(path) as before:
            before.take(1)
            _, _, made = server.call("POST", "/v1/keys", {"name": "root", "scopes": ["admin"]})
            assert seconds_to_end(before) < 1
        admin = bearer(made["secret"])
        body = {"name": "desk", "audience": "staff"}
        _, _, key = server.call("POST", "/v1/keys", body, **admin)
        with server.stream(path, **bearer(key["secret"])) as stream:
            stream.take(1)
            server.call("POST", "/v1/keys/desk/revoke", **admin)
            assert seconds_to_end(stream) < 1
        owner = run_command("append", "talks", "--db", str(tmp_path / "x.db"), *NEW_ISSUE)
        far = {"MINUTEBOOK_URL": f"http://127.0.0.1:{server.port}"}
        stranger = run_command("append", "talks", *NEW_ISSUE, **far)
        by_key = run_command("keys", "list", "--key", made["secret"], **far)

    assert owner.returncode == 0, owner.stderr
    assert (stranger.returncode, "needs the scope append" in stranger.stderr) == (2, True)
    assert by_key.returncode == 0


NEW_ISSUE = ("--type", "issue-defined", "--set", "issue=new", "--set", "title=New")


def seconds_to_end(stream: Stream) -> float:
    """Return how long a stream goes on."""
    start = time.monotonic()
    for _ in stream.blocks():
        pass
    return time.monotonic() - start


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "k.key"
    file.write_text(make_secret())
    file.chmod(0o644)
    with pytest.raises(InvalidQuestionError, match="other users"):
        read_key(str(file))
    file.chmod(0o600)

    assert read_key(str(file)) == file.read_text()
    with pytest.raises(InvalidQuestionError, match="neither a key nor the name of a file"):
        read_key("hunter2")
