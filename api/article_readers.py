"""Who reads an article: the rules, or the model that the settings name."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Literal, NamedTuple, Protocol

from api.access.caller import Reader
from api.model_settings import ConfiguredModel
from domain.errors import InvalidQuestionError
from domain.events import Audience
from intake.article import Article
from intake.draft import Reading
from intake.model import read_article as read_by_model
from intake.registry import Registry
from intake.rules import read_article as read_by_rules

ReaderName = Literal["rules", "model"]


class ReadArticle(Protocol):
    """Reads an article by what a negotiation holds; drafts come in the order of the text."""

    def __call__(
        self, article: Article, registry: Registry, *, anchor: date | None, zone: str | None
    ) -> Reading: ...


class ArticleReader(NamedTuple):
    """How an article is read, and as whose view of the negotiation: a model may be told less."""

    read: ReadArticle
    audience: Audience = "staff"
    seconds: float = 0
    """How long it may wait for somebody else."""

    @property
    def knows_as(self) -> Reader:
        return Reader(self.audience)

    def refuse(self, negotiation: str) -> InvalidQuestionError:
        """Return the error that says that this reader may be told nothing of a negotiation."""
        return InvalidQuestionError.for_field(
            "reader",
            f"the model may be told what {self.audience} sees, and that is nothing of"
            f" {negotiation!r}",
            "set audience in the file of the setting model_reader, or read by rules",
        )


BY_RULES = ArticleReader(read_by_rules)


def find_reader(name: ReaderName, model: ConfiguredModel | None) -> ArticleReader:
    """Return a reader by its name. Raises InvalidQuestionError where no model is configured."""
    if name == "rules":
        return BY_RULES
    if model is None:
        hint = "name the file of a model by the setting model_reader, or read by rules"
        raise InvalidQuestionError.for_field("reader", "no model is configured", hint)
    endpoint, audience = model
    return ArticleReader(partial(read_by_model, endpoint=endpoint), audience, endpoint.timeout)
