import { defaults } from '../../../core/study/defaults.ts'
import type { PrunerReplay } from '../../../core/questions/what-if.ts'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import { isBetter } from '../../../core/trial/ranking.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { StudySearch } from '../../../search/study-search.ts'

/**
 * Runs the trials of a study one after the other through another pruner, report by report. It sees them in the order of their numbers, as with
 * one slot; proposals are taken as they were, though a sampler might have chosen others.
 */
export function replayPruner(
  specification: StudySpecification,
  history: readonly TrialSnapshot[],
  pruner: StudySpecification['pruner'],
  onProgress: (share: number) => void = () => undefined,
): PrunerReplay {
  const [goal] = specification.goals as [StudySpecification['goals'][number]]
  const search = new StudySearch()
  // Whatever proposes is not asked: only the pruner is.
  search.open(
    {
      ...specification,
      pruner,
      sampler: { name: defaults.plainSampler },
      warmStart: [],
      enqueue: [],
      relations: [],
    },
    [],
  )
  const stopped: { number: number; step: number; reason: MessageDescriptor }[] = []
  let spent = 0
  let simulated = 0
  let unknown = 0
  let trials = 0
  let best: number | null = null
  let actual: number | null = null
  const better = (value: number, other: number | null): number | null =>
    Number.isNaN(value) || (other !== null && !isBetter(value, other, goal.direction))
      ? other
      : value
  for (const [index, trial] of history.entries()) {
    onProgress(index / history.length)
    const { number, state, parameters, reports, values, constraints } = trial
    if ((state !== 'complete' && state !== 'pruned') || reports.length === 0) continue
    trials++
    spent += reports.length
    search.started(number, parameters)
    let seen = 0
    let stop: { step: number; reason: MessageDescriptor } | null = null
    for (const { step, value } of reports) {
      seen++
      const decision = search.judge(number, step, value)
      if (decision.action === 'continue') continue
      stop = { step, reason: decision.reason }
      break
    }
    simulated += seen
    if (state === 'complete') actual = better(values[0] ?? Number.NaN, actual)
    if (stop !== null) {
      stopped.push({ number, ...stop })
      const reached = reports
        .slice(0, seen)
        .reduce<number | null>((top, { value }) => better(value, top), null)
      search.finished(
        number,
        'pruned',
        reached === null ? [] : [reached],
        reached === null ? undefined : constraints,
      )
      continue
    }
    if (state === 'pruned') unknown++
    else best = better(values[0] ?? Number.NaN, best)
    search.finished(number, state, values, constraints)
  }
  return {
    pruner: pruner.name,
    trials,
    steps: [spent, simulated],
    stopped,
    best: [best, actual],
    unknown,
  }
}
