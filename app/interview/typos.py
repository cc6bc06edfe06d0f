"""How far what was typed is from what it may mean."""

from __future__ import annotations


def distance(one: str, other: str, *, most: int) -> int:
    """Letters added, left out, changed or swapped with their neighbour; `most` + 1 once beyond.

    (Optimal string alignment: a swap counts for one, and no letter is touched twice.)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return min(row[-1], most + 1)


def allowed(length: int) -> int:
    """How many slips are forgiven in a text of so many letters: none in the shortest words."""
    if length < 4:
        return 0
    return 1 if length < 8 else 2
