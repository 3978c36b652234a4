"""A process of its own that opens strangers' files, within limits."""
