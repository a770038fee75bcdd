"""What is checked of every draft without a person: quotations, slugs, dates and shape."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from pydantic import ValidationError

from domain.acceptance_warnings import find_late_reports
from domain.catalogue import CLASS_BY_TYPE, EVENT_ADAPTER
from domain.model import Json
from intake.article import Article
from intake.draft import DraftCheck, TextSpan
from intake.registry import Registry


def check_event(
    event: Json, span: TextSpan, article: Article, registry: Registry, also: Collection[str] = ()
) -> list[DraftCheck]:
    """Return the checks of a draft event; ``also`` are slugs of persons proposed with it."""
    return [
        _check_quotations(event, article.text),
        _check_actors(event, registry, also),
        (shape := _check_shape(event)),
        *([_check_days(event)] if shape.ok else []),
    ]


def _check_quotations(event: Json, text: str) -> DraftCheck:
    squeezed = _squeeze(text)
    for quote in _quotations(event):
        for piece in quote.split(" … "):
            if " ".join(piece.split()) not in squeezed:
                detail = f"“{piece[:60]}” does not stand in the article word for word"
                return DraftCheck(name="quote", ok=False, detail=detail)
    return DraftCheck(name="quote", ok=True)


@lru_cache(maxsize=2)
def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _quotations(event: Json) -> Iterator[str]:
    for name in ("text", "quote"):
        if isinstance(event.get(name), str):
            yield event[name]
    for report in event.get("reports", ()):
        if isinstance(report.get("quote"), str):
            yield report["quote"]


def _check_actors(event: Json, registry: Registry, also: Collection[str]) -> DraftCheck:
    for name in ("speaker", "attributed_by", "announced_by", "by"):
        actor = event.get(name)
        if (
            isinstance(actor, str)
            and not registry.has_actor(actor)
            and (actor.partition(":")[2] not in also)
        ):
            return DraftCheck(name="slug", ok=False, detail=f"{name} {actor} is not registered")
    for name, known in (
        ("party", registry.party_by_slug),
        ("issue", {issue.slug for issue in registry.issues}),
    ):
        slug = event.get(name)
        if isinstance(slug, str) and slug not in known:
            return DraftCheck(name="slug", ok=False, detail=f"{name} {slug} is not registered")
    return DraftCheck(name="slug", ok=True)


def _check_days(event: Json) -> DraftCheck:
    for doubt in find_late_reports(event):
        return DraftCheck(name="day", ok=False, detail=f"{doubt.pointer[1:]} {doubt.detail}")
    return DraftCheck(name="day", ok=True)


def _check_shape(event: Json) -> DraftCheck:
    if event.get("type") not in CLASS_BY_TYPE:
        return DraftCheck(name="shape", ok=False, detail=f"no event type {event.get('type')!r}")
    try:
        EVENT_ADAPTER.validate_python(event)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"][1:])
        return DraftCheck(name="shape", ok=False, detail=f"{field}: {first['msg']}")
    return DraftCheck(name="shape", ok=True)
