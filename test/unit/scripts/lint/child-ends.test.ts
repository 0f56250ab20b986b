import { Linter } from 'eslint'
import { expect, it } from 'vitest'
import { childEnds } from '../../../../scripts/lint/child-ends.js'

function reportedLines(lines: readonly string[]): number[] {
  const messages = new Linter().verify(lines.join('\n'), {
    plugins: { programs: { rules: { 'child-ends': childEnds } } },
    rules: { 'programs/child-ends': 'error' },
  })
  return messages.map(({ line }) => line)
}

const calls = [
  'child.kill()',
  "started?.kill('SIGKILL')",
  'this.child.kill()',
  "process.kill(pid, 'SIGTERM')",
  'endChild(child)',
  'class Link { kill() {} end() { this.kill() } }',
]

it('refuses to end a child by its handle', () => {
  expect(reportedLines(["import { spawn } from 'node:child_process'", ...calls])).toEqual([2, 3, 4])
  expect(reportedLines(["import { execFile as run } from 'child_process'", ...calls])).toEqual([
    2, 3, 4,
  ])
})

it('accepts links of modules that start nothing', () => {
  expect(reportedLines(["import { connect } from './connect.js'", ...calls])).toEqual([])
})
