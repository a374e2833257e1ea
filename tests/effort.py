"""How hard properties try: `KEFU_FUZZ=20` makes those that ask here draw twenty times as many examples."""

import os

FACTOR = int(os.environ.get("KEFU_FUZZ", "1"))
