import type { NetworkSketch } from '../../../core/models/network-sketch.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import { summarizeStudy } from '../../../analysis/summary/summarize-study.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import type { IngestedData } from '../../../core/processes/ingest-protocol.ts'
import { prepareDataset } from '../../../datasets/ingest-client.ts'
import { inputsKey, sketchTrial, taskOf } from '../../../training/tasks/sketch-trial.ts'

/** The network of a study's best trial, for its report; null where there is none. */
export function sketchBest(snapshot: StudySnapshot): NetworkSketch | null {
  const { best } = summarizeStudy({
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
    /** Whether the reading of data has seconds of CPU by their size; default false. */
    readonly isBounded?: boolean
  },
): Promise<NetworkSketch | null> {
  const { objective, seed } = specification
  const task = taskOf(objective)
  if (task === null) return null
  const prepared = await prepareDataset({
    objective,
    studyDirectory: directories.study,
    cacheDirectory: directories.cache,
    isBounded: directories.isBounded ?? false,
    seed,
  })
  if (prepared === null) return null
  directories.onPrepared?.(prepared)
  return sketchTrial(specification, { [inputsKey]: task.inputs(prepared.manifest) }, parameters)
}
