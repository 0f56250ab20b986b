import { describe, expect, it } from 'vitest'
import { readScript } from '../../../../src-main/interop/python-script/read-script.ts'
import { looksSecret } from '../../../../src-main/platform/user-code/redact.ts'

const describeScript = (script: string, configs: Record<string, string> = {}) =>
  readScript({ script, configs }, looksSecret)

/** Names and ranges of what is searched. */
function searched(script: string, configs: Record<string, string> = {}): Record<string, unknown> {
  return Object.fromEntries(
    describeScript(script, configs)
      .settings.filter(({ role }) => role === 'hyperparameter')
      .map(({ location, line, value }) => [location, [line, value]]),
  )
}

describe('readScript', () => {
  it('reads arguments of argparse with kinds, defaults and lines', () => {
    const { settings } = describeScript(`
import argparse
def options(parent):
    group = parent.add_argument_group("training")
    group.add_argument("-l", "--learning-rate", type=float, default=3e-4, help="rate")
    group.add_argument("--optimizer", choices=["sgd", "adam"], default="adam")
    group.add_argument("--nesterov", action="store_true")
    group.add_argument("--amsgrad", action=argparse.BooleanOptionalAction, default=True)
    group.add_argument("--data-dir", default="data")
    group.add_argument("--epochs", type=int, default=5 * 2)
    group.add_argument("--seed", type=int, default=1)
    group.add_argument("--workers", type=int, default=4)
`)
    expect(settings).toMatchObject([
      {
        name: 'learning_rate',
        option: '--learning-rate',
        line: 5,
        kind: 'float',
        value: 3e-4,
        role: 'hyperparameter',
        range: { kind: 'float', low: 3e-5, high: 3e-3, log: true },
      },
      { name: 'optimizer', kind: 'choice', range: { kind: 'choice', values: ['sgd', 'adam'] } },
      { name: 'nesterov', kind: 'bool', value: false, optionForm: 'storeTrue' },
      { name: 'amsgrad', kind: 'bool', value: true, optionForm: 'negatable' },
      { name: 'data_dir', role: 'fixed' },
      { name: 'epochs', role: 'budget', value: 10 },
      { name: 'seed', role: 'seed' },
      { name: 'workers', role: 'fixed' },
    ])
  })

  it('proposes no learning rate above 1, unless the script has one', () => {
    const { settings } = describeScript('params = {"eta": 0.3}\nlr = 2.5\n')
    expect(settings).toMatchObject([
      { name: 'eta', range: { low: 0.03, high: 1, log: true } },
      { name: 'lr', range: { low: 0.25, high: 2.5, log: true } },
    ])
  })

  it('reads options of click and typer, flags of absl, and fields of dataclasses', () => {
    expect(
      searched(`
@click.command()
@click.option("--lr", default=0.1)
@click.option("--cosine/--no-cosine", default=False)
def main(lr, cosine): pass
`),
    ).toEqual({ '--lr': [3, 0.1], '--cosine': [4, false] })
    expect(
      searched(`
@app.command()
def train(batch_size: int = 16, lr: float = typer.Option(5e-5), data_path: str = "x"): pass
`),
    ).toEqual({ '--batch-size': [3, 16], '--lr': [3, 5e-5] })
    expect(
      searched(`
flags.DEFINE_float("learning_rate", 0.15, "rate")
flags.DEFINE_enum("optimizer", "sgd", ["sgd", "adam"], "which")
flags.DEFINE_string("model_dir", None, "where")
`),
    ).toEqual({ '--learning_rate': [2, 0.15], '--optimizer': [3, 'sgd'] })
    expect(
      searched(`
import tyro
@dataclass
class Args:
    env_id: str = "CartPole-v1"
    learning_rate: float = 2.5e-4
    dropout: float = field(default=0.1, metadata={"help": "x"})
    batch_size: int = 0
tyro.cli(Args)
`),
    ).toEqual({ '--learning_rate': [6, 2.5e-4], '--dropout': [7, 0.1] })
  })

  it('searches C and gamma of support vector machines over the grids of their guide', () => {
    const { settings } = describeScript('model = SVC(C=1.0, gamma=0.1)\nother = LinearSVC(C=10)\n')
    expect(settings.map(({ location, range }) => [location, range])).toEqual([
      ['SVC(C=)', { kind: 'float', low: 2 ** -5, high: 2 ** 15, log: true }],
      ['SVC(gamma=)', { kind: 'float', low: 2 ** -15, high: 2 ** 3, log: true }],
    ])
  })

  it('reads numbers that end with their point', () => {
    const { settings, unread } = describeScript(
      'start = torch.tensor([[2., 0.]])\np.add_argument("--lr", type=float, default=1.)\nmomentum = 0.9\n',
    )
    expect(unread).toEqual([])
    expect(settings.map(({ location, line, value }) => [location, line, value])).toEqual([
      ['--lr', 2, 1],
      ['momentum', 3, 0.9],
    ])
  })

  it('takes the opposite of a switch of click by its name', () => {
    const switchOf = (line: string) =>
      describeScript(`
@click.command()
@click.option(${line})
def main(nesterov): pass
`).settings.map(({ option, optionForm, value }) => [option, optionForm, value])
    expect(switchOf('"--nesterov", is_flag=True')).toEqual([['--nesterov', 'storeTrue', false]])
    expect(switchOf('"--nesterov/--no-nesterov", default=True')).toEqual([
      ['--nesterov', 'negatable', true],
    ])
    expect(switchOf('"--nesterov/--classical", default=True')).toEqual([
      ['--classical', 'storeFalse', true],
    ])
    expect(switchOf('"--nesterov/--classical"')).toEqual([['--nesterov', 'storeTrue', false]])
  })

  it('adds what the argument classes of Transformers bring along, as far as a class does not redefine it', () => {
    const names = searched(`
@dataclass
class TrainingArguments(transformers.TrainingArguments):
    optim: str = field(default="adamw_torch")
    weight_decay: float = 0.1
parser = transformers.HfArgumentParser((TrainingArguments,))
`)
    expect(names).toMatchObject({
      '--learning_rate': [6, 5e-5],
      '--weight_decay': [5, 0.1],
      '--optim': [4, 'adamw_torch'],
    })
  })

  it('reads constants and keywords of known calls where nothing else is meant to be set', () => {
    const script = `
BATCH_SIZE, LR = 32, 1e-3
NUM_CLASSES = 10
optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9)
scheduler = StepLR(optimizer, step_size=30, gamma=0.1)
`
    expect(Object.keys(searched(script))).toEqual([
      'BATCH_SIZE',
      'LR',
      'SGD(momentum=)',
      'StepLR(step_size=)',
      'StepLR(gamma=)',
    ])
    const withArgument = `${script}p.add_argument("--dropout", type=float, default=0.1)\n`
    expect(Object.keys(searched(withArgument))).toEqual(['BATCH_SIZE', 'LR', '--dropout'])
  })

  it('reads defaults of functions that no call hands over, members of an agent, and values by position', () => {
    expect(
      searched(`
def train_model(epochs=5, learning_rate=1e-3, momentum=0.9): pass
class Agent:
    def __init__(self):
        self.gamma = 0.95
        self.losses = 0
optimizer = optax.adam(3e-4)
StepLR(optimizer, 7)
train_model(learning_rate=rate)
`),
    ).toEqual({
      'train_model(momentum=)': [2, 0.9],
      'self.gamma': [5, 0.95],
      'adam(learning_rate)': [7, 3e-4],
      'StepLR(step_size)': [8, 7],
    })
  })

  it('reads dictionaries by what they hold, nested classes, and aliases of a configuration', () => {
    expect(
      searched(`
model = dict(type="Net", dropout=0.1)
run(space={"lr": 1e-3, "batch_size": 8, "path": "x"})
wandb.log({"lr": 1e-3, "batch_size": 8})
class Cfg:
    class augment:
        hflip_p = 0.5
optim = config.optim
optim.grad_clip = 1.0
`),
    ).toEqual({
      "model['dropout']": [2, 0.1],
      "run['lr']": [3, 1e-3],
      "run['batch_size']": [3, 8],
      'augment.hflip_p': [7, 0.5],
      'optim.grad_clip': [9, 1],
    })
  })

  it('knows names of one field, and takes numbers with a fraction that measure nothing', () => {
    const names = searched(`
p.add_argument("--n_critic", type=int, default=5)
p.add_argument("--color_jitter_prob", type=float, default=None)
p.add_argument("--style_mixing_prob", type=float, default=0.9)
p.add_argument("--num_train_timesteps", type=int, default=1000)
p.add_argument("--total_timesteps", type=int, default=1000000)
p.add_argument("--quirkiness", type=float, default=0.3)
p.add_argument("--fps", type=float, default=29.97)
p.add_argument("--val_ratio", type=float, default=0.1)
p.add_argument("--width", type=int, default=640)
`)
    expect(Object.keys(names)).toEqual([
      '--n_critic',
      '--color_jitter_prob',
      '--style_mixing_prob',
      '--num_train_timesteps',
      '--quirkiness',
      '--width',
    ])
  })

  it('leaves fields without a default and classes of what comes after the training', () => {
    expect(
      searched(`
@dataclass
class State:
    initial_lr: float
@dataclass
class GenerationArguments:
    temperature: float = 1.0
print("lr")
`),
    ).toEqual({})
  })

  it('searches shares and rates whose literal is a whole number as numbers with a fraction, unless a type says otherwise', () => {
    const { settings } = describeScript(
      `params = {"feature_fraction": 1, "num_leaves": 31}
open("c.yaml")
import argparse
p = argparse.ArgumentParser()
p.add_argument("--dropout", type=int, default=0)
`,
      { 'c.yaml': 'weight_decay: 0\n' },
    )
    const range = (word: string) => settings.find(({ name }) => name === word)?.range
    expect(range('feature_fraction')).toMatchObject({ kind: 'float', low: 0.3, high: 1 })
    expect(range('weight_decay')).toMatchObject({ kind: 'float' })
    expect(range('num_leaves')).toMatchObject({ kind: 'int' })
    expect(range('dropout')).toMatchObject({ kind: 'int' })
  })

  it('reads YAML, JSON and TOML beside the script, without references to other keys', () => {
    const names = searched('import yaml', {
      'a.yaml': 'agent:\n  lr: 1e-4\n  hidden_dim: 64\n  rate: ${agent.lr}\n',
      'b.json': '{"optimizer": {"type": "Adam", "args": {"weight_decay": 0}}}',
      'c.toml': '[model]\ndropout = 0.2 # share\npath = "x"\n',
    })
    expect(names).toEqual({
      'a.yaml: agent.lr': [2, 1e-4],
      'a.yaml: agent.hidden_dim': [3, 64],
      'b.json: optimizer.type': [1, 'Adam'],
      'b.json: optimizer.args.weight_decay': [1, 0],
      'c.toml: model.dropout': [2, 0.2],
    })
  })

  it('never hands out a value that looks secret', () => {
    const description = describeScript(`
API_KEY = "very-private-value"
p.add_argument("--hf-token", default="another-private-value")
`)
    expect(JSON.stringify(description)).not.toContain('private-value')
    expect(description.settings.map(({ isSecret }) => isSecret)).toEqual([true, true])
  })

  it('says where a script has an error, and reads the rest', () => {
    const { settings, unread } = describeScript('lr = 0.1\nx = = 3\nmomentum = 0.9\n')
    expect(settings.map(({ name }) => name)).toEqual(expect.arrayContaining(['lr', 'momentum']))
    expect(unread).toMatchObject([{ line: 2, reason: { code: 'script.unread.syntax' } }])
  })
})

describe('the metric of a script', () => {
  const metricOf = (script: string, configs: Record<string, string> = {}) =>
    describeScript(script, configs).metric

  it('is the one that the best model is selected by, in the direction of that comparison', () => {
    expect(
      metricOf(`
print(f"loss: {loss:.3f}")
print(f"epoch {epoch} quality: {quality:.3f}")
if quality > best_quality:
    best_quality = quality
`),
    ).toMatchObject({
      name: 'quality',
      direction: 'maximize',
      line: 3,
      reason: { code: 'script.metric.selected' },
    })
  })

  it('is rather of validation data than of training data, and a score before a loss', () => {
    expect(
      metricOf(`
print("Train loss %.3f, train acc %.3f" % (train_loss, train_acc))
print("Val loss: {:.3f} | Val acc: {:.3f}".format(val_loss, val_acc))
`),
    ).toMatchObject({ name: 'Val acc', direction: 'maximize', line: 3 })
  })

  it('is read of loggers, monitors and libraries', () => {
    expect(metricOf('wandb.log({"train/loss": loss, "val/loss": val})')).toMatchObject({
      name: 'val/loss',
      direction: 'minimize',
      output: 'logged',
    })
    expect(metricOf('early = EarlyStopping(monitor="val_f1", mode="max")')).toMatchObject({
      name: 'val_f1',
      direction: 'maximize',
    })
    expect(
      metricOf('m.compile(loss="mse", metrics=["accuracy"])\nm.fit(x, y, validation_split=0.1)\n'),
    ).toMatchObject({ name: 'val_accuracy', direction: 'maximize', line: 1 })
    expect(
      metricOf('config = load()', { 'config.json': '{"monitor": "min val_loss"}' }),
    ).toMatchObject({ name: 'val_loss', direction: 'minimize' })
  })

  it.each([
    ['print("val loss", value)', 'val loss 0.25'],
    ['print("epoch", epoch, "val loss:", value)', 'epoch 3 val loss: 0.25'],
    ['print(f"val loss={value:8.3f}")', 'val loss=   0.250'],
    ['print("val loss %.2f" % value)', 'val loss 0.25'],
  ])('has a pattern for the blanks that %s prints', (call, line) => {
    const matched = new RegExp(metricOf(call)?.pattern ?? '').exec(line)?.groups?.['value']
    expect(Number(matched)).toBe(0.25)
  })

  it('has a pattern that finds the value in the line that the script prints', () => {
    const pattern = metricOf('print(f"[{epoch}] val loss = {value:.4f} (best)")')?.pattern ?? ''
    expect(new RegExp(pattern).exec('[3] val loss = 1.5e-03 (best)')?.groups).toEqual({
      value: '1.5e-03',
    })
  })

  it('is read of own printing functions, printed dictionaries, and dictionaries that have a name', () => {
    expect(
      metricOf('def log_string(text):\n    file.write(text)\nlog_string("eval acc: %f" % acc)\n'),
    ).toMatchObject({ name: 'eval acc', line: 3, output: 'printed' })
    const printed = metricOf('print({"step": step, "accuracy": f"{acc:.3f}"})')
    expect(printed).toMatchObject({ name: 'accuracy', direction: 'maximize' })
    expect(
      new RegExp(printed?.pattern ?? '').exec("{'step': 3, 'accuracy': '0.75'}")?.groups,
    ).toEqual({ value: '0.75' })
    expect(metricOf('logs = {"val_acc": acc}\nwandb.log(logs)\n')).toMatchObject({
      name: 'val_acc',
      output: 'logged',
    })
    expect(
      metricOf('def metrics(p):\n    return {"f1": f1}\nTrainer(compute_metrics=metrics)\n'),
    ).toMatchObject({ name: 'eval_f1', line: 2, output: 'library' })
  })

  it('is the one whose key is compared', () => {
    expect(
      metricOf(`
print("quality:", results["map50"])
print(f"val loss: {loss}")
if results["map50"] > best: pass
`),
    ).toMatchObject({ direction: 'maximize', line: 2, reason: { code: 'script.metric.selected' } })
  })

  it('is not the precision of numbers, which is a format', () => {
    for (const name of [
      'half_precision_backend',
      'mixed_precision',
      'matmul_precision',
      'fp16_precision',
    ])
      expect(metricOf(`print(f"${name}: {args.${name}}")`)).toBeNull()
    expect(metricOf('print(f"precision: {precision}")')).toMatchObject({ direction: 'maximize' })
    expect(metricOf('print(f"average_precision: {ap}")')).toMatchObject({ direction: 'maximize' })
  })

  it('is null where nothing is printed', () => {
    expect(metricOf('x = 1')).toBeNull()
  })
})
