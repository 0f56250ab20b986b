import { ownValue } from '../../../core/values/named-values.ts'
import { unknownName } from '../../../core/values/closest-name.ts'
import type { ObjectiveDescription } from '../common/rows.ts'
import type { TableProblem } from '../../../core/data/data-settings.ts'
import { isAppError } from '../../../core/errors/errors.ts'
import { problemValue } from '../../../core/errors/problem.ts'
import { parseWithProblems } from '../../../core/errors/schema-problems.ts'
import type { SpaceSpecification } from '../../../core/study/space-specification.ts'
import type { Goal, StudySpecification } from '../../../core/study/study-specification.ts'
import { prepareDataset } from '../../../datasets/ingest-client.ts'
import { isSplit } from './study-check.ts'
import { defaultFunctionSpace } from '../../../training/objectives/function-objective.ts'
import {
  defineFunction,
  functionSettingsSchema,
} from '../../../training/objectives/function-settings.ts'
import { wholeRange } from '../../../training/tasks/hyperparameter.ts'
import { tasks } from '../../../training/tasks/registry.ts'
import type { MetricDefinition } from '../../../training/tasks/task.ts'
import { functionName } from '../../../core/objectives/function/function.ts'
import { kindOfObjective } from '../../../core/objectives/registry.ts'

type Objective = Readonly<Record<string, unknown>>

/**
 * Describes the objectives that a form is filled in with, one after the other: a newer one ends the reading of the data of
 * the one before.
 * @param directories where relative names of data files start, and where prepared data lie
 */
export function createObjectiveDescriber(directories: {
  readonly study: string
  readonly cache: string
  /** Refuses data that are not to be read. */
  readonly requireData?: (objective: StudySpecification['objective']) => void
  /** Whether the reading of data has seconds of CPU by their size; default false. */
  readonly isBounded?: boolean
}): (objective: Objective) => Promise<ObjectiveDescription> {
  let reading = new AbortController()
  return async objective => {
    reading.abort()
    reading = new AbortController()
    const described = describeObjective(objective)
    if (!described.ok) return described
    const added = await askData(objective, directories, reading.signal)
    if (added === null) return { ...described, dataRead: false }
    const { metrics = described.metrics, problem } = added
    const ofDataOnly = Object.fromEntries(
      Object.entries(added.space).filter(([name]) => !Object.hasOwn(described.space, name)),
    )
    return {
      ...described,
      folds: added.folds,
      metrics,
      // What only data bring comes first, and what is in both is as the data want it.
      space: { ...ofDataOnly, ...described.space, ...added.space },
      ...(problem === undefined ? {} : { problem }),
    }
  }
}

/** The part of an objective's description that needs its data. */
interface DataDescription {
  readonly space: SpaceSpecification
  readonly folds: number
  /** Absent: those of the task. */
  readonly metrics?: readonly Goal[]
  readonly problem?: TableProblem
}

/** Null while the data cannot be read, as when a name is half typed. */
async function askData(
  objective: Objective,
  directories: Parameters<typeof createObjectiveDescriber>[0],
  signal: AbortSignal,
): Promise<DataDescription | null> {
  const { task: name, ...taskSettings } = objective
  const task = typeof name === 'string' ? ownValue(tasks, name) : undefined
  const nothing = { space: {}, folds: 1 }
  if (task === undefined) return nothing
  try {
    directories.requireData?.(objective as StudySpecification['objective'])
    const prepared = await prepareDataset({
      objective: objective as StudySpecification['objective'],
      studyDirectory: directories.study,
      cacheDirectory: directories.cache,
      isBounded: directories.isBounded ?? false,
      signal,
    })
    if (prepared === null) return nothing
    const settings = task.settingsSchema.parse(taskSettings)
    const inputs = task.inputs(prepared.manifest)
    const { problem } = prepared.manifest.properties
    const metrics = task.dataMetrics?.(settings, inputs).map(goalOf)
    return {
      space: {
        ...task.dataSpace?.(settings, inputs),
        ...task.sizedSpace?.(settings, prepared.manifest),
      },
      folds: isSplit(objective) ? 1 : (task.dataFolds?.(settings, prepared.manifest) ?? 1),
      ...(metrics === undefined ? {} : { metrics }),
      ...(problem === 'classification' || problem === 'regression' ? { problem } : {}),
    }
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

/** Metrics and a space to start from, for the `objective` of a study file, as far as they need no data. */
function describeObjective(objective: Objective): ObjectiveDescription {
  if (kindOfObjective(objective)?.isUserCode === true) return usualProgram
  if (functionName(objective) !== null) {
    const settings = parseWithProblems(functionSettingsSchema, objective, ['objective'])
    if (!settings.ok) return settings
    const { metrics, objectives } = defineFunction(settings.value)
    return {
      ok: true,
      // Constraints are metrics too, but nothing to aim at.
      metrics: metrics
        .slice(0, objectives)
        .map(metric => ({ metric, direction: 'minimize' as const })),
      space: defaultFunctionSpace(settings.value),
      further: {},
      folds: 1,
      dataRead: true,
    }
  }
  const { task: name, ...taskSettings } = objective
  const task =
    typeof name === 'string' && Object.hasOwn(tasks, name) ? ownValue(tasks, name) : undefined
  if (task === undefined) {
    const rule = unknownName('task', name, Object.keys(tasks))
    return {
      ok: false,
      problems: [{ path: ['objective', 'task'], value: problemValue(name), rule }],
    }
  }
  const settings = parseWithProblems(task.settingsSchema, filledIn(taskSettings), ['objective'])
  if (!settings.ok) return settings
  return {
    ok: true,
    metrics: task.metrics(settings.value).map(goalOf),
    space: task.defaultSpace(settings.value),
    further: Object.fromEntries(
      Object.entries(task.hyperparameters).map(([name, hyperparameter]) => [
        name,
        wholeRange(hyperparameter),
      ]),
    ),
    folds: 1,
    dataRead: true,
  }
}

function goalOf({ name: metric, direction }: MetricDefinition): Goal {
  return { metric, direction }
}

/** Nothing is run to find out, and what is wrong with it the check of the study says: a usual goal and a space to start from. */
const usualProgram: ObjectiveDescription = {
  ok: true,
  metrics: [{ metric: 'loss', direction: 'minimize' }],
  space: { learningRate: { float: [1e-4, 0.1], log: true } },
  further: {},
  folds: 1,
  dataRead: true,
}

/** Settings in which every text that is still empty has something in it: a form starts with names of files to be typed. */
function filledIn(settings: unknown): unknown {
  if (settings === '') return '?'
  if (Array.isArray(settings)) return settings.map(filledIn)
  if (typeof settings !== 'object' || settings === null) return settings
  return Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [key, filledIn(setting)]),
  )
}
