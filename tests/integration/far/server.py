# The far side: starts what it is told on a socket and passes bytes to and fro. What it starts are no descendants of the
# caller, so that no signal reaches them: as behind ssh or a container.
import os, socket, subprocess, sys, threading

server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen(16)
log = open(sys.argv[2], "a")


def to_process(connection, process):
    while True:
        try:
            data = connection.recv(65536)
            if not data:
                break
            process.stdin.write(data)
            process.stdin.flush()
        except (IOError, OSError):      # either end hung up
            break
    process.stdin.close()


def serve(connection):
    words = b""
    while not words.endswith(b"\0\0"):
        words += connection.recv(1)
    words = words[:-2].decode("utf-8").split("\0")
    log.write("worker\n" if "worker.py" in words[-1] else "probe\n")
    log.flush()
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=os.setsid, bufsize=0)
    pump = threading.Thread(target=to_process, args=(connection, process))
    pump.daemon = True
    pump.start()
    while True:
        data = os.read(process.stdout.fileno(), 65536)
        if not data:
            break
        try:
            connection.sendall(data)
        except (IOError, OSError):
            break
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except (IOError, OSError):
        pass
    process.wait()


sys.stdout.write("ready\n")
sys.stdout.flush()
while True:
    thread = threading.Thread(target=serve, args=(server.accept()[0],))
    thread.daemon = True
    thread.start()
