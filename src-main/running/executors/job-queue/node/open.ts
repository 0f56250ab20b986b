import { AppError } from '../../../../core/errors/errors.ts'
import type { RegisteredJobQueue } from '../../../../core/machine/job-queue.ts'
import type { ExecutorNode } from '../../executor-node.ts'
import type { JobQueueOptions } from '../common/definition.ts'
import { JobQueueExecutor } from './job-queue-executor.ts'
import { JobQueueFile } from './job-queue-file.ts'
import { OrphanedJobs } from './orphaned-jobs.ts'

/** Jobs that nobody adopts are ended by their workers, after the study was silent for `lostAfterSeconds`. */
export const jobQueueNode: ExecutorNode<JobQueueOptions> = {
  requireAvailable: (options, machineFile) => {
    registeredJobQueue(options, machineFile)
  },
  open: ({ options, study, workspace, now, prepare, dataHash, openLocal }) =>
    new JobQueueExecutor({
      registered: registeredJobQueue(options, workspace.machineFile),
      options,
      prepare,
      dataHash,
      orphaned: new OrphanedJobs({
        directory: number => workspace.artifactDirectory(study.id, number),
        lostAfterMs: options.lostAfterSeconds * 1_000,
        now,
      }),
      tester: openLocal(),
    }),
}

/** @throws AppError `jobQueue.unknown` for one that nobody has added here */
function registeredJobQueue(
  { url }: JobQueueOptions,
  machineFile: string | undefined,
): RegisteredJobQueue {
  if (machineFile === undefined) throw new AppError('jobQueue.unknown', { url })
  return new JobQueueFile(machineFile).find(url)
}
