"""`python -m pipelines` is `kefu`, from the folder that one stands in."""

import sys

from pipelines.cli import main

if __name__ == "__main__":
    sys.exit(main())
