import { msg } from '../../src-main/core/errors/message.ts'
import type { TrialRow } from '../../src-main/features/studies/common/rows.ts'

/** A row of the table of trials. */
export function trialRow(number: number, change: Partial<TrialRow> = {}): TrialRow {
  return {
    number,
    state: 'complete',
    parameters: {},
    values: [],
    lastStep: 4,
    reason: null,
    proposal: msg('proposal.random'),
    attempts: 1,
    slot: 0,
    startedAtMs: 0,
    finishedAtMs: 10,
    excluded: false,
    note: '',
    ...change,
  }
}
