"""Amendments of public documents as events: a document is a plan, a paragraph a point.

A commit to one document is a plan-amended, or a plan-introduced where it is the first; one without
a changed paragraph is a statement of its author about the plan. It occurred and was published when
it was committed, but at least a second after the one before it of the same document, for the order
is the repository's: merging left some commits with an earlier date than the one they follow. By
author, it occurred when it was written and was published when it was committed.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from benchmarks.votes import slug

Event = dict[str, Any]
SECOND = timedelta(seconds=1)
OPERATIONS = {"add": "insertion", "amend": "substitution", "delete": "repeal"}


@dataclass(frozen=True)
class Commit:
    """A line of the source with the times that it got."""

    raw: dict[str, Any]
    plan: str
    occurred: str
    published: str
    texts: dict[str, str]


def _lines(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(folder / "peps" / f"{name}.jsonl.gz", "rb") as file:
        yield from map(orjson.loads, file)


@lru_cache(maxsize=1)
def _texts(folder: Path) -> dict[str, str]:
    return {line["sha"]: line["text"] for line in _lines(folder, "clause_texts")}


def _utc(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


def _written(value: datetime) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}"


def commits(folder: Path, *, by_author: bool = False) -> list[Commit]:
    """Return every line of the source in its order, with its times."""
    texts, last, found = _texts(folder), dict[int, datetime](), list[Commit]()
    for line in _lines(folder, "amendments"):
        at = _utc(line["commit_date"])
        if line["pep"] in last:
            at = max(at, last[line["pep"]] + SECOND)
        last[line["pep"]] = at
        occurred = min(_utc(line["author_date"]), at) if by_author else at
        found.append(Commit(line, f"pep-{line['pep']}", _written(occurred), _written(at), texts))
    return found


def by_author(folder: Path) -> Iterator[Event]:
    return events(folder, by_author=True)


def events(folder: Path, *, by_author: bool = False) -> Iterator[Event]:
    """Yield the whole history in the order of the source."""
    yield {"type": "negotiation-opened", "title": "How documents were amended"}
    authors: set[str] = set()
    plans: dict[str, set[str]] = {}
    for each in commits(folder, by_author=by_author):
        author = slug(each.raw["author"]) or "unknown"
        if author not in authors:
            authors.add(author)
            yield {"type": "person-registered", "person": author, "name": each.raw["author"]}
        operations = list(_operations(each, plans.get(each.plan, set())))
        if each.plan not in plans:
            yield _introduced(each, operations)
        elif operations:
            yield _told(each, "plan-amended", plan=each.plan, operations=operations)
        else:
            yield _said(each, author)
        standing = plans.setdefault(each.plan, set())
        for one in operations:
            (standing.discard if one["op"] == "repeal" else standing.add)(one["heading"])


def _operations(each: Commit, standing: set[str]) -> Iterator[Event]:
    if "clauses" not in each.raw:  # the document was taken out of the tree
        for heading in sorted(standing):
            yield {"op": "repeal", "point": point(heading), "heading": heading}
        return
    for clause in each.raw["clauses"]:
        heading = clause["clause"]
        told = {"op": OPERATIONS[clause["op"]], "point": point(heading), "heading": heading}
        if "new" in clause:
            told |= {"text": each.texts[clause["new"]], "text_status": "verbatim"}
        yield told


def point(heading: str) -> str:
    """Return the permanent name of a paragraph: headings are too free for one."""
    return f"c-{sha256(heading.encode()).hexdigest()[:20]}"


def _introduced(each: Commit, operations: Sequence[Event]) -> Event:
    points = [
        {name: one[name] for name in ("point", "heading", "text", "text_status")}
        for one in operations
    ]
    return _told(
        each,
        "plan-introduced",
        plan=each.plan,
        points=points,
        title=each.raw.get("title") or each.plan,
    )


def _said(each: Commit, author: str) -> Event:
    name = f"s-{each.raw['commit'][:20]}-{each.raw['pep']}"
    return _told(
        each,
        "statement-made",
        statement=name,
        speaker=f"person:{author}",
        summary=each.raw["summary"],
        about=[f"plan:{each.plan}"],
    )


def _told(each: Commit, kind: str, **fields: Any) -> Event:
    report = {"published": each.published, "publisher": "Repository", "kind": "document"}
    return {"type": kind, "occurred": each.occurred, "reports": [report], **fields}


def text(every: Sequence[Commit], upto: int) -> dict[str, str]:
    """Return the text of a document after one commit, from the source alone, in its order."""
    found: dict[str, str] = {}
    for each in every[: upto + 1]:
        if each.raw["pep"] != every[upto].raw["pep"]:
            continue
        if "clauses" not in each.raw:
            found.clear()
        for clause in each.raw.get("clauses", ()):
            if "new" in clause:
                found[clause["clause"]] = each.texts[clause["new"]]
            else:
                found.pop(clause["clause"], None)
    return found
