import type { z } from 'zod'

/** An objective as a study file has it, before or after its schema. */
export type GivenObjective = Readonly<Record<string, unknown>>

/**
 * A kind of objective as the registry lists it: what others act on. How a trial of it runs is in `attempts`, which loads
 * that on demand.
 */
export interface ObjectiveKindDefinition {
  /** The key of `objective` that tells that a study has it. */
  readonly name: string
  /** Of the `objective` of a study file. */
  readonly schema: z.ZodType
  /** What a list of studies calls such an objective: the built-in task or function, or the code of the user. */
  title(objective: GivenObjective): string
  /** Whether its trials run code of the user, which needs trust. Default false. */
  readonly isUserCode?: boolean
  /** Whether another program evaluates its trials, so that nothing of it is started here. Default false. */
  readonly runsElsewhere?: boolean
  /** Whether a study without a space gets one from it. Default false. */
  readonly bringsSpace?: boolean
  /** Whether its trials can be told of an instance. Default false. */
  readonly takesInstances?: boolean
  /** Whether it splits rows of data itself, so that it has folds, and ensembles of what it trains. Default false. */
  readonly splitsRows?: boolean
  /** Whether a trial leaves a model, which is kept and measured on test rows once the study is over. Default false. */
  readonly leavesModel?: boolean
  /** Whether its trials compute with the engine that the study asks for, which measures what a training costs. Default false. */
  readonly usesEngine?: boolean
  /** Whether no trial of it uses a GPU that a study could give it. Default false. */
  readonly usesNoGpu?: boolean
  /** Whether the parameter `epochs` of the space says how long a training is. Default false. */
  readonly trainsForEpochs?: boolean
  /** Steps of every trial, as far as its settings say so; undefined: one. Absent: its settings never do. */
  steps?(objective: GivenObjective): number | undefined
  /** Whether one process of this machine serves several attempts: as long as its engine is worth it, never, or always. */
  readonly processes: 'byEngine' | 'fresh' | 'reuse'
  /** Whether a trial leaves something that another one can go on from. Default: it does not. */
  savesCheckpoints?(objective: GivenObjective): boolean
  /** Whether its trials can be asked for so many steps more. Default: they cannot. */
  canBeExtended?(objective: GivenObjective): boolean
  /** Why no trial of it can be trained longer or forked, where none leaves a checkpoint. */
  readonly notResumableReason: 'program' | 'oneStep' | 'hypergradients'
}

/** A definition with the types of its name and its schema. */
export function defineObjective<const Definition extends ObjectiveKindDefinition>(
  definition: Definition,
): Definition {
  return definition
}
