"""What can be wrong with an input, and the exit status that says so."""

#: Exit statuses, those of the `persona` command.
USAGE, BAD_DATA, NOT_FOUND, NO_MEMORY, CANNOT_CREATE, READ_WRITE = 64, 65, 66, 71, 73, 74


class Fault(Exception):
    """A reason to stop: what was found, where, what was expected and what to type. `status` is from sysexits."""

    def __init__(self, message: str, status: int = BAD_DATA):
        super().__init__(message)
        self.status = status
