import { unknownName } from './closest-name.ts'
import { isObject } from './json.ts'
import { type Fact, fact } from './fact.ts'
import { isNumeric, NORMAL_REACH, normalReach, numericDomain } from './numeric-domain.ts'
import { brokenNameRule } from './parameter-name.ts'
import { type Problem, problemValue } from './problem.ts'
import { parameterKinds, parameterSchema } from './space-specification.ts'
import { stepGridIndex } from './step-grid.ts'

/**
 * Rules of the search space that relate fields to each other. They work on raw input: parts of the
 * wrong type are skipped here (the schema reports them), so every error of a file is found at once.
 * Equal bounds and a single choice are allowed: such a parameter always has that value.
 */

const MAXIMUM_VALUES = Number.MAX_SAFE_INTEGER

type RawObject = Readonly<Record<string, unknown>>
type Path = readonly (string | number)[]

/** @returns every broken rule; paths start with `space` */
export function checkSpaceRules(space: unknown): Problem[] {
  if (!isObject(space)) return []
  const names = Object.keys(space)
  if (names.length === 0) {
    return [{ path: ['space'], value: {}, rule: fact('rule.needsParameter') }]
  }
  return [
    ...names.flatMap(name => [
      ...checkName(name),
      ...checkParameter(['space', name], space[name]),
      ...checkConditions(name, space),
    ]),
    ...checkCycles(space),
  ]
}

function checkName(name: string): Problem[] {
  const rule = brokenNameRule(name)
  return rule === null ? [] : [{ path: ['space', name], value: name, rule }]
}

function checkParameter(path: Path, parameter: unknown): Problem[] {
  if (!isObject(parameter)) return []
  return [
    ...checkRange([...path, 'float'], parameter['float'], parameter, 'float'),
    ...checkRange([...path, 'int'], parameter['int'], parameter, 'int'),
    ...checkNormal(path, parameter, 'normal'),
    ...checkNormal(path, parameter, 'logNormal'),
    ...checkValues([...path, 'choice'], parameter['choice']),
    ...checkWeights([...path, 'weights'], parameter),
    ...checkValues([...path, 'ordinal'], parameter['ordinal']),
  ]
}

function checkRange(
  path: Path,
  bounds: unknown,
  parameter: RawObject,
  kind: 'float' | 'int',
): Problem[] {
  if (!Array.isArray(bounds)) return []
  const [low, high] = bounds as unknown[]
  const step = parameter['step']
  const stepPath = [...path.slice(0, -1), 'step']
  const problems: Problem[] = []
  const crossed = isFiniteNumber(low) && isFiniteNumber(high) && low > high
  if (crossed) {
    problems.push({ path, value: problemValue(bounds), rule: fact('rule.bounds') })
  }
  if (parameter['log'] === true && isFiniteNumber(low)) {
    if (kind === 'float' && low <= 0) {
      problems.push({ path: [...path, 0], value: low, rule: fact('rule.logBound') })
    }
    if (kind === 'int' && low < 1) {
      problems.push({ path: [...path, 0], value: low, rule: fact('rule.logWholeBound') })
    }
  }
  if (isFiniteNumber(step) && step <= 0) {
    problems.push({ path: stepPath, value: step, rule: fact('rule.above', { limit: 0 }) })
  } else if (isFiniteNumber(low) && isFiniteNumber(high) && high > low) {
    const range = high - low
    if (isFiniteNumber(step) && step > range) {
      problems.push({ path: stepPath, value: step, rule: fact('rule.withinRange', { range }) })
    }
    const unit = isFiniteNumber(step) ? step : kind === 'int' ? 1 : Number.POSITIVE_INFINITY
    if (range / unit >= MAXIMUM_VALUES) {
      problems.push({
        path: isFiniteNumber(step) ? stepPath : path,
        value: problemValue(isFiniteNumber(step) ? step : bounds),
        rule: fact('rule.tooManyValues', { limit: MAXIMUM_VALUES }),
      })
    }
  }
  return problems
}

function checkNormal(path: Path, parameter: RawObject, kind: 'normal' | 'logNormal'): Problem[] {
  const pair = parameter[kind]
  if (!Array.isArray(pair)) return []
  const [mean, deviation] = pair as unknown[]
  if (!isFiniteNumber(mean) || !isFiniteNumber(deviation)) return []
  const log = kind === 'logNormal'
  if (deviation <= 0) {
    const rule = fact('rule.deviation')
    return [{ path: [...path, kind, 1], value: deviation, rule }]
  }
  const [from, to] = normalReach(mean, deviation, log)
  if (!Number.isFinite(from) || !Number.isFinite(to) || (log && from === 0)) {
    const rule = fact(log ? 'rule.logNormalReach' : 'rule.normalReach', { reach: NORMAL_REACH })
    return [{ path: [...path, kind], value: problemValue(pair), rule }]
  }
  return [
    ...checkBounds([...path, 'bounds'], parameter['bounds'], from, to, log),
    ...checkNormalStep([...path, 'step'], parameter, from, to),
  ]
}

function checkBounds(
  path: Path,
  bounds: unknown,
  from: number,
  to: number,
  log: boolean,
): Problem[] {
  if (!Array.isArray(bounds)) return []
  const [low, high] = bounds as unknown[]
  if (!isFiniteNumber(low) || !isFiniteNumber(high)) return []
  const problem = (rule: Fact): Problem[] => [{ path, value: problemValue(bounds), rule }]
  if (low >= high) return problem(fact('rule.boundsApart'))
  if (log && low < 0) return problem(fact('rule.boundNotNegative'))
  return low < to && high > from
    ? []
    : problem(fact('rule.normalOverlap', { low: from, high: to, reach: NORMAL_REACH }))
}

function checkNormalStep(path: Path, parameter: RawObject, from: number, to: number): Problem[] {
  const { step, bounds } = parameter
  if (!isFiniteNumber(step)) return []
  if (step <= 0) return [{ path, value: step, rule: fact('rule.above', { limit: 0 }) }]
  const [low, high] = Array.isArray(bounds) ? (bounds as unknown[]) : []
  const range =
    (isFiniteNumber(high) ? Math.min(high, to) : to) -
    (isFiniteNumber(low) ? Math.max(low, from) : from)
  if (step > range && range > 0) {
    return [{ path, value: step, rule: fact('rule.withinRange', { range }) }]
  }
  return range / step >= MAXIMUM_VALUES
    ? [{ path, value: step, rule: fact('rule.tooManyValues', { limit: MAXIMUM_VALUES }) }]
    : []
}

/** One weight per value, each above 0: a value that is never tried has no place in the file. */
function checkWeights(path: Path, { choice, weights }: RawObject): Problem[] {
  if (!Array.isArray(choice) || !Array.isArray(weights)) return []
  if (weights.length !== choice.length) {
    const rule = fact('rule.onePer', { count: choice.length })
    return [{ path, value: problemValue(weights), rule }]
  }
  return weights.flatMap((weight: unknown, index) =>
    isFiniteNumber(weight) && weight <= 0
      ? [{ path: [...path, index], value: weight, rule: fact('rule.above', { limit: 0 }) }]
      : [],
  )
}

function checkValues(path: Path, values: unknown): Problem[] {
  if (!Array.isArray(values)) return []
  if (values.length === 0) return [{ path, value: [], rule: fact('rule.notEmpty') }]
  return values.flatMap((value: unknown, index) =>
    values.indexOf(value) < index
      ? [{ path: [...path, index], value: problemValue(value), rule: fact('rule.unique') }]
      : [],
  )
}

function checkConditions(name: string, space: RawObject): Problem[] {
  return parents(space[name]).flatMap(parent => {
    const path = ['space', name, 'when', parent]
    const wanted = whenOf(space[name])[parent]
    const problem = (rule: Fact): Problem[] => [{ path, value: problemValue(wanted), rule }]
    if (parent === name) return problem(fact('rule.ownParent'))
    if (!Object.hasOwn(space, parent)) {
      const others = Object.keys(space).filter(other => other !== name)
      return problem(unknownName('parent', parent, others))
    }
    const definition = space[parent]
    if (!isObject(definition)) return []
    if (isContinuous(definition)) {
      return problem(fact('rule.continuousParent'))
    }
    const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted]
    return values.flatMap((value, index) =>
      canHave(definition, value)
        ? []
        : [
            {
              path: Array.isArray(wanted) ? [...path, index] : path,
              value: problemValue(value),
              rule: fact('rule.parentValue', { parent }),
            },
          ],
    )
  })
}

function isContinuous(parameter: RawObject): boolean {
  if (parameter['step'] !== undefined) return false
  if (Array.isArray(parameter['normal']) || Array.isArray(parameter['logNormal'])) return true
  const bounds = parameter['float']
  return Array.isArray(bounds) && bounds[0] !== bounds[1]
}

/** Whether a parent's domain holds the value; true where the domain itself is broken. */
function canHave(parameter: RawObject, value: unknown): boolean {
  const kinds = parameterKinds.filter(kind => parameter[kind] !== undefined)
  if (kinds.length !== 1) return true
  if (Object.hasOwn(parameter, 'fixed')) return parameter['fixed'] === value
  const values = parameter['choice'] ?? parameter['ordinal']
  if (values !== undefined) return !Array.isArray(values) || values.includes(value)
  if (parameter['normal'] !== undefined || parameter['logNormal'] !== undefined) {
    const parsed = parameterSchema.safeParse(parameter)
    if (!parsed.success || !isNumeric(parsed.data) || checkParameter([], parameter).length > 0) {
      return true
    }
    const { low, high, step } = numericDomain(parsed.data)
    return isFiniteNumber(value) && stepGridIndex({ low, high, step: step ?? 1 }, value) >= 0
  }
  const bounds = parameter['float'] ?? parameter['int']
  const step = parameter['step'] ?? 1
  if (!Array.isArray(bounds) || !isFiniteNumber(step) || step <= 0) return true
  const [low, high] = bounds as unknown[]
  if (!isFiniteNumber(low) || !isFiniteNumber(high) || low > high) return true
  return isFiniteNumber(value) && stepGridIndex({ low, high, step }, value) >= 0
}

/** One problem per cycle, at its first parameter in the order of the file. */
function checkCycles(space: RawObject): Problem[] {
  const problems: Problem[] = []
  const finished = new Set<string>()
  function visit(name: string, trail: readonly string[]): void {
    const start = trail.indexOf(name)
    if (start >= 0) {
      const cycle = trail.slice(start)
      if (cycle.length > 1) {
        problems.push({
          path: ['space', name, 'when'],
          value: problemValue(whenOf(space[name])),
          rule: fact('rule.circle', { names: [...cycle, name].join(' → ') }),
        })
      }
      return
    }
    if (finished.has(name)) return
    for (const parent of parents(space[name])) {
      if (Object.hasOwn(space, parent)) visit(parent, [...trail, name])
    }
    finished.add(name)
  }
  for (const name of Object.keys(space)) visit(name, [])
  return problems
}

function parents(parameter: unknown): string[] {
  return Object.keys(whenOf(parameter))
}

function whenOf(parameter: unknown): RawObject {
  const when = isObject(parameter) ? parameter['when'] : undefined
  return isObject(when) ? when : {}
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
