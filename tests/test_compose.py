"""The composition: valid by its specification, sealed, and its scripts make what they say."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from jsonschema import Draft7Validator

from tests import postgres
from tests.postgres import Server
from tests.serving import BIN, serve_ledger

ROOT = Path(__file__).parent.parent
SCRIPTS = ROOT / "deploy" / "postgres"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_composition_keeps_to_its_specification() -> None:
    schema = json.loads((ROOT / "tests" / "data" / "compose-spec.json").read_text())
    faults = [error.message for error in Draft7Validator(schema).iter_errors(COMPOSE)]

    assert faults == []


@pytest.mark.parametrize("name", SERVICES)
def test_service_can_write_nowhere_but_where_it_is_told_and_gains_no_rights(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"privileged", "cap_add", "pid", "ipc"} & set(service) == set()


def test_only_the_maker_of_passwords_is_root_and_it_has_no_network() -> None:
    roots = [name for name, service in SERVICES.items() if service.get("user") == "0:0"]

    assert roots == ["secrets"]
    assert SERVICES["secrets"]["network_mode"] == "none"
    assert "\nUSER minutebook\n" in (ROOT / "Dockerfile").read_text()


def test_the_api_is_reached_from_this_machine_and_the_proxy_from_outside() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert ports == {"api": ["127.0.0.1:8000:8000"], "proxy": ["443:8443"]}
    assert SERVICES["proxy"]["profiles"] == ["proxy"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_limits_and_its_log_does_not_fill_the_disk(name: str) -> None:
    service = SERVICES[name]

    assert {"mem_limit", "pids_limit"} <= set(service)
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])


def test_no_password_is_written_in_the_composition() -> None:
    given = {
        name: value
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if "PASSWORD" in name
    }

    assert given
    assert all(
        name.endswith("_FILE") and path.startswith("/secrets/") for name, path in given.items()
    )


def test_volumes_and_scripts_that_are_mounted_exist() -> None:
    mounts = [each.split(":")[0] for service in SERVICES.values() for each in service["volumes"]]
    files = {each for each in mounts if each.startswith("./")}
    given = {"${TLS_FOLDER"}

    assert set(mounts) - files - given == set(COMPOSE["volumes"])
    assert all(os.access(ROOT / each, os.X_OK) for each in files)


def test_passwords_are_made_once_and_each_is_another(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one", "other")]
    told = []
    for _ in range(2):
        subprocess.run([SCRIPTS / "secrets.sh", *files], check=True)
        told.append([file.read_text() for file in files])

    assert told[0] == told[1]
    assert len(set(told[0])) == 2
    assert {len(each) for each in told[0]} == {48}


def run(server: Server, script: str, *arguments: str, **given: str) -> subprocess.Popen[bytes]:
    """Start a script as the server's user, where it finds the server's programs and passwords."""
    terms = server.place.terms()
    folder = server.place.folder
    given = {
        "PATH": f"{server.place.bin}{os.pathsep}{os.environ['PATH']}",
        "OWNER_PASSWORD_FILE": str(folder / "owner"),
        "SERVICE_PASSWORD_FILE": str(folder / "service"),
        "REPLICA_PASSWORD_FILE": str(folder / "replica"),
    } | given
    with (SCRIPTS / script).open() as text:
        return subprocess.Popen(
            ["sh", "-s", "--", *arguments],
            stdin=text,
            stdout=subprocess.DEVNULL,
            **terms | {"env": terms["env"] | given},
        )


def set_up_by_scripts(primary: Server) -> None:
    """Make passwords and roles as the composition does, where the access rules are the image's."""
    (primary.place.data / "pg_hba.conf").write_text("host all all all scram-sha-256\n")
    passwords = [str(primary.place.folder / name) for name in ("owner", "service", "replica")]
    assert run(primary, "secrets.sh", *passwords).wait() == 0
    made = run(
        primary,
        "roles.sh",
        POSTGRES_USER="postgres",
        PGDATA=str(primary.place.data),
        PGHOST="127.0.0.1",
        PGPORT=str(primary.port),
        PGPASSWORD=primary.password,
    )
    assert made.wait() == 0
    with primary.connect() as admin:
        admin.execute("SELECT pg_reload_conf()")


@contextmanager
def standby_by_script(primary: Server) -> Iterator[Server]:
    folder = primary.place.folder / "standby"
    port = postgres.free_port()
    process = run(
        primary,
        "standby.sh",
        f"--port={port}",
        f"--unix_socket_directories={folder}",
        PGDATA=str(folder / "data"),
        PRIMARY_HOST="127.0.0.1",
        PRIMARY_PORT=str(primary.port),
    )
    standby = replace(primary, port=port)
    try:
        postgres.wait_until_answers(standby, process)
        yield standby
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def test_scripts_make_an_owner_without_further_rights_and_a_standby_that_follows() -> None:
    with postgres.cluster(postgres.QUICK) as primary:
        set_up_by_scripts(primary)
        password = (primary.place.folder / "owner").read_text()
        owner = replace(primary, password=password).url("minutebook")
        with standby_by_script(primary) as standby:
            with psycopg.connect(owner.replace("//postgres:", "//minutebook:")) as connection:
                connection.execute("CREATE TABLE told AS SELECT 7 AS n")
                query = "SELECT rolsuper OR rolreplication FROM pg_roles WHERE rolname = user"
                may_more = connection.execute(query).fetchone()
            primary.wait_until_replayed(standby)
            with standby.connect("minutebook") as connection:
                followed = connection.execute("SELECT n FROM told").fetchone()

    assert may_more == (False,)
    assert followed == (7,)


def test_owner_makes_the_tables_and_the_service_role_serves(tmp_path: Path) -> None:
    with postgres.cluster(postgres.QUICK) as primary:
        set_up_by_scripts(primary)
        owner, service = (
            f"postgresql://{role}:{(primary.place.folder / file).read_text()}"
            f"@127.0.0.1:{primary.port}/minutebook"
            for role, file in (("minutebook", "owner"), ("service", "service"))
        )
        subprocess.run([BIN / "minutebook", "grant", "service", "--db", owner], check=True)
        create = ("keys", "create", "operator", "--scope", "admin", "--output")
        key = tmp_path / "operator.key"
        subprocess.run([BIN / "minutebook", *create, key, "--db", owner], check=True)
        headers = {"Authorization": f"Bearer {key.read_text().strip()}"}
        opening = {"type": "negotiation-opened", "title": "Talks"}
        with serve_ledger(service, "--host", "0.0.0.0", folder=tmp_path) as server:  # noqa: S104  # as in its container
            status, _, recorded = server.call(
                "POST", "/v1/negotiations/talks/events", opening, **headers
            )
            refused, _, problem = server.call("POST", "/v1/keys", {"name": "mine"}, **headers)
            stranger, *_ = server.call("POST", "/v1/negotiations/talks/events", opening)

    assert (status, recorded["head"], stranger) == (201, 1, 401)
    assert (refused, "as the owner" in problem["hint"]) == (403, True)
