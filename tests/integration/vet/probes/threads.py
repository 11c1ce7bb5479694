"""The first import in a thread (`one`), or in two at once (`two`)."""
import sys
import threading

from begin import MORE, ask, import_it, in_words, say

if hasattr(sys, "setswitchinterval"):
    sys.setswitchinterval(1e-5)
else:
    sys.setcheckinterval(1)
number = {"one": 1, "two": 2}[MORE[0]]
ask("elsewhere/" + {1: "thread", 2: "two threads"}[number])
answers = []
go = threading.Event()


def work():
    go.wait()
    try:
        import_it()
    except BaseException as error:
        answers.append(in_words(error))
    else:
        answers.append("ok")


threads = [threading.Thread(target=work) for turn in range(number)]
for thread in threads:
    thread.start()
go.set()
for thread in threads:
    thread.join()
say(" | ".join(sorted(set(answers))))
