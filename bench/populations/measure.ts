import { lineageOf, type Turn } from '../../src-main/analysis/lineage/lineage.ts'
import type { TrialRecord } from '../../src-main/core/trial/trial.ts'
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
  /** Best validation accuracy after each epoch of the budget. */
  readonly accuracies: readonly number[]
  readonly testLoss: number
  readonly testAccuracy: number
  /** Of the best trial. */
  readonly lineage: readonly Turn[]
}

function reported({ metrics }: TrialRecord, metric: string): readonly number[] {
  return metrics[metric]?.values ?? []
}

/** Epochs that all trials trained: each reports its own only. */
export function epochsSpent(trials: readonly TrialRecord[]): number {
  return trials.reduce((sum, trial) => sum + reported(trial, 'validationLoss').length, 0)
}

/** The best loss, and the best accuracy, after every epoch that was spent, in the order in which one slot trained them. */
export function bestSoFar(
  trials: readonly TrialRecord[],
  budget: number,
): Pick<Run, 'curve' | 'accuracies'> {
  const running = (metric: string, better: (...values: number[]) => number, worst: number) => {
    let best = worst
    return trials
      .flatMap(trial => reported(trial, metric))
      .slice(0, budget)
      .map(value => (best = better(best, value)))
  }
  return {
    curve: running('validationLoss', Math.min, Infinity),
    accuracies: running('validationAccuracy', Math.max, 0),
  }
}

/** The epoch after which a run has what another has at its end, `null` if never. */
export function epochsUntil(values: readonly number[], goal: number, sign: 1 | -1): number | null {
  const index = values.findIndex(value => sign * value >= sign * goal)
  return index === -1 ? null : index + 1
}

/** The training that the best trial is the end of. */
export function lineage(trials: readonly TrialRecord[], best: number): Turn[] {
  return lineageOf(trials, best)
}

/** Of the turns of the best training, first to last. */
export function learningRates({ lineage: turns }: Run): number[] {
  return turns.map(({ parameters }) => Number(parameters['learningRate']))
}
