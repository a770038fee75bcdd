"""Pages on paper: what each is printed for, on how many pages, with the basis at every foot."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.facts import Event, event, report
from tests.pages import DEMO
from tests.serving import Served, serve_world
from tests.world import World

PARTIES, ISSUES = 8, 20


def full_house() -> list[Event]:
    """Return as many parties as sit at a table, each with an answer to every issue."""
    told = report("2025-12-02")
    answers = [
        {"answer": f"a{n}", "label": f"The {n}th of the answers, which has some twelve words or so"}
        for n in range(4)
    ]
    issues = [
        {
            "type": "issue-defined",
            "issue": f"i{n}",
            "title": f"Issue number {n}, named at length",
            "question": "What is to be done about it, and by whom?",
            "answers": answers,
        }
        for n in range(ISSUES)
    ]
    parties = [
        {"type": "party-registered", "party": f"p{n}", "name": f"The party number {n}"}
        for n in range(PARTIES)
    ]
    stances = [
        event(
            f"{n}-{at}",
            "position-stated",
            told,
            party=f"p{n}",
            issue=f"i{at}",
            stance="supports",
            answer=f"a{(n * 7 + at) % 4}",
            occurred="2025-12-01",
            summary="It says so at some length, for those who want to know",
        )
        for n in range(PARTIES)
        for at in range(ISSUES)
    ]
    return [{"type": "negotiation-opened", "title": "Talks"}, *parties, *issues, *stances]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("crowded")
    with World(folder, "http") as world:
        world.record("2025-12-20T09:00:00Z", full_house())
    with serve_world(folder) as server:
        yield server


@pytest.fixture(scope="module")
def window(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1280, "height": 900})


def print_page(window: Page, server: Served, path: str) -> PdfReader:
    window.goto(f"http://127.0.0.1:{server.port}{path}")
    return PdfReader(io.BytesIO(window.pdf(prefer_css_page_size=True)))


def texts_of(paper: PdfReader) -> list[str]:
    return [" ".join(sheet.extract_text().split()) for sheet in paper.pages]


def test_positions_are_one_landscape_table(window: Page, crowded: Served) -> None:
    paper = print_page(window, crowded, "/desk/talks/positions?as_of=2025-12-15")

    (told,) = texts_of(paper)
    box = paper.pages[0].mediabox
    assert box.width > box.height
    for n in range(ISSUES):
        assert f"Issue number {n}, named" in told
    assert told.count("of the answers") == PARTIES * ISSUES
    assert "since" not in told
    assert "at some length, for" not in told


def test_a_brief_has_two_pages_with_the_addresses_of_its_sources(
    window: Page, demonstration: Served
) -> None:
    told = texts_of(
        print_page(window, demonstration, f"{DEMO}/compare?from=2025-11-20&as_of=2025-12-25")
    )

    assert len(told) <= 2
    assert "https://gcaptain.com/" in told[-1]
    gap = texts_of(print_page(window, demonstration, f"{DEMO}/gap?as_of=2025-11-23"))
    assert len(gap) <= 2
    assert "https://" in gap[-1]


@pytest.mark.parametrize(
    "path",
    [
        "positions?as_of=2025-12-25",
        "parties/russia?as_of=2025-12-25",
        "compare?from=2025-11-20&as_of=2025-12-25",
    ],
)
def test_every_sheet_says_its_basis_and_its_address(
    window: Page, demonstration: Served, path: str
) -> None:
    told = texts_of(print_page(window, demonstration, f"{DEMO}/{path}"))

    for number, text in enumerate(told, start=1):
        assert "record up to seq 388" in text
        assert "compiled from press reports, not veri" in text
        assert f"{DEMO.removeprefix('/desk')}/k.as.dfs0/{path.partition('?')[0]}" in text
        assert f"{number} / {len(told)}" in text
