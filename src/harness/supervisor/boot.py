"""What a worker of this machine begins with, as the text for `-c`: the supervisor as it is kept, or as it is sent where it is not."""

import marshal
import sys

from ..shared.kept_code import provide_code


def receive_supervisor():
    sys.stdout.write("modswap want 0 0\n")
    sys.stdout.flush()
    requests = getattr(sys.stdin, "buffer", sys.stdin)
    return requests.read(int(requests.read(8), 16)), "worker.py"


def run_supervisor(folder):
    eval(marshal.loads(provide_code(folder, "worker", receive_supervisor)), {"__name__": "worker"})
