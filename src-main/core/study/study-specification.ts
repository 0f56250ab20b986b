import { z } from 'zod'
import { checkpointSchema, defaultCheckpoints } from '../trial/checkpoint.ts'
import { artifactsSchema } from '../trial/trial-files.ts'
import { defaults } from './defaults.ts'
import { constraintSchema } from './constraints.ts'
import { enginePreferenceSchema } from '../machine/engine.ts'
import { gpusSchema } from '../machine/gpus.ts'
import { externalObjective } from '../objectives/external/external.ts'
import type { ObjectiveKind } from '../objectives/objective-kind.ts'
import { kindOfObjective, objectiveKinds } from '../objectives/registry.ts'
import {
  type CommandObjective,
  commandObjectiveSchema,
  type ModuleObjective,
  moduleObjectiveSchema,
} from './user-code.ts'
import { namedValues } from '../values/named-values.ts'
import { parameterSchema, parameterValueSchema } from './space-specification.ts'

/**
 * The study file: one schema for YAML and JSON, for the wizard and the published JSON Schema.
 * Unknown keys are errors. Options of a task, function, sampler or pruner stand beside its name, those of an
 * executor below it; their own schemas live with the task, sampler, pruner or executor and are applied by
 * `study/study-check.ts`.
 */

const name = z.string().min(1).max(120)

/** Values that a person reads as durations are minutes in the file and milliseconds in code. */
const minutes = z.number().positive()

export const goalSchema = z.strictObject({
  metric: z.string().min(1).describe('option.study.metric'),
  direction: z.enum(['minimize', 'maximize']),
})

/**
 * Exactly one of the objective kinds; the other keys are the settings of that task or function. `external`
 * is for studies that another program asks and tells (`tunewright suggest`); no file that is run has it.
 */
const objectiveSchema = z.union([
  z.looseObject({ task: z.string().min(1).describe('option.study.task') }),
  z.looseObject({ function: z.string().min(1).describe('option.study.function') }),
  commandObjectiveSchema,
  moduleObjectiveSchema,
  z.strictObject({ external: z.literal(true).describe('option.study.external') }),
])

export const stopSchema = z
  .strictObject({
    trials: z.int().min(1).max(1_000_000).optional().describe('option.stop.trials'),
    minutes: minutes.optional().describe('option.stop.minutes'),
    runningTrials: z.enum(['stop', 'finish']).optional().describe('option.stop.runningTrials'),
    target: z.number().optional().describe('option.stop.target'),
    stagnation: z.int().min(1).optional().describe('option.stop.stagnation'),
    epochs: z.int().min(1).optional().describe('option.stop.epochs'),
    regretBound: z.number().gt(0).optional().describe('option.stop.regretBound'),
    emmr: z.number().gt(0).lt(1).optional().describe('option.stop.emmr'),
    failures: z.int().min(1).default(5).describe('option.stop.failures'),
  })
  .describe('option.study.stop')

/** Training a configuration several times, each with another seed: its value is less a matter of luck then. */
const replicatesSchema = z.strictObject({
  count: z.int().min(1).max(100).describe('option.replicates.count'),
  value: z.enum(['mean', 'median']).default('mean').describe('option.replicates.value'),
  seeds: z.enum(['own', 'shared']).optional().describe('option.replicates.seeds'),
})

const raceSchema = z.strictObject({
  chance: z.number().min(1e-6).max(0.5).default(0.05).describe('option.race.chance'),
})

/** How often an attempt is repeated with the same parameters, by class of failure. */
export const retrySchema = z.strictObject({
  code: z.int().min(0).max(10).default(0),
  data: z.int().min(0).max(10).default(0),
  memory: z.int().min(0).max(10).default(0),
  device: z.int().min(0).max(10).default(2),
  timeout: z.int().min(0).max(10).default(0),
  killed: z.int().min(0).max(10).default(2),
  nonFinite: z.int().min(0).max(10).default(0),
})

const timeoutSchema = z.strictObject({
  trialMinutes: minutes.optional().describe('option.study.trialMinutes'),
})

const warmStartSchema = z.strictObject({
  study: name.describe('option.warmStart.study'),
  id: z.int().min(1).optional().describe('option.warmStart.id'),
  trials: z.int().min(1).optional().describe('option.warmStart.trials'),
  without: z.array(z.int().min(0)).default([]).describe('option.warmStart.without'),
  data: z.enum(['same', 'other']).optional().describe('option.warmStart.data'),
})

/**
 * Where trials run: the options of an executor below its name, and those of `local` beside it where trials run on this computer, too. Their own
 * schemas are in `running/executors/<name>/common`.
 */
const executorSchema = namedValues(z.looseObject({})).describe('option.study.executor')

export const studySpecificationSchema = z.strictObject({
  name: name.describe('option.study.name'),
  objective: objectiveSchema,
  goals: z.array(goalSchema).min(1).max(8).describe('option.study.goals'),
  constraints: z.array(constraintSchema).max(16).default([]).describe('option.study.constraints'),
  space: namedValues(parameterSchema),
  fix: namedValues(parameterValueSchema).default({}).describe('option.study.fix'),
  relations: z
    .array(z.string().min(1).max(500))
    .max(50)
    .default([])
    .describe('option.study.relations'),
  enqueue: z
    .array(namedValues(parameterValueSchema))
    .max(10_000)
    .default([])
    .describe('option.study.enqueue'),
  currentConfiguration: namedValues(parameterValueSchema)
    .optional()
    .describe('option.study.currentConfiguration'),
  duplicates: z
    .enum(['allow', 'redraw', 'reuse'])
    .default('allow')
    .describe('option.study.duplicates'),
  warmStart: z.array(warmStartSchema).max(20).default([]).describe('option.study.warmStart'),
  replicates: replicatesSchema
    .default({ count: 1, value: 'mean' })
    .describe('option.study.replicates'),
  folds: z.int().min(1).max(20).default(1).describe('option.study.folds'),
  instances: z
    .array(z.string().min(1).max(4096))
    .min(2)
    .max(1000)
    .optional()
    .describe('option.study.instances'),
  race: raceSchema.optional().describe('option.study.race'),
  ensemble: z.int().min(1).max(50).default(1).describe('option.study.ensemble'),
  sampler: z.looseObject({ name }).default({ name: defaults.sampler }),
  pruner: z.looseObject({ name }).default({ name: defaults.pruner }),
  stop: stopSchema,
  slots: z.int().min(1).max(64).default(1).describe('option.study.slots'),
  gpus: gpusSchema.optional(),
  seed: z.int().min(0).max(4_294_967_295).default(0),
  engine: enginePreferenceSchema.default('auto'),
  retry: retrySchema.default(retrySchema.parse({})),
  timeout: timeoutSchema.default({}),
  checkpoint: checkpointSchema.default(defaultCheckpoints),
  artifacts: artifactsSchema.optional(),
  executor: executorSchema.optional(),
})

/** A study file as a person writes it: defaults may be missing. */
export type StudySpecificationInput = z.input<typeof studySpecificationSchema>
/** A checked study file with every default filled in. */
export type StudySpecification = z.output<typeof studySpecificationSchema>
export type Goal = z.infer<typeof goalSchema>
export type StopSpecification = StudySpecification['stop']
export type RetrySpecification = StudySpecification['retry']

/** Points of trials 0, 1, …: the configuration in use, then those that the file wants tried. */
export function firstPoints({
  currentConfiguration,
  enqueue,
}: Pick<StudySpecification, 'currentConfiguration' | 'enqueue'>): StudySpecification['enqueue'] {
  return currentConfiguration === undefined ? enqueue : [currentConfiguration, ...enqueue]
}

/** Which kind of objective a study has. */
export function objectiveKind(objective: StudySpecification['objective']): ObjectiveKind {
  return kindOfObjective(objective)?.name ?? externalObjective.name
}

export function isCommand(
  objective: StudySpecification['objective'],
): objective is CommandObjective {
  return objectiveKind(objective) === 'command'
}

function isModule(objective: StudySpecification['objective']): objective is ModuleObjective {
  return objectiveKind(objective) === 'module'
}

/** Whether its trials run code of the user, which needs trust. */
export function isUserCode(
  objective: StudySpecification['objective'],
): objective is CommandObjective | ModuleObjective {
  return objectiveKinds[objectiveKind(objective)].isUserCode === true
}

/** Name of the built-in task or test function, or what the user's code is called; `external` for a study that is asked and told. */
export function objectiveName(objective: StudySpecification['objective']): string {
  if (isCommand(objective)) {
    const { command } = objective
    return typeof command === 'string' ? command : command.join(' ')
  }
  if (isModule(objective)) return objective.module
  if ('external' in objective) return externalObjective.name
  return String('task' in objective ? objective.task : objective.function)
}
