"""Ask the web process of this container whether it is well; exit with status 1 when it is not."""

import http.client
import os
import sys


def main(bind: str) -> int:
    """Get /healthz from where the web process listens, as the first allowed host, and print the answer."""
    port = int(bind.rpartition(":")[2])
    host = os.environ.get("O2C_ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".") or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        answer = connection.getresponse()
        sys.stdout.write(answer.read(2000).decode(errors="replace") + "\n")
    except OSError as error:
        sys.stdout.write(f"no answer on port {port}: {error}\n")
        return 1
    return 0 if answer.status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
