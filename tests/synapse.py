"""A real Matrix server (Synapse on SQLite) on 127.0.0.1, with people who have accounts there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import yaml

SERVER = "tchap.example"
SECRET = "registration-secret-of-the-tests"
PATIENCE = 60.0  # seconds for a server to be up
WIDE = {"per_second": 10_000, "burst_count": 10_000}


@dataclass
class Synapse:
    """A running server; `register` makes an account, `admin` asks for what only staff may."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)
    _token: str = ""
    _n_people: int = 0

    def start(self) -> None:
        """Run it, and wait until it answers."""
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    *("-m", "synapse.app.homeserver"),
                    *("-c", str(self.folder / "homeserver.yaml")),
                ],
                cwd=self.folder,
                stdout=output,
                stderr=output,
            )
        give_up_at = time.monotonic() + PATIENCE
        while not self._is_up():
            assert self.process.poll() is None, (self.folder / "output").read_text()[-3000:]
            assert time.monotonic() < give_up_at, "Synapse did not start"
            time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)

    def register(self, name: str, *, admin: bool = False) -> tuple[str, str]:
        """A new account under a name of its own; its full name and its password."""
        self._n_people += 1
        user, password = f"{name}-{self._n_people}", f"mot de passe de {name}"
        with httpx.Client(base_url=self.url) as http:
            nonce = http.get("/_synapse/admin/v1/register").json()["nonce"]
            words = [nonce, user, password, "admin" if admin else "notadmin"]
            mac = hmac.new(SECRET.encode(), "\0".join(words).encode(), hashlib.sha1).hexdigest()
            answer = http.post(
                "/_synapse/admin/v1/register",
                json={
                    "nonce": nonce,
                    "username": user,
                    "password": password,
                    "admin": admin,
                    "mac": mac,
                },
            )
            answer.raise_for_status()
        if admin:
            self._token = answer.json()["access_token"]
        return f"@{user}:{SERVER}", password

    def ration(self, user_id: str, *, per_second: int, burst: int) -> None:
        """How many messages this account may send."""
        if not self._token:
            self.register("admin", admin=True)
        path = f"/_synapse/admin/v1/users/{quote(user_id)}/override_ratelimit"
        limits = {"messages_per_second": per_second, "burst_count": burst}
        with httpx.Client(base_url=self.url) as http:
            headers = {"Authorization": f"Bearer {self._token}"}
            http.post(path, json=limits, headers=headers).raise_for_status()

    def _is_up(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=1).is_success
        except httpx.TransportError:
            return False


@contextmanager
def running_synapse(folder: Path, **settings: Any) -> Iterator[Synapse]:
    """Start a server in this folder, stop it at the end; `settings` are Synapse's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "homeserver.yaml").write_text(yaml.safe_dump(_settings(folder, port) | settings))
    key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    (folder / "signing.key").write_text(f"ed25519 a_test {key}\n")
    server = Synapse(f"http://127.0.0.1:{port}", folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _settings(folder: Path, port: int) -> dict[str, Any]:
    return {
        "server_name": SERVER,
        "listeners": [
            {
                "port": port,
                "type": "http",
                "bind_addresses": ["127.0.0.1"],
                "resources": [{"names": ["client"]}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "synapse.db")}},
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "pid_file": str(folder / "pid"),
        "registration_shared_secret": SECRET,
        "report_stats": False,
        "trusted_key_servers": [],
        "bcrypt_rounds": 4,
        "rc_message": WIDE,
        "rc_registration": WIDE,
        "rc_login": {"address": WIDE, "account": WIDE, "failed_attempts": WIDE},
        "rc_joins": {"local": WIDE, "remote": WIDE},
        "rc_invites": {"per_room": WIDE, "per_user": WIDE, "per_issuer": WIDE},
    }
