import { msg } from '../../core/errors/message.ts'
import { type Problem, problemValue } from '../../core/errors/problem.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { SamplerDefinition } from '../samplers/sampler.ts'
import { valueProblems } from '../space/conditions.ts'
import type { SearchSpace } from '../space/search-space.ts'
import { checkPoint } from '../proposals/enqueued-points.ts'

/**
 * @param space of the study's file, without priors from `currentConfiguration`
 * @param samplers that use priors, for the message
 * @returns centers outside their domain, a configuration in use that is no point, and priors that the sampler has no use for
 */
export function checkPriors(
  { currentConfiguration }: Pick<StudySpecification, 'currentConfiguration'>,
  space: SearchSpace,
  sampler: Pick<SamplerDefinition, 'name' | 'usesPriors'> | null,
  samplers: readonly string[],
): Problem[] {
  const problems = space.parameters.flatMap((parameter): Problem[] =>
    parameter.prior === undefined
      ? []
      : valueProblems(parameter, parameter.prior.center).map(problem => ({
          ...problem,
          path: ['space', parameter.name, 'prior', 'center'],
        })),
  )
  if (currentConfiguration !== undefined) {
    const broken = checkPoint(currentConfiguration, space)
    problems.push(
      ...broken.map(problem => ({ ...problem, path: ['currentConfiguration', ...problem.path] })),
    )
  }
  const isUsed = sampler === null || sampler.usesPriors === true
  const hasPrior = space.parameters.some(({ prior }) => prior !== undefined)
  if (isUsed || !(hasPrior || currentConfiguration !== undefined)) return problems
  const rule = msg('rule.priorSampler', { samplers })
  return [...problems, { path: ['sampler', 'name'], value: problemValue(sampler.name), rule }]
}
