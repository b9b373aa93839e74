"""Feeds the entrances of benchmarks/fuzz.py with input that is led by what code it reaches (Atheris, libFuzzer).

    pip install 'detente[fuzz]'     # Linux
    python benchmarks/fuzz_covered.py [--seconds N] [--only ENTRANCE …]

Each entrance runs in a process of its own, begins with its good input, and is told to have broken when it raises
anything but a DetenteError, misquotes its text, or takes longer than 30 seconds. The input that broke it is printed.
Exit code 1 when anything was found.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def one(name: str, arguments: list[str]) -> None:
    """Feeds one entrance, in this process; does not come back."""
    import atheris

    with atheris.instrument_imports(include=["detente"]):
        import fuzz
    from detente.errors import DetenteError

    read, good = fuzz.ENTRANCES[name]
    read(good)

    def feed(raw: bytes) -> None:
        try:
            read(raw)
        except DetenteError:
            return

    atheris.Setup([sys.argv[0], *arguments], feed)
    atheris.Fuzz()


def attack(name: str, good: bytes, seconds: int) -> tuple[int, str]:
    """How many inputs an entrance held against, and what broke it ("" where nothing did)."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "good").write_bytes(good)
        flags = [
            folder,
            f"-max_total_time={seconds}",
            "-timeout=30",
            "-rss_limit_mb=2048",
            "-max_len=4096",
            "-print_final_stats=1",
        ]
        command = [sys.executable, __file__, "--one", name, *flags, f"-artifact_prefix={folder}/broke-"]
        ran = subprocess.run(command, capture_output=True, check=False)
        told = ran.stderr.decode("utf-8", "replace")
        count = re.search(r"number_of_executed_units: (\d+)|Done (\d+) runs", told)
        broke = next(Path(folder).glob("broke-*"), None)
        words = "" if ran.returncode == 0 else told[-3000:] + (f"\ninput: {broke.read_bytes()!r}" if broke else "")
        return int(next(filter(None, count.groups())) if count else 0), words


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3:])
    import fuzz

    parser = argparse.ArgumentParser(description="Feeds every entrance, led by what code an input reaches.")
    parser.add_argument("--seconds", type=int, default=60, help="how long each entrance is fed (default 60)")
    parser.add_argument("--only", nargs="*", choices=list(fuzz.ENTRANCES), default=list(fuzz.ENTRANCES))
    arguments = parser.parse_args()
    failed = 0
    for name in arguments.only:
        count, words = attack(name, fuzz.ENTRANCES[name][1], arguments.seconds)
        failed += bool(words)
        print(f"{name:22}{count:8} inputs {arguments.seconds:5} s  {'BROKEN' if words else 'held'}", flush=True)
        print(words, end="\n" if words else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
