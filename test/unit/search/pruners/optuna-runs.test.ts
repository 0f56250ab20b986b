import { expect, it } from 'vitest'
import { createPruner, stoppingSteps } from '../../../helpers/stopping-steps.ts'

/** Trial i reports level/√step at every `gap`-th step up to `last`. */
function run(
  entry: { readonly name: string; readonly [option: string]: unknown },
  levels: readonly number[],
  {
    last,
    gap = 1,
    direction = 'minimize',
    studyName = 'abc',
  }: {
    last: number
    gap?: number
    direction?: 'minimize' | 'maximize'
    studyName?: string
  },
): (number | null)[] {
  const sign = direction === 'minimize' ? 1 : -1
  const curves = levels.map(level =>
    Array.from({ length: Math.floor(last / gap) }, (_, index) => {
      const step = (index + 1) * gap
      return { step, value: (sign * level) / Math.sqrt(step) }
    }),
  )
  return stoppingSteps(createPruner(entry, { direction, studyName }), curves)
}

const few = [1, 0.8, 1.2, 0.5, 0.9, 0.7, 0.45, 1.1]
const many = [...few, 0.3, 0.85, 0.6, 0.4]
const no = null

// Every row below was recorded from Optuna.
it.each([
  [
    { name: 'successiveHalving', minResource: 1, reductionFactor: 2 },
    [no, no, 1, no, 1, no, no, 1],
  ],
  [{ name: 'successiveHalving', minResource: 1, reductionFactor: 3 }, [no, no, 1, no, 1, 3, no, 1]],
  [
    { name: 'median', startupTrials: 2, warmupSteps: 0, minMargin: 0 },
    [no, no, 1, no, 1, no, no, 1],
  ],
  [
    {
      name: 'percentile',
      percentile: 25,
      startupTrials: 2,
      warmupSteps: 2,
      minMargin: 0,
      intervalSteps: 3,
    },
    [no, no, 2, no, 2, 2, no, 2],
  ],
  [{ name: 'wilcoxon' }, [no, no, 4, no, 4, 4, no, 4]],
])('%j stops the trials that Optuna stops', (entry, expected) => {
  expect(run(entry, few, { last: 9 })).toEqual(expected)
  expect(run(entry, few, { last: 9, direction: 'maximize' })).toEqual(expected)
})

it.each([
  // One report crosses several rungs: a trial stopped in one of them is in none above.
  [5, { minResource: 1, reductionFactor: 2 }, [no, no, 5, no, 5, no, no, 5, no, 5, 5, no]],
  // auto: the first complete trial is not counted.
  [3, { reductionFactor: 3 }, [no, no, 3, no, 3, 3, no, 3, no, 3, 3, 3]],
  [1, {}, [no, no, 1, no, 1, 1, no, 1, no, 1, 1, 4]],
  [
    1,
    { minResource: 1, reductionFactor: 2, bootstrapCount: 2 },
    [1, 1, 1, 2, 1, 2, 4, 1, 4, 1, 2, 4],
  ],
  [
    1,
    { minResource: 2, reductionFactor: 2, earlyStoppingRate: 1 },
    [no, no, 4, no, 4, no, no, 4, no, 4, 8, no],
  ],
])('halving with a report every %i steps and %j does as Optuna', (gap, options, expected) => {
  expect(run({ name: 'successiveHalving', ...options }, many, { last: 30, gap })).toEqual(expected)
})

it.each([
  ['abc', { maxResource: 27 }, [no, no, 1, no, 1, no, no, 3, no, 3, 1, no]],
  ['abc', {}, [no, no, no, no, 1, no, no, 3, no, 3, 1, no]],
  ['研究', { maxResource: 27 }, [no, no, 3, no, no, 1, no, 1, no, 3, 1, 3]],
  ['研究', {}, [no, no, 3, no, no, 1, no, 1, no, 3, 1, 3]],
])('hyperband of study %s with %j does as Optuna', (studyName, options, expected) => {
  const entry = { name: 'hyperband', compat: 'optuna', ...options }
  expect(run(entry, many, { last: 27, studyName })).toEqual(expected)
})
