"""Questions to the demonstration, answered by hand from its sources before they were asked.

Each is asked over HTTP, on the command line and on a page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import demo_ledger
from api.wiring import open_ledger
from tests.command_line import run_command
from tests.serving import key_environment

TALKS = "ukraine-peace-talks"
Read = Callable[[Any], object]


@dataclass(frozen=True)
class Question:
    """What a reader asks, where the answer stands in a state, and the words that show it.

    ``printed`` is what ``minutebook as-of`` prints, ``shown`` what the page shows; null where the
    thing must not be there at all, which ``name`` then looks for.
    """

    text: str
    as_of: str
    read: Read
    answer: object
    printed: str | None
    page: str
    shown: str | None
    name: str = ""
    basis: str = "as-known"


def meeting(slug: str, field: str = "status") -> Read:
    return lambda state: next((m[field] for m in state["meetings"] if m["meeting"] == slug), None)


def texts(slug: str) -> Read:
    """Read how many points of a plan have a text, and how many it is said to have."""

    def read(state: Any) -> object:
        plan = next((plan for plan in state["plans"] if plan["plan"] == slug), None)
        if plan is None:
            return None
        return sum(point["text"] is not None for point in plan["points"]), plan["claimed_points"]

    return read


def stance(party: str, issue: str, field: str = "stance") -> Read:
    return lambda state: next(
        (p[field] for p in state["positions"] if (p["party"], p.get("issue")) == (party, issue)),
        None,
    )


REPORT, LEAKED = "dmitriev-report-to-putin", "call-dmitriev-ushakov-2025-10-29"
QUESTIONS = (
    Question(
        "On the 23rd, has Dmitriev reported to Putin, as promised for the 22nd?",
        "2025-12-23",
        meeting(REPORT),
        "overdue",
        "overdue expected 2025-12-22? Dmitriev reports to Putin",
        "meetings",
        "overdue",
    ),
    Question(
        "Was the call of 29 October known on 24 November?",
        "2025-11-24",
        meeting(LEAKED),
        None,
        None,
        "meetings",
        None,
        name="Dmitriev and Ushakov",
    ),
    Question(
        "It was published on 25 November.",
        "2025-11-25",
        meeting(LEAKED),
        "held",
        "held 2025-10-29",
        "meetings",
        "29 Oct 2025 Leaked call",
    ),
    Question(
        "In hindsight, it took place on 29 October.",
        "2025-10-29",
        meeting(LEAKED),
        "held",
        "held 2025-10-29",
        "meetings",
        "29 Oct 2025 Leaked call",
        basis="hindsight",
    ),
    Question(
        "How much of the 28 points could be read the day before the text was public?",
        "2025-11-19",
        texts("us-28"),
        (0, 28),
        "28 claimed",
        "plans/us-28",
        "28",
    ),
    Question(
        "And on the day itself?",
        "2025-11-20",
        texts("us-28"),
        (28, 28),
        "28 points known, 28 with text, 28 claimed",
        "plans/us-28",
        "28",
    ),
    Question(
        "What of the 19 points of Geneva could be read?",
        "2025-11-24",
        texts("gva-19"),
        (0, 19),
        "19 claimed",
        "plans/gva-19",
        "19",
    ),
    Question(
        "Was anything of the framework document public on 23 December, before the embargo ended?",
        "2025-12-23",
        texts("us-ua-20"),
        (0, 20),
        "20 claimed",
        "plans/us-ua-20",
        "20",
    ),
    Question(
        "On 2 February, had the second round of three taken place, as announced for the 1st?",
        "2026-02-02",
        meeting("trilateral-round-2"),
        "overdue",
        "overdue expected 2026-02-01",
        "meetings",
        "overdue",
    ),
    Question(
        "On the 5th it was known to have been on the 4th and 5th.",
        "2026-02-05",
        meeting("trilateral-round-2", "occurred"),
        "2026-02-04/2026-02-05",
        "concluded 2026-02-04/2026-02-05",
        "meetings",
        "4–5 Feb 2026",
    ),
    Question(
        "Where did Russia stand on territory on 12 December?",
        "2025-12-12",
        stance("russia", "territory"),
        "red-line",
        "russia on territory: red-line since 2025-12-12",
        "positions?cell=russia/territory",
        "Donbass is Russian",
    ),
    Question(
        "And the day before?",
        "2025-12-11",
        stance("russia", "territory"),
        None,
        None,
        "positions?cell=russia/territory",
        "no position",
        name="russia on territory:",
    ),
    Question(
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


@pytest.fixture(scope="module")
def demonstration_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with mock.patch.dict(os.environ, XDG_DATA_HOME=str(tmp_path_factory.mktemp("demonstration"))):
        return demo_ledger.demo_ledger_file()


@pytest.fixture(scope="module")
def client(demonstration_file: Path) -> Iterator[TestClient]:
    with (
        closing(open_ledger(demonstration_file)) as ledger,
        TestClient(create_app(ledger)) as client,
    ):
        yield client


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.text)
def test_the_demonstration_answers_rightly(
    question: Question, client: TestClient, demonstration_file: Path, tmp_path: Path
) -> None:
    params = {"as_of": question.as_of, "basis": question.basis}
    state = client.get(f"/v1/negotiations/{TALKS}/state", params=params).json()["data"]
    joint = "&" if "?" in question.page else "?"
    address = f"/desk/{TALKS}/{question.page}{joint}{urlencode(params)}"
    page = client.get(address, headers={"Accept": "text/html"})
    ran = run_command(
        *("as-of", TALKS, question.as_of, "--basis", question.basis),
        *("--db", demonstration_file),
        **key_environment(tmp_path),
    )

    assert question.read(state) == question.answer
    for text, expected in ((ran.stdout, question.printed), (page.text, question.shown)):
        if expected is None:
            assert question.name not in words(text)
        else:
            assert expected in words(text)
