import type { StudyRow } from '../../../src-main/features/studies/common/rows.ts'
import { displayedState } from '../../../src-main/core/study/displayed-state.ts'
import { finishedCount } from '../../../src-main/core/trial/trial.ts'

/** Columns of the list that it can be sorted by, each with what counts. */
const keys = {
  name: ({ name }) => name.toLowerCase(),
  state: row => displayedState(row),
  progress: row => finishedCount(row.trials),
  elapsed: ({ elapsedMs }) => elapsedMs,
  created: ({ createdAtMs }) => createdAtMs,
} satisfies Readonly<Record<string, (row: StudyRow) => string | number>>
export type StudyColumn = keyof typeof keys

/** Those that run come first, then by a column; equal ones the newest first, and all of them without such a column. */
export function sortStudies(
  studies: readonly StudyRow[],
  column: string,
  descending: boolean,
): StudyRow[] {
  const key = Object.hasOwn(keys, column) ? keys[column as StudyColumn] : () => 0
  const sign = descending ? -1 : 1
  return studies.toSorted((a, b) => {
    const running = Number(b.runsInThisProcess) - Number(a.runsInThisProcess)
    return running || sign * compare(key(a), key(b)) || b.id - a.id
  })
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b))
}
