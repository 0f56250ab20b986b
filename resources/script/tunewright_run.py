"""Runs a Python script with some of its values changed, and leaves its file as it is.

    python3 tunewright_run.py --set=FILE:LINE:NAME=VALUE ... SCRIPT [arguments of the script]

FILE is the script, a module that it imports or a YAML, JSON or TOML file that it opens, relative to the working directory. LINE, from 1, and NAME say
which value: a constant, a default, a keyword of a call, a key. VALUE is JSON; anything else is a text. Line numbers, `__file__`, `sys.path[0]`, the working
directory and relative imports are those of the script itself. The differences are stored with the trial ($TUNEWRIGHT_ARTIFACTS/changes.diff).
Exit code 64: a value is not where the line and name say. Python 3.8 or later; no dependencies. Licensed as Tunewright (Apache-2.0).
"""

import ast
import builtins
import difflib
import importlib.machinery
import importlib.util
import io
import json
import os
import re
import sys
import types


def parse_value(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def value_nodes(tree, line, name):
    """Expressions of the values that `name` gets on `line`."""

    def is_name(target):
        if isinstance(target, ast.Name):
            return target.id == name
        if isinstance(target, ast.Attribute):
            return target.attr == name
        return isinstance(target, ast.Subscript) and getattr(target.slice, "value", None) == name

    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if is_name(target) and target.lineno == line:
                    yield node.value
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for part, value in zip(target.elts, node.value.elts):
                        if is_name(part) and part.lineno == line:
                            yield value
        elif isinstance(node, ast.AnnAssign):
            if is_name(node.target) and node.lineno == line and node.value is not None:
                yield node.value
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                if isinstance(key, ast.Constant) and key.value == name and value.lineno == line:
                    yield value
        elif isinstance(node, ast.keyword):
            if node.arg == name and node.value.lineno == line:
                yield node.value
        elif isinstance(node, ast.arguments):
            positional = getattr(node, "posonlyargs", []) + node.args
            with_default = positional[len(positional) - len(node.defaults):]
            for argument, value in [*zip(with_default, node.defaults), *zip(node.kwonlyargs, node.kw_defaults)]:
                if argument.arg == name and argument.lineno == line and value is not None:
                    yield value


def inner_value(node):
    """The default within `field(default=…)`."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == "default":
                return keyword.value
        if node.args:
            return node.args[0]
    return node


def change_python(text, changes):
    tree = ast.parse(text)
    lines = text.encode("utf-8").splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    edits = []
    for line, name, value in changes:
        nodes = list(value_nodes(tree, line, name))
        if not nodes:
            missing(name, line)
        node = inner_value(nodes[0])
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        breaks = b"\\\n" * (node.end_lineno - node.lineno)
        edits.append((start, end, repr(value).encode("utf-8") + b" " * bool(breaks) + breaks))
    data = b"".join(lines)
    for start, end, new in sorted(edits, reverse=True):
        data = data[:start] + new + data[end:]
    return data.decode("utf-8")


def change_config(text, changes, is_toml):
    lines = text.split("\n")
    sign = "=" if is_toml else ":"
    for line, name, value in changes:
        pattern = r"""(["']?\b%s["']?\s*%s\s*)("[^"]*"|'[^']*'|[^\s,}#]+)""" % (re.escape(name), sign)
        if line > len(lines) or re.search(pattern, lines[line - 1]) is None:
            missing(name, line)
        lines[line - 1] = re.sub(pattern, lambda match: match.group(1) + json.dumps(value), lines[line - 1], count=1)
    return "\n".join(lines)


def missing(name, line):
    sys.stderr.write("tunewright_run: %s is not set on line %d: the script changed; run `tunewright init` again\n" % (name, line))
    sys.exit(64)


def store_changes(file, before, after):
    folder = os.environ.get("TUNEWRIGHT_ARTIFACTS")
    if not folder:
        return
    difference = difflib.unified_diff(before.splitlines(True), after.splitlines(True), file, file, n=1)
    with io.open(os.path.join(folder, "changes.diff"), "a", encoding="utf-8") as output:
        output.writelines(difference)


class ChangedModules:
    """Finds modules whose text is changed."""

    def __init__(self, texts):
        self.texts = texts

    def find_spec(self, name, path=None, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None:
            return None
        file = os.path.realpath(spec.origin)
        if file not in self.texts:
            return None
        text = self.texts[file]

        class Loader(importlib.machinery.SourceFileLoader):
            def get_code(self, fullname):
                return compile(text, spec.origin, "exec", dont_inherit=True)

        return importlib.util.spec_from_file_location(name, spec.origin, loader=Loader(name, spec.origin))


def redirect_open(texts):
    """Programs that open a changed configuration to read it get the changed text."""
    open_file = io.open

    def changed_open(file, mode="r", *rest, **options):
        if isinstance(file, (str, os.PathLike)) and not set(mode) & set("wax+"):
            text = texts.get(os.path.realpath(file))
            if text is not None:
                return io.BytesIO(text.encode("utf-8")) if "b" in mode else io.StringIO(text)
        return open_file(file, mode, *rest, **options)

    builtins.open = io.open = changed_open


def main(words):
    changes = {}
    while words and words[0].startswith("--set="):
        target, _, value = words.pop(0)[len("--set="):].partition("=")
        file, line, name = target.rsplit(":", 2)
        changes.setdefault(file, []).append((int(line), name, parse_value(value)))
    if not words:
        sys.stderr.write("usage: tunewright_run.py --set=FILE:LINE:NAME=VALUE ... SCRIPT [arguments]\n")
        return 64
    script = words[0]
    texts = {}
    for file, wanted in changes.items():
        with io.open(file, encoding="utf-8") as source:
            before = source.read()
        after = change_python(before, wanted) if file.endswith(".py") else change_config(before, wanted, file.endswith(".toml"))
        store_changes(file, before, after)
        texts[os.path.realpath(file)] = after
    path = os.path.realpath(script)
    text = texts.get(path)
    if text is None:
        with io.open(script, encoding="utf-8") as source:
            text = source.read()
    redirect_open({file: text for file, text in texts.items() if not file.endswith(".py")})
    sys.meta_path.insert(0, ChangedModules({file: text for file, text in texts.items() if file.endswith(".py")}))
    sys.argv = words
    sys.path[0] = os.path.dirname(path)
    code = compile(text, script, "exec", dont_inherit=True)
    # The launcher stays alive under its own name; the script is __main__, as pickle and multiprocessing expect.
    sys.modules["tunewright_run"] = sys.modules["__main__"]
    module = types.ModuleType("__main__")
    module.__file__ = script
    sys.modules["__main__"] = module
    exec(code, module.__dict__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
