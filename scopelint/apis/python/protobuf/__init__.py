"""Protocol buffers: messages and the schemas that they follow."""
