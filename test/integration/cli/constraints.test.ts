import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runInHost } from '../../helpers/command-host.ts'
import { jsonObjects } from '../../helpers/run-tunewright.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-constraints-'))

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

const study = `name: bounded
objective: { function: constrainedBranin }
goals: [{ metric: value, direction: minimize }]
constraints: [c1]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
stop: { trials: 20 }
seed: 3
`

const run = (...parameters: string[]) => runInHost(['--db', 'test.sqlite', ...parameters], scratch)

it('shows which trials break constraints and names the best of the others', async () => {
  writeFileSync(path.join(scratch, 'bounded.yaml'), study)
  expect((await run('run', 'bounded.yaml')).exitCode).toBe(0)
  expect((await run('show', 'bounded')).stdout).toMatch(/complete, infeasible/)
  const [snapshot] = jsonObjects((await run('--json', 'show', 'bounded')).stdout)
  const [best] = jsonObjects((await run('--json', 'best', 'bounded')).stdout)
  expect(snapshot).toMatchObject({ best: { number: best?.['number'] } })
  expect(Number((best?.['constraints'] as unknown[])[0])).toBeLessThanOrEqual(0)
})

it('says so where no trial keeps them', async () => {
  const never = study.replace('bounded', 'never').replace('c1', '{ metric: c1, atMost: -60 }')
  writeFileSync(path.join(scratch, 'never.yaml'), never)
  expect((await run('run', 'never.yaml')).stdout).toContain('keeps every constraint')
  const best = await run('best', 'never')
  expect(best.exitCode).toBe(2)
  expect(best.stderr).toContain('keeps every constraint')
})
