import { ownValue, setOwnValue } from '../../core/values/named-values.ts'
import {
  constraintMetric,
  constraintMetricValue,
  constraintValue,
} from '../../core/study/constraints.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { Assignment, ParameterValue, TrialSnapshot } from '../../core/trial/trial.ts'
import { buildSpace } from '../space/build-space.ts'
import { isActive } from '../space/conditions.ts'
import { searchedSpace } from '../space/fix-parameters.ts'
import { valueAt, valueCount, valueIndex } from '../space/unit-cube.ts'

/**
 * Trials of an earlier study as trials of another one, for samplers to learn from.
 *
 * - Complete trials only: what pruned ones reached depends on how the earlier study trained and pruned.
 * - Goals by metric and direction, in the order of the new study; constraints by metric, with the new bounds. The earlier study
 *   must have all of them. That values mean the same (the same data, the same task) is for the user to know.
 * - Every parameter that is active in the new space must have a value of its domain there. One with a single value may
 *   be missing. A parameter that the new space does not have (or not in that case) must have had a single value in the earlier
 *   space: otherwise its values were part of the result.
 */

/** Everything of a study that decides what its trials can tell another one. */
type Comparable = Pick<StudySpecification, 'goals' | 'constraints' | 'space' | 'fix'>

/** Goals and constraints that the earlier study lacks. */
export function missingMeasures(from: Comparable, to: Comparable): MessageDescriptor[] {
  const goals = to.goals
    .filter(({ metric, direction }) => goalIndex(from, metric, direction) < 0)
    .map(({ metric, direction }) => msg('rule.missingGoal', { metric, direction }))
  const constraints = to.constraints
    .map(constraintMetric)
    .filter(metric => constraintIndex(from, metric) < 0)
    .map(metric => msg('rule.missingConstraint', { metric }))
  return [...goals, ...constraints]
}

export interface MappedTrials {
  /** Numbered from 0 in their order. */
  readonly trials: readonly TrialSnapshot[]
  /** Why the first complete trial that does not fit does not; null if all do. */
  readonly firstMisfit: { readonly number: number; readonly rule: MessageDescriptor } | null
}

/** @param from without {@link missingMeasures} */
export function mapTrials(
  trials: readonly TrialSnapshot[],
  from: Comparable,
  to: Comparable,
): MappedTrials {
  const mapParameters = parameterMap(from, to)
  const goals = to.goals.map(({ metric, direction }) => goalIndex(from, metric, direction))
  const constraints = to.constraints.map(constraint => {
    const index = constraintIndex(from, constraintMetric(constraint))
    const before = from.constraints[index] as StudySpecification['constraints'][number]
    return (values: readonly number[]) =>
      constraintValue(constraint, constraintMetricValue(before, values[index] ?? Number.NaN))
  })
  const mapped: TrialSnapshot[] = []
  let firstMisfit: MappedTrials['firstMisfit'] = null
  for (const { number, state, parameters, values, constraints: measured = [] } of trials) {
    if (state !== 'complete') continue
    const fitted = mapParameters(parameters)
    if (!('point' in fitted)) {
      firstMisfit ??= { number, rule: fitted }
      continue
    }
    mapped.push({
      number: mapped.length,
      state,
      parameters: fitted.point,
      values: goals.map(goal => values[goal] ?? Number.NaN),
      ...(constraints.length === 0 ? {} : { constraints: constraints.map(map => map(measured)) }),
      reports: [],
    })
  }
  return { trials: mapped, firstMisfit }
}

/** Gives the point of the new space, or what does not fit. */
function parameterMap(
  from: Comparable,
  to: Comparable,
): (parameters: Assignment) => { readonly point: Assignment } | MessageDescriptor {
  const space = searchedSpace(to)
  const varied = new Set(
    buildSpace(from.space)
      .parameters.filter(parameter => valueCount(parameter) > 1)
      .map(({ name }) => name),
  )
  for (const name of Object.keys(from.fix)) varied.delete(name)
  return parameters => {
    const fitted: Record<string, ParameterValue> = {}
    for (const parameter of space.parameters) {
      if (!isActive(parameter, fitted)) continue
      const { name } = parameter
      const value = ownValue(parameters, name)
      if (value === undefined && valueCount(parameter) > 1) {
        return msg('rule.misfitAbsent', { name })
      }
      if (value !== undefined && valueIndex(parameter, value) < 0) {
        return msg('rule.misfitOutside', { name, value })
      }
      setOwnValue(fitted, name, value ?? valueAt(parameter, 0))
    }
    const other = Object.keys(parameters).find(
      name => varied.has(name) && !Object.hasOwn(fitted, name),
    )
    return other === undefined ? { point: fitted } : msg('rule.misfitVaried', { name: other })
  }
}

function goalIndex(
  { goals }: Comparable,
  metric: string,
  direction: Comparable['goals'][number]['direction'],
): number {
  return goals.findIndex(goal => goal.metric === metric && goal.direction === direction)
}

function constraintIndex({ constraints }: Comparable, metric: string): number {
  return constraints.findIndex(constraint => constraintMetric(constraint) === metric)
}
