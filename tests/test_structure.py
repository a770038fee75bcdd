"""The shape of the code: what stands where, how often, and how answers are documented."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence.mutations import locate
from tests.evidence.rules import RULES, Rule
from tests.evidence.structure import defined_types

ROOT = Path(__file__).parent.parent
ROOMS = ("domain", "ledger", "intake", "projections", "api")
SOURCES = {
    file.relative_to(ROOT).as_posix(): file.read_text()
    for room in ROOMS
    for file in sorted((ROOT / room).rglob("*.py"))
}
MAX_FORMATTER_OVERRULED = 40


def texts_in(tree: ast.AST) -> Iterator[str]:
    """Yield the string constants of a module, those of docstrings left out."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    prose = {
        id(node.value)
        for parent in ast.walk(tree)
        if isinstance(parent, documented)
        for node in parent.body
        if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def modules_with(pattern: str) -> list[str]:
    """Return the modules one of whose string constants matches a pattern."""
    return [
        name
        for name, source in SOURCES.items()
        if any(re.search(pattern, text) for text in texts_in(ast.parse(source)))
    ]


def test_a_type_name_stands_once() -> None:
    names = Counter(
        name for source in SOURCES.values() for name in set(defined_types(ast.parse(source)))
    )

    assert [name for name, count in names.items() if count > 1] == []


def test_sql_stands_in_ledger_and_projections_alone() -> None:
    statements = r"^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|DROP|ALTER|WITH \w+ AS) "

    assert [name for name in modules_with(statements) if name.startswith(("api", "domain"))] == []


def test_pages_hold_no_cursor() -> None:
    pages = {name: source for name, source in SOURCES.items() if name.startswith("api/pages")}

    assert [
        name for name, source in pages.items() if re.search(r"\bledger import log\b", source)
    ] == []
    assert [name for name, source in pages.items() if "session.cursor" in source] == []


def test_transactions_begin_and_end_in_one_module() -> None:
    assert modules_with(r"^(BEGIN|COMMIT|ROLLBACK(?! TO))( |;|$)") == ["ledger/database.py"]


def test_only_the_wiring_knows_the_state_of_the_application() -> None:
    uses = [name for name, source in SOURCES.items() if re.search(r"\bapp\.state\b", source)]

    assert [name for name in uses if name not in ("api/app.py", "api/services.py")] == []


def test_the_formatter_is_seldom_overruled() -> None:
    assert sum(source.count("fmt: skip") for source in SOURCES.values()) <= MAX_FORMATTER_OVERRULED


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_the_evidence_breaks_exists(rule: object) -> None:
    assert isinstance(rule, tuple)
    parent, name = locate(rule[1])

    assert getattr(parent, name) is not None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_test_that_has_to_notice_exists(rule: Rule) -> None:
    file, _, test = rule.node.partition("::")

    assert f"\ndef {test.partition('[')[0]}(" in (ROOT / file).read_text()
