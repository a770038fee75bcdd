"""Configuration: a TOML file, the environment (MINUTEBOOK_...), flags, in rising order."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, TomlConfigSettingsSource

from api.access.gate import AccessPolicy, is_loopback
from api.access.host_names import check_host
from api.access.oidc.settings import read_oidc_settings
from api.access.sessions import SessionTerms
from api.limits.server_limits import ServerLimits
from api.model_settings import ConfiguredModel, read_model_settings
from domain.errors import InvalidQuestionError
from domain.instants import HOUR, MINUTE
from domain.model import Json
from ledger import location
from ledger.proofs.cosignature import require_policy
from ledger.time_sources import TimeSource, parse_source
from ledger.witness_client import ConfiguredWitness

_FLAG_RANK = 3
LogFormat = Literal["text", "json"]
"""The log of a server: words for people, or JSON with a line for each request."""
EVERY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104  # compared, not bound
"""How a server is told to listen on all addresses of its machine."""


def data_folder() -> Path:
    """Return the folder of ledgers whose place is not configured."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "minutebook"


class Settings(BaseModel):
    """What every command needs to know, and where each value that is no default comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    db: Path | str = Field(default_factory=lambda: data_folder() / "minutebook.db")
    """A SQLite file, or the ``postgresql://`` address of a server."""
    read_db: str | None = None
    """A replica of the server, for questions."""
    host: str = "127.0.0.1"
    port: int = 8000
    url: str | None = None
    """The address of a running server, through which commands ask and record."""
    key: str | None = None
    """The key by which such a server knows the caller, or the file that holds it."""
    hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """The names by which a server is known besides those of its own machine and ``host``."""
    anonymous: Literal["public", "none"] = "public"
    """What a request without a key may ask once there are keys."""
    session_hours: int = 12
    """Hours after which somebody who signed in has to do so again."""
    session_idle_minutes: int = 60
    """Minutes without a request after which they have to."""
    oidc: Path | None = None
    """The TOML file that says which identity provider lets people sign in, and as what."""
    model_reader: Path | None = None
    """The TOML file that names a model which may read articles, and what it may be told."""
    client_connections: int = 2500
    """Connections that a process of the server has at once."""
    requests_per_minute: int = 1200
    """Requests of one caller that are answered in a minute, 0 for as many as come."""
    log_key: Path | None = None
    """The file of the key that signs checkpoints, or the key itself."""
    checkpoint: Path | None = None
    """The file outside the database that keeps the newest checkpoint.

    Key and checkpoint lie by default next to a SQLite file, and in the data folder for a server.
    """
    witnesses: Annotated[tuple[str, ...], NoDecode] = ()
    """The witnesses that cosign checkpoints, each as ``URL verifier-key``; or a file of such lines.
    """
    ready_witnesses: int = 0
    """How many of them must cosign for ``/readyz`` to be 200."""
    time_sources: Annotated[tuple[str, ...], NoDecode] = ()
    """Who tells the time that the clock is held against: addresses, ``https://`` or ``ntp://``."""
    access_days: int = 90
    """Days for which is kept who read what only some may see; 0 keeps nothing."""
    proposal_days: int = 30
    """Days for which the body of a proposal is kept after it was decided."""
    article_days: int = 30
    """Days for which the text of an article is kept after its drafts were decided."""
    fetch_private: bool = False
    """Whether articles and feeds may be fetched from addresses inside a network."""
    log_format: LogFormat = "text"
    """What the log of a server is written as: words, or JSON with a line for each request."""
    _origins: Mapping[str, str] = PrivateAttr(default_factory=dict)

    def model_post_init(self, context: Mapping[str, str] | None, /) -> None:
        """Keep where values come from, which ``load_settings`` gives as the context."""
        self._origins = context or {}

    @property
    def origins(self) -> Mapping[str, str]:
        """The origin of each value that is no default: a file, a variable or a flag."""
        return self._origins

    @field_validator("port", mode="before")
    @classmethod
    def _parse_port(cls, value: object, info: ValidationInfo) -> int:
        if re.fullmatch("[0-9]{1,5}", str(value)) and int(str(value)) < 2**16:
            return int(str(value))
        raise _refusal(info, value, "write a number from 0 to 65535")

    @field_validator("url", mode="before")
    @classmethod
    def _parse_url(cls, value: object, info: ValidationInfo) -> str | None:
        if value is None or re.fullmatch(r"https?://[^/\s]+(/\S*)?", str(value)):
            return None if value is None else str(value).rstrip("/")
        raise _refusal(info, value, "write the address of a server, as http://127.0.0.1:8000")

    @field_validator(
        *("db", "read_db", "host", "key", "oidc", "model_reader", "log_key", "checkpoint"),
        mode="before",
    )
    @classmethod
    def _parse_text(cls, value: object, info: ValidationInfo) -> str | Path:
        if not isinstance(value, str | Path):
            raise _refusal(info, value, "put it in quotes")
        if info.field_name in ("host", "key") or (
            info.field_name in ("db", "read_db") and location.is_server_url(value)
        ):
            return str(value)
        if info.field_name == "read_db":
            raise _refusal(info, value, "write the postgresql:// address of a replica of db")
        return Path(value).expanduser()

    @field_validator("witnesses", mode="before")
    @classmethod
    def _parse_witnesses(cls, value: object, info: ValidationInfo) -> tuple[str, ...]:
        lines = value.split("\n") if isinstance(value, str) else value
        if not isinstance(lines, list | tuple) or not all(isinstance(each, str) for each in lines):
            raise _refusal(info, value, "write lines of URL verifier-key, or the name of a file")
        if len(lines) == 1 and lines[0] and " " not in lines[0].strip():
            try:
                lines = Path(lines[0].strip()).expanduser().read_text().split("\n")
            except (OSError, UnicodeDecodeError):
                remedy = "write URL verifier-key, or the name of a file of such lines"
                raise _refusal(info, value, remedy) from None
        stripped = (line.strip() for line in lines)
        return tuple(line for line in stripped if line and not line.startswith("#"))

    @field_validator("ready_witnesses", mode="before")
    @classmethod
    def _parse_count(cls, value: object, info: ValidationInfo) -> int:
        if re.fullmatch("[0-9]{1,4}", str(value)):
            return int(str(value))
        raise _refusal(info, value, "write a number of witnesses, 0 for none")

    @field_validator("client_connections", "requests_per_minute", mode="before")
    @classmethod
    def _parse_limit(cls, value: object, info: ValidationInfo) -> int:
        least = 10 if info.field_name == "client_connections" else 0
        if re.fullmatch("[0-9]{1,6}", str(value)) and int(str(value)) >= least:
            return int(str(value))
        raise _refusal(info, value, f"write a number from {least} to 999999")

    @property
    def limits(self) -> ServerLimits:
        """How much one process of the server takes on."""
        return ServerLimits(self.client_connections, self.requests_per_minute)

    @field_validator("time_sources", mode="before")
    @classmethod
    def _parse_sources(cls, value: object, info: ValidationInfo) -> tuple[str, ...]:
        texts = value.split() if isinstance(value, str) else value
        if not isinstance(texts, list | tuple) or not all(isinstance(each, str) for each in texts):
            raise _refusal(info, value, "write addresses, with spaces between them")
        try:
            return tuple(parse_source(each).name for each in texts)
        except InvalidQuestionError as error:
            raise _refusal(info, value, error.hint or "") from None

    @property
    def configured_time_sources(self) -> list[TimeSource]:
        """Who is asked for the time, each once."""
        return [parse_source(each) for each in dict.fromkeys(self.time_sources)]

    @field_validator("hosts", mode="before")
    @classmethod
    def _parse_hosts(cls, value: object, info: ValidationInfo) -> tuple[str, ...]:
        names = value.replace(",", " ").split() if isinstance(value, str) else value
        try:
            return tuple(check_host(name) for name in cast("Sequence[object]", names))
        except (ValueError, TypeError):
            remedy = "write names without scheme and port, as minutes.example.org"
            raise _refusal(info, value, remedy) from None

    @field_validator("session_hours", "session_idle_minutes", mode="before")
    @classmethod
    def _parse_session(cls, value: object, info: ValidationInfo) -> int:
        least, most = (1, 168) if info.field_name == "session_hours" else (5, 10_080)
        if re.fullmatch("[0-9]{1,5}", str(value)) and least <= int(str(value)) <= most:
            return int(str(value))
        raise _refusal(info, value, f"write a number from {least} to {most}")

    @field_validator("anonymous", mode="before")
    @classmethod
    def _parse_anonymous(cls, value: object, info: ValidationInfo) -> object:
        if value in ("public", "none"):
            return value
        raise _refusal(info, value, "write public, or none to answer only to keys")

    @field_validator("access_days", "proposal_days", "article_days", mode="before")
    @classmethod
    def _parse_days(cls, value: object, info: ValidationInfo) -> int:
        if re.fullmatch("[0-9]{1,5}", str(value)):
            return int(str(value))
        raise _refusal(info, value, "write a number of days, 0 to keep nothing")

    @field_validator("fetch_private", mode="before")
    @classmethod
    def _parse_fetch_private(cls, value: object, info: ValidationInfo) -> bool:
        if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        raise _refusal(info, value, "write true or false")

    @property
    def access_folder(self) -> Path:
        """Where the record of who read is kept, beside the ledger or in the data folder."""
        return Path(f"{self._base_path}.access")

    @field_validator("log_format", mode="before")
    @classmethod
    def _parse_log_format(cls, value: object, info: ValidationInfo) -> object:
        if value in ("text", "json"):
            return value
        raise _refusal(info, value, "write text, or json for a line for each request")

    @property
    def access_policy(self) -> AccessPolicy:
        """Whom a server answers; an address that it listens on is a name of its own."""
        own = () if self.host in EVERY_ADDRESS else (check_host(self.host),)
        terms = SessionTerms(self.session_hours * HOUR, self.session_idle_minutes * MINUTE)
        hosts = frozenset((*self.hosts, *own))
        oidc = None if self.oidc is None else read_oidc_settings(self.oidc)
        return AccessPolicy(hosts, self.anonymous, session_terms=terms, oidc=oidc)

    @property
    def configured_model(self) -> ConfiguredModel | None:
        """The model that may read articles. Raises InvalidQuestionError where its file is wrong."""
        return None if self.model_reader is None else read_model_settings(self.model_reader)

    @property
    def is_loopback_only(self) -> bool:
        """Whether a server is reached from its own machine alone."""
        return self.host == "localhost" or is_loopback((self.host, self.port))

    @property
    def configured_witnesses(self) -> list[ConfiguredWitness]:
        """The witnesses, each known by its key. Raises InvalidQuestionError."""
        witnesses = [ConfiguredWitness.parse(line) for line in self.witnesses]
        require_policy([witness.key for witness in witnesses], None)
        if self.ready_witnesses > len(witnesses):
            hint = "name more witnesses, or a smaller number"
            detail = f"ready_witnesses is {self.ready_witnesses}, of {len(witnesses)} witnesses"
            raise InvalidQuestionError(detail, hint=hint)
        return witnesses

    @property
    def server_url(self) -> str | None:
        """The server to go through; a ledger that is named in a higher place goes before it.

        Raises InvalidQuestionError where the options name both.
        """
        ledger_rank, server_rank = map(self._rank_of, ("db", "url"))
        if self.url and ledger_rank == server_rank == _FLAG_RANK:
            hint = "give --db for a ledger here, or --url for a running server"
            raise InvalidQuestionError("--db and --url both name a ledger", hint=hint)
        return self.url if server_rank >= ledger_rank else None

    def _rank_of(self, name: str) -> int:
        """Return how high the place is where a value comes from: file, environment, flag."""
        origin = self.origins.get(name)
        if origin is None:
            return 0
        return _FLAG_RANK if origin.startswith("--") else 1 + origin.startswith("MINUTEBOOK_")

    @property
    def sqlite_file(self) -> Path:
        """The SQLite file. Raises InvalidQuestionError where the ledger is on a server."""
        if isinstance(self.db, Path):
            return self.db
        hint = "use the database's own tools, such as pg_dump and pg_restore; then verify"
        raise InvalidQuestionError("this works on a SQLite file, not on a server", hint=hint)

    @property
    def key_path(self) -> Path:
        return self.log_key or Path(f"{self._base_path}.key")

    @property
    def checkpoint_path(self) -> Path:
        return self.checkpoint or Path(f"{self._base_path}.checkpoint")

    @property
    def _base_path(self) -> Path:
        if isinstance(self.db, Path):
            return self.db
        return data_folder() / location.server_file_name(self.db)

    def to_json(self) -> Json:
        """Return each setting with its origin; a secret is masked."""
        key_path = str(self.key_path)
        values = {
            "db": location.mask_password(str(self.db)),
            "read_db": self.read_db and location.mask_password(self.read_db),
            "host": self.host,
            "port": self.port,
            "url": self.url and location.mask_password(self.url),
            "key": self.key and "(secret)",
            "hosts": ", ".join(self.hosts),
            "anonymous": self.anonymous,
            "session_hours": self.session_hours,
            "session_idle_minutes": self.session_idle_minutes,
            "oidc": self.oidc and str(self.oidc),
            "model_reader": self.model_reader and str(self.model_reader),
            "client_connections": self.client_connections,
            "requests_per_minute": self.requests_per_minute,
            "log_key": "(secret)" if key_path.startswith("PRIVATE+KEY+") else key_path,
            "checkpoint": str(self.checkpoint_path),
            "witnesses": ", ".join(self.witnesses),
            "ready_witnesses": self.ready_witnesses,
            "time_sources": ", ".join(self.time_sources),
            "access_days": self.access_days,
            "proposal_days": self.proposal_days,
            "article_days": self.article_days,
            "fetch_private": str(self.fetch_private).lower(),
            "log_format": self.log_format,
        }
        return {
            name: {"value": value, "origin": self.origins.get(name, "default")}
            for name, value in values.items()
        }


class _SettingsSchema(Settings, BaseSettings):  # type: ignore[misc]  # only its fields are read
    """The settings, as the readers of files and of the environment want them described."""


def load_settings(**flags: str | int | None) -> Settings:
    """Resolve the configuration. Raises InvalidQuestionError naming the setting."""
    toml_path = os.environ.get("MINUTEBOOK_CONFIG")
    values = _read_toml(Path(toml_path)) if toml_path else {}
    origins = dict.fromkeys(values, toml_path or "")
    environment = EnvSettingsSource(
        _SettingsSchema, env_prefix="MINUTEBOOK_", env_ignore_empty=True
    )()
    origins |= {name: f"MINUTEBOOK_{name.upper()}" for name in environment}
    given_flags = {name: value for name, value in flags.items() if value is not None}
    origins |= {name: _flag_name(name) for name in given_flags}
    return Settings.model_validate(values | environment | given_flags, context=origins)


def _flag_name(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _read_toml(path: Path) -> dict[str, object]:
    try:
        path.open("rb").close()  # the source takes a file that is missing for an empty one
        values = TomlConfigSettingsSource(_SettingsSchema, path)()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        hint = "correct MINUTEBOOK_CONFIG or the file"
        raise InvalidQuestionError(f"{path}: {reason}", hint=hint) from None
    for name in values:
        if name not in Settings.model_fields:
            hint = "settings are: " + ", ".join(Settings.model_fields)
            raise InvalidQuestionError(f"{path} sets {name!r}, which does not exist", hint=hint)
    Settings.model_validate(values, context=dict.fromkeys(values, str(path)))
    return values


def _refusal(info: ValidationInfo, value: object, remedy: str) -> InvalidQuestionError:
    name = info.field_name or ""
    origin = (info.context or {}).get(name) or _flag_name(name)
    return InvalidQuestionError(f"{origin}: {name} cannot be {value!r}", hint=remedy)
