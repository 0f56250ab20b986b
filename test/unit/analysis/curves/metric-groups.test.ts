import { describe, expect, it } from 'vitest'
import { groupMetrics } from '../../../../src-main/analysis/curves/metric-groups.ts'
import { thinPoints } from '../../../../src-main/analysis/curves/thin-points.ts'
import {
  formatNumberRanges,
  groupFailures,
} from '../../../../src-main/analysis/failures/failure-groups.ts'
import {
  axisPosition,
  activeFirst,
  byUse,
  searchedAxes,
} from '../../../../src-main/analysis/parallel/parameter-axis.ts'
import { sliceBins } from '../../../../src-main/analysis/parallel/slice-bins.ts'
import { median, quantileSorted } from '../../../../src-main/math/statistics/quantile.ts'
import { robustRange } from '../../../../src-main/analysis/statistics/robust-range.ts'
import { metricsAtStep } from '../../../../src-main/analysis/summary/summarize-study.ts'
import { busyTime } from '../../../../src-main/analysis/timeline/busy-time.ts'
import { msg, verbatim } from '../../../../src-main/core/errors/message.ts'
import type { SpaceSpecification } from '../../../../src-main/core/study/space-specification.ts'
import type {
  Assignment,
  AttemptRecord,
  TrialRecord,
} from '../../../../src-main/core/trial/trial.ts'
import { sampleSnapshot } from '../../../helpers/sample-snapshot.ts'

describe('statistics', () => {
  it('interpolates quantiles as type 7 does', () => {
    // R: quantile(c(1, 2, 4, 8), c(0, .25, .5, .9, 1))
    const values = [1, 2, 4, 8]
    expect([0, 0.25, 0.5, 0.9, 1].map(share => quantileSorted(values, share))).toEqual([
      1,
      1.75,
      3,
      expect.closeTo(6.8, 12),
      8,
    ])
    expect(median([9, 1, 5])).toBe(5)
    expect(median([])).toBeNaN()
  })

  it('leaves one wild value off the worse side only', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, -400]
    expect(robustRange(values, 'maximize')).toEqual({ low: 1, high: 9, log: false, outside: 1 })
    expect(robustRange(values, 'minimize')).toMatchObject({ low: -400, high: 9, outside: 0 })
  })

  it('leaves out a wild value among few, and one that would make the axis logarithmic', () => {
    expect(robustRange([3459, 5200, 4100, 6300, 1.2e7], 'minimize')).toEqual({
      low: 3459,
      high: 6300,
      log: false,
      outside: 1,
    })
    const many = [...Array.from({ length: 20 }, (_, at) => 3000 + 100 * at), 1.2e7]
    expect(robustRange(many, 'minimize')).toMatchObject({ log: false, high: 4900, outside: 1 })
    expect(robustRange(many, 'minimize', { log: true })).toMatchObject({ log: true, high: 4900 })
    expect(robustRange([1, 2, 3, 4], 'minimize')).toMatchObject({ high: 4, outside: 0 })
    expect(robustRange([1, 1, 1, 1, 1, 1, 1, 1, 9], 'minimize')).toMatchObject({ high: 9 })
  })

  it('goes logarithmic over three orders and is null without a finite value', () => {
    expect(robustRange([1e-3, 1, 5], 'minimize')?.log).toBe(true)
    expect(robustRange([-1, 1, 5000], 'minimize')?.log).toBe(false)
    expect(robustRange([Number.NaN, Number.POSITIVE_INFINITY], 'minimize')).toBeNull()
  })

  it.each([
    // Shown so far, held, largest over smallest, logarithmic.
    ['linear', true, 1e6, false],
    ['linear', false, 500, false],
    ['linear', false, 1e3, true],
    ['log', true, 2, true],
    ['log', false, 50, true],
    ['log', false, 5, false],
  ] as const)(
    'after %s (held: %s) and a span of %s is logarithmic: %s',
    (scale, held, most, log) => {
      expect(robustRange([1, most], 'minimize', { shown: { scale, held } })?.log).toBe(log)
    },
  )

  it('does not stay logarithmic for values that cannot be', () => {
    const shown = { scale: 'log', held: true } as const
    expect(robustRange([-1, 100], 'minimize', { shown })?.log).toBe(false)
    expect(robustRange([1, 2], 'minimize', { log: false, shown })?.log).toBe(false)
  })
})

describe('curves', () => {
  it('keeps ends and peak of a thinned line', () => {
    const points = Array.from({ length: 1000 }, (_, x) => ({ x, y: x === 500 ? 100 : x % 2 }))
    const thinned = thinPoints(points, 20)
    expect(thinned).toHaveLength(20)
    expect(thinned[0]).toEqual(points[0])
    expect(thinned.at(-1)).toEqual(points.at(-1))
    expect(thinned).toContainEqual({ x: 500, y: 100 })
    expect(thinPoints(points, 1000)).toBe(points)
  })

  it('puts the splits of a metric together', () => {
    expect(groupMetrics(['trainLoss', 'validationLoss', 'val_accuracy', 'training', 'lr'])).toEqual(
      [
        { name: 'loss', metrics: ['trainLoss', 'validationLoss'] },
        { name: 'accuracy', metrics: ['val_accuracy'] },
        { name: 'training', metrics: ['training'] },
        { name: 'lr', metrics: ['lr'] },
      ],
    )
  })
})

describe('parameter axes', () => {
  const axes = searchedAxes({
    rate: { float: [1e-4, 1], log: true },
    units: { int: [10, 20] },
    kind: { choice: ['a', 'b', 'c'] },
    same: { ordinal: ['only'] },
    epochs: { fixed: 3 },
  })

  it('leaves fixed parameters out and places the others', () => {
    expect(axes.map(axis => axis.name)).toEqual(['rate', 'units', 'kind', 'same'])
    const at = (parameters: Record<string, number | string>) =>
      axes.map(axis => axisPosition(axis, parameters))
    expect(at({ rate: 0.01, units: 15, kind: 'c', same: 'only' })).toEqual([
      expect.closeTo(0.5, 12),
      0.5,
      1,
      0.5,
    ])
  })

  it('come first where most trials have a value, and stay in their order otherwise', () => {
    const points: Record<string, number | string>[] = [
      { same: 'only' },
      { kind: 'a', same: 'only' },
    ]
    const ordered = byUse(
      axes,
      points.map(parameters => ({ parameters })),
    )
    expect(ordered.map(({ name }) => name)).toEqual(['same', 'kind', 'rate', 'units'])
  })

  it('has no place for what is not active or does not belong', () => {
    const [rate, , kind] = axes
    if (rate === undefined || kind === undefined) throw new Error('axes are missing')
    expect(axisPosition(rate, {})).toBeNull()
    expect(axisPosition(kind, { kind: 'x' })).toBeNull()
    expect(axisPosition({ ...rate, name: 'toString' }, {})).toBeNull()
  })

  it('sums up slices so that every trial is counted once', () => {
    const { trials, study } = sampleSnapshot('conditional')
    for (const axis of searchedAxes(study.specification.space)) {
      const active = trials.filter(
        trial => Object.hasOwn(trial.parameters, axis.name) && Number.isFinite(trial.values[0]),
      )
      const bins = sliceBins(axis, trials)
      expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(active.length)
      for (const bin of bins) {
        expect(bin.low).toBeLessThanOrEqual(bin.median)
        expect(bin.median).toBeLessThanOrEqual(bin.high)
      }
    }
  })
})

describe('busy time', () => {
  it('cuts long pauses and keeps short ones', () => {
    const minute = 60_000
    const time = busyTime([
      { fromMs: 1000 * minute, toMs: 1010 * minute },
      { fromMs: 1005 * minute, toMs: 1020 * minute },
      { fromMs: 1020.5 * minute, toMs: 1030 * minute },
      { fromMs: 2000 * minute, toMs: 2010 * minute },
    ])
    expect(time.lengthMs).toBe(40 * minute)
    expect(time.pauses).toEqual([{ atMs: 30 * minute, lengthMs: 970 * minute }])
    expect(time.at(1025 * minute)).toBe(25 * minute)
    expect(time.at(1500 * minute)).toBe(30 * minute)
    expect(time.at(2005 * minute)).toBe(35 * minute)
  })

  it('is empty without intervals', () => {
    expect(busyTime([])).toMatchObject({ lengthMs: 0, pauses: [] })
  })
})

describe('failures', () => {
  it('groups attempts by class and code, most frequent first', () => {
    const { trials } = sampleSnapshot('allFailed')
    const groups = groupFailures([...trials, trials[0] as TrialRecord])
    expect(groups.map(({ attempts }) => attempts)).toEqual([4, 3])
    expect(groups[1]).toMatchObject({ class: 'timeout', trials: [1, 3, 5], differ: false })
  })

  it('puts failures of one code together, and keeps apart what is said in words that are not ours', () => {
    const failures = [
      msg('error.command.exit', { exitCode: 1, tail: 'a' }),
      msg('error.command.exit', { exitCode: 1, tail: 'b' }),
      ...['x', 'y', 'x'].map(verbatim),
    ]
    const [base] = sampleSnapshot('allFailed').trials as [TrialRecord]
    const [attempt] = base.attempts as [AttemptRecord]
    const groups = groupFailures(
      failures.map((failureMessage, number): TrialRecord => {
        const failure = { class: 'code', reason: failureMessage } as const
        return { ...base, number, attempts: [{ ...attempt, failure }] }
      }),
    )
    expect(groups.map(group => [group.reason.code, group.differ, ...group.trials])).toEqual([
      ['error.command.exit', true, 0, 1],
      ['verbatim', false, 2, 4],
      ['verbatim', false, 3],
    ])
  })

  it('writes ranges of numbers', () => {
    expect(formatNumberRanges([1, 2, 3, 4, 7, 9, 10])).toBe('1–4, 7, 9–10')
    expect(formatNumberRanges([])).toBe('')
  })
})

describe('metricsAtStep', () => {
  it('reads every metric that has the step', () => {
    const base = sampleSnapshot('oneTrial').trials[0] as TrialRecord
    const trial = {
      ...base,
      metrics: { a: { steps: [0, 2], values: [1, Number.NaN] }, b: { steps: [1], values: [5] } },
    }
    expect(metricsAtStep(trial, 2)).toEqual({ a: Number.NaN })
    expect(metricsAtStep(trial, null)).toEqual({})
  })
})

it('puts a choice that others depend on first, then what the best trial has', () => {
  const space = {
    boosted: { float: [0, 1], when: { family: 'boosting' } },
    units: { int: [1, 9], when: { family: 'network' } },
    shared: { float: [0, 1] },
    family: { choice: ['boosting', 'network'] },
  } as unknown as SpaceSpecification
  const names = (best: Assignment | null, of = space): string[] =>
    activeFirst(searchedAxes(of), of, best).map(({ name }) => name)
  expect(names({ family: 'network', units: 3, shared: 0.5 })).toEqual([
    'family',
    'units',
    'shared',
    'boosted',
  ])
  expect(names(null)).toEqual(['boosted', 'units', 'shared', 'family'])
  const flat = { b: { float: [0, 1] }, a: { float: [0, 1] } } as unknown as SpaceSpecification
  expect(names({ a: 1 }, flat)).toEqual(['b', 'a'])
})
