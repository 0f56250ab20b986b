import { describe, expect, it } from 'vitest'
import type { ChartModel, Mark } from '../../../src-main/charts/chart-model.ts'
import type { ChartTrial, GoalOf } from '../../../src-main/analysis/history/progress.ts'
import { curveBandsModel } from '../../../src-main/charts/curves-model.ts'
import { contourModel, dependenceModel } from '../../../src-main/charts/dependence-model.ts'
import { distributionModel } from '../../../src-main/charts/distribution-model.ts'
import { genealogyModel, generationsModel } from '../../../src-main/charts/generations-model.ts'
import { shadesOf } from '../../../src-main/charts/goal-values.ts'
import { historyModel } from '../../../src-main/charts/history-model.ts'
import { hypervolumeModel, paretoModel } from '../../../src-main/charts/pareto-model.ts'
import { rankModel, sliceModel } from '../../../src-main/charts/slice-model.ts'
import { timelineModel } from '../../../src-main/charts/timeline-model.ts'
import { hypervolumeHistory } from '../../../src-main/analysis/pareto/hypervolume-history.ts'
import { rungTable } from '../../../src-main/analysis/curves/rung-table.ts'
import { parameterAxis } from '../../../src-main/analysis/parallel/parameter-axis.ts'
import type { MessageDescriptor } from '../../../src-main/core/errors/message.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'

const t = createTranslate('en')
const goal: GoalOf = { index: 0, metric: 'loss', direction: 'minimize' }
const x = parameterAxis('x', { float: [1, 100], log: true })!
const c = parameterAxis('c', { choice: ['a', 'b'] })!

function trial(
  number: number,
  value: number | null,
  changes: Partial<ChartTrial> = {},
): ChartTrial & { slot: number } {
  return {
    number,
    state: 'complete',
    parameters: { x: number + 1, c: number % 2 === 0 ? 'a' : 'b' },
    values: value === null ? [] : [value],
    lastStep: 10,
    startedAtMs: number * 1_000,
    finishedAtMs: number * 1_000 + 900,
    slot: number % 2,
    ...changes,
  }
}

const five = [
  trial(0, 5),
  trial(1, 9),
  trial(2, 2, { state: 'pruned', lastStep: 3 }),
  trial(3, 1, { constraints: [1] }),
  trial(4, Number.NaN),
  trial(5, 3),
  trial(6, null, { state: 'failed', lastStep: null }),
  trial(7, null, { state: 'running', finishedAtMs: null }),
]

function mark<Kind extends Mark['kind']>(
  model: ChartModel,
  kind: Kind,
  name: string,
): Extract<Mark, { kind: Kind }> {
  const match = model.marks.find(candidate => candidate.kind === kind && candidate.name === name)
  if (match === undefined) throw new Error(`no ${kind} ${name}`)
  return match as Extract<Mark, { kind: Kind }>
}

describe('historyModel', () => {
  const ask = { trials: five, goal, by: 'trials' as const, logX: false, log: false, t }

  it('sorts trials by state; the best line holds feasible complete trials only and ends at the last', () => {
    const model = historyModel(ask)
    expect(mark(model, 'points', 'complete').points.map(point => point.trial)).toEqual([0, 1, 5])
    expect(mark(model, 'points', 'pruned').points.map(point => point.trial)).toEqual([2])
    expect(mark(model, 'points', t('chart.infeasible')).points.map(point => point.trial)).toEqual([
      3,
    ])
    expect(mark(model, 'line', 'best so far').points.map(point => [point.x, point.y])).toEqual([
      [0, 5],
      [5, 3],
      [6, 3],
    ])
    expect(mark(model, 'rug', 'failed').points).toEqual([
      { x: 6, trial: 6, text: 'trial 6: failed' },
    ])
    expect(mark(model, 'rug', 'complete').points.map(point => point.trial)).toEqual([4])
    expect(model.notes).toEqual(['2 trials have no finite value: below the plot.'])
    expect(model.table.rows).toHaveLength(5)
    expect(model.empty).toBeNull()
  })

  it('says of canceled trials that they were canceled, not that they have no value', () => {
    const canceled = {
      ...(five.find(({ state }) => state === 'failed') as ChartTrial),
      state: 'canceled' as const,
    }
    const trials = five.map(trial => (trial.state === 'failed' ? canceled : trial))
    expect(historyModel({ ...ask, trials }).notes).toEqual([
      t('chart.below', { count: 1 }),
      t('chart.canceledBelow', { count: 1 }),
    ])
  })

  it('says of one pruned value outside what is true of one', () => {
    for (const language of ['en', 'zh-CN'] as const) {
      const text = createTranslate(language)
      expect(text('chart.prunedOutside', { count: 1 })).not.toMatch(/their|它们/)
      expect(text('chart.prunedOutside', { count: 2 })).toMatch(/their|它们/)
    }
  })

  it('draws a baseline across, within the axis', () => {
    const model = historyModel({ ...ask, baseline: 7 })
    expect(mark(model, 'line', t('chart.baseline')).points).toEqual([
      { x: 0, y: 7 },
      { x: 6, y: 7 },
    ])
    const { range } = model.y
    expect(range === undefined || (range.low <= 7 && range.high >= 7)).toBe(true)
    expect(historyModel(ask).marks.map(({ name }) => name)).not.toContain(t('chart.baseline'))
  })

  it('counts epochs and time of everything that ended, in the order of the ends', () => {
    const epochs = historyModel({ ...ask, by: 'epochs' })
    // 10 + 10 + 3 (pruned) + 10 + 10 (NaN) + 10
    expect(mark(epochs, 'points', 'complete').points.map(point => point.x)).toEqual([10, 20, 53])
    const time = historyModel({ ...ask, by: 'wallTime' })
    expect(mark(time, 'points', 'complete').points.map(point => point.x)).toEqual([
      900, 1_900, 5_900,
    ])
  })

  it('falls back to a linear axis where a value is not above 0, and says so', () => {
    expect(t.format(historyModel(ask).insight as MessageDescriptor)).toMatch(
      /^Trial 5 is 40 % ahead of trial 0 \(no interval: trained once\); /,
    )
    expect(historyModel({ ...ask, log: true }).y.scale).toBe('log')
    const model = historyModel({ ...ask, trials: [...five, trial(8, 0)], log: true })
    expect(model.y.scale).toBe('linear')
    expect(model.notes).toContain(t('chart.logImpossible'))
  })

  it('says why there is nothing: no trial, no match, all failed, none with a value', () => {
    const emptyOf = (trials: ChartTrial[], all?: number) =>
      historyModel({ ...ask, trials, ...(all === undefined ? {} : { all }) }).empty
    expect(emptyOf([])).toBe(t('chart.noTrials'))
    expect(emptyOf([], 4)).toBe(t('chart.noneMatch'))
    expect(emptyOf([trial(0, null, { state: 'failed' })])).toBe(t('chart.allFailed'))
    expect(emptyOf([trial(0, Number.NaN), trial(1, null, { state: 'running' })])).toBe(
      'No trial has a value yet: 1 complete, 1 running.',
    )
  })
})

describe('shadesOf', () => {
  it('gives the best 1, the worst 0 and equal values the mean', () => {
    const trials = [trial(0, 1), trial(1, 4), trial(2, 4), trial(3, 9), trial(4, Number.NaN)]
    expect([...shadesOf(trials, goal)]).toEqual([
      [3, 0],
      [1, 0.5],
      [2, 0.5],
      [0, 1],
    ])
    const most = shadesOf(trials, { ...goal, direction: 'maximize' })
    expect([most.get(3), most.get(0)]).toEqual([1, 0])
  })
})

describe('distributionModel', () => {
  it('steps to the share of complete trials that are at most as large; NaN keeps it below 1', () => {
    const model = distributionModel({ trials: five, goal, log: false, t })
    const line = mark(model, 'line', 'complete').points
    expect(line.map(point => [point.x, point.y])).toEqual([
      [1, 0.2],
      [3, 0.4],
      [5, 0.6],
      [9, 0.8],
    ])
    // Massart: sqrt(ln(2 / 0.05) / (2 · 5)) = 0.6074
    const [first] = mark(model, 'band', '95 %').points
    expect(first?.low).toBe(0)
    expect(first?.high).toBeCloseTo(0.2 + 0.6074, 4)
  })
})

describe('sliceModel and rankModel', () => {
  it('places values on the axis of the parameter, choices by their place', () => {
    const numeric = sliceModel({ trials: five, axis: x, goal, log: false, t })
    expect(numeric.x).toEqual({ title: 'x', scale: 'log', range: { low: 1, high: 100 } })
    expect(mark(numeric, 'points', 'complete').points.map(point => point.x)).toEqual([1, 2, 6])
    expect(mark(numeric, 'points', t('chart.infeasible')).points.map(point => point.x)).toEqual([4])
    const choice = sliceModel({ trials: five, axis: c, goal, log: false, t })
    expect(choice.x.rows).toEqual(['a', 'b'])
    const positions = mark(choice, 'points', 'complete').points.map(point => point.x)
    // Beside one another, and nearest to their own choice.
    expect(positions.map(position => Math.round(position) + 0)).toEqual([0, 1, 1])
    expect(new Set(positions).size).toBe(3)
  })

  it('tells a parameter that was never active from a study without values', () => {
    const inactive = five.map(chartTrial => ({ ...chartTrial, parameters: { c: 'a' } }))
    expect(sliceModel({ trials: inactive, axis: x, goal, log: false, t }).empty).toBe(
      t('chart.noneActive'),
    )
    expect(rankModel({ trials: inactive, axes: [x, c], goal, t }).empty).toBe(t('chart.noneActive'))
    expect(rankModel({ trials: [], axes: [x, c], goal, t }).empty).toBe(t('chart.noTrials'))
  })

  it('draws the best of a plane last and ranks it first', () => {
    const model = rankModel({ trials: five, axes: [x, c], goal, t })
    expect(mark(model, 'points', 'rank').points.at(-1)).toMatchObject({
      trial: 3,
      x: 4,
      y: 1,
      shade: 1,
    })
    expect(mark(model, 'points', 'best trial')).toMatchObject({
      shape: 'star',
      points: [{ trial: 5 }],
    })
    expect(model.table.rows[0]).toEqual([3, 4, 'b', 1, 1])
  })
})

describe('dependence', () => {
  it('draws a line with one deviation to either side', () => {
    const of = { names: ['x'], values: [[1, 10, 100]], averagedTrials: 9 }
    const result = { ...of, mean: [3, 2, 4], deviation: [1, 0, 2] }
    const model = dependenceModel({
      outcome: { ok: true, trials: 9, result },
      axis: x,
      goal,
      t,
    })
    expect(mark(model, 'band', t('chart.uncertainty')).points).toEqual([
      { x: 1, low: 2, high: 4 },
      { x: 10, low: 2, high: 2 },
      { x: 100, low: 2, high: 6 },
    ])
  })

  it('tiles the plane without gaps, the good end dark', () => {
    const result = {
      names: ['x', 'c'],
      values: [
        [1, 100],
        ['a', 'b'],
      ],
      mean: [1, 2, 3, 5],
      deviation: [0, 0, 0, 0],
      averagedTrials: 9,
    }
    const model = contourModel({
      outcome: { ok: true, trials: 9, result },
      axes: [x, c],
      goal,
      t,
      trials: five,
    })
    const { cells } = mark(model, 'cells', '')
    expect(cells.map(({ shade }) => shade)).toEqual([1, 0.75, 0.5, 0])
    expect(cells[0]?.x[1]).toBeCloseTo(10, 12)
    expect(cells[2]?.x[0]).toBeCloseTo(10, 12)
    expect(cells[0]?.y).toEqual([-0.5, 0.5])
  })
})

describe('paretoModel', () => {
  const goals = [goal, { metric: 'size', direction: 'minimize' as const }]
  const points = [
    [1, 9],
    [5, 5],
    [6, 6],
    [9, 1],
    [2, Number.NaN],
  ]
  const trials = points.map((values, number) => ({ ...trial(number, null), values }))

  it('parts the front from what it dominates', () => {
    const model = paretoModel({ trials, goals, across: 0, up: 1, t })
    expect(mark(model, 'points', t('chart.front')).points.map(point => point.trial)).toEqual([
      0, 1, 3,
    ])
    expect(mark(model, 'points', t('chart.dominated')).points.map(point => point.trial)).toEqual([
      2,
    ])
    expect(paretoModel({ trials, goals: [goal], across: 0, up: 1, t }).empty).toBe(
      t('chart.oneGoal'),
    )
  })

  it('follows the hypervolume up to the reference, which it names', () => {
    const history = hypervolumeHistory(trials, goals, [10, 10])
    const model = hypervolumeModel(history && { ...history, front: [0, 1, 3] }, goals, t)
    // 9·1, then 5·5 less the 5·1 that were there, then 1·9 less 1·5.
    const line = mark(model, 'line', t('chart.hypervolume'))
    expect(line.points.map(point => point.y)).toEqual([9, 29, 33])
    expect(model.notes).toEqual(['Reference point: loss = 10, size = 10'])
  })
})

describe('timelineModel', () => {
  it('gives each slot a row, cuts pauses and shows what a person did', () => {
    const late = trial(8, 1, { startedAtMs: 3_600_000, finishedAtMs: 3_601_000 })
    const model = timelineModel({
      runs: [...five, late],
      events: [
        { atMs: 2_500, kind: 'study.changed', trialNumber: null },
        { atMs: 2_600, kind: 'trial.started', trialNumber: 3 },
      ],
      eventName: kind => kind,
      untilMs: 7_400,
      t,
    })
    expect(model.y.rows).toEqual(['slot 1', 'slot 2'])
    expect(mark(model, 'rules', t('chart.intervention')).rules).toEqual([
      { x: 2_500, text: 'study.changed' },
    ])
    // The trial after the pause of an hour begins where the one before it ended.
    expect(mark(model, 'spans', 'complete').spans.at(-1)).toMatchObject({ from: 7_400, to: 8_400 })
    expect(model.notes).toEqual(['pause of 60 min'])
  })
})

describe('history by energy', () => {
  it('places a trial at the joules that had been spent when it ended', () => {
    const energy = new Map([
      [0, 40],
      [1, 10],
      [5, 7],
    ])
    const model = historyModel({
      trials: five,
      goal,
      by: 'energy',
      logX: false,
      log: false,
      t,
      energy,
    })
    expect(model.x).toEqual({ title: t('chart.energy'), scale: 'linear' })
    // Trials 2 to 4 were not measured; 6 failed after 5.
    expect(mark(model, 'points', t('state.complete')).points.map(({ x: at }) => at)).toEqual([
      40, 50, 57,
    ])
  })
})

describe('rungTable', () => {
  it('counts who came and who was stopped, with the values of that moment', () => {
    const run = (state: 'complete' | 'pruned', values: readonly number[]) => ({
      state,
      lastStep: values.length,
      metrics: { loss: { steps: values.map((_, index) => index + 1), values } },
    })
    const trials = [
      run('complete', [9, 8, 7, 6, 5, 4, 3, 2, 1]),
      run('pruned', [5]),
      run('pruned', [4, 4, Number.NaN]),
      run('pruned', [3, 2, 2, 2]),
    ]
    expect(rungTable(trials, 'loss', 'minimize', [1, 3, 9])).toEqual([
      { step: 1, reached: 4, stopped: 1, best: 3, median: 4.5 },
      { step: 3, reached: 3, stopped: 2, best: 2, median: 4.5 },
      { step: 9, reached: 1, stopped: 0, best: 1, median: 1 },
    ])
  })
})

describe('curveBandsModel', () => {
  it('draws the median over the middle half over the extremes, with rungs', () => {
    const column = (value: number) => [value, value + 1]
    const band = {
      state: 'complete' as const,
      trials: 4,
      steps: [1, 2],
      counts: [4, 3],
      low: column(1),
      lowerQuartile: column(2),
      median: column(3),
      upperQuartile: column(4),
      high: column(5),
    }
    const answer = { bands: [band], rungs: [1, 3], rungTable: [], leftOut: 2 }
    const model = curveBandsModel({
      answer,
      direction: 'minimize',
      metric: 'loss',
      log: true,
      t,
    })
    expect(mark(model, 'band', t('chart.quartiles')).points[1]).toEqual({ x: 2, low: 3, high: 5 })
    expect(mark(model, 'rules', '').rules[1]).toEqual({ x: 3, text: 'rung 1' })
    expect(model.notes[0]).toContain('4 at the start, 3 at the end')
    expect(model.notes.slice(1)).toEqual(['2 without a finite value are left out.'])
    const none = { bands: [], rungs: [], rungTable: [], leftOut: 0 }
    expect(
      curveBandsModel({
        answer: none,
        direction: 'minimize',
        metric: 'loss',
        log: true,
        t,
      }).empty,
    ).toContain('loss')
  })
})

describe('generations', () => {
  const ancestry = [
    { number: 0, generation: 0, group: 0, parents: [], origin: 'start' },
    { number: 1, generation: 0, group: 0, parents: [], origin: 'start' },
    { number: 5, generation: 1, group: 0, parents: [0, 1], origin: 'crossover' },
  ]
  const question = { ancestry, trials: five, goal, sampler: 'genetic', t }

  it('sums up each generation', () => {
    const model = generationsModel(question)
    expect(model.table.rows).toEqual([
      [0, 2, 5, 7, 2],
      [1, 1, 3, 3, 0],
    ])
    expect(generationsModel({ ...question, ancestry: [], sampler: 'tpe' }).empty).toContain('tpe')
  })

  it('draws no deviation where there are no values', () => {
    const trials = [0, 0, 0, 0, 0, 100].map((value, number) => trial(number, value))
    const first = trials.map(({ number }) => ({ ...ancestry[0]!, number }))
    const { marks } = generationsModel({ ...question, trials, ancestry: first })
    const [range, deviation] = marks.flatMap(chartMark =>
      chartMark.kind === 'band' ? [chartMark.points[0]] : [],
    )
    expect(range).toMatchObject({ low: 0, high: 100 })
    // The average is 17, the deviation 37.
    expect(deviation?.low).toBe(0)
    expect(deviation?.high).toBeGreaterThan(50)
    expect(deviation?.high).toBeLessThan(60)
  })

  it('draws a line from each parent', () => {
    const model = genealogyModel({ ...question, of: 5 })
    const ends = mark(model, 'line', '').points.map(({ y }) => y)
    expect(ends).toEqual([5, 3, Number.NaN, 9, 3, Number.NaN])
    expect(model.table.rows[0]).toEqual([5, 1, 0, '0, 1', 3])
    expect(genealogyModel({ ...question, of: null, trials: [] }).empty).toBe(t('chart.noTrials'))
  })
})
