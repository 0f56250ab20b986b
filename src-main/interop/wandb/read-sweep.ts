import { parse } from 'yaml'
import type { ImportNote } from '../../contract/import-note.ts'
import { isObject } from '../../contract/json.ts'
import type { SpaceSpecification } from '../../contract/space-specification.ts'
import type { Goal } from '../../contract/study-specification.ts'
import {
  type ForeignFault,
  ForeignFileError,
  type ForeignStudyFile,
  orFault,
} from '../foreign-study-file.ts'
import { uniqueNames } from '../unique-names.ts'
import { sweepCommand } from './sweep-command.ts'
import { flattenParameters, sweepParameter } from './sweep-parameter.ts'

type Plain = Readonly<Record<string, unknown>>

/** Keys of the schema of sweeps (`sweeps/config/schema.json`) that say nothing about the search. */
const silent = ['apiVersion', 'kind', 'controller', 'entity', 'project', 'description']

/** Whether a text looks like the configuration of a sweep rather than a study file. */
export function isSweep(value: unknown): value is Plain {
  return isObject(value) && typeof value['method'] === 'string' && !('space' in value)
}

/**
 * A sweep configuration of W&B (YAML or JSON) as the beginning of a study file: parameters with all their distributions, nested
 * ones by their path (`optimizer.lr`), metric, method, `early_terminate`, `run_cap` and command.
 *
 * `bayes` becomes the automatic choice of a sampler, `random` and `grid` themselves. W&B's Hyperband is asynchronous halving with
 * one bracket, here `asha`; its `eta` and the first band are kept.
 */
export function readSweep(text: string): ForeignStudyFile | ForeignFault {
  return orFault(() => {
    const sweep = parseYaml(text)
    const notes: ImportNote[] = []
    const { parameters } = sweep
    if (!isObject(parameters) || Object.keys(parameters).length === 0)
      throw new ForeignFileError(
        'parameters',
        parameters ?? null,
        'must hold at least one parameter',
      )
    const flat = flattenParameters(parameters)
    const names = uniqueNames([...flat.keys()])
    for (const [before, after] of names) {
      if (before !== after) notes.push({ code: 'parameterRenamed', parameter: before, name: after })
    }
    const space = Object.fromEntries(
      [...flat].map(([path, definition]) => [
        names.get(path) ?? path,
        sweepParameter(path, definition, notes),
      ]),
    ) as SpaceSpecification
    const known = [
      'name',
      'method',
      'metric',
      'metrics',
      'parameters',
      'early_terminate',
      'run_cap',
      'program',
      'command',
    ]
    for (const key of Object.keys(sweep)) {
      if (!known.includes(key) && !silent.includes(key)) notes.push({ code: 'keyLeftOut', key })
    }
    const { name } = sweep
    return {
      program: 'W&B',
      name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 120) : null,
      goals: readGoals(sweep),
      space,
      sections: {
        ...sweepCommand(sweep, names, notes),
        sampler: { name: samplerName(sweep, notes) },
        ...readPruner(sweep, notes),
        ...readStop(sweep),
      },
      notes,
    }
  })
}

function parseYaml(text: string): Plain {
  let value: unknown
  try {
    value = parse(text, { maxAliasCount: 100 })
  } catch (error) {
    throw new ForeignFileError(
      'file',
      text.slice(0, 60),
      error instanceof Error ? error.message : 'must be YAML',
    )
  }
  if (!isSweep(value))
    throw new ForeignFileError('method', null, 'must be bayes, random, grid or custom')
  return value
}

function readGoals({ metric, metrics }: Plain): Goal[] {
  const listed = Array.isArray(metrics) ? metrics : metric === undefined ? [] : [metric]
  return listed.map((one: unknown, index) => {
    const field = Array.isArray(metrics) ? `metrics[${index}]` : 'metric'
    if (!isObject(one) || typeof one['name'] !== 'string')
      throw new ForeignFileError(field, one, 'must have a name')
    const direction = one['goal'] ?? 'minimize'
    if (direction !== 'minimize' && direction !== 'maximize')
      throw new ForeignFileError(`${field}.goal`, direction, 'must be minimize or maximize')
    return { metric: one['name'], direction }
  })
}

function samplerName({ method }: Plain, notes: ImportNote[]): string {
  switch (method) {
    case 'random':
    case 'grid':
      return method
    case 'bayes':
    case 'custom':
      notes.push({ code: 'samplerChosen', method })
      return 'auto'
    default:
      throw new ForeignFileError('method', method, 'must be bayes, random, grid or custom')
  }
}

/** `sweeps/hyperband_stopping.py`: bands at min_iter · eta^k, or at max_iter / eta^k for k = 1 … s, 3 by default. */
function readPruner({ early_terminate: stop }: Plain, notes: ImportNote[]): Plain {
  if (!isObject(stop)) return {}
  if (stop['type'] !== 'hyperband')
    throw new ForeignFileError('early_terminate.type', stop['type'], 'must be hyperband')
  const reductionFactor = typeof stop['eta'] === 'number' ? stop['eta'] : 3
  const { min_iter: minimum, max_iter: maximum, s } = stop
  if (stop['strict'] !== undefined)
    notes.push({ code: 'keyLeftOut', key: 'early_terminate.strict' })
  const common = { name: 'asha', reductionFactor }
  if (typeof minimum === 'number') return { pruner: { ...common, minResource: minimum } }
  if (typeof maximum === 'number' && typeof s === 'number') {
    const first = Math.max(1, Math.floor(maximum / reductionFactor ** s))
    return { pruner: { ...common, minResource: first, maxResource: maximum } }
  }
  throw new ForeignFileError('early_terminate', stop, 'must have min_iter, or max_iter and s')
}

function readStop({ run_cap: trials, metric }: Plain): Plain {
  const target =
    isObject(metric) && typeof metric['target'] === 'number' ? metric['target'] : undefined
  const stop = {
    ...(typeof trials === 'number' ? { trials } : {}),
    ...(target === undefined ? {} : { target }),
  }
  return Object.keys(stop).length === 0 ? {} : { stop }
}
