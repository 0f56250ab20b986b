import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import { latinHypercubeSampler } from '../../../../../src-main/search/samplers/latin-hypercube/latin-hypercube.ts'
import { proposeTrials, samplerContextOf } from '../../../../helpers/propose-trials.ts'

const space: SpaceSpecification = {
  x0: { float: [0, 1] },
  x1: { float: [0, 1] },
  x2: { float: [0, 1] },
  x3: { float: [0, 1] },
}

function design(trials: number, seed: number, options = {}): number[][] {
  const plan = { sampler: 'latinHypercube', options, space, trials, seed }
  return proposeTrials(plan).proposals.map(
    ({ parameters }) => Object.values(parameters) as number[],
  )
}

describe('latinHypercube', () => {
  it.each([7, 20])('uses every share of every parameter once in %i trials', rows => {
    const rowsOf = design(3 * rows, 5, { trials: rows })
    for (const cubeNumber of [0, 1, 2]) {
      const block = rowsOf.slice(cubeNumber * rows, (cubeNumber + 1) * rows)
      for (let axis = 0; axis < 4; axis++) {
        const shares = block.map(point => Math.floor((point[axis] as number) * rows))
        expect(new Set(shares).size).toBe(rows)
      }
    }
  })

  it('takes the number of trials from the stop rule, or refuses to guess', () => {
    const context = samplerContextOf({ sampler: 'latinHypercube', space, trials: 12 })
    const options = latinHypercubeSampler.optionsSchema.parse({})
    expect(latinHypercubeSampler.check(options, context)).toEqual([])
    expect(latinHypercubeSampler.check(options, { ...context, trialBudget: null })).toMatchObject([
      { path: ['sampler', 'trials'] },
    ])
    const shares = design(12, 1).map(point => Math.floor((point[0] ?? 0) * 12))
    expect(new Set(shares).size).toBe(12)
  })

  it('centers values on request', () => {
    for (const value of design(4, 2, { centered: true }).flat()) {
      expect([0.125, 0.375, 0.625, 0.875]).toContain(value)
    }
  })
})
