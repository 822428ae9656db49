"""What can be wrong with an input, and the exit status that says so."""


class Fault(Exception):
    """A reason to stop: what was found, where, what was expected and what to type. `status` is from sysexits."""

    status = 65

    def __init__(self, message: str, status: int | None = None):
        super().__init__(message)
        if status is not None:
            self.status = status


#: Exit statuses, those of the `persona` command.
USAGE, BAD_DATA, NOT_FOUND, NO_MEMORY, CANNOT_CREATE, READ_WRITE = 64, 65, 66, 71, 73, 74
