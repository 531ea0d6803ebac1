"""Starting: what it refuses and in which words, what the children are told, and when it says it is up."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

import bin_path  # noqa: F401 - puts bin/ on the path
import pytest
import start
from django.conf import settings
from processes import Refusal

from servicedesk.celery import app

BIN = Path(start.__file__).parent


def test_a_taken_port_is_named_with_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refusal) as refusal:
            start.check_port("127.0.0.1", port)
    words, command = str(refusal.value).split("; ")
    assert words == f"Port {port} on 127.0.0.1 is taken"
    assert command.startswith("choose another: bin/run --port ")
    start.check_port("127.0.0.1", int(command.rsplit(" ", 1)[1]))


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_does_not_exist_is_named(port):
    with pytest.raises(Refusal, match=f"Port {port} does not exist"):
        start.check_port("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_named(host):
    with pytest.raises(Refusal, match=f"{host} is not an address of this machine"):
        start.check_port(host, 8000)


@pytest.mark.parametrize(
    ("host", "address", "also"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", []),
        ("0.0.0.0", "http://127.0.0.1:8000", [socket.gethostname()]),
        ("192.0.2.7", "http://192.0.2.7:8000", ["192.0.2.7"]),
        ("::1", "http://[::1]:8000", ["[::1]"]),
    ],
)
def test_where_it_listens_decides_where_people_find_it(host, address, also):
    assert start.address(host, 8000) == address
    assert start.hosts(host) == ["localhost", "127.0.0.1", *also]


def test_children_are_told_what_the_owner_wished_and_no_more(tmp_path, monkeypatch):
    for name in ("DEBUG", "ALLOWED_HOSTS", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BASE_URL", "https://desk.example")
    monkeypatch.setenv("PYTHONPATH", "/somewhere/else")
    env = start.child_environ(tmp_path, "127.0.0.1", 8100, "redis://x")
    assert env["BASE_URL"] == "https://desk.example"
    assert env["DEBUG"] == "false"
    assert env["ALLOWED_HOSTS"] == "localhost,127.0.0.1"
    assert env["REDIS_URL"] == "redis://x"
    assert env["SECRET_KEY"] == (tmp_path / "secret_key").read_text().strip()
    assert "PYTHONPATH" not in env


def test_an_own_secret_is_used_and_none_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "from a vault")
    assert start.child_environ(tmp_path, "127.0.0.1", 8100, "redis://x")["SECRET_KEY"] == "from a vault"
    assert list(tmp_path.iterdir()) == []


def test_the_worker_serves_every_queue_of_the_settings(tmp_path):
    web, worker, beat = start.programs(Path("/venv/bin/python"), tmp_path, "127.0.0.1", 8000, {})
    queues = worker.argv[list(worker.argv).index("-Q") + 1].split(",")
    wanted = {settings.CELERY_TASK_DEFAULT_QUEUE, *(r["queue"] for r in app.conf.task_routes.values())}
    assert wanted <= set(queues)
    assert "--no-access-log" in web.argv  # addresses may hold a customer's key
    assert "--no-proxy-headers" in web.argv
    assert beat.argv[-1] == str(tmp_path / "beat-schedule")


def test_a_named_proxy_is_believed(tmp_path):
    env = {"FORWARDED_ALLOW_IPS": "192.0.2.1"}
    web = start.programs(Path("/venv/bin/python"), tmp_path, "127.0.0.1", 8000, env)[0]
    assert "--no-proxy-headers" not in web.argv


@pytest.mark.parametrize(
    ("status", "worker", "beat", "swept"),
    [
        (200, 0.5, 1.0, True),
        (200, 0.5, 40.0, False),  # what the last run left
        (503, 0.5, None, False),
        (503, 0.5, 1.0, False),
    ],
)
def test_it_is_up_when_this_run_has_swept(status, worker, beat, swept):
    parts = {"status": "ok", "worker": {"age_seconds": worker}, "beat": {"age_seconds": beat}}
    assert start.is_swept((status, json.dumps(parts)), within=5.0) is swept


@pytest.mark.parametrize(
    "answer", [None, (200, "<html>"), (200, "[]"), (200, '{"beat": {"age_seconds": null}}')]
)
def test_a_page_that_says_nothing_is_no_sweep(answer):
    assert start.is_swept(answer, within=5.0) is False


def stub(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def launched(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    for tool in ("dirname",):
        (folder / tool).symlink_to(f"/usr/bin/{tool}")
    argv = ["/bin/sh", str(BIN / "run"), "--port", "8100"]
    return subprocess.run(argv, env={"PATH": str(folder), **env}, capture_output=True, text=True, check=False)


OLD = 'case "$2" in *"found Python"*) echo "found Python 3.9.18";; *) exit 1;; esac'
NEW = 'if [ "$1" = -c ]; then echo "$0"; else echo "started with $0 $*"; fi'


def test_an_old_python_alone_is_refused_in_one_sentence(tmp_path):
    stub(tmp_path, "python3", OLD)
    done = launched(tmp_path)
    sentence = (
        "Kulanz needs Python 3.11 or newer (found Python 3.9.18); install it, or name one: KULANZ_PYTHON="
    )
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


def test_no_python_at_all_is_refused_in_one_sentence(tmp_path):
    done = launched(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("Kulanz needs Python 3.11 or newer (found none); install it")


def test_a_newer_python_beside_an_old_one_is_found(tmp_path):
    stub(tmp_path, "python3", OLD)
    stub(tmp_path, "python3.13", "exit 127")  # a name without a Python behind it
    stub(tmp_path, "python3.12", NEW)
    done = launched(tmp_path)
    assert done.stdout == f"started with {tmp_path / 'python3.12'} {BIN / 'start.py'} --port 8100\n"


def test_a_named_python_comes_first(tmp_path):
    stub(tmp_path, "python3", NEW)
    (tmp_path / "own").mkdir()
    stub(tmp_path / "own", "python", NEW)
    done = launched(tmp_path, KULANZ_PYTHON=str(tmp_path / "own" / "python"))
    assert done.stdout.startswith(f"started with {tmp_path / 'own' / 'python'} ")


def test_the_sentence_reaches_the_terminal_without_a_traceback(tmp_path):
    env = {**os.environ, "KULANZ_VAR": str(tmp_path / "var")}
    (tmp_path / "var").write_text("a file")
    argv = ["/bin/sh", str(BIN / "run"), "--port", "8100"]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"bin/run: The data folder {tmp_path / 'var'} cannot be used,")
    assert done.stderr.count("\n") == 1
