"""What OWASP ASVS asks of every answer and of all of the source; docs/asvs.md names the tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest import mock

import pytest

from api.access.gate import AccessPolicy
from api.app import create_app
from api.pages.shared.static_files import file_address, files_address
from api.services import server_services
from tests.keyed_world import bearer, make_key
from tests.local_client import LocalClient
from tests.test_sign_in import OURS, read_cookie
from tests.world import World

ROOT = Path(__file__).parent.parent
SCRIPTS = [
    file
    for file in (ROOT / "api" / "pages" / "static").glob("*.js")
    if not file.name.endswith(".min.js")
]
TALKS = "/v1/negotiations/talks"
GIVEN = {"{negotiation}": "talks", "{seq}": "1", "{slug}": "not-found", "{issue}": "border"}
FAULTY = ("/v1/nonsense", f"{TALKS}/state?as_of=soon", "/desk/nowhere", "/desk/talks?as_of=soon")
WORDS = "password of the database"


@pytest.fixture(scope="module")
def client(site: World) -> Iterator[LocalClient]:
    """Ask a server that is also known as minutes.example, and whose faults are answered."""
    app = create_app(site.ledger, policy=AccessPolicy(frozenset({"minutes.example"})))
    yield LocalClient(app, raise_server_exceptions=False, follow_redirects=False)
    server_services(app).comparer.close()


def every_address(client: LocalClient) -> list[str]:
    """Return an address of each route that reads, but streams, and some that are refused."""
    paths = {*FAULTY, file_address("pages.css"), file_address("desk.js"), file_address("icon.svg")}
    for route in client.app.routes:  # type: ignore[attr-defined]  # an application
        path = str(getattr(route, "path", ""))
        if "GET" in (getattr(route, "methods", None) or ()) and not path.endswith("/stream"):
            for name, value in GIVEN.items():
                path = path.replace(name, value)
            paths.add(re.sub(r"\{[^}]*\}", "none", path))
    return sorted(paths)


def test_every_answer_tells_browsers_to_run_load_and_frame_nothing_else(
    client: LocalClient,
) -> None:
    addresses = every_address(client)
    answers = [client.get(each) for each in addresses]
    answers.append(client.get("/livez", headers={"Host": "evil.example"}))
    answers.append(client.post(f"{TALKS}/events", content=b"{"))

    assert len(answers) > 80
    assert {200, 404, 415, 421, 422} <= {each.status_code for each in answers}
    for each in answers:
        headers, place = each.headers, (each.url, each.status_code)
        assert headers["x-content-type-options"] == "nosniff", place
        assert headers["referrer-policy"] == "same-origin", place
        is_embedded = str(each.url).partition("?")[0].endswith("/embed") and each.status_code == 200
        framing = "frame-ancestors *" if is_embedded else "frame-ancestors 'none'"
        for directive in ("default-src 'none'", "base-uri 'none'", framing):
            assert directive in headers["content-security-policy"], place
        assert not is_embedded or not re.search("<(script|form|input|button)", each.text), place
        assert not any(name.startswith("access-control") for name in headers), place
        assert "strict-transport-security" not in headers, place
        if each.content:
            kind = headers["content-type"]
            assert not kind.startswith("text/") or "charset=utf-8" in kind, place


def test_what_came_over_tls_is_asked_for_over_tls_alone(client: LocalClient) -> None:
    rule, header = "max-age=31536000; includeSubDomains", "strict-transport-security"
    for path in ("/livez", "/docs", "/v1/nonsense", file_address("pages.css")):
        assert client.get(f"https://minutes.example{path}").headers[header] == rule
        assert header not in client.get(f"http://minutes.example{path}").headers
        assert header not in client.get(f"https://localhost:8443{path}").headers


def test_what_a_browser_has_keeps_its_own_policy(client: LocalClient) -> None:
    etag = client.get(f"{TALKS}/state").headers["etag"]
    again = client.get(f"{TALKS}/state", headers={"If-None-Match": etag})

    assert again.status_code == 304
    assert "content-security-policy" not in again.headers


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "OPTIONS", "PROPFIND"])
def test_a_method_that_no_route_has_is_refused_and_repeats_nothing(
    client: LocalClient, method: str
) -> None:
    for path in ("/livez", f"{TALKS}/state", "/desk/talks", file_address("pages.css")):
        answer = client.request(method, path, headers={"X-Mine": "something of mine"})
        assert answer.status_code == 405
        assert "something of mine" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        *("/.git/config", "/.env", "/static", "/static/", "/pyproject.toml", "/api/app.py"),
        *(f"{files_address()}{rest}" for rest in ("", "/", "/fonts", "/fonts/", "//etc/passwd")),
        *(f"{files_address()}{rest}" for rest in ("/..%2f..%2fapp.py", "/%2e%2e/%2e%2e/app.py")),
    ],
)
def test_nothing_is_served_but_the_files_of_the_pages(client: LocalClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [f"{TALKS}/state", "/desk/talks", "/desk/talks.json"])
def test_a_fault_of_ours_says_nothing_of_what_is_inside(
    client: LocalClient, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    fault = RuntimeError(WORDS)
    with mock.patch("api.services.ReadRouter.open_session", side_effect=fault):
        answer = client.get(f"{path}?tz=Europe/Kyiv")

    assert answer.status_code == 500
    for word in (WORDS, "RuntimeError", "Traceback", ".py"):
        assert word not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    if path == "/desk/talks":  # the others are logged by the server that runs the application
        assert "a page could not be drawn" in caplog.text


def test_a_key_is_taken_from_no_address_and_no_cookie_but_that_of_a_session(
    own_site: World,
) -> None:
    secret = make_key(own_site, "operator", "admin")
    for name in ("key", "api_key", "access_token", "token", "authorization"):
        asked = own_site.client.get(f"/v1/keys?{name}={secret}")
        assert asked.status_code == 401
        assert secret not in asked.text
    for cookie in ("__Host-minutebook", "key", "Authorization"):
        headers = {"Cookie": f"{cookie}={secret}"}
        assert own_site.client.get("/v1/keys", headers=headers).status_code == 401
    assert own_site.client.get("/v1/keys", headers=bearer(secret)).status_code == 200


def test_the_token_of_a_session_stands_in_no_page(own_site: World) -> None:
    secret = make_key(own_site, "operator", "admin")
    signed_in = own_site.client.post(
        "/sign-in", data={"key": secret}, headers=OURS, follow_redirects=False
    )
    cookie = read_cookie(signed_in)
    token = cookie.partition("=")[2]

    for path in ("/account", "/desk/talks", "/desk/talks/record", "/v1/sessions", "/sign-in"):
        text = own_site.client.get(path, headers={"Cookie": cookie}).text
        assert token not in text
        assert secret not in text


def test_the_field_for_a_key_is_masked_and_takes_what_is_pasted(own_site: World) -> None:
    make_key(own_site, "operator", "admin")
    field = re.findall(r'<input id="key"[^>]*>', own_site.client.get("/sign-in").text)
    scripts = "".join(file.read_text() for file in SCRIPTS)

    assert len(field) == 1
    assert 'type="password"' in field[0]
    assert 'autocomplete="current-password"' in field[0]
    assert not re.search(r"\bon\w+=", field[0])
    assert '"paste"' not in scripts


@cache
def parse_product() -> list[tuple[str, ast.Module]]:
    """Return each file of the product, parsed when the first test asks: it takes a second."""
    return [
        (str(file.relative_to(ROOT)), ast.parse(file.read_text()))
        for room in ("api", "domain", "ledger", "intake", "projections")
        for file in sorted((ROOT / room).rglob("*.py"))
    ]


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Yield each call in the product: its file, the last name of what is called, and itself."""
    for file, tree in parse_product():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield file, getattr(node.func, "attr", getattr(node.func, "id", "")), node


def imports() -> set[tuple[str, str]]:
    """Return each module that a file of the product imports, with the file."""
    found = set()
    for file, tree in parse_product():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {(each.name.partition(".")[0], file) for each in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(((node.module or "").partition(".")[0], file))
    return found


def test_nothing_that_was_given_is_run_or_unpacked_as_code() -> None:
    builtins = {
        (file, node.func.id)
        for file, _, node in calls()
        if isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec", "compile")
    }
    shells = [
        (file, name)
        for file, name, node in calls()
        if name in ("system", "popen", "from_string")
        or any(each.arg == "shell" and ast.unparse(each.value) != "False" for each in node.keywords)
    ]
    modules = {name for name, _ in imports()}

    assert len(parse_product()) > 300
    assert builtins == set()
    assert shells == []
    assert modules & {"pickle", "marshal", "shelve", "dill", "yaml", "ldap3", "lxml"} == set()


def test_what_must_not_be_guessed_comes_from_the_system_and_no_broken_hash_protects() -> None:
    modules = {name for name, _ in imports()}
    weak = [
        (file, ast.unparse(node))
        for file, name, node in calls()
        if name in ("md5", "sha1")
        and ("usedforsecurity", "False")
        not in [(each.arg, ast.unparse(each.value)) for each in node.keywords]
    ]

    assert "secrets" in modules
    assert "random" not in modules
    assert weak == []


def test_no_client_of_ours_follows_redirects_or_takes_any_certificate() -> None:
    kept = ("follow_redirects", "verify", "check_hostname", "allow_redirects")
    given = {
        (each.arg, ast.unparse(each.value))
        for _, _, node in calls()
        for each in node.keywords
        if each.arg in kept
    }

    assert given == {("follow_redirects", "False"), ("verify", "context")}


def test_scripts_make_no_code_and_no_markup_of_texts() -> None:
    sources = {file.name: file.read_text() for file in SCRIPTS}
    forbidden = (
        r"\beval\(|new Function|innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|document\.write"
        r"|postMessage|[\"']message[\"']|document\.cookie|__proto__|indexedDB"
    )
    stored = {
        name
        for text in sources.values()
        for name in re.findall(r"(?:local|session)Storage\.setItem\(([^,]+),", text)
    }

    assert len(sources) > 5
    assert [name for name, text in sources.items() if re.search(forbidden, text)] == []
    assert stored == {'"theme"', '"keys"', "name"}
