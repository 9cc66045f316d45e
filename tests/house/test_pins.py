"""constraints.txt pins every release that is installed for the project, and nothing more."""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!+_-]+)")


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [PIN.fullmatch(line) for line in lines if not line.startswith("#")]
    assert None not in pins, "a line that is no pin, an index address perhaps"
    return {canonicalize_name(pin[1]): pin[2] for pin in pins if pin}


def installed() -> dict[str, str]:
    """What pyproject.toml asks for, with all that those ask for in turn."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    asked = [Requirement(line) for line in sum(extras, project["dependencies"])]
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    while asked:
        wanted = asked.pop()
        for extra in ("", *wanted.extras):
            if (wanted.name, extra) in seen:
                continue
            seen.add((wanted.name, extra))
            release = distribution(wanted.name)
            found[canonicalize_name(wanted.name)] = release.version
            for line in release.requires or ():
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    asked.append(needed)
    return found


def test_constraints_pin_exactly_what_is_installed() -> None:
    assert pinned() == installed(), "run `make pins`"
