import { msg } from '../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import {
  type CmaVariant,
  cmaConstants,
  defaultPopulationSize,
} from '../../../../src-main/math/cma-es/constants.ts'
import {
  type CmaState,
  cmaDeviation,
  initialCmaState,
  sampleCma,
  updateCma,
  withinReach,
} from '../../../../src-main/math/cma-es/distribution.ts'
import {
  stoppingMemory,
  stopReason,
  valueStopReason,
} from '../../../../src-main/math/cma-es/stopping.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { expectClose, ranked, referencePoints } from './reference-points.ts'

describe('constants', () => {
  // deap 1.4.4, cma.Strategy(centroid=[0]*5, sigma=1).
  it('equal those of DEAP in five dimensions to 1e-12: classic', () => {
    const constants = cmaConstants(5, defaultPopulationSize(5), 'classic')
    expect(constants.populationSize).toBe(8)
    expect(constants.parentCount).toBe(4)
    expectClose(
      constants.weights,
      [
        0.5299301844787792, 0.2857142857142857, 0.14285714285714282, 0.041498386949792215, 0, 0, 0,
        0,
      ],
      12,
    )
    expect(constants.effectiveParents).toBeCloseTo(2.60017882611318, 12)
    expect(constants.pathRate).toBeCloseTo(0.4444444444444444, 12)
    expect(constants.stepPathRate).toBeCloseTo(0.43397181326609285, 12)
    expect(constants.rankOneRate).toBeCloseTo(0.047292304159400896, 12)
    expect(constants.rankMuRate).toBeCloseTo(0.03816916070385784, 12)
    expect(constants.damping).toBeCloseTo(1.4339718132660928, 12)
    expect(constants.expectedNorm).toBeCloseTo(2.1285237557247996, 12)
  })

  // cmaes 0.13.1, cmaes.CMA(mean=zeros(n), sigma=1).
  it('equal those of the cmaes package in ten dimensions to 1e-12: active', () => {
    const constants = cmaConstants(10, defaultPopulationSize(10), 'active')
    expect(constants.populationSize).toBe(10)
    expectClose(
      constants.weights,
      [
        0.45627264690340597, 0.2707530970017852, 0.1622311171586698, 0.08523354710016448,
        0.025509591835974777, -0.08532086250759853, -0.236476601148097, -0.36741365771166457,
        -0.4829083267842344, -0.5862218287788353,
      ],
      12,
    )
    expect(constants.effectiveParents).toBeCloseTo(3.1672992814107026, 12)
    expect(constants.pathRate).toBeCloseTo(0.29499038303562225, 12)
    expect(constants.rankOneRate).toBeCloseTo(0.015283824524751714, 12)
    expect(constants.rankMuRate).toBeCloseTo(0.02015428276120838, 12)
    expect(constants.stepPathRate).toBeCloseTo(0.2844285879463675, 12)
    expect(constants.damping).toBeCloseTo(1.2844285879463675, 12)
    expect(constants.expectedNorm).toBeCloseTo(3.0847265651690123, 12)
  })
})

describe('update', () => {
  function afterFour(variant: CmaVariant): CmaState {
    let state = initialCmaState(cmaConstants(3, 7, variant), Float64Array.of(0.1, -0.2, 0.3), 0.5)
    for (let generation = 0; generation < 4; generation++) {
      state = updateCma(state, ranked(referencePoints(generation, 7)))
    }
    return state
  }

  // cmaes 0.13.1, four times CMA.tell; it adds 1e-8 to norms that it divides by.
  it('equals the cmaes package over four generations to 1e-8: active', () => {
    const state = afterFour('active')
    expectClose(state.mean, [-0.20118595805044337, 0.13706194652715534, 0.3517989855044463], 8)
    expect(state.sigma).toBeCloseTo(0.24369763108713408, 8)
    expectClose(state.stepPath, [-0.15141186597969875, 0.04857345512861712, 0.1930058904938184], 8)
    expectClose(state.path, [-0.05510367387771664, -0.00803284443352835, 0.11204589943538493], 8)
    expectClose(
      state.covariance,
      [
        1.200806015036385, -0.20025327698513512, -0.10326865943297635, -0.20025327698513506,
        0.8070705028195188, 0.36038501204206, -0.10326865943297632, 0.3603850120420601,
        0.47288765009370715,
      ],
      8,
    )
  })

  // deap 1.4.4, four times Strategy.update.
  it('equals DEAP over four generations to 1e-10: classic', () => {
    const state = afterFour('classic')
    expectClose(state.mean, [-0.20929194366057177, 0.12403137055096856, 0.3772688917473711], 10)
    expect(state.sigma).toBeCloseTo(0.21047178224695698, 10)
    expectClose(
      state.covariance,
      [
        0.872204284155883, -0.20659756227158993, -0.07672640523140721, -0.20659756227158993,
        0.7228478141936107, 0.029277734808215654, -0.07672640523140721, 0.029277734808215654,
        0.5986875335129881,
      ],
      10,
    )
  })

  it('shortens steps that this distribution could not have made', () => {
    const start = initialCmaState(cmaConstants(3, 7, 'active'), Float64Array.of(0, 0, 0), 0.01)
    const far = Array.from({ length: 7 }, (_, i) => Float64Array.of(100 + i, 0, 0))
    const { mean, sigma, covariance } = updateCma(
      start,
      far.map(point => withinReach(start, point)),
    )
    expect(mean[0]).toBeCloseTo(0.01 * (Math.sqrt(3) + 3), 10)
    expect(sigma).toBeLessThan(0.01 * Math.E + 1e-12)
    expect(Math.max(...covariance)).toBeLessThan(10)
  })
})

describe('sampling', () => {
  it('has the covariance σ²·A·C·A: 40,000 points, within four standard errors', () => {
    const base = initialCmaState(cmaConstants(2, 6, 'active'), Float64Array.of(1, -2), 0.5)
    let state = base
    for (let generation = 0; generation < 5; generation++) {
      const points = Array.from({ length: 6 }, (_, i) =>
        Float64Array.of(
          (state.mean[0] as number) + 0.3 * Math.sin(i + generation),
          (state.mean[1] as number) + 0.3 * Math.sin(i + generation + 0.5),
        ),
      )
      state = updateCma(state, points)
    }
    state = { ...state, scale: Float64Array.of(1, 3) }
    const random = createRandomStream({ seed: 2, number: 0, purpose: 'test' })
    const count = 40_000
    const sums = [0, 0, 0]
    for (let k = 0; k < count; k++) {
      const point = sampleCma(state, random)
      const x = ((point[0] as number) - (state.mean[0] as number)) / state.sigma
      const y = ((point[1] as number) - (state.mean[1] as number)) / state.sigma / 3
      ;[x * x, x * y, y * y].forEach(
        (term, index) => (sums[index] = (sums[index] as number) + term),
      )
    }
    const [xx, xy, , yy] = [...state.covariance] as [number, number, number, number]
    const error = (variance: number): number => 4 * Math.sqrt(variance / count)
    expect(Math.abs((sums[0] as number) / count - xx)).toBeLessThan(error(2 * xx * xx))
    expect(Math.abs((sums[1] as number) / count - xy)).toBeLessThan(error(xx * yy + xy * xy))
    expect(Math.abs((sums[2] as number) / count - yy)).toBeLessThan(error(2 * yy * yy))
    expect(cmaDeviation(state, 1)).toBeCloseTo(state.sigma * 3 * Math.sqrt(yy), 12)
  })
})

describe('stopping', () => {
  const constants = cmaConstants(2, 6, 'active')
  const start = initialCmaState(constants, Float64Array.of(0.5, 0.5), 0.2)
  const falling = Array.from({ length: 40 }, (_, index) => 1 / (index + 1))

  const memory = stoppingMemory(2, 6)

  it('goes on while there is progress', () => {
    expect(memory).toBe(20)
    expect(valueStopReason([0.02, 0.5], falling, memory)).toBeNull()
    expect(valueStopReason([1, 1], [1, 1, 1], memory)).toBeNull()
    expect(valueStopReason([Infinity], new Array(40).fill(Infinity).concat(3), memory)).toBeNull()
    expect(stopReason(start, [true, true])).toBeNull()
  })

  it.each([
    ['ending.valuesEqual', [1, 1]],
    ['ending.bestUnchanged', [1, 5]],
  ] as const)('says why: %s', (code, values) => {
    expect(valueStopReason(values, new Array<number>(40).fill(1), memory)).toEqual(msg(code))
  })

  it.each([
    ['ending.smallStepSize', { ...start, sigma: 1e-13 }],
    ['ending.stepWithoutEffect', { ...start, covariance: Float64Array.of(1, 0, 0, 1e-34) }],
    ['ending.degenerate', { ...start, lengths: Float64Array.of(1e-8, 1) }],
  ] as const)('says why: %s', (code, state) => {
    expect(stopReason(state, [true, true])).toEqual(msg(code))
  })
})
