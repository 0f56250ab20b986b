"""Keras 3 on any of its backends: a small convolutional network on pictures, with AdamW and a cosine schedule."""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")  # or tensorflow, torch

import keras
import numpy

import tunewright

EPOCHS = 8
trial = tunewright.trial(
    defaults={"learningRate": 3e-3, "weightDecay": 0.01, "filters": 16, "dropout": 0.1, "smoothing": 0.0, "batchSize": 32}
)
keras.utils.set_random_seed(trial.seed % 2**32)


# ---- Your data: three sets of pictures and classes. ----
def pictures(count, seed):
    """Bars in one of four directions, in noise."""
    random = numpy.random.default_rng(seed)
    classes = random.integers(0, 4, count)
    rows, columns = numpy.mgrid[0:16, 0:16].astype("float32")
    distances = numpy.stack([rows, columns, (rows + columns) / 2, (rows - columns) / 2 + 8])
    bars = numpy.abs(distances[classes] - random.uniform(4, 12, (count, 1, 1))) < 1.2
    noisy = bars + 0.8 * random.standard_normal((count, 16, 16))
    return noisy[..., None].astype("float32"), classes


CLASSES = 4
train, validation, test = pictures(600, 1), pictures(400, 2), pictures(400, 3)
# ---- Up to here. ----

layers = keras.layers
model = keras.Sequential(
    [
        keras.Input(train[0].shape[1:]),
        layers.Conv2D(trial.filters, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling2D(),
        layers.Conv2D(2 * trial.filters, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.AveragePooling2D(4),
        layers.Flatten(),
        layers.Dropout(trial.dropout),
        layers.Dense(CLASSES, activation="softmax"),
    ]
)
# A fixed number of steps: a trial that goes on is not another schedule.
steps = EPOCHS * -(-len(train[0]) // trial.batchSize)
warmup = max(1, steps // 20)
optimizer = keras.optimizers.AdamW(
    keras.optimizers.schedules.CosineDecay(
        trial.learningRate / 10, steps - warmup, warmup_target=trial.learningRate, warmup_steps=warmup
    ),
    weight_decay=trial.weightDecay,
)
optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
model.compile(
    optimizer,
    # Labels are smoothed in training only: the validation loss is of the labels as they are.
    loss=keras.losses.CategoricalCrossentropy(label_smoothing=trial.smoothing),
    metrics=["accuracy", keras.metrics.CategoricalCrossentropy(name="cross_entropy")],
)


class Report(keras.callbacks.Callback):
    """After the callbacks that save: what was reported is never lost."""

    def on_epoch_end(self, epoch, logs=None):
        names = ("val_cross_entropy", "val_accuracy", "cross_entropy")
        trial.report(epoch + 1, **{name: logs[name] for name in names})
        self.model.stop_training = self.model.stop_training or trial.should_stop()


folder = trial.checkpoint_directory or "checkpoints"
last, best = (os.path.join(folder, name) for name in ("last", "best.weights.h5"))
classes = [keras.utils.to_categorical(labels, CLASSES) for _, labels in (train, validation, test)]
model.fit(
    train[0],
    classes[0],
    batch_size=trial.batchSize,
    epochs=trial.last_step(EPOCHS),
    validation_data=(validation[0], classes[1]),
    callbacks=[
        keras.callbacks.ModelCheckpoint(
            best, monitor="val_cross_entropy", mode="min", save_best_only=True, save_weights_only=True
        ),
        keras.callbacks.BackupAndRestore(last, delete_checkpoint=False),
        Report(),
    ],
    verbose=0,
)
if not trial.should_stop():
    model.load_weights(best)
    # Seen by no decision of the search: what to expect of new pictures.
    for name, value in model.evaluate(test[0], classes[2], return_dict=True, verbose=0).items():
        trial.attribute(f"test_{name}", value)
