"""The command line, run inside the test's process as a shell runs it, which saves its start."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

import pytest
import typer.main

from api.cli.main import main

parse_commands = cache(typer.main.get_command)
"""What Typer makes of the commands each time they are called: half of what most of them take."""


def run_command(*arguments: str | Path, stdin: str = "", **variables: str) -> CompletedProcess[str]:
    """Run minutebook with these arguments, and these variables added to the environment."""
    stdout, stderr = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        mock.patch.dict(os.environ, variables),
        mock.patch.object(sys, "argv", ["minutebook", *map(str, arguments)]),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")),
        mock.patch("typer.main.get_command", parse_commands),
        mock.patch("api.cli.gc_tuning.tune_collector"),
        redirect_stdout(stdout),
        redirect_stderr(stderr),
        pytest.raises(SystemExit) as end,
    ):
        main()
    return CompletedProcess(arguments, int(end.value.code or 0), *map(read_back, (stdout, stderr)))


def read_back(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
