"""What an answer is as of, which reports count in it, and what was watched."""

from __future__ import annotations

from api.cli.terminal import wrap_text
from api.cli.wording import Wording
from api.models.answers import Coverage
from api.models.base import BasisEcho

PRESET_TEXTS = {
    "as-known": "as known at",
    "as-recorded": "as recorded in this ledger at",
    "hindsight": "in hindsight, as of",
}


def basis_heading(basis: BasisEcho) -> str:
    """Return in one line what an answer is as of."""
    wording = Wording(basis.tz)
    as_of = wording.moment(basis.valid_at if basis.as_of is None else basis.as_of)
    clocks = {
        "known at": wording.moment(basis.known_at),
        "valid at": wording.moment(basis.valid_at),
    }
    if basis.basis == "hindsight":
        del clocks["known at"]
    other_clocks = [f"{name} {moment}" for name, moment in clocks.items() if moment != as_of]
    heading = f"{PRESET_TEXTS[basis.basis]} {as_of}"
    return ", ".join([heading, f"audience {basis.audience}", *other_clocks])


def filter_lines(basis: BasisEcho) -> list[str]:
    """Return which reports count where not all do, as a paragraph."""
    filters = [f"without {name}" for name in basis.exclude_source]
    if basis.only_source:
        filters.append(f"only {' and '.join(basis.only_source)}")
    if basis.min_sources > 1:
        filters.append(f"{basis.min_sources} independent sources or more")
    filters += [f"no report names {name}" for name in basis.unmatched]
    return wrap_text(f"filtered: {', '.join(filters)}", "", "  ") if filters else []


def heading_lines(basis: BasisEcho) -> list[str]:
    """Return what an answer is as of and which reports count, and an empty line."""
    return [basis_heading(basis), *filter_lines(basis), ""]


def coverage_text(coverage: Coverage) -> str:
    """Return until when somebody looked for news, and on which days nobody did."""
    if not coverage.recorded:
        return "Coverage is not recorded."
    watch, gaps = coverage.last_watch, coverage.gaps
    sentences = [f"Watched until {watch.to}." if watch else "No watch succeeded."]
    if gaps:
        days = sum(gap.days for gap in gaps)
        last = gaps[-1]
        period = last.to if last.from_ == last.to else f"{last.from_} to {last.to}"
        sentences.append(f"No watch covers {days} day{'s' * (days > 1)}, lastly {period}.")
    return " ".join(sentences)
