"""Reading into a folder by processes and by Ray, each once whole and once with a worker killed in the middle.

    python benchmarks/cluster.py CORPUS.jsonl.gz [--workers N] [--part N] [--reports N] [--engines NAME …]

Every run is the command `detente read --out`, from its start to its end. Prints seconds, their ratio to the first run
(several processes, whole) and to the whole run of the same engine, and whether the files are the same byte for byte.
Exit code 1 where they are not.
"""

from __future__ import annotations

import argparse
import gzip
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

#: What the command line of a worker holds.
WORKERS = ("spawn_main", "ray::read_share")


def children(of: int) -> Iterator[int]:
    """All processes that come from one, nearest first."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it has ended meanwhile
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    known = [of]
    for process in known:
        known += parents.get(process, [])
    yield from known[1:]


def is_worker(process: int) -> bool:
    try:
        return any(word in (Path("/proc") / str(process) / "cmdline").read_text() for word in WORKERS)
    except OSError:
        return False


def run(command: list[str], out: Path, kill_after: int) -> float:
    """Seconds that a command takes; a worker is killed once so many parts are there (0: none is)."""
    start = time.perf_counter()
    # Ray would let its workers stand back behind all others, which on a busy machine is no comparison
    environment = os.environ | {"RAY_worker_niceness": "0"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    while kill_after and process.poll() is None:
        time.sleep(0.05)
        if len(list(out.glob("_work/part-*"))) >= kill_after and (
            found := [p for p in children(process.pid) if is_worker(p)]
        ):
            os.kill(found[0], signal.SIGKILL)
            kill_after = 0
    _, errors = process.communicate()
    if process.returncode or kill_after:
        raise RuntimeError(errors or "no worker was found to be killed")
    return time.perf_counter() - start


def content(out: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(out)): p.read_bytes()
        for p in sorted(out.rglob("*"))
        if p.is_file() and "_work" not in p.parts
    }


def sample(corpus: Path, count: int, to: Path) -> Path:
    """So many reports of a corpus, evenly from all over."""
    opener = gzip.open if corpus.suffix == ".gz" else open
    with opener(corpus, "rt", encoding="utf-8") as file:
        lines = list(file)
    to.write_text("".join(lines[:: max(1, len(lines) // count)][:count]), encoding="utf-8")
    return to


def main() -> int:
    parser = argparse.ArgumentParser(description="Processes and Ray, with a worker killed in the middle.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--part", type=int, default=32)
    parser.add_argument("--reports", type=int, default=800)
    parser.add_argument("--engines", nargs="*", default=["processes", "ray"])
    arguments = parser.parse_args()
    parts = -(-arguments.reports // arguments.part)
    first, reference, differ = 0.0, None, 0
    print(f"{'engine':12}{'killed':>8}{'seconds':>9}{'of first':>10}{'of whole':>10}  the same files")
    with tempfile.TemporaryDirectory() as folder:
        path = sample(arguments.corpus, arguments.reports, Path(folder) / "in.jsonl")
        for engine in arguments.engines:
            whole = 0.0
            for kill_after in (0, parts // 2):
                out = Path(folder) / f"{engine}-{kill_after}"
                options = f"--engine {engine} --jobs {arguments.workers} --part {arguments.part} --out {out}".split()
                seconds = run([sys.executable, "-m", "detente", "read", *options, str(path)], out, kill_after)
                found = content(out)
                first, whole, reference = first or seconds, whole or seconds, reference or found
                differ += found != reference
                print(
                    f"{engine:12}{'one' if kill_after else 'none':>8}{seconds:9.1f}{seconds / first:10.2f}"
                    f"{seconds / whole:10.2f}  "
                    f"{'yes' if found == reference else 'NO'}", flush=True,
                )  # fmt: skip
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
