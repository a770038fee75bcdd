"""The tables of the inbox: what stays, what is deleted after its time, what an erasure takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.errors import AlreadyDecidedError, MovedOnError, NotFoundError
from domain.instants import DAY
from ledger import articles, draft_changes, drafts, feeds, inbox_erasure
from ledger.articles import ArticleCount, StoredArticle
from ledger.database import Cursor, transaction
from ledger.drafts import StoredDraft, compare_fields
from ledger.feeds import Feed
from tests import postgres
from tests.facts import OPENING, event_id, report, statement
from tests.world import World

QUOTE = "a ceasefire along the line of contact"
TEXT = f"On Monday she demanded {QUOTE}, and left."
EVENT = {"type": "statement-made", "summary": "She demands it", "reports": [{"quote": QUOTE}]}


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = request.getfixturevalue("ledger_url") if request.param == "postgres" else None
    if url:
        postgres.empty_ledger(url)
    with World(tmp_path, server=url) as opened:
        opened.record("2026-01-10T12:00:00Z", OPENING)
        yield opened


@pytest.fixture
def c(world: World) -> Iterator[Cursor]:
    with world.ledger.take_writer() as cursor, transaction(cursor):
        yield cursor


def article(number: int, **changes: Any) -> StoredArticle:
    own = StoredArticle(
        f"a{number}", "talks", f"{number:064x}", "clerk", 10 * DAY, None, None, "Reuters",
        "2026-01-10", "en", TEXT.encode(), b"{}",
    )  # fmt: skip
    return own._replace(**changes)


def draft(number: int, place: int = 0, **changes: Any) -> StoredDraft:
    read = orjson.dumps({"event": EVENT, "span": [0, 5]})
    own = StoredDraft(
        event_id(100 * number + place), "talks", f"a{number}", place, EVENT["type"], read,
        orjson.dumps(EVENT),
    )  # fmt: skip
    return own._replace(**changes)


def test_a_text_that_is_there_is_not_kept_twice(c: Cursor) -> None:
    first = articles.insert_article(c, article(1))
    second = articles.insert_article(c, article(2, sha256=first.sha256))
    elsewhere = articles.insert_article(c, article(3, sha256=first.sha256, negotiation="other"))

    assert (second.id, elsewhere.id) == ("a1", "a3")
    assert [each.id for each in articles.list_articles(c, "talks")] == ["a1"]


def test_articles_are_listed_by_page_and_by_address(c: Cursor) -> None:
    for number in (1, 2, 3):
        articles.insert_article(c, article(number, url=f"https://example.org/{number}"))
    draft_changes.insert_drafts(c, [draft(1), draft(1, 1, status="accepted"), draft(3)])
    listed = articles.list_articles(c, "talks", limit=2)
    rest = articles.list_articles(c, "talks", before=listed[-1].id)
    named = articles.list_articles(c, "talks", url="https://example.org/2")

    assert [each.id for each in (*listed, *rest, *named)] == ["a3", "a2", "a1", "a2"]
    assert {each.text for each in listed} == {b""}
    assert articles.count_drafts(c, "talks", ["a1", "a2"]) == {
        "a1": ArticleCount(open=1, accepted=1),
        "a2": ArticleCount(),
    }


def test_a_log_from_before_further_addresses_lists_articles(c: Cursor) -> None:
    for number in (1, 2):
        articles.insert_article(c, article(number, url=f"https://example.org/{number}"))
    c.execute("ALTER TABLE article_source RENAME TO not_yet_made")
    listed = articles.list_articles(c, "talks")
    named = articles.list_articles(c, "talks", url="https://example.org/1")
    c.execute("ALTER TABLE not_yet_made RENAME TO article_source")

    assert [each.id for each in (*listed, *named)] == ["a2", "a1", "a1"]


def test_a_decision_can_be_undone_until_it_is_recorded(world: World, c: Cursor) -> None:
    articles.insert_article(c, article(1))
    draft_changes.insert_drafts(c, [draft(1)])
    found = drafts.read_draft(c, "talks", draft(1).id)
    draft_changes.write_status(c, found, "discarded", by="clerk", now=11 * DAY)
    with pytest.raises(MovedOnError, match="is discarded and no longer as you saw it"):
        draft_changes.write_event(c, found, EVENT, by="other", now=11 * DAY)
    found = drafts.read_draft(c, "talks", draft(1).id)
    draft_changes.write_status(c, found, "open", by="clerk", now=12 * DAY)
    found = drafts.read_draft(c, "talks", draft(1).id)
    opened = drafts.read_draft(c, "talks", found.row.id).row
    draft_changes.write_event(c, found, EVENT | {"summary": "Other"}, by="clerk", now=12 * DAY)
    changed = drafts.read_draft(c, "talks", found.row.id)

    assert (opened.status, opened.decided_by, opened.decided_at) == ("open", None, None)
    assert changed.changes == [{"field": "summary", "before": "She demands it", "after": "Other"}]
    assert changed.row.changed_by == "clerk"


def test_what_is_recorded_stands(world: World) -> None:
    recorded = draft(1, id=statement(1)["id"])
    world.record("2026-01-11T12:00:00Z", [statement(1)])
    with world.ledger.take_writer() as c, transaction(c):
        articles.insert_article(c, article(1))
        draft_changes.insert_drafts(c, [recorded])
        found = drafts.read_draft(c, "talks", recorded.id)
        with pytest.raises(AlreadyDecidedError, match="was recorded as seq"):
            draft_changes.write_status(c, found, "discarded", by="clerk", now=11 * DAY)
        with pytest.raises(AlreadyDecidedError, match="was recorded as seq"):
            draft_changes.write_event(c, found, EVENT, by="clerk", now=11 * DAY)

    assert found.is_recorded


def test_a_text_is_deleted_when_all_was_decided_long_ago(c: Cursor) -> None:
    for number in (1, 2, 3, 4):
        articles.insert_article(c, article(number))
    decided = {"status": "accepted", "decided_by": "clerk"}
    old, late = decided | {"decided_at": 20 * DAY}, decided | {"decided_at": 45 * DAY}
    draft_changes.insert_drafts(
        c, [draft(1, **old), draft(2, **old), draft(2, 1), draft(3, **old), draft(3, 1, **late)]
    )
    articles.delete_old_texts(c, days=30, now=50 * DAY)
    texts = {number: articles.read_article(c, "talks", f"a{number}") for number in (1, 2, 3, 4)}

    assert [bool(each.text) for each in texts.values()] == [False, True, True, False]
    assert texts[1].sha256 == article(1).sha256
    assert drafts.read_draft(c, "talks", draft(1).id).original["event"] == EVENT


def test_reading_again_deletes_what_nobody_touched(c: Cursor) -> None:
    articles.insert_article(c, article(1))
    draft_changes.insert_drafts(c, [draft(1), draft(1, 1, status="discarded"), draft(1, 2)])
    changed = drafts.read_draft(c, "talks", draft(1, 2).id)
    draft_changes.write_event(c, changed, EVENT, by="clerk", now=11 * DAY)
    draft_changes.delete_untouched(c, "a1")

    assert [each.row.place for each in drafts.list_drafts(c, "talks")] == [1, 2]


def test_an_erasure_takes_drafts_and_texts_that_hold_the_event(world: World) -> None:
    quoted = [report("2026-01-11") | {"quote": QUOTE}]
    world.record("2026-01-11T12:00:00Z", [statement(1, reports=quoted)])
    payload = orjson.dumps({"reports": quoted})
    with world.ledger.take_writer() as c, transaction(c):
        for number in (1, 2):
            articles.insert_article(c, article(number, title=f"She demanded {number}"))
        articles.insert_article(
            c, article(3, text=b"", deleted_at=20 * DAY, title=f"“{QUOTE}”, she demands")
        )
        articles.insert_article(c, article(4, text=b"Something else", title="Something"))
        other = orjson.dumps({"event": {"type": "statement-made", "summary": "Another"}})
        draft_changes.insert_drafts(
            c, [draft(1, id=statement(1)["id"]), draft(2), draft(4, original=other, event=other)]
        )
        inbox_erasure.forget_event(
            c, "talks", str(statement(1)["id"]), payload, by="owner", now=40 * DAY
        )
        left = [articles.read_article(c, "talks", f"a{n}") for n in (1, 2, 3, 4)]
        found = drafts.list_drafts(c, "talks")

    assert [bool(each.text) for each in left] == [False, False, False, True]
    assert [each.title for each in left] == [None, None, None, "Something"]
    assert [each.deleted_at for each in left] == [40 * DAY, 40 * DAY, 20 * DAY, None]
    assert [(each.is_erased, each.row.status) for each in found] == [
        (True, "discarded"),
        (True, "discarded"),
        (False, "open"),
    ]


def test_fields_are_compared_one_by_one_in_a_single_report() -> None:
    old = {"summary": "A", "reports": [{"quote": "a", "published": "2026"}]}
    new = {"summary": "B", "reports": [{"quote": "b", "published": "2026"}], "note": "n"}

    assert list(compare_fields(old, new)) == [
        {"field": "summary", "before": "A", "after": "B"},
        {"field": "reports.quote", "before": "a", "after": "b"},
        {"field": "note", "before": None, "after": "n"},
    ]


def test_a_feed_is_kept_once_and_removed(c: Cursor) -> None:
    feed = Feed("talks", "https://example.org/feed", None, "clerk", DAY)
    _, is_new = feeds.write_feed(c, feed)
    again, is_new_again = feeds.write_feed(c, feed._replace(publisher="Wire", looked_at=3 * DAY))
    earlier, _ = feeds.write_feed(c, feed._replace(looked_at=2 * DAY))
    listed = feeds.list_feeds(c, "talks")
    feeds.delete_feed(c, "talks", feed.url)

    assert (is_new, is_new_again) == (True, False)
    assert listed == [earlier] == [again]
    assert (earlier.publisher, earlier.looked_at) == ("Wire", 3 * DAY)
    assert feeds.list_feeds(c, "talks") == []
    with pytest.raises(NotFoundError, match="there is no feed"):
        feeds.delete_feed(c, "talks", feed.url)
