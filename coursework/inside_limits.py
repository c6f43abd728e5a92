"""Runs in the sandbox: give up root, and set the limits that nothing started from here can raise."""

import os
import resource
import sys

NOBODY = 65534


def limit() -> None:
    """Take the limits from the first argument."""
    memory, processes, files = (int(number) for number in sys.argv.pop(1).split(","))
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_FSIZE, files),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
