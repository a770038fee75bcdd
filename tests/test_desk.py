"""The pages as the server gives them: whole without a script, honest about what they were asked."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from api.desk import files, formed, outside, routes, shown
from api.desk.dates import Dates
from api.desk.drawn import POLICY
from api.desk.words import LANGUAGES, preferred, words
from domain.catalogue import BY_TYPE
from domain.spans import parse
from tests.pages import BIDI, HOSTILE, traps
from tests.test_http import MORE, OPENING, STANCE, number, said
from tests.world import World

DESK = "/desk/talks"
ADDRESSES = [page.path for page in routes.PAGES if "{" not in page.path]
UNKNOWN = number(10**6)
SOURCES = Path(routes.__file__).parent


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("world"), "http")
    made.record("2025-12-20T09:00:00Z", [*OPENING])
    made.record("2025-12-21T09:00:00Z", [said(1), said(2), STANCE])
    later = {"published": "2025-12-28", "publisher": "gazette"}
    press = {"published": "2025-12-21", "publisher": "gazette", "audience": "press"}
    turned = {"id": number(101), "stance": "rejects", "occurred": "2025-12-27", "reports": [later]}
    news = [said(3, day=27, reports=[later]), said(4, reports=[press]), STANCE | turned]
    made.record("2025-12-28T09:00:00Z", news)
    made.at("2025-12-30T09:00:00Z")
    yield made
    made.close()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("hostile"), "http")
    made.record("2025-12-20T09:00:00Z", traps())
    made.at("2025-12-22T09:00:00Z")
    yield made
    made.close()


def fetched(world: World, path: str = "", status: int = 200, **headers: str) -> str:
    address = path if path.startswith("/") else f"{DESK}{path}"
    response = world.client.get(address, headers=headers, follow_redirects=False)
    assert response.status_code == status, response.text
    text: str = response.text
    return text


def page(world: World, name: str, query: str = "", status: int = 200, **headers: str) -> str:
    return fetched(world, f"{DESK}/{name}".rstrip("/") + query, status, **headers)


def main(text: str) -> str:
    return text.partition("<main")[2].partition("</main>")[0]


# The frame.


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_is_whole_under_the_strict_policy(world: World, name: str) -> None:
    response = world.client.get(f"{DESK}/{name}".rstrip("/"))
    text = response.text
    inline = (
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|hx-on|https?://(?!testserver)"
    )

    assert response.status_code == 200
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall(inline, text) == []
    assert re.search(r"<h1>[^<]+</h1>", text)


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_is_also_data_for_programs(world: World, name: str) -> None:
    address = f"{DESK}/{name}".rstrip("/")
    text = page(world, name)
    answer = world.client.get(f"{address}.json")

    assert f'type="application/json" href="{address}.json"' in text
    assert answer.json()["basis"]["audience"] == "public"
    assert 'rel="canonical"' in answer.headers["link"]
    assert world.client.get(f"{address}.json?asof=2025").json()["hint"] == "write as_of"


def test_the_policy_has_no_exception() -> None:
    assert POLICY == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )


def test_the_state_of_the_address_is_kept_by_every_link_of_the_frame(world: World) -> None:
    text = page(world, "positions", "?as_of=2025-12-21&audience=press&lang=uk&from=2025-12-20")
    links = re.findall(r'<a href="([^"]*)" data-key', text)

    assert len(links) == 8
    for link in links:
        assert "as_of=2025-12-21&amp;audience=press&amp;lang=uk" in link
        assert "from=" not in link


def test_the_page_of_a_past_date_says_what_it_hides(world: World) -> None:
    text = page(world, "", "?as_of=2025-12-21")

    assert (
        "You are looking at what was known on 21 December 2025. 2 later events are hidden." in text
    )
    assert 'href="/desk/talks">Go live' in text
    assert "later event" not in page(world, "")


def test_the_reader_is_told_only_of_what_that_reader_may_see(world: World) -> None:
    assert "2 later events" in page(world, "", "?as_of=2025-12-21&audience=public")
    press = page(world, "", "?as_of=2025-12-19&audience=press")
    assert "6 later events" in press
    assert "5 later events" in page(world, "", "?as_of=2025-12-19")


def test_a_past_record_hides_what_was_recorded_later(world: World) -> None:
    text = page(world, "", "?basis=as-recorded&as_of=2025-12-20")

    assert "what this ledger held on 20 December 2025" in text
    assert "5 later events are hidden" in text


def test_steps_lead_from_change_to_change(world: World) -> None:
    text = page(world, "positions", "?as_of=2025-12-22&seq=9")

    assert 'id="previous" href="/desk/talks/positions?as_of=2025-12-20"' in text
    assert 'id="next" href="/desk/talks/positions?as_of=2025-12-28"' in text


def test_the_foot_names_the_tree_and_who_vouches_for_it(world: World) -> None:
    text = page(world, "")
    root = world.client.get("/v1/audit/proofs/consistency?from=1").json()["to_root"]

    assert f'<code title="{root}">{root[:12]}</code>' in text
    assert re.search(r"a signed checkpoint vouches for the first \d+", text)


def test_a_part_is_given_where_only_a_part_is_asked_for(world: World) -> None:
    whole = page(world, "positions")
    part = page(world, "positions", **{"hx-request": "true"})

    assert len(part) < len(whole) * 0.8
    for name in ("top", "strip", "steps", "main", "foot"):
        assert len(re.findall(rf'id="{name}"', part)) == 1
    assert 'id="slider"' not in part


# Languages.


def keys(lang: str) -> set[str]:
    return {re.sub(r"\.(one|few|many)$", "", key) for key in words(lang).entries}  # type: ignore[arg-type]


def test_both_dictionaries_have_the_same_keys() -> None:
    assert keys("en") == keys("uk")
    for lang in LANGUAGES:
        entries = words(lang).entries
        for key in entries:
            head, _, form = key.rpartition(".")
            if form == "one" and f"{head}.many" in entries:
                assert (f"{head}.few" in entries) == (lang == "uk"), key


def test_both_dictionaries_fill_in_the_same_names() -> None:
    for key in keys("en"):
        for form in ("", ".one", ".many"):
            pair = [words(lang).entries.get(key + form) for lang in LANGUAGES]
            names = [sorted(set(re.findall(r"{(\w+)}", text or ""))) for text in pair]
            assert names[0] == names[1], key + form


def test_every_word_that_a_template_asks_for_is_there() -> None:
    asked = set()
    for file in (SOURCES / "templates").glob("*.html"):
        asked |= set(re.findall(r'\bt\("([\w.-]+)"[,)]', file.read_text()))

    assert len(asked) > 60
    assert asked - keys("en") == set()


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [("", "en"), ("uk", "uk"), ("uk-UA,uk;q=0.9,en;q=0.8", "uk"), ("en;q=0.5, uk;q=0.4", "en"),
     ("de, fr;q=0.9", "en"), ("uk;q=0", "en"), (";;;=,q", "en"), ("uk;q=0.1.1", "uk")],
)  # fmt: skip
def test_the_language_is_what_the_browser_likes_best(accepted: str, lang: str) -> None:
    assert preferred(accepted) == lang


def test_the_page_speaks_the_language_that_is_asked_for(world: World) -> None:
    assert '<html lang="uk">' in page(world, "", **{"accept-language": "uk"})
    assert '<html lang="en">' in page(world, "", "?lang=en", **{"accept-language": "uk"})
    assert "Що змінилося" in page(world, "", "?lang=uk")


@pytest.mark.parametrize(
    ("n", "told"),
    [(1, "1 подія"), (3, "3 події"), (5, "5 подій"), (11, "11 подій"), (22, "22 події"),
     (101, "101 подія")],
)  # fmt: skip
def test_numbers_take_their_form(n: int, told: str) -> None:
    assert words("uk")("home.events", n=n) == told


@pytest.mark.parametrize(
    ("span", "told"),
    [
        ("2025-12-21", "21 December 2025"),
        ("2025-12-21T18:30:00Z", "21 December 2025, 18:30 UTC"),
        ("2025-12-19/2025-12-21", "19–21 December 2025"),
        ("[2025-12-22..2025-12-24]", "between 22–24 December 2025"),
        ("[2025-11-28..2025-12-02]", "between 28 Nov – 2 December 2025"),
        ("2025-12-21?", "21 December 2025 (uncertain)"),
        ("2025-12-21~", "about 21 December 2025"),
        ("2025-12", "December 2025"),
        ("2025", "2025"),
        ("2025-22", "summer 2025"),
        ("2025-12-19/..", "since 19 December 2025"),
        ("../2025-12-21", "until 21 December 2025"),
        ("2025-12-2X", "between 20–29 December 2025"),
        ("202X", "between 1 January 2020 – 31 December 2029"),
        ("2025-12-19T13:00Z/2025-12-19T16:00Z", "19 December 2025, 13:00–16:00 UTC"),
    ],
)
def test_a_span_is_told_in_words(span: str, told: str) -> None:
    assert Dates(words("en"), "UTC").span(parse(span)) == told


# What cannot be understood.


@pytest.mark.parametrize("name", ADDRESSES)
def test_nonsense_in_the_address_gives_the_page_and_the_corrected_address(
    world: World, name: str
) -> None:
    nonsense = ("asof=2025-12-21&basis=maybe&seq=many&as_of=yesterday&audience=all&tz=Mars"
                "&min_sources=0&lang=xx&lang=en&known_at=%00&%3Cscript%3E=1&a/b=1&=x")  # fmt: skip
    text = page(world, name, f"?{nonsense}&valid_at=2025-12-21", 422)
    corrected = f"{DESK}/{name}".rstrip("/")

    assert f'<a href="{corrected}?valid_at=2025-12-21">The corrected address</a>' in text
    assert "write as_of" in text
    assert "<script>=1" not in text
    assert "<h1>" in text
    assert page(world, name, "?valid_at=2025-12-21")


@pytest.mark.parametrize(
    "cell", ["nobody/border", "north", "NORTH/border", "north/border/x", "%00"]
)
def test_a_cell_that_is_not_there_is_told_and_left_out(world: World, cell: str) -> None:
    text = page(world, "positions", f"?cell={cell}&as_of=2025-12-21", 422)

    assert 'href="/desk/talks/positions?as_of=2025-12-21">The corrected address' in text
    assert 'id="drawer"' not in text


def test_empty_fields_of_a_form_mean_nothing(world: World) -> None:
    assert "refused" not in page(world, "positions", "?as_of=&from=&cell=&basis=&seq=&lang=")


@pytest.mark.parametrize(
    "path", ["/desk/none", "/desk/talks/nowhere", "/desk", "/desk/", "/desk/A"]
)
def test_what_is_not_there_is_told_on_a_page(world: World, path: str) -> None:
    response = world.client.get(path)

    assert response.status_code == 404
    assert response.headers["content-security-policy"] == POLICY


# Text from events.


SHOWING = ["", "?as_of=2025-12-20", "positions", "positions?as_of=2025-12-20",
           "compare?from=2025-12-01",
           *(f"positions?cell=p{n}/i{n}" for n in range(len(HOSTILE)))]  # fmt: skip
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
        if target.startswith("http") and "testserver" not in target:
            assert given.get("rel") == "noopener noreferrer"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "HTTPS://ok.example/a b", "",
     None, "\u0000https://x", "ftp://x"],
)  # fmt: skip
def test_links_lead_to_the_web_alone(address: str | None) -> None:
    assert shown.href(address) is None


def test_a_joined_emoji_stays_whole() -> None:
    assert shown.visible("👩‍👩‍👧 🏳️‍🌈") == "👩‍👩‍👧 🏳️‍🌈"
    assert shown.visible("a\u200db") == "a⟦U+200D⟧b"


def test_a_table_is_no_formula(world: World) -> None:
    from api.desk.drawn import table

    body = bytes(table(("a", "b"), [{"a": "=1+1", "b": 2}, {"a": None, "b": "x,y"}], "t").body)
    assert body == b'a,b\r\n\'=1+1,2\r\n,"x,y"\r\n'


# The pages.


def test_positions_show_who_holds_what_and_what_changed(world: World) -> None:
    text = page(world, "positions")
    cell = re.search(r'<td[^>]*data-label="North"[^>]*>.*?</td>', text, re.DOTALL)

    assert cell
    assert "is-changed" in cell[0]
    assert re.search(r"<del>.*accepts</del>", cell[0], re.DOTALL)
    assert "rejects" in cell[0]
    assert "2 statements" in cell[0]
    assert "1 position differs from 23 December 2025." in text


def test_positions_compare_with_the_date_that_is_named(world: World) -> None:
    found = world.client.get(f"{DESK}/positions.json?from=2025-12-28").json()["data"]
    assert (found["from"], found["changes"]) == ("2025-12-28", 0)
    found = world.client.get(f"{DESK}/positions.json?as_of=2025-12-21&from=2025-12-01").json()[
        "data"
    ]
    assert found["rows"][0]["cells"]["north"]["before"] is None
    assert found["rows"][0]["cells"]["north"]["word"] == "accepts"


def test_positions_are_a_table_for_spreadsheets(world: World) -> None:
    lines = page(world, "positions.csv").splitlines()
    assert lines[0].startswith("party,issue,plan,point,stance")
    assert lines[1].startswith("north,border,,,rejects,2025-12-27,2,0,True,accepts")


def test_a_cell_opens_without_a_script(world: World) -> None:
    text = page(world, "positions", "?cell=north/border")
    drawer = text.partition('<aside id="drawer"')[2].partition("</aside>")[0]

    assert "North" in drawer
    assert drawer.count("<article") == 2
    assert "28 December 2025" in drawer
    assert "/v1/audit/proofs/inclusion?seq=" in drawer
    assert "receipt?basis=as-known" in drawer
    assert re.search(
        r"Talks, as known at 30 December 2025, 09:00 UTC, record up to seq \d+", drawer
    )


def test_the_permalink_of_a_page_shows_the_same_for_ever(world: World) -> None:
    text = page(world, "positions", "?as_of=2025-12-21")
    found = re.search(r'id="permalink" href="([^"]*)"', text)
    assert found
    link = found[1].replace("&amp;", "&")
    before = main(fetched(world, link)).partition("</form>")[2]
    world.record("2025-12-30T10:00:00Z", [MORE[0]])

    assert main(fetched(world, link)).partition("</form>")[2] == before
    assert "accepts" in before


def test_the_overview_says_what_changed_and_what_is_contested(world: World) -> None:
    found = world.client.get(f"{DESK}.json").json()["data"]
    assert [each["word"] for each in found["positions"]] == ["rejects"]
    assert len(found["questions"]) == 3
    assert "Where the talks stand" in page(world, "")


def test_the_overview_of_a_quiet_week_tells_the_last_changes(tmp_path: Path) -> None:
    quiet = World(tmp_path, "http")
    quiet.record("2025-12-21T09:00:00Z", [*OPENING, STANCE])
    quiet.at("2026-03-01T09:00:00Z")
    text = page(quiet, "")
    quiet.close()

    assert "The last changes, since 13 December 2025" in text
    assert "The last change before became known on 20 December 2025." in text
    assert "accepts" in text


def test_before_anything_was_known_a_page_is_empty_and_not_broken(world: World) -> None:
    for name in ("", "positions"):
        text = page(world, name, "?as_of=0002-01-01")
        assert "<td" not in text
        assert "5 later events" in text or "6 later events" in text


def test_pages_are_drawn_on_either_database(http_world: World) -> None:
    http_world.record("2025-12-20T09:00:00Z", OPENING)
    http_world.record("2025-12-21T09:00:00Z", [said(1), STANCE])
    http_world.at("2025-12-22T09:00:00Z")

    assert "accepts" in page(http_world, "positions", "?cell=north/border")
    assert "2 later events are hidden" in page(http_world, "", "?as_of=2025-12-19")


def test_a_page_of_filtered_sources_is_the_same_page(world: World) -> None:
    found = [world.client.get(f"{DESK}/positions.json?{query}").json()["data"]["rows"]
             for query in ("exclude_source=nobody", "")]  # fmt: skip
    assert found[0] == found[1]


# Briefs, the audit, the interface.


def test_a_brief_says_in_a_sentence_what_changed_and_why(world: World) -> None:
    query = "?from=2025-12-19&to=2025-12-28"
    text = page(world, "compare", query)
    lines = world.client.get(f"{DESK}/compare.json{query}").json()["data"]["lines"]
    told = {each["sentence"]: each for each in lines}

    assert "North takes a position on “The border”: rejects." in text
    assert told["North takes a position on “The border”: rejects."]["cause"] == "world"
    assert {each["group"] for each in lines} == {"positions", "statements"}
    assert "it happened" in text
    assert "North moves on “The border”: from accepts to rejects." in page(
        world, "compare", "?from=2025-12-21&to=2025-12-28"
    )


def test_a_brief_is_a_table_for_spreadsheets(world: World) -> None:
    lines = page(world, "compare.csv", "?from=2025-12-19&to=2025-12-28").splitlines()
    assert lines[0].startswith("group,kind,subject,sentence,cause")
    assert lines[1].startswith("positions,position,north/border,")


def test_dates_the_wrong_way_round_are_told(world: World) -> None:
    text = page(world, "compare", "?from=2025-12-28&to=2025-12-21", 422)
    assert "the first date lies after the second" in text


def test_the_gap_tells_what_was_not_yet_known(world: World) -> None:
    text = page(world, "gap", "?as_of=2025-12-27")
    found = world.client.get(f"{DESK}/gap.json?as_of=2025-12-27").json()["data"]

    assert "What was not yet known on 27 December 2025" in text
    assert [each["after"] for each in found["not_yet_known"]["lines"][:1]] == ["rejects"]
    assert found["missed"]["n"] == 0


def test_the_log_is_verified_on_demand(world: World) -> None:
    size = world.client.get("/readyz").json()["head"]
    text = page(world, "audit", "?verify=1&old=3")

    assert f"{size} events hashed again. Nothing differs." in text
    assert f"The tree of {size} events begins with that of 3." in text
    assert "no tree of size 999" in page(world, "audit", "?old=999", 422)


def test_a_changed_log_is_found_by_the_page(tmp_path: Path) -> None:
    broken = World(tmp_path, "http")
    broken.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
    with broken.ledger.writing() as c:
        c.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'node'")
        for (name,) in c.fetchall():
            c.execute(f"DROP TRIGGER {name}")
        c.execute("UPDATE node SET hash = ? WHERE level = 1 AND idx = 0", (bytes(32),))
    text = page(broken, "audit", "?verify=1")
    broken.close()

    assert "the hash of seqs 1 to 2 is another" in text


def test_the_log_is_replayed_event_by_event(world: World) -> None:
    found = world.client.get(f"{DESK}/audit.json?replay=7").json()["data"]["replay"]

    assert (found["seq"], found["type"], found["previous"]) == (7, "position-stated", 6)
    assert [each["sentence"] for each in found["changes"]] == [
        "North takes a position on “The border”: accepts."
    ]


def test_every_problem_is_explained_in_both_languages(world: World) -> None:
    for name in outside.PROBLEMS:
        for lang in LANGUAGES:
            text = fetched(world, f"/problems/{name}?lang={lang}")
            assert f"<h1>{words(lang)(f'problems.{name}.title')}</h1>" in text
    assert fetched(world, "/problems").count("<tr>") == len(outside.PROBLEMS) + 1
    fetched(world, "/problems/none", 404)


def test_the_interface_is_shown_whole(world: World) -> None:
    text = fetched(world, "/docs")
    schema = world.client.get("/openapi.json").json()

    assert text.count("<article") == sum(map(len, schema["paths"].values()))
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text) == []


# Recording by a form.


OURS = {"sec-fetch-site": "same-origin"}
FORM = {"type": "position-stated", "party": "north", "issue": "border", "stance": "opposes",
        "summary": "not so", "occurred": "2025-12-29", "reports.published": "2025-12-29",
        "reports.publisher": "herald"}  # fmt: skip


def sent(world: World, form: dict[str, str], headers: dict[str, str] = OURS) -> Any:
    address = f"{DESK}/record"
    return world.client.post(address, data=form, headers=headers, follow_redirects=False)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, "http")
    made.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
    made.at("2025-12-30T09:00:00Z")
    yield made
    made.close()


@pytest.mark.parametrize("kind", sorted(set(BY_TYPE) - {formed.OWN}))
def test_every_type_has_a_form(world: World, kind: str) -> None:
    text = page(world, "record", f"?type={kind}")
    assert f'name="type" value="{kind}"' in text
    assert 'name="reports.published"' in text


def test_a_form_is_tried_before_it_is_written(own: World) -> None:
    tried = sent(own, FORM)
    identity = re.search(r'name="identity" value="([^"]+)"', tried.text)

    assert identity
    assert "North moves on “The border”: from accepts to opposes." in tried.text
    assert "read as: 29 December 2025" in tried.text
    assert own.client.get("/readyz").json()["head"] == 5

    whole = FORM | {"step": "record", "identity": identity[1]}
    for _ in range(2):
        done = sent(own, whole)
        assert (done.status_code, done.headers["location"]) == (
            303, f"{DESK}/events/{identity[1]}"
        )  # fmt: skip
    assert own.client.get("/readyz").json()["head"] == 6


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("occurred", "2025-13-45", "month"), ("party", "nobody", "register the party first"),
     ("stance", "", "stance"), ("codes", "{", "cannot be read"), ("reports.url", "ftp://x", "http"),
     ("type", "payload-erased", "no event type")],
)  # fmt: skip
def test_a_form_is_refused_beside_its_field(own: World, field: str, value: str, told: str) -> None:
    answer = sent(own, FORM | {field: value, "step": "record"})
    assert answer.status_code == 422
    assert told in main(answer.text)
    assert own.client.get("/readyz").json()["head"] == 5


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 403), ({"sec-fetch-site": "cross-site"}, 403), ({"sec-fetch-site": "same-site"}, 403),
     ({"origin": "https://evil.example"}, 403), ({"origin": "null"}, 403),
     ({"origin": "http://testserver"}, 200), (OURS, 200)],
)  # fmt: skip
def test_a_foreign_form_is_turned_away(own: World, headers: dict[str, str], status: int) -> None:
    assert sent(own, FORM, headers).status_code == status


def test_an_act_opens_with_its_event(world: World) -> None:
    text = page(world, "record", f"?event={number(100)}&act=correct")
    assert 'name="type" value="record-corrected"' in text
    assert f'name="event" value="{number(100)}"' in text


# Where it begins.


def test_the_root_leads_to_the_one_negotiation(world: World) -> None:
    response = world.client.get("/?lang=uk", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/desk/talks?lang=uk")


def test_an_empty_ledger_says_how_to_begin(tmp_path: Path) -> None:
    empty = World(tmp_path, "http")
    assert "minutebook demo" in fetched(empty, "/")
    empty.record("2025-12-20T09:00:00Z", [{"type": "negotiation-opened", "title": "One"}])
    empty.name = "other"
    empty.record("2025-12-20T10:00:00Z", [{"type": "negotiation-opened", "title": "Two"}])
    listed = fetched(empty, "/")
    empty.close()

    assert 'href="/desk/talks"' in listed
    assert 'href="/desk/other"' in listed


# What pages load.


def test_files_are_kept_for_ever_under_their_hash(world: World) -> None:
    for name in files.files():
        response = world.client.get(files.address(name))
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        assert response.content == files.files()[name].body
    assert world.client.get("/static/000000000000/desk.css").status_code == 404
    assert world.client.get(f"/static/{files.digest()}/../asked.py").status_code == 404


def test_the_first_page_is_small(world: World) -> None:
    text = page(world, "")
    loaded = [name for name in files.files() if name.endswith((".css", ".js", ".svg"))]
    assert all(files.address(name) in text for name in ("desk.css", "desk.js", "htmx.min.js"))
    zipped = sum(len(files.files()[name].zipped or b"") for name in loaded)
    fonts = sum(len(file.body) for name, file in files.files().items()
                if name.endswith("latin-600-normal.woff2"))  # fmt: skip
    whole = zipped + len(gzip.compress(text.encode(), 6))

    assert whole <= 30_000
    assert whole + fonts <= 90_000


def test_what_others_made_is_named_with_its_licence() -> None:
    told = (SOURCES / "static" / "VENDORED.txt").read_text()
    htmx = (SOURCES / "static" / "htmx.min.js").read_text()

    assert "htmx 4.0.1" in told
    assert 'version="4.0.1"' in htmx or "4.0.1" in htmx
    assert (SOURCES / "static" / "fonts" / "LICENSE.txt").exists()
