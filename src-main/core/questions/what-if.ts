import { z } from 'zod'
import type { MessageDescriptor } from '../errors/message.ts'

/** The decisions of another pruner on the curves that are stored; a simulation. */
export interface PrunerReplay {
  readonly pruner: string
  /** Trials with a curve, in the order of the study. */
  readonly trials: number
  /** Steps that the study spent on them, and those that it would have spent. */
  readonly steps: readonly [spent: number, simulated: number]
  readonly stopped: readonly {
    readonly number: number
    readonly step: number
    readonly reason: MessageDescriptor
  }[]
  /** Best final value of the trials that would have been trained to their end, and the best of the study; null if none. */
  readonly best: readonly [simulated: number | null, actual: number | null]
  /** Trials that the study stopped and the other pruner would have let go on: what they would have reached is unknown. */
  readonly unknown: number
}

/** The best values that samplers find on a surrogate of a study; a simulation. */
export interface SamplerSimulation {
  readonly ok: true
  /** Trials that the surrogate was fitted to, and the share of their variance that it explains for unseen ones. */
  readonly surrogate: { readonly trials: number; readonly explained: number }
  readonly runs: number
  readonly samplers: readonly {
    readonly sampler: string
    /** Best value so far after trial 1, 2, … over the runs. */
    readonly median: readonly number[]
    readonly lowerQuartile: readonly number[]
    readonly upperQuartile: readonly number[]
  }[]
}

/** The outcome with another sampler, pruner or budget; a simulation. */
export interface WhatIf {
  readonly study: string
  readonly pruner: PrunerReplay | null
  readonly sampler: SamplerSimulation | null
}

const named = z.looseObject({ name: z.string().min(1).max(120) })

export const whatIfRequestSchema = z.strictObject({
  studyId: z.int().min(1),
  sampler: named.nullable(),
  pruner: named.nullable(),
  /** Trials of a simulated run; null: those of the study. */
  budget: z.int().min(1).max(2_000).nullable(),
  /** Simulated runs of each sampler. */
  runs: z.int().min(1).max(100),
})
export type WhatIfRequest = z.output<typeof whatIfRequestSchema>
