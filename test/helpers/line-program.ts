import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'

/**
 * Programs that fit a line by gradient descent with momentum, deterministic to the last bit, and go on from their folder.
 * Python (by the helper) and JavaScript (without any) compute the same. They save before they report, and, unless
 * `QUIET` is set, report again what they have loaded.
 */
export const linePython = `
import json, os, time
import tunewright
trial = tunewright.trial()
rate, momentum = trial.parameters["rate"], trial.parameters["momentum"]
state = {"epoch": 0, "w": 0.0, "v": 0.0, "loss": None}
ballast = os.path.join(trial.checkpoint_directory, "ballast")
if not os.path.exists(ballast):
    # So that copies of the folder take a while; written like a state, as a whole.
    with open(ballast + ".new", "wb") as file:
        file.write(os.urandom(int(os.environ.get("BALLAST", "1000"))))
    os.replace(ballast + ".new", ballast)
saved = trial.load()
if saved is not None:
    state = json.loads(saved)
    print("going on after", state["epoch"], flush=True)
    if not os.environ.get("QUIET"):
        trial.report(state["epoch"], loss=state["loss"])
for epoch in range(state["epoch"] + 1, trial.last_step(int(os.environ.get("EPOCHS", "6"))) + 1):
    time.sleep(float(os.environ.get("SLEEP", "0")))
    state["v"] = momentum * state["v"] - rate * (state["w"] - 3.0)
    state["w"] = state["w"] + state["v"]
    state["loss"] = (state["w"] - 3.0) * (state["w"] - 3.0) + 0.1 / epoch
    state["epoch"] = epoch
    trial.save(json.dumps(state).encode())
    trial.report(epoch, loss=state["loss"])
    if trial.should_stop():
        break
`

export const lineModule = `
export async function train(trial) {
  const { rate, momentum } = trial.parameters
  const saved = trial.checkpoint.load()
  const state = saved ?? { epoch: 0, w: 0, v: 0, loss: null }
  if (saved !== null) {
    console.log('going on after', saved.epoch)
    await trial.report(saved.epoch, { loss: saved.loss })
  }
  for (let epoch = state.epoch + 1; epoch <= (trial.untilStep ?? 6); epoch++) {
    state.v = momentum * state.v - rate * (state.w - 3)
    state.w += state.v
    state.loss = (state.w - 3) * (state.w - 3) + 0.1 / epoch
    state.epoch = epoch
    trial.checkpoint.save(state)
    await new Promise(resolve => setTimeout(resolve, 2))
    await trial.report(epoch, { loss: state.loss })
    if (trial.shouldPrune()) return
  }
}
`

/** The same without the helper; what it has loaded it does not report again. */
export const lineSilent = `
import json, os
folder = os.environ["TUNEWRIGHT_CHECKPOINTS"]
trial = json.load(open(os.environ["TUNEWRIGHT_TRIAL_FILE"]))
point = json.load(open(os.environ["TUNEWRIGHT_PARAMETERS"]))
state = {"epoch": 0, "w": 0.0, "v": 0.0}
if os.path.exists(folder + "/state"):
    state = json.load(open(folder + "/state"))
print("begins after", state["epoch"], flush=True)
for epoch in range(state["epoch"] + 1, (trial["untilStep"] or 6) + 1):
    state["v"] = point["momentum"] * state["v"] - point["rate"] * (state["w"] - 3.0)
    state["w"] = state["w"] + state["v"]
    state["epoch"] = epoch
    with open(folder + "/state.new", "w") as file:
        json.dump(state, file)
    os.replace(folder + "/state.new", folder + "/state")
    print(json.dumps({"step": epoch, "loss": (state["w"] - 3.0) * (state["w"] - 3.0) + 0.1 / epoch}), flush=True)
`

/** The losses of the steps from 1 on, computed here. */
export function lineLosses(rate: number, momentum: number, steps: number): number[] {
  let w = 0
  let v = 0
  return Array.from({ length: steps }, (_, index) => {
    v = momentum * v - rate * (w - 3)
    w += v
    return (w - 3) * (w - 3) + 0.1 / (index + 1)
  })
}

/** A study of such a program: one random trial, unless `changes` say otherwise. */
export function lineStudy(
  objective: object,
  changes: Partial<StudySpecificationInput> = {},
): StudySpecificationInput {
  return {
    name: 'line',
    objective: { ...objective, resumes: true } as StudySpecificationInput['objective'],
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { rate: { float: [0.01, 0.5] }, momentum: { float: [0, 0.9] } },
    sampler: { name: 'random' },
    stop: { trials: 1 },
    seed: 5,
    ...changes,
  }
}
