"""Signing in by an identity provider: a real one in a process of its own, and false tokens.

Hostile tokens are put in the place of the real one's in its own answers, on the way back.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from playwright.sync_api import Browser, expect

from api.access.gate import AccessPolicy, KeyGate
from api.access.oidc.flow import FLOW_COOKIE
from api.access.oidc.settings import CALLBACK_PATH, OidcSettings, read_oidc_settings
from api.access.sessions import COOKIE
from api.app import create_app
from api.doctor.examination import examine
from api.doctor.results import Verdict
from api.services import server_services
from api.settings import Settings, load_settings
from domain.errors import InvalidQuestionError
from tests.facts import OPENING, report, statement
from tests.local_client import BASE_URL, LocalClient
from tests.oidc_provider import CLIENT, PASSWORD, SECRET, RunningProvider, run_provider
from tests.serving import serve_ledger
from tests.test_sign_in import OURS, form_token
from tests.world import World

STAFF_ONLY = statement(2) | {"reports": [report("2025-12-20", audience="staff")]}
SETTINGS = """
issuer = "{issuer}"
client_id = "minutebook"
client_secret_file = "client.secret"
redirect_uri = "{redirect_uri}"
title = "Newsroom"
algorithms = ["RS256", "ES256"]
name_claim = "preferred_username"

[roles.editors]
scopes = ["append"]

[roles.reporters]
audience = "press"
negotiations = ["talks"]
"""


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """A provider that knows the client of the in-process application and of a server."""
    folder = tmp_path_factory.mktemp("provider")
    with run_provider(folder, f"{BASE_URL}{CALLBACK_PATH} {SERVED}") as running:
        yield running


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


SERVED = f"http://127.0.0.1:{find_free_port()}{CALLBACK_PATH}"
"""Where a browser comes back to; a provider takes no port that it was not told."""


def write_settings(folder: Path, issuer: str, redirect_uri: str, text: str = SETTINGS) -> Path:
    secret, file = folder / "client.secret", folder / "oidc.toml"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    file.write_text(text.format(issuer=issuer, redirect_uri=redirect_uri))
    return file


class Line(httpx.HTTPTransport):
    """The network to the provider, on which the test changes what the provider answers."""

    def __init__(self) -> None:
        super().__init__()
        self.change: Callable[[str, dict[str, Any]], dict[str, Any]] | None = None
        self.asked: list[str] = []
        self.sent: list[dict[str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        self.sent.append(dict(parse_qsl(request.content.decode())))
        response = super().handle_request(request)
        if self.change is None:
            return response
        answer = self.change(request.url.path, json.loads(response.read()))
        return httpx.Response(response.status_code, json=answer)


class Desk:
    """The application with an identity provider, and a browser that follows its redirects."""

    def __init__(self, world: World, settings: OidcSettings) -> None:
        self.world, self.settings, self.line = world, settings, Line()
        app = create_app(world.ledger, policy=AccessPolicy(oidc=settings))
        self.services = server_services(app)
        assert self.gate.provider
        self.gate.provider._client = httpx.Client(transport=self.line, timeout=30)
        self.client = LocalClient(app, raise_server_exceptions=False)
        self.jar: dict[str, str] = {}

    @property
    def gate(self) -> KeyGate:
        return self.services.gate

    def ask(self, method: str, address: str, **sent: Any) -> Any:
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        headers = {"Cookie": cookies} | (OURS if method == "POST" else {})
        response = self.client.request(
            method, address, headers=headers, follow_redirects=False, **sent
        )
        for header in response.headers.get_list("set-cookie"):
            name, _, value = header.partition(";")[0].partition("=")
            assert "; Path=/; Secure; HttpOnly; SameSite=Strict" in header
            self.jar[name] = value
            if not value:
                del self.jar[name]
        return response

    def begin(self, next_address: str = "/account") -> str:
        """Begin to sign in; return where the provider is asked."""
        response = self.ask("GET", f"/sign-in/oidc?next={next_address}")
        assert response.status_code == 303, response.text
        address: str = response.headers["location"]
        return address

    def come_back(self, address: str) -> Any:
        """Open the address that the provider leads to, and send the form that is there."""
        parts = urlsplit(address)
        page = self.ask("GET", f"{parts.path}?{parts.query}")
        assert page.status_code == 200, page.text
        pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text)
        return self.ask("POST", CALLBACK_PATH, data={name: unescape(text) for name, text in pairs})

    def sign_in(self, person: str, next_address: str = "/account") -> Any:
        return self.come_back(log_in(self.begin(next_address), person))

    def is_signed_in(self) -> bool:
        return "Signed in as" in self.ask("GET", "/problems").text


def log_in(address: str, person: str) -> str:
    """Log in at the provider as a person does, and return the address that it leads back to."""
    with httpx.Client(follow_redirects=False, timeout=30) as browser:
        login = browser.get(address, follow_redirects=True)
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', login.text)
        assert found, login.text
        form = {"csrfmiddlewaretoken": found[1], "username": person, "password": PASSWORD}
        answer = browser.post(str(login.url), data=form)
        while not answer.headers["location"].startswith((BASE_URL + "/", SERVED)):
            answer = browser.get(str(answer.url.join(answer.headers["location"])))
        return str(answer.headers["location"])


@pytest.fixture
def desk(tmp_path: Path, provider: RunningProvider) -> Iterator[Desk]:
    file = write_settings(tmp_path, provider.issuer, BASE_URL + CALLBACK_PATH)
    with World(tmp_path, "http") as world:
        world.record("2025-12-22T12:00:00Z", [*OPENING, statement(1), STAFF_ONLY])
        opened = Desk(world, read_oidc_settings(file))
        with opened.client:
            yield opened
        opened.services.comparer.close()


def test_a_person_signs_in_by_the_provider_and_is_what_their_role_lets_them(desk: Desk) -> None:
    address = desk.begin("/desk/talks")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    response = desk.come_back(log_in(address, "anna"))
    account = desk.ask("GET", "/account").text
    form = desk.ask("GET", "/desk/talks/record?type=issue-defined").text
    issue = {"type": "issue-defined", "issue": "ports", "title": "Ports", "step": "preview"}
    issue |= {"reports.published": "2025-12-21", "form_token": form_token(form)}
    tried = desk.ask("POST", "/desk/talks/record", data=issue).text
    (previewed,) = re.findall(r'name="previewed" value="([^"]+)"', tried)
    issue |= {"step": "record", "previewed": previewed}
    recorded = desk.ask("POST", "/desk/talks/record", data=issue)
    head = desk.client.get("/readyz").json()["head"]
    issuer = desk.settings.issuer.removeprefix("http://")
    with desk.world.ledger.open_snapshot() as c:
        c.execute("SELECT recorded_by FROM event WHERE seq = :seq", {"seq": head})
        (recorded_by,) = tuple(c.fetchone())

    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert {"state", "nonce", "scope"} <= asked.keys()
    assert (response.status_code, response.headers["location"]) == (
        303,
        "/desk/talks?audience=staff",
    )
    assert list(desk.jar) == [COOKIE]
    assert "with the identity provider, in the role editors" in account
    assert recorded.status_code == 303, recorded.text
    assert recorded_by == f"anna@{issuer}"


def test_a_role_is_as_a_key_would_be_and_who_has_none_is_not_let_in(desk: Desk) -> None:
    assert desk.sign_in("piotr").status_code == 303
    pages = [
        desk.ask("GET", f"/desk/talks?audience={name}").status_code
        for name in ("public", "press", "staff")
    ]
    assert pages == [200, 200, 403]
    for person in ("guest", "nobody"):
        desk.jar.clear()
        refused = desk.sign_in(person)
        assert refused.status_code == 403
        assert "has no role that is let in here" in refused.text
        assert desk.jar == {}


def test_with_a_provider_a_server_is_not_open_to_its_machine(desk: Desk) -> None:
    assert desk.client.get("/v1/negotiations/talks/state?audience=staff").status_code == 401
    assert desk.client.get("/readyz").json()["access"] == "keys"
    assert "Sign in with Newsroom" in desk.client.get("/sign-in").text


def test_a_session_follows_the_roles_of_the_settings(desk: Desk) -> None:
    desk.sign_in("anna")
    before = desk.is_signed_in()
    assert desk.gate.provider
    roles = {"reporters": desk.settings.roles["reporters"]}
    desk.gate.provider.settings = desk.settings.model_copy(update={"roles": roles})

    assert before
    assert not desk.is_signed_in()
    desk.gate.provider = None
    assert not desk.is_signed_in()


def test_an_answer_counts_once_and_in_the_browser_that_asked(desk: Desk) -> None:
    address = log_in(desk.begin(), "anna")
    flow = dict(desk.jar)
    first = desk.come_back(address)
    session = dict(desk.jar)

    def come_back_with(jar: dict[str, str], told: str = address) -> Any:
        desk.jar = dict(jar)
        return desk.come_back(told)

    replayed = come_back_with(session)
    desk.begin()
    other_browser = come_back_with(desk.jar)
    same_code = come_back_with(flow)
    denied = desk.begin()
    state = parse_qs(urlsplit(denied).query)["state"][0]
    callback = f"{BASE_URL}{CALLBACK_PATH}"
    refused = desk.come_back(f"{callback}?error=access_denied&state={state}")
    desk.begin()
    foreign = desk.ask("GET", f"{CALLBACK_PATH}?code=x&state=y&iss=https://evil.example")

    assert first.status_code == 303
    for response in (replayed, other_browser):
        assert response.status_code == 401
        assert "not begun in this browser" in response.text
    assert same_code.status_code == 401
    assert "does not take this sign-in: invalid_grant" in same_code.text
    assert "access_denied" in refused.text
    assert foreign.status_code == 200
    assert FLOW_COOKIE in desk.jar  # opening the address changes nothing
    assert COOKIE not in desk.jar


def test_what_a_provider_answers_begins_no_line_of_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    state = parse_qs(urlsplit(desk.begin()).query)["state"][0]
    error = "denied%0A%0Doperator+signed+in%1B[31m"
    desk.come_back(f"{BASE_URL}{CALLBACK_PATH}?error={error}&state={state}")
    told = [each.getMessage() for each in caplog.records if "sign-in" in each.getMessage()]

    assert len(told) == 1
    assert told[0].endswith("refused: denied operator signed in⟦U+001B⟧[31m")


def test_another_issuer_that_answers_is_refused(desk: Desk) -> None:
    named = desk.come_back(f"{log_in(desk.begin(), 'anna')}&iss=https://evil.example")
    names_itself = {"authorization_response_iss_parameter_supported": True}
    assert desk.gate.provider
    desk.gate.provider._metadata = None
    desk.line.change = lambda path, answer: answer | names_itself
    unnamed = desk.come_back(log_in(desk.begin(), "anna"))
    own = desk.come_back(f"{log_in(desk.begin(), 'anna')}&iss={desk.settings.issuer}")

    for response in (named, unnamed):
        assert response.status_code == 401
        assert "another identity provider answered" in response.text
    assert own.status_code == 303


def test_the_provider_itself_wants_the_verifier_and_takes_no_other(desk: Desk) -> None:
    """PKCE is not only sent: without it, or with another, the real provider gives no token."""
    for verifier in (None, "x" * 43):
        code = parse_qs(urlsplit(log_in(desk.begin(), "anna")).query)["code"][0]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": desk.settings.redirect_uri,
        }
        form |= {"code_verifier": verifier} if verifier else {}
        token = f"{desk.settings.issuer}/token/"
        answer = httpx.post(token, data=form, auth=(CLIENT, SECRET), timeout=30)
        assert answer.status_code == 400
        assert answer.json()["error"] in ("invalid_grant", "invalid_request")
    begun = parse_qs(urlsplit(desk.begin()).query)
    begun = {name: values for name, values in begun.items() if "challenge" not in name}
    authorize = f"{desk.settings.issuer}/authorize/"
    refused = log_in(f"{authorize}?{urlencode(begun, doseq=True)}", "anna")
    assert "error=invalid_request" in refused


# What a false token says, in the place of the real one.

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE_KEY = ec.generate_private_key(ec.SECP256R1())


def encode_part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def public_pem(jwk: dict[str, Any]) -> bytes:
    key: Any = RSAAlgorithm.from_jwk(jwk)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem: bytes = key.public_bytes(serialization.Encoding.PEM, form)
    return pem


class Forger:
    """Changes a token, or signs another, with the keys that it knows."""

    def __init__(self, desk: Desk) -> None:
        keys = httpx.get(f"{desk.settings.issuer}/.well-known/jwks.json", timeout=30).json()
        self.jwk = keys["keys"][0]
        self.kid = self.jwk["kid"]

    def unsigned(self, claims: dict[str, Any]) -> str:
        return f"{encode_part({'alg': 'none', 'kid': self.kid})}.{encode_part(claims)}."

    def by_public_key(self, claims: dict[str, Any]) -> str:
        """Sign with the public key as a shared secret."""
        signed = f"{encode_part({'alg': 'HS256', 'kid': self.kid})}.{encode_part(claims)}"
        for secret in (public_pem(self.jwk),):
            mark = hmac.digest(secret, signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"

    def by_other_key(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, OTHER_KEY, "RS256", {"kid": self.kid})

    def by_own_header(self, claims: dict[str, Any]) -> str:
        """Bring the key along in the header."""
        jwk = json.loads(RSAAlgorithm.to_jwk(OTHER_KEY.public_key()))
        headers = {"kid": "mine", "jwk": jwk, "jku": "https://evil.example/jwks"}
        return jwt.encode(claims, OTHER_KEY, "RS256", headers)

    def by_untaken_algorithm(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, OTHER_KEY, "PS512", {"kid": self.kid})


@contextmanager
def forged(desk: Desk, forge: Callable[[dict[str, Any]], str]) -> Iterator[None]:
    """Put a token in the place of the real one, made of its claims."""

    def change(path: str, answer: dict[str, Any]) -> dict[str, Any]:
        if "id_token" in answer:
            claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
            answer["id_token"] = forge(claims)
        return answer

    desk.line.change = change
    yield
    desk.line.change = None


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("unsigned", "not signed by RS256 or ES256"),
        ("by_public_key", "not signed by RS256 or ES256"),
        ("by_other_key", "Signature verification failed"),
        ("by_own_header", "a key that the provider does not show"),
        ("by_untaken_algorithm", "not signed by RS256 or ES256"),
    ],
)
def test_a_token_that_the_provider_did_not_sign_is_not_taken(
    desk: Desk, way: str, reason: str
) -> None:
    with forged(desk, getattr(Forger(desk), way)):
        response = desk.sign_in("anna")

    assert response.status_code == 401
    assert reason in unescape(response.text)
    assert desk.jar == {}


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "issuer": ({"iss": "https://evil.example"}, "Invalid issuer"),
    "issuer, a slash more": ({"iss": "{issuer}/"}, "Invalid issuer"),
    "audience": ({"aud": "another-client"}, "Audience doesn't match"),
    "audiences, for another": ({"aud": [CLIENT, "x"], "azp": "x"}, "made for another client"),
    "audiences, for nobody": ({"aud": [CLIENT, "x"]}, "made for another client"),
    "expired": ({"exp": time.time() - 60, "iat": time.time() - 120}, "expired"),
    "not yet": ({"iat": time.time() + 3600, "exp": time.time() + 7200}, "not yet valid"),
    "nonce": ({"nonce": "x" * 43}, "made for another sign-in"),
    "no nonce": ({"nonce": None}, "nonce"),
    "no expiry": ({"exp": None}, "exp"),
    "no subject": ({"sub": None}, "sub"),
    "no name": ({"preferred_username": ""}, "names nobody"),
    "a name in two lines": ({"preferred_username": "a\nb"}, "names nobody"),
    "a name that reads backwards": ({"preferred_username": "a\u202eb"}, "names nobody"),
    "no text for a name": ({"preferred_username": ["anna"]}, "names nobody"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_token_of_another_time_place_or_sign_in_is_not_taken(desk: Desk, name: str) -> None:
    """Signed with a key that the provider shows, and wrong in one claim."""
    changes, reason = CHANGES[name]
    changes = {
        claim: value.format(issuer=desk.settings.issuer) if claim == "iss" else value
        for claim, value in changes.items()
    }
    jwk = json.loads(ECAlgorithm.to_jwk(CURVE_KEY.public_key())) | {"kid": "curve", "use": "sig"}

    def forge(claims: dict[str, Any]) -> str:
        changed = {key: value for key, value in (claims | changes).items() if value is not None}
        return jwt.encode(changed, CURVE_KEY, "ES256", {"kid": "curve"})

    with forged(desk, forge):
        change_token = desk.line.change
        assert change_token

        def change(path: str, answer: dict[str, Any]) -> dict[str, Any]:
            answer = change_token(path, answer)
            return {"keys": [*answer["keys"], jwk]} if "keys" in answer else answer

        desk.line.change = change
        response = desk.sign_in("anna")
        assert (response.status_code, desk.jar) == (401, {})
        assert reason in unescape(response.text)
        changes.clear()
        assert desk.sign_in("anna").status_code == 303  # with nothing changed it is taken


def test_a_new_key_of_the_provider_is_asked_for_once_a_token_names_it(
    desk: Desk, provider: RunningProvider
) -> None:
    def key_requests() -> int:
        return sum("jwks" in path for path in desk.line.asked)

    assert desk.sign_in("anna").status_code == 303
    assert desk.sign_in("anna").status_code == 303
    before = key_requests()
    httpx.post(f"{provider.origin}/rotate/", timeout=30)
    after_rotation = desk.sign_in("anna").status_code
    verifiers = [sent["code_verifier"] for sent in desk.line.sent if "code_verifier" in sent]

    assert (before, after_rotation, key_requests()) == (1, 303, 2)
    assert len(set(verifiers)) == 3
    assert all(len(each) == 43 for each in verifiers)


def test_a_provider_that_is_away_or_strange_is_told_of_on_the_page(desk: Desk) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    def strange(answer: dict[str, Any]) -> Callable[[httpx.Request], httpx.Response]:
        return lambda request: httpx.Response(200, json=answer)

    issuer = desk.settings.issuer
    plain = {"issuer": issuer, "token_endpoint": "http://evil.example/token"}
    plain |= {"authorization_endpoint": f"{issuer}/a", "jwks_uri": f"{issuer}/j"}
    assert desk.gate.provider
    for handler, reason in (
        (away, "does not answer"),
        (strange({"issuer": "https://evil.example"}), "calls itself another issuer"),
        (strange(plain), "does not answer as it should"),
        (lambda request: httpx.Response(200, text="<html>"), "does not answer as it should"),
        (lambda request: httpx.Response(302), "does not answer as it should"),
    ):
        desk.gate.provider._client = httpx.Client(transport=httpx.MockTransport(handler))
        response = desk.ask("GET", "/sign-in/oidc")
        assert response.status_code == 503, reason
        assert reason in unescape(response.text)
        assert "evil.example/token" not in response.text
        assert desk.client.get("/livez").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('issuer = "{issuer}"', 'issuer = "http://id.example"', "issuer: write an https://"),
        ('title = "Newsroom"', 'titel = "Newsroom"', "titel: Extra inputs"),
        ('"RS256", "ES256"', '"HS256"', "algorithms.0: Input should be 'RS256'"),
        ('"RS256", "ES256"', '"none"', "algorithms.0: Input should be"),
        ('scopes = ["append"]', 'scopes = ["write"]', "roles.editors.scopes.0"),
        ('audience = "press"', 'audience = "press"\nscopes = ["append"]', "roles.reporters"),
        ('"{redirect_uri}"', '"https://a.example/other"', "redirect_uri: write the address"),
        ('"client.secret"', '"nowhere"', "nowhere cannot be read"),
        ("[roles.editors]", "[roles.editors", "oidc.toml"),
    ],
)
def test_what_is_wrong_in_the_settings_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, reason: str
) -> None:
    text = SETTINGS.replace(old, new)
    assert text != SETTINGS
    file = write_settings(tmp_path, "https://id.example", SERVED, text)
    monkeypatch.setenv("MINUTEBOOK_OIDC", str(file))

    with pytest.raises(InvalidQuestionError, match=re.escape(reason)):
        _ = load_settings().access_policy


def test_the_doctor_names_what_is_wrong_with_the_provider(tmp_path: Path) -> None:
    db = tmp_path / "world.db"
    with World(tmp_path):
        pass
    file = write_settings(tmp_path, "https://id.example", SERVED)
    good = _verdicts(db, file)
    (tmp_path / "client.secret").chmod(0o644)
    wrong = _verdicts(db, file)

    assert good["settings"].status == "ok"
    assert good["access"].says.startswith("people sign in by the identity provider")
    assert wrong["settings"].status == "failed"
    assert "other users of this machine can read" in wrong["settings"].says


def _verdicts(db: Path, oidc: Path) -> dict[str, Verdict]:
    settings = Settings(db=db, oidc=oidc, port=find_free_port())
    return {each.check: each for each in examine(settings)}


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = write_settings(tmp_path, "https://id.example", SERVED)
    (tmp_path / "client.secret").chmod(0o644)
    with pytest.raises(InvalidQuestionError, match="other users of this machine can read"):
        read_oidc_settings(file)
    (tmp_path / "client.secret").chmod(0o600)

    assert read_oidc_settings(file).client_secret == SECRET


def test_of_several_roles_the_first_of_the_settings_counts(tmp_path: Path) -> None:
    settings = read_oidc_settings(write_settings(tmp_path, "https://id.example", SERVED))
    deep = settings.model_copy(update={"roles_claim": "realm_access.roles"})

    assert settings.find_role({"roles": ["reporters", "editors"]}) == "editors"
    assert settings.find_role({"roles": "reporters"}) == "reporters"
    assert deep.find_role({"realm_access": {"roles": ["editors"]}}) == "editors"
    assert deep.find_role({"realm_access.roles": ["editors"]}) == "editors"
    for claims in ({}, {"roles": None}, {"roles": [["editors"]]}, {"roles": {"editors": True}}):
        assert settings.find_role(claims) is None
        assert deep.find_role({"realm_access": claims}) is None


def test_in_a_browser_one_signs_in_by_the_provider(
    browser: Browser, provider: RunningProvider, tmp_path: Path
) -> None:
    file = write_settings(tmp_path, provider.issuer, SERVED)
    port = str(urlsplit(SERVED).port)
    given = {"MINUTEBOOK_OIDC": str(file)}
    with serve_ledger(tmp_path / "x.db", f"--port={port}", folder=tmp_path, **given) as server:
        for scripts in (True, False):
            context = browser.new_context(java_script_enabled=scripts)
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{server.port}/sign-in")
            page.get_by_role("link", name="Sign in with Newsroom").click()
            page.get_by_label("Username").fill("anna")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            if not scripts:
                page.get_by_role("button", name="Go on").click()
            expect(page.get_by_role("heading", name="Account")).to_be_visible()
            expect(page.locator("#who")).to_contain_text("Signed in as anna@127.0.0.1")
            cookies = {each["name"]: each["sameSite"] for each in context.cookies(page.url)}
            assert cookies.pop(COOKIE) == "Strict"
            assert FLOW_COOKIE not in cookies
            context.close()
