import { lineageOf, type Turn } from '../../src-main/analysis/lineage/lineage.ts'
import type { TrialRecord } from '../../src-main/contract/trial.ts'
import type { Method } from './methods.ts'

/** One study. */
export interface Run {
  readonly method: Method
  readonly seed: number
  readonly epochs: number
  readonly trials: number
  /** Trainings that diverged. */
  readonly failed: number
  readonly seconds: number
  /** Best validation loss after each epoch of the budget. */
  readonly curve: readonly number[]
  readonly testLoss: number
  readonly testAccuracy: number
  /** Of the best trial. */
  readonly lineage: readonly Turn[]
}

function losses({ metrics }: TrialRecord): readonly number[] {
  return metrics['validationLoss']?.values ?? []
}

/** Epochs that all trials trained: each reports its own only. */
export function epochsSpent(trials: readonly TrialRecord[]): number {
  return trials.reduce((sum, trial) => sum + losses(trial).length, 0)
}

/** The best loss after every epoch that was spent, in the order in which one slot trained them. */
export function bestSoFar(trials: readonly TrialRecord[], budget: number): number[] {
  let best = Number.POSITIVE_INFINITY
  return trials
    .flatMap(losses)
    .slice(0, budget)
    .map(loss => (best = loss < best ? loss : best))
}

/** The training that the best trial is the end of. */
export function lineage(trials: readonly TrialRecord[], best: number): Turn[] {
  return lineageOf(trials, best)
}

/** Of the turns of the best training, first to last. */
export function learningRates({ lineage: turns }: Run): number[] {
  return turns.map(({ parameters }) => Number(parameters['learningRate']))
}
