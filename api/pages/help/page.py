"""The page of help: keys, words, how to cite."""

from __future__ import annotations

from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from domain.model import Json


def load_help(frame: PageContext) -> Json:
    """Return the terms that are explained, in order."""
    keys = (key.split(".") for key in frame.words.entries)
    return {"terms": list(dict.fromkeys(key[2] for key in keys if key[:2] == ["help", "term"]))}


PAGE = PageDefinition("help", load_help)
