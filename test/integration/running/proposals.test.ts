import { codesIn } from '../../helpers/expect-text.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { studyOutcome } from '../../helpers/study-outcome.ts'
import { createStudyDatabase, readStudy, runSession } from '../../helpers/study-session.ts'

const specification: StudySpecificationInput = {
  name: 'wishes',
  objective: { function: 'constrainedBranin', steps: 2 },
  goals: [{ metric: 'value', direction: 'minimize' }],
  constraints: ['c1'],
  space: { x0: { int: [0, 2] }, x1: { int: [0, 2] } },
  relations: ['x0 <= x1'],
  enqueue: [{ x0: 1, x1: 2 }, { x1: 0 }],
  duplicates: 'reuse',
  sampler: { name: 'random' },
  stop: { trials: 14 },
}

let directory = ''
let count = 0

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'tunewright-proposals-'))
})

afterAll(async () => {
  await rm(directory, { recursive: true, force: true, maxRetries: 20 })
})

async function create(): Promise<string> {
  const databasePath = path.join(directory, `${count++}.sqlite`)
  await createStudyDatabase(databasePath, specification, directory)
  return databasePath
}

it('reuses results, keeps relations and tries given points, also when main was killed', async () => {
  const whole = await create()
  expect(await runSession({ databasePath: whole, kill: null })).toBeNull()
  const { trials } = readStudy(whole)
  expect(trials).toHaveLength(14)
  expect(trials[0]?.parameters).toEqual({ x0: 1, x1: 2 })
  expect(trials[1]?.parameters).toEqual({ x0: 0, x1: 0 })
  const reused = trials.filter(({ provenance }) =>
    codesIn(provenance.reason).includes('proposal.resultReused'),
  )
  expect(reused.length).toBeGreaterThanOrEqual(14 - 6)
  for (const { parameters, provenance, values, constraints, metrics } of reused) {
    const source = trials[Number(provenance.detail?.['reusedTrial'])]
    expect(source).toMatchObject({ parameters, values, constraints })
    expect(source?.metrics['value']?.steps).toEqual([1, 2])
    expect(metrics).toEqual({})
  }
  expect(trials.every(({ parameters: p }) => Number(p['x0']) <= Number(p['x1']))).toBe(true)
  const number = reused[0]?.number ?? 0
  for (const [point, trialNumber] of [
    ['committed', 1],
    ['committed', number],
    ['finishCommitted', number],
  ] as const) {
    const databasePath = await create()
    const kill = { who: 'main', point, trialNumber } as const
    expect(await runSession({ databasePath, kill })).toBe('SIGKILL')
    expect(await runSession({ databasePath, kill: null })).toBeNull()
    expect(studyOutcome(readStudy(databasePath))).toEqual(studyOutcome(readStudy(whole)))
  }
})
