import { fact } from '../../../src-main/contract/fact.ts'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/contract/study-specification.ts'
import { readAttemptLog } from '../../../src-main/user-code/attempt-log.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { SlurmCluster, slurmMissing } from '../../helpers/slurm-cluster.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

const missing = slurmMissing()
if (missing !== null) console.warn(`Slurm is not tested: ${missing}`)

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
      slurm: { pollSeconds: 0.2, options: ['--mem=50'] },
      graceSeconds: 1,
    },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { int: [1, 9] } },
    stop: { trials: 3 },
    slots: 2,
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

describe.skipIf(missing !== null)('a study whose trials run through Slurm', () => {
  beforeAll(async () => {
    clusterFolder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-slurm-'))
    cluster = await SlurmCluster.start(clusterFolder)
  })

  afterAll(() => {
    cluster.stop()
    rmSync(clusterFolder, { recursive: true, force: true })
  })

  it('survives our end: the next session adopts what runs, with a node drained meanwhile', async () => {
    const user = bench()
    user.write('hold', '')
    const id = await user.create(study())
    const script = fileURLToPath(new URL('../../helpers/run-with-crash.ts', import.meta.url))
    const child = execFile(
      process.execPath,
      [script, JSON.stringify({ databasePath: user.workspace.databasePath, kill: null })],
      { env: { ...process.env, TUNEWRIGHT_TRUST: user.workspace.trustFile } },
    )
    const ended = new Promise(resolve => child.on('exit', (_, signal) => resolve(signal)))
    await cluster.until(
      () => starts(user, id, 0).length + starts(user, id, 1).length === 2,
      'two jobs that run',
    )
    child.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    const jobs = cluster.queue().map(line => line.split(' ')[0])
    expect(jobs).toHaveLength(2)
    // They started together: one array.
    expect(new Set(jobs.map(job => job?.split('_')[0])).size).toBe(1)
    cluster.control('update', 'nodename=two', 'state=drain', 'reason=test')
    rmSync(path.join(user.folder, 'hold'))
    await user.run(id)
    cluster.control('update', 'nodename=two', 'state=resume')
    const { study: stored, trials } = user.read(id)
    expect(stored.state).toBe('finished')
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete'])
    for (const { number, parameters, values, metrics } of trials) {
      expect(values).toEqual([parameters['x']])
      expect(metrics['loss']?.steps).toEqual([1, 2, 3, 4, 5])
      expect(starts(user, id, number)).toHaveLength(1)
    }
    expect(trials[0]?.attempts.map(({ state }) => state)).toEqual(['interrupted', 'complete'])
    const folder = user.workspace.artifactDirectory(id, 0)
    expect(readAttemptLog(folder, 2)?.text).toContain('{"step": 5, ')
    expect(existsSync(path.join(user.folder, 'owned'))).toBe(false)
    expect(cluster.queue()).toEqual([])
  })

  it('goes on with the same job when its node fails', async () => {
    const user = bench()
    user.write('hold', '')
    const id = await user.create(study({ stop: { trials: 1 }, slots: 1 }))
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
      fact: { code: 'failure.nodeFailed', values: { job } },
    })
    expect(starts(user, id, 0)).toHaveLength(2)
  })

  it('is pruned, cancelled, and fails with what the job says', async () => {
    const user = bench()
    user.write('hold', '')
    const id = await user.create(
      study({ pruner: { name: 'threshold', upper: 0 }, stop: { trials: 1 }, slots: 1 }),
    )
    await user.run(id)
    const { trials } = user.read(id)
    expect(trials[0]).toMatchObject({ state: 'pruned', lastStep: 1 })
    await cluster.until(() => cluster.queue().length === 0, 'empty queue')

    const failing = await user.create(
      study({
        name: 'failing',
        objective: {
          command: ['sh', '-c', 'echo "no such data" >&2; exit 7'],
          slurm: { pollSeconds: 0.2, array: false },
        },
        stop: { trials: 1, failures: 5 },
      }),
    )
    await user.run(failing)
    expect(user.read(failing).trials[0]?.attempts[0]?.failure).toMatchObject({
      class: 'code',
      fact: fact('error.command.exit', { exitCode: 7, tail: 'no such data' }),
    })
  })
})
