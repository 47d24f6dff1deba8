"""What a tensor depends on differentiably: a whole number with four bits for each variable.

The lower two speak of the variable itself, the upper two of rows that were gathered of it: a gradient that comes by the
former is a tensor, one that comes by the latter alone is an `IndexedSlices`. Of each two the lower bit says that the
tensor may depend on it, the upper one that it does. -1 stands where nobody knows.
"""

from __future__ import annotations

_WIDTH = 4
_WHOLE, _ROWS, _ANY = 0b0011, 0b1100, 0b1111


def of_variable(index: int) -> int:
    """On the variable itself, for certain."""
    return _WHOLE << _WIDTH * index


def of_variable_any(index: int) -> int:
    """The bits of whatever depends on the variable."""
    return _ANY << _WIDTH * index


def joined_deps(one: int, two: int) -> int:
    """What a tensor depends on that is one of two: on what both depend for certain, on the rest perhaps."""
    if one < 0 or two < 0:
        return -1
    return ((one | two) & _certain_bits(max(one, two)) >> 1) | (one & two)


def certain_deps(deps: int) -> int:
    """Of dependences those that are certain; of what is not known at all (a negative number) none is."""
    return deps & _certain_bits(deps) if deps > 0 else 0


def doubted_deps(deps: int) -> int:
    """The same dependences, none of them certain."""
    certain = certain_deps(deps)
    return (deps | certain >> 1) & ~certain if deps > 0 else deps


def of_rows(deps: int) -> int:
    """What depends on rows gathered of something that depends on these: what came by it as a whole comes by rows."""
    if deps <= 0:
        return deps
    whole = deps & _repeated(_WHOLE, deps)
    return whole << 2 | deps & ~whole


def of_either(deps: int) -> int:
    """What depends on these as a whole or by rows, nobody knows which."""
    return of_rows(deps) | (certain_deps(deps) >> 1 | deps) & ~certain_deps(deps) if deps > 0 else deps


def through(deps: int, carried: dict[int, int]) -> int:
    """What depends on `deps`, where some of its bits stand for values that depend on something themselves: number of
    the bits -> what the value depends on. Those bits are taken out."""
    if deps <= 0:
        return deps
    own, more = deps, 0
    for index, held in carried.items():
        bits = deps >> _WIDTH * index & _ANY
        own &= ~(_ANY << _WIDTH * index)
        for way, of in ((bits & _WHOLE, held), ((bits & _ROWS) >> 2, of_rows(held))):
            if way:
                more |= of if way == _WHOLE else doubted_deps(of)
    return own | more


def comes_by_rows(own: int, whole: int, reach: int) -> bool | None:
    """Is a gradient an `IndexedSlices` for what has the bits `own`, those as a whole being `whole`? None where that is
    not known. `reach`: what the ys depend on."""
    if reach < 0:
        return None
    if not whole & reach:
        return True
    if whole & certain_deps(reach):
        return False
    return None if (own & ~whole) & reach else False


def _certain_bits(deps: int) -> int:
    return _repeated(0b1010, deps)


def _repeated(pattern: int, deps: int) -> int:
    """The four bits of a pattern again and again, as far as `deps` reaches."""
    return pattern * (((1 << _WIDTH * (deps.bit_length() // _WIDTH + 1)) - 1) // 15)
