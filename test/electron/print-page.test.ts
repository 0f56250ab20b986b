import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { printPage } from '../../src-main/hosts/desktop/print-page.ts'
import { fakeElectron, type FakePartition, type FakeWindow } from './fake-electron.ts'

let folder: string
let electron: ReturnType<typeof fakeElectron>

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-fake-'))
  vi.spyOn(os, 'tmpdir').mockReturnValue(folder)
  electron = fakeElectron(folder)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

function allows(partition: FakePartition | undefined, url: string): boolean {
  let canceled = true
  partition?.asks?.({ url }, ({ cancel }) => (canceled = cancel === true))
  return !canceled
}

it('prints a page in a hidden window that may load nothing else', async () => {
  let seen = ''
  const { BrowserWindow, session } = electron.electron
  class Reading extends (BrowserWindow as unknown as typeof FakeWindow) {
    override async loadURL(url: string): Promise<void> {
      seen = readFileSync(fileURLToPath(url), 'utf8')
      return super.loadURL(url)
    }
  }
  const parts = { BrowserWindow: Reading, session } as unknown as typeof electron.electron
  const pdf = await printPage(parts, '<p>报告</p>')
  expect(Buffer.from(pdf).toString()).toBe('%PDF-fake')
  expect(seen).toBe('<p>报告</p>')
  const [window] = electron.seen.windows
  const [partition] = electron.seen.partitions
  expect(window?.options).toMatchObject({
    show: false,
    webPreferences: { sandbox: true, javascript: false, nodeIntegration: false },
  })
  // Not `persist:`: it lives in memory only.
  expect(partition?.partition).toMatch(/^print-\d+$/)
  expect(partition?.permissions).toHaveLength(2)
  expect(allows(partition, window?.url ?? '')).toBe(true)
  expect(allows(partition, 'data:image/png;base64,AA')).toBe(true)
  expect(allows(partition, 'file:///etc/passwd')).toBe(false)
  expect(allows(partition, 'https://example.org/')).toBe(false)
  expect(window?.printed).toMatchObject({ preferCSSPageSize: true, generateTaggedPDF: true })
  expect([window?.destroyed, readdirSync(folder)]).toEqual([true, []])
})

it('says why it could not, and leaves nothing behind', async () => {
  const { BrowserWindow, session } = electron.electron
  class Failing extends (BrowserWindow as unknown as typeof FakeWindow) {
    override printFails = true
  }
  const parts = { BrowserWindow: Failing, session } as unknown as typeof electron.electron
  await expect(printPage(parts, '<p>')).rejects.toMatchObject({
    code: 'child.gone',
    detail: { reason: { code: 'verbatim', values: { text: 'no printer' } } },
  })
  expect(electron.seen.windows.map(({ destroyed }) => destroyed)).toEqual([true])
  expect(existsSync(folder) && readdirSync(folder)).toEqual([])
})
