"""Comprehensions and generator expressions, over what is known of what they go over."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import libcst as cst

from scopelint.apis.tf.framework.filters import note_no_match
from scopelint.interp.control import refuse_again
from scopelint.interp.frame import Frame
from scopelint.interp.targets import target_names, visit_target
from scopelint.interp.unit import Evaluate, Unit, expression
from scopelint.values.base import AnyValue, Undecided, Unknown
from scopelint.values.containers import DictValue, ListValue, SetValue
from scopelint.values.objects import IteratorValue
from scopelint.values.seen import is_unseen, seen_members, with_more

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
        steps.append((put, iterable, tests, label))
    unit.renames.pop()

    def generate(frame: Frame, level: int, source: AnyValue) -> Iterator[Any]:
        put, iterable, tests, label = steps[level]
        last = level + 1 == len(steps)
        for member in run.comprehension_members(source, label):
            if type(member) is tuple and member and member[0] is run.UNKNOWN_MEMBER:
                # While nothing was made unseen there is no such turn, so nothing is made in it.
                yield run.UNKNOWN_MEMBER, None, member[1]
                continue
            unknown = turns = member is run.UNKNOWN_MEMBER
            put(frame, run.symbolic_member(iterable, label) if unknown else member)
            for test in tests:
                try:
                    if not run.truth(test(frame)):
                        break
                except Undecided:
                    unknown, turns = True, False
            else:
                if last:
                    mark = len(run.state.events.items)
                    made = tuple([result(frame) for result in results]) if len(results) > 1 else results[0](frame)
                    if at_once and turns and len(run.state.events.items) > mark:
                        refuse_again(run, frame, mark, results, label)
                    yield (run.UNKNOWN_MEMBER, made) if unknown else made
                else:
                    for inner in generate(frame, level + 1, steps[level + 1][1](frame)):
                        if unknown and not (type(inner) is tuple and inner and inner[0] is run.UNKNOWN_MEMBER):
                            inner = (run.UNKNOWN_MEMBER, inner)
                        yield inner

    return steps[0][1], lambda frame, source: generate(frame, 0, source)


def collect(run: Interpreter, members: Iterator[Any]) -> tuple[list[Any], Unknown | None]:
    """All members, and why there may be others."""
    out, rest = [], None
    for member in members:
        run.tick()
        if type(member) is tuple and member and member[0] is run.UNKNOWN_MEMBER:
            turns = "the number of turns of a comprehension is not known"
            why = member[2] if len(member) == 3 else Unknown(turns)
            rest = why if rest is None or is_unseen(rest) else rest
            continue
        out.append(member)
    return out, rest


@expression(cst.ListComp)
def visit_list_comprehension(unit: Unit, node: cst.ListComp) -> Evaluate:
    first, generate = visit_generators(unit, node, [node.elt], at_once=True)
    run = unit.run
    tests = " and ".join(unit.code(each.test) for each in node.for_in.ifs)
    wanted = tuple(ast.literal_eval(text) for text in _TEXTS.findall(tests))
    if not wanted:
        return lambda frame: ListValue(*collect(run, generate(frame, first(frame))))

    def evaluate(frame: Frame) -> Any:
        source = first(frame)
        made = ListValue(*collect(run, generate(frame, source)))
        if not made.items and made.rest is None and isinstance(source, ListValue) and source.items:
            note_no_match(run.call, f"`{tests}`", wanted, source.items)
        return made

    return evaluate


_TEXTS = re.compile(r"""(?<![\w"'])(?:"[^"\\]+"|'[^'\\]+')""")
"""The plain strings of a test."""


@expression(cst.SetComp)
def visit_set_comprehension(unit: Unit, node: cst.SetComp) -> Evaluate:
    first, generate = visit_generators(unit, node, [node.elt], at_once=True)
    run = unit.run
    return lambda frame: SetValue(*collect(run, generate(frame, first(frame))))


@expression(cst.DictComp)
def visit_dict_comprehension(unit: Unit, node: cst.DictComp) -> Evaluate:
    first, generate = visit_generators(unit, node, [node.key, node.value], at_once=True)
    run = unit.run

    def evaluate(frame: Frame) -> Any:
        pairs, rest = collect(run, generate(frame, first(frame)))
        made = DictValue(rest=rest)
        for key, value in pairs:
            run.dict_put(made, key, value)
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
