import { defaults } from '../../core/study/defaults.ts'
import { ashaPruner } from '../../search/pruners/asha/asha.ts'
import { gridSampler } from '../../search/samplers/grid/grid.ts'
import { randomSampler } from '../../search/samplers/random/random.ts'
import { placeholderOf } from '../../core/study/command-template.ts'
import { msg } from '../../core/errors/message.ts'
import type { ImportNote } from '../../core/study/import-note.ts'
import { isObject } from '../../core/values/json.ts'
import type { SpaceSpecification } from '../../core/study/space-specification.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { ForeignFileError, type ForeignStudyFile } from '../foreign-study-file.ts'
import { readStudyText } from '../study-file/read-study-text.ts'
import { uniqueNames } from '../unique-names.ts'
import { expected, flattenParameters, type Plain, sweepParameter } from './sweep-parameter.ts'

/** Keys of the schema of sweeps (`sweeps/config/schema.json`) that are read, and those that say nothing about the search. */
const knownKeys = [
  'name',
  'method',
  'metric',
  'metrics',
  'parameters',
  'early_terminate',
  'run_cap',
  'program',
  'command',
  'apiVersion',
  'kind',
  'controller',
  'entity',
  'project',
  'description',
]
const methods = ['bayes', 'random', 'grid', 'custom']

/** Whether a value looks like the configuration of a sweep rather than a study file. */
export function isSweep(value: unknown): value is Plain {
  return isObject(value) && typeof value['method'] === 'string' && !('space' in value)
}

/**
 * A sweep configuration of W&B (YAML or JSON) as the beginning of a study file: parameters with all their distributions, nested
 * ones by their path (`optimizer.lr`), metric, method, `early_terminate`, `run_cap` and command.
 *
 * `bayes` becomes the automatic choice of a sampler, `random` and `grid` themselves. W&B's Hyperband is asynchronous halving with
 * one bracket, here `asha`; its `eta` and the first band are kept.
 * @throws ForeignFileError
 */
export function readSweep(text: string): ForeignStudyFile {
  const sweep = parseYaml(text)
  const notes: ImportNote[] = []
  const { name, parameters } = sweep
  if (!isObject(parameters) || Object.keys(parameters).length === 0)
    throw new ForeignFileError('parameters', parameters ?? null, msg('rule.needsParameter'))
  const flat = flattenParameters(parameters)
  const names = uniqueNames([...flat.keys()], notes)
  const space = Array.from(flat, ([path, definition]) => [
    names.get(path) ?? path,
    sweepParameter(path, definition, notes),
  ])
  for (const key of Object.keys(sweep)) {
    if (!knownKeys.includes(key)) notes.push({ code: 'keyLeftOut', key })
  }
  return {
    program: 'W&B',
    name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 120) : null,
    goals: readGoals(sweep),
    space: Object.fromEntries(space) as SpaceSpecification,
    sections: {
      ...sweepCommand(sweep, names, notes),
      sampler: { name: samplerName(sweep, notes) },
      ...readPruner(sweep, notes),
      ...readStop(sweep),
    },
    notes,
  }
}

function parseYaml(text: string): Plain {
  const { raw, syntax, keys } = readStudyText(text, 'yaml')
  // A sweep may call a parameter as it likes.
  const problem = syntax[0] ?? keys.find(({ rule }) => rule.code !== 'rule.reservedName')
  if (problem !== undefined) throw new ForeignFileError('file', text.slice(0, 60), problem.rule)
  if (isSweep(raw)) return raw
  throw new ForeignFileError('method', null, msg('rule.oneOf', { values: methods }))
}

function readGoals({ metric, metrics }: Plain): Goal[] {
  const listed = Array.isArray(metrics) ? metrics : metric === undefined ? [] : [metric]
  return listed.map((goal: unknown, index) => {
    const field = Array.isArray(metrics) ? `metrics[${index}]` : 'metric'
    if (!isObject(goal) || typeof goal['name'] !== 'string')
      throw new ForeignFileError(`${field}.name`, goal, expected('kind.text'))
    const direction = goal['goal'] ?? 'minimize'
    if (direction !== 'minimize' && direction !== 'maximize')
      throw new ForeignFileError(
        `${field}.goal`,
        direction,
        msg('rule.oneOf', { values: ['minimize', 'maximize'] }),
      )
    return { metric: goal['name'], direction }
  })
}

function samplerName({ method }: Plain, notes: ImportNote[]): string {
  if (method === 'random') return randomSampler.name
  if (method === 'grid') return gridSampler.name
  if (method !== 'bayes' && method !== 'custom')
    throw new ForeignFileError('method', method, msg('rule.oneOf', { values: methods }))
  notes.push({ code: 'samplerChosen', method })
  return defaults.sampler
}

/** `sweeps/hyperband_stopping.py`: bands at min_iter · eta^k, or at max_iter / eta^k for k = 1 … s, 3 by default. */
function readPruner({ early_terminate: stop }: Plain, notes: ImportNote[]): Plain {
  if (!isObject(stop)) return {}
  if (stop['type'] !== 'hyperband')
    throw new ForeignFileError(
      'early_terminate.type',
      stop['type'],
      msg('rule.equal', { value: 'hyperband' }),
    )
  const reductionFactor = typeof stop['eta'] === 'number' ? stop['eta'] : 3
  const { min_iter: minimum, max_iter: maximum, s } = stop
  if (stop['strict'] !== undefined)
    notes.push({ code: 'keyLeftOut', key: 'early_terminate.strict' })
  const common = { name: ashaPruner.name, reductionFactor }
  if (typeof minimum === 'number') return { pruner: { ...common, minResource: minimum } }
  if (typeof maximum === 'number' && typeof s === 'number') {
    const first = Math.max(1, Math.floor(maximum / reductionFactor ** s))
    return { pruner: { ...common, minResource: first, maxResource: maximum } }
  }
  throw new ForeignFileError(
    'early_terminate',
    stop,
    msg('rule.exactlyOneOf', { names: ['min_iter', 'max_iter + s'] }),
  )
}

function readStop({ run_cap: trials, metric }: Plain): Plain {
  const { target } = isObject(metric) ? metric : {}
  const stop = {
    ...(typeof trials === 'number' ? { trials } : {}),
    ...(typeof target === 'number' ? { target } : {}),
  }
  return Object.keys(stop).length === 0 ? {} : { stop }
}

/** The command of a sweep that has none of its own. */
const usual = ['${env}', '${interpreter}', '${program}', '${args}']

/**
 * `program` and `command` as an objective here: the macros of W&B's agent are written out, so that the program gets the same
 * arguments. Nothing where the sweep names no program.
 * @param names path of a parameter to its name here
 */
function sweepCommand(
  { program, command }: Plain,
  names: ReadonlyMap<string, string>,
  notes: ImportNote[],
): Plain {
  const commandWords = Array.isArray(command) ? command.map(String) : usual
  if (typeof program !== 'string' && !Array.isArray(command)) return {}
  const pairs = [...names].map(([path, name]) => [path, placeholderOf(name)] as const)
  const braces = (text: string): string => text.replaceAll('{', '{{').replaceAll('}', '}}')
  const words = commandWords.flatMap((word): string[] => {
    switch (word) {
      case '${env}':
        return []
      case '${interpreter}':
        return ['python']
      case '${program}':
        return [braces(typeof program === 'string' ? program : '')]
      case '${args}':
        return pairs.map(([path, value]) => `--${braces(path)}=${value}`)
      case '${args_no_hyphens}':
        return pairs.map(([path, value]) => `${braces(path)}=${value}`)
      case '${args_json_file}':
        return ['{parametersFile}']
      default: {
        const macro = /^\$\{(\w+)\}$/.exec(word)?.[1]
        if (macro === undefined) return [braces(word)]
        notes.push({ code: 'macroLeftOut', macro: word })
        return []
      }
    }
  })
  notes.push({ code: 'metricsOfProgram' })
  return { objective: { command: words } }
}
