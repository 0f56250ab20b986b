import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { isCommand } from '../core/study/study-specification.ts'
import type { StudyRecord } from '../core/study/study.ts'
import { MachineFile } from '../ssh/machine-file.ts'
import type { Workspace } from '../platform/storage/workspace.ts'
import { userDirectoryOf } from './open-executor.ts'
import { forgetJob, elementId, readJob } from './slurm/job-record.ts'
import { cancelJob, findByName } from './slurm/slurm-commands.ts'
import { DiscardedJobs } from './ssh/discarded-jobs.ts'
import { remoteRecords } from './ssh/remote-job.ts'
import { RemoteMachine } from './ssh/remote-machine.ts'

/** A machine that does not answer is told by a later session with it. */
const PATIENCE_MS = 10_000

/**
 * Ends the jobs that a study which runs no more has left on other machines: its trials begin again if it comes back.
 * @throws as the file system does
 */
export async function endLeftJobs(
  study: Pick<StudyRecord, 'id' | 'specification' | 'environment'>,
  workspace: Workspace,
): Promise<void> {
  const { objective, executor } = study.specification
  const folder = userDirectoryOf(study, workspace)
  const isSlurm = isCommand(objective) && objective.slurm !== undefined
  if (!existsSync(folder) || (executor?.ssh === undefined && !isSlurm)) return
  const trials = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => path.join(folder, name))
  if (isSlurm) await Promise.all(trials.map(async trial => endSlurmJob(trial)))
  else await endRemoteJobs(trials, workspace)
}

async function endSlurmJob(trial: string): Promise<void> {
  const record = readJob(trial)
  if (record === null) return
  const job = record.job ?? (await findByName(record.name).catch(() => []))[0]?.split('_')[0]
  if (job !== undefined) await cancelJob(elementId(job, record))
  forgetJob(trial)
}

async function endRemoteJobs(trials: readonly string[], workspace: Workspace): Promise<void> {
  const discarded = new DiscardedJobs(workspace.discardedJobsFile)
  const orphanedJobs = trials.flatMap(trial => {
    const record = remoteRecords.read(trial)
    return record === null ? [] : { trial, machine: record.machine, name: record.name }
  })
  const allMachines = new MachineFile(workspace.machineFile).list()
  const used = new Set(orphanedJobs.map(({ machine }) => machine))
  const reachable = allMachines.filter(({ name }) => used.has(name))
  discarded.addAll(orphanedJobs.map(({ machine, name }) => ({ machine, name })))
  // Nobody reaches one that was removed here.
  discarded.keepOnly(allMachines.map(({ name }) => name))
  for (const { trial } of orphanedJobs) remoteRecords.forget(trial)
  const machines = reachable.map(machine => new RemoteMachine(machine, PATIENCE_MS, discarded))
  await Promise.all(
    machines.map(async machine => {
      await machine.sweep()
      await machine.finish()
    }),
  )
}
