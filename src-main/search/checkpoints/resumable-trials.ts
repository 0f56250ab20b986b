import type { StudySpecification } from '../../core/study/study-specification.ts'
import { cutsTrainings } from '../../core/study/trainings.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import { waitingIncrements } from '../samplers/freeze-thaw/trainings.ts'

/**
 * Numbers of the finished trials that the search of a study may still go on from, so that their checkpoints stay: with
 * promotion those that wait at a rung, with population-based training the members of the latest two generations, with freeze-thaw the trainings that wait.
 */
export function resumableTrials(
  { pruner, sampler, goals }: StudySpecification,
  trials: readonly TrialSnapshot[],
): number[] {
  const wanted: number[] = []
  if (pruner.name === 'promotion') {
    const promoted = new Set(
      trials.flatMap(({ origin }) => (origin?.mode === 'continue' ? [origin.trial] : [])),
    )
    wanted.push(
      ...trials
        .filter(({ state, number }) => state === 'pruned' && !promoted.has(number))
        .map(({ number }) => number),
    )
  }
  if (cutsTrainings(sampler)) {
    const wholeSteps = Number(sampler['steps'])
    wanted.push(
      ...waitingIncrements(trials, { direction: goals[0]?.direction ?? 'minimize', wholeSteps }),
    )
  }
  if (sampler.name === 'pbt' || sampler.name === 'pb2') {
    const population = typeof sampler['population'] === 'number' ? sampler['population'] : 20
    const complete = trials.filter(({ state }) => state === 'complete')
    wanted.push(...complete.slice(-3 * population).map(({ number }) => number))
  }
  return wanted
}
