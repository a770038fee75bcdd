"""A newsroom to take pictures of: a server with keys, what waits there, and who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.facts import Event
from tests.keyed_world import bearer
from tests.serving import ApiServer, serve_ledger

DESK = "/desk/crew"
PEOPLE: dict[str, dict[str, Any]] = {
    "editor": {"scopes": ["append"]},
    "reporter": {"audience": "press"},
    "clerk": {"scopes": ["propose"]},
}


def _news(type_: str, day: str, audience: str = "public", **fields: Any) -> Event:
    reports = [{"published": day, "publisher": "Harbour Post", "audience": audience}]
    return {"type": type_, "occurred": day, "reports": reports, **fields}


def _stance(day: str, party: str, issue: str, stance: str, summary: str, **more: Any) -> Event:
    fields = {"party": party, "issue": issue, "stance": stance, "summary": summary}
    return _news("position-stated", day, **fields, **more)


RECORDED: list[Event] = [
    {"type": "negotiation-opened", "title": "Crane crew wages", "timezone": "UTC"},
    {"type": "party-registered", "party": "crew", "name": "Crane crew"},
    {"type": "party-registered", "party": "port", "name": "The port"},
    {"type": "person-registered", "person": "ada", "name": "Ada Marsh"},
    {"type": "issue-defined", "issue": "wages", "title": "Wages"},
    {"type": "issue-defined", "issue": "nights", "title": "Night shifts"},
    _stance("2026-03-02", "crew", "wages", "demands", "Eight per cent."),
    _stance("2026-03-04", "port", "wages", "opposes", "Three per cent is all there is."),
    _stance("2026-03-05", "crew", "nights", "red-line", "No shift of twelve hours."),
    _news("meeting-held", "2026-03-10", meeting="first", title="First round", place="Port office"),
    _stance("2026-03-12", "port", "nights", "undecided", "It will look at the rota."),
    _stance("2026-03-16", "port", "wages", "proposes", "Five per cent.", audience="press"),
    _stance("2026-03-17", "crew", "wages", "accepts", "It would take five.", audience="staff"),
    _news(
        "statement-made",
        "2026-03-18",
        audience="staff",
        statement="aside",
        speaker="ada",
        summary="The crew would settle this week.",
    ),
]
PROPOSED: list[list[Event]] = [
    [
        _stance("2026-03-20", "crew", "wages", "accepts-conditionally", "Five, if from January.")
        | {"conditions": ["paid from January"]},
        _news(
            "meeting-announced",
            "2026-03-20",
            meeting="second",
            title="Second round",
            expected="2026-03-26",
            place="Town hall",
        ),
    ],
    [_stance("2026-03-21", "port", "nights", "accepts", "No shift over ten hours.")],
]


@dataclass
class Newsroom:
    """A server, the keys of who works there, and the proposal that is shown."""

    server: ApiServer
    keys: dict[str, str]
    proposal: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def pages(self) -> dict[str, tuple[str | None, str]]:
        """Who looks at which page, by the name of its picture."""
        return {
            "sign-in": (None, f"/sign-in?next={DESK}/positions"),
            "waiting": ("editor", f"{DESK}/proposals?audience=staff"),
            "proposal": ("editor", f"{DESK}/proposals/{self.proposal}?audience=staff"),
            "account": ("editor", "/account"),
            "public-reader": (None, f"{DESK}/positions"),
            "staff-reader": ("editor", f"{DESK}/positions?audience=staff"),
        }

    def open_as(self, browser: Browser, who: str | None) -> BrowserContext:
        """Return a browser of its own in which somebody is signed in, or nobody."""
        context = browser.new_context(reduced_motion="reduce", viewport=SIZE)
        if who:
            page = context.new_page()
            page.goto(f"{self.address}/sign-in")
            page.get_by_label("Key", exact=True).fill(self.keys[who])
            page.get_by_role("main").get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/account")
            page.close()
        return context


SIZE: Any = {"width": 1280, "height": 900}


@contextmanager
def open_newsroom(folder: Path) -> Iterator[Newsroom]:
    """Serve a negotiation with something for each audience, and two proposals that wait."""
    with serve_ledger(folder / "newsroom.db", folder=folder) as server:
        server.post("crew", RECORDED)
        admin = _make_key(server, "operator", {"scopes": ["admin"]}, {})
        keys = {
            name: _make_key(server, name, terms, bearer(admin)) for name, terms in PEOPLE.items()
        }
        made = [
            server.call("POST", "/v1/negotiations/crew/proposals", batch, **bearer(keys["clerk"]))
            for batch in PROPOSED
        ]
        yield Newsroom(server, keys, made[0][2]["proposal"])


def _make_key(server: ApiServer, name: str, terms: Event, by: dict[str, str]) -> str:
    status, _, made = server.call("POST", "/v1/keys", {"name": name, **terms}, **by)
    assert status == 201, made
    secret: str = made["secret"]
    return secret
