import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../../src-main')

/** What is started by its path. */
const byPath = {
  'cli/commands/open.ts': 'binary',
  'desktop/search-path.ts': 'shell',
  'desktop/updater.ts': 'node',
  'processes/link.ts': 'options.binary ?? process.execPath',
  'reporting/print-page.ts': 'browser',
  'updates/replace-application.ts': 'plan.command',
  'user-code/supervise.ts': 'message.program',
  'user-code/supervised-program.ts': 'process.execPath',
}

it('no program is started by its bare name, which Windows would look for in the folder of a study first', () => {
  const start = /(?<![#.'\w])(?:spawn|execFile|exec|fork)(?:Sync)?\b(?:\)?\(\s*([^,]+),)?/g
  const started = globSync('**/*.ts', { cwd: root }).flatMap(file => {
    const text = readFileSync(path.join(root, file), 'utf8')
    if (!text.includes("from 'node:child_process'")) return []
    const code = text.replaceAll(/^import .*$|^ *(?:\/\/|\/?\*).*$/gm, '')
    const name = file.split(path.sep).join('/')
    return [...code.matchAll(start)].map(([, program = '']) => [name, program] as const)
  })
  expect(started.length).toBeGreaterThan(15)
  const others = started.filter(([, program]) => !program.startsWith('programOnPath('))
  expect(Object.fromEntries(others)).toEqual(byPath)
  expect(others).toHaveLength(Object.keys(byPath).length)
})
