"""The shape of the code in numbers, for one checkout or two side by side.

``python -m tests.evidence.structure [--against FOLDER]`` prints a Markdown table.
Another checkout is measured by its own interpreter, ``FOLDER/.venv/bin/python``; the names of
version 0.1.0 are understood too.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import re
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

PACKAGES = ("domain", "ledger", "intake", "projections", "api")
ROOT = Path(__file__).parents[2]
GENERATED = {"api/http/examples.json": "tests/make_examples.py"}
"""JSON files that a command writes, each with that command; where it is missing, by hand."""
SETUP = [
    {"type": "negotiation-opened", "title": "Wages"},
    {"type": "party-registered", "party": "crew", "name": "Crew"},
    {"type": "issue-defined", "issue": "wages", "title": "Wages"},
]
MEASURES = {
    "fact": ("modules that a recorded fact passes, SQLite", "≤ 18"),
    "question": ("modules that a state question passes, SQLite", "≤ 14"),
    "repeated": ("type names that stand twice or more", "0"),
    "one_word": ("one-word function names", "≤ 50 %"),
    "any": ("`Any` in the product", "≤ 150"),
    "lines": ("lines of Python, models of answers apart", "≤ 17,254"),
    "json": ("lines of hand-kept JSON, words apart", "0"),
    "schemas": ("OpenAPI component schemas", "every answer"),
    "responses": ("responses with a schema", "all"),
    "skips": ("`fmt: skip` in the product", "≤ 40"),
}


def position(day: int) -> bytes:
    """Return the body of one position, stated on 2 March and reported on a day of that month."""
    event = {
        "type": "position-stated",
        "party": "crew",
        "issue": "wages",
        "stance": "demands",
        "summary": "Eight per cent.",
        "occurred": "2026-03-02",
        "reports": [{"published": f"2026-03-{day:02}", "publisher": "Harbour Post"}],
    }
    return json.dumps(event).encode()


def import_first(*names: str) -> ModuleType:
    """Import the first of several modules that this checkout has."""
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not name.startswith(error.name or "\0"):
                raise
    raise ModuleNotFoundError(names[0])


@contextmanager
def open_client(folder: str) -> Iterator[Any]:
    """Yield a client of an application of whichever checkout, on a ledger of its own."""
    from starlette.testclient import TestClient

    application = import_first("api.app")
    create = getattr(application, "create_app", None) or application.create
    wiring = import_first("api.wiring", "api.session", "api.archive")
    ledger = wiring.open_ledger(f"{folder}/ledger.db")
    with (
        closing(ledger),
        TestClient(create(ledger), "http://127.0.0.1", client=("127.0.0.1", 50000)) as client,
    ):
        yield client


def modules_passed(root: Path, act: Callable[[], object], record: set[str]) -> int:
    """Count the modules of the product whose functions run while something is done."""
    record.clear()
    act()
    files = {name for name in record.copy() if name.startswith(f"{root}/")}
    return sum(name[len(str(root)) + 1 :].split("/")[0] in PACKAGES for name in files)


def trace_requests(root: Path) -> dict[str, int]:
    """Record one fact and ask one state, each after another of its kind, and count modules."""
    files = set[str]()

    def notice_call(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            files.add(frame.f_code.co_filename)

    threading.setprofile(notice_call)
    sys.setprofile(notice_call)
    path = "/v1/negotiations/harbour"
    with tempfile.TemporaryDirectory() as folder, open_client(folder) as client:

        def post(body: bytes, kind: str = "json") -> None:
            headers = {"Content-Type": f"application/{kind}"}
            client.post(f"{path}/events", content=body, headers=headers).raise_for_status()

        def ask(day: int) -> None:
            client.get(f"{path}/state?as_of=2026-03-{day}").raise_for_status()

        post("\n".join(map(json.dumps, SETUP)).encode(), "x-ndjson")
        post(position(4))
        # The least of seven, since threads in the background pass modules of their own.
        fact = min(
            modules_passed(root, partial(post, position(day)), files) for day in range(5, 12)
        )
        ask(14)
        question = min(modules_passed(root, partial(ask, day), files) for day in range(15, 22))
        sys.setprofile(None)
        threading.setprofile(None)
        return {"fact": fact, "question": question} | count_schemas(client.app)


def count_schemas(app: Any) -> dict[str, Any]:
    """Count component schemas, and responses with a body that name a schema."""
    document = app.openapi()
    components = document.get("components", {})
    shared = components.get("responses", {})
    bodies = [
        content
        for path in document["paths"].values()
        for operation in path.values()
        for response in operation["responses"].values()
        if (content := shared.get(response.get("$ref", "").split("/")[-1], response).get("content"))
    ]
    typed = sum(
        all(media.keys() & {"schema", "itemSchema"} for media in body.values()) for body in bodies
    )
    return {"schemas": len(components.get("schemas", {})), "responses": f"{typed} of {len(bodies)}"}


def defined_types(tree: ast.Module) -> Iterator[str]:
    """Yield the names of classes, and of aliases written in capitals and small letters."""
    yield from (node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name), *_]):
                if name.strip("_")[:1].isupper() and not name.isupper():
                    yield name


def function_words(tree: ast.Module) -> Iterator[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    names = (node.name for node in ast.walk(tree) if isinstance(node, functions))
    return (name.strip("_") for name in names if not name.startswith("__"))


def read_sources(root: Path) -> dict[str, str]:
    files = (path for package in PACKAGES for path in (root / package).rglob("*.py"))
    return {str(path.relative_to(root)): path.read_text() for path in sorted(files)}


def count_lines(texts: Iterable[str]) -> int:
    return sum(text.count("\n") for text in texts)


def count_text(root: Path) -> dict[str, Any]:
    """Count what can be read from the files alone."""
    sources = read_sources(root)
    types, functions = defaultdict[str, list[str]](list), list[str]()
    for name, text in sources.items():
        tree = ast.parse(text)
        functions += function_words(tree)
        for defined in defined_types(tree):
            types[defined].append(name)
    made = {name for name, maker in GENERATED.items() if (root / maker).exists()}
    documents = [
        path.read_text()
        for package in PACKAGES
        for path in (root / package).rglob("*.json")
        if "words" not in path.parts and str(path.relative_to(root)) not in made
    ]
    one_word = sum("_" not in name for name in functions)
    return {
        "repeated": sum(len(files) > 1 for files in types.values()),
        "one_word": f"{100 * one_word / len(functions):.0f} %",
        "any": sum(len(re.findall(r"\bAny\b", text)) for text in sources.values()),
        "lines": count_lines(text for name, text in sources.items() if "/models" not in name),
        "json": count_lines(documents),
        "skips": sum(text.count("fmt: skip") for text in sources.values()),
    }


def measure_checkout(root: Path) -> dict[str, Any]:
    """Measure the checkout whose packages this process imports."""
    sys.path.insert(0, str(root))
    return count_text(root) | trace_requests(root)


def ask_checkout(root: Path) -> dict[str, Any]:
    """Have a checkout measured by its own interpreter."""
    command = [str(root / ".venv/bin/python"), __file__, "--json"]
    ran = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(ran.stdout))


def print_table(columns: dict[str, dict[str, Any]]) -> None:
    print("| | " + " | ".join(columns) + " | wanted |")
    print("|---" * (len(columns) + 2) + "|")
    for name, (label, wanted) in MEASURES.items():
        values = [column[name] for column in columns.values()]
        shown = [f"{value:,}" if isinstance(value, int) else value for value in values]
        print(f"| {label} | " + " | ".join(shown) + f" | {wanted} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout, installed in its .venv")
    parser.add_argument("--json", action="store_true", help="measure the current folder only")
    options = parser.parse_args()
    if options.json:
        print(json.dumps(measure_checkout(Path.cwd())))
        return
    columns = {"this": ask_checkout(ROOT)}
    if options.against:
        columns = {"other": ask_checkout(options.against.resolve()), **columns}
    print_table(columns)


if __name__ == "__main__":
    main()
