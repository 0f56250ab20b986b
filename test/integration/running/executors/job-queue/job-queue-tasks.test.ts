import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../../../src-main/core/study/study-specification.ts'
import { openStudyStore } from '../../../../../src-main/platform/storage/sqlite-study-store.ts'
import { QueueBench } from '../../../../helpers/job-queue-bench.ts'
import { brokerMissing } from '../../../../helpers/redis-broker.ts'
import { expectSameTraining, learnt, taskStudy } from '../../../../helpers/task-elsewhere.ts'
import { UserCodeBench } from '../../../../helpers/user-code-study.ts'

const missing = brokerMissing()
if (missing !== null) console.warn(`tasks of queues are not tested: ${missing}`)
const table = fileURLToPath(new URL('../../../../fixtures/data/breast-cancer.csv', import.meta.url))
const queue = new QueueBench()

function bench(): UserCodeBench {
  const user = queue.user()
  cpSync(table, path.join(user.folder, 'table.csv'))
  return user
}

const executor = (): StudySpecificationInput['executor'] => {
  return { jobQueue: { url: queue.broker.registered.url, lostAfterSeconds: 60 } }
}

describe.skipIf(missing !== null)('tasks and modules on workers', { timeout: 300_000 }, () => {
  queue.start()

  it('trains a task to the same bits as here, and brings back the weights that are tested', async () => {
    const user = bench()
    // A copy of its own, at the same place below its own folder.
    const elsewhere = queue.scratch()
    cpSync(table, path.join(elsewhere, 'table.csv'))
    queue.worker(user, 'ant', { directory: elsewhere })
    const remoteStudy = await user.tune(taskStudy({ executor: executor() }))
    const localStudy = await user.tune(taskStudy({ name: 'here' }))
    expectSameTraining(user, remoteStudy, localStudy, 'ant')
  })

  it('refuses data of other content, and data that lie elsewhere', async () => {
    const user = bench()
    const other = queue.scratch()
    writeFileSync(
      path.join(other, 'table.csv'),
      readFileSync(table, 'utf8').replace('benign', 'malignant'),
    )
    const id = await user.create(taskStudy({ executor: executor(), stop: { trials: 1 } }))
    const differing = queue.worker(user, 'differs', { directory: other })
    const run = user.run(id)
    const until = async (holds: () => boolean): Promise<void> => {
      while (!holds()) await sleep(50)
    }
    await until(() => differing.output.includes('are not what the study has'))
    await differing.end('SIGTERM')
    queue.worker(user, 'fine')
    await run
    expect(user.read(id).trials[0]?.attempts.at(-1)).toMatchObject({
      state: 'complete',
      machine: 'fine',
    })
    const outside = await user.create(
      taskStudy({
        name: 'outside',
        executor: executor(),
        stop: { trials: 1 },
        objective: { task: 'tabular', data: { file: table, target: 'diagnosis' } },
      }),
    )
    const careful = queue.worker(user, 'careful')
    const second = user.run(outside, {
      onRunner: runner => {
        void until(() => careful.output.includes('must lie below')).then(async () => runner.stop())
      },
    })
    await second
    expect(user.read(outside).trials.some(({ state }) => state === 'complete')).toBe(false)
  })

  it('runs a trusted module, and brings back what it leaves', async () => {
    const user = bench()
    mkdirSync(path.join(user.folder, 'code'))
    user.write(
      'code/train.mjs',
      `export async function train(trial) {
  for (let step = 1; step <= 3; step++) await trial.report(step, { loss: trial.parameters.x / step })
  await trial.note('note of ' + trial.number)
}
`,
    )
    queue.worker(user, 'ant')
    const study: StudySpecificationInput = {
      name: 'module',
      objective: { module: 'code/train.mjs' },
      executor: executor(),
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { float: [1, 9] } },
      sampler: { name: 'random' },
      stop: { trials: 3 },
      seed: 4,
    }
    const remoteStudy = await user.tune(study)
    const { executor: _, ...local } = study
    const localStudy = await user.tune({ ...local, name: 'here' })
    expect(learnt(remoteStudy)).toEqual(learnt(localStudy))
    expect(remoteStudy.trials.map(({ state, attempts }) => [state, attempts[0]?.machine])).toEqual(
      Array(3).fill(['complete', 'ant']),
    )
    const store = openStudyStore(user.workspace.databasePath, { readOnly: true })
    const remarks = store.remarks(remoteStudy.study.id)
    store.close()
    expect([0, 1, 2].map(number => remarks.get(number)?.notes)).toEqual(
      [0, 1, 2].map(number => [`note of ${number}`]),
    )
  })
})
