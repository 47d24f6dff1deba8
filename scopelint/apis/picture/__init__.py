"""The whole graph as TF would write it out: what was noted of each operation, and what follows from TF's code."""
