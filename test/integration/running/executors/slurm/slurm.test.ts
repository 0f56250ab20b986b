import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replicatesByTrial } from '../../../../../src-main/analysis/summary/replicates.ts'
import type { StudySpecificationInput } from '../../../../../src-main/core/study/study-specification.ts'
import { writeJob } from '../../../../../src-main/running/executors/slurm/node/job-record.ts'
import { jobFiles } from '../../../../../src-main/running/executors/slurm/node/job-script.ts'
import { attemptFiles } from '../../../../../src-main/platform/user-code/attempt-files.ts'
import { fakeSlurm } from '../../../../helpers/fake-slurm.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'
import { SlurmCluster, slurmMissing } from '../../../../helpers/slurm-cluster.ts'
import { UserCodeBench } from '../../../../helpers/user-code-study.ts'
import { executorSuite } from '../../../../suites/executor-suite.ts'
import { isSkipped } from '../../../../helpers/skipped-on-windows.ts'

const isLinux = process.platform === 'linux'

const missing = slurmMissing()
if (missing !== null) console.warn(`Slurm is tested with a stand-in: ${missing}`)

const scratch = useScratchFolders()
let cluster: SlurmCluster
let clusterFolder = ''

/** Five steps of a second's fifth, or as long as the file `hold` is there. */
const program = `
name="$TUNEWRIGHT_PARAM_x"
for step in 1 2 3 4 5; do
  echo "{\\"step\\": $step, \\"loss\\": $name}"
  sleep 0.2
done
while [ -e hold ]; do sleep 0.1; done
`

function study(changes: Partial<StudySpecificationInput> = {}): StudySpecificationInput {
  return {
    name: 'cluster',
    objective: {
      command: ['sh', 'train.sh', "it's a {x} $(touch owned)"],
      graceSeconds: 1,
    },
    executor: { slurm: { pollSeconds: 0.2, options: ['--mem=50'] } },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { int: [1, 9] } },
    stop: { trials: 3 },
    parallelTrials: 2,
    seed: 5,
    ...changes,
  }
}

function bench(): UserCodeBench {
  const made = new UserCodeBench(scratch())
  made.write('train.sh', program)
  return made
}

/** The lines that a trial's job wrote at each start. */
function starts(user: UserCodeBench, id: number, trial: number): string[] {
  const file = path.join(user.workspace.artifactDirectory(id, trial), 'attempt-1/starts')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

describe.skipIf(isSkipped('slurm') || !isLinux)('a study whose trials run through Slurm', () => {
  let isDrained = false
  beforeAll(async () => {
    clusterFolder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-slurm-'))
    if (missing === null) cluster = await SlurmCluster.start(clusterFolder)
    else process.env['PATH'] = `${fakeSlurm(clusterFolder)}:${process.env['PATH'] ?? ''}`
  })

  afterAll(() => {
    if (missing === null) cluster.stop()
    rmSync(clusterFolder, { recursive: true, force: true })
  })

  executorSuite(missing === null ? 'Slurm' : 'a stand-in for Slurm', {
    user: () => new UserCodeBench(scratch()),
    elsewhere: () => ({ executor: { slurm: { pollSeconds: 0.2, options: ['--mem=50'] } } }),
    machines: [],
    adopts: true,
    whileKilled: () => {
      if (missing !== null) return
      const jobs = cluster.queue().map(line => line.split(' ')[0])
      expect(jobs).toHaveLength(2)
      // They started together: one array.
      expect(new Set(jobs.map(job => job?.split('_')[0])).size).toBe(1)
      cluster.control('update', 'nodename=two', 'state=drain', 'reason=test')
      isDrained = true
    },
    expectTidy: async () => {
      if (missing !== null) return
      if (isDrained) cluster.control('update', 'nodename=two', 'state=resume')
      isDrained = false
      await cluster.until(() => cluster.queue().length === 0, 'empty queue')
    },
  })

  it('looks at trusted files again once a job has begun', async () => {
    const user = bench()
    const report = (step: number): string => `echo '{"step": ${step}, "loss": 1}'\n`
    user.write('train.sh', report(1))
    user.write('early.sh', `echo '# changed' >> train.sh\n${report(1)}`)
    const once = { stop: { trials: 1 }, parallelTrials: 1, retry: { code: 0 } } as const
    const early = await user.tune(
      study({ ...once, name: 'early', objective: { command: ['sh', 'early.sh', 'train.sh'] } }),
    )
    expect(early.trials[0]).toMatchObject({
      state: 'failed',
      metrics: {},
      reason: { code: 'error.userCode.changed' },
    })
    // What is read once the first report counts was trusted when it was loaded.
    user.write('train.sh', report(1))
    user.write(
      'late.sh',
      `${report(1)}while [ ! -e go ]; do sleep 0.1; done\necho '# changed' >> train.sh\n${report(2)}`,
    )
    const id = await user.create(
      study({ ...once, name: 'late', objective: { command: ['sh', 'late.sh', 'train.sh'] } }),
    )
    const running = user.run(id)
    await expect.poll(() => user.read(id).trials[0]?.lastStep, { timeout: 60_000 }).toBe(1)
    user.write('go', '')
    await running
    expect(user.read(id).trials[0]).toMatchObject({
      state: 'complete',
      attempts: [{ code: { copied: false, changed: true } }],
    })
  })

  it('takes no job of one instance for that of another', async () => {
    const user = bench()
    user.write('solve.sh', 'echo "{\\"loss\\": $TUNEWRIGHT_INSTANCE}"')
    const id = await user.create(
      study({
        objective: { command: ['sh', 'solve.sh'] },
        executor: { slurm: { pollSeconds: 0.2 } },
        instances: ['1', '3'],
        stop: { trials: 1 },
        parallelTrials: 1,
      }),
    )
    // A session that is gone left the second training of the trial, which has told its loss.
    const trialDirectory = user.workspace.artifactDirectory(id, 0)
    const { directory } = attemptFiles(trialDirectory, '1.2')
    mkdirSync(directory, { recursive: true })
    const files = jobFiles(directory)
    writeFileSync(files.output(0), '{"loss": 3}\n')
    writeFileSync(files.exit(0), '0')
    const orphanedJob = { name: 'left', element: 0, isArray: false, job: '987654', run: 0 }
    writeJob(trialDirectory, { attempt: '1.2', ...orphanedJob })
    await user.run(id)
    const { trials, events } = user.read(id)
    expect(trials[0]).toMatchObject({ state: 'complete', values: [2] })
    expect(replicatesByTrial(events).get(0)).toEqual([[1], [3]])
  })

  it.skipIf(missing !== null)('goes on with the same job when its node fails', async () => {
    const user = bench()
    user.write('hold', '')
    const id = await user.create(study({ stop: { trials: 1 }, parallelTrials: 1 }))
    const run = user.run(id)
    await cluster.until(() => starts(user, id, 0).length === 1, 'a job that runs')
    const node = cluster.queue()[0]?.split(' ')[2] ?? ''
    cluster.failNode(node)
    await cluster.until(
      () => user.read(id).trials[0]?.attempts.length === 2,
      'second attempt of the trial',
    )
    rmSync(path.join(user.folder, 'hold'))
    // Slurm waits two minutes before it starts a job again, unless it is told to be quick.
    const job = cluster.queue()[0]?.split(' ')[0] ?? ''
    cluster.control('update', `jobid=${job}`, 'starttime=now')
    await run
    const { trials } = user.read(id)
    expect(trials[0]?.state).toBe('complete')
    expect(trials[0]?.attempts[0]?.failure).toMatchObject({
      class: 'device',
      reason: { code: 'failure.nodeFailed', values: { job } },
    })
    expect(starts(user, id, 0)).toHaveLength(2)
  })
})
