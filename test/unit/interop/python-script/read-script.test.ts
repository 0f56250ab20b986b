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

  it('is null where nothing is printed', () => {
    expect(metricOf('x = 1')).toBeNull()
  })
})
