import { effectScope } from 'vue'
import { describe, expect, it } from 'vitest'
import type { TrialRow } from '../../src-main/features/studies/common/rows.ts'
import { emptyChart } from '../../src-main/charts/chart-model.ts'
import { useLiveModel } from '../../src-renderer/charts/use-live-model.ts'
import EnqueuedTrialsPanel from '../../src-renderer/features/interventions/EnqueuedTrialsPanel.vue'
import EventsPanel from '../../src-renderer/features/study/EventsPanel.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { openStudy, studyRow } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { mountPart, settle } from './mount.ts'

const running = trialRow(1, { state: 'running', finishedAtMs: null, lastStep: 0 })
const trials = [trialRow(0, { values: [0.5] }), running]
const prepare = (): void => {
  openStudy({}, trials)
}

/** News of the study, a step further each time. */
async function progress(...changed: TrialRow[]): Promise<void> {
  const study = studyRow(7, {
    state: 'running',
    runsInThisProcess: true,
    elapsedMs: performance.now(),
  })
  const metrics = [{ number: 1, metric: 'loss', steps: [1], values: [0.5] }]
  useLiveStudy().take({
    sequence: 1,
    type: 'progress',
    study,
    trials: changed,
    metrics,
    engine: null,
  })
  await settle()
}

describe('news of a trial that goes on', () => {
  it('leave what is drawn of trials the same until one ends', async () => {
    mountPart(EnqueuedTrialsPanel, { prepare, back: { 'study.queue': [] } })
    await settle()
    const live = useLiveStudy()
    const before = live.history
    let made = 0
    const scope = effectScope()
    scope.run(() =>
      useLiveModel(() => {
        made++
        return { ...emptyChart(''), notes: [String(live.history.length)] }
      }),
    )
    await progress({ ...running, lastStep: 1 })
    await progress({ ...running, lastStep: 2 })
    expect(live.trials[1]?.lastStep).toBe(2)
    expect(live.history).toBe(before)
    expect(made).toBe(1)
    await progress({ ...running, state: 'complete', values: [0.25], finishedAtMs: 20 })
    expect(live.history.at(-1)).toMatchObject({ state: 'complete', values: [0.25] })
    expect(made).toBe(2)
    await progress({ ...running, state: 'complete', values: [0.25], excluded: true })
    expect(live.history.at(-1)).toMatchObject({ excluded: true })
    scope.stop()
  })

  it('do not ask the back end for the queue again; a further trial does', async () => {
    const part = mountPart(EnqueuedTrialsPanel, { prepare, back: { 'study.queue': [] } })
    await settle()
    await progress({ ...running, lastStep: 1 })
    await progress({ ...running, lastStep: 2 })
    expect(part.requests('study.queue')).toHaveLength(1)
    await progress({ ...running, number: 2 })
    expect(part.requests('study.queue')).toHaveLength(2)
  })

  it('do not ask for its events again; the end of a trial does', async () => {
    const part = mountPart(EventsPanel, { prepare, back: { 'study.events': [] } })
    await settle()
    const requestCount = part.requests('study.events').length
    await progress({ ...running, lastStep: 1 })
    expect(part.requests('study.events')).toHaveLength(requestCount)
    await progress({ ...running, state: 'failed', finishedAtMs: 20 })
    expect(part.requests('study.events')).toHaveLength(requestCount + 1)
  })
})
