"""tf.test: test cases, each in a graph of its own."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.unittest import CASE, assert_raises
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.sessions import fetched, not_known, nothing
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue

test_case = Namespace("tf.test").type("TestCase", bases=(CASE.cls,))
for _name in (
    "__init__", "assertStartsWith", "assertProtoEquals", "assertAllClose", "assertAllCloseAccordingToType",
    "assertAllEqual", "assertNotAllClose", "assertNotAllEqual", "assertAllGreater", "assertAllLess",
    "assertAllGreaterEqual", "assertAllLessEqual", "assertAllInRange", "assertNear", "assertNDArrayNear",
    "assertArrayNear", "assertShapeEqual", "assertDeviceEqual",
):  # fmt: skip
    test_case.method(nothing, name=_name, raw=True)


@test_case.method(raw=True)
def evaluate(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return fetched(call, args[1] if len(args) > 1 else None)


@test_case.method(raw=True)
def get_temp_dir(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("a folder")


@test_case.method(raw=True)
def test_session(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: TensorFlowTestCase.session. Each test starts in a graph of its own."""
    graph = kwargs.get("graph", args[1] if len(args) > 1 else None)
    return call.new("tf.Session", graph=graph) if graph is not None else call.new("tf.Session")


for _name in ("session", "cached_session"):
    test_case.method(test_session, name=_name, raw=True)


for _name, _at in (("assertRaisesOpError", 2), ("assertRaisesWithPredicateMatch", 3)):
    test_case.method(assert_raises(_at), name=_name, raw=True)

for _name in ("main",):
    Namespace("tf.test").function(nothing, name=_name, raw=True)
for _name in ("get_temp_dir", "test_src_dir_path", "create_local_cluster"):
    Namespace("tf.test").function(not_known("the machine that runs it"), name=_name, raw=True)

# As with flags and the environment, what a plain machine answers: one CPU.
for _name, _answer in (
    ("is_gpu_available", False),
    ("is_built_with_cuda", False),
    ("is_built_with_rocm", False),
    ("is_built_with_gpu_support", False),
    ("gpu_device_name", ""),
):
    Namespace("tf.test").function(lambda call, args, kwargs, _answer=_answer: _answer, name=_name, raw=True)

device_lib = Namespace("tensorflow.python.client.device_lib")
device = device_lib.type("DeviceAttributes")


@device_lib.function(name="list_local_devices", raw=True)
def list_local_devices(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    facts = {
        "name": "/device:CPU:0",
        "device_type": "CPU",
        "physical_device_desc": "",
        "memory_limit": Unknown("the machine's memory"),
    }
    return ListValue([InstanceValue(device.cls, facts)])
