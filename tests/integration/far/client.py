# The command: SOCKET DELAY DROP WORDS...: has the far side run the words, each piece of data DELAY seconds late, and hangs
# up, once, when the text DROP goes by.
import os, select, socket, sys, time

path, delay, drop = sys.argv[1], float(sys.argv[2]), sys.argv[3].encode("utf-8")
connection = socket.socket(socket.AF_UNIX)
connection.connect(path)
connection.sendall("\0".join(sys.argv[4:]).encode("utf-8") + b"\0\0")
sources, dropped = [0, connection], path + ".dropped"
while sources:
    for ready in select.select(sources, [], [])[0]:
        data = os.read(0, 65536) if ready == 0 else connection.recv(65536)
        if drop and drop in data and not os.path.exists(dropped):
            open(dropped, "w").close()
            os._exit(255)
        time.sleep(delay)
        if ready == 0:
            if data:
                connection.sendall(data)
            else:
                connection.shutdown(socket.SHUT_WR)
                sources.remove(0)
        elif data:
            while data:
                data = data[os.write(1, data):]
        else:
            sys.exit(0)
