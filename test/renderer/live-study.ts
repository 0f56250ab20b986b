import type { TrialRow } from '../../src-main/contract/api/rows.ts'
import { fact } from '../../src-main/contract/fact.ts'
import {
  studySpecificationSchema,
  type StudySpecificationInput,
} from '../../src-main/contract/study-specification.ts'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'

/** A row of the table of trials. */
export function trialRow(number: number, change: Partial<TrialRow> = {}): TrialRow {
  return {
    number,
    state: 'complete',
    parameters: {},
    values: [],
    lastStep: 4,
    reason: null,
    proposal: fact('proposal.random'),
    attempts: 1,
    slot: 0,
    startedAtMs: 0,
    finishedAtMs: 10,
    excluded: false,
    note: '',
    ...change,
  }
}

/** Opens a study with its trials in the store of the page. */
export function openStudy(
  specification: Partial<StudySpecificationInput>,
  trials: readonly TrialRow[] = [],
): void {
  const live = useLiveStudy()
  const full = studySpecificationSchema.parse({
    name: 'open',
    objective: { function: 'branin' },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { rate: { float: [0.001, 1], log: true } },
    stop: { trials: 10 },
    ...specification,
  })
  live.openId = 7
  live.study = {
    id: 7,
    name: full.name,
    state: 'running',
    runsHere: true,
    specification: full,
    best: null,
    metrics: [],
  } as never
  live.trials = trials
  live.complete = true
}
