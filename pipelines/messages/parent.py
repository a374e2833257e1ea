"""A process that ends when the process that started it is gone."""

import os
import signal
import threading
from multiprocessing import parent_process


def end_with_its_parent() -> None:
    """SIGTERM to this process once its parent is gone; nothing where multiprocessing did not start it.

    A killed parent can stop nobody: workers left alone would keep the port, and nobody would replace them.
    """
    parent = parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
