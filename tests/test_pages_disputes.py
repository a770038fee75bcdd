"""What accounts disagree on is shown as disputed, with every account and who gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.facts import OPENING, Event, act, event, event_id, report
from tests.pages import main, page
from tests.world import World, tell_story

AT = "2025-12-24T12:00:00Z"


def told(label: str, type_: str, **fields: object) -> Event:
    said = report("2025-12-20", "post")
    return event(label, type_, said, **{"occurred": "2025-12-20"} | fields)


def dispute(target: str, **rival: object) -> Event:
    said = report("2025-12-22", "wire")
    return act(f"{target} is disputed", "event-disputed", target, said, rival=rival)


BALLOT = told("ballot", "vote-held", vote="ballot", motion="Strike?", result="carried")
EVENTS = [
    BALLOT,
    act(
        "lost",
        "correction-published",
        "ballot",
        report("2025-12-21", "gazette"),
        changes={"result": "lost"},
    ),
    dispute("ballot", result="tied"),
    told("bridge", "incident-reported", incident="bridge", title="A bridge", kind="attack"),
    dispute("bridge", kind="other", place="Far away"),
    told("reply", "deadline-set", deadline="reply", title="Reply", due="2025-12-28"),
    dispute("reply", due="2025-12-30"),
    act(
        "reply again",
        "event-disputed",
        "reply",
        report("2025-12-22", "wire"),
        rival={"due": "2025-12-26"},
    ),
    told("round", "meeting-held", meeting="round", title="A round", place="Here"),
    dispute("round", place="There"),
    told("next", "meeting-announced", meeting="next", title="Next", expected="2026-01-10"),
    dispute("next", expected="2026-01-12"),
    told("stand", "position-stated", party="north", issue="border", stance="accepts", summary="y"),
    dispute("stand", stance="rejects"),
    told("word", "statement-made", statement="s1", speaker="person:envoy", summary="Yes."),
    dispute("word", summary="No."),
    told("plan", "plan-introduced", plan="draft", title="Draft", claimed_points=7),
    dispute("plan", claimed_points=8),
]
BOTH = "disputed · {} ({}) / {} (wire)"
VOTE, KIND = (
    BOTH.format("Result: lost", "gazette", "tied"),
    "Kind: attack (post) / other incident (wire)",
)
DUE = "disputed · Due: 26 Dec 2025 (wire) / 28 Dec 2025 (post) / 30 Dec 2025 (wire)"
PLACE = BOTH.format("Place: Here", "post", "There")
EXPECTED = BOTH.format("Expected: 10 Jan 2026", "post", "12 Jan 2026")
STANCE = BOTH.format("Stance: accepts", "post", "rejects")
SUMMARY = BOTH.format("Summary: Yes.", "post", "No.")
POINTS = BOTH.format("Points claimed: 7", "post", "8")


@pytest.fixture(scope="module")
def site() -> Iterator[World]:
    with tell_story([(AT, [*OPENING, *EVENTS])], "http") as world:
        yield world


def words_of(site: World, name: str, query: str = "") -> str:
    """Return what a page says, without its marks."""
    text = re.sub(r"<svg.*?</svg>|<[^>]+>", "", main(page(site, name, query)), flags=re.DOTALL)
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("name", "query", "accounts"),
    [
        ("meetings", "", [VOTE, KIND, DUE, PLACE, EXPECTED]),
        ("", "", [VOTE, KIND, DUE, PLACE, EXPECTED, SUMMARY]),
        ("positions", "?cell=north/border", [STANCE]),
        ("people", "", [SUMMARY]),
        ("plans/draft", "", [POINTS]),
        (
            "compare",
            "?from=2025-12-10&as_of=2025-12-24",
            [VOTE, KIND, DUE, PLACE, EXPECTED, STANCE, SUMMARY, POINTS],
        ),
        (f"events/{event_id('ballot')}", "", [VOTE]),
        (f"events/{event_id('round')}", "", [PLACE]),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_every_account_is_shown_with_who_gives_it(
    site: World, name: str, query: str, accounts: list[str]
) -> None:
    shown = words_of(site, name, query)

    for account in accounts:
        assert account in shown


def test_disputed_is_another_word_than_not_told(site: World) -> None:
    untold = told("other", "vote-held", vote="other", motion="Pause?")
    with tell_story([(AT, [*OPENING, untold])], "http") as other:
        assert "result not told" in words_of(other, "meetings")

    for name, query in (("meetings", ""), ("", ""), ("compare", "?from=2025-12-21")):
        shown = words_of(site, name, query)
        assert "result disputed" in shown
        assert "not told" not in shown


def test_a_sentence_of_a_dispute_tells_its_name(site: World) -> None:
    shown = words_of(site, "compare", "?from=2025-12-10&as_of=2025-12-24")

    assert "Vote on “Strike?”: result disputed, 20 December 2025." in shown


def test_each_kind_says_who_reports_it_and_whether_it_is_one_source(site: World) -> None:
    alone = [each for each in EVENTS if each["type"] in ("vote-held", "incident-reported")]
    alone += [told("met", "meeting-held", meeting="met", title="Met")]
    alone += [told("due", "deadline-set", deadline="due", title="Due", due="2025-12-28")]
    alone += [told("week", "brief-written", brief="week", text="A week.")]
    with tell_story([(AT, [*OPENING, *alone])], "http") as other:
        on_meetings, on_overview = words_of(other, "meetings"), words_of(other, "")

    line = "post · single source · The event"
    assert on_meetings.count(line) == len(alone) - 1
    assert on_overview.count(line) == 2
