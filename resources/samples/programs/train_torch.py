"""A PyTorch program: a small network on two moons, tuned with pruning, resumed from its checkpoint."""

import io

import torch

import tunewright

torch.set_num_threads(1)
generator = torch.Generator().manual_seed(1)


def moons(count):
    angle = torch.rand(count, generator=generator) * torch.pi
    upper = torch.arange(count) % 2 == 0
    x = torch.where(upper, torch.cos(angle), 1 - torch.cos(angle))
    y = torch.where(upper, torch.sin(angle), 0.5 - torch.sin(angle))
    points = torch.stack([x, y], dim=1) + 0.15 * torch.randn(count, 2, generator=generator)
    return points, upper.long()


inputs, labels = moons(400)
validation_inputs, validation_labels = moons(400)


def train(trial):
    settings = trial.parameters
    torch.manual_seed(trial.seed)
    model = torch.nn.Sequential(
        torch.nn.Linear(2, settings["units"]),
        torch.nn.ReLU(),
        torch.nn.Dropout(settings["dropout"]),
        torch.nn.Linear(settings["units"], 2),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=settings["learningRate"])
    first = 1
    saved = trial.load()
    if saved is not None:
        state = torch.load(io.BytesIO(saved), weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        first = state["epoch"] + 1
        print(f"going on at epoch {first}")

    for epoch in range(first, settings["epochs"] + 1):
        model.train()
        for batch in torch.randperm(len(inputs)).split(64):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(inputs[batch]), labels[batch])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            logits = model(validation_inputs)
            value = torch.nn.functional.cross_entropy(logits, validation_labels).item()
            accuracy = (logits.argmax(1) == validation_labels).float().mean().item()
        checkpoint = io.BytesIO()
        torch.save(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "random": torch.get_rng_state(),
                "epoch": epoch,
            },
            checkpoint,
        )
        trial.save(checkpoint.getvalue())
        # For people; a pattern could read it as well: see torch-pattern.yaml.
        print(f"epoch {epoch}: loss {value!r}, accuracy {accuracy!r}", flush=True)
        trial.report(epoch, validationLoss=value, validationAccuracy=accuracy)
        if trial.should_stop():
            break


if __name__ == "__main__":
    # One trial; with `serves: true` (torch-serves.yaml) one after the other.
    for trial in tunewright.trials(defaults={"learningRate": 0.01, "units": 16, "dropout": 0.0, "epochs": 30}):
        train(trial)
