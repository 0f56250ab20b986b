"""A program whose trials go on from one another (resumes: true): a straight line, fitted by gradient descent with momentum."""

import json

import tunewright

trial = tunewright.trial(defaults={"learningRate": 0.1, "momentum": 0.5})
rate, momentum = trial.parameters["learningRate"], trial.parameters["momentum"]
points = [(x / 10, 3 * x / 10 - 2) for x in range(-10, 11)]

# Everything that the next epoch depends on; the loss is there to be reported again after an interruption.
state = {"epoch": 0, "weights": [0.0, 0.0], "speed": [0.0, 0.0], "loss": None}
saved = trial.load()
if saved is not None:
    state = json.loads(saved)
    print(f"going on after epoch {state['epoch']}")
    trial.report(state["epoch"], loss=state["loss"])

for epoch in range(state["epoch"] + 1, trial.last_step(12) + 1):
    slope, offset = state["weights"]
    errors = [(slope * x + offset - y, x) for x, y in points]
    gradient = [sum(e * x for e, x in errors) / len(points), sum(e for e, _ in errors) / len(points)]
    state["speed"] = [momentum * v - rate * g for v, g in zip(state["speed"], gradient)]
    state["weights"] = [w + v for w, v in zip(state["weights"], state["speed"])]
    slope, offset = state["weights"]
    state["loss"] = sum((slope * x + offset - y) ** 2 for x, y in points) / len(points)
    state["epoch"] = epoch
    trial.save(json.dumps(state).encode())
    trial.report(epoch, loss=state["loss"])
    if trial.should_stop():
        break
