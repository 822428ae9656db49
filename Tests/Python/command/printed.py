"""What the command prints, for tests of its words."""


def phrases(text):
    """The words on one line, wherever lines were broken; columns of tables are lost."""
    return " ".join(text.split())
