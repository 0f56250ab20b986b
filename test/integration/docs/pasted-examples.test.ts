import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { commandGroups } from '../../../src-main/hosts/cli/command-groups.ts'
import { CliCommand } from '../../../src-main/features/command-line/context.ts'
import { isObject } from '../../../src-main/core/values/json.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { checkStudyText } from '../../../src-main/features/studies/node/study-check.ts'
import { tasks } from '../../../src-main/training/tasks/registry.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { findPython } from '../../helpers/user-code-study.ts'

/**
 * Pastes the fenced blocks of README.md and docs/: whole study files are checked, lines with `tunewright` are read by the command
 * line (and not run: most need a study that is there), whole Python programs run.
 */
const scratch = useScratchFolders()
const repository = path.join(import.meta.dirname, '../../..')
const pages = [
  'README.md',
  ...['docs', 'docs/kits', 'docs/samplers'].flatMap(folder =>
    readdirSync(path.join(repository, folder)).map(name => `${folder}/${name}`),
  ),
]

interface Block {
  readonly location: string
  readonly language: string
  readonly text: string
}

const blocks: Block[] = pages
  .filter(page => page.endsWith('.md'))
  .flatMap(page => {
    const text = readFileSync(path.join(repository, page), 'utf8')
    return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(match => ({
      location: `${page}:${text.slice(0, match.index).split('\n').length}`,
      language: match[1] ?? '',
      text: match[2] ?? '',
    }))
  })

const studies = blocks.filter(({ language, text }) => {
  if (language !== 'yaml') return false
  const raw: unknown = parse(text)
  return isObject(raw) && ['name', 'objective', 'goals'].every(key => key in raw)
})

it.each(studies)('the study file at $place has no problems', ({ text }) => {
  const checked = checkStudyText(text, 'yaml', { tasks })
  expect(checked.ok ? [] : checked.problems).toEqual([])
})

const lines = blocks
  .filter(({ language }) => ['sh', 'console'].includes(language))
  .flatMap(({ location, text }) =>
    text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map(line =>
        line
          .replace(/^\$ /, '')
          .replace(/\s+#.*$/, '')
          .trim(),
      )
      .filter(line => /^(npm run tunewright -- |tunewright )/.test(line))
      .map(line => ({ location, line })),
  )

class Read extends Error {}

describe('command lines', async () => {
  const t = createTranslate('en')
  const groups = await Promise.all(commandGroups.map(async group => group.load()))

  /** Reads a line as `cli.ts` does, and stops where the command would begin. */
  async function read(line: string): Promise<void> {
    const program = new CliCommand('tunewright')
      .option('--db <file>')
      .option('--json')
      .option('--language <tag>')
      .exitOverride()
      .configureOutput({ outputError: () => undefined, writeOut: () => undefined })
    for (const { addCommands } of groups) addCommands(program, t)
    program.hook('preAction', () => {
      throw new Read()
    })
    const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
      .map(([, double, single, plain]) => double ?? single ?? plain ?? '')
      .filter(word => word !== '')
    const pipe = words.findIndex(word => ['|', '>', '<', '&&', '&'].includes(word))
    const commandWords = words.slice(words.indexOf(words[0] === 'npm' ? '--' : 'tunewright') + 1)
    const end = pipe < 0 ? commandWords.length : commandWords.length - (words.length - pipe)
    await program.parseAsync(commandWords.slice(0, end), { from: 'user' })
  }

  it.each(lines)('$location: $line', async ({ line }) => {
    await expect(read(line)).rejects.toThrow(Read)
  })
})

const run = promisify(execFile)

/** A program that imports nothing foreign and starts `tunewright` itself. */
const programs = blocks.filter(
  ({ language, text }) => language === 'python' && text.includes('subprocess.Popen(["tunewright"'),
)

it.each(programs)('the Python program at $place runs', async ({ text }) => {
  const python = findPython()
  if (python === null) {
    console.log('skipped: no Python')
    return
  }
  const folder = scratch()
  const bin = path.join(folder, 'bin')
  mkdirSync(bin)
  // As `npm link` puts it there.
  const link = path.join(bin, 'tunewright')
  const entry = path.join(repository, 'bin/tunewright.cjs')
  writeFileSync(link, `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`)
  chmodSync(link, 0o755)
  writeFileSync(path.join(folder, 'example.py'), text)
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` }
  const { stdout } = await run(python, ['example.py'], { cwd: folder, env })
  expect(stdout).toMatch(/best \d/)
})

it('pastes something of every kind', () => {
  expect(studies.length).toBeGreaterThan(3)
  expect(lines.length).toBeGreaterThan(20)
  expect(programs.length).toBeGreaterThan(0)
})
