"""Run the tests: on a PostgreSQL and a Redis of their own, with a real Chromium, and again on SQLite.

    scripts/run_tests.py [--soak] [arguments for pytest]

System packages that are missing are installed where that is allowed. Where it is not, the tests that need them are
left out, and the report says which; in CI (CI=true) that is a failure, so that green always means everything.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLOSING_LINE = re.compile(r"^=* ?(.*\b(?:passed|failed|error|errors|deselected|no tests ran)\b.* in [0-9.]+s.*?) ?=*$")
NO_TESTS = 5  # pytest's exit code where nothing matched
#: For each engine. Beside PostgreSQL, browsers and workers of Celery keep a process waiting; SQLite lives within it.
WORKERS = {"PostgreSQL": "3", "SQLite": "2"}


@dataclass
class Tools:
    """Where the programs are that the tests use, and what to say of those that are not here."""

    postgres: Path | None = None
    redis: Path | None = None
    chromium: Path | None = None
    libreoffice: Path | None = None
    pdftoppm: Path | None = None
    cjk_font: bool = False

    @property
    def missing_packages(self) -> list[str]:
        return [
            *([] if self.postgres else ["postgresql"]),
            *([] if self.redis else ["redis-server"]),
            *([] if self.chromium else ["chromium-headless-shell|chromium"]),
            *([] if self.libreoffice else ["libreoffice-writer-nogui"]),
            *([] if self.pdftoppm else ["poppler-utils"]),
            *([] if self.cjk_font else ["fonts-noto-cjk"]),
        ]


def find_tools() -> Tools:
    return Tools(
        postgres=_postgres_folder(),
        redis=_program("redis-server"),
        # The same engine without the windows: half the work for each page, and the tests look at no window.
        chromium=_program("chromium-headless-shell") or _program("chromium") or _program("chromium-browser"),
        libreoffice=_program("soffice") or _program("libreoffice"),
        pdftoppm=_program("pdftoppm"),
        cjk_font=_has_cjk_font(),
    )


def _program(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def _postgres_folder() -> Path | None:
    """The folder of the newest installed server: Debian keeps it off the PATH, one folder for each version."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: float(folder.parent.name))
    found = _program("initdb")
    return found.resolve().parent if found else None


def _has_cjk_font() -> bool:
    listing = _program("fc-list")
    return bool(listing and subprocess.run([listing, ":lang=zh"], capture_output=True, check=False).stdout.strip())


def install(packages: list[str]) -> None:
    """Install system packages if this user may; ``a|b`` is b where there is no a.

    Errors are no reason to stop: what is missing then is reported.
    """
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    may_install = os.environ.get("NO_APT") != "1" and shutil.which("apt-get") and _runs([*root, "true"])
    if not may_install:
        return
    print(f"Installing {', '.join(packages)} ...", flush=True)
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*apt, "update"], stdout=subprocess.DEVNULL, check=False)
    for package in packages:
        for name in package.split("|"):
            done = subprocess.run(
                [*apt, "install", "-y", "--no-install-recommends", name], stdout=subprocess.DEVNULL, check=False
            )
            if done.returncode == 0:
                break


def _runs(command: list[str]) -> bool:
    return bool(shutil.which(command[0])) and subprocess.run(command, capture_output=True, check=False).returncode == 0


# -- Throw-away servers ------------------------------------------------------------------------------------------------


@contextmanager
def postgres_server(binaries: Path) -> Iterator[str]:
    """A cluster of its own in a temporary folder, reached through a socket there; gives its DATABASE_URL.

    PostgreSQL refuses to run as root: there it runs as the user `postgres`, whom the package created.
    """
    folder = Path(tempfile.mkdtemp(prefix="recruitment-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")

    def command(*words: str) -> None:
        line = " ".join(words)
        shell = ["su", "postgres", "-s", "/bin/sh", "-c", line] if os.geteuid() == 0 else ["/bin/sh", "-c", line]
        done = subprocess.run(shell, capture_output=True, text=True, cwd=folder, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"PostgreSQL: {line}\n{done.stdout}{done.stderr}")

    # Nothing here outlives the run, so nothing waits for the disk.
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    control = f"{binaries}/pg_ctl --pgdata={folder}/data"
    try:
        command(f"{binaries}/initdb --pgdata={folder}/data --username=postgres --auth=trust --encoding=UTF8 --no-sync")
        command(f"{control} --log={folder}/log --wait --options='{options}' start")
        try:
            yield f"postgres://postgres@/postgres?host={folder}"
        finally:
            command(f"{control} --mode=immediate stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis_server(binary: Path) -> Iterator[str]:
    """A Redis of its own that keeps nothing; gives its address, without the number of a database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tempfile.mkdtemp(prefix="recruitment-redis-")
    settings = ["--bind", "127.0.0.1", "--port", str(port), "--dir", folder, "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([binary, *settings], stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"redis-server did not start on port {port}")


# -- Runs --------------------------------------------------------------------------------------------------------------


@dataclass
class Run:
    name: str
    code: int
    closing_line: str
    seconds: float


def run_pytest(name: str, arguments: list[str], environment: dict[str, str]) -> Run:
    """One run of pytest, shown as it goes."""
    print(f"\n== {name} ==", flush=True)
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    closing_line = "pytest ended without its closing line"
    start = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *colour, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            if match := CLOSING_LINE.match(re.sub(r"\x1b\[[0-9;]*m", "", line.strip())):
                closing_line = match[1]
    return Run(name, process.returncode, closing_line, time.monotonic() - start)


def run_all(tools: Tools, *, soak: bool, arguments: list[str]) -> list[Run]:
    # A dozen processes import the same modules: each compiled once, and kept, whatever this shell is used to.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    environment: dict[str, str] = {"SOAK": "1"} if soak else {}
    wanted = ["soak" if soak else "not soak"]
    with ExitStack() as servers:
        if tools.redis:
            environment["TEST_REDIS_URL"] = servers.enter_context(redis_server(tools.redis))
        else:
            wanted.append("not redis")
        if tools.chromium:
            environment["CHROMIUM"] = str(tools.chromium)
        else:
            wanted.append("not browser")
        if tools.libreoffice and tools.pdftoppm:
            environment["SOFFICE"] = str(tools.libreoffice)
        else:
            wanted.append("not office")
        if not tools.postgres:
            return [_run("SQLite", soak, [*wanted, "not postgres"], arguments, environment)]
        on_postgres = environment | {"TEST_DATABASE_URL": servers.enter_context(postgres_server(tools.postgres))}
        if soak:
            return [_run("PostgreSQL", soak, wanted, arguments, on_postgres)]
        again = [*wanted, "both_engines", "not postgres"]
        return [
            _run("PostgreSQL", soak, [*wanted, "not embedded"], arguments, on_postgres),
            _run("SQLite", soak, again, arguments, environment),
        ]


def _run(engine: str, soak: bool, wanted: list[str], arguments: list[str], environment: dict[str, str]) -> Run:
    parallel = [] if soak else ["-n", WORKERS[engine], "--dist", "worksteal"]
    return run_pytest(engine, ["-q", *parallel, "-m", " and ".join(wanted), *arguments], environment)


def report(tools: Tools, runs: list[Run], *, chosen: bool) -> int:
    """Say what ran and what did not; the closing lines come last. Gives the exit code."""
    left_out = {
        "PostgreSQL (package postgresql)": None if tools.postgres else "tests of both engines ran on SQLite alone",
        "Redis (package redis-server)": None if tools.redis else "tests with a real worker did not run",
        "Chromium (chromium-headless-shell or chromium)": None if tools.chromium else "tests in a browser did not run",
        "LibreOffice (package libreoffice-writer-nogui)": None
        if tools.libreoffice
        else "documents were not opened in an office program",
        "pdftoppm (package poppler-utils)": None if tools.pdftoppm else "printed papers were not looked at",
        "a Chinese font (package fonts-noto-cjk)": None if tools.cjk_font else "screenshots show boxes for characters",
    }
    gaps = [f"  {name}: {effect}" for name, effect in left_out.items() if effect]
    if gaps:
        print("\nNOT EVERYTHING RAN. Missing here, and not installable by this user:")
        print("\n".join(gaps))
    print()
    for run in runs:
        print(f"{run.name}: {run.closing_line} (with start and end: {run.seconds:.0f} s)")
    for run in runs:
        if run.code != NO_TESTS:
            print(f"===== {run.closing_line} =====")
    harmless = {0, NO_TESTS} if chosen else {0}  # of chosen tests, an engine may have none
    if any(run.code not in harmless for run in runs) or all(run.code == NO_TESTS for run in runs):
        return 1
    return 1 if gaps and os.environ.get("CI") == "true" else 0


def main() -> int:
    arguments = sys.argv[1:]
    soak = "--soak" in arguments
    arguments = [argument for argument in arguments if argument != "--soak"]
    tools = find_tools()
    if tools.missing_packages:
        install(tools.missing_packages)
        tools = find_tools()
    runs = run_all(tools, soak=soak, arguments=arguments)
    return report(tools, runs, chosen=bool(arguments))


if __name__ == "__main__":
    sys.exit(main())
