"""Questions to the demonstration, answered by hand from its sources before they were asked."""

from __future__ import annotations

from functools import partial

from tests.questions import Question, count_texts, meeting, stance

NAME = "ukraine-peace-talks"
ask = partial(Question, NAME)
REPORT, LEAKED = "dmitriev-report-to-putin", "call-dmitriev-ushakov-2025-10-29"
QUESTIONS = (
    ask(
        "On the 23rd, has Dmitriev reported to Putin, as promised for the 22nd?",
        "2025-12-23",
        meeting(REPORT),
        "overdue",
        "overdue expected 2025-12-22? Dmitriev reports to Putin",
        "meetings",
        "overdue",
    ),
    ask(
        "Was the call of 29 October known on 24 November?",
        "2025-11-24",
        meeting(LEAKED),
        None,
        None,
        "meetings",
        None,
        name="Dmitriev and Ushakov",
    ),
    ask(
        "It was published on 25 November.",
        "2025-11-25",
        meeting(LEAKED),
        "held",
        "held 2025-10-29",
        "meetings",
        "29 Oct 2025 Leaked call",
    ),
    ask(
        "In hindsight, it took place on 29 October.",
        "2025-10-29",
        meeting(LEAKED),
        "held",
        "held 2025-10-29",
        "meetings",
        "29 Oct 2025 Leaked call",
        basis="hindsight",
    ),
    ask(
        "How much of the 28 points could be read the day before the text was public?",
        "2025-11-19",
        count_texts("us-28"),
        (0, 28),
        "28 claimed",
        "plans/us-28",
        "28",
    ),
    ask(
        "And on the day itself?",
        "2025-11-20",
        count_texts("us-28"),
        (28, 28),
        "28 points named, 28 with text, 28 claimed",
        "plans/us-28",
        "28",
    ),
    ask(
        "What of the 19 points of Geneva could be read?",
        "2025-11-24",
        count_texts("gva-19"),
        (0, 19),
        "19 claimed",
        "plans/gva-19",
        "19",
    ),
    ask(
        "Was anything of the framework document public on 23 December, before the embargo ended?",
        "2025-12-23",
        count_texts("us-ua-20"),
        (0, 20),
        "20 claimed",
        "plans/us-ua-20",
        "20",
    ),
    ask(
        "On 2 February, had the second round of three taken place, as announced for the 1st?",
        "2026-02-02",
        meeting("trilateral-round-2"),
        "overdue",
        "overdue expected 2026-02-01",
        "meetings",
        "overdue",
    ),
    ask(
        "On the 5th it was known to have been on the 4th and 5th.",
        "2026-02-05",
        meeting("trilateral-round-2", "occurred"),
        "2026-02-04/2026-02-05",
        "concluded 2026-02-04/2026-02-05",
        "meetings",
        "4–5 Feb 2026",
    ),
    ask(
        "Where did Russia stand on territory on 12 December?",
        "2025-12-12",
        stance("russia", "territory"),
        "demands",
        "Russia on Territory: demands (All of Donbas is Russian) since 2025-12-12",
        "positions?cell=russia/territory",
        "Donbass is Russian",
    ),
    ask(
        "And the day before?",
        "2025-12-11",
        stance("russia", "territory"),
        None,
        None,
        "positions?cell=russia/territory",
        "no position",
        name="Russia on Territory:",
    ),
    ask(
        "Were the Mar-a-Lago talks known on the 27th?",
        "2025-12-27",
        meeting("mar-a-lago-2025-12-28"),
        None,
        None,
        "meetings",
        None,
        name="Mar-a-Lago",
    ),
)
