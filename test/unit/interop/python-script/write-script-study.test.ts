import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import { readScript } from '../../../../src-main/interop/python-script/read-script.ts'
import { writeScriptStudy } from '../../../../src-main/interop/python-script/write-script-study.ts'
import {
  PatternReader,
  patternProblem,
} from '../../../../src-main/platform/user-code/pattern-reader.ts'

function studyOf(text: string, configs: Record<string, string> = {}) {
  const description = readScript({ script: text, configs }, () => false)
  const command = { interpreter: ['python3'], reason: msg('script.interpreter.default') }
  const written = { script: 'train.py', text, description, command, name: 'train' }
  return writeScriptStudy(written, createTranslate('en'))
}

describe('writeScriptStudy', () => {
  it('writes a study file that is accepted, with line and reason of each guess', () => {
    const { text, needsLauncher } = studyOf(`
p.add_argument("--lr", type=float, default=0.1)
p.add_argument("--ema", action=BooleanOptionalAction, default=True)
print(f"val_loss: {val_loss}")
`)
    const study = parse(text) as Record<string, unknown>
    expect(parseSpecification(study)).toMatchObject({ ok: true })
    expect(study).toMatchObject({
      objective: { command: ['python3', 'train.py', '--lr={lr}', '{ema}'] },
      goals: [{ metric: 'val_loss', direction: 'minimize' }],
      currentConfiguration: { lr: 0.1, ema: '--ema' },
      space: {
        lr: { float: [0.01, 1], log: true },
        ema: { choice: ['--ema', '--no-ema'] },
      },
    })
    expect(text).toContain('--lr, train.py line 2')
    expect(needsLauncher).toBe(false)
  })

  it('sets constants and keys of configurations through the launcher, and those of Hydra by overrides', () => {
    const { text, needsLauncher } = studyOf('LR = 0.1\n', { 'c.json': '{"dropout": 0.2}' })
    expect(parse(text)).toMatchObject({
      objective: {
        command: [
          'python3',
          'tunewright_run.py',
          '--set=train.py:1:LR={LR}',
          '--set=c.json:1:dropout={dropout}',
          'train.py',
        ],
        files: ['c.json'],
      },
    })
    expect(needsLauncher).toBe(true)
    const hydra = studyOf('import hydra\n', { 'config.yaml': 'agent:\n  lr: 0.1\n' })
    expect(parse(hydra.text)).toMatchObject({
      objective: { command: ['python3', 'train.py', 'agent.lr={lr}'] },
    })
  })

  it('reads a metric that the script logs from its log, even where another one is printed', () => {
    const { text } = studyOf(`
p.add_argument("--lr", type=float, default=0.1)
print(f"train_loss: {train_loss}")
writer.add_scalar("val/loss", val_loss, step)
`)
    const study = parse(text) as Record<string, unknown>
    expect(parseSpecification(study)).toMatchObject({ ok: true })
    expect(study).toMatchObject({
      objective: { metrics: { from: 'logs' } },
      goals: [{ metric: 'val/loss', direction: 'minimize' }],
    })
    expect(text).toContain('val/loss (line 4) is read from what the script logs')
  })

  it('passes a switch on or leaves it out, through the launcher', () => {
    const { text } = studyOf(`
p.add_argument("--nesterov", action="store_true")
p.add_argument("--no-augment", action="store_false", dest="augment")
print(f"val_loss: {val_loss}")
`)
    const study = parse(text) as Record<string, unknown>
    expect(parseSpecification(study)).toMatchObject({ ok: true })
    expect(study).toMatchObject({
      objective: {
        command: ['python3', 'train.py', '{nesterov?--nesterov}', '{no_augment?--no-augment}'],
      },
      space: { nesterov: { choice: [false, true] }, no_augment: { choice: [false, true] } },
      currentConfiguration: { nesterov: false, no_augment: false },
    })
  })

  it('passes arguments by position with the defaults of those before them', () => {
    const { text } = studyOf(`
p.add_argument("data", nargs="?", default="set")
p.add_argument("dropout", type=float, nargs="?", default=0.1)
`)
    expect(parse(text)).toMatchObject({
      objective: { command: ['python3', 'train.py', 'set', '{dropout}'] },
    })
    const { text: other } = studyOf(`
beta = float(sys.argv[2]) if len(sys.argv) > 2 else 0.5
alpha = float(sys.argv[1]) if len(sys.argv) > 1 else 0.3
`)
    expect(parse(other)).toMatchObject({
      objective: { command: ['python3', 'train.py', '{alpha}', '{beta}'] },
      currentConfiguration: { alpha: 0.3, beta: 0.5 },
    })
  })

  it('says what it cannot set', () => {
    const { text, searched } = studyOf(`
p.add_argument("data")
p.add_argument("dropout", type=float)
p.add_argument("--nesterov", action="store_true", default=True)
`)
    expect(searched).toBe(0)
    expect(text).toContain('cannot be passed to the script yet: --nesterov, line 4')
    expect(text).toContain('cannot be passed to the script yet: dropout, line 3')
  })
})

describe('a printed metric whose print names the step', () => {
  const patternOf = (text: string): unknown => {
    const study = parse(studyOf(`LR = 0.1\n${text}`).text) as {
      objective: { metrics: { pattern: string } }
    }
    return study.objective.metrics.pattern
  }
  const read = (pattern: unknown, lines: readonly string[]) =>
    new PatternReader([String(pattern)]).read(lines)

  it.each([
    [
      'an f-string',
      'for epoch in range(9):\n  print(f"Epoch {epoch + 1:03d}/{epochs} | loss: {loss:.4f}")',
      'Epoch 003/010 | loss: 0.5000',
    ],
    [
      '.format',
      'for epoch in range(9):\n  print("epoch: {} lr: {} val_loss: {}".format(epoch, lr, val_loss))',
      'epoch: 3 lr: 0.1 val_loss: 0.5',
    ],
    [
      '%',
      'def test(model, epoch):\n  print("[Epoch %d] loss: %.3f" % (epoch, loss))',
      '[Epoch 3] loss: 0.500',
    ],
    [
      'several arguments',
      'for step in range(9):\n  print("step", step, "loss", loss)',
      'step 3 loss 0.5',
    ],
  ])('reads both from it: %s', (_, text, line) => {
    const pattern = patternOf(text)
    expect(patternProblem(String(pattern))).toBeNull()
    const rows = read(pattern, [line])
    expect(rows).toHaveLength(1)
    expect(rows[0]?.step).toBe(3)
    expect(Object.values(rows[0]?.metrics ?? {})).toEqual([0.5])
  })

  it.each([
    [
      'many lines have one step',
      'for epoch in range(9):\n  for batch in data:\n    print(f"epoch {epoch} loss: {loss}")',
    ],
    [
      'folds begin again',
      'for fold in range(5):\n  fit(fold)\ndef fit(fold):\n  for epoch in range(9):\n    print(f"epoch {epoch} loss: {loss}")',
    ],
    ['a remainder is printed', 'for step in range(9):\n  print(f"step {step % 3} loss: {loss}")'],
    [
      'it is on a line of its own',
      'for epoch in range(9):\n  print(f"epoch {epoch}\\nloss: {loss}")',
    ],
  ])('counts the lines instead where %s', (_, text) => {
    const pattern = patternOf(text)
    expect(read(pattern, ['loss: 0.5'])).toEqual([{ step: null, metrics: { loss: 0.5 } }])
  })
})

describe('what a library prints', () => {
  const bar = '\u001B[1m20/20\u001B[0m \u001B[32m━━━\u001B[0m \u001B[1m1s\u001B[0m 9ms/step'
  const rowsOf = (text: string, lines: readonly string[]) => {
    const { objective, goals } = parse(studyOf(text).text) as {
      objective: { metrics: { from: string; pattern: string }; value?: string }
      goals: readonly unknown[]
    }
    const { from, pattern } = objective.metrics
    expect(from).toBe('pattern')
    expect(patternProblem(pattern)).toBeNull()
    const rows = new PatternReader([pattern]).read(lines)
    return { goals, value: objective.value, rows }
  }
  const compiled = 'LR = 0.1\nm.compile(loss="mse", metrics=["acc"])\n'

  it('is read of the progress bars of Keras, on validation rows once for each epoch', () => {
    const { goals, rows } = rowsOf(`${compiled}m.fit(x, y, validation_split=0.2)\n`, [
      'Epoch 1/2',
      `${bar} - acc: 0.5 - loss: 0.7`,
      `${bar} - acc: 0.5 - loss: 0.7 - val_acc: 0.25 - val_loss: 0.9`,
      'Epoch 2/2',
      '20/20 - 0s - 2ms/step - acc: 0.6 - loss: 0.6 - val_accuracy: 0.75 - val_loss: 0.8',
    ])
    expect(goals).toEqual([{ metric: 'val_accuracy', direction: 'maximize' }])
    expect(rows).toEqual([
      { step: null, metrics: { val_accuracy: 0.25 } },
      { step: null, metrics: { val_accuracy: 0.75 } },
    ])
  })

  it('is the loss of a whole epoch where Keras has no validation rows', () => {
    const { goals, rows } = rowsOf('LR = 0.1\nm.compile(loss="mse")\nm.fit(x, y)\n', [
      'Epoch 1/2',
      `\u001B[1m 1/20\u001B[0m - loss: 9.5`,
      `${bar} - loss: 0.75`,
      'Epoch 2/2',
      `${bar} - loss: 0.5`,
    ])
    expect(goals).toEqual([{ metric: 'loss', direction: 'minimize' }])
    expect(rows).toEqual([
      { step: 1, metrics: { loss: 0.75 } },
      { step: 2, metrics: { loss: 0.5 } },
    ])
  })

  it('is what Keras evaluates at the end, where it does', () => {
    const { rows, value } = rowsOf(`${compiled}m.fit(x, y, verbose=0)\nm.evaluate(x, y)\n`, [
      `${bar} - acc: 0.5 - loss: 0.7`,
    ])
    expect(rows).toEqual([{ step: null, metrics: { accuracy: 0.5 } }])
    expect(value).toBe('last')
  })

  it('is the metric that a callback monitors', () => {
    const monitored = `${compiled}m.fit(x, y, validation_split=0.2, callbacks=[EarlyStopping(monitor="val_loss")])\n`
    const { goals } = rowsOf(monitored, [])
    expect(goals).toEqual([{ metric: 'val_loss', direction: 'minimize' }])
  })

  it.each([
    [
      'import xgboost as xgb\nwatched = [(b, "train"), (c, "eval")]\nxgb.train({"eta": 0.3, "objective": "binary:logistic"}, b, 9, watched)\n',
      '[3]\ttrain-logloss:0.25\teval-logloss:0.5',
      'logloss',
      3,
    ],
    [
      'import xgboost as xgb\nxgb.XGBClassifier(learning_rate=0.3, eval_metric="auc").fit(x, y, eval_set=[(x, y), (v, w)])\n',
      '[3]\tvalidation_0-auc:0.25\tvalidation_1-auc:0.5',
      'auc',
      3,
    ],
    [
      'import lightgbm as lgb\np = {"learning_rate": 0.1, "metric": "rmse"}\nlgb.train(p, a, valid_sets=[b], callbacks=[lgb.log_evaluation(1)])\n',
      "[3]\tvalid_0's rmse: 0.5",
      'rmse',
      3,
    ],
    [
      'import lightgbm as lgb\np = {"learning_rate": 0.1}\nfor i in range(3):\n    lgb.train(p, a, valid_sets=[b], valid_names=["dev"], callbacks=[lgb.log_evaluation(1)])\n',
      "[3]\tdev's l2: 0.5\tdev's l1: 0.7",
      'l2',
      null,
    ],
  ])('is read of the rounds of boosting libraries: %#', (script, line, metric, step) => {
    const { rows } = rowsOf(script, ['[LightGBM] [Info] Start', line])
    expect(rows).toEqual([{ step, metrics: { [metric]: 0.5 } }])
  })

  it.each([
    `${compiled}m.fit(x, y, validation_split=0.2, verbose=0)\n`,
    'import xgboost as xgb\nparams = {"eta": 0.3, "eval_metric": "auc"}\nxgb.train(params, b, evals=[(b, "t")], verbose_eval=False)\n',
    'import lightgbm as lgb\nparams = {"learning_rate": 0.1, "metric": "auc"}\nlgb.train(params, a, valid_sets=[b])\n',
  ])(
    'is no metric where it is silent, and the study cannot run before a goal is named: %#',
    text => {
      const study = studyOf(text)
      expect(study.metric).toBeNull()
      expect(parseSpecification(parse(study.text))).toMatchObject({
        ok: false,
        problems: [{ path: ['goals'] }],
      })
      expect(study.text).toMatch(/# No value that the script prints or logs .*\ngoals:/)
    },
  )

  it('is read from a log where a callback writes one and nothing is printed', () => {
    const text = `${compiled}m.fit(x, y, validation_split=0.2, verbose=0, callbacks=[CSVLogger("log.csv")])\n`
    expect(parse(studyOf(text).text)).toMatchObject({
      objective: { metrics: { from: 'logs' } },
      goals: [{ metric: 'val_accuracy', direction: 'maximize' }],
    })
  })
})
