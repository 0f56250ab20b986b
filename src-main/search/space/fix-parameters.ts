import { unknownName } from '../../core/values/closest-name.ts'
import { ownValue } from '../../core/values/named-values.ts'
import { msg } from '../../core/errors/message.ts'
import { type Problem, problemValue } from '../../core/errors/problem.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { Assignment, ParameterValue } from '../../core/trial/trial.ts'
import { buildSpace } from './build-space.ts'
import { valueProblems } from './conditions.ts'
import type { Condition, Parameter, SearchSpace } from './search-space.ts'
import { valueIndex } from './unit-cube.ts'

/** The space that a study searches: that of its file, less what it fixes. */
export function searchedSpace({
  space,
  fix,
  currentConfiguration,
}: Pick<StudySpecification, 'space' | 'fix' | 'currentConfiguration'>): SearchSpace {
  return withPriors(fixParameters(buildSpace(space), fix), currentConfiguration)
}

/** A configuration in use is a prior of medium confidence for every parameter without one of its own. */
function withPriors(space: SearchSpace, currentConfiguration: Assignment | undefined): SearchSpace {
  if (currentConfiguration === undefined) return space
  const parameters = space.parameters.map((parameter): Parameter => {
    const center = ownValue(currentConfiguration, parameter.name)
    const isFixed = parameter.kind === 'fixed'
    if (center === undefined || isFixed || parameter.prior !== undefined) return parameter
    return { ...parameter, prior: { center: center, confidence: 'medium' } }
  })
  return { parameters }
}

/**
 * Holds parameters at one value each. Samplers then see parameters with a single value, and none of those that
 * can no longer be active: the points are those of the whole space that have these values.
 * @param fix without problems, see {@link checkFixed}
 */
export function fixParameters(space: SearchSpace, fix: Assignment): SearchSpace {
  const placed = new Map<string, Parameter>()
  for (const parameter of space.parameters) {
    const { name, when } = parameter
    if (!when.every(condition => canHold(condition, placed))) continue
    const value = ownValue(fix, name)
    placed.set(name, value === undefined ? parameter : { kind: 'fixed', name, when, value })
  }
  return { parameters: [...placed.values()] }
}

/** Problems of the values at which parameters are held; paths start with `fix`. */
export function checkFixed(fix: Assignment, space: SearchSpace): Problem[] {
  const problems = Object.entries(fix).flatMap(([name, value]) => {
    const names = space.parameters.map(other => other.name)
    const parameter = space.parameters[names.indexOf(name)]
    if (parameter === undefined) {
      const rule = unknownName('parameter', name, names)
      return [{ path: ['fix', name], value: problemValue(value), rule }]
    }
    return valueProblems(parameter, value).map(problem => ({ ...problem, path: ['fix', name] }))
  })
  if (problems.length > 0) return problems
  const remaining = new Set(fixParameters(space, fix).parameters.map(({ name }) => name))
  return Object.keys(fix)
    .filter(name => !remaining.has(name))
    .map(name => ({
      path: ['fix', name],
      value: problemValue(ownValue(fix, name)),
      rule: msg('rule.neverActive'),
    }))
}

/**
 * The name and the value in a text such as `learning rate=0.01`: the longest name of a parameter before a `=`, else all before the first one.
 * @returns null where there is no name and no `=`
 */
export function readAssignment(
  { parameters }: SearchSpace,
  text: string,
): readonly [name: string, value: ParameterValue] | null {
  const [parameter] = parameters
    .filter(({ name }) => text.startsWith(`${name}=`))
    .sort((a, b) => b.name.length - a.name.length)
  const end = parameter?.name.length ?? text.indexOf('=')
  return end < 1 ? null : [text.slice(0, end), valueOfText(parameter, text.slice(end + 1))]
}

/**
 * The value that a text such as `0.01`, `true` or `adam` stands for: of those that it can mean, one in the
 * parameter's domain; a number where none is.
 */
export function valueOfText(parameter: Parameter | undefined, text: string): ParameterValue {
  const meanings: ParameterValue[] = []
  if (text.trim() !== '' && Number.isFinite(Number(text))) meanings.push(Number(text))
  if (text === 'true' || text === 'false') meanings.push(text === 'true')
  meanings.push(text)
  const fitting = meanings.find(
    value => parameter !== undefined && valueIndex(parameter, value) >= 0,
  )
  return fitting ?? (meanings[0] as ParameterValue)
}

function canHold({ parent, values }: Condition, placed: ReadonlyMap<string, Parameter>): boolean {
  const placedParent = placed.get(parent)
  if (placedParent === undefined) return false
  return placedParent.kind !== 'fixed' || values.includes(placedParent.value)
}
