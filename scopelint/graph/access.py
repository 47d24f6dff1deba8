"""One call of get_variable and what is recorded of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.graph.conditions import When, added, is_assumption
from scopelint.graph.events import VariableMade, VariableRefused, VariableReused
from scopelint.graph.refusals import TFError
from scopelint.graph.scopes import Sites, reuse_text
from scopelint.values.base import Unknown
from scopelint.values.tensors import DType, Variable

if TYPE_CHECKING:
    from scopelint.graph.state import GraphState


class Access:
    """One call of get_variable, as events tell of it."""

    __slots__ = (
        "asked", "by", "collections", "dtype_given", "initializer", "name_scope", "reuse", "scope", "sites",
        "trainable", "use_resource",
    )  # fmt: skip

    def __init__(self, asked: str, by: str, scope: str, name_scope: str, reuse: object, sites: Sites) -> None:
        self.asked = asked
        self.by = by
        self.scope = scope
        self.name_scope = name_scope
        self.reuse = reuse_text(reuse)
        self.sites = sites
        self.initializer: Any = None
        self.trainable: Any = None
        self.collections: Any = None
        self.use_resource: Any = None
        # A dtype that the program gave as text or as a class, as it gave it.
        self.dtype_given: Any = None

    def fields(self) -> dict[str, Any]:
        return {
            "by": self.by,
            "asked": self.asked,
            "scope": self.scope,
            "name_scope": self.name_scope,
            "reuse": self.reuse,
            "prefix_sites": self.sites,
        }


def asked_by(state: GraphState, by: str) -> str:
    """Who asks: a layer or a slot on behalf of a cell or of a moving average says so."""
    return state.by.removeprefix("shared ") if state.by and by in ("layer", "slot") else by


def assumed_by(variable: Variable) -> When:
    """What the name of a variable hangs on, other than that it was made at all."""
    return tuple(condition for condition in variable.when if is_assumption(condition))


def emit_refused(
    state: GraphState, access: Access, error: TFError, name: str, when: tuple[str, ...] | None = None
) -> None:
    first = error.first
    fields = access.fields()
    if when is not None:
        fields["when"] = when
    fields.setdefault("when", added(state.conditions, () if first is None else assumed_by(first)))
    error.event = state.emit(
        VariableRefused,
        name=name,
        reason=error.reason,
        message=error.sentence,
        error=error.kind,
        first_site=first.first_site if first is not None else None,
        first_calls=first.first_calls if first is not None else (),
        facts=error.facts,
        leads=error.where.split("\n")[0],
        **fields,
    )


def emit_made(
    state: GraphState,
    variable: Variable,
    fields: dict[str, Any],
    when: tuple[str, ...] | None = None,
) -> None:
    """Records a new variable."""
    shape = variable.shape
    known = not isinstance(shape, Unknown)
    state.emit(
        VariableMade,
        when=added(state.conditions, variable.when) if when is None else when,
        name=variable.name,
        key=variable.key,
        shape=shape if known else None,
        shape_known=known,
        dtype=variable.dtype.base_name if isinstance(variable.dtype, DType) else "",
        trainable=variable.trainable if isinstance(variable.trainable, bool) else None,
        collections=variable.collections,
        is_resource=variable.is_resource if isinstance(variable.is_resource, bool) else None,
        **fields,
    )


def emit_reused(
    state: GraphState, access: Access, found: Variable, key: str, when: tuple[str, ...] | None = None
) -> None:
    """Records that a variable was shared, and which arguments of the call had no effect."""
    changed = []
    if isinstance(access.trainable, bool) and access.trainable != found.trainable:
        changed.append("trainable")
    label = getattr(access.initializer, "label", "")
    if label and label != found.initializer:
        changed.append("initializer")
    given = access.collections
    # `trainable` adds its collection by itself.
    own = {"trainable_variables"}
    if isinstance(given, (list, tuple)) and all(isinstance(each, str) for each in given):
        changed += ["collections"] if {*given} - own != {*found.collections} - own else []
    if isinstance(access.use_resource, bool) and access.use_resource is not found.is_resource:
        changed.append("use_resource")
    fields = access.fields()
    fields["when"] = added(state.conditions, assumed_by(found)) if when is None else when
    state.emit(
        VariableReused,
        graph=found.graph.index,
        name=found.name,
        key=key,
        first_site=found.first_site,
        first_calls=found.first_calls,
        changed=tuple(changed),
        **fields,
    )
