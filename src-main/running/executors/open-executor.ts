import process from 'node:process'
import { boostingOf } from '../../training/tasks/tabular/boosting-settings.ts'
import { msg } from '../../core/errors/message.ts'
import type { EnginePreference } from '../../core/machine/engine.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import type { PrepareMessage } from '../../core/processes/trainer-protocol.ts'
import type { IngestedData } from '../../core/processes/ingest-protocol.ts'
import type { ProjectSnapshot } from '../../core/study/user-code.ts'
import { prepareAgain } from '../../datasets/prepare-again.ts'
import { preparedHash } from '../../datasets/prepared-hash.ts'
import { registerPrepared } from '../../datasets/register-prepared.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'
import type { Workspace } from '../../platform/storage/workspace.ts'
import { withSecrets } from '../../platform/user-code/secret-variables.ts'
import { requireTrustedCode } from '../trusted-code.ts'
import { chosenExecutor, mixedLocalSlots } from './chosen-executor.ts'
import type { LocalResources } from './executor-node.ts'
import type { Executor } from './executor.ts'
import { openLocalExecutor } from './local/node/open.ts'
import type { TrainerCap } from './local/node/trainer-cap.ts'
import { userDirectoryOf } from './user-directory.ts'

/** A study with what its trials are trained and tested by. */
export interface StudyToRun {
  readonly store: StudyStore
  readonly study: StudyRecord
  readonly workspace: Workspace
  readonly now: () => number
  /** Trainers of all studies of this process; default: of this one alone. */
  readonly trainers?: TrainerCap
}

export interface OpenExecutor {
  readonly executor: Executor
  /** Of the prepared data; null for objectives without data. */
  readonly datasetDirectory: string | null
  readonly userCode: ProjectSnapshot | null
}

/**
 * Prepares the data of a study, and what trains its trials.
 * @param localResources null: all are to run on this computer, as those of no study
 * @throws AppError as preparing data does; `userCode.untrusted`, `userCode.secretMissing`
 */
export async function openExecutor(
  stored: StudyToRun,
  localResources: LocalResources | null,
): Promise<OpenExecutor> {
  const { workspace, trainers } = stored
  const objective = withSecrets(stored.study, workspace.secretsFile)
  const specification = { ...stored.study.specification, objective }
  const study = { ...stored.study, specification }
  const options = { ...stored, study }
  const dataset = await prepareData(options)
  const datasetDirectory = dataset?.directory ?? null
  const userCode = await requireTrustedCode(
    specification,
    study.environment.project?.studyDirectory ?? process.cwd(),
    workspace.trustFile,
  )
  const prepare: PrepareMessage = {
    objective: specification.objective,
    engine: chooseEngine(options),
    datasetDirectory,
    seed: specification.seed,
    ...(specification.folds > 1 ? { folds: specification.folds } : {}),
    ...(boostingOf(specification) === null ? {} : { boostsTrees: true as const }),
    ...(userCode === null ? {} : { userCode }),
  }
  const openLocal = (): Executor => openLocalExecutor(prepare, trainers)
  if (localResources === null) return { executor: openLocal(), datasetDirectory, userCode }
  const chosen = chosenExecutor(specification)
  const slots = mixedLocalSlots(specification)
  const node = await chosen.load()
  const executor = node.open({
    ...options,
    options: chosen.options,
    dataHash: dataset === null ? null : preparedHash(dataset.manifest),
    userDirectory: userDirectoryOf(study, workspace),
    mixed: slots === null ? null : { ...localResources, slots },
    prepare,
    userCode,
    openLocal,
  })
  return { executor, datasetDirectory, userCode }
}

/** `auto` decides once: a study goes on with the engine that its first trial had. */
function chooseEngine({ store, study }: StudyToRun): EnginePreference {
  const { engine } = study.specification
  if (engine !== 'auto') return engine
  const { definition } = chosenExecutor(study.specification)
  // Several machines would decide several times.
  return store.firstEngine(study.id)?.name ?? definition.autoEngine ?? 'auto'
}

/** Data as they were when the study began, columns included; others would make its trials incomparable. */
async function prepareData({
  store,
  study,
  workspace,
  now,
}: StudyToRun): Promise<IngestedData | null> {
  const directory = study.dataset?.sourceDirectory
  const before = store.datasets().find(({ studies }) => studies.some(({ id }) => id === study.id))
  const dataset = await prepareAgain(
    {
      objective: study.specification.objective,
      studyDirectory: typeof directory === 'string' ? directory : process.cwd(),
      cacheDirectory: workspace.datasetCacheDirectory,
      seed: study.specification.seed,
    },
    before ?? null,
  )
  if (dataset === null) return null
  const contentHash = study.dataset?.contentHash
  if (contentHash !== undefined && contentHash !== dataset.manifest.contentHash) {
    throw new AppError('data.invalid', {
      path: typeof directory === 'string' ? directory : '',
      field: 'objective.data',
      value: dataset.manifest.contentHash,
      rule: msg('rule.sameContent', { hash: JSON.stringify(contentHash) }),
    })
  }
  registerPrepared(store, dataset, { atMs: now(), studyId: study.id })
  return dataset
}
