"""`python -m pipelines.demo --calls 500000 --seed 7 --out DIR` writes the sample files and names them."""

import argparse
import sys
from pathlib import Path

from pipelines.demo.files import write_demo_files


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m pipelines.demo", description="Write Kefu's sample files."
    )
    parser.add_argument("--calls", type=int, default=20_000, help="how many calls; complaints follow from it")
    parser.add_argument("--seed", type=int, default=7, help="the same seed writes the same files")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to; made if missing")
    arguments = parser.parse_args()
    files = write_demo_files(arguments.out, calls=arguments.calls, seed=arguments.seed)
    for path in (files.calls, files.complaints, files.volumes):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
