"""JAX, Flax NNX and Optax: a small network on pictures, with AdamW, clipping, warm-up and a cosine schedule."""

import pickle

import jax
import numpy
import optax
from flax import nnx

import tunewright

EPOCHS = 8
trial = tunewright.trial(
    defaults={"learningRate": 3e-3, "weightDecay": 0.01, "features": 16, "dropout": 0.1, "clip": 1.0, "batchSize": 32}
)


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
train, validation, test = pictures(640, 1), pictures(400, 2), pictures(400, 3)
# ---- Up to here. ----


class Network(nnx.Module):
    def __init__(self, features, rngs):
        self.first = nnx.Conv(1, features, (3, 3), rngs=rngs)
        self.first_norm = nnx.GroupNorm(features, num_groups=8, rngs=rngs)
        self.second = nnx.Conv(features, 2 * features, (3, 3), rngs=rngs)
        self.second_norm = nnx.GroupNorm(2 * features, num_groups=8, rngs=rngs)
        self.dropout = nnx.Dropout(trial.dropout)
        self.head = nnx.Linear(8 * features, CLASSES, rngs=rngs)

    def __call__(self, x, rngs=None):
        x = nnx.max_pool(nnx.relu(self.first_norm(self.first(x))), (2, 2), (2, 2))
        x = nnx.avg_pool(nnx.relu(self.second_norm(self.second(x))), (4, 4), (4, 4))
        return self.head(self.dropout(x.reshape(len(x), -1), rngs=rngs))


# Drops the last rows of an epoch, so that every batch is compiled once.
batches = len(train[0]) // trial.batchSize
schedule = optax.warmup_cosine_decay_schedule(
    0.0, trial.learningRate, max(1, EPOCHS * batches // 20), EPOCHS * batches
)
network = Network(trial.features, nnx.Rngs(trial.seed % 2**31))
optimizer = nnx.Optimizer(
    network,
    optax.chain(
        optax.clip_by_global_norm(trial.clip),
        # No decay of biases and norms.
        optax.adamw(
            schedule,
            weight_decay=trial.weightDecay,
            mask=lambda parameters: jax.tree.map(lambda one: one.ndim > 1, parameters),
        ),
    ),
    wrt=nnx.Param,
)


def loss_of(network, x, y, rngs):
    return optax.softmax_cross_entropy_with_integer_labels(network(x, rngs), y).mean()


@nnx.jit
def step(network, optimizer, x, y, rngs):
    loss, gradients = nnx.value_and_grad(loss_of)(network, x, y, rngs)
    optimizer.update(network, gradients)
    return loss


@nnx.jit
def measure(network, x, y):
    predicted = network(x)
    return (
        optax.softmax_cross_entropy_with_integer_labels(predicted, y).mean(),
        (predicted.argmax(-1) == y).mean(),
    )


state = {"epoch": 0, "best": float("inf"), "bestNetwork": None}
saved = trial.load()
if saved is not None:
    state = pickle.loads(saved)
    nnx.update(network, state["network"])
    nnx.update(optimizer, state["optimizer"])

for epoch in range(state["epoch"] + 1, trial.last_step(EPOCHS) + 1):
    network.train()
    # What is random is a function of seed and epoch: a trial that goes on sees the same batches.
    rngs = nnx.Rngs((trial.seed + epoch) % 2**31)
    order = numpy.random.default_rng([trial.seed, epoch]).permutation(len(train[0]))
    for rows in order[: batches * trial.batchSize].reshape(batches, -1):
        step(network, optimizer, train[0][rows], train[1][rows], rngs)
    network.eval()
    loss, accuracy = map(float, measure(network, *validation))
    state["network"] = jax.tree.map(numpy.asarray, nnx.to_pure_dict(nnx.state(network)))
    state["optimizer"] = jax.tree.map(numpy.asarray, nnx.to_pure_dict(nnx.state(optimizer)))
    if loss < state["best"]:
        state.update(best=loss, bestNetwork=state["network"])
    state["epoch"] = epoch
    trial.save(pickle.dumps(state))
    trial.report(epoch, validation_loss=loss, validation_accuracy=accuracy)
    if trial.should_stop():
        break

if not trial.should_stop() and state["bestNetwork"] is not None:
    nnx.update(network, state["bestNetwork"])
    network.eval()
    # Seen by no decision of the search: what to expect of new pictures.
    loss, accuracy = map(float, measure(network, *test))
    trial.attribute("test_loss", loss)
    trial.attribute("test_accuracy", accuracy)
