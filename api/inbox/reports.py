"""What the reports of drafts say of their article."""

from __future__ import annotations

from domain.catalogue import CLASS_BY_TYPE
from domain.edtf import parse_span
from domain.errors import InvalidQuestionError
from domain.instants import DAY, Instant, local_day
from domain.model import Json
from intake.article import Article
from intake.rules.anchor import find_dateline

WITHOUT_REPORTS = frozenset(
    ("party-registered", "person-registered", "issue-defined", "record-corrected", "watch-recorded")
)
"""Types that no report is filled into: bookkeeping, and what recorders say of their record."""


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


def fill_report(event: Json, article: Article, span: tuple[int, int]) -> Json:
    """Return an event whose first report says what is known of the article and quotes the passage;
    what the report says itself stays."""
    if event["type"] in WITHOUT_REPORTS or event["type"] not in CLASS_BY_TYPE:
        return event
    given = event.get("reports")
    reports = given if isinstance(given, list) and given else [{}]
    if not isinstance(reports[0], dict):
        return event
    return {**event, "reports": [build_report(article, span) | reports[0], *reports[1:]]}


def build_report(article: Article, span: tuple[int, int]) -> Json:
    """Return a report that says what is known of an article and quotes a passage."""
    known = {
        "published": article.published,
        "publisher": article.publisher,
        "url": article.url,
        "language": article.read_language,
        "quote": article.text[slice(*span)].strip(),
        "sha256": article.text_sha256,
    }
    return {name: value for name, value in known.items() if value}
