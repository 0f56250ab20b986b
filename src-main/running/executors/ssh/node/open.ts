import { AppError } from '../../../../core/errors/errors.ts'
import type { Machine } from '../../../../core/machine/machines.ts'
import { isCommand } from '../../../../core/objectives/command/command.ts'
import { isFinished } from '../../../../core/trial/trial.ts'
import { MachineFile } from '../../../../platform/ssh/machine-file.ts'
import type { ExecutorNode, OrphanedJobsRequest } from '../../executor-node.ts'
import type { SshOptions } from '../common/definition.ts'
import { DiscardedJobs } from './discarded-jobs.ts'
import { remoteJobRecords } from './remote-job.ts'
import { RemoteMachine } from './remote-machine.ts'
import { RemoteTrainer } from './remote-trainer.ts'
import { SshExecutor } from './ssh-executor.ts'

/** A machine that does not answer is told by a later session with it. */
const PATIENCE_MS = 10_000

export const sshNode: ExecutorNode<SshOptions> = {
  requireAvailable: (options, machineFile) => {
    chosenMachines(options, machineFile)
  },
  open: ({ options, study, store, now, workspace, prepare, dataHash, userCode, ...request }) => {
    const { objective, gpus } = study.specification
    const { mixed, openLocal } = request
    const ended = store.outline(study.id).filter(({ state }) => isFinished(state))
    discardJobsOf(
      ended.map(({ number }) => workspace.artifactDirectory(study.id, number)),
      workspace.discardedJobsFile,
    )
    return new SshExecutor({
      runs:
        isCommand(objective) && userCode !== null
          ? { objective, userCode }
          : new RemoteTrainer(prepare, dataHash),
      options,
      machines: chosenMachines(options, workspace.machineFile),
      local: openLocal(),
      discardedJobsFile: workspace.discardedJobsFile,
      gpusPerTrial: typeof gpus === 'number' ? gpus : undefined,
      mixed: mixed === null ? null : { ...mixed, store, now, studyId: study.id },
    })
  },
  endOrphanedJobs,
}

/** Jobs of trials whose end is in the store: the session that heard of it was killed before it could remove them. */
function discardJobsOf(trialDirectories: readonly string[], discardedJobsFile: string): void {
  const jobs = trialDirectories.flatMap(directory => {
    const record = remoteJobRecords.read(directory)
    return record === null ? [] : { directory, machine: record.machine, name: record.name }
  })
  if (jobs.length === 0) return
  // Whoever is killed here does it again.
  new DiscardedJobs(discardedJobsFile).addAll(jobs.map(({ machine, name }) => ({ machine, name })))
  for (const { directory } of jobs) remoteJobRecords.forget(directory)
}

/** @throws AppError `machine.unknown` for one that nobody has added here */
function chosenMachines(
  { machines }: SshOptions,
  machineFile: string | undefined,
): readonly Machine[] {
  const file = machineFile === undefined ? null : new MachineFile(machineFile)
  return machines.map(({ host: name }) => {
    if (file === null) throw new AppError('machine.unknown', { name })
    return file.find(name)
  })
}

async function endOrphanedJobs({
  trialDirectories,
  workspace,
}: OrphanedJobsRequest): Promise<void> {
  const discarded = new DiscardedJobs(workspace.discardedJobsFile)
  const orphaned = trialDirectories.flatMap(directory => {
    const record = remoteJobRecords.read(directory)
    return record === null ? [] : { directory, machine: record.machine, name: record.name }
  })
  const machines = new MachineFile(workspace.machineFile).list()
  const used = new Set(orphaned.map(({ machine }) => machine))
  discarded.addAll(orphaned.map(({ machine, name }) => ({ machine, name })))
  // Nobody reaches one that was removed here.
  discarded.keepOnly(machines.map(({ name }) => name))
  for (const { directory } of orphaned) remoteJobRecords.forget(directory)
  await Promise.all(
    machines
      .filter(({ name }) => used.has(name))
      .map(async machine => {
        const remote = new RemoteMachine(machine, PATIENCE_MS, discarded)
        await remote.sweep()
        await remote.finish()
      }),
  )
}
