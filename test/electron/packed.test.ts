import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, describe, expect, it } from 'vitest'
import { tunewrightVersion } from '../../src-main/platform/machine/environment.ts'
import { runStudyAndEngine } from './packed-back-end.ts'

/** A package that was made elsewhere: `scripts/check-windows.sh packed` brings that for Windows. */
const resources = process.env['TUNEWRIGHT_PACKED'] ?? ''
const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-packed-'))

afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
})

describe.skipIf(resources === '')('a package from elsewhere', () => {
  it('runs a study and an engine with its own Node, from its own files', async () => {
    await runStudyAndEngine(resources, folder)
  }, 600_000)

  it('runs its command', () => {
    const isWindows = process.platform === 'win32'
    const file = path.join(resources, 'bin', isWindows ? 'tunewright.cmd' : 'tunewright')
    const command = (...words: readonly string[]) => {
      const line = ['--db', 'command.sqlite', ...words]
      const [binary, start] = isWindows ? ['cmd.exe', ['/d', '/c', file]] : [file, []]
      const options = { cwd: folder, encoding: 'utf8', timeout: 240_000 } as const
      return spawnSync(binary, [...start, ...line], options)
    }
    expect(command('--version').stdout.trim()).toBe(tunewrightVersion())
    const sample = path.join(resources, 'app.asar.unpacked/resources/samples/branin.yaml')
    expect(command('run', sample)).toMatchObject({ status: 0 })
    expect(command('best', 'branin').stdout).toMatch(/value/)
    // A wrong word's exit code comes through.
    expect(command('best', 'nothing')).toMatchObject({ status: 2 })
    expect(command('--json', 'install-command').stdout).toMatch(/"state":"there"/)
    expect(command('--json', 'remove-command').stdout).toMatch(/"state":"absent"/)
  }, 600_000)
})
