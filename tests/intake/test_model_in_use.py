"""The reader by a model behind the inbox and on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import run_command
from tests.facts import statement
from tests.inbox.conftest import QUOTE, TEXT, Inbox, open_inbox
from tests.inbox.model_of_inbox import ANSWERED, MODEL, use_model
from tests.intake.harbour import answer_with
from tests.intake.model_server import ModelServer, RawAnswer


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Inbox]:
    with open_inbox(tmp_path) as opened:
        yield opened


def test_a_model_reads_an_article_into_the_inbox(desk: Inbox, model_server: ModelServer) -> None:
    use_model(desk, model_server)
    model_server.answering = answer_with(ANSWERED)

    told = desk.bring(reader="model")

    (draft,) = desk.drafts(article=told["article"])
    assert draft["event"]["text"].startswith(QUOTE)
    assert draft["event"]["occurred"] == "2025-12-19"
    assert draft["event"]["reports"][0]["publisher"] == "Reuters"
    assert told["exchange"]["model"] == MODEL
    assert json.loads(told["exchange"]["request"]) == model_server.requests[-1]
    assert json.loads(told["exchange"]["response"])["choices"]


def test_what_was_sent_goes_with_the_text(desk: Inbox, model_server: ModelServer) -> None:
    use_model(desk, model_server)
    model_server.answering = answer_with()
    told = desk.bring(reader="model")

    read_again = desk.call("PATCH", f"/articles/{told['article']}", {}).json()

    assert told["exchange"] is not None
    assert read_again["exchange"] is None
    assert [each["event"]["speaker"] for each in desk.drafts()] == ["person:envoy"]


def test_an_article_can_be_read_again_by_a_model(desk: Inbox, model_server: ModelServer) -> None:
    use_model(desk, model_server)
    model_server.answering = answer_with()
    told = desk.bring()

    answer = desk.call("PATCH", f"/articles/{told['article']}", {"reader": "model"})

    assert answer.status_code == 200
    assert answer.json()["exchange"]["model"] == MODEL
    assert desk.drafts() == []


def test_a_model_that_fails_leaves_nothing(desk: Inbox, model_server: ModelServer) -> None:
    use_model(desk, model_server)
    model_server.answering = lambda _: RawAnswer(500)

    answer = desk.call("POST", "/articles", {"text": TEXT, "reader": "model"})

    described = desk.world.client.get("/openapi.json").json()["paths"]
    path = "/v1/negotiations/{negotiation}/articles"

    assert answer.status_code == 502
    assert "502" in described[path]["post"]["responses"]
    assert "502" in described[f"{path}/{{article}}"]["patch"]["responses"]
    assert answer.json()["type"] == "/problems/model-failed"
    assert answer.json()["errors"][0]["pointer"] == "reader"
    assert desk.call("GET", "/articles").json()["articles"] == []


def test_without_a_model_none_reads(desk: Inbox) -> None:
    answer = desk.call("POST", "/articles", {"text": TEXT, "reader": "model"})

    assert answer.status_code == 422
    assert "no model is configured" in answer.json()["detail"]


def test_a_model_is_told_what_its_audience_sees(desk: Inbox, model_server: ModelServer) -> None:
    use_model(desk, model_server, "public")
    model_server.answering = answer_with()
    asked = len(model_server.requests)

    unseen = desk.call("POST", "/articles", {"text": TEXT, "reader": "model"})
    desk.world.record("2025-12-22T13:00:00Z", [statement(1)])
    seen = desk.call("POST", "/articles", {"text": TEXT, "reader": "model"})

    assert unseen.status_code == 422
    assert "that is nothing of 'talks'" in unseen.json()["detail"]
    assert seen.status_code == 201
    assert len(model_server.requests) == asked + 1
    told = model_server.requests[-1]["messages"][1]["content"]
    assert '"slug":"envoy"' in told
    assert '"slug":"north"' not in told


def write_settings(folder: Path, server: ModelServer) -> Path:
    path = folder / "model.toml"
    path.write_text(f'address = "{server.address}"\nmodel = "{MODEL}"\naudience = "staff"\n')
    return path


def test_the_command_drafts_by_a_model(
    desk: Inbox, model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.answering = answer_with(ANSWERED)
    (tmp_path / "article.txt").write_text(TEXT)
    asked = ("draft", "talks", tmp_path / "article.txt", "--published", "2025-12-20")
    ledger = ("--db", tmp_path / "world.db", "--reader", "model", "--json")
    settings = str(write_settings(tmp_path, model_server))

    done = run_command(*asked, *ledger, MINUTEBOOK_MODEL_READER=settings)
    bare = run_command(*asked, *ledger)

    assert done.returncode == 0, done.stderr
    (draft,) = json.loads(done.stdout)
    assert draft["event"]["speaker"] == "person:envoy"
    assert draft["why"].startswith("A model reads this")
    model_server.answering = lambda _: RawAnswer(500)
    failed = run_command(*asked, *ledger, MINUTEBOOK_MODEL_READER=settings)

    assert (failed.returncode, failed.stdout) == (2, "")
    assert "is out of order (500)" in failed.stderr
    assert "hint: " in failed.stderr
    assert bare.returncode == 2
    assert "no model is configured" in bare.stderr


def test_gold_scores_a_model(model_server: ModelServer, tmp_path: Path) -> None:
    """One of two utterances is found, and one draft of two is right."""
    text = (
        "“We agree,” said Ann Lee on Friday.\n\n“We do not,” said Bo Holm on Friday.\n\nIt rained."
    )
    people = [
        {"slug": "ann-lee", "name": "Ann Lee", "party": "a"},
        {"slug": "bo-holm", "name": "Bo Holm", "party": "b"},
    ]
    parties = [{"slug": "a", "name": "Alpha"}, {"slug": "b", "name": "Beta"}]
    gold = [
        {
            "type": "statement-made",
            "statement": each["slug"],
            "speaker": f"person:{each['slug']}",
            "summary": "Speaks.",
            "occurred": "2026-03-06",
            "required": True,
            "difficulty": "none",
            "span": [start, start + 30],
        }
        for each, start in zip(people, (0, text.index("“We do")), strict=True)
    ]
    registry = {"timezone": "UTC", "parties": parties, "persons": people, "issues": []}
    body = {"published": "2026-03-08", "registry": registry, "gold": gold, "traps": []}
    (tmp_path / "one.json").write_text(json.dumps(body))
    (tmp_path / "one.txt").write_text(text)
    spoken = {**ANSWERED, "sentences": [1], "speaker": "person:ann-lee", "about": []}
    concluded = {
        **{"type": "incident-reported", "sentences": [3], "context": [], "occurred": None},
        **{"modality": "actual", "title": "It rained", "kind": None, "place": None},
        **{"parties": [], "casualties": None, "about": []},
    }
    model_server.answering = answer_with(spoken, concluded)

    done = run_command(
        *("draft", "--score", tmp_path / "one.json", "--reader", "model", "--json"),
        MINUTEBOOK_MODEL_READER=str(write_settings(tmp_path, model_server)),
    )

    assert done.returncode == 0, done.stderr
    (scored,) = json.loads(done.stdout).values()
    assert (scored["recall"], scored["precision"]) == (0.5, 0.5)
