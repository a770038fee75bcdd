"""Questions to both stories, each with an endpoint, a command and a page of its own."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.negotiations import exit_treaty, strike
from tests.questions import Read, ask_on_dates

of_exit, of_strike = (partial(ask_on_dates, story.NAME) for story in (exit_treaty, strike))


def listed(field: str) -> Read:
    return lambda data: [each[field] for each in data]


def redline(data: Any) -> dict[str, str]:
    return {each["point"]: each["change"] for each in data}


def gaps(data: Any) -> tuple[set[str], set[str]]:
    """Read what was not yet known, and what was missed."""
    unknown, missed = (
        {f"{each['kind']} {each['subject']}" for each in data[side]}
        for side in ("not_yet_known", "missed")
    )
    return unknown, missed


def history(data: Any) -> list[tuple[str, str]]:
    return [(each["stance"], each["answer"]) for each in data["history"]]


EXIT_POINTS = ("preamble", "article-1", "article-2", "article-2a", "article-10", "annex")
PAY = "positions?cell=union/pay"
QUESTIONS = [
    # Two texts against each other.
    *of_exit(
        *("What does the revised treaty change?", "plans/treaty?to_plan=revised-treaty", redline),
        # Only its title is known.
        (
            "2019-10-12",
            dict.fromkeys(EXIT_POINTS, "not-comparable"),
            "Annex: cannot be compared: a text is not known",
            "6 not comparable",
        ),
        (
            "2019-10-17",
            dict.fromkeys(EXIT_POINTS, "same") | {"article-10": "changed", "annex": "removed"},
            "10: changed (text) No checks are made at the land border{+, but at the ports+}.",
            "1 changed · 4 word for word · 1 removed.",
        ),
        endpoint="plans/treaty/diff?to_plan=revised-treaty",
        command=("plan", "revised-treaty", "--redline=treaty"),
    ),
    *of_strike(
        *("What does the agreement change?", "plans/proposal?to_plan=agreement", redline),
        (
            "2023-09-24",
            {"pay": "changed", "rooms": "same", "machines": "same", "streaming": "added"},
            "1: changed (text) Pay rises by [-four-]{+five+} per cent.",
            "1 changed · 2 word for word · 1 added.",
        ),
        endpoint="plans/proposal/diff?to_plan=agreement",
        command=("plan", "agreement", "--redline=proposal"),
    ),
    *of_exit(
        *("Which amendments are pending?", "plans/treaty"),
        lambda data: [each["amendment"] for each in data["pending"]],
        (
            "2018-12-06",
            ["customs-union", "time-limit"],
            "customs-union by The opposition insertion of 11: There is one tariff.",
            "customs-union proposed by The opposition",
        ),
        endpoint="plans/treaty",
        command=("plan", "treaty"),
    ),
    # What was not yet known, or not yet recorded.
    *of_exit(
        *("What was missing?", "gap", gaps),
        (
            "2019-02-10",
            ({"meeting quiet-talks"}, {"meeting quiet-talks", "vote first-vote"}),
            "vote Approve the treaty, first time (it was recorded)",
            "Quiet talks",
        ),
        ("2019-04-13", ({"deadline exit-day"}, set()), "Exit day (it became known)", "Exit day"),
        endpoint="gap",
        command=("gap",),
    ),
    # Lists.
    *of_exit(
        *("Which meetings are overdue?", "meetings?status=overdue", listed("meeting")),
        ("2019-01-30", [], None, None),
        ("2019-03-10", ["border-committee"], "overdue expected 2019-01-30", "Border committee"),
        endpoint="meetings?status=overdue",
        command=("meetings", "--status=overdue"),
        name="overdue expected",
    ),
    *of_exit(
        *("What does the Prime Minister say?", "people", listed("withdrawn")),
        ("2019-03-19", [False], "Ada Marsh We will not ask", "We will not ask for more time."),
        ("2019-03-20", [True], "Ada Marsh (withdrawn) We will", "We will not ask for more time."),
        endpoint="statements?speaker=person:marsh",
        command=("statements", "--speaker=marsh"),
    ),
    *of_exit(
        *("Where do ports come up?", "events?q=ports", listed("plan")),
        ("2019-10-12", [], None, None),
        ("2019-10-17", ["revised-treaty"], "Revised exit treaty", "Revised exit treaty"),
        endpoint="search?q=ports",
        command=("search", "ports"),
        name="evised",
    ),
    *of_strike(
        *("How did the union come to its demand?", PAY, history),
        (
            "2023-09-20",
            [("accepts", "four"), ("demands", "five"), ("demands", "six")],
            "2023-03-20 demands (6 per cent)",
            "Six, and not less.",
        ),
        (
            "2023-09-21",
            [("demands", "five"), ("demands", "six")],
            "2023-08-20 demands (5 per cent)",
            "Five, then.",
        ),
        endpoint="positions/union/pay",
        command=("positions", "--party=union", "--issue=pay"),
    ),
    *of_strike(
        *("Who is there?", "people", listed("person")),
        ("2023-03-20", ["ortiz", "kemp"], "Elena Ortiz Chief negotiator", "Elena Ortiz"),
        endpoint="people",
        command=("people",),
    ),
    *of_strike(
        *("Which deadlines are over?", "meetings", listed("deadline")),
        ("2023-05-02", ["contract"], "passed 2023-05-01 The contract ends", "passed · due 1 May"),
        ("2023-10-09", ["contract"], "passed 2023-05-01 The contract ends", "passed · due 1 May"),
        endpoint="deadlines?status=passed",
    ),
    *of_strike(
        *("Which votes were there?", "events?type=vote-held", listed("vote")),
        ("2023-04-16", [], None, None),
        ("2023-10-09", ["ratification", "authorisation"], "carried 2023-10-09", "Allow a strike"),
        endpoint="votes",
        name="Allow a strike",
    ),
    *of_strike(
        *("What was recorded of the pay in May?", "events", listed("type")),
        (
            "2023-05-01",
            [
                "issue-defined",
                "position-stated",
                "position-stated",
                "vote-held",
                "statement-made",
                "position-stated",
            ],
            "position-stated The studios/Pay",
            "Four, if the talks go on.",
        ),
        endpoint="events?subject=issue:pay",
        command=("log", "--subject=issue:pay", "--audience=public"),
    ),
]
