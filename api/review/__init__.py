"""What coaches do with what was handed in: read it, decide, ask for changes, sign it off.

The use cases are functions `(db, who, …)` as those of `api.workspace` are: each asks for the right
first, and gives back a frozen view.
"""
