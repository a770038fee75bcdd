"""Checking a receipt or a bundle by the verifier that every bundle carries."""

from __future__ import annotations

from pathlib import Path

from domain.errors import InvalidQuestionError, TamperedError
from ledger.proofs import verify_bundle


def check_document(path: Path, key: str | None = None) -> list[str]:
    """Return in sentences what was checked.

    Raises TamperedError where a check failed, InvalidQuestionError where the file is none that
    could be checked.
    """
    try:
        sentences = verify_bundle.check_file(str(path), key or "")
        return [*sentences, verify_bundle.KEY_GIVEN if key else verify_bundle.KEY_FROM_FILE]
    except verify_bundle.RefusedError as error:
        sentence, code = error.args
        error_class = TamperedError if code == 1 else InvalidQuestionError
        raise error_class(
            f"{path}: {sentence}", hint="get the file anew from where it came"
        ) from None
