import { ownValue } from '../values/named-values.ts'
import { unknownName } from '../values/closest-name.ts'
import { isObject } from '../values/json.ts'
import { type MessageDescriptor, msg } from '../errors/message.ts'
import { isNumeric, NORMAL_REACH, normalReach, numericDomain } from './numeric-domain.ts'
import { brokenNameRule } from './parameter-name.ts'
import { broken, type Problem } from '../errors/problem.ts'
import { parameterKinds, parameterSchema } from './space-specification.ts'
import { stepGridIndex } from './step-grid.ts'

/**
 * Rules of the search space that relate fields to each other. They work on raw input: parts of the
 * wrong type are skipped here (the schema reports them), so every error of a file is found at once.
 * Equal bounds and a single choice are allowed: such a parameter always has that value.
 */

const MAXIMUM_VALUES = Number.MAX_SAFE_INTEGER

/** Values of a list that a message repeats. */
const MAX_NAMED = 5

type RawObject = Readonly<Record<string, unknown>>
type Path = readonly (string | number)[]

/** @returns every broken rule; paths start with `space` */
export function checkSpaceRules(space: unknown): Problem[] {
  if (!isObject(space)) return []
  const names = Object.keys(space)
  if (names.length === 0) {
    return [broken(['space'], {}, msg('rule.needsParameter'))]
  }
  return [
    ...names.flatMap(name => [
      ...checkName(name),
      ...checkParameter(['space', name], ownValue(space, name)),
      ...checkConditions(name, space),
    ]),
    ...checkCycles(space),
  ]
}

function checkName(name: string): Problem[] {
  const rule = brokenNameRule(name)
  return rule === null ? [] : [broken(['space', name], name, rule)]
}

function checkParameter(path: Path, parameter: unknown): Problem[] {
  if (Array.isArray(parameter)) {
    const values = `[${parameter.slice(0, MAX_NAMED).map(String).join(', ')}${parameter.length > MAX_NAMED ? ', …' : ''}]`
    return [broken(path, parameter, msg('rule.listIsChoice', { values }))]
  }
  if (!isObject(parameter)) return []
  return [
    ...checkRange(path, parameter, 'float'),
    ...checkRange(path, parameter, 'int'),
    ...checkNormal(path, parameter, 'normal'),
    ...checkNormal(path, parameter, 'logNormal'),
    ...checkValues([...path, 'choice'], parameter['choice']),
    ...checkWeights([...path, 'weights'], parameter),
    ...checkValues([...path, 'ordinal'], parameter['ordinal']),
  ]
}

function checkRange(path: Path, parameter: RawObject, kind: 'float' | 'int'): Problem[] {
  const { [kind]: bounds, step, log } = parameter
  if (!Array.isArray(bounds)) return []
  const [low, high] = bounds as unknown[]
  const stepPath = [...path, 'step']
  const problems: Problem[] = []
  if (isFiniteNumber(low) && isFiniteNumber(high) && low > high) {
    problems.push(broken([...path, kind], bounds, msg('rule.bounds')))
  }
  if (log === true && isFiniteNumber(low) && (kind === 'float' ? low <= 0 : low < 1)) {
    const rule = msg(kind === 'float' ? 'rule.logBound' : 'rule.logWholeBound')
    problems.push(broken([...path, kind, 0], low, rule))
  }
  if (isFiniteNumber(step) && step <= 0) {
    problems.push(broken(stepPath, step, msg('rule.above', { limit: 0 })))
  } else if (isFiniteNumber(low) && isFiniteNumber(high) && high > low) {
    const range = high - low
    if (isFiniteNumber(step) && step > range) {
      problems.push(broken(stepPath, step, msg('rule.withinRange', { range })))
    }
    const unit = isFiniteNumber(step) ? step : kind === 'int' ? 1 : Number.POSITIVE_INFINITY
    if (range / unit >= MAXIMUM_VALUES) {
      const [problemPath, value] = isFiniteNumber(step)
        ? [stepPath, step]
        : [[...path, kind], bounds]
      problems.push(
        broken(problemPath, value, msg('rule.tooManyValues', { limit: MAXIMUM_VALUES })),
      )
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
  if (deviation <= 0) return [broken([...path, kind, 1], deviation, msg('rule.deviation'))]
  const [from, to] = normalReach(mean, deviation, log)
  if (!Number.isFinite(from) || !Number.isFinite(to) || (log && from === 0)) {
    const rule = msg(log ? 'rule.logNormalReach' : 'rule.normalReach', { reach: NORMAL_REACH })
    return [broken([...path, kind], pair, rule)]
  }
  const { bounds, step } = parameter
  return [
    ...brokenIf([...path, 'bounds'], bounds, boundsRule(bounds, from, to, log)),
    ...brokenIf([...path, 'step'], step, normalStepRule(parameter, from, to)),
  ]
}

function brokenIf(path: Path, value: unknown, rule: MessageDescriptor | null): Problem[] {
  return rule === null ? [] : [broken(path, value, rule)]
}

function boundsRule(
  bounds: unknown,
  from: number,
  to: number,
  log: boolean,
): MessageDescriptor | null {
  if (!Array.isArray(bounds)) return null
  const [low, high] = bounds as unknown[]
  if (!isFiniteNumber(low) || !isFiniteNumber(high)) return null
  if (low >= high) return msg('rule.boundsApart')
  if (log && low < 0) return msg('rule.boundNotNegative')
  if (low < to && high > from) return null
  return msg('rule.normalOverlap', { low: from, high: to, reach: NORMAL_REACH })
}

function normalStepRule(
  { step, bounds }: RawObject,
  from: number,
  to: number,
): MessageDescriptor | null {
  if (!isFiniteNumber(step)) return null
  if (step <= 0) return msg('rule.above', { limit: 0 })
  const [low, high] = Array.isArray(bounds) ? (bounds as unknown[]) : []
  const range =
    (isFiniteNumber(high) ? Math.min(high, to) : to) -
    (isFiniteNumber(low) ? Math.max(low, from) : from)
  if (step > range && range > 0) return msg('rule.withinRange', { range })
  return range / step >= MAXIMUM_VALUES
    ? msg('rule.tooManyValues', { limit: MAXIMUM_VALUES })
    : null
}

/** One weight per value, each above 0: a value that is never tried has no place in the file. */
function checkWeights(path: Path, { choice, weights }: RawObject): Problem[] {
  if (!Array.isArray(choice) || !Array.isArray(weights)) return []
  if (weights.length !== choice.length) {
    return [broken(path, weights, msg('rule.onePer', { count: choice.length }))]
  }
  const rule = msg('rule.above', { limit: 0 })
  return weights.flatMap((weight: unknown, index) =>
    isFiniteNumber(weight) && weight <= 0 ? [broken([...path, index], weight, rule)] : [],
  )
}

function checkValues(path: Path, values: unknown): Problem[] {
  if (!Array.isArray(values)) return []
  if (values.length === 0) return [broken(path, [], msg('rule.notEmpty'))]
  const seenValues = new Set<unknown>()
  return values.flatMap((value: unknown, index) =>
    seenValues.size === seenValues.add(value).size
      ? [broken([...path, index], value, msg('rule.unique'))]
      : [],
  )
}

function checkConditions(name: string, space: RawObject): Problem[] {
  return parents(ownValue(space, name)).flatMap(parent => {
    const path = ['space', name, 'when', parent]
    const wanted = ownValue(whenOf(space[name]), parent)
    if (parent === name) return [broken(path, wanted, msg('rule.ownParent'))]
    if (!Object.hasOwn(space, parent)) {
      const others = Object.keys(space).filter(other => other !== name)
      return [broken(path, wanted, unknownName('parent', parent, others))]
    }
    const definition = ownValue(space, parent)
    if (!isObject(definition)) return []
    if (isContinuous(definition)) return [broken(path, wanted, msg('rule.continuousParent'))]
    const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted]
    const canHave = domainOf(definition)
    return values.flatMap((value, index) => {
      if (canHave(value)) return []
      const valuePath = Array.isArray(wanted) ? [...path, index] : path
      return [broken(valuePath, value, msg('rule.parentValue', { parent }))]
    })
  })
}

function isContinuous(parameter: RawObject): boolean {
  if (parameter['step'] !== undefined) return false
  if (Array.isArray(parameter['normal']) || Array.isArray(parameter['logNormal'])) return true
  const bounds = parameter['float']
  return Array.isArray(bounds) && bounds[0] !== bounds[1]
}

/** Whether a parent's domain holds a value; true where the domain itself is broken. */
function domainOf(parameter: RawObject): (value: unknown) => boolean {
  const kinds = parameterKinds.filter(kind => parameter[kind] !== undefined)
  if (kinds.length !== 1) return () => true
  if (Object.hasOwn(parameter, 'fixed')) return value => parameter['fixed'] === value
  const values = parameter['choice'] ?? parameter['ordinal']
  if (values !== undefined) {
    const choices = Array.isArray(values) ? new Set<unknown>(values) : null
    return value => choices === null || choices.has(value)
  }
  if (parameter['normal'] !== undefined || parameter['logNormal'] !== undefined) {
    const parsed = parameterSchema.safeParse(parameter)
    if (!parsed.success || !isNumeric(parsed.data) || checkParameter([], parameter).length > 0) {
      return () => true
    }
    const { low, high, step } = numericDomain(parsed.data)
    return value =>
      isFiniteNumber(value) && stepGridIndex({ low, high, step: step ?? 1 }, value) >= 0
  }
  const bounds = parameter['float'] ?? parameter['int']
  const step = parameter['step'] ?? 1
  if (!Array.isArray(bounds) || !isFiniteNumber(step) || step <= 0) return () => true
  const [low, high] = bounds as unknown[]
  if (!isFiniteNumber(low) || !isFiniteNumber(high) || low > high) return () => true
  return value => isFiniteNumber(value) && stepGridIndex({ low, high, step }, value) >= 0
}

/** One problem per cycle, at its first parameter in the order of the file. */
function checkCycles(space: RawObject): Problem[] {
  const problems: Problem[] = []
  const finished = new Set<string>()
  function visit(name: string, trail: readonly string[]): void {
    const start = trail.indexOf(name)
    if (start >= 0) {
      const cycle = trail.slice(start)
      const rule = msg('rule.circle', { names: [...cycle, name].join(' → ') })
      if (cycle.length > 1)
        problems.push(broken(['space', name, 'when'], whenOf(ownValue(space, name)), rule))
      return
    }
    if (finished.has(name)) return
    for (const parent of parents(ownValue(space, name))) {
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
