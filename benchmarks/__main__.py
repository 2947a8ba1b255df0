"""Run every benchmark, each in a process of its own: `make bench`, or `python -m benchmarks hvp`."""

import subprocess
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    """Run the named benchmarks, all of them without names; the exit code counts failed ones."""
    here = Path(__file__).parent
    scripts = sorted(here.glob("bench_*.py"))
    chosen = [s for s in scripts if not names or s.stem.removeprefix("bench_") in names]
    if not chosen:
        known = ", ".join(s.stem.removeprefix("bench_") for s in scripts)
        print(f"No benchmark of that name; there are: {known}.", file=sys.stderr)
        return 2
    return sum(
        subprocess.run([sys.executable, str(s)], check=False).returncode != 0 for s in chosen
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
