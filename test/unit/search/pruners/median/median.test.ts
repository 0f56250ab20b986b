import { msg } from '../../../../../src-main/core/errors/message.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Report, TrialSnapshot, TrialState } from '../../../../../src-main/core/trial/trial.ts'
import {
  medianOptionsSchema,
  type MedianOptions,
  medianPruner,
} from '../../../../../src-main/search/pruners/median/median.ts'

function snapshot(number: number, state: TrialState, reports: readonly Report[]): TrialSnapshot {
  return { number, state, parameters: {}, values: [], reports }
}

function curve(...values: number[]): Report[] {
  return values.map((value, index) => ({ step: index + 1, value }))
}

/** Without warm-up and margin, as Optuna judges, where the options name none. */
function createMedian(
  options: Partial<MedianOptions> = {},
  direction: 'minimize' | 'maximize' = 'minimize',
) {
  const isShare = options.warmupShare !== undefined
  const plain = { minMargin: 0, ...(isShare ? {} : { warmupSteps: 0 }) }
  return medianPruner.create(medianOptionsSchema.parse({ ...plain, ...options }), {
    direction,
    goals: [{ metric: 'value', direction }],
    studyName: 'x',
  })
}

/** Whether the median of `others` (all complete) stops a trial with these reports. */
function judge(
  options: Partial<MedianOptions>,
  reports: readonly Report[],
  others: readonly (readonly Report[])[],
  direction: 'minimize' | 'maximize' = 'minimize',
) {
  return createMedian(options, direction).judge({
    trial: snapshot(others.length, 'running', reports),
    others: others.map((other, number) => snapshot(number, 'complete', other)),
  })
}

describe('median pruner', () => {
  it('stops the trials that Optuna stops', () => {
    // Recorded from Optuna: each trial reports a/√k for k = 1…9; median with two start-up trials.
    const pruner = createMedian({ startupTrials: 2 })
    const others: TrialSnapshot[] = []
    const prunedAt = [1, 0.8, 1.2, 0.5, 0.9, 0.7, 0.45, 1.1].map((a, number) => {
      const reports: Report[] = []
      for (let step = 1; step <= 9; step++) {
        reports.push({ step, value: a / Math.sqrt(step) })
        const trial = snapshot(number, 'running', reports)
        if (pruner.judge({ trial, others }).action === 'prune') {
          others.push(snapshot(number, 'pruned', reports))
          return step
        }
      }
      others.push(snapshot(number, 'complete', reports))
      return null
    })
    expect(prunedAt).toEqual([null, null, 1, null, 1, null, null, 1])
  })

  it('says why', () => {
    const others = [curve(1, 1, 0.9), curve(1, 1, 0.94), curve(1, 1, 0.98)]
    const decision = judge({ startupTrials: 1 }, curve(0.5, 0.91, 0.9), others, 'maximize')
    expect(decision).toEqual({
      action: 'prune',
      reason: msg('pruning.belowMedian', { best: 0.91, threshold: 0.94, count: 3, step: 3 }),
      detail: { step: 3, best: 0.91, median: 0.94, trials: 3 },
    })
  })

  it('takes the mean of the two middle values of an even number', () => {
    const others = [curve(1), curve(2), curve(4), curve(9)]
    expect(judge({ startupTrials: 0 }, curve(3), others).action).toBe('continue')
    expect(judge({ startupTrials: 0 }, curve(3.01), others).action).toBe('prune')
  })

  it('judges the best value so far and lets ties live', () => {
    const others = [curve(3, 2), curve(3, 2)]
    expect(judge({ startupTrials: 0 }, curve(1.5, 9), others).action).toBe('continue')
    expect(judge({ startupTrials: 0 }, curve(9, 2), others).action).toBe('continue')
    expect(judge({ startupTrials: 0 }, curve(9, 2.1), others).action).toBe('prune')
  })

  it('waits for startupTrials complete trials; others do not count', () => {
    const others = [curve(1), curve(1), curve(1), curve(1)]
    expect(judge({}, curve(5), others).action).toBe('continue')
    expect(judge({}, curve(5), [...others, curve(1)]).action).toBe('prune')
    const unfinished = ['pruned', 'failed', 'running', 'canceled', 'interrupted'] as const
    const decision = createMedian({ startupTrials: 1 }).judge({
      trial: snapshot(9, 'running', curve(5)),
      others: unfinished.map((state, number) => snapshot(number, state, curve(1))),
    })
    expect(decision.action).toBe('continue')
  })

  it('waits for warmupSteps and for minTrials at the step', () => {
    const others = [curve(1, 1, 1), curve(1, 1), curve(1)]
    const options = { startupTrials: 0 }
    expect(judge({ ...options, warmupSteps: 2 }, curve(5), others).action).toBe('continue')
    expect(judge({ ...options, warmupSteps: 2 }, curve(5, 5), others).action).toBe('prune')
    expect(judge({ ...options, minTrials: 2 }, curve(5, 5, 5), others).action).toBe('continue')
    expect(judge({ ...options, minTrials: 2 }, curve(5, 5), others).action).toBe('prune')
    expect(judge(options, curve(5, 5, 5, 5), others).action).toBe('continue')
  })

  it('judges only at the first report of an interval', () => {
    const others = [curve(1, 1, 1, 1, 1, 1, 1)]
    const options = { startupTrials: 0, warmupSteps: 1, intervalSteps: 3 }
    const actions = [1, 2, 3, 4, 5, 6, 7].map(
      count => judge(options, curve(5, 5, 5, 5, 5, 5, 5).slice(0, count), others).action,
    )
    expect(actions).toEqual([
      'prune',
      'continue',
      'continue',
      'prune',
      'continue',
      'continue',
      'prune',
    ])
    // Steps that are left out: the first report inside the interval counts, not its first step.
    const sparse = [1, 3, 6].map(step => ({ step, value: 5 }))
    expect(judge(options, sparse, [sparse.map(({ step }) => ({ step, value: 1 }))]).action).toBe(
      'prune',
    )
  })

  it('stops a trial without a single number, but not before start-up', () => {
    expect(judge({}, curve(Number.NaN), []).action).toBe('continue')
    const decision = judge({ startupTrials: 1 }, curve(Number.NaN, Number.NaN), [curve(1, 1)])
    expect(decision).toMatchObject({ reason: msg('pruning.allNan', { step: 2 }) })
    expect(judge({ startupTrials: 1 }, curve(0.5, Number.NaN), [curve(1, 1)]).action).toBe(
      'continue',
    )
  })

  it('leaves NaN out of the median', () => {
    const others = [curve(Number.NaN), curve(1), curve(Number.NaN)]
    expect(judge({ startupTrials: 0 }, curve(2), others).action).toBe('prune')
    expect(judge({ startupTrials: 0, minTrials: 3 }, curve(2), others).action).toBe('prune')
    expect(judge({ startupTrials: 0 }, curve(2), [curve(Number.NaN)]).action).toBe('continue')
  })

  it('waits for a share of the longest complete trial', () => {
    const others = [curve(1, 1, 1, 1), curve(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    const options = { startupTrials: 0, warmupShare: 0.25 }
    expect(judge(options, curve(5, 5), others).action).toBe('continue')
    expect(judge(options, curve(5, 5, 5), others).action).toBe('prune')
  })

  it('prunes beyond the margin only, in distances of the better quartile from the median', () => {
    // Median 10, better quartile 8: half of the distance is 1.
    const others = [curve(6), curve(8), curve(10), curve(100), curve(Infinity)]
    const options = { startupTrials: 0, minMargin: 0.5 }
    expect(judge(options, curve(11), others).action).toBe('continue')
    expect(judge(options, curve(11.1), others)).toEqual({
      action: 'prune',
      reason: msg('pruning.farBelowMedian', {
        best: 11.1,
        threshold: 10,
        margin: 1,
        count: 5,
        step: 1,
      }),
      detail: { step: 1, best: 11.1, median: 10, margin: 1, trials: 5 },
    })
    const mirrored = others.map(([report]) => curve(-(report?.value ?? 0)))
    expect(judge(options, curve(-11), mirrored, 'maximize').action).toBe('continue')
    expect(judge(options, curve(-11.1), mirrored, 'maximize').action).toBe('prune')
  })

  it('has no margin where the spread is no number', () => {
    const others = [curve(-Infinity), curve(-Infinity), curve(3)]
    expect(judge({ startupTrials: 0, minMargin: 1 }, curve(3), others).action).toBe('prune')
  })

  it('equals the rule written down plainly, on random histories', () => {
    const value = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.constant(Number.NaN),
    )
    const reports = fc
      .uniqueArray(fc.nat(8), { minLength: 1, maxLength: 6 })
      .chain(steps =>
        fc
          .array(value, { minLength: steps.length, maxLength: steps.length })
          .map(values =>
            [...steps]
              .sort((a, b) => a - b)
              .map((step, index) => ({ step, value: values[index] as number })),
          ),
      )
    const states = fc.constantFrom<TrialState>(
      'complete',
      'complete',
      'complete',
      'pruned',
      'failed',
    )
    let pruned = 0
    fc.assert(
      fc.property(
        reports,
        fc.array(fc.tuple(states, reports), { maxLength: 8 }),
        fc.record({
          startupTrials: fc.nat(3),
          warmupSteps: fc.nat(3),
          intervalSteps: fc.integer({ min: 1, max: 3 }),
          minTrials: fc.integer({ min: 1, max: 3 }),
          minMargin: fc.constantFrom(0, 0.5),
        }),
        fc.constantFrom('minimize' as const, 'maximize' as const),
        (reports, list, options, direction) => {
          const others = list.map(([state, other], number) => snapshot(number, state, other))
          const trial = snapshot(list.length, 'running', reports)
          const { action } = createMedian(options, direction).judge({ trial, others })
          if (action === 'prune') pruned++
          expect(action === 'prune').toBe(plainRule(reports, others, options, direction))
        },
      ),
      { seed: 7, numRuns: 2_000 },
    )
    expect(pruned).toBeGreaterThan(100)
  })
})

/** The rule once more, straight from its description, without caches. */
function plainRule(
  trialReports: readonly Report[],
  others: readonly TrialSnapshot[],
  options: MedianOptions & { readonly warmupSteps: number },
  direction: 'minimize' | 'maximize',
): boolean {
  const complete = others.filter(({ state }) => state === 'complete')
  if (complete.length === 0 || complete.length < options.startupTrials) return false
  const step = Math.max(...trialReports.map(report => report.step))
  if (step < options.warmupSteps) return false
  const intervalOf = (at: number): number =>
    Math.floor((at - options.warmupSteps) / options.intervalSteps)
  const earlier = trialReports.filter(report => report.step < step)
  if (earlier.some(report => intervalOf(report.step) >= intervalOf(step))) return false
  const sign = direction === 'minimize' ? 1 : -1
  const numbers = trialReports
    .map(({ value }) => value * sign)
    .filter(value => !Number.isNaN(value))
  if (numbers.length === 0) return true
  const atStep = complete.flatMap(({ reports }) =>
    reports.filter(report => report.step === step).map(({ value }) => value * sign),
  )
  if (atStep.length < options.minTrials) return false
  const sorted = atStep.filter(value => !Number.isNaN(value)).sort((a, b) => a - b)
  if (sorted.length === 0) return false
  const at = (share: number): number => {
    const position = (sorted.length - 1) * share
    const [low, high] = [Math.floor(position), Math.ceil(position)]
    const weight = position - low
    return (sorted[low] as number) * (1 - weight) + (sorted[high] as number) * weight
  }
  const margin = options.minMargin * (at(0.5) - at(0.25))
  return Math.min(...numbers) > at(0.5) + margin
}
