import { expect, it } from 'vitest'
import type { MetricPoints, TrialRow } from '../../src-main/features/studies/common/rows.ts'
import { formatMetric } from '../../src-main/core/i18n/format-number.ts'
import TrialForecast from '../../src-renderer/features/study/TrialForecast.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { openStudy } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { type Mounted, mountPart, settle, t } from './mount.ts'

const lossAt = (step: number): number => 0.1 + 0.9 * step ** -0.5

function curveOf(number: number, from: number, to: number): MetricPoints {
  const steps = Array.from({ length: to - from + 1 }, (_, at) => from + at)
  return { number, metric: 'loss', steps, values: steps.map(lossAt) }
}

async function mountTrialForecast(
  trial: TrialRow,
  curves: readonly MetricPoints[],
  objective: { function: string; steps?: number } = { function: 'branin', steps: 40 },
): Promise<Mounted> {
  const part = mountPart(TrialForecast, {
    props: { trial },
    prepare: () => {
      const rows = [trialRow(0, { values: [0.5] }), trialRow(1), trialRow(2)]
      rows[trial.number] = trial
      openStudy({ objective }, rows, { best: bestHeadline(0, 0.5) })
    },
    back: { 'study.curves': curves },
  })
  await settle()
  return part
}
/** The first number with a fraction. */
const expected = (part: Mounted): number => Number(/\d\.\d+/u.exec(part.text())?.[0])

it('says where a running trial is going, and looks again when more arrives', async () => {
  const part = await mountTrialForecast(trialRow(1, { state: 'running' }), [curveOf(1, 1, 12)])
  expect(Math.abs(expected(part) - lossAt(40))).toBeLessThan(0.03)
  expect(part.text()).toContain(t('trialForecast.isAhead', { best: formatMetric(0.5) }))
  const before = part.text()
  useLiveStudy().arrived = [{ number: 1, metric: 'loss', steps: [13, 14], values: [0.9, 0.9] }]
  await settle()
  expect(part.text()).not.toBe(before)
})

it('takes a training of several trials for one', async () => {
  const origin = { trial: 1, step: 8, mode: 'continue' as const }
  const part = await mountTrialForecast(trialRow(2, { origin }), [
    curveOf(2, 9, 12),
    curveOf(1, 1, 8),
  ])
  expect(part.requests('study.curves')).toMatchObject([{ numbers: [1, 2] }])
  expect(Math.abs(expected(part) - lossAt(40))).toBeLessThan(0.03)
})

it('says nothing of whole trainings, of short curves, and where nobody knows how long a training is', async () => {
  const trial = trialRow(1)
  for (const part of [
    await mountTrialForecast(trial, [curveOf(1, 1, 40)]),
    await mountTrialForecast(trial, [curveOf(1, 1, 4)]),
    await mountTrialForecast(trial, [curveOf(1, 1, 12)], { function: 'branin' }),
  ]) {
    expect(part.text()).toBe('')
  }
})
