import { msg } from '../../src-main/core/errors/message.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { noLabels } from '../../src-main/core/study/study.ts'
import type { StudyRow } from '../../src-main/features/studies/common/rows.ts'

/** A running study with 3 of 10 trials done. */
export const runningStudy: StudyRow = {
  id: 7,
  name: 'digits',
  state: 'running',
  reason: null,
  runsInThisProcess: true,
  requestedEnd: null,
  goal: { metric: 'loss', direction: 'minimize' },
  goalCount: 1,
  objective: 'image',
  sampler: 'tpe',
  program: null,
  trials: { running: 2, complete: 2, pruned: 1, failed: 0, canceled: 0, interrupted: 0 },
  trialBudget: 10,
  timeLeftMs: 8_000,
  best: bestHeadline(1, 0.125),
  sparkline: [0.5, 0.125],
  createdAtMs: 0,
  elapsedMs: 1000,
  labels: noLabels,
  trialViews: [],
  parallelTrials: 2,
}

export const finishedStudy: StudyRow = {
  ...runningStudy,
  timeLeftMs: null,
  state: 'finished',
  reason: msg('ending.trialsDone', { trials: 10 }),
  runsInThisProcess: false,
}
