"""Why something was drafted, or held back, is told in Ukrainian on Ukrainian pages."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import intake
from api.pages.shared.i18n import load_translations
from api.pages.shared.refusals import translate_refusal
from intake.article import Article
from intake.registry import Registry
from intake.rules import read_article
from tests.inbox.conftest import Inbox
from tests.inbox.desk import DESK

UKRAINIAN = load_translations("uk")
GOLD = Path(__file__).parent.parent / "intake"
ARTICLES = sorted([*(GOLD / "articles").glob("*.json"), *(GOLD / "development").glob("*.json")])
SOURCES = sorted(Path(str(intake.__file__)).parent.glob("rules/*.py"))


def list_reasons(source: Path) -> Iterator[str]:
    """Yield the reasons of a module: sentences that are given to hold_back, or called why."""
    for node in ast.walk(ast.parse(source.read_text())):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "hold_back":
            given = node.args[-1:]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in (
            *("why", "reason", "UNSAID"),
        ):
            given = [node.value]
        for each in given:
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.value
            elif isinstance(each, ast.JoinedStr):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "7"
                    for part in each.values
                )


def untold(texts: set[str]) -> list[str]:
    return sorted(text for text in texts if 'lang="en"' in translate_refusal(UKRAINIAN, text))


def test_every_reason_that_the_rules_give_has_its_sentence() -> None:
    reasons = {
        reason.replace("777", "7") for source in SOURCES for reason in list_reasons(source)
    } - {"7: 7", ""}

    assert len(reasons) > 40
    assert untold({each for each in reasons if " " in each.strip()}) == []


@pytest.mark.parametrize("file", ARTICLES, ids=lambda each: each.stem)
def test_what_is_read_of_an_article_is_told_in_ukrainian(file: Path) -> None:
    gold = json.loads(file.read_text())
    article = Article(text=file.with_suffix(".txt").read_text(), published=gold["published"])
    reading = read_article(article, Registry.from_gold(gold["registry"]))
    told = {each.why for each in reading.drafts} | {each.reason for each in reading.held_back}

    assert untold(told) == []


def test_the_page_of_an_article_tells_why_in_ukrainian(desk: Inbox) -> None:
    told = desk.bring(text="The envoy said on Friday: “We accept a ceasefire.” It was late.")
    page = desk.world.client.get(f"{DESK}/{told['article']}?lang=uk").text

    assert "говорить: на це вказує «said»" in page
    assert "is named as the speaker" not in page
