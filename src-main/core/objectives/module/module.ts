import type { ObjectiveKindDefinition } from '../objective-kind.ts'
import { resumes } from '../user-code.ts'

/** A module of the user. */
export const moduleObjective: ObjectiveKindDefinition = {
  name: 'module',
  isUserCode: true,
  takesInstances: true,
  savesCheckpoints: resumes,
  canBeExtended: resumes,
  notResumableReason: 'program',
}
