"""The four articles with gold: what is found, what is right, and that scoring notices mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from intake.article import Article
from intake.registry import Registry
from intake.rules import read_article
from intake.scoring import add_counts, judge_drafts, rates_of, score_lines

ARTICLES = sorted((Path(__file__).parent / "articles").glob("*.json"))
DEVELOPMENT = sorted((Path(__file__).parent / "development").glob("*.json"))
Files = dict[str, tuple[Any, str]]


@pytest.fixture(scope="module")
def files() -> Files:
    return {
        file.stem: (json.loads(file.read_text()), file.with_suffix(".txt").read_text())
        for file in ARTICLES
    }


@pytest.fixture(scope="module")
def counts(files: Files) -> dict[str, Any]:
    return {name: judge_drafts(*file, drafts_of(*file)) for name, file in files.items()}


def drafts_of(gold: Any, text: str) -> list[Any]:
    article = Article(text=text, published=gold["published"], publisher=gold["publisher"])
    reading = read_article(article, Registry.from_gold(gold["registry"]))
    return [{"event": each.event, "span": list(each.span)} for each in reading.drafts]


def perfect(gold: Any) -> list[Any]:
    left_out = {"span", "spans_also", "difficulty", "required", "also", "rows"}
    return [
        {"event": {k: v for k, v in event.items() if k not in left_out}, "span": event["span"]}
        for event in gold["gold"]
    ]


@pytest.mark.parametrize(
    ("name", "recall"),
    [("seed", 0.92), ("strike-wire", 0.88), ("briefing", 0.88), ("explainer", 0.88)],
)
def test_an_article_with_gold_is_read(counts: dict[str, Any], name: str, recall: float) -> None:
    rates = rates_of(counts[name])

    assert rates["recall"] >= recall
    assert rates["precision_once"] >= 0.9
    assert counts[name]["quotes_not_verbatim"] == 0


def test_all_articles_together_are_read_as_well_as_is_wanted(counts: dict[str, Any]) -> None:
    summed = add_counts(counts.values())
    fields = summed["fields"]
    wrong = sum(of - good for good, of in (fields["speaker"], fields["stance"]))

    assert wrong <= 1
    assert summed["trap_hits"] <= 1
    assert fields["occurred overlap"][0] >= 0.9 * fields["occurred overlap"][1]
    assert fields["occurred bounds"][0] >= 0.65 * fields["occurred bounds"][1]


def test_articles_that_showed_what_was_lacking_stay_read() -> None:
    judged = []
    for file in DEVELOPMENT:
        gold, text = json.loads(file.read_text()), file.with_suffix(".txt").read_text()
        judged.append(judge_drafts(gold, text, drafts_of(gold, text)))
    summed = add_counts(judged)

    assert rates_of(summed)["recall"] >= 0.85
    assert rates_of(summed)["precision_once"] >= 0.9
    assert summed["quotes_not_verbatim"] == 0
    assert summed["trap_hits"] <= 4


@pytest.mark.parametrize("name", [file.stem for file in ARTICLES])
def test_gold_itself_scores_full_and_nothing_scores_none(files: Files, name: str) -> None:
    gold, text = files[name]
    full, none = judge_drafts(gold, text, perfect(gold)), judge_drafts(gold, text, [])

    assert set(rates_of(full).values()) == {1.0}
    assert all(good == of for good, of in full["fields"].values())
    assert rates_of(none)["recall"] == rates_of(none)["precision"] == 0.0


@pytest.mark.parametrize("name", [file.stem for file in ARTICLES])
def test_each_mistake_is_counted(files: Files, name: str) -> None:
    gold, text = files[name]
    drafts = perfect(gold)
    lured = {"type": "statement-made", "speaker": "person:nobody-known", "summary": "x"}
    trapped = judge_drafts(
        gold, text, [*drafts, {"event": lured, "span": gold["traps"][0]["span"]}]
    )
    late = [{**each, "event": {**each["event"], "occurred": "1999-01-01"}} for each in drafts]
    false = [
        {**each, "event": {**each["event"], "text": "never said"}}
        for each in drafts
        if each["event"]["type"] == "statement-made"
    ]

    assert trapped["trap_hits"] == 1
    assert judge_drafts(gold, text, late)["fields"]["occurred bounds"][0] == 0
    assert judge_drafts(gold, text, false)["quotes_not_verbatim"] == len(false)
    assert rates_of(judge_drafts(gold, text, drafts + drafts))["precision_once"] == 0.5


def test_drafts_that_are_none_are_counted_as_wrong(files: Files) -> None:
    gold, text = files["seed"]
    broken = [None, {}, {"event": 3}, {"event": {"type": "x"}, "span": [5, 1]}]

    judged = judge_drafts(gold, text, broken)

    assert (judged["drafts"], judged["spurious"]) == (4, 4)


def test_a_score_is_told_in_words(counts: dict[str, Any]) -> None:
    first, second, *_ = score_lines("seed", counts["seed"])

    assert first.startswith("seed: recall ")
    assert second.endswith("0 quotations not verbatim")
