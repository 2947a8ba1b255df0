"""Which parts of a graph hang together, as edges are added one by one."""


class Union:
    """Disjoint sets of the numbers 0..n-1, each with its members."""

    def __init__(self, size: int) -> None:
        self._set = list(range(size))
        self.members: dict[int, list[int]] = {i: [i] for i in range(size)}

    def find(self, item: int) -> int:
        """The name of the set that an item is in."""
        return self._set[item]

    def join(self, a: int, b: int) -> tuple[list[int], list[int]] | None:
        """Make one set of the two that `a` and `b` are in; None when they are in one already.

        Returns:
            The members of either before they were joined.
        """
        large, small = self._set[a], self._set[b]
        if large == small:
            return None
        if len(self.members[large]) < len(self.members[small]):
            large, small = small, large
        moved, stayed = self.members.pop(small), list(self.members[large])
        for item in moved:
            self._set[item] = large
        self.members[large] = stayed + moved
        return stayed, moved
