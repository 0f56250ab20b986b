import { msg } from '../../core/errors/message.ts'
import type { ImportNote } from '../../core/study/import-note.ts'
import type { ImportedTrial, StudyOrigin } from '../../core/study/imported-study.ts'
import type { JsonValue } from '../../core/values/json.ts'
import type { SpaceSpecification } from '../../core/study/space-specification.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import { ForeignFileError } from '../foreign-study-file.ts'
import { inferConditions } from '../infer-conditions.ts'
import { uniqueNames } from '../unique-names.ts'
import { type InferredParameter, inferOptunaSpace } from './infer-space.ts'
import type { OptunaStudy } from './optuna-rows.ts'
import { OWN_STUDY } from './own-attributes.ts'
import { parsePythonJson } from '../python-json.ts'
import {
  listedConstraints,
  readParameters,
  readTrial,
  usersAttributes,
} from './read-optuna-trial.ts'

/** An Optuna study in the terms of this program, before the rules of study files are applied. */
export interface FromOptuna {
  readonly name: string
  readonly goals: readonly Goal[]
  readonly constraints: readonly string[]
  readonly space: SpaceSpecification
  /** Specification that this program wrote into the file, unchecked; undefined where there is none. */
  readonly ownSpecification: JsonValue | undefined
  readonly trials: readonly ImportedTrial[]
  /** Notes of its users beside the study; null without any. */
  readonly userAttributes: StudyOrigin['userAttributes'] | null
  readonly notes: readonly ImportNote[]
}

/** Without characters that steer a terminal or turn texts around, which names here must not hold. */
function plainText(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD')
}

const LONGEST_STUDY_NAME = 120

/** The name of a study of Optuna as it can be one here. */
export function shownStudyName(name: string): string {
  return plainText(name).trim().slice(0, LONGEST_STUDY_NAME) || 'study'
}

/** Facts that all trials of a study give together. */
export interface OptunaShape {
  readonly goals: readonly Goal[]
  readonly constraints: readonly string[]
  readonly space: SpaceSpecification
  /** By name there. */
  readonly parameters: ReadonlyMap<string, InferredParameter>
  /** Name there to name here. */
  readonly names: ReadonlyMap<string, string>
  readonly assignments: readonly Assignment[]
}

/**
 * @param notes get what could not be carried over as it was
 * @throws ForeignFileError where the study breaks Optuna's own rules
 */
export function readShape(study: OptunaStudy, notes: ImportNote[]): OptunaShape {
  const parameters = inferOptunaSpace(study.trials)
  const names = uniqueNames([...parameters.keys()], notes)
  const assignments = study.trials.map(trial => readParameters(trial, parameters, names))
  const bare = Object.fromEntries(
    [...parameters].map(([name, { specification }]) => [names.get(name) ?? name, specification]),
  )
  const ended = assignments.filter((_, index) =>
    ['COMPLETE', 'PRUNED'].includes(study.trials[index]?.state ?? ''),
  )
  const space = inferConditions(bare, ended, notes)
  const [goals, constraints] = [readGoals(study), constraintNames(study)]
  return { goals, constraints, space, parameters, names, assignments }
}

/** @throws ForeignFileError where the study breaks Optuna's own rules */
export function fromOptuna(study: OptunaStudy): FromOptuna {
  const notes: ImportNote[] = []
  const { goals, constraints, space, parameters, assignments } = readShape(study, notes)
  if (parameters.size === 0)
    throw new ForeignFileError(study.name, 0, msg('rule.import.trialWithParameters'))
  const trials = study.trials.map((trial, index) =>
    readTrial(trial, { parameters: assignments[index] ?? {}, goals, constraints, notes }),
  )
  const storedSpecification = study.userAttributes[OWN_STUDY]
  return {
    name: shownStudyName(study.name),
    goals,
    constraints,
    space,
    ownSpecification:
      storedSpecification === undefined ? undefined : parsePythonJson(storedSpecification),
    trials,
    userAttributes: usersAttributes(study.userAttributes),
    notes,
  }
}

function readGoals({ name, directions, systemAttributes }: OptunaStudy): Goal[] {
  if (directions.length === 0 || directions.length > 8) {
    const rule = msg('rule.between', { low: 1, high: 8 })
    throw new ForeignFileError(`${name}.directions`, directions.length, rule)
  }
  const stored = parsePythonJson(
    systemAttributes['study:metric_names'] ?? systemAttributes['dashboard:objective_names'] ?? '[]',
  )
  const storedNames = Array.isArray(stored) && stored.length === directions.length ? stored : []
  const metrics = directions.map((_, index) => {
    const metric: unknown = storedNames[index]
    if (typeof metric === 'string' && metric !== '') return plainText(metric).slice(0, 200)
    return directions.length === 1 ? 'value' : `value_${index}`
  })
  const distinct = metrics.map((metric, index) =>
    metrics.indexOf(metric) < index ? `${metric}_${index}` : metric,
  )
  return directions.map((direction, index) => {
    if (direction === 'NOT_SET') {
      const rule = msg('rule.oneOf', { values: ['MINIMIZE', 'MAXIMIZE'] })
      throw new ForeignFileError(`${name}.directions[${index}]`, direction, rule)
    }
    const metric = distinct[index] ?? ''
    return { metric, direction: direction === 'MINIMIZE' ? 'minimize' : 'maximize' }
  })
}

/** `constraint_0` … of a list (Optuna 4), or the names of Optuna 5; at most 16. */
function constraintNames({ trials }: OptunaStudy): string[] {
  let listed = 0
  const named = new Set<string>()
  for (const { systemAttributes } of trials) {
    listed = Math.max(listed, listedConstraints(systemAttributes).length)
    for (const key of Object.keys(systemAttributes)) {
      if (key.startsWith('constraints:'))
        named.add(key.slice('constraints:'.length) || 'constraint')
    }
  }
  const names =
    named.size > 0 ? [...named] : Array.from({ length: listed }, (_, i) => `constraint_${i}`)
  return names.slice(0, 16)
}
