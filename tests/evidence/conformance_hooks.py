"""What schemathesis, which is installed apart, is told in code: see conformance.py."""

from __future__ import annotations

import os
from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def write_lines(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Keep the key by which all is asked: without it every answer would be 401."""
    own_name = os.environ["KEY_NAME"]
    if case.operation.path.endswith("/revoke") and case.path_parameters.get("name") == own_name:
        case.path_parameters["name"] = os.environ["SPARE_KEY_NAME"]
