"""Bringing an article in: it is read, and what it suggests waits as drafts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import orjson

from api.access.caller import Caller
from api.article_readers import BY_RULES, ArticleReader
from api.inbox.further_sources import add_reports, keep_source
from api.inbox.reports import fill_report, with_day
from api.known_registry import read_registry
from api.session import Session, open_session
from api.writing import run_in_writer
from domain.basis import Question
from domain.errors import InvalidQuestionError, UnknownNegotiationError
from domain.instants import Instant
from domain.slugs import make_slug
from intake.article import Article
from intake.draft import DraftEvent, Reading, UnknownActor
from intake.registrations import REGISTRATIONS, order_drafts, registered_in
from intake.registry import Registry
from ledger import articles, draft_changes, drafts
from ledger.append import make_uuid7
from ledger.article_sources import ArticleSource
from ledger.articles import StoredArticle
from ledger.database import Cursor, ReadableLedger
from ledger.drafts import FoundDraft, StoredDraft


class BroughtArticle(NamedTuple):
    """An article with what else is said of it; ``drafts`` are those of another reader."""

    article: Article
    title: str | None = None
    anchor: date | None = None
    drafts: Sequence[DraftEvent] | None = None


def bring_article(
    ledger: ReadableLedger,
    caller: Caller,
    negotiation: str,
    brought: BroughtArticle,
    reader: ArticleReader = BY_RULES,
) -> tuple[StoredArticle, bool]:
    """Read an article and put it and its drafts aside; return it, and whether its text was there
    already, of which nothing changes but that another address is kept as a further source.

    Raises UnknownNegotiationError, InvalidQuestionError, TooManyRequestsError, ModelFailedError.
    """
    now = ledger.clock()
    with ledger.open_snapshot() as c:
        same = articles.find_by_hash(c, negotiation, brought.article.text_sha256)
    if same:
        keep_source(ledger, caller, same, brought.article)
        return same, True
    registry = read_registry_for(ledger, negotiation, reader)
    article = with_day(brought.article, registry.timezone, now)
    reading = read_brought(brought._replace(article=article), registry, reader)
    row = StoredArticle(
        str(make_uuid7(now)),
        negotiation,
        article.text_sha256,
        caller.recorded_by,
        now,
        article.url,
        brought.title,
        article.publisher,
        article.published,
        reading.language,
        article.text.encode(),
        dump_reading(reading),
    )
    rows = list(make_rows(row, reading, article, now))

    def insert(c: Cursor) -> StoredArticle:
        stored = articles.insert_article(c, row)
        if stored is row:
            draft_changes.insert_drafts(c, rows)
        return stored

    stored = run_in_writer(ledger, insert)
    if stored.id != row.id:  # which somebody else brought meanwhile
        keep_source(ledger, caller, stored, article)
    return stored, stored.id != row.id


def read_registry_for(ledger: ReadableLedger, negotiation: str, reader: ArticleReader) -> Registry:
    """Return what a reader may be told of a negotiation.

    Raises InvalidQuestionError where that is nothing.
    """
    try:
        with open_session(ledger, negotiation, reader.knows_as) as session:
            return read_known(session)
    except UnknownNegotiationError:
        if reader.audience == "staff":
            raise
        raise reader.refuse(negotiation) from None


def read_brought(brought: BroughtArticle, registry: Registry, reader: ArticleReader) -> Reading:
    article = brought.article
    if brought.drafts is None:
        return reader.read(article, registry, anchor=brought.anchor, zone=article.zone)
    return Reading(
        genre="report",
        anchor=brought.anchor,
        zone=article.zone or registry.timezone,
        language=article.read_language,
        drafts=tuple(brought.drafts),
    )


def read_known(session: Session) -> Registry:
    """Return what the reader of a session knows of a negotiation now."""
    view = session.open_view(session.resolve_basis(Question()))
    return read_registry(view, session.address)


def dump_reading(reading: Reading) -> bytes:
    """Return what is told of the whole text, as JSON: the drafts are kept one by one."""
    return orjson.dumps(reading.model_dump(mode="json", exclude={"drafts", "unknown_actors"}))


def make_rows(
    row: StoredArticle,
    reading: Reading,
    article: Article,
    now: Instant,
    sources: Sequence[ArticleSource] = (),
) -> Iterator[StoredDraft]:
    """Yield the drafts of a reading, and of who acts in it and is not registered, in their order;
    ``sources`` are further ones of the same text."""
    registered = {registered_in(draft.event) for draft in reading.drafts}
    strangers = map(_register, reading.unknown_actors)
    unknown = (draft for draft in strangers if registered_in(draft.event) not in registered)
    for place, draft in enumerate(order_drafts([*reading.drafts, *unknown])):
        event = fill_report(draft.event, article, draft.span)
        event = add_reports(event, article, draft.span, sources)
        whole = draft.model_copy(update={"event": event})
        yield StoredDraft(
            str(make_uuid7(now)),
            row.negotiation,
            row.id,
            place,
            draft.type,
            orjson.dumps(whole.model_dump(mode="json")),
            orjson.dumps(event),
        )


def _register(actor: UnknownActor) -> DraftEvent:
    return DraftEvent(
        event={"type": REGISTRATIONS[actor.kind], actor.kind: actor.slug, "name": actor.name},
        span=actor.span,
        why=f"{actor.name} acts in the article and is not registered.",
        confidence=0.5,
    )


def draft_registration(ledger: ReadableLedger, beside: FoundDraft, kind: str, name: str) -> None:
    """Add a draft that registers whom another draft names. Raises InvalidQuestionError."""
    slug = make_slug(name)
    if kind not in REGISTRATIONS or not slug:
        raise InvalidQuestionError.for_field(
            "step", f"{name[:80]!r} cannot be registered", "register it by the form of records"
        )
    span = beside.original["span"]
    actor = UnknownActor(kind=kind, slug=slug, name=name, span=span)
    draft, now, row = _register(actor), ledger.clock(), beside.row

    def insert(c: Cursor) -> None:
        others = drafts.list_drafts(c, row.negotiation, article=row.article)
        added = StoredDraft(
            str(make_uuid7(now)),
            row.negotiation,
            row.article,
            max(each.row.place for each in others) + 1,
            draft.type,
            orjson.dumps(draft.model_dump(mode="json")),
            orjson.dumps(draft.event),
        )
        draft_changes.insert_drafts(c, [added])

    run_in_writer(ledger, insert)
