/** Names of the kinds of objectives: the key of `objective` that tells which one a study has. */
export const objectiveKindNames = ['task', 'function', 'command', 'module', 'external'] as const
export type ObjectiveKind = (typeof objectiveKindNames)[number]

/** An objective as a study file has it, before or after its schema. */
export type GivenObjective = Readonly<Record<string, unknown>>

/**
 * A kind of objective as the registry lists it: what others act on. How a trial of it runs is in `attempts`, which loads
 * that on demand.
 */
export interface ObjectiveKindDefinition {
  readonly name: ObjectiveKind
  /** Whether its trials run code of the user, which needs trust. Default false. */
  readonly isUserCode?: boolean
  /** Whether its trials can be told of an instance. Default false. */
  readonly takesInstances?: boolean
  /** Whether it splits rows of data itself, so that it has folds, and ensembles of what it trains. Default false. */
  readonly splitsRows?: boolean
  /** Whether no trial of it uses a GPU that a study could give it. Default false. */
  readonly usesNoGpu?: boolean
  /** Whether a trial leaves something that another one can go on from. Default: it does not. */
  savesCheckpoints?(objective: GivenObjective): boolean
  /** Whether its trials can be asked for so many steps more. Default: they cannot. */
  canBeExtended?(objective: GivenObjective): boolean
  /** Why no trial of it can be trained longer or forked, where none leaves a checkpoint. */
  readonly notResumableReason: 'program' | 'oneStep' | 'hypergradients'
}
