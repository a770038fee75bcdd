"""Looking through feeds: new articles go into the inbox, and a draft says what was looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import orjson

from api.cli.client import Client
from api.cli.options import negotiation_path
from api.models.inbox import DraftList, FeedItem, InboxDraft
from domain.errors import InvalidQuestionError, MinutebookError
from domain.instants import Instant, to_rfc3339
from domain.model import Json
from intake.addresses import drop_tracking, page_of

if TYPE_CHECKING:
    from intake.feeds import FeedEntry
    from intake.fetching import Fetcher

WHOLE_ARTICLE = 1500
"""Characters of a feed's own words from which on they count as the article."""


class FeedLook(NamedTuple):
    """What came of one feed: the articles that are new, how many were known, and what failed."""

    feed: FeedItem
    new: Sequence[Json]
    known: int
    failures: Sequence[str]

    @property
    def result(self) -> str:
        """The result as ``watch-recorded`` has it: one failure and nobody knows what is new."""
        if self.failures:
            return "failed"
        return "changed" if self.new else "no-change"


class FeedWatch:
    """Looks through the feeds of one negotiation at one moment."""

    def __init__(self, client: Client, fetcher: Fetcher, negotiation: str, now: Instant) -> None:
        self.client, self.fetcher, self.negotiation = client, fetcher, negotiation
        self.now = f"{to_rfc3339(now)[:19]}Z"

    def look_through(self, feeds: Sequence[FeedItem]) -> list[FeedLook]:
        """Bring in what is new in feeds, and draft what was looked through."""
        looks = [self._look(feed) for feed in feeds]
        if looks:
            self._draft_coverage(looks)
        for look in looks:
            if look.result != "failed":
                told = {"url": look.feed.url, "looked_at": self.now}
                self._post("feeds", told)
        return looks

    def _look(self, feed: FeedItem) -> FeedLook:
        from intake.feeds import parse_feed

        new, failures = list[Json](), list[str]()
        try:
            page = self.fetcher.fetch(feed.url)
            parsed = parse_feed(page.body, page.url)
        except MinutebookError as error:
            return FeedLook(feed, (), 0, [error.detail])
        addresses = {_address_of(each): each for each in reversed(parsed.entries)}
        for address, entry in reversed(addresses.items()):
            if self._is_known(address):
                continue
            try:
                article = self._bring(address, entry, feed.publisher or parsed.title)
            except MinutebookError as error:
                failures.append(f"{address}: {error.detail}")
            else:
                if article["url"] == address:  # else its text was there, of another address
                    new.append(article)
        known = len(addresses) - len(new) - len(failures)
        return FeedLook(feed, new, known, failures)

    def _is_known(self, url: str) -> bool:
        path = negotiation_path(self.negotiation, "articles")
        found: Json = self.client.get(path, {"url": url, "limit": 1}).to_json()
        return bool(found["articles"])

    def _bring(self, address: str, entry: FeedEntry, publisher: str | None) -> Json:
        """Bring in the article of an entry: its page, or the words of the feed if they are many."""
        published = entry.published  # which a feed may set to when it will show the entry
        html = _wrap(entry.html) if _is_whole(entry) else self._fetch_page(address)
        told = {
            "html": html,
            "url": address,
            "title": entry.title,
            "publisher": publisher,
            "published": published if published and published <= self.now else None,
        }
        try:
            return self._post("articles", told)
        except InvalidQuestionError:
            if not entry.html:
                raise
        return self._post("articles", {**told, "html": _wrap(entry.html)})

    def _fetch_page(self, address: str) -> str:
        page = self.fetcher.fetch(address)
        page.require_text()
        return page.text

    def _draft_coverage(self, looks: Sequence[FeedLook]) -> None:
        """Put aside, as an article of its own, what was looked through, with a draft for feeds of
        the same result since the same moment."""
        lines = list(_lines(looks))
        groups: dict[tuple[str, str], list[str]] = {}
        for look in looks:
            since = (look.feed.looked_at or look.feed.added_at)[:19]
            groups.setdefault((f"{since}Z", look.result), []).append(look.feed.url)
        open_drafts = self._read_coverage()
        for (since, result), sources in list(groups.items()):
            if self._extend(open_drafts, since, result, sources):
                del groups[since, result]
        if not groups:
            return
        text = "\n".join([f"Feeds looked through at {self.now}", *lines])
        drafts = [
            {
                "event": {
                    "type": "watch-recorded",
                    "occurred": None,
                    "from": min(since, self.now),
                    "to": self.now,
                    "result": result,
                    "sources": sources,
                },
                "span": [0, len(text)],
                "why": "The feeds were looked through.",
                "confidence": 1,
            }
            for (since, result), sources in groups.items()
        ]
        title = f"Feeds looked through at {self.now}"
        told = {"text": text, "title": title, "published": self.now, "drafts": drafts}
        self._post("articles", told)

    def _read_coverage(self) -> list[InboxDraft]:
        """Return the open drafts that say what was looked through."""
        path = negotiation_path(self.negotiation, "drafts")
        pages = self.client.get_pages(path, {"status": "open", "limit": 1000})
        return [
            draft
            for page in pages
            for draft in page.read(DraftList).drafts
            if draft.event and draft.event["type"] == "watch-recorded"
        ]

    def _extend(
        self, open_drafts: Sequence[InboxDraft], since: str, result: str, sources: list[str]
    ) -> bool:
        """Have an open draft of the same result say so until now; return whether there is one. So
        feeds without news fill no inbox, and one that fails is one draft until it is read again:
        while it fails, the time since which it was not looked through stays."""
        bound = {"no-change": "to", "failed": "from"}.get(result)
        for draft in open_drafts:
            event = draft.event or {}
            if (event["result"], event["sources"]) == (result, sources) and (
                bound and event[bound] == since
            ):
                path = negotiation_path(self.negotiation, "drafts")
                self.client.patch(f"{path}/{draft.draft}", orjson.dumps({"to": self.now}))
                return True
        return False

    def _post(self, name: str, body: Json) -> Json:
        given = {key: value for key, value in body.items() if value is not None}
        return self.client.post(negotiation_path(self.negotiation, name), orjson.dumps(given))


def _is_whole(entry: FeedEntry) -> bool:
    """Return whether the words of the feed are the article."""
    return len(entry.html) >= WHOLE_ARTICLE


def _address_of(entry: FeedEntry) -> str:
    """Return the address by which an entry is known again. A fragment names a place in a page that
    is fetched whole, but tells apart entries that bring their own words."""
    address = drop_tracking(entry.url)
    return address if _is_whole(entry) else page_of(address)


def _wrap(words: str) -> str:
    """Return the words of a feed, which may have tags, as a page."""
    return f"<html><body><article><div>{words}</div></article></body></html>"


def _lines(looks: Sequence[FeedLook]) -> Iterator[str]:
    for look in looks:
        yield f"{look.feed.url}: {len(look.new)} new, {look.known} known"
        for article in look.new:
            yield f"- {article['title'] or article['url']} ({article['url']})"
        for failure in look.failures:
            yield f"- failed: {failure}"
