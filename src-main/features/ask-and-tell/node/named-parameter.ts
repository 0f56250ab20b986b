import { isDeepStrictEqual } from 'node:util'
import type { Suggest } from '../common/ask-tell-protocol.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { ownValue } from '../../../core/values/named-values.ts'
import { problemValue } from '../../../core/errors/problem.ts'
import { checkSpaceRules } from '../../../core/study/space-rules.ts'
import type {
  ParameterSpecification,
  SpaceSpecification,
} from '../../../core/study/space-specification.ts'
import type { ParameterValue } from '../../../core/trial/trial.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import { buildSpace } from '../../../search/space/build-space.ts'
import type { Parameter } from '../../../search/space/search-space.ts'
import { fromUnit, valueIndex } from '../../../search/space/unit-cube.ts'
import { requestProblem } from './request-problem.ts'

/** Stands for the space of a study whose trials name their parameters as they go, before the first has named one. */
export const unnamedSpace: SpaceSpecification = { x: { float: [0, 1] } }

export function isUnnamed({ space }: { readonly space: SpaceSpecification }): boolean {
  return Object.keys(space).length === 0
}

/**
 * The space with a parameter that a trial names as it goes (define-by-run): as it is where the parameter is known, larger where it
 * is new or its bounds are wider. @throws AppError `request.invalid` where it is another parameter of the same name
 */
export function withNamed(
  space: SpaceSpecification,
  { name, parameter }: Suggest,
): SpaceSpecification {
  const [problem] = checkSpaceRules({ [name]: parameter })
  if (problem !== undefined) {
    throw requestProblem(
      'suggest',
      ['parameter', ...problem.path.slice(2)],
      problem.value,
      problem.rule,
    )
  }
  const currentRange = ownValue(space, name)
  if (currentRange === undefined) return { ...space, [name]: parameter }
  const both = united(currentRange, parameter)
  if (both === null)
    throw refusal(
      name,
      parameter,
      msg('rule.sameParameter', { name, value: JSON.stringify(currentRange) }),
    )
  return isDeepStrictEqual(both, currentRange) ? space : { ...space, [name]: both }
}

/** The value that a trial has for the parameter, if it lies in it; otherwise one drawn at random, the same for each repetition. */
export function namedValue(
  { trial, name, parameter }: Suggest,
  has: ParameterValue | undefined,
  seed: number,
): ParameterValue {
  const [namedParameter] = buildSpace({ [name]: parameter }).parameters as readonly [Parameter]
  if (has !== undefined && valueIndex(namedParameter, has) >= 0) return has
  const stream = createRandomStream({ seed, number: trial, purpose: `suggest.${name}` })
  return fromUnit(namedParameter, stream.uniform())
}

/** One range that holds both; null where they differ in more than their bounds. */
function united(
  currentRange: ParameterSpecification,
  wanted: ParameterSpecification,
): ParameterSpecification | null {
  if ('float' in currentRange && 'float' in wanted) {
    const { float, ...others } = wanted
    const both = hull(currentRange.float, float)
    return isAlike(currentRange, wanted, both[0] === currentRange.float[0])
      ? { ...others, float: both }
      : null
  }
  if ('int' in currentRange && 'int' in wanted) {
    const { int, ...others } = wanted
    const both = hull(currentRange.int, int)
    return isAlike(currentRange, wanted, both[0] === currentRange.int[0])
      ? { ...others, int: both }
      : null
  }
  return isDeepStrictEqual(currentRange, wanted) ? currentRange : null
}

interface Scale {
  readonly log?: boolean | undefined
  readonly step?: number | undefined
}

/** @param hasGrid the values of both lie on one grid */
function isAlike(a: Scale, b: Scale, hasGrid: boolean): boolean {
  const isLog = (a.log ?? false) === (b.log ?? false)
  return isLog && a.step === b.step && (a.step === undefined || hasGrid)
}

function hull(a: readonly [number, number], b: readonly [number, number]): [number, number] {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
}

function refusal(name: string, parameter: ParameterSpecification, rule: MessageDescriptor): Error {
  return requestProblem('suggest', ['parameter'], problemValue({ [name]: parameter }), rule)
}
