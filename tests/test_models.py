"""Every answer validates against its model, which forbids whatever it does not declare."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from starlette.routing import Match

from api.models.documents import Problem
from api.models.events import AnyEvent, EventItem
from domain.catalogue import CLASS_BY_TYPE
from domain.instants import to_rfc3339
from tests.histories import bases, histories
from tests.make_examples import FILE, TALKS, demonstration, dump_examples, make_examples
from tests.stories import STORIES, Story
from tests.world import tell_story

pytestmark = pytest.mark.usefixtures("older_log")

HISTORIES, QUESTIONS = 10, 200
"""How many histories are drawn, and questions of each."""
BASES = ("", "as_of=2025-11-24", "as_of=2025-12-25&basis=as-recorded&audience=staff")
PRESETS = ("as-known", "as-recorded", "hindsight")
SLUGS = {"party": "north", "issue": "border", "plan": "plan", "point": "p1", "meeting": "m1"}
"""What the generated histories name."""


ADAPTERS: dict[str, TypeAdapter[Any]] = {"": TypeAdapter(Problem)}


def adapter_of(route: APIRoute | None) -> TypeAdapter[Any]:
    """Return the adapter of a route's answer, or of a problem; each is built once."""
    name = route.operation_id or "" if route else ""
    if route and name not in ADAPTERS:
        ADAPTERS[name] = TypeAdapter(route.response_model)
    return ADAPTERS[name]


class Checker:
    """Asks an application, and validates what it answers by the model of its route."""

    def __init__(self, client: TestClient) -> None:
        self.client, self.counts = client, Counter[str]()
        app = client.app
        assert isinstance(app, FastAPI)
        self.routes = [
            each for each in app.router.routes if isinstance(each, APIRoute) and each.response_model
        ]

    def get(self, address: str, route: APIRoute | None = None) -> Any:
        """Return an answer that was validated."""
        response = self.client.get(address)
        route = route or self.route_of(address.partition("?")[0])
        adapter = adapter_of(route if response.is_success else None)
        self.counts[route.operation_id or ""] += response.is_success
        try:
            adapter.validate_json(response.content)
        except ValueError as error:
            pytest.fail(f"GET {address}: {error}", pytrace=False)
        return response.json()

    def route_of(self, path: str) -> APIRoute:
        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        return next(each for each in self.routes if each.matches(scope)[0] is Match.FULL)

    def paths(self, slugs: dict[str, list[str]]) -> Iterator[tuple[APIRoute, str]]:
        """Yield route and path below a negotiation, for each combination of slugs."""
        for route in self.routes:
            if not route.path.startswith("/v1/negotiations/{negotiation}/"):
                continue
            of_no_basis = re.search("/(proposals|articles|drafts|feeds)", route.path)
            if route.methods == {"GET"} and not of_no_basis:
                paths = [route.path.removeprefix("/v1/negotiations/{negotiation}")]
                for name in re.findall(r"\{(\w+)\}", paths[0]):
                    paths = [
                        path.replace(f"{{{name}}}", slug) for path in paths for slug in slugs[name]
                    ]
                yield from ((route, path) for path in paths)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with demonstration(tmp_path_factory.mktemp("demo")) as client:
        yield client


REQUIRED = {
    "search": "q=peace",
    "diff": "from=2025-11-20&to=2025-12-25",
    "plan-diff": "to_plan=us-ua-20",
}
"""Parameters without which an address does not answer, or answers little."""


def test_every_answer_of_the_demonstration(demo: TestClient) -> None:
    checker = Checker(demo)
    state = checker.get(f"{TALKS}/state")["data"]
    events = checker.get(f"{TALKS}/events?audience=staff&limit=1000")["data"]
    slugs = {
        "plan": [each["plan"] for each in state["plans"]],
        "point": [each["point"] for plan in state["plans"] for each in plan["points"][:2]],
        "meeting": [each["meeting"] for each in state["meetings"]],
        "party": [each["party"] for each in state["parties"]][:4],
        "issue": [each["issue"] for each in state["issues"]][:4],
        "event": [each["id"] for each in events[::4]],
    }
    for basis in BASES:
        for route, path in checker.paths(slugs):
            operation = route.operation_id or ""
            if operation != "point" or path.split("/")[2] in ("us-28", "us-ua-20"):
                checker.get(
                    f"{TALKS}{path}?{REQUIRED.get(operation, '')}&{basis}".replace("?&", "?")
                )
    for address in (
        "/livez",
        "/readyz",
        "/version",
        "/v1/keys",
        "/v1/sessions",
        "/v1/audit/keys",
        "/v1/negotiations",
        "/v1/audit/leaves/94",
        "/v1/audit/proofs/inclusion?seq=94",
        "/v1/audit/proofs/consistency?from=128",
    ):
        checker.get(address)
    checker.get(f"{TALKS}/proposals")
    checker.get(propose(demo))
    for address in bring_article(demo):
        checker.get(address)
    answered = {each.operation_id for each in checker.routes if each.methods == {"GET"}}
    assert answered == {name for name, count in checker.counts.items() if count}


def propose(client: TestClient) -> str:
    """Put an event aside as somebody with a key, and return the address of the proposal."""
    key = client.post("/v1/keys", json={"name": "operator", "scopes": ["admin"]}).json()["secret"]
    client.headers["Authorization"] = f"Bearer {key}"
    issue = {"type": "issue-defined", "issue": "ports", "title": "The ports"}
    return str(client.post(f"{TALKS}/proposals", json=issue).headers["Location"])


def bring_article(client: TestClient) -> list[str]:
    """Bring an article in, and return the addresses of the inbox."""
    read = [{"event": {"type": "issue-defined", "issue": "ports", "title": "The ports"}}]
    read[0] |= {"span": [0, 9], "why": "It is named.", "confidence": 0.5}
    article = {"text": "The ports are at issue.", "drafts": read}
    told = client.post(f"{TALKS}/articles", json=article)
    (draft,) = client.get(f"{TALKS}/drafts").json()["drafts"]
    lists = [f"{TALKS}/{name}" for name in ("articles", "drafts", "feeds")]
    return [*lists, told.headers["Location"], f"{TALKS}/drafts/{draft['draft']}"]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_state_of_a_story(story: Story) -> None:
    with tell_story(story.batches, "http") as world:
        checker = Checker(world.client)
        for params, _ in story.asks:
            query = urlencode(params)
            checker.get(f"/v1/negotiations/talks/state?{query}")
            checker.get(f"/v1/negotiations/talks/events?{query}")


@settings(
    max_examples=HISTORIES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_every_answer_of_generated_histories(data: st.DataObject) -> None:
    batches = data.draw(histories(most_events=30))
    size = sum(len(events) for _, events in batches)
    drawn = [data.draw(bases(size)) for _ in range(5)]
    with tell_story(batches, "http") as world:
        checker = Checker(world.client)
        ids = [each["id"] for _, events in batches for each in events][-3:]
        slugs = {name: [slug] for name, slug in SLUGS.items()} | {"event": ids}
        paths = list(checker.paths(slugs))
        for number in range(QUESTIONS):
            route, path = paths[number % len(paths)]
            query = {
                name: to_rfc3339(value) if name.endswith("_at") else value
                for name, value in drawn[number % len(drawn)].items()
            } | {"basis": PRESETS[number % len(PRESETS)]}
            if number % 3:  # others may see nothing, to whom there is no such negotiation
                query["audience"] = "staff"
            more = REQUIRED.get(route.operation_id or "", "").replace("us-ua-20", SLUGS["plan"])
            checker.get(f"/v1/negotiations/talks{path}?{urlencode(query)}&{more}", route)
        assert sum(checker.counts.values()) > QUESTIONS / 2


def test_event_models_have_the_fields_of_the_catalogue() -> None:
    schema = TypeAdapter(AnyEvent).json_schema()
    of_type = schema["discriminator"]["mapping"]
    assert of_type.keys() == CLASS_BY_TYPE.keys()
    shown_otherwise = {"watch-recorded": {"sources"}, "payload-erased": {"visible"}}
    for name, cls in CLASS_BY_TYPE.items():
        own = {field.alias or own for own, field in cls.model_fields.items()}
        model = schema["$defs"][of_type[name].rpartition("/")[2]]
        assert own - shown_otherwise.get(name, set()) <= model["properties"].keys(), name
    assert EventItem.model_config["extra"] == "forbid"


def test_examples_of_the_description_are_current(tmp_path: Path) -> None:
    with demonstration(tmp_path) as client:
        examples = dump_examples(make_examples(client))
    assert FILE.read_bytes() == examples, "run: make examples"
