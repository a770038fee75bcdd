"""Questions to the strike, answered by hand from its story before they were asked."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.questions import (
    Read,
    ask_on_dates,
    deadline,
    find,
    meeting,
    plan,
    read_causes,
    rows,
    statement,
    vote,
)

NAME = "strike"
ask = partial(ask_on_dates, NAME)
HINDSIGHT, RECORDED = {"basis": "hindsight"}, {"basis": "as-recorded"}
CALL = "From midnight we do not write."


def pay(party: str, *wanted: str) -> Read:
    """Read fields of a party's position on pay; null where it has taken none."""

    def read(data: Any) -> object:
        cells = rows(data, "positions", party=party, issue="pay")
        return tuple(cells[0][name] for name in wanted) if cells else None

    return read


def incidents(data: Any) -> set[str]:
    return {each["incident"] for each in data["incidents"]}


def claims(data: Any) -> set[tuple[str, str, str]]:
    return {(each["claimant"], each["stance"], each["answer"]) for each in data["attributed"]}


def sides(data: Any) -> tuple[object, object, set[str]]:
    (cell,) = rows(data, "positions", party="studios", issue="machines")
    return cell["mixed"], cell["stance"], {each["stance"] for each in cell["candidates"]}


def gaps(data: Any) -> list[tuple[str, str, int]]:
    return [(each["from"], each["to"], each["days"]) for each in data["coverage"]["gaps"]]


def redline(data: Any) -> dict[str, str]:
    return {each["point"]: each["kind"] for each in data["points"]}


UNION, STUDIOS = "positions?cell=union/pay", "positions?cell=studios/pay"
QUESTIONS = [
    # What each side asks, in per cent.
    *ask(
        *("What do the studios offer?", STUDIOS, pay("studios", "stance", "answer", "value")),
        ("2023-03-27", ("proposes", "two", 2), "The studios on Pay: proposes", "2 per cent"),
        # Paper of the 2nd, out in New York before midnight in Los Angeles.
        ("2023-05-01", ("proposes", "four", 4), "Four, if the talks go on.", "4 per cent"),
        # What others say of them moves nothing.
        ("2023-08-22", ("proposes", "four", 4), "Four, if the talks go on.", "4 per cent"),
        ("2023-09-24", ("accepts", "five", 5), "The studios on Pay: accepts", "5 per cent"),
    ),
    *ask(
        *("And on the 1st by the clocks of New York?", STUDIOS, pay("studios", "answer")),
        ("2023-05-01", ("two",), "Two is what the market bears.", "2 per cent"),
        asked={"tz": "America/New_York"},
    ),
    *ask(
        *("Have they offered anything?", STUDIOS, pay("studios", "answer")),
        ("2023-03-26", None, None, "no position"),
        name="The studios on Pay",
    ),
    *ask(
        *("What does the union want?", UNION, pay("union", "stance", "value", "since")),
        ("2023-03-20", ("demands", 6, "2023-03-20"), "Six, and not less.", "6 per cent"),
        ("2023-08-20", ("demands", 5, "2023-08-20"), "Five, then.", "5 per cent"),
        ("2023-09-20", ("accepts", 4, "2023-09-20"), "Four it is.", "4 per cent"),
        ("2023-09-21", ("demands", 5, "2023-08-20"), "Five, then.", "5 per cent"),
        # One answer in other words is one place: since August.
        ("2023-09-24", ("accepts", 5, "2023-08-20"), "accepts (5 per cent)", "5 per cent"),
    ),
    *ask(
        *("What does it want without the weekly?", UNION, pay("union", "value")),
        ("2023-08-22", (6,), "Six, and not less.", "6 per cent"),
        asked={"exclude_source": "Trade Weekly"},
    ),
    # Two papers that repeat one weekly are one source.
    *ask(
        *("What does it want by two sources?", UNION, pay("union", "value")),
        ("2023-08-22", None, None, "no position"),
        name="The writers' union on Pay",
        asked={"min_sources": "2"},
    ),
    *ask(
        *("What did it want, as we know today?", UNION, pay("union", "value")),
        ("2023-09-20", (5,), "WITHDRAWN", "5 per cent"),
        **HINDSIGHT,
    ),
    *ask(
        *("Who says what of the studios?", STUDIOS, claims),
        (
            "2023-08-20",
            {("publisher:Trade Weekly", "accepts", "five")},
            "an unnamed source of Trade Weekly says of the studios on Pay: accepts",
            "They would sign five.",
        ),
        (
            "2023-08-21",
            {("publisher:Trade Weekly", "accepts", "five"), ("party:union", "demands", "two")},
            "union says of the studios on Pay: demands",
            "They still want two.",
        ),
    ),
    *ask(
        *("Do the studios speak with one voice?", "positions?cell=studios/machines", sides),
        ("2023-07-13", (True, None, {"accepts", "rejects"}), "mixed", "We promise nothing"),
    ),
    # Midnight in Los Angeles.
    *ask(
        *("Has the contract ended?", "", deadline("contract", "status", "late")),
        ("2023-05-01", ("open", None), "open 2023-05-01 The contract", "open · due 1 May"),
        ("2023-05-02T06:59:59Z", ("open", None), "open 2023-05-01", "open · due 1 May"),
        ("2023-05-02T07:00:00Z", ("passed", None), "passed 2023-05-01", "passed · due 1 May"),
        ("2023-05-02", ("passed", None), "passed 2023-05-01 The contract", "was open → passed"),
    ),
    *ask(
        *("Do the talks go on?", "meetings", meeting("spring-talks", "outcome")),
        ("2023-04-30", None, "Spring talks going on", "Spring talks"),
        ("2023-05-01", "walkout", "concluded 2023-03-20/.. Spring talks", "walkout"),
    ),
    *ask(
        *("Do they go on by the clocks of New York?", "meetings"),
        meeting("spring-talks", "ongoing"),
        ("2023-05-01", True, "Spring talks going on", "Spring talks"),
        asked={"tz": "America/New_York"},
    ),
    *ask(
        *("Is the strike called?", "events", statement("strike-called")),
        ("2023-05-01", CALL, CALL, CALL),
    ),
    *ask(
        *("Is it called by the clocks of New York?", "events", statement("strike-called")),
        ("2023-05-01", None, None, None),
        name=CALL,
        asked={"tz": "America/New_York"},
    ),
    *ask(
        *("Are there pickets?", "events", incidents),
        ("2023-05-01", set(), None, None),
        name="Pickets",
    ),
    *ask(
        *("Which pickets are there?", "events", incidents),
        ("2023-05-02T00:00:00-07:00", {"pickets"}, "Pickets at the gates", "at the gates"),
        ("2023-05-02", {"pickets", "eastern-pickets"}, "Pickets in the East", "in the East"),
        ("2023-07-12", {"pickets", "eastern-pickets", "lock-out"}, "The stages", "The stages"),
    ),
    *ask(
        *("May there have been pickets in the East?", "events"),
        lambda data: [each["incident"] for each in data["possible"]],
        ("2023-05-01", ["eastern-pickets"], "POSSIBLY HAPPENED 2023-05-02", "Pickets in the East"),
        **HINDSIGHT,
    ),
    *ask(
        *("Was anybody arrested?", "events", incidents),
        ("2023-05-05", {"pickets", "eastern-pickets"}, None, None),
        name="A writer is arrested",
    ),
    *ask(
        *("Did we hold that somebody was?", "events", incidents),
        ("2023-05-05", {"pickets", "eastern-pickets", "arrest"}, "A writer is arr", "A writer is"),
        ("2023-05-10", {"pickets", "eastern-pickets"}, "Pickets in the East", "in the East"),
        **RECORDED,
    ),
    # Votes, other deadlines, texts, offices, coverage.
    *ask(
        *("May the union strike?", "meetings", vote("authorisation", "result", "counts")),
        (
            "2023-04-17",
            ("carried", {"for": 9020, "against": 198}),
            "carried 2023-04-17 Allow a strike",
            "17 Apr 2023 · carried Allow a strike",
        ),
    ),
    *ask(
        *("Is the agreement ratified?", "meetings", vote("ratification", "result")),
        ("2023-10-08", (None,), "open 2023-10-02/2023-10-09", "open · due 2–9 Oct 2023"),
        ("2023-10-09", ("carried",), "carried 2023-10-09 Accept", "9 Oct 2023 · carried"),
    ),
    *ask(
        *("Was it in time?", "", deadline("ratification", "status", "late")),
        ("2023-10-08", ("open", None), "open 2023-10-02/2023-10-09", "open · due 2–9 Oct 2023"),
        # The end of due and what met it are one day.
        ("2023-10-09", ("met", None), "met 2023-10-02/2023-10-09", "was open → met due 2–9"),
    ),
    *ask(
        *("Is there an answer?", "meetings", deadline("answer", "status", "late")),
        ("2023-08-18", ("open", None), "open [2023-08-18..2023-08-20]", "Answer to the proposal"),
        ("2023-08-19", ("met", None), "met [2023-08-18..2023-08-20]", "Answer to the proposal"),
    ),
    *ask(
        *("On what do all agree?", "plans/proposal", plan("proposal", "agreed")),
        ("2023-08-11", [], "3 points named, 3 with text, 3 claimed", "Pay rises by four"),
    ),
    *ask(
        *("And in the agreement?", "plans/agreement", plan("agreement", "agreed")),
        ("2023-09-24", ["pay", "rooms", "machines", "streaming"], "4 agreed", "agreed"),
    ),
    *ask(
        *("Since when does she lead?", "people", find("roles", "since", person="ortiz")),
        ("2023-03-20", "../2023-03-20", "at the latest since 2023-03-20", "Elena Ortiz"),
    ),
    *ask(
        *("On which days did nobody look?", "", gaps),
        (
            "2023-05-10",
            [("2023-05-10", "2023-05-10", 1)],
            "No watch covers 1 day",
            "watched 10 May 2023",
        ),
        (
            "2023-06-30",
            [("2023-05-10", "2023-06-30", 52)],
            "No watch covers 52 days",
            "Nobody watched 10 May – 30 June 2023",
        ),
        (
            "2023-10-10",
            [("2023-05-10", "2023-06-30", 52)],
            "Watched until 2023-10-10",
            "Nobody watched 10 May – 30 June 2023",
        ),
        asked={"audience": "staff"},
    ),
    # Why something is different.
    *ask(
        *("What has the retraction changed?", "compare", read_causes),
        (
            "2023-09-21",
            {
                "position union/pay": "knowledge",
                "withdrawn 89e617de-addd-5df0-af80-27e3bc3f200e": "knowledge",
            },
            "after: accepts (4 per cent); Four it is.",
            "Withdrawn: Four it is. known since 21 September 2023, because it became known",
        ),
        since="2023-09-20",
        endpoint="diff",
    ),
    *ask(
        *("How did the spring talks end?", "compare", read_causes),
        (
            "2023-05-01",
            {
                "meeting spring-talks": "world",
                "statement strike-called": "world",
                "position studios/pay": "knowledge",
            },
            "meeting Spring talks (it happened)",
            "Spring talks: concluded, 1 May 2023, 21:00 America/Los_Angeles; it had been going on.",
        ),
        since="2023-04-30",
        endpoint="diff",
    ),
    *ask(
        *("Why is it different from the end of April?", "compare", read_causes),
        (
            "2023-05-02",
            {
                "deadline contract": "clock",
                "meeting spring-talks": "world",
                "statement strike-called": "world",
                # The 1st began in New York when it was the 30th in Los Angeles.
                "position studios/pay": "knowledge",
                "incident pickets": "world",
                "incident eastern-pickets": "world",
            },
            "deadline The contract ends (a date passed)",
            "The contract ends",
        ),
        since="2023-04-30",
        endpoint="diff",
    ),
    *ask(
        *("What is the agreement worth since the 8th?", "compare", read_causes),
        (
            "2023-10-09",
            {
                "deadline ratification": "world",
                "endorsement agreement/union": "world",
                "vote ratification": "world",
            },
            "(it happened) before: - after: signed; 2023-10-09",
            "The writers&#39; union signed Tentative agreement",
        ),
        since="2023-10-08",
        endpoint="diff",
    ),
]
