"""numpy: arrays, dtypes, arithmetic, as far as shapes, dtypes and small values follow from it."""
