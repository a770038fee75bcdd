"""Configuration: a TOML file, the environment (MINUTEBOOK_...), flags, in rising order."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from domain.refusals import InvalidQuestionError
from ledger import place


def data_folder() -> Path:
    """Return where ledgers live unless told otherwise."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "minutebook"


NAMES = ("db", "read_db", "host", "port", "log_key", "checkpoint")
PATHS = ("db", "log_key", "checkpoint")


@dataclass(frozen=True, slots=True)
class Settings:
    """What every command needs to know, and where each value that is no default comes from.

    ``db`` is a SQLite file or a ``postgresql://`` address; ``log_key`` the file of the key that
    signs checkpoints, or the key itself; ``checkpoint`` the file outside of the database that keeps
    the newest one; ``read_db`` a replica of a server, for questions. By default both files lie
    beside a file, and in the data folder for a server.
    """

    db: Path | str
    host: str = "127.0.0.1"
    port: int = 8000
    log_key: Path | None = None
    checkpoint: Path | None = None
    read_db: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The SQLite file, for what only a file can do."""
        if isinstance(self.db, Path):
            return self.db
        hint = "use the database's own tools, such as pg_dump and pg_restore; then verify"
        raise InvalidQuestionError("this works on a SQLite file, not on a server", hint=hint)

    @property
    def key(self) -> Path:
        return self.log_key or Path(f"{self._beside}.key")

    @property
    def outside(self) -> Path:
        return self.checkpoint or Path(f"{self._beside}.checkpoint")

    @property
    def _beside(self) -> Path:
        return self.db if isinstance(self.db, Path) else data_folder() / place.name(self.db)

    def echo(self) -> dict[str, dict[str, Any]]:
        """Return each setting with its origin; a secret is masked."""
        key = "(secret)" if str(self.key).startswith("PRIVATE+KEY+") else str(self.key)
        found = {"db": place.masked(str(self.db)),
                 "read_db": self.read_db and place.masked(self.read_db),
                 "host": self.host, "port": self.port,
                 "log_key": key, "checkpoint": str(self.outside)}  # fmt: skip
        return {
            name: {"value": value, "origin": self.origins.get(name, "default")}
            for name, value in found.items()
        }


def settings(**flags: Any) -> Settings:
    """Resolve the configuration. Raises InvalidQuestionError naming the setting."""
    found = Settings(data_folder() / "minutebook.db")
    path = os.environ.get("MINUTEBOOK_CONFIG")
    if path:
        found = _over(found, _toml(Path(path)), dict.fromkeys(NAMES, path))
    variables = {name: f"MINUTEBOOK_{name.upper()}" for name in NAMES}
    environment = {name: os.environ.get(variable) for name, variable in variables.items()}
    found = _over(found, {n: v for n, v in environment.items() if v}, variables)
    given = {n: v for n, v in flags.items() if v is not None}
    return _over(found, given, {name: f"--{name}" for name in NAMES})


def _toml(path: Path) -> dict[str, Any]:
    hint = "mend MINUTEBOOK_CONFIG or the file"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidQuestionError(f"{path}: {error}", hint=hint) from None
    for name in found:
        if name not in NAMES:
            known = "settings are: " + ", ".join(NAMES)
            raise InvalidQuestionError(f"{path} sets {name!r}, which does not exist", hint=known)
    return found


def _over(found: Settings, values: Mapping[str, Any], origins: Mapping[str, str]) -> Settings:
    typed = {name: _typed(name, value, origins[name]) for name, value in values.items()}
    named = {name: origins[name] for name in values}
    return replace(found, **typed, origins={**found.origins, **named})


def _typed(name: str, value: Any, origin: str) -> Any:
    if name == "port":
        if re.fullmatch("[0-9]{1,5}", str(value)) and int(value) < 2**16:
            return int(value)
        raise _refused(name, value, origin, "write a number from 0 to 65535")
    if not isinstance(value, str | Path):
        raise _refused(name, value, origin, "put it in quotes")
    if name in ("db", "read_db") and place.on_server(value):
        return str(value)
    if name == "read_db":
        raise _refused(name, value, origin, "write a postgresql:// address, of a replica of db")
    return Path(value).expanduser() if name in PATHS else value


def _refused(name: str, value: Any, origin: str, hint: str) -> InvalidQuestionError:
    return InvalidQuestionError(f"{origin}: {name} cannot be {value!r}", hint=hint)
