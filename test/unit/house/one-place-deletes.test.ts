import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../../src-main')
/** A name that two processes agree on. */
const known = ['contract/ingest-protocol.ts']

it.each([
  ['files are deleted', /\b(?:rm|rmSync|unlink|unlinkSync)\(/],
  ['temporary folders are made', /\bmkdtemp(?:Sync)?\(/],
  ['temporary names are made', /\.(?:temporary|partial|part|new|tmp)`/],
])('%s in files/ only', (_, pattern) => {
  const places = globSync('**/*.ts', { cwd: root })
    .filter(file => !file.startsWith(`files${path.sep}`))
    .map(file => file.split(path.sep).join('/'))
    .filter(
      file => !known.includes(file) && pattern.test(readFileSync(path.join(root, file), 'utf8')),
    )
  expect(places).toEqual([])
})
