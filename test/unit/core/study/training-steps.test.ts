import { describe, expect, it } from 'vitest'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import { stepsOf } from '../../../../src-main/core/study/training-steps.ts'
import type { Assignment } from '../../../../src-main/core/trial/trial.ts'

const goals = [{ metric: 'validationLoss', direction: 'minimize' as const }]
const stop = { trials: 5 }

describe('stepsOf', () => {
  it.each([
    [{ steps: 8 }, 8],
    [{}, 1],
  ])('of a function %j is %i', (options, steps) => {
    const objective = { function: 'branin', ...options }
    const space = { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
    const study = studySpecificationSchema.parse({ name: 'f', objective, goals, stop, space })
    expect(stepsOf(study, { parameters: {} })).toBe(steps)
  })

  it('is what the family of the trial has', () => {
    const families = studySpecificationSchema.parse({
      name: 'families',
      objective: { task: 'tabular', data: { file: 'a.csv', target: 'b' } },
      goals,
      stop,
      space: {
        family: { choice: ['network', 'boosting', 'linear'] },
        epochs: { fixed: 60, when: { family: 'network' } },
        rounds: { fixed: 1_000, when: { family: 'boosting' } },
      },
    })
    const steps = (parameters: Assignment): number | null => stepsOf(families, { parameters })
    expect(steps({ family: 'network', epochs: 60 })).toBe(60)
    expect(steps({ family: 'boosting', rounds: 1_000 })).toBe(1_000)
    expect(steps({ family: 'linear' })).toBeNull()
  })
})
