"""Ultralytics: YOLO on pictures with boxes, judged by mAP of validation pictures."""

import os

# It installs packages by itself otherwise.
os.environ.setdefault("YOLO_AUTOINSTALL", "false")

import cv2
import numpy
import torch
from ultralytics import YOLO

import tunewright

EPOCHS = 15
trial = tunewright.trial(
    defaults={"lr0": 0.002, "lrf": 0.01, "momentum": 0.9, "weight_decay": 0.0005, "box": 7.5, "cls": 0.5, "mosaic": 1.0, "scale": 0.5}
)
torch.set_num_threads(1)


# ---- Your model and data: weights or a network, and a YAML file of Ultralytics with train, val and test. ----
MODEL = "yolo11n.yaml"  # "yolo11n.pt" begins with trained weights, which are downloaded
SIZE = 64


def data():
    """Squares and discs, in noise; written once, for all trials."""
    root = os.path.abspath("data")
    file = os.path.join(root, "data.yaml")
    if os.path.exists(file):
        return file
    random = numpy.random.default_rng(0)
    for split, count in (("train", 64), ("val", 16), ("test", 16)):
        folders = [os.path.join(root, kind, split) for kind in ("images", "labels")]
        for folder in folders:
            os.makedirs(folder, exist_ok=True)
        for number in range(count):
            picture = random.integers(0, 60, (SIZE, SIZE, 3), dtype=numpy.uint8)
            kind, radius = int(random.integers(2)), int(random.integers(10, 20))
            x, y = (int(one) for one in random.integers(radius, SIZE - radius, 2))
            if kind == 0:
                cv2.rectangle(picture, (x - radius, y - radius), (x + radius, y + radius), (60, 60, 230), -1)
            else:
                cv2.circle(picture, (x, y), radius, (60, 230, 60), -1)
            cv2.imwrite(os.path.join(folders[0], f"{number}.png"), picture)
            with open(os.path.join(folders[1], f"{number}.txt"), "w") as labels:
                labels.write(f"{kind} {x / SIZE} {y / SIZE} {2 * radius / SIZE} {2 * radius / SIZE}\n")
    with open(file + f".{os.getpid()}", "w") as text:
        text.write(f"path: {root}\ntrain: images/train\nval: images/val\ntest: images/test\nnames: [square, disc]\n")
    os.replace(text.name, file)
    return file
# ---- Up to here. ----


def report(trainer):
    # After the weights of the epoch are saved: what was reported is never lost.
    values = {name.split("/")[-1].replace("(B)", ""): float(value) for name, value in trainer.metrics.items()}
    trial.report(trainer.epoch + 1, **{name: values[name] for name in ("mAP50-95", "mAP50", "precision", "recall")})
    trainer.stop = trainer.stop or trial.should_stop()


folder = os.path.abspath(trial.checkpoint_directory or "checkpoints")
last = os.path.join(folder, "run", "weights", "last.pt")
model = YOLO(last if os.path.exists(last) else MODEL)
model.add_callback("on_model_save", report)
model.train(
    data=data(),
    epochs=trial.last_step(EPOCHS),
    imgsz=SIZE,
    batch=8,
    # Each batch is a step; 64, the usual number, gathers batches until so many pictures were seen.
    nbs=8,
    # Named, since "auto" ignores lr0 and momentum.
    optimizer="AdamW",
    **{name: trial[name] for name in ("lr0", "lrf", "momentum", "weight_decay", "box", "cls", "mosaic", "scale")},
    close_mosaic=1,
    warmup_epochs=1,
    seed=trial.seed % 2**31,
    deterministic=True,
    workers=0,
    device="cpu" if not torch.cuda.is_available() else 0,
    project=folder,
    name="run",
    exist_ok=True,
    resume=os.path.exists(last),
    plots=False,
    verbose=False,
)
if not trial.should_stop():
    # Seen by no decision of the search: what to expect of new pictures.
    best = YOLO(os.path.join(folder, "run", "weights", "best.pt"))
    tested = best.val(data=data(), split="test", imgsz=SIZE, plots=False, verbose=False, workers=0, project=folder, name="test", exist_ok=True)
    trial.attribute("test_mAP50-95", float(tested.box.map))
