"""TF's gradient functions, each where TF has it; importing them fills the table."""

from scopelint.apis.picture.gradients import array, data_flow, math, nn  # noqa: F401
from scopelint.apis.picture.gradients.step import GRADIENTS, Step

__all__ = ["GRADIENTS", "Step"]
