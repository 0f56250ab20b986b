import { unknownName } from '../../core/values/closest-name.ts'
import { ownValue } from '../../core/values/named-values.ts'
import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import { type Problem, problemValue } from '../../core/errors/problem.ts'
import { listedValues } from '../../core/study/listed-values.ts'
import type { SpaceSpecification } from '../../core/study/space-specification.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import { defineFunction, type FunctionSettings } from './function-settings.ts'
import type { ObjectiveHost, ObjectiveResult, StartingCheckpoint } from './objective-host.ts'

/**
 * A built-in test function as an objective: parameters x0, x1 … are its coordinates. With several
 * steps it reports curves that fall to the function's values, so that pruners have something to judge.
 */

/** The usual bounds of every coordinate as a search space. */
export function defaultFunctionSpace(settings: FunctionSettings): SpaceSpecification {
  const definition = defineFunction(settings)
  return Object.fromEntries(
    coordinates(settings).map((name, index) => [name, { float: [...definition.bounds(index)] }]),
  )
}
/** Whether the space has exactly the coordinates, all numeric and always active. Paths start with `space`. */
export function checkFunctionSpace(
  space: SpaceSpecification,
  settings: FunctionSettings,
): Problem[] {
  const wanted = coordinates(settings)
  const list = wanted.length > 4 ? `x0 … x${wanted.length - 1}` : wanted.join(', ')
  const missing = wanted
    .filter(name => !Object.hasOwn(space, name))
    .map(name => ({
      path: ['space', name],
      value: null,
      rule: msg('rule.coordinateRequired', { name: settings.function, coordinates: list }),
    }))
  return [
    ...missing,
    ...Object.entries(space).flatMap(([name, parameter]): Problem[] => {
      if (!wanted.includes(name)) {
        const rule = unknownName('parameter', name, wanted)
        return [{ path: ['space', name], value: problemValue(parameter), rule }]
      }
      const problems: Problem[] = []
      if (listedValues(parameter)?.some(value => typeof value !== 'number') === true) {
        const rule = msg('rule.coordinateNumbers')
        problems.push({ path: ['space', name], value: problemValue(parameter), rule })
      }
      if (parameter.when !== undefined && Object.keys(parameter.when).length > 0) {
        problems.push({
          path: ['space', name, 'when'],
          value: problemValue(parameter.when),
          rule: msg('rule.coordinateActive'),
        })
      }
      return problems
    }),
  ]
}

/**
 * Runs one trial. Step k of n reports value + offset·(1 − k/n) of every objective, where offset =
 * 1 + |value|; the last step reports the values themselves. Constraints are the same at every step.
 * @throws AppError `training.invalid` if a coordinate is missing or not a number
 */
export async function runFunctionObjective(
  settings: FunctionSettings,
  parameters: Assignment,
  host: ObjectiveHost,
): Promise<ObjectiveResult> {
  const point = coordinates(settings).map(name => {
    const coordinate = ownValue(parameters, name)
    if (typeof coordinate === 'number') return coordinate
    throw new AppError('training.invalid', {
      field: name,
      value: problemValue(coordinate),
      rule: msg('rule.finite'),
    })
  })
  const definition = defineFunction(settings)
  const values = definition.evaluate(point)
  let last: ObjectiveResult['last'] = null
  const { checkpoints } = host
  const lastStep = Math.min(settings.steps, host.untilStep ?? settings.steps)
  const first = startStep(checkpoints?.start ?? null)
  for (let step = Math.min(first, lastStep); step <= lastStep; step++) {
    if (settings.durationMs > 0) await host.wait(settings.durationMs)
    if ((await host.yieldNow()) === 'stop') return { finished: false, best: last, last }
    const metrics = Object.fromEntries(
      definition.metrics.map((metric, index) => {
        const value = values[index] as number
        const offset = index < definition.objectives ? 1 + Math.abs(value) : 0
        return [metric, value + offset * (1 - step / settings.steps)]
      }),
    )
    // Every curve falls all the way, so the last step is always the best.
    last = { step, metrics }
    // A training that was saved at its last step has reported it.
    const isLast = step === settings.steps
    const stops = step >= first && (await host.report(step, metrics, isLast)) === 'stop'
    const isEnd = stops || step === lastStep
    if (checkpoints?.isDue({ step, batch: 0 }, isEnd) === true) {
      const progress = { kind: 'function', step }
      await checkpoints.save({ step, batch: 0 }, isEnd, { progress, tensors: [] })
    }
    if (stops) return { finished: false, best: last, last }
  }
  return { finished: true, best: last, last }
}

/** A curve is a function of its step, so the step is all that a checkpoint needs. */
function startStep(start: StartingCheckpoint | null): number {
  if (start === null || start.mode === 'initialize') return 1
  const { kind, step } = start.checkpoint.progress
  if (kind === 'function' && typeof step === 'number') return step + 1
  throw new AppError('training.invalid', {
    field: 'checkpoint.progress',
    value: problemValue(start.checkpoint.progress),
    rule: msg('rule.progress'),
  })
}

function coordinates(settings: FunctionSettings): string[] {
  return Array.from({ length: defineFunction(settings).dimension }, (_, index) => `x${index}`)
}
