"""A broker for those who need one, and none for those who must do without.

A plugin the tests here ask for by name: a second file called conftest would hide the first from `from conftest`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import NOWHERE, broker, throwaway_broker

from tickets.live import relay


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[broker.Broker]:
    """A real broker of our own; skips where none is installed, unless services are required."""
    folder = tmp_path_factory.mktemp("broker")
    try:
        broker.find(Path(sys.prefix))
    except broker.Refusal as reason:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(str(reason))
    with throwaway_broker(folder) as ours:
        yield ours


@pytest.fixture
def no_redis(settings: object) -> Iterator[str]:
    """Redis is away, and nobody has noticed it before."""
    settings.REDIS_URL = NOWHERE
    relay.client.cache_clear()
    relay._Redis.missed_until, relay._Redis.answered_at = 0.0, relay.LONG_AGO
    yield NOWHERE
    relay.client.cache_clear()
    relay._Redis.missed_until, relay._Redis.answered_at = 0.0, relay.LONG_AGO
