import type { Goal } from '../study/study-specification.ts'
import type { ColumnType } from './column-format.ts'
import type { TableProblem } from './data-settings.ts'

/**
 * The problem that a target says by itself: regression for numbers, classification for everything else and for few whole numbers.
 * @param target `distinct`: different values; null for more than a classification has by itself
 */
export function inferredProblem(target: {
  readonly type: ColumnType
  readonly whole: boolean
  readonly distinct: number | null
}): TableProblem {
  const isNumber = target.type === 'number'
  return isNumber && !(target.whole && target.distinct !== null) ? 'regression' : 'classification'
}

/** What a study of a table aims at where nobody says otherwise. */
export const usualGoals: Readonly<Record<TableProblem, Goal>> = {
  classification: { metric: 'validationAccuracy', direction: 'maximize' },
  regression: { metric: 'validationRmse', direction: 'minimize' },
}
