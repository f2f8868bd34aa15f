"""Runs MiniStack until standard input ends, so that it never outlives the process that started it."""

import os
import runpy
import signal
import threading
import time

GRACE_SECONDS = 3


def end_with_parent():
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    # An open connection can hold up an orderly end.
    time.sleep(GRACE_SECONDS)
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
runpy.run_module("ministack", run_name="__main__")
