"""Writes metrics with one of the real libraries until it is killed: python write.py FOLDER NAME

Says on file descriptor 3, a line of JSON each: the versions of the libraries first, then each value once it is written. A library that
writes at each call has then returned; of one that keeps values back, its own reader (or Python's) has found the value in the file.
"""
import csv
import glob
import importlib.metadata
import itertools
import json
import os
import random
import sys
import threading
import time

PAUSE_SECONDS = 0.05


def say(line):
    os.write(3, (json.dumps(line) + "\n").encode())


def versions(*names):
    say({"versions": [f"{name} {importlib.metadata.version(name)}" for name in names]})


def written(metric, step, value):
    say({"metric": metric, "step": step, "value": float(value)})


def log_forever(log):
    """Two metrics, the second one not at every step."""
    for step in itertools.count(1):
        values = {"loss": 1 / (step + 1)}
        if step % 5 == 0:
            values["accuracy"] = 1 - 1 / (step + 1)
        log(step, values)
        for metric, value in values.items():
            written(metric, step, value)
        time.sleep(PAUSE_SECONDS)


def watch_events(prefixes):
    """Says what TensorBoard's own reader finds, as it finds it: `prefixes` has the folders with what goes before their tags."""

    def watch():
        from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
        from tensorboard.util import tensor_util

        loaders = {}
        while True:
            for folder, prefix in prefixes.items():
                for file in glob.glob(os.path.join(folder, "*tfevents*")):
                    for event in loaders.setdefault(file, EventFileLoader(file)).Load():
                        for value in event.summary.value:
                            if value.metadata.plugin_data.plugin_name == "scalars":
                                number = tensor_util.make_ndarray(value.tensor).item()
                                written(prefix + value.tag, event.step, number)
            time.sleep(PAUSE_SECONDS)

    threading.Thread(target=watch, daemon=True).start()


def tensorboardX(folder):
    from tensorboardX import SummaryWriter

    versions("tensorboardX")
    writer = SummaryWriter(os.path.join(folder, "runs"))

    def log(step, values):
        for metric, value in values.items():
            writer.add_scalar(metric, value, step)
        writer.flush()

    log_forever(log)


def torch(folder, **options):
    from torch.utils.tensorboard import SummaryWriter

    versions("torch", "tensorboard")
    writer = SummaryWriter(os.path.join(folder, "runs"), **options)
    watch_events({os.path.join(folder, "runs"): ""})
    for step in itertools.count(1):
        writer.add_scalar("loss", 1 / (step + 1), step)
        if step % 5 == 0:
            writer.add_scalar("accuracy", 1 - 1 / (step + 1), step)
        time.sleep(PAUSE_SECONDS)


def torchEachSecond(folder):
    torch(folder, flush_secs=1)


def torchGroups(folder):
    """`add_scalars` has a folder for each curve."""
    from torch.utils.tensorboard import SummaryWriter

    versions("torch", "tensorboard")
    writer = SummaryWriter(os.path.join(folder, "runs"), flush_secs=1)
    watch_events({os.path.join(folder, "runs", f"loss_{name}"): f"loss_{name}/" for name in ("train", "test")})
    for step in itertools.count(1):
        writer.add_scalars("loss", {"train": 1 / (step + 1), "test": 2 / (step + 1)}, step)
        time.sleep(PAUSE_SECONDS)


def wandb(folder):
    import wandb as library

    versions("wandb")
    run = library.init(mode="offline", project="p", dir=folder)
    log_forever(lambda step, values: run.log(values, step=step))


def mlflow(folder, uri=None):
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    import mlflow as library

    versions("mlflow")
    library.set_tracking_uri(uri or "file:" + os.path.join(folder, "mlruns"))
    library.start_run()
    log_forever(lambda step, values: library.log_metrics(values, step=step))


def mlflowDatabase(folder):
    mlflow(folder, "sqlite:///" + os.path.join(folder, "mlflow.db"))


def trackio(folder):
    os.environ["TRACKIO_DIR"] = os.path.join(folder, "trackio")
    os.environ["HF_HUB_OFFLINE"] = "1"
    import trackio as library

    versions("trackio")
    library.init(project="p")
    log_forever(lambda step, values: library.log(values, step=step))


def csvTable(folder):
    versions()
    table = open(os.path.join(folder, "metrics.csv"), "w", newline="")
    rows = csv.DictWriter(table, ["step", "loss", "accuracy"])
    rows.writeheader()

    def log(step, values):
        rows.writerow({"step": step, **values})
        table.flush()

    log_forever(log)


def jsonLines(folder):
    versions()
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


def watch_table(pattern, step_column):
    """Says the cells of a table, as Python's reader finds whole rows of it."""

    def watch():
        seen = set()
        while True:
            for file in glob.glob(pattern, recursive=True):
                with open(file, newline="") as table:
                    text = table.read()
                # Of a row that is being written, the last number may be cut.
                for row in csv.DictReader(text[: text.rfind("\n") + 1].splitlines(), skipinitialspace=True):
                    step = int(row[step_column])
                    for metric, value in row.items():
                        key = (metric, step)
                        if metric != step_column and value not in ("", None) and key not in seen:
                            seen.add(key)
                            written(metric, step, value)
            time.sleep(PAUSE_SECONDS)

    threading.Thread(target=watch, daemon=True).start()


def lightningTable(folder):
    from lightning.pytorch.loggers import CSVLogger

    versions("lightning", "torch")
    watch_table(os.path.join(folder, "**", "metrics.csv"), "step")
    lightning(folder, CSVLogger(folder))


def lightningTensorboard(folder):
    from lightning.pytorch.loggers import TensorBoardLogger

    versions("lightning", "torch", "tensorboard")
    watch_events({os.path.join(folder, "lightning_logs", "version_0"): ""})
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
    os.environ["KERAS_BACKEND"] = "jax"
    versions("keras", "jax")
    watch_table(os.path.join(folder, "training.log.csv"), "epoch")
    keras(lambda library: [library.callbacks.CSVLogger(os.path.join(folder, "training.log.csv"))])


def kerasTensorboard(folder):
    os.environ["KERAS_BACKEND"] = "tensorflow"
    versions("keras", "tensorflow-cpu", "tensorboard")
    watch_events({os.path.join(folder, "logs", name): f"{name}/" for name in ("train", "validation")})
    keras(lambda library: [library.callbacks.TensorBoard(os.path.join(folder, "logs"))])


def transformers(folder, callbacks, **options):
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
        callbacks=[Pause(), *callbacks(library)],
    )
    trainer.train()


def transformersState(folder):
    versions("transformers", "torch")

    def saved(library):
        class Saved(library.TrainerCallback):
            said = 0

            def on_save(self, args, state, control, **_):
                for entry in state.log_history[self.said :]:
                    for metric, value in entry.items():
                        if metric != "step":
                            written(metric, entry["step"], value)
                self.said = len(state.log_history)

        return [Saved()]

    transformers(folder, saved, report_to="none", save_strategy="steps", save_steps=10, save_total_limit=2)


def transformersTensorboard(folder):
    versions("transformers", "torch", "tensorboard")
    os.environ["TENSORBOARD_LOGGING_DIR"] = os.path.join(folder, "runs")
    watch_events({os.path.join(folder, "runs"): ""})
    transformers(folder, lambda library: [], report_to="tensorboard", save_strategy="no")


def ultralytics(folder):
    os.environ["YOLO_CONFIG_DIR"] = folder
    os.environ["YOLO_OFFLINE"] = "true"
    import numpy
    from PIL import Image

    versions("ultralytics", "torch")
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

    watch_table(os.path.join(folder, "runs", "**", "results.csv"), "epoch")
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


if __name__ == "__main__":
    random.seed()
    folder = os.path.abspath(sys.argv[1])
    os.makedirs(folder, exist_ok=True)
    globals()[sys.argv[2]](folder)
