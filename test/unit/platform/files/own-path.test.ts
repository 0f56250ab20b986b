import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { leadsInto, partsOf, storedWithin } from '../../../../src-main/platform/files/own-path.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { hostilePath } from '../../../helpers/hostile/hostile-paths.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const count = Number(process.env['TUNEWRIGHT_HOSTILE'] ?? 150_000)

describe('a path of a database', () => {
  it.each(['1/0/attempt-1/5-0.safetensors', '1/0/weights.best', '调/参.json', '.hidden/..x'])(
    'may be %s',
    stored => {
      expect(partsOf(stored)).toEqual(stored.split('/'))
      expect(storedWithin('/own', path.join('/own', stored))).toBe(stored)
    },
  )

  it.each([
    '',
    '/',
    '/etc/passwd',
    '..',
    '../x',
    'a/..',
    'a/../../x',
    './a',
    'a//b',
    'a/',
    'a/.. ',
    'C:/x',
    'C:x',
    'a\\..\\b',
    '\\\\server\\share',
    '//server/share',
    'a\0b',
    'a:stream',
    '... /x',
    'x'.repeat(2_000),
  ])('may not be %j', stored => {
    expect(partsOf(stored)).toBeNull()
  })

  it.each(['aux', '1/NUL.txt', 'con.tar.gz', 'com¹/x', 'lpt9 .csv', 'CONIN$'])(
    'may be the name of a device where there are no such devices: %s',
    stored => {
      expect(partsOf(stored, 'linux')).toEqual(stored.split('/'))
      expect(partsOf(stored, 'win32')).toBeNull()
    },
  )

  it.each(['auxiliary', 'com', 'com10', 'null', 'x.nul', 'console.log'])(
    'is no device of Windows: %s',
    stored => {
      expect(partsOf(stored, 'win32')).toEqual([stored])
    },
  )

  it(`leads out of its folder in none of ${count.toLocaleString('en')} hostile cases, on no system`, () => {
    const random = createRandomStream({ seed: 19, number: 0, purpose: 'hostile paths' })
    let accepted = 0
    for (let index = 0; index < count; index++) {
      const stored = hostilePath(random, '/data/victim')
      const parts = partsOf(stored)
      if (parts === null) continue
      accepted++
      for (const [system, root] of [
        [path.posix, '/data/own'],
        [path.win32, 'C:\\data\\own'],
      ] as const) {
        const file = system.resolve(root, ...parts)
        if (!file.startsWith(root + system.sep)) expect.fail(`${JSON.stringify(stored)}: ${file}`)
      }
    }
    // Some are harmless, so that the rule is not one that refuses everything.
    expect(accepted).toBeGreaterThan(count / 100)
    expect(accepted).toBeLessThan(count / 2)
  })
})

describe('where a path leads', () => {
  it.skipIf(isSkipped('links'))('is said with links followed', () => {
    const base = scratch()
    for (const name of ['own/1', 'other']) mkdirSync(path.join(base, name), { recursive: true })
    writeFileSync(path.join(base, 'other/x'), '')
    writeFileSync(path.join(base, 'own/1/x'), '')
    symlinkSync(path.join(base, 'other'), path.join(base, 'own/link'))
    symlinkSync(path.join(base, 'own'), path.join(base, 'home'))
    const leads = (root: string, file: string) =>
      leadsInto(path.join(base, root), path.join(base, file))
    expect(leads('own', 'own/1/x')).toBe(true)
    expect(leads('home', 'home/1/x')).toBe(true)
    expect(leads('own', 'own/link/x')).toBe(false)
    expect(leads('own', 'own/not/there')).toBe(true)
  })
})
