"""The process that keeps the study: found, started once, and talked to in JSON lines (`tunewright suggest`)."""

from __future__ import annotations

import json
import math
import os
import shlex
import shutil
import subprocess
import sys
import threading
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from .errors import NotInstalledError, RefusedError, TunewrightError

Command = Union[str, Sequence[str]]

_MAX_UNREAD = 100

_NOT_FOUND = (
    "Tunewright is not installed here: install the application, or put its command `tunewright` on the PATH, "
    "or name the command in the variable TUNEWRIGHT_COMMAND."
)


def find_command(command: Optional[Command] = None) -> List[str]:
    """The words that start Tunewright's command line. Raises NotInstalledError."""
    named = command if command is not None else os.environ.get("TUNEWRIGHT_COMMAND") or None
    if named is not None:
        words = [named] if isinstance(named, str) and os.path.exists(named) else named
        words = shlex.split(words, posix=os.name == "posix") if isinstance(words, str) else list(words)
        if not words or shutil.which(words[0]) is None:
            raise NotInstalledError(f"There is no program {words[:1]} to start Tunewright with (TUNEWRIGHT_COMMAND).")
        return words
    on_path = shutil.which("tunewright")
    if on_path is not None:
        return [on_path]
    for folder in _application_folders():
        node = os.path.join(folder, "node", "node.exe" if os.name == "nt" else "node")
        entry = os.path.join(folder, "app.asar.unpacked", "src-main", "cli.ts")
        if os.path.exists(node) and os.path.exists(entry):
            return [node, entry]
    raise NotInstalledError(_NOT_FOUND)


def _application_folders() -> List[str]:
    """Where installers put the application's resources."""
    home = os.path.expanduser("~")
    if sys.platform == "darwin":
        return [f"{base}/Applications/Tunewright.app/Contents/Resources" for base in ("", home)]
    if os.name == "nt":
        bases = [os.environ.get("LOCALAPPDATA", ""), os.environ.get("ProgramFiles", "")]
        return [os.path.join(base, *below, "Tunewright", "resources") for base in bases for below in (("Programs",), ())]
    return ["/opt/Tunewright/resources", "/usr/lib/tunewright/resources", f"{home}/.local/opt/Tunewright/resources"]


def _caller() -> str:
    """The notebook or script, for whoever asks who has the database."""
    return os.path.basename(os.environ.get("JPY_SESSION_NAME") or "".join(sys.argv[:1]) or "python")


def to_number(value: Any) -> Union[float, str]:
    """A number as a line holds it: NaN and infinities are texts."""
    number = float(value)
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


_shared_lock = threading.RLock()
_shared: Dict[Tuple[int, Tuple[str, ...], Optional[str]], "Connection"] = {}


class Connection:
    """
    One process of `tunewright suggest`. Any thread may send; answers come in the order of the lines, and whoever
    waits for one reads for all. Lines that were sent and not yet waited for are written to disk together.
    """

    def __init__(self, command: Optional[Command] = None, database: Optional[str] = None, keep: bool = False) -> None:
        self._words = find_command(command)
        arguments = ["--db", database, "suggest"] if database else ["suggest", "--keep"] if keep else ["suggest"]
        own_group: Dict[str, Any] = (
            {"creationflags": 0x200} if os.name == "nt" else {"start_new_session": True}
        )
        try:
            self._process = subprocess.Popen(
                [*self._words, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "TUNEWRIGHT_CALLER": _caller()},
                **own_group,
            )
        except OSError as error:
            raise NotInstalledError(f"Tunewright could not be started: {error}") from error
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._input = self._process.stdin
        self._output = self._process.stdout
        self._said: List[str] = []
        self._listener = threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
        self._listener.start()
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        self._sent = 0
        self._read = 0
        self._answers: Dict[int, Any] = {}
        self._pending: List[bytes] = []
        self._pid = os.getpid()
        self._users = 0

    def _listen(self, stream: Any) -> None:
        for line in stream:
            self._said.append(line.decode("utf-8", "replace").rstrip())
            del self._said[:-20]
        stream.close()

    @property
    def is_open(self) -> bool:
        return not self._input.closed and self._process.poll() is None

    @staticmethod
    def shared(command: Optional[Command], database: Optional[str], keep: bool) -> "Connection":
        """One process writes a database: all studies of this program that lie in one share it."""
        if database is None and not keep:
            return Connection(command)
        real_path = None if database is None else os.path.realpath(database)
        key = (os.getpid(), tuple(find_command(command)), real_path)
        with _shared_lock:
            found = _shared.get(key)
            if found is None or not found.is_open:
                found = _shared[key] = Connection(command, real_path, keep=real_path is None)
            found._users += 1
            return found

    def leave(self) -> None:
        """The last one closes it."""
        with _shared_lock:
            self._users -= 1
            if self._users <= 0:
                self.close()

    def send(self, line: Dict[str, Any], later: bool = False) -> int:
        """Sends a line and gives its ticket. `later`: it goes with the next one."""
        text = json.dumps(line, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        with self._writing:
            self._require_open()
            self._pending.append(text)
            self._sent += 1
            ticket = self._sent
            if not later:
                self._flush()
        # Answers that nobody reads fill the pipe, and then both sides would wait.
        while ticket - self._read > _MAX_UNREAD:
            with self._reading:
                if ticket - self._read > _MAX_UNREAD:
                    self._read_one()
        return ticket

    def wait(self, ticket: int) -> Any:
        """The answer to a line. Raises RefusedError where Tunewright refused it."""
        with self._writing:
            if self._pending:
                self._flush()
        while ticket not in self._answers:
            with self._reading:
                if ticket not in self._answers:
                    self._read_one()
        answer = self._answers.pop(ticket)
        if "error" in answer:
            raise RefusedError(answer["error"])
        return answer

    def _read_one(self) -> None:
        line = self._output.readline()
        if not line:
            raise self._ended()
        self._read += 1
        self._answers[self._read] = json.loads(line)

    def call(self, line: Dict[str, Any]) -> Any:
        return self.wait(self.send(line))

    def _flush(self) -> None:
        data = b"".join(self._pending)
        self._pending.clear()
        try:
            self._input.write(data)
            self._input.flush()
        except (BrokenPipeError, OSError) as error:
            raise self._ended() from error

    def _require_open(self) -> None:
        if os.getpid() != self._pid:
            raise TunewrightError("A study belongs to the process that made it; make one of the same name in this process.")
        if self._input.closed:
            raise TunewrightError("The study was closed.")

    def _ended(self) -> TunewrightError:
        code = self._process.wait()
        self._listener.join(1)
        said = " ".join(self._said[-3:]) or "it said nothing"
        return TunewrightError(f"Tunewright ended (exit code {code}): {said}")

    def close(self) -> None:
        """Lets the process write what was sent, and end."""
        if self._input.closed or os.getpid() != self._pid:
            return
        with self._writing:
            try:
                if self._pending:
                    self._flush()
                self._input.close()
            except (OSError, TunewrightError):
                pass
        with self._reading:
            # What nobody waited for.
            for _ in self._output:
                pass
            self._output.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
