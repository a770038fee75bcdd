"""The reader `model`: drafts from an article by a model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from datetime import date

from intake.article import Article
from intake.draft import Reading
from intake.model.endpoint import ModelEndpoint
from intake.registry import Registry


def read_article(
    article: Article,
    registry: Registry,
    *,
    endpoint: ModelEndpoint,
    anchor: date | None = None,
    zone: str | None = None,
) -> Reading:
    """Return what a model reads in an article, as drafts in the order of the text.

    Everything of the registry may be sent, so let it be what those behind the endpoint may know.
    Raises ModelFailedError where the model does not answer as it should; nothing is kept then.
    """
    from intake.model.reading import read

    return read(article, registry, endpoint, anchor=anchor, zone=zone)
