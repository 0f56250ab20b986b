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
`)
    const study = parse(text) as Record<string, unknown>
    expect(parseSpecification(study)).toMatchObject({ ok: true })
    expect(study).toMatchObject({
      objective: {
        command: [
          'python3',
          'tunewright_run.py',
          '--switch=--nesterov={nesterov}',
          '--switch=--no-augment={no_augment}',
          'train.py',
        ],
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
