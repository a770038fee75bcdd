"""An OpenAI-compatible endpoint: one question to a model, and its answer within bounds."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

import httpx
import orjson

from domain.errors import ModelFailedError
from domain.model import Json
from ledger.deadline import is_called_off

MAX_ANSWER_BYTES = 2**20
"""The longest answer that is read."""
MAX_TOLD_CHARS = 300
"""How much of a refusal is told."""
_CONNECT_SECONDS, _LOOK_SECONDS = 10.0, 0.25
_LEAST_KEY_PART, _LEAST_SECRET = 6, 12
_REMEDIES = {
    401: ("refuses the key", "see key_file in the file of the setting model_reader"),
    403: ("refuses the key", "see key_file in the file of the setting model_reader"),
    404: ("knows no such address or model", "see address and model in that file"),
    413: ("takes no article that long", "lower max_chars in that file, or read by rules"),
    429: ("takes no more requests now", "try again later, or read by rules"),
}
_REFUSED = ("does not take the request", "choose a model that answers by response_format")
_OUT_OF_ORDER = ("is out of order", "try again later, or read by rules")
_BY_RULES = "try again, or read by rules"


@cache
def _tls_context() -> ssl.SSLContext:
    """Return how certificates are checked: as httpx does, read once."""
    return httpx.create_ssl_context()


@dataclass(frozen=True)
class ModelEndpoint:
    """Where a model is asked: ``address`` stands before ``/chat/completions``.

    ``timeout`` is in seconds and for the whole answer, ``max_chars`` how much of an article is
    sent, in code points. The key is never shown.
    """

    address: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: float = 120
    max_chars: int = 40_000

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    def ask(self, request: bytes) -> str:
        """Send a request of the protocol, and return the JSON text that is answered.

        Raises ModelFailedError where nothing is answered in time, or no success.
        """
        status, body = asyncio.run(self._send_while_wanted(request))
        text = body.decode(errors="replace")
        if status != 200:
            raise self._refusal(status, text)
        is_secret = len(self.key or "") >= _LEAST_SECRET
        return text.replace(self.key or "", "(secret)") if is_secret else text

    async def _send_while_wanted(self, request: bytes) -> tuple[int, bytes]:
        sending = asyncio.ensure_future(self._send(request))
        while not (await asyncio.wait({sending}, timeout=_LOOK_SECONDS))[0]:
            if is_called_off():
                sending.cancel()
                raise self.failure("is not waited for any longer: the server stops")
        return sending.result()

    async def _send(self, request: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        body, context = bytearray(), _tls_context()
        try:
            async with (
                asyncio.timeout(self.timeout),
                httpx.AsyncClient(
                    timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS), verify=context
                ) as http,
                http.stream(
                    "POST", f"{self.address}/chat/completions", content=request, headers=headers
                ) as response,
            ):
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > MAX_ANSWER_BYTES:
                        raise self.failure(
                            f"answers more than {MAX_ANSWER_BYTES} bytes", "choose another model"
                        )
                return response.status_code, bytes(body)
        except TimeoutError:
            told = f"does not answer within {self.timeout:g} seconds"
            hint = "raise timeout in the file of the setting model_reader, or read by rules"
            raise self.failure(told, hint) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            hint = "see whether it runs and address leads to it, or read by rules"
            raise self.failure("cannot be reached, or breaks off", hint) from None

    def failure(self, told: str, hint: str = _BY_RULES) -> ModelFailedError:
        """Return the error that says what the model did instead of answering."""
        detail = f"the model {self.model} at {self.host} {told}"
        return ModelFailedError.for_field("reader", detail, hint)

    def _refusal(self, status: int, text: str) -> ModelFailedError:
        told, hint = _REMEDIES.get(status, _REFUSED if 400 <= status < 500 else _OUT_OF_ORDER)
        reason = "" if status in (401, 403) or self._shows_key(text) else _told_reason(text)
        return self.failure(f"{told} ({status}){reason and f': {reason}'}", hint)

    def _shows_key(self, text: str) -> bool:
        """Return whether a text repeats a part of the key."""
        key, length = self.key or "", _LEAST_KEY_PART
        starts = range(max(len(key) - length, 0) + 1) if key else ()
        return any(key[start : start + length] in text for start in starts)


def _told_reason(text: str) -> str:
    """Return what a refusal says of itself, in one printable line."""
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        return ""
    error = body.get("error", body) if isinstance(body, dict) else {}
    message = error.get("message") if isinstance(error, dict) else error
    line = " ".join(message.split()) if isinstance(message, str) else ""
    return "".join(letter for letter in line if letter.isprintable())[:MAX_TOLD_CHARS]


def read_completion(endpoint: ModelEndpoint, text: str) -> Json:
    """Return the JSON object that a chat completion holds.

    Raises ModelFailedError where it is none, is cut off, or the model declines.
    """
    try:
        choice = orjson.loads(text)["choices"][0]
        message = choice["message"]
        content, refused = message.get("content"), message.get("refusal")
        finished = choice.get("finish_reason")
    except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError):
        hint = "see whether address is that of an OpenAI-compatible interface"
        raise endpoint.failure("answers no chat completion", hint) from None
    if refused or finished == "content_filter":
        raise endpoint.failure("declines to read this article", "read it by rules")
    if finished == "length":
        hint = "lower max_chars in the file of the setting model_reader, or choose another model"
        raise endpoint.failure("breaks off in the middle of its answer", hint)
    try:
        answer = orjson.loads(content)
    except (orjson.JSONDecodeError, TypeError):
        answer = None
    if not isinstance(answer, dict):
        hint = "choose a model that keeps to response_format json_schema"
        raise endpoint.failure("answers no JSON object", hint)
    return answer
