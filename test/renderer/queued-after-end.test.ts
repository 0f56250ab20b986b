import { expect, it } from 'vitest'
import EnqueuedTrialsPanel from '../../src-renderer/features/interventions/EnqueuedTrialsPanel.vue'
import SuspendButton from '../../src-renderer/features/interventions/SuspendButton.vue'
import StudyHeader from '../../src-renderer/features/study/StudyHeader.vue'
import { openStudy, studyDetail } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { mountPart, settle, t } from './mount.ts'

const space = { layers: { int: [2, 4] as [number, number] } }
const trials = { running: 0, complete: 10, pruned: 0, failed: 0, canceled: 0, interrupted: 0 }
const queuedPoints = [
  { id: 1, parameters: { layers: 1 }, origin: { kind: 'enqueue', trialNumber: null } },
] as never
const back = {
  'study.queue': queuedPoints,
  'study.change': { id: 4 } as never,
  'study.start': null,
}

it.each(['finished', 'paused'] as const)(
  'offers one more trial for a point that was queued, of a study that is %s at its limit',
  async state => {
    const change = { state, runsInThisProcess: false, trials, trialBudget: 10 }
    const part = mountPart(EnqueuedTrialsPanel, {
      prepare: () => {
        openStudy({ space }, [], change)
      },
      back,
    })
    await settle()
    // The range was changed since.
    expect(part.text()).toContain('Outside the current ranges: layers')
    await part.press('Resume: 1 more trial')
    expect(part.requests('study.change')).toEqual([
      { studyId: 7, change: { stop: expect.objectContaining({ trials: 11 }) as object } },
    ])
    expect(part.requests('study.start')).toEqual([{ studyId: 7 }])
    const header = mountPart(StudyHeader, {
      props: { study: studyDetail({ space }, change) },
      prepare: () => {
        openStudy({ space }, [], change)
      },
      back,
    })
    await settle()
    await header.press('Resume: 1 more trial')
    expect(header.requests('study.start')).toEqual([{ studyId: 7 }])
  },
)

it('offers nothing while the study has trials left', async () => {
  const part = mountPart(EnqueuedTrialsPanel, {
    prepare: () => {
      openStudy({ space }, [], { state: 'paused', runsInThisProcess: false, trialBudget: 10 })
    },
    back,
  })
  await settle()
  expect(part.text()).not.toContain('more trial')
})

it.each([
  [{ command: ['python3', 'train.py'] }, 1, true],
  [{ command: ['python3', 'train.py'], resumes: true }, 1, false],
  [{ function: 'branin', steps: 9 }, 1, false],
  // Trials of several trainings save no checkpoints.
  [{ function: 'branin', steps: 9 }, 2, true],
])(
  'says before what is lost where %j of %d trainings is suspended',
  async (objective, count, loses) => {
    const running = trialRow(3, { state: 'running', finishedAtMs: null })
    const part = mountPart(SuspendButton, {
      props: { trial: running },
      prepare: () => {
        openStudy({ objective, replicates: { count } }, [running])
      },
      back: { 'trial.suspend': null },
    })
    await part.press(t('lineage.suspend'))
    const isConfirming = part.wrapper.text().includes(t('lineage.suspendAnyway'))
    expect(isConfirming).toBe(loses)
    expect(part.requests('trial.suspend')).toHaveLength(loses ? 0 : 1)
    if (!loses) return
    expect(part.wrapper.text()).toMatch(/lost/)
    await part.submit()
    expect(part.requests('trial.suspend')).toEqual([{ studyId: 7, number: 3 }])
  },
)
