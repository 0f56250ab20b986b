import { expect, it } from 'vitest'
import { parseSpecification } from '../../../../../src-main/core/study/parse-specification.ts'

const parse = (parallelTrials: number) =>
  parseSpecification({
    name: 'wide',
    objective: { function: 'sphere' },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
    stop: { trials: 300 },
    parallelTrials,
  })

it('up to 256 trials may run at once', () => {
  expect(parse(65).ok).toBe(true)
  expect(parse(256)).toMatchObject({ ok: true, specification: { parallelTrials: 256 } })
})

it('more are refused at their place', () => {
  expect(parse(257)).toMatchObject({ ok: false, problems: [{ value: 257 }] })
})
