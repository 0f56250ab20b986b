import { Linter } from 'eslint'
import { expect, it } from 'vitest'
import { programPaths } from '../../../../scripts/lint/program-paths.js'

function reported(lines: readonly string[]): (string | undefined)[] {
  const messages = new Linter().verify(lines.join('\n'), {
    plugins: { programs: { rules: { 'program-paths': programPaths } } },
    rules: { 'programs/program-paths': 'error' },
  })
  return messages.map(({ line, messageId }) => `${line} ${messageId}`)
}

it('refuses a program that is started by anything but a path', () => {
  const lines = [
    "import { spawn, execFile as run, exec, fork } from 'node:child_process'",
    "spawn('git', ['log'])",
    'run(program, [])',
    "promisify(run)('nvidia-smi', ['-L'])",
    'spawn(binary ?? process.execPath)',
    'const start = fork',
    "import * as processes from 'child_process'",
  ]
  expect(reported(lines).toSorted()).toEqual([
    '1 shell',
    '2 name',
    '3 name',
    '4 name',
    '5 name',
    '6 value',
    '7 namespace',
  ])
})

it('accepts programs on the search path, this Node, and functions of other modules', () => {
  const lines = [
    "import { spawn, execFile } from 'node:child_process'",
    "import { fork } from './fork.js'",
    "spawn(executableOnPath('git'), ['log'])",
    "promisify(execFile)(executableOnPath('ps'), [])",
    "spawn(isOurs ? process.execPath : executableOnPath('node'), [])",
    "fork('a')",
    "pattern.exec('a')",
  ]
  expect(reported(lines)).toEqual([])
})
