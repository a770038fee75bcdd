"""Answers are compressed where their caller takes it, and known again by their own validators."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
import zstandard
from starlette.datastructures import Headers
from starlette.responses import Response, StreamingResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http import compression
from api.http.compression import CompressedAnswers, wanted_encoding
from tests.facts import OPENING, STANCE, statement
from tests.world import World

PINNED = (
    "/v1/negotiations/talks/state?seq=20&known_at=2025-12-22&valid_at=2025-12-22&audience=staff"
)
DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


@pytest.fixture
def talks(http_world: World) -> World:
    statements = [statement(number) for number in range(1, 16)]
    http_world.record("2025-12-20T09:00:00Z", [*OPENING, STANCE, *statements])
    http_world.set_clock("2025-12-23T09:00:00Z")
    return http_world


def ask(
    client: TestClient, path: str, encoding: str = "", **headers: str
) -> tuple[Response, bytes]:
    """Return an answer and the bytes of its body as they were sent."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    with client.stream("GET", path, headers={"accept-encoding": encoding, **headers}) as answer:
        return answer, b"".join(answer.iter_raw())  # type: ignore[return-value]  # httpx has its own


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip", "gzip"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("zstd;q=0, gzip;q=0.1", "gzip"),
        ("*", "zstd"),
        ("*;q=0", ""),
        ("br, identity", ""),
        ("", ""),
    ],
)
def test_the_caller_chooses(header: str, encoding: str) -> None:
    assert wanted_encoding(Headers({"accept-encoding": header})) == encoding


@pytest.mark.parametrize("path", [PINNED, "/docs", "/openapi.json"])
@pytest.mark.parametrize("large_size", [0, 2**20])
def test_an_answer_is_the_same_in_every_encoding(
    talks: World, path: str, large_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "LARGE_SIZE", large_size)
    plain, text = ask(talks.client, path)
    for encoding, decode in DECODERS.items():
        answer, body = ask(talks.client, path, encoding)

        assert answer.headers["content-encoding"] == encoding
        assert answer.headers["content-length"] == str(len(body))
        assert "Accept-Encoding" in answer.headers["vary"]
        assert len(body) < len(text)
        assert decode(body) == text
    assert "content-encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["vary"]


def test_each_encoding_of_a_pinned_answer_has_a_validator_of_its_own(talks: World) -> None:
    encodings = ("", "gzip", "zstd")
    for _ in range(2):  # made, then from memory
        answers = {each: ask(talks.client, PINNED, each)[0] for each in encodings}
        tags = {each: answer.headers["etag"] for each, answer in answers.items()}
        again = {each: ask(talks.client, PINNED, each, if_none_match=tags[each]) for each in tags}

        assert len(set(tags.values())) == 3
        assert not any(tag.startswith("W/") for tag in tags.values())
        for each, (answer, body) in again.items():
            assert (answer.status_code, body) == (304, b"")
            assert answer.headers["etag"] == tags[each]
            assert "Accept-Encoding" in answer.headers["vary"]
            assert "content-encoding" not in answer.headers
        for wanted, known in (("", "gzip"), ("", "zstd"), ("zstd", "gzip"), ("gzip", "zstd")):
            assert (
                ask(talks.client, PINNED, wanted, if_none_match=tags[known])[0].status_code == 200
            )


def test_an_answer_as_of_now_has_one_weak_validator(talks: World) -> None:
    path = "/v1/negotiations/talks/state?audience=staff"
    tags = {ask(talks.client, path, each)[0].headers["etag"] for each in ("", "gzip", "zstd")}
    again, body = ask(talks.client, path, "gzip", if_none_match=(tag := tags.pop()))

    assert (tags, tag[:2]) == (set(), "W/")
    assert (again.status_code, body) == (304, b"")


def test_head_tells_of_the_compressed_answer(talks: World) -> None:
    answer, body = ask(talks.client, PINNED, "gzip")
    head = talks.client.head(PINNED, headers={"accept-encoding": "gzip"})

    assert head.headers["content-length"] == str(len(body))
    assert head.headers["etag"] == answer.headers["etag"]


def serve(response: Response) -> TestClient:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await response(scope, receive, send)

    application: ASGIApp = CompressedAnswers(app)
    return TestClient(application)


@pytest.mark.parametrize(
    "response",
    [
        Response(b"x" * 100, media_type="application/json"),
        Response(b"x" * 9000, media_type="application/octet-stream"),
        Response(b"x" * 9000, media_type="text/event-stream"),
        StreamingResponse(iter([b"x" * 9000, b"y" * 9000]), media_type="application/x-ndjson"),
        Response(b"x" * 9000, 200, {"content-encoding": "br"}, media_type="application/json"),
    ],
    ids=["small", "not textual", "events", "in parts", "compressed"],
)
def test_what_is_small_binary_or_streamed_stays_as_it_is(response: Response) -> None:
    answer, body = ask(serve(response), "/", "gzip")

    assert answer.headers.get("content-encoding") in (None, "br")
    assert body.startswith(b"x" * 100)
    assert len(body) in (100, 9000, 18000)


def test_a_part_of_an_answer_is_a_part_of_it_uncompressed() -> None:
    client = serve(Response(b"x" * 9000, media_type="application/json"))

    assert ask(client, "/", "gzip", range="bytes=0-9")[1] == b"x" * 9000


def test_the_answer_to_a_recording_is_not_compressed() -> None:
    client = serve(Response(b"x" * 9000, media_type="application/json"))
    answer = client.post("/", headers={"accept-encoding": "gzip"})

    assert "content-encoding" not in answer.headers
