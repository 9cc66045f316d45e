"""What was tried and what came of it, by operation."""

from collections import Counter


class Tally:
    """Counts answers by operation and class of status."""

    def __init__(self) -> None:
        self._answers: dict[str, Counter[int]] = {}

    def add(self, operation: str, status: int) -> None:
        self._answers.setdefault(operation, Counter())[status] += 1

    @property
    def cases(self) -> int:
        return sum(answers.total() for answers in self._answers.values())

    def never_accepted(self) -> list[str]:
        """Operations that answered no case with 2xx."""
        return [
            operation
            for operation, answers in self._answers.items()
            if not any(status < 300 for status in answers)
        ]
