"""Questions to the exit treaty about its texts, and about what changed between two dates."""

from __future__ import annotations

from tests.negotiations.exit_treaty import HINDSIGHT, RECORDED, ask
from tests.questions import count_texts, pending, plan, points, read_causes

NO_CHECKS = "No checks are made at the land border."
AT_THE_PORTS = "No checks are made at the land border, but at the ports."

QUESTIONS = [
    # The text: amendments, their places, agreement, a second text.
    *ask(
        *("What is pending?", "plans/treaty", pending("treaty")),
        ("2018-12-02", {"hear-the-assembly"}, "5 points named", "The assembly of the North"),
        ("2018-12-03", {"drop-the-annex"}, "6 points named", "Goods that cross"),
        ("2018-12-04", set(), "6 points named", "Goods that cross"),
        (
            "2018-12-06",
            {"time-limit", "customs-union"},
            "2 amendments pending",
            "inserts point 11 :",
        ),
        ("2018-12-10", {"customs-union"}, "1 amendment pending", "There is one tariff."),
    ),
    *ask(
        *("In which order are the articles?", "plans/treaty", points("treaty", "number")),
        ("2018-12-02", [None, 1, 2, 10, "Annex"], "5 with text", "Known since 14 November 2018"),
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
        ("2018-11-26", [], "5 points named", NO_CHECKS),
    ),
    *ask(
        *("Is the new text there?", "plans/revised-treaty", count_texts("revised-treaty")),
        ("2019-10-12", (0, 5), "5 claimed", "5"),
        ("2019-10-17", (5, 5), "5 points named, 5 with text", AT_THE_PORTS),
    ),
    *ask(
        *("Is it there in hindsight?", "plans/revised-treaty", count_texts("revised-treaty")),
        ("2019-10-10", (5, 5), "5 points named, 5 with text", AT_THE_PORTS),
        **HINDSIGHT,
    ),
    *ask(
        *("Is the new text agreed?", "plans/revised-treaty"),
        lambda data: len(plan("revised-treaty", "agreed")(data)),  # type: ignore[arg-type]
        ("2019-10-17", 5, "5 agreed", "agreed"),
        ("2019-10-18", 0, "5 with text", AT_THE_PORTS),
    ),
    # Why something is different.
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
            "meeting Debate of the treaty (it happened)",
            "Debate of the treaty",
        ),
        since="2018-12-04",
        endpoint="diff",
    ),
    *ask(
        *("Why has exit day passed since the 11th?", "compare", read_causes),
        ("2019-04-13", {"deadline exit-day": "clock"}, "Exit day (a date passed)", "Exit day"),
        since="2019-04-11",
        endpoint="diff",
    ),
    *ask(
        *("Why is it ahead again since the 13th?", "compare", read_causes),
        (
            "2019-04-15",
            {"deadline exit-day": "knowledge"},
            "Exit day (it became known)",
            "Exit day",
        ),
        since="2019-04-13",
        endpoint="diff",
    ),
    *ask(
        *("What did we catch up with, and mend?", "compare", read_causes),
        (
            "2019-03-21",
            {"statement no-delay": "record", "vote second-vote": "record"},
            "Approve the treaty, second time (it was recorded)",
            "second time",
        ),
        since="2019-03-20",
        endpoint="diff",
        **RECORDED,
    ),
]
