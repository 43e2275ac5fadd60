"""One module a step, written by hand, named after its revision."""
