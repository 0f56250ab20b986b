import type { StudyRecord } from '../../core/study/study.ts'
import type { PrepareMessage } from '../../core/processes/trainer-protocol.ts'
import type { ProjectSnapshot } from '../../core/study/user-code.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'
import type { Workspace } from '../../platform/storage/workspace.ts'
import type { SlotGateOptions } from '../resources/slot-gate.ts'
import type { StudyResources } from '../resources/study-resources.ts'
import type { Executor } from './executor.ts'
import type { TrainerCap } from './local/node/trainer-cap.ts'

/** What trials on this computer share with each other and with those of other studies. */
export interface LocalResources extends Pick<SlotGateOptions, 'onWait'> {
  readonly resources: Pick<StudyResources, 'shortage' | 'place' | 'free'>
}

/** All that an executor can need of a study that begins. */
interface OpenRequest<Options = unknown> {
  readonly options: Options
  readonly study: StudyRecord
  readonly store: StudyStore
  readonly workspace: Workspace
  readonly now: () => number
  /** What trainers get before their first attempt. */
  readonly prepare: PrepareMessage
  /** Hash of the prepared data; null without data. */
  readonly dataHash: string | null
  /** Trusted code of the user; null for built-in objectives. */
  readonly userCode: ProjectSnapshot | null
  /** Folder of the folders of trials. */
  readonly userDirectory: string
  /** Of all studies of this process; default: of all studies of this user. */
  readonly trainers?: TrainerCap
  /** Opens the executor of this computer, which tests winners and runs local trials beside others. The caller closes it. */
  readonly openLocal: () => Executor
  /** Set where some trials of the study run on this computer (`local` beside another key). */
  readonly mixed: (LocalResources & { readonly slots: number }) | null
}

/** Jobs of a study that runs no more. */
export interface OrphanedJobsRequest {
  /** Folders of the trials of that study. */
  readonly trialDirectories: readonly string[]
  readonly workspace: Workspace
}

/** The Node half of an executor: begins it, and ends what it has left elsewhere. Its pure half is `ExecutorDefinition`. */
export interface ExecutorNode<Options = unknown> {
  /**
   * Before a study is created: all that its options name has been added on this computer.
   * @throws AppError such as `machine.unknown`
   */
  requireAvailable?(options: Options, machineFile: string | undefined): void
  /**
   * Called once for each session of a study. Where attempts outlive a session, `start` of the executor adopts the one that an earlier
   * session left for the same trial; it finds it by what it has noted in the folder of that trial.
   */
  open(request: OpenRequest<Options>): Executor
  /** Ends jobs that nobody will adopt. Absent where none can be left, or where they end by themselves. */
  endOrphanedJobs?(request: OrphanedJobsRequest): Promise<void>
}
