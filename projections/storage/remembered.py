"""What several threads ask of one snapshot, made once by whoever asks first."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class Remembered:
    """Answers by question; an error is remembered like any other answer."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._lock = Lock()
        self._answers: dict[Hashable, Future[Any]] = {}

    def once(self, question: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer, made now if nobody asked before; who asks meanwhile waits for it."""
        with self._lock:
            is_first = question not in self._answers
            answer: Future[Answer] = self._answers.setdefault(question, Future())
        if is_first:
            try:
                answer.set_result(make())
            except BaseException as error:
                answer.set_exception(error)
                raise
        return answer.result()
