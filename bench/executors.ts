import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { median } from '../src-main/math/statistics/quantile.ts'
import type { StudySpecificationInput } from '../src-main/core/study/study-specification.ts'
import { JobQueueFile } from '../src-main/running/executors/job-queue/node/job-queue-file.ts'
import { MachineFile } from '../src-main/platform/ssh/machine-file.ts'
import { fakeSlurm } from '../test/helpers/fake-slurm.ts'
import { WorkerProcess } from '../test/helpers/job-queue-worker-process.ts'
import { brokerMissing, RedisBroker } from '../test/helpers/redis-broker.ts'
import { SshMachine, sshMissing } from '../test/helpers/ssh-machine.ts'
import { UserCodeBench } from '../test/helpers/user-code-study.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'

/**
 * `npm run bench:executors [TRIALS]`: what a trial costs around its program, which does nothing but say a number, wherever it runs: here,
 * over SSH to this computer, through a job queue with one worker, and with a stand-in for Slurm's commands that is asked ten times a second.
 * One slot: from one start to the next. The first trial of a session connects and brings the code.
 */
const trials = Number(process.argv[2] ?? 30)
const folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-bench-'))

interface Row {
  readonly name: string
  readonly firstMs: number
  readonly laterMs: number
}

async function measure(
  name: string,
  changes: (user: UserCodeBench, machineFile: string) => Promise<Partial<StudySpecificationInput>>,
): Promise<Row> {
  const home = path.join(folder, name)
  mkdirSync(home)
  const machineFile = path.join(home, 'machines.json')
  const made = new UserCodeBench(home)
  const user = Object.assign(made, { workspace: { ...made.workspace, machineFile } })
  user.write('say.sh', `echo '{"loss": 1}'\n`)
  const study = {
    name,
    seed: 1,
    sampler: { name: 'random' as const },
    parallelTrials: 1,
    stop: { trials },
    objective: { command: ['sh', 'say.sh'] },
    goals: [{ metric: 'loss', direction: 'minimize' as const }],
    space: { x: { float: [0, 1] as [number, number] } },
    ...(await changes(user, machineFile)),
  }
  const { trials: done } = await user.tune(study)
  const starts = done.map(({ startedAtMs }) => startedAtMs)
  const ends = done.map(({ finishedAtMs }) => finishedAtMs ?? Number.NaN)
  const failed = done.filter(({ state }) => state !== 'complete')
  if (failed.length > 0) throw new Error(JSON.stringify(failed[0]?.attempts))
  const gaps = starts.slice(2).map((start, index) => start - (starts[index + 1] ?? Number.NaN))
  return { name, firstMs: (ends[0] ?? 0) - (starts[0] ?? 0), laterMs: median(gaps) }
}

const rows: Row[] = [await measure('local', async () => ({}))]

if (sshMissing() === null) {
  const machine = await SshMachine.start(folder, 'box')
  rows.push(
    await measure('ssh', async (_, file) => {
      new MachineFile(file).add(machine.machine)
      return { executor: { ssh: { machines: [{ host: 'box' }] } } }
    }),
  )
  machine.stop()
}

if (brokerMissing() === null) {
  const broker = await RedisBroker.start(path.join(folder, 'broker'))
  const workers: WorkerProcess[] = []
  rows.push(
    await measure('queue', async (user, file) => {
      const { registered } = broker
      new JobQueueFile(file).add(registered)
      const home = path.join(folder, 'worker')
      const { trustFile } = user.workspace
      const worker = new WorkerProcess({
        registered,
        home,
        name: 'w',
        directory: user.folder,
        trustFile,
      })
      workers.push(worker)
      while (!worker.output.includes('takes trials'))
        await new Promise(done => setTimeout(done, 50))
      return { executor: { jobQueue: { url: registered.url } } }
    }),
  )
  await Promise.all(workers.map(async worker => worker.end('SIGKILL')))
  await broker.kill()
}

process.env['PATH'] = `${fakeSlurm(path.join(folder, 'fake'))}:${process.env['PATH'] ?? ''}`
rows.push(
  await measure('slurm', async () => ({
    executor: { slurm: { pollSeconds: 0.1, directory: 'jobs', array: false } },
  })),
)

printTable(
  ['trials run', 'first trial, ms', 'later, median ms'],
  rows.map(({ name, firstMs, laterMs }) => [name, firstMs.toFixed(0), laterMs.toFixed(0)]),
)
writeResults('executors', { machine: benchMachine(), trials, rows })
rmSync(folder, { recursive: true, force: true })
