"""Long tests of the persona command: random inputs, changes of inputs while it runs, kills, limits of memory."""
