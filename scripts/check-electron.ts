import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { electronRuntime } from '../src-main/hosts/cli/find-electron.ts'

/**
 * `npm run check:electron`: a newcomer's first minutes in the real window, by Playwright, with pictures in test-results/electron. Exit code 69
 * where there is no runtime of Electron, or no screen, to show it.
 */
const repository = path.resolve(import.meta.dirname, '..')
const { DISPLAY, WAYLAND_DISPLAY } = process.env
const missing =
  electronRuntime() === null
    ? 'Electron\'s runtime is missing ("npx install-electron", or ELECTRON_OVERRIDE_DIST_PATH)'
    : process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY
      ? 'there is no screen (xvfb-run npm run check:electron)'
      : null

if (missing === null) {
  const words = ['vitest', 'run', 'test/e2e/start.test.ts', '-t', 'the window of Electron']
  const tool = path.join(repository, 'bin/tool.cjs')
  const { status } = spawnSync(process.execPath, [tool, ...words], {
    cwd: repository,
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
} else {
  process.stderr.write(`Nothing was checked: ${missing}.\n`)
  process.exitCode = 69
}
