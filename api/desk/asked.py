"""Reading what a page was asked: what cannot be understood is told and left out, never fatal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

from pydantic import Field, ValidationError

from api.problems import reason
from api.questions import REPEATABLE, Asking, Given
from domain import basis as rules
from domain.refusals import InvalidQuestionError, Reason

Pair = tuple[str, str]
Language = Literal["en", "uk"]
_LONGEST = 300
"""Characters of a message that are shown; a longer one repeats what was sent."""


class Shown(Asking):
    """The parameters that every page takes: those of every question, and the language."""

    lang: Annotated[Language | None, Field(description="Of the page.")] = None

    def checked(self) -> None:
        """Read what no type tells: dates and zones. Raises InvalidQuestionError naming each."""
        self.question()


class Since(Shown):
    """The parameters of a page that compares the date shown with an earlier one."""

    from_: Annotated[Given, Field(alias="from", description="The earlier date.")] = None

    def checked(self) -> None:
        super().checked()
        if self.from_:
            rules.moment("from", self.from_, self.tz)


class Between(Since):
    """The parameters of a page that compares two dates, neither of them the one shown."""

    to: Annotated[Given, Field(description="The later date; the one shown unless told.")] = None

    def checked(self) -> None:
        super().checked()
        if self.to:
            rules.moment("to", self.to, self.tz)


S = TypeVar("S", bound=Shown)


class Read(NamedTuple, Generic[S]):
    """What was understood, the pairs that said it, and what was left out with the reason."""

    asked: S
    kept: list[Pair]
    faults: list[Reason]


def read(model: type[S], pairs: Sequence[Pair]) -> Read[S]:
    """Read the query of a page; each parameter that is refused is left out and named."""
    kept, faults = [pair for pair in pairs if pair[1]], list[Reason]()
    while True:
        refused = _repeated(kept) or _refused(model, kept)
        if not refused:
            return Read(model.model_validate(_grouped(kept)), kept, faults)
        faults += [_short(each) for each in refused.values()]
        kept = [pair for pair in kept if pair[0] not in refused]


def _refused(model: type[Shown], kept: Sequence[Pair]) -> dict[str, Reason]:
    """Return what is wrong with each parameter by its name, which is always one of those kept."""
    try:
        model.model_validate(_grouped(kept)).checked()
    except ValidationError as error:
        return {str(fault["loc"][0]): reason(_below(fault)) for fault in error.errors()}
    except InvalidQuestionError as error:
        return {each.pointer: each for each in error.reasons}
    return {}


def _below(fault: Any) -> Any:
    """Place a fault as FastAPI does, below what held the parameter."""
    return {**fault, "loc": ("query", *fault["loc"])}


def _repeated(pairs: Sequence[Pair]) -> dict[str, Reason]:
    names = Counter(name for name, _ in pairs if name not in REPEATABLE)
    return {name: Reason(name, f"{name} is given twice", f"give {name} once")
            for name, times in names.items() if times > 1}  # fmt: skip


def _grouped(pairs: Sequence[Pair]) -> dict[str, Any]:
    found: dict[str, Any] = {name: value for name, value in pairs if name not in REPEATABLE}
    for name, value in pairs:
        if name in REPEATABLE:
            found.setdefault(name, []).append(value)
    return found


def _short(told: Reason) -> Reason:
    detail = told.detail if len(told.detail) <= _LONGEST else f"{told.detail[:_LONGEST]}…"
    return Reason(told.pointer[:_LONGEST], detail, told.hint)
