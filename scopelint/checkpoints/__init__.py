"""Checkpoints on disk: found, read, listed, renamed, without TensorFlow; nothing here knows of the interpreter.

`reading.read_checkpoint(path)` is the door; it gives a `records.Checkpoint` or raises a `records.CheckpointError`.
"""
