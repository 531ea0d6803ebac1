"""A real IMAP server for the tests: Dovecot with a folder of its own and nobody's rights, thrown away after."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
WITHIN_SECONDS = 20
SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=plain username_format=%u {folder}/people
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/keys
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  # Or a wrong password makes the next sign-in wait.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
KEYS = "introspection_mode = post\nintrospection_url = http://127.0.0.1:{port}/\nusername_attribute = email\n"
PASSWORD = "abcd efgh ijkl mnop"  # as providers show app passwords


@dataclass(frozen=True)
class Dovecot:
    """Where it listens. Everybody named signs in with the one password and has a mailbox of their own."""

    port: int
    judge_port: int  # where it asks whether a key of OAuth 2 is good, and whose

    def put(self, user: str, *mails: bytes) -> None:
        """Lay mails into somebody's INBOX, as a mail server delivers them."""
        box = self.opened(user)
        for raw in mails:
            assert box.append("INBOX", None, None, raw)[0] == "OK"
        box.logout()

    def opened(self, user: str) -> imaplib.IMAP4:
        box = imaplib.IMAP4("127.0.0.1", self.port, timeout=WITHIN_SECONDS)
        box.login(user, PASSWORD)
        box.select("INBOX")
        return box


@contextmanager
def running(people: list[str]) -> Iterator[Dovecot]:
    """Start it and wait until it greets; skipped where it is not installed, unless services are required."""
    if PROGRAM is None:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("Dovecot is not installed, and REQUIRE_SERVICES=1 says it must be")
        pytest.skip("Dovecot is not installed")
    with tempfile.TemporaryDirectory(prefix="kulanz-imap-") as name:
        folder = Path(name)
        whose = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        group = grp.getgrgid(whose.pw_gid).gr_name
        port, judge_port = free_port(), free_port()
        said = {"folder": folder, "user": whose.pw_name, "group": group, "port": port}
        (folder / "settings").write_text(SETTINGS.format(**said))
        (folder / "people").write_text("".join(f"{one}:{{PLAIN}}{PASSWORD}::::::\n" for one in people))
        (folder / "keys").write_text(KEYS.format(port=judge_port))
        drop = {"user": whose.pw_uid, "group": whose.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        if drop:
            for path in (folder, *folder.iterdir()):
                os.chown(path, whose.pw_uid, whose.pw_gid)
        command = [PROGRAM, "-F", "-c", str(folder / "settings")]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **drop)
        try:
            _wait_for(server, port, folder / "log")
            yield Dovecot(port, judge_port)
        finally:
            server.terminate()
            server.wait(WITHIN_SECONDS)


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < ends and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as talk:
                if talk.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(
        f"Dovecot did not start: {log.read_text() if log.exists() else server.stderr.read()!r}"
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
