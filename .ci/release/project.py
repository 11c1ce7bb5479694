"""What the scripts of a release know of the project."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def fail(message):
    """Ends the script; GitHub shows the line beside the step."""
    sys.exit(f"::error title=release::{message}")


def read_text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def read_package():
    """The table [package] of Cargo.toml."""
    return tomllib.loads(read_text("Cargo.toml"))["package"]


def read_sections():
    """The sections of CHANGELOG.md by their names, each with the rest of its heading and its text."""
    text = read_text("CHANGELOG.md")
    heading = re.compile(r"^## \[([^\]]+)\](.*)$", re.MULTILINE)
    found = list(heading.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    return {
        one[1]: (one[2].strip(), text[one.end() : end].strip())
        for one, end in zip(found, ends)
    }
