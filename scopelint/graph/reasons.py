"""Why TF refuses something, as a word that rules can read: the sentence that TF says is for people."""

from __future__ import annotations

from typing import Literal, get_args

Reason = Literal[
    "exists",  # get_variable makes a variable that is there already
    "missing",  # get_variable under reuse finds none
    "shape_differs",  # it finds one of another shape: facts `asked` and `found`
    "dtype_differs",  # ... of another dtype: the same
    "resource",  # ... of another kind
    "partitioner",  # ... partitioned otherwise, or the partitioner's answer is refused
    "constant_with_shape",  # a constant as initializer, and a shape beside it
    "shape_not_defined",  # a variable needs a shape that is known in full
    "input_not_defined",  # a weight's size is a dimension of an input that TF does not know
    "layer_input",  # an input whose rank or size a layer does not take
    "shape",  # shapes that do not fit each other: fact `by`, on whose behalf (GraphState.by)
    "scope_name",
    "op_name",
    "scope_without_name",
    "scope_type",
    "reuse_without_name",
    "global_step",  # a second one
    "assignment_map",  # of an entry of a map from a checkpoint to variables: facts `key` and `target`
    "graph",  # things of two graphs meet
    "layer",  # a layer is misused in another way
    "argument",  # anything else
]

REASONS: tuple[Reason, ...] = get_args(Reason)

Fact = tuple[str, object]
"""A particular of a refusal by its name, which the reason's comment tells."""

_LEADS_OVER = " Originally defined at:"


def first_sentence(message: str) -> str:
    """The first line of what TF says, without the words that lead over to a traceback."""
    return message.split("\n")[0].removesuffix(_LEADS_OVER)
