"""tensorflow/python/ops: arrays, math, control flow, variables, scopes, initializers, losses."""
