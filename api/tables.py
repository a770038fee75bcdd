"""Answers as text that reads well in 80 columns and in a pipe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from domain.instants import text
from domain.spans import Bounds, Span

WIDTH = 79


def state(basis: dict[str, Any], data: dict[str, Any]) -> str:
    """Tell a whole state."""
    opened = data["negotiation"]
    if not any(rows for name, rows in data.items() if name != "coverage"):
        return "Nothing was known of this negotiation yet."
    opened = opened or {"title": "A negotiation whose opening was not known yet"}
    lines = [opened["title"], _heading(basis), *_wrapped(opened.get("summary") or "", ""), ""]
    for title, rows in (
        ("MEETINGS", map(_meeting, sorted(data["meetings"], key=_when))),
        ("POSITIONS", map(_position, data["positions"])),
        ("SAID OF OTHERS (moves no position)", map(_attributed, data["attributed"])),
        ("PLANS", map(_plan, data["plans"])),
        ("NEWEST STATEMENTS", map(_statement, data["statements"])),
        ("DISPUTED", map(_disputed, data["disputed"])),
        ("WITHDRAWN", map(_listed, data["withdrawn"])),
        ("POSSIBLY HAPPENED", map(_listed, data["possible"])),
        ("STILL AHEAD", map(_listed, data["scheduled"])),
        ("NOT ACTUAL (conditional, hypothetical, denied)", map(_listed, data["unrealised"])),
        ("ERASED BY LAW", map(_listed, data["erased"])),
        ("ROLES", map(_role, data["roles"])),
        ("ANOMALIES", map(_anomaly, data["anomalies"])),
    ):
        lines += _section(title, rows)
    return "\n".join(lines).rstrip()


def _heading(basis: dict[str, Any]) -> str:
    """Say in one line how an answer was asked for."""
    words = {
        "as-known": "as known at",
        "as-recorded": "as this ledger held it at",
        "hindsight": "as now held, of",
    }
    at = (basis["as_of"] or basis["valid_at"])[:19]
    moved = ("valid_at",) if basis["basis"] == "hindsight" else ("known_at", "valid_at")
    clocks = [f"{name} {_clock(basis[name])}" for name in moved if basis[name][:19] != at]
    return ", ".join([f"{words[basis['basis']]} {_clock(at)}", *_readers(basis), *clocks])


def _readers(basis: dict[str, Any]) -> Iterator[str]:
    yield f"audience {basis['audience']}"
    yield from (f"without {name}" for name in basis["exclude_source"])
    if basis["min_sources"] > 1:
        yield f"{basis['min_sources']} sources or more"


def _clock(moment: str) -> str:
    return f"{moment[:19].replace('T', ' ')} UTC"


def _section(title: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    found = list(rows)
    if found:
        yield title
        for head, body in found:
            yield from _wrapped(head, "  ", "    ")
            yield from _wrapped(body, "      ")
        yield ""


def _wrapped(words: str, first: str, later: str | None = None) -> list[str]:
    rest = first if later is None else later
    return textwrap.wrap(
        " ".join(words.split()), WIDTH, initial_indent=first, subsequent_indent=rest,
        break_on_hyphens=False,
    )  # fmt: skip


def _sources(item: dict[str, Any]) -> str:
    names = dict.fromkeys(each.get("publisher") or each.get("url", "") for each in item["sources"])
    return f" [{', '.join(name for name in names if name)}]" if any(names) else ""


def _when(item: dict[str, Any]) -> str:
    claims = [each["value"] for each in item.get("rivals", ()) if each["field"] == "occurred"]
    return str(item["occurred"] or item["expected"] or (claims or [""])[0]).lstrip("[")


def _meeting(item: dict[str, Any]) -> tuple[str, str]:
    when = item["occurred"] or ""
    if not when and item["expected"]:
        when = f"expected {item['expected']}"
    if not when and item.get("disputed"):
        claims = [str(each["value"]) for each in item["rivals"] if each["field"] == "occurred"]
        when = "disputed: " + " or ".join(dict.fromkeys(claims))
    head = f"{item['status']:<10} {when}  {item['title'] or item['meeting']}"
    extra = [item["place"] or "", item["outcome"] or "", item["summary"] or ""]
    return head, "; ".join(each for each in extra if each)


def _position(item: dict[str, Any]) -> tuple[str, str]:
    stance = "MIXED" if item["mixed"] else item["stance"] or ("disputed" if item.get("disputed")
                                                             else "no stance")  # fmt: skip
    since = f" since {item['since']}" if item["since"] else ""
    body = (item["quote"] and f'"{item["quote"]}"') or item["summary"] or ""
    if item["mixed"]:
        body = " / ".join(f"{each.get('stance')}: {each.get('summary')}"
                          for each in item["candidates"])  # fmt: skip
    elif item["quote"] and item["summary"]:
        body = f'{item["summary"]} "{item["quote"]}"'
    return f"{_cell(item)}: {stance}{since}", body + _sources(item)


def _cell(item: dict[str, Any]) -> str:
    where = item.get("issue") or f"{item.get('plan')}, {item.get('point')}"
    return f"{item['party']} on {where}"


def _attributed(item: dict[str, Any]) -> tuple[str, str]:
    who = (item.get("attributed_by") or "anonymous").partition(":")[2] or "somebody unnamed"
    body = f'"{item["quote"]}"' if item.get("quote") else item.get("summary", "")
    return f"{who} says of {_cell(item)}: {item.get('stance') or '-'}", body + _sources(item)


def _plan(item: dict[str, Any]) -> tuple[str, str]:
    seen = [each for each in item["points"] if each["text"]]
    claimed = item["claimed_points"]
    parts = [f"{len(item['points'])} points known, {len(seen)} with text"]
    parts += [f"{claimed} claimed"] if claimed is not None else []
    parts += [f"{len(item['pending'])} amendments pending"] if item["pending"] else []
    parts += [f"{len(item['agreed'])} agreed"] if item["agreed"] else []
    parts += ["disputed"] if item.get("disputed") else []
    sources = [source for each in (item, *item["points"]) for source in each["sources"]]
    return f"{item['plan']}: {item['title'] or 'untitled'} ({item['status'] or 'no status'})", (
        ", ".join(parts) + _sources({"sources": sources})
    )


def _statement(item: dict[str, Any]) -> tuple[str, str]:
    speaker = str(item.get("speaker", "")).partition(":")[2]
    gone = " (withdrawn)" if item["withdrawn"] else ""
    return f"{item.get('occurred') or 'undated'}  {speaker}{gone}", (
        str(item.get("summary", "")) + _sources(item)
    )


def _disputed(item: dict[str, Any]) -> tuple[str, str]:
    claims: dict[str, list[str]] = {}
    for each in item["rivals"]:
        claims.setdefault(each["field"], []).append(str(each["value"]))
    body = "; ".join(f"{name}: {' or '.join(dict.fromkeys(v))}" for name, v in claims.items())
    return _name(item), body


def _listed(item: dict[str, Any]) -> tuple[str, str]:
    return f"{item.get('occurred') or 'undated'}  {_name(item)}", str(item.get("summary") or "")


def _name(item: dict[str, Any]) -> str:
    names = ("meeting", "statement", "party", "issue", "plan", "point", "person")
    parts = [str(item[name]) for name in names if item.get(name)]
    return f"{item['type']} {'/'.join(parts)}".rstrip()


def _role(item: dict[str, Any]) -> tuple[str, str]:
    return f"{item['person']}, {item['title']} ({item['party']})", ""


def _anomaly(item: dict[str, Any]) -> tuple[str, str]:
    return f"{item['kind']} {item.get('plan', '')} {item.get('point', item.get('event', ''))}", ""


def changes(data: dict[str, Any]) -> str:
    """Tell what changed between two dates, one paragraph a change."""
    lines = [f"from {_heading(data['from'])}", f"to   {_heading(data['to'])}", ""]
    for each in data["changes"]:
        lines += _change(each)
    return "\n".join(lines if data["changes"] else [*lines, "Nothing changed."])


def _change(item: dict[str, Any], margin: str = "") -> Iterator[str]:
    cause = f" ({item['cause']})" if "cause" in item else ""
    subject = item["subject"].partition("#")[0]
    yield from _wrapped(f"{item['kind']} {subject}{cause}", margin, margin + "  ")
    for label in ("before", "after"):
        first = f"{margin}    {label + ':':<8}"
        yield from _wrapped(_gist(item[label]), first, " " * len(first))


def _gist(value: dict[str, Any] | None) -> str:
    if value is None:
        return "-"
    names = ["stance", "summary"]
    if "stance" not in value:
        names = ["status", "occurred", "expected", "title", "summary", "text"]
    parts = ["disputed"] if value.get("disputed") else []
    parts += [str(value[name]) for name in names if value.get(name)]
    return "; ".join(parts) or ("mixed" if value.get("mixed") else "known")


def story(basis: dict[str, Any]) -> str:
    """Say in one line how a replay tells its story."""
    words = {"as-known": "as known", "as-recorded": "as recorded", "hindsight": "in hindsight"}
    return f"the story {', '.join([words[basis['basis']], *_readers(basis)])}"


def step(item: dict[str, Any], found: list[dict[str, Any]]) -> str:
    """Tell one step of a replay."""
    recorded = item["recorded_at"].replace(".000000", "")
    known = item.get("name") or item.get("title") or ""
    told = f": {known}" if known and not found else ""
    lines = _wrapped(f"#{item['seq']} {recorded}  {_name(item)}{told}", "", "  ")
    for each in found:
        lines += _change(each, "  ")
    return "\n".join([*lines, ""] if found else lines)


def verdict(found: dict[str, Any]) -> str:
    """Tell what a verification found."""
    lines = [f"{found['events']} events hashed and folded again, root {found['root_hash']}"]
    if found["signed"] is not None:
        lines.append(f"the checkpoint kept outside signs for {found['signed']} of them")
    for each in found["faults"]:
        place = f"seq {each['seq']}, " if each["seq"] is not None else ""
        lines += _wrapped(f"DIFFERS: {place}{each['field']}: {each['detail']}", "", "  ")
    return "\n".join([*lines, "nothing differs"] if not found["faults"] else lines)


def span(found: Span) -> dict[str, Any]:
    """Return how a span is understood, as the contract shows it."""
    return {
        "expression": found.expression,
        "kind": found.kind,
        "lo": text(found.lo),
        "hi": text(found.hi),
        "start": _bounds(found.start),
        "end": _bounds(found.end) if found.end else None,
        "uncertain": found.uncertain,
        "approximate": found.approximate,
    }


def _bounds(bounds: Bounds) -> list[str | None]:
    return [text(bounds.lo), text(bounds.hi)]


def span_line(found: dict[str, Any]) -> str:
    if "error" in found:
        return f"{found['expression']}: {found['error']}"
    flags = [name for name in ("uncertain", "approximate") if found[name]]
    words = [found["kind"], f"from {found['lo'] or 'open'}", f"before {found['hi'] or 'open'}"]
    return f"{found['expression']}: {', '.join(words + flags)}"
