"""Tickets: what people ask a credit butler, the answers, and the clocks that never lose a pause."""
