"""The import law: who may import whom, told by reading every import of the tree.

The tables are the law; whoever extends one changes the house and says so in review.
"""

import ast
import gc
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# What each top-level package may import of ours, beside itself.
LAYERS = {
    "server": {"handlers", "miniprogram_api", "adapters", "content", "domain"},
    "handlers": {"domain"},
    "miniprogram_api": {"domain"},
    "adapters": {"domain"},
    "content": {"domain"},
    "domain": set(),
    "sandbox": set(),
}
# Python beside the product. Only the sandbox's own tests may know it from the inside;
# benchmarks use the cast and the served house of the tests.
# scripts stand alone: who distrusts the house can run them without it.
BESIDE = {
    "tests": set(LAYERS),
    "benchmarks": {*LAYERS, "tests"} - {"sandbox"},
    "scripts": set(),
}
SANDBOX_TESTS = "tests/sandbox/"
MADE = {"build", "dist", "data"}

# Who alone may import a package from outside, by the start of the importer's name.
KEEPERS = {
    "motor": ("adapters.mongo",),
    "pymongo": ("adapters.mongo",),
    "pymongocrypt": ("adapters.mongo",),
    "bson": ("adapters.mongo",),
    "gridfs": ("adapters.mongo",),
    "wechatpy": ("miniprogram_api",),
    "tornado.web": ("handlers", "server", "sandbox"),
    "aiohttp": ("adapters.outside",),
    "httpx": ("sandbox",),
}

# The domain's modules; each imports only from tiers above its own line.
TIERS = (
    {"errors"},
    {
        "characters",
        "differences",
        "identifiers",
        "names",
        "pages",
        "sources",
        "time",
        "transactions",
        "values",
        "workdays",
    },
    {"counter", "files", "hours", "pushes", "report_facts", "samples", "timestamps", "versions"},
    {"audit", "consent", "content_checks", "identity", "live", "looks", "notices", "people"}
    | {"papers", "push_inbox", "services", "staff", "subjects"},
    {"alerts", "attachments", "exports", "media", "personal_data", "staff_looks"},
    {"butlers"},
    {
        "console",
        "contributions",
        "electricity",
        "credit_reports",
        "erasure",
        "judging",
        "lectures",
        "messages",
        "moves",
        "objections",
        "promises",
        "reviewers",
    }
    | {"tickets", "usage_records", "verification"},
    # Between the supplier's system and one capability: it speaks of nothing else.
    {"grid"},
)
# Input, output, the clock and chance reach the domain as arguments.
IMPURE = {
    *("asyncio", "http", "io", "logging", "os", "pathlib", "random", "secrets", "shutil"),
    *("socket", "subprocess", "tempfile", "threading", "time", "urllib", "uuid"),
}


@dataclass(frozen=True)
class Import:
    """``module`` imports ``target``; each is a dotted name, the target's last part an object."""

    place: str
    module: str
    target: str


@dataclass(frozen=True)
class Module:
    """One file of Python under its import name."""

    path: str
    name: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All of the tree, walked once: most of what the law costs is walking."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        return tuple(self._imports())

    def _imports(self) -> Iterator[Import]:
        for node in self.nodes:
            place = f"{self.path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(place, self.name, alias.name)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    yield Import(place, self.name, f"{node.module}.{alias.name}")


def violations(root: Path) -> list[str]:
    """Every breach of the law in the tree at ``root``: file, line, what is wrong."""
    modules = {module.name: module for module in read(root)}
    ours = {name: module for name, module in modules.items() if top(name) in LAYERS}
    rules = (
        unlisted(root),
        unpackaged(root),
        *(hidden_imports(module) for module in ours.values()),
        *(forbidden_layers(module) for module in modules.values()),
        *(strangers_packages(module) for module in ours.values()),
        *(domain_imports(module) for module in ours.values() if top(module.name) == "domain"),
        circles(ours),
    )
    return sorted(breach for rule in rules for breach in rule)


def read(root: Path, folders: Iterable[str] = (*LAYERS, *BESIDE)) -> Iterator[Module]:
    for folder in folders:
        for file in sorted((root / folder).rglob("*.py")):
            path = file.relative_to(root)
            parts = path.with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield Module(path.as_posix(), name, ast.parse(file.read_text(encoding="utf-8")))


def top(name: str) -> str:
    return name.partition(".")[0]


def unlisted(root: Path) -> Iterator[str]:
    for entry in root.iterdir():
        if entry.name.startswith(".") or entry.name in {*LAYERS, *BESIDE, *MADE}:
            continue
        if entry.suffix == ".py" or any(entry.rglob("*.py")):
            yield f"{entry.name}: no layer of the house; give it a line in LAYERS"


def unpackaged(root: Path) -> Iterator[str]:
    for layer in LAYERS:
        for folder in {file.parent for file in (root / layer).rglob("*.py")}:
            if not (folder / "__init__.py").exists():
                yield f"{folder.relative_to(root).as_posix()}: without __init__.py no wheel has it"


def hidden_imports(module: Module) -> Iterator[str]:
    """An import that is not a plain statement at the module's top hides a circle."""
    for node in module.nodes:
        place = f"{module.path}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in module.tree.body:
            yield f"{place}: imports stand at the module's top, under no condition"
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{place}: imports are absolute"
        called = getattr(node, "id", getattr(node, "attr", getattr(node, "name", "")))
        if called in {"__import__", "import_module"}:
            yield f"{place}: {called} imports what no reader sees"


def forbidden_layers(module: Module) -> Iterator[str]:
    own = top(module.name)
    allowed = {own, *{**LAYERS, **BESIDE}[own]}
    if own == "tests" and not module.path.startswith(SANDBOX_TESTS):
        allowed -= {"sandbox"}
    for found in module.imports:
        target = top(found.target)
        if target in {*LAYERS, *BESIDE} - allowed:
            yield f"{found.place}: {own} may not import {target}"


def strangers_packages(module: Module) -> Iterator[str]:
    for found in module.imports:
        for package, keepers in KEEPERS.items():
            if within(found.target, package) and not any(
                within(module.name, keeper) for keeper in keepers
            ):
                yield f"{found.place}: {package} belongs to {', '.join(keepers)}"


def within(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")


def domain_imports(module: Module) -> Iterator[str]:
    own = part_of(module.name)
    if own and tier(own) is None:
        yield f"{module.path}: domain.{own} has no tier; give it one in TIERS"
    for found in module.imports:
        target = top(found.target)
        if target in LAYERS:
            yield from downward(found, own)
        elif target not in sys.stdlib_module_names:
            yield f"{found.place}: the domain knows the standard library only, not {target}"
        elif target in IMPURE:
            yield f"{found.place}: the domain does no input or output: {target}"


def downward(found: Import, own: str) -> Iterator[str]:
    other = part_of(found.target)
    mine, theirs = tier(own), tier(other)
    if other == own or top(found.target) != "domain" or theirs is None:
        return
    if mine is None or theirs >= mine:
        yield f"{found.place}: domain.{own or '__init__'} may not import domain.{other}"


def part_of(name: str) -> str:
    """The domain's module or package that a dotted name leads into."""
    return name.partition(".")[2].partition(".")[0]


def tier(part: str) -> int | None:
    return next((height for height, parts in enumerate(TIERS) if part in parts), None)


def circles(modules: Mapping[str, Module]) -> Iterator[str]:
    """In no folder do two neighbours, files or packages, import each other by any way round."""
    neighbours: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for module in modules.values():
        for found in module.imports:
            pair = part_ways(leaf(module.name, modules), leaf(found.target, modules))
            if pair:
                folder, importer, imported = pair
                neighbours[folder][importer].add(imported)
    for folder, graph in neighbours.items():
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as circle:
            yield f"{folder or 'the house'}: a circle, {' <- '.join(circle.args[1])}"


def leaf(target: str, modules: Mapping[str, Module]) -> tuple[str, ...]:
    """The parts of the name of the file that an import runs; none when it is not ours."""
    name = target
    while name and name not in modules:
        name = name.rpartition(".")[0]
    if not name:
        return ()
    package = modules[name].path.endswith("__init__.py")
    return (*name.split("."), *(("__init__",) if package else ()))


def part_ways(importer: tuple[str, ...], imported: tuple[str, ...]) -> tuple[str, str, str] | None:
    """The folder that holds both, and the neighbours in it that lead to each."""
    for depth, (mine, theirs) in enumerate(zip(importer, imported, strict=False)):
        if mine != theirs:
            return ".".join(importer[:depth]), mine, theirs
    return None


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Trees hold no circle; to look for one in a million nodes, again and again, takes longest."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_the_house_keeps_the_import_law() -> None:
    assert violations(ROOT) == []


def test_the_domains_tiers_list_nothing_that_is_gone() -> None:
    present = {part_of(module.name) for module in read(ROOT, ["domain"])}
    assert set().union(*TIERS) <= present


LAWFUL = {
    "server/__init__.py": "",
    "server/wiring.py": "import handlers.reports\nfrom adapters.mongo import reports",
    "handlers/__init__.py": "",
    "handlers/reports.py": "import tornado.web\nfrom domain.credit_reports.service import Reports",
    "adapters/__init__.py": "",
    "adapters/mongo/__init__.py": "",
    "adapters/mongo/reports.py": "import pymongo\nfrom domain import credit_reports",
    "domain/__init__.py": "",
    "domain/errors.py": "import re",
    "domain/values.py": "from domain.errors import Invalid",
    "domain/looks.py": "from domain.values import Action",
    "domain/credit_reports/__init__.py": "",
    "domain/credit_reports/states.py": "from domain.looks import Look",
    "domain/credit_reports/service.py": "from domain.credit_reports.states import State",
    "domain/verification.py": "",
    "sandbox/__init__.py": "",
    "sandbox/app.py": "from tornado import web",
    "tests/test_reports.py": "import pymongo\nfrom adapters.mongo import reports",
    "tests/sandbox/test_app.py": "from sandbox import app",
    "benchmarks/reports.py": "import server.wiring",
    "build/lib/server.py": "import sandbox",
    ".venv/lib/motor.py": "",
}


def plant(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def test_a_lawful_tree_passes(tmp_path: Path) -> None:
    assert violations(plant(tmp_path, LAWFUL)) == []


@pytest.mark.parametrize(
    ("path", "text", "breach"),
    [
        ("tools/deploy.py", "", "tools: no layer of the house"),
        ("deploy.py", "", "deploy.py: no layer of the house"),
        ("handlers/console/tickets.py", "", "handlers/console: without __init__.py"),
        ("handlers/x.py", "import adapters.mongo", "handlers may not import adapters"),
        ("handlers/x.py", "from content import pages", "handlers may not import content"),
        ("handlers/x.py", "import miniprogram_api", "handlers may not import miniprogram_api"),
        ("handlers/x.py", "from server import settings", "handlers may not import server"),
        ("adapters/x.py", "from handlers import reports", "adapters may not import handlers"),
        ("content/__init__.py", "import adapters", "content may not import adapters"),
        ("miniprogram_api/__init__.py", "import content", "miniprogram_api may not import content"),
        ("domain/looks.py", "import adapters", "domain may not import adapters"),
        ("sandbox/x.py", "import domain.errors", "sandbox may not import domain"),
        ("server/x.py", "from sandbox.app import App", "server may not import sandbox"),
        ("server/x.py", "import tests.reports", "server may not import tests"),
        ("tests/x.py", "import sandbox", "tests may not import sandbox"),
        ("benchmarks/x.py", "import sandbox", "benchmarks may not import sandbox"),
        ("adapters/x.py", "import pymongo.errors", "pymongo belongs to adapters.mongo"),
        ("adapters/mongoose.py", "import pymongo", "pymongo belongs to adapters.mongo"),
        ("server/x.py", "import motor.motor_asyncio", "motor belongs to adapters.mongo"),
        ("server/x.py", "from bson import ObjectId", "bson belongs to adapters.mongo"),
        ("adapters/x.py", "import wechatpy", "wechatpy belongs to miniprogram_api"),
        ("adapters/x.py", "from tornado.web import HTTPError", "tornado.web belongs to handlers"),
        ("adapters/x.py", "from tornado import web", "tornado.web belongs to handlers"),
        ("handlers/x.py", "import aiohttp", "aiohttp belongs to adapters.outside"),
        ("handlers/x.py", "def f():\n    import re", "x.py:2: imports stand at the module's top"),
        ("handlers/x.py", "if True:\n    import re", "x.py:2: imports stand at the module's top"),
        ("handlers/x.py", "from . import reports", "imports are absolute"),
        ("handlers/x.py", "__import__('server')", "__import__ imports what no reader sees"),
        ("handlers/x.py", "from importlib import import_module", "import_module imports what"),
        ("handlers/x.py", "importlib.import_module('a')", "import_module imports what"),
        ("domain/looks.py", "import pydantic", "standard library only, not pydantic"),
        ("domain/looks.py", "from pathlib import Path", "no input or output: pathlib"),
        ("domain/lotteries.py", "", "domain.lotteries has no tier"),
        ("domain/errors.py", "import domain.values", "domain.errors may not import domain.values"),
        ("domain/pages.py", "from domain import values", "pages may not import domain.values"),
        ("domain/values.py", "import domain.looks", "values may not import domain.looks"),
        ("domain/verification.py", "import domain.credit_reports", "domain.credit_reports"),
        ("domain/__init__.py", "import domain.errors", "__init__ may not import domain.errors"),
    ],
)
def test_each_breach_is_told(tmp_path: Path, path: str, text: str, breach: str) -> None:
    found = violations(plant(tmp_path, {**LAWFUL, path: text}))
    told = [sentence for sentence in found if "a circle" not in sentence]
    assert len(told) == 1
    assert breach in told[0]


@pytest.mark.parametrize(
    ("files", "breach"),
    [
        (
            {"server/a.py": "import server.b", "server/b.py": "from server.a import x"},
            "server: a circle",
        ),
        (
            {
                "adapters/mongo/reports.py": "import adapters.papers.maker",
                "adapters/papers/__init__.py": "",
                "adapters/papers/maker.py": "",
                "adapters/papers/store.py": "from adapters.mongo import rates",
                "adapters/mongo/rates.py": "",
            },
            "adapters: a circle",
        ),
        (
            {
                "adapters/mongo/__init__.py": "from adapters.mongo.reports import Reports",
                "adapters/mongo/reports.py": "from adapters.mongo import Database",
            },
            "adapters.mongo: a circle",
        ),
    ],
    ids=["modules", "packages", "a package and its own part"],
)
def test_a_circle_is_told(tmp_path: Path, files: Mapping[str, str], breach: str) -> None:
    (found,) = violations(plant(tmp_path, {**LAWFUL, **files}))
    assert breach in found
