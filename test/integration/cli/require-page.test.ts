import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requirePage } from '../../../src-main/hosts/cli/require-page.ts'
import { catchAppError } from '../../helpers/catch-error.ts'

let project: string
beforeEach(() => {
  project = mkdtempSync(path.join(os.tmpdir(), 'tunewright-page-'))
})
afterEach(() => {
  rmSync(project, { recursive: true })
})

/** A checkout whose tools do what `build` says. */
function checkout(build: string): { project: string; renderer: string } {
  mkdirSync(path.join(project, 'bin'))
  writeFileSync(path.join(project, 'bin', 'tool.cjs'), build)
  writeFileSync(path.join(project, 'vite.config.ts'), '')
  return { project, renderer: path.join(project, 'dist', 'renderer') }
}

const writesPage = `
const fs = require('node:fs')
if (process.argv.slice(2, 4).join(' ') !== 'vite build') process.exit(1)
fs.mkdirSync('dist/renderer', { recursive: true })
fs.writeFileSync('dist/renderer/index.html', '')
`

describe('the page that is served', () => {
  it('is built in a checkout that has none, once', async () => {
    const folders = checkout(writesPage)
    let builds = 0
    const onBuild = (): void => {
      builds++
    }
    await requirePage(folders, onBuild)
    expect(existsSync(path.join(folders.renderer, 'index.html'))).toBe(true)
    await requirePage(folders, onBuild)
    expect(builds).toBe(1)
  })

  it('is missing where it cannot be built, or nothing can build it', async () => {
    const broken = checkout('process.exit(1)')
    const error = await catchAppError(() => requirePage(broken, () => undefined))
    expect(error.code).toBe('page.notBuilt')
    rmSync(path.join(project, 'vite.config.ts'))
    const unpacked = { project, renderer: path.join(project, 'renderer') }
    let builds = 0
    const count = (): void => {
      builds++
    }
    expect((await catchAppError(() => requirePage(unpacked, count))).code).toBe('page.notBuilt')
    expect(builds).toBe(0)
  })
})
