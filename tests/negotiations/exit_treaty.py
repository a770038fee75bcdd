"""Questions to the exit treaty, answered by hand from its story before they were asked."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.questions import ask_on_dates, deadline, find, meeting, statement, vote

NAME = "exit-treaty"
ask = partial(ask_on_dates, NAME)
HINDSIGHT, RECORDED = {"basis": "hindsight"}, {"basis": "as-recorded"}
ROUND = "October round"
ADVICE = "Only both sides together can end article 10."


def heads(data: Any) -> list[tuple[str, str]]:
    """Read who headed the delegations of the round."""
    participants: Any = meeting("october-round", "participants")(data)
    return [(each["party"], each["person"]) for each in participants if each.get("head")]


def sessions(data: Any) -> set[str]:
    return {m["meeting"] for m in data["meetings"] if m.get("part_of") == "october-round"}


def office(data: Any) -> list[str]:
    return [each["person"] for each in data["roles"]]


def rivals(data: Any) -> set[str]:
    found: Any = meeting("quiet-talks", "rivals")(data)
    return {each["value"] for each in found}


def gaps(data: Any) -> list[tuple[str, str, int]]:
    return [(each["from"], each["to"], each["days"]) for each in data["coverage"]["gaps"]]


def redline(data: Any) -> dict[str, str]:
    return {each["point"]: each["kind"] for each in data["points"]}


QUESTIONS = [
    # Talks over a change of the clock.
    *ask(
        *("Are the talks going on?", "meetings", meeting("october-round", "ongoing")),
        ("2018-10-28", True, f"held 2018-10-26/2018-10-29 Europe/Brussels {ROUND} going on", ROUND),
        # The 29th ends in Brussels an hour before it ends in London.
        (
            "2018-10-29",
            False,
            f"held 2018-10-26/2018-10-29 Europe/Brussels {ROUND}",
            "26–29 Oct 2018",
        ),
        ("2018-10-29T22:59:59Z", True, f"{ROUND} going on", ROUND),
        ("2018-10-29T23:00:00Z", False, ROUND, ROUND),
    ),
    *ask(
        *("Do they go on by the clocks of Brussels?", "meetings"),
        meeting("october-round", "ongoing"),
        ("2018-10-29", True, f"{ROUND} going on", ROUND),
        asked={"tz": "Europe/Brussels"},
    ),
    *ask(
        *("Does the night session of two hours go on?", "meetings"),
        meeting("night-session", "ongoing"),
        ("2018-10-28T01:29:59Z", True, "Night session going on", "Night session"),
        ("2018-10-28T01:30:00Z", False, "Night session", "Night session"),
        **HINDSIGHT,
    ),
    *ask(
        *("How did the round end?", "meetings", meeting("october-round", "outcome")),
        ("2018-10-29", None, "held 2018-10-26/2018-10-29", "26–29 Oct 2018"),
        (
            "2018-10-30",
            "adjourned",
            "concluded 2018-10-26/2018-10-29",
            "· concluded 29 Oct 2018, 20:30",
        ),
    ),
    *ask(
        *("Which sessions were part of it?", "meetings", sessions),
        ("2018-10-28", set(), ROUND, ROUND),
        (
            "2018-10-29",
            {"night-session", "last-session"},
            "Last session part of October round",
            "Last session held · part of October round",
        ),
    ),
    *ask(
        *("Who headed the delegations?", "meetings", heads),
        (
            "2018-10-27",
            [("government", "reed"), ("commission", "vasseur")],
            "led by Colin Reed for The government, Hélène Vasseur for The Commission",
            "Hélène Vasseur The Commission , host · head of delegation",
        ),
    ),
    # Other meetings: called off, put off, overdue, disputed.
    *ask(
        *("Is there a debate?", "meetings", meeting("december-debate")),
        ("2018-12-06", "announced", "announced expected 2018-12-11 Debate", "11 Dec 2018"),
        ("2018-12-11", "cancelled", "cancelled expected 2018-12-11 Debate", "cancelled"),
    ),
    *ask(
        *("Has the committee met?", "meetings", meeting("border-committee")),
        ("2019-01-30", "announced", "announced expected 2019-01-30 Border", "announced"),
        ("2019-01-31", "overdue", "overdue expected 2019-01-30 Border", "overdue"),
    ),
    *ask(
        *("Is a summit without a date overdue?", "meetings", meeting("march-summit")),
        (
            "2019-02-25",
            "announced",
            "announced expected 2019-03-01 Europe/Brussels March",
            "1 Mar 2019",
        ),
        ("2019-03-10", "announced", "announced undated March", "March summit"),
    ),
    *ask(
        *("When were the quiet talks?", "meetings", meeting("quiet-talks", "occurred")),
        ("2019-02-09", None, None, None),
        name="Quiet talks",
    ),
    *ask(
        *("When were the quiet talks?", "meetings", meeting("quiet-talks", "occurred")),
        ("2019-02-11", "2019-02-07", "held 2019-02-07 Quiet talks", "7 Feb 2019"),
        ("2019-02-12", None, "disputed: 2019-02-07 or 2019-02-08 Quiet talks", "Quiet talks"),
        ("2019-03-01", "2019-02-08", "held 2019-02-08 Quiet talks", "8 Feb 2019"),
    ),
    *ask(
        *("Which days are claimed?", "meetings", rivals),
        ("2019-02-15", {"2019-02-07", "2019-02-08"}, "2019-02-07 or 2019-02-08", "7 Feb 2019"),
    ),
    # Deadlines: in another zone, late, passed, extended, met.
    *ask(
        *("Is the written reply there?", "meetings", deadline("written-reply", "status", "late")),
        (
            "2018-11-04",
            ("open", None),
            "open 2018-11-05 Europe/Brussels Written reply",
            "open · due 5 Nov 2018",
        ),
        # The 5th ends in Brussels an hour before it ends in London.
        (
            "2018-11-05",
            ("passed", None),
            "passed 2018-11-05 Europe/Brussels Written reply",
            "passed · due 5 Nov 2018",
        ),
        (
            "2018-11-08",
            ("met", True),
            "Written reply on the border late; closed 2018-11-07",
            "Written reply",
        ),
    ),
    *ask(
        *("When is exit day?", "meetings", deadline("exit-day", "status", "due")),
        (
            "2019-03-20",
            ("open", "2019-03-29T23:00:00Z"),
            "open 2019-03-29T23:00Z",
            "open · due 29 Mar 2019, 23:00",
        ),
        (
            "2019-04-11",
            ("open", "2019-04-12T23:00:00+01:00"),
            "open 2019-04-12",
            "open · due 12 Apr 2019, 23:00",
        ),
        (
            "2019-04-12",
            ("passed", "2019-04-12T23:00:00+01:00"),
            "passed 2019-04-12",
            "passed · due 12 Apr 2019, 23:00",
        ),
        (
            "2019-04-15",
            ("open", "2019-10-31T23:00:00Z"),
            "open 2019-10-31T23:00Z",
            "open · due 31 Oct 2019, 23:00",
        ),
        (
            "2019-10-31",
            ("met", "2019-10-31T23:00:00Z"),
            "Membership ends by treaty.",
            "ends by treaty.",
        ),
    ),
    *ask(
        *("When is it, as we know it today?", "meetings", deadline("exit-day", "status", "late")),
        ("2019-04-13", ("open", None), "open 2019-10-31T23:00Z Exit day", "open · due 31 Oct 2019"),
        ("2019-10-31", ("met", False), "Membership ends by treaty.", "ends by treaty."),
        **HINDSIGHT,
    ),
    *ask(
        *("Did this ledger hold that it was met?", "meetings", deadline("exit-day", "status")),
        ("2019-10-31", ("passed",), "passed 2019-10-31T23:00Z Exit day", "passed · due 31 Oct"),
        ("2019-11-01", ("met",), "Membership ends by treaty.", "ends by treaty."),
        **RECORDED,
    ),
    # Votes, statements, offices, coverage.
    *ask(
        *("How did the first vote end?", "meetings", vote("first-vote", "result", "counts")),
        ("2019-01-15", ("lost", {"for": 201, "against": 432}), "for 201", "for: 201, against: 432"),
        ("2019-01-16", ("lost", {"for": 202, "against": 432}), "for 202", "for: 202, against: 432"),
    ),
    *ask(
        *("What did we hold of it?", "meetings", vote("first-vote", "counts")),
        ("2019-01-16", ({"for": 201, "against": 432},), "for 201", "for: 201, against: 432"),
        ("2019-02-11", ({"for": 202, "against": 432},), "for 202", "for: 202, against: 432"),
        **RECORDED,
    ),
    *ask(
        *("When was the second vote?", "meetings", vote("second-vote", "occurred")),
        ("2019-03-12", ("2019-03-12",), "lost 2019-03-12", "12 Mar 2019 · lost"),
    ),
    *ask(
        *("When did we hold that it was?", "meetings", vote("second-vote", "occurred")),
        ("2019-03-20", ("2019-03-11",), "lost 2019-03-11", "11 Mar 2019 · lost"),
        ("2019-03-21", ("2019-03-12",), "lost 2019-03-12", "12 Mar 2019 · lost"),
        **RECORDED,
    ),
    *ask(
        *(
            "How did all votes end?",
            "meetings",
            lambda data: [each["result"] for each in data["votes"]],
        ),
        ("2019-10-22", ["carried", "lost", "lost"], "carried 2019-10-22", "22 Oct 2019 · carried"),
    ),
    *ask(
        *("Is the advice public?", "events", statement("legal-advice")),
        ("2018-12-04", None, None, None),
        name=ADVICE,
    ),
    *ask(
        *("Is the advice public?", "events", statement("legal-advice")),
        ("2018-12-05", ADVICE, ADVICE, ADVICE),
    ),
    *ask(
        *("Has the press the advice?", "events", statement("legal-advice")),
        ("2018-12-04", ADVICE, ADVICE, ADVICE),
        asked={"audience": "press"},
    ),
    *ask(
        *("Does the promise stand?", "events", statement("no-delay", "withdrawn")),
        ("2019-03-19", False, "Ada Marsh We will not ask for more time.", "We will not ask"),
        ("2019-03-20", True, "Ada Marsh (withdrawn) We will not ask", "We will not ask"),
    ),
    *ask(
        *("What was answered to it?", "events", find("statements", "summary", reply_to="no-delay")),
        (
            "2019-01-11",
            "Then the text stands as it is.",
            "in reply to Ada Marsh, 2019-01-10",
            "the text stands",
        ),
    ),
    *ask(
        *("Who is Exit Secretary?", "people", office),
        ("2018-11-14", ["reed"], "Colin Reed, Exit Secretary (The government)", "Colin Reed"),
        ("2018-11-15", [], "2018-11-16 role-assumed", "Colin Reed"),
        ("2018-11-16", ["hale"], "Miriam Hale, Exit Secretary (The government)", "Miriam Hale"),
    ),
    *ask(
        *("On which days did nobody look?", "", gaps),
        (
            "2018-12-05",
            [("2018-06-26", "2018-09-30", 97), ("2018-12-01", "2018-12-05", 5)],
            "No watch covers 102 days, lastly 2018-12-01 to 2018-12-05.",
            "Nobody watched 26 June – 30 September 2018 and 1–5 December 2018",
        ),
        (
            "2019-11-01",
            [
                ("2018-06-26", "2018-09-30", 97),
                ("2018-12-01", "2018-12-02", 2),
                ("2019-04-01", "2019-04-15", 15),
                ("2019-11-01", "2019-11-01", 1),
            ],
            "Watched until 2019-10-31. No watch covers 115 days, lastly 2019-11-01.",
            "1 November 2019",
        ),
        asked={"audience": "staff"},
    ),
]
