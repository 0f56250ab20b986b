import type { StudyDetail } from '../../../src-main/features/studies/common/rows.ts'

/** Cards that fit beside the charts; of more trials a table is shown. */
const MAX_CARDS = 6

/** Whether running trials stand in a table: by the parallel trials of the study, so that it does not change while one ends. */
export function isCompact(study: Pick<StudyDetail, 'parallelTrials'>, running: number): boolean {
  return Math.max(study.parallelTrials, running) > MAX_CARDS
}
