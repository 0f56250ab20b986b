import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { existsSync } from 'node:fs'
import { missingForWindow } from './window-tools.ts'

/**
 * `npm run test:window`: the application in the window of a real Electron (9.4.1), on a desktop of its own, with pictures in
 * test-results/window. Words go to vitest. Exit code 69 where something lacks that it needs.
 */
const repository = path.resolve(import.meta.dirname, '..')
const tools = path.join(repository, '.cache/test-tools.env')
if (existsSync(tools)) process.loadEnvFile(tools)
const missing = missingForWindow()
if (missing.length > 0) {
  process.stderr.write(
    `Nothing was tested, for this is missing (npm run test:tools -- window): ${missing.join('; ')}.\n`,
  )
  process.exitCode = 69
} else {
  const tool = (...words: readonly string[]): number =>
    spawnSync(process.execPath, [path.join(repository, 'bin/tool.cjs'), ...words], {
      cwd: repository,
      stdio: 'inherit',
      env: { ...process.env, TUNEWRIGHT_WINDOW_TESTS: 'yes' },
    }).status ?? 1
  const builds = ['shim', 'main', 'preload', 'page'].map(
    mode => () =>
      tool(
        'vite',
        'build',
        '--config',
        'vite.window.config.ts',
        '--mode',
        mode,
        '--logLevel',
        'warn',
      ),
  )
  const steps = [
    ...builds,
    () =>
      tool('vitest', 'run', '--project', 'window', '--maxWorkers', '2', ...process.argv.slice(2)),
  ]
  process.exitCode = steps.reduce((status, step) => (status === 0 ? step() : status), 0)
}
