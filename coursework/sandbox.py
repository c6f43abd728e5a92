"""A room for code that nobody has read: no network, no files but Python's own, limits on all it can use up.

Built by bubblewrap (https://github.com/containers/bubblewrap). In the room are the system's programs and
libraries, Python with this environment's packages, the package lossbook, empty /tmp and /room, and a folder
for sockets or results. Not in it: the home folder, the course folder, the gradebook, this repository. Works
as root and as an ordinary user.
"""

import contextlib
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import matplotlib

HERE = Path(__file__).resolve().parent
NOBODY = 65534
MB = 1024**2
INSTALL = "Install 0.7 or newer (Debian or Ubuntu: sudo apt install bubblewrap)"
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "fonts", "passwd", "hosts")
SETTINGS += ("nsswitch.conf", "alternatives")
# In the room: where a submission works, and where this folder's programs lie.
HOME, MATPLOTLIB, PROGRAMS = "/room", "/room/.matplotlib", "/programs"


class SandboxError(Exception):
    """The sandbox was asked for and cannot be had."""


@dataclass(frozen=True)
class Limits:
    """What a submission may use: bytes for a process and for all, processes with threads, bytes of files."""

    memory: int = 2048 * MB
    total_memory: int = 3072 * MB
    processes: int = 64
    files: int = 64 * MB


def require() -> None:
    """Complain, with the mend, where the sandbox cannot be had."""
    if sys.platform != "linux":
        raise SandboxError("The sandbox needs Linux: grade in a virtual machine that has it.")
    if shutil.which("bwrap") is None:
        raise SandboxError(f"The sandbox was asked for, and bubblewrap is missing. {INSTALL}.")
    trial = subprocess.run([*room(None), "/bin/true"], capture_output=True, text=True)
    if trial.returncode:
        raise SandboxError(
            f"bubblewrap is installed but cannot make a sandbox here: {trial.stderr.strip()}\n"
            "Where AppArmor forbids it (Ubuntu 24.04): "
            "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0\n"
            "In a Docker container: start it with --privileged, or grade outside of it."
        )


def room(folder: Path | None) -> list[str]:
    """The beginning of a command line: what follows runs in the room, where it can write to this folder."""
    package = Path(find_spec("lossbook").origin).parent
    prefixes = [Path(sys.base_prefix), Path(sys.prefix)]
    seen = dict.fromkeys([*prefixes, *(prefix.resolve() for prefix in prefixes), package])
    command = ["bwrap", "--die-with-parent", "--new-session", "--clearenv", "--hostname", "localhost"]
    if os.getuid() == 0:  # the program inside becomes nobody: limits on processes do not hold for root
        command += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--cap-drop", "ALL"]
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-all"]
    for system in ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if Path(system).is_symlink():
            command += ["--symlink", os.readlink(system), system]
        elif Path(system).exists():
            command += ["--ro-bind", system, system]
    command += ["--perms", "0755", "--dir", "/etc"]
    for name in SETTINGS:
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for place, size in (("/dev/shm", 16), ("/tmp", 16), (HOME, 64)):
        command += ["--perms", "1777", "--size", str(size * MB), "--tmpfs", place]
    for path in seen:
        if not path.is_relative_to("/usr"):
            for parent in reversed(path.parents[:-1]):  # bubblewrap would make them for root alone
                command += ["--perms", "0755", "--dir", str(parent)] if parent != Path("/tmp") else []
            command += ["--ro-bind", str(path), str(path)]
    command += ["--perms", "0755", "--dir", PROGRAMS]
    for program in sorted(HERE.glob("inside_*.py")):
        command += ["--ro-bind", str(program), f"{PROGRAMS}/{program.name}"]
    if folder:
        command += ["--bind", str(folder), str(folder)]
    command += ["--perms", "1777", "--dir", MATPLOTLIB]
    for fonts in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):  # to find them anew takes seconds
        command += ["--ro-bind", str(fonts), f"{MATPLOTLIB}/{fonts.name}"]
    command += ["--chdir", HOME, "--remount-ro", "/dev", "--remount-ro", "/"]
    variables = {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": HOME,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": MATPLOTLIB,
        "IPYTHONDIR": f"{HOME}/.ipython",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    for name, value in variables.items():
        command += ["--setenv", name, value]
    if Path(sys.base_prefix) != Path("/usr"):
        command += ["--setenv", "LD_LIBRARY_PATH", f"{sys.base_prefix}/lib"]
    if not package.is_relative_to(sys.prefix):
        command += ["--setenv", "PYTHONPATH", str(package.parent)]
    return command


def python(folder: Path, program: str, limits: Limits, *arguments: str) -> list[str]:
    """The command line of one of inside_*.py in the room; its first act is to limit itself."""
    numbers = ",".join(str(number) for number in (limits.memory, limits.processes, limits.files))
    return [*room(folder), sys.executable, f"{PROGRAMS}/{program}", numbers, *arguments]


class Watch(threading.Thread):
    """Ends a room that uses too much in all: what the limits of single processes do not see."""

    def __init__(self, pid: int, folder: Path, limits: Limits) -> None:
        super().__init__(daemon=True)
        self.pid, self.folder, self.limits = pid, folder, limits
        self.ended = threading.Event()
        self.reason = ""

    def run(self) -> None:
        while not self.ended.wait(0.2):
            processes = descendants(self.pid)
            if sum(memory(process) for process in processes) > self.limits.total_memory:
                self.reason = "it used too much memory"
            elif len(processes) > self.limits.processes:
                self.reason = "it started too many processes"
            elif written(self.folder, processes) > self.limits.files:
                self.reason = "it wrote too much"
            if self.reason:
                os.kill(self.pid, signal.SIGKILL)
                return


def descendants(pid: int) -> list[int]:
    """The processes below this one."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parent = int(Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def memory(pid: int) -> int:
    """The bytes of a process that lie in memory."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def written(folder: Path, processes: list[int]) -> float:
    """The bytes of the files in a room's folder, and of those that were deleted and are still open."""
    total = 0.0
    try:
        device, paths = folder.stat().st_dev, list(folder.iterdir())
    except FileNotFoundError:  # it goes with the end of the room
        return total
    except PermissionError:  # somebody hides what is in it
        return math.inf
    for path in paths:
        with contextlib.suppress(OSError):  # a file went
            total += math.inf if path.is_dir() else path.lstat().st_size  # no folder is needed there
    for path in [path for process in processes for path in Path(f"/proc/{process}/fd").glob("*")]:
        with contextlib.suppress(OSError):
            facts = path.stat()
            total += facts.st_size if facts.st_dev == device and not facts.st_nlink else 0
    return total


def shared_folder() -> Path:
    """A new folder that the room may write to; its name is short because a socket's path must be."""
    folder = Path(tempfile.mkdtemp(prefix="cw-", dir="/tmp"))
    if os.getuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return folder
