"""The page of pictures: what there is to be seen, each in small and in a sentence."""

from __future__ import annotations

from api.pages.pictures import activity, chronology, drift, encounters, evolution, lag
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from domain.model import Json

PICTURES: tuple[PageDefinition, ...] = tuple(
    module.PICTURE for module in (drift, lag, chronology, evolution, encounters, activity)
)


def load_pictures(frame: PageContext) -> Json:
    """Return the names of the pictures, in their order."""
    return {"pictures": [picture.name for picture in PICTURES]}


PAGE = PageDefinition("pictures", load_pictures)
