"""The result of one check of an installation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

from domain.errors import MinutebookError
from domain.model import Json
from ledger.fault_log import is_foreseen

Status = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found, in words; what is not ok has a remedy."""

    check: str
    status: Status
    says: str
    remedy: str | None = None

    def to_json(self) -> Json:
        return asdict(self)

    def to_text(self) -> str:
        """Return the result as one line."""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.status:<7}  {self.check}: {self.says}{remedy}"


class Doubt(Exception):
    """What a check warns of, though the server works."""

    def __init__(self, says: str, remedy: str) -> None:
        super().__init__(says)
        self.says, self.remedy = says, remedy


Check = Callable[[], str]
"""Returns in words what is well. Raises Doubt, or the error that a server would."""


def run_check(name: str, check: Check, remedy: str) -> Verdict:
    """Run a check; the remedy is for what the database or the system says by itself."""
    try:
        return Verdict(name, "ok", check())
    except Doubt as doubt:
        return Verdict(name, "warning", doubt.says, doubt.remedy)
    except MinutebookError as error:
        return Verdict(name, "failed", error.detail, error.hint or remedy)
    except Exception as error:
        if not is_foreseen(error):
            raise
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return Verdict(name, "failed", "; ".join(lines), remedy)
