"""Imported first: the commands under bin/ are plain files, not a package, and are found on the path."""

import sys
from pathlib import Path

BIN = Path(__file__).resolve().parents[2] / "bin"
sys.path.insert(0, str(BIN))
