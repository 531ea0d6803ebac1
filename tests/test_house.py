"""The house rules as tests: each rule is tried on good and bad snippets first, then on everything that is there."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "tickets", "policies", "servicedesk")  # from left to right
DOORS = ("desk", "portal", "setup", "studio", "api", "files")
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_JOB = 300, 40, 3

# Where a rule is broken on purpose: the rule and the file, and why it must be so. Each must still be needed.
EXCEPTIONS = {
    ("imports_point_left", "accounts/signin.py"): "allauth wants one adapter for everything, mails included",
    ("imports_at_the_top", "policies/apps.py"): "nouns exist only when the registry is ready",
    (
        "imports_at_the_top",
        "tickets/apps.py",
    ): "facts are named by nouns, which exist only when the registry is ready",
    (
        "text_is_never_trusted",
        "accounts/icons.py",
    ): "an icon is a file of its package, and no text gets into it",
    ("imports_at_the_top", "bin/prepare.py"): "Django is set up before anything of it is imported",
    ("imports_at_the_top", "manage.py"): "the settings are named before anything of Django is imported",
}


@dataclass(frozen=True)
class Source:
    """A file as the rules see it: its path from the root and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree; walked once, for a score of rules ask for it."""
        return list(ast.walk(self.tree))

    @property
    def room(self) -> str:
        return self.path.split("/")[0]

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    @property
    def is_migration(self) -> bool:
        return "/migrations/" in self.path

    @property
    def is_door(self) -> bool:
        inside = self.path.split("/")[1:]
        return inside[0] in DOORS or inside[-1] in ("views.py", "api.py")

    def imported(self) -> Iterator[str]:
        """Every dotted name it imports, relative ones resolved."""
        package = self.module.split(".") if self.path.endswith("__init__.py") else self.module.split(".")[:-1]
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = package[: len(package) - node.level + 1] if node.level else []
                start = ".".join([*above, *filter(None, [node.module])])
                yield from (f"{start}.{alias.name}" for alias in node.names)

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call with the dotted name it is made by: “Ticket.objects.all”."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


Rule = Callable[[Source], list[str]]


# ---- rules about Python files --------------------------------------------------------------------------------


def imports_point_left(source: Source) -> list[str]:
    """A room imports itself and what stands left of it; a model asked for by name is an import too."""
    if source.room not in ROOMS:
        return []
    right = ROOMS[ROOMS.index(source.room) + 1 :]
    found = [f"imports {name}" for name in source.imported() if name.split(".")[0] in right]
    for name, call in source.calls():
        first = call.args[0] if call.args else None
        if (
            name.endswith("get_model")
            and isinstance(first, ast.Constant)
            and str(first.value).split(".")[0] in right
        ):
            found.append(f"asks for {ast.unparse(call)}")
    return found


def the_wire_knows_no_nouns(source: Source) -> list[str]:
    if not source.path.startswith("tickets/live/"):
        return []
    own = [name for name in source.imported() if name.split(".")[0] in ROOMS]
    return [f"imports {name}" for name in own if not name.startswith("tickets.live")]


def nouns_know_no_doors(source: Source) -> list[str]:
    if source.room not in ROOMS[:3] or source.is_door or source.path.endswith("/urls.py"):
        return []
    inside = [name.split(".") for name in source.imported()]
    return [
        f"imports {'.'.join(name)}"
        for name in inside
        if name[0] in ROOMS and len(name) > 2 and name[1] in DOORS
    ]


def no_drawer_for_the_rest(source: Source) -> list[str]:
    """A file is named for its noun; these names are where things go that nobody gave a place."""
    stem = source.path.rsplit("/", 1)[-1].removesuffix(".py")
    return [f"is called {stem}"] if stem in ("utils", "util", "helpers", "services", "common", "misc") else []


def files_are_short(source: Source) -> list[str]:
    lines = source.text.count("\n")
    over = lines > LONGEST_FILE and source.room != "tests" and not source.is_migration
    return [f"has {lines} lines"] if over else []


def functions_are_short(source: Source) -> list[str]:
    if source.room == "tests" or source.is_migration:
        return []
    long = [(f.name, f.end_lineno - f.lineno + 1) for f in source.functions()]
    return [f"{name}() has {lines} lines" for name, lines in long if lines > LONGEST_FUNCTION]


def models_only_imports(source: Source) -> list[str]:
    if not source.path.endswith("/models.py"):
        return []
    allowed = (ast.Import, ast.ImportFrom)
    rest = [node for node in source.tree.body[1:] if not isinstance(node, allowed)]
    return [f"holds {ast.unparse(node)[:40]}" for node in rest if not ast.unparse(node).startswith("__all__")]


def nobody_sends_signals(source: Source) -> list[str]:
    """What happens after a deed stands in the deed; whoever reads it must see it."""
    found = [name for name in source.imported() if "signals" in name.split(".") or name.endswith(".receiver")]
    return [f"imports {name}" for name in found if source.room != "tests"]


def imports_at_the_top(source: Source) -> list[str]:
    if source.room == "tests":
        return []
    inside = [
        ast.unparse(node)
        for function in source.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return [f"has “{line}” inside a function" for line in inside]


def no_generic_keys(source: Source) -> list[str]:
    names = [ast.unparse(node) for node in source.nodes if isinstance(node, ast.Name | ast.Attribute)]
    return (
        ["uses a generic foreign key"] if any(n.split(".")[-1] == "GenericForeignKey" for n in names) else []
    )


def doors_start_from_the_person(source: Source) -> list[str]:
    """A door never takes every row there is; it starts from what this person may see."""
    if source.room not in ROOMS or not source.is_door:
        return []
    found = []
    for name, call in source.calls():
        if re.search(r"\.objects\.(all|get|first|last)$", name):
            found.append(f"calls {name}()")
        if name.endswith(("get_object_or_404", "get_list_or_404")) and isinstance(call.args[0], ast.Name):
            found.append(f"calls {ast.unparse(call)[:60]}")
    for node in source.nodes:
        is_class_list = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "queryset"
        if is_class_list and not re.search(r"\.none\(\)$", ast.unparse(node.value)):
            found.append(f"has “{ast.unparse(node)[:60]}” for everybody")
    return found


def fields_are_named(source: Source) -> list[str]:
    """“Every field” would give away the ones that come later."""
    found = []
    for node in source.nodes:
        if isinstance(node, ast.Assign):
            name, value = ast.unparse(node.targets[0]), ast.unparse(node.value)
            if (name == "fields" and value == "'__all__'") or (name == "exclude" and source.room in ROOMS):
                found.append(f"has “{name} = {value}”")
    return found


def says_what_it_is(source: Source) -> list[str]:
    if not source.text.strip() or source.is_migration:
        return []
    said = ast.get_docstring(source.tree)
    if not said:
        return ["has no docstring"]
    return (
        []
        if re.search(r"[.!?]$", said.split("\n\n")[0])
        else ["its docstring does not begin with a sentence"]
    )


def migrations_have_names(source: Source) -> list[str]:
    stem = source.path.rsplit("/", 1)[-1]
    return ["was named by a machine"] if source.is_migration and re.match(r"\d{4}_auto_", stem) else []


def errors_have_names(source: Source) -> list[str]:
    bare = [node for node in source.nodes if isinstance(node, ast.ExceptHandler) and node.type is None]
    found = ["catches everything without saying what"] * len(bare)
    for line in source.text.splitlines():
        if re.search(r"#\s*noqa(?!: ?[A-Z]+[0-9]+)", line) and source.path != "tests/test_house.py":
            found.append(f"silences every warning: {line.strip()[:60]}")
    return found


def signatures_have_types(source: Source) -> list[str]:
    if source.room not in ROOMS or source.is_migration:
        return []
    found = []
    for function in source.functions():
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        arguments += [a for a in (function.args.vararg, function.args.kwarg) if a]
        bare = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
        found += [f"{function.name}({name}) has no type" for name in bare]
        if function.returns is None:
            found.append(f"{function.name}() does not say what it returns")
    return found


def jobs_are_three_lines(source: Source) -> list[str]:
    jobs = [f for f in source.functions() if any("shared_task" in ast.unparse(d) for d in f.decorator_list)]
    long = [job.name for job in jobs if job.end_lineno - job.body[0].lineno + 1 > LONGEST_JOB]
    return [f"{name}() does work instead of calling a verb" for name in long]


def text_is_never_trusted(source: Source) -> list[str]:
    """Nothing switches the escaping off, runs text as code, or puts it into a query."""
    if source.room not in ROOMS or source.is_migration:
        return []
    banned = (
        "mark_safe",
        "SafeString",
        "eval",
        "exec",
        "raw",
        "extra",
        "RawSQL",
        "pickle.loads",
        "yaml.load",
    )
    names = [name for name, _call in source.calls()]
    return [f"calls {name}()" for name in names if name in banned or name.endswith((".raw", ".extra"))]


def nothing_is_mocked(source: Source) -> list[str]:
    found = [name for name in source.imported() if name.startswith(("unittest.mock", "mock.", "pytest_mock"))]
    return [f"imports {name}" for name in found]


# ---- rules about templates and about every text ----------------------------------------------------------------


def pages_hold_no_script_or_style(source: Source) -> list[str]:
    """The policy for pages forbids both, so they would silently not work."""
    found = []
    for tag in re.findall(r"<script\b[^>]*>", source.text):
        if "src=" not in tag:
            found.append("has a script inside")
    if re.search(r"<style\b", source.text):
        found.append("has a style sheet inside")
    # Attributes only: text may say “on” and “style” as it likes.
    for tag in re.findall(r"<[a-zA-Z][^<>]*>", re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source.text)):
        found += [f"has {name}= on {tag[:40]}" for name in re.findall(r"\s(style|on[a-z]+)\s*=", tag)]
        if re.search(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", tag, re.IGNORECASE):
            found.append(f"runs script from an address: {tag[:40]}")
    return found


def pages_escape_everything(source: Source) -> list[str]:
    found = [f"has |{name}" for name in re.findall(r"\|\s*(safe|safeseq)\b", source.text)]
    plain = source.path.endswith(".txt")  # plain text mails; their HTML twin is escaped
    if not plain and re.search(r"autoescape\s+off", source.text):
        found.append("switches escaping off")
    return found


def speaks_of_the_product_alone(source: Source) -> list[str]:
    """Numbers of a tracker and folders of one machine mean nothing to whoever reads this next."""
    patterns = {
        "a number of a tracker": r"(?i)\b(?:issue|pull request|PR|GH|bug)[ -]?#?\d+\b|/(?:issues|pull)/\d+",
        "a folder of one machine": r"(?<![\w.])/(?:home|Users|work|root)/\w+|(?<![\w.])/tmp/\w+",
        "an open end": r"\b(?:TO" + r"DO|FIX" + r"ME)\b",
    }
    hits = [(what, re.search(pattern, source.text)) for what, pattern in patterns.items()]
    return [f"names {what}: {hit.group()}" for what, hit in hits if hit]


@dataclass(frozen=True)
class Examples:
    """What a rule lets pass and what it must find: (path, text) each."""

    good: list[tuple[str, str]]
    bad: list[tuple[str, str]]


LONG_FILE = "\n" * (LONGEST_FILE + 1)
LONG_FUNCTION = "def f() -> None:\n" + "    x = 1\n" * LONGEST_FUNCTION
PYTHON_RULES: dict[Rule, Examples] = {
    imports_point_left: Examples(
        good=[
            ("tickets/a.py", "from accounts.person import Person\nfrom .event import Event"),
            ("servicedesk/a.py", "import policies.offer"),
            ("accounts/a.py", "import ticketing\nfrom .tickets import x"),
        ],
        bad=[
            ("accounts/a.py", "from tickets.ticket import Ticket"),
            ("tickets/desk/a.py", "import policies.offer"),
            ("tickets/a.py", "if TYPE_CHECKING:\n    from policies.offer import Offer"),
            ("accounts/a.py", "apps.get_model('tickets', 'Ticket')"),
            ("accounts/a.py", "apps.get_model('tickets.Ticket')"),
        ],
    ),
    the_wire_knows_no_nouns: Examples(
        good=[("tickets/live/a.py", "import redis\nfrom .relay import CHANNEL")],
        bad=[
            ("tickets/live/a.py", "from tickets.ticket import Ticket"),
            ("tickets/live/a.py", "from ..event import E"),
        ],
    ),
    nouns_know_no_doors: Examples(
        good=[
            ("policies/desk/a.py", "from tickets.desk.access import find"),
            ("tickets/a.py", "from .live import relay"),
        ],
        bad=[
            ("policies/offer.py", "from tickets.desk.access import find"),
            ("tickets/a.py", "from .portal.forms import F"),
        ],
    ),
    no_drawer_for_the_rest: Examples(
        good=[("tickets/ticket.py", ""), ("tickets/common_cause.py", "")],
        bad=[("tickets/utils.py", ""), ("policies/services.py", ""), ("tests/helpers.py", "")],
    ),
    files_are_short: Examples(
        good=[
            ("tests/test_a.py", LONG_FILE),
            ("tickets/migrations/0001_b.py", LONG_FILE),
            ("tickets/a.py", "\n"),
        ],
        bad=[("tickets/a.py", LONG_FILE), ("bin/a.py", LONG_FILE)],
    ),
    functions_are_short: Examples(
        good=[("tests/a.py", LONG_FUNCTION), ("tickets/a.py", "def f() -> None:\n    pass")],
        bad=[("tickets/a.py", LONG_FUNCTION), ("bin/a.py", f"async {LONG_FUNCTION}")],
    ),
    models_only_imports: Examples(
        good=[("tickets/models.py", '"""Nouns."""\nfrom .ticket import Ticket\n__all__ = ["Ticket"]')],
        bad=[("tickets/models.py", '"""Nouns."""\nclass Ticket: ...')],
    ),
    nobody_sends_signals: Examples(
        good=[("tickets/a.py", "import signal\nfrom .traffic import lights")],
        bad=[
            ("tickets/a.py", "from django.db.models.signals import post_save"),
            ("tickets/a.py", "from django.db.models import signals"),
            ("tickets/a.py", "from django.dispatch import receiver"),
        ],
    ),
    imports_at_the_top: Examples(
        good=[("tickets/a.py", "if TYPE_CHECKING:\n    from .b import C")],
        bad=[
            ("tickets/a.py", "def f() -> None:\n    from .b import C"),
            ("tickets/a.py", "class A:\n    async def f(self) -> None:\n        import b"),
        ],
    ),
    no_generic_keys: Examples(
        good=[("tickets/a.py", "x = models.ForeignKey(Ticket)")],
        bad=[("tickets/a.py", "x = GenericForeignKey()"), ("tickets/a.py", "x = fields.GenericForeignKey()")],
    ),
    doors_start_from_the_person: Examples(
        good=[
            ("tickets/desk/a.py", "Ticket.objects.worked_by(person).first()"),
            ("tickets/files/views.py", "get_object_or_404(Attachment.objects.visible_to(p), token=t)"),
            ("tickets/api/a.py", "class V:\n    queryset = Ticket.objects.none()"),
            ("tickets/sla/sweep.py", "Mark.objects.all()"),
        ],
        bad=[
            ("tickets/desk/a.py", "Ticket.objects.all()"),
            ("policies/studio/a.py", "Ask.objects.get(pk=pk)"),
            ("accounts/views.py", "get_object_or_404(ApiToken, pk=pk)"),
            ("tickets/api/a.py", "class V:\n    queryset = Ticket.objects.open()"),
        ],
    ),
    fields_are_named: Examples(
        good=[("tickets/api/a.py", "class Meta:\n    fields = ['subject']")],
        bad=[
            ("tickets/api/a.py", "class Meta:\n    fields = '__all__'"),
            ("tickets/api/a.py", "class Meta:\n    exclude = ['key']"),
        ],
    ),
    says_what_it_is: Examples(
        good=[("tickets/a.py", '"""A thing."""\n'), ("tickets/__init__.py", "")],
        bad=[("tickets/a.py", "x = 1"), ("tests/a.py", '"""things"""')],
    ),
    migrations_have_names: Examples(
        good=[("tickets/migrations/0002_ratings.py", "")],
        bad=[("tickets/migrations/0002_auto_20260101_1200.py", "")],
    ),
    errors_have_names: Examples(
        good=[("tickets/a.py", "try:\n    f()\nexcept ValueError:\n    pass\nx = 1  # noqa: E501")],
        bad=[("tickets/a.py", "try:\n    f()\nexcept:\n    pass"), ("tickets/a.py", "x = 1  # noqa")],
    ),
    signatures_have_types: Examples(
        good=[("tickets/a.py", "def f(self, a: int, *b: str, c: int = 1) -> None: ...")],
        bad=[
            ("tickets/a.py", "def f(a) -> None: ..."),
            ("tickets/a.py", "def f(**a) -> None: ..."),
            ("tickets/a.py", "def f(a: int): ..."),
        ],
    ),
    jobs_are_three_lines: Examples(
        good=[("tickets/jobs.py", "@shared_task\ndef f() -> None:\n    a.b_now()\n    c()")],
        bad=[
            (
                "tickets/jobs.py",
                "@shared_task(bind=True)\ndef f() -> None:\n    a()\n    b()\n    c()\n    d()",
            )
        ],
    ),
    text_is_never_trusted: Examples(
        good=[("tickets/a.py", "escape(text)\nTicket.objects.filter(subject=text)")],
        bad=[
            ("tickets/a.py", "mark_safe(text)"),
            ("tickets/a.py", "Ticket.objects.raw(text)"),
            ("tickets/a.py", "tickets.extra(where=[text])"),
            ("tickets/a.py", "eval(text)"),
        ],
    ),
    nothing_is_mocked: Examples(
        good=[("tests/a.py", "import time_machine")],
        bad=[("tests/a.py", "from unittest.mock import patch"), ("tests/a.py", "import unittest.mock")],
    ),
}
PAGE_RULES: dict[Rule, Examples] = {
    pages_hold_no_script_or_style: Examples(
        good=[
            ("templates/a.html", '<script src="x.js"></script><p data-on="1">Put it on = off, in style</p>'),
            ("templates/a.html", '<svg><rect width="3" /></svg><link rel="stylesheet" href="a.css">'),
        ],
        bad=[
            ("templates/a.html", "<script>alert(1)</script>"),
            ("templates/a.html", "<style>p {}</style>"),
            ("templates/a.html", '<p style="color: red">'),
            ("templates/a.html", "<p {% if x %}class='y'{% endif %} onclick='f()'>"),
            ("templates/a.html", "<a href=' javascript:f()'>"),
        ],
    ),
    pages_escape_everything: Examples(
        good=[
            ("templates/a.html", "{{ text|linebreaks }}"),
            ("templates/mail/a.txt", "{% autoescape off %}"),
        ],
        bad=[("templates/a.html", "{{ text|safe }}"), ("templates/a.html", "{% autoescape off %}{{ text }}")],
    ),
}
TEXT_RULES: dict[Rule, Examples] = {
    speaks_of_the_product_alone: Examples(
        good=[
            ("a.md", "Ticket #17 waits. See https://kulanz.example/work/17 and var/files/."),
            ("a.py", "path = base / 'tmp' / name"),
        ],
        bad=[
            ("a.md", "Mended with issue" + " #17"),
            ("a.md", "see https://example.org/a/b/iss" + "ues/4"),
            ("a.py", "path = '/ho" + "me/somebody'"),
            ("a.py", "open('/t" + "mp/x')"),
            ("a.py", "# TO" + "DO later"),
        ],
    ),
}
ALL_RULES = {**PYTHON_RULES, **PAGE_RULES, **TEXT_RULES}


def named(rules: dict[Rule, Examples], kind: str) -> list[object]:
    """Each example as a test of its own, named for its rule."""
    return [
        pytest.param(rule, Source(path, text), id=f"{rule.__name__}-{at}")
        for rule, examples in rules.items()
        for at, (path, text) in enumerate(getattr(examples, kind))
    ]


@pytest.mark.parametrize(("rule", "source"), named(ALL_RULES, "good"))
def test_a_rule_lets_the_good_example_pass(rule: Rule, source: Source) -> None:
    assert rule(source) == []


@pytest.mark.parametrize(("rule", "source"), named(ALL_RULES, "bad"))
def test_a_rule_finds_the_bad_example(rule: Rule, source: Source) -> None:
    assert rule(source) != []


@cache
def files(*patterns: str) -> list[Source]:
    """Everything that is ours: what a machine makes or somebody else wrote is not."""
    foreign = {".venv", "var", "__pycache__", ".git"} | {p.name for p in ROOT.glob(".*") if p.is_dir()}
    found = {path for pattern in patterns for path in ROOT.rglob(pattern)}
    ours = sorted(path for path in found if not foreign & set(path.relative_to(ROOT).parts[:-1]))
    return [
        Source(str(path.relative_to(ROOT)), path.read_text())
        for path in ours
        if "static/vendor" not in str(path)
    ]


def looked_at(rule: Rule) -> list[Source]:
    if rule in PYTHON_RULES:
        return files("*.py")
    if rule in PAGE_RULES:
        return files("templates/**/*.html", "templates/**/*.txt")
    return files("*.py", "*.html", "*.txt", "*.md", "*.js", "*.css", "*.toml", "*.po")


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    sources = looked_at(rule)
    assert len(sources) > 10
    found = [
        f"{source.path} {breach}"
        for source in sources
        if (rule.__name__, source.path) not in EXCEPTIONS
        for breach in rule(source)
    ]
    assert found == [], "\n" + "\n".join(found)


def test_every_exception_is_still_needed() -> None:
    rules = {rule.__name__: rule for rule in ALL_RULES}
    idle = [
        f"{path}: {name}"
        for (name, path), why in EXCEPTIONS.items()
        if not why or not (ROOT / path).exists() or not rules[name](Source(path, (ROOT / path).read_text()))
    ]
    assert idle == []


# ---- rules about the whole ---------------------------------------------------------------------------------------


def points_left(here: str, there: str) -> bool:
    """Whether a thing of room `here` may hold a key to a thing of room `there`; foreign packages stand left of all."""
    return there not in ROOMS or ROOMS.index(there) <= ROOMS.index(here)


def test_foreign_keys_point_left() -> None:
    assert points_left("policies", "tickets")
    assert points_left("accounts", "auth")
    assert not points_left("tickets", "policies")
    keys = [
        (model._meta.label, field.name, field.related_model._meta.label)
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
    ]
    assert len(keys) > 30
    assert [key for key in keys if not points_left(key[0].split(".")[0], key[2].split(".")[0])] == []


def views_of(patterns: list[URLPattern | URLResolver]) -> Iterator[Callable[..., object]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views_of(pattern.url_patterns)
        else:
            yield inspect.unwrap(pattern.callback)


def test_every_view_has_an_address() -> None:
    """A function that takes a request and nobody can reach is a door painted on a wall."""
    reached = {f"{view.__module__}.{view.__qualname__}" for view in views_of(get_resolver().url_patterns)}
    idle = []
    for source in files("*.py"):
        if source.room not in ROOMS or not source.is_door:
            continue
        module = importlib.import_module(source.module)
        text = source.text
        for function in source.tree.body:
            if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
                continue
            first = function.args.args[0] if function.args.args else None
            takes_request = first is not None and first.annotation is not None
            if not takes_request or ast.unparse(first.annotation) != HttpRequest.__name__:
                continue
            view = inspect.unwrap(getattr(module, function.name))
            name = f"{view.__module__}.{view.__qualname__}"
            used = len(re.findall(rf"\b{function.name}\(", text)) > 1 or is_imported(
                source.module, function.name
            )
            if name not in reached and not used:
                idle.append(name)
    assert idle == []


@cache
def all_imports() -> frozenset[str]:
    return frozenset(name for source in files("*.py") for name in source.imported())


def is_imported(module: str, name: str) -> bool:
    return f"{module}.{name}" in all_imports()


def test_every_form_is_used() -> None:
    everything = "\n".join(source.text for source in files("*.py") if source.room in ROOMS)
    made = []
    for source in files("*.py"):
        if source.room in ROOMS and source.path.endswith("forms.py"):
            module = importlib.import_module(source.module)
            kinds = [kind for _name, kind in inspect.getmembers(module, inspect.isclass)]
            own = [
                kind
                for kind in kinds
                if kind.__module__ == source.module and issubclass(kind, forms.BaseForm)
            ]
            made += [kind.__name__ for kind in own]
    assert len(made) > 5
    settings_text = (ROOT / "servicedesk/settings.py").read_text()
    assert [name for name in made if len(re.findall(rf"\b{name}\b", everything + settings_text)) < 2] == []


def test_test_files_have_names_of_their_own() -> None:
    """Two of one name in different folders are one module to the runner, and the second is not run."""
    counted = Counter(path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py")
    assert [name for name, count in counted.items() if count > 1 and name != "__init__.py"] == []


# ---- what the house says about itself ------------------------------------------------------------------------------


def rooms_that_exist() -> list[str]:
    """Every package and wing, “tickets/sla”; what Django needs in each (migrations, commands, tags) has no name."""
    needed = {"migrations", "management", "commands", "templatetags", "formats", "en", "de"}
    found = [path.parent.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("__init__.py")]
    return sorted(str(path) for path in found if not needed & set(path.parts))


def test_the_house_names_every_room() -> None:
    house = (ROOT / "HOUSE.md").read_text()
    rooms = rooms_that_exist()
    assert "tickets/sla" in rooms
    assert [room for room in rooms if f"`{room}/`" not in house] == []


def test_the_house_names_no_room_that_is_gone() -> None:
    house = (ROOT / "HOUSE.md").read_text()
    said = re.findall(
        r"`((?:accounts|tickets|policies|servicedesk|tests|bin|templates|static|locale)[\w/.-]*)`", house
    )
    assert len(said) > 15
    assert [path for path in said if not (ROOT / path).exists()] == []


def test_the_house_names_every_folder_with_python() -> None:
    house = (ROOT / "HOUSE.md").read_text()
    tops = {source.room for source in files("*.py") if "/" in source.path}
    assert tops >= {*ROOMS, "tests"}
    assert [top for top in sorted(tops) if f"`{top}/`" not in house] == []


def glossary() -> list[tuple[str, str, str]]:
    """The rows of the glossary: German, English, and the dotted name in code."""
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| `([\w.]+)` \|", (ROOT / "GLOSSARY.md").read_text(), re.MULTILINE
    )
    return [(german.strip(), english.strip(), name) for german, english, name in rows]


def test_every_word_of_the_glossary_exists() -> None:
    missing = []
    for _german, _english, name in glossary():
        module, _dot, thing = name.rpartition(".")
        if not hasattr(importlib.import_module(module), thing):
            missing.append(name)
    assert missing == []


def test_one_word_per_thing() -> None:
    for column in range(3):
        words = [row[column].lower() for row in glossary()]
        assert [word for word in words if words.count(word) > 1] == []


def test_every_noun_has_its_word() -> None:
    """Tables that only hold who may do what are guardian's; they have no word of their own."""
    nouns = {
        f"{model.__module__}.{model.__name__}"
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if not model.__name__.endswith("ObjectPermission")
    }
    assert nouns - {name for _german, _english, name in glossary()} == set()


def german() -> dict[str, str]:
    """What the pages say in German, by what they say in English."""
    texts = (ROOT / "locale/de/LC_MESSAGES/django.po").read_text()
    return dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"', texts, re.MULTILINE))


def test_the_glossary_says_what_the_pages_say() -> None:
    said = german()
    differing = []
    for word, english, name in glossary():
        module, _dot, thing = name.rpartition(".")
        meta = getattr(getattr(importlib.import_module(module), thing), "_meta", None)
        noun = str(meta.verbose_name_raw) if meta else ""
        if noun in said and (said[noun].lower() not in word.lower() or noun.lower() not in english.lower()):
            differing.append(f"{name}: “{word}” / “{english}”, but the pages say “{said[noun]}” / “{noun}”")
    assert len(said) > 500
    assert differing == []
