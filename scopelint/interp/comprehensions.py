"""Comprehensions and generator expressions, over what is known of what they go over."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from scopelint import later
from scopelint.apis.tf.framework.filters import note_no_match
from scopelint.interp.control import attempt, condition, refused_in
from scopelint.interp.frame import Frame
from scopelint.interp.numbers import keep_for_numbers
from scopelint.interp.targets import target_names, visit_target
from scopelint.interp.trials import left_out
from scopelint.interp.turns import refused_again
from scopelint.interp.unit import Evaluate, Unit, expression
from scopelint.syntax import nodes as cst
from scopelint.values.base import AnyValue, Undecided, Unknown, is_known
from scopelint.values.containers import BRANCH, Container, DictValue, ListValue, SetValue, weaker
from scopelint.values.objects import IteratorValue
from scopelint.values.seen import seen_members, with_more
from scopelint.values.trail import TRAIL, Side

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter


def visit_generators(
    unit: Unit, node: Any, elements: list[Any], at_once: bool = False
) -> tuple[Evaluate, Callable[[Frame, AnyValue], Iterator[Any]]]:
    """What gives the first iterable of a comprehension, which is evaluated at once also of a generator (`xs = (f(x) for
    x in xs)`), and a Python generator over the values; its variables live in the frame under other names. `at_once`:
    it is gone through to the end where it stands."""
    run = unit.run
    unit.comprehensions += 1
    mark = f"<{unit.comprehensions}>"
    renames: dict[str, str] = {}
    clause = node.for_in
    clauses = []
    while clause is not None:
        for name in target_names(clause.target):
            renames[name] = mark + name
        clauses.append(clause)
        clause = clause.inner_for_in
    unit.renames.append(renames)
    # The element stands first in the source, so it is visited first.
    results = [unit.visit(e) for e in elements]
    steps = []
    for index, clause in enumerate(clauses):
        put = visit_target(unit, clause.target)
        if index == 0:
            # Python evaluates the first iterable outside: there the comprehension's names do not hold yet.
            unit.renames.pop()
            iterable = unit.visit(clause.iter)
            unit.renames.append(renames)
        else:
            iterable = unit.visit(clause.iter)
        tests = [unit.visit(c.test) for c in clause.ifs]
        label = next(iter(target_names(clause.target)), "")
        turn = f"for {label or '_'} in {unit.code(clause.iter)}"
        chosen = " and ".join(unit.code(c.test) for c in clause.ifs)
        steps.append((put, iterable, tests, label, turn, chosen))
    unit.renames.pop()

    def evaluate(frame: Frame) -> Any:
        return tuple([result(frame) for result in results]) if len(results) > 1 else results[0](frame)

    def generate(frame: Frame, level: int, source: AnyValue, doubt: str = "") -> Iterator[Any]:
        """The members. One of which it is not known whether it is there comes behind UNKNOWN_MEMBER, with the reason,
        which is BRANCH where there is one such member and no more. `doubt`: what it hangs on to come to this level."""
        put, iterable, tests, label, turn, chosen = steps[level]
        last = level + 1 == len(steps)
        for member in source_members(run, source, at_once):
            many = member is run.UNKNOWN_MEMBER
            behind = type(member) is tuple and member and member[0] is run.UNKNOWN_MEMBER
            if behind and len(member) == 2:
                # While nothing was made unseen there is no such turn, so nothing is made in it.
                yield run.UNKNOWN_MEMBER, None, member[1]
                continue
            hangs_on, turns = doubt or (turn if many else f"there are more, {turn}" if behind else ""), many
            put(frame, run.symbolic_member(iterable, label) if many else member[1] if behind else member)
            for test in tests:
                try:
                    if not run.truth(test(frame)):
                        break
                except Undecided:
                    hangs_on, turns = hangs_on or chosen, False
            else:
                why = Unknown(_TURNS) if many else BRANCH
                if last:
                    again = label if at_once and turns else None
                    made = perhaps_made(run, frame, evaluate, hangs_on, again) if hangs_on else evaluate(frame)
                    yield made if not hangs_on else (run.UNKNOWN_MEMBER, made, why)
                else:
                    for inner in generate(frame, level + 1, steps[level + 1][1](frame), hangs_on):
                        if many and type(inner) is tuple and inner and inner[0] is run.UNKNOWN_MEMBER:
                            inner = (*inner[:2], why)
                        yield inner

    return steps[0][1], lambda frame, source: generate(frame, 0, source)


_TURNS = "the number of turns of a comprehension is not known"


def source_members(run: Interpreter, value: AnyValue, at_once: bool) -> Iterator[Any]:
    """Members, then UNKNOWN_MEMBER once where there may be others, with the reason if nobody saw them made. Where all
    are asked for at once it also comes before those whose place is not known."""
    seen = seen_members(value)
    if seen is not None:
        members: Any = seen.members
    else:
        members = run.iterate(value)
        if isinstance(members, Unknown):
            yield run.UNKNOWN_MEMBER
            return
    firm, why = -1, BRANCH
    if at_once and isinstance(value, ListValue) and value.rest is not None:
        firm, why = len(value.placed), value.rest
    try:
        for at, member in enumerate(members):
            if at == firm:
                yield run.UNKNOWN_MEMBER, why if why is not BRANCH else BRANCH.derive("")
            yield member
    except run.UnknownTurns:
        yield run.UNKNOWN_MEMBER
        return
    if seen is not None:
        yield run.UNKNOWN_MEMBER, seen.rest
        return
    if isinstance(value, ListValue) and value.maybe:
        for member in list(value.maybe):
            yield run.UNKNOWN_MEMBER, member, True
    if isinstance(value, ListValue):
        if not value.is_bounded:
            yield run.UNKNOWN_MEMBER
    elif isinstance(value, Container) and value.rest is not None:  # type: ignore[attr-defined]
        yield run.UNKNOWN_MEMBER


def perhaps_made(run: Interpreter, frame: Frame, evaluate: Evaluate, written: str, again: str | None) -> Any:
    """What a comprehension gives where it is not known whether it comes to it: what is made hangs on that. `again`: the
    name of its variable, where it may come to it any number of times."""
    if run.is_deep():
        with condition(run, written):
            return evaluate(frame)
    made: list[Any] = []
    one = attempt(run, frame, written, lambda: made.append(evaluate(frame)))
    if one.error is not None:
        run.keep_events(refused_in(run, one))
        left_out(run, one, written)
        return Unknown("what raises")
    refused = [] if again is None else refused_again(run, frame, one, lambda turn: "", evaluate, written, again)
    TRAIL.join(one, Side(None, None, {}), run.join)
    run.keep_events(refused)
    return made[0]


def collect(run: Interpreter, members: Iterator[Any]) -> ListValue:
    """All members, as far as they are known."""
    out: list[Any] = []
    maybe: list[Any] = []
    firm, rest = None, None
    for member in members:
        run.tick()
        if type(member) is tuple and member and member[0] is run.UNKNOWN_MEMBER:
            firm = len(out) if firm is None else firm
            rest = weaker(rest, member[2])
            maybe += [member[1]] if member[2] is BRANCH else []
            continue
        out.append(member)
    made = ListValue(out, rest)
    made.firm, made.maybe = None if firm == len(out) else firm, maybe
    return made


@expression(cst.ListComp)
def visit_list_comprehension(unit: Unit, node: cst.ListComp) -> Evaluate:
    first, generate = visit_generators(unit, node, [node.elt], at_once=True)
    run = unit.run
    tests = " and ".join(unit.code(each.test) for each in node.for_in.ifs)
    wanted = tuple(ast.literal_eval(text) for text in _TEXTS.findall(tests))
    if not wanted:
        return keep_for_numbers(unit, node, lambda frame: collect(run, generate(frame, first(frame))))

    def evaluate(frame: Frame) -> Any:
        source = first(frame)
        made = collect(run, generate(frame, source))
        if not made.items and made.rest is None and isinstance(source, ListValue) and source.items:
            note_no_match(run.call, f"`{tests}`", wanted, source.items)
        return made

    return evaluate


_TEXTS = later.pattern(r"""(?<![\w"'])(?:"[^"\\]+"|'[^'\\]+')""")
"""The plain strings of a test."""


@expression(cst.SetComp)
def visit_set_comprehension(unit: Unit, node: cst.SetComp) -> Evaluate:
    first, generate = visit_generators(unit, node, [node.elt], at_once=True)
    run = unit.run

    def evaluate(frame: Frame) -> Any:
        found = collect(run, generate(frame, first(frame)))
        return SetValue(found.items, without_maybe(found))

    return evaluate


def without_maybe(found: ListValue) -> Unknown | None:
    """Why there may be others, for what does not keep those that may be there."""
    return found.rest if not found.maybe else Unknown(_TURNS)


@expression(cst.DictComp)
def visit_dict_comprehension(unit: Unit, node: cst.DictComp) -> Evaluate:
    first, generate = visit_generators(unit, node, [node.key, node.value], at_once=True)
    run = unit.run

    def evaluate(frame: Frame) -> Any:
        found = collect(run, generate(frame, first(frame)))
        made = DictValue(rest=without_maybe(found))
        for key, value in found.items:
            run.dict_put(made, key, value)
        for key, value in found.maybe:
            if is_known(key) and key not in made.items:
                made.maybe[key] = value
        return made

    return evaluate


@expression(cst.GeneratorExp)
def visit_generator_expression(unit: Unit, node: cst.GeneratorExp) -> Evaluate:
    first, generate = visit_generators(unit, node, [node.elt])
    run = unit.run

    def members(found: Iterator[Any], rest: Unknown | None) -> Iterator[Any]:
        for member in found:
            run.tick()
            if type(member) is tuple and member and member[0] is run.UNKNOWN_MEMBER:
                if len(member) == 3 and member[2] is rest:
                    continue
                raise run.UnknownTurns(Unknown("the number of turns of a generator is not known"))
            yield member

    def evaluate(frame: Frame) -> Any:
        source = first(frame)
        seen = seen_members(source)
        if seen is None:
            return IteratorValue(members(generate(frame, source), None), "generator")
        again = with_more(seen.members, seen.rest)
        return IteratorValue(members(generate(frame, again), seen.rest), "generator", rest=seen.rest)

    return evaluate
