import { AppError } from '../../core/errors/errors.ts'
import { isNumeric, numericDomain } from '../../core/study/numeric-domain.ts'
import { checkSpaceRules } from '../../core/study/space-rules.ts'
import type {
  ParameterSpecification,
  SpaceSpecification,
} from '../../core/study/space-specification.ts'
import type { Condition, Parameter, SearchSpace } from './search-space.ts'

/**
 * The search space of a study file: parents before their children, otherwise in the order of the
 * file; defaults filled in; `high` of a parameter with a step moved down to the last grid value.
 * @throws AppError `specification.invalid` with every broken rule
 */
export function buildSpace(specification: SpaceSpecification): SearchSpace {
  const problems = checkSpaceRules(specification)
  if (problems.length > 0) throw new AppError('specification.invalid', { problems })
  const waiting = Object.entries(specification).map(([name, parameter]): Parameter => {
    const built = buildParameter(name, parameter)
    const prior = 'prior' in parameter ? parameter.prior : undefined
    return prior === undefined ? built : { ...built, prior }
  })
  const parameters: Parameter[] = []
  const placed = new Set<string>()
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ when }) => when.every(({ parent }) => placed.has(parent)))
    const [parameter] = waiting.splice(next, 1) as [Parameter]
    parameters.push(parameter)
    placed.add(parameter.name)
  }
  return { parameters }
}

function buildParameter(name: string, specification: ParameterSpecification): Parameter {
  const when = buildConditions(specification.when)
  if (isNumeric(specification)) {
    const { low, high, log, step, normal } = numericDomain(specification)
    return 'int' in specification
      ? { kind: 'int', name, when, low, high, log, step: step ?? 1 }
      : { kind: 'float', name, when, low, high, log, step, normal }
  }
  if ('choice' in specification) {
    const { choice, weights } = specification
    return { kind: 'choice', name, when, values: choice, weights: weights ?? null }
  }
  if ('ordinal' in specification) {
    return { kind: 'ordinal', name, when, values: specification.ordinal }
  }
  return { kind: 'fixed', name, when, value: specification.fixed }
}

function buildConditions(when: ParameterSpecification['when']): Condition[] {
  return Object.entries(when ?? {}).map(([parent, values]) => ({
    parent,
    values: Array.isArray(values) ? values : [values],
  }))
}
