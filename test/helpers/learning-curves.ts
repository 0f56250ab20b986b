import type { Report, TrialSnapshot, TrialState } from '../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { deepFreeze } from './deep-freeze.ts'

/** Learning curves that fall at different speeds to different levels, a few of them broken. */
export function learningCurves(count: number, steps: number, seed = 1): Report[][] {
  return Array.from({ length: count }, (_, number) => {
    const random = createRandomStream({ seed, number, purpose: 'curve' })
    const level = random.uniform()
    const speed = 1 + 9 * random.uniform()
    return Array.from({ length: steps }, (_unused, index) => {
      const value = level + Math.exp(-(speed * (index + 1)) / steps) + 0.02 * random.normal()
      const broken = number % 17 === 5 && index > steps / 2
      return { step: index + 1, value: broken ? Number.NaN : value }
    })
  })
}

/** A trial that reported these values of its first metric. */
export function trialOfCurve(
  number: number,
  state: TrialState,
  reports: readonly Report[],
): TrialSnapshot {
  const last = reports.at(-1)
  return {
    number,
    state,
    parameters: { x: number },
    values: state === 'running' || last === undefined ? [] : [last.value],
    reports,
    // A second metric that always improves, at different speeds.
    further: {
      trainLoss: reports.map(({ step }) => ({ step, value: 1 / (1 + step * (1 + (number % 5))) })),
    },
  }
}

let manyTrials: readonly TrialSnapshot[] | null = null

/** 10,000 ended trials of 100 steps, frozen; drawn once, for that takes longer than any pruner takes to read them. */
export function manyTrialsOfCurves(): readonly TrialSnapshot[] {
  manyTrials ??= deepFreeze(
    learningCurves(10_000, 100, 4).map((reports, number) =>
      trialOfCurve(number, number % 3 === 0 ? 'complete' : 'pruned', reports),
    ),
  )
  return manyTrials
}
