/** What the sampler and the pruner of a study can do, as far as others act on it; from their definitions. */
export interface StudyCapabilities {
  /** Trials belong to generations, by which the study can be looked at. */
  readonly worksInGenerations: boolean
  /** Something looks at what trials report before they end. */
  readonly readsCurves: boolean
  /** The sampler continues trials from checkpoints: the value of a trial depends on how far its training was. */
  readonly needsCheckpoints: boolean
  /** A training is split into several trials, each complete before the training is. */
  readonly splitsTrainings: boolean
  /** Steps of a whole training, where the options of the sampler or the pruner say so. */
  readonly fullSteps: number | null
}
