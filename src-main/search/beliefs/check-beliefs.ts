import { fact } from '../../core/errors/fact.ts'
import { type Problem, problemValue } from '../../core/errors/problem.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { SamplerDefinition } from '../samplers/sampler.ts'
import { valueProblems } from '../space/conditions.ts'
import type { SearchSpace } from '../space/search-space.ts'
import { checkPoint } from '../proposals/enqueued-points.ts'

/**
 * @param space of the study's file, without beliefs from `usedToday`
 * @param samplers that use beliefs, for the message
 * @returns centres outside their domain, a configuration in use that is no point, and beliefs that the sampler has no use for
 */
export function checkBeliefs(
  { usedToday }: Pick<StudySpecification, 'usedToday'>,
  space: SearchSpace,
  sampler: Pick<SamplerDefinition, 'name' | 'usesBeliefs'> | null,
  samplers: readonly string[],
): Problem[] {
  const problems = space.parameters.flatMap((parameter): Problem[] =>
    parameter.belief === undefined
      ? []
      : valueProblems(parameter, parameter.belief.centre).map(problem => ({
          ...problem,
          path: ['space', parameter.name, 'belief', 'centre'],
        })),
  )
  if (usedToday !== undefined) {
    const broken = checkPoint(usedToday, space)
    problems.push(...broken.map(problem => ({ ...problem, path: ['usedToday', ...problem.path] })))
  }
  const isUsed = sampler === null || sampler.usesBeliefs === true
  const hasBelief = space.parameters.some(({ belief }) => belief !== undefined)
  if (isUsed || !(hasBelief || usedToday !== undefined)) return problems
  const rule = fact('rule.beliefSampler', { samplers })
  return [...problems, { path: ['sampler', 'name'], value: problemValue(sampler.name), rule }]
}
