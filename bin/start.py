"""bin/run: the whole product as one command in the foreground, from nothing to ended."""

from __future__ import annotations

import argparse
import errno
import http.client
import json
import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import broker
import environment
import folder
import ready
from processes import Refusal, end_group, end_on_signals, has_ended, say, start
from supervisor import Child, Log, Supervisor, is_alarm, printable

ROOT = Path(__file__).resolve().parent.parent
UP_WITHIN_SECONDS = 60.0
BROKER_WITHIN_SECONDS = 10.0
WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - recognised, not bound

HELP = """\
Starts Kulanz in the foreground: environment, database, broker, web, worker, beat. Ctrl-C ends it.

environment variables:
  KULANZ_VAR      folder for all data (default: var in the checkout)
  KULANZ_VENV     folder for the Python packages (default: .venv in the checkout)
  KULANZ_PYTHON   the Python to use (3.11 or newer)
  KULANZ_DEMO=0   do not fill an empty database with demo people and tickets
  DATABASE_URL    another database (default: SQLite in KULANZ_VAR), e.g. postgres://user:word@host/name
  REDIS_URL       another broker (default: an embedded one)
  BASE_URL        the address people use, for links in mail (default: the address it listens on)
  ALLOWED_HOSTS   host names it answers to, with commas
"""


def options(argv: Sequence[str]) -> argparse.Namespace:
    """The command line: host and port."""
    parser = argparse.ArgumentParser(
        prog="bin/run", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", default=8000, type=int, help="port to listen on (default: %(default)s)")
    return parser.parse_args(argv)


def check_port(host: str, port: int) -> None:
    """Raises Refusal, with the way out, when we cannot listen there."""
    if not 0 < port < 65536:
        raise Refusal(f"Port {port} does not exist; choose one from 1 to 65535: bin/run --port 8001")
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except OSError as failure:
        reason = {
            errno.EADDRINUSE: f"Port {port} on {host} is taken",
            errno.EACCES: f"Port {port} is for the system's administrator",
        }.get(failure.errno or 0)
        if reason is None:
            raise Refusal(f"{host} is not an address of this machine ({failure.strerror}).") from failure
        raise Refusal(f"{reason}; choose another: bin/run --port {_another(host, port)}") from failure


def _another(host: str, port: int) -> int:
    for candidate in range(max(port, 7999) + 1, min(max(port, 7999) + 20, 65536)):
        try:
            check_port(host, candidate)
        except Refusal:
            continue
        return candidate
    return broker.free_port(host)


def address(host: str, port: int) -> str:
    """The address a browser on this machine uses."""
    name = "127.0.0.1" if host in WILDCARDS else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def hosts(host: str) -> list[str]:
    """Host names to answer to when nobody named any: this machine as itself, and as what it listens on."""
    names = ["localhost", "127.0.0.1"]
    if host in WILDCARDS:
        names.append(socket.gethostname())
    elif host not in names:
        names.append(f"[{host}]" if ":" in host else host)
    return names


def child_environ(var: Path, host: str, port: int, redis_url: str) -> dict[str, str]:
    """What every child gets to know. What the caller set stays, but for what would lead Python astray."""
    lost = {"PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"}
    defaults = {
        "DEBUG": "false",
        "ALLOWED_HOSTS": ",".join(hosts(host)),
        "BASE_URL": address(host, port),
    }
    given = {name: value for name, value in os.environ.items() if name not in lost and value}
    ours = {
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        "KULANZ_VAR": str(var),
        "REDIS_URL": redis_url,
        "SECRET_KEY": os.environ.get("SECRET_KEY") or folder.secret_key(var),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
    return defaults | given | ours


def programs(python: Path, var: Path, host: str, port: int, env: dict[str, str]) -> list[Child]:
    """Web, worker and beat, in the order in which they matter to the person who waits."""
    # Addresses of pages may hold a customer's key: no access log.
    web = f"-m uvicorn servicedesk.asgi:application --host {host} --port {port} --no-access-log --no-server-header"
    web += " --timeout-graceful-shutdown 2"
    if "FORWARDED_ALLOW_IPS" not in env:
        web += " --no-proxy-headers"
    celery = "-m celery -A servicedesk"
    worker = f"{celery} worker -Q quick,slow,celery -c 2 --pool prefork --loglevel INFO"
    worker += " --without-mingle --without-gossip"
    beat = f"{celery} beat --loglevel INFO --pidfile= --schedule"

    def child(name: str, words: list[str]) -> Child:
        log = Log(var / "log" / f"{name}.log")
        return Child(name, [python, *words], env, ROOT, log)

    return [
        child("web", web.split()),
        child("worker", worker.split()),
        child("beat", [*beat.split(), str(var / "beat-schedule")]),
    ]


def start_broker(supervisor: Supervisor, venv: Path, var: Path) -> str:
    """Starts the embedded broker and waits for it; returns its address for REDIS_URL."""
    for attempt in (1, 2):
        ours = broker.make(venv, var / "broker")
        log = Log(var / "log" / "broker.log")
        child = Child("broker", ours.argv, dict(os.environ), ROOT, log, stdin=ours.settings(), quiet=True)
        supervisor.add(child)
        deadline = time.monotonic() + BROKER_WITHIN_SECONDS
        while time.monotonic() < deadline and not supervisor.wishes_to_end:
            if ours.answers():
                return ours.url
            if child.ends >= 2:
                break
            supervisor.step(0.02)
        if supervisor.wishes_to_end:
            raise KeyboardInterrupt
        supervisor.drop(child)
        if attempt == 1 and any((var / "broker").iterdir()):
            aside = var / f"broker-unreadable-{time.time():.0f}"
            (var / "broker").rename(aside)
            say(f"The broker cannot read its queue; it is set aside in {aside} and loses nothing but time.")
    raise Refusal(f"The broker does not start; what it said is in {var / 'log' / 'broker.log'}.")


def prepare(supervisor: Supervisor, python: Path, var: Path, env: dict[str, str]) -> None:
    """Texts, tables and demo people. Raises Refusal with the last thing said when it fails."""
    path = var / "log" / "prepare.log"
    with path.open("wb") as log:
        script = ROOT / "bin" / "prepare.py"
        process = start([python, script, var / "sign-ins"], env=env, cwd=ROOT, output=log)
        while not has_ended(process):
            supervisor.step(0.1)
            if supervisor.wishes_to_end:
                end_group(process, patience=1)
                raise KeyboardInterrupt
    said = path.read_text(errors="replace")
    for line in filter(is_alarm, said.splitlines()):
        say(f"prepare: {printable(line)}")
    if process.wait():
        last = printable(environment.last_line(said))
        raise Refusal(f"The database cannot be made ready: {last} (all it said: {path}).")


def health(host: str, port: int, name: str) -> tuple[int, str] | None:
    """Status and text of the health page, asked under the host name `name`; None while nobody answers."""
    where = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - recognised, not bound
    line = http.client.HTTPConnection(where, port, timeout=2)
    try:
        line.request("GET", "/healthz", headers={"Host": name})
        answer = line.getresponse()
        return answer.status, answer.read(2000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        line.close()


def is_swept(answer: tuple[int, str] | None, within: float) -> bool:
    """Whether a health page is green by work done within the last seconds, not by what the last run left."""
    if answer is None or answer[0] != 200:
        return False
    try:
        parts = json.loads(answer[1]).values()
        return all(part.get("age_seconds", 0) <= within for part in parts if isinstance(part, dict))
    except (ValueError, AttributeError, TypeError):
        return False


def wait_until_up(supervisor: Supervisor, host: str, port: int, env: dict[str, str], began: float) -> bool:
    """Runs the children until pages come and the first sweep is done; says so. False if it was ended before.

    Raises Refusal when no page comes in time; a sweep that does not come is said, and waited for further.
    """
    name = env["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".*") or "localhost"
    started, web_after, answer = time.monotonic(), 0.0, None
    while (now := time.monotonic()) < started + UP_WITHIN_SECONDS and not supervisor.wishes_to_end:
        answer = health(host, port, name)
        web_after = web_after or (now - began if answer else 0.0)
        if is_swept(answer, within=now - started):
            took = f"pages after {web_after:.1f} s, first sweep after {now - began:.1f} s"
            say(f"Kulanz is up at {env['BASE_URL']} ({took}).")
            return True
        supervisor.pass_time(0.3 if web_after else 0.1)
    if supervisor.wishes_to_end:
        return False
    if not web_after:
        log = f"{env['KULANZ_VAR']}/log/web.log"
        raise Refusal(f"No page came within {UP_WITHIN_SECONDS:.0f} s; what the web server said is in {log}.")
    said = printable(answer[1]) if answer else "nothing"
    say(f"Kulanz answers at {env['BASE_URL']}, but its health page is not green yet; it says: {said}")
    return True


def welcome(var: Path, host: str) -> None:
    """The rest of what a person needs to know, once it runs."""
    sign_ins = var / "sign-ins"
    if os.environ.get("KULANZ_DEMO") != "0" and sign_ins.exists():
        say(f"\nDemo sign-ins, shown until you remove {sign_ins}:")
        say(sign_ins.read_text().rstrip())
    say(f"\nData and logs: {var}   End: Ctrl-C")
    if not host.startswith("127.") and host not in ("localhost", "::1"):
        say("It listens beyond this machine without encryption: put a server with TLS before it.")


def run(argv: Sequence[str]) -> None:
    """Everything, in order; returns when it was ended."""
    wish = options(argv)
    began = time.monotonic()
    var = folder.place(ROOT)
    folder.make_ready(var)
    with folder.held(var, address(wish.host, wish.port)):
        check_port(wish.host, wish.port)
        python = environment.ensure(ROOT, environment.RUN)
        os.umask(0o077)  # what people entrust to us is for this user's eyes only
        supervisor = Supervisor(say)
        try:
            redis_url = os.environ.get("REDIS_URL") or start_broker(supervisor, python.parent.parent, var)
            env = child_environ(var, wish.host, wish.port, redis_url)
            if not ready.is_prepared(ROOT, var):
                prepare(supervisor, python, var, env)
                ready.mark_prepared(ROOT, var)
            for child in programs(python, var, wish.host, wish.port, env):
                supervisor.add(child)
            if wait_until_up(supervisor, wish.host, wish.port, env, began):
                welcome(var, wish.host)
            while not supervisor.wishes_to_end:
                supervisor.step(60)
        finally:
            supervisor.end(last="broker")


def main() -> int:
    """Exit code: 0 when ended as wished, 1 when it could not run, 130 when interrupted before it ran."""
    end_on_signals()
    try:
        run(sys.argv[1:])
    except Refusal as reason:
        say(f"bin/run: {reason}", channel=2)
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    say("Ended.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
