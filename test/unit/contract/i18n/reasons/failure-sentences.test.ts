import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../../../../src-main/contract/classify-failure.ts'
import { AppError, type ErrorDetails } from '../../../../../src-main/contract/errors.ts'
import { errorText } from '../../../../../src-main/contract/i18n/error-texts.ts'
import type { FailureCode } from '../../../../../src-main/contract/i18n/reasons/failure-sentences.ts'
import { chineseReason } from '../../../../../src-main/contract/i18n/reasons/reason-text.ts'

const broken = { field: 'layers', value: [1, null], rule: 'must be ≥ 1' }
const reason = 'no more of it'

/** Every form that the text of a failure has. */
const samples: { readonly [Code in FailureCode]: readonly ErrorDetails[Code][] } = {
  'training.nonFinite': [{ metric: 'train loss', step: 12, value: '-Infinity' }],
  'training.memory': [{ reason }],
  'training.invalid': [broken, { ...broken, field: 'data.source', value: 'a = 3: b' }],
  'training.gradientWrong': [{ operation: 'Tanh', layer: 'layers.0', error: 0.0312 }],
  'engine.unavailable': [{ engine: 'tensorflow', reason }],
  'engine.notInstalled': [{ engine: 'tensorflow', command: 'tunewright engines install' }],
  'engine.installing': [{ engine: 'webgpu' }],
  'engine.noDevice': [{ engine: 'webgpu', reason }],
  'engine.nonConforming': [
    { engine: 'wasm', cases: ['conv2d', 'matMul'] },
    { engine: 'wasm', cases: ['a'] },
  ],
  'engine.failed': [{ engine: 'tensorflow', status: 8, reason }],
  'data.invalid': [
    { path: '/data/a, b.csv', ...broken },
    { path: 'C:\\data\\a.csv', ...broken, line: 7 },
  ],
  'dataset.notFound': [{ dataset: 'mnist 2' }],
  'file.notFound': [{ path: '/data/x.csv', field: 'objective.data.file' }],
  'file.unreadable': [{ path: '/data/x.csv', reason }],
  'file.exists': [{ path: '/data/x.csv', rule: 'Give another name.' }],
  'file.unwritable': [{ path: '/data/x.csv', reason }],
  'userCode.untrusted': [
    { command: 'python train.py', files: ['train.py', 'model.py'] },
    { command: 'python train.py', files: [] },
  ],
  'userCode.changed': [{ path: 'train.py' }],
  'command.notStarted': [{ command: 'python3', reason }],
  'command.exit': [
    { exitCode: 1, tail: '' },
    { exitCode: 3, tail: 'Traceback:\n  ValueError: 5; x' },
  ],
  'command.signal': [
    { signal: 'SIGKILL', tail: '' },
    { signal: 'SIGSEGV', tail: 'core dumped' },
  ],
  'command.output': [{ limitMegabytes: 64 }],
  'command.processes': [{ limit: 256 }],
  'command.memory': [{ limitMegabytes: 512, usedMegabytes: 700 }],
  'command.diskFull': [{ reason }],
  'command.noValue': [
    { metric: 'loss', reported: [] },
    { metric: 'val loss', reported: ['accuracy', 'f1'] },
  ],
  'command.overran': [{ untilStep: 3, step: 4 }],
  'command.noState': [{ path: '/tmp/state', step: 9 }],
  'command.pattern': [{ limitMs: 200 }],
  'command.lost': [{ reason }],
  'slurm.failed': [{ command: 'sbatch', reason }],
  'program.invalid': [{ program: 'step', ...broken }],
  'protocol.invalid': [{ from: 'trainer', ...broken }],
  'child.gone': [
    { child: 'trainer', reason, exitCode: 1, signal: null },
    { child: 'trainer', reason, exitCode: null, signal: 'SIGKILL' },
  ],
  internal: [{ reason }],
}

describe('the failures of trials', () => {
  it.each(Object.entries(samples))('%s reads in Chinese as its error does', (code, details) => {
    for (const detail of details) {
      const error = new AppError(code as FailureCode, detail)
      const { message } = classifyFailure(error)
      expect(chineseReason(message)).toBe(errorText(error, 'zh-CN').replace(/[.。]$/, ''))
    }
  })

  it('are these codes, whatever trains or evaluates', () => {
    /** Thrown before a trial begins, or by what runs no trial. */
    const elsewhere = /^(specification|study|pack)\.|^(child\.startTimeout|dataset\.inUse)$/
    const folders = 'attempts,training,user-code,running,engines,datasets,networks,processes'
    const thrown = globSync(`src-main/{${folders}}/**/*.ts`).flatMap(file =>
      [...readFileSync(file, 'utf8').matchAll(/new AppError\(\s*'([\w.]+)'/g)].map(
        ([, code = '']) => code,
      ),
    )
    expect(new Set(thrown).size).toBeGreaterThan(20)
    expect(
      [...new Set(thrown)].filter(code => !elsewhere.test(code) && !(code in samples)),
    ).toEqual([])
  })
})
