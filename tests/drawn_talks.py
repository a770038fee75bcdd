"""A small negotiation in which each picture has something to draw."""

from __future__ import annotations

from tests.facts import Batch, event, report

STORY: list[Batch] = [
    (
        "2025-12-01T09:00:00Z",
        [
            {"type": "negotiation-opened", "title": "Talks"},
            *(
                {"type": "party-registered", "party": each, "name": each.title()}
                for each in ("north", "south", "west")
            ),
            {
                "type": "issue-defined",
                "issue": "army",
                "title": "The army",
                "question": "How many?",
                "answers": [
                    {"answer": "small", "label": "Small", "value": 100},
                    {"answer": "middle", "label": "Middle", "value": 400},
                    {"answer": "large", "label": "Large", "value": 500},
                ],
            },
            {"type": "issue-defined", "issue": "border", "title": "The border"},
        ],
    ),
    (
        "2025-12-10T09:00:00Z",
        [
            event(
                1,
                "position-stated",
                report("2025-12-02"),
                party="north",
                issue="army",
                stance="demands",
                answer="large",
                summary="500",
                occurred="2025-12-01",
            ),
            event(
                2,
                "position-stated",
                report("2025-12-02"),
                party="south",
                issue="army",
                stance="proposes",
                answer="small",
                summary="100",
                occurred="2025-12-02",
            ),
            event(
                3,
                "position-stated",
                report("2025-12-04"),
                party="west",
                issue="army",
                stance="proposes",
                answer="small",
                summary="100 too",
                occurred="2025-12-03",
            ),
            event(
                4,
                "position-stated",
                report("2025-12-08"),
                party="north",
                issue="army",
                stance="accepts",
                answer="middle",
                summary="400",
                occurred="2025-12-05",
            ),
            event(
                5,
                "position-stated",
                report("2025-12-09"),
                party="south",
                issue="border",
                stance="rejects",
                summary="no",
                occurred="2025-12-09",
            ),
            event(
                6,
                "meeting-held",
                report("2025-12-07"),
                meeting="first",
                title="First round",
                occurred="2025-12-06",
                participants=[{"party": "north"}, {"party": "south"}],
            ),
            event(
                7,
                "meeting-held",
                report("2025-12-09"),
                meeting="second",
                title="Second round",
                occurred="[2025-12-07..2025-12-09]",
                participants=[{"party": "north"}, {"party": "south"}, {"party": "west"}],
            ),
            event(
                8,
                "meeting-announced",
                report("2025-12-02"),
                occurred="2025-12-02",
                meeting="third",
                title="Third round",
                expected="2025-12-08",
            ),
            event(
                9,
                "deadline-set",
                report("2025-12-02"),
                deadline="answer",
                title="An answer",
                due="2025-12-20",
                occurred="2025-12-02",
            ),
            {
                "type": "watch-recorded",
                "from": "2025-12-01",
                "to": "2025-12-05",
                "result": "changed",
                "reports": [report("2025-12-05")],
            },
        ],
    ),
    (
        "2025-12-11T09:00:00Z",
        [
            event(
                20,
                "plan-introduced",
                report("2025-12-03"),
                plan="old",
                title="Old plan",
                occurred="2025-12-03",
                points=[
                    {"point": "a", "number": 1, "text": "One thing.", "text_status": "verbatim"},
                    {
                        "point": "b",
                        "number": 2,
                        "text": "Another thing.",
                        "text_status": "verbatim",
                    },
                    {"point": "c", "number": 3, "text": "What goes.", "text_status": "verbatim"},
                ],
            ),
            event(
                21,
                "plan-introduced",
                report("2025-12-08"),
                plan="new",
                title="New plan",
                occurred="2025-12-08",
                derived_from=["old"],
                points=[
                    {"point": "a", "number": 1, "text": "One thing.", "text_status": "verbatim"},
                    {
                        "point": "b",
                        "number": 2,
                        "text": "Quite another thing.",
                        "text_status": "verbatim",
                    },
                    {"point": "d", "number": 3, "text": "What is new.", "text_status": "verbatim"},
                ],
            ),
        ],
    ),
]
