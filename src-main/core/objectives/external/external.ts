import type { ObjectiveKindDefinition } from '../objective-kind.ts'

/** Another program evaluates the trials. */
export const externalObjective: ObjectiveKindDefinition = {
  name: 'external',
  usesNoGpu: true,
  notResumableReason: 'oneStep',
}
