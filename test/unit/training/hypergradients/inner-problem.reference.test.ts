import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import type { Engine } from '../../../../src-main/training/compiled/compiled-function.ts'
import {
  constantStep,
  descendImplicitly,
  descendSchedule,
  implicitProblem,
  scheduleProblem,
} from '../../../helpers/reference-descents.ts'

/** Within 1 %. */
function requireWithin(value: number | undefined, wanted: number): void {
  const off = Math.abs((value ?? Number.NaN) / wanted - 1)
  expect(off, `${value ?? 'nothing'} instead of ${wanted}`).toBeLessThan(0.01)
}

/** The first steps; `npm run bench:gradient-reference` goes all the way. */
describe('hypergradients reach the results of the reference run on digits', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await loadEngine('wasm')
  })
  afterAll(() => {
    engine.dispose()
  })

  it('A: one L2 weight, near the optimum of the grid', { timeout: 120_000 }, async () => {
    const { compiled, valuesAt } = implicitProblem(engine, false)
    const at = async (log: number) => {
      const values = valuesAt([log])
      const fit = await compiled.fit(values, { start: new Float32Array(650), tolerance: 1e-6 })
      const { validationLoss, holdoutLoss } = await compiled.evaluate(fit.weights)
      const { gradient } = await compiled.gradient(values, fit.weights)
      return { validationLoss, holdoutLoss, slope: (gradient.decay[0] as number) * Math.exp(log) }
    }
    const best = await at(-9.6)
    requireWithin(best.validationLoss, 0.12195)
    requireWithin(best.holdoutLoss as number, 0.13518)
    requireWithin((await at(-4)).slope, 0.27337)
    requireWithin((await at(-8.6)).slope, 0.0138176)
    compiled.dispose()
  })

  it('A: from −2 the way of the reference run', { timeout: 120_000 }, async () => {
    const losses = await descendImplicitly(engine, [-2], 12, 0.5)
    const wanted = [1.42632, 1.176, 0.945445, 0.752655, 0.600801, 0.484573, 0.396348]
    wanted.forEach((loss, step) => {
      requireWithin(losses[step]?.validation, loss)
    })
    requireWithin(losses[11]?.validation, 0.185544)
  })

  it('B: an L2 weight per pixel, the first steps', { timeout: 120_000 }, async () => {
    const losses = await descendImplicitly(engine, new Array<number>(64).fill(-9.6), 11, 0.3)
    requireWithin(losses[0]?.validation, 0.12195)
    requireWithin(losses[10]?.validation, 0.0487944)
  })

  it('C: 50 step sizes of 50 momentum steps, 20 outer steps', { timeout: 120_000 }, async () => {
    const { compiled, valuesAt } = scheduleProblem(engine)
    const constant = await compiled.value(
      valuesAt(new Array<number>(50).fill(Math.log(constantStep))),
    )
    requireWithin(constant.validationLoss, 0.130327)
    requireWithin(constant.holdoutLoss as number, 0.143695)
    compiled.dispose()
    const { losses, firstGradient } = await descendSchedule(engine, 20)
    requireWithin(firstGradient[7], -0.0037640766)
    requireWithin(Math.min(...losses.map(({ validation }) => validation)), 0.131536)
  })
})
