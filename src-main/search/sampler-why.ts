import { fact, type Fact } from '../core/errors/fact.ts'
import type { StudySpecification } from '../core/study/study-specification.ts'
import { autoSampler } from './samplers/auto/auto.ts'
import { planStudy } from './samplers/auto/plan.ts'
import { samplerContext } from './study-search.ts'

/** Which sampler a study has and why; for people who did not choose it themselves. */
export function samplerWhy(specification: StudySpecification): Fact {
  const { name } = specification.sampler
  if (name !== autoSampler.name) return fact('sampler.named', { sampler: name })
  const { first, second } = planStudy(samplerContext(specification), false)
  const chosen = { sampler: first.definition.name, why: first.why }
  if (second === null) return fact('sampler.auto', chosen)
  const { latest } = second.handover
  const later = second.at(latest).definition.name
  return fact('sampler.autoHandover', { ...chosen, later, trial: latest })
}
