"""What a Python program needs to be tuned by Tunewright: this one file, copied beside it. No dependency.

    import tunewright

    trial = tunewright.trial()
    rate = trial.parameters["learningRate"]
    state = trial.load()                       # what an earlier attempt saved, or None
    for epoch in range(1, 11):
        ...
        trial.save(pickled_bytes)              # optional; before the report
        trial.report(epoch, accuracy=0.93)
        if trial.should_stop():                # pruned or cancelled: end well
            break

With `resumes: true` in the study file trials can be trained longer, forked and promoted: the program goes on from
what `trial.load()` gives, saves before it reports, and ends at `trial.last_step(epochs)`:

    for epoch in range(state.epoch + 1, trial.last_step(10) + 1):

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
        # The step after which the trial begins: 0, or that of the trial that it goes on from.
        resumes = os.environ.get("TUNEWRIGHT_START_STEP")
        self.start_step = int(resumes or 0)
        # The step after which it ends; None where the program decides.
        until = os.environ.get("TUNEWRIGHT_UNTIL_STEP")
        self.until_step = int(until) if until else None
        # "continue", "fork" (other parameters from here on), or None where it begins at the beginning.
        self.origin = os.environ.get("TUNEWRIGHT_ORIGIN")
        self._stop_file = os.environ.get("TUNEWRIGHT_STOP_FILE")
        self._told = False
        if self._stop_file:
            signal.signal(signal.SIGTERM, self._on_signal)
        self._reports = None
        if resumes:
            self._reports = os.path.join(os.environ["TUNEWRIGHT_TRIAL_DIRECTORY"], "reports.jsonl")
            self._report_again()

    def _on_signal(self, _number, _frame):
        self._told = True

    def report(self, step, **metrics):
        """Metrics at a step; steps rise. NaN and infinities are allowed."""
        row = {"step": int(step)}
        row.update({name: float(value) for name, value in metrics.items()})
        line = json.dumps(row) + "\n"
        if self._reports:
            file = os.open(self._reports, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(file, line.encode())
            os.close(file)
        sys.stdout.write(line)
        sys.stdout.flush()

    def _report_again(self):
        """What was under way when Tunewright was killed is lost; what is known already counts once."""
        try:
            with open(self._reports, encoding="utf-8") as file:
                for line in file:
                    sys.stdout.write(line if line.endswith("\n") else line + "\n")
            sys.stdout.flush()
        except FileNotFoundError:
            pass

    def last_step(self, own):
        """The step after which to end: what Tunewright says, or the program's own number of steps."""
        return own if self.until_step is None else self.until_step

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
        """The bytes of the last checkpoint, of an earlier attempt or of the trial it goes on from; None if there is none."""
        if not self.checkpoint_directory:
            return None
        try:
            with open(os.path.join(self.checkpoint_directory, name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None


def trial(defaults=None):
    return Trial(defaults)
