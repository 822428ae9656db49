"""Layers as the command line names them: `16`, `8:24` (half-open), `3,5,8:10` or `all`."""

from .faults import USAGE, Fault


def parse_layers(text: str, present: list[int], option: str) -> list[int]:
    """The layers of `present` that `text` names, in order."""
    if text == "all":
        return list(present)
    chosen: set[int] = set()
    for part in text.split(","):
        first, colon, last = part.partition(":")
        try:
            bounds = int(first), int(last) if colon else int(first) + 1
        except ValueError:
            raise Fault(
                f"{option} {text}: not understood; type a layer 16, a half-open range 8:24, or all", USAGE
            ) from None
        wanted = set(range(*bounds))
        if not wanted or not wanted <= set(present):
            raise Fault(f"{option} {text}: the layers are {present[0]} to {present[-1]}", USAGE)
        chosen |= wanted
    return sorted(chosen)
