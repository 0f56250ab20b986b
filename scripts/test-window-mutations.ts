import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { mutations, type Mutation } from './window-mutations.ts'
import { missingForWindow } from './window-tools.ts'

/**
 * `npm run test:window-mutations [-- NAME…]`: makes the window worse in one way after the other, and shows that a test of `test/window` notices each.
 * It needs the build of `npm run test:window`, whose tests have to pass without a mutation. Exit code 1 where one lived.
 */
const repository = path.resolve(import.meta.dirname, '..')
const tools = path.join(repository, '.cache/test-tools.env')
if (existsSync(tools)) process.loadEnvFile(tools)
const built = path.join(repository, '.cache/window/dist')
const folder = path.join(repository, '.cache/window/mutated')

function tool(words: readonly string[], variables: NodeJS.ProcessEnv) {
  return spawnSync(process.execPath, [path.join(repository, 'bin/tool.cjs'), ...words], {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, TUNEWRIGHT_WINDOW_BUILD: folder, ...variables },
  })
}

/** @returns the failure that a test gave; null where all passed */
function failureOf({ name, build, test: [file, title] }: Mutation): string | null {
  rmSync(folder, { recursive: true, force: true })
  cpSync(built, folder, {
    recursive: true,
    filter: source => path.dirname(source) !== built || path.basename(source) !== 'renderer',
  })
  symlinkSync(path.join(built, 'renderer'), path.join(folder, 'renderer'))
  const words = ['vite', 'build', '--config', 'vite.window.config.ts', '--mode', build]
  const made = tool([...words, '--logLevel', 'warn'], { TUNEWRIGHT_WINDOW_MUTATION: name })
  if (made.status !== 0) throw new Error(`${name}: ${made.stderr}`)
  const tests = ['vitest', 'run', '--project', 'window', `test/window/${file}`, '-t', title]
  const { status, stdout, stderr } = tool(tests, { TUNEWRIGHT_WINDOW_TESTS: 'yes', NO_COLOR: '1' })
  const [, count] = /Tests .*?(\d+) (?:failed|passed)/u.exec(stdout) ?? []
  if (count === undefined) throw new Error(`${name}: no test ran\n${stdout}${stderr}`)
  if (status === 0) return null
  return /^(?:\w*Error): .*$/mu.exec(stdout + stderr)?.[0] ?? 'failed'
}

const names = process.argv.slice(2)
const missing = missingForWindow()
if (missing.length > 0 || !existsSync(built)) {
  process.stderr.write(
    `Nothing was tried, for this is missing: ${(missing.length > 0 ? missing : [built]).join('; ')}.\n`,
  )
  process.exitCode = 69
} else {
  for (const mutation of mutations) {
    if (names.length > 0 && !names.includes(mutation.name)) continue
    const failure = failureOf(mutation)
    const [file, title] = mutation.test
    process.stdout.write(
      `${failure === null ? 'LIVED ' : 'caught'} ${mutation.name} – ${file}, ${title}: ${failure ?? 'passed'}\n`,
    )
    if (failure === null) process.exitCode = 1
  }
  rmSync(folder, { recursive: true, force: true })
}
