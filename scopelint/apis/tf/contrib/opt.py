"""tf.contrib.opt: the optimizers that stand on those of tf.train, and what wraps them."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, find
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.ops.gradients import gradients_of
from scopelint.apis.tf.ops.slot_creator import make_slot_from_tensor, make_variable
from scopelint.apis.tf.train.optimizer import is_callable, not_implemented, remember, to_tensor, trainable_variables
from scopelint.apis.tf.train.optimizers import (
    ADAM_HYPERS,
    adagrad,
    adam,
    applies,
    init_base,
    keeps_zeros,
    momentum,
    powers,
    prepares,
    subclass,
    zeros,
)
from scopelint.graph.events import SessionRun
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.calling import too_many
from scopelint.values.objects import BoundMethod, ClassValue, InstanceValue
from scopelint.values.tensors import DTYPES, Variable, num_elements

api = Namespace("tf.contrib.opt")


def init_of(builder: Any) -> Any:
    return builder.cls.attrs["__init__"]


# Adam's kin

ada_max = subclass("AdaMaxOptimizer", (adam.cls,), api)


@ada_max.method(name="__init__")
def _ada_max(
    call: Call,
    self: InstanceValue,
    learning_rate: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    use_locking: Any,
    name: Any,
) -> None:
    call.invoke(init_of(adam), self, learning_rate, beta1, beta2, epsilon, use_locking, name)


@ada_max.method(name="_create_slots")
def _ada_max_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
    powers(call, self, var_list, "beta1_power")
    for v in var_list.items:
        zeros(call, self, v, "m")
        zeros(call, self, v, "v")


applies(ada_max, "AdaMax")
lazy_adam = subclass("LazyAdamOptimizer", (adam.cls,), api)
nadam = subclass("NadamOptimizer", (adam.cls,), api)

adam_gs = subclass("AdamGSOptimizer", None, api)


@adam_gs.method(name="__init__")
def _adam_gs(
    call: Call,
    self: InstanceValue,
    global_step: Any,
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
        global_step=global_step,
    )


keeps_zeros(adam_gs, "m", "v")
prepares(adam_gs, ADAM_HYPERS)
applies(adam_gs, "Adam")
lazy_adam_gs = subclass("LazyAdamGSOptimizer", (adam_gs.cls,), api)

# signs, LARS, regularised Adagrad

for _name, _op, _label, _numbers in (
    ("AddSignOptimizer", "AddSign", "alpha", ("alpha",)), ("PowerSignOptimizer", "PowerSign", "logbase", ("base",)),
):  # fmt: skip
    _sign = subclass(_name, None, api)

    def _sign_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], name: str = _name) -> None:
        given = bind(call, f"tf.contrib.opt.{name}", args[1:], kwargs)[0]
        init_base(
            call,
            args[0],
            given["use_locking"],
            given["name"],
            None,
            lr=given["learning_rate"],
            beta=given["beta"],
            alpha=given.get("alpha", 1.0),
            logbase=1.0,
            sign_decay_fn=given["sign_decay_fn"],
        )

    _sign.method(_sign_init, name="__init__", raw=True)
    keeps_zeros(_sign, "m")
    prepares(
        _sign, (("_lr", "_lr_t", "learning_rate"), ("_beta", "_beta_t", "beta"), (f"_{_label}", f"_{_label}_t", _label))
    )
    applies(_sign, _op)
    # TF has none for rows of a resource.
    _sign.method(not_implemented, name="_resource_apply_sparse", raw=True)

lars = subclass("LARSOptimizer", None, api)


@lars.method(name="__init__")
def _lars(
    call: Call,
    self: InstanceValue,
    learning_rate: Any,
    momentum: Any,
    weight_decay: Any,
    eeta: Any,
    epsilon: Any,
    name: Any,
    skip_list: Any,
    use_nesterov: Any,
) -> None:
    for value, what in ((momentum, "momentum"), (weight_decay, "weight_decay")):
        if isinstance(value, (int, float)) and value < 0.0:
            call.raise_("ValueError", f"{what} should be positive: {value}", kind="argument")
    init_base(
        call,
        self,
        False,
        name,
        None,
        learning_rate=learning_rate,
        momentum=momentum,
        weight_decay=weight_decay,
        eeta=eeta,
        epsilon=epsilon,
        skip_list=skip_list,
        use_nesterov=use_nesterov,
    )


keeps_zeros(lars, "momentum")
prepares(
    lars, (("_learning_rate", "_learning_rate_tensor", "learning_rate"), ("_momentum", "_momentum_tensor", "momentum"))
)
applies(lars, "Momentum")

reg_adagrad = subclass("RegAdagradOptimizer", (adagrad.cls,), api)


@reg_adagrad.method(name="__init__")
def _reg_adagrad(
    call: Call, self: InstanceValue, learning_rate: Any, initial_accumulator_value: Any, use_locking: Any, name: Any
) -> None:
    call.invoke(init_of(adagrad), self, learning_rate, initial_accumulator_value, use_locking, name)


# Shampoo

shampoo = subclass("ShampooOptimizer", None, api)


@shampoo.method(name="__init__")
def _shampoo(
    call: Call,
    self: InstanceValue,
    global_step: Any,
    max_matrix_size: Any,
    gbar_decay: Any,
    learning_rate: Any,
    svd_interval: Any,
    use_locking: Any,
    name: Any,
) -> None:
    if isinstance(global_step, int):
        make(call, "Const", "Cast/x")
    else:
        make(call, "Cast", "Cast")
    init_base(
        call,
        self,
        use_locking,
        name,
        None,
        global_step=global_step,
        max_matrix_size=max_matrix_size,
        learning_rate=learning_rate,
        svd_interval=svd_interval,
        gbar_decay=gbar_decay,
    )


@shampoo.method(name="_create_slots")
def _shampoo_slots(call: Call, self: InstanceValue, var_list: Any) -> None:
    own = graph_name(call.getattr(self, "_name"), "")
    largest, interval = call.getattr(self, "_max_matrix_size"), call.getattr(self, "_svd_interval")
    for v in var_list.items:
        zeros(call, self, v, "gbar")
        shape = shape_of(v)
        if isinstance(shape, Unknown):
            call.cannot_know("how many dimensions a variable has is not known, and so how many slots", may_make=True)
        if not isinstance(shape, tuple):
            continue
        for i, d in enumerate(shape):
            make(call, "Const", "Const", (), DTYPES["int32"])
            square = (d, d) if not isinstance(d, int) or not isinstance(largest, int) or d <= largest else (d,)
            if len(square) == 2:
                with call.graph.name_scope("eye"):
                    pass
                start = make(call, "Const", "zeros_like", square)
                if isinstance(interval, int) and interval > 1:
                    eye = make(call, "MatrixDiag", "eye/diag", square)
                    remember(call, self, v, f"H_{i}", lambda v=v, t=eye: make_slot_from_tensor(call, v, t, own))
            else:
                start = make(call, "Fill", "zeros", square)
            remember(call, self, v, f"Gbar_{i}", lambda v=v, t=start: make_slot_from_tensor(call, v, t, own))


applies(shampoo, "Shampoo")

# decoupled weight decay: a mixin that comes before an optimizer among the bases

decay = api.type("DecoupledWeightDecayExtension")


def next_method(call: Call, self: InstanceValue, name: str, /, *args: Any, **kwargs: Any) -> Any:
    """`super(DecoupledWeightDecayExtension, self).name(...)`."""
    mro = self.cls.mro
    for cls in mro[mro.index(decay.cls) + 1 :]:
        if name in cls.attrs:
            return call.invoke(BoundMethod(cls.attrs[name], self), *args, **kwargs)
    return None


@decay.method(name="__init__", raw=True)
def _decay(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, rest = args[0], args[1:]
    given = dict(kwargs)
    if len(rest) > 1:
        call.raise_("TypeError", too_many("__init__", 2, len(args)), kind="argument")
    if not rest and "weight_decay" not in given:
        said = "__init__() missing 1 required positional argument: 'weight_decay'"
        call.raise_("TypeError", said, kind="argument")
    weight_decay = rest[0] if rest else given.pop("weight_decay")
    self.set("_decay_var_list", None)
    self.set("_weight_decay", weight_decay)
    self.set("_weight_decay_tensor", None)
    next_method(call, self, "__init__", **given)


def without_decay_list(method: str) -> Any:
    def forward(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = dict(kwargs)
        listed = given.pop("decay_var_list", None)
        args[0].set("_decay_var_list", listed)
        return next_method(call, args[0], method, *args[1:], **given)

    return forward


decay.method(without_decay_list("minimize"), name="minimize", raw=True)
decay.method(without_decay_list("apply_gradients"), name="apply_gradients", raw=True)


@decay.method(name="_prepare")
def _decay_prepare(call: Call, self: InstanceValue) -> None:
    value = call.getattr(self, "_weight_decay")
    value = call.invoke(value) if is_callable(value) else value
    self.set("_weight_decay_tensor", to_tensor(call, value, "weight_decay"))
    next_method(call, self, "_prepare")


def _decayed(method: str) -> Any:
    def forward(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        make(call, "Mul", "mul", inner=(("x", "Const"),))
        make_op(call, "AssignSub")
        return next_method(call, args[0], method, *args[1:], **kwargs)

    return forward


for _name in ("_apply_dense", "_resource_apply_dense", "_apply_sparse", "_resource_apply_sparse"):
    decay.method(_decayed(_name), name=_name, raw=True)

for _name, _base, _default in (
    ("AdamWOptimizer", adam, "AdamW"),
    ("MomentumWOptimizer", momentum, "MomentumW"),
    ("ShampooWOptimizer", shampoo, "ShampooW"),
):
    _canonical = (
        ""
        if _name != "ShampooWOptimizer"
        else ("tensorflow.contrib.opt.python.training.weight_decay_optimizers.ShampooWOptimizer")
    )
    _decaying = subclass(_name, (decay.cls, _base.cls), api, _canonical)

    def _decaying_init(
        call: Call,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        name: str = _name,
        default: str = _default,
        cls: ClassValue = _base.cls,
    ) -> None:
        given = dict(kwargs)
        rest = args[1:]
        weight_decay = rest[0] if rest else given.pop("weight_decay", None)
        given.setdefault("name", default)

        plain = [p.name for p in tables.signature(cls.canonical) or ()]
        for key, value in zip(plain, rest[1:], strict=False):
            given[key] = value
        init_decay = decay.cls.attrs["__init__"]
        call.invoke(init_decay, args[0], weight_decay, **given)

    _decaying.method(_decaying_init, name="__init__", raw=True)


@api.function
def extend_with_decoupled_weight_decay(call: Call, base_optimizer: AnyValue) -> Any:
    """TF: extend_with_decoupled_weight_decay. A class made for the occasion."""
    if not isinstance(base_optimizer, ClassValue):
        return call.unknown("an optimizer class that is not known")
    bases = (decay.cls, base_optimizer)
    return ClassValue("OptimizerWithDecoupledWeightDecay", bases, {"__module__": "tf.contrib.opt"})


# wrappers


# averaging over workers: custom getters that make a second variable beside each


# second versions that keep the names of the first

second = Namespace("tf.contrib.optimizer_v2")
for _name in (
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "AdamOptimizer",
    "AdagradOptimizer",
    "AdadeltaOptimizer",
    "RMSPropOptimizer",
):
    subclass(_name, (find(f"tf.train.{_name}"),), second)

ggt = subclass("GGTOptimizer", None, api)


@ggt.method(name="__init__")
def _ggt(
    call: Call, self: InstanceValue, learning_rate: Any, beta1: Any, use_locking: Any, name: Any, window: Any
) -> None:
    init_base(call, self, use_locking, name, None, lr=learning_rate, beta1=beta1, window=window)


@ggt.method(name="_create_slots")
def _ggt_variables(call: Call, self: InstanceValue, var_list: Any) -> None:
    """TF: GGTOptimizer._create_vars. All variables together have one buffer."""
    total: Any = 0
    for v in var_list.items:
        size = num_elements(shape_of(v))
        total = total + (Unknown("size of a variable", "size") if size is None else size)
    dtype = dtype_of(var_list.items[0])
    for name, dims in (
        ("global_step", ()),
        ("grad_buffer", (self.attrs["_window"], total)),
        ("moment1", (total,)),
        ("flat_grad", (total,)),
    ):
        start = make(call, "Const" if not dims else "Fill", "zeros" if dims else "Const", dims, dtype)
        make_variable(call, start, name, dtype=dtype)


@ggt.method(name="_prepare")
def _ggt_prepare(call: Call, self: InstanceValue) -> None:
    return None


applies(ggt, "GGT")


@ggt.method(name="_apply_sparse_duplicate_indices", raw=True)
def _ggt_sparse(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: GGTOptimizer._apply_sparse, which does not take what is handed to it."""
    message = "_apply_sparse() takes 3 positional arguments but 4 were given"
    call.raise_("TypeError", message, kind="argument")


ggt.method(not_implemented, name="_resource_apply_sparse_duplicate_indices", raw=True)

# what runs outside of the graph

external = api.type("ExternalOptimizerInterface")


@external.method(name="__init__", raw=True)
def _external(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: ExternalOptimizerInterface.__init__. Placeholders for the updates, and gradients."""

    given = bind(call, "tf.contrib.opt.ExternalOptimizerInterface", args[1:], kwargs)[0]
    listed = given.get("var_list")
    variables = trainable_variables(call) if listed is None else call.members(listed)
    if isinstance(variables, Unknown):
        return
    gradients_of(call, given.get("loss"), variables)
    for _ in variables:
        make(call, "Placeholder", "Placeholder", Unknown("update"))
    for variable in variables:
        if isinstance(variable, Variable):
            make(call, "Assign", None, shape_of(variable), dtype_of(variable))


@external.method(raw=True)
def minimize(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    call.state.emit(SessionRun, what="minimize")


scipy = api.type("ScipyOptimizerInterface", bases=(external.cls,))
