import { ownValue } from '../../../core/values/named-values.ts'
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import path from 'node:path'
import {
  forecastMessage,
  forecastStudyBytes,
  type StudyBytes,
  type StudyPlan,
} from '../../../analysis/forecast/study-bytes.ts'
import { savesCheckpoints } from '../../../core/objectives/checkpoint-support.ts'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import { isUserCode, type StudySpecification } from '../../../core/study/study-specification.ts'
import { trainingsOf } from '../../../core/study/trainings.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import { artifactsSchema } from '../../../core/trial/trial-files.ts'
import { sketchTrial, taskOf } from '../../../training/tasks/sketch-trial.ts'
import { previewStudy } from './preview-study.ts'
import { trialLimit } from '../../../core/stopping/trials/trials.ts'

const BYTES_PER_WEIGHT = 4
/** A split where the data do not say. */
const USUAL_SHARE = 0.2

export interface StudyForecast extends StudyBytes {
  /** Where the database lies. */
  readonly freeBytes: number
  readonly isTooLarge: boolean
  readonly message: MessageDescriptor
}

/**
 * About how many bytes a study will take, and how many are free where its database lies.
 * @param data properties about its data with what shapes its networks, as a study keeps them; null without data
 */
export async function forecastStudy(
  specification: StudySpecification,
  data: JsonObject | null,
  databasePath: string,
): Promise<StudyForecast> {
  const plan = planOf(specification, data)
  const bytes = forecastStudyBytes(plan)
  const { bavail, bsize } = await statfs(existing(path.dirname(databasePath)))
  const freeBytes = bavail * bsize
  return { ...bytes, freeBytes, ...forecastMessage(bytes, plan, freeBytes) }
}

/** The folder, or the next one above it that is there. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(path.dirname(folder))
}

function planOf(specification: StudySpecification, data: JsonObject | null): StudyPlan {
  const { objective, goals, stop, parallelTrials, ensemble, checkpoint, folds } = specification
  const { samples } = previewStudy(specification)
  const weights = samples.flatMap(point => weightsOf(specification, data, point))
  const task = taskOf(objective)
  const isProgram = isUserCode(objective)
  const saves = checkpoint !== 'none' && savesCheckpoints(objective) && !isProgram
  return {
    parallelTrials,
    ensemble,
    folds,
    programMegabytes: isProgram
      ? artifactsSchema.parse(specification.artifacts ?? {}).megabytes
      : null,
    trials: trialLimit(stop),
    parameters: Object.keys(specification.space).length,
    steps: mean(samples.map(point => stepsOf(objective, point))),
    metrics: task?.metrics(task.settingsSchema.parse(objective)).length ?? goals.length,
    weightBytes: task === null ? null : BYTES_PER_WEIGHT * mean(weights),
    predictedValues: task === null ? 0 : predictedOf(objective, data ?? {}, folds),
    checkpoint: saves && trainingsOf(specification) === 1 ? checkpoint : null,
  }
}

/** Nothing for a point that no network can have, and for families without one. */
function weightsOf(
  specification: StudySpecification,
  data: JsonObject | null,
  point: Assignment,
): number[] {
  try {
    const sketch = sketchTrial(specification, data, point)
    return sketch === null ? [] : [sketch.parameterCount]
  } catch {
    return []
  }
}

function stepsOf(objective: StudySpecification['objective'], point: Assignment): number {
  const steps = 'steps' in objective ? objective['steps'] : (point['epochs'] ?? point['rounds'])
  return typeof steps === 'number' ? steps : 1
}

function predictedOf(
  objective: StudySpecification['objective'],
  properties: JsonObject,
  folds: number,
): number {
  const rows = ['rows', 'images', 'recordings', 'texts'].map(name =>
    Number(ownValue(properties, name) ?? 0),
  )
  const data = 'data' in objective ? (objective.data as Readonly<Record<string, unknown>>) : {}
  // Folds together validate every row.
  const validationSize = folds > 1 ? 1 : Number(data['validation'] ?? USUAL_SHARE)
  const validation =
    validationSize < 1 || folds > 1 ? validationSize * Math.max(...rows) : validationSize
  return validation * Math.max(1, Number(properties['classes'] ?? 1) || 1)
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
