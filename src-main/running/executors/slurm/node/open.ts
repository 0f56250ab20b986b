import path from 'node:path'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import { objectiveName } from '../../../../core/study/study-specification.ts'
import type { ExecutorNode } from '../../executor-node.ts'
import { type SlurmOptions, slurm } from '../common/definition.ts'
import { elementId, forgetJob, readJob } from './job-record.ts'
import { cancelJob, findByName } from './slurm-commands.ts'
import { SlurmExecutor } from './slurm-executor.ts'
import { isCommand } from '../../../../core/objectives/command/command.ts'

export const slurmNode: ExecutorNode<SlurmOptions> = {
  open: ({ options, study, userCode, userDirectory }) => {
    const { objective } = study.specification
    if (!isCommand(objective) || userCode === null) {
      const rule = msg('rule.executorObjective', { names: [...slurm.supports] })
      throw new AppError('training.invalid', {
        field: 'executor.slurm',
        value: objectiveName(objective),
        rule,
      })
    }
    const directory = path.join(userDirectory, 'submissions')
    return new SlurmExecutor({ objective, options, userCode, directory })
  },
  endOrphanedJobs: async ({ trialDirectories }) => {
    await Promise.all(trialDirectories.map(async directory => endJob(directory)))
  },
}

async function endJob(trialDirectory: string): Promise<void> {
  const record = readJob(trialDirectory)
  if (record === null) return
  const job = record.job ?? (await findByName(record.name).catch(() => []))[0]?.split('_')[0]
  if (job !== undefined) await cancelJob(elementId(job, record))
  forgetJob(trialDirectory)
}
