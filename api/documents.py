"""Checking a receipt or a bundle by the verifier that every bundle carries."""

from __future__ import annotations

from pathlib import Path

from domain.refusals import InvalidQuestionError, TamperedError
from ledger import verify_bundle


def check_document(path: Path, key: str | None = None) -> list[str]:
    """Return in sentences what was checked.

    Raises TamperedError where a check failed, InvalidQuestionError where the file is none that
    could be checked.
    """
    try:
        told = verify_bundle.check(str(path), key or "")
        return [*told, verify_bundle.GIVEN if key else verify_bundle.OWN]
    except verify_bundle.RefusedError as error:
        sentence, code = error.args
        kind = TamperedError if code == 1 else InvalidQuestionError
        raise kind(f"{path}: {sentence}", hint="get the file anew from where it came") from None
