"""Rules of renaming, found by the pairs of names that would obey each; accepted only without a rival."""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scopelint.checkpoints.renames import (
    Rename,
    applied,
    is_other_word,
    leaf_class,
    likeness,
    moves_numbers,
    parts_of,
    signature,
)

if TYPE_CHECKING:
    from scopelint.checkpoints.matching import Entry

PAIRS_OF_ONE_SHAPE = 1000
"""Above this many pairs of equal shape only those that share most of their names are looked at: BERT's attention alone
has 48 kernels of one shape, and each pair costs some microseconds."""

_ALIKE_AT_MOST = 60
"""Names that share one end, of which all are looked at. More of them say that the end tells nothing."""
_LEAST_MARGIN = 0.02
"""By how much the likeness of names has to speak for one of several rules, for it to be told even as a guess."""
RULES, BALLOTS = 300, 400
"""Rules of which those with one pair are still weighed, and rules that are weighed in all: the widest come first, and a
network that was really renamed has a dozen. Names without any system have thousands, and none is worth saying."""
_NUMBER = re.compile(r"\d+")
_LEAST_CONTEXT = 0.6
"""Share of the program's variables that agree by name from which on a lone layer of another name, the only one of its
shapes, is taken for renamed."""


@dataclass(frozen=True)
class Accepted:
    """A rule with the pairs that obey it. `rivals`: rules that would give as many of them other partners."""

    rename: Rename
    pairs: tuple[tuple[str, str], ...]
    certain: bool
    rivals: tuple[Rename, ...] = ()
    against: int = 0
    """Pairs of names that obey the rule, but whose shapes differ."""


Votes = dict[Rename, dict[str, str]]


def vote(
    held: Sequence[Entry], wanted: Sequence[Entry], anchors: int, size: int, lone: frozenset[str] = frozenset()
) -> list[Accepted]:
    """The rules that rename what is held into what is wanted, the widest first.

    `anchors`: how many variables agree by name, of `size` in all. `lone`: see `renames.signature`."""
    ballot = _Ballot(_votes(held, wanted, lone), held, wanted)
    accepted: list[Accepted] = []
    doubtful: dict[int, list[int]] = {}
    witnesses = anchors
    for _ in range(BALLOTS):
        number = ballot.widest()
        if number is None:
            break
        rename, pairs = ballot.renames[number], ballot.live(number)
        rivals = ballot.rivals(number, pairs)
        if rivals:
            # Left to the end: what others settle may decide it.
            doubtful[number] = rivals
            ballot.drop(number)
            continue
        against = ballot.against(number)
        certain = _is_certain(rename, pairs, against, witnesses, size, ballot)
        if not certain and not _is_worth_saying(pairs, witnesses):
            ballot.drop(number)
            continue
        accepted.append(Accepted(rename, tuple(pairs.items()), certain, (), against))
        if certain:
            witnesses += len(pairs)
        ballot.settle(pairs)
        for other in [n for n, rivals in doubtful.items() if ballot.has_changed(n, rivals)]:
            ballot.put_back(other)
            del doubtful[other]
    return accepted + _likest(ballot, doubtful, witnesses)


def _likest(ballot: _Ballot, doubtful: Mapping[int, list[int]], witnesses: int) -> list[Accepted]:
    """Of rules that rival each other the one whose names are most alike, as a guess; none where they are equally so."""
    alike = {number: _alike(ballot.live(number)) for number in doubtful}
    ranked = sorted(doubtful, key=lambda n: (-round(alike[n] * ballot.count(n), 6), -alike[n], n))
    accepted = []
    for number in ranked:
        pairs = ballot.live(number)
        if not pairs or not _is_worth_saying(pairs, witnesses):
            continue
        rivals = [other for other in doubtful[number] if ballot.count(other)]
        best = _alike(pairs)
        renames = tuple(ballot.renames[other] for other in rivals)
        if any(_alike(ballot.live(other)) > best - _LEAST_MARGIN for other in rivals):
            # No pairs, but that there are such rules is told: they may be copies of one network.
            accepted.append(Accepted(ballot.renames[number], (), False, renames))
            continue
        accepted.append(Accepted(ballot.renames[number], tuple(pairs.items()), False, renames, ballot.against(number)))
        ballot.settle(pairs)
    return accepted


def _alike(pairs: Mapping[str, str]) -> float:
    return sum(likeness(h, w) for h, w in pairs.items()) / max(len(pairs), 1)


def _votes(held: Sequence[Entry], wanted: Sequence[Entry], lone: frozenset[str]) -> Votes:
    votes: Votes = defaultdict(dict)
    twice: set[tuple[Rename, str]] = set()
    exact: dict[tuple[Rename, str], bool] = {}
    for h, w in _candidates(held, wanted):
        found = signature(h.name, w.name, lone)
        if found is None:
            continue
        rename, is_exact = found[0], len(found) == 1
        key = (rename, h.name)
        if h.name in votes[rename] and votes[rename][h.name] != w.name:
            # Under one rule a tensor has one partner: the one whose leaf is spelt the same.
            if is_exact == exact[key]:
                twice.add(key)
                continue
            if not is_exact:
                continue
            twice.discard(key)
        votes[rename][h.name] = w.name
        exact[key] = is_exact
    for rename, name in twice:
        votes[rename].pop(name, None)
    kept = {rename: _one_to_one(pairs) for rename, pairs in votes.items() if pairs}
    if len(kept) > RULES:
        # What one pair alone speaks for is no rule; in a large network such pairs are many, and `assign` weighs them.
        kept = {rename: pairs for rename, pairs in kept.items() if len(pairs) > 1 or is_other_word(rename)}
    return kept


def _one_to_one(pairs: dict[str, str]) -> dict[str, str]:
    back: dict[str, list[str]] = defaultdict(list)
    for h, w in pairs.items():
        back[w].append(h)
    return {h: w for h, w in pairs.items() if len(back[w]) == 1}


def _candidates(held: Sequence[Entry], wanted: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Pairs of equal shape and dtype; where those are many, the pairs that share most of their names."""
    ours: dict[Any, list[Entry]] = defaultdict(list)
    theirs: dict[Any, list[Entry]] = defaultdict(list)
    for entries, into in ((held, ours), (wanted, theirs)):
        for entry in entries:
            if entry.shape is not None:
                into[entry.shape, entry.dtype].append(entry)
    for found, some in ours.items():
        others = theirs.get(found, [])
        if len(some) * len(others) <= PAIRS_OF_ONE_SHAPE:
            yield from ((h, w) for h in some for w in others)
        else:
            yield from _sharing_an_end(some, others)


def _sharing_an_end(held: Sequence[Entry], wanted: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """For each the ones with the longest equal end, with the longest equal beginning, and with both but one part."""
    index: dict[Any, list[Entry]] = defaultdict(list)
    for entry in wanted:
        for key in _keys(entry.name):
            index[key].append(entry)
    for entry in held:
        found: dict[str, list[Entry]] = {}
        for key in _keys(entry.name):
            # Keys come longest first; of each kind the first that has an answer is enough.
            if key[0] not in found and 0 < len(index.get(key, ())) <= _ALIKE_AT_MOST:
                found[key[0]] = index[key]
        yield from ((entry, other) for other in {o.name: o for others in found.values() for o in others}.values())


def _keys(name: str) -> Iterator[tuple[str, Any]]:
    *scope, last = parts_of(name)
    leaf = leaf_class(last)
    for start in range(len(scope) + 1):
        yield ("end", (*scope[start:], leaf))
    for stop in range(len(scope), 0, -1):
        yield ("front", (*scope[:stop], leaf))
    for place in range(len(scope)):
        yield (f"but {place}", (*scope[:place], "", *scope[place + 1 :], leaf))


class _Ballot:
    """The votes that still stand, as names are given away. Rules go by number: they are hashed too often else."""

    def __init__(self, votes: Votes, held: Sequence[Entry], wanted: Sequence[Entry]) -> None:
        self.renames = sorted(votes, key=lambda r: (len(r.before) + len(r.after), r.before, r.after, r.where, r.beside))
        self._votes = [votes[rename] for rename in self.renames]
        self._held = {e.name: e for e in held}
        self._wanted = {e.name: e for e in wanted}
        self._free_held, self._free_wanted = set(self._held), set(self._wanted)
        self._dropped: set[int] = set()
        self._against: dict[int, int] = {}
        self._counted: dict[int, int] = {}
        self._other_word = [is_other_word(rename) for rename in self.renames]
        self._of_held: dict[str, list[int]] = defaultdict(list)
        self._of_wanted: dict[str, list[int]] = defaultdict(list)
        for number, pairs in enumerate(self._votes):
            for h, w in pairs.items():
                self._of_held[h].append(number)
                self._of_wanted[w].append(number)
        self._heap = [(-self._weight(number, len(pairs)), number) for number, pairs in enumerate(self._votes)]
        heapq.heapify(self._heap)

    def _weight(self, number: int, count: int) -> int:
        """Of names whose scopes agree to the letter, another word for the leaf is believed before any other scope."""
        return count + len(self._held) if self._other_word[number] and count else count

    def live(self, number: int) -> dict[str, str]:
        free_held, free_wanted = self._free_held, self._free_wanted
        return {h: w for h, w in self._votes[number].items() if h in free_held and w in free_wanted}

    def count(self, number: int) -> int:
        free_held, free_wanted = self._free_held, self._free_wanted
        return sum([h in free_held and w in free_wanted for h, w in self._votes[number].items()])

    def widest(self) -> int | None:
        while self._heap:
            weight, number = self._heap[0]
            if number in self._dropped:
                heapq.heappop(self._heap)
                continue
            now = self._weight(number, self.count(number))
            if now and now == -weight:
                return number
            heapq.heappop(self._heap)
            if now:
                heapq.heappush(self._heap, (-now, number))
        return None

    def rivals(self, number: int, pairs: Mapping[str, str]) -> list[int]:
        """Rules of equal standing that give the same names other partners."""
        shared: Counter[int] = Counter()
        for h, w in pairs.items():
            shared.update(other for other in self._of_held[h] if self._votes[other][h] != w)
            shared.update(other for other in self._of_wanted[w] if self._votes[other].get(h) != w)
        need = len(pairs)
        found = []
        for other, conflicts in shared.items():
            if conflicts * 2 < need or (self._other_word[number] and not self._other_word[other]):
                continue
            count = self.count(other)
            if count >= need or (count >= 0.8 * need and self.against(other) <= self.against(number)):
                found.append(other)
        self._counted.update({other: self.count(other) for other in (number, *found)})
        return sorted(found)

    def against(self, number: int) -> int:
        """Names that the rule makes of others, but of another shape."""
        if number in self._against:
            return self._against[number]
        rename, count = self.renames[number], 0
        for name, entry in self._held.items():
            made = applied((rename,), name)
            other = self._wanted.get(made) if made else None
            if other is not None and other.shape is not None and entry.shape is not None and other.shape != entry.shape:
                count += 1
        self._against[number] = count
        return count

    def settle(self, pairs: Mapping[str, str]) -> None:
        self._free_held.difference_update(pairs)
        self._free_wanted.difference_update(pairs.values())

    def drop(self, number: int) -> None:
        self._dropped.add(number)

    def has_changed(self, number: int, rivals: Iterable[int]) -> bool:
        """Has something been given away that it, or what stood against it, laid claim to?"""
        return any(self.count(other) != self._counted.get(other) for other in (number, *rivals))

    def put_back(self, number: int) -> None:
        self._dropped.discard(number)
        weight = self._weight(number, self.count(number))
        if weight:
            heapq.heappush(self._heap, (-weight, number))

    def shapes(self, pairs: Iterable[str]) -> set[object]:
        return {self._held[name].shape for name in pairs}


def _remainders(pairs: Mapping[str, str]) -> set[str]:
    """What of each name stays and tells something: more than the leaf alone, which many layers share."""
    found = set()
    for h, w in pairs.items():
        a, b = parts_of(h), parts_of(w)
        least = min(len(a), len(b)) - 1
        back = 0
        while back < least and a[-2 - back] == b[-2 - back]:
            back += 1
        front = 0
        while front < least - back and a[front] == b[front]:
            front += 1
        if front or back:
            found.add("/".join((*a[:front], "", *a[len(a) - 1 - back : -1], str(leaf_class(a[-1])))))
    return found


def _is_certain(
    rename: Rename, pairs: Mapping[str, str], against: int, witnesses: int, size: int, ballot: _Ballot
) -> bool:
    if against * 4 > len(pairs) or moves_numbers(rename):
        return False
    kept = _remainders(pairs)
    if rename.where == "leaf":
        return bool(kept) and (is_other_word(rename) or (len(kept) >= 2 and witnesses >= _LEAST_CONTEXT * size))
    scopes = {each.rpartition("/")[0] for each in kept}
    if len(kept) >= 3 and len(scopes) >= 2:
        return True
    leaves = {leaf_class(parts_of(h)[-1]) for h in pairs}
    if len(ballot.shapes(pairs)) >= 3 and len(leaves) >= 2 and kept:
        return True
    # One layer of another name in a network that agrees everywhere else.
    return len(pairs) >= 2 and witnesses >= 4 and witnesses + len(pairs) == size and not against and bool(kept)


def _is_worth_saying(pairs: Mapping[str, str], witnesses: int) -> bool:
    """A guess wants more than a shape and a common word: a part of the name that stays, or a network that agrees."""
    return bool(_remainders(pairs)) or _alike(pairs) >= 0.6 or (witnesses >= 4 and len(pairs) >= 2)
