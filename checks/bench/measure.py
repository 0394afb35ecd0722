"""Runs a command several times: python3 measure.py ROUNDS LIMIT_S OUT COMMAND...

Prints the least CPU seconds (user and system, of the command and of all processes that it waited for), the least wall
seconds, the largest resident set of one process in MB, and the exit status of the last run; its standard output is in
OUT. A run that takes longer than the limit is ended, with its group, and the status is "late".
"""
import os
import signal
import subprocess
import sys
import threading
import time

rounds, limit, out = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
cpu = wall = float("inf")
largest = 0
status = None
for _ in range(rounds):
    with open(out, "wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(sys.argv[4:], stdout=output, stderr=subprocess.DEVNULL, start_new_session=True)
        late = threading.Event()

        def end(group=process.pid, late=late):
            late.set()
            os.killpg(group, signal.SIGKILL)

        timer = threading.Timer(limit, end)
        timer.start()
        _, code, usage = os.wait4(process.pid, 0)
        timer.cancel()
        wall = min(wall, time.monotonic() - began)
        process.returncode = code
    cpu = min(cpu, usage.ru_utime + usage.ru_stime)
    largest = max(largest, usage.ru_maxrss / 1024)
    status = "late" if late.is_set() else os.waitstatus_to_exitcode(code)
    if late.is_set():
        break
print(f"{cpu:.6f} {wall:.6f} {largest:.1f} {status}")
