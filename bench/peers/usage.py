"""python usage.py MODULE:FUNCTION ARGUMENTS: runs a command line written in Python, and tells at its end, on pipe 3, what it used."""

import atexit
import json
import os
import resource
import sys
from importlib import import_module


def report() -> None:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in (own, children))
    memory = max(own.ru_maxrss, children.ru_maxrss) / 1024
    os.write(3, json.dumps({"cpuSeconds": cpu, "memoryMb": memory}).encode())


# An exit handler runs when worker processes that were forked end too: only this one reports.
parent = os.getpid()
atexit.register(lambda: report() if os.getpid() == parent else None)
module, function = sys.argv[1].split(":")
sys.argv = sys.argv[1:]
getattr(import_module(module), function)()
