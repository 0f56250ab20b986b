import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApplication } from '../../helpers/build.ts'
import { isThisPersons, othersRights } from '../../helpers/others-rights.ts'
import { jsonObjects, runTunewright } from '../../helpers/run-tunewright.ts'
import { serve } from '../../helpers/serve.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-link-'))
const askForLink = async () =>
  runTunewright(['--json', '--db', 'own.sqlite', 'serve', '--link'], folder)

beforeAll(() => {
  buildApplication()
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
})

describe('tunewright serve --link', () => {
  it('gives further links to a page that is served, to the same user only', async () => {
    const served = await serve('own.sqlite', folder)
    const file = path.join(folder, 'own-link.json')
    expect([othersRights(file), isThisPersons(file)]).toEqual([[], true])
    const links = [served.link]
    for (let lost = 0; lost < 3; lost++) {
      const { stdout, exitCode } = await askForLink()
      expect(exitCode).toBe(0)
      const link = String(jsonObjects(stdout)[0]?.['link'])
      expect(links).not.toContain(link)
      links.push(link)
      const answer = await fetch(link, { redirect: 'manual' })
      expect(answer.status).toBe(303)
      expect((await fetch(link, { redirect: 'manual' })).status).toBe(401)
    }
    await served.end()
    expect(existsSync(file)).toBe(false)
  })

  it('says so where no page is served, also after a kill', async () => {
    const served = await serve('own.sqlite', folder)
    await served.kill()
    const { stderr, exitCode } = await askForLink()
    expect(exitCode).toBe(2)
    expect(stderr).toContain('no page is being served on')
  })
})
