"""Writes metrics with one of the real libraries, again and again: python write.py NAME

Imports the library once, which may take a minute, and waits for lines of JSON on standard input. At `{"begin": FOLDER}` one process
begins to write below the folder, and another one looks there with a reader that is not ours (of the library, or of Python). At
`{"end": FOLDER}` the second one ends, and all that is in the log is said once more. Said on file descriptor 3, a line of JSON each: the versions of the libraries; of a folder the
process that writes, each value with the monotonic time when it was first visible, and the end.
"""
import csv
import glob
import importlib
import importlib.metadata
import itertools
import json
import os
import select
import signal
import sqlite3
import struct
import sys
import time
import traceback

PAUSE_SECONDS = 0.05
# Only the last look may take back what a killed process left half done.
SQLITE_MODE = "ro"


def say(line):
    os.write(3, (json.dumps(line) + "\n").encode())


def log_forever(log):
    """Two metrics, the second one not at every step."""
    for step in itertools.count(1):
        values = {"loss": 1 / (step + 1)}
        if step % 5 == 0:
            values["accuracy"] = 1 - 1 / (step + 1)
        log(step, values)
        time.sleep(PAUSE_SECONDS)


def event_values(prefixes):
    """Of TensorBoard's own reader: `prefixes` has the folders below that of the run with what goes before their tags."""

    def open_events(folder):
        from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
        from tensorboard.util import tensor_util

        loaders = {}

        def values():
            for below, prefix in prefixes.items():
                for file in glob.glob(os.path.join(folder, below, "*tfevents*")):
                    if file not in loaders:
                        loaders[file] = EventFileLoader(file)
                    for event in loaders[file].Load():
                        for value in event.summary.value:
                            if value.metadata.plugin_data.plugin_name == "scalars":
                                yield prefix + value.tag, event.step, tensor_util.make_ndarray(value.tensor).item()

        return values

    return open_events


def cells(pattern, step_column):
    """The cells of a table, as Python's reader finds whole rows of it."""

    def open_table(folder):
        def values():
            for file in glob.glob(os.path.join(folder, pattern), recursive=True):
                with open(file, newline="") as table:
                    text = table.read()
                # Of a row that is being written, the last number may be cut.
                for row in csv.DictReader(text[: text.rfind("\n") + 1].splitlines(), skipinitialspace=True):
                    for metric, value in row.items():
                        if metric != step_column and value not in ("", None):
                            yield metric, int(row[step_column]), value

        return values

    return open_table


def lines_of_json(folder):
    def values():
        for file in glob.glob(os.path.join(folder, "metrics.jsonl")):
            with open(file) as table:
                text = table.read()
            for line in text[: text.rfind("\n") + 1].splitlines():
                row = json.loads(line)
                for metric, value in row.items():
                    if metric != "step":
                        yield metric, row["step"], value

    return values


def state_values(folder):
    def values():
        for file in glob.glob(os.path.join(folder, "out", "*", "trainer_state.json")):
            try:
                with open(file) as state:
                    history = json.load(state)["log_history"]
            except (OSError, ValueError):
                # It is being written, or has been removed.
                continue
            for entry in history:
                for metric, value in entry.items():
                    if metric != "step":
                        yield metric, entry["step"], value

    return values


def rows_of(pattern, query, values_of):
    """The rows of a database, by Python's SQLite: a connection for each look, which only reads."""

    def open_rows(folder):
        last = 0

        def values():
            nonlocal last
            for file in glob.glob(os.path.join(folder, pattern)):
                connection = None
                try:
                    connection = sqlite3.connect(f"file:{file}?mode={SQLITE_MODE}", uri=True, timeout=0.05)
                    rows = connection.execute(query, (last,)).fetchall()
                except sqlite3.OperationalError:
                    # Its table is not there yet, or its writer is at work.
                    continue
                finally:
                    if connection is not None:
                        connection.close()
                for row, *columns in rows:
                    last = row
                    yield from values_of(*columns)

        return values

    return open_rows


def files_of_mlflow(folder):
    def values():
        for file in glob.glob(os.path.join(folder, "mlruns", "*", "*", "metrics", "*")):
            with open(file) as table:
                text = table.read()
            for line in text[: text.rfind("\n") + 1].splitlines():
                _, value, step = line.split(" ")
                yield os.path.basename(file), int(step), value

    return values


def history_of_wandb(folder):
    """The records of a run: blocks of LevelDB, and W&B's own classes for what is in them."""
    from wandb.proto.wandb_internal_pb2 import Record

    block, header, beginning = 32768, 7, 7
    done = {}

    def values():
        for file in glob.glob(os.path.join(folder, "wandb", "*", "run-*.wandb")):
            with open(file, "rb") as log:
                content = log.read()
            at, parts = done.get(file, (beginning, b""))
            while True:
                room = block - at % block
                if room < header:
                    at += room
                    continue
                if at + header > len(content):
                    break
                _, length, kind = struct.unpack_from("<IHB", content, at)
                if at + header + length > len(content):
                    break
                parts += content[at + header : at + header + length]
                at += header + length
                # Whole, or the last part.
                if kind in (1, 4):
                    record = Record.FromString(parts)
                    parts = b""
                    items = {item.key or "/".join(item.nested_key): json.loads(item.value_json) for item in record.history.item}
                    for metric, value in items.items():
                        if not metric.startswith("_"):
                            yield metric, items.get("_step", record.history.step.num), value
                done[file] = (at, parts)

    return values


def tensorboardX(folder):
    from tensorboardX import SummaryWriter

    writer = SummaryWriter(os.path.join(folder, "runs"))

    def log(step, values):
        for metric, value in values.items():
            writer.add_scalar(metric, value, step)
        writer.flush()

    log_forever(log)


def torch(folder, **options):
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(os.path.join(folder, "runs"), **options)

    def log(step, values):
        for metric, value in values.items():
            writer.add_scalar(metric, value, step)

    log_forever(log)


def torchEachSecond(folder):
    torch(folder, flush_secs=1)


def torchGroups(folder):
    """`add_scalars` has a folder for each curve."""
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(os.path.join(folder, "runs"), flush_secs=1)
    for step in itertools.count(1):
        writer.add_scalars("loss", {"train": 1 / (step + 1), "test": 2 / (step + 1)}, step)
        time.sleep(PAUSE_SECONDS)


def wandb(folder):
    import wandb as library

    run = library.init(mode="offline", project="p", dir=folder)
    log_forever(lambda step, values: run.log(values, step=step))


def mlflow(folder, uri=None):
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    import mlflow as library

    library.set_tracking_uri(uri or "file:" + os.path.join(folder, "mlruns"))
    library.start_run()
    log_forever(lambda step, values: library.log_metrics(values, step=step))


def mlflowDatabase(folder):
    mlflow(folder, "sqlite:///" + os.path.join(folder, "mlflow.db"))


def trackio(folder):
    os.environ["TRACKIO_DIR"] = os.path.join(folder, "trackio")
    os.environ["HF_HUB_OFFLINE"] = "1"
    import trackio as library

    library.init(project="p")
    log_forever(lambda step, values: library.log(values, step=step))


def csvTable(folder):
    table = open(os.path.join(folder, "metrics.csv"), "w", newline="")
    rows = csv.DictWriter(table, ["step", "loss", "accuracy"])
    rows.writeheader()

    def log(step, values):
        rows.writerow({"step": step, **values})
        table.flush()

    log_forever(log)


def jsonLines(folder):
    lines = open(os.path.join(folder, "metrics.jsonl"), "w")
    log_forever(lambda step, values: print(json.dumps({"step": step, **values}), file=lines, flush=True))


def lightning(folder, logger):
    import lightning as library
    import torch as t

    class Regression(library.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = t.nn.Linear(4, 1)

        def training_step(self, batch, index):
            loss = self.layer(batch[0]).square().mean()
            self.log("train_loss", loss, on_step=True, on_epoch=True)
            return loss

        def validation_step(self, batch, index):
            self.log("val_loss", self.layer(batch[0]).square().mean())

        def configure_optimizers(self):
            return t.optim.SGD(self.parameters(), lr=0.01)

    class Pause(library.Callback):
        def on_train_batch_end(self, *_):
            time.sleep(PAUSE_SECONDS)

    data = t.utils.data.DataLoader(t.utils.data.TensorDataset(t.randn(64, 4)), batch_size=8)
    trainer = library.Trainer(
        max_epochs=-1,
        accelerator="cpu",
        logger=logger,
        callbacks=[Pause()],
        log_every_n_steps=1,
        default_root_dir=folder,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(Regression(), data, data)


def lightningTable(folder):
    from lightning.pytorch.loggers import CSVLogger

    lightning(folder, CSVLogger(folder))


def lightningTensorboard(folder):
    from lightning.pytorch.loggers import TensorBoardLogger

    lightning(folder, TensorBoardLogger(folder))


def keras(callbacks):
    import keras as library
    import numpy

    class Pause(library.callbacks.Callback):
        def on_epoch_end(self, *_):
            time.sleep(PAUSE_SECONDS)

    model = library.Sequential([library.layers.Dense(4), library.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    inputs, targets = numpy.random.rand(16, 4), numpy.random.rand(16, 1)
    model.fit(
        inputs, targets, validation_data=(inputs, targets), epochs=10**6, verbose=0, callbacks=[*callbacks(library), Pause()]
    )


def kerasTable(folder):
    keras(lambda library: [library.callbacks.CSVLogger(os.path.join(folder, "training.log.csv"))])


def kerasTensorboard(folder):
    keras(lambda library: [library.callbacks.TensorBoard(os.path.join(folder, "logs"))])


def transformers(folder, **options):
    import torch as t
    import transformers as library

    class Pause(library.TrainerCallback):
        def on_step_end(self, *_, **__):
            time.sleep(PAUSE_SECONDS)

    config = library.BertConfig(
        vocab_size=32, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, num_labels=2
    )
    examples = [
        {"input_ids": t.randint(32, (8,)), "attention_mask": t.ones(8, dtype=t.long), "labels": row % 2} for row in range(64)
    ]
    trainer = library.Trainer(
        model=library.BertForSequenceClassification(config),
        args=library.TrainingArguments(
            output_dir=os.path.join(folder, "out"),
            max_steps=10**6,
            logging_steps=1,
            eval_strategy="steps",
            eval_steps=10,
            use_cpu=True,
            disable_tqdm=True,
            **options,
        ),
        train_dataset=examples,
        eval_dataset=examples[:16],
        callbacks=[Pause()],
    )
    trainer.train()


def transformersState(folder):
    transformers(folder, report_to="none", save_strategy="steps", save_steps=10, save_total_limit=2)


def transformersTensorboard(folder):
    os.environ["TENSORBOARD_LOGGING_DIR"] = os.path.join(folder, "runs")
    transformers(folder, report_to="tensorboard", save_strategy="no")


def ultralytics(folder):
    import numpy
    from PIL import Image

    data = os.path.join(folder, "data")
    os.makedirs(os.path.join(data, "images"))
    os.makedirs(os.path.join(data, "labels"))
    for number in range(4):
        picture = numpy.random.randint(0, 255, (32, 32, 3), dtype=numpy.uint8)
        Image.fromarray(picture).save(os.path.join(data, "images", f"{number}.png"))
        with open(os.path.join(data, "labels", f"{number}.txt"), "w") as label:
            label.write("0 0.5 0.5 0.4 0.4\n")
    with open(os.path.join(data, "data.yaml"), "w") as description:
        description.write(f"path: {data}\ntrain: images\nval: images\nnames: [thing]\n")
    from ultralytics import YOLO

    YOLO("yolo11n.yaml").train(
        data=os.path.join(data, "data.yaml"),
        epochs=10**4,
        imgsz=32,
        batch=4,
        workers=0,
        device="cpu",
        plots=False,
        patience=0,
        project=os.path.join(folder, "runs"),
    )


events = ["tensorboard.backend.event_processing.event_file_loader", "tensorboard.util.tensor_util"]
torch_events = ["torch.utils.tensorboard", *events]
lightning_modules = ["torch", "lightning.pytorch.loggers"]
transformers_modules = ["torch", "transformers.trainer", "transformers.models.bert.modeling_bert", "accelerate"]
step_rows = "SELECT rowid, {} FROM metrics WHERE rowid > ? ORDER BY rowid"
loss_groups = {f"runs/loss_{name}": f"loss_{name}/" for name in ("train", "test")}
keras_events = {f"logs/{name}": f"{name}/" for name in ("train", "validation")}


def trackio_values(step, metrics):
    for metric, value in json.loads(metrics).items():
        yield metric, step, value


# What writes, its libraries, what is imported once, and what looks.
WRITERS = {
    "tensorboardX": (tensorboardX, ["tensorboardX"], ["tensorboardX", *events], event_values({"runs": ""})),
    "torch": (torch, ["torch", "tensorboard"], torch_events, event_values({"runs": ""})),
    "torchEachSecond": (torchEachSecond, ["torch", "tensorboard"], torch_events, event_values({"runs": ""})),
    "torchGroups": (torchGroups, ["torch", "tensorboard"], torch_events, event_values(loss_groups)),
    "wandb": (wandb, ["wandb"], ["wandb"], history_of_wandb),
    "mlflow": (mlflow, ["mlflow"], ["mlflow"], files_of_mlflow),
    "mlflowDatabase": (
        mlflowDatabase,
        ["mlflow"],
        ["mlflow", "mlflow.store.tracking.sqlalchemy_store"],
        rows_of("mlflow.db", step_rows.format("key, step, value"), lambda *values: [values]),
    ),
    # Its folder is decided when it is imported.
    "trackio": (
        trackio,
        ["trackio"],
        ["huggingface_hub", "pandas", "starlette.applications"],
        rows_of("trackio/*.db", step_rows.format("step, metrics"), trackio_values),
    ),
    "lightningTable": (lightningTable, ["lightning", "torch"], lightning_modules, cells("**/metrics.csv", "step")),
    "lightningTensorboard": (
        lightningTensorboard,
        ["lightning", "torch", "tensorboard"],
        [*lightning_modules, *torch_events],
        event_values({"lightning_logs/version_0": ""}),
    ),
    "kerasTable": (kerasTable, ["keras", "jax"], ["keras", "jax"], cells("training.log.csv", "epoch")),
    "kerasTensorboard": (
        kerasTensorboard,
        ["keras", "tensorflow-cpu", "tensorboard"],
        ["tensorflow", "keras", *events],
        event_values(keras_events),
    ),
    "transformersState": (transformersState, ["transformers", "torch"], transformers_modules, state_values),
    "transformersTensorboard": (
        transformersTensorboard,
        ["transformers", "torch", "tensorboard"],
        [*transformers_modules, *torch_events],
        event_values({"runs": ""}),
    ),
    "ultralytics": (
        ultralytics,
        ["ultralytics", "torch"],
        ["ultralytics", "ultralytics.models.yolo.detect", "PIL.Image"],
        cells("runs/**/results.csv", "epoch"),
    ),
    "csvTable": (csvTable, [], [], cells("metrics.csv", "step")),
    "jsonLines": (jsonLines, [], [], lines_of_json),
}


def in_process(function, *arguments):
    """Begins a group of processes of its own."""
    process = os.fork()
    if process != 0:
        return process
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        function(*arguments)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def write(writer, folder):
    os.chdir(folder)
    os.environ["HOME"] = folder
    writer(folder)


def look(values, folder, seen):
    """Says each value the first time that it is visible."""
    for metric, step, value in values():
        if (metric, step) not in seen:
            seen.add((metric, step))
            at_ms = time.monotonic_ns() / 1e6
            say({"folder": folder, "metric": metric, "step": int(step), "value": float(value), "atMs": at_ms})


def look_forever(open_values, folder):
    values = open_values(folder)
    seen = set()
    while True:
        look(values, folder, seen)
        time.sleep(PAUSE_SECONDS)


def look_last(open_values, folder):
    global SQLITE_MODE
    SQLITE_MODE = "rw"
    look(open_values(folder), folder, set())


def serve(writer, open_values):
    """Begins and ends runs as it is told to."""
    runs = {}
    pending = b""
    while True:
        ready, _, _ = select.select([0], [], [], 0.2)
        for folder, run in runs.items():
            if not run["isOver"] and os.waitpid(run["writing"], os.WNOHANG)[0] != 0:
                run["isOver"] = True
                say({"folder": folder, "isOver": True})
        if not ready:
            continue
        chunk = os.read(0, 65536)
        if chunk == b"":
            return
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if "begin" in order:
                folder = order["begin"]
                looking = in_process(look_forever, open_values, folder)
                writing = in_process(write, writer, folder)
                runs[folder] = {"writing": writing, "looking": looking, "isOver": False}
                say({"folder": folder, "process": writing})
            else:
                run = runs.pop(order["end"])
                os.kill(run["looking"], signal.SIGKILL)
                os.waitpid(run["looking"], 0)
                if not run["isOver"]:
                    os.killpg(run["writing"], signal.SIGKILL)
                    os.waitpid(run["writing"], 0)
                os.waitpid(in_process(look_last, open_values, order["end"]), 0)
                # All that they said stands before this.
                say({"folder": order["end"], "end": True})


if __name__ == "__main__":
    writer, libraries, modules, open_values = WRITERS[sys.argv[1]]
    os.environ["KERAS_BACKEND"] = "tensorflow" if sys.argv[1] == "kerasTensorboard" else "jax"
    os.environ["YOLO_CONFIG_DIR"] = os.environ["HOME"]
    os.environ["YOLO_OFFLINE"] = "true"
    for module in modules:
        importlib.import_module(module)
    say({"versions": [f"{name} {importlib.metadata.version(name)}" for name in libraries]})
    serve(writer, open_values)
