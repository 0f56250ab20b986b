import type {
  StudyDetail,
  StudyRow,
  TrialRow,
} from '../../src-main/features/studies/common/rows.ts'
import {
  studySpecificationSchema,
  type StudySpecificationInput,
} from '../../src-main/core/study/study-specification.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { studyCapabilities } from '../../src-main/search/study-capabilities.ts'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'

/** A line of the list of studies. */
export function studyRow(id: number, change: Partial<StudyRow> = {}): StudyRow {
  return {
    id,
    name: `study ${id}`,
    state: 'paused',
    reason: null,
    runsInThisProcess: false,
    requestedEnd: null,
    goal: { metric: 'loss', direction: 'minimize' },
    goalCount: 1,
    objective: 'branin',
    sampler: 'tpe',
    program: null,
    trials: { running: 0, complete: 3, pruned: 0, failed: 0, canceled: 0, interrupted: 0 },
    trialBudget: 10,
    timeLeftMs: null,
    best: bestHeadline(1, 0.5),
    sparkline: [1, 0.5],
    createdAtMs: 0,
    elapsedMs: 3_000,
    labels: { tags: [], note: '', archived: false },
    trialViews: [],
    parallelTrials: 1,
    ...change,
  }
}

export function studyDetail(
  specification: Partial<StudySpecificationInput> = {},
  change: Partial<StudyDetail> = {},
): StudyDetail {
  const full = studySpecificationSchema.parse({
    name: 'open',
    objective: { function: 'branin' },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { rate: { float: [0.001, 1], log: true } },
    stop: { trials: 10 },
    ...specification,
  })
  return {
    ...studyRow(7, { name: full.name, state: 'running', runsInThisProcess: true, best: null }),
    goal: full.goals[0] ?? { metric: 'loss', direction: 'minimize' },
    specification: full,
    source: '',
    environment: {} as StudyDetail['environment'],
    dataset: null,
    winner: null,
    metrics: [],
    capabilities: studyCapabilities(full),
    samplerWhy: { code: 'sampler.named', values: { sampler: full.sampler.name } },
    ...change,
  }
}

/** Opens a study with its trials in the store of the page. */
export function openStudy(
  specification: Partial<StudySpecificationInput>,
  trials: readonly TrialRow[] = [],
  change: Partial<StudyDetail> = {},
): void {
  const live = useLiveStudy()
  live.openId = 7
  live.study = studyDetail(specification, change)
  live.trials = trials
  live.complete = true
}
