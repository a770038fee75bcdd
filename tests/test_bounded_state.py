"""A state is bounded: of long lists the newest, how many there are, and where they all are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from projections.answers import newest
from tests.command_line import run_command
from tests.facts import ADDRESS, OPENING, Event, act, event, event_id, report, statement
from tests.fold_world import FoldWorld
from tests.pages import main, page
from tests.world import World

N, LISTED = 25, 20
RECORDED, LATER = "2025-12-31T12:00:00Z", "2026-01-05T12:00:00Z"
NOON = "2025-12-29T12:00:00Z"
ASKED = {"as_of": RECORDED, "valid_at": NOON}
NEWS = report("2025-12-30")


def day(n: int) -> str:
    """Return when the nth of a kind happened."""
    return str(date(2025, 10, 1) + timedelta(days=n))


def each(make: Callable[[int], Event]) -> list[Event]:
    """Return a kind of event as often as is too often for a list, recorded latest first."""
    return [make(n) for n in reversed(range(N))]


def told(kind: str, name: str, **fields: Any) -> list[Event]:
    """Return events of a kind; what says {n} in a field says which of them it is."""
    return each(
        lambda n: event(
            f"{name} {n}",
            kind,
            NEWS,
            **{"occurred": day(n)} | {key: _numbered(value, n) for key, value in fields.items()},
        )
    )


def _numbered(value: Any, n: int) -> Any:
    return value.format(n=n) if isinstance(value, str) else value


def meetings(status: str) -> list[Event]:
    slug = f"{status}-{{n}}"
    planned = told("meeting-announced", f"{status} plan", meeting=slug, expected="2026-01")
    ends = {
        "concluded": ("meeting-concluded", {"outcome": "partial"}),
        "cancelled": ("meeting-cancelled", {}),
        "held": ("meeting-held", {}),
    }
    if status not in ends:
        return planned
    kind, fields = ends[status]
    return planned + told(kind, status, meeting=slug, **fields)


def claims() -> list[Event]:
    fields = {"party": "north", "issue": "border", "stance": "accepts", "summary": "Yes."}
    return each(
        lambda n: event(
            f"attributed {n}",
            "position-stated",
            report("2025-12-30", f"publisher {n}"),
            **fields,
            attribution="anonymous",
            occurred=day(n),
        )
    )


def words(name: str, **fields: Any) -> list[Event]:
    said = {"statement": f"{name}-{{n}}", "speaker": "person:envoy", "summary": "Word {n}"}
    return told("statement-made", name, **said | fields)


def watches() -> list[Event]:
    """Return watches of every second day, which leave a day between any two of them."""
    days = [day(2 * n + 20) for n in range(N + 1)]
    return [
        event(f"watch {d}", "watch-recorded", report(d), **{"from": d, "to": d}, result="no-change")
        for d in reversed(days)
    ]


PLAN = event("plan", "plan-introduced", NEWS, plan="draft", title="Draft", occurred=day(0))
OPERATION = [{"op": "insertion", "point": "p1", "text": "One."}]
CROWD = [
    *OPENING,
    PLAN,
    *(
        made
        for status in ("concluded", "cancelled", "held", "announced")
        for made in meetings(status)
    ),
    *claims(),
    *words("disputed"),
    *words("withdrawn"),
    *words("possible", occurred="2025-12-29"),
    *words("unrealised", modality="hypothetical"),
    *told("amendment-rejected", "anomalies", plan="draft", amendment="unproposed-{n}"),
    *told("amendment-proposed", "pending", plan="draft", amendment="a{n}", operations=OPERATION),
    *told("plan-endorsed", "endorsements", plan="draft", party="north"),
    *watches(),
    *each(
        lambda n: act(
            f"dispute {n}", "event-disputed", f"disputed {n}", NEWS, rival={"summary": "Never."}
        )
    ),
    *each(lambda n: act(f"retraction {n}", "event-retracted", f"withdrawn {n}", NEWS)),
]


def crowd(world: World | FoldWorld) -> None:
    world.record(RECORDED, CROWD)
    world.set_clock(LATER)


def newest_ids(name: str, listed: int = LISTED) -> set[str]:
    return {event_id(f"{name} {n}") for n in range(N - listed, N)}


def ids(items: list[Event]) -> list[str]:
    return [item["events"][0] for item in items]


LISTS = ("anomalies", "attributed", "disputed", "withdrawn", "unrealised")
PATHS = {
    "anomalies": "anomalies",
    "gaps": "coverage",
    "attributed": "positions",
    "concluded_meetings": "meetings?status=concluded",
    "cancelled_meetings": "meetings?status=cancelled",
    "statements": "statements",
    **{
        name: f"events?standing={name}"
        for name in ("disputed", "withdrawn", "possible", "unrealised")
    },
}


def test_a_state_gives_the_newest_of_each_list_and_says_how_many_there_are(
    world: World | FoldWorld,
) -> None:
    crowd(world)
    state = world.read_state(**ASKED)

    for name in LISTS:
        assert set(ids(state[name])) == newest_ids(name), name
        assert len(state[name]) == LISTED
    assert len(state["possible"]) == LISTED
    assert len(state["statements"]) == 10
    by_status: dict[str, set[str]] = {}
    for meeting in state["meetings"]:
        by_status.setdefault(meeting["status"], set()).add(meeting["meeting"])
    for status in ("concluded", "cancelled"):
        assert by_status[status] == {f"{status}-{n}" for n in range(N - LISTED, N)}
    assert {len(by_status[status]) for status in ("held", "announced")} == {N}
    gaps = state["coverage"]["gaps"]
    assert len(gaps) == LISTED
    assert gaps[-1] == {"from": day(2 * N + 21), "to": "2025-12-29", "days": 19}
    counts = {name: more["count"] for name, more in state["more"].items()}
    assert counts.pop("gaps") >= N
    assert counts == dict.fromkeys(PATHS.keys() - {"gaps"}, N)


def test_a_plan_of_a_state_gives_the_newest_amendments_and_endorsements(
    world: World | FoldWorld,
) -> None:
    crowd(world)
    (plan,) = world.read_state(**ASKED)["plans"]

    for name in ("pending", "endorsements"):
        assert set(ids(plan[name])) == newest_ids(name), name
        assert plan["more"][name]["count"] == N
        assert plan["more"][name]["address"].startswith(f"{ADDRESS}/plans/draft?")


def test_what_is_left_off_stands_whole_at_the_address_given(http_world: World) -> None:
    crowd(http_world)
    state = http_world.read_state(**ASKED)
    (plan,) = state["plans"]
    assert state["more"].keys() == PATHS.keys()
    for name, more in {**state["more"], **plan["more"]}.items():
        whole = http_world.client.get(more["address"])
        assert whole.status_code == 200, (name, whole.text)
        data = whole.json()["data"]
        found = data if isinstance(data, list) else data[name]
        assert more["address"].startswith(f"{ADDRESS}/{PATHS.get(name, 'plans/draft')}"), name
        assert len(found) == more["count"], name


def test_a_short_list_leaves_nothing_off(world: World | FoldWorld) -> None:
    world.record(RECORDED, [*OPENING, PLAN, *(statement(n) for n in range(1, 11))])
    state = world.read_state(**ASKED)

    assert state["more"] == {}
    assert state["plans"][0]["more"] == {}
    assert len(state["statements"]) == 10


def test_a_list_keeps_its_order_where_something_is_left_off(world: World | FoldWorld) -> None:
    crowd(world)
    state = world.read_state(**ASKED)

    def names(items: list[Event], name: str) -> list[str]:
        return [str(item[name]) for item in items]

    assert names(state["plans"][0]["pending"], "amendment") == sorted(
        f"a{n}" for n in range(N - LISTED, N)
    )
    assert ids(state["attributed"]) == [
        event_id(f"attributed {n}") for n in reversed(range(N - LISTED, N))
    ]
    slugs = names(state["meetings"], "meeting")
    assert slugs == sorted(slugs)


def test_what_was_published_too_early_is_counted_among_the_anomalies(
    world: World | FoldWorld,
) -> None:
    early = [statement(n, occurred=f"2025-12-{n - 200 + 1:02}") for n in range(200, 200 + N)]
    for told_early in early:
        told_early["reports"] = [report("2025-11-30")]
    unproposed = told("amendment-rejected", "u", plan="draft", amendment="u{n}")
    world.record(RECORDED, [*OPENING, PLAN, *early, *unproposed])
    state = world.read_state(**ASKED)

    assert state["more"]["anomalies"]["count"] == 2 * N
    assert set(ids(state["anomalies"])) == {event_id(n) for n in range(205, 225)}


def test_of_more_events_than_are_counted_no_number_is_given(
    world: World | FoldWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "MAX_COUNTED", N - 1)
    crowd(world)
    more = world.read_state(**ASKED)["more"]

    assert more["statements"]["count"] is None
    assert more["withdrawn"]["count"] is None
    assert more["anomalies"]["count"] == N


def test_an_address_asks_as_of_the_same_basis(http_world: World) -> None:
    crowd(http_world)
    query = {"as_of": "2026-01-02", "basis": "hindsight", "audience": "press", "min_sources": "1"}
    link = http_world.get("/state", **query).headers["link"]
    pinned = link.partition(">")[0].partition("?")[2]
    state = http_world.read_state(**query)
    now = http_world.read_state()

    assert state["more"]["gaps"]["address"] == f"{ADDRESS}/coverage?{pinned}"
    assert now["more"]["gaps"]["address"] == f"{ADDRESS}/coverage?basis=as-known&audience=public"


def test_a_pinned_state_stays_the_same_when_more_is_recorded(http_world: World) -> None:
    crowd(http_world)
    address = http_world.get("/state", **ASKED).headers["link"].partition(">")[0][1:]
    uncached = {"accept": "application/json, */*"}
    before = http_world.client.get(address, headers=uncached)
    http_world.record(LATER, [statement(900 + n, day=30) for n in range(N)])
    after = http_world.client.get(address, headers=uncached)

    assert before.status_code == 200
    assert after.content == before.content


def test_a_state_as_of_now_is_the_same_until_something_is_recorded(http_world: World) -> None:
    crowd(http_world)
    tag = http_world.get("/state").headers["etag"]
    http_world.set_clock("2026-01-05T12:00:01Z")

    assert http_world.get("/state").headers["etag"] == tag


def test_anomalies_come_page_by_page(http_world: World) -> None:
    crowd(http_world)
    found = [each for page in pages(http_world, "anomalies") for each in ids(page)]

    assert len(found) == len(set(found)) == N


def test_amendments_and_endorsements_of_a_plan_come_page_by_page(http_world: World) -> None:
    crowd(http_world)
    told_pages = pages(http_world, "plans/draft")

    assert [len(page["points"]) for page in told_pages] == [0] * 3
    for name in ("pending", "endorsements"):
        assert [set(ids(page[name])) for page in told_pages] == [
            {event_id(f"{name} {n}") for n in numbers}
            for numbers in (range(15, 25), range(5, 15), range(5))
        ]
        assert [page["more"].get(name, {}).get("count") for page in told_pages] == [N, N, None]


def pages(world: World, path: str) -> list[Any]:
    """Return the answer's pages of ten, as the links lead from one to the next."""
    address: str | None = f"{ADDRESS}/{path}?limit=10&as_of=2025-12-31T12:00:00Z"
    found = []
    while address is not None:
        answer = world.client.get(address)
        found.append(answer.json()["data"])
        links = [each for each in answer.headers["link"].split(", ") if 'rel="next"' in each]
        address = links[0].partition(">")[0][1:] if links else None
    return found


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    with World(tmp_path) as world:
        crowd(world)
    return tmp_path / "world.db"


def test_the_command_line_says_how_much_it_leaves_off(ledger_file: Path) -> None:
    asked = ("as-of", "talks", "2025-12-31", "--valid-at", NOON, "--db", str(ledger_file))
    shown = run_command(*asked).stdout
    whole = run_command(*asked, "--all").stdout

    assert shown.count("and 5 more, which --all shows") == 6
    assert "and 15 more, which --all shows" in shown
    assert "and 5 more concluded, which --all shows" in shown
    assert "and 5 more cancelled, which --all shows" in shown
    assert "25 amendments pending" in shown
    assert "--all" not in whole
    assert whole.count(" says of ") == N
    assert shown.count(" says of ") == LISTED
    coverage = next(line for line in whole.splitlines() if "No watch covers" in line)
    assert coverage in shown


def test_pages_show_whole_lists(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        crowd(world)
        shown = main(page(world, "meetings", "?as_of=2025-12-31"))
        plan = main(page(world, "plans/draft", "?as_of=2025-12-31"))

    for status in ("concluded", "cancelled"):
        assert all(f"{status}-{n}" in shown for n in range(N))
    assert all(event_id(f"pending {n}") in plan for n in range(N))
