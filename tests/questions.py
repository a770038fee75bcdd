"""A question with its answer, as told over HTTP, on the command line and on a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi.testclient import TestClient

from tests.command_line import run_command

Read = Callable[[Any], object]


@dataclass(frozen=True)
class Question:
    """What a reader asks, where the answer stands in the data, and the words that show it.

    ``printed`` is what the command prints, ``shown`` what the page shows; null where the thing
    must not be there at all, which ``name`` then looks for. With ``since`` a difference is asked,
    else what ``command`` asks for, which takes its date as an argument or as ``--as-of``.
    """

    negotiation: str
    text: str
    as_of: str
    read: Read
    answer: object
    printed: str | None
    page: str
    shown: str | None
    name: str = ""
    basis: str = "as-known"
    endpoint: str = "state"
    since: str | None = None
    command: tuple[str, ...] = ("as-of",)
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def dates(self) -> dict[str, str]:
        return {"from": self.since, "to": self.as_of} if self.since else {"as_of": self.as_of}

    @property
    def arguments(self) -> tuple[str, ...]:
        name, *rest = ("diff",) if self.since else self.command
        if name in ("as-of", "gap", "diff"):
            return (name, self.negotiation, *self.dates.values())
        return (name, self.negotiation, *rest, f"--as-of={self.as_of}")

    @property
    def options(self) -> dict[str, str]:
        return {"basis": self.basis, **self.asked}


Row = tuple[str, object, str | None, str | None]
"""A date, the answer in the data, and the words of the command and of the page."""


def ask_on_dates(
    negotiation: str, text: str, page: str, read: Read, *rows: Row, **shared: Any
) -> list[Question]:
    """Return one question on several dates."""
    return [
        Question(
            negotiation, f"{text} {as_of}", as_of, read, answer, printed, page, shown, **shared
        )
        for as_of, answer, printed, shown in rows
    ]


@dataclass(frozen=True)
class AskedLedger:
    """A ledger that is asked, by its application and by its file, and the keys of the file."""

    client: TestClient
    file: Path
    environment: Mapping[str, str]

    def read_data(self, question: Question) -> Any:
        params = question.dates | question.options
        address = f"/v1/negotiations/{question.negotiation}/{add_params(question.endpoint, params)}"
        response = self.client.get(address)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    def read_page(self, question: Question) -> str:
        dates = {"as_of": question.as_of} | ({"from": question.since} if question.since else {})
        page = f"/desk/{question.negotiation}/{question.page}".removesuffix("/")
        address = add_params(page, dates | question.options)
        response = self.client.get(address, headers={"Accept": "text/html"})
        assert response.status_code == 200, response.text
        return words(response.text)

    def print_answer(self, question: Question) -> str:
        options = [f"--{name.replace('_', '-')}={each}" for name, each in question.options.items()]
        ran = run_command(*question.arguments, *options, "--db", self.file, **self.environment)
        assert ran.returncode == 0, ran.stderr
        return words(ran.stdout)


def add_params(address: str, params: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(params)}"


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


# Where an answer stands in the data.


def rows(data: Any, where: str, **slugs: str) -> list[Any]:
    return [each for each in data[where] if slugs.items() <= each.items()]


def find(where: str, wanted: str, **slugs: str) -> Read:
    """Read a field of the item of a list that has these slugs; null without one."""

    return lambda data: next((each[wanted] for each in rows(data, where, **slugs)), None)


def meeting(slug: str, wanted: str = "status") -> Read:
    return find("meetings", wanted, meeting=slug)


def deadline(slug: str, *wanted: str) -> Read:
    return lambda data: tuple(find("deadlines", each, deadline=slug)(data) for each in wanted)


def vote(slug: str, *wanted: str) -> Read:
    return lambda data: tuple(find("votes", each, vote=slug)(data) for each in wanted)


def statement(slug: str, wanted: str = "summary") -> Read:
    return find("statements", wanted, statement=slug)


def plan(slug: str, wanted: str) -> Read:
    return find("plans", wanted, plan=slug)


def pending(slug: str) -> Read:
    return lambda data: {each["amendment"] for each in rows(data, "plans", plan=slug)[0]["pending"]}


def points(slug: str, wanted: str) -> Read:
    return lambda data: [each[wanted] for each in rows(data, "plans", plan=slug)[0]["points"]]


def read_causes(data: Any) -> dict[str, str]:
    """Read what changed, and why."""
    return {f"{each['kind']} {each['subject'].partition('#')[0]}": each["cause"] for each in data}


def stance(party: str, issue: str, wanted: str = "stance") -> Read:
    return find("positions", wanted, party=party, issue=issue)


def count_texts(plan: str) -> Read:
    """Read how many points of a plan have a text, and how many it is said to have."""

    def read(data: Any) -> object:
        found = next((each for each in data["plans"] if each["plan"] == plan), None)
        if found is None:
            return None
        return sum(point["text"] is not None for point in found["points"]), found["claimed_points"]

    return read
