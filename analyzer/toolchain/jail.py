"""Becomes a program that can read a few folders, write one and do nothing else.

Enters: `jail.py SPEC PROGRAM ARGUMENT…`, where SPEC is JSON: `limits` (resource limits by their number in this
machine's headers), `environment` (all that the program sees), `report` (a descriptor that gets the reason when the
program could not be started), and unless something else confines the program, `read` (folders and files that it may
read and run), `devices`, and `write` (folders where it may do as it likes). Leaves: the program in this process's
place. Must hold: this file is run by a fresh interpreter as a script of its own, imports the standard library only, and
never starts the program less confined than was asked.

Landlock bounds what is opened. What it leaves open is closed by seccomp: sockets, signals and limits of other
processes, modes, owners and times of files, memory shared with others, leaving the process group. Sources: the kernel's
userspace-api/landlock and userspace-api/seccomp_filter; include/uapi/linux/{landlock,seccomp,audit,filter}.h; numbers
of system calls from arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl of Linux 7.3.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence

_NO_NEW_PRIVS, _SECCOMP, _CAPBSET_DROP, _PDEATHSIG = 38, 22, 24, 1
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files each version of Landlock knows."""
_SCOPED_SINCE, _SCOPES = 6, 3

_ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7, "riscv64": 0xC00000F3, "loongarch64": 0xC0000102}
_LAST = 472
"""The last system call that this table knows of; a newer one does not exist for the program."""
_REFUSED = """
# The network, and rings that reach it.
socket:41:198 io_uring_setup:425:425 io_uring_enter:426:426 io_uring_register:427:427
# Mounts, namespaces, other roots.
mount:165:40 umount2:166:39 pivot_root:155:41 chroot:161:51 unshare:272:97 setns:308:268 move_mount:429:429
open_tree:428:428 open_tree_attr:467:467 fsopen:430:430 fsconfig:431:431 fsmount:432:432 fspick:433:433
mount_setattr:442:442 statmount:457:457 listmount:458:458
# Other processes: their memory, signals, limits, priorities; leaving the group by which all are ended.
ptrace:101:117 process_vm_readv:310:270 process_vm_writev:311:271 kcmp:312:272 pidfd_open:434:434 pidfd_getfd:438:438
pidfd_send_signal:424:424 kill:62:129 tkill:200:130 tgkill:234:131 rt_sigqueueinfo:129:138 rt_tgsigqueueinfo:297:240
process_madvise:440:440 process_mrelease:448:448 setsid:112:157 setpgid:109:154 setpriority:141:140 ioprio_set:251:30
sched_setparam:142:118 sched_setscheduler:144:119 sched_setaffinity:203:122 sched_setattr:314:274
migrate_pages:256:238 move_pages:279:239
# Attributes of files, which Landlock leaves open.
setxattr:188:5 lsetxattr:189:6 fsetxattr:190:7 setxattrat:463:463 removexattr:197:14 lremovexattr:198:15
fremovexattr:199:16 removexattrat:466:466 file_setattr:469:469
# Memory, queues and keys shared with others.
shmget:29:194 shmat:30:196 shmctl:31:195 semget:64:190 semop:65:193 semctl:66:191 semtimedop:220:192 msgget:68:186
msgsnd:69:189 msgrcv:70:188 msgctl:71:187 mq_open:240:180 mq_unlink:241:181 keyctl:250:219 add_key:248:217
request_key:249:218
# Files by other means than their names, and the machine itself.
open_by_handle_at:304:265 name_to_handle_at:303:264 fanotify_init:300:262 bpf:321:280 perf_event_open:298:241
userfaultfd:323:282 init_module:175:105 finit_module:313:273 delete_module:176:106 kexec_load:246:104
kexec_file_load:320:294 reboot:169:142 swapon:167:224 swapoff:168:225 sethostname:170:161 setdomainname:171:162
settimeofday:164:170 clock_settime:227:112 clock_adjtime:305:266 adjtimex:159:171 acct:163:89 quotactl:179:60
quotactl_fd:443:443 syslog:103:116 iopl:172: ioperm:173: vhangup:153:58
"""
"""System calls by name, each with its number on x86_64 and its generic one; empty where there is none."""
_IGNORED = """
chmod:90: fchmod:91:52 fchmodat:268:53 fchmodat2:452:452 chown:92: fchown:93:55 lchown:94: fchownat:260:54 utime:132:
utimes:235: futimesat:261: utimensat:280:88
"""
"""Those that set modes, owners and times of files: they do nothing, and say that they did. Landlock leaves them open,
and tools such as objcopy, which set the mode of what they wrote, fail where they cannot."""

_PRLIMIT = {"x86_64": 302}
_CLONE = {"x86_64": 56}
_PRLIMIT_GENERIC, _CLONE_GENERIC, _CLONE3 = 261, 220, 435
_CLONE_NEW = 0x7E020080
"""Every CLONE_NEW… of clone()."""

# Berkeley packet filter: load a word, compare, return.
_LOAD, _EQUAL, _GREATER, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_NR, _ARCH, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000


def become(spec: dict[str, object], argv: Sequence[str]) -> None:
    """Confines this process and replaces it by `argv`. Raises OSError where that cannot be done."""
    libc = ctypes.CDLL(None, use_errno=True)
    # Whoever asked for this may be killed; the program must not outlive that.
    _must(libc.prctl(_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0))
    for limit, value in spec["limits"]:  # type: ignore[attr-defined]
        hard = resource.getrlimit(limit)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (bound, bound))
    if "read" in spec:
        _must(libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
        _drop_capabilities(libc)
        _landlock(libc, spec)
        _seccomp(libc)
    os.execvpe(argv[0], list(argv), spec["environment"])  # type: ignore[arg-type]


def _must(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Root without its powers: with no_new_privs no program gives them back."""
    for capability in range(64):
        libc.prctl(_CAPBSET_DROP, capability, 0, 0, 0)
    header = ctypes.create_string_buffer(struct.pack("=II", 0x20080522, 0))
    _must(libc.capset(header, ctypes.create_string_buffer(24)))


def _landlock(libc: ctypes.CDLL, spec: dict[str, object]) -> None:
    version = _must(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1))
    every = (1 << _RIGHTS[min(version, max(_RIGHTS))]) - 1
    attributes = struct.pack("=Q", every) if version < _SCOPED_SINCE else struct.pack("=QQQ", every, 0, _SCOPES)
    ruleset = _must(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    for paths, rights in (
        (spec["read"], _EXECUTE | _READ_FILE | _READ_DIR),
        (spec["devices"], _WRITE_FILE | _READ_FILE),
        (spec["write"], every),
    ):
        for path in paths:  # type: ignore[attr-defined]
            _allow(libc, ruleset, path, rights)
    _must(libc.syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EACCES, errno.ENOTDIR):
            return
        raise
    if not os.path.isdir(path):  # noqa: PTH112 (pathlib takes its time to import)
        rights &= _EXECUTE | _WRITE_FILE | _READ_FILE
    rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, handle))
    _must(libc.syscall(_ADD_RULE, ruleset, 1, rule, 0))
    os.close(handle)


def _seccomp(libc: ctypes.CDLL) -> None:
    code = refused_calls(os.uname().machine)
    program = ctypes.create_string_buffer(code)
    header = struct.pack("@HP", len(code) // 8, ctypes.addressof(program))
    _must(libc.prctl(_SECCOMP, 2, ctypes.create_string_buffer(header), 0, 0))


def refused_calls(machine: str) -> bytes:
    """The filter of system calls, as seccomp takes it. Raises OSError for a machine whose numbers are not known."""
    if machine not in _ARCHES:
        raise OSError(errno.ENOSYS, f"no numbers of system calls for {machine}")
    return b"".join(_filter(machine))


def _filter(machine: str) -> Iterator[bytes]:
    yield _step(_LOAD, _ARCH)
    yield from _unless(_EQUAL, _ARCHES[machine], errno.EPERM)
    yield _step(_LOAD, _NR)
    # A program of the x32 ABI has this bit in its numbers.
    yield from _where(_ANY_BIT, 0x40000000, errno.EPERM)
    yield from _where(_GREATER, _LAST, errno.ENOSYS)
    yield from _where(_EQUAL, _CLONE3, errno.ENOSYS)
    for calls, code in ((_REFUSED, errno.EPERM), (_IGNORED, 0)):
        for number in _numbers(calls, machine):
            yield from _where(_EQUAL, number, code)
    # Limits of one's own only, and no namespace with a new process.
    yield from _argument(_PRLIMIT.get(machine, _PRLIMIT_GENERIC), _unless(_EQUAL, 0, errno.EPERM))
    yield from _argument(_CLONE.get(machine, _CLONE_GENERIC), _where(_ANY_BIT, _CLONE_NEW, errno.EPERM))
    yield _step(_RETURN, _ALLOW)


def _numbers(calls: str, machine: str) -> Iterator[int]:
    column = 1 if machine == "x86_64" else 2
    for line in calls.splitlines():
        for call in () if line.startswith("#") else line.split():
            if number := call.split(":")[column]:
                yield int(number)


def _argument(number: int, checks: Iterable[bytes]) -> Iterator[bytes]:
    """Checks on the lower half of the first argument of one system call, which is let through behind them."""
    body = [_step(_LOAD, _FIRST_ARGUMENT), *checks, _step(_RETURN, _ALLOW)]
    yield _step(_EQUAL, number, 0, len(body))
    yield from body


def _where(comparison: int, value: int, code: int) -> Iterator[bytes]:
    yield _step(comparison, value, 0, 1)
    yield _step(_RETURN, _REFUSE | code)


def _unless(comparison: int, value: int, code: int) -> Iterator[bytes]:
    yield _step(comparison, value, 1, 0)
    yield _step(_RETURN, _REFUSE | code)


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    os.set_inheritable(asked["report"], False)
    try:
        become(asked, sys.argv[2:])
    except BaseException as failure:
        # The other end sees nothing when the program was started, since that closes this one.
        os.write(asked["report"], str(failure).encode("utf-8", "replace") or b"failed")
        raise
