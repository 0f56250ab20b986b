import { cpSync, existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../../../src-main/core/study/study-specification.ts'
import type { StudySnapshot } from '../../../../../src-main/core/study/study.ts'
import { openStudyStore } from '../../../../../src-main/platform/storage/sqlite-study-store.ts'
import { readAttemptLog } from '../../../../../src-main/platform/user-code/attempt-log.ts'
import { SshBench } from '../../../../helpers/ssh-bench.ts'
import { sshMissing } from '../../../../helpers/ssh-machine.ts'
import {
  expectSameTraining,
  failures,
  learnt,
  taskStudy,
} from '../../../../helpers/task-elsewhere.ts'
import { UserCodeBench } from '../../../../helpers/user-code-study.ts'

const missing = sshMissing()
if (missing !== null) console.warn(`tasks over SSH are not tested: ${missing}`)
const table = fileURLToPath(new URL('../../../../fixtures/data/breast-cancer.csv', import.meta.url))
const ssh = new SshBench()

function bench(): UserCodeBench {
  const user = ssh.user()
  cpSync(table, path.join(user.folder, 'table.csv'))
  return user
}

const executor = { ssh: { machines: [{ host: 'one', slots: 2 }], lostAfterSeconds: 60 } }

describe.skipIf(missing !== null)('tasks and modules over SSH', { timeout: 300_000 }, () => {
  ssh.start()

  it('trains a task to the same bits as here, and brings back the weights that are tested', async () => {
    const user = bench()
    const remoteStudy = await user.tune(taskStudy({ executor }))
    const localStudy = await user.tune(taskStudy({ name: 'here' }))
    expectSameTraining(user, remoteStudy, localStudy, 'one')
    // All of it came once, and jobs are gone.
    const work = path.join(ssh.machine.home, 'work')
    expect(readdirSync(path.join(work, 'trainer'))).toHaveLength(1)
    expect(readdirSync(path.join(work, 'data'))).toHaveLength(1)
    expect(ssh.machine.jobs()).toEqual([])
  })

  it('runs a trusted module, and brings back what it says', async () => {
    const user = bench()
    user.write(
      'train.mjs',
      `export async function train(trial) {
  for (let step = 1; step <= 3; step++) await trial.report(step, { loss: trial.parameters.x / step })
  await trial.note('note of ' + trial.number)
  console.log('printed by', trial.number)
}
`,
    )
    const study: StudySpecificationInput = {
      name: 'module',
      objective: { module: 'train.mjs' },
      executor,
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { float: [1, 9] } },
      sampler: { name: 'random' },
      stop: { trials: 3 },
      seed: 4,
      parallelTrials: 1,
    }
    const remoteStudy = await user.tune(study)
    expect(failures(remoteStudy)).toEqual([])
    const { executor: _, ...local } = study
    const localStudy = await user.tune({ ...local, name: 'here' })
    expect(learnt(remoteStudy)).toEqual(learnt(localStudy))
    const store = openStudyStore(user.workspace.databasePath, { readOnly: true })
    const remarks = store.remarks(remoteStudy.study.id)
    store.close()
    expect([0, 1, 2].map(number => remarks.get(number)?.notes)).toEqual(
      [0, 1, 2].map(number => [`note of ${number}`]),
    )
    expect(existsSync(path.join(ssh.machine.home, 'work/code'))).toBe(true)
    const printed = ({ study: { id } }: StudySnapshot): unknown =>
      [0, 1, 2].map(number => {
        return readAttemptLog(user.workspace.artifactDirectory(id, number), 1)?.text
      })
    expect(printed(remoteStudy)).toEqual([0, 1, 2].map(number => `printed by ${number}\n`))
    expect(printed(remoteStudy)).toEqual(printed(localStudy))
  })

  it('says what a failed training failed for', async () => {
    const user = bench()
    const failing = taskStudy({ goals: [{ metric: 'nothing', direction: 'maximize' }] })
    const remoteStudy = await user.tune({
      ...failing,
      executor,
      stop: { trials: 1 },
      pruner: { name: 'none' },
    })
    expect(failures(remoteStudy)).toMatchObject([{ reason: { code: 'error.training.invalid' } }])
  })

  it('does not take a module for complete that ends its process', async () => {
    const user = bench()
    user.write(
      'train.mjs',
      `export async function train(trial) {
  await trial.report(1, { loss: 1 })
  console.log('last words')
  process.exit(0)
}
`,
    )
    const remoteStudy = await user.tune({
      name: 'exits',
      objective: { module: 'train.mjs' },
      executor,
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { float: [1, 9] } },
      sampler: { name: 'random' },
      stop: { trials: 1 },
      seed: 4,
      parallelTrials: 1,
    })
    expect(remoteStudy.trials.map(({ state }) => state)).toEqual(['failed'])
    expect(failures(remoteStudy)).toMatchObject([
      {
        class: 'code',
        reason: { code: 'failure.trainerExit', values: { exitCode: 0, tail: 'last words' } },
      },
    ])
  })

  it('gives a training that finds the disk full to a machine again', async () => {
    const user = bench()
    const marker = JSON.stringify(path.join(user.folder, 'was-full'))
    user.write(
      'train.mjs',
      `import { existsSync, writeFileSync } from 'node:fs'
export async function train(trial) {
  if (!existsSync(${marker})) {
    writeFileSync(${marker}, '')
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  }
  await trial.report(1, { loss: 1 })
}
`,
    )
    const remoteStudy = await user.tune({
      name: 'full',
      objective: { module: 'train.mjs' },
      executor: { ssh: { ...executor.ssh, lostAfterSeconds: 10 } },
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { float: [1, 9] } },
      sampler: { name: 'random' },
      stop: { trials: 1 },
      seed: 4,
      parallelTrials: 1,
    })
    expect(remoteStudy.trials.map(({ state }) => state)).toEqual(['complete'])
    expect(failures(remoteStudy)).toMatchObject([{ reason: { code: 'error.machine.full' } }])
  })
})
