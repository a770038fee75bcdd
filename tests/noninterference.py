"""Two ledgers that differ in what an audience may not see, and requests that must not tell them
apart.

What one of them says of the negotiation and the audience must not learn, the other says of a
negotiation that is for staff alone. So both have the same sizes, seqs and times of recording, and
answers can be compared byte for byte; only roots, hashes, paths and signatures are left out, and
whether a receipt opens the commitment to an event, which it does where all its reports are visible.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, urlencode
from uuid import UUID

import orjson
from fastapi import FastAPI

from api.access.route_scope import ScopedRoute
from api.app import create_app
from api.cli import maintenance
from api.http.responses import EVENT_STREAM
from api.limits.server_limits import ServerLimits
from api.services import server_services
from domain.events import AUDIENCES, Audience
from tests.facts import Batch, Event, event_id
from tests.histories import FIRST, STEP, STEPS
from tests.world import World

PUBLIC_TALKS, SHADOW = "talks", "shadow"
"""The negotiation of the story, and one that only staff can know of."""
HIDDEN, OTHER_HIDDEN = "back-channel", "side-room"
"""Negotiations for staff alone, one in each of the ledgers."""
ALL_IS_OUT = FIRST + (STEPS + 12) * STEP
FILLER: Event = {
    "type": "watch-recorded",
    "from": "2025-12-10",
    "to": "2025-12-12",
    "result": "no-change",
}
UNLIMITED = ServerLimits(requests_per_minute=0)
IDLE = 0.3
"""Seconds without a word after which a stream has said what it has to say."""

# What an audience may never see.


def sees(audience: Audience, report: Event) -> bool:
    return AUDIENCES.index(report.get("audience", "public")) <= AUDIENCES.index(audience)


def find_secrets(events: Sequence[Event], audience: Audience) -> set[str]:
    """Return the ids of the events that no report ever opens to an audience.

    What the recorder does to a secret is one, and so are its corrections that nobody else tells.
    What such an audience is told of a secret cannot be recorded without it, so it counts as none.
    """
    targets = {each["id"]: each.get("event") for each in events}
    open_ids = {each["id"] for each in events if "reports" not in each and "event" not in each}
    for each in events:
        changes = each.get("changes") or {}
        if any(sees(audience, report) for report in each.get("reports") or ()):
            open_ids.add(each["id"])
        if any(sees(audience, report) for report in changes.get("reports") or ()):
            open_ids.add(each["event"])
    waiting = list(open_ids)
    while waiting:
        target = targets[waiting.pop()]
        if target and target not in open_ids:
            open_ids.add(target)
            waiting.append(target)
    for each in events:  # an act stands after its target
        if "reports" not in each and each.get("event") in open_ids:
            open_ids.add(each["id"])
    return set(targets) - open_ids


def leave_out_reports(event: Event, audience: Audience) -> Event:
    """Return an event without the reports that are not for an audience."""
    stripped = dict(event)
    for holder, name in ((stripped, "reports"), (dict(event.get("changes") or {}), "reports")):
        if holder.get(name):
            holder[name] = [report for report in holder[name] if sees(audience, report)]
            if holder is not stripped:
                stripped["changes"] = holder
    return stripped


def secret_words(above: Audience) -> list[Event]:
    """Return what is said to those above an audience, in words that stand nowhere else."""
    only = {"published": "2025-12-11", "audience": above, "publisher": "Zanzibar Times"}
    said: Event = {"occurred": "2025-12-11", "reports": [only]}
    told: list[Event] = [
        {"type": "party-registered", "party": "zanzibar", "name": "Zanzibar"},
        {"type": "person-registered", "person": "sultan", "name": "The Sultan"},
        {"type": "issue-defined", "issue": "cloves", "title": "Cloves"},
        {"type": "statement-made", "statement": "oath", "speaker": "sultan", "summary": "Cloves"},
        {"type": "meeting-held", "meeting": "dhow", "title": "On a dhow", "place": "Zanzibar"},
        {"type": "plan-introduced", "plan": "spice", "title": "Spice", "points": [{"point": "s1"}]},
        {
            "type": "position-stated",
            "party": "zanzibar",
            "issue": "cloves",
            "stance": "rejects",
            "summary": "no",
        },
        {"type": "deadline-set", "deadline": "monsoon", "title": "Monsoon", "due": "2025-12-20"},
        {"type": "vote-held", "vote": "ballot", "motion": "Sail", "result": "carried"},
        {"type": "incident-reported", "incident": "storm", "title": "A storm off Zanzibar"},
        {"type": "brief-written", "brief": "lead", "text": "Cloves decide it."},
        {"type": "watch-recorded", "from": "2025-12-10", "to": "2025-12-12", "result": "changed"},
    ]
    bare = ("party-registered", "person-registered", "issue-defined")
    return [
        {"id": event_id(2000 + n)} | ({} if each["type"] in bare else said) | each
        for n, each in enumerate(told)
    ]


@dataclass
class Pair:
    """The two ledgers: one whose negotiation holds secrets, and one that tells them elsewhere."""

    audience: Audience
    worlds: list[World] = field(default_factory=list)
    apps: list[FastAPI] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    @cached_property
    def routes(self) -> list[ScopedRoute]:
        return [route for route in self.apps[0].routes if isinstance(route, ScopedRoute)]

    @cached_property
    def parameters(self) -> dict[str, list[str]]:
        """The names of the query parameters of each described route."""
        paths = self.apps[0].openapi()["paths"]
        return {
            path: [
                each["name"]
                for each in methods["get"].get("parameters", ())
                if each["in"] == "query"
            ]
            for path, methods in paths.items()
            if "get" in methods
        }

    def ask(self, method: str, target: str, language: str = "en") -> tuple[Answer, Answer]:
        answers = (
            ask(app, method, target, key, language)
            for app, key in zip(self.apps, self.keys, strict=True)
        )
        first, second = answers
        return first, second


@contextmanager
def tell_pair(
    batches: list[Batch], audience: Audience, erased: Sequence[int] = ()
) -> Iterator[Pair]:
    """Record a history in two ledgers, with an audience's secrets and without, and open both to
    keys; ``erased`` are the places of events that are erased at the end."""
    flat = [(at, event) for at, events in batches for event in events]
    above: Audience = "staff" if audience == "press" else "press"
    at = flat[0][0]
    opening = len(batches[0][1])
    flat[opening:opening] = [(batches[1][0], event) for event in secret_words(above)]
    secrets = find_secrets([event for _, event in flat], audience)
    secrets |= {event["id"] for event in secret_words(above)}
    pair = Pair(audience, events=[event["id"] for _, event in flat])
    with ExitStack() as held:
        # Checkpoints are listed, so none may be signed by the speed of the machine.
        held.enter_context(patch("ledger.writer.SIGN_INTERVAL", 3600.0))
        for has_secrets in (True, False):
            folder = Path(held.enter_context(TemporaryDirectory()))
            world = held.enter_context(World(folder, "http"))
            tell(world, SHADOW, at, {"type": "negotiation-opened", "title": "Shadow"})
            hidden = HIDDEN if has_secrets else OTHER_HIDDEN
            tell(world, hidden, at, {"type": "negotiation-opened", "title": "Hidden"})
            for moment, event in flat:
                if event["id"] not in secrets:
                    shown = event if has_secrets else leave_out_reports(event, audience)
                    tell(world, PUBLIC_TALKS, moment, shown)
                elif has_secrets:
                    tell(world, PUBLIC_TALKS, moment, event)
                else:
                    tell(world, SHADOW, moment, FILLER | {"id": event["id"]})
            world.moment = ALL_IS_OUT
            pair.worlds.append(world)
            pair.apps.append(app := create_app(world.ledger, limits=UNLIMITED))
            services = server_services(app)
            held.callback(services.comparer.close)
            held.callback(services.streams.close)
            pair.keys.append(open_to_keys(app, audience))
            with world.ledger.take_writer() as c:
                for place in erased:
                    target = flat[place % len(flat)][1]["id"]
                    with patch("ledger.own_events.make_uuid7", return_value=UUID(own_id(place))):
                        maintenance.erase_from_log(c, target, "an order", ALL_IS_OUT)
        pair.events += map(own_id, erased)
        yield pair


def own_id(place: int) -> str:
    """Return the id of the erasure of an event, the same in both ledgers."""
    return event_id(8000 + place)


def tell(world: World, negotiation: str, at: str, event: Event) -> None:
    world.name = negotiation
    world.record(at, [event])


def open_to_keys(app: FastAPI, audience: Audience) -> str | None:
    """Make the first key, so that requests without one are the public's; return the audience's."""
    secret = make_key(app, None, name="operator", scopes=["admin"])
    if audience == "public":
        return None
    return make_key(app, secret, name="reader", scopes=["read"], audience=audience)


def make_key(app: FastAPI, by: str | None, **terms: Any) -> str:
    answer = ask(app, "POST", "/v1/keys", by, body=orjson.dumps(terms))
    assert answer.status == 201, answer.text
    secret: str = orjson.loads(answer.body)["secret"]
    return secret


# Asking.


@dataclass
class Answer:
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def is_stream(self) -> bool:
        """Whether it goes on as long as somebody listens."""
        kinds = [value for name, value in self.headers if name == "content-type"]
        return any(kind.startswith(EVENT_STREAM) for kind in kinds)

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def comparable(self) -> tuple[int, str, list[tuple[str, str]]]:
        """All that must be alike: not the id of a request, roots, hashes, paths and signatures."""
        headers = [(n, without_proofs(v)) for n, v in self.headers if n not in OWN_HEADERS]
        return self.status, without_proofs(self.text), headers


OWN_HEADERS = ("x-request-id", "etag", "date", "content-length")
PROOFS = re.compile(
    r'\b[0-9a-f]{64}(">[0-9a-f]{12})?\b'  # a hash, on pages also its first digits
    r'|(?<="zones":")[0-9a-f]{16}'  # the digest of offsets, of all events
    r"|((?<=\\n)|(?<![\w+/]))[A-Za-z0-9+/]{43}=(?![\w+/=])"  # a root, or a step of a path
    r'|(?<="payload":)(null|"([^"\\]|\\.)*"),"salt":(null|"[0-9a-f]*")'  # of a receipt: all or none
    r"|(?<=— )\S+ [A-Za-z0-9+/=]{40,}"  # a signature
)


def without_proofs(text: str) -> str:
    return PROOFS.sub("…", text)


def ask(
    app: FastAPI,
    method: str,
    target: str,
    key: str | None = None,
    language: str = "en",
    body: bytes = b"",
) -> Answer:
    """Ask an application for a target; a stream is listened to until it is idle."""
    return asyncio.run(_ask(app, method, target, key, language, body))


async def _ask(
    app: FastAPI, method: str, target: str, key: str | None, language: str, body: bytes
) -> Answer:
    path, _, query = target.partition("?")
    headers = [(b"host", b"127.0.0.1"), (b"accept-language", language.encode())]
    headers += [(b"authorization", f"Bearer {key}".encode())] if key else []
    headers += [(b"content-type", b"application/json")] if body else []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
    }
    answer, spoke, sent = Answer(), asyncio.Event(), False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        while True:
            spoke.clear()
            try:
                await asyncio.wait_for(spoke.wait(), IDLE)
            except TimeoutError:
                if answer.is_stream:
                    return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        spoke.set()
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(n.decode(), v.decode("latin-1")) for n, v in message["headers"]]
        else:
            answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer


# Requests.

_DATES = [f"2025-12-{day}" for day in range(9, 26)] + ["2025-12-12T06:00:00Z", "2025-12", "soon"]
_NEGOTIATIONS = [*[PUBLIC_TALKS] * 20, SHADOW, HIDDEN, OTHER_HIDDEN, "nowhere"]
_PLACES: dict[str, list[str]] = {
    "party": ["north", "south", "zanzibar", "nobody"],
    "issue": ["border", "fund", "cloves", "nothing"],
    "plan": ["plan", "plan", "spice", "none"],
    "point": ["p1", "p2", "p3", "s1"],
    "meeting": ["m1", "m2", "dhow", "none"],
    "slug": ["unknown-negotiation", "none"],
    "name": ["operator", "reader", "none"],
    "rest": ["talks/none", "back-channel/meetings", "zanzibar"],
    "place": ["0/0", "0/0.p/3"],
}
"""What stands for the names in paths."""
_VALUES: dict[str, list[str]] = {
    **dict.fromkeys(("as_of", "known_at", "valid_at", "recorded_at"), _DATES),
    **dict.fromkeys(("from", "to", "until"), _DATES),
    "basis": ["as-known", "as-recorded", "hindsight"],
    "tz": ["UTC", "Asia/Tokyo", "Nowhere"],
    "audience": ["public", "press", "staff"],
    "exclude_source": ["herald", "Zanzibar Times", "HERALD", "wire", "unheard"],
    "only_source": ["herald", "Zanzibar Times", "courier", "zanzibar"],
    "min_sources": ["1", "2"],
    "limit": ["1", "2", "5", "100"],
    "whole": ["true"],
    "cell": ["north/border", "south/fund", "zanzibar/cloves", "nobody/nothing"],
    "status": ["announced", "held", "open", "passed", "overdue"],
    "speaker": ["envoy", "minister", "sultan"],
    "about": ["party:north", "issue:border", "party:zanzibar", "issue:cloves"],
    "subject": ["party:north", "plan:plan", "party:zanzibar", "meeting:dhow", "person:sultan"],
    "party": _PLACES["party"],
    "to_plan": _PLACES["plan"],
    "q": ["well", "yes", "plan", "old new", "cloves", "zanzibar", "dhow", "herald", "envoy"],
    "type": ["statement-made", "position-stated", "event-retracted", "payload-erased", "none"],
    "standing": ["possible", "withdrawn", "disputed", "erased"],
    "clock": ["recorded", "known", "happened"],
    "of": ["state", "diff", "gap", "search", "statements", "redline", "events"],
    "format": ["jsonl", "csv", "cloudevents", "bundle"],
    "possible_duplicates": ["true"],
}
SECRET_VALUES = {
    "q": "cloves",
    "subject": "party:zanzibar",
    "speaker": "sultan",
    "about": "issue:cloves",
    "party": "zanzibar",
    "only_source": "Zanzibar Times",
}
"""What names a secret in each parameter that can."""
_PAGE_PARAMETERS = [
    *("as_of", "basis", "known_at", "seq", "from", "to", "party", "q", "type", "audience"),
    *("exclude_source", "min_sources", "only_source", "cell"),
]
_LINK = re.compile(r'(?:href="|"href":"|"next":")(/[^"#]+)')


@dataclass
class Asking:
    """Draws requests of one audience; what answers lead to is asked, too."""

    pair: Pair
    draw: random.Random
    links: list[str] = field(default_factory=list)

    def all_routes(self) -> Iterator[tuple[str, str]]:
        """Yield a request for every route and method, about a known and two hidden negotiations,
        and for every parameter that can name a secret."""
        for route in self.pair.routes:
            for method in sorted(route.methods or ()):
                if "{negotiation}" not in route.path:
                    yield method, self.fill(route.path)
                    continue
                for negotiation in (PUBLIC_TALKS, HIDDEN, OTHER_HIDDEN):
                    path = self.fill(route.path.replace("{negotiation}", negotiation))
                    yield method, self.with_audience(path)
            for name in self.pair.parameters.get(route.path, ()):
                if name not in SECRET_VALUES:
                    continue
                path = self.fill(route.path.replace("{negotiation}", PUBLIC_TALKS))
                yield "GET", self.with_audience(f"{path}?{urlencode({name: SECRET_VALUES[name]})}")

    def any_request(self) -> tuple[str, str]:
        """Draw a request, mostly one that is answered."""
        if self.links and self.draw.random() < 0.3:
            return "GET", self.draw.choice(self.links)
        route = self.draw.choice(
            [each for each in self.pair.routes if "GET" in (each.methods or ())]
        )
        names = self.pair.parameters.get(route.path, _PAGE_PARAMETERS)
        count = min(len(names), self.draw.choice((0, 1, 1, 2, 3)))
        query = [(name, self.value(name)) for name in self.draw.sample(names, count)]
        if "/diff" in route.path or "compare" in route.path or "redline" in str(query):
            query += [
                ("from", self.draw.choice(_DATES[:16])),
                ("to", self.draw.choice(_DATES[:16])),
            ]
        target = self.fill(route.path) + ("?" + urlencode(dict(query)) if query else "")
        method = "HEAD" if self.draw.random() < 0.03 else "GET"
        return method, self.with_audience(target)

    def with_audience(self, target: str) -> str:
        """Ask as the audience, where that is not what is asked anyway; of exports it always is."""
        is_default = self.pair.audience == "public" and "/export" not in target
        if is_default or "audience=" in target or self.draw.random() < 0.1:
            return target
        return f"{target}{'&' if '?' in target else '?'}audience={self.pair.audience}"

    def fill(self, path: str) -> str:
        def choose(match: re.Match[str]) -> str:
            name = match[1].partition(":")[0]
            if name == "negotiation":
                return self.draw.choice(_NEGOTIATIONS)
            return quote(
                self.value(name) if name not in _PLACES else self.draw.choice(_PLACES[name])
            )

        return re.sub(r"\{([^}]+)\}", choose, path)

    def value(self, name: str) -> str:
        size = len(self.pair.events)
        if name in ("seq", "after", "size", "cursor"):
            return str(self.draw.randint(1, size + 8))
        if name == "event":
            return self.draw.choice([*self.pair.events, event_id(7777)])
        return self.draw.choice(_VALUES.get(name, ["1"]))

    def follow(self, answer: Answer) -> None:
        """Keep some of the addresses that an answer leads to."""
        found = [unescape(link) for link in _LINK.findall(answer.text)]
        self.links += self.draw.sample(found, min(len(found), 5))
        self.links = self.links[-500:]


def find_difference(pair: Pair, asking: Asking, requests: Iterator[tuple[str, str]]) -> str | None:
    """Ask both ledgers; return the first request that tells them apart, with what differs."""
    for method, target in requests:
        language = asking.draw.choice(("en", "en", "uk"))
        first, second = pair.ask(method, target, language)
        asking.follow(second)
        if first.comparable != second.comparable:
            return f"{method} {target}: {_first_difference(first, second)}"
    return None


def _first_difference(first: Answer, second: Answer) -> str:
    for one, other in zip(first.comparable, second.comparable, strict=True):
        if one != other and isinstance(one, str) and isinstance(other, str):
            shared = min(len(one), len(other))
            at = next((n for n in range(shared) if one[n] != other[n]), shared)
            start = max(0, at - 80)
            return f"{one[start : at + 120]!r} instead of {other[start : at + 120]!r}"
        if one != other:
            return f"{one} instead of {other}"
    return "nothing"
