#!/usr/bin/env bash
# One would guess: with `-netdev user,restrict=on` the host is out of reach for a guest ("it will not be able to contact
# the host", says qemu's manual), so a test kernel that pings 10.0.2.2 fails there, and a ping that is answered shows
# that the guest is not isolated.
# What really happens: with restrict=on a ping to 10.0.2.2 (the host) and to 10.0.2.3 (the DNS server) is answered as
# without, while a TCP connection to the same address is refused: libslirp reflects the echo itself, before it asks
# whether the guest is restricted. So a ping over user networking shows that the guest's own driver and stack work, which
# is what a test of a kernel wants, and it can be had without letting the guest out; of the host, or of isolation, it
# says nothing.
# Seen with: Debian 12's qemu-system-x86 7.2 with libslirp 4.7.0. No kernel is needed: frames go in over a socket.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
as_root() { if [[ "$(id -u)" == 0 ]]; then "$@"; else sudo -n "$@"; fi; }
command -v qemu-system-x86_64 >/dev/null || as_root apt-get install -qq -y --no-install-recommends qemu-system-x86 >/dev/null
echo "$(qemu-system-x86_64 --version | head -1), libslirp $(dpkg-query -W -f '${Version}' libslirp0 2>/dev/null || echo unknown)"
cat >probe.py <<'EOF'
import socket
import struct
import subprocess
import time

QEMU = "qemu-system-x86_64"
OWN, HOST = bytes((10, 0, 2, 15)), bytes((10, 0, 2, 2))
MAC = bytes.fromhex("525400123456")


def total(data):
    data += b"\0" * (len(data) % 2)
    found = sum(struct.unpack(f">{len(data) // 2}H", data))
    while found >> 16:
        found = (found & 0xFFFF) + (found >> 16)
    return ~found & 0xFFFF


def ip(protocol, to, body):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 64, protocol, 0, OWN, to)
    return head[:10] + struct.pack(">H", total(head)) + head[12:] + body


def ping(to):
    body = struct.pack(">BBHHH", 8, 0, 0, 1, 1) + b"kweighs!"
    return ip(1, to, body[:2] + struct.pack(">H", total(body)) + body[4:])


def syn(to, port):
    body = struct.pack(">HHIIBBHHH", 40000, port, 7, 0, 5 << 4, 2, 4096, 0, 0)
    sum_ = total(OWN + to + struct.pack(">BBH", 0, 6, len(body)) + body)
    return ip(6, to, body[:16] + struct.pack(">H", sum_) + body[18:])


def asked(restrict):
    ours = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ours.bind(("127.0.0.1", 0))
    theirs = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    theirs.bind(("127.0.0.1", 0))
    port = theirs.getsockname()[1]
    theirs.close()
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    qemu = subprocess.Popen(
        [QEMU, "-machine", "none", "-nodefaults", "-display", "none",
         "-netdev", f"user,id=user,restrict={restrict}", "-netdev", "hubport,id=a,hubid=0,netdev=user",
         "-netdev", f"socket,id=socket,udp=127.0.0.1:{ours.getsockname()[1]},localaddr=127.0.0.1:{port}",
         "-netdev", "hubport,id=b,hubid=0,netdev=socket"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ours.settimeout(0.5)

        def exchange(frame, good, times=4):
            for _ in range(times):
                ours.sendto(frame, ("127.0.0.1", port))
                end = time.monotonic() + 1
                while time.monotonic() < end:
                    try:
                        answer = ours.recv(2000)
                    except (TimeoutError, ConnectionRefusedError):
                        time.sleep(0.1)
                        continue
                    if good(answer):
                        return answer
            return None

        arp = b"\xff" * 6 + MAC + b"\x08\x06" + struct.pack(">HHBBH", 1, 0x800, 6, 4, 1) + MAC + OWN + bytes(6) + HOST
        answer = exchange(arp, lambda one: one[12:14] == b"\x08\x06" and one[20:22] == b"\0\x02", 20)
        assert answer, "nobody answers ARP"
        gateway = answer[22:28]
        ether = gateway + MAC + b"\x08\x00"
        pong = lambda to: lambda one: one[12:14] == b"\x08\0" and one[23] == 1 and one[26:30] == to and one[34] == 0
        tcp = lambda one: one[12:14] == b"\x08\0" and one[23] == 6
        pinged = {".".join(map(str, to)): bool(exchange(ether + ping(to), pong(to))) for to in (HOST, bytes((10, 0, 2, 3)))}
        connected = exchange(ether + syn(HOST, server.getsockname()[1]), tcp)
        return pinged, {0x12: "accepted", 0x14: "refused"}.get(connected[47] if connected else 0, "no answer")
    finally:
        qemu.terminate()
        qemu.wait()


for restrict in ("off", "on"):
    pinged, connected = asked(restrict)
    told = [f"ping {to} {'answered' if answer else 'no answer'}" for to, answer in pinged.items()]
    print(f"restrict={restrict}: {', '.join(told)}, TCP to 10.0.2.2 {connected}")
EOF
python3 probe.py >said
cat said
diff said - <<'EOF' || { echo "this has changed"; exit 1; }
restrict=off: ping 10.0.2.2 answered, ping 10.0.2.3 answered, TCP to 10.0.2.2 accepted
restrict=on: ping 10.0.2.2 answered, ping 10.0.2.3 answered, TCP to 10.0.2.2 refused
EOF
