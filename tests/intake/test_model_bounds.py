"""What a person drafted from real-sized articles passes the bounds of a model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from intake.article import Article
from intake.model import read_article
from intake.model.endpoint import ModelEndpoint
from intake.scoring import judge_drafts, rates_of
from tests.intake.gold_answers import GoldModel
from tests.intake.model_server import ModelServer

ARTICLES = Path(__file__).parent / "articles"


@pytest.mark.parametrize("name", ["seed", "strike-wire", "briefing", "explainer"])
def test_a_model_that_answers_gold_is_believed(model_server: ModelServer, name: str) -> None:
    gold = json.loads((ARTICLES / f"{name}.json").read_text())
    text = (ARTICLES / f"{name}.txt").read_text()
    facts = {key: gold.get(key) for key in ("url", "publisher", "published", "language")}
    model = GoldModel.of(gold, Article(text=text, **facts))
    model_server.answering = lambda _: model.answer()

    endpoint = ModelEndpoint(model_server.address, "gold")
    reading = read_article(model.article, model.registry, endpoint=endpoint)

    drafts = [{"event": each.event, "span": list(each.span)} for each in reading.drafts]
    counts = judge_drafts(gold, text, drafts)
    told = [each.reason for each in reading.held_back]
    assert rates_of(counts)["recall"] >= 0.9, told
    assert rates_of(counts)["precision"] == 1, told
    for name in ("speaker", "stance", "quote verbatim"):
        right, judged = counts["fields"].get(name, (0, 0))
        assert right == judged
