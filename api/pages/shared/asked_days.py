"""Dates that a reader types into a page as people write them, where that means one day or month."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from datetime import date

from domain.plain_dates import read_plain_date

DATE_PARAMS = frozenset(("as_of", "from", "to"))
"""Parameters whose fields take what people write."""
_ONE_DAY_OR_MONTH = re.compile(r"\d{4}-\d\d(-\d\d)?", re.ASCII)


def understand_days(
    pairs: Sequence[tuple[str, str]], refused: Set[str], today: date | None
) -> list[tuple[str, str]] | None:
    """Return the pairs of a query with those of its refused dates that are written plainly as the
    day or month that they mean; null where none is. What is told from a day counts from today."""
    understood = [
        (name, _read_day(value, today) if name in refused & DATE_PARAMS else value)
        for name, value in pairs
    ]
    return understood if understood != list(pairs) else None


def _read_day(text: str, today: date | None) -> str:
    """Return the one day or month that a text means, or the text itself."""
    meant = read_plain_date(text, today).expression
    return meant if meant and _ONE_DAY_OR_MONTH.fullmatch(meant) else text
