import { ownValue } from '../../../core/values/named-values.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { AppError } from '../../../core/errors/errors.ts'
import type { Problem } from '../../../core/errors/problem.ts'
import type { SpaceSpecification } from '../../../core/study/space-specification.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import { type HyperValues, listFields, nameFields } from '../../hypergradients/hyper-values.ts'
import {
  headOffsets,
  type HeadHyperparameter,
  type InnerProblem,
  refusals,
} from '../../hypergradients/inner-problem.ts'
import type { OnlineSettings } from '../../hypergradients/online-training.ts'
import { checkSpaceAgainst } from '../check-space.ts'
import type { HyperparameterTable } from '../hyperparameter.ts'
import { trainingHyperparameters } from '../training-hyperparameters.ts'
import type { HypergradientSettings } from './settings.ts'

/**
 * Hyperparameters of a trial with hypergradients beside its architecture. A rate of one step stands before that of a
 * layer, and that before the rate of all; likewise a decay of one input before that of its layer.
 */
const families = {
  learningRate: float(1e-8, 1000, 0.1), // of every step and layer
  learningRateStep: float(1e-8, 1000, 0.1), // of one step: a schedule
  learningRateLayer: float(1e-8, 1000, 0.1), // of one layer, counted from the inputs
  momentum: float(0, 0.9999, 0.9), // share of the last update that is kept
  hyperRate: float(0, 1e6, 1e-3), // mode online: by this the learning rate itself moves
  l2: float(0, 1000, 0), // penalty ½ · l2 · ‖W‖², biases excepted
  l2Layer: float(0, 1000, 0),
  l2Input: float(0, 1000, 0), // of all that leaves one input, first dense layer
  labelSmoothing: float(0, 0.9, 0), // share of the target spread over all classes
  inputNoise: float(0, 10, 0), // deviation of noise on the inputs in training: augmentation
  classWeight: float(0, 1000, 1), // of the rows of one class in the training loss
} as const satisfies HyperparameterTable
type Family = keyof typeof families

/** Numbers that a family's members have at most. */
const members: Readonly<Partial<Record<Family, number>>> = {
  learningRateStep: 500,
  learningRateLayer: 32,
  l2Layer: 32,
  l2Input: 1024,
  classWeight: 100,
}

/** The minimum of a loss depends on these. */
const shapesMinimum: readonly Family[] = [
  'l2',
  'l2Layer',
  'l2Input',
  'labelSmoothing',
  'classWeight',
]

/** A training with its own rate takes these. */
const online = ['learningRate', 'momentum', 'l2', 'hyperRate'] as const

function float(low: number, high: number, usual: number) {
  return { kind: 'float', low, high, default: usual } as const
}

/** Family and number (from 1) of a hyperparameter; null for one of the architecture. */
function memberOf(
  name: string,
): { readonly family: Family; readonly number: number | null } | null {
  if (Object.hasOwn(families, name) && members[name as Family] === undefined) {
    return { family: name as Family, number: null }
  }
  const match = /^([A-Za-z]\w*?[A-Za-z])(\d+)$/u.exec(name)
  const family = match?.[1] as Family | undefined
  const number = Number(match?.[2])
  const most = family === undefined ? undefined : members[family]
  if (family === undefined || most === undefined || number < 1 || number > most) return null
  return { family, number }
}

/** This training does without them; images are augmented by `inputNoise` alone. */
const leftOut = ['dropout', 'batchNormalization', 'shift', 'flip', 'rotate', 'cutout', 'mixup']

/** Hyperparameters of the task's own table that shape its network. */
function architectureOf(table: HyperparameterTable): HyperparameterTable {
  const training = new Set([...Object.keys(trainingHyperparameters), ...leftOut])
  return Object.fromEntries(Object.entries(table).filter(([name]) => !training.has(name)))
}

/** Defaults that a hypergradient goes through. */
export const smoothDefaults: Assignment = { activation: 'tanh', pooling: 'average' }

export function splitAssignment(parameters: Assignment): {
  readonly architecture: Assignment
  readonly continuous: Readonly<Record<string, number>>
} {
  const entries = Object.entries(parameters)
  return {
    architecture: Object.fromEntries(entries.filter(([name]) => memberOf(name) === null)),
    continuous: Object.fromEntries(entries.filter(([name]) => memberOf(name) !== null)) as Record<
      string,
      number
    >,
  }
}

/** Hyperparameters of other trainings, with the reason instead of a guess at the name. */
const refusedNames = {
  dropout: refusals.dropout,
  batchNormalization: refusals.batchNormalization,
  embeddingScale: refusals.embeddingScale,
} as const

const refusedValues = {
  activation: ['relu', refusals.relu],
  pooling: ['max', refusals.max],
  categories: ['embedding', refusals.embedding],
} as const

/** Values that every trial with them would be refused for. */
function valuesRefusedIn(space: SpaceSpecification): Problem[] {
  return Object.entries(refusedValues).flatMap(([name, [value, rule]]) => {
    const parameter = ownValue(space, name)
    if (parameter === undefined) return []
    if ('fixed' in parameter) {
      return parameter.fixed === value ? [{ path: ['space', name, 'fixed'], value, rule }] : []
    }
    const [key, values] =
      'choice' in parameter
        ? (['choice', parameter.choice] as const)
        : (['ordinal', 'ordinal' in parameter ? parameter.ordinal : []] as const)
    const index = values.indexOf(value)
    return index < 0 ? [] : [{ path: ['space', name, key, index], value, rule }]
  })
}

export function checkHypergradientSpace(
  table: HyperparameterTable,
  space: SpaceSpecification,
  { mode, steps }: HypergradientSettings,
): Problem[] {
  const spaceMembers = Object.keys(space).flatMap(name => {
    const member = memberOf(name)
    return member === null ? [] : [[name, member] as const]
  })
  const acceptedTable: HyperparameterTable = {
    ...architectureOf(table),
    ...Object.fromEntries(
      Object.entries(families).filter(([name]) => members[name as Family] === undefined),
    ),
    ...Object.fromEntries(spaceMembers.map(([name, { family }]) => [name, families[family]])),
  }
  const refused = (name: string, rule: MessageDescriptor): Problem => ({
    path: ['space', name],
    value: name,
    rule,
  })
  const fits = Object.entries(space).filter(([name]) => !Object.hasOwn(refusedNames, name))
  return [
    ...checkSpaceAgainst(acceptedTable, Object.fromEntries(fits)),
    ...Object.keys(space).flatMap(name =>
      Object.hasOwn(refusedNames, name)
        ? [refused(name, refusedNames[name as keyof typeof refusedNames])]
        : [],
    ),
    ...valuesRefusedIn(space),
    ...spaceMembers.flatMap(([name, { family, number }]) => {
      if (mode === 'implicit' && !shapesMinimum.includes(family)) {
        return [refused(name, msg('rule.minimumIndependent'))]
      }
      if (mode === 'online' && !online.some(onlineFamily => onlineFamily === family)) {
        return [refused(name, msg('rule.onlineTakes', { names: online }))]
      }
      if (mode !== 'online' && family === 'hyperRate') {
        return [refused(name, msg('rule.onlineOnly'))]
      }
      return family === 'learningRateStep' && (number as number) > steps
        ? [refused(name, msg('rule.hypergradientSteps', { steps }))]
        : []
    }),
  ]
}

/** Which hyperparameters the loss needs, so that others cost nothing. */
export function headOf(
  continuous: Readonly<Record<string, number>>,
): readonly HeadHyperparameter[] {
  const used = new Set(Object.keys(continuous).map(name => memberOf(name)?.family))
  return [
    ...(used.has('labelSmoothing') ? (['labelSmoothing'] as const) : []),
    ...(used.has('inputNoise') ? (['inputNoise'] as const) : []),
    ...(used.has('classWeight') ? (['classWeights'] as const) : []),
  ]
}

export function hasInputDecays(continuous: Readonly<Record<string, number>>): boolean {
  return Object.keys(continuous).some(name => memberOf(name)?.family === 'l2Input')
}

/** One entry of the hyperparameters' arrays. */
type Entry = readonly [field: keyof HyperValues, index: number]

/** The values of a run, and which hyperparameter each entry comes from. */
export interface Mapping {
  readonly values: HyperValues
  /** Entries that a hyperparameter decides: its derivative is the sum of theirs. */
  readonly entries: ReadonlyMap<string, readonly Entry[]>
}

/** @throws AppError `training.invalid` for a layer, input or class that the network does not have */
export function mapHyperparameters(
  problem: InnerProblem,
  steps: number,
  continuous: Readonly<Record<string, number>>,
): Mapping {
  const entries = new Map<string, Entry[]>(Object.keys(continuous).map(name => [name, []]))
  const classes = problem.headSize - headOffsets.classWeights
  const values: HyperValues = {
    rates: new Float32Array(steps * problem.groups),
    momentum: new Float32Array(1),
    decay: new Float32Array(problem.decayCount),
    head: new Float32Array(problem.headSize).fill(1),
  }

  /** The first of these names that has a value decides the entry. */
  function decide(
    field: keyof HyperValues,
    index: number,
    names: readonly string[],
    usual: number,
  ): void {
    const name = names.find(candidate => Object.hasOwn(continuous, candidate))
    values[field][index] = name === undefined ? usual : (ownValue(continuous, name) as number)
    if (name !== undefined) entries.get(name)?.push([field, index])
  }

  for (let step = 0; step < steps; step++) {
    for (let layer = 0; layer < problem.groups; layer++) {
      const names = [`learningRateStep${step + 1}`, `learningRateLayer${layer + 1}`, 'learningRate']
      decide('rates', step * problem.groups + layer, names, families.learningRate.default)
    }
  }
  decide('momentum', 0, ['momentum'], families.momentum.default)
  problem.decays.forEach((slice, variable) => {
    if (slice === null) return
    const layer = `l2Layer${(problem.rateGroups[variable] as number) + 1}`
    for (let at = 0; at < slice.count; at++) {
      const inputNames = slice.count === 1 ? [] : [`l2Input${at + 1}`]
      decide('decay', slice.offset + at, [...inputNames, layer, 'l2'], 0)
    }
  })
  decide('head', headOffsets.labelSmoothing, ['labelSmoothing'], 0)
  decide('head', headOffsets.inputNoise, ['inputNoise'], 0)
  for (let at = 0; at < classes; at++) {
    decide('head', headOffsets.classWeights + at, [`classWeight${at + 1}`], 1)
  }
  for (const [name, fieldIndices] of entries) {
    if (fieldIndices.length > 0) continue
    const rule = msg('rule.hypergradient.nothingToSet')
    throw new AppError('training.invalid', {
      field: name,
      value: ownValue(continuous, name) as number,
      rule,
    })
  }
  return { values, entries }
}

/** The derivative by each hyperparameter from those by the entries. */
export function gradientByName(
  { entries }: Mapping,
  gradient: HyperValues,
): Record<string, number> {
  return Object.fromEntries(
    [...entries].map(([name, fieldIndices]) => [
      name,
      fieldIndices.reduce((sum, [field, index]) => sum + (gradient[field][index] ?? 0), 0),
    ]),
  )
}

/** The direction in which one hyperparameter moves the entries; null: none at all. */
export function directionOf({ values, entries }: Mapping, name: string | null): HyperValues {
  const direction = nameFields(listFields(values).map(({ length }) => new Float32Array(length)))
  for (const [field, index] of name === null ? [] : (entries.get(name) ?? []))
    direction[field][index] = 1
  return direction
}

/** Settings of an online training; defaults for what the trial was not given. */
export function onlineSettings(continuous: Readonly<Record<string, number>>): OnlineSettings {
  const named = online.map(name => [name, continuous[name] ?? families[name].default])
  return Object.fromEntries(named) as OnlineSettings
}
