import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { msg } from '../../../src-main/core/errors/message.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { runInHost } from '../../helpers/command-host.ts'
import { jsonObjects } from '../../helpers/run-tunewright.ts'
import { seedStudies, type SeedStudy, type SeedTrial } from '../../helpers/seed-studies.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-against-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

function trial(value: number, reason = msg('proposal.random')): SeedTrial {
  return {
    parameters: { x: value },
    state: 'complete',
    values: [value],
    provenance: { sampler: 'random', reason },
  }
}

it('best says as JSON what speaks against the best, as the API does', async () => {
  const database = path.join(scratch, 'against.sqlite')
  const searched = [1, 4, 5, 6, 7, 8, 9, 10].map(value => trial(value))
  const usual = trial(1.01, msg('proposal.start', { point: 1, points: 1 }))
  const specification: SeedStudy['specification'] = {
    objective: { function: 'sphere', dimension: 1 },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { x: { float: [0, 20] } },
  }
  seedStudies(database, [
    { name: 'near', specification, trials: [usual, ...searched] },
    { name: 'searched', specification, trials: searched },
  ])
  const against = async (study: string): Promise<unknown> => {
    const { stdout } = await runInHost(['--json', '--db', database, 'best', study], scratch)
    return jsonObjects(stdout)[0]?.['against']
  }
  const message = msg('insight.usualNear', { usual: 0, best: 1, equal: 'no' })
  expect(await against('near')).toEqual([
    { message: { ...message, text: createTranslate('en').format(message) }, doubt: null },
  ])
  expect(await against('searched')).toEqual([])
})
