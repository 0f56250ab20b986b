import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { electronRuntime } from '../src-main/cli/find-electron.ts'

/**
 * `npm run package`: packs what was built with electron-builder (electron-builder.yml), for the system that it runs on.
 * Words after `--` go to electron-builder, e.g. `npm run package -- --linux dir`.
 *
 * Electron's runtime is not fetched here: it has to be installed, as a step that everybody sees. Exit code 69 without it.
 */
const repository = path.resolve(import.meta.dirname, '..')
const runtime = electronRuntime()
if (runtime === null) {
  process.stderr.write(
    'Cannot package: Electron\'s runtime is missing. Get it with "npx install-electron" (downloads from github.com), ' +
      'or name a folder that holds it in ELECTRON_OVERRIDE_DIST_PATH.\n',
  )
  process.exitCode = 69
} else {
  const tool = path.join(repository, 'bin/tool.cjs')
  const dist = `-c.electronDist=${runtime.folder}`
  const { status } = spawnSync(
    process.execPath,
    [tool, 'electron-builder', '--publish', 'never', dist, ...process.argv.slice(2)],
    { cwd: repository, stdio: 'inherit' },
  )
  if (status !== 0) {
    process.stderr.write(
      'Packaging failed. electron-builder fetches its tools for AppImage, deb, nsis and dmg from github.com; ' +
        'without a network, "npm run package -- --dir" makes the unpacked application.\n',
    )
  }
  process.exitCode = status ?? 1
}
