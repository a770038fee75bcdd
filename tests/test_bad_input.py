"""Bad input: each case gets its documented status and a problem that names field and remedy.

Every bad event comes in one batch with a good neighbour, and nothing of that batch is recorded.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from tests.facts import Batch
from tests.world import World, tell_story

Event = dict[str, Any]

OPENING: list[Event] = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "party-registered", "party": "north", "name": "North"},
    {"type": "person-registered", "person": "envoy", "name": "The envoy"},
    {"type": "issue-defined", "issue": "border", "title": "The border"},
]
ADDRESS = "/v1/negotiations/talks/events"
REPORT = {"published": "2025-12-20", "publisher": "herald"}
TARGET = str(UUID(int=7))
LATER = str(UUID(int=8))
UNKNOWN = str(UUID(int=99))
SAID: Event = {
    "type": "statement-made",
    "statement": "s1",
    "speaker": "person:envoy",
    "summary": "We talk.",
    "occurred": "2025-12-20",
    "reports": [REPORT],
}
GOOD: Event = {**SAID, "id": str(UUID(int=1)), "statement": "good"}
STANCE: Event = {
    "type": "position-stated",
    "party": "north",
    "issue": "border",
    "stance": "accepts",
    "summary": "yes",
    "occurred": "2025-12-20",
    "reports": [REPORT],
}


def said(**changes: Any) -> Event:
    return {**SAID, **changes}


def act(kind: str, **fields: Any) -> Event:
    return {"type": kind, "event": TARGET, **fields}


BATCHES: list[Batch] = [
    ("2025-12-20T09:00:00Z", OPENING),
    ("2025-12-21T09:00:00Z", [{**STANCE, "id": TARGET}]),
    ("2025-12-21T10:00:00Z", [said(id=LATER, statement="later")]),
]


@pytest.fixture(scope="module", params=("http", "postgres"))
def refusing(request: pytest.FixtureRequest) -> Iterator[World]:
    """Give a negotiation to all tests that get nothing recorded, on either database."""
    server = request.getfixturevalue("shared_ledger_url") if request.param == "postgres" else None
    with tell_story(BATCHES, "http", server) as world:
        world.set_clock("2025-12-22T09:00:00Z")
        yield world


@pytest.fixture
def talks(http_world: World) -> World:
    for batch in BATCHES:
        http_world.record(*batch)
    http_world.set_clock("2025-12-22T09:00:00Z")
    return http_world


def head(world: World) -> int:
    answer: int = world.client.get("/readyz").json()["head"]
    return answer


def assert_problem(response: Any, status: int, pointer: str | None = None) -> dict[str, Any]:
    """Check a problem: status, content type, detail, hint, and a pointer to the field."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["type"].startswith("/problems/")
    assert problem["title"]
    assert problem["detail"]
    assert problem["hint"] or any(each["hint"] for each in problem["errors"]), problem
    if pointer is not None:
        pointers = [each["pointer"] for each in problem["errors"]]
        assert pointer in pointers, problem
        assert all(each["detail"] for each in problem["errors"])
    return problem


def assert_nothing_recorded(world: World, before: int) -> None:
    assert head(world) == before
    assert world.get(f"/events/{GOOD['id']}").status_code == 404


# One bad event beside a good one.


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"a": value}
    return value


CHANGES: list[tuple[str, Event, str]] = [
    (
        "to a reply to itself",
        {**act("record-corrected", changes={"reply_to": "later"}), "event": LATER},
        "/changes/reply_to",
    ),
    ("of the type", act("record-corrected", changes={"type": "meeting-held"}), "/changes/type"),
    ("of the id", act("record-corrected", changes={"id": UNKNOWN}), "/changes/id"),
    ("of no such field", act("record-corrected", changes={"plan-b": 1}), "/changes/plan-b"),
    (
        "to an unknown value",
        act("record-corrected", changes={"stance": "maybe"}),
        "/changes/stance",
    ),
    ("to a bad span", act("record-corrected", changes={"occurred": "soon"}), "/changes/occurred"),
    (
        "to an unregistered party",
        act("record-corrected", changes={"party": "west"}),
        "/changes/party",
    ),
    (
        "of a required field to null",
        act("record-corrected", changes={"stance": None}),
        "/changes/stance",
    ),
    (
        "of reports by a source",
        act("correction-published", changes={"reports": [REPORT]}, reports=[REPORT]),
        "/changes/reports",
    ),
    ("of nothing", act("record-corrected", changes={}), "/changes"),
    ("without a report", act("correction-published", changes={"stance": "rejects"}), "/reports"),
    (
        "of our own with a report",
        act("record-corrected", changes={"stance": "rejects"}, reports=[REPORT]),
        "/reports",
    ),
    (
        "of an unknown event",
        {**act("record-corrected", changes={"stance": "rejects"}), "event": UNKNOWN},
        "/event",
    ),
    (
        "of an id that is none",
        {**act("record-corrected", changes={"stance": "rejects"}), "event": "x"},
        "/event",
    ),
]

EVENTS: list[tuple[str, Event, str]] = [
    ("unknown type", said(type="statement-mumbled"), "/type"),
    ("no type", {"summary": "x"}, "/type"),
    ("a type that is no text", said(type=7), "/type"),
    ("unknown field", said(sumary="x"), "/sumary"),
    ("unknown field of a report", said(reports=[{**REPORT, "date": "2025"}]), "/reports/0/date"),
    ("missing field", {k: v for k, v in SAID.items() if k != "summary"}, "/summary"),
    ("wrong slug", said(statement="Not A Slug"), "/statement"),
    ("a slug with a line break", said(statement="s1\n"), "/statement"),
    ("a slug of 64 characters", said(statement="s" * 64), "/statement"),
    ("wrong slug of a speaker", said(speaker="king:envoy"), "/speaker"),
    ("unregistered party", {**STANCE, "party": "west"}, "/party"),
    ("unregistered issue", {**STANCE, "issue": "moon"}, "/issue"),
    ("unregistered person", said(speaker="person:nobody"), "/speaker"),
    ("unregistered bare speaker", said(speaker="nobody"), "/speaker"),
    ("unregistered party among what it is about", said(about=["party:west"]), "/about/0"),
    (
        "unregistered participant",
        {
            "type": "meeting-held",
            "meeting": "m",
            "occurred": "2025-12-20",
            "participants": [{"party": "north"}, {"person": "nobody"}],
        },
        "/participants/1/person",
    ),
    (
        "a slug registered twice",
        {"type": "party-registered", "party": "north", "name": "N"},
        "/party",
    ),
    ("opened twice", {"type": "negotiation-opened", "title": "Again"}, "/type"),
    ("neither issue nor point", {k: v for k, v in STANCE.items() if k != "issue"}, "/issue"),
    ("a plan without its point", {**STANCE, "issue": None, "plan": "p"}, "/point"),
    ("a point without its plan", {**STANCE, "issue": None, "point": "p1"}, "/plan"),
    ("an issue and a point", {**STANCE, "plan": "p", "point": "p1"}, "/issue"),
    (
        "a participant who is nobody",
        {"type": "meeting-held", "meeting": "m", "occurred": None, "participants": [{}]},
        "/participants/0/party",
    ),
    *(
        (
            f"a head of a side that is {given!r}",
            {
                "type": "meeting-held",
                "meeting": "m",
                "occurred": "2025-12-20",
                "participants": [{"party": "north", "head": given}],
            },
            "/participants/0/head",
        )
        for given in ("yes", "true", 1)
    ),
    (
        "a value of an answer that is no number",
        {
            "type": "issue-defined",
            "issue": "fees",
            "title": "Fees",
            "answers": [{"answer": "half", "label": "Half", "value": True}],
        },
        "/answers/0/value",
    ),
    ("malformed span", said(occurred="21 December"), "/occurred"),
    ("a day that is not", said(occurred="2025-02-29"), "/occurred"),
    ("a time without offset", said(occurred="2025-12-20T10:00"), "/occurred"),
    ("a span that is a number", said(occurred=2025), "/occurred"),
    ("malformed span of a report", said(reports=[{"published": "soon"}]), "/reports/0/published"),
    ("reversed span", said(occurred="2025-12-21/2025-12-20"), "/occurred"),
    ("unknown time zone", said(tz="Mars/Olympus"), "/tz"),
    ("NUL", said(summary="a\0b"), "/summary"),
    ("NUL in a nested text", said(reports=[{**REPORT, "quote": "a\0b"}]), "/reports/0/quote"),
    ("text over 64 KiB", said(summary="x" * (64 * 1024 + 1)), "/summary"),
    ("text over 64 KiB in UTF-8 only", said(summary="é" * (32 * 1024 + 1)), "/summary"),
    ("a number for a text", said(summary=5), "/summary"),
    ("a text for a list", said(reports="herald"), "/reports"),
    ("unknown choice", {**STANCE, "stance": "perhaps"}, "/stance"),
    ("future recorded_at", said(recorded_at="2030-01-01T00:00:00.000000Z"), "/recorded_at"),
    ("seq of its own", said(seq=1), "/seq"),
    ("an id that is no UUID", said(id="seven"), "/id"),
    ("20 levels in changes", act("record-corrected", changes={"note": deep(20)}), ""),
    ("a retraction without a report", act("event-retracted"), "/reports"),
    ("a dispute without a report", act("event-disputed", rival={"stance": "rejects"}), "/reports"),
    ("a further report without one", act("report-added"), "/reports"),
    ("a void with a report", act("record-voided", reports=[REPORT]), "/reports"),
    ("an erasure by event", act("payload-erased", reason="asked"), "/type"),
    (
        "a text of what has no points",
        act("text-published", points=[{"point": "p", "text": "t"}], reports=[REPORT]),
        "/event",
    ),
    (
        "a plan amended by nothing",
        {"type": "plan-amended", "plan": "p", "occurred": "2025-12-20", "operations": []},
        "/operations",
    ),
    *(
        (
            f"an operation of no sense: {pointer}",
            {
                "type": "plan-amended",
                "plan": "p",
                "occurred": "2025-12-20",
                "operations": [{"point": "p1", **operation}],
            },
            f"/operations/0{pointer}",
        )
        for operation, pointer in (
            ({"op": "split", "into": []}, "/into"),
            ({"op": "join", "from": ["p1"]}, "/from"),
            ({"op": "insertion", "after": "p1"}, "/after"),
        )
    ),
    (
        "a plan in place of itself",
        {"type": "plan-superseded", "plan": "p", "by_plan": "p", "occurred": "2025-12-20"},
        "/by_plan",
    ),
    (
        "a plan that derives from itself",
        {
            "type": "plan-introduced",
            "plan": "p",
            "title": "P",
            "occurred": "2025-12-20",
            "derived_from": ["q", "p"],
        },
        "/derived_from/1",
    ),
    ("a reply to itself", said(reply_to="s1"), "/reply_to"),
    ("a copy of itself", said(copy_of="s1"), "/copy_of"),
    (
        "a meeting that is part of itself",
        {"type": "meeting-held", "meeting": "m", "occurred": "2025-12-20", "part_of": "m"},
        "/part_of",
    ),
    (
        "an unknown operation",
        {"type": "plan-amended", "plan": "p", "operations": [{"op": "eat", "point": "p1"}]},
        "/operations/0/op",
    ),
    *((f"a correction {name}", event, pointer) for name, event, pointer in CHANGES),
]


@pytest.mark.parametrize(
    ("bad", "pointer"), [case[1:] for case in EVENTS], ids=[case[0] for case in EVENTS]
)
def test_a_bad_event_sinks_its_batch(refusing: World, bad: Event, pointer: str) -> None:
    before = head(refusing)
    problem = assert_problem(refusing.post([GOOD, bad]), 422, f"/1{pointer}")
    assert not any(each["pointer"].startswith("/0") for each in problem["errors"])
    assert_nothing_recorded(refusing, before)
    assert_problem(refusing.post(bad), 422, pointer)
    assert_nothing_recorded(refusing, before)


def test_all_faults_of_a_batch_are_named_together(refusing: World) -> None:
    batch = [said(summary=5, statement="A"), GOOD, said(occurred="soon")]
    problem = assert_problem(refusing.post(batch), 422, "/2/occurred")
    pointers = {each["pointer"] for each in problem["errors"]}
    assert pointers == {"/0/summary", "/0/statement", "/2/occurred"}


def test_of_very_many_faults_the_first_are_told(refusing: World) -> None:
    many = {f"fild{n}": 1 for n in range(50_000)}
    assert len(assert_problem(refusing.post(said(**many)), 422)["errors"]) == 100
    assert len(assert_problem(refusing.post([said(summary=5)] * 9_999), 422)["errors"]) == 1000


def test_an_event_may_name_what_its_own_batch_registered_before_it(talks: World) -> None:
    registered = {"type": "party-registered", "party": "west", "name": "West"}
    stated = {**STANCE, "party": "west"}
    assert_problem(talks.post([stated, registered]), 422, "/0/party")
    assert talks.post([registered, stated]).status_code == 201


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_an_unregistered_slug_is_told_the_one_that_was_meant(refusing: World, query: str) -> None:
    west = {"type": "party-registered", "party": "west-coast", "name": "West"}
    path = f"/v1/negotiations/{refusing.name}/events{query}"
    for party, meant in (("nort", "north"), ("westcoast", "west-coast")):
        response = refusing.client.post(path, json=[west, {**STANCE, "party": party}])
        (fault,) = assert_problem(response, 422, "/1/party")["errors"]
        assert fault["hint"].startswith(f"did you mean {meant}? register the party first")
    far = refusing.client.post(path, json=[west, {**STANCE, "party": "zzz"}])
    (fault,) = assert_problem(far, 422, "/1/party")["errors"]
    assert fault["hint"] == "register the party first, or fix the slug"


# Whole bodies.


@dataclass(frozen=True)
class Raw:
    name: str
    body: bytes
    status: int
    pointer: str | None = None
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})


def to_body(*events: Any) -> bytes:
    return json.dumps(list(events)).encode()


NDJSON = {"content-type": "application/x-ndjson"}
TEXT = {"content-type": "text/plain"}
JSON = {"content-type": "application/json"}
LINE = json.dumps(GOOD).encode() + b"\n"
WITH_KEY = {**JSON, "idempotency-key": "k"}
RAW = [
    Raw("NaN", to_body(GOOD, said(summary="#")).replace(b'"#"', b"NaN"), 400),
    Raw("Infinity", to_body(GOOD, said(summary="#")).replace(b'"#"', b"-Infinity"), 400),
    Raw("lone surrogate", to_body(GOOD, said(summary="a\ud800b")), 422, ""),
    Raw("number out of range", to_body(GOOD, said(summary="#")).replace(b'"#"', b"1" * 40), 422),
    Raw("bytes that are not UTF-8", to_body(GOOD).replace(b"We", b"\xff\xfe"), 400),
    Raw("100,000 brackets", b"[" * 100_000 + b"]" * 100_000, 422, ""),
    Raw("100,000 braces", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 422, ""),
    Raw("100,000 open brackets", b"[" * 100_000, 422),
    Raw("20 levels", b"[" * 20 + b"]" * 20, 422),
    Raw("malformed JSON", to_body(GOOD)[:-1], 400),
    Raw("no body", b"", 400),
    Raw("empty batch", b"[]", 422, ""),
    Raw("an event that is no object", to_body(GOOD, 7), 422, "/1"),
    Raw("a text", b'"hello"', 422, ""),
    Raw("10,001 events", to_body(*[SAID] * 10_001), 413),
    Raw("over 16 MiB", b" " * (16 * 1024 * 1024) + to_body(GOOD), 413),
    Raw("wrong content type", to_body(GOOD), 415, None, TEXT),
    Raw("no content type", to_body(GOOD), 415, None, {}),
    Raw("an empty content type", to_body(GOOD), 415, None, {"content-type": ""}),
    Raw(
        "a content type of parameters alone",
        to_body(GOOD),
        415,
        None,
        {"content-type": "; charset=utf-8"},
    ),
    Raw(
        "a compressed body",
        gzip.compress(to_body(GOOD)),
        415,
        None,
        {**JSON, "content-encoding": "gzip"},
    ),
    Raw("a form", b"type=x", 415, None, {"content-type": "application/x-www-form-urlencoded"}),
    Raw("truncated NDJSON", LINE + LINE[:40], 400, None, NDJSON),
    Raw("empty NDJSON", b"\n\n", 422, "", NDJSON),
    Raw(
        "a bad line of NDJSON",
        LINE + json.dumps(said(summary=5)).encode(),
        422,
        "/1/summary",
        NDJSON,
    ),
    Raw(
        "the same id with other content",
        to_body(GOOD, {**STANCE, "id": TARGET, "summary": "no"}),
        409,
        "/1/id",
    ),
    Raw(
        "the same id twice in a batch with other content",
        to_body(GOOD, {**GOOD, "summary": "no"}),
        409,
        "/1/id",
    ),
    Raw("a stale If-Match", to_body(GOOD), 412, None, {**JSON, "if-match": '"5"'}),
    Raw("an If-Match that is no seq", to_body(GOOD), 422, "If-Match", {**JSON, "if-match": '"x"'}),
    Raw(
        "an If-Match of digits that are none",
        to_body(GOOD),
        422,
        "If-Match",
        {**JSON, "if-match": '"²"'},
    ),
]


@pytest.mark.parametrize("raw", RAW, ids=lambda raw: raw.name)
def test_a_bad_body_records_nothing(refusing: World, raw: Raw) -> None:
    before = head(refusing)
    headers = {name: value.encode("latin-1") for name, value in raw.headers.items()}
    response = refusing.client.post(
        "/v1/negotiations/talks/events", content=raw.body, headers=headers
    )
    assert_problem(response, raw.status, raw.pointer)
    assert_nothing_recorded(refusing, before)


TWICE = [
    (b'{"type":"statement-made","type":"position-stated"}', {"/type"}),
    (b'[{"a":1},{"reports":[{"quote":"a:b","quote":"a:b"}]}]', {"/1/reports/0/quote"}),
    (b'{"a":{"b":1,"\\u0062":2,"c":"x\\u003Ay"},"d":1,"d":1}', {"/a/b", "/d"}),
]


@pytest.mark.parametrize(
    ("body", "pointers"), TWICE, ids=[" ".join(sorted(case[1])) for case in TWICE]
)
def test_a_key_given_twice_is_named_wherever_it_stands(
    refusing: World, body: bytes, pointers: set[str]
) -> None:
    response = refusing.client.post(ADDRESS, content=body, headers=JSON)
    problem = assert_problem(response, 400)
    assert {each["pointer"] for each in problem["errors"]} == pointers
    assert problem["hint"] == "use each key of an object once"


def test_a_key_given_twice_in_a_line_is_told_with_its_number(refusing: World) -> None:
    twice = LINE + b'{"type":"statement-made","note":"a","note":"b"}'
    response = refusing.client.post(ADDRESS, content=twice, headers=NDJSON)
    assert assert_problem(response, 400)["detail"] == "line 2: the key 'note' is repeated"


@pytest.mark.parametrize("text", [rb"a: b, c: d", rb"\"a\":1", rb"\u003a", rb"\\u003A:"])
def test_colons_in_a_text_are_no_keys(talks: World, text: bytes) -> None:
    body = json.dumps(said(statement="c", note="#")).encode().replace(b"#", text)
    response = talks.client.post(ADDRESS, content=body, headers=JSON)
    assert response.status_code == 201, response.text


def test_a_truncated_line_is_named_by_its_number(refusing: World) -> None:
    response = refusing.client.post(ADDRESS, content=LINE + LINE[:40], headers=NDJSON)
    assert "line 2" in assert_problem(response, 400)["detail"]


def test_a_reused_key_with_another_body(talks: World) -> None:
    first = {**SAID, "statement": "first"}
    assert talks.post(first, headers={"idempotency-key": "k"}).status_code == 201
    before = head(talks)
    assert_problem(talks.post(GOOD, headers={"idempotency-key": "k"}), 422)
    assert_nothing_recorded(talks, before)


def test_an_id_of_another_negotiation_is_taken(refusing: World) -> None:
    opening = {"type": "negotiation-opened", "title": "Other", "id": TARGET}
    response = refusing.client.post("/v1/negotiations/other/events", json=[opening])
    assert_problem(response, 409, "/0/id")
    assert refusing.client.get("/v1/negotiations/other/state").status_code == 404


def test_a_refused_opening_leaves_no_negotiation(refusing: World) -> None:
    batch = [{"type": "negotiation-opened", "title": "Other"}, said(speaker="nobody")]
    response = refusing.client.post("/v1/negotiations/other/events", json=batch)
    assert_problem(response, 422, "/1/speaker")
    assert refusing.client.get("/v1/negotiations/other/state").status_code == 404
    names = [each["negotiation"] for each in refusing.client.get("/v1/negotiations").json()["data"]]
    assert names == ["talks"]


def test_an_act_names_only_an_earlier_event_of_its_negotiation(refusing: World) -> None:
    before = head(refusing)
    void = act("record-voided")
    itself = {**void, "id": UNKNOWN, "event": UNKNOWN}
    assert_problem(refusing.post([GOOD, itself]), 422, "/1/event")
    ahead = [{**void, "event": GOOD["id"]}, GOOD]
    assert_problem(refusing.post(ahead), 422, "/0/event")
    other = [{"type": "negotiation-opened", "title": "Other"}, void]
    response = refusing.client.post("/v1/negotiations/other/events", json=other)
    assert_problem(response, 422, "/1/event")
    assert_nothing_recorded(refusing, before)


def test_a_corrected_act_still_names_an_earlier_event(talks: World) -> None:
    slip = act("record-corrected", id=UNKNOWN, changes={"summary": "slip"})
    assert talks.post(slip).status_code == 201
    loop = {"type": "record-corrected", "event": UNKNOWN, "changes": {"event": UNKNOWN}}
    assert_problem(talks.post(loop), 422, "/changes/event")


# Addresses and methods.


ADDRESSES = [
    ("POST", "/v1/negotiations/nowhere/events", 404),
    ("GET", "/v1/negotiations/nowhere/state", 404),
    ("GET", "/v1/negotiations/nowhere/events", 404),
    ("POST", "/v1/negotiations/Not%20A%20Slug/events", 422),
    ("GET", "/v1/negotiations/Not%20A%20Slug/state", 422),
    ("GET", "/v1/negotiations/talks/nonsense", 404),
    ("GET", "/v1/nonsense", 404),
    ("GET", f"/v1/negotiations/talks/events/{UNKNOWN}", 404),
    ("GET", "/v1/negotiations/talks/events/seven", 422),
    ("GET", "/v1/negotiations/talks/plans/none", 404),
    ("GET", "/v1/negotiations/talks/plans/none/points/p", 404),
    ("GET", "/v1/negotiations/talks/positions/west/border", 404),
    ("GET", "/v1/negotiations/talks/positions/Not+Slug/border", 422),
    ("DELETE", "/v1/negotiations/talks/events", 405),
    ("PUT", "/v1/negotiations/talks/state", 405),
    ("POST", "/v1/negotiations/talks/state", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), ADDRESSES)
def test_a_bad_address_is_a_problem(refusing: World, method: str, path: str, status: int) -> None:
    response = refusing.client.request(method, path, json=GOOD if method == "POST" else None)
    assert_problem(response, status)
    if status == 405:
        wanted = "GET, HEAD, POST" if path.endswith("/events") else "GET, HEAD"
        assert response.headers["allow"] == wanted


# Questions.

QUESTIONS = [
    *(
        (f"/replay?{name}={digits}", name)
        for name in ("from", "until")
        for digits in ("9" * 20, "0" * 99)
    ),
    ("/state?asof=2025-12-20", "asof"),
    ("/state?as_of=2025", "as_of"),
    ("/state?as_of=20251220", "as_of"),
    ("/state?as_of=1734652800", "as_of"),
    ("/state?as_of=tomorrow", "as_of"),
    ("/state?as_of=2025-12-20T10:00", "as_of"),
    ("/state?as_of=9999-02-29", "as_of"),
    ("/state?as_of=10000-01-01", "as_of"),
    ("/state?as_of=2025-12-20/2025-12-21", "as_of"),
    ("/state?as_of=2025-12-20~", "as_of"),
    ("/state?as_of=2025-12-20%00", "as_of"),
    ("/state?as_of=2025-12-20&as_of=2025-12-21", "as_of"),
    ("/state?known_at=soon", "known_at"),
    ("/state?valid_at=soon", "valid_at"),
    ("/state?recorded_at=2025-13-01", "recorded_at"),
    ("/state?basis=as-guessed", "basis"),
    ("/state?seq=-1", "seq"),
    ("/state?seq=1.5", "seq"),
    ("/state?seq=one", "seq"),
    ("/state?seq=99999999999999999999", "seq"),
    ("/state?tz=Mars/X", "tz"),
    ("/state?tz=../../etc/passwd", "tz"),
    ("/state?audience=king", "audience"),
    ("/state?min_sources=0", "min_sources"),
    ("/state?min_sources=x", "min_sources"),
    ("/meetings?status=late", "status"),
    ("/meetings?speaker=x", "speaker"),
    ("/events?limit=0", "limit"),
    ("/events?limit=100000", "limit"),
    ("/events?after=-1", "after"),
    ("/events?after=99999999999999999999", "after"),
    ("/events?standing=asleep", "standing"),
    ("/events?subject=border", "subject"),
    ("/events?type=nonsense", "type"),
    ("/statements?cursor=x", "cursor"),
    ("/statements?about=x", "about"),
    ("/statements?party=Not%20Slug", "party"),
    ("/statements?speaker=king:envoy", "speaker"),
    ("/changes?after=99999999999999999999", "after"),
    ("/search", "q"),
    ("/search?q=", "q"),
    ("/diff", "from"),
    ("/diff?from=2025-12-20", "to"),
    ("/diff?from=2025-12-20&to=soon", "to"),
    ("/diff?from=&to=2025-12-20", "from"),
]


@pytest.mark.parametrize(("query", "name"), QUESTIONS, ids=[query for query, _ in QUESTIONS])
def test_a_bad_question_is_refused(refusing: World, query: str, name: str) -> None:
    response = refusing.client.get(f"/v1/negotiations/talks{query}")
    problem = assert_problem(response, 422)
    assert name in [each["pointer"] for each in problem["errors"]], problem
    assert name in problem["detail"]
    for each in (problem, *problem["errors"]):
        assert each["hint"]
        assert not any(word in each["detail"] for word in ("should", "^", "Field", "Input"))


@pytest.mark.parametrize("name", ["asof", "AS_OF", "asOf"])
def test_a_mistyped_parameter_is_told_its_name(refusing: World, name: str) -> None:
    response = refusing.client.get(f"/v1/negotiations/talks/state?{name}=2025-12-20")
    assert assert_problem(response, 422, name)["hint"] == "did you mean as_of?"


@pytest.mark.parametrize("path", ["/state", "/plans/Deal", "/events?subject=x"])
def test_a_wrong_slug_is_told_how_one_looks(refusing: World, path: str) -> None:
    name = "Talks" if path == "/state" else "talks"
    problem = assert_problem(refusing.client.get(f"/v1/negotiations/{name}{path}"), 422)
    assert "1 to 63 characters: a-z, 0-9 and -" in problem["hint"]


def test_a_parameter_of_another_address_is_told_so(refusing: World) -> None:
    response = refusing.get("/stream", as_of="2025-12-22")
    assert assert_problem(response, 422, "as_of")["hint"] == "this address does not take it"


def test_a_word_for_a_date_is_told_what_can_be_asked(refusing: World) -> None:
    hint = assert_problem(refusing.get("/state", as_of="tomorrow"), 422, "as_of")["hint"]
    assert hint.startswith("use a day such as 2025-12-22, an instant")


def test_an_empty_parameter_means_none(refusing: World) -> None:
    for query in (
        "/events?type=&subject=",
        "/statements?speaker=&about=&q=&cursor=",
        "/state?seq=",
        "/state?exclude_source=&exclude_source=",
    ):
        response = refusing.client.get(f"/v1/negotiations/talks{query}")
        assert response.status_code == 200, response.text
        assert response.json()["basis"]["exclude_source"] == []


def test_an_unknown_parameter_of_recording_is_refused(refusing: World) -> None:
    before = head(refusing)
    for query in ("dryrun=true", "dry_run=maybe", "dry_run=true&dry_run=false"):
        assert_problem(refusing.client.post(f"{ADDRESS}?{query}", json=GOOD), 422)
    assert_nothing_recorded(refusing, before)


UNDERSTOOD = [
    ("as_of=2025-12-21T12:00:00+02:00", "2025-12-21T10:00:00.000000Z"),
    ("as_of=2025-12-21T12:00:00%2B02:00", "2025-12-21T10:00:00.000000Z"),
    ("as_of=2025-12-21", "2025-12-21T23:59:59.999999Z"),
    ("as_of=2025-11", "2025-11-30T23:59:59.999999Z"),
    ("as_of=2025-12-21&tz=Europe/Kyiv", "2025-12-21T21:59:59.999999Z"),
    ("as_of=2025-12-21&known_at=&seq=&recorded_at=", "2025-12-21T23:59:59.999999Z"),
    ("as_of=", "2025-12-22T09:00:00.000000Z"),
    ("as_of=9999-12-31", "2025-12-22T09:00:00.000000Z"),
    ("as_of=9999-12-31&tz=America/New_York", "2025-12-22T09:00:00.000000Z"),
    ("known_at=9999-12&recorded_at=9999-12-31T00:00:00Z", "2025-12-22T09:00:00.000000Z"),
]


@pytest.mark.parametrize(("query", "known_at"), UNDERSTOOD, ids=[q for q, _ in UNDERSTOOD])
def test_a_question_is_understood(refusing: World, query: str, known_at: str) -> None:
    response = refusing.client.get(f"/v1/negotiations/talks/state?{query}")
    assert response.status_code == 200, response.text
    assert response.json()["basis"]["known_at"] == known_at
    assert response.json()["basis"]["defaulted"] == (query == "as_of=")
