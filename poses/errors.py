"""Errors that the user of the program can do something about."""


class UserError(Exception):
    """Something the user can fix.

    The text is one line: what must hold, what was found, what to do. It is shown as it is, without a traceback:
    on the command line with exit code 2, in the window as a notification.
    """
