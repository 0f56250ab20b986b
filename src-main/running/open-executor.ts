import path from 'node:path'
import process from 'node:process'
import { boostingOf } from '../training/tasks/tabular/boosting-settings.ts'
import { fact } from '../core/errors/fact.ts'
import type { EnginePreference } from '../core/machine/engine.ts'
import { AppError } from '../core/errors/errors.ts'
import {
  isCommand,
  objectiveKind,
  type StudySpecification,
} from '../core/study/study-specification.ts'
import type { StudyRecord } from '../core/study/study.ts'
import type { PrepareMessage } from '../core/processes/trainer-protocol.ts'
import type { IngestedData } from '../core/processes/ingest-protocol.ts'
import type { CommandObjective, ProjectFacts } from '../core/study/user-code.ts'
import { prepareAgain } from '../datasets/prepare-again.ts'
import { preparedHash } from '../datasets/prepared-hash.ts'
import { registerPrepared } from '../datasets/register-prepared.ts'
import type { StudyStore } from '../platform/storage/study-store.ts'
import type { Workspace } from '../platform/storage/workspace.ts'
import { requireTrustedCode } from '../platform/user-code/trusted-code.ts'
import type { Executor } from './executor.ts'
import { LocalExecutor, type LocalExecutorOptions } from './local/local-executor.ts'
import { TrainerCap } from './local/trainer-cap.ts'
import { chosenQueue } from './queue/chosen-queue.ts'
import { LeftJobs } from './queue/left-jobs.ts'
import { QueueExecutor } from './queue/queue-executor.ts'
import { SlurmExecutor } from './slurm/slurm-executor.ts'
import { chosenMachines } from './ssh/chosen-machines.ts'
import { SshExecutor } from './ssh/ssh-executor.ts'
import { TrainerThere } from './ssh/trainer-there.ts'
import type { SharedHere } from './ssh/trials-here.ts'

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
  readonly userCode: ProjectFacts | null
}

/** What trials on this computer share; null: all are to run on it, as those of no study. */
type Sharing = Pick<SharedHere, 'resources' | 'onWait'> | null

/**
 * Prepares the data of a study, and what trains its trials.
 * @param sharing null: on this computer in any case
 * @throws AppError as preparing data does; `userCode.untrusted`
 */
export async function openExecutor(options: StudyToRun, sharing: Sharing): Promise<OpenExecutor> {
  const { study, workspace } = options
  const { specification } = study
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
  const data = dataset === null ? null : preparedHash(dataset.manifest)
  const executor =
    sharing === null
      ? localExecutor(prepare, options.trainers)
      : (executorOfQueue(options, prepare, data) ??
        createExecutor(options, sharing, userCode, prepare, data))
  return { executor, datasetDirectory, userCode }
}

function createExecutor(
  { study, workspace, trainers, store, now }: StudyToRun,
  sharing: NonNullable<Sharing>,
  userCode: ProjectFacts | null,
  prepare: PrepareMessage,
  data: string | null,
): Executor {
  const { objective, executor, gpus } = study.specification
  const local = localExecutor(prepare, trainers)
  if (executor?.ssh !== undefined) {
    const machines = chosenMachines(study.specification, workspace.machineFile)
    const { discardedJobsFile } = workspace
    const gpusPerTrial = typeof gpus === 'number' ? gpus : undefined
    const runs =
      isCommand(objective) && userCode !== null
        ? { objective, userCode }
        : new TrainerThere(prepare, data)
    const { here: slots } = executor
    return new SshExecutor({
      ...{ runs, settings: { ...executor, ssh: executor.ssh }, machines, local },
      ...{ discardedJobsFile, gpusPerTrial },
      here: slots === undefined ? null : { ...sharing, slots, store, now, studyId: study.id },
    })
  }
  if (!isCommand(objective)) return local
  const { slurm } = objective
  if (slurm === undefined || userCode === null) return local
  const directory = path.join(userDirectoryOf(study, workspace), 'submissions')
  return new SlurmExecutor({ objective: { ...objective, slurm }, userCode, directory })
}

/** @param trainers default: those of all studies of this user */
function localExecutor(prepare: PrepareMessage, trainers = TrainerCap.ofUser()): LocalExecutor {
  const { objective } = prepare
  return new LocalExecutor({
    ...{ prepare, trainers, processes: processesOf(objective) },
    ...(isCommand(objective) ? { cancelGraceMs: cancelGraceMs(objective) } : {}),
  })
}

/** How long the trainer of a program may take to end it. */
export function cancelGraceMs({ graceSeconds }: Pick<CommandObjective, 'graceSeconds'>): number {
  return graceSeconds * 1_000 + SUPERVISION_MS
}

/** Null where trials do not go through a queue. */
function executorOfQueue(
  { study, workspace, trainers, now }: StudyToRun,
  prepare: PrepareMessage,
  data: string | null,
): QueueExecutor | null {
  const { executor } = study.specification
  const known = chosenQueue({ executor }, workspace.machineFile)
  if (known === null || executor?.queue === undefined) return null
  const { queue: place, lostAfterSeconds } = executor
  const tester = localExecutor(prepare, trainers)
  const left = new LeftJobs({
    directory: number => workspace.artifactDirectory(study.id, number),
    lostAfterMs: lostAfterSeconds * 1_000,
    now,
  })
  return new QueueExecutor({ known, place, lostAfterSeconds, prepare, data, left, tester })
}

/** Where the folders of trials lie that are code of the user: beside the database, or where the nodes see them. */
export function userDirectoryOf(
  study: Pick<StudyRecord, 'id' | 'specification' | 'environment'>,
  workspace: Workspace,
): string {
  const { objective } = study.specification
  const shared = isCommand(objective) ? objective.slurm?.directory : undefined
  if (shared === undefined) return workspace.artifactDirectory(study.id)
  const base = study.environment.project?.studyDirectory ?? process.cwd()
  const database = path.basename(workspace.databasePath, path.extname(workspace.databasePath))
  return path.join(path.resolve(base, shared), `${database}-${study.id}`)
}

/** The time that a supervisor may take to kill and count after the grace time of its program. */
const SUPERVISION_MS = 10_000

/** Code of the user in this process could leave anything behind: each attempt has a new one. */
export function processesOf(
  objective: StudySpecification['objective'],
): LocalExecutorOptions['processes'] {
  const kind = objectiveKind(objective)
  return kind === 'task' ? 'byEngine' : kind === 'module' ? 'fresh' : 'reuse'
}

/** `auto` decides once: a study goes on with the engine that its first trial had. */
function chooseEngine({ store, study }: StudyToRun): EnginePreference {
  const { engine, executor } = study.specification
  if (engine !== 'auto') return engine
  // Several machines would decide several times.
  return store.firstEngine(study.id)?.name ?? (executor === undefined ? 'auto' : 'wasm')
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
  const known = study.dataset?.contentHash
  if (known !== undefined && known !== dataset.manifest.contentHash) {
    throw new AppError('data.invalid', {
      path: typeof directory === 'string' ? directory : '',
      field: 'objective.data',
      value: dataset.manifest.contentHash,
      rule: fact('rule.sameContent', { hash: JSON.stringify(known) }),
    })
  }
  registerPrepared(store, dataset, { atMs: now(), studyId: study.id })
  return dataset
}
