import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../src-main/core/values/json.ts'
import type { Assignment } from '../../../../../src-main/core/trial/trial.ts'
import {
  cube,
  numbersOf,
  type Simulated,
  type Simulation,
  simulateStudy,
} from '../../../../helpers/simulate-study.ts'

function study(simulation: Partial<Simulation>): Simulated {
  return simulateStudy({
    sampler: 'pso',
    space: cube(2, 0, 1),
    trials: 600,
    objective: p => towards(p, [0.3, 0.3]),
    ...simulation,
  })
}

function towards(parameters: Assignment, target: readonly number[]): number {
  return numbersOf(parameters).reduce((sum, x, axis) => sum + (x - (target[axis] ?? 0)) ** 2, 0)
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number

/** Numbers of the trials of one swarm that moved a particle. */
function movesOf({ details }: Simulated, swarm: number): number[] {
  return [...details.keys()].filter(
    number => details[number]?.['swarm'] === swarm && details[number]['particle'] !== null,
  )
}

describe('several swarms', () => {
  it('move swarm after swarm, each pulled by its own best only', () => {
    const { details } = study({ options: { swarms: 3, particles: 4 }, trials: 200 })
    details.forEach(({ swarm, particle, neighborsBest: neighborsBest }, number) => {
      expect(particle).toBe(number % 12)
      expect(swarm).toBe(Math.floor((number % 12) / 4))
      if (neighborsBest === null) return
      expect(details[neighborsBest as number]?.['swarm']).toBe(swarm)
    })
  })

  it('find two equally good places, where one swarm finds one of them', () => {
    const optima = [
      [0.2, 0.25],
      [0.8, 0.7],
    ]
    const objective = (p: Assignment): number =>
      Math.min(...optima.map(optimum => towards(p, optimum)))
    const countReached = (swarms: number, seed: number): number => {
      const { trials } = study({ objective, seed, options: { swarms, restart: false } })
      return optima.filter(optimum => trials.some(t => towards(t.parameters, optimum) < 1e-4))
        .length
    }
    const seeds = Array.from({ length: 10 }, (_, seed) => seed)
    expect(seeds.filter(seed => countReached(2, seed) === 2).length).toBeGreaterThanOrEqual(9)
    expect(seeds.filter(seed => countReached(1, seed) === 2).length).toBeLessThanOrEqual(2)
  })

  it('the worse of two that meet begins anew, and so does the worst when all have settled', () => {
    const result = study({ options: { swarms: 2, particles: 5 } })
    const starts = result.details.filter(
      ({ neighborsBest: neighborsBest }, number) => number >= 10 && neighborsBest === null,
    )
    // One good place only: whoever comes second is sent away, again and again.
    expect(starts.length).toBeGreaterThan(20)
    expect(result.best).toBeLessThan(1e-6)
    const late = [0, 1].map(swarm =>
      median(
        movesOf(result, swarm)
          .slice(-50)
          .map(number => result.trials[number]?.values[0] ?? 1),
      ),
    )
    expect(Math.min(...late)).toBeLessThan(1e-4)
    expect(Math.max(...late)).toBeGreaterThan(1e-3)
  })
})

describe('a problem that changes', () => {
  const period = 150
  const optimumAt = (number: number): readonly number[] => {
    const turn = Math.floor(number / period)
    return [0.5 + 0.4 * Math.cos(2.4 * turn), 0.5 + 0.4 * Math.sin(2.4 * turn)]
  }
  // The deepest place comes first, so that what was true then misleads later.
  const objective = (p: Assignment, number: number): number =>
    towards(p, optimumAt(number)) + 0.05 * Math.floor(number / period)

  /** Mean distance of the last 30 trials of each period from where the minimum then is. */
  function distance({ trials }: Simulated): number {
    const late = trials.filter(({ number }) => number % period >= period - 30)
    return (
      late.reduce(
        (sum, { parameters, number }) => sum + towards(parameters, optimumAt(number)),
        0,
      ) / late.length
    )
  }

  it('is followed with changeBeyond, which plain swarms cannot', () => {
    const ratios = Array.from({ length: 10 }, (_, seed) => {
      const run = (options: JsonObject): number =>
        distance(study({ objective, seed, options, trials: 6 * period }))
      return run({ changeBeyond: 0 }) / run({})
    })
    expect(ratios.filter(ratio => ratio < 0.3).length).toBeGreaterThanOrEqual(8)
  })

  it('is watched by one trial per swarm and round, at the best place', () => {
    const options = { swarms: 2, particles: 4, changeBeyond: 0 }
    const { details, trials, provenances } = study({ objective, options })
    const again = [...details.keys()].filter(number => details[number]?.['particle'] === null)
    expect(again.slice(0, 4)).toEqual([8, 13, 18, 23])
    for (const number of again) {
      const best = details[number]?.['neighborsBest'] as number | null
      if (best === null) continue
      expect(trials[number]?.parameters).toEqual(trials[best]?.parameters)
    }
    const cloud = provenances.filter(({ reason }) => reason.code === 'proposal.particleRestarts')
    expect(cloud.length).toBeGreaterThan(9)
  })

  it('that does not change, or by less than the tolerance, costs the extra trials only', () => {
    const wobbling = (p: Assignment, number: number): number =>
      towards(p, [0.3, 0.3]) + 0.001 * Math.sin(number)
    const { provenances, trials } = study({
      objective: wobbling,
      options: { changeBeyond: 0.01 },
    })
    expect(provenances.some(({ reason }) => reason.code === 'proposal.particleRestarts')).toBe(
      false,
    )
    expect(Math.min(...trials.map(t => towards(t.parameters, [0.3, 0.3])))).toBeLessThan(0.001)
  })

  it('whose best place fails the second time is left alone', () => {
    const failing = (p: Assignment, number: number): number | null =>
      number % 11 === 0 ? null : towards(p, [0.3, 0.3])
    expect(study({ objective: failing, options: { changeBeyond: 0 } }).best).toBeLessThan(0.001)
  })
})
