"""The same text at another address: a further source of what is drafted and recorded of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import orjson

from api.access.caller import Caller
from api.inbox.reports import WITHOUT_REPORTS, build_report, with_day
from api.writing import run_in_writer
from domain.catalogue import CLASS_BY_TYPE
from domain.instants import Instant
from domain.model import Json
from intake.article import Article
from intake.draft import DraftEvent
from ledger import article_sources, draft_changes, drafts
from ledger.append import make_uuid7
from ledger.article_sources import ArticleSource
from ledger.articles import StoredArticle
from ledger.database import Cursor, ReadableLedger
from ledger.drafts import FoundDraft, StoredDraft
from ledger.proposals import lock_head


def keep_source(
    ledger: ReadableLedger, caller: Caller, row: StoredArticle, article: Article
) -> None:
    """Keep the address at which the text of an article was found again: drafts of it get a further
    report, and what is recorded of it a draft that adds one. Nothing without another address."""
    if article.url is None or article.url == row.url:
        return
    now = ledger.clock()
    dated = with_day(article, row.told.get("zone") or "UTC", now)
    source = ArticleSource(
        row.id, article.url, article.publisher, dated.published, caller.recorded_by, now
    )

    def write(c: Cursor) -> None:
        lock_head(c)
        known = article_sources.list_sources(c, row.id)
        if any(each.url == source.url for each in known):
            return
        article_sources.insert_source(c, source)
        found = drafts.list_drafts(c, row.negotiation, article=row.id)
        for draft in found:
            if draft.is_free and draft.row.status != "discarded":
                original = draft.original
                read, event = (
                    add_reports(each, dated, original["span"], [source])
                    for each in (original["event"], draft.event)
                )
                draft_changes.write_reading(c, draft, {**original, "event": read}, event)
        draft_changes.insert_drafts(c, draft_reports(found, dated, [*known, source], now))

    run_in_writer(ledger, write)


def add_reports(
    event: Json, article: Article, span: tuple[int, int], sources: Iterable[ArticleSource]
) -> Json:
    """Return an event with a report of each further source of its article."""
    if event["type"] in WITHOUT_REPORTS or event["type"] not in CLASS_BY_TYPE:
        return event
    further = [build_report(_at(article, each), span) for each in sources]
    return {**event, "reports": [*(event.get("reports") or []), *further]} if further else event


def draft_reports(
    found: Sequence[FoundDraft], article: Article, sources: Sequence[ArticleSource], now: Instant
) -> list[StoredDraft]:
    """Return drafts that report again what is recorded of an article, one for each source that was
    found since; ``found`` are the drafts of it."""
    rows: list[StoredDraft] = []
    reported = set(_list_reported(found))
    place = max((each.row.place for each in found), default=-1)
    for draft in found:
        is_sent = draft.is_recorded or draft.is_proposed
        if draft.is_erased or not is_sent or draft.row.type in WITHOUT_REPORTS:
            continue
        target = str(draft.event["event"]) if draft.row.type == "report-added" else draft.row.id
        for source in sources:
            if (target, source.url) in reported:
                continue
            reported.add((target, source.url))
            place += 1
            rows.append(_draft_report(draft, target, _at(article, source), place, now))
    return rows


def _list_reported(found: Sequence[FoundDraft]) -> Iterator[tuple[str, str]]:
    """Yield which event is reported by which address, in drafts or as they were recorded."""
    for draft in found:
        event = draft.event
        target = str(event.get("event")) if event.get("type") == "report-added" else draft.row.id
        for report in event.get("reports") or ():
            yield target, str(report.get("url"))


def _draft_report(
    draft: FoundDraft, target: str, article: Article, place: int, now: Instant
) -> StoredDraft:
    span = draft.original["span"]
    event = {"type": "report-added", "event": target, "reports": [build_report(article, span)]}
    made = DraftEvent(
        event=event, span=span, why="The same text stands at another address.", confidence=0.9
    )
    row = draft.row
    return StoredDraft(
        str(make_uuid7(now)),
        row.negotiation,
        row.article,
        place,
        made.type,
        orjson.dumps(made.model_dump(mode="json")),
        orjson.dumps(event),
    )


def _at(article: Article, source: ArticleSource) -> Article:
    """Return an article as it stands at a further address."""
    return article.model_copy(
        update={"url": source.url, "publisher": source.publisher, "published": source.published}
    )
