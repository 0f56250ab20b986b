import { spawnSync } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

const isWindows = process.platform === 'win32'

/** Plays Python: notes the words that it gets, and reports. */
const python = `
const [, name, ...words] = process.argv
const program = require('node:path').basename(name).toLowerCase()
require('node:fs').writeFileSync('words.json', JSON.stringify([program, ...words]))
console.log('{"loss": 0.5}')
`

describe.runIf(isWindows)('Python of a Windows', () => {
  let folder: string
  let player: string

  // A program of one file: Node, and what it runs. Its words are its own.
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tunewright-launchers-'))
    player = path.join(folder, 'player.exe')
    writeFileSync(path.join(folder, 'python.cjs'), python)
    const parts = { main: 'python.cjs', output: player, executable: process.execPath }
    writeFileSync(path.join(folder, 'parts.json'), JSON.stringify(parts))
    const words = ['--build-sea', 'parts.json']
    const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
    expect(status, stderr).toBe(0)
  }, 120_000)

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
  })

  it.each([
    [
      'a file by the launcher',
      ['./train.py', '--x', '1'],
      ['py', 'python'],
      ['py.exe', '-3', '*', '--x', '1'],
    ],
    [
      'python3 by the launcher',
      ['python3', 'train.py'],
      ['py', 'python'],
      ['py.exe', '-3', 'train.py'],
    ],
    [
      'a file where there is no launcher',
      ['./train.py', 'a b'],
      ['python'],
      ['python.exe', '*', 'a b'],
    ],
    [
      'python3 where there is none of both',
      ['python3', 'train.py'],
      ['python'],
      ['python.exe', 'train.py'],
    ],
  ])(
    'starts %s',
    async (title, command, programs, words) => {
      const bench = new UserCodeBench(path.join(folder, title.replaceAll(' ', '-')))
      const bin = path.join(bench.folder, 'bin')
      mkdirSync(bin, { recursive: true })
      for (const name of programs) linkSync(player, path.join(bin, `${name}.exe`))
      bench.write('train.py', '# Nobody reads it.')
      const { trials } = await bench.tune({
        name: 'python',
        goals: [{ metric: 'loss', direction: 'minimize' }],
        objective: { command, environment: { PATH: bin } },
        space: { x: { fixed: 1 } },
        stop: { trials: 1 },
      })
      expect(trials.map(({ values }) => values)).toEqual([[0.5]])
      const argumentsSeen = JSON.parse(
        readFileSync(path.join(bench.folder, 'words.json'), 'utf8'),
      ) as string[]
      const file = path.join(bench.folder, 'train.py').toLowerCase()
      expect(argumentsSeen.map(word => (word.toLowerCase() === file ? '*' : word))).toEqual(words)
    },
    120_000,
  )
})
