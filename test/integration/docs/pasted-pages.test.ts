import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import { openStoreForWriting } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { findPeer } from '../../helpers/python-peer.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Pages whose examples belong together, pasted from the first to the last. docs/notebook.md has its own test among the client's. */
const scratch = useScratchFolders()
const repository = path.join(import.meta.dirname, '../../..')
const python = findPeer('TUNEWRIGHT_PEERS_PYTHON')

function blocksOf(page: string): readonly string[] {
  const text = readFileSync(path.join(repository, 'docs', page), 'utf8')
  return [...text.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, block = '']) => block)
}

/** The one block of a page that has these words. */
function blockWith(page: string, words: string): string {
  const blocks = blocksOf(page).filter(block => block.includes(words))
  expect(blocks).toHaveLength(1)
  return blocks[0] ?? ''
}

it.skipIf(process.platform === 'win32')(
  'docs/artifacts.md: a program leaves files, and they are copied out',
  { timeout: 240_000 },
  async () => {
    const folder = scratch()
    writeFileSync(path.join(folder, 'show.sh'), blockWith('artifacts.md', 'step-1/words.txt'))
    writeFileSync(path.join(folder, 'show.yaml'), blockWith('artifacts.md', 'sh, show.sh'))
    const lines = blockWith('artifacts.md', 'tunewright files show').trim().split('\n')
    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines) {
      const words = line.replace(/\s+#.*$/, '').split(/\s+/)
      expect(words[0]).toBe('tunewright')
      const { exitCode, stderr } = await runTunewright(
        ['--db', 'own.sqlite', ...words.slice(1)],
        folder,
      )
      expect([line, exitCode, stderr]).toEqual([line, 0, expect.any(String)])
    }
    const [copied = '', ...others] = readdirSync(path.join(folder, 'shown')).sort()
    expect(others).toHaveLength(4)
    expect(existsSync(path.join(folder, 'shown', copied, 'table.csv'))).toBe(true)
    expect(existsSync(path.join(folder, 'shown', copied, 'step-1/words.txt'))).toBe(true)
  },
)

it.skipIf(python === null)(
  'docs/from-optuna.md: a program runs unchanged through the port, and stops when asked',
  { timeout: 240_000 },
  async () => {
    const folder = scratch()
    const workspace = locateWorkspace(path.join(folder, 'studies.sqlite'))
    const store = openStoreForWriting(workspace.databasePath)
    const backEnd = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
    const port = await backEnd.openOptuna({ port: 0, failAfterMs: null })
    const proxyBlock = blockWith('from-optuna.md', 'GrpcStorageProxy')
    expect(proxyBlock).toContain('port=13000')
    const stopping = blockWith('from-optuna.md', 'StopWhenAsked')
    const pasted = `${proxyBlock}\n${stopping.replace('n_trials=100', 'n_trials=3')}`
    writeFileSync(path.join(folder, 'pasted.py'), pasted.replace('13000', String(port)))
    const env = { ...process.env, PYTHONPATH: path.join(repository, 'clients/python/src') }
    await promisify(execFile)(python ?? '', ['-W', 'ignore', 'pasted.py'], { cwd: folder, env })
    const [study] = store.listStudies()
    expect(study).toMatchObject({ name: 'quadratic', trials: { complete: 23 } })
    expect(study?.best?.value).toBeGreaterThanOrEqual(0)
    await backEnd.close()
    store.close()
  },
)
