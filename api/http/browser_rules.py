"""What browsers are told of an answer that is no page: to run, load and frame nothing."""

from __future__ import annotations

NO_CONTENT = (
    b"content-security-policy",
    b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
BROWSER_RULES: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    NO_CONTENT,
)
"""Headers of every answer that does not say otherwise."""
ONLY_TLS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
"""For a year, of this name and those below it."""
