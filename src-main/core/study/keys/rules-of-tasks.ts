import { msg } from '../../errors/message.ts'
import { broken, type Problem } from '../../errors/problem.ts'
import { kindOfObjective } from '../../objectives/registry.ts'
import { isObject } from '../../values/json.ts'
import type { StudyKey } from './study-key.ts'

/** Rules of a number that only the built-in tasks can be given. */
export function rulesOfTasks(
  key: string,
  code: 'rule.foldsOfTask' | 'rule.ensembleOfTask',
): NonNullable<StudyKey['rules']> {
  return (value, { objective }): Problem[] => {
    if (!isObject(objective) || kindOfObjective(objective)?.splitsRows === true) return []
    return typeof value === 'number' && value > 1 ? [broken([key], value, msg(code))] : []
  }
}
