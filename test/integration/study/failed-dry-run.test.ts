import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, it, vi } from 'vitest'
import { studySpecificationSchema } from '../../../src-main/core/study/study-specification.ts'
import { dryRun, type RunningTestRun } from '../../../src-main/features/studies/node/dry-run.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { TrustStore } from '../../../src-main/platform/user-code/trust-store.ts'
import { userCodeOf } from '../../../src-main/running/trusted-code.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

async function tryProgram(
  source: string,
  limitMs?: number,
  onBegin?: (testRun: RunningTestRun) => void,
  metricsFrom: 'pattern' | 'logs' = 'pattern',
) {
  const folder = scratch()
  writeFileSync(path.join(folder, 'train.mjs'), source)
  const pattern = String.raw`^loss: (?<loss>\S+)$`
  const specification = studySpecificationSchema.parse({
    name: 'pattern',
    objective: {
      command: [process.execPath, 'train.mjs'],
      metrics: metricsFrom === 'pattern' ? { from: 'pattern', pattern } : { from: 'logs' },
    },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
    stop: { trials: 1 },
  })
  const trustFile = path.join(folder, 'trust.json')
  const workspace = { ...locateWorkspace(path.join(folder, 'a.sqlite')), trustFile }
  new TrustStore(trustFile).trust((await userCodeOf(specification, folder))!, 0)
  const run = await dryRun({
    specification,
    workspace,
    ...(limitMs !== undefined && { limitMs }),
    ...(onBegin !== undefined && { onBegin }),
  })
  return { run, pattern }
}

it('shows the output in which the pattern found nothing', async () => {
  const { run, pattern } = await tryProgram("console.log('epoch 1 loss 0.25')")
  expect(run.failure).not.toBeNull()
  expect(run.output?.text).toContain('epoch 1 loss 0.25')
  expect(run.output?.patterns).toEqual([pattern])
})

it('names the goals of which a program that goes on has reported nothing', async () => {
  const goesOn = 'setInterval(() => {}, 1_000)'
  const silent = await tryProgram(`console.log('epoch 1 loss 0.25'); ${goesOn}`, 3_000)
  expect(silent.run).toMatchObject({ failure: null, unreadGoals: ['loss'] })
})

it('names none once the program has ended with a value', async () => {
  const { run } = await tryProgram("console.log('loss: 0.25')")
  expect(run).toMatchObject({ failure: null, unreadGoals: [] })
})

it('names the metrics that stand in the logs of its program, though the goal is not among them', async () => {
  const log =
    "import fs from 'node:fs'; fs.writeFileSync('log.csv', 'epoch,val_loss,acc\\n1,0.5,0.9\\n')"
  const { run } = await tryProgram(log, undefined, undefined, 'logs')
  expect(run.failure).toMatchObject({ code: 'error.command.noValue' })
  expect(run.loggedMetrics).toEqual(['val_loss', 'acc'])
})

it('shows its output while it runs, and ends when a person cancels it', async () => {
  let seen = ''
  const goesOn = "console.log('epoch 1 loss 0.25'); setInterval(() => {}, 1_000)"
  const { run } = await tryProgram(goesOn, 60_000, testRun => {
    void vi.waitFor(
      () => {
        seen = testRun.output() ?? ''
        expect(seen).toContain('epoch 1 loss 0.25')
        testRun.cancel()
      },
      { timeout: 60_000, interval: 20 },
    )
  })
  expect(seen).toContain('epoch 1 loss 0.25')
  expect(run).toMatchObject({ hasStarted: true, failure: null })
})

it('counts the wait for a trial that never started from its own beginning', async () => {
  const { run } = await tryProgram('setInterval(() => {}, 1_000)', undefined, testRun =>
    testRun.cancel(),
  )
  expect(run).toMatchObject({ hasStarted: false, trialMs: null })
  expect(run.measuredMs).toBeLessThan(performance.now())
})
