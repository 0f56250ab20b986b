import { z } from 'zod'
import { msg } from '../../errors/message.ts'
import { broken, type Problem } from '../../errors/problem.ts'
import { commandObjective } from '../../objectives/command/command.ts'
import { externalObjective } from '../../objectives/external/external.ts'
import { functionObjective } from '../../objectives/function/function.ts'
import { moduleObjective } from '../../objectives/module/module.ts'
import { objectiveKindNames } from '../../objectives/registry.ts'
import { taskObjective } from '../../objectives/task/task.ts'
import { isObject } from '../../values/json.ts'
import { studyKey } from './study-key.ts'

/** Exactly one of the objective kinds; the other keys are the settings of that task or function. */
const objectiveSchema = z.union([
  taskObjective.schema,
  functionObjective.schema,
  commandObjective.schema,
  moduleObjective.schema,
  externalObjective.schema,
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
