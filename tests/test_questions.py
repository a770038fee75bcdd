"""Whole negotiations, asked on many dates over HTTP, on the command line and on a page.

The answers were written by hand, from the sources or from the story, before they were asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import demo_ledger
from api.wiring import open_ledger
from tests.negotiations import demonstration
from tests.questions import AskedLedger, Question, check_answers
from tests.serving import key_environment


@contextmanager
def open_demonstration(folder: Path) -> Iterator[AskedLedger]:
    with mock.patch.dict(os.environ, XDG_DATA_HOME=str(folder)):
        file = demo_ledger.demo_ledger_file()
    with closing(open_ledger(file)) as ledger, TestClient(create_app(ledger)) as client:
        yield AskedLedger(client, file, key_environment(folder))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedLedger]:
    with open_demonstration(tmp_path_factory.mktemp("demonstration")) as ledger:
        yield ledger


@pytest.mark.parametrize("question", demonstration.QUESTIONS, ids=lambda question: question.text)
def test_the_answer_is_the_same_everywhere(ledger: AskedLedger, question: Question) -> None:
    check_answers(question, ledger)
