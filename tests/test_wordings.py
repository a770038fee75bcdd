"""The wording of a plan point: when it is known, from whom, and whether it is surely the last."""

from __future__ import annotations

from typing import Any

from tests.facts import OPENING, Event, event, event_id, report
from tests.fold_world import FoldWorld
from tests.world import World

AT = "2025-12-25T09:00:00Z"


def introduced(*points: Event, **fields: Any) -> Event:
    given = {"plan": "p", "title": "Plan", "occurred": "2025-12-18", "points": list(points)}
    reports = (report("2025-12-18", "herald"), report("2025-12-19", "gazette"))
    return event("plan", "plan-introduced", *reports, **given | fields)


def seen(*points: Event, target: str = "plan", on: str = "2025-12-20") -> Event:
    fields = {"event": event_id(target), "points": list(points)}
    return event(f"seen {on}", "text-published", report(on, "courier"), **fields)


def amended(day: int, *operations: Event, label: str = "amended") -> Event:
    on = f"2025-12-{day:02}"
    fields = {"plan": "p", "occurred": on, "operations": list(operations)}
    return event(label, "plan-amended", report(on, label), **fields)


def read_points(world: World | FoldWorld, as_of: str = "2025-12-24") -> list[dict[str, Any]]:
    (plan,) = world.read_state(as_of=as_of)["plans"]
    points: list[dict[str, Any]] = plan["points"]
    return points


def test_a_wording_has_its_own_date_and_sources(world: World | FoldWorld) -> None:
    text = {"point": "a", "text": "Peace."}
    world.record(AT, [*OPENING, introduced({"point": "a"}, {"point": "b"}), seen(text)])
    worded, unseen = read_points(world)

    assert worded["text_known_at"].startswith("2025-12-20")
    assert [each["publisher"] for each in worded["text_sources"]] == ["courier"]
    assert worded["text_single_source"] is True
    assert worded["known_at"].startswith("2025-12-18")
    assert [each["publisher"] for each in worded["sources"]] == ["herald", "gazette"]
    assert len(worded["events"]) == 2
    assert unseen["events"] == [event_id("plan")]
    assert (unseen["text_known_at"], unseen["text_sources"]) == (None, [])
    assert unseen["text_single_source"] is None


def test_the_wording_of_an_adopted_amendment_rests_on_what_gave_it(
    world: World | FoldWorld,
) -> None:
    named = {"plan": "p", "amendment": "am"}
    operation = {"op": "substitution", "point": "a", "text_status": "unseen"}
    proposed = event("proposed", "amendment-proposed", report("2025-12-19", "herald"), **named)
    proposed |= {"occurred": "2025-12-19", "operations": [operation]}
    adopted = event("adopted", "amendment-adopted", report("2025-12-20", "herald"), **named)
    text = seen({"point": "a", "text": "War."}, target="proposed", on="2025-12-22")
    adopted["occurred"] = "2025-12-20"
    events = [introduced({"point": "a", "text": "Peace."}), proposed, adopted, text]
    world.record(AT, [*OPENING, *events])
    (before,), (after,) = read_points(world, "2025-12-21"), read_points(world)

    assert (before["text"], before["text_known_at"]) == (None, None)
    assert (after["text"], after["text_known_at"][:10]) == ("War.", "2025-12-22")
    assert [each["publisher"] for each in after["text_sources"]] == ["herald", "courier"]


def test_a_text_seen_later_gives_the_points_of_an_introduction_without_any(
    world: World | FoldWorld,
) -> None:
    points = [{"point": "b", "number": 1, "heading": "End", "text": "B."}, {"point": "a"}]
    points[1]["text"] = "A."
    world.record(AT, [*OPENING, introduced(), seen(*points)])

    assert read_points(world, "2025-12-19") == []
    assert [(each["point"], each["number"], each["heading"]) for each in read_points(world)] == [
        ("b", 1, "End"),
        ("a", None, None),
    ]


def test_two_wordings_of_one_day_are_of_uncertain_order(world: World | FoldWorld) -> None:
    words = [{"op": "substitution", "point": "a", "text": text} for text in ("North.", "South.")]
    accepted = event("yes", "plan-endorsed", report("2025-12-22"), plan="p", party="north")
    accepted["occurred"] = "2025-12-22"
    events = [introduced({"point": "a", "text": "Peace."}), amended(20, words[0], label="first")]
    world.record(AT, [*OPENING, *events, amended(20, words[1], label="second"), accepted])
    (found,) = read_points(world)
    (plan,) = world.read_state(as_of="2025-12-24")["plans"]

    assert (found["text"], found["order"]) == ("South.", "uncertain")
    assert [each["text"] for each in found["candidates"]] == ["North."]
    assert plan["agreed"] == []


def test_what_leaves_a_wording_as_it_is_does_not_settle_which_was_last(
    world: World | FoldWorld,
) -> None:
    words = [{"op": "substitution", "point": "a", "text": text} for text in ("North.", "South.")]
    status = {"op": "substitution", "point": "a", "text_status": "reported"}
    events = [introduced({"point": "a", "text": "Peace."}), amended(20, words[0], label="first")]
    events += [amended(20, words[1], label="second"), amended(22, status, label="status")]
    world.record(AT, [*OPENING, *events])
    (found,) = read_points(world)

    assert (found["text"], found["order"]) == ("South.", "uncertain")
    assert found["text_status"] == "reported"
    assert [each["text"] for each in found["candidates"]] == ["North."]


def test_what_establishes_a_point_comes_before_what_changes_it_on_its_day(
    world: World | FoldWorld,
) -> None:
    operation = {"op": "substitution", "point": "a", "text": "War."}
    world.record(
        AT, [*OPENING, introduced({"point": "a", "text": "Peace."}), amended(18, operation)]
    )
    (found,) = read_points(world)

    assert (found["text"], found["order"], found["candidates"]) == ("War.", None, [])


def test_points_stand_in_the_order_of_their_text(world: World | FoldWorld) -> None:
    names = ["preamble", "definitions", "two", "ten", "annex"]
    numbers = {"two": "2", "ten": "10"}
    points = [{"point": name, "number": numbers.get(name)} for name in names]
    operations = [
        {"op": "insertion", "point": "two-a", "number": "2a"},
        {"op": "insertion", "point": "after-annex", "after": "annex"},
        {"op": "insertion", "point": "last", "number": 121},
        {"op": "split", "point": "ten", "into": [{"point": "ten-1"}, {"point": "ten-2"}]},
        {"op": "join", "point": "start", "from": ["preamble", "definitions"]},
    ]
    world.record(AT, [*OPENING, introduced(*points), amended(20, *operations)])

    assert [each["point"] for each in read_points(world)] == [
        *("start", "two", "two-a", "ten-1", "ten-2"),
        *("annex", "after-annex", "last"),
    ]


def test_numbers_order_as_people_read_them(world: World | FoldWorld) -> None:
    first, *others = ("1.1", "1.10", "1.2", "10.1", "2.1", 121, 4)
    operations = [
        {"op": "insertion", "point": str(number).replace(".", "-"), "number": number}
        for number in others
    ]
    world.record(
        AT, [*OPENING, introduced({"point": "1-1", "number": first}), amended(20, *operations)]
    )
    found = [each["number"] for each in read_points(world)]

    assert found == ["1.1", "1.2", "1.10", "2.1", 4, "10.1", 121]


def test_an_agreement_rests_on_no_text_of_another_point(http_world: World) -> None:
    points = [{"point": "a", "text": "Peace."}, {"point": "b"}]
    endorsed = event(
        "endorsed", "plan-endorsed", report("2025-12-19", "herald"), plan="p", party="north"
    )
    endorsed["occurred"] = "2025-12-19"
    text = seen({"point": "b", "text": "War."})
    http_world.record(AT, [*OPENING, introduced(*points, sponsors=["north"]), endorsed, text])

    diff = http_world.get("/diff", **{"from": "2025-12-17", "to": "2025-12-21"}).json()["data"]
    events = {each["subject"]: each["events"] for each in diff if each["kind"] == "agreement"}
    assert events["p/a"] == [event_id("plan"), event_id("endorsed")]


def test_a_plan_is_known_since_it_was_introduced(world: World | FoldWorld) -> None:
    endorsed = event(
        "endorsed", "plan-endorsed", report("2025-12-20", "courier"), plan="p", party="north"
    )
    endorsed["occurred"] = "2025-12-20"
    world.record(AT, [*OPENING, introduced({"point": "a", "text": "Peace."}), endorsed])

    (plan,) = world.read_state(as_of="2025-12-24")["plans"]
    assert plan["known_at"].startswith("2025-12-18")
    assert plan["events"] == [event_id("plan")]
    assert [each["publisher"] for each in plan["sources"]] == ["herald", "gazette"]
    assert [each["known_at"][:10] for each in plan["endorsements"]] == ["2025-12-20"]
