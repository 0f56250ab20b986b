import { describe, expect, it, vi } from 'vitest'
import type { StepTimes } from '../../src-main/core/trial/resources.ts'
import type { MetricPoints } from '../../src-main/features/studies/common/rows.ts'
import { chartColors, slotTone, toneColor } from '../../src-main/charts/chart-colors.ts'
import type { ChartModel } from '../../src-main/charts/chart-model.ts'
import ModelFigure from '../../src-renderer/charts/ModelFigure.vue'
import CurvesPanel from '../../src-renderer/features/study/CurvesPanel.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { openStudy } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { holdTime, type Mounted, mountPart, pass, settle, t, zh } from './mount.ts'

const trials = [trialRow(0), trialRow(1)]

async function panel(
  path: string,
  curves: readonly MetricPoints[] | ((request: never) => readonly MetricPoints[]) = [],
): Promise<Mounted> {
  const part = mountPart(CurvesPanel, {
    path,
    prepare: () => {
      openStudy({ goals: [{ metric: 'validationLoss', direction: 'minimize' }] }, trials)
    },
    back: { 'study.curves': curves },
  })
  await part.router.isReady()
  await settle()
  return part
}

async function report(...metrics: string[]): Promise<void> {
  const live = useLiveStudy()
  if (live.study !== null) live.study = { ...live.study, metrics }
  await settle()
}

it('draws the goal and the same on training data, asked for once and not named in the address', async () => {
  const part = await panel('/study/7/monitor')
  await report('validationLoss')
  await report('validationLoss', 'trainLoss')
  expect(part.chosen(t('study.metric'))).toEqual(['validationLoss', 'trainLoss'])
  const requestCount = part.requests('study.curves').length
  await report('validationLoss', 'trainLoss')
  expect(part.requests('study.curves')).toHaveLength(requestCount)
  await new Promise(resolve => setTimeout(resolve, 260))
  expect(part.router.currentRoute.value.query).toEqual({})
})

it('draws what the address names as soon as it is reported', async () => {
  const part = await panel(`/study/7/monitor?curves=${encodeURIComponent('["other"]')}`)
  await report('validationLoss', 'other')
  expect(part.chosen(t('study.metric'))).toEqual(['other'])
  await part.choose(t('study.metric'), ['validationLoss'])
  expect(part.chosen(t('study.metric'))).toEqual(['validationLoss'])
})

it('says that there is no curve where each trial reports once', async () => {
  const once = { metric: 'validationLoss', steps: [1], values: [0.5] }
  const two = { ...once, steps: [1, 2], values: [0.5, 0.4] }
  for (const [second, isCurve] of [
    [once, false],
    [two, true],
  ] as const) {
    const curves = [
      { ...once, number: 0 },
      { ...second, number: 1 },
    ]
    const part = await panel('/study/7/monitor', curves)
    await report('validationLoss')
    await vi.waitFor(() => {
      expect(part.text().includes(t('study.oneStep'))).toBe(!isCurve)
      expect(part.text()).not.toContain(t('study.noCurves'))
    })
    part.wrapper.unmount()
  }
})

it('falls back to the first metric with steps where each trial reports its goal once', async () => {
  const points = ({ metric }: { readonly metric: string }): MetricPoints[] => {
    const steps = metric === 'loss' ? [1, 2, 3] : [3]
    return [0, 1].map(number => ({ metric, number, steps, values: steps.map(step => 1 / step) }))
  }
  const part = await panel('/study/7/monitor', points)
  await report('validationLoss', 'seconds', 'loss')
  const fallback = t('study.curvesFallback', { goal: 'validationLoss', metric: 'loss' })
  await vi.waitFor(() => {
    expect(part.chosen(t('study.metric'))).toEqual(['loss'])
    expect(part.text()).toContain(fallback)
  })
  expect(part.text()).not.toContain(t('study.oneStep'))
  // A person may choose the goal all the same.
  await part.choose(t('study.metric'), ['validationLoss'])
  await vi.waitFor(() => expect(part.text()).toContain(t('study.oneStep')))
  expect(part.text()).not.toContain(fallback)
})

it('says which fold its curves are of, and draws a running trial in a color of its own', async () => {
  const part = mountPart(CurvesPanel, {
    prepare: () => {
      openStudy({ goals: [{ metric: 'validationLoss', direction: 'minimize' }], folds: 5 }, [
        trialRow(0),
        trialRow(1, { state: 'running' }),
      ])
    },
    back: {
      'study.curves': [0, 1].map(number => ({
        metric: 'validationLoss',
        number,
        steps: [1, 2, 3, 4],
        values: [4, 3, 2, 1],
      })),
    },
  })
  await settle()
  await report('validationLoss')
  const fold = t('trainings.numbered', { by: 'folds', number: 1, count: 5 })
  expect(fold).toBe('fold 1 of 5')
  expect(zh('trainings.numbered', { by: 'folds', number: 1, count: 5 })).toBe('5 折中的第 1 折')
  const shownModel = () =>
    (part.wrapper.findComponent(ModelFigure).props() as { model: ChartModel }).model
  await vi.waitFor(() => {
    const { y } = shownModel()
    expect(y.title).toContain(fold)
  })
  const { marks } = shownModel()
  const running = marks.find(({ name }) => name === t('state.running'))
  const { accent, series } = chartColors.light
  expect(toneColor(running?.tone ?? 'faint', chartColors.light)).not.toBe(accent)
  expect(Array.from({ length: 12 }, (_, slot) => series[slotTone(slot)])).not.toContain(accent)
  const forecast = marks.find(({ name }) => name === t('chart.forecast'))
  if (forecast !== undefined) expect(forecast.tone).not.toBe(running?.tone)
})

describe('curves over time', () => {
  const shownModel = (part: Mounted): ChartModel =>
    (part.wrapper.findComponent(ModelFigure).props() as { model: ChartModel }).model
  const drawnXs = (part: Mounted): number[][] =>
    shownModel(part).marks.map(mark =>
      mark.kind === 'line'
        ? mark.points.filter(({ y }) => Number.isFinite(y)).map(({ x }) => x)
        : [],
    )
  /** A step in two seconds, measured as long as it ran. */
  const times = (change: Partial<StepTimes> = {}): StepTimes => ({
    startedAtMs: 1_000,
    finishedAtMs: 7_000,
    isFirst: true,
    samples: [1, 2, 3].map(step => ({ atMs: 1_000 + 2_000 * step, step })),
    ...change,
  })
  const curve = (number: number): MetricPoints => ({
    metric: 'validationLoss',
    number,
    steps: [1, 2, 3],
    values: [0.3, 0.2, 0.1],
  })
  const withTimes = async (
    answer: readonly (StepTimes | null)[] | (() => readonly (StepTimes | null)[]),
    rows = trials,
  ): Promise<Mounted> => {
    const part = mountPart(CurvesPanel, {
      path: '/study/7/monitor',
      prepare: () => {
        openStudy({ goals: [{ metric: 'validationLoss', direction: 'minimize' }] }, rows)
      },
      back: { 'study.curves': rows.map(({ number }) => curve(number)), 'study.stepTimes': answer },
    })
    await part.router.isReady()
    await settle()
    await report('validationLoss')
    return part
  }

  it('stand where each step came, as the address says, when somebody wants it', async () => {
    const part = await withTimes([times(), times({ finishedAtMs: 9_000 })])
    expect(shownModel(part).x.title).toBe(t('chart.step'))
    expect(part.requests('study.stepTimes')).toEqual([])
    await part.choose(t('trials.axis'), 'wallTime')
    await vi.waitFor(() => {
      expect(shownModel(part).x).toMatchObject({
        title: t('chart.wallTime'),
        unit: 'durationMs',
        range: { low: 0, high: 6_000 },
      })
    })
    expect(drawnXs(part)[0]).toEqual([2_000, 4_000, 6_000, 2_000, 4_000, 6_000])
    // Tables keep steps.
    expect(shownModel(part).table.rows.map(row => row.at(-1))).toEqual([3, 3])
    await vi.waitFor(() => {
      expect(part.router.currentRoute.value.query).toMatchObject({ over: 'wallTime' })
    })
    await part.choose(t('trials.axis'), 'step')
    expect(shownModel(part).x.title).toBe(t('chart.step'))
  })

  it('say how many are missing, and which are of a last attempt alone', async () => {
    const part = await withTimes([null, times({ isFirst: false })])
    await part.choose(t('trials.axis'), 'wallTime')
    await vi.waitFor(() => {
      expect(part.text()).toContain(t('study.curvesUntimed', { count: 1 }))
      expect(part.text()).toContain(t('study.curvesAttempts', { count: 1 }))
    })
    expect(drawnXs(part).flat()).toHaveLength(3)
  })

  it('say where no time is known at all', async () => {
    const part = await withTimes([null, null])
    await part.choose(t('trials.axis'), 'wallTime')
    await vi.waitFor(() => expect(part.text()).toContain(t('study.noStepTimes')))
  })

  it('go on while trials run', async () => {
    holdTime()
    const answerTimes = vi.fn(() => [times(), times()])
    const part = await withTimes(answerTimes, [trialRow(0), trialRow(1, { state: 'running' })])
    await part.choose(t('trials.axis'), 'wallTime')
    const before = answerTimes.mock.calls.length
    await pass(11_000)
    expect(answerTimes.mock.calls.length - before).toBe(2)
  })
})
