import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStudyStore } from '../../../../../src-main/platform/storage/sqlite-study-store.ts'
import { QueueBench } from '../../../../helpers/job-queue-bench.ts'
import type { WorkerProcess } from '../../../../helpers/job-queue-worker-process.ts'
import { brokerMissing } from '../../../../helpers/redis-broker.ts'
import type { UserCodeBench } from '../../../../helpers/user-code-study.ts'
import { executorSuite, expectWhole } from '../../../../suites/executor-suite.ts'

const missing = brokerMissing()
if (missing !== null) console.warn(`adoption from queues is not tested: ${missing}`)
const queue = new QueueBench()
const workers = new Map<string, WorkerProcess>()

/** Notes its start, and reports on as long as the file `hold` is there. */
const program = `echo "$TUNEWRIGHT_TRIAL" >> starts
for step in 1 2 3; do echo "{\\"step\\": $step, \\"loss\\": $TUNEWRIGHT_PARAM_x}"; done
while [ -e hold ]; do sleep 0.05; done
echo "{\\"step\\": 4, \\"loss\\": $TUNEWRIGHT_PARAM_x}"
echo "left by $TUNEWRIGHT_TRIAL" > "$TUNEWRIGHT_ARTIFACTS/left.txt"
`

async function prepared(lostAfterSeconds = 60): Promise<{ user: UserCodeBench; id: number }> {
  const user = queue.user()
  user.write('train.sh', program)
  user.write('hold', '')
  const id = await user.create({
    name: 'queued',
    objective: { command: ['sh', 'train.sh'], graceSeconds: 1 },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { int: [1, 9] } },
    stop: { trials: 4 },
    parallelTrials: 2,
    seed: 5,
    sampler: { name: 'random' },
    executor: { jobQueue: { url: queue.broker.registered.url, lostAfterSeconds } },
  })
  for (const name of ['ant', 'bee']) queue.worker(user, name)
  return { user, id }
}

function expectAdopted(user: UserCodeBench, id: number): void {
  expectWhole(user, id)
  expect(user.starts()).toHaveLength(4)
  const store = openStudyStore(user.workspace.databasePath, { readOnly: true })
  const texts = store.artifacts(id).map(artifact => readFileSync(artifact.path, 'utf8'))
  store.close()
  expect(texts.sort()).toEqual([0, 1, 2, 3].map(trial => `left by ${trial}\n`))
}

describe.skipIf(missing !== null)('jobs that workers hold', { timeout: 300_000 }, () => {
  queue.start()

  executorSuite('a queue', {
    user: () => queue.user(),
    elsewhere: lostAfterSeconds => {
      return { executor: { jobQueue: { url: queue.broker.registered.url, lostAfterSeconds } } }
    },
    open: user => {
      for (const name of ['ant', 'bee']) workers.set(name, queue.worker(user, name))
    },
    machines: ['ant', 'bee'],
    adopts: true,
    lose: async name => {
      const worker = workers.get(name)
      worker?.signal('SIGSTOP')
      return async () => worker?.signal('SIGCONT')
    },
  })

  it('are adopted when the study goes on after it was stopped', async () => {
    const { user, id } = await prepared()
    await user.runUntil(id, () => user.starts().length === 2, 'two trials that run')
    rmSync(path.join(user.folder, 'hold'))
    await user.run(id)
    expectAdopted(user, id)
  })

  it('begin again after a declared loss where their workers are gone meanwhile', async () => {
    const { user, id } = await prepared()
    await user.runUntil(id, () => user.starts().length === 2, 'two trials that run')
    await queue.workers[0]?.end('SIGKILL')
    rmSync(path.join(user.folder, 'hold'))
    await user.run(id)
    const { trials } = user.read(id)
    expect(trials.map(({ state }) => state)).toEqual(Array(4).fill('complete'))
    const codes = trials.flatMap(({ attempts }) =>
      attempts.map(attempt => attempt.failure?.reason.code),
    )
    expect(codes.filter(code => code === 'error.machine.lost')).toHaveLength(1)
    expect(user.starts()).toHaveLength(5)
  })
})
