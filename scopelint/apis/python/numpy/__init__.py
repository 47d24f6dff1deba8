"""numpy: arrays, dtypes, arithmetic, as far as shapes, dtypes and small values follow from it."""

# Arrays have their methods from there, whichever file of this package is asked for first.
from scopelint.apis.python.numpy import namespace as namespace
