import { z } from 'zod'
import type { NetworkSketch } from '../contract/network-sketch.ts'
import type { JsonObject } from '../contract/json.ts'
import type { StudySnapshot } from '../contract/study.ts'
import { studyFacts } from '../analysis/summary/study-facts.ts'
import type { StudySpecification } from '../contract/study-specification.ts'
import type { Assignment } from '../contract/trial.ts'
import type { IngestedData } from '../contract/ingest-protocol.ts'
import { prepareDataset } from '../datasets/ingest-client.ts'
import { tasks } from '../training/tasks/registry.ts'
import type { Task } from '../training/tasks/task.ts'

/** Under which the record of a study's data keeps what shapes its networks. */
export const inputsKey = 'networkInputs'

const jsonObject = z.record(z.string(), z.json()).transform(value => value as JsonObject)

/** The task of an objective; null for objectives without networks. */
export function taskOf(objective: StudySpecification['objective']): Task | null {
  const name = 'task' in objective ? objective.task : ''
  return typeof name === 'string' && Object.hasOwn(tasks, name) ? (tasks[name] ?? null) : null
}

/**
 * The network of a study's assignment as it would be, or was, trained; null for objectives without networks and for
 * studies from before it was kept what shapes them.
 * @param dataset the study's record of its data
 * @throws AppError `training.invalid` for parameters that no network can have
 */
export function sketchTrial(
  { objective }: Pick<StudySpecification, 'objective'>,
  dataset: JsonObject | null,
  parameters: Assignment,
): NetworkSketch | null {
  const task = taskOf(objective)
  const inputs = jsonObject.safeParse(dataset?.[inputsKey])
  if (task === null || !inputs.success) return null
  return task.sketch(task.settingsSchema.parse(objective), inputs.data, parameters)
}

/** The network of a study's best trial, for its report; null where there is none. */
export function sketchBest(snapshot: StudySnapshot): NetworkSketch | null {
  const { best } = studyFacts({
    ...snapshot,
    trials: snapshot.trials.filter(({ excluded }) => excluded !== true),
  })
  const { specification, dataset } = snapshot.study
  return best === null ? null : sketchTrial(specification, dataset, best.parameters)
}

/**
 * The same for a study that is not there yet: its data are read, or found prepared.
 * @throws AppError `data.invalid`, `file.notFound`, `training.invalid` …
 */
export async function sketchPlanned(
  specification: StudySpecification,
  parameters: Assignment,
  directories: {
    readonly study: string
    readonly cache: string
    readonly onPrepared?: (data: IngestedData) => void
  },
): Promise<NetworkSketch | null> {
  const { objective, seed } = specification
  const task = taskOf(objective)
  if (task === null) return null
  const prepared = await prepareDataset({
    objective,
    studyDirectory: directories.study,
    cacheDirectory: directories.cache,
    seed,
  })
  if (prepared === null) return null
  directories.onPrepared?.(prepared)
  return sketchTrial(specification, { [inputsKey]: task.inputs(prepared.manifest) }, parameters)
}
