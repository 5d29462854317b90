#!/usr/bin/env python3
"""Holds the tree to the house rules that a compiler does not check.

Goal: pure rooms stay pure, functions and files stay short, nothing unfinished is left behind.
Method: reads every file git knows (or would add) and prints each breach as file:line: rule.
The last line is `N passed, N failed`, one count a rule.
"""

import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = (".cpp", ".hpp")
COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 600

# Files of pure rooms that read their data files; everything else there decides without I/O.
SHELL_FILES = {
    "dnc/zones_cctz.cpp", "dnc/area_codes_file.cpp", "dnc/countries_file.cpp",
    "dnc/geo_table_file.cpp", "dnc/pack_read_file.cpp", "dnc/number_set_file.cpp"}
PURE_FOLDERS = ("pacing/", "dnc/", "dialer/sdp/")
PURE_FILES = {
    "dialer/agents/agent_state.hpp",
    "dialer/agents/agent_state.cpp",
    "dialer/call/trunk_group.hpp",
    "dialer/call/trunk_group.cpp",
}
IMPURE_INCLUDE = re.compile(
    r"#include\s*[<\"](boost/asio|boost/beast|sofia-sip|pqxx|unistd\.h|sys/|netinet/|fstream"
    r"|iostream|cstdio|thread|mutex|filesystem|future|condition_variable|random|spdlog)"
)
CLOCK_CALL = re.compile(
    r"(::now\(\)|\bgettimeofday\b|\bclock_gettime\b|\btime\((nullptr|NULL|0)\))")
CLOCK_FILE = "dialer/loop/clock.cpp"
# Third-party types stay in the folder that wraps them.
WRAPPED = {
    "sofia-sip": ("dialer/sip/", "tests/"),
    "boost/beast": ("dialer/http/", "tests/"),
    "pqxx": ("campaigns/", "tests/"),
    "curl/": ("dialer/oidc/", "tests/"),
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|home|root)/[a-z]")


def tracked_files():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    return [name for name in listed if name and (ROOT / name).is_file()]


def is_pure(name):
    if name in PURE_FILES:
        return True
    return name.startswith(PURE_FOLDERS) and name not in SHELL_FILES


def lines_of(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="replace").split("\n")


def purity(names):
    for name in names:
        if not name.endswith(CODE) or not is_pure(name):
            continue
        for number, line in enumerate(lines_of(name), 1):
            if IMPURE_INCLUDE.search(line):
                yield f"{name}:{number}: a pure file must not include this: {line.strip()}"


def clocks(names):
    rooms = ("pacing/", "dnc/", "campaigns/", "dialer/")
    for name in names:
        if not name.endswith(CODE) or not name.startswith(rooms) or name == CLOCK_FILE:
            continue
        for number, line in enumerate(lines_of(name), 1):
            if CLOCK_CALL.search(line.split("//")[0]):
                yield f"{name}:{number}: only {CLOCK_FILE} reads a clock"


def wrapping(names):
    for name in names:
        if not name.endswith(CODE):
            continue
        for number, line in enumerate(lines_of(name), 1):
            for library, homes in WRAPPED.items():
                if re.search(rf"#include\s*<{library}", line) and not name.startswith(
                        homes + ("bench/",)):
                    yield f"{name}:{number}: {library} belongs into {homes[0]}"


def function_lengths(names):
    """A function starts at a line in column 0 that ends with `{` and ends at `}` in column 0."""
    starts_block = re.compile(
        r"^(namespace|struct|class|enum|union|extern|constexpr|const|#|\}|//)")
    for name in names:
        if not name.endswith(".cpp"):
            continue
        start = None
        for number, line in enumerate(lines_of(name), 1):
            if start is None and line and not line[0].isspace() and line.endswith("{"):
                start = None if starts_block.match(line) and "(" not in line else number
            elif start is not None and line.startswith("}"):
                if number - start + 1 > FUNCTION_LINES_MAX:
                    yield f"{name}:{start}: function of {number - start + 1} lines"
                start = None


def file_sizes(names):
    for name in names:
        if name.endswith(CODE) or name.endswith(".py"):
            count = len(lines_of(name))
            if count > FILE_LINES_MAX:
                yield f"{name}: {count} lines, at most {FILE_LINES_MAX}"


def line_shape(names):
    for name in names:
        if not name.endswith(CODE + (".py", ".cmake", ".sh", ".sql", ".txt")):
            continue
        if name.startswith(("tests/data/", "tests/fuzz/corpus/")):
            continue
        for number, line in enumerate(lines_of(name), 1):
            if len(line) > COLUMNS_MAX:
                yield f"{name}:{number}: {len(line)} columns"
            if line != line.rstrip():
                yield f"{name}:{number}: space at the end of the line"


def unfinished(names):
    for name in names:
        if name == "tests/tidy/tidy.py" or name.endswith(".png") or name.startswith(
                ("tests/data/", "tests/fuzz/corpus/")):
            continue
        for number, line in enumerate(lines_of(name), 1):
            if UNFINISHED.search(line):
                yield f"{name}:{number}: unfinished work is an issue, not a comment"
            if MACHINE_PATH.search(line):
                yield f"{name}:{number}: a path of one machine"


def formatting(names):
    code = [name for name in names if name.endswith(CODE)]
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *code], cwd=ROOT,
                          capture_output=True, text=True)
    if done.returncode != 0:
        files = sorted({m.group(1) for m in re.finditer(r"^(\S+?):\d+:\d+: error", done.stderr,
                                                        re.MULTILINE)})
        yield from (f"{name}: not formatted; run clang-format -i" for name in files)


def shell(names):
    scripts = [name for name in names if name.startswith((".ci/", "tools/")) and
               lines_of(name)[0].startswith("#!/usr/bin/env bash")]
    if not shutil.which("shellcheck"):
        yield "shellcheck is missing; run tools/install"
        return
    done = subprocess.run(["shellcheck", *scripts], cwd=ROOT, capture_output=True, text=True)
    yield from (line for line in done.stdout.split("\n") if line.startswith("In "))


def executables(names):
    """Programs that tools/check or a reader calls by name need their bit in git as well."""
    for name in names:
        if name.endswith((".py", ".sh")) or name.startswith((".ci/", "tools/")):
            path = ROOT / name
            with path.open("rb") as file:
                is_program = re.match(rb"#!.*/(env|bash|python3)", file.readline())
            if is_program and not path.stat().st_mode & 0o111:
                yield f"{name}: starts with #! and cannot be run; git update-index --chmod=+x"


TEMPLATE = re.compile(r'\{"([^"]+)",\s*"((?:[^"\\]|\\.)*)"\}')
TEXT = re.compile(r'^  "engine\.([^"]+)": "((?:[^"\\]|\\.)*)",$', re.MULTILINE)


def engine_words(_names):
    """What the engine says has a text in every language, with the values that the engine sends."""
    table = ROOT / "campaigns/sentence_table.cpp"
    joined = re.sub(r'"\s*\n\s*"', "", table.read_text(encoding="utf-8"))
    holes = {key: set(re.findall(r"\{(\w+)", text)) for key, text in TEMPLATE.findall(joined)}
    if not holes:
        yield f"{table.name}: no sentence was found"
    for file in sorted((ROOT / "web/src/text").glob("*.ts")):
        texts = dict(TEXT.findall(file.read_text(encoding="utf-8")))
        yield from (f"{file.name}: engine.{key} is missing" for key in holes.keys() - texts.keys())
        yield from (f"{file.name}: engine.{key} is said by nobody"
                    for key in texts.keys() - holes.keys())
        for key in holes.keys() & texts.keys():
            named = set(re.findall(r"\{(\w+)", texts[key]))
            # English says all of it; another language may leave out what it says in its own words.
            if named - holes[key] or (file.name == "en.ts" and named != holes[key]):
                yield f"{file.name}: engine.{key} has the values {sorted(named)}"


RULES = [purity, clocks, wrapping, function_lengths, file_sizes, line_shape, unfinished, formatting,
         shell, executables, engine_words]


def main():
    names = tracked_files()
    failed = 0
    for rule in RULES:
        breaches = list(rule(names))
        failed += 1 if breaches else 0
        for breach in breaches:
            print(f"{rule.__name__}: {breach}")
    print(f"{len(RULES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
