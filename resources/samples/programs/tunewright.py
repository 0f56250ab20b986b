"""What a Python program needs to be tuned by Tunewright: this one file, copied beside it. No dependency.

    import tunewright

    trial = tunewright.trial()
    rate = trial.parameters["learningRate"]
    state = trial.load()                       # what an earlier attempt saved, or None
    for epoch in range(1, 11):
        ...
        trial.save(pickled_bytes)              # optional
        trial.report(epoch, accuracy=0.93)
        if trial.should_stop():                # pruned or cancelled: end well
            break

Started by hand, without Tunewright, it runs with `defaults` and prints what it reports.
"""

import json
import os
import signal
import sys


class Trial:
    def __init__(self, defaults=None):
        path = os.environ.get("TUNEWRIGHT_PARAMETERS")
        self.parameters = dict(defaults or {})
        if path:
            with open(path, encoding="utf-8") as file:
                self.parameters.update(json.load(file))
        self.number = int(os.environ.get("TUNEWRIGHT_TRIAL", "0"))
        self.attempt = os.environ.get("TUNEWRIGHT_ATTEMPT", "1")
        self.seed = int(os.environ.get("TUNEWRIGHT_SEED", "0"))
        self.checkpoint_directory = os.environ.get("TUNEWRIGHT_CHECKPOINTS")
        self._stop_file = os.environ.get("TUNEWRIGHT_STOP_FILE")
        self._told = False
        if self._stop_file:
            signal.signal(signal.SIGTERM, self._on_signal)

    def _on_signal(self, _number, _frame):
        self._told = True

    def report(self, step, **metrics):
        """Metrics at a step; steps rise. NaN and infinities are allowed."""
        row = {"step": int(step)}
        row.update({name: float(value) for name, value in metrics.items()})
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()

    def should_stop(self):
        """True once the trial is pruned or cancelled."""
        return self._told or bool(self._stop_file and os.path.exists(self._stop_file))

    def save(self, data, name="checkpoint"):
        """Replaces a checkpoint (bytes) as a whole: a kill leaves the old one or the new one."""
        if not self.checkpoint_directory:
            return
        path = os.path.join(self.checkpoint_directory, name)
        with open(path + ".new", "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(path + ".new", path)

    def load(self, name="checkpoint"):
        """The bytes of the last checkpoint, of an earlier attempt too; None if there is none."""
        if not self.checkpoint_directory:
            return None
        try:
            with open(os.path.join(self.checkpoint_directory, name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None


def trial(defaults=None):
    return Trial(defaults)
