"""Questions to the exit treaty, answered by hand from its story before they were asked."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.questions import (
    ask_on_dates,
    count_texts,
    meeting,
    pending,
    plan,
    points,
    read_causes,
    statement,
)

NAME = "exit-treaty"
ask = partial(ask_on_dates, NAME)
HINDSIGHT, RECORDED = {"basis": "hindsight"}, {"basis": "as-recorded"}
ROUND = "October round"
ADVICE = "Only both sides together can end article 10."
NO_CHECKS = "No checks are made at the land border."
AT_THE_PORTS = "No checks are made at the land border, but at the ports."


def office(data: Any) -> list[str]:
    return [each["person"] for each in data["roles"]]


def rivals(data: Any) -> set[str]:
    found: Any = meeting("quiet-talks", "rivals")(data)
    return {each["value"] for each in found}


QUESTIONS = [
    # Talks over a change of the clock.
    *ask(
        *("Are the talks going on?", "meetings", meeting("october-round", "ongoing")),
        ("2018-10-28", True, f"held 2018-10-26/2018-10-29 {ROUND} going on", ROUND),
        # The 29th ends in Brussels an hour before it ends in London.
        ("2018-10-29", False, f"held 2018-10-26/2018-10-29 {ROUND}", "26–29 Oct 2018"),
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
        ("2018-10-30", "adjourned", "concluded 2018-10-26/2018-10-29", "adjourned"),
    ),
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
        ("2019-02-25", "announced", "announced expected 2019-03-01 March", "1 Mar 2019"),
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
    *ask(
        *("What is pending?", "plans/treaty", pending("treaty")),
        ("2018-12-02", {"hear-the-assembly"}, "5 points known", "The assembly of the North"),
        ("2018-12-03", {"drop-the-annex"}, "6 points known", "Goods that cross"),
        ("2018-12-04", set(), "6 points known", "Goods that cross"),
        ("2018-12-06", {"time-limit", "customs-union"}, "2 amendments pending", "for a year"),
        ("2018-12-10", {"customs-union"}, "6 points known", "There is one tariff."),
    ),
    *ask(
        *("In which order are the articles?", "plans/treaty", points("treaty", "number")),
        ("2018-12-02", [None, 1, 2, 10, "Annex"], "5 with text", NO_CHECKS),
        ("2018-12-03", [None, 1, 2, "2a", 10, "Annex"], "6 with text", "is heard first."),
        ("2019-11-01", [None, 1, 2, "2a", 10, "Annex"], "6 with text", "is heard first."),
    ),
    *ask(
        *("On what do all agree?", "plans/treaty", plan("treaty", "agreed")),
        (
            "2018-11-25",
            ["preamble", "article-1", "article-2", "article-10", "annex"],
            "5 agreed",
            "agreed",
        ),
        # The North speaks on one article, and has accepted none.
        ("2018-11-26", [], "5 points known", NO_CHECKS),
    ),
    *ask(
        *("Is the new text there?", "plans/revised-treaty", count_texts("revised-treaty")),
        ("2019-10-12", (0, 5), "5 claimed", "5"),
        ("2019-10-17", (5, 5), "5 points known, 5 with text", AT_THE_PORTS),
    ),
    *ask(
        *("Is it there in hindsight?", "plans/revised-treaty", count_texts("revised-treaty")),
        ("2019-10-10", (5, 5), "5 points known, 5 with text", AT_THE_PORTS),
        **HINDSIGHT,
    ),
    *ask(
        *("Is the new text agreed?", "plans/revised-treaty"),
        lambda data: len(plan("revised-treaty", "agreed")(data)),  # type: ignore[arg-type]
        ("2019-10-17", 5, "5 agreed", "agreed"),
        ("2019-10-18", 0, "5 with text", AT_THE_PORTS),
    ),
    # Statements and offices.
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
        ("2019-03-19", False, "marsh We will not ask for more time.", "We will not ask"),
        ("2019-03-20", True, "marsh (withdrawn) We will not ask", "We will not ask"),
    ),
    *ask(
        *("Who is Exit Secretary?", "people", office),
        ("2018-11-14", ["reed"], "reed, Exit Secretary (government)", "Colin Reed"),
        ("2018-11-15", [], "2018-11-16 role-assumed", "Colin Reed"),
        ("2018-11-16", ["hale"], "hale, Exit Secretary (government)", "Miriam Hale"),
    ),
]
DIFFERENCES = [
    *ask(
        *("Why is it different from the 4th?", "compare", read_causes),
        (
            "2018-12-06",
            {
                "statement legal-advice": "knowledge",
                "amendment treaty/time-limit": "world",
                "amendment treaty/customs-union": "world",
                "meeting december-debate": "world",
            },
            "meeting december-debate (world)",
            "Debate of the treaty",
        ),
        since="2018-12-04",
        endpoint="diff",
    )
]
