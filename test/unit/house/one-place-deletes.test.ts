import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../../src-main')

it.each([
  ['files are deleted', /\b(?:rm|rmSync|unlink|unlinkSync)\(/, []],
  // An empty folder goes where it was made or chosen; with anything in it, it stays.
  [
    'folders are removed',
    /\brmdir(?:Sync)?\(/,
    ['datasets/dataset-draft.ts', 'datasets/ingest-client.ts', 'networks/export-model.ts'],
  ],
  // A log, which is no file that anyone waits for; a script that imports nothing of the application.
  [
    'files are renamed',
    /\brename(?:Sync)?\(/,
    ['processes/log-file.ts', 'updates/replace-application.ts'],
  ],
  ['temporary folders are made', /\bmkdtemp(?:Sync)?\(/, []],
  // A name that two processes agree on.
  [
    'temporary names are made',
    /\.(?:temporary|partial|part|new|tmp)`|[-.]\$\{(?:process\.)?(?:pid|processId)\}/,
    ['contract/ingest-protocol.ts'],
  ],
])('%s in files/ only', (_, pattern, others) => {
  const places = globSync('**/*.ts', { cwd: root })
    .filter(file => !file.startsWith(`files${path.sep}`))
    .map(file => file.split(path.sep).join('/'))
    .filter(file => pattern.test(readFileSync(path.join(root, file), 'utf8')))
  expect(places.sort()).toEqual(others)
})
