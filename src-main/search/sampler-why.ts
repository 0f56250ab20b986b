import { msg, type MessageDescriptor } from '../core/errors/message.ts'
import type { Starts } from '../core/processes/search-protocol.ts'
import type { StudySpecification } from '../core/study/study-specification.ts'
import { trialLimit } from '../core/stopping/trials/trials.ts'
import { autoSampler } from './samplers/auto/auto.ts'
import { planStudy, type Stage } from './samplers/auto/plan.ts'
import { usualPoints } from './proposals/starting-points.ts'
import { samplerContext } from './study-search.ts'

/**
 * Which sampler a study has and why; for people who did not choose it themselves.
 * @param begin points that searches over its objective begin with; absent: none
 */
export function samplerWhy(specification: StudySpecification, begin?: Starts): MessageDescriptor {
  const { name } = specification.sampler
  if (name !== autoSampler.name) return msg('sampler.named', { sampler: name })
  const { first, second } = planStudy(samplerContext(specification), false)
  const chosen = { sampler: first.definition.name, why: first.why }
  const start = startOfStage(first, specification, begin)
  if (start === null) return chosenBy()
  // A model that never proposes is no reason.
  const sampler =
    start.code === START_ONLY
      ? msg('sampler.autoChosen', { sampler: first.definition.name })
      : chosenBy()
  return msg('sampler.withStart', { sampler, start })

  function chosenBy(): MessageDescriptor {
    if (second === null) return msg('sampler.auto', chosen)
    const { latest } = second.handover
    const limit = trialLimit(specification.stop)
    // It ends before the other one would take over.
    if (limit !== null && limit <= latest) return msg('sampler.auto', chosen)
    const later = second.at(latest).definition.name
    return msg('sampler.autoHandover', { ...chosen, later, trial: latest })
  }
}

const START_ONLY = 'sampler.startOnly'

/**
 * How many of the study's trials are usual points or spread evenly before the model of its first sampler proposes, a sentence; null where there is no such
 * start, or trials of earlier studies shorten it. Trials that run in parallel are proposed before the last that the model needs has a value.
 */
export function startOfStage(
  { definition, options }: Stage,
  specification: StudySpecification,
  begin?: Starts,
): MessageDescriptor | null {
  const { parallelTrials, stop, warmStart } = specification
  const needed = definition.startupTrials?.(options)
  if (needed === undefined || warmStart.length > 0) return null
  const count = needed + parallelTrials - 1
  const { space } = samplerContext(specification)
  const usual = usualPoints(specification, autoSampler, space, begin).length
  const trials = trialLimit(stop)
  if (trials === null) return msg('sampler.startUnlimited', { count, usual, needed })
  return trials <= count
    ? msg(START_ONLY, { trials, usual, needed })
    : msg('sampler.start', { count, trials, usual, needed })
}
