import type { z } from 'zod'
import { artifactsKey } from './keys/artifacts.ts'
import { checkpointKey } from './keys/checkpoint.ts'
import { constraintsKey } from './keys/constraints.ts'
import { duplicatesKey } from './keys/duplicates.ts'
import { enqueueKey } from './keys/enqueue.ts'
import { engineKey } from './keys/engine.ts'
import { ensembleKey } from './keys/ensemble.ts'
import { fixKey } from './keys/fix.ts'
import { foldsKey } from './keys/folds.ts'
import { goalsKey } from './keys/goals.ts'
import { gpusKey } from './keys/gpus.ts'
import { instancesKey } from './keys/instances.ts'
import { warmStartKey } from './keys/warm-start.ts'
import { nameKey } from './keys/name.ts'
import { objectiveKey } from './keys/objective.ts'
import { prunerKey } from './keys/pruner.ts'
import { raceKey } from './keys/race.ts'
import { relationsKey } from './keys/relations.ts'
import { replicatesKey } from './keys/replicates.ts'
import { retryKey } from './keys/retry.ts'
import { samplerKey } from './keys/sampler.ts'
import { seedKey } from './keys/seed.ts'
import { parallelTrialsKey } from './keys/parallel-trials.ts'
import { spaceKey } from './keys/space.ts'
import { stopKey } from './keys/stop.ts'
import { timeoutKey } from './keys/timeout.ts'
import { currentConfigurationKey } from './keys/current-configuration.ts'
import { executorKey } from './keys/executor.ts'
import type { StudyKey } from './keys/study-key.ts'

/** Every key of the study file, in its order. */
const studyKeys = {
  name: nameKey,
  objective: objectiveKey,
  goals: goalsKey,
  constraints: constraintsKey,
  space: spaceKey,
  fix: fixKey,
  relations: relationsKey,
  enqueue: enqueueKey,
  currentConfiguration: currentConfigurationKey,
  duplicates: duplicatesKey,
  warmStart: warmStartKey,
  replicates: replicatesKey,
  folds: foldsKey,
  instances: instancesKey,
  race: raceKey,
  ensemble: ensembleKey,
  sampler: samplerKey,
  pruner: prunerKey,
  stop: stopKey,
  parallelTrials: parallelTrialsKey,
  gpus: gpusKey,
  seed: seedKey,
  engine: engineKey,
  retry: retryKey,
  timeout: timeoutKey,
  checkpoint: checkpointKey,
  artifacts: artifactsKey,
  executor: executorKey,
} as const

type Keys = typeof studyKeys

/** The keys as entries, for whoever needs each of them alike. */
export const studyKeyEntries: readonly (readonly [name: string, key: StudyKey])[] =
  Object.entries(studyKeys)

/** The schemas by key. */
export const studyKeySchemas = Object.fromEntries(
  studyKeyEntries.map(([name, { schema }]): [string, z.ZodType] => [name, schema]),
) as unknown as { -readonly [Name in keyof Keys]: Keys[Name]['schema'] }
