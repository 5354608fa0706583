"""Why something could not be done, in one line for whoever has to mend it."""

from __future__ import annotations

import errno

from warehouse.errors import TollbookError

_MENDS = {
    errno.ENOSPC: "Make room on that disk",
    errno.EACCES: "Give this user the right to do that",
    errno.EPERM: "Give this user the right to do that",
    errno.EROFS: "Choose a place that can be written to",
    errno.ENOENT: "Look whether the path is right",
    errno.ENOTDIR: "Look whether the path is right: a part of it is a file",
    errno.EEXIST: "Move away what lies there: a folder must have that name",
    errno.EISDIR: "Look whether the path is right: a folder lies there",
}


def refused(error: OSError) -> str:
    """What the operating system refused, of which file, and what to do about it."""
    which = " → ".join(str(name) for name in (error.filename, error.filename2) if name)
    mend = _MENDS.get(error.errno or 0, "Mend that, then try again")
    return f"{which or 'The system'}: {error.strerror or error}. {mend}"


def reason_of(error: Exception) -> str:
    """What went wrong with a source, whatever its driver raised."""
    if isinstance(error, TollbookError):
        return str(error)
    if isinstance(error, OSError):
        return refused(error)
    first_line = str(error).partition("\n")[0]
    return (
        f"Its driver did not expect this: {type(error).__name__}: {first_line}. "
        "Report it to the makers of the driver, with the log of the recorder"
    )
