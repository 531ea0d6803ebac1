"""A measurement that is asked to end takes along what it started."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from servicedesk.bench.crew import crew
from servicedesk.management.commands.bench import ending_in_order


def test_asked_to_end_it_ends_its_processes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stays = tmp_path / "stays"
    stays.write_text("#!/bin/sh\nexec sleep 60\n")
    stays.chmod(0o700)
    monkeypatch.setenv("KULANZ_BROKER", str(stays))
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), ending_in_order(), crew(("broker",)) as found:
        assert found.running["broker"].poll() is None
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()
    assert found.running["broker"].returncode == -signal.SIGKILL
    assert signal.getsignal(signal.SIGTERM) is before
