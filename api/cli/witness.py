"""The command that runs a witness for the logs of others."""

from __future__ import annotations

import re
import socket
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import example
from api.cli.terminal import print_text
from domain.errors import InvalidQuestionError
from ledger.proofs.cosignature import witness_verifier
from ledger.proofs.signed_note import Verifier
from ledger.witness import Witness
from ledger.witness_state import open_witness

commands = typer.Typer()


@commands.command(
    "witness",
    epilog=example(
        "witness --key witness.key --state witness.state --listen 127.0.0.1:8010"
        " --log example.org/talks+48b091ec+AcsPm5tDKCtSaMbT/qDgXOEMiaND+b0caTiWceRiqecG"
    ),
)
def run_witness(
    key: Annotated[
        Path, typer.Option(help="File of the witness's secret key, made at the first start.")
    ],
    state: Annotated[
        Path, typer.Option(help="File in which it remembers what it cosigned, made with the key.")
    ],
    log: Annotated[
        list[str],
        typer.Option(
            metavar="VERIFIER_KEY", help="Verifier key of a log to cosign; repeat for several."
        ),
    ],
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where to listen; port 0 for any free port.")
    ] = "127.0.0.1:8010",
    name: Annotated[
        str | None, typer.Option(help="Name of the witness, where its key is made.")
    ] = None,
) -> None:
    """Cosign the checkpoints of logs as long as each continues the one before.

    It remembers what it cosigned, so it shows when a log is given two histories.
    """
    import uvicorn

    from api.witness_app import create_witness_app

    logs = [Verifier.parse(text) for text in log]
    if name is not None and not re.fullmatch(r"[^\s+]+", name):
        hint = "choose a name like witness.example.org/one"
        raise InvalidQuestionError("a witness's name has no spaces and no +", hint=hint)
    host, port = _parse_address(listen)
    witness_key, witness_state = open_witness(key, state, name)
    with closing(witness_state), _listen(host, port) as listener:
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        print_text(f"Witness {witness_key.name} answers at {address}")
        print_text(f"{address} {witness_verifier(witness_key).to_text()}")
        app = create_witness_app(Witness(witness_key, logs, witness_state))
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        uvicorn.Server(config).run(sockets=[listener])


def _parse_address(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"\[?([^\s\[\]]+?)\]?:([0-9]{1,5})", text)
    if not match or int(match[2]) >= 2**16:
        hint = "write HOST:PORT, as 127.0.0.1:8010"
        raise InvalidQuestionError(f"--listen cannot be {text!r}", hint=hint)
    return match[1], int(match[2])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        hint = "choose another with --listen; port 0 takes any free one"
        raise InvalidQuestionError(
            f"cannot listen on {host}:{port}: {error.strerror}", hint=hint
        ) from None
