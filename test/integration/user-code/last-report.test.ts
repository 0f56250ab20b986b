import { expect, it } from 'vitest'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

const scratch = useScratchFolders()

const common = {
  goals: [{ metric: 'loss', direction: 'minimize' as const }],
  space: { x: { float: [0, 1] as [number, number] } },
  sampler: { name: 'random' as const },
  pruner: { name: 'threshold' as const, upper: 5 },
  stop: { trials: 1 },
}

it('a program that ends by itself after its last report is complete, whatever the judgment', async () => {
  const bench = new UserCodeBench(scratch())
  bench.write('train.sh', `echo '{"step": 8, "loss": 9}'; echo '{"step": 8, "accuracy": 0.5}'`)
  const { trials } = await bench.tune({
    ...common,
    name: 'last report',
    objective: { command: ['sh', 'train.sh'] },
  })
  expect(trials[0]).toMatchObject({ state: 'complete', values: [9], lastStep: 8 })
  expect(trials[0]?.metrics['accuracy']).toEqual({ steps: [8], values: [0.5] })
})

it('a program that reports again after its judgment is pruned', async () => {
  const bench = new UserCodeBench(scratch())
  bench.write(
    'train.sh',
    `for step in 1 2; do echo "{\\"step\\": $step, \\"loss\\": 9}"; done; sleep 60`,
  )
  const { trials } = await bench.tune({
    ...common,
    name: 'goes on',
    objective: { command: ['sh', 'train.sh'], graceSeconds: 1 },
  })
  expect(trials[0]).toMatchObject({ state: 'pruned', lastStep: 1 })
})

it('a module that returns after its last report is complete; one that goes on is told', async () => {
  const bench = new UserCodeBench(scratch())
  bench.write(
    'once.mjs',
    `export const space = { x: { float: [0, 1] } }
export async function train(trial) { await trial.report(1, { loss: 9 }) }`,
  )
  bench.write(
    'loop.mjs',
    `export const space = { x: { float: [0, 1] } }
export async function train(trial) {
  for (let step = 1; step < 9 && !trial.shouldPrune(); step++) await trial.report(step, { loss: 9 })
}`,
  )
  const run = async (module: string) =>
    bench.tune({ ...common, name: module, objective: { module: `./${module}` } })
  const [once, loop] = [await run('once.mjs'), await run('loop.mjs')]
  expect(once.trials[0]).toMatchObject({ state: 'complete', values: [9] })
  expect(loop.trials[0]).toMatchObject({ state: 'pruned', lastStep: 1 })
})
