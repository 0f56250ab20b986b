import { z } from 'zod'
import { checkpointSchema, defaultCheckpoints } from './checkpoint.ts'
import { constraintSchema } from './constraints.ts'
import { enginePreferenceSchema } from './engine.ts'
import {
  type CommandObjective,
  commandObjectiveSchema,
  type ModuleObjective,
  moduleObjectiveSchema,
} from './user-code.ts'
import { namedValues } from './named-values.ts'
import { parameterSchema, parameterValueSchema } from './space-specification.ts'

/**
 * The study file: one schema for YAML and JSON, for the wizard and the published JSON Schema.
 * Unknown keys are errors. Options of a task, function, sampler or pruner stand beside its name;
 * their own schemas live with the task, sampler or pruner and are applied by
 * `study/study-check.ts`.
 */

const name = z.string().min(1).max(120)

/** Values that a person reads as durations are minutes in the file and milliseconds in code. */
const minutes = z.number().positive()

export const goalSchema = z.strictObject({
  metric: z.string().min(1).describe('Name of a metric that the objective reports.'),
  direction: z.enum(['minimize', 'maximize']),
})

/**
 * Exactly one of the objective kinds; the other keys are the settings of that task or function. `external`
 * is for studies that another program asks and tells (`tunewright suggest`); no file that is run has it.
 */
export const objectiveSchema = z.union([
  z.looseObject({ task: z.string().min(1).describe('Built-in training problem.') }),
  z.looseObject({ function: z.string().min(1).describe('Built-in test function.') }),
  commandObjectiveSchema,
  moduleObjectiveSchema,
  z.strictObject({ external: z.literal(true).describe('Another program evaluates.') }),
])

export const stopSchema = z
  .strictObject({
    trials: z.int().min(1).max(1_000_000).optional().describe('Finished trials in total.'),
    minutes: minutes
      .optional()
      .describe('Wall time over all sessions; running trials still end normally.'),
    target: z.number().optional().describe('Ends when the first goal reaches this value.'),
    stagnation: z
      .int()
      .min(1)
      .optional()
      .describe('Ends after this many finished trials in a row without a better value.'),
    epochs: z
      .int()
      .min(1)
      .optional()
      .describe('Ends when all trials together have reported this many epochs of the first goal.'),
    regretBound: z
      .number()
      .gt(0)
      .optional()
      .describe(
        'Ends when no point is likely to be better than the best trial by more than this, in units of the goal; needs 20 complete trials.',
      ),
    emmr: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe(
        'Ends when what a trial can still gain is below this share of what it was at the start (gap of expected minimum regrets); needs 30 complete trials.',
      ),
    failures: z
      .int()
      .min(1)
      .default(5)
      .describe('Ends as failed after this many failed trials in a row.'),
  })
  .describe('The first rule that holds ends the study.')

/** Training a configuration several times, each with another seed: its value is less a matter of luck then. */
export const replicatesSchema = z.strictObject({
  count: z.int().min(1).max(100).describe('Trainings of each trial.'),
  value: z.enum(['mean', 'median']).default('mean').describe('What the trial is judged by.'),
  seeds: z
    .enum(['own', 'shared'])
    .optional()
    .describe(
      'own (default): every trial has seeds of its own. shared: training k has the same seed in every trial, so that trials can be compared in pairs.',
    ),
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

export const timeoutSchema = z.strictObject({
  trialMinutes: minutes.optional().describe('An attempt that runs longer fails as timeout.'),
})

export const learnFromSchema = z.strictObject({
  study: name.describe('Name of a study of the same database.'),
  id: z.int().min(1).optional().describe('Its id; noted when this study is created.'),
  trials: z
    .int()
    .min(1)
    .optional()
    .describe('Only its first trials; by default all that it has when this study is created.'),
  without: z
    .array(z.int().min(0))
    .default([])
    .describe('Numbers of trials that are left out; those still running are added.'),
})

export const studySpecificationSchema = z.strictObject({
  name: name.describe('Unique within a database.'),
  objective: objectiveSchema,
  goals: z.array(goalSchema).min(1).max(8).describe('The first goal decides pruning and the best.'),
  constraints: z
    .array(constraintSchema)
    .max(16)
    .default([])
    .describe('Metrics that must stay ≤ 0, or within a bound; the best trial keeps all of them.'),
  space: namedValues(parameterSchema),
  fix: namedValues(parameterValueSchema)
    .default({})
    .describe('Parameters held at one value of their domain; the others are searched.'),
  relations: z
    .array(z.string().min(1).max(500))
    .max(50)
    .default([])
    .describe('What every point keeps, e.g. minUnits < maxUnits.'),
  enqueue: z
    .array(namedValues(parameterValueSchema))
    .max(10_000)
    .default([])
    .describe('Points that are tried first; parameters left out are filled in.'),
  duplicates: z
    .enum(['allow', 'redraw', 'reuse'])
    .default('allow')
    .describe(
      'When a point was tried before: allow it, draw again, or reuse the result of an equal complete trial.',
    ),
  learnFrom: z
    .array(learnFromSchema)
    .max(20)
    .default([])
    .describe('Earlier studies of the same database whose trials the sampler knows.'),
  replicates: replicatesSchema
    .default({ count: 1, value: 'mean' })
    .describe('Each trial trains its configuration several times with different seeds.'),
  folds: z
    .int()
    .min(1)
    .max(20)
    .default(1)
    .describe(
      'Each trial trains its configuration once per fold: the rows that are not test rows are cut into so many parts, and each is the validation split once. 1: a single validation split.',
    ),
  ensemble: z
    .int()
    .min(1)
    .max(50)
    .default(1)
    .describe(
      'So many of the best trials predict together at the end: their averaged predictions are measured on the validation and the test split. 1: none do.',
    ),
  sampler: z.looseObject({ name }).default({ name: 'random' }),
  pruner: z.looseObject({ name }).default({ name: 'none' }),
  stop: stopSchema,
  slots: z.int().min(1).max(64).default(1).describe('Trials that run at the same time.'),
  seed: z.int().min(0).max(4_294_967_295).default(0),
  engine: enginePreferenceSchema.default('auto'),
  retry: retrySchema.default(retrySchema.parse({})),
  timeout: timeoutSchema.default({}),
  checkpoint: checkpointSchema.default(defaultCheckpoints),
})

/** A study file as a person writes it: defaults may be missing. */
export type StudySpecificationInput = z.input<typeof studySpecificationSchema>
/** A checked study file with every default filled in. */
export type StudySpecification = z.output<typeof studySpecificationSchema>
export type Goal = z.infer<typeof goalSchema>
export type StopSpecification = StudySpecification['stop']
export type RetrySpecification = StudySpecification['retry']

export const objectiveKinds = ['task', 'function', 'command', 'module', 'external'] as const
/** Which kind of objective a study has. */
export type ObjectiveKind = (typeof objectiveKinds)[number]

export function objectiveKind(objective: StudySpecification['objective']): ObjectiveKind {
  return objectiveKinds.find(kind => kind in objective) ?? 'external'
}

export function isCommand(
  objective: StudySpecification['objective'],
): objective is CommandObjective {
  return objectiveKind(objective) === 'command'
}

export function isModule(objective: StudySpecification['objective']): objective is ModuleObjective {
  return objectiveKind(objective) === 'module'
}

/** Whether its trials run code of the user, which needs trust. */
export function isUserCode(
  objective: StudySpecification['objective'],
): objective is CommandObjective | ModuleObjective {
  return isCommand(objective) || isModule(objective)
}

/** Name of the built-in task or test function, or what the user's code is called; `external` for a study that is asked and told. */
export function objectiveName(objective: StudySpecification['objective']): string {
  if (isCommand(objective)) {
    const { command } = objective
    return typeof command === 'string' ? command : command.join(' ')
  }
  if (isModule(objective)) return objective.module
  if ('external' in objective) return 'external'
  return String('task' in objective ? objective.task : objective.function)
}
