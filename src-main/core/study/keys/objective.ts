import { z } from 'zod'
import { msg } from '../../errors/message.ts'
import { broken, type Problem } from '../../errors/problem.ts'
import { objectiveKindNames } from '../../objectives/objective-kind.ts'
import { isObject } from '../../values/json.ts'
import { commandObjectiveSchema, moduleObjectiveSchema } from '../user-code.ts'
import { studyKey } from './study-key.ts'

/**
 * Exactly one of the objective kinds; the other keys are the settings of that task or function. `external`
 * is for studies that another program asks and tells (`tunewright suggest`); no file that is run has it.
 */
const objectiveSchema = z.union([
  z.looseObject({ task: z.string().min(1).describe('option.study.task') }),
  z.looseObject({ function: z.string().min(1).describe('option.study.function') }),
  commandObjectiveSchema,
  moduleObjectiveSchema,
  z.strictObject({ external: z.literal(true).describe('option.study.external') }),
])

export const objectiveKey = studyKey(objectiveSchema, {
  layout: 'linePerEntry',
  rules: checkObjective,
})

function checkObjective(objective: unknown): Problem[] {
  const names = [...objectiveKindNames]
  if (!isObject(objective) || names.filter(kind => kind in objective).length < 2) return []
  return [broken(['objective'], objective, msg('rule.exactlyOneOf', { names }))]
}
