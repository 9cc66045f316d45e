"""What was tried and what came of it."""


class Tally:
    """Counts the cases, and knows which operations accepted one."""

    def __init__(self) -> None:
        self.cases = 0
        self.accepted: set[str] = set()

    def add(self, operation: str, status: int) -> None:
        self.cases += 1
        if status < 400:
            self.accepted.add(operation)
