"""The data folder: one product at a time, refused in words where it cannot be written, its secret kept."""

from __future__ import annotations

import os
import stat

import bin_path  # noqa: F401 - puts bin/ on the path
import folder
import pytest
from processes import Refusal


def test_a_new_folder_is_for_its_owner_only(tmp_path):
    var = tmp_path / "deep" / "var"
    folder.make_ready(var)
    assert stat.S_IMODE(var.stat().st_mode) == 0o700
    assert [path.name for path in var.iterdir()] == ["log"]


def test_a_file_in_its_place_is_named(tmp_path):
    var = tmp_path / "var"
    var.write_text("a note")
    with pytest.raises(
        Refusal, match=rf"The data folder {var} cannot be used, .*; choose another with KULANZ_VAR"
    ):
        folder.make_ready(var)
    assert var.read_text() == "a note"


def test_a_second_start_on_the_same_folder_is_refused_and_says_who_holds_it(tmp_path):
    with folder.held(tmp_path, "http://127.0.0.1:8000"):
        who = f"process {os.getpid()}, http://127.0.0.1:8000"
        with (
            pytest.raises(Refusal, match=rf"already runs on .* \({who}\); end that one, or choose"),
            folder.held(tmp_path, "http://127.0.0.1:8001"),
        ):
            pass
    with folder.held(tmp_path, "http://127.0.0.1:8001"):
        assert "8001" in (tmp_path / "lock").read_text()
        assert "8000" not in (tmp_path / "lock").read_text()


def test_the_secret_is_made_once_for_its_owner_only(tmp_path):
    secret = folder.secret_key(tmp_path)
    assert len(secret) >= 50
    assert folder.secret_key(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_two_installations_have_two_secrets(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert folder.secret_key(tmp_path / "a") != folder.secret_key(tmp_path / "b")


def test_a_damaged_secret_is_refused_and_kept(tmp_path):
    (tmp_path / "secret_key").write_text("short\n")
    with pytest.raises(Refusal, match=r"secret_key is damaged; restore it from a backup"):
        folder.secret_key(tmp_path)
    assert (tmp_path / "secret_key").read_text() == "short\n"
