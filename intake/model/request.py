"""The request to a model: fixed instructions, the registry, and the article as numbered data."""

from __future__ import annotations

from importlib import resources
from typing import Any

import orjson

from domain.model import Json
from intake.model.numbered_text import NumberedText
from intake.registry import Registry
from intake.rules.story import Story

_IDS = {name: {"__all__": {"event"}} for name in ("meetings", "plans", "deadlines")}
_INSTRUCTIONS = resources.files("intake.model").joinpath("instructions.txt").read_text("utf-8")


def build_request(
    model: str, story: Story, text: NumberedText, registry: Registry, schema: Json
) -> bytes:
    """Return the body of a chat completion.

    ``registry`` is what the model is told of the negotiation. The marks around the article have the
    hash of its text, so no text can hold its own.
    """
    article = story.article
    mark = article.text_sha256[:16]
    told = {
        "published": article.published,
        "publisher": article.publisher,
        "anchor": story.anchor_text,
        "zone": story.calendar.zone,
    }
    sentences = [
        {"number": number, "text": each.sentence.text}
        for number, each in enumerate(text.sentences, 1)
    ]
    user = "\n".join(
        (
            f"Registry of the negotiation: {_dump_registry(registry)}",
            f"About the article: {_dump(told)}",
            f"<article {mark}>",
            *map(_dump, sentences),
            f"</article {mark}>",
        )
    )
    return orjson.dumps(
        {
            "model": model,
            "messages": [
                {"role": "system", "content": _INSTRUCTIONS},
                {"role": "user", "content": user},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "drafts", "strict": True, "schema": schema},
            },
        }
    )


def _dump_registry(registry: Registry) -> str:
    return _dump(registry.model_dump(mode="json", exclude=_IDS, exclude_defaults=True))


def _dump(value: Any) -> str:
    return orjson.dumps(value).decode()
