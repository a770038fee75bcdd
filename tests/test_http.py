"""HTTP as its users meet it: validators, pinned addresses, pages, retries, audiences, OpenAPI."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Any

import pytest

from api.http import middleware
from domain.catalogue import CLASS_BY_TYPE
from tests.facts import OPENING, STANCE, Event, event_id, statement
from tests.world import UNCACHED, World

MORE = [
    statement(50),
    {
        "type": "correction-published",
        "event": event_id(100),
        "changes": {"stance": "rejects"},
        "reports": [{"published": "2025-12-20"}],
    },
    {"type": "record-voided", "event": event_id(1)},
]
PATHS = (
    "/state",
    "/positions",
    "/positions/north/border",
    "/plans",
    "/meetings",
    "/statements",
    "/search?q=word",
    "/roles",
    "/parties",
    "/issues",
    "/people",
    "/changes",
    "/replay",
    "/events",
    f"/events/{event_id(1)}",
)
EVERY = (*PATHS, "/rail", "/gap", "/diff?from=2025-12-20&to=2025-12-21")


@pytest.fixture
def talks(http_world: World) -> World:
    http_world.record("2025-12-20T09:00:00Z", OPENING)
    http_world.record("2025-12-21T09:00:00Z", [statement(1), statement(2), STANCE])
    http_world.set_clock("2025-12-22T09:00:00Z")
    return http_world


def fetch(world: World, path: str, query: str = "", **headers: str) -> Any:
    address = f"/v1/negotiations/talks{path}"
    if query:
        address += ("&" if "?" in address else "?") + query
    response = world.client.get(address, headers=headers)
    assert response.status_code in (200, 304), response.text
    return response


PINNED = "known_at=2025-12-21&valid_at=2025-12-21&seq=7"
SETTLED = "basis=as-recorded&as_of=2025-12-20T12:00:00Z"


LINES = {"accept": "application/x-ndjson"}


# How long an answer may be kept.


def test_a_pinned_answer_is_kept_for_ever(talks: World) -> None:
    answers = {path: fetch(talks, path, PINNED) for path in PATHS}
    for path, answer in answers.items():
        tag = answer.headers["etag"]
        assert tag.startswith('"2-'), path
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable", path
        again = fetch(talks, path, PINNED, **{"if-none-match": f'"other", {tag}'})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["etag"] == tag, path
    talks.record("2025-12-23T09:00:00Z", MORE)
    for path, answer in answers.items():
        assert fetch(talks, path, PINNED, **UNCACHED).content == answer.content, path
        known = {"if-none-match": answer.headers["etag"]}
        assert fetch(talks, path, PINNED, **known).status_code == 304, path


@pytest.mark.parametrize("clock", PINNED.split("&"))
def test_an_answer_without_one_of_the_three_clocks_is_not_pinned(talks: World, clock: str) -> None:
    answer = fetch(talks, "/state", "&".join(each for each in PINNED.split("&") if each != clock))
    assert answer.headers["cache-control"] == "no-cache"
    assert not answer.json()["basis"]["pinned"]


def test_an_answer_for_the_press_is_kept_privately(talks: World) -> None:
    answer = fetch(talks, "/state", f"{PINNED}&audience=press")
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"


BASIS_FIELDS = (
    "known_at",
    "valid_at",
    "seq",
    "audience",
    "exclude_source",
    "only_source",
    "unmatched",
)
BASIS_FIELDS += ("min_sources", "tz")
RECORDED_BY_THEN = [path for path in PATHS if "north" not in path and "/events/" not in path]


def test_a_settled_answer_never_changes(talks: World) -> None:
    answers = {path: fetch(talks, path, SETTLED) for path in RECORDED_BY_THEN}
    for path, answer in answers.items():
        assert answer.json()["basis"]["settled"], path
        assert "immutable" in answer.headers["cache-control"], path
    talks.record("2025-12-23T09:00:00Z", MORE)
    for path, answer in answers.items():
        assert fetch(talks, path, SETTLED, **UNCACHED).content == answer.content, path


@pytest.mark.parametrize(
    "query",
    [
        "",
        "as_of=2025-12-21",
        "basis=hindsight&as_of=2025-12-21",
        "audience=press&only_source=herald&tz=Europe/Kyiv",
    ],
)
def test_the_canonical_address_keeps_the_answer(talks: World, query: str) -> None:
    contents = {}
    for path in EVERY:
        answer = fetch(talks, path, query)
        assert answer.headers["etag"].startswith('W/"'), path
        kept_by = "private, no-cache" if "audience" in query else "no-cache"
        assert answer.headers["cache-control"] == kept_by, path
        canonical = answer.links["canonical"]["url"]
        pinned = talks.client.get(canonical)
        assert pinned.status_code == 200, pinned.text
        assert pinned.json()["data"] == answer.json()["data"], canonical
        for clock in BASIS_FIELDS:
            assert pinned.json()["basis"][clock] == answer.json()["basis"][clock], canonical
        if path in PATHS:
            assert pinned.json()["basis"]["pinned"], canonical
            assert pinned.links["canonical"]["url"] == canonical
            contents[canonical] = pinned.content
    talks.record("2025-12-23T09:00:00Z", MORE)
    for canonical, content in contents.items():
        assert talks.client.get(canonical).content == content, canonical


def test_a_weak_tag_follows_the_data(talks: World) -> None:
    tag = fetch(talks, "/positions").headers["etag"]
    talks.set_clock("2025-12-22T10:00:00Z")
    assert fetch(talks, "/positions", **{"if-none-match": tag}).status_code == 304
    talks.record("2025-12-22T11:00:00Z", [STANCE | {"id": event_id(101), "stance": "rejects"}])
    assert fetch(talks, "/positions", **{"if-none-match": tag}).status_code == 200


def test_clocks_beyond_now_are_lowered_and_so_not_pinned(talks: World) -> None:
    basis = fetch(talks, "/state", "known_at=2099-01-01&valid_at=2099-01-01&seq=999").json()[
        "basis"
    ]
    assert basis["known_at"] == "2025-12-22T09:00:00.000000Z"
    assert basis["valid_at"] == "2099-01-01T23:59:59.999999Z"
    assert (basis["seq"], basis["pinned"]) == (7, False)


def test_a_difference_to_a_date_ahead_follows_what_becomes_known(talks: World) -> None:
    embargo = {**statement(80), "reports": [{"published": "2025-12-24T06:00:00Z"}]}
    talks.record("2025-12-22T10:00:00Z", [embargo])
    answers = {
        to: fetch(talks, "/diff", f"from=2025-12-20&to={to}")
        for to in ("2025-12-22T10:00:00Z", "2099-01-01")
    }
    links = {to: answer.links["canonical"]["url"] for to, answer in answers.items()}
    assert all("seq=8" in link for link in links.values())
    talks.set_clock("2025-12-25T09:00:00Z")
    again = {to: talks.client.get(link).json()["data"] for to, link in links.items()}
    assert [again[to] == answer.json()["data"] for to, answer in answers.items()] == [True, False]
    assert event_id(80) in str(again["2099-01-01"])


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_the_world_may_be_asked_of_to_the_last_day_there_is(talks: World, zone: str) -> None:
    answer = fetch(talks, "/state", f"as_of=9999-12-31&basis=as-recorded&tz={zone}")
    basis = answer.json()["basis"]
    assert basis["valid_at"] == "9999-12-31T23:59:59.999999Z"
    assert (basis["recorded_at"], basis["seq"]) == ("2025-12-22T09:00:00.000000Z", 7)
    again = talks.client.get(answer.links["canonical"]["url"])
    assert again.json()["data"] == answer.json()["data"]


@pytest.mark.parametrize("preset", ["as-known", "as-recorded", "hindsight"])
def test_seq_0_is_the_ledger_before_its_first_event(talks: World, preset: str) -> None:
    answer = fetch(talks, "/state", f"seq=0&basis={preset}")
    basis = answer.json()["basis"]
    assert (basis["seq"], basis["recorded_at"], basis["as_of"]) == (0, None, None)
    assert (basis["known_at"], basis["valid_at"]) == ("2025-12-22T09:00:00.000000Z",) * 2
    assert (basis["defaulted"], basis["settled"]) == (False, False)
    assert answer.json()["data"]["negotiation"] is None
    assert fetch(talks, "/events", f"seq=0&basis={preset}").json()["data"] == []
    canonical = answer.links["canonical"]["url"]
    pinned = talks.client.get(canonical)
    talks.record("2025-12-23T09:00:00Z", MORE)
    assert talks.client.get(canonical).content == pinned.content


def test_head_answers_as_get_without_a_body(talks: World) -> None:
    for path in ("", *(f"/talks{path}" for path in EVERY)):
        address = f"/v1/negotiations{path}"
        head, whole = talks.client.head(address), talks.client.get(address)
        assert (head.status_code, head.content) == (200, b""), path
        for name in ("etag", "link", "cache-control", "content-type", "content-length"):
            assert head.headers.get(name) == whole.headers.get(name), path


OVERRIDES = [
    "",
    "known_at=2025-12-20",
    "valid_at=2025-12-20",
    "recorded_at=2025-12-20T12:00:00Z",
    "seq=5",
    "known_at=2099-01-01",
    "seq=99",
    "known_at=2025-12-20&valid_at=2025-12-22",
    "recorded_at=2099-01-01&audience=staff",
    "exclude_source=herald",
    "valid_at=2025-12-20&tz=Europe/Kyiv",
]
COMPARED = [
    "/diff?from=2025-12-19&to=2025-12-21",
    "/diff?from=2025-12-20T10:00:00Z&to=2025-12-22T08:00:00Z",
    "/plans/deal/diff?from=2025-12-20",
    "/plans/deal/diff?to=2025-12-20",
    "/plans/deal/diff?to_plan=deal",
    "/gap?as_of=2025-12-20",
]
PLAN = [
    {
        "type": "plan-introduced",
        "id": event_id(70),
        "plan": "deal",
        "title": "Deal",
        "occurred": "2025-12-10",
        "points": [{"point": "p", "text": "one"}],
        "reports": [{"published": "2025-12-10"}],
    },
    {
        "type": "plan-amended",
        "id": event_id(71),
        "plan": "deal",
        "occurred": "2025-12-21",
        "operations": [{"op": "substitution", "point": "p", "text": "two"}],
        "reports": [{"published": "2025-12-21"}],
    },
]


@pytest.mark.parametrize("path", COMPARED)
def test_the_canonical_address_of_a_comparison_keeps_it(http_world: World, path: str) -> None:
    http_world.record("2025-12-20T09:00:00Z", [*OPENING, PLAN[0]])
    http_world.record("2025-12-21T09:00:00Z", [statement(1), statement(2), STANCE, PLAN[1]])
    http_world.set_clock("2025-12-22T09:00:00Z")
    answers = {}
    for preset, overrides in product(("as-known", "as-recorded", "hindsight"), OVERRIDES):
        answer = fetch(http_world, path, f"basis={preset}&{overrides}".rstrip("&"))
        canonical = answer.links["canonical"]["url"]
        again = http_world.client.get(canonical)
        answers[canonical] = answer.json()["data"]

        assert again.json().get("data") == answers[canonical], canonical
        assert again.links["canonical"]["url"] == canonical
    http_world.record("2025-12-23T09:00:00Z", MORE)
    for canonical, data in answers.items():
        if "/gap" not in path:  # which follows the record, and so is never pinned
            assert http_world.client.get(canonical).json()["data"] == data, canonical


def test_a_comparison_keeps_its_tag_while_nothing_changes(talks: World) -> None:
    path = "/diff?from=2025-12-19&to=2025-12-21"
    tag = fetch(talks, path).headers["etag"]
    talks.set_clock("2025-12-22T10:00:00Z")
    assert fetch(talks, path, **{"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("query", ["", PINNED])
def test_tags_are_compared_weakly(talks: World, query: str) -> None:
    tag = fetch(talks, "/state", query).headers["etag"]
    bare = tag.removeprefix("W/")
    for held in ("*", " * ", bare, f"W/{bare}", f'"a,b" ,  {tag}', f'W/"x",{tag},"y"'):
        assert fetch(talks, "/state", query, **{"if-none-match": held}).status_code == 304, held
    for held in ('"*"', bare.strip('"'), '"x"', "", 'W/"'):
        assert fetch(talks, "/state", query, **{"if-none-match": held}).status_code == 200, held


# The list of negotiations.


def list_negotiations(world: World, query: str = "") -> list[dict[str, Any]]:
    response = world.client.get(f"/v1/negotiations?{query}")
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["data"]
    return found


def test_negotiations_are_listed_as_of_a_basis(talks: World) -> None:
    talks.name = "other"
    opened = {"type": "negotiation-opened", "title": "Other", "timezone": "Europe/Kyiv"}
    talks.record("2025-12-22T10:00:00Z", [opened])

    def line(**more: Any) -> dict[str, Any]:
        return {
            "negotiation": "talks",
            "timezone": "UTC",
            "events": 7,
            "head": 7,
            "title": "Talks",
        } | more

    quiet = {  # staff know of it, and nobody else
        "negotiation": "other",
        "timezone": "Europe/Kyiv",
        "events": 1,
        "head": 8,
        "title": None,
    }
    assert list_negotiations(talks) == [line()]
    assert list_negotiations(talks, "audience=staff") == [quiet | {"title": "Other"}, line()]
    assert list_negotiations(talks, "as_of=2025-12-01") == [line(title=None, events=0, head=0)]
    assert list_negotiations(talks, "basis=as-recorded&as_of=2025-12-21") == [line()]
    assert list_negotiations(talks, "seq=4") == [line(events=0, head=0, title=None)]
    assert list_negotiations(talks, "seq=4&audience=staff")[0]["events"] == 4
    assert list_negotiations(talks, "exclude_source=herald") == [line(title=None, events=0, head=0)]
    assert list_negotiations(talks, "basis=as-recorded&as_of=2025-12-01") == []


def test_the_list_of_negotiations_has_a_basis_and_validators(talks: World) -> None:
    answer = talks.client.get("/v1/negotiations?as_of=2025-12-21&tz=Europe/Kyiv")
    assert answer.json()["basis"]["valid_at"] == "2025-12-21T21:59:59.999999Z"
    canonical = answer.links["canonical"]["url"]
    pinned = talks.client.get(canonical)
    assert pinned.json()["data"] == answer.json()["data"]
    assert "immutable" in pinned.headers["cache-control"]
    talks.name = "other"
    talks.record("2025-12-23T09:00:00Z", OPENING)
    assert talks.client.get(canonical).content == pinned.content
    held = {"if-none-match": pinned.headers["etag"]}
    assert talks.client.get(canonical, headers=held).status_code == 304
    assert talks.client.get("/v1/negotiations?asof=2025-12-21").status_code == 422


# Pages.


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/statements?limit=3", "statement"),
        ("/events?limit=3&type=statement-made", "id"),
        ("/search?q=word&limit=3", "id"),
    ],
)
def test_pages_visit_each_once_while_the_log_grows(talks: World, path: str, key: str) -> None:
    talks.record("2025-12-21T10:00:00Z", [statement(n, day=10 + n % 9) for n in range(3, 13)])
    talks.set_clock("2025-12-22T09:00:00Z")
    wanted = {
        item[key] for item in fetch(talks, path.replace("limit=3", "limit=100")).json()["data"]
    }
    address: str | None = f"/v1/negotiations/talks{path}"
    seen: list[str] = []
    pages = 0
    while address:
        page = talks.client.get(address)
        assert page.status_code == 200, page.text
        seen += [item[key] for item in page.json()["data"]]
        address = page.links.get("next", {}).get("url")
        pages += 1
        news = statement(200 + pages, day=15)
        talks.record(f"2025-12-22T1{pages}:00:00Z", [news])
    assert len(wanted) == 12
    assert pages >= 4
    assert sorted(seen) == sorted(wanted)


def test_the_history_of_a_cell_comes_page_by_page(talks: World) -> None:
    talks.record("2025-12-22T10:00:00Z", [STANCE | {"id": event_id(101), "occurred": "2025-12-19"}])
    address = "/positions/north/border"
    first = fetch(talks, address, "limit=1")
    second = fetch(talks, address, "limit=1&cursor=1")
    told = [page.json()["data"]["history"] for page in (first, second)]

    assert [[each["event"] for each in page] for page in told] == [[event_id(100)], [event_id(101)]]
    assert "cursor=1" in first.links["next"]["url"]
    assert "next" not in second.links
    assert second.json()["data"]["position"] == first.json()["data"]["position"]


def test_one_meeting_has_an_address(talks: World) -> None:
    announced = {
        "type": "meeting-announced",
        "meeting": "m",
        "expected": "2025-12-24",
        "occurred": "2025-12-21",
        "reports": [{"published": "2025-12-21"}],
    }
    talks.record("2025-12-22T10:00:00Z", [announced])

    assert fetch(talks, "/meetings/m").json()["data"] == fetch(talks, "/meetings").json()["data"][0]
    assert talks.get("/meetings/m", as_of="2025-12-20").status_code == 404
    assert talks.get("/meetings/other").status_code == 404


def test_events_page_by_seq_and_as_lines(talks: World) -> None:
    found = fetch(talks, "/events", "after=5&limit=1").json()["data"]
    assert [each["seq"] for each in found] == [6]
    lines = fetch(talks, "/events", "audience=staff", accept="application/x-ndjson")
    assert lines.headers["content-type"].startswith("application/x-ndjson")
    events = [json.loads(line) for line in lines.text.splitlines()]
    assert [each["seq"] for each in events] == [1, 2, 3, 4, 5, 6, 7]
    assert events == fetch(talks, "/events", "audience=staff").json()["data"]


@pytest.mark.parametrize("query", ["limit=2&audience=staff", f"limit=2&audience=staff&{PINNED}"])
def test_lines_have_validators_of_their_own(talks: World, query: str) -> None:
    lines, whole = fetch(talks, "/events", query, **LINES), fetch(talks, "/events", query)
    for name in ("link", "cache-control", "vary"):
        assert lines.headers[name] == whole.headers[name]
    assert lines.links["next"]["url"] == whole.links["next"]["url"]
    tag = lines.headers["etag"]
    assert tag.startswith('"' if PINNED in query else 'W/"')
    assert tag != whole.headers["etag"]
    assert fetch(talks, "/events", query, **LINES, **{"if-none-match": tag}).status_code == 304
    assert fetch(talks, "/events", query, **{"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/x-ndjson, application/json;q=0.5", "application/x-ndjson"),
        ("Application/X-NDJSON", "application/x-ndjson"),
        ("application/json, application/x-ndjson;q=0", "application/json"),
        ("application/json, application/x-ndjson; q=0.5", "application/json"),
        ("text/html,*/*;q=0.8", "application/json"),
        ("nonsense;;q=x,,", "application/json"),
    ],
)
def test_lines_come_to_those_who_would_rather_have_them(
    talks: World, accept: str, kind: str
) -> None:
    assert fetch(talks, "/events", accept=accept).headers["content-type"] == kind


# Recording.


def test_recording_answers_what_was_recorded(talks: World) -> None:
    response = talks.post(statement(3))
    assert response.status_code == 201
    answer = response.json()
    (made,) = answer["recorded"]
    assert (made["id"], made["type"], made["seq"]) == (event_id(3), "statement-made", 8)
    assert made["recorded_at"] == "2025-12-22T09:00:00.000000Z"
    assert (answer["head"], answer["duplicates"]) == (8, [])
    assert len(answer["root_hash"]) == len(made["leaf_hash"]) == 64
    assert fetch(talks, f"/events/{event_id(3)}").json()["data"]["speaker"] == "person:envoy"


def test_a_key_replays_its_first_answer(talks: World) -> None:
    event = {name: value for name, value in statement(3).items() if name != "id"}
    first = talks.post(event, headers={"idempotency-key": "k"})
    talks.record("2025-12-22T10:00:00Z", [statement(4)])
    second = talks.post(event, headers={"idempotency-key": "k"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert talks.client.get("/readyz").json()["head"] == 9
    other = talks.post({**event, "statement": "other"}, headers={"idempotency-key": "l"})
    assert other.json()["recorded"][0]["seq"] == 10


def test_the_same_id_and_content_is_recorded_once(talks: World) -> None:
    answer = talks.post([statement(1), statement(3), statement(3)]).json()
    assert answer["duplicates"] == [event_id(1), event_id(3)]
    assert [each["id"] for each in answer["recorded"]] == [event_id(3)]
    assert answer["head"] == 8
    assert talks.post(statement(1)).json()["recorded"] == []


def test_an_explicit_default_is_the_same_content(talks: World) -> None:
    same = statement(1) | {"modality": "actual", "speaker": "person:envoy", "note": None}
    assert talks.post(same).json()["duplicates"] == [event_id(1)]


def test_if_match_names_the_last_event(talks: World) -> None:
    made = talks.post(statement(3), headers={"if-match": '"7"'})
    assert made.status_code == 201
    assert talks.post(statement(4), headers={"if-match": '"7"'}).status_code == 412
    assert talks.post(statement(4), headers={"if-match": '"8"'}).status_code == 201


def test_a_dry_run_records_nothing(talks: World) -> None:
    again = {name: value for name, value in STANCE.items() if name != "id"}
    other = again | {"occurred": "2025-11-01"}
    answer = talks.post([again, other], params={"dry_run": "true"})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["dry_run"] is True
    assert [each["seq"] for each in told["recorded"]] == [8, 9]
    assert told["possible_duplicates"] == [{"index": 0, "event": event_id(100), "seq": 7}]
    assert talks.client.get("/readyz").json()["head"] == 7
    assert talks.post(statement(3)).json()["recorded"][0]["seq"] == 8
    assert (
        talks.post(statement(4) | {"speaker": "nobody"}, params={"dry_run": "true"}).status_code
        == 422
    )


def test_lines_are_a_batch(talks: World) -> None:
    lines = "\n".join(json.dumps(statement(n)) for n in (3, 4, 5)) + "\n\n"
    response = talks.client.post(
        "/v1/negotiations/talks/events",
        content=lines,
        headers={"content-type": "application/x-ndjson; charset=utf-8"},
    )
    assert response.status_code == 201, response.text
    assert [each["seq"] for each in response.json()["recorded"]] == [8, 9, 10]
    assert len({each["recorded_at"] for each in response.json()["recorded"]}) == 1


# Who asks, and whose reports count.


def test_each_audience_sees_its_own_reports_and_those_before(talks: World) -> None:
    def told(audience: str, n: int) -> Event:
        return statement(n, reports=[{"published": "2025-12-20", "audience": audience}])

    talks.record(
        "2025-12-22T10:00:00Z", [told("press", 3), told("staff", 4), statement(5, reports=[])]
    )
    seen = {
        audience: {
            each["statement"]
            for each in fetch(talks, "/statements", f"audience={audience}").json()["data"]
        }
        for audience in ("public", "press", "staff")
    }
    assert seen["public"] == {"s1", "s2"}
    assert seen["press"] == {"s1", "s2", "s3"}
    assert seen["staff"] == {"s1", "s2", "s3", "s4", "s5"}
    assert talks.get(f"/events/{event_id(3)}").status_code == 404
    assert talks.get(f"/events/{event_id(3)}", audience="press").status_code == 200
    assert "Word 3" not in fetch(talks, "/search", "q=word").text


def test_a_publisher_can_be_left_out(talks: World) -> None:
    both = [{"published": "2025-12-20", "publisher": name} for name in ("courier", "gazette")]
    talks.record("2025-12-22T10:00:00Z", [statement(3, reports=both)])

    def seen(query: str) -> set[str]:
        return {each["statement"] for each in fetch(talks, "/statements", query).json()["data"]}

    assert seen("exclude_source=herald") == {"s3"}
    assert seen("exclude_source=herald&exclude_source=courier") == {"s3"}
    assert seen("exclude_source=courier&exclude_source=gazette") == {"s1", "s2"}
    assert seen("min_sources=2") == {"s3"}
    assert seen("min_sources=3") == set()
    assert seen("min_sources=2&exclude_source=courier") == set()
    (item,) = fetch(talks, "/statements", "exclude_source=herald&exclude_source=courier").json()[
        "data"
    ]
    assert [each["publisher"] for each in item["sources"]] == ["gazette"]
    assert item["single_source"] is True


def test_the_rail_leaves_publishers_out_too(talks: World) -> None:
    assert [each["events"] for each in fetch(talks, "/rail").json()["data"]] == [3]
    answer = fetch(talks, "/rail", "exclude_source=herald")
    assert answer.json()["data"] == []
    assert talks.client.get(answer.links["canonical"]["url"]).json()["data"] == []


def test_before_its_opening_a_negotiation_is_empty(talks: World) -> None:
    for path in ("/state", "/events", "/statements", "/positions", "/plans", "/meetings"):
        data = fetch(talks, path, "basis=as-recorded&as_of=2020-01-01").json()["data"]
        assert not any(data.values() if isinstance(data, dict) and path != "/state" else ())
    state = fetch(talks, "/state", "basis=as-recorded&as_of=2020-01-01").json()["data"]
    assert state["negotiation"] is None
    assert not any(value for name, value in state.items() if name != "coverage")


def test_small_answers(talks: World) -> None:
    assert talks.client.get("/livez").json() == {"status": "alive"}
    assert talks.client.get("/readyz").json()["head"] == 7
    assert talks.client.get("/version").json()["semantics"] == 2
    (listed,) = talks.client.get("/v1/negotiations").json()["data"]
    assert (listed["negotiation"], listed["title"], listed["events"]) == ("talks", "Talks", 7)


# The description.


def test_every_operation_is_described_with_models_and_examples(talks: World) -> None:
    described = talks.client.get("/openapi.json").json()
    components = described["components"]
    operations = [each for methods in described["paths"].values() for each in methods.values()]
    assert len(operations) >= 25
    groups = {group["name"] for group in described["tags"] if group["description"]}
    assert {tuple(operation["tags"]) for operation in operations} == {(name,) for name in groups}
    for operation in operations:
        name = operation["operationId"]
        assert operation["summary"], name
        success = next(each for status, each in operation["responses"].items() if status[0] == "2")
        for media, content in success["content"].items():
            schema = content.get("schema") or content["itemSchema"]
            assert "$ref" in schema or media != "application/json", name
        media, content = next(iter(success["content"].items()))
        assert content.get("example") or media == "application/octet-stream", name
        refused = [each for status, each in operation["responses"].items() if status[0] in "45"]
        for each in refused:
            response = components["responses"][each["$ref"].rpartition("/")[2]]
            problem = response["content"]["application/problem+json"]
            assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
    posted = described["paths"]["/v1/negotiations/{negotiation}/events"]["post"]
    content = posted["requestBody"]["content"]["application/json"]
    one, _ = content["schema"]["oneOf"]
    union = components["schemas"][one["$ref"].rpartition("/")[2]]
    assert union["discriminator"]["mapping"].keys() == CLASS_BY_TYPE.keys() - {"payload-erased"}
    assert content["example"]["type"]
    text = json.dumps(described)
    assert set(re.findall(r"#/components/schemas/(\w+)", text)) <= components["schemas"].keys()


def test_a_pinned_answer_asked_again_is_the_same_in_every_part(talks: World) -> None:
    first, again = (fetch(talks, "/positions", PINNED) for _ in range(2))
    for each in (first, again):
        assert each.headers.pop("x-request-id")
    assert (again.content, again.headers) == (first.content, first.headers)
    path = f"/v1/negotiations/talks/positions?{PINNED}"
    head = talks.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for tag in (first.headers["etag"], "*", f'"x", {first.headers["etag"]}'):
        known = talks.client.get(path, headers={"If-None-Match": tag})
        assert (known.status_code, known.content) == (304, b"")
        assert known.headers["etag"] == first.headers["etag"]
    assert talks.client.get(path, headers={"If-None-Match": '"x"'}).content == first.content


def test_what_was_kept_for_one_audience_is_not_given_to_another(talks: World) -> None:
    asked = {"known_at": "2025-12-24", "valid_at": "2025-12-24", "seq": 3}
    answers = [
        talks.get("/state", audience=who, **asked).json()["basis"]["audience"]
        for who in ("staff", "public", "staff", "press")
    ]
    assert answers == ["staff", "public", "staff", "press"]


def test_few_answers_are_kept_and_the_oldest_goes_first(talks: World) -> None:
    kept = middleware.ResponseCache(talks.client.app, lambda: 0)
    half = middleware.CACHE_SIZE // 2
    header = (b"link", b"x" * 1000)
    for number in range(3):
        start = {"headers": [header]}
        room = half - middleware.ENTRY_SIZE - 1004 - len('"x"') - 1001
        response = middleware.CachedResponse(start, bytes(room), '"x"')
        for _ in range(2):  # asked twice at once
            kept.store_response((str(number), b"q" * 1000, False, "rights"), 0, response)
    assert [key[0] for key in kept.responses] == ["1", "2"]
    assert kept.total_size == middleware.CACHE_SIZE
