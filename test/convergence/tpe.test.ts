import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../src-main/core/study/space-specification.ts'
import type { TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { mannWhitney } from '../../src-main/math/statistics/mann-whitney.ts'
import { testFunctions } from '../../src-main/math/test-functions/test-functions.ts'
import { askSampler, createSamplerOf } from '../helpers/propose-trials.ts'

const SEEDS = 30

type Preset = 'tunewright' | 'optuna-5' | 'random'

/** Best value minus the known minimum after `trials` trials, for each seed, from low to high. */
function regrets(preset: Preset, name: string, dimension: number, trials: number): number[] {
  const testFunction = testFunctions[name]
  if (testFunction === undefined) throw new Error(`no function ${name}`)
  const names = Array.from({ length: dimension }, (_, index) => `x${index}`)
  const space: SpaceSpecification = Object.fromEntries(
    names.map((key, index) => [
      key,
      { float: [...testFunction.bounds(index)] as [number, number] },
    ]),
  )
  return Array.from({ length: SEEDS }, (_, seed) => {
    const method =
      preset === 'random' ? { sampler: 'random' } : { sampler: 'tpe', options: { preset } }
    const plan = { ...method, space, seed, trials }
    const sampler = createSamplerOf(plan)
    const history: TrialSnapshot[] = []
    let best = Number.POSITIVE_INFINITY
    for (let number = 0; number < trials; number++) {
      const answer = askSampler(sampler, plan, history, number)
      if ('exhausted' in answer) throw new Error('the search never ends')
      const { parameters } = answer
      const value = testFunction.evaluate(names.map(key => Number(parameters[key])))
      history.push({ number, state: 'complete', parameters, values: [value], reports: [] })
      best = Math.min(best, value)
    }
    return best - testFunction.minimum(dimension)
  }).sort((a, b) => a - b)
}

/** Optuna's own: sorted regrets of 50 other seeds (test/fixtures/optuna/tpe_regrets.py). */
const optuna = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../fixtures/optuna/tpe-regrets.json'), 'utf8'),
) as { readonly trials: number; readonly regrets: Readonly<Record<string, readonly number[]>> }

describe('tpe', () => {
  it.each([
    ['branin', 2],
    ['hartmann6', 6],
    ['rosenbrock', 5],
  ])('%s: is not behind Optuna after 100 trials', (name, size) => {
    const theirs = optuna.regrets[name] ?? []
    const ours = regrets('tunewright', name, size, optuna.trials)
    expect(mannWhitney(ours, theirs).greater).toBeGreaterThan(0.01)
  })

  it.each([
    ['branin', 2],
    ['hartmann6', 6],
    ['rosenbrock', 5],
  ])('%s: with the settings of Optuna 5, its regrets are those of Optuna 5', (name, size) => {
    const theirs = optuna.regrets[name] ?? []
    const ours = regrets('optuna-5', name, size, optuna.trials)
    expect(mannWhitney(ours, theirs).twoSided).toBeGreaterThan(0.01)
  })

  it('tells a search at random from Optuna by the same test', () => {
    const theirs = optuna.regrets['hartmann6'] ?? []
    const ours = regrets('random', 'hartmann6', 6, optuna.trials)
    expect(mannWhitney(ours, theirs).greater).toBeLessThan(0.001)
  })
})
