"""The page of help: keys, words, how to cite."""

from __future__ import annotations

from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from domain.model import Json

GLOSSARY_TERMS = (
    "event",
    "report",
    "position",
    "stance",
    "mixed",
    "disputed",
    "third-party",
    "point",
    "claimed",
    "seen",
    "agreed",
    "overdue",
    "happened",
    "withdrawn",
    "audience",
    "seq",
    "permalink",
    "receipt",
    "root",
    "watch",
)


def load_help(frame: PageContext) -> Json:
    """Return the terms that are explained, in order."""
    return {"terms": list(GLOSSARY_TERMS)}


PAGE = PageDefinition("help", load_help)
