import { describe, expect, it } from 'vitest'
import {
  type StudySpecification,
  studySpecificationSchema,
} from '../../../../src-main/core/study/study-specification.ts'
import { stepsOf } from '../../../../src-main/core/study/training-steps.ts'
import { studyCapabilities } from '../../../../src-main/search/study-capabilities.ts'
import type { Assignment } from '../../../../src-main/core/trial/trial.ts'

const withCapabilities = (specification: StudySpecification) => ({
  specification,
  capabilities: studyCapabilities(specification),
})

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
    expect(stepsOf(withCapabilities(study), { parameters: {} })).toBe(steps)
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
    const steps = (parameters: Assignment): number | null =>
      stepsOf(withCapabilities(families), { parameters })
    expect(steps({ family: 'network', epochs: 60 })).toBe(60)
    expect(steps({ family: 'boosting', rounds: 1_000 })).toBe(1_000)
    expect(steps({ family: 'linear' })).toBeNull()
  })
  it('is what the sampler or the pruner says where nothing else does', () => {
    const study = studySpecificationSchema.parse({
      name: 'curves',
      objective: { task: 'tabular', data: { file: 'a.csv', target: 'b' } },
      goals,
      stop,
      space: { x: { float: [0, 1] } },
    })
    const halving = { ...study, pruner: { name: 'asha', maxResource: 27 } }
    expect(stepsOf(withCapabilities(halving), { parameters: {} })).toBe(27)
    const freezeThaw = { ...study, sampler: { name: 'freezeThaw', steps: 12 } }
    expect(stepsOf(withCapabilities(freezeThaw), { parameters: {} })).toBe(12)
  })
})
