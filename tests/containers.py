"""The services of docker-compose.yml without an engine: each in namespaces of its own.

A service sees a root that cannot be written except where its volumes and tmpfs say, has its own
user, environment, processes and address, and no capability. Only the programs are this machine's.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import postgres
from tests.images import IMAGE_VOLUMES, KNOWN_USERS, Image, image_of
from tests.serving import wait_until

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ADDRESSES = {"proxy": 242, "api": 243, "postgres": 248, "tables": 249, "replica": 250}
GATEWAY = 241
PROGRAMS = ("/bin", "/sbin", "/lib", "/lib64", "/usr", "/etc")
ENDS_WITH_US = ("setpriv", "--pdeathsig=KILL")
"""How a process is started that ends also where its starter was killed."""
REMEDY = (
    "needs root with all capabilities, unshare, nsenter, setpriv (util-linux) and ip (iproute2)"
)


@dataclass
class Composition:
    """Volumes, addresses and running services; ``folder`` holds the volumes."""

    folder: Path
    given: Mapping[str, str]
    """Variables of the one who starts it, and with ./ the folders that they would have."""
    stack: ExitStack
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @cached_property
    def network(self) -> subprocess.Popen[bytes]:
        """The network of the services, of which this machine is the gateway."""
        holder = self._hold_network()
        _enter(
            holder, "ip link add front type bridge", f"ip addr add {address(GATEWAY)}/28 dev front"
        )
        _enter(holder, "ip link set front up", "ip link set lo up")
        return holder

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """Start a service; its output is in the file NAME.log."""
        service = SERVICES[name]
        holder = self._hold_network()
        _enter(holder, "ip link set lo up")
        if service.get("network_mode") != "none":
            self._join(holder, name)
        image = image_of(service)
        script = "\n".join(self._lines(service, image))
        command = [
            *ENDS_WITH_US,
            "nsenter", f"--net=/proc/{holder.pid}/ns/net",
            "unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child",
            "sh", "-euc", script, "sh", *self.command(service, image),
        ]  # fmt: skip
        with (self.folder / f"{name}.log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.stack.callback(_end, process)
        self.processes[name] = process
        return process

    def run(self, name: str) -> None:
        """Run a service that ends."""
        code = self.start(name).wait(postgres.PATIENCE)
        assert code == 0, self.told(name)

    def threads(self, name: str) -> int:
        """Count what a limit of processes counts."""
        (first,) = _children(self.processes[name].pid)
        own = Path(f"/proc/{first}/ns/pid").readlink()
        tasks = Path("/proc").glob("[0-9]*")
        return sum(_count(task / "task") for task in tasks if _link(task / "ns" / "pid") == own)

    def told(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def command(self, service: Mapping[str, Any], image: Image) -> list[str]:
        entrypoint = service.get("entrypoint", image.entrypoint)
        return [self.fill(each) for each in (*entrypoint, *service.get("command", ()))]

    def fill(self, text: str) -> str:
        """Put variables into a text, as the composition has them."""

        def value(match: re.Match[str]) -> str:
            return "$" if match[0] == "$$" else self.given.get(match[1], match[2] or "")

        return re.sub(r"\$\$|\$\{(\w+)(?::-([^}]*))?\}", value, text)

    def is_healthy(self, name: str) -> bool:
        """Ask what the composition asks; fail where the service has ended."""
        assert self.processes[name].poll() is None, self.told(name)
        kind, *probe = SERVICES[name]["healthcheck"]["test"]
        assert kind == "CMD"
        ran = self.execute(name, *probe)
        return ran is not None and ran.returncode == 0

    def execute(self, name: str, *command: str) -> subprocess.CompletedProcess[str] | None:
        """Run a command inside a service as its user, or nothing where it has not started."""
        children = _children(self.processes[name].pid)
        if not children:
            return None
        image = image_of(SERVICES[name])
        environment = [f"{key}={text}" for key, text in image.environment.items()]
        inside = ["nsenter", f"--target={children[0]}", "--net", "--pid", "--mount", "--root"]
        user = _user_options(SERVICES[name].get("user", image.user))
        return subprocess.run(
            [*inside, "setpriv", *user, "env", "-i", *environment, *command],
            check=False,
            capture_output=True,
            text=True,
        )

    def serve(self, name: str) -> subprocess.Popen[bytes]:
        """Start a service that stays, and wait until it is healthy."""
        process = self.start(name)
        wait_until(lambda: self.is_healthy(name))
        return process

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be at the gateway of the network, in this thread."""
        with Path("/proc/thread-self/ns/net").open() as home:
            _set_network(Path(f"/proc/{self.network.pid}/ns/net"))
            try:
                yield
            finally:
                _set_network(Path(f"/proc/self/fd/{home.fileno()}"))

    def _hold_network(self) -> subprocess.Popen[bytes]:
        own = os.stat("/proc/self/ns/net").st_ino
        holder = subprocess.Popen([*ENDS_WITH_US, "unshare", "--net", "sleep", "infinity"])
        self.stack.callback(_end, holder)
        wait_until(lambda: os.stat(f"/proc/{holder.pid}/ns/net").st_ino != own)
        return holder

    def _join(self, holder: subprocess.Popen[bytes], name: str) -> None:
        number = ADDRESSES[name]
        _enter(
            self.network,
            f"ip link add v{number} type veth peer name eth0 netns {holder.pid}",
            f"ip link set v{number} master front up",
        )
        _enter(holder, f"ip addr add {address(number)}/28 dev eth0", "ip link set eth0 up")

    def _lines(self, service: Mapping[str, Any], image: Image) -> Iterator[str]:
        root = self.folder / "root"
        root.mkdir(exist_ok=True)
        yield "mount --make-rprivate /"
        yield f"mount -t tmpfs -o mode=755 root {root}; mkdir {root}/proc {root}/dev {root}/var"
        for path in map(Path, PROGRAMS):
            if path.is_symlink():
                yield f"cp -P {path} {root}{path}"
            elif path.exists():
                yield from _bind(path, f"{root}{path}", ":ro")
        yield f"mount -t proc proc {root}/proc; ln -s /run {root}/var/run"
        yield f"mount --rbind /dev {root}/dev"
        size = service.get("shm_size", "64mb").removesuffix("b")
        yield f"mount -t tmpfs -o size={size} shm {root}/dev/shm"  # noqa: S108  # of its own
        for name, text in {"hosts": self._hosts(), "passwd": KNOWN_USERS}.items():
            (self.folder / name).write_text(text)
            yield f"mount --bind {self.folder / name} {root}/etc/{name}"
        for given in service.get("tmpfs", ()):
            path, _, options = given.partition(":")
            options = options or "mode=1777"
            yield f"mkdir -p {root}{path}; mount -t tmpfs -o {options} tmpfs {root}{path}"
        for code in {ROOT, Path(sys.base_prefix)}:
            if not code.is_relative_to("/usr"):
                yield from _bind(code, f"{root}{code}", ":ro")
        for path, text in image.files.items():
            source = self.folder / path.strip("/").replace("/", "-")
            source.write_text(text)
            source.chmod(0o755)
            yield from _bind(source, f"{root}{path}", ":ro")
        for mount in service.get("volumes", ()):
            source, path, *options = self.fill(mount).split(":")
            where = self._volume(source, path)
            yield from _bind(where, f"{root}{path}", ":ro" if options == ["ro"] else "")
        if service["read_only"]:
            yield f"mount -o remount,bind,ro {root}"
        environment = image.environment | {
            name: self.fill(text) for name, text in service.get("environment", {}).items()
        }
        told = " ".join(f"'{name}={text}'" for name, text in environment.items())
        user = " ".join(_user_options(service.get("user", image.user)))
        yield f'cd {root}; exec chroot . setpriv {user} env -i {told} "$@"'

    def _volume(self, source: str, path: str) -> Path:
        if source.startswith((".", "/")):
            return (ROOT / source).resolve()
        made = self.folder / "volumes" / source
        if not made.exists():
            made.mkdir(parents=True)
            owner = IMAGE_VOLUMES.get(path, 0)
            os.chown(made, owner, owner)
        return made

    def _hosts(self) -> str:
        names = "".join(f"{address(number)} {name}\n" for name, number in ADDRESSES.items())
        return f"127.0.0.1 localhost\n{names}"


@contextmanager
def composition(folder: Path, **given: str) -> Iterator[Composition]:
    """Give a composition whose services all end with it; skip where nothing can be unshared."""
    tools = ("unshare", "nsenter", "setpriv", "ip")
    able = os.geteuid() == 0 and all(map(shutil.which, tools))
    if not able or subprocess.run(["unshare", "--mount", "--net", "true"], check=False).returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(REMEDY)
    with ExitStack() as stack:
        yield Composition(folder, given, stack)


def address(number: int) -> str:
    return f"172.31.255.{number}"


def _user_options(user: str) -> list[str]:
    uid, _, gid = user.partition(":")
    own = [f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
    return [*own, "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]


def _bind(source: Path, target: str, options: str) -> Iterator[str]:
    make = f"mkdir -p {target}"
    if source.is_file():
        make = f"mkdir -p $(dirname {target}); [ -e {target} ] || touch {target}"
    yield f"{make}; mount --bind {source} {target}"
    if options:
        yield f"mount -o remount,bind,ro {target}"


def _enter(holder: subprocess.Popen[bytes], *commands: str) -> None:
    for command in commands:
        inside = ["nsenter", f"--net=/proc/{holder.pid}/ns/net", *command.split()]
        subprocess.run(inside, check=True)


def _set_network(path: Path) -> None:
    with path.open() as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0x40000000):
            raise OSError(ctypes.get_errno(), "setns")


def _children(pid: int) -> list[int]:
    with suppress(FileNotFoundError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _link(path: Path) -> Path | None:
    with suppress(OSError):
        return path.readlink()
    return None


def _count(folder: Path) -> int:
    with suppress(OSError):
        return len(list(folder.iterdir()))
    return 0


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process; what it unshared ends with it, for the first process of a namespace does."""
    for child in _children(process.pid):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    process.kill()
    process.wait()
