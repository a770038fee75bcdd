"""What a request says of an article, and the article that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from api.article_readers import ReaderName
from api.inbox.bringing import BroughtArticle
from domain.acceptance import check_alone
from domain.catalogue import CLASS_BY_TYPE, EVENT_ADAPTER
from domain.errors import InvalidQuestionError, NotFoundError
from domain.events import Link, SpanText, Text, Zone
from domain.validation_messages import describe_fault
from intake.addresses import drop_tracking, page_of
from intake.article import Article, ArticleLanguage
from intake.draft import DraftEvent
from intake.html import MAX_HTML_CHARS, extract_page, is_page, refuse_other_formats
from intake.registrations import REGISTERED_KINDS
from ledger.articles import StoredArticle

MAX_TEXT_CHARS = 1_000_000
"""The longest text of an article that is kept, in code points."""
MAX_TITLE_CHARS = 120
"""Of a first line that serves as the title."""
MAX_DRAFTS = 500
"""Drafts that one request brings or names."""


def _check_long_text(value: str) -> str:
    if "\0" in value:
        raise ValueError("contains a NUL character; remove it")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("contains a lone surrogate; use well-formed Unicode") from None
    return value


class ArticleFacts(BaseModel):
    """What is said of an article besides its text."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[
        Annotated[Link, AfterValidator(drop_tracking)] | None,
        Field(description="Kept without parameters that tell how a reader came, such as utm_…"),
    ] = None
    publisher: Text | None = None
    published: Annotated[
        SpanText | None,
        Field(
            description="A time expression; by default that of its head, or the day it is brought."
        ),
    ] = None
    language: ArticleLanguage | None = None
    zone: Annotated[Zone | None, Field(description="Of the dates in its text.")] = None
    anchor: Annotated[
        date | None, Field(description="The day from which its relative dates are counted.")
    ] = None
    reader: Annotated[
        ReaderName, Field(description="Who reads it: our rules, or the model of the settings.")
    ] = "rules"


class NewArticle(ArticleFacts):
    """An article as text, as a page of HTML, or as an address that the server fetches."""

    text: Annotated[
        Annotated[str, Field(max_length=MAX_TEXT_CHARS), AfterValidator(_check_long_text)] | None,
        Field(description="Its text; the first 100,000 code points are read."),
    ] = None
    html: Annotated[
        Annotated[str, Field(max_length=MAX_HTML_CHARS), AfterValidator(_check_long_text)] | None,
        Field(description="A whole page, of which the article is taken."),
    ] = None
    title: Text | None = None
    drafts: Annotated[
        tuple[DraftEvent, ...] | None,
        Field(max_length=MAX_DRAFTS, description="Of another reader; by default ours reads it."),
    ] = None

    @model_validator(mode="after")
    def _check_content(self) -> Self:
        if self.text is not None and self.html is not None:
            raise ValueError("has both text and html; send one of them")
        if not (self.text or self.html or self.url):
            raise ValueError("has no text; send text, html or url")
        if self.drafts is not None and self.reader == "model":
            raise ValueError("has drafts and a model to read it; send one of them")
        size = len(self.text or "")
        if self.text and any(
            not 0 <= each.span[0] <= each.span[1] <= size for each in self.drafts or ()
        ):
            raise ValueError("a draft has a span outside the text; count in code points")
        kinds = [each.event.get("type") for each in self.drafts or ()]
        if any(not isinstance(kind, str) or kind not in CLASS_BY_TYPE for kind in kinds):
            raise ValueError("a draft has no type of an event; use one of docs/events.md")
        if never := next(filter(None, (check_alone({"type": kind}) for kind in kinds)), None):
            raise ValueError(f"a draft can never be recorded: {never[0].detail}; leave it out")
        return self


def take_content(given: NewArticle, *, fetches_private: bool) -> BroughtArticle:
    """Return the article that is given, whose page is read where it is HTML, and fetched where
    only its address is given. Raises InvalidQuestionError."""
    _check_drafts(given.drafts or ())
    text, html, found, url = given.text, given.html, None, given.url
    if text is not None and given.drafts is None and is_page(text):
        text, html = None, text
    if text is None:
        if html is None:
            from intake.fetching import Fetcher  # which only who names an address waits for

            url = page_of(url or "")
            page = Fetcher(allows_private=fetches_private).fetch(url)
            page.require_text()
            html = page.text
        found = extract_page(html, url)
        text = found.text
    elif given.drafts is None:
        refuse_other_formats(text, "text")
    text = text.replace("\r\n", "\n")
    if given.drafts is None:  # whose spans count in the text as it is
        text = text.strip()
        if not text:
            raise InvalidQuestionError.for_field("text", "has no text", "send the article's text")
    article = Article(
        text=text,
        url=url,
        publisher=given.publisher or (found and found.publisher),
        published=given.published or (found and found.published),
        language=given.language or (found and found.language),
        zone=given.zone,
    )
    title = given.title or (found and found.title) or _first_line(text)
    return BroughtArticle(article, title, given.anchor, given.drafts)


def _check_drafts(given: Sequence[DraftEvent]) -> None:
    """Refuse drafts of which nothing could be shown: what they have may be too little, but is of
    the kinds that its fields take, and a registration is whole. Raises InvalidQuestionError."""
    reasons = []
    for number, draft in enumerate(given):
        try:
            EVENT_ADAPTER.validate_python(draft.event)
        except ValidationError as error:
            for fault in error.errors():
                if fault["type"].endswith("_type") or draft.type in REGISTERED_KINDS:
                    place = "/".join(map(str, ("drafts", number, "event", *fault["loc"][1:])))
                    reasons.append(describe_fault(place, fault))
    if reasons:
        first = reasons[0]
        raise InvalidQuestionError(
            f"{first.pointer}: {first.detail}", hint=first.hint, reasons=reasons
        )


def _first_line(text: str) -> str | None:
    """Return the line that a text begins with, shortened between words: mostly its headline."""
    line = text.lstrip().partition("\n")[0].rstrip()
    if len(line) > MAX_TITLE_CHARS:
        whole, _, _ = line[: MAX_TITLE_CHARS - 1].rpartition(" ")
        line = f"{whole or line[: MAX_TITLE_CHARS - 2]} …"
    return line or None


def merge_facts(row: StoredArticle, facts: ArticleFacts) -> Article:
    """Return an article by what is said of it now. Raises NotFoundError without its text."""
    if not row.text:
        raise NotFoundError(
            f"the text of the article {row.id} was deleted, and it is not read twice",
            hint="record what it lacks by POST …/events",
        )
    return Article(
        text=row.text.decode(),
        url=facts.url or row.url,
        publisher=facts.publisher or row.publisher,
        published=facts.published or row.published,
        language=facts.language or row.language,
        zone=facts.zone or row.told.get("zone"),
    )
