"""What an editor shows while one types, one idea per module; lsp.py puts it on the wire."""
