import { describe, expect, it } from 'vitest'
import { cmaConstants } from '../../../../src-main/math/cma-es/constants.ts'
import { initialCmaState, updateCma } from '../../../../src-main/math/cma-es/distribution.ts'
import {
  adaptLearningRates,
  initialLearningRates,
} from '../../../../src-main/math/cma-es/learning-rates.ts'
import {
  type OnePlusLambda,
  targetSuccessRate,
  updateOnePlusLambda,
} from '../../../../src-main/math/cma-es/one-plus-lambda.ts'
import { cost, expectClose, ranked, referencePoints } from './reference-points.ts'

describe('(1+λ)', () => {
  function start(parent: readonly number[]): OnePlusLambda {
    const mean = Float64Array.from(parent)
    const cma = initialCmaState(cmaConstants(3, 4, 'classic'), mean, 0.5)
    return { cma, successRate: targetSuccessRate(4) }
  }

  function after(state: OnePlusLambda, children: readonly Float64Array[]): OnePlusLambda {
    const parent = cost(state.cma.mean)
    const successes = children.filter(child => cost(child) <= parent).length
    const [best] = ranked(children)
    return updateOnePlusLambda(state, state.cma, best as Float64Array, successes, children.length)
  }

  // deap 1.4.4, cma.StrategyOnePlusLambda(parent, 0.5, lambda_=4), five times update.
  it('equals DEAP to 1e-12 while successes are few', () => {
    let state = start([0.1, -0.2, 0.3])
    for (let generation = 0; generation < 5; generation++) {
      const offset = [0.3 * (generation % 2), 0.1, 0.2]
      const { mean } = state.cma
      state = after(
        state,
        referencePoints(generation, 4).map(point =>
          point.map(
            (value, j) =>
              (mean[j] as number) + 0.3 * 0.7 ** generation * (value - (offset[j] as number)),
          ),
        ),
      )
    }
    expectClose(
      state.cma.mean,
      [-0.16370769693138093, 0.012715976451380936, 0.2172525880260233],
      12,
    )
    expect(state.cma.sigma).toBeCloseTo(0.6902972507188218, 12)
    expect(state.successRate).toBeCloseTo(0.182373046875, 12)
    expectClose(
      state.cma.path,
      [-0.2888774481483073, 0.16500354207656237, 0.009611341105661746],
      12,
    )
    expectClose(
      state.cma.covariance,
      [
        0.6716324250031455, -0.013295919601883786, 0.0026225576617760426, -0.013295919601883786,
        0.6642600972252595, -0.008120445844158344, 0.0026225576617760426, -0.008120445844158344,
        0.6601160590327491,
      ],
      12,
    )
  })

  it('equals DEAP to 1e-12 while successes abound', () => {
    let state = start([0.9, -0.6, 0.8])
    for (let generation = 0; generation < 6; generation++) {
      const speed = [1, 0.5 + 0.1 * generation, 0.8]
      const { mean } = state.cma
      state = after(
        state,
        [1, 2, 3, 4].map(k =>
          mean.map((value, j) => value + 0.1 * (k / 4) * (0.3 - value) * (speed[j] as number)),
        ),
      )
    }
    expectClose(state.cma.mean, [0.6188646, -0.26318184467999994, 0.6031775006719999], 12)
    expect(state.cma.sigma).toBeCloseTo(6.533793851912587, 12)
    expect(state.successRate).toBeCloseTo(0.8516845703125, 12)
    expectClose(
      state.cma.path,
      [-0.007464960000000005, 0.005598720000000005, -0.004976640000000004],
      12,
    )
    expectClose(
      state.cma.covariance,
      [
        0.6792396541786552, -0.0011555019045703012, 0.00102711280406249, -0.0011555019045703012,
        0.678565611400989, -0.0007703346030468677, 0.00102711280406249, -0.0007703346030468677,
        0.6783837268419364,
      ],
      12,
    )
  })
})

describe('learning rate adaptation', () => {
  // cmaes 0.13.1, CMA(mean, 0.5, population_size=7, lr_adapt=True), six times tell; it adds 1e-8 to norms.
  it('equals the cmaes package over six generations to 1e-7', () => {
    let state = initialCmaState(cmaConstants(3, 7, 'active'), Float64Array.of(0.1, -0.2, 0.3), 0.5)
    let rates = initialLearningRates(3)
    for (let generation = 0; generation < 6; generation++) {
      const updated = updateCma(state, ranked(referencePoints(generation, 7)))
      const followed = adaptLearningRates(rates, state, updated)
      state = followed.state
      rates = followed.rates
    }
    expectClose(state.mean, [-0.37903965116764415, 0.3060845255389342, 0.3043992142290027], 7)
    expect(state.sigma).toBeCloseTo(0.2875847565779377, 7)
    expect(rates.mean.rate).toBeCloseTo(0.640573212356441, 7)
    expect(rates.covariance.rate).toBeCloseTo(0.8456450465994945, 7)
    expectClose(
      state.covariance,
      [
        1.882394543427494, -0.3887797768073702, -0.09587358263469026, -0.3887797768073702,
        1.3059400798391003, 0.550545384357514, -0.09587358263469026, 0.550545384357514,
        0.6681489399299527,
      ],
      7,
    )
  })
})
