"""What pages are given: nonsense in an address is told, text from events is never run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from api.pages.shared import sanitize
from api.pages.shared.render import SECURITY_POLICY
from tests.facts import event_id
from tests.local_client import BASE_URL
from tests.pages import ADDRESSES, BASE, page
from tests.traps import BIDI, HOSTILE, traps
from tests.world import World


@pytest.mark.parametrize("name", ADDRESSES)
def test_nonsense_in_the_address_gives_the_page_and_the_corrected_address(
    site: World, name: str
) -> None:
    nonsense = (
        "asof=2025-12-21&basis=maybe&seq=many&as_of=someday&audience=all&tz=Mars"
        "&min_sources=0&lang=xx&lang=en&known_at=%00&%3Cscript%3E=1&a/b=1&=x"
    )
    text = page(site, name, f"?{nonsense}&valid_at=2025-12-21", 422)
    corrected = f"{BASE}/{name}".rstrip("/")

    assert f'<a href="{corrected}?valid_at=2025-12-21">The corrected address</a>' in text
    assert "did you mean as_of?" in text
    assert "<script>=1" not in text
    assert "<h1>" in text
    assert page(site, name, "?valid_at=2025-12-21")


@pytest.mark.parametrize(
    "cell", ["nobody/border", "north", "NORTH/border", "north/border/x", "%00"]
)
def test_a_cell_that_is_not_there_is_told_and_left_out(site: World, cell: str) -> None:
    text = page(site, "positions", f"?cell={cell}&as_of=2025-12-21", 422)

    assert 'href="/desk/talks/positions?as_of=2025-12-21">The corrected address' in text
    assert 'id="drawer"' not in text


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        (f"events?q={'x' * 401}", 422, "longer than 400 characters"),
        ("events?from=2026-01-01&to=2025-01-01", 422, "the first day lies after the last"),
        ("meetings?month=0001-01", 200, "Meetings"),
        ("meetings?month=0002-01", 200, "Meetings"),
        ("meetings?month=0003-02", 200, "month=0003-01"),
        ("meetings?month=9999-12", 200, "Meetings"),
    ],
)
def test_what_no_field_would_send_is_told_on_the_page(
    site: World, address: str, status: int, told: str
) -> None:
    name, mark, query = address.partition("?")
    assert told in page(site, name, mark + query, status)


def test_empty_fields_of_a_form_mean_nothing(site: World) -> None:
    assert "refused" not in page(site, "positions", "?as_of=&from=&cell=&basis=&seq=&lang=")


@pytest.mark.parametrize(
    "path", ["/desk/none", "/desk/talks/nowhere", "/desk", "/desk/", "/desk/A"]
)
def test_what_is_not_there_is_told_on_a_page(site: World, path: str) -> None:
    response = site.client.get(path)

    assert response.status_code == 404
    assert response.headers["content-security-policy"] == SECURITY_POLICY


# Text from events.


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("hostile"), "http") as made:
        made.record("2025-12-20T09:00:00Z", traps())
        made.set_clock("2025-12-22T09:00:00Z")
        yield made


SHOWING = [
    "",
    "?as_of=2025-12-20",
    "positions",
    "positions?as_of=2025-12-20",
    "compare?from=2025-12-01",
    "events",
    "events?q=script",
    "meetings",
    "people",
    f"events/{event_id(506)}",
    *(f"positions?cell=p{n}/i{n}" for n in range(len(HOSTILE))),
    "plans",
]
"""Addresses that show hostile text."""


@pytest.mark.parametrize("address", SHOWING)
def test_text_of_events_is_shown_and_never_run(hostile: World, address: str) -> None:
    name, mark, query = address.partition("?")
    text = page(hostile, name, mark + query)
    tags = Tags()
    tags.feed(text)

    assert tags.wrong == []
    assert BIDI not in text
    assert "\u200b" not in text
    assert "⟦U+202E⟧evil⟦U+202C⟧" in text
    assert "49" not in re.findall(r"{{ 7 \* 7 }}|>49<", text)


class Tags(HTMLParser):
    """Collects what no page of ours has: scripts of its own, handlers, foreign addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[tuple[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        loads = given.get("src") or (given.get("href") if tag == "link" else None) or "/"
        if tag in ("img", "iframe", "style", "base") or not loads.startswith(("/", "#")):
            self.wrong.append((tag, attrs))
        self.wrong += [
            (tag, pair) for pair in attrs if pair[0].startswith("on") or pair[0] == "style"
        ]
        target = str(given.get("href") or "")
        if target.startswith("http") and BASE_URL not in target:
            assert given.get("rel") == "noopener noreferrer"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "HTTPS://ok.example/a b",
        "",
        None,
        "\u0000https://x",
        "ftp://x",
    ],
)
def test_links_lead_to_the_web_alone(address: str | None) -> None:
    assert sanitize.safe_href(address) is None


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 🏳️‍🌈 👩🏽‍⚖️",
        "ما نمی\u200cخواهیم مذاکره کنیم",  # noqa: RUF001  # Persian
        "ه\u200d.",  # noqa: RUF001  # an abbreviation of the calendar
        "क्\u200dष क्\u200cष",
        "ශ්\u200dරී",
    ],
)
def test_a_joiner_stays_where_it_belongs_to_a_word_or_an_emoji(text: str) -> None:
    assert sanitize.escape_invisible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200db", "a⟦U+200D⟧b"),
        ("no\u200crth", "no⟦U+200C⟧rth"),
        ("e\u0301\u200cn", "e\u0301⟦U+200C⟧n"),
        ("ن\u200c\u200cم", "ن\u200c⟦U+200C⟧م"),
        ("\u200c نه", "⟦U+200C⟧ نه"),
        ("👩\u200da", "👩⟦U+200D⟧a"),
    ],
)
def test_a_joiner_that_joins_nothing_is_shown(text: str, shown: str) -> None:
    assert sanitize.escape_invisible(text) == shown


def test_a_table_is_no_formula(site: World) -> None:
    from api.pages.shared.render import csv_response

    body = bytes(
        csv_response(("a", "b"), [{"a": "=1+1", "b": 2}, {"a": None, "b": "x,y"}], "t").body
    )
    assert body == b'a,b\r\n\'=1+1,2\r\n,"x,y"\r\n'
