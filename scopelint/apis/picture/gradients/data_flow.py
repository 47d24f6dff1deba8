"""TF: tensor_array_grad.py. What is read of an array is written into another one for its gradients, and back."""

from __future__ import annotations

from typing import Any

from scopelint.apis.picture.gradients.step import Step, gradient
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.values.tensors import FLOAT32, RESOURCE, Tensor


def _array(s: Step, handle: Tensor, flow: Tensor) -> tuple[Tensor, Tensor]:
    """TF: _GraphTensorArray.grad: the array of the gradients, and its flow."""
    call = s.call
    with operations.scope(call, None, "TensorArrayGrad"):
        made = make(call, "TensorArrayGradV3", "TensorArrayGradV3", (2,), RESOURCE)
        call.graph.draw(made.op_name, handle, flow)
        with waiting(call, [made]):
            after = make(call, "Identity", "gradient_flow", (), FLOAT32)
        call.graph.draw(after.op_name, flow)
    return made, after


def _op(s: Step, kind: str, shape: Any, dtype: Any, *inputs: Any) -> Tensor:
    made = make(s.call, kind, kind, shape, dtype)
    s.call.graph.draw(made.op_name, *inputs)
    return made


def _written_back(s: Step, kind: str, scope: str) -> Any:
    """What was read at the indices: its gradient is written there, under the name scope of that method."""
    handle, indices, flow = s.inputs
    array, own = _array(s, handle, flow)
    with operations.scope(s.call, None, scope):
        return None, None, _op(s, kind, (), FLOAT32, array, indices, s.grad, own)


def _read_back(s: Step, kind: str) -> Any:
    """What was written at the indices: its gradient is read there."""
    handle, indices, value, _ = s.inputs
    array, own = _array(s, handle, s.grad)
    return None, None, _op(s, kind, value.shape, value.dtype, array, indices, own), s.grad


@gradient("TensorArrayReadV3")
def read(s: Step) -> Any:
    return _written_back(s, "TensorArrayWriteV3", "TensorArrayWrite")


@gradient("TensorArrayWriteV3")
def write(s: Step) -> Any:
    return _read_back(s, "TensorArrayReadV3")


@gradient("TensorArrayGatherV3")
def gather(s: Step) -> Any:
    return _written_back(s, "TensorArrayScatterV3", "TensorArrayScatter")


@gradient("TensorArrayScatterV3")
def scatter(s: Step) -> Any:
    return _read_back(s, "TensorArrayGatherV3")
