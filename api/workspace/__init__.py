"""What people do with an assessment: start it, fill it in, see where it stands, hand it in.

Each use case is a function `(db, who, …)` that asks for the right first, and gives back a frozen
view. A transaction is opened by the door; what it means is decided here.
"""
