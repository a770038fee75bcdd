"""What a state lists under a name of its own, and the fields that say in a line what each is."""

from __future__ import annotations

from typing import get_args

from api.models.answers import State
from api.models.base import Disputable, ShortForm
from projections.answers.listed_kinds import LISTED_KINDS
from projections.answers.listing import ListedKind


def listed_model(kind: ListedKind) -> type[Disputable]:
    """Return the model of one thing of a kind."""
    model: type[Disputable] = get_args(State.model_fields[kind.list_name].annotation)[0]
    return model


def _short_form(kind: ListedKind) -> ShortForm:
    form = listed_model(kind).SHORT_FORM
    if form is None:
        raise TypeError(f"{listed_model(kind).__name__} needs a SHORT_FORM")
    return form


SHORT_FORMS = {kind.kind: _short_form(kind) for kind in LISTED_KINDS}
"""By kind, in the order in which they are listed."""
LIST_NAMES = {kind.kind: kind.list_name for kind in LISTED_KINDS}
