import { describe, expect, it } from 'vitest'
import type { TrialDetail } from '../../src-main/features/studies/common/methods.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import type { TrialRecord } from '../../src-main/core/trial/trial.ts'
import RunningPanel from '../../src-renderer/features/monitor/RunningPanel.vue'
import StudyHeader from '../../src-renderer/features/study/StudyHeader.vue'
import TrialCosts from '../../src-renderer/features/study/TrialCosts.vue'
import TrialDrawer from '../../src-renderer/features/study/TrialDrawer.vue'
import TrialsPanel from '../../src-renderer/features/study/TrialsPanel.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { openStudy, studyDetail } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { mountPart, settle } from './mount.ts'

/** A value is the mean of folds wherever it stands, and each fold can be seen. */
const study = {
  objective: { function: 'branin', steps: 60 },
  folds: 5,
} as const
const goal = { metric: 'loss', direction: 'minimize' } as const
const trainings = [75, 80, 85, 90, 95].map((value, number) => ({
  number,
  values: [value],
  bestStep: 40 + number,
  lastStep: 60,
}))
const complete = trialRow(0, { values: [85], trainings })
const pruned = trialRow(1, {
  state: 'pruned',
  values: [70],
  trainings: [{ number: 0, values: [], bestStep: null, lastStep: 3 }],
})
const best = bestHeadline(0, 85, {
  goals: [{ ...goal, value: 85, test: { metric: 'testLoss', value: 77 } }],
  trainings: { by: 'folds', count: 5, value: 'mean' },
  basis: msg('trainings.of', { by: 'folds', count: 5, value: 'mean' }),
  testMetrics: { testLoss: 77 },
  testModel: msg('trainings.testModel', { by: 'folds' }),
})
const winner = { trialNumber: 0, metrics: { loss: 77 }, looks: null }

describe('a study of five folds', () => {
  it('says on a running card which fold trains, and measures its way over all of them', async () => {
    const running = trialRow(0, {
      state: 'running',
      finishedAtMs: null,
      startedAtMs: Date.now() - 30_000,
      lastStep: 60,
      trainings: [
        { ...trainings[0]!, number: 0 },
        { number: 1, values: [], bestStep: null, lastStep: 10 },
      ],
    })
    const { text, wrapper } = mountPart(RunningPanel, {
      prepare: () => {
        openStudy(study, [running])
      },
      back: { 'study.curves': [] },
    })
    await settle()
    expect(text()).toContain('fold 2/5 · step 10 / 60')
    useLiveStudy().reported = [
      { number: 0, metric: 'loss', training: 2, steps: [11, 12], values: [2, 1] },
    ]
    await settle()
    expect(text()).toContain('fold 3/5 · step 12 / 60')
    const bar = wrapper.find('progress').element
    expect([bar.value, bar.max]).toEqual([132, 300])
    // 30 s for 132 steps: the 168 left take 38 s, not those of one fold.
    expect(text()).toMatch(/About (?:3\d|40) s left/)
  })

  it('shows the value of a trial with its deviation and every fold, first of all', async () => {
    const record = {
      ...complete,
      seed: 1,
      bestStep: 40,
      attempts: [],
      provenance: { sampler: 'random', reason: msg('proposal.random') },
      metrics: { loss: { steps: [1, 2], values: [9, 7] } },
    } as unknown as TrialRecord
    const detail: TrialDetail = {
      trial: record,
      trainingCurves: [{ number: 1, metrics: { loss: { steps: [1, 2, 3], values: [11, 9, 8] } } }],
      artifacts: [],
      files: [],
      remarks: { notes: [], attributes: {}, leftOut: [] },
      checkpoint: null,
    }
    const { text, give, wrapper } = mountPart(TrialDrawer, {
      props: { modelValue: null },
      prepare: () => {
        openStudy(study, [complete], { best, winner })
      },
      back: { 'trial.get': detail, 'trial.network': null, 'trial.resources': [] },
    })
    await give(0)
    expect(text()).toContain('± 7.91')
    expect(wrapper.find('.deviation').attributes('title')).toBe('Standard deviation of the 5 folds')
    expect(text()).toContain('mean of 5 folds')
    for (const [index, value] of ['75.00', '80.00', '85.00', '90.00', '95.00'].entries()) {
      expect(text()).toMatch(new RegExp(`fold ${index + 1}\\s*${value}\\s*step ${40 + index}`))
    }
    expect(text()).toContain('model of fold 1')
    expect(text().indexOf('mean of 5 folds')).toBeLessThan(text().indexOf('Parameters'))
    expect(text()).toContain('2 folds (thin) and their mean')
  })

  it('says whose training time it is, and shows what the whole trial took', async () => {
    const trainingSeconds = { steps: [60], values: [13] }
    const trial = { ...complete, metrics: { trainingSeconds }, attempts: [] }
    const { text } = mountPart(TrialCosts, {
      props: {
        trial: { ...trial, startedAtMs: 1_000, finishedAtMs: 46_000 },
        use: null,
        withCurve: true,
      },
      prepare: () => {
        openStudy(study, [complete])
      },
    })
    await settle()
    expect(text()).toMatch(/Training time, fold 1|Training time \(fold 1\)/)
    expect(text()).toMatch(/Duration of the trial, all 5 folds\s*45 s/)
  })

  it('says in the header which model was tested, and that its value is unexpected', async () => {
    const testGap = msg('testGap.outside', {
      metric: 'testLoss',
      value: '77',
      low: '1',
      high: '2',
      by: 'folds',
      count: 5,
    })
    const { wrapper } = mountPart(StudyHeader, {
      props: { study: studyDetail(study, { best: { ...best, testGap }, winner }) },
    })
    await settle()
    const title = wrapper.find('.cell.test').attributes('title')
    expect(title).toContain('model of fold 1')
    expect(title).toContain('the 95 % prediction interval of the 5 folds (1 to 2)')
  })

  it('does not call an estimate from a part of the folds their mean', async () => {
    const { text } = mountPart(StudyHeader, {
      props: {
        study: studyDetail(study, {
          best: { ...best, basis: msg('trainings.estimate', { done: 3, count: 5 }) },
          winner,
        }),
      },
    })
    await settle()
    expect(text()).toContain('estimate from 3 of 5 trainings')
    expect(text()).not.toContain('mean of 5 folds')
  })

  it('names the mean in the header and the head of the table, and a pruned trial that has none', async () => {
    const header = mountPart(StudyHeader, {
      props: { study: studyDetail(study, { best, winner }) },
      prepare: () => {
        openStudy(study, [complete, pruned], { best, winner })
      },
    })
    await settle()
    expect(header.text()).toContain('mean of 5 folds')
    expect(header.text()).toContain('testLoss · model of fold 1')
    const table = mountPart(TrialsPanel, {
      props: { active: true },
      prepare: () => {
        openStudy(study, [complete, pruned], { best })
      },
    })
    await settle()
    expect(table.text()).toContain('loss (mean of 5 folds)')
  })
})
