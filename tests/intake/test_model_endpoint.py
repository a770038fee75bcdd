"""An endpoint of a model over real HTTP: what is sent, and what is made of every bad answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ModelFailedError
from intake.model.endpoint import MAX_ANSWER_BYTES, ModelEndpoint
from ledger.deadline import time_limit
from tests.intake.harbour import SENTENCES, read_by
from tests.intake.model_server import ModelServer, RawAnswer, completion
from tests.test_time_sources import make_certificate, serve_date

KEY = "sk-0123456789-abcdefghij"


def failure_of(server: ModelServer, answer: RawAnswer, **settings: Any) -> ModelFailedError:
    server.answering = lambda _: answer
    with pytest.raises(ModelFailedError) as failed:
        read_by(server, **settings)
    return failed.value


def test_a_request_goes_to_the_chat_completions_of_the_address(model_server: ModelServer) -> None:
    model_server.answering = lambda _: {"actors": [], "drafts": []}

    reading = read_by(model_server, key=KEY)

    asked, headers = model_server.requests[-1], model_server.headers[-1]
    assert model_server.paths[-1] == "/v1/chat/completions"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert asked["model"] == "small"
    assert asked["response_format"]["json_schema"]["strict"] is True
    assert reading.exchange is not None
    assert json.loads(reading.exchange.request) == asked
    assert reading.exchange.response == completion({"actors": [], "drafts": []}).decode()


def test_without_a_key_none_is_sent(model_server: ModelServer) -> None:
    model_server.answering = lambda _: {"actors": [], "drafts": []}

    read_by(model_server)

    assert "authorization" not in model_server.headers[-1]


def test_what_is_sent_is_as_long_as_may_be(model_server: ModelServer) -> None:
    model_server.answering = lambda _: {"actors": [], "drafts": []}

    read_by(model_server, max_chars=len(SENTENCES[0]))

    sent = model_server.requests[-1]["messages"][1]["content"]
    assert SENTENCES[0] in sent
    assert SENTENCES[1][1:30] not in sent


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (RawAnswer(400, b'{"error": {"message": "no such format"}}'), "no such format"),
        (RawAnswer(400, b'{"error": "too\\nlong"}'), ": too long"),
        (RawAnswer(401, b'{"error": {"message": "bad key"}}'), "refuses the key (401)"),
        (RawAnswer(403, b""), "refuses the key (403)"),
        (RawAnswer(404, b"<h1>Not Found</h1>"), "knows no such address or model (404)"),
        (RawAnswer(413, b""), "takes no article that long"),
        (RawAnswer(429, b"{}", headers={"Retry-After": "60"}), "takes no more requests now (429)"),
        (RawAnswer(500, b"[]"), "is out of order (500)"),
        (RawAnswer(503, b'{"error": {"message": 7}}'), "is out of order (503)"),
        (RawAnswer(204, b""), "is out of order (204)"),
        (RawAnswer(200, b""), "answers no chat completion"),
        (RawAnswer(200, b"<html>hello</html>"), "answers no chat completion"),
        (RawAnswer(200, b'{"choices": []}'), "answers no chat completion"),
        (RawAnswer(200, b'{"choices": [{"message": "text"}]}'), "answers no chat completion"),
        (RawAnswer(200, b"[" * 100_000), "answers no chat completion"),
        (RawAnswer(200, completion("Sure! Here are the drafts.")), "answers no JSON object"),
        (RawAnswer(200, completion("[" * 100_000)), "answers no JSON object"),
        (RawAnswer(200, completion('{"actors": [], "drafts"')), "answers no JSON object"),
        (RawAnswer(200, completion([])), "answers no JSON object"),
        (RawAnswer(200, completion('{"actors": "\\ud800", "drafts": []}')), "no JSON object"),
        (RawAnswer(200, completion('{"actors": NaN, "drafts": []}')), "no JSON object"),
        (RawAnswer(200, b'{"choices": "\xff\xfe"}'), "answers no chat completion"),
        (RawAnswer(200, completion({"drafts": []})), "something else than actors and drafts"),
        (RawAnswer(200, completion({"actors": {}, "drafts": []})), "something else than actors"),
        (RawAnswer(200, completion({"actors": [], "drafts": [{}] * 201})), "more than 200 drafts"),
        (RawAnswer(200, completion("{", "length")), "breaks off in the middle"),
        (RawAnswer(200, completion("{}", "content_filter")), "declines to read"),
        (RawAnswer(200, completion("", refusal="I cannot help.")), "declines to read"),
        (RawAnswer(200, b" " * (MAX_ANSWER_BYTES + 1)), "answers more than 1048576 bytes"),
        (RawAnswer(200, completion({}), headers={"Content-Length": "999"}), "cannot be reached"),
        (RawAnswer(200, completion({}), headers={"Content-Encoding": "gzip"}), "something else"),
    ],
)
def test_an_answer_that_is_none_is_told_with_its_remedy(
    model_server: ModelServer, answer: RawAnswer, told: str
) -> None:
    error = failure_of(model_server, answer)

    assert told in error.detail
    assert error.detail.startswith("the model small at 127.0.0.1:")
    assert [reason.pointer for reason in error.reasons] == ["reader"]
    assert error.hint


def test_an_answer_that_comes_in_drops_is_given_up(model_server: ModelServer) -> None:
    dripping = RawAnswer(body=completion({}), pause=0.05, pieces=1000)

    error = failure_of(model_server, dripping, timeout=0.3)

    assert "does not answer within 0.3 seconds" in error.detail


def test_a_server_that_stops_does_not_wait(model_server: ModelServer) -> None:
    with time_limit(60, lambda: True):
        error = failure_of(model_server, RawAnswer(body=b"late", pause=2), timeout=60)

    assert "the server stops" in error.detail


def test_nobody_at_the_address_is_told(model_server: ModelServer) -> None:
    with pytest.raises(ModelFailedError, match="cannot be reached"):
        ModelEndpoint("http://127.0.0.1:9/v1", "small").ask(b"{}")


def test_a_redirect_is_not_followed(model_server: ModelServer) -> None:
    asked = len(model_server.requests)
    elsewhere = RawAnswer(307, headers={"Location": f"{model_server.address}/chat/completions"})

    error = failure_of(model_server, elsewhere, key=KEY)

    assert "(307)" in error.detail
    assert len(model_server.requests) == asked + 1


def test_a_server_with_a_certificate_of_its_own_making_learns_nothing(tmp_path: Path) -> None:
    with (
        serve_date(make_certificate(tmp_path, ended=False)) as url,
        pytest.raises(ModelFailedError, match="cannot be reached"),
    ):
        ModelEndpoint(url, "small", key=KEY).ask(b"{}")


@pytest.mark.parametrize("shown", [KEY, KEY[:8], KEY[-6:]])
def test_a_key_is_shown_nowhere(model_server: ModelServer, shown: str) -> None:
    echo = json.dumps({"error": {"message": f"no access with {shown}"}}).encode()

    told = [failure_of(model_server, RawAnswer(status, echo), key=KEY) for status in (400, 401)]

    assert all(shown not in f"{error.detail} {error.hint}" for error in told)
    assert KEY not in repr(ModelEndpoint("https://models.example/v1", "small", key=KEY))


def test_a_key_that_comes_back_is_not_kept(model_server: ModelServer) -> None:
    body = {"actors": [], "drafts": [f"your key is {KEY}"]}
    model_server.answering = lambda _: body

    reading = read_by(model_server, key=KEY)

    assert KEY not in reading.model_dump_json()
