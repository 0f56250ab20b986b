import { describe, expect, it } from 'vitest'
import {
  isStillImproving,
  stillImproving,
} from '../../../../src-main/analysis/curves/still-improving.ts'
import { epochsOf, spaceWithMoreEpochs } from '../../../../src-main/core/study/more-epochs.ts'
import type { SpaceSpecification } from '../../../../src-main/core/study/space-specification.ts'
import type { Curve } from '../../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

/** 1 − exp(−t/τ) with noise. @param tau as a share of the training @param correlation of the noise of an epoch and the next */
interface Simulated {
  readonly epochs: number
  readonly tau: number
  readonly noise: number
  readonly correlation?: number
}

function curvesOf({ epochs, tau, noise, correlation = 0 }: Simulated, count: number): Curve[] {
  return Array.from({ length: count }, (_, number) => {
    const stream = createRandomStream({ seed: 1, number, purpose: 'simulated curves' })
    let deviation = stream.normal()
    const values = Array.from({ length: epochs }, (_epoch, at) => {
      deviation =
        correlation * deviation +
        Math.sqrt(1 - correlation ** 2) * (at === 0 ? deviation : stream.normal())
      return 1 - Math.exp(-(at + 1) / (tau * epochs)) + noise * deviation
    })
    return { steps: values.map((_value, at) => at + 1), values }
  })
}

/** Share of simulated trainings that are said to improve still. */
function rate(simulated: Simulated): number {
  const curves = curvesOf(simulated, 400)
  return curves.filter(curve => isStillImproving(curve, 'maximize')).length / curves.length
}

describe('whether a training still improves at its end', () => {
  it.each([10, 20, 40, 100])('is seldom said of one of %i epochs that has converged', epochs => {
    for (const noise of [0, 0.02, 0.05])
      expect(rate({ epochs, tau: 0.08, noise })).toBeLessThan(0.05)
    expect(rate({ epochs, tau: 0.08, noise: 0.05, correlation: 0.5 })).toBeLessThan(0.12)
  })

  it.each([5, 10, 20, 40, 100])('is said of one of %i epochs that was cut off', epochs => {
    for (const tau of [0.5, 1]) {
      expect(rate({ epochs, tau, noise: 0 })).toBe(1)
      expect(rate({ epochs, tau, noise: 0.02 })).toBeGreaterThan(0.8)
      expect(rate({ epochs, tau, noise: 0.05 })).toBeGreaterThan(0.3)
    }
  })

  it('is a matter of the direction, and of the best being among the last reports', () => {
    const steps = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    const rising = { steps, values: steps.map(step => step / 10) }
    expect(isStillImproving(rising, 'maximize')).toBe(true)
    expect(isStillImproving(rising, 'minimize')).toBe(false)
    const turned = { steps, values: [9, 7, 5, 4, 3, 2, 1, 2, 3, 4] }
    expect(isStillImproving(turned, 'minimize')).toBe(false)
    expect(isStillImproving({ steps, values: steps.map(() => 0.5) }, 'maximize')).toBe(false)
  })

  it('is not said of few reports, nor of those that are no numbers', () => {
    expect(isStillImproving({ steps: [], values: [] }, 'maximize')).toBe(false)
    expect(isStillImproving({ steps: [1, 2, 3, 4], values: [1, 2, 3, 4] }, 'maximize')).toBe(false)
    const broken = { steps: [1, 2, 3, 4, 5], values: [1, 2, Number.NaN, 4, 5] }
    expect(isStillImproving(broken, 'maximize')).toBe(false)
  })
})

describe('the best trials of a study', () => {
  const space: SpaceSpecification = { epochs: { fixed: 10 } }
  const specification = {
    goals: [{ metric: 'validationAccuracy', direction: 'maximize' as const }],
    space,
  }
  const steps = Array.from({ length: 10 }, (_, at) => at + 1)
  const rising = { steps, values: steps.map(step => step / 20) }
  const flat = { steps, values: steps.map(step => (step < 3 ? 0.1 : 0.3)) }
  const trials = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4].map((value, number) => ({
    number,
    state: 'complete' as const,
    values: [value],
    constraints: [],
    parameters: { epochs: 10 },
  }))

  it('are counted where most of the five best improve', () => {
    const said = (improving: readonly number[]) =>
      stillImproving(specification, trials, number => (improving.includes(number) ? rising : flat))
    expect(said([0, 1, 3])).toEqual({ improving: 3, trials: 5 })
    expect(said([0, 1, 2, 3, 4, 5])).toEqual({ improving: 5, trials: 5 })
    expect(said([0, 1, 5])).toBeNull()
    expect(said([])).toBeNull()
  })

  it('say nothing where training ended before its epochs, trials are few, or there are no epochs', () => {
    const ended = { steps: steps.slice(0, 9), values: rising.values.slice(0, 9) }
    expect(stillImproving(specification, trials, () => ended)).toBeNull()
    expect(stillImproving(specification, trials.slice(0, 2), () => rising)).toBeNull()
    const rounds = { ...specification, space: { rounds: { fixed: 10 } } }
    expect(stillImproving(rounds, trials, () => rising)).toBeNull()
    expect(stillImproving(specification, trials, () => undefined)).toBeNull()
  })
})

describe('a space with more epochs', () => {
  it.each<[SpaceSpecification, SpaceSpecification | null]>([
    [{ epochs: { fixed: 5 } }, { epochs: { fixed: 10 } }],
    [{ epochs: { fixed: 9_000 } }, { epochs: { fixed: 10_000 } }],
    [{ epochs: { int: [2, 20], log: true } }, { epochs: { int: [2, 40], log: true } }],
    [{ epochs: { fixed: 10_000 } }, null],
    [{ epochs: { choice: [5, 10] } }, null],
    [{ rate: { float: [0, 1] } }, null],
  ])('of %j is %j', (space, expected) => {
    expect(spaceWithMoreEpochs(space)).toEqual(expected)
  })

  it('knows the epochs of a trial', () => {
    expect(epochsOf({ epochs: { int: [2, 20] } }, { parameters: { epochs: 7 } })).toBe(7)
    expect(epochsOf({ epochs: { fixed: 5 } }, { parameters: {} })).toBe(5)
    expect(
      epochsOf(
        {
          family: { choice: ['network', 'forest'] },
          epochs: { fixed: 5, when: { family: 'network' } },
        },
        { parameters: { family: 'forest' } },
      ),
    ).toBeNull()
  })
})
