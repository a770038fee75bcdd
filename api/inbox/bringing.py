"""Bringing an article in: it is read, and what it suggests waits as drafts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import orjson

from api.access.caller import Caller
from api.article_readers import BY_RULES, ArticleReader
from api.known_registry import read_registry
from api.session import Session, open_session
from api.writing import run_in_writer
from domain.basis import Question
from domain.catalogue import CLASS_BY_TYPE
from domain.edtf import parse_span
from domain.errors import InvalidQuestionError, UnknownNegotiationError
from domain.instants import DAY, Instant, local_day
from domain.model import Json
from domain.slugs import make_slug
from intake.article import Article
from intake.draft import DraftEvent, Reading, UnknownActor
from intake.registrations import REGISTRATIONS, order_drafts, registered_in
from intake.registry import Registry
from intake.rules.anchor import find_dateline
from ledger import articles, draft_changes, drafts
from ledger.append import make_uuid7
from ledger.articles import StoredArticle
from ledger.database import Cursor, ReadableLedger
from ledger.drafts import FoundDraft, StoredDraft

WITHOUT_REPORTS = frozenset(
    ("party-registered", "person-registered", "issue-defined", "record-corrected", "watch-recorded")
)
"""Types that no report is filled into: bookkeeping, and what recorders say of their record."""


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
    already, of which nothing changes.

    Raises UnknownNegotiationError, InvalidQuestionError, TooManyRequestsError, ModelFailedError.
    """
    now = ledger.clock()
    with ledger.open_snapshot() as c:
        same = articles.find_by_hash(c, negotiation, brought.article.text_sha256)
    if same:
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


def with_day(article: Article, zone: str, now: Instant) -> Article:
    """Return an article with the date that its head bears where no day is given, or else the day on
    which it was brought in: it was public by then.

    Raises InvalidQuestionError where the day that is given is to come.
    """
    if article.published:
        if parse_span(article.published, article.zone or zone).lo > now + DAY:
            detail = f"{article.published} is to come, and what is public has been published"
            hint = "give the day on which it was published, or none"
            raise InvalidQuestionError.for_field("published", detail, hint)
        return article
    today = local_day(now, article.zone or zone)
    day = find_dateline(article.text, today)
    return article.model_copy(update={"published": str(day if day and day <= today else today)})


def read_known(session: Session) -> Registry:
    """Return what the reader of a session knows of a negotiation now."""
    view = session.open_view(session.resolve_basis(Question()))
    return read_registry(view, session.address)


def dump_reading(reading: Reading) -> bytes:
    """Return what is told of the whole text, as JSON: the drafts are kept one by one."""
    return orjson.dumps(reading.model_dump(mode="json", exclude={"drafts", "unknown_actors"}))


def make_rows(
    row: StoredArticle, reading: Reading, article: Article, now: Instant
) -> Iterator[StoredDraft]:
    """Yield the drafts of a reading, and of who acts in it and is not registered, in their
    order."""
    registered = {registered_in(draft.event) for draft in reading.drafts}
    strangers = map(_register, reading.unknown_actors)
    unknown = (draft for draft in strangers if registered_in(draft.event) not in registered)
    for place, draft in enumerate(order_drafts([*reading.drafts, *unknown])):
        event = fill_report(draft.event, article, draft.span)
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


def fill_report(event: Json, article: Article, span: tuple[int, int]) -> Json:
    """Return an event whose first report says what is known of the article and quotes the passage;
    what the report says itself stays."""
    if event["type"] in WITHOUT_REPORTS or event["type"] not in CLASS_BY_TYPE:
        return event
    given = event.get("reports")
    reports = given if isinstance(given, list) and given else [{}]
    if not isinstance(reports[0], dict):
        return event
    known = {
        "published": article.published,
        "publisher": article.publisher,
        "url": article.url,
        "language": article.read_language,
        "quote": article.text[slice(*span)].strip(),
        "sha256": article.text_sha256,
    }
    filled = {name: value for name, value in known.items() if value}
    return {**event, "reports": [filled | reports[0], *reports[1:]]}
