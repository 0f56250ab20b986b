import { msg, type MessageDescriptor } from '../core/errors/message.ts'
import type { StudySpecification } from '../core/study/study-specification.ts'
import { trialLimit } from '../core/stopping/trials/trials.ts'
import { autoSampler } from './samplers/auto/auto.ts'
import { planStudy } from './samplers/auto/plan.ts'
import { samplerContext } from './study-search.ts'

/** Which sampler a study has and why; for people who did not choose it themselves. */
export function samplerWhy(specification: StudySpecification): MessageDescriptor {
  const { name } = specification.sampler
  if (name !== autoSampler.name) return msg('sampler.named', { sampler: name })
  const { first, second } = planStudy(samplerContext(specification), false)
  const chosen = { sampler: first.definition.name, why: first.why }
  if (second === null) return msg('sampler.auto', chosen)
  const { latest } = second.handover
  const limit = trialLimit(specification.stop)
  // It ends before the other one would take over.
  if (limit !== null && limit <= latest) return msg('sampler.auto', chosen)
  const later = second.at(latest).definition.name
  return msg('sampler.autoHandover', { ...chosen, later, trial: latest })
}
