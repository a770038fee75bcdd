"""Counts that are a sum: each equals its parts, on every page that shows one."""

from __future__ import annotations

import re

import httpx
import pytest

from domain.model import Json
from tests.pages import DEMO, page
from tests.serving import Served
from tests.world import World

DAYS = ("2025-11-20", "2025-12-08", "2025-12-25", "2026-02-05")
_NUMBER = re.compile(r"\d[\d,]*")


def ask(server: Served, address: str) -> tuple[Json, str]:
    """Return a page of the demonstration, as data and as a reader sees it."""
    path, _, query = address.partition("?")
    data = httpx.get(f"{server.url}{path}.json?{query}", timeout=60).json()["data"]
    return data, httpx.get(f"{server.url}{address}", timeout=60).text


def counts_in(text: str, heading: str) -> list[int]:
    """Return the numbers beside headings of a kind, as they are read."""
    found = re.findall(rf"<{heading}\b[^>]*>(?:(?!</{heading}>).)*<small>(.*?)</small>", text)
    return [int(number.replace(",", "")) for number in found if _NUMBER.fullmatch(number)]


@pytest.mark.parametrize("day", DAYS)
def test_the_groups_of_a_comparison_add_up(demonstration: Served, day: str) -> None:
    data, text = ask(demonstration, f"{DEMO}/compare?as_of={day}")
    brief = text.partition('<div class="brief">')[2].partition('<section class="footnotes')[0]

    assert sum(counts_in(brief, "h2")) == data["n"] == sum(data["counts"].values())
    assert data["n"] == sum(line["changes"] for line in data["lines"]) > 0
    assert data["n"] == sum(data["causes"].values())
    assert f"{data['n']:,} things changed" in text
    for group, moves in data["moves"].items():
        assert moves <= data["counts"][group]


@pytest.mark.parametrize("day", DAYS)
def test_the_groups_of_a_gap_add_up(demonstration: Served, day: str) -> None:
    data, text = ask(demonstration, f"{DEMO}/gap?as_of={day}")
    for name in ("unknown", "missed"):
        part = data["not_yet_known" if name == "unknown" else name]
        section = text.partition(f'<section aria-labelledby="h-{name}"')[2]
        shown = section.partition('<section aria-labelledby="h-')[0]
        assert counts_in(shown, "h2") == ([part["n"]] if section else [])
        assert sum(counts_in(shown, "h3")) == (part["n"] if section else 0)
        assert part["n"] == sum(part["counts"].values())


@pytest.mark.parametrize("day", DAYS)
def test_the_meetings_of_each_status_add_up(demonstration: Served, day: str) -> None:
    data, text = ask(demonstration, f"{DEMO}/meetings?as_of={day}")
    choices = text.partition('<p class="choices"')[2].partition("</p>")[0]
    total, *parts = (int(number) for number in re.findall(r"<small>(\d+)</small>", choices))
    groups = re.findall(
        r'aria-labelledby="h-(?:overdue|next|possible|past)"><h2[^>]*>.*?<small>(\d+)</small>', text
    )

    assert total == sum(parts) == sum(map(int, groups)) > 0
    assert total == sum(len(group["meetings"]) for group in data["groups"])


@pytest.mark.parametrize("day", DAYS)
def test_the_points_of_a_plan_are_agreed_or_open(demonstration: Served, day: str) -> None:
    data, _ = ask(demonstration, f"{DEMO}/plans?as_of={day}")
    for plan in data["plans"]:
        assert plan["agreed"] + plan["open"] == plan["points"] >= plan["with_text"]


@pytest.mark.parametrize("day", DAYS)
def test_the_events_of_the_rail_add_up(demonstration: Served, day: str) -> None:
    _, text = ask(demonstration, f"{DEMO}?as_of={day}")
    groups = text.partition('<ul class="groups"')[2].partition("</ul>")[0]
    counted = httpx.get(f"{demonstration.url}/v1/negotiations{DEMO[5:]}/rail", timeout=60).json()
    weeks = sum(week["events"] for week in counted["data"])
    assert sum(int(each) for each in re.findall(r"<small>(\d+)</small>", groups)) == weeks > 0


@pytest.mark.parametrize("day", DAYS)
def test_what_is_new_on_the_overview_adds_up(demonstration: Served, day: str) -> None:
    data, text = ask(demonstration, f"{DEMO}?as_of={day}")
    kinds = ("positions", "moved", "redrawn", "listed")
    told = sum(data["shown"].values())
    more = sum(len(data[kind]) for kind in kinds) - told
    changes = text.partition('<ul class="changes">')[2].partition("</ul>")[0]

    assert changes.count("<li>") == told
    assert (f"{more} more change" in text) == bool(more)
    moved = sum(len(each["parties"]) for each in data["positions"])
    assert data["quiet"] or not moved or f"{moved} position" in text


@pytest.mark.parametrize("day", DAYS)
def test_positions_that_differ_are_as_many_as_said(demonstration: Served, day: str) -> None:
    data, _ = ask(demonstration, f"{DEMO}/positions?as_of={day}")
    cells = [cell for row in data["rows"] for cell in row["cells"].values()]
    assert data["changes"] == sum(cell["changed"] for cell in cells)


def test_an_office_held_since_an_unknown_day_counts_nowhere(own_site: World) -> None:
    person = {"type": "person-registered", "person": "lee", "name": "Lee"}
    role = {"type": "role-assumed", "person": "lee", "party": "north", "title": "envoy"}
    reports = [{"published": "2025-12-22", "publisher": "herald"}]
    undated = role | {"occurred": "../2025-12-22", "reports": reports}
    dated = role | {"occurred": "2025-12-22", "title": "minister", "reports": reports}
    own_site.record("2025-12-22T09:00:00Z", [person, undated, dated])
    query = "?from=2025-12-21&as_of=2025-12-28"
    address = f"/desk/talks/compare.json{query}"
    data = own_site.client.get(address).json()["data"]

    assert [line["subject"] for line in data["lines"]] == ["lee/north/minister"]
    assert (data["n"], data["counts"]) == (1, {"roles": 1})
    assert "1 thing changed" in page(own_site, "compare", query)
    backwards = "?from=2025-12-28&as_of=2025-12-21"
    data = own_site.client.get(f"/desk/talks/compare.json{backwards}").json()["data"]
    assert data["n"] == sum(data["counts"].values()) == len(data["lines"]) == 2
