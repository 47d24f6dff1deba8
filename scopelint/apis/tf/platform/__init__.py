"""What surrounds a graph: processes, files, logging, decorators, messages, devices."""
