import type { ObjectiveKindDefinition } from '../objective-kind.ts'

/**
 * A built-in test function. One of a single step has nothing to go on with, and a file for each trial would cost ten
 * times what the trial does.
 */
export const functionObjective: ObjectiveKindDefinition = {
  name: 'function',
  usesNoGpu: true,
  savesCheckpoints: objective => Number(objective['steps'] ?? 1) > 1,
  notResumableReason: 'oneStep',
}
