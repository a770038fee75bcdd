"""Feeds are looked through: no article comes twice, and a failing day is drafted as failed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli.client import Client
from api.cli.feed_watch import FeedLook, FeedWatch
from api.inbox.bodies import NewArticle, take_content
from api.models.inbox import FeedList
from domain.errors import InvalidQuestionError
from intake.feeds import parse_feed
from intake.fetching import MAX_BYTES, FetchedPage, Fetcher, is_public
from tests.command_line import run_command
from tests.facts import OPENING
from tests.inbox.conftest import ROOT, Inbox
from tests.inbox.feed_server import ATOM, RSS, RSS_ITEM, Newsroom, open_newsroom
from tests.serving import serve_here

DAYS = [f"2025-12-{day:02}" for day in range(1, 11)]
FAILING = "2025-12-06"


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with open_newsroom() as room:
        yield room


@pytest.fixture
def fresh(newsroom: Newsroom) -> Newsroom:
    """Give the newsroom with nothing published."""
    for held in (newsroom.answers, newsroom.broken, newsroom.asked, newsroom.entries):
        held.clear()
    return newsroom


def look(inbox: Inbox, moment: str) -> list[FeedLook]:
    """Look through the feeds at a moment, as the command does."""
    inbox.world.set_clock(moment)
    client = Client(inbox.world.client)
    feeds = client.get(f"{ROOT}/feeds").read(FeedList).feeds
    watch = FeedWatch(client, Fetcher(allows_private=True), "talks", inbox.world.moment)
    return watch.look_through(feeds)


def test_thirty_articles_of_ten_days_come_once_and_a_failing_day_is_told(
    desk: Inbox, fresh: Newsroom
) -> None:
    desk.world.set_clock("2025-12-23T00:00:00Z")
    feed = f"{fresh.origin}/atom.xml"
    desk.call("POST", "/feeds", {"url": feed})
    days = [day.replace("12-", "12-").replace("2025-12", "2026-01") for day in DAYS]
    failing = FAILING.replace("2025-12", "2026-01")
    links = []
    for index, day in enumerate(days):
        links += [fresh.publish(3 * index + number, day) for number in range(3)]
        fresh.broken = {"/atom.xml"} if day == failing else set()
        (found,) = look(desk, f"{day}T20:00:00Z")
        expected = 0 if day == failing else 6 if day == days[days.index(failing) + 1] else 3
        assert len(found.new) == expected, found.failures
    (again,) = look(desk, "2026-01-10T21:00:00Z")

    listed = desk.call("GET", "/articles", limit=1000).json()["articles"]
    from_feed = [each for each in listed if each["url"]]
    coverage = [
        each["event"]
        for each in desk.drafts(limit=1000)
        if each["event"]["type"] == "watch-recorded"
    ]
    assert sorted(each["url"] for each in from_feed) == sorted(links)
    assert {each["publisher"] for each in from_feed} == {"The Herald"}
    assert from_feed[-1]["published"] == "2026-01-01T08:30:00Z"
    assert [each["result"] for each in coverage] == [
        "failed" if day == failing else "changed" for day in days
    ] + ["no-change"]
    assert (coverage[5]["from"], coverage[6]["from"]) == ("2026-01-05T20:00:00Z",) * 2
    assert {tuple(each["sources"]) for each in coverage} == {(feed,)}
    assert (again.known, [path for path in fresh.asked if path == "/articles/0"]) == (
        *(30, ["/articles/0"]),
    )


def test_feeds_without_news_fill_no_inbox(desk: Inbox, fresh: Newsroom) -> None:
    desk.world.set_clock("2025-12-23T00:00:00Z")
    fresh.publish(1, "2025-12-22")
    desk.call("POST", "/feeds", {"url": f"{fresh.origin}/atom.xml"})
    for hour in ("01", "02", "03", "04"):
        look(desk, f"2025-12-24T{hour}:00:00Z")
    events = [each["event"] for each in desk.drafts()]
    watched = [each for each in events if each["type"] == "watch-recorded"]

    assert [(each["result"], each["from"][11:13], each["to"][11:13]) for each in watched] == [
        ("changed", "00", "01"),
        ("no-change", "01", "04"),
    ]


def test_an_entry_of_a_day_to_come_has_that_of_its_page_or_of_the_look(
    desk: Inbox, fresh: Newsroom
) -> None:
    desk.world.set_clock("2025-12-23T00:00:00Z")
    desk.call("POST", "/feeds", {"url": f"{fresh.origin}/atom.xml"})
    fresh.publish(1, "2062-01-02")
    (found,) = look(desk, "2026-01-02T20:00:00Z")

    assert found.failures == []
    assert found.new[0]["published"] <= "2026-01-02"


def test_coverage_is_recorded_once_a_person_accepts_it(desk: Inbox, fresh: Newsroom) -> None:
    desk.world.set_clock("2025-12-23T00:00:00Z")
    fresh.publish(1, "2025-12-22")
    desk.call("POST", "/feeds", {"url": f"{fresh.origin}/atom.xml"})
    look(desk, "2025-12-24T00:00:00Z")
    before = desk.world.get("/state", audience="staff").json()["data"]["coverage"]
    (draft,) = [each for each in desk.drafts() if each["event"]["type"] == "watch-recorded"]
    done = desk.record(draft["article"], draft["draft"])
    after = desk.world.get("/state", audience="staff").json()["data"]["coverage"]

    assert before["last_watch"] is None
    assert done.status_code == 200, done.text
    assert after["last_watch"]["to"] == "2025-12-24T00:00:00Z"


def test_an_article_that_cannot_be_read_makes_the_look_failed_and_is_tried_again(
    desk: Inbox, fresh: Newsroom
) -> None:
    desk.world.set_clock("2025-12-23T00:00:00Z")
    for number in (1, 2):
        fresh.publish(number, "2025-12-22")
    desk.call("POST", "/feeds", {"url": f"{fresh.origin}/atom.xml"})
    fresh.broken = {"/articles/1"}
    (first,) = look(desk, "2025-12-24T00:00:00Z")
    fresh.broken = set()
    (second,) = look(desk, "2025-12-25T00:00:00Z")

    assert (first.result, len(first.new), len(first.failures)) == ("failed", 1, 1)
    assert "answers 500" in first.failures[0]
    assert (second.result, len(second.new), second.known) == ("changed", 1, 1)


def test_the_words_of_a_feed_do_where_they_are_an_article(desk: Inbox, fresh: Newsroom) -> None:
    words = "“We are ready,” the envoy said. " * 60
    item = RSS_ITEM.format(
        title="Ready", link=f"{fresh.origin}/1", day="Mon, 22 Dec 2025 10:00:00 +0200", words=words
    )
    rss = RSS.format(origin=fresh.origin, entries=item).encode()
    fresh.answers["/rss.xml"] = ("application/rss+xml", rss)
    desk.call("POST", "/feeds", {"url": f"{fresh.origin}/rss.xml", "publisher": "Wire"})
    (found,) = look(desk, "2025-12-24T00:00:00Z")

    assert (found.result, found.new[0]["publisher"]) == ("changed", "Wire")
    assert found.new[0]["published"] == "2025-12-22T08:00:00Z"
    assert fresh.asked == ["/rss.xml"]


def test_a_period_in_which_a_feed_fails_is_one_draft(desk: Inbox, fresh: Newsroom) -> None:
    desk.world.set_clock("2025-12-23T00:00:00Z")
    fresh.publish(1, "2025-12-22")
    desk.call("POST", "/feeds", {"url": f"{fresh.origin}/atom.xml"})
    look(desk, "2025-12-24T00:00:00Z")
    fresh.broken = {"/atom.xml"}
    for hour in ("01", "02", "03"):
        look(desk, f"2025-12-24T{hour}:00:00Z")
    fresh.broken = set()
    look(desk, "2025-12-24T04:00:00Z")
    fresh.broken = {"/atom.xml"}
    for hour in ("05", "06"):
        look(desk, f"2025-12-24T{hour}:00:00Z")
    events = [each["event"] for each in desk.drafts()]
    watched = [each for each in events if each["type"] == "watch-recorded"]

    assert [(each["result"], each["from"][11:13], each["to"][11:13]) for each in watched] == [
        ("changed", "00", "00"),
        ("failed", "00", "03"),
        ("no-change", "00", "04"),
        ("failed", "04", "06"),
    ]


def test_how_a_reader_came_and_places_in_a_page_make_no_new_article(
    desk: Inbox, fresh: Newsroom
) -> None:
    page = fresh.publish(1, "2025-12-22").removeprefix(fresh.origin)
    fresh.answers[f"{page}?id=2"] = ("text/html", fresh.answers[page][1].replace(b"talks", b"end"))
    fresh.answers["/copy"] = fresh.answers[page]
    links = (
        f"{page}?utm_source=rss#a",
        f"{page}#b",
        page,
        f"{page}?id=2&amp;at_medium=RSS",
        "/copy",
    )
    items = "".join(
        RSS_ITEM.format(title="T", link=f"{fresh.origin}{each}", day="", words="In short.")
        for each in links
    )
    fresh.answers["/rss.xml"] = (
        *("application/rss+xml", RSS.format(origin=fresh.origin, entries=items).encode()),
    )
    desk.call("POST", "/feeds", {"url": f"{fresh.origin}/rss.xml"})
    (first,) = look(desk, "2025-12-24T00:00:00Z")
    (second,) = look(desk, "2025-12-24T01:00:00Z")
    named = desk.call("GET", "/articles", url=f"{fresh.origin}{page}?utm_medium=mail").json()

    assert [each["url"] for each in first.new] == [
        f"{fresh.origin}{page}",
        f"{fresh.origin}{page}?id=2",
    ]
    assert (first.known, second.result, second.known) == (1, "no-change", 3)
    assert [each["url"] for each in named["articles"]] == [f"{fresh.origin}{page}"]
    assert fresh.asked.count(page) == 1


def test_entries_with_their_own_words_are_told_apart_by_places_in_a_page(
    desk: Inbox, fresh: Newsroom
) -> None:
    items = "".join(
        RSS_ITEM.format(
            title="T", link=f"{fresh.origin}/live#{n}", day="", words=f"Post {n} of the day. " * 80
        )
        for n in (1, 2)
    )
    fresh.answers["/rss.xml"] = (
        *("application/rss+xml", RSS.format(origin=fresh.origin, entries=items).encode()),
    )
    desk.call("POST", "/feeds", {"url": f"{fresh.origin}/rss.xml"})
    (first,) = look(desk, "2025-12-24T00:00:00Z")
    (second,) = look(desk, "2025-12-24T01:00:00Z")

    assert [each["url"][-6:] for each in first.new] == ["live#1", "live#2"]
    assert (second.known, second.result) == (2, "no-change")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><p>Not a feed", "neither Atom nor RSS"),
        (b"", "neither Atom nor RSS"),
        (b'<?xml version="1.0" encoding="undefined"?><rss version="2.0"/>', "in undefined"),
        (b'<?xml version="1.0" encoding="punycode"?><rss version="2.0"/>', "in punycode"),
    ],
)
def test_what_is_no_feed_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(InvalidQuestionError, match=reason):
        parse_feed(body, "https://example.org/feed")


def test_a_feed_names_no_scripts_and_no_files() -> None:
    entries = "".join(
        RSS_ITEM.format(title="T", link=link, day="", words="")
        for link in ("javascript:alert(1)", "file:///etc/passwd", "https://example.org/1", "/2")
    )
    body = RSS.format(origin="https://example.org", entries=entries).encode()

    assert [each.url for each in parse_feed(body, "https://example.org/feed").entries] == [
        "https://example.org/1",
        "https://example.org/2",
    ]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        *((each, False) for each in ("127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254")),
        *((each, False) for each in ("0.0.0.0", "100.64.0.1", "224.0.0.1", "::1")),  # noqa: S104  # only looked at
        *((each, False) for each in ("fe80::1%eth0", "::ffff:10.0.0.1", "64:ff9b::a00:1")),
        *((each, False) for each in ("2002:a00:1::", "fc00::1")),
    ],
)
def test_only_what_is_public_is_fetched(address: str, public: bool) -> None:
    assert is_public(address) == public


def test_a_page_inside_a_network_is_not_fetched_unless_it_is_allowed(fresh: Newsroom) -> None:
    fresh.answers["/"] = ("text/html; charset=koi8-u", "Київ".encode("koi8-u"))
    fresh.answers["/from"] = ("location", b"/")
    fresh.answers["/round"] = ("location", b"/round")
    fresh.answers["/away"] = ("location", b"file:///etc/passwd")
    fresh.answers["/much"] = ("text/html", b"x" * (MAX_BYTES + 1))
    within = Fetcher(allows_private=True)

    assert within.fetch(f"{fresh.origin}/from").text == "Київ"
    for path, reason in (
        ("/round", "redirects more than"),
        ("/away", "not an address of the web"),
        ("/much", "bytes"),
        ("/none", "answers 404"),
    ):
        with pytest.raises(InvalidQuestionError, match=reason):
            within.fetch(f"{fresh.origin}{path}")
    asked = len(fresh.asked)
    with pytest.raises(InvalidQuestionError, match="inside a network"):
        Fetcher().fetch(f"{fresh.origin}/")
    assert len(fresh.asked) == asked


@pytest.mark.parametrize(
    ("words", "written", "named"),
    [
        ("Умєров: «так»", "utf-8", "text/html; charset=windows-1251"),
        ("Умєров: «так»", "cp1251", "text/html; charset=windows-1251"),
        ("Café, “so” it is", "cp1252", "text/html; charset=utf-8"),
        ("Café, “so” it is", "cp1252", "text/html; charset=nonsense"),
        ("Café, “so” it is", "cp1252", "text/html"),
        ("plain words", "ascii", "text/html; charset=idna"),
        ("会談", "iso2022_jp", "text/html; charset=ISO-2022-JP"),
    ],
)
def test_a_page_is_read_though_it_names_another_character_set(
    words: str, written: str, named: str
) -> None:
    assert FetchedPage("https://a.example/", words.encode(written), named).text == words


def test_a_page_in_no_character_set_of_the_web_keeps_nobody_waiting() -> None:
    body = b"abc" * MAX_BYTES
    begun = time.process_time()

    assert FetchedPage("https://a.example/", body[:MAX_BYTES], "charset=punycode").text
    assert time.process_time() - begun < 1


def test_an_article_is_fetched_by_its_address(fresh: Newsroom) -> None:
    given = NewArticle(url=fresh.publish(7, "2025-12-22"), published="2025-12-22")
    brought = take_content(given, fetches_private=True)

    assert "part 7 of the talks" in brought.article.text
    assert brought.title == "Talks, part 7"
    with pytest.raises(InvalidQuestionError, match="inside a network"):
        take_content(given, fetches_private=False)


def test_a_text_that_is_known_from_elsewhere_is_a_source_and_is_not_fetched_again(
    desk: Inbox, fresh: Newsroom
) -> None:
    desk.call("POST", "/feeds", {"url": f"{fresh.origin}/atom.xml"})
    first = fresh.publish(1, "2025-12-20")
    look(desk, "2025-12-22T12:00:00Z")
    again = fresh.publish(2, "2025-12-21")
    fresh.answers["/articles/2"] = fresh.answers["/articles/1"]
    (second,) = look(desk, "2025-12-22T13:00:00Z")
    (third,) = look(desk, "2025-12-22T14:00:00Z")
    known = desk.call("GET", "/articles", url=again).json()["articles"]

    assert (len(second.new), second.known, third.known) == (0, 2, 2)
    assert fresh.asked.count("/articles/2") == 1
    assert [each["url"] for each in known] == [first]
    urls = {
        report["url"]
        for each in desk.drafts(article=known[0]["article"])
        for report in each["event"].get("reports", [])
    }
    assert urls == {first, again}


FEEDS = [
    ATOM.format(updated="2025-12-22T09:00:00Z", entries=""),
    RSS.format(origin="https://a.example", entries=""),
    '<?xml version="1.0"?>\n<!-- made by hand -->\n<rdf:RDF xmlns="http://purl.org/rss/1.0/"/>',
    '{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": []}',
]


@pytest.mark.parametrize("feed", FEEDS, ids=("atom", "rss", "rdf", "json"))
def test_a_feed_that_is_given_as_an_article_is_told_where_it_belongs(
    fresh: Newsroom, tmp_path: Path, feed: str
) -> None:
    fresh.answers["/feed"] = ("text/html", feed.encode())
    (tmp_path / "feed.txt").write_text(feed)
    given = (NewArticle(url=f"{fresh.origin}/feed"), NewArticle(html=feed), NewArticle(text=feed))
    for article, field in zip(given, ("url", "html", "text"), strict=True):
        with pytest.raises(InvalidQuestionError, match="this is a feed") as refused:
            take_content(article, fetches_private=True)
        assert refused.value.reasons[0].pointer == field
        assert "minutebook watch add" in str(refused.value.hint)
    drafted = run_command("draft", "talks", tmp_path / "feed.txt", "--db", tmp_path / "none.db")

    assert drafted.returncode == 2
    assert "minutebook watch add" in drafted.stderr


def test_an_address_of_no_page_is_refused(fresh: Newsroom) -> None:
    for body, kind in ((b"%PDF-1.7 x", "text/html"), (b"\x89PNG", "image/png")):
        fresh.answers["/a"] = (kind, body)
        with pytest.raises(InvalidQuestionError, match="which is no page"):
            take_content(NewArticle(url=f"{fresh.origin}/a"), fetches_private=True)


def test_a_feed_that_is_not_there_is_told_with_the_command_that_lists(tmp_path: Path) -> None:
    with serve_here(tmp_path / "talks.db", folder=tmp_path) as server:
        server.post("talks", OPENING)
        address = "https://news.example/atom.xml"
        told = [
            run_command(*words, "--url", server.url).stderr
            for words in (
                ("watch", "remove", "talks", address),
                ("proposals", "show", "talks", "00000000-0000-4000-8000-000000000000"),
            )
        ]

    assert "hint: minutebook watch list talks lists them" in told[0]
    assert "hint: minutebook proposals list talks lists them" in told[1]


def test_the_command_looks_through_feeds(tmp_path: Path, fresh: Newsroom) -> None:
    fresh.publish(1, "2025-12-22")
    feed, gone = f"{fresh.origin}/atom.xml", f"{fresh.origin}/gone.xml"
    with serve_here(tmp_path / "talks.db", folder=tmp_path) as server:
        server.post("talks", OPENING)

        def run(*arguments: str) -> tuple[int, str]:
            done = run_command(
                "watch", *arguments, "--url", server.url, MINUTEBOOK_FETCH_PRIVATE="true"
            )
            return done.returncode, done.stdout

        added = run("add", "talks", feed, gone, "--publisher", "Herald")
        first = run("run", "talks")
        removed = run("remove", "talks", gone)
        second = run("run", "talks", feed)
        listed = run("list", "talks")

    assert added == (0, f"{feed} (Herald), never yet\n{gone} (Herald), never yet\n")
    assert first[0] == 1
    assert f"{feed}: 1 new article, 0 known\n  Talks, part 1" in first[1]
    assert f"{gone}: 0 new articles, 0 known\n  failed: 127.0.0.1 answers 404" in first[1]
    assert "looked through until" in removed[1]
    assert second == (0, f"{feed}: 0 new articles, 1 known\n")
    assert listed[1].count("\n") == 1
