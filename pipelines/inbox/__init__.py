"""The drop folder: whole files taken once, in the order of their names, each with a receipt beside it."""
