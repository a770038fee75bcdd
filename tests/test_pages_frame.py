"""The frame of the pages: the strict policy, the state of the address, and what they load."""

from __future__ import annotations

import gzip
import html
import re
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from api.pages import routes
from api.pages.shared import static_files
from api.pages.shared.page import NAVIGATION
from api.pages.shared.page_state import MAX_DAYS, MAX_SHOWN_DAYS, StanceCache
from api.pages.shared.render import SECURITY_POLICY
from domain.basis import Question
from domain.instants import from_rfc3339
from projections.answers.positions import add_json
from tests.facts import OPENING, STANCE, event_id, report, statement
from tests.pages import ADDRESSES, BASE, DEMO, DEMO_PAGES, SOURCES, loaded_bytes, page
from tests.serving import Served
from tests.world import World, tell_story


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_is_whole_under_the_strict_policy(site: World, name: str) -> None:
    response = site.client.get(f"{BASE}/{name}".rstrip("/"))
    text = response.text
    inline = r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|hx-on|https?://(?!127\.0\.0\.1)"

    assert response.status_code == 200
    assert response.headers["content-security-policy"] == SECURITY_POLICY
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall(inline, text) == []
    assert re.search(r"<h1>[^<]+</h1>", text)


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_is_also_data_for_programs(site: World, name: str) -> None:
    address = f"{BASE}/{name}".rstrip("/")
    text = page(site, name)
    answer = site.client.get(f"{address}.json")

    assert f'type="application/json" href="{address}.json"' in text
    audience = "staff" if name.startswith(("proposals", "inbox")) else "public"
    assert answer.json()["basis"]["audience"] == audience
    assert 'rel="canonical"' in answer.headers["link"]
    assert site.client.get(f"{address}.json?asof=2025").json()["hint"] == "did you mean as_of?"


def test_every_page_begins_with_its_headline(demonstration: Served) -> None:
    before_headline = {}
    for path in DEMO_PAGES.values():
        text = httpx.get(f"{demonstration.url}{path}", timeout=60).text
        above = text.partition("<main")[2].partition("</h1>")[0]
        if acts := re.findall(r"<(?:button|form|input|select|details)\b|<a\b[^>]*/record", above):
            before_headline[path] = acts

    assert before_headline == {}


def test_the_policy_has_no_exception() -> None:
    assert SECURITY_POLICY == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )


def test_the_state_of_the_address_is_kept_by_every_link_of_the_frame(site: World) -> None:
    text = page(site, "positions", "?as_of=2025-12-21&audience=press&lang=uk&from=2025-12-20")
    links = re.findall(r'<a href="([^"]*)" data-key', text)

    assert len(links) == len(NAVIGATION)
    for link in links:
        assert "as_of=2025-12-21&amp;audience=press&amp;lang=uk" in link
        assert "from=" not in link


def test_the_page_of_a_past_date_says_what_it_hides(site: World) -> None:
    text = page(site, "", "?as_of=2025-12-21")

    assert "You are looking at what was known on 21 December 2025.</span> 2 later events" in text
    assert 'href="/desk/talks">Go live' in text
    assert "later event" not in page(site, "")


def test_the_reader_is_told_only_of_what_that_reader_may_see(site: World) -> None:
    assert "2 later events" in page(site, "", "?as_of=2025-12-21&audience=public")
    press = page(site, "", "?as_of=2025-12-19&audience=press")
    assert "6 later events" in press
    assert "5 later events" in page(site, "", "?as_of=2025-12-19")


def test_the_rail_counts_anew_once_an_embargo_ends_or_something_is_recorded(
    own_site: World,
) -> None:
    def hidden() -> str:
        strip = page(own_site, "", "?as_of=2025-12-20").partition('id="strip"')[2]
        found = re.search(r"(\d+) later", strip.partition("</div>")[0])
        return found[1] if found else "0"

    secret = [{"published": "2025-12-31T06:00:00Z", "publisher": "gazette"}]
    own_site.record("2025-12-30T09:00:00Z", [statement(7, reports=secret)])
    assert [hidden(), hidden()] == ["0", "0"]

    own_site.set_clock("2025-12-31T06:00:00Z")
    assert [hidden(), hidden()] == ["1", "1"]

    own_site.record("2025-12-31T09:00:00Z", [statement(8, day=31)])
    assert hidden() == "2"


def test_a_past_record_hides_what_was_recorded_later(site: World) -> None:
    text = page(site, "", "?basis=as-recorded&as_of=2025-12-20")

    assert "what this ledger contained on 20 December 2025" in text
    assert "5 later events are hidden" in text


def test_steps_lead_from_change_to_change(site: World) -> None:
    text = page(site, "positions", "?as_of=2025-12-22&seq=9")

    assert 'id="previous" href="/desk/talks/positions?as_of=2025-12-20"' in text
    assert 'id="next" href="/desk/talks/positions?as_of=2025-12-28"' in text


def test_the_foot_names_the_tree_and_who_vouches_for_it(site: World) -> None:
    text = page(site, "")
    root = site.client.get("/v1/audit/proofs/consistency?from=1").json()["to_root"]

    assert f'<code title="{root}">{root[:12]}</code>' in text
    assert re.search(r"a signed checkpoint vouches for the first \d+", text)


def test_a_part_is_given_where_only_a_part_is_asked_for(site: World) -> None:
    whole = page(site, "positions")
    part = page(site, "positions", **{"hx-request": "true"})

    assert len(part) < len(whole) * 0.8
    for name in ("top", "strip", "steps", "main", "foot"):
        assert len(re.findall(rf'id="{name}"', part)) == 1
    assert 'id="slider"' not in part


def test_what_the_reader_has_is_not_sent_again(site: World) -> None:
    def cells(query: str, have: str = "") -> tuple[list[str], str]:
        text = page(site, "positions", query, have=have)
        name = re.search(r'data-have="(\w+)"', text)
        return re.findall(r"<td.*?</td>", text, re.DOTALL), name[1] if name else ""

    first, have = cells("?as_of=2025-12-27")
    same, still = cells("?as_of=2025-12-27", have)
    moved, other = cells("?as_of=2025-12-28", have)
    unknown, _ = cells("?as_of=2025-12-27", "0" * 24)
    elsewhere, _ = cells("?as_of=2025-12-27&lang=uk", have)

    assert len(first) == 1
    assert (same, still) == ([], have)
    assert "rejects" in moved[0]
    assert other != have
    assert unknown == first
    assert "data-same" not in elsewhere[0]
    again = page(site, "positions", "?as_of=2025-12-27", have=have)
    kept = re.findall(r"<(\w+) data-same([^>]*)></\1>", again)
    assert kept == [("fieldset", ""), ("fieldset", ""), ("tr", ""), ("tr", ' id="on-border"')]


def test_of_a_row_that_changed_the_cells_that_did_are_sent(tmp_path: Path) -> None:
    """The row of the border moves by one party; nothing moves in the row of the tolls."""
    south = {"type": "party-registered", "party": "south", "name": "South"}
    tolls = {"type": "issue-defined", "issue": "tolls", "title": "Tolls"}
    moved = report("2025-12-23")
    told = [
        STANCE,
        STANCE | {"id": event_id(101), "party": "south"},
        STANCE | {"id": event_id(102), "issue": "tolls"},
        STANCE
        | {"id": event_id(103), "stance": "rejects", "occurred": "2025-12-23", "reports": [moved]},
    ]
    with World(tmp_path, "http") as world:
        world.record("2025-12-24T09:00:00Z", [*OPENING, south, tolls, *told])
        before = page(world, "positions", "?as_of=2025-12-22&from=2025-12-21")
        (have,) = re.findall(r'data-have="(\w+)"', before)
        after = page(world, "positions", "?as_of=2025-12-23&from=2025-12-21", have=have)
        whole = page(world, "positions", "?as_of=2025-12-23&from=2025-12-21")

    rows = re.findall(r'<tr [^>]*id="on-.*?</tr>', after, re.DOTALL)
    assert [row.count("<td") for row in rows] == [2, 0]
    assert [row.count("<td data-same></td>") for row in rows] == [1, 0]
    assert rows[1] == '<tr data-same id="on-tolls"></tr>'
    names = [re.findall(r'data-have="(\w+)"', each) for each in (after, whole)]
    assert names[0] == names[1]


def test_texts_are_kept_of_the_newest_days_alone(site: World) -> None:
    cache, keys = StanceCache(MAX_DAYS), [("north", "border")]
    with site.open_session() as session:
        for n in range(MAX_SHOWN_DAYS + 3):
            basis = session.resolve_basis(Question(as_of=from_rfc3339("2025-12-28T00:00:00Z") + n))
            assert cache.read_positions(session, basis, keys).keys() == set(keys)
            again = cache.read_positions(session, basis, keys)
            assert again == add_json(session.open_view(basis), again)

    shown = [len(day.positions) for day in cache.values()]
    assert shown == [0] * 3 + [1] * MAX_SHOWN_DAYS


# What pages load.


def static_files_by_name() -> list[str]:
    folder = static_files.FOLDER
    return [str(file.relative_to(folder)) for file in sorted(folder.rglob("*.*"))]


@pytest.mark.parametrize(
    "path", [BASE, f"{BASE}/positions", "/open", "/problems", "/problems/busy", "/docs"]
)
def test_a_slash_too_many_leads_to_the_page(site: World, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer = site.client.request(method, f"{path}/?lang=uk", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (308, f"{path}?lang=uk")
    assert site.client.get(f"{path}/", follow_redirects=False).headers["location"] == path
    assert site.client.post(f"{path}/").status_code == 405
    assert site.client.get("/desk/nowhere/at/all").status_code == 404
    assert site.client.get("/v1/negotiations/").status_code == 404


def test_files_are_kept_for_ever_under_their_hash(site: World) -> None:
    for name in static_files_by_name():
        response = site.client.get(static_files.file_address(name))
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        file = static_files.FOLDER / name
        sent = static_files.sent_text(file).encode() if static_files.is_own_text(file) else None
        assert response.content == (sent or file.read_bytes())
        is_worthwhile = len(response.content) >= 500 and not name.endswith("woff2")
        assert response.headers.get("content-encoding") == ("gzip" if is_worthwhile else None)
    assert site.client.get("/static/000000000000/desk.css").status_code == 404
    assert site.client.get(f"{static_files.files_address()}/%2e%2e/routes.py").status_code == 404


def test_the_first_page_is_small_and_swaps_with_what_comes_later(site: World) -> None:
    text = page(site, "")
    fonts = sum(
        file.stat().st_size for file in static_files.FOLDER.rglob("*latin-600-normal.woff2")
    )
    whole = loaded_bytes(text) + len(gzip.compress(text.encode(), 6))

    assert 15_000 < whole <= 30_000
    assert whole + fonts <= 80_000
    assert f'data-swapper="{static_files.file_address("htmx.min.js")}"' in text


def test_what_others_made_is_named_with_its_licence() -> None:
    told = (SOURCES / "static" / "VENDORED.txt").read_text()
    htmx = (SOURCES / "static" / "htmx.min.js").read_text()

    assert "htmx 4.0.1" in told
    assert 'version="4.0.1"' in htmx or "4.0.1" in htmx
    assert (SOURCES / "static" / "fonts" / "LICENSE.txt").exists()
    assert (SOURCES / "static" / "swagger" / "LICENSE.txt").exists()
    for name in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert sha256((SOURCES / "static" / "swagger" / name).read_bytes()).hexdigest() in told


def test_a_page_says_what_it_is_and_of_which_date_to_who_shares_it(site: World) -> None:
    text = page(site, "positions", "?as_of=2025-12-21")

    assert "<title>Positions · Talks, 21 December 2025</title>" in text
    told = "21 December 2025. 1 position differs from 14 December 2025."
    assert f'<meta name="description" content="{told}">' in text
    assert f'<meta property="og:description" content="{told}">' in text
    assert '<meta property="og:title" content="Positions · Talks">' in text
    (picture,) = re.findall(r'property="og:image" content="http://[^/]+(/k/[^"]+)"', text)
    shown = site.client.get(html.unescape(picture))
    assert shown.content.startswith(b"\x89PNG")
    assert re.search(r'property="og:url" content="http://[^/]+/k/talks/k\.[^"]+/positions">', text)
    assert "<title>Positions · Talks</title>" in page(site, "positions")


@pytest.mark.parametrize(("lang", "word"), [("en", "happened"), ("uk", "сталося")])
def test_the_help_draws_the_three_clocks(site: World, lang: str, word: str) -> None:
    drawing = page(site, "help", f"?lang={lang}").partition('class="three-clocks"')[2]
    drawing = drawing.partition("</svg>")[0]
    assert word in drawing
    places = re.findall(r'<circle cx="(\d+)%" cy="(\d+)"', drawing)
    assert [int(x) for x, _ in places] == [28, 73, 88], (
        "it happened first, then was known, then recorded"
    )


def test_every_page_is_looked_at_in_a_browser() -> None:
    """But for what a demonstration without keys has nothing of."""
    looked_at = {urlsplit(path).path.removeprefix(DEMO).strip("/") for path in DEMO_PAGES.values()}
    paths = {each.path for each in routes.PAGES} - {"proposals/{proposal}", "inbox/{article}"}
    patterns = {path: re.sub("{[^}]*}", "[^/]+", path) for path in paths}
    unseen = [
        path
        for path, pattern in patterns.items()
        if not any(re.fullmatch(pattern, each) for each in looked_at)
    ]
    assert unseen == []


def test_what_is_said_of_the_whole_record_stands_on_every_page_and_picture() -> None:
    first, more = "Compiled from the press, not verified.", "It began in March."
    opening = {**OPENING[0], "summary": f"{first} {more}"}
    with tell_story([("2025-12-21T09:00:00Z", [opening, *OPENING[1:], STANCE])], "http") as world:
        for name in ("", "positions", "events", "compare", "meetings", "gap"):
            text = page(world, name)
            strip = text.partition('<p class="coverage">')[2].partition("</p>")[0]
            foot = text.partition('<footer id="foot"')[2]
            on_paper = foot.partition('<p class="page-foot in-print">')[2]
            assert first in strip, name
            assert more not in strip, name
            assert first in foot.partition("page-foot")[0], name
            assert first in on_paper, name
        assert f"{first} {more}" in page(world, "")
        assert "not verified." in page(world, "audit").partition('<footer id="foot"')[2]
        assert "not verified." in page(world, "pictures/chronology.svg")
        assert "not verified." in page(world, "pictures/chronology/embed")
