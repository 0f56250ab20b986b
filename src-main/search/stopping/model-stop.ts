import type { MessageDescriptor } from '../../core/errors/message.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import { lossesOf } from '../samplers/gp/observations.ts'
import { searchedSpace } from '../space/fix-parameters.ts'
import { stopRules } from './registry.ts'

/** Trials that the models take; of more the best half and the newest. */
const MAX_TRIALS = 300

/** After every complete trial up to so many, then after every tenth: the models cost more and more. */
const ALWAYS_CHECKED = 100
const CHECK_INTERVAL = 10

/**
 * The stop rules of a study that need a model of the goal. They run beside the sampler, before
 * a proposal, since main never computes for long.
 * @returns null if the study has none; otherwise a function that says why the study ends, or null. It is a
 *   function of the trials, remembered until another one is complete.
 */
export function createModelStop(
  specification: StudySpecification,
): ((trials: readonly TrialSnapshot[]) => MessageDescriptor | null) | null {
  const { stop, goals } = specification
  const modeled = stopRules.filter(
    rule => rule.evaluateModel !== undefined && stop[rule.name] !== undefined,
  )
  if (modeled.length === 0) return null
  const space = searchedSpace(specification)
  const minimize = goals[0]?.direction !== 'maximize'
  let checked: {
    readonly complete: readonly TrialSnapshot[]
    readonly reason: MessageDescriptor | null
  } = {
    complete: [],
    reason: null,
  }

  function decide(complete: readonly TrialSnapshot[]): MessageDescriptor | null {
    const count = complete.length
    if (count > ALWAYS_CHECKED && count % CHECK_INTERVAL !== 0) return null
    const study = { space, minimize, trials: limited(complete, minimize) }
    for (const rule of modeled) {
      const limit = stop[rule.name] as number
      const reason = rule.evaluateModel?.(limit, study) ?? null
      if (reason !== null) return reason
    }
    return null
  }

  return trials => {
    const complete = trials.filter(
      ({ state, values }) => state === 'complete' && !Number.isNaN(values[0]),
    )
    const isSame =
      complete.length === checked.complete.length &&
      complete.every((trial, index) => trial === checked.complete[index])
    if (!isSame) checked = { complete, reason: decide(complete) }
    return checked.reason
  }
}

function limited(trials: readonly TrialSnapshot[], minimize: boolean): readonly TrialSnapshot[] {
  if (trials.length <= MAX_TRIALS) return trials
  const losses = lossesOf(trials, 0, minimize)
  const order = [...trials.keys()].sort(
    (a, b) => (losses[a] as number) - (losses[b] as number) || a - b,
  )
  const chosenIndices = new Set(order.slice(0, MAX_TRIALS / 2))
  for (let index = trials.length - 1; chosenIndices.size < MAX_TRIALS; index--)
    chosenIndices.add(index)
  return trials.filter((_, index) => chosenIndices.has(index))
}
