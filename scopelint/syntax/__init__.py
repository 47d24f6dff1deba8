"""Bytes to LibCST trees, with the sites of their nodes."""
