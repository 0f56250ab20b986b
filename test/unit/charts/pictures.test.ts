import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { OutlineTrial } from '../../../src-main/analysis/history/progress.ts'
import { axisSpan } from '../../../src-main/charts/axis-span.ts'
import {
  chartColors,
  rampColor,
  toneColor,
  slotTone,
} from '../../../src-main/charts/chart-colors.ts'
import { emptyChart, isDrawn, type ParallelAxis } from '../../../src-main/charts/chart-model.ts'
import { pointText, spanText, tickText } from '../../../src-main/charts/chart-words.ts'
import { type CurveGroup, curvesModel, curveTable } from '../../../src-main/charts/curves-model.ts'
import { descentModel } from '../../../src-main/charts/descent-model.ts'
import { stateMarks, valueAxis } from '../../../src-main/charts/goal-values.ts'
import { historyModel } from '../../../src-main/charts/history-model.ts'
import {
  type ParallelMark,
  parallelModel,
  parallelTicks,
} from '../../../src-main/charts/parallel-model.ts'
import { LOCAL_MACHINE } from '../../../src-main/core/trial/trial.ts'
import { timelineModel } from '../../../src-main/charts/timeline-model.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { rankForDrawing } from '../../../src-main/core/trial/ranking.ts'
import { modelOfEveryMark } from '../../helpers/every-mark.ts'

const t = createTranslate('en')
const goal = { index: 0, metric: 'loss', direction: 'minimize' } as const

describe('valueAxis', () => {
  const ask = { direction: 'minimize', log: false, t } as const
  const near = [1, 2, 3, 4, 5, 6, 7, 8]

  it('is not flattened by a value that runs away on the worse side, and says so', () => {
    const { axis, notes } = valueAxis('loss', [...near, 900], ask)
    expect(axis.range).toEqual({ low: 1, high: 8 })
    expect(notes).toEqual(['1 value lies far outside, marked by an arrow on the edge.'])
    expect(axis.outside).toBe(1)
    const full = valueAxis('loss', [...near, 900], { ...ask, full: true })
    expect(full).toEqual({ axis: { ...axis, range: { low: 1, high: 900 } }, notes: [] })
    expect(valueAxis('loss', [...near, -900], ask).axis.range).toEqual({ low: -900, high: 8 })
  })

  it('is logarithmic where it is asked for, or by itself over orders of magnitude', () => {
    expect(valueAxis('loss', near, { ...ask, log: true }).axis.scale).toBe('log')
    expect(valueAxis('loss', near, { ...ask, log: 'auto' }).axis.scale).toBe('linear')
    const wide = valueAxis('loss', [...near, 900], { ...ask, log: 'auto' })
    expect(wide.axis).toEqual({ title: 'loss', scale: 'log', range: { low: 1, high: 900 } })
    expect(wide.notes).toEqual([t('chart.logAxis')])
  })

  it('has no range without a value', () => {
    expect(valueAxis('loss', [Number.NaN], ask)).toEqual({
      axis: { title: 'loss', scale: 'linear' },
      notes: [],
    })
  })
})

describe('stateMarks', () => {
  it('gives each state that occurs a shape of its own', () => {
    const of = (number: number, changes: Partial<OutlineTrial>): OutlineTrial => ({
      number,
      state: 'complete',
      values: [1],
      ...changes,
    })
    const trials = [of(0, {}), of(1, { state: 'pruned' }), of(2, { constraints: [1] })]
    const marks = stateMarks(
      trials.map(trial => ({ of: trial, x: trial.number, y: 1 })),
      t,
    )
    const shapes = marks.map(mark => (mark.kind === 'points' ? [mark.name, mark.shape] : null))
    expect(shapes).toEqual([
      ['pruned', 'diamond'],
      ['complete', 'dot'],
      [t('chart.infeasible'), 'circle'],
    ])
  })
})

describe('the best of a history', () => {
  it('has a ring, but none where the best cannot be drawn', () => {
    const trials = [3, 2, Number.NEGATIVE_INFINITY].map((value, number): OutlineTrial => ({
      number,
      state: 'complete',
      values: [value],
    }))
    const ringOf = (of: readonly OutlineTrial[]) =>
      historyModel({ trials: of, goal, by: 'trials', logX: false, log: false, t }).marks.find(
        mark => mark.kind === 'points' && mark.shape === 'ring',
      )
    expect(ringOf(trials.slice(0, 2))).toMatchObject({ points: [{ x: 1, y: 2 }] })
    expect(ringOf(trials)).toMatchObject({ points: [] })
  })
})

describe('curvesModel', () => {
  const groups: CurveGroup[] = [
    {
      name: 'other',
      tone: 'faint',
      curves: [
        { trial: 0, steps: [1, 2, 3, 4], values: [4, Number.NaN, 2, 1] },
        { trial: 1, steps: [1], values: [3] },
      ],
    },
    { name: 'none', tone: 'best', curves: [] },
  ]
  const ask = { metric: 'loss', direction: 'minimize', log: false, t } as const

  it('draws the curves of a group as one mark, with a gap between curves and where a value is missing', () => {
    const { marks, empty, y } = curvesModel(groups, ask)
    expect(marks).toHaveLength(1)
    const [first] = marks
    expect(
      first?.kind === 'line' && first.points.map(point => [point.trial, point.x, point.y]),
    ).toEqual([
      [0, 1, 4],
      [undefined, 1, Number.NaN],
      [0, 3, 2],
      [0, 4, 1],
      [undefined, 4, Number.NaN],
      [1, 1, 3],
      [undefined, 1, Number.NaN],
    ])
    expect(empty).toBeNull()
    expect(y.range).toEqual({ low: 1, high: 4 })
    expect(curvesModel(groups.slice(1), ask).empty).toBe(t('chart.noTrials'))
  })

  it('thins long curves and says so', () => {
    const steps = Array.from({ length: 1_000 }, (_, step) => step)
    const long = { trial: 0, steps, values: steps.map(step => Math.sin(step)) }
    const { marks, notes } = curvesModel([{ name: '', tone: 'faint', curves: [long] }], ask)
    expect(marks[0]?.kind === 'line' && marks[0].points).toHaveLength(201)
    expect(notes).toEqual(['1 curve is thinned to 200 points.'])
  })

  it('has where each curve begins and ends in its table, the group in front first', () => {
    expect(curveTable(groups, t).rows).toEqual([
      [0, 'other', 4, 1, 4],
      [1, 'other', 3, 3, 1],
    ])
  })

  it('draws both losses of a descent over trials', () => {
    const losses = [
      { number: 0, validationLoss: 3, holdoutLoss: 4 },
      { number: 1, validationLoss: 2 },
    ]
    const names = { validationLoss: 'seen', holdoutLoss: 'unseen' }
    const model = descentModel(losses, { names, loss: 'loss', log: false, t })
    expect(model.marks.map(({ name }) => name)).toEqual([
      'validationLoss – seen',
      'holdoutLoss – unseen',
    ])
    expect(model.x.title).toBe('trial')
    expect(model.table.rows).toEqual([
      [0, 3, 4],
      [1, 2, null],
    ])
  })
})

describe('parallelModel', () => {
  const axis = { kind: 'numeric', name: 'x', low: 0, high: 10, log: false, whole: false } as const
  const trial = (number: number, value: number, x: number | null, changes = {}) => ({
    number,
    state: 'complete' as const,
    values: [value],
    parameters: x === null ? {} : { x },
    ...changes,
  })
  const linesOf = (model: ReturnType<typeof parallelModel>) =>
    (model.marks[0] as ParallelMark).lines

  it('draws the best last and leaves a gap where a parameter is not active', () => {
    const ranked = rankForDrawing(
      [trial(0, 1, 0), trial(1, 9, 5), trial(2, Number.NaN, 5), trial(3, 4, null)],
      goal,
    )
    const model = parallelModel({ ranked, axes: [axis], goal, best: 0, t })
    expect(linesOf(model)).toEqual([
      { trial: 1, positions: [0.5], shade: 0 },
      { trial: 3, positions: [null], shade: 0.5 },
      { trial: 0, positions: [0], shade: 1, tone: 'best' },
    ])
    expect(model.table.rows[0]).toEqual([0, 0, 1])
    expect(parallelModel({ ranked: [], axes: [axis], goal, t }).empty).toBe(t('chart.noTrials'))
  })

  it('ranks what breaks a constraint behind everything else', () => {
    const trials = [trial(0, 1, 0, { constraints: [0.5] }), trial(1, 9, 5), trial(2, 7, 5)]
    const model = parallelModel({ ranked: rankForDrawing(trials, goal), axes: [axis], goal, t })
    expect(linesOf(model).map(line => line.trial)).toEqual([0, 1, 2])
  })

  it('turns an axis round, and gives goals axes that no outlier flattens', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 90]
    const ranked = values.map((value, number) => trial(number, value, 10))
    const axes = [{ ...axis, inverted: true }]
    const model = parallelModel({ ranked, axes, goals: [goal], goal, t })
    expect(linesOf(model).map(({ positions }) => positions)).toEqual(
      values.toReversed().map(value => [value === 90 ? 1 : (value - 1) / 7, 0]),
    )
    expect(model.x.rows).toEqual(['↓ loss', 'x'])
    const [loss, x] = (model.marks[0] as ParallelMark).axes
    expect(parallelTicks(x as ParallelAxis, 3)[0]).toMatchObject({ value: 0, at: 1 })
    expect(parallelTicks(loss as ParallelAxis, 9).every(({ at }) => at >= 0 && at <= 1)).toBe(true)
  })

  it('has ticks at whole numbers only where values are whole, and names some of many choices', () => {
    const whole = { title: 'layers', low: 1, high: 3, log: false, whole: true }
    expect(parallelTicks(whole, 14).map(({ label }) => label)).toEqual(['1', '2', '3'])
    const values = Array.from({ length: 40 }, (_, at) => `c${at}`)
    const named = parallelTicks({ title: 'kind', values }, 14)
    expect(named.length).toBeLessThanOrEqual(14)
    expect(named[0]).toMatchObject({ label: 'c0', at: 0 })
  })
})

describe('timelineModel of attempts', () => {
  it('ends what runs now, and what was cut off where it began', () => {
    const run = { number: 3, slot: 0, startedAtMs: 100, finishedAtMs: null }
    const { marks } = timelineModel({
      runs: [
        { ...run, state: 'interrupted', attempt: 1 },
        { ...run, state: 'running', attempt: 2 },
      ],
      events: [],
      eventName: () => '',
      untilMs: 400,
      t,
    })
    const spans = marks.flatMap(mark => (mark.kind === 'spans' ? mark.spans : []))
    expect(spans.map(({ from, to, text }) => [from, to, text])).toEqual([
      [0, 300, 'attempt 2'],
      [0, 0, 'attempt 1'],
    ])
  })

  it('names where each ran, of a study that other machines run trials of', () => {
    const run = { state: 'complete', startedAtMs: 0, finishedAtMs: 9 } as const
    const { marks } = timelineModel({
      runs: [
        { ...run, number: 0, slot: 0, machine: LOCAL_MACHINE },
        { ...run, number: 1, slot: 1, machine: 'box2' },
      ],
      events: [],
      eventName: () => '',
      untilMs: 9,
      t,
    })
    const spans = marks.flatMap(mark => (mark.kind === 'spans' ? mark.spans : []))
    expect(spans.map(({ text }) => text)).toEqual(['this computer', 'box2'])
  })
})

describe('words and colors', () => {
  const model = {
    ...emptyChart(''),
    x: { title: 'time', scale: 'linear', unit: 'durationMs' },
  } as const
  const spoken = { model, language: 'en', trialName: 'trial' } as const

  it('say what a point and a stretch are', () => {
    expect(pointText({ x: 6_200, y: 0.5, trial: 3 }, spoken)).toBe('trial 3: time 6.2 s, 0.5000')
    expect(pointText({ x: 0, y: 0, text: 'own' }, spoken)).toBe('own')
    const byTrial = { ...model, x: { title: 'trial', scale: 'linear', unit: 'trial' } } as const
    const ofTrial = { ...spoken, model: byTrial }
    expect(pointText({ x: 32, y: 0.5, trial: 32 }, ofTrial)).toBe('trial 32: 0.5000')
    expect(pointText({ x: 7, y: 0.5, trial: 32 }, ofTrial)).toBe('trial 32: trial 7, 0.5000')
    expect(spanText({ name: 'complete' }, { row: 0, from: 0, to: 2_000, trial: 4 }, spoken)).toBe(
      'trial 4 · complete · 2.0 s',
    )
    expect(tickText({ title: '', scale: 'linear' }, 0.123456, 'en')).toBe('0.123')
    expect(tickText({ title: '', scale: 'linear', unit: 'share' }, 0.25, 'en')).toBe('25 %')
    expect(tickText({ title: '', scale: 'linear', unit: 'trial' }, 12_345, 'en')).toBe('12345')
  })

  it('cover every mark', () => {
    const every = modelOfEveryMark()
    expect(every.marks.every(isDrawn)).toBe(true)
    expect(axisSpan(every, 'x')).toEqual({ low: 0, high: 10 })
    expect(axisSpan(every, 'y')).toEqual({ low: -0.5, high: 2.5 })
    expect(axisSpan(emptyChart(''), 'x')).toBeNull()
  })

  it('mix ramps, and hold at their ends', () => {
    const { light } = chartColors
    expect(rampColor(-1, 'order', light)).toBe(light.ramps.order[0])
    expect(rampColor(0.5, 'rank', light)).toBe(light.ramps.rank[1])
    expect(rampColor(2, 'rank', light)).toBe(light.ramps.rank[2])
    expect(toneColor(9, light)).toBe(light.series[1])
    expect(toneColor('interrupted', light)).toBe(light.quiet)
  })

  it('are those of the page', () => {
    const css = readFileSync(
      join(import.meta.dirname, '../../../src-renderer/styles/tokens.css'),
      'utf8',
    )
    const [light = '', dark = ''] = css.split('html.dark {')
    for (const [theme, colors] of [
      [light, chartColors.light],
      [dark, chartColors.dark],
    ] as const) {
      const { text, quiet, line, faint, panel, accent, best, running, pruned, failed } = colors
      const tokens = {
        text,
        'text-quiet': quiet,
        line,
        faint,
        panel,
        accent,
        best,
        'state-complete': accent,
        'state-running': running,
        'state-pruned': pruned,
        'state-failed': failed,
        'state-quiet': quiet,
        ...Object.fromEntries(
          Array.from({ length: 6 }, (_, slot) => [
            `slot-${slotTone(slot)}`,
            colors.series[slotTone(slot)],
          ]),
        ),
      }
      for (const [name, color] of Object.entries(tokens)) {
        expect(/^.*$/m.exec(theme.split(`--${name}: `)[1] ?? '')?.[0], name).toBe(`${color};`)
      }
    }
  })

  it('have the good end of ranks blue in both themes, where it stands out most', () => {
    for (const { ramps, panel } of Object.values(chartColors)) {
      const [bad = '', , good = ''] = ramps.rank
      const [red = 0, , blue = 0] = [1, 3, 5].map(at => Number.parseInt(good.slice(at, at + 2), 16))
      expect(blue).toBeGreaterThan(red)
      expect(Number.parseInt(bad.slice(1, 3), 16)).toBeGreaterThan(
        Number.parseInt(bad.slice(5), 16),
      )
      expect(contrast(good, panel)).toBeGreaterThan(contrast(bad, panel))
    }
  })

  it('stand out from the panel by at least 3 : 1', () => {
    for (const {
      panel,
      accent,
      best,
      running,
      pruned,
      failed,
      quiet,
      faint,
      series,
      ramps,
    } of Object.values(chartColors)) {
      for (const color of [
        accent,
        best,
        running,
        pruned,
        failed,
        quiet,
        faint,
        ...series,
        ...ramps.rank,
        ...ramps.order,
      ]) {
        expect([color, contrast(color, panel) >= 3]).toEqual([color, true])
      }
    }
  })
})

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map(at => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
