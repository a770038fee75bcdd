"""A small negotiation of its own, an article about it, and answers as a model may give them."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any

from intake.article import Article
from intake.draft import DraftEvent, Reading
from intake.model import read_article
from intake.model.answer_types import answer_types
from intake.model.endpoint import ModelEndpoint
from intake.model.vocabulary import Vocabulary
from intake.registry import Registry
from tests.intake.model_server import ModelServer

REGISTRY = Registry.from_gold(
    {
        "timezone": "Europe/Oslo",
        "parties": [
            {"slug": "port", "name": "Port of Vestvik", "names": {"short": "the port"}},
            {"slug": "pilots", "name": "Pilots' Guild", "names": {"short": "the guild"}},
        ],
        "persons": [
            {"slug": "karin-lund", "name": "Karin Lund", "party": "port"},
            {"slug": "ole-berg", "name": "Ole Berg", "party": "pilots"},
        ],
        "issues": [
            {
                "slug": "night-pay",
                "title": "Pay for work at night",
                "answers": [{"answer": "double", "label": "Double pay"}],
            },
            {"slug": "tugs", "title": "Number of tugs"},
        ],
        "meetings": [
            {
                "slug": "round-4",
                "title": "Fourth round",
                "expected": "2026-03-10",
                "event": "11111111-1111-4111-8111-111111111111",
            }
        ],
        "plans": [{"slug": "lund-paper", "title": "Paper of Karin Lund"}],
        "statements": [{"slug": "earlier", "speaker": "person:ole-berg", "summary": "No."}],
    }
)
SENTENCES = (
    "Talks between the Port of Vestvik and the Pilots' Guild ended on Tuesday without a result.",
    "“We will not work at night for single pay,” said Ole Berg of the guild on Wednesday.",
    "Karin Lund, who leads the port's side, told reporters that the offer of three tugs stands.",
    "She invited the guild to another meeting in Bergen on 24 March.",
    "According to Lund, the guild accepts three tugs.",
    "The two sides have talked since January.",
)
TEXT = "\n\n".join(SENTENCES)


def article(text: str = TEXT) -> Article:
    return Article(
        text=text,
        publisher="Vestvik Post",
        url="https://post.example/harbour",
        published="2026-03-11",
    )


def place_of(sentence: str, text: str = TEXT) -> tuple[int, int]:
    start = text.index(sentence)
    return start, start + len(sentence)


def drafted(
    kind: str, sentences: list[int], *, registry: Registry = REGISTRY, **fields: Any
) -> dict[str, Any]:
    """Return a draft as a model answers it: what is not given is null, or empty."""
    cls = answer_types(Vocabulary.from_registry(registry)).by_type[kind]
    empty = {
        info.alias or name: [] if _is_list(info.annotation) else None
        for name, info in cls.model_fields.items()
    }
    return {**empty, "modality": "actual", "type": kind, "sentences": sentences, **fields}


def _is_list(annotation: Any) -> bool:
    return typing.get_origin(annotation) is list


def position(sentences: list[int], **fields: Any) -> dict[str, Any]:
    stated = {"party": "pilots", "issue": "tugs", "stance": "accepts", "attribution": "self"}
    return drafted("position-stated", sentences, **(stated | fields))


def answer_with(*drafts: object, actors: list[object] | None = None) -> Callable[..., object]:
    return lambda _: {"actors": actors or [], "drafts": list(drafts)}


def read_by(
    server: ModelServer, text: str = TEXT, *, registry: Registry = REGISTRY, **settings: Any
) -> Reading:
    endpoint = ModelEndpoint(server.address, "small", **settings)
    return read_article(article(text), registry, endpoint=endpoint)


def only_draft(reading: Reading) -> DraftEvent:
    assert len(reading.drafts) == 1, (reading.drafts, reading.held_back)
    return reading.drafts[0]


def only_reason(reading: Reading) -> str:
    """Return why the only draft was held back."""
    assert reading.drafts == ()
    return reading.held_back[-1].reason
