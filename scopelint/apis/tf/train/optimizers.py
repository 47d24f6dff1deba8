"""The optimizers of tf.train: what each keeps for a variable, and the operations that apply it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, TypeBuilder
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.op_defs import op_def
from scopelint.apis.tf.framework.op_inputs import op_name
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.ops.slot_creator import make_slot, make_slot_from_tensor, make_zeros_slot
from scopelint.apis.tf.train.applied import adam_sparse, draw_applied
from scopelint.apis.tf.train.optimizer import api, call_if_callable, optimizer, remember, to_tensor, var_key
from scopelint.graph import initial
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import DTYPES, DType, IndexedSlices, Tensor, Variable, is_fully_defined
from scopelint.values.truth import NO

Hyper = tuple[str, str, str]
"""Attribute of the number, attribute of its tensor, name of that tensor."""


def subclass(name: str, base: AnyValue = None, namespace: Namespace = api, canonical: str = "") -> TypeBuilder:
    bases = base if isinstance(base, tuple) else (optimizer.cls,)
    return namespace.type(name, bases=bases, canonical=canonical)


def init_base(
    call: Call, self: InstanceValue, use_locking: AnyValue, name: AnyValue, cls: Any, **attributes: Any
) -> None:
    """What each optimizer's __init__ does: the base's, then its own attributes."""
    call.invoke(optimizer.cls.attrs["__init__"], self, use_locking, name)
    for key, value in attributes.items():
        self.set("_" + key, value)


def prepares(builder: TypeBuilder, hypers: tuple[Hyper, ...]) -> None:
    """TF: _prepare, of the kind that turns each number into a tensor."""

    def _prepare(call: Call, self: InstanceValue) -> None:
        for number, tensor, label in hypers:
            self.set(tensor, to_tensor(call, call_if_callable(call, call.getattr(self, number)), label))

    builder.method(_prepare)


def reads_of(call: Call, self: InstanceValue) -> tuple[tuple[str, str], ...]:
    """The reads of beta1_power and beta2_power, where those are resource variables."""
    held = call.getattr(self, "_non_slot_dict").items.values()
    count = sum(1 for v in held if isinstance(v, Variable) and v.is_resource is True)
    return tuple((f"ReadVariableOp_{i}" if i else "ReadVariableOp", "ReadVariableOp") for i in range(count))


def own_slots(self: InstanceValue, var: AnyValue) -> list[Any]:
    """The slots of a variable, in the order in which they were made."""
    slots = self.attrs.get("_slots")
    held = slots.items.values() if isinstance(slots, DictValue) else ()
    return [named.items.get(var_key(var)) for named in held if isinstance(named, DictValue)]


def check_slots(call: Call, self: InstanceValue, kind: str, var: AnyValue) -> None:
    """The slots of a ref variable are inputs that the operation writes to: what a custom getter made of one is none."""
    definition = op_def(kind)
    if definition is None:
        return
    refs = [each.name for each in definition.inputs if each.is_ref][1:]
    for name, slot in zip(refs, own_slots(self, var), strict=False):
        if slot is None and var_key(var) in _made_for(self):
            text = f"Tried to convert '{name}' to a tensor and failed. Error: None values not supported."
            call.raise_("ValueError", text, kind="argument")
        if isinstance(slot, Tensor) and slot.op_type:
            call.raise_(
                "TypeError",
                f"'{kind}' Op requires that input '{name}' be a mutable tensor (e.g.: a tf.Variable)",
                kind="argument",
            )


def _made_for(self: InstanceValue) -> set[Any]:
    """The variables that have slots, if only what a getter gave in the place of one."""
    slots = self.attrs.get("_slots")
    held = slots.items.values() if isinstance(slots, DictValue) else ()
    return {key for named in held if isinstance(named, DictValue) for key in named.items}


def check_handles(call: Call, self: InstanceValue, var: AnyValue) -> None:
    """Those of a resource variable are asked for their handles."""
    for slot in own_slots(self, var) if var_key(var) in _made_for(self) else ():
        if slot is None or (isinstance(slot, Tensor) and slot.op_type):
            kind = "NoneType" if slot is None else "Tensor"
            call.raise_("AttributeError", f"'{kind}' object has no attribute 'handle'", kind="argument")


def check_rate(call: Call, self: InstanceValue, kind: str, var: AnyValue) -> None:
    """The learning rate of an optimizer that does not cast it to the variable's dtype."""
    rate = getattr(self.attrs.get("_learning_rate_tensor"), "dtype", None)
    dtype = dtype_of(var)
    if not isinstance(rate, DType) or not isinstance(dtype, DType) or rate.base_dtype is dtype.base_dtype:
        return
    resource = kind.startswith("Resource")
    first = "lr" if kind.endswith("Adagrad") else "alpha"
    gradient = "grad" if kind.endswith("Adagrad") else "delta"
    asked, found, of = (gradient, dtype, first) if resource else (first, rate, "var")
    wanted = rate if resource else dtype
    call.raise_(
        "TypeError",
        f"Input '{asked}' of '{kind}' Op has type {found.base_name} that does not match type {wanted.base_name} of "
        f"argument '{of}'.",
        kind="argument",
    )


def applies(builder: TypeBuilder, op: str, dense_op: Callable[..., str] | None = None, *, casts: bool = True) -> None:
    """TF: _apply_dense and its kin, each one operation of the kind's own type. `casts`: is the rate cast for it?"""

    def type_of(call: Call, self: InstanceValue) -> str:
        return dense_op(call, self) if dense_op is not None else op

    def _apply_dense(call: Call, self: InstanceValue, grad: AnyValue, var: AnyValue) -> Any:
        kind = "Apply" + type_of(call, self)
        check_slots(call, self, kind, var)
        if not casts:
            check_rate(call, self, kind, var)
        made = make_op(call, kind, None, reads_of(call, self))
        draw_applied(call, self, made, var, grad)
        return made

    def _resource_apply_dense(call: Call, self: InstanceValue, args: tuple[Any, ...]) -> Any:
        kind = "ResourceApply" + type_of(call, self)
        if not casts and len(args) > 2:
            check_rate(call, self, kind, args[2])
        if len(args) > 2:
            check_handles(call, self, args[2])
        made = make_op(call, kind, None, reads_of(call, self))
        if len(args) > 2:
            draw_applied(call, self, made, args[2], args[1])
        return made

    def resource_raw(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return _resource_apply_dense(call, args[0], args)

    def sparse_raw(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        made = make_op(call, "SparseApply" + type_of(call, args[0]), None)
        if len(args) > 2:
            draw_applied(call, args[0], made, args[2], args[1])
        return made

    def resource_sparse_raw(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        made = make_op(call, "ResourceSparseApply" + type_of(call, args[0]), None)
        if len(args) > 3:
            draw_applied(call, args[0], made, args[2], IndexedSlices(args[1], args[3]))
        return made

    builder.method(_apply_dense)
    builder.method(resource_raw, name="_resource_apply_dense", raw=True)
    builder.method(sparse_raw, name="_apply_sparse", raw=True)
    builder.method(resource_sparse_raw, name="_resource_apply_sparse", raw=True)


def zeros(call: Call, self: InstanceValue, v: Any, slot: str, op: AnyValue = None) -> Any:
    """TF: _zeros_slot."""
    own = op if op is not None else call.getattr(self, "_name")
    return remember(call, self, v, slot, lambda: make_zeros_slot(call, v, graph_name(own, "")))


def keeps_zeros(builder: TypeBuilder, *slots: str) -> None:
    """TF: _create_slots, of the kind that keeps zeros alone."""

    def _create_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
        for v in var_list.items:
            for slot in slots:
                zeros(call, self, v, slot)

    builder.method(_create_slots)


def constant(call: Call, value: AnyValue, v: AnyValue) -> Any:
    """TF: constant_op.constant(value, shape=v.get_shape(), dtype=v.dtype), outside of any scope of its own."""
    return make(call, "Const", "Const", shape_of(v), dtype_of(v))


LEARNING_RATE: Hyper = ("_learning_rate", "_learning_rate_tensor", "learning_rate")

# gradient descent

descent = subclass("GradientDescentOptimizer")


@descent.method(name="__init__")
def _descent(call: Call, self: InstanceValue, learning_rate: AnyValue, use_locking: AnyValue, name: AnyValue) -> None:
    init_base(call, self, use_locking, name, None, learning_rate=learning_rate, learning_rate_tensor=None)


prepares(descent, (LEARNING_RATE,))
applies(descent, "GradientDescent")


@descent.method(name="_apply_sparse_duplicate_indices")
def _descend_sparse(call: Call, self: InstanceValue, grad: AnyValue, var: AnyValue) -> Any:
    make(call, "Mul", "mul", Unknown("sparse gradient"))
    return make_op(call, "ScatterSub")


@descent.method(name="_resource_apply_sparse_duplicate_indices")
def _descend_resource_sparse(
    call: Call, self: InstanceValue, grad: AnyValue, handle: AnyValue, indices: AnyValue
) -> Any:
    make(call, "Neg", "Neg", Unknown("sparse gradient"))
    make(call, "Mul", "mul", Unknown("sparse gradient"))
    return make_op(call, "ResourceScatterAdd")


# momentum

momentum = subclass("MomentumOptimizer")


@momentum.method(name="__init__")
def _momentum(
    call: Call,
    self: InstanceValue,
    learning_rate: AnyValue,
    momentum: AnyValue,
    use_locking: AnyValue,
    name: AnyValue,
    use_nesterov: AnyValue,
) -> None:
    init_base(
        call, self, use_locking, name, None, learning_rate=learning_rate, momentum=momentum, use_nesterov=use_nesterov
    )


keeps_zeros(momentum, "momentum")
prepares(momentum, (LEARNING_RATE, ("_momentum", "_momentum_tensor", "momentum")))
applies(momentum, "Momentum")

# Adam

adam = subclass("AdamOptimizer")
ADAM_HYPERS: tuple[Hyper, ...] = (
    ("_lr", "_lr_t", "learning_rate"),
    ("_beta1", "_beta1_t", "beta1"),
    ("_beta2", "_beta2_t", "beta2"),
    ("_epsilon", "_epsilon_t", "epsilon"),
)


@adam.method(name="__init__")
def _adam(
    call: Call,
    self: InstanceValue,
    learning_rate: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    use_locking: Any,
    name: Any,
) -> None:
    init_base(
        call,
        self,
        use_locking,
        name,
        None,
        lr=learning_rate,
        beta1=beta1,
        beta2=beta2,
        epsilon=epsilon,
        lr_t=None,
        beta1_t=None,
        beta2_t=None,
        epsilon_t=None,
    )


def first_by_name(variables: list[Any]) -> Any:
    return min(variables, key=op_name)


def powers(call: Call, self: InstanceValue, var_list: Any, *names: str) -> None:
    """The variables beta1_power and beta2_power: of the kind of the first variable by name."""
    first = first_by_name(var_list.items)
    for name in names:
        call.method(
            self,
            "_create_non_slot_variable",
            initial_value=call.getattr(self, "_" + name.partition("_")[0]),
            name=name,
            colocate_with=first,
        )


@adam.method(name="_create_slots")
def _adam_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
    powers(call, self, var_list, "beta1_power", "beta2_power")
    for v in var_list.items:
        zeros(call, self, v, "m")
        zeros(call, self, v, "v")


@adam.method(name="_get_beta_accumulators")
def _get_beta_accumulators(call: Call, self: InstanceValue) -> Any:
    held = call.getattr(self, "_non_slot_dict").items
    return held.get(("beta1_power", call.graph)), held.get(("beta2_power", call.graph))


prepares(adam, ADAM_HYPERS)
applies(adam, "Adam")


@adam.method(name="_apply_sparse")
def _adam_sparse(call: Call, self: InstanceValue, grad: Any, var: AnyValue) -> Any:
    return adam_sparse(call, self, grad, var)


@adam.method(name="_finish")
def _adam_finish(call: Call, self: InstanceValue, update_ops: AnyValue, name_scope: AnyValue) -> Any:
    """TF: AdamOptimizer._finish."""
    held = [v for v in call.getattr(self, "_non_slot_dict").items.values() if getattr(v, "graph", None) is call.graph]
    graph = call.graph
    updates: Any = update_ops.items if isinstance(update_ops, ListValue) else []
    waits = list(updates)
    for power in held if graph.drawing is not None else ():
        with waiting(call, updates):
            factor = call.getattr(self, "_beta1_t" if len(waits) == len(updates) else "_beta2_t")
            if isinstance(power, Variable) and power.is_resource is True:
                read = make(call, "ReadVariableOp")
                graph.draw(read.op_name, power)
                product = make(call, "Mul", "mul")
                graph.draw(product.op_name, read, factor)
                done = make_op(call, "AssignVariableOp")
                graph.draw(done.name, power, product)
                graph.draw(make(call, "ReadVariableOp").op_name, power)
            else:
                product = make(call, "Mul", "mul")
                graph.draw(product.op_name, power, factor)
                done = make(call, "Assign").op
                graph.draw(done.name, power, product)
        waits.append(done)
    for power in held if graph.drawing is None else ():
        if isinstance(power, Variable) and power.is_resource is True:
            make(call, "ReadVariableOp")
            make(call, "Mul", "mul")
            make_op(call, "AssignVariableOp")
            make(call, "ReadVariableOp")
        else:
            make(call, "Mul", "mul")
            make(call, "Assign")
    made = make_op(call, "NoOp", graph_name(name_scope, ""))
    graph.draw_after(made.name, waits)
    return made


# Adagrad and its kin

adagrad = subclass("AdagradOptimizer")


def must_be_positive(call: Call, value: AnyValue, what: str) -> None:
    if isinstance(value, (int, float)) and value <= 0.0:
        call.raise_("ValueError", f"{what} must be positive: {value}", kind="argument")


@adagrad.method(name="__init__")
def _adagrad(
    call: Call, self: InstanceValue, learning_rate: Any, initial_accumulator_value: Any, use_locking: Any, name: Any
) -> None:
    must_be_positive(call, initial_accumulator_value, "initial_accumulator_value")
    init_base(
        call,
        self,
        use_locking,
        name,
        None,
        learning_rate=learning_rate,
        initial_accumulator_value=initial_accumulator_value,
        learning_rate_tensor=None,
    )


def filling(call: Call, v: AnyValue) -> Callable[..., Any]:
    """TF: AdagradOptimizer._init_constant_op, for a variable without a full shape."""
    return lambda shape, dtype, info: make(call, "Fill", "Fill", shape_of(v), dtype_of(v))


@adagrad.method(name="_create_slots")
def _adagrad_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
    own = graph_name(call.getattr(self, "_name"), "")
    for v in var_list.items:
        start: Any = "Const"
        if is_fully_defined(shape_of(v)) is NO:
            start = initial.of_function(filling(call, v), takes_shape=False)
        remember(
            call, self, v, "accumulator", lambda v=v, t=start: make_slot(call, v, t, shape_of(v), dtype_of(v), own)
        )


prepares(adagrad, (LEARNING_RATE,))
applies(adagrad, "Adagrad")

adagrad_da = subclass("AdagradDAOptimizer")


@adagrad_da.method(name="__init__")
def _adagrad_da(
    call: Call,
    self: InstanceValue,
    learning_rate: Any,
    global_step: Any,
    initial_gradient_squared_accumulator_value: Any,
    l1_regularization_strength: Any,
    l2_regularization_strength: Any,
    use_locking: Any,
    name: Any,
) -> None:
    must_be_positive(call, initial_gradient_squared_accumulator_value, "initial_gradient_squared_accumulator_value")
    init_base(
        call,
        self,
        use_locking,
        name,
        None,
        learning_rate=learning_rate,
        global_step=global_step,
        initial_gradient_squared_accumulator_value=initial_gradient_squared_accumulator_value,
        l1_regularization_strength=l1_regularization_strength,
        l2_regularization_strength=l2_regularization_strength,
    )


@adagrad_da.method(name="_create_slots")
def _adagrad_da_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
    own = graph_name(call.getattr(self, "_name"), "")
    for v in var_list.items:
        sums, squares = constant(call, 0.0, v), constant(call, 0.1, v)
        remember(call, self, v, "gradient_accumulator", lambda v=v, t=sums: make_slot_from_tensor(call, v, t, own))
        remember(
            call, self, v, "gradient_squared_accumulator", lambda v=v, t=squares: make_slot_from_tensor(call, v, t, own)
        )


@adagrad_da.method(name="_prepare")
def _adagrad_da_prepare(call: Call, self: InstanceValue) -> None:
    self.set("_learning_rate_tensor", to_tensor(call, call.getattr(self, "_learning_rate"), "learning_rate"))
    make(call, "Identity", "Identity", (), DTYPES["int64"])
    made = make(call, "AddV2", "add", (), DTYPES["int64"], inner=(("y", "Const"),))
    self.set("_global_step_on_worker", made)


applies(adagrad_da, "AdagradDA")

adadelta = subclass("AdadeltaOptimizer")


@adadelta.method(name="__init__")
def _adadelta(
    call: Call, self: InstanceValue, learning_rate: Any, rho: Any, epsilon: Any, use_locking: Any, name: Any
) -> None:
    init_base(call, self, use_locking, name, None, lr=learning_rate, rho=rho, epsilon=epsilon)


keeps_zeros(adadelta, "accum", "accum_update")
prepares(adadelta, (("_lr", "_lr_t", "lr"), ("_rho", "_rho_t", "rho"), ("_epsilon", "_epsilon_t", "epsilon")))
applies(adadelta, "Adadelta")

# RMSProp

rms_prop = subclass("RMSPropOptimizer")


@rms_prop.method(name="__init__")
def _rms_prop(
    call: Call,
    self: InstanceValue,
    learning_rate: Any,
    decay: Any,
    momentum: Any,
    epsilon: Any,
    use_locking: Any,
    centered: Any,
    name: Any,
) -> None:
    init_base(
        call,
        self,
        use_locking,
        name,
        None,
        learning_rate=learning_rate,
        decay=decay,
        momentum=momentum,
        epsilon=epsilon,
        centered=centered,
    )


@rms_prop.method(name="_create_slots")
def _rms_prop_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
    own = graph_name(call.getattr(self, "_name"), "")
    centered = bool(call.getattr(self, "_centered"))
    for v in var_list.items:
        if is_fully_defined(shape_of(v)) is NO:
            start = make(
                call, "Fill", "ones_like", shape_of(v), dtype_of(v), inner=(("Shape", "Shape"), ("Const", "Const"))
            )
            remember(call, self, v, "rms", lambda v=v, t=start: make_slot_from_tensor(call, v, t, own))
        else:
            remember(call, self, v, "rms", lambda v=v: make_slot(call, v, "ones", shape_of(v), dtype_of(v), own))
        if centered:
            zeros(call, self, v, "mg")
        zeros(call, self, v, "momentum")


prepares(
    rms_prop,
    (
        LEARNING_RATE,
        ("_decay", "_decay_tensor", "decay"),
        ("_momentum", "_momentum_tensor", "momentum"),
        ("_epsilon", "_epsilon_tensor", "epsilon"),
    ),
)
applies(rms_prop, "RMSProp", lambda call, self: "CenteredRMSProp" if call.getattr(self, "_centered") else "RMSProp")


__all__ = ["var_key"]
