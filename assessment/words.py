"""From what somebody typed to the id that it means."""


def as_word(value: object) -> str:
    """A cell or choice as an id: `Not captured` is `not_captured`, and the number 2.0 is 2."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().lower().replace(" ", "_")
