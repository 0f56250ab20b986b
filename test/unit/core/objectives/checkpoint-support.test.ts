import { expect, it } from 'vitest'
import { notResumableReason } from '../../../../src-main/core/objectives/checkpoint-support.ts'

it.each([
  [{ task: 'tabular' }, null],
  [{ task: 'tabular', hypergradients: {} }, 'hypergradients'],
  [{ function: 'sphere', steps: 9 }, null],
  [{ function: 'sphere' }, 'oneStep'],
  [{ command: ['sh', 'a.sh'], resumes: true }, null],
  [{ command: ['sh', 'a.sh'] }, 'program'],
  [{ module: 'train.ts', resumes: false }, 'program'],
])('says why no trial of %j goes on: %s', (objective, reason) => {
  expect(notResumableReason(objective)).toBe(reason)
})
