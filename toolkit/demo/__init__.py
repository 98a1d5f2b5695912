"""The example round that `xxgk demo` plays."""
