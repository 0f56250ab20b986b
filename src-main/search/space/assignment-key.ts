import type { Assignment } from '../../contract/trial.ts'

/** Equal for assignments that hold the same values, in whatever order. */
export function assignmentKey(parameters: Assignment): string {
  return JSON.stringify(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)))
}
