"""Configuration: a TOML file, the environment (MINUTEBOOK_...), flags, in rising order."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from domain.refusals import InvalidQuestionError


def data_folder() -> Path:
    """Return where ledgers live unless told otherwise."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "minutebook"


@dataclass(frozen=True, slots=False)
class Settings:
    """What every command needs to know."""

    db: Path
    host: str = "127.0.0.1"
    port: int = 8000


def settings(**flags: Any) -> Settings:
    """Resolve the configuration. Raises InvalidQuestionError naming the setting."""
    found = Settings(data_folder() / "minutebook.db")
    path = os.environ.get("MINUTEBOOK_CONFIG")
    if path:
        found = _over(found, _toml(Path(path)), path)
    names = [field.name for field in fields(Settings)]
    environment = {name: os.environ.get(f"MINUTEBOOK_{name.upper()}") for name in names}
    found = _over(found, {n: v for n, v in environment.items() if v}, "the environment")
    return _over(found, {n: v for n, v in flags.items() if v is not None}, "the command line")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        hint = "mend MINUTEBOOK_CONFIG or the file"
        raise InvalidQuestionError(f"{path}: {error}", hint=hint) from None


def _over(found: Settings, values: dict[str, Any], where: str) -> Settings:
    known = {field.name for field in fields(Settings)}
    for name in values:
        if name not in known:
            hint = "settings are: " + ", ".join(sorted(known))
            raise InvalidQuestionError(f"{where} sets {name!r}, which does not exist", hint=hint)
    typed = dict(values)
    if "db" in typed:
        typed["db"] = Path(typed["db"]).expanduser()
    if "port" in typed and not str(typed["port"]).isdigit():
        raise InvalidQuestionError(f"{where}: port {typed['port']!r} is no number")
    if "port" in typed:
        typed["port"] = int(typed["port"])
    return replace(found, **typed)
