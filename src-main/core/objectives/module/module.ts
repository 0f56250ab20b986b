import { type ModuleObjective, moduleObjectiveSchema } from '../../study/user-code.ts'
import { defineObjective, type GivenObjective } from '../objective-kind.ts'
import { resumes } from '../user-code.ts'

/** A module of the user. It could leave anything behind in its process: each attempt has a new one. */
export const moduleObjective = defineObjective({
  name: 'module',
  schema: moduleObjectiveSchema,
  title: objective => String(objective['module']),
  isUserCode: true,
  bringsSpace: true,
  takesInstances: true,
  processes: 'fresh',
  savesCheckpoints: resumes,
  canBeExtended: resumes,
  notResumableReason: 'program',
})

export function isModule(objective: GivenObjective): objective is ModuleObjective {
  return 'module' in objective
}

/** Its file, as the study names it. */
export function moduleFile(objective: Pick<ModuleObjective, 'module'>): string {
  return objective.module
}
