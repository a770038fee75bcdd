"""A model that is configured is offered on the pages, and reads what a person gives it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.inbox.conftest import TEXT, Inbox
from tests.inbox.desk import DESK, page, read, send
from tests.inbox.model_of_inbox import ANSWERED, use_model
from tests.intake.harbour import answer_with
from tests.intake.model_server import ModelServer, serve_model


@pytest.fixture
def model(desk: Inbox) -> Iterator[ModelServer]:
    """Let the application of the desk know a model."""
    with serve_model(answer_with(ANSWERED)) as server:
        use_model(desk, server)
        yield server


def test_an_article_is_given_to_the_model_that_is_configured(
    desk: Inbox, model: ModelServer
) -> None:
    offered = read(page(desk))
    by_rules = send(desk, text=f"{TEXT} First.", published="2025-12-20", step="bring")
    answer = send(desk, "/by-model", text=TEXT, published="2025-12-20", step="bring")
    path = answer.headers["location"].removeprefix(DESK)
    told = desk.call("GET", f"/articles{path}").json()

    assert "Read it with small-model" in offered
    assert by_rules.status_code == answer.status_code == 303
    assert told["exchange"]["model"] == "small-model"
    assert len(model.requests) == 1
    assert desk.drafts(article=told["article"])[0]["event"]["about"] == ["issue:border"]


def test_an_article_is_read_again_with_the_model(desk: Inbox, model: ModelServer) -> None:
    told = desk.bring()
    path = f"/{told['article']}"
    offered = read(page(desk, path))
    answer = send(desk, f"{path}/by-model", step="read", published="2025-12-20")

    assert "Read it again with small-model" in offered
    assert answer.headers["location"] == f"{DESK}{path}"
    assert desk.call("GET", f"/articles{path}").json()["exchange"]["model"] == "small-model"
    assert len(model.requests) == 1


def test_a_model_that_fails_is_told_on_the_page_and_nothing_is_kept(
    desk: Inbox, model: ModelServer
) -> None:
    model.answering = lambda _: {"nothing": "of this kind"}
    failed = send(desk, "/by-model", text=TEXT, published="2025-12-20", step="bring")

    assert failed.status_code == 502
    assert f'action="{DESK}"' in failed.text
    assert TEXT[:40] in failed.text
    assert desk.call("GET", "/articles").json() == {"articles": []}


def test_without_a_model_none_is_offered(desk: Inbox) -> None:
    path = f"/{desk.bring()['article']}"

    assert "by-model" not in page(desk)
    assert "by-model" not in page(desk, path)
    assert send(desk, "/by-model", text=TEXT, step="bring").status_code == 422
