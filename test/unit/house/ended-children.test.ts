import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const sources = path.resolve(import.meta.dirname, '../../../src-main')
const starters = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => ({ name, text: readFileSync(path.join(sources, name), 'utf8') }))
  .filter(({ text }) => text.includes("'node:child_process'"))

// A child's own `kill` says nothing when there is no child; `process.kill` takes a number that somebody has checked.
const bareKill = /(?<!process|this)\.kill\(/

it('ends children in one place only, which asks whether they were started', () => {
  const bare = starters.filter(({ text }) => bareKill.test(text)).map(({ name }) => name)
  expect(bare).toEqual([path.join('platform', 'processes', 'end-child.ts')])
})
