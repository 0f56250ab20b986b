import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { electronRuntime } from '../src-main/hosts/cli/find-electron.ts'
import { linkedCommand, stageProject, targetOf } from './packaging.ts'
import { writePythonWheel } from './python-wheel.ts'

/**
 * `npm run package`: packs what was built with electron-builder (electron-builder.yml), for the system that it runs on, or for the one that
 * words after `--` name: they go to electron-builder, e.g. `npm run package -- --win --dir`.
 *
 * Electron's runtime is not fetched here: it has to be installed, as a step that everybody sees. Exit code 69 without it. For another
 * system `ELECTRON_OVERRIDE_DIST_PATH` has to name that system's.
 */
const repository = path.resolve(import.meta.dirname, '..')
const words = process.argv.slice(2)
const target = targetOf(words, process)
const isForeign = target.platform !== process.platform || target.arch !== process.arch
const runtime = isForeign ? runtimeOf(target.runtime) : (electronRuntime()?.folder ?? null)

if (runtime === null) {
  process.stderr.write(
    `Cannot package: Electron's runtime is missing. ${
      isForeign
        ? `For ${target.platform} on ${target.arch}, name a folder with its ${target.runtime} in ELECTRON_OVERRIDE_DIST_PATH.`
        : 'Get it with "npx install-electron" (downloads from github.com), or name a folder that holds it in ELECTRON_OVERRIDE_DIST_PATH.'
    }\n`,
  )
  process.exitCode = 69
} else {
  await writePythonWheel(
    path.join(repository, 'clients/python'),
    path.join(repository, 'dist/python'),
  )
  const project = isForeign ? stageProject(repository, target) : repository
  const installed = path.join(repository, 'dist/installer/after-install.tpl')
  mkdirSync(path.dirname(installed), { recursive: true })
  writeFileSync(installed, linkedCommand(readTemplate('after-install.tpl')))
  const removed = path.join(repository, 'dist/installer/after-remove.tpl')
  writeFileSync(removed, linkedCommand(readTemplate('after-remove.tpl')))
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(repository, 'bin/tool.cjs'),
      'electron-builder',
      '--publish',
      'never',
      '--projectDir',
      project,
      `-c.electronDist=${runtime}`,
      `-c.deb.afterInstall=${installed}`,
      `-c.deb.afterRemove=${removed}`,
      // Only macOS can sign anew.
      ...(process.platform === 'darwin'
        ? []
        : ['-c.electronFuses.resetAdHocDarwinSignature=false']),
      ...(isForeign && !words.some(word => word.startsWith('-c.directories.output='))
        ? [`-c.directories.output=${path.join(repository, 'dist/packages')}`]
        : []),
      ...words,
    ],
    { cwd: repository, stdio: 'inherit', env: { ...process.env, TARGET_SYSTEM: target.platform } },
  )
  if (status !== 0) {
    process.stderr.write(
      'Packaging failed. electron-builder fetches its tools for AppImage, deb, nsis and dmg from github.com; ' +
        'without a network, "npm run package -- --dir" makes the unpacked application.\n',
    )
  }
  process.exitCode = status ?? 1
}

function runtimeOf(file: string): string | null {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? ''
  return folder !== '' && existsSync(path.join(folder, file)) ? folder : null
}

/** What electron-builder's packages of Debian do by default. */
function readTemplate(name: string): string {
  const folder = path.join(repository, 'node_modules/app-builder-lib/templates/linux')
  return readFileSync(path.join(folder, name), 'utf8')
}
