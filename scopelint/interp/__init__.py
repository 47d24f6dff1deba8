"""What Python does: statements, expressions, calls, classes and modules, walked over LibCST."""
