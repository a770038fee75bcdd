"""Answers as text that reads well in 80 columns and in a pipe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from domain.edtf import Bounds, Span
from domain.instants import to_rfc3339_short

if TYPE_CHECKING:
    from api.cli.verify import VerifyResult

LINE_WIDTH = 79


def state_text(basis: dict[str, Any], data: dict[str, Any]) -> str:
    """Tell a whole state."""
    opening = data["negotiation"]
    if not any(rows for name, rows in data.items() if name != "coverage"):
        return "Nothing was known of this negotiation yet."
    opening = opening or {"title": "A negotiation whose opening was not known yet"}
    lines = [
        opening["title"],
        _basis_heading(basis),
        *_wrap_text(opening.get("summary") or "", ""),
        "",
    ]
    for title, rows in (
        ("MEETINGS", map(_meeting_paragraph, sorted(data["meetings"], key=_meeting_sort_key))),
        ("POSITIONS", map(_position_paragraph, data["positions"])),
        ("SAID OF OTHERS (moves no position)", map(_attributed_paragraph, data["attributed"])),
        ("PLANS", map(_plan_paragraph, data["plans"])),
        ("NEWEST STATEMENTS", map(_statement_paragraph, data["statements"])),
        ("DISPUTED", map(_disputed_paragraph, data["disputed"])),
        ("WITHDRAWN", map(_event_paragraph, data["withdrawn"])),
        ("POSSIBLY HAPPENED", map(_event_paragraph, data["possible"])),
        ("STILL AHEAD", map(_event_paragraph, data["scheduled"])),
        (
            "NOT ACTUAL (conditional, hypothetical, denied)",
            map(_event_paragraph, data["unrealised"]),
        ),
        ("ERASED BY LAW", map(_event_paragraph, data["erased"])),
        ("ROLES", map(_role_paragraph, data["roles"])),
        ("ANOMALIES", map(_anomaly_paragraph, data["anomalies"])),
    ):
        lines += _section_lines(title, rows)
    return "\n".join(lines).rstrip()


def _basis_heading(basis: dict[str, Any]) -> str:
    """Say in one line how an answer was asked for."""
    preset_words = {
        "as-known": "as known at",
        "as-recorded": "as this ledger held it at",
        "hindsight": "as now held, of",
    }
    as_of_text = (basis["as_of"] or basis["valid_at"])[:19]
    shown_clocks = ("valid_at",) if basis["basis"] == "hindsight" else ("known_at", "valid_at")
    clocks = [
        f"{name} {_moment_text(basis[name])}"
        for name in shown_clocks
        if basis[name][:19] != as_of_text
    ]
    return ", ".join(
        [
            f"{preset_words[basis['basis']]} {_moment_text(as_of_text)}",
            *_filter_texts(basis),
            *clocks,
        ]
    )


def _filter_texts(basis: dict[str, Any]) -> Iterator[str]:
    yield f"audience {basis['audience']}"
    yield from (f"without {name}" for name in basis["exclude_source"])
    if basis["min_sources"] > 1:
        yield f"{basis['min_sources']} sources or more"


def _moment_text(moment: str) -> str:
    return f"{moment[:19].replace('T', ' ')} UTC"


def _section_lines(title: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    paragraphs = list(rows)
    if paragraphs:
        yield title
        for head, body in paragraphs:
            yield from _wrap_text(head, "  ", "    ")
            yield from _wrap_text(body, "      ")
        yield ""


def _wrap_text(paragraph: str, first_indent: str, later_indent: str | None = None) -> list[str]:
    rest_indent = first_indent if later_indent is None else later_indent
    return textwrap.wrap(
        " ".join(paragraph.split()),
        LINE_WIDTH,
        initial_indent=first_indent,
        subsequent_indent=rest_indent,
        break_on_hyphens=False,
    )


def _sources_text(item: dict[str, Any]) -> str:
    names = dict.fromkeys(each.get("publisher") or each.get("url", "") for each in item["sources"])
    return f" [{', '.join(name for name in names if name)}]" if any(names) else ""


def _meeting_sort_key(item: dict[str, Any]) -> str:
    claims = [each["value"] for each in item.get("rivals", ()) if each["field"] == "occurred"]
    return str(item["occurred"] or item["expected"] or (claims or [""])[0]).lstrip("[")


def _meeting_paragraph(item: dict[str, Any]) -> tuple[str, str]:
    time_text = item["occurred"] or ""
    if not time_text and item["expected"]:
        time_text = f"expected {item['expected']}"
    if not time_text and item.get("disputed"):
        claims = [str(each["value"]) for each in item["rivals"] if each["field"] == "occurred"]
        time_text = "disputed: " + " or ".join(dict.fromkeys(claims))
    head = f"{item['status']:<10} {time_text}  {item['title'] or item['meeting']}"
    details = [item["place"] or "", item["outcome"] or "", item["summary"] or ""]
    return head, "; ".join(each for each in details if each)


def _position_paragraph(item: dict[str, Any]) -> tuple[str, str]:
    stance = (
        "MIXED"
        if item["mixed"]
        else item["stance"] or ("disputed" if item.get("disputed") else "no stance")
    )
    since = f" since {item['since']}" if item["since"] else ""
    body = (item["quote"] and f'"{item["quote"]}"') or item["summary"] or ""
    if item["mixed"]:
        body = " / ".join(
            f"{each.get('stance')}: {each.get('summary')}" for each in item["candidates"]
        )
    elif item["quote"] and item["summary"]:
        body = f'{item["summary"]} "{item["quote"]}"'
    return f"{_cell_label(item)}: {stance}{since}", body + _sources_text(item)


def _cell_label(item: dict[str, Any]) -> str:
    subject_label = item.get("issue") or f"{item.get('plan')}, {item.get('point')}"
    return f"{item['party']} on {subject_label}"


def _attributed_paragraph(item: dict[str, Any]) -> tuple[str, str]:
    source_name = (item.get("attributed_by") or "anonymous").partition(":")[2] or "somebody unnamed"
    body = f'"{item["quote"]}"' if item.get("quote") else item.get("summary", "")
    return (
        f"{source_name} says of {_cell_label(item)}: {item.get('stance') or '-'}",
        body + _sources_text(item),
    )


def _plan_paragraph(item: dict[str, Any]) -> tuple[str, str]:
    points_with_text = [each for each in item["points"] if each["text"]]
    claimed_count = item["claimed_points"]
    parts = [f"{len(item['points'])} points known, {len(points_with_text)} with text"]
    parts += [f"{claimed_count} claimed"] if claimed_count is not None else []
    parts += [f"{len(item['pending'])} amendments pending"] if item["pending"] else []
    parts += [f"{len(item['agreed'])} agreed"] if item["agreed"] else []
    parts += ["disputed"] if item.get("disputed") else []
    sources = [source for each in (item, *item["points"]) for source in each["sources"]]
    return f"{item['plan']}: {item['title'] or 'untitled'} ({item['status'] or 'no status'})", (
        ", ".join(parts) + _sources_text({"sources": sources})
    )


def _statement_paragraph(item: dict[str, Any]) -> tuple[str, str]:
    speaker = str(item.get("speaker", "")).partition(":")[2]
    withdrawn_note = " (withdrawn)" if item["withdrawn"] else ""
    return f"{item.get('occurred') or 'undated'}  {speaker}{withdrawn_note}", (
        str(item.get("summary", "")) + _sources_text(item)
    )


def _disputed_paragraph(item: dict[str, Any]) -> tuple[str, str]:
    claims_by_field: dict[str, list[str]] = {}
    for each in item["rivals"]:
        claims_by_field.setdefault(each["field"], []).append(str(each["value"]))
    body = "; ".join(
        f"{name}: {' or '.join(dict.fromkeys(v))}" for name, v in claims_by_field.items()
    )
    return _event_label(item), body


def _event_paragraph(item: dict[str, Any]) -> tuple[str, str]:
    return f"{item.get('occurred') or 'undated'}  {_event_label(item)}", str(
        item.get("summary") or ""
    )


def _event_label(item: dict[str, Any]) -> str:
    names = ("meeting", "statement", "party", "issue", "plan", "point", "person")
    parts = [str(item[name]) for name in names if item.get(name)]
    return f"{item['type']} {'/'.join(parts)}".rstrip()


def _role_paragraph(item: dict[str, Any]) -> tuple[str, str]:
    return f"{item['person']}, {item['title']} ({item['party']})", ""


def _anomaly_paragraph(item: dict[str, Any]) -> tuple[str, str]:
    return f"{item['kind']} {item.get('plan', '')} {item.get('point', item.get('event', ''))}", ""


def diff_text(data: dict[str, Any]) -> str:
    """Tell what changed between two dates, one paragraph a change."""
    lines = [f"from {_basis_heading(data['from'])}", f"to   {_basis_heading(data['to'])}", ""]
    for each in data["changes"]:
        lines += _change_lines(each)
    return "\n".join(lines if data["changes"] else [*lines, "Nothing changed."])


def _change_lines(item: dict[str, Any], margin: str = "") -> Iterator[str]:
    cause_text = f" ({item['cause']})" if "cause" in item else ""
    subject = item["subject"].partition("#")[0]
    yield from _wrap_text(f"{item['kind']} {subject}{cause_text}", margin, margin + "  ")
    for label in ("before", "after"):
        first_indent = f"{margin}    {label + ':':<8}"
        yield from _wrap_text(_state_gist(item[label]), first_indent, " " * len(first_indent))


def _state_gist(value: dict[str, Any] | None) -> str:
    if value is None:
        return "-"
    names = ["stance", "summary"]
    if "stance" not in value:
        names = ["status", "occurred", "expected", "title", "summary", "text"]
    parts = ["disputed"] if value.get("disputed") else []
    parts += [str(value[name]) for name in names if value.get(name)]
    return "; ".join(parts) or ("mixed" if value.get("mixed") else "known")


def replay_heading(basis: dict[str, Any]) -> str:
    """Say in one line how a replay tells its story."""
    preset_words = {
        "as-known": "as known",
        "as-recorded": "as recorded",
        "hindsight": "in hindsight",
    }
    return f"the story {', '.join([preset_words[basis['basis']], *_filter_texts(basis)])}"


def replay_step_text(item: dict[str, Any], changes: list[dict[str, Any]]) -> str:
    """Tell one step of a replay."""
    recorded_text = item["recorded_at"].replace(".000000", "")
    subject_title = item.get("name") or item.get("title") or ""
    title_text = f": {subject_title}" if subject_title and not changes else ""
    lines = _wrap_text(
        f"#{item['seq']} {recorded_text}  {_event_label(item)}{title_text}", "", "  "
    )
    for each in changes:
        lines += _change_lines(each, "  ")
    return "\n".join([*lines, ""] if changes else lines)


def verify_result_text(result: VerifyResult) -> str:
    """Return what a verification found, one paragraph a mismatch."""
    lines = [f"{result.events} events verified, root {result.root_hash}"]
    if result.signed_size is not None:
        lines.append(f"the external checkpoint covers {result.signed_size} of them")
    for fault in result.faults:
        seq_text = f"seq {fault.seq}, " if fault.seq is not None else ""
        lines += _wrap_text(f"MISMATCH: {seq_text}{fault.field}: {fault.detail}", "", "  ")
    return "\n".join(lines if result.faults else [*lines, "OK"])


def span_to_json(parsed_span: Span) -> dict[str, Any]:
    """Return how a span is understood, as the contract shows it."""
    return {
        "expression": parsed_span.expression,
        "kind": parsed_span.kind,
        "lo": to_rfc3339_short(parsed_span.lo),
        "hi": to_rfc3339_short(parsed_span.hi),
        "start": _bounds_to_json(parsed_span.start),
        "end": _bounds_to_json(parsed_span.end) if parsed_span.end else None,
        "uncertain": parsed_span.uncertain,
        "approximate": parsed_span.approximate,
    }


def _bounds_to_json(bounds: Bounds) -> list[str | None]:
    return [to_rfc3339_short(bounds.lo), to_rfc3339_short(bounds.hi)]


def span_line(span_data: dict[str, Any]) -> str:
    if "error" in span_data:
        return f"{span_data['expression']}: {span_data['error']}"
    flags = [name for name in ("uncertain", "approximate") if span_data[name]]
    words = [
        span_data["kind"],
        f"from {span_data['lo'] or 'open'}",
        f"before {span_data['hi'] or 'open'}",
    ]
    return f"{span_data['expression']}: {', '.join(words + flags)}"
