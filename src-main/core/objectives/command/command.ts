import type { ObjectiveKindDefinition } from '../objective-kind.ts'
import { resumes } from '../user-code.ts'

/** A program of the user. */
export const commandObjective: ObjectiveKindDefinition = {
  name: 'command',
  isUserCode: true,
  takesInstances: true,
  savesCheckpoints: resumes,
  canBeExtended: resumes,
  notResumableReason: 'program',
}
