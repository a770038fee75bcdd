"""Reading an article once more, and what that means for drafts that people changed or decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import orjson

from api.article_readers import BY_RULES, ArticleReader
from api.inbox.bringing import (
    BroughtArticle,
    dump_reading,
    make_rows,
    read_brought,
    read_registry_for,
)
from api.inbox.further_sources import draft_reports
from api.inbox.reports import with_day
from api.writing import run_in_writer
from domain.model import Json
from intake.article import Article
from intake.registrations import REGISTRATIONS
from ledger import article_sources, articles, draft_changes, drafts
from ledger.articles import StoredArticle
from ledger.database import Cursor, ReadableLedger
from ledger.drafts import REREAD, FoundDraft, StoredDraft

FACTS = ("published", "publisher", "url", "language")
"""What the first report of a draft repeats of its article."""


def read_again(
    ledger: ReadableLedger,
    row: StoredArticle,
    article: Article,
    anchor: date | None,
    reader: ArticleReader = BY_RULES,
) -> None:
    """Read an article once more, by what is registered now and what is said of it now.

    Drafts that nobody changed or decided are replaced; of the others none is drafted twice. Their
    reports say what is said of the article now. Where the reading differs, they keep it beside what
    stands, and those that were accepted are open again.
    """
    now = ledger.clock()
    registry = read_registry_for(ledger, row.negotiation, reader)
    article = with_day(article, registry.timezone, now)
    reading = read_brought(BroughtArticle(article, anchor=anchor), registry, reader)
    changed = row._replace(
        url=article.url,
        publisher=article.publisher,
        published=article.published,
        language=reading.language,
        reading=dump_reading(reading),
    )
    with ledger.open_snapshot() as c:
        sources = article_sources.list_sources(c, row.id)
    rows = list(make_rows(changed, reading, article, now, sources))
    read_now = {_place_of(each): each for each in rows}

    def replace(c: Cursor) -> None:
        articles.update_article(c, changed)
        draft_changes.delete_untouched(c, row.id)
        kept = drafts.list_drafts(c, row.negotiation, article=row.id)
        for each in kept:
            if each.is_free and each.row.status != "discarded":
                _keep(c, each, read_now.get(_place_of(each.row)), (row, changed))
        draft_changes.insert_drafts(c, _find_new(rows, kept))
        draft_changes.insert_drafts(c, draft_reports(kept, article, sources, now))

    run_in_writer(ledger, replace)


def _place_of(draft: StoredDraft) -> tuple[str, ...]:
    """Return by what a draft is known again: its type as it was read, and its passage."""
    return draft.type, *map(str, orjson.loads(draft.original or b"{}").get("span", ()))


def _find_new(rows: Sequence[StoredDraft], kept: Sequence[FoundDraft]) -> list[StoredDraft]:
    """Return the drafts of a reading that are not there already, as drafts or recorded."""
    places = {_place_of(each.row) for each in kept}
    recorded = {each.row.id for each in kept if each.is_recorded}
    return [
        each
        for each in rows
        if _place_of(each) not in places
        and not (each.type == "report-added" and orjson.loads(each.event)["event"] in recorded)
    ]


def _keep(
    c: Cursor,
    draft: FoundDraft,
    read_now: StoredDraft | None,
    said: tuple[StoredArticle, StoredArticle],
) -> None:
    """Bring what a draft repeats of its article up to date, and note what is read otherwise."""
    original = {name: value for name, value in draft.original.items() if name != REREAD}
    original["event"] = _say_now(original["event"], *said)
    found = orjson.loads(read_now.event) if read_now else None
    is_added = found is None and draft.row.type in REGISTRATIONS.values()
    if not is_added and _without_reports(found) != _without_reports(original["event"]):
        original[REREAD] = found
    draft_changes.write_reading(c, draft, original, _say_now(draft.event, *said))


def _say_now(event: Json, before: StoredArticle, after: StoredArticle) -> Json:
    """Return an event whose first report says of the article what is said of it now."""
    reports = event.get("reports")
    if not reports or not isinstance(reports[0], dict):
        return event
    first = dict(reports[0])
    for name in FACTS:
        if first.get(name) == getattr(before, name):
            first[name] = getattr(after, name)
    told = {name: value for name, value in first.items() if value is not None}
    return {**event, "reports": [told, *reports[1:]]}


def _without_reports(event: Json | None) -> Json | None:
    return event and {name: value for name, value in event.items() if name != "reports"}
