import type { ObjectiveKindDefinition } from '../objective-kind.ts'

/** A built-in training problem. A training with hypergradients reports once, and has nothing to go on from. */
export const taskObjective: ObjectiveKindDefinition = {
  name: 'task',
  splitsRows: true,
  savesCheckpoints: objective => !('hypergradients' in objective),
  canBeExtended: () => true,
  notResumableReason: 'hypergradients',
}
