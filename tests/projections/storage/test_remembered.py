"""What several ask of one snapshot is made once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from projections.storage.remembered import Remembered


def test_a_question_is_answered_once() -> None:
    remembered, made = Remembered(), [1, 2, 3]
    answers = [remembered.once(question, made.pop) for question in ("who", "who", "when")]
    assert (answers, made) == ([3, 3, 2], [1])


def test_who_asks_at_the_same_time_waits_for_one_answer() -> None:
    remembered, together, made = Remembered(), Barrier(4), list(range(4))

    def ask() -> int:
        together.wait(timeout=10)
        return remembered.once("who", made.pop)

    with ThreadPoolExecutor(4) as threads:
        answers = [one.result() for one in [threads.submit(ask) for _ in range(4)]]
    assert (answers, made) == ([3] * 4, [0, 1, 2])


def test_an_error_is_the_answer_too() -> None:
    remembered = Remembered()
    for make in ([].pop, list):
        with pytest.raises(IndexError):
            remembered.once("who", make)
