"""Say whether a port can be served on: python3 scripts/port.py HOST PORT [--wait]

Exit 0 when it is free; with --wait, when a server answers there within half a minute. Standard library only,
because it runs before anything is installed.
"""

import socket
import sys
import time

PATIENCE = 30  # seconds


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now. A connection just closed does not count as a server."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def answers(host: str, port: int) -> bool:
    """Whether a server accepts a connection there before patience ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return True
    return False


def main() -> int:
    host, number, *options = sys.argv[1:]
    if not number.isdigit() or not 0 < int(number) < 65536:
        print(f"PORT={number} is no port: a number from 1 to 65535 is needed.", file=sys.stderr)
        return 1
    if "--wait" in options:
        return 0 if answers(host, int(number)) else 1
    if is_free(host, int(number)):
        return 0
    print(
        f"Port {number} cannot be used: another program serves on it, or it is reserved. Take another one:\n\n"
        f"    PORT={9000 if number != '9000' else 9001} make run\n",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
