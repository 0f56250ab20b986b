import { parseSpecification } from '../../src-main/core/study/parse-specification.ts'
import { stepsOf } from '../../src-main/core/study/training-steps.ts'
import { isBetter } from '../../src-main/core/trial/ranking.ts'
import { mean } from '../../src-main/math/numbers.ts'
import { StudySearch } from '../../src-main/search/study-search.ts'
import { studyCapabilities } from '../../src-main/search/study-capabilities.ts'
import type { RecordedStudy } from './curve-sets.ts'

/** A pruner as a study file has it. */
export interface PrunerEntry {
  readonly name: string
  readonly [option: string]: unknown
}

export interface Replay {
  /** Best value of the trials that came to their end, and of all recorded ones; null: none has a value. */
  readonly best: number | null
  readonly bestOfAll: number | null
  /** How much worse `best` is, ≥ 0, in units of the metric; Infinity where no trial came to its end. */
  readonly loss: number
  readonly trials: number
  readonly pruned: number
  /** Pruned before a twentieth of their planned steps. */
  readonly prunedEarly: number
  /** Share of the recorded time that would have been spent; a trial takes equally long for each of its steps. */
  readonly cost: number
  /** Step at which each trial was pruned; null: it came to its end. */
  readonly stops: readonly (number | null)[]
}

const EARLY = 0.05

/** Runs recorded trials one after the other through a pruner. The proposals are those of the recording. */
export function replayStudy(recorded: RecordedStudy, pruner: PrunerEntry): Replay {
  const parsed = parseSpecification({
    ...recorded.specification,
    pruner,
    sampler: { name: 'random' },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const { specification } = parsed
  const study = { specification, capabilities: studyCapabilities(specification) }
  const { direction } = specification.goals[0]!
  const better = (value: number, other: number | null): number | null =>
    Number.isNaN(value) || (other !== null && !isBetter(value, other, direction)) ? other : value
  const search = new StudySearch()
  search.open(specification, [])
  const stops: (number | null)[] = []
  let best: number | null = null
  let bestOfAll: number | null = null
  let [spent, all, prunedEarly] = [0, 0, 0]
  for (const [number, trial] of recorded.trials.entries()) {
    const { parameters, seconds, value } = trial
    search.started(number, parameters)
    const steps = trial.steps ?? trial.values.map((_, index) => index + 1)
    let stop: number | null = null
    let reached: number | null = null
    for (const [index, step] of steps.entries()) {
      const reported = trial.values[index] ?? Number.NaN
      reached = better(reported, reached)
      const { action } = search.judge(number, step, reported)
      // At its last report there is nothing left to save.
      if (action === 'continue' || index === steps.length - 1) continue
      stop = step
      break
    }
    stops.push(stop)
    const last = steps.at(-1) ?? 1
    const final = value ?? Number.NaN
    all += seconds
    spent += seconds * (stop === null ? 1 : stop / last)
    bestOfAll = better(final, bestOfAll)
    if (stop === null) {
      best = better(final, best)
      search.finished(number, 'complete', [final])
    } else {
      if (stop < EARLY * (stepsOf(study, trial) ?? last)) prunedEarly++
      search.finished(number, 'pruned', reached === null ? [] : [reached])
    }
  }
  return {
    best,
    bestOfAll,
    loss: bestOfAll === null ? 0 : best === null ? Infinity : Math.abs(best - bestOfAll),
    trials: stops.length,
    pruned: stops.filter(stop => stop !== null).length,
    prunedEarly,
    cost: all === 0 ? 1 : spent / all,
    stops,
  }
}

/** Of a sample; null for fewer than two values. */
export function deviationOf(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const center = mean(values)
  const squares = values.map(value => (value - center) ** 2)
  return Math.sqrt((mean(squares) * values.length) / (values.length - 1))
}
