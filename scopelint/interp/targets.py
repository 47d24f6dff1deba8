"""What stands left of an assignment: names, attributes, subscripts, patterns of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scopelint.interp.frame import Frame
from scopelint.interp.unit import Evaluate, Store, Unit
from scopelint.interp.variables import store
from scopelint.syntax import nodes as cst
from scopelint.values.base import AnyValue, Unknown


def subscript_key(unit: Unit, node: cst.Subscript) -> Evaluate:
    parts = [visit_slice(unit, element.slice) for element in node.slice]
    if len(parts) == 1 and not isinstance(node.slice[0].comma, cst.Comma):
        return parts[0]
    return lambda frame: tuple([part(frame) for part in parts])


def visit_slice(unit: Unit, node: Any) -> Evaluate:
    if isinstance(node, cst.Index):
        return unit.visit(node.value)
    ends = [None if end is None else unit.visit(end) for end in (node.lower, node.upper, node.step)]
    lower, upper, step = ends
    return lambda frame: slice(lower and lower(frame), upper and upper(frame), step and step(frame))


def target_names(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Name):
        yield node.value
    elif isinstance(node, (cst.Tuple, cst.List)):
        for element in node.elements:
            yield from target_names(element.value)
    elif isinstance(node, cst.StarredElement):
        yield from target_names(node.value)


def _may_be_array(number: float, index: AnyValue) -> bool:
    """May `number[index] = new` be of an array without dimensions? By a number or a slice it would be no such array."""
    return index == () or index is Ellipsis or isinstance(index, (bool, Unknown))


def _with_item(number: float, index: AnyValue, new: AnyValue) -> Any:
    """What such an array is worth after that."""
    if index is False:
        return number
    if isinstance(index, Unknown) or isinstance(new, Unknown):
        return index.derive("") if isinstance(index, Unknown) else new
    return type(number)(new) if isinstance(new, (float, int)) else Unknown("what an array without dimensions holds")


def _is_dotted(node: Any) -> bool:
    """`a.b.c`: what may be visited twice."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return isinstance(node, cst.Name)


def visit_target(unit: Unit, node: cst.CSTNode) -> Store:
    """How a value is put into an assignment's target."""
    run = unit.run
    if isinstance(node, cst.Name):
        return store(unit, unit.mangle(node.value))
    if isinstance(node, cst.Attribute):
        value = unit.visit(node.value)
        name = unit.mangle(node.attr.value)
        return lambda frame, new: run.set_attribute(value(frame), name, new)
    if isinstance(node, cst.Subscript):
        site = unit.next_site(unit.sites.subscripts)
        value = unit.visit(node.value)
        key = subscript_key(unit, node)
        again = visit_target(unit, node.value) if _is_dotted(node.value) else None

        def put_item(frame: Frame, new: AnyValue) -> None:
            container = value(frame)
            index = key(frame)
            frame.site = site
            if isinstance(container, (float, int)) and again is not None and _may_be_array(container, index):
                # An array without dimensions is a plain number here.
                again(frame, _with_item(container, index, new))
                return
            run.set_item(container, index, new)

        return put_item
    if isinstance(node, (cst.Tuple, cst.List)):
        targets = [visit_target(unit, e.value) for e in node.elements]
        star = next((i for i, e in enumerate(node.elements) if isinstance(e, cst.StarredElement)), None)

        def unpack(frame: Frame, new: AnyValue) -> None:
            for put, member in zip(targets, run.unpack(new, len(targets), star), strict=True):
                put(frame, member)

        return unpack
    return lambda frame, new: None
