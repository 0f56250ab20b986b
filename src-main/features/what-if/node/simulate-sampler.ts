import { defaults } from '../../../core/study/defaults.ts'
import type { SamplerSimulation } from '../../../core/questions/what-if.ts'
import { fitStudySurrogate } from '../../../analysis/importance/study-surrogate.ts'
import type { ImportanceRefusal } from '../../../analysis/importance/importance-outcome.ts'
import { quantileSorted } from '../../../math/statistics/quantile.ts'
import { isBetter } from '../../../core/trial/ranking.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { StudySearch } from '../../../search/study-search.ts'

/**
 * Runs samplers from the beginning on a forest that was fitted to the trials of a study, with several seeds, one trial after the other. The study's own
 * sampler runs on the same surrogate, since what it found on the real objective cannot be compared with a model's figures.
 * @param budget trials of a run, ≥ 1
 */
export function simulateSamplers(
  specification: StudySpecification,
  history: readonly TrialSnapshot[],
  options: {
    readonly samplers: readonly StudySpecification['sampler'][]
    readonly budget: number
    readonly runs: number
    readonly seed: number
    /** @param share 0…1 */
    readonly onProgress?: (share: number) => void
  },
): SamplerSimulation | ImportanceRefusal {
  const [goal] = specification.goals as [StudySpecification['goals'][number]]
  const trials = history.filter(({ excluded }) => excluded !== true)
  const surrogate = fitStudySurrogate({
    space: specification.space,
    trials,
    direction: goal.direction,
  })
  if (!surrogate.ok) return surrogate
  const samplers = options.samplers.map((sampler, place) => {
    const runs = Array.from({ length: options.runs }, (_, run) => {
      options.onProgress?.((place + run / options.runs) / options.samplers.length)
      return runOnce(
        { ...specification, sampler },
        goal,
        options.budget,
        options.seed + run,
        surrogate.predict,
      )
    })
    const at = (share: number): number[] =>
      Array.from({ length: options.budget }, (_, trial) =>
        quantileSorted(
          runs.map(run => run[trial] ?? run.at(-1) ?? Number.NaN).toSorted((a, b) => a - b),
          share,
        ),
      )
    return {
      sampler: sampler.name,
      median: at(0.5),
      lowerQuartile: at(0.25),
      upperQuartile: at(0.75),
    }
  })
  const { trials: fitted, explained } = surrogate
  return { ok: true, surrogate: { trials: fitted, explained }, runs: options.runs, samplers }
}

/** Best value so far after each trial; shorter where the sampler has nothing more to propose. */
function runOnce(
  specification: StudySpecification,
  goal: StudySpecification['goals'][number],
  budget: number,
  seed: number,
  objective: (parameters: TrialSnapshot['parameters']) => number,
): number[] {
  const search = new StudySearch()
  search.open(
    {
      ...specification,
      // One goal, and none of what only the first run of the real study had.
      goals: [goal],
      constraints: [],
      warmStart: [],
      enqueue: [],
      pruner: { name: defaults.pruner },
      parallelTrials: 1,
      seed: seed >>> 0,
      stop: { trials: budget, failures: 1 },
    },
    [],
  )
  const bestByTrial: number[] = []
  let best = Number.NaN
  for (let number = 0; number < budget; number++) {
    const proposal = search.propose(number)
    if ('exhausted' in proposal) break
    search.started(number, proposal.parameters)
    const value = objective(proposal.parameters)
    search.finished(number, 'complete', [value])
    if (isBetter(value, best, goal.direction)) best = value
    bestByTrial.push(best)
  }
  return bestByTrial
}
